"""A program that follows the changes holds what the lists hold: nothing is missed, and what is gone is told."""

import json
import random
import re
import threading
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections
from django.test import Client

from claims.models import Cited, Claim, ReplyRequest
from sources.models import Change, Clock, Turn

from ..making import (
    UPDATE,
    assess,
    contradicts,
    make_chief,
    make_claim,
    make_draft,
    make_editor,
    make_passage,
    make_reporter,
    make_subject,
    two,
)
from ..replaying import SEEDS, Desk

DOCUMENTS = {"claim": "claims", "source": "sources", "subject": "subjects", "outlet": "outlets"}


class Mirror:
    """What somebody else's program would do: it knows nothing but the addresses of the API."""

    def __init__(self, client, limit=100):
        self.client, self.after, self.limit = client, "0", limit
        self.held: dict[str, dict] = {}
        self.numbers: list[int] = []

    def follow(self):
        while True:
            answer = self._get(f"/api/v1/changes/?after={self.after}&limit={self.limit}").json()
            for entry in answer["results"]:
                self.numbers.append(entry["number"])
                for document in entry["documents"]:
                    self._fetch(document["url"], document["deleted"])
                for address in entry["lists"]:
                    self._walk(address)
            self.after = answer["after"]
            if answer["next"] is None:
                return

    def _get(self, address):
        parts = urlsplit(address)
        return self.client.get(f"{parts.path}?{parts.query}")

    def _fetch(self, url, deleted):
        answer = self._get(url)
        assert deleted == (answer.status_code != 200), url
        if deleted:
            self.held.pop(url, None)
        else:
            self.held[url] = answer.json()

    def _walk(self, address):
        while address:
            answer = self._get(address)
            assert answer.status_code == 200, address
            for found in answer.json()["results"]:
                self.held[found["url"]] = found
            address = answer.json()["next"]


def everything(client):
    """Each document of every list, by its address."""
    found = {}
    for name in DOCUMENTS.values():
        address = f"/api/v1/{name}/?limit=100"
        while address:
            parts = urlsplit(address)
            answer = client.get(f"{parts.path}?{parts.query}").json()
            found |= {thing["url"]: thing for thing in answer["results"]}
            address = answer["next"]
    return found


def differing(held, there):
    return {url: (held.get(url), there.get(url)) for url in {*held, *there} if held.get(url) != there.get(url)}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_who_follows_from_the_start_holds_what_the_lists_hold(client, seed):
    desk = Desk(random.Random(seed))
    early, late = Mirror(client), Mirror(client, limit=7)
    for _ in range(30):
        change = desk.step()
        early.follow()
        assert differing(early.held, everything(client)) == {}, (change.verb, change.kind)
    late.follow()
    assert differing(late.held, everything(client)) == {}


@pytest.mark.django_db
def test_what_is_taken_from_view_is_told(client):
    passage, subject = make_passage(), make_subject()
    claim = make_claim(passage=passage, subjects=[subject])
    mirror = Mirror(client)
    mirror.follow()
    assert len(mirror.held) == 4
    claim.withdraw(because="Asked to.", **two())
    last = client.get(f"/api/v1/changes/?after={mirror.after}").json()
    told = {(d["kind"], d["key"]): d["deleted"] for e in last["results"] for d in e["documents"]}
    source = passage.capture.source
    assert told["claim", claim.key] is told["subject", subject.key] is True
    mirror.follow()
    assert (
        differing(mirror.held, everything(client)) == {}
        and f"http://testserver/api/v1/claims/{claim.key}/" not in mirror.held
    )
    assert told["source", source.key] is False  # its page stays


@pytest.mark.django_db
def test_no_turn_tells_that_a_claim_was_held_or_released(client):
    claims = [make_claim(), make_draft("He is ill.", sensitivity="health")]
    claims[1].publish(**two())
    claims[1].release(because="He said so.", by=make_chief(), approved_by=make_editor())
    for claim in claims:
        claim.hold("legal", because="A letter.", **two())
        claim.lift("legal", because="Settled.", **two())
        claim.withdraw(because="Asked to.", **two())
    entries = client.get("/api/v1/changes/").json()["results"]
    for claim in claims:
        verbs = [e["verb"] for e in entries if claim.key in str(e["documents"])]
        assert verbs == ["publish", "hide", "publish", "withdraw"]
    assert not {"hold", "lift", "release", "legal"} & set(re.findall(r"\w+", told(client)))


