"""What every test stands on: a database that keeps its triggers, even through a flush."""

import pytest
from django.apps import apps
from django.db import connection
from django.test import TransactionTestCase
from django.test.utils import CaptureQueriesContext
from hypothesis import settings

from claims.roles import make_roles
from sources import keeping

from .serving import serving

# How long an example takes says how busy the machine is, not whether the rule holds.
settings.register_profile("desk", deadline=None)
settings.load_profile("desk")

_flush = TransactionTestCase._fixture_teardown


def flush_past_the_triggers(case):
    """Tests that commit must be cleaned up: the triggers are lifted for that moment, and set again."""
    with keeping.lifted():
        _flush(case)
    make_roles(apps)


TransactionTestCase._fixture_teardown = flush_past_the_triggers


@pytest.fixture(autouse=True)
def files_of_their_own(settings, tmp_path):
    """No test leaves a file where a desk keeps its captures."""
    settings.FACTDESK_FILES = tmp_path / "files"


@pytest.fixture
def same_queries():
    """Asserts that an act costs as many queries after the data grew as before."""

    def check(act, *, grow, by=5):
        grow()
        act()  # fills caches that live as long as the process
        with CaptureQueriesContext(connection) as before:
            act()
        for _ in range(by):
            grow()
        with CaptureQueriesContext(connection) as after:
            act()
        assert len(after) == len(before), "\n".join(q["sql"][:200] for q in after.captured_queries)

    return check


@pytest.fixture
def outside(settings):
    """A machine that stands for the world: the operator allows its address and port."""
    server = serving()
    settings.FACTDESK_FETCH_ALSO = [f"127.0.0.1:{server.server_port}"]
    settings.FACTDESK_MAX_BYTES = 2_000_000
    yield server
    server.shutdown()
