"""Every page and every resource answers for the past: what it said at each step of a history, it says as of that step."""

import random
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection

from claims.models import Claim
from claims.models.reconsidering import causes_of
from claims.pages import subjects
from sources.models import Change
from sources.moments import as_of

from ..making import (
    UPDATE,
    assess,
    contradicts,
    make_claim,
    make_draft,
    make_editor,
    make_passage,
    make_reporter,
    make_subject,
)
from ..replaying import HISTORIES, Desk, plain

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# Not the method: which version is in force is a question of the day, and these histories are of earlier days.
LISTS = [
    "/",
    "/claims/",
    "/claims/?status=disputed&status=verified",
    "/claims/?kind=opinion",
    "/claims/?sort=status",
    "/claims/?facet=source",
    "/compare/?subject={subject}",
    "/compare/data.csv?source={source}",
    "/claims/?subject={subject}",
    "/claims/?source={source}&lang={lang}&lang=en",
    "/claims/?q=words",
    "/claims/?changed_after={day}",
    "/claims/?changed_before={day}&status=unverified",
    "/sources/",
    "/subjects/",
    "/changes/",
    "/changes/?status=disputed&subject={subject}",
    "/api/v1/claims/",
    "/api/v1/claims/?lang={lang}",
    "/api/v1/assessments/",
    "/api/v1/assessments/?status=disputed",
    "/api/v1/sources/",
    "/api/v1/passages/",
    "/api/v1/subjects/",
]
THINGS = [
    "/claims/{claim}/",
    "/claims/{claim}/cite/",
    "/sources/{source}/",
    "/subjects/{subject}/",
    "/api/v1/claims/{claim}/",
    "/api/v1/assessments/{claim}/1/",
    "/api/v1/sources/{source}/",
    "/api/v1/passages/{passage}/",
    "/api/v1/subjects/{subject}/",
]


def at(change) -> str:
    return quote(change.recorded_at.isoformat())


def read(client, address, change=None):
    """What an address answers, now or as of a change; of what is not there, no more than that."""
    if change:
        address += f"{'&' if '?' in address else '?'}as_of={at(change)}"
    answer = client.get(address)
    return answer.status_code, plain(answer.content.decode()) if answer.status_code != 404 else ""


