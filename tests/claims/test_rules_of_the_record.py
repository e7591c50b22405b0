"""Each rule of the record is attacked by a verb here, and by raw SQL in test_raw_sql.py."""

from dataclasses import asdict

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from claims.auditing import audit
from claims.models import Assessment, Cited, Claim, Proposal
from sources.models import Change, Descent
from sources.recording import record

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
    supports,
)

pytestmark = [pytest.mark.django_db, pytest.mark.core]


# Rule 1: history is only added


def test_an_assessment_is_never_changed():
    finding = assess(make_claim(), "disputed")
    finding.why = "Something else."
    with pytest.raises(IntegrityError, match="only added"), transaction.atomic():
        finding.save()
    assert Assessment.objects.get().why == "We read it."


def test_an_assessment_is_never_deleted():
    finding = assess(make_claim(), "disputed")
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        Assessment.objects.filter(pk=finding.pk)._raw_delete("default")


def test_a_closed_row_never_opens_again():
    claim = make_claim()
    appearance = claim.appearances.get()
    editor = make_editor()
    change = record("close", "claim", claim.key, by=editor)
    appearance.close(change)
    with pytest.raises(IntegrityError, match="only added"), transaction.atomic():
        type(appearance).objects.filter(pk=appearance.pk).update(until=None)


def test_an_edited_source_leaves_its_earlier_self_in_the_ledger():
    source = make_source()
    title = source.title
    source.edit(by=make_reporter(), title="A better title")
    assert Change.objects.get(verb="edit").before["title"] == title


# Rule 2: the status is that of the last assessment


def test_a_new_claim_is_unverified():
    assert make_claim().status == "unverified"


def test_approving_a_finding_sets_the_status():
    claim = make_claim()
    proposal = claim.propose(
        "assess", by=make_reporter(), status="disputed", because="They say otherwise.", citing=[asdict(contradicts())]
    )
    proposal.approve(by=make_editor())
    claim.refresh_from_db()
    assert claim.status == claim.assessment.status == "disputed"


def test_proposing_changes_nothing():
    claim = make_claim()
    claim.propose("assess", by=make_reporter(), status="disputed", because="No.", citing=[asdict(contradicts())])
    claim.refresh_from_db()
    assert (claim.status, claim.assessments.count()) == ("unverified", 0)


def test_each_assessment_names_the_one_before_it():
    claim = make_claim()
    first = assess(claim, "disputed")
    second = assess(claim, "unverified", code="new_evidence")
    assert (second.previous, second.number) == (first, 2)


# Rule 3: a settled status rests on citations


@pytest.mark.parametrize("status", ["verified", "disputed"])
def test_a_settled_status_needs_a_citation(status):
    claim = make_claim()
    with pytest.raises(ValidationError, match="Choose at least one citation"):
        claim.propose("assess", by=make_reporter(), status=status, because="We believe so.", citing=[])
    assert not claim.proposals.filter(verb="assess").exists()


def test_a_supporting_citation_does_not_make_a_dispute():
    claim = make_claim()
    with pytest.raises(ValidationError, match="contradicts"):
        assess(claim, "disputed", citing=[supports()])


def test_what_is_contradicted_is_not_verified():
    with pytest.raises(ValidationError, match="contradicts the claim"):
        assess(make_claim(), "verified", citing=[supports(), contradicts()])


def test_an_opinion_is_not_assessed():
    with pytest.raises(ValidationError, match="opinion"):
        assess(make_claim(kind="opinion"), "disputed")


# Rule 4: a claim cannot vouch for itself


def test_independent_evidence_verifies():
    claim = make_claim()
    assess(claim, "verified")
    assert claim.status == "verified"


def test_the_source_of_a_claim_does_not_verify_it():
    passage = make_passage()
    claim = make_claim(passage=passage)
    with pytest.raises(ValidationError, match="both go back to"):
        assess(claim, "verified", citing=[supports(passage)])


