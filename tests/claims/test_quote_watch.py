"""Watched sources are asked again; what their words became is told, and no status changes by itself."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from claims import interchange
from claims.auditing import audit
from claims.models import Claim
from claims.queues import LINES
from claims.watching import recheck
from sources import capturing, keeping, storing
from sources.models import Capture, Change, Sighting, Watch

from ..making import assess, contradicts, empty_the_desk, make_claim, make_editor, make_reporter, make_source

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WORDS = (
    "The city says that the bridge was inspected in {year}. The mayor said so twice, and nobody asked for the report."
)


def page(year="2022", extra=""):
    words = "".join(
        f"<p>{WORDS.format(year=year)}</p><p>Line {n} of the article says something else again.</p>" for n in (1, 2)
    )
    return f"<html lang=en><head><title>The bridge</title></head><body><article><h1>The bridge</h1>{words}<p>{extra}</p></article></body></html>"


@pytest.fixture
def watched(outside):
    """A claim that stands in a page of the world, and is assessed."""
    outside.pages["/bridge"] = page()
    address = f"http://127.0.0.1:{outside.server_port}/bridge"
    by = make_reporter()
    incoming = capturing.ask(address, by=by)
    capture = capturing.keep(incoming, by=by, title="The bridge", language="en")
    start = capture.text.index("the bridge was inspected in 2022")
    claim = make_claim(passage=capture.quote(start, start + 32, by=by))
    assess(claim, "disputed", citing=[contradicts(claim.appearances.get().passage)])
    Watch.objects.create(source=capture.source)
    claim.outside = outside
    return claim


def ask_again():
    Watch.objects.update(next_at=timezone.now())
    return list(recheck(limit=10, pause=0))


def test_a_page_that_did_not_change_is_left_as_it_is(watched):
    (seen,) = ask_again()
    assert (seen.capture, Capture.objects.count()) == (None, 1)
    watched.refresh_from_db()
    assert watched.look == ""


def test_a_quote_that_was_altered_flags_the_finding_and_changes_no_status(client, watched):
    watched.outside.pages["/bridge"] = page().replace("2022", "2021", 1)
    (seen,) = ask_again()
    (sighting,) = seen.sightings
    assert (sighting.outcome, sighting.words, sighting.distance) == ("altered", "the bridge was inspected in 2021", 1)
    watched.refresh_from_db()
    assert (watched.look, watched.status) == ("altered", "disputed")
    assert "A source has changed since this finding" in client.get(watched.get_absolute_url()).content.decode()
    assert Change.objects.get(verb="sight").via == "worker"


def test_a_quote_that_is_gone_is_missing(watched):
    watched.outside.pages["/bridge"] = (
        "<html><body><article>"
        + "".join(f"<p>Quite another article about ferry number {n} and its crew.</p>" for n in range(9))
        + "</article>"
    )
    (seen,) = ask_again()
    assert [s.outcome for s in seen.sightings] == ["missing"], seen.said


def test_a_change_elsewhere_is_another_capture_and_flags_nothing(watched):
    watched.outside.pages["/bridge"] = page(extra="A correction was added about the ferry, and nothing else.")
    (seen,) = ask_again()
    assert seen.capture.source == watched.appearances.get().passage.capture.source
    assert ([f.outcome for _, f in seen.found], seen.sightings) == (["exact"], [])
    watched.refresh_from_db()
    assert watched.look == ""


def test_a_page_that_changes_at_every_visit_is_reported_once(watched):
    said = []
    for n in range(6):
        watched.outside.pages["/bridge"] = page(extra=f"You are visitor number {n} of this page today, welcome.")
        said.append(ask_again()[0].said)
    assert sum("changes at every visit: from now on" in s for s in said) == 1
    assert Capture.objects.count() == 4
    watched.outside.pages["/bridge"] = page(year="1999", extra="You are visitor number 7.")
    assert ask_again()[0].changed


def test_what_does_not_answer_is_asked_less_and_less_often(watched, settings):
    settings.FACTDESK_FETCH_ALSO = []
    ask_again()
    first = Watch.objects.get()
    ask_again()
    second = Watch.objects.get()
    assert first.next_at - first.asked_at == timedelta(days=2)
    assert second.next_at - second.asked_at == timedelta(days=4)


def test_a_host_that_asks_not_to_be_read_is_not_read(watched):
    watched.outside.pages["/robots.txt"] = "User-agent: *\nDisallow: /"
    watched.outside.asked.clear()
    (seen,) = ask_again()
    assert "robots.txt" in seen.said
    assert [path for path, _ in watched.outside.asked] == ["/robots.txt"]


def test_a_run_has_a_limit_and_begins_with_those_that_wait_longest(watched):
    assert list(recheck(limit=0, pause=0)) == []
    assert Watch.objects.get().asked_at is None


def test_the_command_tells_what_became_of_the_quotes(watched, capsys):
    watched.outside.pages["/bridge"] = page(year="2021")
    call_command("recheck_sources", "--pause", "0")
    told = capsys.readouterr().out
    assert "Altered: 'the bridge was inspected in 2022'" in told and "1 quotes altered or missing" in told


def test_what_a_watch_found_is_part_of_the_record(watched):
    watched.outside.pages["/bridge"] = page(year="2021")
    ask_again()
    assert list(audit()) == []
    lines = list(interchange.dump())
    Watch.objects.all().delete()
    empty_the_desk()
    interchange.load(lines)
    assert list(interchange.dump()) == lines
    assert Sighting.objects.get().outcome == "altered"
    assert list(audit()) == []


def test_an_editor_stops_watching_and_watches_again(client, watched):
    client.force_login(make_editor())
    source = watched.appearances.get().passage.capture.source
    address = reverse("admin:source_watch", args=[source.pk])
    client.post(address, client.get(address).context["form"].initial)
    assert not Watch.objects.exists()
    client.post(address, client.get(address).context["form"].initial)
    assert Watch.objects.get().source == source


def test_a_quote_is_told_again_when_it_changes_again(watched):
    def settle():
        watched.refresh_from_db()
        assess(watched, "unverified", code="source_changed")

    looks = []
    for year in ("2021", "2021", "2022", "2021"):
        watched.outside.pages["/bridge"] = page(year=year)
        ask_again()
        watched.refresh_from_db()
        looks.append(watched.look)
        settle()
    assert looks == ["altered", "", "", "altered"]
    assert [s.outcome for s in Sighting.objects.order_by("id")] == ["altered", "exact", "altered"]
    assert list(audit()) == []


def test_words_that_were_quoted_after_the_page_had_changed_are_looked_for_too(watched):
    watched.outside.pages["/bridge"] = page(extra="The ferry is on time.")
    ask_again()
    first = watched.appearances.get().passage.capture
    gone = first.quote(first.text.index("Line 1"), first.text.index("Line 1") + 20, by=make_reporter())
    watched.outside.pages["/bridge"] = page(extra="The ferry is on time.").replace("Line 1", "Row 1")
    late = make_claim("Late.", passage=gone)
    (seen,) = ask_again()
    assert [s.passage for s in seen.changed] == [gone]
    assert late.look == ""  # it was never assessed


def test_a_confidential_source_that_changed_tells_readers_nothing(client, watched):
    source = watched.appearances.get().passage.capture.source
    other = make_claim("Another claim.")
    other.appear(watched.appearances.get().passage, "reports", by=make_reporter(), approved_by=make_editor())
    with keeping.lifted():
        type(source).objects.filter(pk=source.pk).update(confidential=True, public_since=None)
    watched.outside.pages["/bridge"] = page(year="2021")
    ask_again()
    watched.refresh_from_db()
    assert (watched.look, watched.shown_look) == ("unseen", [])


@pytest.mark.parametrize("robots", ["User-agent: *\nCrawl-delay: ²", "User-agent: *\nDisallow: //[x"])
def test_one_odd_host_keeps_no_other_waiting(watched, robots):
    watched.outside.pages["/robots.txt"] = robots
    watched.outside.pages["/bridge"] = page(year="2021")
    assert len(ask_again()) == 1
    assert Watch.objects.get().next_at > timezone.now()


def test_what_we_may_show_nothing_of_is_kept_without_its_text(watched):
    source = watched.appearances.get().passage.capture.source
    source.edit(by=make_reporter(), approved_by=make_editor(), rights="none")
    watched.outside.pages["/bridge"] = page(year="2021")
    (seen,) = ask_again()
    assert (seen.capture.withheld, seen.capture.text) == (True, "")


def visits(watched, *pages):
    return [(watched.outside.pages.update({"/bridge": p}), ask_again()[0])[1] for p in pages]


def test_a_page_that_is_quiet_between_two_changes_is_kept_each_time(watched):
    for n in range(5):
        changed, quiet = visits(watched, page(extra=f"Edition {n}."), page(extra=f"Edition {n}."))
        assert changed.capture is not None and quiet.capture is None
    assert Capture.objects.count() == 6


def test_words_that_changed_before_anybody_assessed_the_claim_wait_in_the_queue(watched):
    claim = make_claim("Never assessed.", passage=watched.appearances.get().passage)
    watched.outside.pages["/bridge"] = page(year="2021")
    ask_again()
    line = next(line for line in LINES if line.name == "source")
    assert set(line.which(Claim.objects.all(), None)) == {claim, watched}
    watched.outside.pages["/bridge"] = page()
    ask_again()  # the words stand again
    assert set(line.which(Claim.objects.all(), None)) == {watched}


@pytest.mark.parametrize(
    ("rules", "may"),
    [
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /*", False),
        ("User-agent: *\nDisallow: /bri*$", False),
        ("User-agent: *\nAllow: /\nDisallow: /bridge", False),
        ("User-agent: *\nDisallow: /\nAllow: /bridge", True),
        ("User-agent: FactDesk\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: other\nDisallow: /", True),
    ],
)
def test_robots_are_read_as_their_standard_says(watched, rules, may):
    watched.outside.pages["/robots.txt"] = rules
    (seen,) = ask_again()
    assert ("robots.txt" in seen.said) != may


def test_a_capture_of_the_watch_has_its_archive_record(watched):
    watched.outside.pages["/bridge"] = page(year="2021")
    (seen,) = ask_again()
    assert storing.path_of(seen.capture.sha256).with_name(f"{seen.capture.sha256}.warc.gz").exists()


def test_rights_that_were_taken_since_the_round_began_are_heeded(watched):
    source = watched.appearances.get().passage.capture.source
    other = make_source("Other.", url=source.url.replace("bridge", "ferry"))
    watched.outside.pages["/ferry"] = "<p>The ferry sank.</p>"
    watched.outside.pages["/bridge"] = page(year="2021")
    Watch.objects.create(source=other, next_at=timezone.now() - timedelta(days=1))
    round_of_work = recheck(limit=10, pause=0)
    assert next(round_of_work).source == other
    source.edit(by=make_reporter(), approved_by=make_editor(), rights="none")
    assert next(round_of_work).capture.withheld
