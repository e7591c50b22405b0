"""Two claims that are one: what stands goes over, both histories stay, and the old address leads on."""

from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from claims.auditing import audit
from claims.models import Claim
from sources.models import Change

from ..making import (
    UPDATE,
    assess,
    make_claim,
    make_draft,
    make_editor,
    make_passage,
    make_reporter,
    make_subject,
)

pytestmark = pytest.mark.django_db


def two():
    return {"by": make_reporter(), "approved_by": make_editor()}


def merge(one, other, **given):
    return one.merge(other, **(two() | {"because": "They say the same."} | given))


def test_all_that_stands_goes_over_and_nothing_twice():
    shared, own = make_passage("Shared."), make_passage("Own.")
    subject, common = make_subject(), make_subject()
    one = make_claim("One.", passage=shared, subjects=[common])
    two_ = make_claim("Two.", passage=shared, subjects=[common, subject])
    other = make_claim("A third.")
    two_.appear(
        own,
        "denies",
        **two(),
        speakers=[{"name": "Forbes"}],
        figures=[{"words": "two", "low": "2", "high": "2"}],
        note="Twice.",
    )
    two_.relate(other, "contradicts", **two())
    two_.relate(one, "same", **two())
    merge(two_, one)
    live = one.appearances.live().order_by("id")
    assert [a.passage for a in live] == [shared, own]
    assert [s.name for s in live[1].speakers.all()] == ["Forbes"] and live[1].figures.get().words == "two"
    assert (live[1].position, live[1].note) == ("denies", "Twice.")
    assert {m.subject for m in one.about.live()} == {common, subject}
    assert {(r.other, r.kind) for r in one.relations.live()} == {(other, "contradicts"), (two_, "absorbs")}
    gone = Claim.objects.get(pk=two_.pk)
    assert (gone.stage, gone.public, gone.merged_into) == ("withdrawn", False, one)
    assert not gone.appearances.live().exists() and gone.appearances.count() == 2
    assert list(audit()) == []


def test_the_old_address_leads_on_and_its_past_can_be_asked(client):
    one, gone = make_claim("One."), make_claim("The same as one.")
    before = Change.objects.latest("id")
    merge(gone, one)
    answer = client.get(gone.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (301, one.get_absolute_url())
    api = client.get(f"/api/v1/claims/{gone.key}/")
    assert (api.status_code, api["Location"].endswith(f"/api/v1/claims/{one.key}/")) == (301, True)
    then = client.get(f"{gone.get_absolute_url()}?as_of={quote(before.recorded_at.isoformat())}")
    assert then.status_code == 200 and "The same as one." in then.content.decode()
    assert client.get(f"{gone.get_absolute_url()}v/1/").status_code == 200
    assert gone.key not in client.get("/claims/").content.decode()
    assert "Another claim merged into this one" in client.get(one.get_absolute_url()).content.decode()
    last = make_claim("Last.")
    merge(one, last)
    assert client.get(gone.get_absolute_url())["Location"] == last.get_absolute_url()
    last.withdraw(**two(), because="Asked to.")
    assert client.get(gone.get_absolute_url()).status_code == 410
    then = client.get(f"{gone.get_absolute_url()}?as_of={quote(before.recorded_at.isoformat())}")
    assert then.status_code == 404


def test_the_finding_of_the_other_needs_another_look(client):
    one, gone = make_claim(), make_claim("The same.")
    assess(one, "disputed")
    assess(gone, "verified")
    merge(gone, one)
    one.refresh_from_db()
    assert (one.look, one.status) == ("merged", "disputed")
    assert "Another claim was found to be the same after it." in client.get(one.get_absolute_url()).content.decode()
    assert Claim.objects.get(pk=gone.pk).status == "verified"
    assert list(audit()) == []


def test_a_denial_that_comes_over_conflicts():
    against = make_passage("No.")
    one, gone = make_claim(), make_claim("The same.")
    gone.appear(against, "denies", **two())
    assess(one, "unverified")
    merge(gone, one)
    assert Claim.objects.get(pk=one.pk).look == "conflicting,merged"
    assert list(audit()) == []


@pytest.mark.parametrize(
    ("one", "other", "sentence"),
    [
        (make_draft, make_claim, "Publish"),
        (lambda: make_claim(kind="opinion"), make_claim, "another kind"),
        (lambda: make_claim(misconduct=True), make_claim, "not equally sensitive"),
        (lambda: make_draft(sensitivity="health"), make_draft, "not equally sensitive"),
    ],
    ids=["unseen", "kind", "misconduct", "sensitive"],
)
def test_only_what_passes_the_same_gates_is_one_claim(one, other, sentence):
    into, gone = one(), other()
    with pytest.raises(ValidationError, match=sentence):
        merge(gone, into)
    assert not Change.objects.filter(verb__in=["absorb", "merge"]).exists()


def test_a_merger_is_refused_with_itself_the_withdrawn_and_without_a_reason():
    one, gone = make_claim(), make_claim()
    with pytest.raises(ValidationError, match="into itself"):
        merge(one, one)
    with pytest.raises(ValidationError, match="why they are the same"):
        merge(gone, one, because=" ")
    merge(gone, one)
    with pytest.raises(ValidationError, match="withdrawn"):
        merge(gone, one)
    with pytest.raises(ValidationError, match="withdrawn"):
        merge(one, gone)


def test_a_merger_on_public_pages_takes_two_and_a_fresh_page():
    one, gone = make_claim(), make_claim()
    with pytest.raises(ValidationError, match="another editor"):
        gone.merge(one, by=make_editor(), because="The same.")
    proposal = gone.propose("merge", by=make_reporter(), other_id=one.pk, because="The same.")
    gone.reword("New", "New words.", **two(), **UPDATE)
    with pytest.raises(ValidationError, match="moved on"):
        proposal.approve(by=make_editor())
    gone.propose("merge", by=make_reporter(), other_id=one.pk, because="The same.").approve(by=make_editor())
    assert Claim.objects.get(pk=gone.pk).merged_into == one


def test_no_raw_sql_merges():
    one, gone = make_claim(), make_claim()
    gone.withdraw(**two(), because="Asked to.")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE claims_claim SET merged_into_id = %s WHERE id = %s", [one.pk, gone.pk])


def test_nobody_says_by_hand_that_a_claim_takes_in_another():
    with pytest.raises(ValidationError, match="not how one claim stands"):
        make_draft().relate(make_draft(), "absorbs", by=make_reporter())
