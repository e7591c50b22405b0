"""A chief acts without a second editor: for a reason that readers see, and never with somebody else's proposal."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from claims.auditing import audit
from claims.models import Claim, Proposal
from sources.models import Change, Outlet

from ..making import assess, contradicts, make_chief, make_claim, make_draft, make_editor, make_passage, make_reporter
from ..programs import Program, chief, problem_of

pytestmark = pytest.mark.django_db
WHY = "The other editors are on the ship."


def proposed(by, claim=None):
    claim = claim or make_claim()
    return claim.propose("assess", by=by, status="disputed", because="It was inspected.", citing=[_stored()])


def _stored():
    return {"stance": "contradicts", "passage_id": make_passage("It was inspected.").pk}


def page(proposal, act=""):
    return reverse(f"admin:{act or 'claims_proposal_change'}", args=[proposal.pk])


def test_a_chief_carries_out_what_they_proposed_and_readers_see_why(client):
    by = make_chief()
    client.force_login(by)
    waiting = proposed(by)
    assert "Carry it out alone" in client.get(page(waiting)).content.decode()
    answer = client.post(page(waiting, "proposal_alone"), {"because": " "})
    assert answer.status_code == 422 and "Say why no other editor approves this" in answer.content.decode()
    assert Claim.objects.get().status == "unverified"
    answer = client.post(page(waiting, "proposal_alone"), {"because": WHY})
    assert answer.status_code == 302
    claim, waiting = Claim.objects.get(), Proposal.objects.get(pk=waiting.pk)
    assert (claim.status, waiting.state, waiting.decided_by) == ("disputed", "overridden", by)
    change = claim.assessment.since
    assert (change.approval, change.by, change.approved_by, change.note) == ("override", by, None, WHY)
    assert waiting.change == change
    client.logout()
    shown = client.get(claim.get_absolute_url()).content.decode()
    assert "One editor, by an override:" in shown and WHY in shown
    assert list(audit()) == []


@pytest.mark.parametrize("role", ["reporter", "editor"])
def test_nobody_else_overrides(client, role):
    by = make_editor(role)
    client.force_login(by)
    waiting = proposed(by)
    assert "Carry it out alone" not in client.get(page(waiting)).content.decode()
    assert client.post(page(waiting, "proposal_alone"), {"because": WHY}).status_code == 403
    with pytest.raises(PermissionDenied):
        waiting.override(by=by, because=WHY)
    assert Claim.objects.get().status == "unverified"


def test_what_somebody_else_proposed_is_approved_and_not_overridden(client):
    by = make_chief()
    client.force_login(by)
    waiting = proposed(make_reporter())
    assert "Carry it out alone" not in client.get(page(waiting)).content.decode()
    answer = client.post(page(waiting, "proposal_alone"), {"because": WHY})
    assert answer.status_code == 422 and "you are the second editor: approve it" in answer.content.decode()
    assert Claim.objects.get().status == "unverified"


def test_what_moved_on_and_what_was_decided_is_not_overridden():
    by = make_chief()
    claim = make_claim()
    stale = proposed(by, claim)
    assess(claim, "disputed", citing=[contradicts(make_passage("It was."))])
    with pytest.raises(ValidationError, match="moved on"):
        stale.override(by=by, because=WHY)
    waiting = proposed(by)
    waiting.override(by=by, because=WHY)
    with pytest.raises(ValidationError, match="carried out alone already"):
        waiting.override(by=by, because=WHY)
    assert Change.objects.filter(approval="override").count() == 1


def test_an_override_lifts_no_other_rule():
    by = make_chief()
    draft = make_draft("He took money.", misconduct=True)
    with pytest.raises(ValidationError, match="reply"):
        draft.propose("publish", by=by)
    claim = make_claim()
    passage = claim.appearances.get().passage
    circular = {"stance": "supports", "passage_id": passage.pk}
    with pytest.raises(ValidationError, match="go back to"):
        claim.propose("assess", by=by, status="verified", because="So.", citing=[circular])


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("reword", {"statement": "Other.", "headline": "O", "code": "new_evidence", "because": "So."}),
        ("withdraw", {"because": "Asked to."}),
        ("hold", {"kind": "legal", "because": "A letter."}),
        ("ask", {"to_name": "Somebody", "why_not": "He died."}),
        ("redact", {"words": "never inspected", "because": "A court ordered it."}),
    ],
)
def test_verbs_of_a_claim_are_overridden(verb, body):
    by = make_chief()
    make_claim().propose(verb, by=by, **body).override(by=by, because=WHY)
    change = Change.objects.latest("id")
    assert (change.approval, change.by, change.approved_by) == ("override", by, None) and WHY in change.note
    assert list(audit()) == []


def test_a_program_overrides_with_its_scope():
    by = chief()
    claim = make_claim()
    waiting = proposed(by.user, claim)
    address = f"proposals/{waiting.key}/"
    told = problem_of(Program(by.user, "propose", "approve").act(address, "override", 403, because=WHY), 403)
    assert "cannot override" in told["detail"]
    assert problem_of(by.act(address, "override", 422, because=""), 422)["errors"][0]["pointer"] == "#/because"
    assert by.act(address, "override", because=WHY).json()["state"] == "overridden"
    assert Claim.objects.get(pk=claim.pk).status == "disputed"


def test_the_database_knows_who_may_have_overridden():
    waiting = proposed(make_chief())
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=waiting.pk).update(state="overridden", decided_by=make_editor())


def test_the_audit_finds_one_that_the_ledger_does_not_tell():
    by = make_chief()
    waiting = proposed(by)
    Proposal.objects.filter(pk=waiting.pk).update(state="overridden", decided_by=by)
    assert [f for f in audit() if waiting.key in f] == [
        f"{waiting.key} was carried out alone, and the ledger does not say so"
    ]


def test_an_edit_of_the_catalogue_that_waits_is_overridden_too():
    by = make_chief()
    outlet = make_claim().appearances.get().passage.capture.source.outlet or Outlet.objects.get()
    body = {"name": "Another name"}
    waiting = Proposal.objects.propose(outlet, "edit", by=by, seen=outlet.seen, body=body)
    waiting.override(by=by, because=WHY)
    outlet.refresh_from_db()
    assert outlet.name == "Another name" and Change.objects.latest("id").note == WHY
