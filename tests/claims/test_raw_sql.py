"""What raw SQL may not do to the record, on either database."""

import pytest
from django.db import DatabaseError, connection, transaction

from claims.models import Appearance, Assessment, Citation, Claim, Report, Wording
from sources import keeping
from sources.models import Capture, Change, Passage

from ..making import a_full_desk, assess, make_claim, make_draft, make_editor, make_passage, make_reporter

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ON_SQLITE = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has no REPLACE")


def run(sql, *args):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, args)


def copy_of(table, pk, **changed):
    """SQL that inserts a row's copy with other values, as somebody would who forges one."""
    with connection.cursor() as cursor:
        columns = [c.name for c in connection.introspection.get_table_description(cursor, table)]
    picked = ", ".join(str(changed[c]) if c in changed else f'"{c}"' for c in columns if c != "id")
    return f"INSERT INTO {table} ({', '.join(chr(34) + c + chr(34) for c in columns if c != 'id')}) SELECT {picked} FROM {table} WHERE id = {pk}"


@pytest.fixture
def claim():
    claim = make_claim()
    assess(claim, "disputed")
    return claim


def everything():
    """A picture of the record, to see that nothing moved."""
    return [list(m.objects.order_by("pk").values()) for m in keeping.kept_models()]


@pytest.fixture
def full_desk():
    """A row in every table whose rows stay: the record, and the letters of readers beside it."""
    a_full_desk()
    report = Report.objects.send(what="The date is wrong.")
    report.read(by=make_editor())
    report.answer("unchanged", "We looked.", by=make_editor())
    run(
        "INSERT INTO sources_redaction (table_name, row_id, columns, reason, since_id) VALUES ('claims_wording', 0, '[]', 'court', %s)",
        Change.objects.latest("id").pk,
    )


@pytest.mark.parametrize("model", keeping.kept_models(), ids=lambda m: m._meta.db_table)
def test_no_row_of_the_record_is_deleted(full_desk, model):
    assert model.objects.exists()
    before = everything()
    with pytest.raises(DatabaseError):
        run(f"DELETE FROM {model._meta.db_table}")
    assert everything() == before


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE sources_change SET note = 'other'",
        "UPDATE sources_change SET recorded_at = '2001-01-01 00:00:00'",
        "UPDATE sources_capture SET sha256 = 'other'",
        "UPDATE sources_passage SET exact = 'Other words'",
        "UPDATE sources_passage SET start = start + 1",
        "UPDATE claims_wording SET statement = 'Other words'",
        "UPDATE claims_assessment SET why = 'other'",
        "UPDATE claims_assessment SET status = 'verified'",
        "UPDATE claims_citation SET stance = 'supports'",
        "UPDATE claims_appearance SET position = 'denies'",
        "UPDATE claims_standing SET status = 'verified'",
        "UPDATE claims_claim SET key = 'FD-0000000000'",
        "UPDATE claims_claim SET status = 'verified'",
        "UPDATE claims_claim SET status = 'unverified'",
        "UPDATE claims_claim SET status = 'unverified', assessment_id = NULL",
        "UPDATE claims_claim SET public = FALSE",
        "UPDATE claims_claim SET public = FALSE, stage = 'withdrawn'",
        "UPDATE claims_claim SET released_id = 1",
        "UPDATE claims_claim SET sensitivity = 'health'",
        "UPDATE claims_claim SET misconduct = NOT misconduct",
        "UPDATE claims_claim SET kind = 'arithmetic'",
        "UPDATE sources_source SET title = 'Another title'",
        "UPDATE sources_source SET confidential = TRUE, public_since_id = NULL",
        "UPDATE sources_origin SET kind = 'person'",
        "UPDATE sources_outlet SET name = 'Another name'",
        "UPDATE sources_source SET key = 'other'",
        "UPDATE sources_source SET since_id = 1 WHERE since_id <> 1",
    ],
)
def test_history_is_not_rewritten(claim, sql):
    before = everything()
    with pytest.raises(DatabaseError):
        run(sql)
    assert everything() == before


