"""What may be kept of a public page: the same tag means the same bytes, and nothing that is hidden moves one."""

import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from unittest import mock
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.http import http_date, parse_http_date

from claims.caching import serve
from claims.models import Claim, Comment, Subject
from sources import recording
from sources.models import Change, Clock, Outlet, Sighting, Via, Watch
from sources.recording import through

from ..making import (
    UPDATE,
    assess,
    contradicts,
    make_chief,
    make_claim,
    make_draft,
    make_editor,
    make_origin,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
    two,
)
from ..replaying import HISTORIES, Desk, Lost

pytestmark = pytest.mark.django_db
PLACES = ["/", "/claims/", "/claims/?status=disputed", "/claims/?q=words", "/sources/", "/subjects/", "/corrections/"]
PLACES += ["/corrections/feed.xml", "/method/", "/api/v1/claims/", "/api/v1/assessments/", "/api/v1/sources/"]
PLACES += ["/api/v1/passages/", "/api/v1/subjects/", "/api/v1/schema/", "/api/v1/", "/claims/?as_of=2026-11-20"]
PLACES += [f"/api/v1/{name}/" for name in ("wordings", "citations", "appearances", "captures", "outlets", "changes")]
PLACES += ["/api/v1/corrections/", "/api/v1/replies/", "/api/v1/annotations/", "/v1alpha1/claims:search?query=claim"]
PLACES += ["/changes/", "/changes/feed.xml", "/changes/feed.json?status=disputed", "/claims/feed.xml?q=words"]
PLACES += ["/claims/?facet=source", "/claims/?q=says&sort=relevance", "/fr/claims/?q=says", "/compare/", "/report/"]


class Readers(Desk):
    """A desk on which also happens what readers see though no public change tells of it, and what they do not see."""

    def __init__(self, dice):
        super().__init__(dice)
        with self.on_its_day():
            self.above = make_origin("A report")
            self.owner = Outlet.objects.add(by=self.by, name="Owner")
            self.sources[0].origin.descend(self.above, "draws_on", **self.two)
            outlet = Outlet.objects.get(pk=self.sources[0].outlet_id)
            outlet.edit(owner=self.owner, **self.two)
            self.secret = make_source("A source that nobody may know says it.", confidential=True)
            self.spoken = make_origin("Somebody")

    def do_rename_where_it_comes_from(self, claim):
        self.above.edit(name=f"A report {self.dice.random()}", **self.two)

    def do_rename_an_owner(self, claim):
        self.owner.edit(name=f"Owner {self.dice.random()}", **self.two)

    def do_say_who_owns_whom(self, claim):
        other = Outlet.objects.get(pk=self.dice.choice(self.sources[1:]).outlet_id)
        other.edit(owner=self.dice.choice([None, self.owner]), **self.two)

    def do_name_a_speaker(self, claim):
        speakers = [{"name": "Somebody", "origin": self.spoken}]
        claim.appear(self.passage(), "reports", speakers=speakers, **self.two)

    def do_change_what_a_speaker_is(self, claim):
        self.spoken.edit(kind=self.dice.choice(["anonymous", "person"]), name=f"S{self.dice.random()}", **self.two)

    def do_translate_evidence(self, claim):
        if claim.assessment_id and (cited := claim.assessment.citations.exclude(passage=None).first()):
            cited.passage.translate(f"Words {self.dice.random()}", made_by="X", **self.two)

    def do_appear_in_secret(self, claim):
        place = self.dice.randrange(0, 20)
        claim.appear(self.secret.captures.get().quote(place, place + 5, by=self.by), "asserts", **self.two)

    def do_show_a_secret_source(self, claim):
        self.secret.refresh_from_db()
        if self.secret.public_since_id is None:
            self.secret.edit(confidential=not self.secret.confidential, title=f"T{self.dice.random()}", **self.two)

    def do_let_a_text_be_shown(self, claim):
        self.dice.choice(self.sources).edit(rights=self.dice.choice(["full", "quote"]), **self.two)

    def do_mark_words_that_are_sensitive(self, claim):
        draft = Claim.objects.record(by=self.by, statement=f"S {self.dice.random()}.", sensitivity="health")
        draft.appear(self.passage(), "asserts", by=self.by)

    def do_read_to_the_end(self, claim):
        self.dice.choice(self.sources).captures.first().read_to_the_end(by=self.by)

    def do_flag_by_the_watch(self, claim):
        """As the worker does: nobody approves it."""
        if claim.assessment_id:
            passage = claim.appearances.live().first().passage
            later = passage.capture.source.capture(f"Other words {self.dice.random()}".encode(), by=self.by)
            with through(Via.WORKER):
                Sighting.of(passage, later, Lost("missing"))
            claim.look_again()

    def do_write_while_it_is_held(self, claim):
        claim.hold("safety", because="A threat.", **self.two)
        claim.reword("Held", f"{claim.key} held {self.dice.random()}.", **self.two, **UPDATE)
        claim.refresh_from_db()
        claim.lift("safety", because="It is over.", **self.two)

    def do_redact(self, claim):
        words = f"wort{self.dice.randrange(10**9)}"
        claim.reword("Words", f"{claim.key} says {words}.", **self.two, **UPDATE)
        claim.refresh_from_db()
        claim.reword("Words", f"{claim.key} says it.", **self.two, **UPDATE)
        claim.refresh_from_db()
        claim.redact(words, by=self.chief, approved_by=self.editor, because="They are somebody's.")

    def do_withdraw(self, claim):
        if len(self.claims) > 4:
            claim.withdraw(because=f"Asked to {self.dice.random()}.", **self.two)
            self.claims = [c for c in self.claims if c.pk != claim.pk]

    def do_nothing_that_is_seen(self, claim):
        draft = make_draft(f"Draft {self.dice.random()}.", by=self.by)
        Comment.objects.create(claim=claim, text="Well.", by=self.by)
        claim.propose("reword", by=self.by, headline="H", statement="Other words.", **UPDATE)
        assess(draft, "disputed")


