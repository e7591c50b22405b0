"""We were wrong, and say so: by the act that puts it right, and in the open."""

import json
import re
import xml.etree.ElementTree as ET

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from claims import interchange
from claims.auditing import audit
from claims.models import Claim, Corrected, Correction
from sources.models import Change

from ..making import (
    UPDATE,
    assess,
    contradicts,
    empty_the_desk,
    make_chief,
    make_claim,
    make_draft,
    make_editor,
    make_passage,
    make_reporter,
    two,
)

pytestmark = pytest.mark.django_db
ERROR = {"code": "our_error", "correcting": Corrected("correction", "We misread the report.")}


def run(sql, *args):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, args)


def page(client, claim):
    return client.get(claim.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Say why it changes"),
        ({"code": "first", "because": "So."}, "Say why it changes"),
        ({"code": "reworded", "because": "So."}, "Say why it changes"),
        ({"code": "new_evidence"}, "Say what is new"),
        ({"code": "new_evidence", "because": " "}, "Say what is new"),
        ({"code": "our_error"}, "a correction, a clarification or a removal"),
        ({"code": "our_error", "correcting": Corrected("correction", " ")}, "Say what was wrong"),
        ({"code": "our_error", "correcting": Corrected("apology", "Sorry.")}, "not a kind of correction"),
        (
            {"code": "new_evidence", "because": "So.", "correcting": Corrected("correction", "x")},
            "Only an error of ours",
        ),
    ],
)
def test_published_words_change_by_a_correction_or_an_update_and_not_else(given, sentence):
    claim = make_claim()
    with pytest.raises(ValidationError, match=sentence):
        claim.reword("New", "New words.", **two(), **given)
    assert (claim.wordings.count(), Correction.objects.count()) == (1, 0)


def test_a_draft_is_reworded_without_a_reason():
    claim = make_draft()
    claim.reword("New", "New words.", by=make_reporter(), **ERROR)
    assert (claim.words, claim.wording.code, Correction.objects.count()) == ("New words.", "", 0)


def test_the_words_that_stand_are_no_new_wording():
    claim = make_draft("The bridge stood.")
    with pytest.raises(ValidationError, match="the words that stand"):
        claim.reword(claim.wording.headline, "The bridge stood.", by=make_reporter())


def test_a_correction_says_what_stood_and_what_stands_now(client):
    claim = make_claim("The bridge stood.")
    assess(claim, "disputed")
    claim.reword("Fell", "The bridge fell.", **two(), **ERROR)
    made = claim.corrections.get()
    assert (made.before, made.now, made.status_before, made.status_now) == (
        "The bridge stood.",
        "The bridge fell.",
        "disputed",
        "disputed",
    )
    assert made.since_id == claim.wording.since_id
    said = page(client, claim)
    for words in (
        "The bridge stood.</del>",
        "The bridge fell.</ins>",
        "We misread the report.",
        "The status did not change",
    ):
        assert words in said


def test_a_headline_alone_can_be_corrected():
    claim = make_claim("The bridge stood.")
    claim.reword("It stood", "The bridge stood.", **two(), **ERROR)
    assert (claim.corrections.get().before, claim.corrections.get().now) == ("The bridge stood.", "It stood")


def test_a_finding_that_was_our_error_is_corrected_with_its_effect(client):
    claim = make_claim()
    assess(claim, "disputed", because="A log denies it.")
    with pytest.raises(ValidationError, match="a correction, a clarification"):
        assess(claim, "unverified", code="our_error", because="Too soon.")
    assess(claim, "unverified", code="our_error", because="Too soon.", correcting=ERROR["correcting"])
    made = claim.corrections.get()
    assert (made.before, made.now) == ("Disputed: A log denies it.", "Unverified: Too soon.")
    assert made.effect == "The status changed from disputed to unverified."
    with pytest.raises(ValidationError, match="Only an error of ours"):
        assess(claim, "unverified", code="new_evidence", correcting=ERROR["correcting"])


