"""Programs that read the past of the web find a claim's versions (RFC 7089), and none that readers may not see."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.utils.http import http_date, parse_http_date

from claims.pages import mementos
from sources.models import Change

from ..making import UPDATE, make_claim, make_draft, two
from ..replaying import Desk

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def links(text):
    """The links of a header or of a list, by relation, each with its address and its other words."""
    found = re.findall(r'<([^>]+)>;\s*((?:[^,"]|"[^"]*")*)', text)
    told = [(address, dict(re.findall(r'(\w+)="([^"]*)"', words))) for address, words in found]
    return [(words.pop("rel").split(), address, words) for address, words in told]


def only(found, *rels):
    [(_, address, words)] = [one for one in found if set(rels) <= set(one[0])]
    return address, words


class Days(Desk):
    """A claim with three versions, a day apart."""

    def __init__(self):
        self.day = datetime(2026, 3, 1, 10, 0, 0, 500_000, UTC)
        with self.on_its_day():
            self.claim = make_claim("First words.")
        for words in ("Second", "Third"):
            self.day += DAY
            with self.on_its_day():
                self.claim.reword("H", f"{words} words.", **two(), **UPDATE)
                self.claim.refresh_from_db()
        self.address = f"http://testserver/claims/{self.claim.key}/"

    def at(self, version):
        standing = self.claim.standings.select_related("change").get(number=version)
        return http_date(standing.change.recorded_at.timestamp())


@pytest.fixture
def desk():
    return Days()


def test_a_version_says_of_when_it_is_and_where_the_others_are(client, desk):
    page = client.get(f"{desk.address}v/2/")
    assert page["Memento-Datetime"] == desk.at(2) and "Second words." in page.content.decode()
    found = links(page["Link"])
    assert only(found, "original", "timegate")[0] == desk.address
    assert only(found, "timemap") == (f"{desk.address}timemap/", {"type": "application/link-format"})
    assert only(found, "first", "prev", "memento") == (f"{desk.address}v/1/", {"datetime": desk.at(1)})
    assert only(found, "next", "last", "memento") == (f"{desk.address}v/3/", {"datetime": desk.at(3)})
    first = links(client.get(f"{desk.address}v/1/")["Link"])
    assert (
        only(first, "first", "memento")[0] == f"{desk.address}v/1/" and only(first, "next")[0] == f"{desk.address}v/2/"
    )
    assert not [rels for rels, *_ in first if "prev" in rels]


def test_the_page_of_a_claim_leads_to_the_version_of_a_moment(client, desk):
    now = client.get(desk.address)
    assert "Accept-Datetime" in now["Vary"] and "Memento-Datetime" not in now
    assert only(links(now["Link"]), "original", "timegate")[0] == desk.address
    moments = [(desk.at(n), n) for n in (1, 2, 3)]
    moments += [("Mon, 02 Mar 2026 09:59:59 GMT", 1), ("Mon, 02 Mar 2026 23:00:00 GMT", 2)]
    moments += [("Thu, 01 Jan 1970 00:00:00 GMT", 1), ("Fri, 31 Dec 2999 00:00:00 GMT", 3)]
    for moment, number in moments:
        answer = client.get(desk.address, headers={"Accept-Datetime": moment})
        assert (answer.status_code, answer["Location"]) == (302, f"/claims/{desk.claim.key}/v/{number}/"), moment
        assert "Accept-Datetime" in answer["Vary"] and "Memento-Datetime" not in answer
        assert only(links(answer["Link"]), "timemap")[0] == f"{desk.address}timemap/"
        asked = {"Accept-Datetime": moment, "If-None-Match": now["ETag"]}
        assert client.get(desk.address, headers=asked).status_code == 302
    known = client.get(desk.address, headers={"If-None-Match": now["ETag"]})
    assert known.status_code == 304 and known["Vary"] == now["Vary"]


@pytest.mark.parametrize("wrong", ["yesterday", "2026-03-01T10:00:00Z", "Sun, 99 Mar 2026 10:00:00 GMT"])
def test_a_moment_that_is_none_is_refused(client, desk, wrong):
    answer = client.get(desk.address, headers={"Accept-Datetime": wrong})
    assert answer.status_code == 400 and "Accept-Datetime is a moment like" in answer.content.decode()
    assert "Accept-Datetime" in answer["Vary"]


def test_the_list_of_versions_is_a_list_of_links(client, desk):
    answer = client.get(f"{desk.address}timemap/")
    assert answer["Content-Type"] == "application/link-format"
    found = links(answer.content.decode())
    assert only(found, "original", "timegate")[0] == desk.address
    address, words = only(found, "self")
    assert (address, words["from"], words["until"]) == (f"{desk.address}timemap/", desk.at(1), desk.at(3))
    versions = [(rels, address, words["datetime"]) for rels, address, words in found if "memento" in rels]
    ends = [["first", "memento"], ["memento"], ["last", "memento"]]
    assert versions == [(ends[n - 1], f"{desk.address}v/{n}/", desk.at(n)) for n in (1, 2, 3)]
    for _, address, moment in versions:
        assert client.get(address)["Memento-Datetime"] == moment


def test_a_long_list_goes_on_in_another(client, desk, monkeypatch):
    monkeypatch.setattr(mementos, "MOST", 2)
    found = links(client.get(f"{desk.address}timemap/").content.decode())
    further, words = only(found, "timemap")
    assert words["from"] == desk.at(3)
    rest = links(client.get(further).content.decode())
    assert only(rest, "last", "memento")[0] == f"{desk.address}v/3/" and only(rest, "self")[0] == further
    assert not [rels for rels, *_ in [*found, *rest] if {"first", "last"} <= set(rels)]
    for wrong in ("3", "x", "-1", "9" * 12):
        assert client.get(f"{desk.address}timemap/?after={wrong}").status_code == 404


def test_what_readers_may_not_see_is_no_memento(client, desk):
    draft = make_draft()
    for hidden in (draft.key, "FD-0000000000"):
        assert client.get(f"/claims/{hidden}/timemap/").status_code == 404
        answer = client.get(f"/claims/{hidden}/", headers={"Accept-Datetime": "Sun, 01 Mar 2026 10:00:00 GMT"})
        assert answer.status_code == 404 and "Link" not in answer
    desk.claim.hold("legal", because="A letter.", **two())
    for address in (f"{desk.address}timemap/", f"{desk.address}v/1/"):
        assert client.get(address).status_code == 404
    desk.claim.refresh_from_db()
    desk.claim.lift("legal", because="Settled.", **two())
    found = links(client.get(f"{desk.address}timemap/").content.decode())
    versions = [address for rels, address, _ in found if "memento" in rels]
    assert versions == [f"{desk.address}v/{n}/" for n in (1, 2, 3, 5)]  # the fourth took it from view
    assert client.get(f"{desk.address}v/4/").status_code == 404
    held = http_date(Change.objects.get(verb="hold").recorded_at.timestamp())
    led = client.get(desk.address, headers={"Accept-Datetime": held})["Location"]
    assert parse_http_date(client.get(led)["Memento-Datetime"]) <= parse_http_date(held)
    desk.claim.refresh_from_db()
    desk.claim.withdraw(because="Asked to.", **two())
    assert client.get(f"{desk.address}timemap/").status_code == 404
    assert client.get(desk.address, headers={"Accept-Datetime": held}).status_code == 410


def test_a_claim_that_was_merged_keeps_its_versions(client, desk):
    into = make_claim("Third words too.")
    desk.claim.merge(into, because="The same.", **two())
    assert client.get(desk.address).status_code == 301
    answer = client.get(desk.address, headers={"Accept-Datetime": desk.at(2)})
    assert answer["Location"] == f"/claims/{desk.claim.key}/v/2/"
    assert client.get(answer["Location"])["Memento-Datetime"] == desk.at(2)
    assert f"{desk.address}v/3/" in client.get(f"{desk.address}timemap/").content.decode()


def test_a_page_as_of_a_moment_says_what_it_is_the_past_of(client, desk):
    """It is no memento: of arbitrary moments there is no list."""
    for address in (desk.address, "http://testserver/claims/?status=unverified"):
        past = client.get(f"{address}{'&' if '?' in address else '?'}as_of=2026-03-02")
        assert past["Link"] == f'<{address}>; rel="original"' and "Memento-Datetime" not in past
    asked = {"Accept-Datetime": desk.at(1)}
    assert client.get(f"{desk.address}?as_of=2026-03-02", headers=asked).status_code == 200


def test_a_version_costs_the_same_with_more_of_them(client, desk, same_queries):
    def grow():
        desk.claim.reword("H", f"Words {Change.objects.count()}.", **two(), **UPDATE)
        desk.claim.refresh_from_db()

    same_queries(*(partial(client.get, f"{desk.address}{part}") for part in ("v/2/", "timemap/")), grow=grow)