def addresses(desk):
    """Every list, and the pages of everything that there is, shown or not; the schema says nothing of the record."""
    found = [place for place in PLACES if place != "/api/v1/schema/"]
    for claim in [*Claim.objects.order_by("id")[:5], *Claim.objects.order_by("-id")[:3]]:
        found += [f"/claims/{claim.key}/", f"/claims/{claim.key}/v/1/", f"/api/v1/claims/{claim.key}/"]
        found += [f"/claims/{claim.key}/timemap/", f"/api/v1/assessments/{claim.key}/1/"]
        found += [f"/claims/{claim.key}/feed.json", f"/claims/{claim.key}/cite.bib", f"/embed/{claim.key}/"]
        found += [f"/report/?claim={claim.key}", f"/oembed?url=http://testserver/claims/{claim.key}/"]
        found += [f"/claims/{claim.key}/card-1.png", f"/compare/data.json?claim={claim.key}"]
        passage = claim.appearances.first()
        found += [f"/api/v1/passages/{passage.passage.ref}/"] if passage else []
    for source in [*desk.sources, desk.secret]:
        found += [f"/sources/{source.key}/", f"/api/v1/sources/{source.key}/"]
    for subject in Subject.objects.order_by("id")[:3]:
        found += [f"/subjects/{subject.key}/", f"/api/v1/subjects/{subject.key}/", f"/ja/subjects/{subject.key}/"]
        found += [f"/compare/?subject={subject.key}", f"/subjects/{subject.key}/feed.xml"]
    return dict.fromkeys(found)


