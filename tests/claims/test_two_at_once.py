"""Two people, or two pages of one, at once: whoever sends second is refused, keeps what was typed, and sees both versions."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from claims.admin import SourceAdmin
from claims.models import Claim, Subject
from claims.templatetags.desk import changed_words
from sources.models import Origin, Outlet, Source

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
)

pytestmark = pytest.mark.django_db

PARTS = {f"{part}-{count}_FORMS": "1" for part in ("speaker", "figure") for count in ("TOTAL", "INITIAL")} | {
    "speaker-INITIAL_FORMS": "0",
    "figure-INITIAL_FORMS": "0",
    "speaker-0-anonymity": "named",
}


def address(name, *args):
    return reverse(f"admin:{name}", args=args)


def open_page(client, page):
    """A page as an editor has it before them: what it carries of what they saw."""
    return carried(client.get(page))


def carried(answer):
    seen = answer.context["seen"]
    if isinstance(seen, int):
        return {"seen": seen}
    return dict(zip(("seen_wording", "seen_assessment"), (n or "" for n in seen), strict=True))


@pytest.fixture
def chief(client):
    user = make_chief()
    client.force_login(user)
    return user


def words_of(passage):
    return {"source": passage.capture.source.key, "quotation": passage.exact}


TYPED = "Typed with care"
ACTS = {
    "reword": lambda claim: {"headline": TYPED, "statement": "New words."} | UPDATE,
    "appear": lambda claim: (
        PARTS | {"position": "asserts", "hedge": "flat", "note": TYPED} | words_of(make_passage("Elsewhere."))
    ),
    "translate": lambda claim: {"passage": claim.appearances.get().passage_id, "text": TYPED, "language": "en"},
    "relate": lambda claim: {"kind": "contradicts", "other": make_claim(TYPED).key},
    "end_relation": lambda claim: {"which": f"part_of {claim.relations.get().other_id}", "because": TYPED},
    "end_subject": lambda claim: {"which": claim.about.get().subject_id, "because": TYPED},
    "assess": lambda claim: {"status": "unverified", "because": TYPED, "code": "first"},
    "publish": lambda claim: {"no_reply_reason": TYPED},
    "release": lambda claim: {"because": TYPED},
    "withdraw": lambda claim: {"because": TYPED},
    "strike": lambda claim: {
        "passage": claim.appearances.last().passage_id,
        "correction": "removal",
        "correction_why": TYPED,
        "because": TYPED,
    },
    "correct": lambda claim: {
        "headline": TYPED,
        "statement": "New words.",
        "correction": "clarification",
        "correction_why": TYPED,
    },
    "hold": lambda claim: {"kind": "legal", "because": TYPED},
    "lift": lambda claim: {"kind": "legal", "because": TYPED},
    "ask": lambda claim: {"to_name": TYPED, "why_not": "He died."},
    "answer": lambda claim: {"request": claim.asked.get().request.key, "outcome": "declined", "note": TYPED},
    "merge": lambda claim: {"other": make_claim().key, "because": TYPED},
    "redact": lambda claim: {"words": claim.appearances.first().passage.exact, "because": TYPED, "sure": "on"},
}


def a_claim_for(act):
    passage = make_passage("Le pont.", language="fr")
    if act == "publish":
        return make_draft(passage=passage)
    if act == "release":
        return make_claim(passage=passage, sensitivity="health")
    claim = make_claim(passage=passage)
    two = {"by": make_reporter(), "approved_by": make_editor()}
    if act == "strike":
        claim.appear(make_passage("Another."), "reports", **two)
    if act == "end_relation":
        claim.relate(make_claim(), "part_of", **two)
    if act == "end_subject":
        claim.add_subject(make_subject(), **two)
    if act == "lift":
        claim.hold("legal", because="A letter.", **two)
    if act == "answer":
        asked = {"channel": "email", "questions": "Is it so?", "asked_on": "2026-10-01", "deadline": "2026-10-08"}
        claim.ask(to_name="Lac", **asked, **two)
    return claim


def two_changes(claim, by):
    claim.reword("No inspection", "The bridge was inspected once.", by=by, approved_by=make_editor(), **UPDATE)
    assess(claim, "disputed", because="The log says otherwise.", citing=[contradicts()])


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_a_claim_that_moved_on_is_refused_with_both_versions_and_then_goes_through(client, chief, act):
    claim, other = a_claim_for(act), make_reporter()
    other.first_name, other.last_name = "M.", "Sato"
    other.save()
    page = address(f"claim_{act}", claim.pk)
    first, typed = open_page(client, page), ACTS[act](claim)
    two_changes(claim, other)
    before = claim.proposals.count()
    answer = client.post(page, first | typed)
    words = answer.content.decode()
    assert answer.status_code == 422 and "has moved on while you were writing" in words
    assert claim.proposals.count() == before
    assert typed.get("other", TYPED) in words
    assert "M. Sato reworded this claim" in words and "The log says otherwise." in words
    assert "<td>The bridge was never inspected.</td>" in words
    assert changed_words("The bridge was never inspected.", "The bridge was inspected once.") in words
    assert client.post(page, carried(answer) | typed).status_code == 302
    assert claim.proposals.count() == before + 1


@pytest.mark.parametrize("act", ["reword", "appear", "translate", "relate", "hold", "ask"])
def test_a_draft_that_moved_on_is_not_changed_at_once_either(client, chief, act):
    claim = make_draft(passage=make_passage("Le pont.", language="fr"))
    page = address(f"claim_{act}", claim.pk)
    first, typed = open_page(client, page), ACTS[act](claim)
    claim.reword("No inspection", "The bridge was inspected once.", by=chief)
    answer = client.post(page, first | typed)
    assert answer.status_code == 422 and "You, on another page, reworded this claim" in answer.content.decode()
    assert claim.wordings.count() == 2 and claim.appearances.count() == 1 and not claim.relations.exists()
    assert not claim.holds.exists() and not claim.asked.exists()
    assert client.post(page, carried(answer) | typed).status_code == 302


def test_whoever_mends_another_error_is_told_too_that_the_claim_moved_on(client, chief):
    claim = make_claim()
    page = address("claim_withdraw", claim.pk)
    first = open_page(client, page)
    two_changes(claim, make_reporter())
    words = client.post(page, first | {"because": ""}).content.decode()
    assert "required" in words and "The claim has moved on" in words and "The log says otherwise." in words


def test_a_page_that_does_not_say_what_was_seen_is_refused(client, chief):
    claim, source = make_claim(), make_source()
    assert client.post(address("claim_withdraw", claim.pk), {"because": TYPED}).status_code == 422
    fields = {"title": TYPED, "language": "en", "rights": "quote"}
    assert client.post(address("sources_source_change", source.pk), fields).status_code == 422
    assert not claim.proposals.waiting().exists() and Source.objects.get(pk=source.pk).title != TYPED


# -- the catalogue

ROWS = {
    "outlet": (Outlet, lambda: make_source().outlet, {"name": TYPED, "kind": "newspaper"}, "name"),
    "origin": (Origin, lambda: make_origin("A name"), {"name": TYPED, "kind": "document"}, "name"),
    "source": (Source, make_source, {"title": TYPED, "language": "en", "rights": "quote"}, "title"),
    "subject": (Subject, lambda: make_subject("A name"), {"name": TYPED, "kind": "organisation"}, "name"),
}


@pytest.mark.parametrize("kind", ROWS)
def test_a_row_that_moved_on_is_not_overwritten_and_then_it_is(client, kind):
    editor, other = make_editor(), make_editor()
    model, make, typed, name = ROWS[kind]
    row = make()
    was = getattr(row, name)
    page = address(f"{model._meta.app_label}_{kind}_change", row.pk)
    client.force_login(other)
    theirs = open_page(client, page)
    client.force_login(editor)
    first = open_page(client, page)
    client.force_login(other)
    assert client.post(page, theirs | typed | {name: "What another wrote"}).status_code == 302
    client.force_login(editor)
    answer = client.post(page, first | typed)
    words = answer.content.decode()
    assert answer.status_code == 422 and "has moved on while you were writing" in words
    assert f'value="{TYPED}"' in words and f"{other.username.capitalize()} edited this {kind}" in words
    assert f"<td>{was}</td><td>{changed_words(was, 'What another wrote')}</td>" in words
    assert getattr(model.objects.get(pk=row.pk), name) == "What another wrote"
    assert client.post(page, carried(answer) | typed).status_code == 302
    assert getattr(model.objects.get(pk=row.pk), name) == TYPED


def test_a_name_is_not_added_to_a_subject_that_moved_on_and_then_it_is(client, chief):
    subject = make_subject("The bureau")
    page = address("subject_name", subject.pk)
    first = open_page(client, page)
    subject.also_called("交通局", "ja", by=make_reporter())
    subject.edit(by=make_reporter(), name="The bureau of roads")
    answer = client.post(page, first | {"text": TYPED, "language": "fr"})
    words = answer.content.decode()
    assert answer.status_code == 422 and f'value="{TYPED}"' in words
    assert "交通局" in words and "<td>The bureau</td>" in words and "The bureau<ins> of roads</ins>" in words
    assert subject.names.count() == 1
    assert client.post(page, carried(answer) | {"text": TYPED, "language": "fr"}).status_code == 302
    assert subject.names.count() == 2


def test_a_new_text_of_a_source_makes_no_page_of_it_a_stale_one(client, chief):
    source = make_source()
    page = address("sources_source_change", source.pk)
    first = open_page(client, page)
    source.capture(b"Another text.", by=chief)
    assert client.post(page, first | {"title": TYPED, "language": "en", "rights": "quote"}).status_code == 302


def test_what_a_worker_wrote_meanwhile_is_not_overwritten(client, chief):
    source = make_source()
    page = address("sources_source_change", source.pk)
    first = open_page(client, page)
    source.edit(by=chief, archived="https://archive.example/1", note="An archive keeps a copy")
    answer = client.post(page, first | {"title": TYPED, "language": "en", "rights": "quote"})
    assert answer.status_code == 422 and "An archive keeps a copy" in answer.content.decode()
    assert Source.objects.get().archived == "https://archive.example/1"


# -- proposals


@pytest.fixture
def waiting():
    return make_claim().propose("withdraw", by=make_reporter(), because="Because.")


def decide(client, proposal, how, **fields):
    answer = client.post(address(f"proposal_{how}", proposal.pk), fields)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("how", ["approve", "return"])
@pytest.mark.parametrize(("first", "already"), [("approve", "approved already"), ("return", "sent back already")])
def test_what_one_editor_decided_another_does_not_decide_again(client, waiting, first, already, how):
    for editor in (make_editor(), make_editor()):
        client.force_login(editor)
        status, words = decide(client, waiting, first if status_is_new(waiting) else how, reply="Not yet, again.")
    assert status == 422 and f"This proposal is {already}" in words
    claim = Claim.objects.get(pk=waiting.claim_id)
    assert (claim.stage == "withdrawn") == (first == "approve")


def status_is_new(proposal):
    proposal.refresh_from_db()
    return proposal.state == "waiting"


def test_an_approval_from_before_the_claim_moved_on_says_what_moved(client, waiting):
    editor = make_editor()
    client.force_login(editor)
    client.get(address("claims_proposal_change", waiting.pk))
    two_changes(waiting.claim, make_reporter())
    status, words = decide(client, waiting, "approve")
    assert status == 422 and "has moved on since this was proposed. Send it back" in words
    assert "When this was proposed" in words and "The log says otherwise." in words
    assert Claim.objects.get(pk=waiting.claim_id).stage == "published"
    assert decide(client, waiting, "return", reply="Look again.")[0] == 302


# -- the verbs themselves: whatever the door


@pytest.mark.parametrize("kind", ROWS)
def test_an_edit_names_what_its_editor_saw(kind):
    model, make, _, name = ROWS[kind]
    row, by = make(), make_reporter()
    seen = row.seen
    row.edit(by=by, seen=seen, **{name: "First"})
    with pytest.raises(ValidationError, match="moved on") as refusal:
        row.edit(by=by, seen=seen, **{name: "Second"})
    assert refusal.value.code == "stale" and getattr(model.objects.get(pk=row.pk), name) == "First"
    row.edit(by=by, seen=row.seen, **{name: "Second"})
    row.edit(by=by, **{name: "Third"})  # a worker or a file, which saw nothing
    assert getattr(model.objects.get(pk=row.pk), name) == "Third"


def test_a_page_opened_while_another_saves_is_a_stale_one(client, chief, monkeypatch):
    """What is seen is asked before the row is read, so that the number is never newer than the words."""
    source = make_source()
    page = address("sources_source_change", source.pk)
    read = SourceAdmin.get_object

    def saved_in_between(*args, **kwargs):
        monkeypatch.undo()
        found = read(*args, **kwargs)
        Source.objects.get().edit(by=chief, title="What another wrote")
        return found

    monkeypatch.setattr(SourceAdmin, "get_object", saved_in_between)
    first = open_page(client, page)
    assert client.post(page, first | {"title": TYPED, "language": "en", "rights": "quote"}).status_code == 422
