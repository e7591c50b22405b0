"""Two claims that are one: what stands goes over, both histories stay, and the old address leads on."""

from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from claims import interchange
from claims.auditing import audit
from claims.models import Claim, Corrected
from sources.models import Change

from ..making import (
    UPDATE,
    assess,
    empty_the_desk,
    make_chief,
    make_claim,
    make_draft,
    make_editor,
    make_passage,
    make_reporter,
    make_subject,
    two,
)

pytestmark = pytest.mark.django_db


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
    assert list(audit()) == []
    first = list(interchange.dump())
    empty_the_desk()
    interchange.load(first)
    assert list(interchange.dump()) == first


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


def test_a_request_goes_over_and_a_reply_comes_to_the_heir(client):
    one, gone = make_claim(), make_claim()
    asked = {"channel": "email", "questions": "?", "asked_on": "2026-10-01", "deadline": "2026-10-08"}
    request = gone.ask(to_name="Lac", **asked, **two())
    waiting = gone.propose("answer", by=make_reporter(), request=request.key, outcome="declined")
    merge(gone, one)
    with pytest.raises(ValidationError, match="is withdrawn"):
        waiting.approve(by=make_editor())
    one.answer(request.key, "declined", **two())
    assert "Declined to comment" in client.get(one.get_absolute_url()).content.decode()
    for act in (
        lambda: gone.ask(to_name="Lac", **asked, **two()),
        lambda: gone.translate(one.appearances.first().passage, "Text", **two()),
    ):
        with pytest.raises(ValidationError, match="is withdrawn"):
            act()
    with pytest.raises(ValidationError, match="Nobody was asked about"):
        one.answer("RR-0000000000", "declined", **two())


def test_what_others_say_of_it_is_said_of_the_heir(client):
    one, gone, third = make_claim("One."), make_claim("The same."), make_claim("Not so.")
    third.relate(gone, "contradicts", **two())
    before = third.standings.count()
    merge(gone, one)
    assert [(r.other, r.kind) for r in third.relations.live()] == [(one, "contradicts")]
    assert third.standings.count() == before + 1
    assert "One." in client.get(third.get_absolute_url()).content.decode()


def test_its_corrections_stay_in_the_log(client):
    one, gone = make_claim(), make_claim()
    gone.reword("H", "Other words.", code="our_error", correcting=Corrected("correction", "We misread."), **two())
    merge(gone, one)
    assert "We misread." in client.get("/corrections/").content.decode()


def test_a_merger_is_not_approved_when_the_other_claim_moved_on():
    one, gone = make_claim(), make_claim()
    merger = gone.propose("merge", by=make_reporter(), other_id=one.pk, because="The same.")
    relation = gone.propose("relate", by=make_reporter(), other_id=one.pk, kind="same")
    one.reword("H", "Quite another thing.", **UPDATE, **two())
    for proposal in (merger, relation):
        with pytest.raises(ValidationError, match="moved on"):
            proposal.approve(by=make_editor())


def test_sensitive_claims_are_merged_and_then_released():
    passage = make_passage("He is ill.")
    one, gone = (make_draft(f"He is ill {n}.", sensitivity="health", passage=passage) for n in (1, 2))
    merge(gone, one)
    one.publish(**two())
    one.release(by=make_chief(), approved_by=make_editor(), because="He says so.")
    assert one.public


def test_a_sensitive_claim_that_is_not_released_hides_in_none_that_is():
    one, gone = (make_draft("He is ill.", sensitivity="health") for _ in range(2))
    one.release(by=make_chief(), approved_by=make_editor(), because="He says so.")
    with pytest.raises(ValidationError, match="is not released"):
        merge(gone, one)


def test_a_merger_shows_no_words_of_a_sensitive_claim():
    passage = make_passage("He is ill and the bridge fell.")
    one, gone = make_claim(), make_draft(passage=passage)
    secret = Claim.objects.record(by=make_reporter(), statement="He is ill.", sensitivity="health")
    secret.appear(passage.capture.quote(0, 9, by=make_reporter()), "asserts", by=make_reporter())
    with pytest.raises(ValidationError, match="sensitive claim"):
        merge(gone, one)


def test_the_address_of_a_draft_that_was_merged_leads_nowhere(client):
    one, gone = make_claim(), make_draft()
    merge(gone, one)
    assert client.get(gone.get_absolute_url()).status_code == 404


def test_half_a_merger_is_audited():
    one, gone = make_claim(), make_claim()
    one.absorb(gone, **two())
    assert any("goes over to another claim" in sentence for sentence in audit())