def history(client, seed, steps, deck=(), share=1.0):
    """Acts at random, a share of everything read at each step: answers compared, those whose tag stands for other bytes, idle turns."""
    desk = Readers(random.Random(seed))
    desk.deck = [f"do_{name}" for name in reversed(deck)]
    kept: dict[str, bytes] = {}
    last: dict[str, bytes] = {}
    compared, wrong, idle = 0, [], []
    for _ in range(steps):
        before, first = Clock.objects.get().edition, Change.objects.latest("id").pk
        desk.step()
        done = [f"{c.verb} {c.kind}" for c in Change.objects.filter(id__gt=first)]
        moved, changed = Clock.objects.get().edition != before, False
        asked = list(addresses(desk))
        for address in asked if share == 1 else desk.dice.sample(asked, int(len(asked) * share)):
            answer = client.get(address)
            assert answer.status_code < 500
            if answer.status_code != 200:
                assert "ETag" not in answer
            elif kept.setdefault(answer["ETag"], answer.content) != answer.content:
                wrong.append((address, done))
            changed |= last.setdefault(address, answer.content) != answer.content
            last[address] = answer.content
            compared += 1
        idle += [done] if moved and not changed else []
    return compared, wrong, idle


@pytest.mark.deep
def test_the_same_tag_means_the_same_bytes(client):
    compared, wrong, idle = history(client, 0, steps=25 * HISTORIES, share=0.5)
    print(f"{compared} answers compared, {len(wrong)} with a tag of other bytes; turned for nothing: {idle}")
    assert wrong == [] and compared > 1000


FORGOTTEN = {
    "translate": ["translate"],
    "edit": ["rename_where_it_comes_from"],
    "relate": ["say_where_a_source_comes_from"],
    "reword": ["reword"],
    "close": ["give_a_subject_another_name", "end_a_name_of_a_subject"],
    "sight": ["dispute", "flag_by_the_watch"],
}


@pytest.mark.deep
@pytest.mark.parametrize("verb", FORGOTTEN)
def test_an_act_that_would_not_turn_the_page_is_found(client, verb, monkeypatch):
    """The contrary, planted: a history in which one verb forgets to."""
    acts = FORGOTTEN[verb] * 2
    real, turn = recording.record, recording._turn
    said = [""]

    def record(verb, *args, **kwargs):
        said[0] = str(verb)
        return real(verb, *args, **kwargs)

    for module in [m for n, m in sys.modules.items() if n.startswith(("sources.", "claims.")) and hasattr(m, "record")]:
        monkeypatch.setattr(module, "record", record)
    monkeypatch.setattr(recording, "_turn", lambda *told: None if said[0] == verb else turn(*told))
    assert history(client, 0, len(acts), acts)[1]


def tags(client, *addresses):
    """What is said of each page beside its bytes."""
    names = ("ETag", "Last-Modified", "Cache-Control", "Vary", "Link")
    return {a: [client.get(a).get(name) for name in names] for a in addresses}


SHOWN = {
    "an origin above": ("/claims/{claim}/", lambda d: d.above.edit(name="Another report", **two())),
    "an owner": ("/claims/{claim}/", lambda d: d.owner.edit(name="Another owner", **two())),
    "where a source comes from": (
        "/claims/{claim}/",
        lambda d: d.passage.capture.source.origin.descend(make_origin("A letter"), "draws_on", **two()),
    ),
    "whom a speaker is": ("/claims/{claim}/", lambda d: d.spoken.edit(name="Nobody", **two())),
    "a translation of evidence": (
        "/claims/{claim}/",
        lambda d: d.evidence.translate("In other words.", **two(), made_by="X"),
    ),
    "a source that is confidential no more": (
        "/claims/{claim}/",
        lambda d: d.secret.capture.source.edit(confidential=False, **two()),
    ),
    "a quote that was seen altered": ("/claims/{claim}/", lambda d: d.look()),
    "words beside a sensitive claim": ("/api/v1/passages/{passage}/", lambda d: d.gate()),
    "words of a claim that is gone": ("/claims/{gone}/", lambda d: d.redact("Zacharias")),
    "what a source was called": ("/sources/{source}/?as_of={then}", lambda d: d.redact("Melchior")),
}


