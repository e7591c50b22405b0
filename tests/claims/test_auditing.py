"""Rows that raw SQL bent, past the triggers, are found."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from claims.auditing import audit, size
from sources import keeping

from ..making import (
    a_full_desk,
    assess,
    contradicts,
    make_claim,
    make_draft,
    make_passage,
    make_reporter,
    make_subject,
    two,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def bend(sql, *args):
    """What somebody does who holds the database itself: without its triggers, past its checks."""
    with keeping.lifted(), connection.cursor() as cursor:
        cursor.execute(sql, args)


def test_a_full_desk_is_whole():
    a_full_desk()
    assert list(audit()) == []


BENT = [
    ("UPDATE claims_claim SET status = 'unverified' WHERE id = {claim}", "its last assessment is not"),
    ("UPDATE claims_claim SET assessment_id = NULL, status = 'unverified' WHERE id = {claim}", "last assessment"),
    ("UPDATE claims_claim SET public = FALSE WHERE id = {claim}", "shown or hidden against its history"),
    ("UPDATE claims_claim SET changed = changed - 1 WHERE id = {claim}", "when it last changed"),
    ("UPDATE claims_assessment SET why = 'Other.' WHERE claim_id = {claim}", "The words of assessment"),
    ("UPDATE claims_assessment SET citations_count = 5 WHERE claim_id = {claim}", "lost or gained a citation"),
    ("UPDATE claims_citation SET stance = 'supports'", "contradicts the claim"),
    ("UPDATE claims_wording SET statement = 'Other words.' WHERE claim_id = {claim}", "The words of wording"),
    ("UPDATE claims_appearance SET figures_count = 3 WHERE claim_id = {claim}", "lost or gained a part"),
    ("UPDATE sources_passage SET prefix = 'x'", "between other words"),
    ("UPDATE sources_capture SET length = length + 1", "not as long as its text"),
    ("UPDATE sources_capture SET text = upper(text)", "not what its text says there"),
    ("UPDATE sources_source SET dated = 'yesterday'", "no calendar knows"),
    ("UPDATE sources_source SET dated = '2023'", "its bounds say otherwise"),
    ("UPDATE sources_change SET recorded_at = '2001-01-01 00:00:00+00:00' WHERE id = 3", "not later"),
    ("UPDATE sources_change SET public_number = 77 WHERE public_number = 2", "does not follow"),
    ("UPDATE claims_appearance SET since_id = 1", "was not brought by change 1"),
    ("UPDATE claims_wording SET since_id = (SELECT max(id) FROM sources_change)", "was not brought by change"),
    ("UPDATE claims_appearance SET until_id = 1", "was not ended by change 1"),
    ("UPDATE claims_appearance SET until_id = (SELECT max(id) FROM sources_change)", "was not ended by change"),
    ("UPDATE sources_clock SET number = number + 1", "The clock stands at"),
    ("UPDATE sources_clock SET recorded_at = '2999-01-01 00:00:00+00:00'", "The clock stands at"),
    ("DELETE FROM sources_clock", "The clock stands at None"),
    ("UPDATE claims_assessment SET why = '', salt = '', seal = '' WHERE claim_id = {claim}", "The words of assessment"),
    ("UPDATE claims_wording SET statement = 'A lie.', salt = '' WHERE claim_id = {claim}", "The words of wording"),
    ("UPDATE sources_capture SET text = replace(text, 'b', 'c')", "not the one that was captured"),
    ("UPDATE sources_source SET title = 'FORGED'", "was altered after change"),
    ("UPDATE sources_outlet SET name = 'FORGED'", "was altered after change"),
    ("UPDATE sources_source SET public_since_id = 1", "was not made public by change 1"),
    ("UPDATE sources_source SET public_since_id = NULL", "is hidden, and a claim that rests on it is public"),
    ("UPDATE sources_source SET retracted_id = 1", "was not taken back by change 1"),
    ("UPDATE sources_change SET decided_on = 'next Tuesday' WHERE id = 3", "no calendar knows"),
    ("UPDATE claims_claim SET stage = 'withdrawn', public = FALSE WHERE id = {claim}", "no change made it so"),
    ("UPDATE claims_claim SET look = 'reworded' WHERE id = {claim}", "asks for another look, or does not"),
    ("UPDATE claims_claim SET review_by = '2030-01-01' WHERE id = {claim}", "another day than its last assessment"),
    ("UPDATE claims_claim SET released_id = 1 WHERE id = {claim}", "released against its history"),
    (
        "INSERT INTO sources_redaction (table_name, row_id, columns, reason, since_id) VALUES ('nonsense', 1, '[]', 'x', 1)",
        "which is not there",
    ),
    (
        "INSERT INTO claims_claimsubject (claim_id, subject_id, since_id) "
        "SELECT c.id, s.id, c.since_id FROM claims_claim c, claims_subject s WHERE c.id = {claim}",
        "brought 1 rows of claimsubject, and says 0|brought 2 rows of claimsubject, and says 1",
    ),
]


@pytest.mark.parametrize(("sql", "sentence"), BENT)
def test_a_bent_row_is_found(sql, sentence):
    make_subject()
    claim = make_claim()
    assess(claim, "disputed")
    bend(sql.format(claim=claim.pk))
    assert [found for found in audit() if re.search(sentence, found)]


def test_a_row_that_cannot_be_read_is_a_sentence_too():
    claim = make_claim()
    if connection.vendor == "sqlite":
        bend("UPDATE claims_claim SET review_by = '2023-99-99' WHERE id = %s", claim.pk)
        assert [found for found in audit() if "cannot be read" in found]
    else:
        with pytest.raises(DatabaseError):
            bend("UPDATE claims_claim SET review_by = '2023-99-99' WHERE id = %s", claim.pk)


def test_a_translation_that_another_language_ended_is_found():
    by, passage = make_reporter(), make_passage()
    english = passage.translate("Words.", by=by, made_by="FactDesk")
    french = passage.translate("Mots.", by=by, language="fr", made_by="FactDesk")
    bend("UPDATE sources_translation SET until_id = %s WHERE id = %s", french.since_id, english.pk)
    assert [found for found in audit() if "was not ended by change" in found]


@pytest.mark.parametrize(
    "by, said", [("claims_claimsubject", "was not ended by change"), ("claims_relation", "ended 2 rows of relation")]
)
def test_a_relation_that_ended_by_the_end_of_something_else_is_found(by, said):
    """Readers see it no more, though nobody decided so, and no dump could tell it."""
    subject = make_subject()
    claim, one, other = make_claim(subjects=[subject]), make_claim("It is one."), make_claim("It is another.")
    for related in (one, other):
        claim.relate(related, "contradicts", **two())
    claim.end_subject(subject, because="It is somebody else.", **two())
    claim.end_relation(one, "contradicts", because="They are two bridges.", **two())
    assert list(audit()) == []
    bend(f"UPDATE claims_relation SET until_id = (SELECT max(until_id) FROM {by}) WHERE other_id = %s", other.pk)
    assert [found for found in audit() if said in found]


def test_a_finding_that_nobody_typed_in_the_desk_is_found():
    claim = make_claim()
    assess(claim, "disputed", citing=[contradicts(claim.appearances.get().passage)])
    bend("UPDATE claims_citation SET stance = 'supports'")
    bend("UPDATE claims_assessment SET status = 'verified', why = '', salt = '', seal = ''")
    bend("UPDATE claims_claim SET status = 'verified'")
    bend("UPDATE claims_standing SET status = 'verified' WHERE assessment_id IS NOT NULL")
    assert [found for found in audit() if "both go back to" in found]


def test_a_lost_constraint_is_found():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite drops no constraint without making the table anew")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sources_change DROP CONSTRAINT second_pair_of_eyes")
    assert "The constraint second_pair_of_eyes is missing" in list(audit())


def test_a_verified_claim_whose_evidence_became_its_own_is_found():
    claim = make_claim()
    assess(claim, "verified")
    cited = claim.assessment.citations.get().passage
    bend("UPDATE claims_appearance SET passage_id = %s WHERE claim_id = %s", cited.pk, claim.pk)
    assert [found for found in audit() if "both go back to" in found]


def test_public_words_of_a_sensitive_claim_are_found():
    passage = make_passage()
    public, hidden = make_claim(passage=passage), make_draft(sensitivity="health")
    bend("UPDATE claims_appearance SET passage_id = %s WHERE claim_id = %s", passage.pk, hidden.pk)
    assert [found for found in audit() if "words of a sensitive claim" in found and public.key in found]


def test_a_missing_trigger_is_found():
    with keeping.lifted():
        assert [found for found in audit() if "trigger" in found]


def test_the_command_fails_where_the_record_is_bent(capsys):
    make_claim()
    call_command("audit")
    assert "whole" in capsys.readouterr().out
    bend("UPDATE claims_wording SET headline = 'Other'")
    with pytest.raises(CommandError, match="2 things"):
        call_command("audit")


def test_an_audit_reads_every_kind_of_row():
    seen = []
    a_full_desk()
    list(audit(seen.append))
    assert sum(seen) == size()


def test_a_row_slipped_in_under_the_change_of_another_is_found():
    claim = make_claim()
    assess(claim, "disputed")
    other = make_passage()
    bend(
        "INSERT INTO claims_appearance (claim_id, passage_id, position, hedge, dated, dated_words, dated_basis, note, "
        "speakers_count, figures_count, salt, seal, since_id) SELECT claim_id, %s, position, hedge, dated, dated_words, "
        "dated_basis, note, 0, 0, '', 'x', since_id FROM claims_appearance WHERE claim_id = %s",
        other.pk,
        claim.pk,
    )
    assert [found for found in audit() if "brought 2 rows of appearance" in found]
