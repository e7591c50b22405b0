from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """What is claimed, and what we found."""

    name = "claims"
    default_auto_field = "django.db.models.BigAutoField"