def test_a_reprint_does_not_verify_what_it_reprints():
    claim, reprint = make_claim(), make_passage()
    upstream = claim.appearances.get().passage.capture.source.origin
    origin = reprint.capture.source.origin
    change = record("relate", "origin", origin.key, by=make_reporter())
    Descent(origin=origin, upstream=upstream, kind="republishes", since=change).save()
    with pytest.raises(ValidationError, match=upstream.name):
        assess(claim, "verified", citing=[supports(reprint)])


def test_two_articles_that_quote_one_report_are_one_origin():
    forbes = make_origin("Forbes, June 2023")
    first, second = make_passage(), make_passage()
    by = make_reporter()
    speaker = [{"name": "Forbes", "origin": forbes}]
    claim = Claim.objects.record(by=by, statement="He said so.")
    claim.appear(first, "reports", by=by, speakers=speaker)
    Claim.objects.record(by=by, statement="He said more.").appear(second, "reports", by=by, speakers=speaker)
    with pytest.raises(ValidationError, match="both go back to Forbes, June 2023"):
        assess(claim, "verified", citing=[supports(second)])


def test_the_circle_is_named_once_by_the_name_that_tells_most():
    """Forbes without a date is Forbes, June 2023, until shown to be another."""
    by, forbes, undated = make_reporter(), make_origin("Forbes, June 2023", dated="2023-06"), make_origin("Forbes")
    undated.descend(forbes, "same", by=by)
    claim, cited = make_claim(), [make_passage() for _ in range(3)]
    for passage, upstream in [(claim.appearances.get().passage, forbes), *((p, undated) for p in cited)]:
        passage.capture.source.origin.descend(upstream, "draws_on", by=by, approved_by=make_editor())
    for many, said in [
        (1, "The evidence and the claim both go back to Forbes, June 2023. Add"),
        (2, "Both citations go back to Forbes, June 2023, and so does the claim. Add"),
        (3, "All 3 citations go back to Forbes, June 2023, and so does the claim. Add"),
    ]:
        with pytest.raises(ValidationError, match=said):
            assess(claim, "verified", citing=[supports(p) for p in cited[:many]])
    assert claim.assessment is None


def test_of_two_circles_neither_is_laid_to_both_citations():
    claim, other = make_claim(), make_passage()
    first = claim.appearances.get().passage
    claim.appear(other, "asserts", by=make_reporter(), approved_by=make_editor())
    names = " and ".join(sorted(p.capture.source.origin.name for p in (first, other)))
    with pytest.raises(ValidationError, match=f"The evidence and the claim both go back to {names}. Add"):
        assess(claim, "verified", citing=[supports(first), supports(other)])


def test_an_outlet_does_not_vouch_for_its_sister():
    claim, other = make_claim(), make_passage()
    by = make_reporter()
    owner = make_source().outlet
    for passage in (claim.appearances.get().passage, other):
        passage.capture.source.outlet.edit(by=by, approved_by=make_editor(), owner=owner)
    with pytest.raises(ValidationError, match="outlets of one owner"):
        assess(claim, "verified", citing=[supports(other)])


def test_an_anonymous_speaker_alone_verifies_nothing():
    by = make_reporter()
    rumour = make_passage(origin=make_origin("insiders", kind="anonymous"))
    Claim.objects.record(by=by, statement="Insiders say so.").appear(
        rumour, "reports", by=by, speakers=[{"name": "insiders", "anonymity": "group"}]
    )
    with pytest.raises(ValidationError, match="anonymous speaker"):
        assess(make_claim(), "verified", citing=[supports(rumour)])


def test_a_calculation_verifies_an_arithmetic_claim():
    claim = make_claim("A rise from 1.7 to 3.25 million is a rise of 91 %.", kind="arithmetic")
    sum_ = Cited("supports", expression="3.25 / 1.7 - 1", printed="0.91", decimals=2)
    assess(claim, "verified", citing=[sum_])
    assert claim.status == "verified"


