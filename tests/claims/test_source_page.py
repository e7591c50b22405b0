"""The page of a source: its words in document order, what is left out, and the whole text only where nothing is kept back."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from claims import reading
from claims.reading import pieces
from sources.anchoring import Found
from sources.models import Change, Sighting, Trace, Watch

from ..making import (
    assess,
    contradicts,
    make_chief,
    make_claim,
    make_draft,
    make_editor,
    make_passage,
    make_reporter,
    make_source,
    two,
)

pytestmark = pytest.mark.django_db
TEXT = "The bridge stood.\nA clerk was ill.\nNobody went there.\nThe bridge fell."


def quoted(capture, words):
    start = capture.text.index(words)
    return capture.quote(start, start + len(words), by=make_reporter())


def page_of(client, source, query="", status=200):
    answer = client.get(f"{source.get_absolute_url()}{query}")
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def capture():
    return make_source(TEXT, rights="full").captures.get()


# -- the whole text


def test_the_whole_text_is_shown_where_its_rights_allow_it(client, capture):
    make_claim(passage=quoted(capture, "bridge stood"))
    page = page_of(client, capture.source)
    assert "The whole text." in page and "Nobody went there." in page and "A clerk was ill." in page
    assert 'The <mark class="m--unverified">bridge stood</mark>' in page
    capture.source.edit(rights="quote", **two())
    page = page_of(client, capture.source)
    assert "Excerpts only." in page and "Nobody" not in page and "clerk" not in page


def test_the_past_shows_no_more_of_a_text_than_its_rights_allowed_then(client, capture):
    capture.source.edit(rights="quote", by=make_reporter())
    make_claim(passage=quoted(capture, "bridge stood"))
    then = Change.objects.latest("id").recorded_at
    capture.source.edit(rights="full", **two())
    assert "Nobody" in page_of(client, capture.source)
    assert "Nobody" not in page_of(client, capture.source, f"?as_of={quote(then.isoformat())}")


def sensitive(capture, **kwargs):
    claim = make_draft("He was ill.", sensitivity="health", passage=quoted(capture, "clerk was ill"), **kwargs)
    claim.publish(**two())


def sensitive_and_struck(capture):
    sensitive(capture)
    claim = capture.passages.get(start=capture.text.index("clerk")).appearances.get().claim
    claim.appear(make_passage(), "asserts", by=make_reporter())
    claim.strike(quoted(capture, "clerk was ill"), because="It is another clerk.", by=make_reporter())


def sensitive_and_cited(capture):
    claim = make_draft("He was ill.", sensitivity="health")
    assess(claim, "disputed", citing=[contradicts(quoted(capture, "clerk was ill"))])


def held(capture):
    make_claim(passage=quoted(capture, "clerk was ill")).hold("legal", because="A letter.", **two())


def withdrawn(capture):
    make_claim(passage=quoted(capture, "clerk was ill")).withdraw(because="A court said so.", **two())


def in_another_capture(capture):
    later = capture.source.capture(f"{TEXT}\nThe end.".encode(), by=make_reporter())
    sensitive(later)


def a_reply(capture):
    claim = make_claim("It is about him.")
    request = claim.ask(
        to_name="He", questions="?", asked_on="2026-10-01", deadline="2026-10-08", channel="email", **two()
    )
    claim.answer(request.key, "replied", passage=quoted(capture, "clerk was ill"), **two())
    claim.hold("safety", because="He is afraid.", **two())


@pytest.mark.parametrize(
    "hide", [sensitive, sensitive_and_struck, sensitive_and_cited, held, withdrawn, in_another_capture, a_reply]
)
def test_a_text_that_carries_what_is_kept_back_is_shown_in_excerpts_that_do_not_tell(client, capture, hide):
    make_claim(passage=quoted(capture, "bridge stood"))
    assert "Nobody" in page_of(client, capture.source)
    hide(capture)
    page = page_of(client, capture.source, f"?capture={capture.sha256[:12]}")
    assert "clerk" not in page and "ill" not in page.split("<main")[1].split("Underlines")[0] and "Nobody" not in page
    # It is the page of a source that may be quoted, and no more.
    capture.source.edit(rights="quote", **two())
    assert page_of(client, capture.source, f"?capture={capture.sha256[:12]}") == page


@pytest.mark.parametrize("hide", [held, withdrawn])
def test_what_is_kept_back_today_is_kept_back_from_the_past(client, capture, hide):
    make_claim(passage=quoted(capture, "bridge stood"))
    then = f"?as_of={quote(Change.objects.latest('id').recorded_at.isoformat())}"
    assert "A clerk was ill." in page_of(client, capture.source, then)
    hide(capture)
    assert "clerk" not in page_of(client, capture.source, then)


def test_a_text_that_is_like_one_with_something_kept_back_is_not_shown_whole(
    client, django_capture_on_commit_callbacks
):
    said = "\n".join(
        f"The clerk of office {n} wrote that the bridge was never inspected in year {n}." for n in range(9)
    )
    with django_capture_on_commit_callbacks(execute=True):
        one = make_source(said, rights="full").captures.get()
        other = make_source(f"{said}\nPrinted again.", rights="full").captures.get()
    make_claim(passage=quoted(one, "clerk of office 1"))
    assert "office 7" in page_of(client, one.source)
    before = client.get(one.source.get_absolute_url())["ETag"]
    hidden = make_draft("He was ill.", sensitivity="health", passage=quoted(other, "office 7"))
    hidden.publish(**two())
    assert "office 7" not in page_of(client, one.source)
    assert client.get(one.source.get_absolute_url())["ETag"] != before


def test_a_likeness_that_is_found_later_takes_the_whole_text_from_readers(client):
    said = "\n".join(f"The clerk of office {n} wrote that nobody had inspected it in year {n}." for n in range(9))
    one, other = (make_source(text, rights="full").captures.get() for text in (said, f"{said}\nPrinted again."))
    make_claim(passage=quoted(one, "clerk of office 1"))
    make_draft("He was ill.", sensitivity="health", passage=quoted(other, "office 7"))
    before = client.get(one.source.get_absolute_url())
    assert "office 7" in before.content.decode()
    for capture in (one, other):
        Trace.objects.look_for(capture.source)
    after = client.get(one.source.get_absolute_url())
    assert "office 7" not in after.content.decode() and after["ETag"] != before["ETag"]


def test_a_draft_hides_nothing_of_a_text_and_is_not_told(client, capture):
    make_claim(passage=quoted(capture, "bridge stood"))
    before = page_of(client, capture.source)
    make_draft("He was ill.", passage=quoted(capture, "clerk was ill"))
    assert page_of(client, capture.source) == before


def test_a_release_opens_the_text_and_the_past_keeps_it_closed(client, capture):
    make_claim(passage=quoted(capture, "bridge stood"))
    claim = make_draft("He was ill.", sensitivity="health", passage=quoted(capture, "clerk was ill"))
    claim.publish(**two())
    then = Change.objects.latest("id").recorded_at
    closed = page_of(client, capture.source)
    claim.propose("release", by=make_chief(), because="He says so himself.").approve(by=make_editor())
    assert "Nobody went there." in page_of(client, capture.source)
    past = page_of(client, capture.source, f"?as_of={quote(then.isoformat())}")
    assert "Nobody" not in closed and "Nobody" not in past and "clerk" not in past


def test_a_withheld_text_is_never_shown_whole(client):
    capture = make_source(TEXT, rights="full", withheld=True).captures.get()
    claim = make_draft(passage=capture.quote(0, 10, by=make_reporter(), exact="The bridge"))
    claim.publish(**two())
    assert "Excerpts only." in page_of(client, capture.source)


def test_a_long_text_is_read_whole_a_stretch_at_a_time(client, monkeypatch):
    monkeypatch.setattr(reading, "LONGEST", 7)
    capture = make_source("\n".join(f"Sentence {n:03}." for n in range(30)), rights="full").captures.get()
    for n in (0, 6, 7, 29):
        make_claim(passage=quoted(capture, f"Sentence {n:03}."))
    spanning = make_claim(passage=quoted(capture, "006.\nSentence 007"))
    address, read, marked = capture.source.get_absolute_url(), [], []
    at = 0
    while at is not None:
        found = client.get(f"{address}?at={at}").context["reading"]
        read += [p.number for p in found.paragraphs]
        marked += [p.number for p in found.paragraphs if spanning in p.claims]
        at = found.more
    assert read == list(range(1, 31)) and marked == [7, 8]


def test_many_claims_of_a_whole_text_are_read_to_the_end(client, monkeypatch):
    monkeypatch.setattr(reading, "MOST", 3)
    capture = make_source("\n".join(f"Sentence {n:03}." for n in range(6)), rights="full").captures.get()
    for n in range(6):
        for start, end in ((0, 5), (2, 8)):
            make_claim(passage=capture.quote(n * 14 + start, n * 14 + end, by=make_reporter()))
    at, read, claims = 0, [], 0
    while at is not None:
        found = client.get(f"{capture.source.get_absolute_url()}?at={at}").context["reading"]
        read += [p.number for p in found.paragraphs]
        claims += sum(len(p.claims) for p in found.paragraphs)
        at = found.more
    assert read == [1, 2, 3, 4, 5, 6] and claims == 12


# -- excerpts


def test_the_marker_of_a_claim_stands_after_its_last_piece_in_a_paragraph(client):
    capture = make_source("It stood, they say, and then it fell.").captures.get()
    claim = make_claim(passage=quoted(capture, "It stood"))
    claim.appear(quoted(capture, "it fell"), "asserts", **two())
    page = page_of(client, capture.source)
    assert page.count('class="mref"') == 1
    assert page.index("it fell</mark>") < page.index('class="mref"')
    assert f'href="#n1-{claim.key}"' in page and f'id="n1-{claim.key}"' in page


def test_a_stretch_of_two_claims_is_underlined_as_the_more_severe_and_an_opinion_has_no_status(client):
    capture = make_source("abcdefghij").captures.get()
    one = make_claim("One.", passage=capture.quote(0, 6, by=make_reporter()))
    assess(one, "disputed")
    make_claim("Fine.", kind="opinion", passage=capture.quote(4, 10, by=make_reporter()))
    page = page_of(client, capture.source)
    assert '<mark class="m--disputed">ef</mark>' in page and '<mark class="m--opinion">ghij</mark>' in page
    assert "Unverified: </span>" not in page


def test_what_is_left_out_is_told_before_between_and_after(client):
    capture = make_source("One here.\nTwo.\nThree here.\nFour.\nFive.").captures.get()
    make_claim(passage=quoted(capture, "Three"))
    page = " ".join(page_of(client, capture.source).split())
    assert "Paragraphs 1 to 2 carry no claim that we show." in page
    assert "Paragraphs 4 to 5 carry no claim that we show." in page
    assert "We show words from 1 of 5 paragraphs, 5 of 38 characters." in page
    assert "Three</mark>" in page and page.index("Three</mark>") < page.index("[…]")


def test_a_quote_over_two_paragraphs_counts_as_both():
    capture = make_source("One here.\nTwo here.\nThree.").captures.get()
    claim = make_draft(passage=quoted(capture, "here.\nTwo"))
    other = make_draft("B.", passage=quoted(capture, "Three"))
    found = [c.appearances.select_related("passage", "claim").get() for c in (claim, other)]
    assert [p.skipped for p in reading.in_document_order(capture, found)] == [None, None]
    assert reading.extent_of(capture, type(found[0]).objects.live()) == reading.Extent(2, 3, 14)
    assert [p.text for p in pieces(found)] == ["here.\nTwo", "", "Three"]


# -- languages


@pytest.fixture
def japanese():
    passage = make_passage("橋は点検されなかった", language="ja")
    passage.translate("The bridge was not inspected.", by=make_reporter(), made_by="FactDesk")
    make_claim(passage=passage)
    return passage


@pytest.mark.parametrize(
    ("show", "original", "translated"),
    [("both", True, True), ("original", True, False), ("translation", False, True)],
)
def test_a_text_is_shown_in_both_languages_or_in_one(client, japanese, show, original, translated):
    page = page_of(client, japanese.capture.source, f"?show={show}")
    assert ('<p class="orig" lang="ja">' in page) is original
    assert ("The bridge was not inspected." in page) is translated
    assert page.partition("<main")[2].count('aria-current="true"') == 1
    if show == "both":
        assert page.index("点検されなかった") < page.index("The bridge was not inspected.")


def test_where_there_is_no_translation_the_original_is_shown_and_it_is_said(client, japanese):
    source = japanese.capture.source
    bare = make_passage("川は深い", language="ja")
    make_claim(passage=bare)
    page = " ".join(page_of(client, bare.capture.source).split())
    assert "No translation yet. The Japanese text is shown." in page and 'class="toggle"' not in page
    page_of(client, source, "?show=klingon", 404)


def test_a_passage_without_translation_keeps_its_original_among_translated_ones(client):
    capture = make_source("橋は点検された。\n川は深い。", language="ja").captures.get()
    one, other = quoted(capture, "橋は点検された。"), quoted(capture, "川は深い。")
    one.translate("It was inspected.", by=make_reporter(), made_by="FactDesk")
    for passage in (one, other):
        make_claim(passage=passage)
    page = page_of(client, capture.source, "?show=translation")
    assert "川は深い。" in page and "点検" not in page
    assert page.count("No translation yet.") == 1


# -- the source itself


def test_a_page_that_is_gone_is_told_with_its_archived_copy(client):
    source = make_source(url="https://example.org/a", archived="https://archive.example/a")
    make_claim(passage=source.captures.get().quote(0, 5, by=make_reporter()))
    watch = Watch.objects.create(source=source)
    watch.failures, watch.asked_at = 2, timezone.now()
    watch.failed("It answered 404")
    page = " ".join(page_of(client, source).split())
    assert "The original page no longer answers (checked " in page and "The archived copy is below." in page
    then = quote(Change.objects.latest("id").recorded_at.isoformat())
    assert "no longer answers" not in page_of(client, source, f"?as_of={then}")
    for said in ("Its robots.txt asks not to be read by us", "It answered 403"):
        watch.failed(said)
        assert "no longer answers" not in page_of(client, source)


def test_a_page_that_fails_once_is_not_gone(client):
    source = make_source(url="https://example.org/a")
    make_claim(passage=source.captures.get().quote(0, 5, by=make_reporter()))
    Watch.objects.create(source=source).failed("It answered 404")
    page = page_of(client, source)
    assert "no longer answers" not in page and "We could not read it on" in page


def test_a_source_that_was_taken_back_says_so_and_since_when(client):
    claim = make_claim()
    source = claim.appearances.get().passage.capture.source
    then = quote(Change.objects.latest("id").recorded_at.isoformat())
    type(claim).objects.retract(source, because="They said so.", **two())
    assert "Its publisher took this source back." in page_of(client, source)
    assert "took this source back" not in page_of(client, source, f"?as_of={then}")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Found("missing"), "These words are no longer there:"),
        (Found("altered", 0, 9, 3), "These words read otherwise now:"),
    ],
)
def test_what_became_of_quotations_at_the_source_is_told_with_its_date(client, found, words):
    claim = make_claim(passage=make_passage("The bridge stood."))
    passage = claim.appearances.get().passage
    before = quote(Change.objects.latest("id").recorded_at.isoformat())
    later = passage.capture.source.capture(b"The brigde fell.", by=make_reporter())
    sighting = Sighting.of(passage, later, found, by=make_reporter())
    page = page_of(client, passage.capture.source)
    assert words in page and f'datetime="{sighting.since.recorded_at:%Y-%m-%d}"' in page
    assert later.sha256[:12] not in page
    assert "Changes at the source" not in page_of(client, passage.capture.source, f"?as_of={before}")


def test_what_became_of_words_that_readers_do_not_see_is_not_told(client):
    capture = make_source("The bridge stood. A clerk was ill.").captures.get()
    make_claim(passage=quoted(capture, "The bridge stood."))
    hidden = make_draft(passage=quoted(capture, "A clerk was ill."))
    later = capture.source.capture(b"Nothing.", by=make_reporter())
    before = page_of(client, capture.source)
    Sighting.of(hidden.appearances.get().passage, later, Found("missing"), by=make_reporter())
    assert page_of(client, capture.source) == before


def test_the_last_comparison_is_dated(client):
    claim = make_claim()
    source = claim.appearances.get().passage.capture.source
    watch = Watch.objects.create(source=source)
    watch.answered("It has not changed")
    Watch.objects.update(asked_at=timezone.now() - timedelta(days=3))
    day = timezone.now() - timedelta(days=3)
    assert f'up to <time datetime="{day:%Y-%m-%d}">' in " ".join(page_of(client, source).split())


def test_a_source_page_with_changes_costs_the_same_when_they_grow(client, same_queries):
    capture = make_source("word " * 200, rights="full", url="https://example.org/a").captures.get()
    Watch.objects.create(source=capture.source)
    later = capture.source.capture(b"Nothing.", by=make_reporter())
    numbers = iter(range(100))

    def more():
        n = next(numbers)
        passage = capture.quote(n * 5, n * 5 + 4, by=make_reporter())
        make_claim(passage=passage)
        Sighting.of(passage, later, Found("missing"), by=make_reporter())

    same_queries(lambda: page_of(client, capture.source), grow=more)