class Shown:
    """A claim with one of everything that changes its page beside its own acts."""

    def __init__(self):
        self.by, self.editor = make_reporter(), make_editor()
        two = {"by": self.by, "approved_by": self.editor}
        self.owner = Outlet.objects.add(by=self.by, name="Owner")
        one, other = (Outlet.objects.add(by=self.by, name=f"Paper {n}", owner=self.owner) for n in range(2))
        text = "He was ill for years. The bridge fell in May."
        self.capture = make_source(text, rights="full", outlet=one).captures.get()
        self.passage = self.capture.quote(22, 45, by=self.by)
        self.claim = make_claim(passage=self.passage)
        self.above, self.spoken = make_origin("A report", dated="2023"), make_origin("Somebody")
        self.capture.source.origin.descend(self.above, "draws_on", **two)
        second = make_source(outlet=other).captures.get().quote(0, 9, by=self.by)
        self.claim.appear(second, "reports", speakers=[{"name": "S", "origin": self.spoken}], **two)
        self.evidence, self.secret = make_passage("Un mot.", language="fr"), make_passage("S.", confidential=True)
        self.claim.appear(self.secret, "asserts", **two)
        assess(self.claim, "disputed", citing=[contradicts(self.evidence)])
        self.gone = make_claim("It stood.")
        self.gone.withdraw(because="Asked by Zacharias.", **two)
        self.source = make_source(outlet=other).captures.get()
        make_claim(passage=self.source.quote(0, 5, by=self.by))
        self.source.source.edit(title="Of Melchior", **two)
        self.then = Change.objects.latest("id").recorded_at
        self.source.source.edit(title="Of somebody", **two)

    def look(self):
        later = self.capture.source.capture(b"Other words.", by=self.by)
        Sighting.of(self.passage, later, Lost("missing"), by=self.by)
        self.claim.look_again()

    def gate(self):
        draft = Claim.objects.record(by=self.by, statement="S.", sensitivity="health")
        draft.appear(self.capture.quote(0, 21, by=self.by), "asserts", by=self.by)

    def redact(self, words):
        make_draft("A draft.").redact(words, by=make_chief(), approved_by=self.editor, because="He asked.")


@pytest.mark.parametrize("what", SHOWN)
def test_what_changes_a_page_turns_it(client, what):
    desk = Shown()
    address, act = SHOWN[what]
    address = address.format(
        claim=desk.claim.key,
        passage=desk.passage.ref,
        gone=desk.gone.key,
        source=desk.source.source.key,
        then=quote(desk.then.isoformat()),
    )
    page, edition = client.get(address), Clock.objects.get().edition
    act(desk)
    again = client.get(address)
    assert page.content != again.content
    assert Clock.objects.get().edition > edition
    if page.status_code == 200:
        assert page["ETag"] != again["ETag"]


def test_the_watch_turns_the_page_of_a_source_that_readers_see():
    shown, hidden = make_claim().appearances.get().passage.capture.source, make_source(url="https://a.example/")
    for source, turns in ((shown, True), (hidden, False)):
        edition = Clock.objects.get().edition
        Watch.objects.create(source=source).answered("It has not changed")
        assert (Clock.objects.get().edition > edition) == turns


def test_a_quote_that_is_seen_again_turns_the_page_where_readers_see_it():
    for passage, turns in ((make_claim().appearances.get().passage, True), (make_passage(), False)):
        later = passage.capture.source.capture(b"Other words.", by=make_reporter())
        edition = Clock.objects.get().edition
        Sighting.of(passage, later, Lost("missing"), by=make_reporter())
        assert (Clock.objects.get().edition > edition) == turns