def replay(client, seed, steps):
    """Acts at random and reads every other address at each step; then asks for every step again."""
    desk = Desk(random.Random(seed))
    then = []
    for _ in range(steps):
        change = desk.step()
        asked = addresses(desk)
        for address in desk.dice.sample(asked, len(asked) // 2):
            then.append((address, change, read(client, address)))
    differ = [(address, change.verb) for address, change, page in then if read(client, address, change) != page]
    return differ, len(then), sum(page[0] == 200 for _, _, page in then)


def addresses(desk):
    source = desk.dice.choice(desk.sources)
    claim = desk.dice.choice(desk.claims)
    names = {
        "claim": claim.key,
        "source": source.key,
        "subject": desk.dice.choice(desk.subjects).key,
        "passage": claim.appearances.first().passage.ref,
        "lang": desk.dice.choice(["de", "ja"]),
        "day": (desk.day - timedelta(days=desk.dice.randint(0, 5))).date(),
    }
    return [address.format(**names) for address in [*LISTS, *THINGS]]


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(1, 1 + HISTORIES))
def test_each_page_and_resource_says_what_it_said_at_each_step(client, seed):
    differ, compared, answered = replay(client, seed, steps=30)
    print(f"{compared} answers compared, {answered} of them 200, {len(differ)} differ")
    assert compared == 30 * (len(LISTS + THINGS) // 2) and differ == []


def two_people():
    return {"by": make_reporter(), "approved_by": make_editor()}


def listed(client, address, change=None):
    """The keys of all claims in a list, page after page, and every page."""
    found, pages = [], []
    while address:
        code, page = read(client, address, change)
        assert code == 200
        pages.append(page)
        context = client.get(
            f"{address}{'&' if '?' in address else '?'}as_of={at(change)}" if change else address
        ).context
        found += [row.key for row in context["page"].rows]
        older = context["page"].older
        address = f"{address.split('?')[0]}?after={older}" if older else ""
    return found, pages


def test_a_long_list_is_paged_as_it_was_then(client, monkeypatch):
    monkeypatch.setattr(subjects, "NAMES", 25)
    claims = [make_claim(f"Claim {n}.", subjects=[make_subject()]) for n in range(30)]
    then = {address: listed(client, address) for address in ("/claims/", "/sources/", "/subjects/")}
    change = Change.objects.latest("id")
    for claim in claims[::3]:
        claim.reword("New", "New words.", **two_people(), **UPDATE)
        claim.subjects.first().edit(name=f"A {claim.key}", **two_people())
        claim.appearances.first().passage.capture.source.edit(title=f"Z {claim.key}", **two_people())
    make_claim(subjects=[make_subject()])
    for address, (rows, pages) in then.items():
        assert listed(client, address)[0] != rows
        assert listed(client, address, change) == (rows, pages) and len(rows) == 30 and len(pages) == 2


def test_a_list_of_the_past_goes_back_as_it_went_on(client):
    for n in range(30):
        make_claim(f"Claim {n}.")
    change = Change.objects.latest("id")
    make_claim("Later.")
    for root in ("/claims/", "/api/v1/claims/"):
        first = client.get(f"{root}?as_of={at(change)}")
        rows = first.json()["results"] if "api" in root else first.context["page"].rows
        if "api" in root:
            second = client.get(first.json()["next"])
            back = client.get(second.json()["previous"])
            assert len(second.json()["results"]) == 5 and back.json()["results"] == rows
        else:
            second = client.get(f"{root}?as_of={at(change)}&after={first.context['page'].older}")
            assert f"as_of={at(change)}" in second.content.decode()
            back = client.get(f"{root}?as_of={at(change)}&before={second.context['page'].newer}")
            assert back.context["page"].rows == rows
    for wrong in ("0", "999999999", "x"):
        assert client.get(f"/claims/?as_of={at(change)}&after={wrong}").status_code == 404
        assert client.get(f"/api/v1/claims/?as_of={at(change)}&after={wrong}").status_code == 400


def everywhere(claim):
    """Each page and resource, by an address of it."""
    passage = claim.appearances.first().passage
    names = {
        "claim": claim.key,
        "source": passage.capture.source.key,
        "subject": claim.subjects.first().key,
        "passage": passage.ref,
        "lang": "en",
        "day": "2026-11-20",
    }
    return [address.format(**names) for address in [*LISTS, *THINGS]]


def test_what_is_no_moment_is_refused_everywhere(client):
    claim = make_claim(subjects=[make_subject()])
    assess(claim, "disputed")
    for address in everywhere(claim):
        assert client.get(address).status_code == 200, address
        for wrong in ("yesterday", "2026-11-20T09:30:00", "2026-02-31", "%00"):
            answer = client.get(f"{address}{'&' if '?' in address else '?'}as_of={wrong}")
            assert answer.status_code == 400, address
            if address.startswith("/api/"):
                assert answer.json()["errors"][0]["parameter"] == "as_of", address
            assert "a moment with its zone" in answer.content.decode(), address


def test_each_page_of_the_past_says_so_and_leads_to_the_past(client):
    claim = make_claim(subjects=[make_subject()])
    assess(claim, "disputed")
    change = Change.objects.latest("id")
    for address in everywhere(claim):
        asked = f"{address}{'&' if '?' in address else '?'}as_of={at(change)}"
        answer = client.get(asked)
        assert answer["X-Robots-Tag"] == "noindex", address
        assert "X-Robots-Tag" not in client.get(address)
        if not answer["Content-Type"].startswith("text/html"):
            continue
        page = answer.content.decode()
        now = address.replace("&", "&amp;")
        assert (
            f'<link rel="canonical" href="{now}">' in page and f'<a href="{now}">Read it as it stands now</a>' in page
        )
        assert page.count('id="as-of"') == 1 and 'name="robots" content="noindex"' in page
        inside = [
            a for a in page.split('href="')[1:] if a.startswith(("/claims/", "/sources/", "/subjects/", "/method/"))
        ]
        astray = [a.split('"')[0] for a in inside if "as_of=" not in a.split('"')[0]]
        of_their_own = ("/v/", "/diff/", "/feed.")  # a version is of its moment, and a feed of now
        assert [a for a in astray if a != now and not any(part in a for part in of_their_own)] == [], address
        kept = page.count('<input type="hidden" name="as_of"') + page.count('<input type="date" id="as-of-day"')
        assert kept == page.count("<form"), address


def test_before_the_first_change_there_was_nothing(client):
    claim = make_claim(subjects=[make_subject()])
    assess(claim, "disputed")
    for address in everywhere(claim):
        answer = client.get(f"{address}{'&' if '?' in address else '?'}as_of=2001-01-01")
        assert claim.key not in plain(answer.content.decode()).replace(address, ""), address
        if address.startswith("/api/") and answer.status_code == 200:
            assert answer.json()["results"] == [], address
    tally = client.get("/?as_of=2001-01-01").context["tally"]
    assert {status: found.count for status, found in tally.items()} == {"unverified": 0, "verified": 0, "disputed": 0}


def test_what_is_hidden_now_is_in_no_list_of_the_past(client):
    subject, person = make_subject("The bureau"), make_subject("A. Person", kind="person")
    claim = make_claim("It was said once.", passage=make_passage("Once said."), subjects=[subject])
    assess(claim, "disputed", because="It was found once.")
    other = make_claim("Another.", subjects=[person])
    change = Change.objects.latest("id")
    source = claim.appearances.first().passage.capture.source
    claim.withdraw(because="Asked to.", **two_people())
    person.edit(private_person=True, **two_people())
    for address in [*LISTS, f"/sources/{source.key}/", f"/claims/{other.key}/", f"/api/v1/claims/{other.key}/"]:
        address = address.format(subject="x", source=source.key, day="2026-11-20", lang="en")
        page = read(client, address, change)[1]
        for words in (claim.key, "It was said once.", "It was found once.", "The bureau", person.key):
            assert words not in page, (address, words)
    assert read(client, f"/api/v1/assessments/{claim.key}/1/", change)[0] == 404
    assert read(client, f"/subjects/{person.key}/", change)[0] == 404


def test_a_source_is_listed_from_the_day_on_which_readers_saw_it(client):
    draft = make_draft(passage=make_passage("Words to come."))
    source = draft.appearances.first().passage.capture.source
    make_claim()
    before = Change.objects.latest("id")
    draft.propose("publish", by=make_reporter()).approve(by=make_editor())
    after = Change.objects.latest("id")
    for address in (f"/sources/{source.key}/", f"/api/v1/sources/{source.key}/"):
        assert read(client, address, before)[0] == 404 and read(client, address, after)[0] == 200
    for address in ("/sources/", "/api/v1/sources/"):
        assert source.key not in read(client, address, before)[1] and source.key in read(client, address, after)[1]


def test_words_near_a_sensitive_claim_are_shown_as_little_as_then_and_as_now(client):
    by = make_reporter()
    capture = make_passage("He was ill for years. The bridge fell in May.", rights="full").capture
    claim = make_claim(passage=capture.quote(22, 40, by=by))
    first = Change.objects.latest("id")
    secret = make_draft("S.", passage=capture.quote(0, 21, by=by), sensitivity="health")
    second = Change.objects.latest("id")

    def prefix(change=None):
        query = f"?as_of={at(change)}" if change else ""
        return client.get(f"/api/v1/passages/{claim.appearances.first().passage.ref}/{query}").json()["prefix"]

    assert prefix() == prefix(first) == prefix(second) == ""
    secret.publish(**two_people())
    secret.release(by=make_editor("chief"), approved_by=make_editor(), because="It is known.")
    assert prefix() == prefix(first) == "He was ill for years. " and prefix(second) == ""


def test_the_causes_of_many_claims_are_those_of_each(client):
    desk = Desk(random.Random(7))
    for _ in range(30):
        change = desk.step()
        claims = list(Claim.objects.public())
        with as_of(change.pk):
            assert causes_of(claims) == [causes_of([claim])[0] for claim in claims]


GROWING = [*LISTS, "/subjects/{subject}/", "/sources/{source}/", "/claims/{claim}/", "/api/v1/claims/{claim}/"]


@pytest.mark.deep
@pytest.mark.parametrize("address", GROWING)
def test_the_past_costs_the_same_when_the_archive_grows(client, address, same_queries):
    subject = make_subject()
    capture = make_passage("word " * 100).capture
    by = make_reporter()
    claim = make_claim(passage=capture.quote(0, 4, by=by), subjects=[subject])
    number = iter(range(1, 99))

    def grow():
        n = next(number)
        more = make_claim(
            f"Words {n}.", passage=capture.quote(n * 5, n * 5 + 4, by=by), subjects=[subject, make_subject()]
        )
        assess(more, "disputed", citing=[contradicts(), contradicts()])
        make_claim(f"Words {n}.", subjects=[subject])
        more.relate(claim, "part_of", **two_people())
        more.reword("New", "New words.", **two_people(), **UPDATE)
        for row in (capture.source, capture.source.outlet, capture.source.origin, subject):
            row.edit(**two_people())
        make_draft()

    def ask():
        names = {"subject": subject.key, "source": capture.source.key, "claim": claim.key}
        assert read(client, address.format(**names, day="2026-11-20", lang="en"), latest[0])[0] == 200

    latest: list[Change] = []

    def grow_and_stay():
        grow()
        latest[:] = [Change.objects.latest("id")]
        grow()

    same_queries(ask, grow=grow_and_stay)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads a plan of SQLite")
def test_a_list_of_the_past_is_read_from_an_index():
    claim = make_claim()
    assess(claim, "disputed")
    with as_of(Change.objects.latest("id").pk):
        for claims in (Claim.objects.public(), Claim.objects.public().standing_at(["disputed"])):
            plan = claims.newest()[:25].explain()
            assert "TEMP B-TREE" not in plan and "SCAN" not in plan, plan