def test_a_calculation_verifies_no_other_claim():
    sum_ = Cited("supports", expression="3.25 / 1.7 - 1", printed="0.91", decimals=2)
    with pytest.raises(ValidationError, match="never what it is made of"):
        assess(make_claim(), "verified", citing=[sum_])


def test_a_wrong_sum_is_refused():
    claim = make_claim(kind="arithmetic")
    with pytest.raises(ValidationError, match="gives 0.91, not 0.92"):
        assess(claim, "verified", citing=[Cited("supports", expression="3.25 / 1.7 - 1", printed="0.92", decimals=2)])


def test_owners_in_a_circle_are_refused():
    first, second = make_source().outlet, make_source().outlet
    first.edit(by=make_reporter(), owner=second)
    with pytest.raises(ValidationError, match="owned by"):
        second.edit(by=make_reporter(), owner=first)


def test_a_named_speaker_of_another_claim_does_not_lend_a_face():
    by = make_reporter()
    rumour = make_passage(origin=make_origin("insiders", kind="anonymous"))
    group = [{"name": "insiders", "anonymity": "group"}]
    Claim.objects.record(by=by, statement="Insiders say so.").appear(rumour, "reports", by=by, speakers=group)
    named = [{"name": "Somebody", "anonymity": "unstated"}, {"name": "A. Name"}]
    Claim.objects.record(by=by, statement="Junk.").appear(rumour, "reports", by=by, speakers=named)
    with pytest.raises(ValidationError, match="anonymous speaker"):
        assess(make_claim(), "verified", citing=[supports(rumour)])


def test_a_long_line_of_reprints_is_one_origin():
    claim, reprint = make_claim(), make_passage()
    by = make_reporter()
    upstream = claim.appearances.get().passage.capture.source.origin
    for n in range(60):
        between = make_origin(f"Reprint {n}")
        between.descend(upstream, "republishes", by=by)
        upstream = between
    reprint.capture.source.origin.descend(upstream, "republishes", by=by)
    with pytest.raises(ValidationError, match="both go back to"):
        assess(claim, "verified", citing=[supports(reprint)])


# Rule 5: two pairs of eyes


def test_what_an_object_remembers_of_a_source_does_not_decide():
    source = make_source()
    make_claim(passage=source.captures.get().quote(0, 5, by=make_reporter()))
    with pytest.raises(ValidationError, match="another editor"):
        source.edit(by=make_reporter(), title="FORGED")


def test_an_outlet_and_a_region_that_readers_see_are_changed_by_two():
    capture = make_claim().appearances.get().passage.capture
    with pytest.raises(ValidationError, match="another editor"):
        capture.source.outlet.edit(by=make_editor(), name="Another name")
    with pytest.raises(ValidationError, match="another editor"):
        capture.mark("furniture", 0, 2, by=make_editor())


def test_a_claim_without_a_passage_is_not_published():
    claim = Claim.objects.record(by=make_reporter(), statement="Nobody said so.")
    with pytest.raises(ValidationError, match="where the claim appears"):
        claim.publish(by=make_reporter(), approved_by=make_editor())


def test_a_withdrawn_claim_is_not_worked_on():
    claim = make_claim()
    claim.withdraw(by=make_reporter(), approved_by=make_editor(), because="A court ordered it.")
    with pytest.raises(ValidationError, match="is withdrawn"):
        claim.reword("New", "New words.", by=make_reporter())


def test_nobody_approves_their_own_finding():
    claim, editor = make_claim(), make_editor()
    proposal = claim.propose("assess", by=editor, status="disputed", because="No.", citing=[asdict(contradicts())])
    with pytest.raises(ValidationError, match="another editor must approve"):
        proposal.approve(by=editor)
    assert Proposal.objects.get(pk=proposal.pk).state == "waiting"