def test_nothing_hidden_moves_what_is_said_of_a_page(client, clock):
    claim, held = make_claim(subjects=[make_subject()]), make_claim("Held.")
    assess(claim, "disputed")
    serve()
    private, secret = make_source(), make_passage("Secret words.", confidential=True)
    claim.appear(secret, "asserts", by=make_reporter())
    held.hold("legal", because="A letter.", **two())
    pages = [*PLACES, f"/claims/{claim.key}/", f"/claims/{claim.key}/v/1/", f"/claims/{claim.key}/timemap/"]
    pages += [f"/claims/{held.key}/", f"/api/v1/claims/{claim.key}/"]
    clock.at += timedelta(minutes=1)
    before, number = tags(client, *pages), Clock.objects.get().number
    by = make_reporter()
    draft = make_draft("A draft.", by=by, subjects=[make_subject()])
    assess(draft, "disputed")
    draft.reword("H", "Another draft.", by=by)
    draft.relate(claim, "contradicts", by=by)
    draft.ask(to_name="L", channel="email", questions="?", asked_on="2026-10-01", deadline="2026-10-08", by=by)
    draft.hold("legal", because="A letter.", by=by)
    draft.lift("legal", because="Settled.", by=by)
    gated = make_draft("S.", sensitivity="health")
    gated.publish(**two())
    Comment.objects.create(claim=claim, text="Well.", by=by)
    claim.propose("reword", by=by, headline="H", statement="Other words.", **UPDATE)
    held.refresh_from_db()
    held.reword("H", "Held in other words.", **two(), **UPDATE)
    private.edit(title="A title", by=by)
    private.captures.get().read_to_the_end(by=by)
    private.origin.edit(name="An origin", by=by)
    secret.translate("Translated.", by=by, approved_by=make_editor(), made_by="X")
    secret.capture.mark("furniture", 0, 2, by=by, approved_by=make_editor())
    secret.capture.source.edit(author="Somebody", by=by)
    Sighting.of(secret, secret.capture.source.capture(b"Else.", by=by), Lost("missing"), by=by)
    Claim.objects.retract(secret.capture.source, because="Taken back.", by=by)
    draft.redact("Another draft", by=make_chief(), approved_by=make_editor(), because="They ask.")
    draft.withdraw(because="Not ours.", by=by)
    Watch.objects.create(source=private).failed("It answered 404")
    assert Clock.objects.get().number > number + 15
    assert tags(client, *pages) == before


@pytest.fixture
def clock(monkeypatch):
    """The time that it is, for what dates an edition and for who reads."""

    class Now(datetime):
        at = datetime(2027, 3, 1, 10, 0, 0, 300_000, UTC)

        @classmethod
        def now(cls, tz=None):
            return cls.at

    monkeypatch.setattr("sources.recording.datetime", Now)
    monkeypatch.setattr("django.utils.timezone.now", Now.now)
    return Now


def test_a_304_costs_one_query_and_says_what_the_page_says(client, clock):
    claim = make_claim()
    serve()
    clock.at += timedelta(minutes=1)
    for address in [*PLACES, f"/claims/{claim.key}/", f"/claims/{claim.key}/v/1/", f"/api/v1/claims/{claim.key}/"]:
        page = client.get(address)
        assert page["ETag"].startswith('"') and page["Cache-Control"] == "max-age=0, s-maxage=60, must-revalidate"
        assert page.get("Vary") != ""
        for asked in (page["ETag"], f'"other", W/{page["ETag"]}'):
            with CaptureQueriesContext(connection) as queries:
                known = client.get(address, headers={"If-None-Match": asked})
            assert (known.status_code, known.content, len(queries)) == (304, b"", 1), address
            for name in ("ETag", "Cache-Control", "Vary", "Last-Modified"):
                assert known.get(name) == page.get(name), (address, name)
            assert not {"Content-Length", "Content-Type"} & {name for name, _ in known.items()}
        assert client.get(address, headers={"If-None-Match": '"other"'}).content == page.content
        assert client.get(address, headers={"If-None-Match": "*"}).status_code == 304
        head = client.head(address)
        assert (head.status_code, head["ETag"], head.content) == (200, page["ETag"], b"")
        assert client.head(address, headers={"If-None-Match": page["ETag"]}).status_code == 304


