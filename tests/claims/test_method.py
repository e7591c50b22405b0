"""How we decide has versions, and the words of none ever change."""

import hashlib

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import strip_tags

from claims import interchange, methods
from claims.methods import VERSIONS, method_version, version_on
from claims.models import Assessment, Status
from claims.templatetags.desk import DEFINITIONS

from ..making import assess, empty_the_desk, make_claim

# The SHA-256 of the English words of each version that was published. Add a line for a new one; never edit one.
PUBLISHED = {
    "2026-11": "c3b0219c00ddaedc5741fd7b352ad8dcaa37e0643f7706ca52406f96256c84d0",
    "2026-11-25": "ffc85d929ed7b31ef91c7876787e3b651c4fb99347b97ae6cdbcbca67cd82c49",
}


def words_of(version) -> str:
    return " ".join(strip_tags(render_to_string(version.template)).split())


@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: v.name)
def test_the_words_of_a_version_never_change(version):
    assert hashlib.sha256(words_of(version).encode()).hexdigest() == PUBLISHED[version.name]


def test_every_version_stays():
    assert [v.name for v in VERSIONS][: len(PUBLISHED)] == list(PUBLISHED)
    assert [v.since for v in VERSIONS] == sorted(v.since for v in VERSIONS)
    kept = {p.name for p in (settings.ROOT / "templates").glob("method_*.html")}
    assert kept == {v.template for v in VERSIONS}


def test_each_status_means_on_every_page_what_the_method_in_force_says():
    said = words_of(VERSIONS[-1])
    page = render_to_string(VERSIONS[-1].template)
    for status in Status.values:
        assert str(DEFINITIONS[status]) in said and f'id="{status}"' in page


@pytest.mark.django_db
def test_the_page_in_force_and_each_older_one_have_an_address(client):
    assert client.get("/method/").context["version"] == VERSIONS[-1]
    for version in VERSIONS:
        page = client.get(f"/method/{version.name}/")
        assert page.status_code == 200 and version.name in page.content.decode()
        assert ("This is an older version" in page.content.decode()) is (version != VERSIONS[-1])
    assert client.get("/method/2001-01/").status_code == 404


@pytest.mark.django_db
def test_the_method_of_a_day_is_the_version_of_that_day(client):
    day = VERSIONS[-1].since
    assert client.get(f"/method/?as_of={day.replace(day=day.day - 1)}").context["version"] == VERSIONS[-2]
    assert client.get(f"/method/?as_of={day}").context["version"] == VERSIONS[-1]
    assert client.get(f"/method/{VERSIONS[-1].name}/?as_of={day.replace(day=day.day - 1)}").status_code == 404
    assert VERSIONS[-1].name not in client.get(f"/method/?as_of={day.replace(day=day.day - 1)}").content.decode()
    assert version_on(day.replace(year=2001)) == VERSIONS[0]


@pytest.mark.django_db
def test_a_finding_names_its_version_and_leads_to_it(client):
    claim = make_claim()
    assert assess(claim, "disputed").method_version == method_version() == VERSIONS[-1].name
    assert f'href="/method/{VERSIONS[-1].name}/"' in client.get(claim.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_version_that_only_another_desk_has_is_named_without_a_link(client):
    claim = make_claim()
    assess(claim, "disputed", method="1999-12")
    page = client.get(claim.get_absolute_url()).content.decode()
    assert "version 1999-12" in page and "/method/1999-12/" not in page


@pytest.mark.django_db
def test_a_finding_keeps_its_version_through_a_dump_and_under_newer_software(monkeypatch):
    for made_under in VERSIONS:
        claim = make_claim()
        assess(claim, "disputed", method=made_under.name)
    was = dict(Assessment.objects.values_list("claim__key", "method_version"))
    lines = list(interchange.dump())
    empty_the_desk()
    monkeypatch.setattr(methods, "VERSIONS", (*VERSIONS, methods.MethodVersion("2030-01", VERSIONS[-1].since, "")))
    interchange.load(lines)
    assert dict(Assessment.objects.values_list("claim__key", "method_version")) == was
    assert sorted(was.values()) == [v.name for v in VERSIONS]