def test_nobody_assesses_alone():
    claim = make_claim()
    with pytest.raises(ValidationError, match="another editor must approve"):
        claim.assess("disputed", by=make_editor(), because="No.", seen=claim.seen, citing=[contradicts()])


def test_a_reporter_approves_nothing():
    proposal = make_draft().propose("publish", by=make_reporter())
    with pytest.raises(PermissionDenied):
        proposal.approve(by=make_reporter())


def test_a_deactivated_editor_approves_nothing():
    proposal = make_draft().propose("publish", by=make_reporter())
    editor = make_editor()
    editor.is_active = False
    editor.save()
    with pytest.raises(PermissionDenied):
        proposal.approve(by=editor)


def test_an_override_needs_a_chief():
    claim = make_claim()
    with pytest.raises(PermissionDenied):
        claim.assess(
            "disputed", by=make_editor(), because="No.", seen=claim.seen, citing=[contradicts()], override="Urgent"
        )


def test_a_chief_overrides_with_a_reason_that_stays():
    claim = make_claim()
    finding = claim.assess(
        "disputed", by=make_chief(), because="No.", seen=claim.seen, citing=[contradicts()], override="Urgent"
    )
    assert (finding.since.approval, finding.since.note) == ("override", "Urgent")


def test_a_desk_of_one_is_recorded_as_such(settings):
    settings.FACTDESK_TWO_PEOPLE = "nothing"
    claim = make_claim()
    finding = claim.assess("disputed", by=make_editor(), because="No.", seen=claim.seen, citing=[contradicts()])
    assert finding.since.approval == "alone"


def test_a_sensitive_setting_still_asks_two_for_an_allegation(settings):
    settings.FACTDESK_TWO_PEOPLE = "sensitive"
    claim = make_claim(misconduct=True)
    with pytest.raises(ValidationError, match="another editor"):
        claim.assess("disputed", by=make_editor(), because="No.", seen=claim.seen, citing=[contradicts()])


def test_a_proposal_sent_back_carries_a_note():
    proposal = make_draft().propose("publish", by=make_reporter())
    with pytest.raises(ValidationError, match="Say what is missing"):
        proposal.send_back(by=make_editor(), reply=" ")


def test_a_public_claim_is_reworded_by_two():
    claim = make_claim()
    with pytest.raises(ValidationError, match="another editor"):
        claim.reword("New", "New words.", by=make_editor(), **UPDATE)
    assert claim.wordings.count() == 1


# Rule 6: no decision from a stale page


def test_a_finding_from_a_stale_page_is_refused():
    claim = make_claim()
    seen = claim.seen
    assess(claim, "disputed")
    with pytest.raises(ValidationError, match="moved on"):
        claim.propose("assess", by=make_reporter(), seen=seen, status="unverified", because="Not sure.", citing=[])


def test_an_approval_of_a_stale_proposal_is_refused_and_keeps_it():
    claim = make_claim()
    proposal = claim.propose("assess", by=make_reporter(), status="unverified", because="Not sure.", citing=[])
    assess(claim, "disputed")
    with pytest.raises(ValidationError, match="moved on"):
        proposal.approve(by=make_editor())
    kept = Proposal.objects.get(pk=proposal.pk)
    assert (kept.state, kept.body["because"]) == ("waiting", "Not sure.")


def test_new_words_make_a_waiting_finding_stale():
    claim = make_draft()
    proposal = claim.propose("assess", by=make_reporter(), status="unverified", because="Not sure.", citing=[])
    claim.reword("New", "New words.", by=make_reporter())
    with pytest.raises(ValidationError, match="moved on"):
        proposal.approve(by=make_editor())


# Rule 7: a quote is verbatim


def test_a_quote_that_is_not_in_the_text_is_refused():
    capture = make_source("The bridge stood.").captures.get()
    with pytest.raises(ValidationError, match="not in the text"):
        capture.quote(0, 10, by=make_reporter(), exact="The ridge ")


