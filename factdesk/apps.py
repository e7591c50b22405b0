from django.apps import AppConfig
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.signals import connection_created

PRAGMAS = {"journal_mode": ("wal", "memory"), "synchronous": (2,), "foreign_keys": (1,), "recursive_triggers": (1,)}


class FactdeskConfig(AppConfig):
    """The address book: settings and addresses."""

    name = "factdesk"

    def ready(self):
        register(check_sqlite, Tags.database)
        connection_created.connect(refuse_unsafe_sqlite)


def unsafe_pragmas(connection) -> list[str]:
    """Settings of a SQLite connection under which the record would not be safe."""
    if connection.vendor != "sqlite":
        return []
    wrong = []
    with connection.cursor() as cursor:
        for name, wanted in PRAGMAS.items():
            found = cursor.execute(f"PRAGMA {name}").fetchone()[0]
            if found not in wanted:
                wrong.append(f"{name} is {found}")
    return wrong


def refuse_unsafe_sqlite(sender, connection, **kwargs):
    if wrong := unsafe_pragmas(connection):
        raise ImproperlyConfigured(f"SQLite would not keep the record safe: {', '.join(wrong)}.")


def check_sqlite(app_configs=None, databases=None, **kwargs):
    return [
        Error(f"SQLite database {using} would not keep the record safe: {wrong}.", id="factdesk.E001")
        for using in databases or []
        for wrong in unsafe_pragmas(connections[using])
    ]