def test_what_is_not_there_is_never_unchanged(client):
    draft = make_draft()
    for address in (f"/claims/{draft.key}/", "/claims/FD-0000000000/", "/nowhere/"):
        answer = client.get(address, headers={"If-None-Match": "*"})
        assert answer.status_code == 404 and "ETag" not in answer
        assert answer["Cache-Control"] == "max-age=0, s-maxage=60, must-revalidate"
    assert client.get("/claims/?status=wrong")["Cache-Control"] == "no-store"


def test_each_address_language_and_day_has_a_tag_of_its_own(client):
    make_claim()
    found = [
        client.get(a)["ETag"] for a in ("/claims/", "/claims/?", "/claims/?q=a&kind=fact", "/claims/?kind=fact&q=a")
    ]
    found.append(client.get("/claims/", headers={"Host": "localhost"})["ETag"])
    with mock.patch("claims.caching.get_language", lambda: "fr"):
        found.append(client.get("/claims/")["ETag"])
    with mock.patch("sources.moments.timezone.now", lambda: datetime.now(UTC) + timedelta(days=1)):
        found.append(client.get("/claims/")["ETag"])
    with mock.patch("claims.caching.build", lambda: "another"):
        found.append(client.get("/claims/")["ETag"])
    assert len(set(found)) == len(found) - 1  # "/claims/?" asks for what "/claims/" does
    plain, wide = (
        client.get("/api/v1/claims/", headers={"Accept": f"application/json{n}"}) for n in ("", "; indent=4")
    )
    assert plain.content != wide.content and plain["ETag"] != wide["ETag"] and "Accept" in plain["Vary"]


def test_a_page_that_the_desk_overtook_has_no_tag(client):
    claim = make_claim()

    def overtaken(*args):
        recording.turn_the_page()
        return []

    with mock.patch("claims.pages.claims._history", overtaken):
        assert "ETag" not in client.get(f"/claims/{claim.key}/")
    assert "ETag" in client.get(f"/claims/{claim.key}/")


@pytest.mark.django_db(transaction=True)
def test_two_changes_in_one_second_have_two_moments_and_none_is_still_to_come(client, clock):
    serve()
    clock.at += timedelta(seconds=10)
    recording.turn_the_page()
    assert "Last-Modified" not in client.get("/claims/")  # this second is not over
    first = clock.at
    clock.at += timedelta(seconds=1)
    kept = client.get("/claims/")["Last-Modified"]
    assert first.timestamp() <= parse_http_date(kept) <= clock.at.timestamp()
    assert client.get("/claims/", headers={"If-Modified-Since": kept}).status_code == 304
    assert client.get("/claims/", headers={"If-Modified-Since": http_date(clock.at.timestamp() + 9)}).status_code == 200
    recording.turn_the_page()
    recording.turn_the_page()
    for _ in range(6):
        answer = client.get("/claims/", headers={"If-Modified-Since": kept})
        assert answer.status_code == 200 and answer.get("Last-Modified", "") != kept
        clock.at += timedelta(seconds=1)
    assert client.get("/claims/")["Last-Modified"] > kept


@pytest.mark.django_db(transaction=True)
def test_a_change_that_lands_after_midnight_has_no_moment_of_before(client, clock):
    """Recorded before midnight, seen after it: between the two readers see the day turn, and then the change."""
    serve()
    clock.at = datetime(2027, 3, 1, 20, 0, tzinfo=UTC)
    recording.turn_the_page()
    old = Clock.objects.values().get()
    clock.at = datetime(2027, 3, 1, 23, 59, 58, tzinfo=UTC)
    recording.turn_the_page()
    new = Clock.objects.values().get()
    seen = []
    for row, day in ((old, 1), (old, 2), (new, 2), (new, 3)):
        Clock.objects.update(**row)
        clock.at = datetime(2027, 3, day, 23, 59, 59, tzinfo=UTC)
        seen.append(client.get("/claims/")["Last-Modified"])
    assert len(set(seen)) == 4


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_in_one_second_the_later_may_land_late(client, clock):
    serve()
    seen = []
    clock.at += timedelta(minutes=1)
    for _ in range(2):
        recording.turn_the_page()
        seen.append(Clock.objects.values().get())
    clock.at += timedelta(minutes=1)
    moments = set()
    for row in seen:
        Clock.objects.update(**row)
        moments.add(client.get("/claims/")["Last-Modified"])
    assert len(moments) == 2