def test_white_space_belongs_to_the_quote():
    passage = make_passage(" The bridge \u3000stood. ")
    assert passage.exact == " The bridge \u3000stood. "


def test_offsets_are_code_points():
    capture = make_source("😀 葛󠄀飾 bridge").captures.get()
    start = capture.text.index("bridge")
    assert capture.quote(start, start + 6, by=make_reporter()).exact == "bridge"


def test_a_withheld_capture_ships_no_text():
    source = make_source("Secret words stand here.", withheld=True)
    capture = source.captures.get()
    assert (capture.text, capture.length, capture.blocks) == ("", 24, [[0, 24]])


def test_a_passage_without_words_is_proved_by_the_text():
    text = "Secret words stand here."
    passage = make_source(text, withheld=True).captures.get().quote(0, 12, by=make_reporter(), exact="")
    assert passage.is_proved_by(text) and not passage.is_proved_by("Secret word")


def test_words_that_are_kept_back_leave_nothing_to_guess_them_by():
    capture = make_source("Secret words stand here.", withheld=True).captures.get()
    passage = capture.quote(0, 12, by=make_reporter(), exact="")
    assert (passage.exact, passage.salt, passage.seal) == ("", "", "")


# Rule 8: nothing leaks


def test_a_draft_is_not_public():
    make_draft()
    assert not Claim.objects.public().exists()


def test_a_sensitive_claim_is_not_public_until_released():
    claim = make_draft(sensitivity="health")
    claim.propose("publish", by=make_reporter()).approve(by=make_editor())
    assert not Claim.objects.public().exists()
    chief = make_chief()
    claim.refresh_from_db()
    claim.propose("release", by=chief, because="Public interest.").approve(by=make_editor())
    assert Claim.objects.public().get() == claim


def test_a_quote_that_carries_a_sensitive_one_is_not_published():
    capture = make_source("He is ill and sold the firm.").captures.get()
    by = make_reporter()
    Claim.objects.record(by=by, statement="He is ill.", sensitivity="health").appear(
        capture.quote(0, 9, by=by), "asserts", by=by
    )
    claim = Claim.objects.record(by=by, statement="He sold the firm.")
    claim.appear(capture.quote(0, 28, by=by), "asserts", by=by)
    with pytest.raises(ValidationError, match="sensitive claim"):
        claim.propose("publish", by=by).approve(by=make_editor())
    assert not Claim.objects.public().exists()


def test_a_sensitive_claim_does_not_take_words_that_are_public():
    capture = make_source("He is ill and sold the firm.").captures.get()
    by = make_reporter()
    make_claim(passage=capture.quote(0, 28, by=by))
    claim = Claim.objects.record(by=by, statement="He is ill.", sensitivity="health")
    with pytest.raises(ValidationError, match="words are public"):
        claim.appear(capture.quote(0, 9, by=by), "asserts", by=by)


def test_a_confidential_source_never_becomes_public():
    claim = make_claim(passage=make_passage(confidential=True))
    assert claim.appearances.get().passage.capture.source.public_since is None


def test_a_released_claim_does_not_show_the_words_of_another():
    capture = make_source("She is ill, and he is divorced.").captures.get()
    by, editor, chief = make_reporter(), make_editor(), make_chief()
    first = make_draft(passage=capture.quote(0, 20, by=by), sensitivity="health")
    make_draft(passage=capture.quote(12, 31, by=by), sensitivity="private_life")
    first.publish(by=by, approved_by=editor)
    with pytest.raises(ValidationError, match="words overlap"):
        first.release(by=chief, approved_by=editor, because="She asked for it.")


def test_words_that_an_earlier_finding_cites_are_public_still():
    passage = make_passage("The person is ill.")
    claim = make_claim()
    assess(claim, "disputed", citing=[contradicts(passage)])
    assess(claim, "unverified", code="new_evidence")
    with pytest.raises(ValidationError, match="These words are public"):
        make_draft(passage=passage, sensitivity="health")


