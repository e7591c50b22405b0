"""Words that must go are blanked wherever they stand; rows, times and seals stay."""

import json
import os
import shutil
import subprocess
import sys
from io import StringIO

import psycopg
import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from claims import interchange
from claims.auditing import audit
from claims.models import Answered, Claim, Comment, Corrected, Proposal, Wording
from sources import redacting, storing
from sources.models import Capture, Change, Incoming, Passage, Redaction
from sources.redacting import find

from ..making import (
    UPDATE,
    assess,
    contradicts,
    empty_the_desk,
    make_chief,
    make_claim,
    make_editor,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
    two,
)
from ..programs import make_token

pytestmark = pytest.mark.slow

CANARY = "Zoë Quackenbush-橋本"


def a_desk_that_knows_her():
    """Her name in every place where words can stand."""
    by = make_reporter()
    raw = f"The report names {CANARY}. The bridge was inspected.".encode()
    source = make_source(raw.decode(), by=by, title_en="About the bridge")
    storing.keep(raw)
    capture = source.captures.get()
    end = raw.decode().index(" The bridge")
    passage = capture.quote(0, end, by=by)
    passage.translate(f"It names {CANARY}.", by=by, language="fr", made_by="FactDesk")
    near = capture.quote(end + 1, capture.length, by=by)
    claim = make_claim(f"{CANARY} inspected the bridge.", passage=passage, by=by)
    claim.appear(near, "asserts", **two(), note=f"Said of {CANARY}.", speakers=[{"name": CANARY}], dated_words=CANARY)
    assess(claim, "disputed", citing=[contradicts(passage, note=f"Not {CANARY}.")], because=f"{CANARY} was away.")
    claim.reword(
        "Somebody",
        "Somebody inspected the bridge.",
        **two(),
        code="our_error",
        correcting=Corrected("correction", f"Not {CANARY}."),
    )
    request = claim.ask(
        **two(),
        to_name=CANARY,
        channel="email",
        questions=f"Are you {CANARY}?",
        asked_on="2026-10-01",
        deadline="2026-10-08",
    )
    claim.answer(request.key, "declined", note=f"{CANARY} declined.", **two())
    source.edit(title=f"A talk with {CANARY}", **two())
    source.edit(title="A talk", note=f"Without {CANARY}.", **two())
    claim.propose("reword", by=by, headline="H", statement=f"{CANARY} was not there.", **UPDATE)
    Comment.objects.create(claim=claim, text=f"Ask {CANARY}.", by=by)
    token, _ = make_token(by, name=f"For {CANARY}")
    Answered.objects.begin(token, "key", "POST", "/", b"").note(201, {"ETag": '"1"'}, {"statement": f"{CANARY} again"})
    Incoming.objects.create(how="paste", raw=CANARY.encode(), text=f"Waits: {CANARY}", by=by)
    return claim, capture


def redact(claim):
    claim.refresh_from_db()
    return claim.redact(CANARY, by=make_chief(), approved_by=make_editor(), because="A court ordered it.")


def everything_in_the_database() -> str:
    """All that the database holds, as text, whatever the model layer thinks of it."""
    out = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            out += [str(row) for row in cursor.fetchall()]
    return "\n".join(out)


def escaped(words):
    return json.dumps(words)[1:-1]


def holds_her(text: str) -> bool:
    return CANARY in text or escaped(CANARY) in text or escaped(escaped(CANARY)) in text


@pytest.mark.django_db
def test_every_place_is_found_and_blanked(client):
    claim, capture = a_desk_that_knows_her()
    assert holds_her(everything_in_the_database())
    kinds = {f.kind for f in find(CANARY)}
    for kind in ("wording", "passage", "capture", "translation", "appearance", "speaker", "citation", "assessment"):
        assert kind in kinds
    assert {"correction", "reply request", "reply", "change"} <= kinds
    kept = Wording.objects.get(claim=claim, number=1)
    times = list(Change.objects.values_list("id", "recorded_at"))
    redact(claim)
    assert not holds_her(everything_in_the_database())
    assert find(CANARY) == []
    gone = Wording.objects.get(pk=kept.pk)
    assert (gone.statement, gone.salt, gone.seal) == ("", "", kept.seal) and gone.seal_holds()
    assert list(Change.objects.values_list("id", "recorded_at"))[: len(times)] == times
    assert Redaction.objects.filter(since__verb="redact").count() == Redaction.objects.count()
    assert list(audit()) == []


