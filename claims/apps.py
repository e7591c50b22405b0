from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ClaimsConfig(AppConfig):
    """What is claimed, and what we found."""

    name = "claims"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        post_migrate.connect(index_after_migrating, sender=self)


def index_after_migrating(sender, using, **kwargs):
    sender.module.models.finding.set_index(using)