@pytest.mark.django_db(transaction=True)
def test_many_changes_of_one_transaction_take_one_second(client, clock):
    with recording.transaction.atomic():
        for _ in range(50):
            recording.turn_the_page()
    row = Clock.objects.get()
    assert row.edition == 50 and row.edition_at - clock.at < timedelta(seconds=1)


@pytest.mark.django_db(transaction=True)
def test_another_program_is_another_edition_and_an_old_one_dates_nothing(client, clock):
    serve()
    clock.at += timedelta(minutes=1)
    page = client.get("/claims/")
    serve()
    assert client.get("/claims/")["Last-Modified"] == page["Last-Modified"]
    with mock.patch("claims.caching.build", lambda: "another"):
        serve()
    clock.at += timedelta(minutes=1)
    old = client.get("/claims/", headers={"If-Modified-Since": page["Last-Modified"]})
    assert old.status_code == 200 and "Last-Modified" not in old and old["ETag"] != page["ETag"]
    assert "Last-Modified" not in client.get("/corrections/feed.xml")  # which Django would date by an entry
    with mock.patch("claims.caching.build", lambda: "another"):
        clock.at += timedelta(minutes=1)
        assert client.get("/claims/")["Last-Modified"] > page["Last-Modified"]


@pytest.mark.slow
def test_every_process_of_one_program_has_the_same_build(tmp_path):
    code = "import django; django.setup(); from claims.caching import build; print(build())"
    env = {"SECRET_KEY": "k" * 50, "DJANGO_SETTINGS_MODULE": "factdesk.settings", "PATH": "/usr/bin:/bin"}
    env["DATABASE_URL"] = f"sqlite:///{tmp_path}/db.sqlite3"
    asked = {"env": env, "cwd": settings.ROOT, "capture_output": True, "text": True}
    one, other = (subprocess.run([sys.executable, "-c", code], **asked) for _ in range(2))
    assert len(one.stdout.strip()) == 64 and one.stdout == other.stdout, one.stderr


def test_a_public_page_knows_no_reader(client):
    """Nor an editor: whatever cookie comes along, the same bytes, none set, and nothing looked up."""
    claim = make_claim()
    pages = [*PLACES, f"/claims/{claim.key}/", "/claims/FD-0000000000/"]
    before = {address: client.get(address).content for address in pages}
    client.force_login(make_editor())
    for cookie in (client.cookies["sessionid"].value, "short", ""):
        client.cookies["sessionid"] = cookie
        for address in pages:
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(address)
            assert answer.content == before[address]
            assert "Cookie" not in answer.get("Vary", "") and not answer.cookies
            assert not [q for q in queries if "session" in q["sql"] or "auth_user" in q["sql"].split("WHERE")[-1]]


def test_what_an_editor_sees_is_kept_by_nobody(client):
    client.force_login(make_editor())
    claim = make_claim()
    for address in ("/admin/", f"/admin/claims/claim/{claim.pk}/change/", "/admin/jsi18n/", "/admin/nothing/"):
        answer = client.get(address)
        assert "no-store" in answer["Cache-Control"], address
        assert "ETag" not in answer


def test_nothing_is_compressed_beside_a_secret(client):
    """A proxy may compress, which knows what it sends; here a page beside a token would give it away (BREACH)."""
    assert not [name for name in settings.MIDDLEWARE if "gzip" in name.lower() or "ConditionalGet" in name]
    answer = client.get("/claims/", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in answer


def test_what_the_browser_is_told(client):
    claim = make_claim()
    for address in ("/", f"/claims/{claim.key}/", "/api/v1/claims/", "/nowhere/"):
        answer = client.get(address)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "geolocation=()" in answer["Permissions-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]