def test_new_evidence_makes_no_correction():
    claim = make_claim()
    assess(claim, "disputed")
    assess(claim, "unverified", code="new_evidence")
    claim.reword("New", "New words.", **two(), **UPDATE)
    assert not Correction.objects.exists()
    assert claim.wording.code == "source_changed"


def test_an_appearance_recorded_in_error_is_struck_by_a_correction(client):
    wrong = make_passage("It fell.")
    claim = make_claim()
    claim.appear(wrong, "denies", **two())
    with pytest.raises(ValidationError, match="a correction, a clarification"):
        claim.strike(wrong, **two())
    claim.strike(wrong, **two(), correcting=Corrected("removal", "It speaks of another bridge."))
    assert wrong not in [a.passage for a in claim.appearances.live()]
    assert "Denies: “It fell.”" in claim.corrections.get().before
    with pytest.raises(ValidationError, match="not recorded at this passage"):
        claim.strike(wrong, **two(), correcting=ERROR["correcting"])
    claim.appear(wrong, "denies", **two())
    assert claim.appearances.filter(passage=wrong).count() == 2


def test_the_only_passage_of_a_published_claim_is_not_struck():
    claim = make_claim()
    with pytest.raises(ValidationError, match="the only passage"):
        claim.strike(claim.appearances.get().passage, **two(), correcting=ERROR["correcting"])


def test_a_struck_opponent_no_longer_asks_for_another_look():
    claim = make_claim()
    assess(claim, "disputed")
    against = make_passage("It did not.")
    claim.appear(against, "denies", **two())
    assert claim.look == "conflicting"
    claim.strike(against, **two(), correcting=ERROR["correcting"])
    assert Claim.objects.get(pk=claim.pk).look == ""


def test_words_of_a_struck_passage_stay_public_words():
    """The past can be asked, so a sensitive claim may not take them."""
    passage = make_passage("He is ill.")
    claim = make_claim()
    claim.appear(passage, "reports", **two())
    claim.strike(passage, **two(), correcting=ERROR["correcting"])
    with pytest.raises(ValidationError, match="These words are public"):
        make_draft("He is ill.", sensitivity="health", passage=passage)


def test_a_withdrawal_that_was_our_error_is_in_the_log_without_its_words(client):
    claim = make_claim("The bridge stood.")
    claim.withdraw(**two(), because="We named the wrong bridge.", our_error=True)
    assert claim.corrections.get().kind == "removal"
    log = client.get("/corrections/").content.decode()
    assert claim.key in log and "We named the wrong bridge." in log and "The bridge stood." not in log
    assert client.get(claim.get_absolute_url()).status_code == 410
    assert "it was an error of ours" in log


def test_a_correction_is_proposed_and_approved(client):
    claim = make_claim()
    proposal = claim.propose(
        "reword",
        by=make_reporter(),
        headline="New",
        statement="New words.",
        code="our_error",
        correcting={"kind": "clarification", "why": "It said too much."},
    )
    assert not Correction.objects.exists()
    proposal.approve(by=make_editor())
    assert claim.corrections.get().kind == "clarification"


def test_the_log_is_paged_and_leaves_out_what_is_hidden(client):
    claims = [make_claim(f"Claim {n}.") for n in range(3)]
    for n in range(28):
        claims[n % 2].reword("H", f"Words {n}.", **two(), **ERROR)
    claims[2].withdraw(**two(), because="Asked to.")
    first = client.get("/corrections/").content.decode()
    assert first.count('<article class="card"') == 25 and "was withdrawn" in first
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = client.get(f"/corrections/{following}").content.decode()
    assert second.count('<article class="card"') == 4 and 'rel="prev"' in second
    back = re.search(r'rel="prev" href="([^"]+)"', second)[1].replace("&amp;", "&")
    assert client.get(f"/corrections/{back}").content.decode().count('<article class="card"') == 25
    claims[0].hold("legal", **two(), because="A letter.")
    assert claims[0].key not in client.get("/corrections/").content.decode()
    for place in ("x", "²", "9" * 30):
        assert client.get("/corrections/", {"after": place}).status_code == 404


