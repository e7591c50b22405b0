"""Rows that raw SQL bent, past the triggers, are found."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from claims.auditing import audit
from sources import keeping

from ..making import a_full_desk, assess, make_claim, make_draft, make_passage, make_reporter

pytestmark = pytest.mark.django_db


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
    ("UPDATE sources_clock SET number = number + 1", "The clock stands at"),
]


@pytest.mark.parametrize(("sql", "sentence"), BENT)
def test_a_bent_row_is_found(sql, sentence):
    claim = make_claim()
    assess(claim, "disputed")
    bend(sql.format(claim=claim.pk))
    assert [found for found in audit() if sentence in found]


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
    with pytest.raises(CommandError, match="1 thing"):
        call_command("audit")


def test_an_audit_reads_every_kind_of_row():
    seen = []
    make_reporter()
    a_full_desk()
    list(audit(seen.append))
    assert sum(seen) > 50


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