def test_the_same_words_of_another_capture_are_the_same_words():
    by = make_reporter()
    source = make_source("The person is ill.")
    again = source.capture(b"Today: The person is ill.", by=by)
    make_draft(passage=source.captures.earliest("id").quote(0, 18, by=by), sensitivity="health")
    with pytest.raises(ValidationError, match="sensitive claim"):
        make_claim(passage=again.quote(7, 25, by=by))


def test_a_confidential_denial_tells_readers_nothing():
    claim = make_claim()
    assess(claim, "disputed")
    claim.refresh_from_db()
    before = claim.changed, claim.standings.count(), claim.shown_look
    claim.appear(make_passage(confidential=True), "denies", by=make_reporter())
    claim.refresh_from_db()
    assert (claim.changed, claim.standings.count(), claim.shown_look) == before
    assert claim.look == "unseen"


# Rule 9: harm is gated


def test_an_allegation_is_published_with_a_word_on_the_reply():
    claim = make_draft(misconduct=True)
    with pytest.raises(ValidationError, match="say why none was sought"):
        claim.propose("publish", by=make_reporter()).approve(by=make_editor())


# Rule 11: words that changed after the finding say so


def test_new_words_ask_for_another_look():
    claim = make_claim()
    assess(claim, "disputed")
    claim.reword("New", "New words.", by=make_reporter(), approved_by=make_editor(), **UPDATE)
    claim.refresh_from_db()
    assert (claim.look, claim.status) == ("reworded", "disputed")


def test_a_denial_asks_for_another_look():
    claim = make_claim()
    assess(claim, "disputed")
    claim.appear(make_passage(), "denies", by=make_reporter(), approved_by=make_editor())
    claim.refresh_from_db()
    assert claim.look == "conflicting"


def test_what_a_public_page_shows_of_a_claim_is_related_by_two():
    claim, other = make_claim(), make_claim()
    with pytest.raises(ValidationError, match="another editor must approve"):
        claim.relate(other, "contradicts", by=make_editor())
    claim.relate(other, "contradicts", by=make_reporter(), approved_by=make_editor())
    assert claim.relations.get().other == other


def test_a_subject_that_readers_see_is_renamed_by_two():
    subject = make_subject()
    make_claim(subjects=[subject])
    with pytest.raises(ValidationError, match="another editor must approve"):
        subject.edit(by=make_editor(), name="Another name")
    with pytest.raises(ValidationError, match="another editor must approve"):
        subject.also_called("Un autre nom", "fr", by=make_editor())
    subject.also_called("Un autre nom", "fr", by=make_reporter(), approved_by=make_editor())
    assert subject.names.get().text == "Un autre nom"


def test_nobody_sends_back_their_own_proposal():
    editor = make_editor()
    proposal = make_claim().propose("withdraw", by=editor, because="Because.")
    with pytest.raises(ValidationError, match="another editor must approve"):
        proposal.send_back(by=editor, reply="No.")


def test_evidence_does_not_carry_the_words_of_a_sensitive_claim():
    passage = make_passage("The person is ill.")
    make_draft(passage=passage, sensitivity="health")
    claim = make_claim()
    with pytest.raises(ValidationError, match="overlap the passage of a sensitive claim"):
        assess(claim, "disputed", citing=[contradicts(passage)])


def test_words_that_a_public_finding_cites_do_not_become_sensitive_unseen():
    passage = make_passage("The person is ill.")
    assess(make_claim(), "disputed", citing=[contradicts(passage)])
    with pytest.raises(ValidationError, match="These words are public"):
        make_draft(passage=passage, sensitivity="health")


def test_what_would_be_refused_later_is_refused_when_it_is_proposed():
    claim = make_claim()
    for verb, body in [("publish", {}), ("release", {"because": "Because."}), ("withdraw", {"because": ""})]:
        with pytest.raises(ValidationError):
            claim.propose(verb, by=make_chief(), **body)
    assert not Proposal.objects.filter(state="waiting").exists()


