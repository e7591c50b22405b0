"""The public pages: what they show, and what they never show."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims import reading
from claims.models import Cited, Claim
from claims.reading import in_document_order, pieces

from ..making import (
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
)

pytestmark = [pytest.mark.django_db, pytest.mark.core]
SECRET = "Zanzibar"


def shown(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_claim_page_opens_with_the_statement_its_status_and_why(client):
    claim = make_claim("The bridge was never inspected.")
    assess(claim, "disputed", because="The log of that day says otherwise.")
    page = shown(client, f"/claims/{claim.key}/")
    body = page[page.index("<body") :]
    assert body.index("<h1") < body.index("tag--disputed") < body.index("The log of that day says otherwise.")
    assert "<title>Disputed: The bridge was never inspected." in page


def test_a_claim_page_shows_the_quote_in_its_language_with_the_translation_marked(client):
    passage = make_passage("橋は点検されなかった", language="ja")
    passage.translate("The bridge was not inspected.", by=make_reporter(), made_by="FactDesk")
    page = shown(client, make_claim(passage=passage).get_absolute_url())
    assert '<blockquote class="orig" lang="ja"><p>橋は点検されなかった</p>' in page
    assert "FactDesk translation, not checked" in " ".join(page.split())


def test_a_claim_page_keeps_every_finding_in_its_history(client):
    claim = make_claim()
    assess(claim, "disputed", because="First we thought so.")
    assess(claim, "unverified", because="Then we doubted it.", code="new_evidence")
    page = shown(client, claim.get_absolute_url())
    assert page.rindex("Then we doubted it.") < page.rindex("First we thought so.")


def test_a_calculation_is_shown_with_its_result(client):
    claim = make_claim("A sum.", kind="arithmetic")
    assess(claim, "verified", citing=[Cited("supports", expression="1 + 1", printed="2")])
    assert "<code>1 + 1</code> = 2" in shown(client, claim.get_absolute_url())


def test_an_opinion_shows_no_status(client):
    claim = make_claim("It was the best bridge.", kind="opinion")
    page = shown(client, claim.get_absolute_url())
    assert "Opinion, not assessed" in page and "tag--unverified" not in page


def test_a_public_page_sets_no_cookie_and_has_a_strict_policy(client):
    for address in ["/", "/claims/", make_claim().get_absolute_url(), "/method/"]:
        answer = client.get(address)
        assert not answer.cookies
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_markup_in_a_source_stays_words(client):
    passage = make_passage("<script>alert(1)</script>")
    assert "<script>alert" not in shown(client, make_claim(passage=passage).get_absolute_url())


# -- what is not shown


def hidden_things():
    """One of each thing that readers may not know of, all about the same word."""
    by, chief = make_reporter(), make_chief()
    draft = make_draft(f"{SECRET} draft.", passage=make_passage(f"{SECRET} one."))
    sensitive = make_draft(f"{SECRET} is ill.", sensitivity="health", passage=make_passage(f"{SECRET} two."))
    sensitive.propose("publish", by=by).approve(by=make_editor())
    withdrawn = make_claim(f"{SECRET} gone.", passage=make_passage(f"{SECRET} three."))
    withdrawn.propose("withdraw", by=by, because="Asked to.").approve(by=chief)
    secret = make_passage(f"{SECRET} four.", confidential=True)
    told = make_claim("A plain claim.")
    told.appear(secret, "asserts", by=by, approved_by=chief)
    subject = make_subject(f"{SECRET} person", kind="person", private_person=True)
    return draft, sensitive, withdrawn, told, secret.capture.source, subject


def test_search_does_not_find_a_claim_by_words_that_are_not_shown(client):
    told = hidden_things()[3]
    assert told.key not in shown(client, f"/claims/?q={SECRET}")
    assert client.get(f"/api/v1/claims/?q={SECRET}").json()["results"] == []


def test_nothing_hidden_shows_on_any_public_page(client):
    draft, sensitive, withdrawn, told, source, subject = hidden_things()
    addresses = ["/", "/claims/", f"/claims/?q={SECRET}", told.get_absolute_url(), "/sources/", "/subjects/"]
    addresses += ["/api/v1/claims/", f"/api/v1/claims/?q={SECRET}", f"/api/v1/claims/{told.key}/"]
    addresses += ["/api/v1/assessments/", "/api/v1/sources/", "/api/v1/passages/", "/api/v1/subjects/"]
    for address in addresses:
        page = (
            shown(client, address)
            .replace(f"q={SECRET}", "")
            .replace(f'value="{SECRET}"', "")
            .replace(f"“{SECRET}”", "")
        )
        assert SECRET not in page, address


def test_hidden_and_absent_give_the_same_answer(client):
    draft, sensitive, withdrawn, told, source, subject = hidden_things()
    for kind, hidden in [("claims", draft), ("claims", sensitive), ("sources", source), ("subjects", subject)]:
        for base in (f"/{kind}/", f"/api/v1/{kind}/"):
            there, absent = client.get(f"{base}{hidden.key}/"), client.get(f"{base}XX-0000000000/")
            assert there.status_code == absent.status_code == 404
            assert there.content.decode().replace(hidden.key, "") == absent.content.decode().replace(
                "XX-0000000000", ""
            )


def test_a_withdrawn_claim_says_that_it_is_gone(client):
    claim = make_claim()
    claim.propose("withdraw", by=make_reporter(), because="A court ordered it.").approve(by=make_editor())
    page = shown(client, claim.get_absolute_url(), 410)
    assert "A court ordered it." in page and claim.key in page
    assert claim.wordings.get().statement not in page


def test_a_sensitive_claim_shows_once_two_people_released_it(client):
    claim = make_draft(sensitivity="private_life")
    claim.propose("publish", by=make_reporter()).approve(by=make_editor())
    shown(client, claim.get_absolute_url(), 404)
    claim.propose("release", by=make_chief(), because="The person asked for it.").approve(by=make_editor())
    assert claim.wordings.get().statement in shown(client, claim.get_absolute_url())


def test_a_private_person_is_named_and_has_no_page(client):
    subject = make_subject("A. Bystander", kind="person", private_person=True)
    claim = make_claim(subjects=[subject])
    assert f"/subjects/{subject.key}/" not in shown(client, claim.get_absolute_url())
    shown(client, f"/subjects/{subject.key}/", 404)


def test_a_confidential_source_is_cited_without_its_words(client):
    claim = make_claim()
    assess(claim, "disputed", citing=[contradicts(make_passage(f"{SECRET} said so.", confidential=True))])
    page = shown(client, claim.get_absolute_url())
    assert SECRET not in page and "A source that we keep confidential." in page


# -- lists


def test_filters_are_or_inside_and_and_between(client):
    about = make_subject("The bureau")
    one, two, three = make_claim("One.", subjects=[about]), make_claim("Two."), make_claim("Three.", subjects=[about])
    assess(one, "disputed")
    assess(two, "disputed")
    page = shown(client, f"/claims/?status=disputed&status=verified&subject={about.key}")
    assert one.key in page and two.key not in page and three.key not in page


@pytest.mark.parametrize(("words", "found"), [("点検", True), ("BRIDGE", True), ("ferry", False)])
def test_words_are_looked_for_in_statements_and_in_quotes(client, words, found):
    make_claim("The bridge was never inspected.", passage=make_passage("橋は点検されなかった", language="ja"))
    assert ("No claim matches" not in shown(client, f"/claims/?q={words}")) is found


def test_a_facet_counts_what_its_choice_would_leave(client):
    one, two = make_claim("One."), make_claim("Two.")
    assess(one, "disputed")
    facets = client.get("/claims/?status=disputed").context["facets"]
    assert {c.value: c.count for c in facets[0].choices} == {"disputed": 1, "unverified": 1}
    assert two.status == "unverified"


def test_a_chip_drops_its_own_filter_alone(client):
    make_claim()
    chips = client.get("/claims/?status=disputed&status=verified&q=ferry").context["chips"]
    assert [c.query for c in chips] == [
        "status=disputed&status=verified",
        "status=verified&q=ferry",
        "status=disputed&q=ferry",
    ]


def test_an_unknown_filter_value_is_refused_in_words(client):
    assert "status" in shown(client, "/claims/?status=perhaps", 400)


def test_a_list_is_read_to_its_end_and_back_without_skipping(client, settings):
    keys = [make_claim(f"Claim {n}.").key for n in range(30)]
    first = client.get("/claims/").context["page"]
    second = client.get(f"/claims/?after={first.older}").context["page"]
    assert [c.key for c in first.rows + second.rows] == keys[::-1]
    back = client.get(f"/claims/?before={second.newer}").context["page"]
    assert [c.key for c in back.rows] == [c.key for c in first.rows]
    assert (first.newer, second.older) == ("", "")


@pytest.mark.parametrize("place", ["x", "-1", "9" * 30, "1e3"])
def test_a_place_that_no_list_has_is_not_found(client, place):
    assert "Page not found" in shown(client, f"/claims/?after={place}", 404)


def test_home_tells_what_changed_and_from_what(client):
    claim = make_claim("The bridge was never inspected.")
    assess(claim, "disputed", because="The log says otherwise.")
    page = shown(client, "/")
    assert page.index("The log says otherwise.") > page.index("tag--unverified")
    assert "tag--disputed" in page


# -- a source in document order


def test_each_capture_of_a_source_keeps_its_page(client):
    by = make_reporter()
    source = make_source("The bridge stood.")
    first = source.captures.get()
    make_claim(passage=first.quote(0, 10, by=by))
    second = source.capture(b"The bridge fell.", by=by)
    assert "The bridge" in shown(client, source.get_absolute_url())
    make_claim(passage=second.quote(4, 15, by=by))
    assert "bridge fell" in shown(client, source.get_absolute_url())
    assert "The bridge" in shown(client, f"{source.get_absolute_url()}?capture={first.sha256[:12]}")
    shown(client, f"{source.get_absolute_url()}?capture=000000000000", 404)


def test_a_capture_that_readers_see_no_quote_of_is_not_told(client):
    source = make_source("The bridge stood.")
    make_claim(passage=source.captures.get().quote(0, 10, by=make_reporter()))
    private = source.capture(b"The bridge fell.", by=make_reporter())
    assert private.sha256 not in client.get(f"/api/v1/sources/{source.key}/").content.decode()


def test_overlapping_quotes_are_cut_at_every_boundary():
    capture = make_source("abcdefghij").captures.get()
    by = make_reporter()
    one, two = (
        make_draft("One.", passage=capture.quote(0, 6, by=by)),
        make_draft("Two.", passage=capture.quote(4, 8, by=by)),
    )
    found = [c.appearances.select_related("passage", "claim").get() for c in (one, two)]
    cut = [(p.text, [c.key for c in p.claims], [c.key for c in p.ends]) for p in pieces(found)]
    assert cut == [
        ("abcd", [one.key], []),
        ("ef", [one.key, two.key], [one.key]),
        ("gh", [two.key], [two.key]),
    ]


def test_words_between_two_quotes_are_left_out():
    capture = make_source("abcdefghij").captures.get()
    by = make_reporter()
    claims = [make_draft(passage=capture.quote(a, b, by=by)) for a, b in ((0, 2), (8, 10))]
    found = [c.appearances.select_related("passage", "claim").get() for c in claims]
    assert [p.text for p in pieces(found)] == ["ab", "", "ij"]


def test_a_source_page_reads_in_document_order_and_counts_what_it_leaves_out(client):
    capture = make_source("First.\nSecond.\nThird.\nFourth.").captures.get()
    by = make_reporter()
    make_claim("Four.", passage=capture.quote(22, 29, by=by))
    make_claim("One.", passage=capture.quote(0, 6, by=by))
    paragraphs = in_document_order(capture, _shown())
    assert [(p.number, p.skipped) for p in paragraphs] == [(1, None), (4, (2, 3))]
    page = shown(client, capture.source.get_absolute_url())
    assert page.index("First.") < page.index("Fourth.") and "Second." not in page


def _shown():
    return [a for c in Claim.objects.public() for a in c.appearances.select_related("passage", "claim")]


def test_a_missing_page_says_so_in_words(client):
    assert "check that it is right" in shown(client, "/nowhere/", 404)


def test_an_origin_is_named_on_the_page_of_its_source(client):
    origin = make_origin("The harbour office")
    passage = make_passage(origin=origin)
    make_claim(passage=passage)
    assert "The harbour office" in shown(client, passage.capture.source.get_absolute_url())


def test_changes_of_one_day_are_asked_by_that_day(client):
    claim = make_claim()
    today = f"{claim.since.recorded_at:%Y-%m-%d}"
    for query, found in [
        (f"changed_after={today}&changed_before={today}", True),
        ("changed_after=2999-01-01", False),
        ("changed_before=2001-01-01", False),
    ]:
        assert (claim.key in shown(client, f"/claims/?{query}")) is found


def test_a_long_source_is_read_a_stretch_at_a_time_without_losing_a_claim(client, monkeypatch):
    monkeypatch.setattr(reading, "MOST", 8)
    capture = make_source("\n".join(f"Sentence {n:03}." for n in range(18))).captures.get()
    by = make_reporter()
    for start, end in capture.blocks[::-1]:
        make_claim(passage=capture.quote(start, end, by=by))
    address, read = capture.source.get_absolute_url(), []
    stretch = client.get(address).context["reading"]
    read.append([p.number for p in stretch.paragraphs])
    while stretch.more is not None:
        stretch = client.get(f"{address}?at={stretch.more}").context["reading"]
        read.append([p.number for p in stretch.paragraphs])
    assert len(read) == 3 and sum(read, []) == list(range(1, 19))


def test_a_claim_leads_to_its_place_in_the_source(client):
    capture = make_source("First.\nSecond.\nThird.").captures.get()
    claim = make_claim(passage=capture.quote(15, 21, by=make_reporter()))
    assert f"{capture.source.get_absolute_url()}?capture={capture.sha256[:12]}&amp;at=15#here" in shown(
        client, claim.get_absolute_url()
    )
    page = client.get(f"{capture.source.get_absolute_url()}?at=15")
    assert [p.number for p in page.context["reading"].paragraphs] == [3]
    shown(client, f"{capture.source.get_absolute_url()}?at=x", 404)


def test_a_list_of_claims_does_not_fetch_whole_texts(client):
    make_claim(passage=make_passage("Words. " * 1000, end=6))
    with CaptureQueriesContext(connection) as asked:
        for address in ("/claims/", "/api/v1/claims/", "/api/v1/passages/", "/api/v1/assessments/", "/api/v1/sources/"):
            shown(client, address)
    assert not [q["sql"] for q in asked if '"sources_capture"."text"' in q["sql"].split(" FROM ")[0]]
