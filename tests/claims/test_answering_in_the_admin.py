"""The pages on which editors correct, hold, ask, answer, merge and redact: who may, what is refused, and what is kept."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from claims.answers import moment_in
from claims.auditing import audit
from claims.models import Claim, Correction, Hold, Proposal, ReplyRequest
from sources.models import Redaction, Source
from sources.redacting import find

from ..making import (
    assess,
    contradicts,
    make_chief,
    make_claim,
    make_draft,
    make_editor,
    make_passage,
    make_reporter,
)

pytestmark = pytest.mark.django_db
ACTS = [
    "reword",
    "correct",
    "strike",
    "end_relation",
    "add_subject",
    "end_subject",
    "hold",
    "lift",
    "ask",
    "answer",
    "merge",
    "withdraw",
    "redact",
    "history",
]


ZONES = [("Europe/Paris", "comes twice")]
ZONES += [(odd, "no time zone") for odd in ("Nowhere/At_all", "../etc", "é", "-1", "NaN", "+99:99", "Europe")]


def address(act, claim):
    return reverse(f"admin:claim_{act}", args=[claim.pk])


@pytest.fixture
def reporter(client):
    user = make_reporter()
    client.force_login(user)
    return user


def send(client, act, claim, **typed):
    """What an editor sends who has the page of now before them."""
    page = address(act, claim)
    seen = client.get(page).context["seen"]
    carried = dict(zip(("seen_wording", "seen_assessment"), (n or "" for n in seen), strict=True))
    return client.post(page, carried | typed)


def approve(claim):
    claim.proposals.waiting().latest("id").approve(by=make_editor())
    return Claim.objects.get(pk=claim.pk)


@pytest.mark.parametrize("act", ACTS)
def test_each_page_is_for_those_who_may(client, act):
    claim = make_claim()
    assert client.get(address(act, claim)).status_code == 302  # to the login
    nobody = make_editor("reporter")
    nobody.groups.clear()
    client.force_login(nobody)
    assert client.get(address(act, claim)).status_code == 403
    client.force_login(make_reporter())
    assert client.get(address(act, claim)).status_code == (403 if act == "redact" else 200)
    client.force_login(make_chief())
    before = Claim.objects.values().get(pk=claim.pk)
    assert client.get(address(act, claim)).status_code == 200
    assert client.get(reverse(f"admin:claim_{act}", args=[10**15])).status_code == 404
    assert Claim.objects.values().get(pk=claim.pk) == before and not Proposal.objects.waiting().exists()


@pytest.mark.parametrize("act", [a for a in ACTS if a != "history"])
@pytest.mark.parametrize("typed", [{}, {"because": "\0", "words": "\0", "kind": "\0", "other": "\0", "passage": "\0"}])
def test_an_empty_or_odd_answer_is_refused_in_sentences(client, act, typed):
    client.force_login(make_chief())
    answer = send(client, act, make_claim(), **typed)
    assert answer.status_code == 422 and "fd-errors" in answer.content.decode()


def test_published_words_are_corrected_by_two(client, reporter):
    claim = make_claim("The bridge stood.")
    answer = send(client, "correct", claim, headline="H", statement="It fell.", correction="correction")
    assert (
        answer.status_code == 422
        and "What was wrong" in answer.content.decode()
        and "It fell." in answer.content.decode()
    )
    send(
        client,
        "correct",
        claim,
        headline="H",
        statement="It fell.",
        correction="correction",
        correction_why="We misread.",
    )
    assert not Correction.objects.exists()
    review = client.get(
        reverse("admin:claims_proposal_change", args=[claim.proposals.latest("id").pk])
    ).content.decode()
    assert "in the log of corrections: We misread." in review
    approve(claim)
    assert claim.corrections.get().why == "We misread."


def test_published_words_are_reworded_with_what_is_new(client, reporter):
    claim = make_claim()
    typed = {"headline": "H", "statement": "It fell.", "code": "new_evidence"}
    assert send(client, "reword", claim, **typed).status_code == 422
    assert send(client, "reword", claim, **typed | {"code": "our_error", "because": "New."}).status_code == 422
    send(client, "reword", claim, **typed, because="A log was found.")
    assert approve(claim).wording.code == "new_evidence"
    assert "A log was found." in client.get(claim.get_absolute_url()).content.decode()


def test_a_correction_that_was_sent_back_is_written_anew_as_one(client, reporter):
    claim = make_claim()
    typed = {"headline": "H", "statement": "It fell.", "correction": "clarification", "correction_why": "We misread."}
    send(client, "correct", claim, **typed)
    proposal = claim.proposals.latest("id")
    proposal.send_back(by=make_editor(), reply="Say more.")
    page = client.get(reverse("admin:claims_proposal_change", args=[proposal.pk])).content.decode()
    anew = f"{address('correct', claim)}?revise={proposal.key}"
    assert anew in page
    assert "We misread." in client.get(anew).content.decode()


def test_a_finding_is_corrected_on_the_page_of_findings(client, reporter):
    claim = make_claim()
    assess(claim, "disputed")
    typed = {"status": "unverified", "because": "Too soon.", "code": "our_error"}
    answer = send(client, "assess", claim, **typed)
    assert answer.status_code == 422 and "a correction, a clarification or a removal" in answer.content.decode()
    send(client, "assess", claim, **typed, correction="correction", correction_why="We erred.")
    approve(claim)
    assert claim.corrections.get().effect == "The status changed from disputed to unverified."


def test_a_passage_is_struck(client, reporter):
    claim, wrong = make_claim(), make_passage("Of another bridge.")
    claim.appear(wrong, "reports", by=reporter, approved_by=make_editor())
    send(client, "strike", claim, passage=wrong.pk, correction="removal", correction_why="Another bridge.")
    approve(claim)
    assert not claim.appearances.live().filter(passage=wrong).exists()
    draft = make_draft()
    send(client, "strike", draft, passage=draft.appearances.get().passage_id, because="Not there.")
    assert not draft.appearances.live().exists()


def test_a_claim_is_held_until_a_moment_in_a_zone_and_lifted(client, reporter):
    claim = make_claim()
    typed = {"kind": "embargo", "because": "The report.", "ends_at": "2040-10-28T02:30"}
    for zone, sentence in (
        ("Europe/Paris", "comes twice"),
        ("Nowhere/At_all", "no time zone"),
        ("../etc", "no time zone"),
    ):
        answer = send(client, "hold", claim, **typed, zone=zone)
        assert answer.status_code == 422 and sentence in answer.content.decode()
    send(client, "hold", claim, **typed, zone="+02:00")
    assert not approve(claim).public
    assert Hold.objects.get().ends_at.isoformat() == "2040-10-28T00:30:00+00:00"
    assert "The report." in client.get(reverse("admin:claims_claim_change", args=[claim.pk])).content.decode()
    send(client, "lift", claim, kind="embargo", because="It is out.")
    assert approve(claim).public


def test_the_moment_of_a_clock_is_one():
    local = timezone.datetime(2027, 3, 28, 2, 30)
    with pytest.raises(ValidationError, match="never comes"):
        moment_in(local, "Europe/Paris")
    assert moment_in(local, "+01:00").isoformat() == "2027-03-28T01:30:00+00:00"
    assert moment_in(local, "UTC").isoformat() == "2027-03-28T02:30:00+00:00"


def test_somebody_is_asked_and_replies_and_the_reply_is_a_source(client, reporter):
    claim, also = make_claim(), make_draft()
    typed = {
        "to_name": "Lac",
        "channel": "email",
        "questions": "Is it so?",
        "asked_on": "2026-10-01",
        "deadline": "2026-10-08",
    }
    assert send(client, "ask", claim, **typed, also="FD-nothing").status_code == 422
    send(client, "ask", claim, **typed, also=also.key)
    approve(claim)
    request = ReplyRequest.objects.get()
    assert request.about.count() == 2
    words = "Nous contestons\r\nces faits."
    assert send(client, "answer", claim, request=request.key, outcome="replied", reply=words).status_code == 422
    send(client, "answer", claim, request=request.key, outcome="replied", reply=words, language="fr")
    approve(claim)
    passage = request.replies.get().passage
    assert passage.exact == "Nous contestons\nces faits." and passage.capture.source.title == "Reply of Lac"
    assert Source.objects.get(title="Reply of Lac").is_public
    listed = client.get(reverse("admin:claims_replyrequest_changelist")).content.decode()
    assert "Lac" in listed and "replied" in listed.lower()


def test_a_draft_is_asked_about_at_once(client, reporter):
    draft = make_draft(misconduct=True)
    send(client, "ask", draft, to_name="The builder", why_not="He died in 2001.")
    assert draft.asked.get().request.why_not == "He died in 2001."
    send(client, "publish", draft, no_reply_reason="")
    assert approve(draft).public


def test_a_claim_is_merged_by_its_id(client, reporter):
    one, gone = make_claim(), make_claim()
    assert send(client, "merge", gone, other="FD-nothing", because="The same.").status_code == 422
    send(client, "merge", gone, other=one.key, because="The same.")
    proposal = gone.proposals.latest("id")
    for page in (
        f"/admin/claims/proposal/{proposal.pk}/{name}/" for name in ("change", "approve", "return", "preview")
    ):
        assert client.get(page).status_code == 200, page
    assert approve(gone).merged_into == one
    page = client.get(reverse("admin:claims_claim_change", args=[gone.pk])).content.decode()
    assert "It was merged into" in page


def test_words_are_looked_at_before_they_go_blank(client):
    claim = make_claim("Quackenbush was there.")
    claim.comments.create(text="Is Quackenbush right?", by=make_reporter())
    client.force_login(make_chief())
    first = send(client, "redact", claim, words="Quackenbush", because="A court ordered it.")
    assert first.status_code == 422 and "2 rows hold these words" in first.content.decode().replace(
        "1 row holds", "2 rows hold"
    )
    assert not Proposal.objects.waiting().exists() and "Quackenbush" in claim.comments.get().text
    send(client, "redact", claim, words="Quackenbush", because="A court ordered it.", sure="on")
    assert "Quackenbush" in claim.comments.get().text and not Redaction.objects.exists()
    review = client.get(
        reverse("admin:claims_proposal_change", args=[claim.proposals.latest("id").pk])
    ).content.decode()
    assert "goes blank for good" in review
    approve(claim)
    assert claim.comments.get().text == "Is [redacted] right?"
    assert find("Quackenbush") == [] and Redaction.objects.exists()
    assert send(client, "redact", claim, words="Nowhere at all", because="So.", sure="on").status_code == 422


def test_the_history_joins_all_that_was_done_and_can_be_narrowed(client, reporter):
    claim = make_claim("The bridge stood.")
    assess(claim, "disputed", because="A log <b>denies</b> it.", citing=[contradicts()])
    send(
        client,
        "correct",
        claim,
        headline="H",
        statement="It fell.",
        correction="correction",
        correction_why="We misread.",
    )
    approve(claim)
    send(client, "hold", claim, kind="legal", because="A letter.")
    claim.comments.create(text="Look at this.", by=reporter)
    claim.ask(to_name="Lac", why_not="He died.", by=reporter, approved_by=make_editor())
    page = client.get(address("history", claim))
    words = page.content.decode()
    for said in (
        "Look at this.",
        "Lac: He died.",
        "Correction: We misread.",
        "A log &lt;b&gt;denies&lt;/b&gt; it.",
        "Proposed: hold",
    ):
        assert said in words, said
    assert "approved by" in words and "<del>" in words
    only = client.get(address("history", claim), {"kind": ["corrections", "nonsense"]})
    assert [e.what for e in only.context["entries"]] == ["Reword"]
    comments = client.get(address("history", claim), {"kind": "comments"}).context["entries"]
    assert [e.said for e in comments] == ["Look at this."]


def test_the_history_costs_the_same_when_it_grows(client, reporter, same_queries):
    claim = make_claim()

    def grow():
        claim.comments.create(text="More.", by=reporter)
        claim.appear(make_passage(), "reports", by=reporter, approved_by=make_editor())
        claim.ask(to_name="Lac", why_not="He died.", by=reporter, approved_by=make_editor())

    pages = [address("history", claim), reverse("admin:claims_claim_change", args=[claim.pk])]
    same_queries(*(partial(client.get, page) for page in pages), grow=grow)


def test_a_draft_is_discarded_by_one_with_a_reason_and_kept(client, reporter):
    draft = make_draft("A mistake.")
    assert ">Discard</a>" in client.get(reverse("admin:claims_claim_change", args=[draft.pk])).content.decode()
    shown = client.get(address("withdraw", draft)).content.decode()
    assert "Discard the draft" in shown and "error of ours" not in shown
    assert send(client, "withdraw", draft, because=" ").status_code == 422
    send(client, "withdraw", draft, because="Recorded twice.")
    draft.refresh_from_db()
    assert draft.stage == "withdrawn" and not Proposal.objects.exists()
    assert "Recorded twice." in client.get(address("history", draft)).content.decode()
    client.logout()
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert draft.key not in client.get("/changes/").content.decode()
    assert list(audit()) == []


def test_what_a_shared_request_says_at_a_public_claim_waits_for_a_second_editor(client, reporter):
    claim, draft = make_claim(), make_draft()
    typed = {"to_name": "Lac", "channel": "email", "questions": "Why?"}
    typed |= {"asked_on": "2026-11-01", "deadline": "2026-11-08"}
    answer = send(client, "ask", draft, **typed, also=claim.key)
    assert answer.status_code == 302 and not ReplyRequest.objects.exists()
    assert "Sent to a second editor" in client.get(answer.url).content.decode()
    approve(draft)
    request = ReplyRequest.objects.get()
    send(client, "answer", draft, request=request.key, outcome="declined")
    assert not request.replies.exists()
    approve(draft)
    assert request.replies.get().outcome == "declined"