def test_a_rehearsal_leaves_no_trace():
    claim = make_claim()
    before = Change.objects.count(), claim.seen
    claim.propose("withdraw", by=make_reporter(), because="Because.")
    claim.refresh_from_db()
    assert (Change.objects.count(), claim.seen) == before
    assert claim.public


def test_a_source_that_readers_see_does_not_become_confidential():
    passage = make_passage()
    assess(make_claim(passage=passage), "disputed")
    source = passage.capture.source
    source.refresh_from_db()
    source.confidential = True
    with pytest.raises(ValidationError, match="Withdraw the claims that rest on it first"):
        source.full_clean()


def test_other_words_are_not_taken_for_those_recorded_at_a_place():
    capture = make_source("The bridge is old.", withheld=True).captures.get()
    capture.quote(0, 10, by=make_reporter(), exact="The bridge")
    with pytest.raises(ValidationError, match="Other words are recorded"):
        capture.quote(0, 10, by=make_reporter(), exact="The ridges")


def test_no_region_reaches_beyond_the_text():
    capture = make_source("The bridge is old.").captures.get()
    for beyond in ((0, 19, None, None), (0, 3, 4, 19)):
        start, end, of_start, of_end = beyond
        with pytest.raises(ValidationError, match="ends at 19, but the text has 18"):
            capture.mark("repeated", start, end, by=make_editor(), of_start=of_start, of_end=of_end)


def test_a_reason_of_blanks_is_none():
    two = {"by": make_chief(), "approved_by": make_editor()}
    with pytest.raises(ValidationError, match="why this may be shown"):
        make_draft(sensitivity="health").release(because="  ", **two)
    with pytest.raises(ValidationError, match="why none was sought"):
        make_draft(misconduct=True).publish(no_reply_reason="  ", **two)
    with pytest.raises(ValidationError, match="why it is withdrawn"):
        make_claim().withdraw(because="  ", **two)


def test_what_only_editors_may_know_follows_the_claim_in_and_out_of_public(client):
    """A denial by a confidential source: a cause that readers are not told, while it is they who read."""
    two = {"by": make_reporter(), "approved_by": make_editor()}
    claim = make_draft()
    assess(claim, "verified")
    claim.appear(make_passage("A secret word.", confidential=True), "denies", by=make_reporter())
    assert Claim.objects.get(pk=claim.pk).look == "conflicting"
    for act, look in (
        (lambda: claim.publish(**two), "unseen"),
        (lambda: claim.hold("legal", because="A letter.", **two), "conflicting"),
        (lambda: claim.lift("legal", because="Settled.", **two), "unseen"),
        (lambda: claim.withdraw(because="Asked to.", **two), "conflicting"),
    ):
        act()
        assert Claim.objects.get(pk=claim.pk).look == look
        if claim.public:
            assert "A source that says otherwise" not in client.get(claim.get_absolute_url()).content.decode()
        assert list(audit()) == []


def test_who_lets_readers_see_a_claim_has_seen_all_that_its_author_had_before_them():
    claim = make_draft(sensitivity="health")
    shown = claim.propose("publish", by=make_reporter())
    released = claim.propose("release", by=make_chief(), because="He told it himself.")
    claim.hold("legal", by=make_reporter(), because="A letter.")
    claim.lift("legal", by=make_reporter(), because="Settled.")
    shown.approve(by=make_editor())  # that it was held says nothing of it, nor that it is published
    claim.refresh_from_db()
    claim.add_subject(make_subject(), by=make_reporter())
    with pytest.raises(ValidationError, match="moved on since this was proposed"):
        released.approve(by=make_editor())
    released.send_back(by=make_editor(), reply="Look at it again.")
    claim.propose("release", by=make_chief(), because="He told it himself.").approve(by=make_editor())
    claim.refresh_from_db()
    assert claim.public