@pytest.mark.parametrize(
    "table", ["sources_change", "claims_wording", "claims_assessment", "claims_claim", "sources_capture"]
)
@ON_SQLITE
def test_replace_does_not_slip_past(claim, table):
    before = everything()
    with pytest.raises(DatabaseError, match="never replaced|order of time|unverified draft"):
        run(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    assert everything() == before


@ON_SQLITE
def test_replace_is_refused_without_recursive_triggers_too():
    make_draft()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers=OFF")
    try:
        with pytest.raises(DatabaseError, match="never replaced"):
            run("INSERT OR REPLACE INTO claims_wording SELECT * FROM claims_wording")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers=ON")


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no TRUNCATE")
def test_truncate_is_refused(claim):
    with pytest.raises(DatabaseError, match="never deleted"):
        run("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE claims_assessment CASCADE")


def test_a_claim_is_not_born_verified():
    draft = make_draft()
    with pytest.raises(DatabaseError, match="unverified draft"):
        run(copy_of("claims_claim", draft.pk, key="'FD-forged0000'", status="'verified'"))


def test_a_naked_assessment_settles_nothing(claim):
    last = claim.assessment
    run(
        copy_of(
            "claims_assessment",
            last.pk,
            number=last.number + 1,
            previous_id=last.pk,
            status="'verified'",
            citations_count=0,
            seal="'x'",
        )
    )
    forged = Assessment.objects.latest("id")
    with pytest.raises(DatabaseError):
        run("UPDATE claims_claim SET status = 'verified', assessment_id = %s WHERE id = %s", forged.pk, claim.pk)


def test_the_line_of_assessments_does_not_fork(claim):
    last = claim.assessment
    with pytest.raises(DatabaseError):
        run(copy_of("claims_assessment", last.pk, number=last.number + 1, previous_id="NULL"))


def test_a_citation_is_not_slipped_in_later(claim):
    citation = Citation.objects.get()
    with pytest.raises(DatabaseError, match="with it or never"):
        run(copy_of("claims_citation", citation.pk, number=2))


def test_a_speaker_is_not_slipped_in_later():
    passage = make_claim().appearances.get().passage
    claim = Claim.objects.record(by=make_reporter(), statement="Somebody said so.")
    appearance = claim.appear(passage, "reports", by=make_reporter(), speakers=[{"name": "Somebody"}])
    with pytest.raises(DatabaseError, match="with it or never"):
        run(copy_of("claims_speaker", appearance.speakers.get().pk, place=2))


def test_a_quote_that_the_text_does_not_hold_is_refused():
    passage = Passage.objects.get(pk=make_claim().appearances.get().passage_id)
    with pytest.raises(DatabaseError, match="verbatim"):
        run(
            copy_of(
                "sources_passage", passage.pk, start=1, **{"end": passage.end, "exact": f"'{'x' * (passage.end - 1)}'"}
            )
        )


def test_a_standing_is_not_invented(claim):
    with pytest.raises(DatabaseError):
        run(
            "INSERT INTO claims_standing (change_id, claim_id, number, stage, public, status, wording_id, assessment_id) "
            "SELECT 1, claim_id, number + 1, stage, public, 'verified', wording_id, assessment_id FROM claims_standing"
        )


def test_a_change_does_not_come_before_another(claim):
    first = Change.objects.earliest("id")
    with pytest.raises(DatabaseError, match="order of time"):
        run(
            'INSERT INTO sources_change (id, recorded_at, decided_on, verb, kind, "key", by_id, via, approval, note) '
            "SELECT 100000, recorded_at, '', verb, kind, \"key\", by_id, via, approval, '' FROM sources_change WHERE id = %s",
            first.pk,
        )


@pytest.mark.parametrize(
    ("approval", "approver"),
    [("second", "by_id"), ("second", "NULL"), ("none", "NULL"), ("override", "NULL")],
)
def test_one_pair_of_eyes_is_refused(claim, approval, approver):
    last = Change.objects.latest("id")
    with pytest.raises(DatabaseError):
        run(
            'INSERT INTO sources_change (id, recorded_at, decided_on, verb, kind, "key", by_id, via, approval, approved_by_id, note) '
            f"SELECT id + 1, '2999-01-01 00:00:00', '', 'assess', kind, \"key\", by_id, via, '{approval}', {approver}, '' "
            "FROM sources_change WHERE id = %s",
            last.pk,
        )


def test_a_redacted_wording_goes_blank_and_its_seal_stays():
    wording = make_draft().wordings.get()
    change = Change.objects.latest("id")
    run(
        "INSERT INTO sources_redaction (table_name, row_id, columns, reason, since_id) VALUES ('claims_wording', %s, '[]', 'court', %s)",
        wording.pk,
        change.pk,
    )
    run("UPDATE claims_wording SET headline = '', statement = '', salt = '' WHERE id = %s", wording.pk)
    redacted = Wording.objects.get(pk=wording.pk)
    assert (redacted.statement, redacted.seal) == ("", wording.seal)


def test_nothing_goes_blank_without_a_redaction():
    wording = make_draft().wordings.get()
    with pytest.raises(DatabaseError, match="only added"):
        run("UPDATE claims_wording SET headline = '', statement = '', salt = '' WHERE id = %s", wording.pk)


def test_every_trigger_is_there():
    assert keeping.missing_triggers() == []


def test_a_lost_trigger_is_noticed():
    name = "keep_claims_assessment_update"
    table = "" if connection.vendor == "sqlite" else " ON claims_assessment"
    run(f"DROP TRIGGER {name}{table}")
    assert keeping.missing_triggers() == [name]
    assert [e.id for e in keeping.check_triggers(databases=["default"])] == ["sources.E001"]


@pytest.mark.django_db(transaction=True)
def test_a_flush_leaves_the_triggers_in_place():
    with keeping.lifted():
        assert keeping.missing_triggers()
    assert keeping.missing_triggers() == []
    make_draft()  # for the flush after this test to remove


def test_the_models_that_hold_history_are_all_kept():
    assert {Appearance, Assessment, Capture, Change, Citation, Claim, Passage, Wording} <= set(keeping.kept_models())


ON_POSTGRESQL = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no such thing")


@ON_POSTGRESQL
def test_a_temporary_table_does_not_stand_in_for_the_ledger():
    source = make_passage().capture.source
    run(
        "CREATE TEMP TABLE sources_change AS "
        "SELECT 1::bigint AS id, 'edit'::text AS verb, 'source'::text AS kind, %s::text AS key",
        source.key,
    )
    with pytest.raises(DatabaseError, match="edited by a recorded change"):
        run("UPDATE public.sources_source SET title = 'FORGED'")


@ON_POSTGRESQL
def test_a_trigger_that_never_fires_is_noticed():
    name = "keep_claims_wording_update"
    run(
        f"DROP TRIGGER {name} ON claims_wording; "
        f"CREATE TRIGGER {name} BEFORE UPDATE ON claims_wording FOR EACH ROW WHEN (false) EXECUTE FUNCTION {name}()"
    )
    assert keeping.missing_triggers() == [name]