def test_the_log_costs_the_same_when_it_grows(client, same_queries):
    claim = make_claim()

    def grow():
        claim.reword("H", f"Words {Change.objects.count()}.", **two(), **ERROR)

    same_queries(lambda: client.get("/corrections/"), lambda: client.get(claim.get_absolute_url()), grow=grow)


def test_the_feed_has_one_entry_for_each_correction_and_withdrawal(client):
    claim, gone = make_claim("The bridge <b>stood</b>."), make_claim()
    claim.reword("H", "The bridge & the road.", **two(), **ERROR)
    gone.withdraw(**two(), because="Asked to.")
    answer = client.get("/corrections/feed.xml")
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.content)
    atom = "{http://www.w3.org/2005/Atom}"
    titles = [e.findtext(f"{atom}title") for e in feed.iter(f"{atom}entry")]
    ids = [e.findtext(f"{atom}id") for e in feed.iter(f"{atom}entry")]
    assert titles == [f"{gone.key} was withdrawn", f"Correction to {claim.key}"] and len(set(ids)) == 2
    assert "The bridge <b>stood</b>." in feed.findtext(f"{atom}entry[2]/{atom}summary")


def test_the_feed_survives_what_no_xml_can_say(client):
    claim, odd = make_claim(), make_passage("Page one\fpage\x0btwo.")
    claim.appear(odd, "reports", **two())
    claim.strike(odd, correcting=ERROR["correcting"], **two())
    assert b"Page one page two." in client.get("/corrections/feed.xml").content


def test_a_passage_that_was_struck_and_recorded_again_is_dumped_and_loaded():
    claim, passage = make_claim(), make_passage()
    claim.appear(passage, "denies", **two())
    claim.strike(passage, correcting=ERROR["correcting"], **two())
    claim.appear(passage, "asserts", **two())
    first = list(interchange.dump())
    empty_the_desk()
    interchange.load(first)
    assert list(interchange.dump()) == first and list(audit()) == []


def test_a_page_tells_machines_of_its_corrections_and_cannot_be_broken_by_its_words(client):
    claim = make_claim("</script><script>alert(1)</script> & so on.")
    assert _marked_up(client, claim)["@type"] == "Claim"
    assess(claim, "disputed", because="A log denies it.")
    claim.reword("</script>", "Other words.", **two(), **ERROR)
    said = _marked_up(client, claim)
    assert said["@type"] == "ClaimReview" and said["reviewRating"]["alternateName"] == "Disputed"
    assert "ratingValue" not in said["reviewRating"]
    assert [c["text"] for c in said["correction"]] == ["We misread the report."]
    assert page(client, claim).count("</script>") == 2


def _marked_up(client, claim):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page(client, claim))[1])


# What raw SQL may not do


def test_no_raw_sql_rewords_a_public_claim_without_a_reason():
    claim, by = make_claim(), make_reporter()
    change = claim._change("reword", by, make_editor(), public=True)
    for code in ("", "our_error"):
        with pytest.raises(DatabaseError), transaction.atomic():
            claim._word(change, "New", "New words.", "en", code)
            claim._stand(change)
    claim._word(change, "New", "New words.", "en", "new_evidence")
    claim._stand(change)
    assert Claim.objects.get(pk=claim.pk).words == "New words."


def test_no_raw_sql_assesses_by_our_error_without_a_correction(monkeypatch):
    claim = make_claim()
    assess(claim, "disputed")
    monkeypatch.setattr("claims.models.deciding.refuse_uncorrected", lambda code, correcting: None)
    with pytest.raises(DatabaseError, match="our_error|corrected"):
        assess(claim, "unverified", code="our_error")


@pytest.mark.parametrize("verb", ["appear", "relate", "publish"])
def test_no_correction_hangs_on_another_act(verb):
    claim = make_claim()
    change = claim._change(verb, make_reporter(), make_editor(), public=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        claim._correct(change, Corrected("correction", "x"), "a", "b", was="unverified")


def test_an_override_corrects_alone_and_says_so(client):
    claim = make_claim()
    claim.reword("New", "New words.", by=make_chief(), override="It could not wait.", **ERROR)
    assert "It could not wait." in page(client, claim)
    assess(claim, "disputed", citing=[contradicts()])