@pytest.mark.django_db
def test_no_public_door_repeats_redacted_words_now_or_in_the_past(client):
    claim, capture = a_desk_that_knows_her()
    shown = Change.objects.latest("id").recorded_at.isoformat().replace("+", "%2B")
    address = claim.get_absolute_url()
    doors = [
        "/",
        "/claims/",
        address,
        f"{address}?as_of={shown}",
        f"{address}v/1/",
        f"{address}diff/1/2/",
        "/corrections/",
    ]
    doors += [
        "/corrections/feed.xml",
        f"/sources/{capture.source.key}/",
        "/api/v1/claims/",
        f"/api/v1/claims/{claim.key}/",
    ]
    doors += ["/api/v1/assessments/", "/api/v1/passages/", "/api/v1/sources/"]
    assert sum(holds_her(client.get(door).content.decode()) for door in doors) > 5
    redact(claim)
    for door in doors:
        answer = client.get(door)
        assert answer.status_code == 200 and not holds_her(answer.content.decode()), door
    page = client.get(f"{address}v/1/").content.decode()
    assert "The words of this claim were redacted." in page
    assert "Words redacted" in client.get(address).content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_file_as_it_came_is_removed():
    claim, capture = a_desk_that_knows_her()
    assert storing.read(capture.sha256)
    redact(claim)
    assert storing.read(capture.sha256) is None
    assert (
        Capture.objects.get(pk=capture.pk).text == "" and Passage.objects.filter(capture=capture, exact="").count() == 1
    )


@pytest.mark.django_db
def test_a_redaction_takes_a_chief_and_a_second_editor_and_a_reason():
    claim, _ = a_desk_that_knows_her()
    given = {"because": "A court ordered it."}
    with pytest.raises(PermissionDenied):
        claim.redact(CANARY, **two(), **given)
    with pytest.raises(ValidationError, match="another editor"):
        claim.redact(CANARY, by=make_chief(), **given)
    with pytest.raises(ValidationError, match="why they go"):
        claim.redact(CANARY, by=make_chief(), approved_by=make_editor(), because=" ")
    with pytest.raises(ValidationError, match="stand nowhere"):
        claim.redact("Nobody of this name", by=make_chief(), approved_by=make_editor(), **given)
    with pytest.raises(ValidationError, match="repeats the words"):
        claim.redact(CANARY, by=make_chief(), approved_by=make_editor(), because=f"{CANARY} asked.")
    proposal = claim.propose("redact", by=make_chief(), words=CANARY, **given)
    assert not Redaction.objects.exists() and find(CANARY)
    claim.comments.create(text=f"Written meanwhile: {CANARY}", by=make_reporter())
    proposal.approve(by=make_editor())
    assert find(CANARY) == [] and not holds_her(everything_in_the_database())
    assert Proposal.objects.get(pk=proposal.pk).state == "approved"


@pytest.mark.django_db
def test_a_redaction_that_is_sent_back_took_nothing():
    claim, _ = a_desk_that_knows_her()
    proposal = claim.propose("redact", by=make_chief(), words=CANARY, because="A court.")
    proposal.send_back(by=make_editor(), reply="No court said so.")
    assert f"Ask {CANARY}." in [c.text for c in claim.comments.all()] and not Redaction.objects.exists()


@pytest.mark.django_db
def test_words_that_stand_in_papers_alone_go_too():
    claim = make_claim()
    claim.comments.create(text=f"Ask {CANARY}.", by=make_reporter())
    redact(claim)
    assert claim.comments.get().text == "Ask [redacted]."


@pytest.mark.django_db
def test_words_that_a_quote_cuts_in_two_go_from_both_sides(client):
    """The capture holds them whole; a passage a part of them, and what stands around it the rest."""
    text = f"She lives at {CANARY} in the blue house by the bridge that everybody knows."
    capture = make_source(text, rights="full").captures.get()
    at = text.index(CANARY)
    cut = capture.quote(0, at + 5, by=make_reporter())
    after = capture.quote(at + len(CANARY) + 4, capture.length, by=make_reporter())
    far = capture.quote(capture.length - 6, capture.length, by=make_reporter())
    claim = make_claim(passage=cut)
    claim.appear(after, "reports", **two())
    redact(claim)
    for passage in (cut, after, far):
        passage.refresh_from_db()
    assert (cut.exact, cut.prefix, cut.suffix) == ("", "", "")
    assert after.exact and (after.prefix, after.suffix) == ("", "") and far.exact == "knows."
    assert CANARY[:5] not in client.get("/api/v1/passages/").content.decode()


