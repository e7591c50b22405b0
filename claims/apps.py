from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ClaimsConfig(AppConfig):
    """What is claimed, and what we found."""

    name = "claims"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        post_migrate.connect(index_after_migrating, sender=self)


def index_after_migrating(sender, using, **kwargs):
    """Sets what the index is read by; a desk that had none until now is indexed."""
    finding = sender.models_module.finding
    finding.set_index(using)
    claims = sender.get_model("Claim").objects.using(using)
    if not finding.DeskFindable.objects.using(using).exists():
        finding.keep(claims.values_list("pk", flat=True))
