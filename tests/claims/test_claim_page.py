"""A claim's page in its order: status and since when, evidence by stance, who says it, how it went, how to use it."""

import re

import pytest

from claims.models import Cited, Corrected
from claims.pages.claims import AT_ONCE

from ..making import (
    assess,
    contradicts,
    make_chief,
    make_claim,
    make_origin,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
    supports,
    two,
)

pytestmark = pytest.mark.django_db


def shown(client, claim, **asked):
    answer = client.get(claim.get_absolute_url(), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def section(page, name):
    return page[page.index(f'id="{name}"') :].partition("</section>")[0]


def words(page):
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def test_the_sections_stand_in_their_order(client):
    claim = make_claim(misconduct=True)
    error = Corrected("correction", "We misread it.")
    claim.reword("H", "The bridge stood.", code="our_error", correcting=error, **two())
    assess(claim, "disputed", reason="So it is [1].")
    page = shown(client, claim)
    names = ["statement", "why", "evidence", "who", "origins", "reply", "history", "as-of-day", "corrections"]
    places = [page.index(f'id="{name}"') for name in names]
    assert places == sorted(places)
    assert page.index('class="verdict') < page.index('aria-label="On this page"') < page.index('id="why"')


def test_it_says_since_when_it_stands_so_and_when_it_was_last_checked(client):
    claim = make_claim()
    assert words(shown(client, claim)).count("Unverified since") == 1
    first = assess(claim, "disputed")
    assess(claim, "disputed", code="review_due", because="We looked again.")
    claim.hold("legal", because="A letter.", **two())
    claim.lift("legal", because="Settled.", **two())
    context = client.get(claim.get_absolute_url()).context
    assert context["since"] > first.since.recorded_at  # readers saw it again from then on
    page = section(shown(client, claim), "statement")
    assert re.search("Disputed since .*Last checked", words(page))


def test_evidence_is_grouped_by_stance_and_keeps_the_numbers_of_the_reason(client):
    claim = make_claim()
    citing = [contradicts(), supports(), contradicts(note="The log.")]
    assess(claim, "disputed", citing=citing, reason="The log [3] says no, and [3] again; one paper [2] says yes.")
    page = shown(client, claim)
    evidence = section(page, "evidence")
    assert re.findall(r'id="ev(\d)" value="(\d)"', evidence) == [("2", "2"), ("1", "1"), ("3", "3")]
    assert evidence.index("stance--supports") < evidence.index("stance--contradicts")
    assert page.count('id="r3"') == 1 and page.count('href="#ev3"') == 2
    assert [f'href="#r{n}"' in evidence for n in (1, 2, 3)] == [False, True, True]


def test_evidence_says_in_words_what_kind_of_thing_it_is(client):
    by, claim = make_reporter(), make_claim(subjects=[subject := make_subject("The bureau")])
    office = make_source().outlet
    office.edit(by=by, kind="office")
    subject.edit(outlet=office, **two())
    paper = make_passage().capture.source.outlet
    paper.edit(by=by, kind="newspaper")
    citing = [
        contradicts(make_passage(outlet=office)),
        contradicts(make_passage(outlet=paper)),
        contradicts(make_passage()),
        Cited("context", reference="The register", url="https://x.example/", origin_id=make_origin(kind="record").pk),
    ]
    assess(claim, "disputed", citing=citing)
    said = words(section(shown(client, claim), "evidence"))
    for kind in (
        "From a party to the claim, read by us.",
        "Published by a newspaper, read by us.",
        ". Read by us.",
        "A public record that we do not hold.",
    ):
        assert kind in said, said


def test_evidence_leads_to_the_original_to_a_copy_and_to_our_record(client):
    passage = make_passage(url="https://paper.example/a", archived="https://archive.example/a")
    assess(claim := make_claim(), "disputed", citing=[contradicts(passage)])
    evidence = section(shown(client, claim), "evidence")
    assert 'href="https://paper.example/a" rel="external nofollow">Original' in evidence
    assert 'href="https://archive.example/a" rel="external nofollow">Archived copy' in evidence
    assert f'href="{passage.capture.source.get_absolute_url()}?capture=' in evidence


def test_nothing_is_said_of_evidence_that_is_kept_confidential(client):
    secret = make_passage("Secret words.", confidential=True, url="https://leak.example/", title_en="The leak")
    assess(claim := make_claim(), "disputed", citing=[contradicts(secret), contradicts()], by=make_chief())
    evidence = section(shown(client, claim), "evidence")
    assert "A source that we keep confidential." in evidence
    assert not [w for w in ("leak", "Secret", secret.capture.source.key) if w in evidence]
    assert evidence.count("read by us") + evidence.count("Read by us") == 1


def test_of_many_who_say_it_the_first_stand_open(client):
    claim = make_claim()
    for _ in range(AT_ONCE - 1):
        claim.appear(make_passage(), "asserts", **two())
    assert "<details" not in section(shown(client, claim), "who")
    for _ in range(9):
        claim.appear(make_passage(), "reports", **two())
    open_, _, closed = section(shown(client, claim), "who").partition("<details")
    assert open_.count("<article") == AT_ONCE and closed.count("<article") == 9
    assert re.findall(r'id="ap(\d+)"', open_ + closed) == [str(n) for n in range(1, 16)]
    assert "All 15 passages" in closed and "15 sources" in open_


def test_a_claim_with_many_sources_stays_small(client):
    claim = make_claim()
    for n in range(14):
        passage = make_passage(f"{n} {'Words in a row that a paper printed. ' * 6}", archived="https://a.example/")
        passage.translate("Words in a row that a paper printed. " * 6, by=make_reporter(), made_by="FactDesk")
        claim.appear(passage, "reports", speakers=[{"name": "Somebody"}], **two())
    assert len(shown(client, claim).encode()) < 60_000


def test_it_was_first_seen_where_it_was_first_printed(client):
    claim = make_claim(passage=make_passage(dated="2023-06"))
    earlier = make_passage(dated="2021", title_en="The early paper")
    claim.appear(earlier, "asserts", **two())
    claim.appear(make_passage(dated="2020", confidential=True, title_en="A leak"), "asserts", **two())
    earlier.capture.source.edit(title_en="The earliest paper", **two())
    page = shown(client, claim)
    side = page[page.index("First seen in") :].partition("</div>")[0]
    assert "The earliest paper" in side and "2021" in side


def test_a_correction_shows_in_the_line_of_the_history(client):
    claim = make_claim()
    error = Corrected("correction", "We misread it.")
    claim.reword("H", "The bridge stood.", code="our_error", correcting=error, **two())
    newest, first = section(shown(client, claim), "history").split('<li id="v')[1:]
    assert '<svg class="ico"' in newest.partition("Reworded")[0] and 'href="#correction-1"' in newest
    assert 'href="#correction' not in first


def test_the_page_of_a_day_is_asked_for_without_scripts(client):
    claim = make_claim()
    page = section(shown(client, claim), "history")
    assert f'<form class="section row no-print" method="get" action="{claim.get_absolute_url()}">' in page
    first = claim.standings.get().change.recorded_at
    assert f'name="as_of" min="{first:%Y-%m-%d}"' in page
    assert "as it stood on" in shown(client, claim, as_of=f"{first:%Y-%m-%d}")