@pytest.mark.django_db
def test_two_names_of_a_subject_in_one_language_go_both():
    subject = make_subject("The bureau")
    for name in (CANARY, f"{CANARY} II"):
        subject.also_called(name, "en", by=make_reporter())
    redact(make_claim(subjects=[subject]))
    assert [n.text for n in subject.names.all()] == ["", ""] and list(audit()) == []


@pytest.mark.django_db
def test_notes_and_names_beside_the_words_are_found():
    by = make_reporter()
    passage = make_passage("Le pont.", language="fr")
    passage.capture.mark("furniture", 0, 2, by=by, note=f"Beside {CANARY}")
    passage.translate("The bridge.", by=by, made_by=CANARY, checked_by=CANARY)
    make_source().origin.descend(passage.capture.source.origin, "draws_on", by=by, note=f"So says {CANARY}")
    claim = make_claim(passage=passage)
    redact(claim)
    assert not holds_her(everything_in_the_database())
    assert list(audit()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["capture", "translation", "request", "reply", "note"])
def test_a_hold_keeps_whatever_belongs_to_its_claim(kind):
    claim, other = make_claim(passage=make_passage(f"By {CANARY}." if kind == "capture" else "A bridge.")), make_claim()
    if kind == "translation":
        claim.translate(claim.appearances.get().passage, f"By {CANARY}.", language="fr", **two())
    if kind in {"request", "reply"}:
        asked = {"channel": "email", "questions": "?", "asked_on": "2026-10-01", "deadline": "2026-10-08"}
        request = claim.ask(to_name=CANARY if kind == "request" else "Lac", **asked, **two())
        claim.answer(request.key, "declined", note=CANARY if kind == "reply" else "", **two())
    claim.hold("legal", because=f"Ask {CANARY}" if kind == "note" else "A letter.", **two())
    with pytest.raises(ValidationError, match="Lift the hold first"):
        redact(other)


@pytest.mark.django_db
def test_words_that_a_court_redacted_itself_are_no_redaction_of_ours():
    passage = make_passage("The [redacted] report was late.")
    make_claim(passage=passage)
    claim, _ = a_desk_that_knows_her()
    redact(claim)
    first = list(interchange.dump())
    empty_the_desk()
    interchange.load(first)
    assert Passage.objects.filter(exact="The [redacted] report was late.").exists()
    assert list(interchange.dump()) == first


@pytest.mark.django_db
def test_two_wordings_in_a_row_that_were_redacted_load():
    claim = make_claim(f"{CANARY} was there.")
    claim.reword("H", f"{CANARY} was not there.", **UPDATE, **two())
    redact(claim)
    first = list(interchange.dump())
    empty_the_desk()
    interchange.load(first)
    assert list(interchange.dump()) == first and list(audit()) == []


@pytest.mark.django_db
def test_the_seal_of_a_row_of_the_catalogue_that_held_the_words_goes():
    """It is not salted: who knows the rest of the row could guess the name."""
    claim, capture = a_desk_that_knows_her()
    edits = Change.objects.about("source", capture.source.key).filter(verb="edit").order_by("id")
    assert all(edit.left for edit in edits)
    redact(claim)
    assert [bool(edit.left) for edit in edits.all()] == [False, True]


@pytest.mark.django_db
def test_no_raw_sql_blanks_a_row_under_an_old_redaction():
    claim, _ = a_desk_that_knows_her()
    redact(claim)
    act = Change.objects.filter(verb="redact").last()
    make_claim()
    with pytest.raises(DatabaseError), transaction.atomic():
        Redaction.objects.create(table_name="claims_wording", row_id=1, columns=[], reason="x", since=act)


@pytest.mark.django_db
def test_a_row_of_the_catalogue_is_edited_first():
    claim, _ = a_desk_that_knows_her()
    source = make_source(title_en=f"With {CANARY}")
    assert [f.must_be_edited for f in find(CANARY) if f.row == source] == [True]
    with pytest.raises(ValidationError, match="Edit it first"):
        redact(claim)
    source.edit(title_en="With her", by=make_reporter())
    redact(claim)
    assert not holds_her(everything_in_the_database())


@pytest.mark.django_db
def test_two_letters_are_too_few_and_letters_are_not_mistaken():
    claim = make_claim("The Bridge stood.")
    with pytest.raises(ValidationError, match="at least 3"):
        find("ab")
    assert [f.row for f in find("The Bridge")] == [claim.wording]
    assert find("the bridge") == [] and find("100%_") == []


