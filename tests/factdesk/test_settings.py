"""Bad settings are refused aloud, in a process of their own."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from factdesk.apps import check_sqlite, refuse_unsafe_sqlite, unsafe_pragmas


def started(**env):
    """What a desk says when it starts with these settings and no others."""
    clean = {
        k: v for k, v in os.environ.items() if not k.startswith(("FACTDESK_", "DATABASE", "SECRET", "DEBUG", "ALLOWED"))
    }
    command = [sys.executable, "-c", "import factdesk.settings as s; print('DEBUG', s.DEBUG, s.ALLOWED_HOSTS)"]
    return subprocess.run(command, cwd=settings.ROOT, env=clean | env, capture_output=True, text=True, check=False)


def test_production_demands_a_secret_key():
    found = started()
    assert found.returncode and "Set SECRET_KEY" in found.stderr


def test_debug_is_off_and_no_host_is_allowed_unless_named():
    assert started(SECRET_KEY="x" * 60).stdout == "DEBUG False []\n"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("FACTDESK_TWO_PEOPLE", "nobody", "Set it to everything, sensitive or nothing"),
        ("FACTDESK_TOW_PEOPLE", "nothing", "Did you mean FACTDESK_TWO_PEOPLE?"),
        ("DEBUG", "perhaps", "The environment is not right"),
        ("DATABASE_URL", "nonsense", "The environment is not right"),
    ],
)
def test_a_bad_setting_is_refused_by_name(name, value, sentence):
    found = started(SECRET_KEY="x" * 60, **{name: value})
    assert found.returncode and sentence in found.stderr


ON_SQLITE = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has no pragmas")


@ON_SQLITE
@pytest.mark.django_db
def test_the_desk_runs_on_a_safe_sqlite():
    assert unsafe_pragmas(connection) == []


@ON_SQLITE
@pytest.mark.django_db
def test_a_desk_does_not_start_on_an_unsafe_sqlite():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers=OFF")
    try:
        with pytest.raises(ImproperlyConfigured, match="recursive_triggers is 0"):
            refuse_unsafe_sqlite(None, connection)
        assert [e.id for e in check_sqlite(databases=["default"])] == ["factdesk.E001"]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers=ON")