@pytest.mark.django_db
def test_a_private_person_changes_a_claim_and_has_no_document(client):
    person = make_subject("A. Person", kind="person", private_person=True)
    claim = make_claim(subjects=[person])
    mirror = Mirror(client)
    mirror.follow()
    person.edit(name="B. Person", **two())
    mirror.follow()
    assert differing(mirror.held, everything(client)) == {}
    person.also_called("B.", "fr", **two())
    assert person.key not in told(client)
    assert mirror.held[f"http://testserver/api/v1/claims/{claim.key}/"]["subjects"][0]["name"] == "B. Person"


def told(client):
    return client.get("/api/v1/changes/?limit=100").content.decode()


@pytest.mark.django_db
def test_a_person_who_becomes_private_is_forgotten_and_one_who_no_longer_is_is_told(client):
    person = make_subject("A. Person", kind="person")
    make_claim(subjects=[person])
    mirror = Mirror(client)
    mirror.follow()
    for private in (True, False):
        person.edit(private_person=private, **two())
        mirror.follow()
        assert differing(mirror.held, everything(client)) == {}


@pytest.mark.django_db
def test_what_is_recorded_of_a_hidden_claim_stands_in_no_turn_of_before(client):
    hidden, other = make_claim(), make_claim("Another claim.")
    hidden.hold("legal", because="A letter came.", **two())
    before = told(client)
    capture = other.appearances.get().passage.capture
    hidden.appear(capture.quote(0, 5, by=make_reporter()), "asserts", **two())
    hidden.relate(other, "contradicts", **two())
    assess(hidden, "disputed", citing=[contradicts(capture.quote(0, 6, by=make_reporter()))])
    assert told(client) == before
    asked = {"channel": "email", "questions": "Why?", "asked_on": "2026-01-01", "deadline": "2026-01-02"}
    ReplyRequest.objects.ask([hidden, other], to_name="The office", **asked, **two())
    entry = client.get("/api/v1/changes/?limit=100").json()["results"][-1]
    assert hidden.key not in json.dumps(entry) and other.key in json.dumps(entry)
    mirror = Mirror(client)
    mirror.follow()
    assert differing(mirror.held, everything(client)) == {}
    hidden.lift("legal", because="It is settled.", **two())
    mirror.follow()
    assert differing(mirror.held, everything(client)) == {}


@pytest.mark.django_db
def test_what_was_said_of_a_draft_and_ended_before_readers_saw_it_is_in_no_turn(client):
    """Else whoever compares turns learns whom the desk thought a claim was about."""
    subject, other, by = make_subject(), make_claim("Another claim."), make_reporter()
    struck = other.appearances.get().passage
    make_claim("A third claim.", subjects=[subject])
    draft = make_draft(subjects=[subject])
    draft.relate(other, "contradicts", by=by)
    draft.appear(struck, "asserts", by=by)
    draft.end_subject(subject, because="It is somebody else.", by=by)
    draft.end_relation(other, "contradicts", because="They are two bridges.", by=by)
    draft.strike(struck, because="Another bridge.", by=by)
    draft.publish(**two())
    turn = json.dumps(client.get("/api/v1/changes/?limit=100").json()["results"][-1])
    assert draft.key in turn
    assert [key for key in (subject.key, other.key, struck.capture.source.key) if key in turn] == []


@pytest.mark.django_db
@pytest.mark.parametrize("read", [False, True])
def test_a_redaction_names_no_draft_and_nothing_that_was_recorded_of_a_hidden_claim(client, read):
    here, other = make_claim("The clerk A. Name signed."), make_claim("Another claim.")
    words = other.appearances.get().passage.capture
    draft = make_claim("It was read.") if read else make_draft("It is a draft.")
    if read:
        draft.hold("legal", because="A letter came.", **two())
        draft.lift("legal", because="It is settled.", **two())
        draft.withdraw(because="Asked to.", **two())
    else:
        draft.appear(words.quote(0, 5, by=make_reporter()), "asserts", by=make_reporter())
    here.reword("", "The clerk signed.", **UPDATE, **two())
    mirror = Mirror(client)
    mirror.follow()
    draft.redact("A. Name", because="A private person.", by=make_chief(), approved_by=make_editor())
    entries = client.get(f"/api/v1/changes/?after={mirror.after}").json()["results"]
    assert [e["verb"] for e in entries] == ["redact", "redact"]
    assert (draft.key in json.dumps(entries)) == read and other.key not in json.dumps(entries)
    assert words.source.key not in json.dumps(entries)
    mirror.follow()
    assert differing(mirror.held, everything(client)) == {}