@pytest.mark.django_db
def test_other_claims_that_showed_the_words_have_a_version_of_their_own(client):
    claim, capture = a_desk_that_knows_her()
    other = make_claim("Another.", passage=capture.quote(4, 30, by=make_reporter()))
    before = other.standings.count()
    redact(claim)
    assert Claim.objects.get(pk=other.pk).standings.count() == before + 1
    assert "Words redacted" in client.get(other.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_redacted_desk_is_dumped_loaded_and_dumped_to_the_same_bytes():
    claim, _ = a_desk_that_knows_her()
    redact(claim)
    first = list(interchange.dump())
    assert not holds_her("\n".join(first))
    empty_the_desk()
    interchange.load(first)
    assert list(interchange.dump()) == first
    assert list(audit()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a file, its log and its free pages are SQLite's")
def test_no_byte_of_the_database_file_or_its_log_holds_the_words(tmp_path):
    """The very files, as a thief would read them: searched before, to see that the search finds, and after."""
    name = tmp_path / "desk.sqlite3"
    script = tmp_path / "act.py"
    script.write_text(
        "from tests.claims.test_redacting import *\n"
        "import sys\n"
        "if sys.argv[1] == 'know':\n    a_desk_that_knows_her()\n"
        "else:\n    redact(Claim.objects.get())\n"
    )
    _manage(name, tmp_path, "migrate", "--verbosity", "0")
    _run(name, tmp_path, script, "know")
    assert _files_with_her(tmp_path)
    _run(name, tmp_path, script, "redact")
    assert _files_with_her(tmp_path) == []
    shutil.copytree(tmp_path, tmp_path.parent / "copy")
    said = _manage(name, tmp_path, "dump")
    assert not holds_her(said) and "[redacted]" in said


def _environment(name, folder):
    return os.environ | {
        "DATABASE_URL": f"sqlite:///{name}",
        "FACTDESK_FILES": str(folder / "files"),
        "SECRET_KEY": "a test",
        "DJANGO_SETTINGS_MODULE": "factdesk.settings",
        "PYTHONPATH": str(settings.ROOT),
    }


def _manage(name, folder, *args):
    done = subprocess.run(
        [sys.executable, settings.ROOT / "manage.py", *args],
        env=_environment(name, folder),
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    )
    return done.stdout


def _run(name, folder, script, *args):
    code = f"import django; django.setup(); exec(open({str(script)!r}).read())"
    done = subprocess.run(
        [sys.executable, "-c", code, *args], env=_environment(name, folder), cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def _files_with_her(folder):
    wanted = {CANARY.encode(), escaped(CANARY).encode(), escaped(escaped(CANARY)).encode()}
    found = [p for p in folder.rglob("*") if p.is_file() and any(w in p.read_bytes() for w in wanted)]
    return [p for p in found if p.suffix != ".py"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="rows that died are PostgreSQL's")
def test_no_dead_row_and_no_statistic_of_postgresql_holds_the_words(monkeypatch):
    monkeypatch.setattr(redacting.scrub, "__defaults__", (300,))  # another worker's test may be one long transaction
    claim, _ = a_desk_that_knows_her()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert _tables_with_her() and _do_statistics_hold_her()
    redact(claim)
    assert not _tables_with_her() and not _do_statistics_hold_her()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="rows that died are PostgreSQL's")
@pytest.mark.parametrize("began", ["SELECT * FROM auth_group", "SELECT pg_current_xact_id()"])
def test_rows_that_an_older_transaction_may_still_read_are_told_of_and_overwritten_later(began, monkeypatch, caplog):
    """A reader of this database, or a writer of any on the server: the one has a snapshot, the other a number."""
    monkeypatch.setattr(redacting.scrub, "__defaults__", (0.2,))
    claim, _ = a_desk_that_knows_her()
    level = "ISOLATION LEVEL REPEATABLE READ" if "FROM" in began else ""
    with psycopg.connect(**_another("postgres" if not level else None), autocommit=True) as older:
        older.execute(f"BEGIN {level}")
        older.execute(began)
        redact(claim)
        assert find(CANARY) == [] and not holds_her(everything_in_the_database())
        assert "manage.py scrub" in caplog.text
        with pytest.raises(CommandError, match="still open"):
            call_command("scrub", wait=0.2)
        older.execute("ROLLBACK")
    assert _tables_with_her()
    call_command("scrub", stdout=StringIO())
    assert not _tables_with_her() and not _do_statistics_hold_her()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="tables with an owner are PostgreSQL's")
def test_a_table_that_the_desk_may_not_rewrite_is_told_of():
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE a_stranger")
        try:
            cursor.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO a_stranger; SET ROLE a_stranger")
            with pytest.raises(CommandError, match="as the tables' owner"):
                call_command("scrub")
        finally:
            cursor.execute("RESET ROLE; DROP OWNED BY a_stranger; DROP ROLE a_stranger")
    call_command("scrub", stdout=StringIO())


@pytest.mark.parametrize("wait", ["-1", "nan", "inf", "soon"])
def test_nobody_waits_less_than_no_time_or_for_ever(wait):
    with pytest.raises(CommandError, match="--wait"):
        call_command("scrub", f"--wait={wait}")


def _another(database):
    """What connects to this server beside the test, to this database or another."""
    wanted = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    return {n: wanted[n] for n in names if n in wanted} | ({"dbname": database} if database else {})


def _tables_with_her():
    found = []
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pageinspect")
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        for (table,) in cursor.fetchall():
            pages = "SELECT get_raw_page(%s, n::int) FROM generate_series(0, pg_relation_size(%s) / 8192 - 1) AS n"
            cursor.execute(pages, [table, table])
            found += [table for (page,) in cursor if CANARY.encode() in bytes(page)]
    return found


def _do_statistics_hold_her():
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(t::text) FROM pg_stats t")
        return holds_her(str(cursor.fetchone()))


@pytest.mark.django_db
def test_the_command_names_the_places_and_two_people_and_does_it(monkeypatch):
    claim, _ = a_desk_that_knows_her()
    chief, editor = make_chief(), make_editor()
    out = StringIO()
    monkeypatch.setattr("sys.stdin", StringIO(f"{CANARY}\n"))
    call_command("redact", claim.key, "--because", "A court.", "--by", chief.username, stdout=out)
    assert "wording" in out.getvalue() and find(CANARY) and CANARY not in out.getvalue()
    monkeypatch.setattr("sys.stdin", StringIO(f"{CANARY}\n"))
    names = ["--by", chief.username, "--approved-by", editor.username]
    call_command("redact", claim.key, "--because", "A court.", *names, "--yes", stdout=out)
    assert find(CANARY) == [] and not holds_her(everything_in_the_database())


@pytest.mark.django_db
def test_a_redaction_of_words_in_two_claims_is_approved_and_audited():
    passage = make_passage("Jane Roe slept here.")
    one, other = make_claim("One.", passage=passage), make_claim("Two.", passage=passage)
    proposal = one.propose("redact", by=make_chief(), because="A court.", words="Jane Roe")
    proposal.approve(by=make_editor())
    assert proposal.change.key == one.key and other.standings.latest("number").change.verb == "redact"
    assert list(audit()) == []


@pytest.mark.django_db
def test_a_request_about_two_claims_is_told_at_both_and_kept_by_a_hold_of_either():
    one, other = make_claim("One."), make_claim("Two.")
    one.ask(to_name="Jane Roe", why_not="She died.", also=[other.key], **two())
    who = {"by": make_chief(), "approved_by": make_editor(), "because": "A court."}
    other.hold("legal", because="Keep.", **two())
    with pytest.raises(ValidationError, match="Lift the hold first"):
        one.redact("Jane Roe", **who)
    other.lift("legal", because="Settled.", **two())
    before = other.standings.count()
    one.redact("Jane Roe", **who)
    assert other.standings.count() == before + 1


@pytest.mark.django_db
def test_what_waits_with_words_that_were_redacted_meanwhile_is_written_anew():
    claim, editor = make_claim("Jane Roe slept here."), make_editor()
    waiting = make_claim().propose("withdraw", by=make_reporter(), because="Jane Roe asked for it.")
    again = claim.propose("redact", by=make_chief(), because="Another court.", words="Jane Roe")
    quoting = make_claim().propose("withdraw", by=make_reporter(), because="It says “[redacted]” there.")
    claim.redact("Jane Roe", by=make_chief(), approved_by=editor, because="A court.")
    for proposal in (waiting, again):
        with pytest.raises(ValidationError, match="were redacted since"):
            proposal.approve(by=editor)
        proposal.send_back(by=editor, reply="Without the name.")
    new = make_claim().propose("withdraw", by=make_reporter(), because="It says “[redacted]” there.")
    new.approve(by=editor)
    with pytest.raises(ValidationError, match="were redacted since"):
        quoting.approve(by=editor)
