"""Desks that were made once and are put back as they were: the empty one of the migrations, and the demo."""

import sqlite3
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from claims import interchange
from claims.roles import make_roles
from sources import keeping

_copies: dict[str, sqlite3.Connection] = {}


def keep(name: str) -> None:
    """Copies the whole database, where it is SQLite's; it is put back in a thousandth of the time."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        _copies[name] = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(_copies[name])


def put_back(name: str) -> bool:
    if name not in _copies:
        return False
    connection.ensure_connection()  # a live server's threads may have closed it
    _copies[name].backup(connection.connection)
    return True


def empty() -> None:
    """The desk as the migrations left it, whatever was committed since."""
    if not put_back("empty"):
        with keeping.lifted():
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
        make_roles(apps)


@contextmanager
def demo():
    """The demo desk, loaded as `make demo` loads it, and copied from then on; empty again afterwards."""
    if not put_back("demo"):
        with open(settings.ROOT / "fixtures" / "demo.jsonl", encoding="utf-8", newline="\n") as lines:
            interchange.load(lines)
        keep("demo")
    try:
        yield
    finally:
        empty()