@pytest.mark.django_db
def test_no_filter_and_no_turn_tells_which_claims_draw_on_one_confidential_source(client):
    secret = make_passage("What somebody told us.", confidential=True)
    source, claims = secret.capture.source, [make_claim("One."), make_claim("Two.")]
    for claim, cited in zip(claims, [{}, {"origin_id": source.origin_id, "reference": "A letter"}], strict=True):
        assess(claim, "disputed", citing=[Cited("contradicts", passage_id=None if cited else secret.pk, **cited)])
    mirror = Mirror(client)
    mirror.follow()
    source.origin.edit(dated="2023", **two())
    assert source.origin.key not in told(client) and source.key not in told(client)
    for by, key in (("origin", source.origin.key), ("rests_on", source.key)):
        assert client.get(f"/api/v1/claims/?{by}={key}").json()["results"] == []
    for confidential in (False, True):
        source.edit(confidential=confidential, **two())
        mirror.follow()
        assert differing(mirror.held, everything(client)) == {}


@pytest.mark.django_db
def test_what_nobody_sees_is_no_change(client):
    make_claim()
    before = client.get("/api/v1/changes/").json()
    draft = make_draft("A draft.", passage=make_passage("Draft words."), subjects=[make_subject()])
    assess(draft, "disputed")
    draft.reword("", "Other words.", by=make_reporter())
    assert client.get("/api/v1/changes/").json() == before


@pytest.mark.django_db
def test_a_finding_that_needs_another_look_is_told(client):
    claim = make_claim()
    assess(claim, "disputed")
    mirror = Mirror(client)
    mirror.follow()
    claim.refresh_from_db()
    source = claim.appearances.get().passage.capture.source
    Claim.objects.retract(source, because="Taken back.", **two())
    mirror.follow()
    assert mirror.held[f"http://testserver/api/v1/claims/{claim.key}/"]["look"]
    assert differing(mirror.held, everything(client)) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=%00", "after=1e9", "limit=0", "afetr=1"])
def test_what_is_asked_wrongly_is_a_problem(client, query):
    assert client.get(f"/api/v1/changes/?{query}").status_code == 400


@pytest.mark.django_db
def test_a_cursor_that_is_not_reached_yet_stays(client):
    answer = client.get("/api/v1/changes/?after=999999").json()
    assert answer == {"next": None, "after": "999999", "results": []}


@pytest.mark.django_db
def test_no_raw_sql_takes_a_turn_back():
    make_claim()
    with pytest.raises(Exception, match="never deleted|never change"):
        Turn.objects.all().delete()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_no_change_is_skipped_while_others_write():
    """A reader polls while writers commit: it sees each turn once, in order."""
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time is SQLite's way")
    by, editor = make_reporter(), make_editor()
    claims = [make_claim(f"Claim {n}.") for n in range(4)]
    stop, seen = threading.Event(), []

    def write(claim):
        try:
            for n in range(25):
                claim.reword("", f"{claim.key} {n}.", by=by, approved_by=editor, code="new_evidence", because="New.")
        finally:
            connections.close_all()

    def read():
        after, client = "0", Client()
        try:
            while True:
                last = stop.is_set()
                answer = client.get(f"/api/v1/changes/?after={after}&limit=3").json()
                seen.extend(entry["number"] for entry in answer["results"])
                after = answer["after"]
                if last and answer["next"] is None:
                    return
        finally:
            connections.close_all()

    reader, writers = threading.Thread(target=read), [threading.Thread(target=write, args=(c,)) for c in claims]
    for thread in [reader, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    reader.join()
    assert seen == list(Turn.objects.order_by("number").values_list("number", flat=True)) and len(seen) >= 104


@pytest.mark.django_db
def test_each_turn_is_numbered_by_its_edition(client):
    claim = make_claim()
    assess(claim, "disputed")
    last = Turn.objects.last()
    assert last.number == Clock.objects.get().edition and last.change == Change.objects.last()
