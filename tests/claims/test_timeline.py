"""Pictures of how statuses went: true to the record, as large as they may be and no larger, and heard as a list."""

import random
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from claims import paging, timeline
from claims.models import Claim
from claims.paging import Tally, tallies_of
from claims.remembering import Moment
from claims.timeline import APART, LEFT, RIGHT, STEPS, Stretch, counts_of, course_of, stretches
from sources.models import Change

from ..making import assess, make_claim, make_draft, make_editor, make_passage, make_reporter, make_subject
from ..replaying import Desk

START = datetime(2026, 1, 1, tzinfo=UTC)
STATUSES = ["verified", "disputed", "unverified", ""]


def went(*pairs):
    return [Stretch(status, START + timedelta(hours=hours), n) for n, (status, hours) in enumerate(pairs, 1)]


histories = st.lists(st.tuples(st.sampled_from(STATUSES), st.integers(1, 5000)), min_size=2, max_size=300).map(
    lambda pairs: went(*zip([s for s, _ in pairs], _sums([h for _, h in pairs]), strict=True))
)


def _sums(gaps):
    total = 0
    for gap in gaps:
        yield (total := total + gap)


@given(histories)
def test_marks_never_touch_and_never_outgrow_their_room(history):
    course = course_of(history)
    places = [mark.x for mark in course.marks]
    assert all(LEFT <= x <= RIGHT for x in places)
    assert all(later - earlier >= APART - 1e-6 for earlier, later in zip(places, places[1:], strict=False))
    assert len(course.marks) <= (RIGHT - LEFT) // APART + 1


@given(histories)
def test_every_change_is_drawn_or_counted(history):
    course = course_of(history)
    out_of_view_alone = course.changes - sum(mark.several or 1 for mark in course.marks)
    assert 0 <= out_of_view_alone <= sum(stretch.status == "" for stretch in history)


@given(histories)
def test_where_a_line_ends_the_claim_stood_as_the_line_says(history):
    course = course_of(history)
    first, span = history[0].since, history[-1].since - history[0].since
    for line in course.lines:
        at = first + span * min(1.0, (line.end - LEFT) / (RIGHT - LEFT))
        margin = timedelta(microseconds=5) if line.end <= RIGHT else -timedelta(microseconds=5)
        assert [s for s in history if s.since < at - margin][-1].status == line.status


def test_one_stretch_is_no_picture():
    assert course_of(went(("unverified", 1))) is None


def test_what_is_out_of_view_is_a_gap():
    course = course_of(went(("unverified", 0), ("", 100), ("disputed", 200), ("", 300)))
    assert [line.status for line in course.lines] == ["unverified", "disputed"]
    assert course.falls == [] and course.ends is None


# With a desk

pytestmark = [pytest.mark.django_db]


def test_a_claims_stretches_join_versions_of_one_status():
    claim, two = make_claim(), {"by": make_reporter(), "approved_by": make_editor()}
    assess(claim, "unverified", because="Not enough.")
    assess(claim, "disputed", code="new_evidence")
    claim.hold("legal", because="A letter.", **two)
    claim.lift("legal", because="Settled.", **two)
    found = stretches(claim.standings.for_history())
    assert [(s.status, s.version) for s in found] == [("unverified", 1), ("disputed", 3), ("", 4), ("disputed", 5)]


def tally_at(change, seen):
    with Moment.of(change).again():
        return Claim.objects.public().filter(pk__in=seen).tally()


@pytest.mark.parametrize("seed", [7, 8])
def test_each_step_says_how_many_of_the_claims_that_are_seen_now_stood_so_then(seed):
    desk = Desk(random.Random(seed))
    for _ in range(60):
        desk.step()
    claims = Claim.objects.public()
    counts = counts_of(claims, tallies_of(claims))
    seen = list(claims.values_list("pk", flat=True))
    assert counts.steps[-1].by_status == claims.tally() and len(counts.steps) >= 5
    for step in counts.steps:
        assert step.by_status == tally_at(Change.objects.get(recorded_at=step.since), seen), step


def test_no_more_is_read_than_the_last_changes(monkeypatch):
    monkeypatch.setattr(timeline, "CHANGES", 4)
    claims = [make_claim() for _ in range(7)]
    for claim in claims[:2]:
        assess(claim, "disputed")
    public = Claim.objects.public()
    tally = tallies_of(public)
    with CaptureQueriesContext(connection) as queries:
        counts = counts_of(public, tally)
    assert len(queries) == 2 and all("LIMIT 5" in query["sql"] for query in queries)
    assert counts.more and counts.changes == 4  # the last two new claims, and both findings
    assert [step.numbers for step in counts.steps] == [[0, 0, 6], [0, 0, 7], [0, 1, 6], [0, 2, 5]]


def test_a_desk_whose_claims_change_without_turning_is_drawn_as_far_as_is_known(monkeypatch):
    monkeypatch.setattr(timeline, "CHANGES", 3)
    claims = [make_claim() for _ in range(5)]
    for claim in claims[1:4]:
        claim.appear(make_passage(), "reports", by=make_reporter(), approved_by=make_editor())
    assert (
        counts_of(Claim.objects.public(), {"unverified": Tally(5), "verified": Tally(0), "disputed": Tally(0)}) is None
    )


