"""What every test stands on: a database that keeps its triggers, even through a flush."""

import gc

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.test.utils import CaptureQueriesContext
from hypothesis import settings

from . import desks
from .serving import serving

# Looking for garbage among all that a suite keeps takes a tenth of its time.
gc.set_threshold(100_000, 50, 100)

# How long an example takes says how busy the machine is, not whether the rule holds.
settings.register_profile("desk", deadline=None)
settings.load_profile("desk")

# Tests that commit must be cleaned up, past the triggers.
TransactionTestCase._fixture_teardown = lambda case: desks.empty()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        desks.keep("empty")


@pytest.fixture(scope="class")
def demo_desk(django_db_setup, django_db_blocker):
    """The demo desk for one test: made before the test's transaction begins."""
    with django_db_blocker.unblock(), desks.demo():
        yield


@pytest.fixture(scope="module")
def of_the_module(django_db_setup, django_db_blocker):
    """What a module's fixtures make is there for each of its tests, and undone after the last."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Marks what asks the database: on a second one nothing else need run."""
    for item in items:
        if item.get_closest_marker("django_db") or "django_db_setup" in item.fixturenames or "db" in item.fixturenames:
            item.add_marker("database")


@pytest.fixture(autouse=True)
def files_of_their_own(settings, tmp_path):
    """No test leaves a file where a desk keeps its captures."""
    settings.FACTDESK_FILES = tmp_path / "files"


@pytest.fixture(autouse=True)
def counted_for_themselves():
    """What other tests asked and sent counts against nobody's limits."""
    cache.clear()


@pytest.fixture
def same_queries():
    """Asserts that each act costs as many queries after the data grew as before."""

    def asked(act):
        with CaptureQueriesContext(connection) as queries:
            act()
        return queries

    def check(*acts, grow, by=2):
        grow()
        for act in acts:
            act()  # fills caches that live as long as the process
        before = [len(asked(act)) for act in acts]
        for _ in range(by):
            grow()
        more = [q for q, n in zip(map(asked, acts), before, strict=True) if len(q) != n]
        assert not more, "\n".join(q["sql"][:200] for queries in more for q in queries.captured_queries)

    return check


@pytest.fixture
def outside(settings):
    """A machine that stands for the world: the operator allows its address and port."""
    server = serving()
    settings.FACTDESK_FETCH_ALSO = [f"127.0.0.1:{server.server_port}"]
    settings.FACTDESK_MAX_BYTES = 2_000_000
    yield server
    server.shutdown()
