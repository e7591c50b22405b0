"""What goes wrong is said in words, with its own status, and to programs as a problem that says the same."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path

from claims.problems import TYPES, bad_request, failed, forbidden, not_found
from factdesk import urls

from ..making import make_claim, make_editor, make_reporter


def _break(request):
    raise RuntimeError("a secret of the machine")


def _refuse(request):
    raise PermissionDenied


def _suspect(request):
    raise SuspiciousOperation


urlpatterns = [
    path("breaks/", _break),
    path("api/v1/breaks/", _break),
    path("refuses/", _refuse),
    path("api/v1/refuses/", _refuse),
    path("suspects/", _suspect),
    path("api/v1/suspects/", _suspect),
    *urls.urlpatterns,
]
handler400, handler403, handler404, handler500 = bad_request, forbidden, not_found, failed
HERE = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def breaking(settings):
    settings.ROOT_URLCONF = __name__
    client = Client()
    client.raise_request_exception = False
    return client


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("nowhere/", 404, "Page not found"),
        ("refuses/", 403, "Your account cannot do this. Ask an administrator for a role that can."),
        ("suspects/", 400, "This request cannot be read"),
        ("breaks/", 500, "Sorry, there is a problem with FactDesk"),
    ],
)
def test_each_error_is_a_page_with_its_status_and_its_policy_and_for_programs_a_problem(
    breaking, address, status, words
):
    page, told = breaking.get(f"/{address}"), breaking.get(f"/api/v1/{address}")
    assert page.status_code == told.status_code == told.json()["status"] == status
    assert words in page.content.decode()
    assert told.headers["Content-Type"] == "application/problem+json"
    assert told.json()["type"] == f"/api/docs/#problem-{TYPES[status]}"
    assert told.json()["instance"] == f"/api/v1/{address}"
    for answer in (page, told):
        assert answer.headers["X-Robots-Tag"] == "noindex" and not answer.cookies
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_what_breaks_has_a_number_that_stands_in_the_log(breaking, caplog, settings, django_assert_num_queries):
    settings.FACTDESK_ABOUT = {"email": "desk@example.org"}
    # Of each, the one that tells whether a page that somebody keeps still stands: the page of a failure asks nothing.
    with caplog.at_level(logging.ERROR, "factdesk.errors"), django_assert_num_queries(2):
        page = breaking.get("/breaks/").content.decode()
        told = breaking.get("/api/v1/breaks/").json()
    (first, second) = [r for r in caplog.records if r.name == "factdesk.errors"]
    assert first.args[0] in page and second.args[0] == told["number"] and first.args[0] != second.args[0]
    assert "a secret of the machine" in first.exc_text or "a secret" in str(first.exc_info[1])
    assert "a secret" not in page and "desk@example.org" in page and "{" not in page


def test_the_page_of_a_failure_is_a_file_without_tags_of_templates():
    for name in ("500.html", "503.html"):
        text = (django_settings.ROOT / "templates" / name).read_text("utf-8")
        assert "{%" not in text and "{{" not in text and "<script" not in text


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_answered_in_words(client):
    answer = client.get("/", HTTP_HOST="evil.example")
    assert answer.status_code == 400 and "This request cannot be read" in answer.content.decode()


@pytest.mark.django_db
def test_a_withdrawn_claim_is_gone_for_programs_too(client):
    claim = make_claim()
    claim.withdraw(because="A court ordered it.", by=make_reporter(), approved_by=make_editor())
    page, told = client.get(claim.get_absolute_url()), client.get(f"/api/v1/claims/{claim.key}/")
    assert page.status_code == told.status_code == told.json()["status"] == 410
    assert told.json()["detail"].rstrip(".") in page.content.decode()
    assert f"/corrections/#{claim.key}" in page.content.decode()


# -- planned maintenance


@pytest.fixture
def shut(settings, tmp_path):
    settings.FACTDESK_CLOSED_UNTIL = tmp_path / "closed_until"
    return settings.FACTDESK_CLOSED_UNTIL


def test_a_closed_desk_says_until_when_and_asks_no_database(client, shut):
    """Without the mark for a database: a query would fail this test."""
    at = datetime.now(UTC) + timedelta(minutes=30)
    shut.write_text(at.isoformat())
    for address in ("/", "/claims/", "/admin/", "/report/"):
        answer = client.get(address)
        assert answer.status_code == 503 and 1700 < int(answer.headers["Retry-After"]) <= 1800
        assert f"closed for maintenance until {at:%H:%M} UTC." in answer.content.decode()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"] and not answer.cookies
    told = client.get("/api/v1/claims/")
    assert (told.status_code, told.json()["type"]) == (503, "/api/docs/#problem-closed")
    assert client.post("/admin/login/").status_code == 503


@pytest.mark.parametrize("words", ["", "soon", "2001-01-01T00:00Z", "2001-01-01T00:00"])
def test_a_desk_stays_closed_until_the_file_is_gone(client, shut, words):
    shut.write_text(words)
    answer = client.get("/")
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "300"
    assert "for a little longer" in answer.content.decode()


@pytest.mark.django_db
def test_an_open_desk_is_open(client, shut):
    assert client.get("/").status_code == 200


# -- forms that were open too long


@pytest.fixture
def strict():
    return Client(enforce_csrf_checks=True)


TYPED = {"title": "Typed & <b>with care</b>", "new_password1": "hunter2", "csrfmiddlewaretoken": "t0ken", "seen": "17"}


@pytest.mark.django_db
def test_a_form_without_its_token_shows_what_was_typed_and_no_password(strict):
    strict.force_login(make_editor())
    answer = strict.post("/admin/sources/source/add/", TYPED, **HERE)
    page = answer.content.decode()
    assert answer.status_code == 403 and "Your form was open too long" in page
    assert "Typed &amp; &lt;b&gt;with care&lt;/b&gt;" in page
    assert "hunter2" not in page and "t0ken" not in page and ">17<" not in page
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.django_db
def test_a_form_that_outlived_its_session_keeps_its_words_too(client):
    answer = client.post("/admin/sources/source/add/", TYPED, **HERE)
    assert answer.status_code == 403 and "Typed &amp;" in answer.content.decode()


@pytest.mark.django_db
def test_another_site_shows_none_of_its_words_on_our_page(client, strict):
    for visitor in (client, strict):
        answer = visitor.post("/admin/sources/source/add/", TYPED, HTTP_ORIGIN="https://elsewhere.example")
        assert answer.status_code == 403 and "with care" not in answer.content.decode()


@pytest.mark.django_db
def test_signing_in_and_out_needs_no_session(client):
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 200
    assert client.post("/admin/logout/").status_code == 302
    assert client.post("/admin/password_reset/", {"email": "x@example.org"}).status_code == 302


@pytest.mark.django_db
def test_an_error_costs_no_query_of_the_archive(client):
    with CaptureQueriesContext(connection) as asked:
        client.get("/nowhere/")
    assert len(asked) == 0