@given(st.sets(st.integers(0, 10**6), min_size=2, max_size=200))
def test_counts_have_no_more_steps_than_there_is_room_for(minutes):
    first, last = (START + timedelta(minutes=edge(minutes)) for edge in (min, max))
    columns = {timeline.column_of(START + timedelta(minutes=m), first, last) for m in minutes}
    assert {0, STEPS - 1} <= columns <= set(range(STEPS))


def test_what_is_hidden_is_not_counted_in_the_picture(client):
    for _ in range(3):
        make_claim()
    before = client.get("/").content
    make_draft("A draft.")
    hidden = make_draft("Somebody is ill.", sensitivity="health")
    hidden.publish(by=make_reporter(), approved_by=make_editor())
    assert client.get("/").content == before


def test_the_picture_stops_at_the_moment_that_is_asked_for(client):
    claim = make_claim()
    assess(claim, "disputed")
    then = Change.objects.latest("id").recorded_at
    assess(claim, "unverified", code="new_evidence", because="Doubted.")
    for address in ("/", claim.get_absolute_url()):
        now, past = (client.get(address, asked).context for asked in ({}, {"as_of": then.isoformat()}))
        name = "counts" if address == "/" else "course"
        assert now[name].changes == 3 and past[name].changes == 2 and past[name].last == then


def test_a_subjects_picture_counts_the_claims_about_it_alone(client):
    subject = make_subject()
    claim = make_claim(subjects=[subject])
    make_claim()
    assess(claim, "disputed")
    counts = client.get(subject.get_absolute_url()).context["counts"]
    assert [step.numbers for step in counts.steps] == [[0, 0, 1], [0, 1, 0]]  # verified, disputed, unverified
    assert client.get("/").context["counts"].changes == 3


def test_the_numbers_of_the_picture_stand_beside_it_for_whoever_does_not_see_it(client):
    claim = make_claim()
    assess(claim, "disputed")
    page = client.get("/").content.decode()
    figure = page[page.index('<figure class="course"') :].partition("</figure>")[0]
    assert 'aria-hidden="true"' in figure and "style=" not in figure and "<script" not in figure
    assert [row.count("<td>") for row in figure.split("<tr>")[2:]] == [3, 3]
    assert figure.index("<td>0</td><td>1</td><td>0</td>") < figure.index("<td>0</td><td>0</td><td>1</td>")


def test_an_opinion_has_no_way_to_draw(client):
    claim = make_claim("It was the best bridge.", kind="opinion")
    claim.hold("legal", because="A letter.", by=make_reporter(), approved_by=make_editor())
    claim.lift("legal", because="Settled.", by=make_reporter(), approved_by=make_editor())
    assert 'class="course"' not in client.get(claim.get_absolute_url()).content.decode()


def test_a_language_with_a_decimal_comma_draws_the_same(client, settings):
    claim = make_claim()
    assess(claim, "disputed")
    settings.USE_THOUSAND_SEPARATOR = True
    for address in (
        "/fr/",
        f"/fr{claim.get_absolute_url()}?as_of={quote(Change.objects.latest('id').recorded_at.isoformat())}",
    ):
        page = client.get(address).content.decode()
        paths = [part.partition('"')[0] for part in page.split(' d="')[1:]]
        assert paths and not [path for path in paths if "," in path or "\u202f" in path]


def test_what_is_too_many_to_count_is_told_as_so_many_at_least_and_not_drawn(client, monkeypatch):
    monkeypatch.setattr(paging, "MOST", 3)
    many = re.compile(r"\b3\+(?!\d)")  # and not the end of a second before its zone
    subject = make_subject()
    claims = [make_claim(f"It fell {n} times.", subjects=[subject]) for n in range(3)]
    assess(claims[0], "disputed")
    for place in ("/", subject.get_absolute_url()):
        page = client.get(place).content.decode()
        assert "How the counts went" in page and not many.search(page), place
    for n in range(3, 5):
        make_claim(f"It fell {n} times.", subjects=[subject])
    for place in ("/", subject.get_absolute_url()):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(place).content.decode()
        assert "How the counts went" not in page and many.search(page) and "verified.</" not in page, place
        counted = [q["sql"] for q in queries if "COUNT(" in q["sql"].upper() and "claims_claim" in q["sql"]]
        assert counted and all("LIMIT" in sql for sql in counted), place


@pytest.mark.parametrize(
    ("verified", "others", "said"),
    [
        (0, 1, "The only one is not verified."),
        (1, 0, "The only one is verified."),
        (0, 3, "None of the 3 is verified."),
        (1, 1, "1 of the 2 is verified."),
        (2, 1, "2 of the 3 are verified."),
        (2, 0, "All 2 are verified."),
    ],
)
def test_a_subject_says_how_many_claims_are_verified(client, verified, others, said):
    subject = make_subject()
    claims = [make_claim(f"It fell {n} times.", subjects=[subject]) for n in range(verified + others)]
    for claim in claims[:verified]:
        assess(claim, "verified")
    assert said in client.get(subject.get_absolute_url()).content.decode()
