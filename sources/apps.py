from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate

from . import keeping


class SourcesConfig(AppConfig):
    """Who said it, and exactly what."""

    name = "sources"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # SQLite cannot rebuild a table that a trigger names, and drops the triggers of the table it rebuilds:
        # they are lifted before the first migration and set again after the last.
        pre_migrate.connect(keeping.lift_before_migrating, sender=self)
        post_migrate.connect(keeping.set_after_migrating)
        register(keeping.check_triggers, Tags.database)
