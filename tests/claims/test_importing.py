"""Imports: what is planned of each row is what is done, as drafts, once."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims import importing, interchange
from claims.importing import jobs
from claims.models import Action, Appearance, Claim, Comment, Import, Imported, ImportRow, Proposal, Step, Subject
from sources.models import Change, Source
from sources.tabulating import checked, tabulate

from ..making import (
    assess,
    empty_the_desk,
    make_chief,
    make_claim,
    make_draft,
    make_editor,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
    two,
)

pytestmark = pytest.mark.django_db

HEADERS = "claim,quotation,speaker,source title,link,publisher,published,subject,id\n"
ROW = "The bridge fell.,It fell.,The mayor,A report,https://news.example/a,The Ledger,2023-06,,{}\n"


def bring(raw, name="claims.csv", *, by):
    """What a file says, read without a process of its own."""
    return jobs.keep(told(raw, name), raw, name, by=by)


def told(raw, name):
    table = tabulate(raw, name=name)
    yield {"kind": table.kind, "headers": table.headers, "said": table.said}
    for number, cells, wrong in checked(table.rows, table.headers, table.kind):
        yield {"number": number, "cells": cells, "wrong": wrong}


def planned(raw, *, by=None, name="claims.csv", **defaults):
    by = by or make_reporter()
    brought = bring(raw.encode() if isinstance(raw, str) else raw, name, by=by)
    if brought.step == Step.COLUMNS:
        importing.map_columns(brought, brought.columns, defaults, by=by)
    return worked(brought)


def worked(brought):
    brought.refresh_from_db()
    while importing.step(brought):
        pass
    brought.refresh_from_db()
    return brought


def carried_out(raw, **kwargs):
    brought = raw if isinstance(raw, Import) else planned(raw, **kwargs)
    importing.confirm(brought, brought.plan, by=brought.by)
    return worked(brought)


def actions(brought):
    return list(brought.rows.values_list("action", flat=True))


def said(brought, number=0):
    return " ".join(brought.rows.all()[number].said)


def test_a_row_comes_in_as_a_draft_with_all_that_it_says():
    brought = carried_out(HEADERS + ROW.format(1), about_kind="person")
    claim = brought.rows.get().claim
    assert (claim.stage, claim.status, claim.wording.statement) == ("draft", "unverified", "The bridge fell.")
    appearance = claim.appearances.get()
    assert appearance.passage.exact == "It fell." and appearance.speakers.get().name == "The mayor"
    source = appearance.passage.capture.source
    assert (source.title, source.url, source.outlet.name, source.dated) == (
        "A report",
        "https://news.example/a",
        "The Ledger",
        "2023-06",
    )
    assert set(Change.objects.filter(id__gt=brought.made_on).values_list("via", "by")) == {("import", brought.by.pk)}


def test_a_plan_changes_nothing():
    by = make_reporter()
    before = Change.objects.count(), Source.objects.count()
    brought = planned(HEADERS + "".join(ROW.format(n) for n in range(5)), by=by)
    assert actions(brought) == [Action.CREATE] * 5 and brought.step == Step.PLANNED
    assert (Change.objects.count(), Source.objects.count()) == before
    assert not Imported.objects.exists() and not Comment.objects.exists()


def test_the_same_file_again_changes_nothing():
    by = make_reporter()
    raw = HEADERS + ROW.format(1) + ROW.format("").replace("fell", "stood")
    carried_out(raw, by=by)
    before = Change.objects.count()
    brought = carried_out(raw, by=by)
    assert actions(brought) == [Action.UNCHANGED] * 2 and Change.objects.count() == before


def test_the_same_row_twice_in_a_file_is_one_claim(monkeypatch):
    monkeypatch.setattr("claims.importing.jobs.BATCH", 2)
    row = ROW.format("")
    brought = planned(HEADERS + row + row + ROW.format(7) + row)  # in one batch, and in the next
    assert actions(brought) == ["create", "unchanged", "create", "unchanged"]
    carried_out(brought)
    assert Claim.objects.count() == 2


def test_another_quotation_of_the_same_id_is_added_to_its_claim(monkeypatch):
    monkeypatch.setattr("claims.importing.jobs.BATCH", 1)
    brought = planned(HEADERS + ROW.format(1) + ROW.format(1).replace("It fell.", "It is gone."))
    assert actions(brought) == ["create", "update"]
    assert brought.rows.last().differences == [["quotation", "", "It is gone."]]
    carried_out(brought)
    assert Claim.objects.get().appearances.count() == 2


def test_words_that_changed_in_the_file_change_the_draft_and_are_shown_before():
    by = make_reporter()
    carried_out(HEADERS + ROW.format(1), by=by)
    brought = planned(HEADERS + ROW.format(1).replace("The bridge fell.", "Both bridges fell."), by=by)
    assert brought.rows.get().differences == [["statement", "The bridge fell.", "Both bridges fell."]]
    carried_out(brought)
    assert Claim.objects.get().wording.statement == "Both bridges fell."


def test_what_editors_changed_since_stands():
    by = make_reporter()
    raw = HEADERS + ROW.format(1)
    claim = carried_out(raw, by=by).rows.get().claim
    claim.reword("", "The north bridge fell.", by=by)
    claim.strike(claim.appearances.get().passage, because="Another bridge.", by=by)
    brought = carried_out(raw, by=by)
    assert actions(brought) == ["unchanged"] and "Their words stand" in said(brought)


def test_a_plan_tells_no_words_that_were_redacted_while_it_was_made(monkeypatch):
    by = make_reporter()
    claim = carried_out(HEADERS + ROW.format(1), by=by).rows.get().claim
    claim.reword("", "Jane Roe slept here.", by=by)
    waits = jobs.in_turn

    def somebody_redacts_first():
        monkeypatch.setattr(jobs, "in_turn", waits)
        claim.redact("Jane Roe", by=make_chief(), approved_by=make_editor(), because="A court.")
        waits()

    monkeypatch.setattr(jobs, "in_turn", somebody_redacts_first)
    brought = planned(HEADERS + ROW.format(1).replace("The bridge fell.", "Both fell."), by=by)
    assert jobs.in_turn is waits and brought.step == Step.PLANNED
    assert "Jane Roe" not in json.dumps(list(brought.rows.values()), default=str)


def test_a_row_whose_claim_moved_on_since_the_plan_is_refused_and_the_others_go_on():
    by = make_reporter()
    claim = carried_out(HEADERS + ROW.format(1), by=by).rows.get().claim
    changed = ROW.format(1).replace("The bridge fell.", "Both bridges fell.")
    brought = planned(HEADERS + changed + ROW.format(2), by=by)
    claim.reword("", "The north bridge fell.", by=by)
    carried_out(brought)
    assert list(brought.rows.values_list("came_to", flat=True)) == ["refused", "create"]
    assert "moved on since the plan" in said(brought)
    claim.refresh_from_db()
    assert claim.wording.statement == "The north bridge fell."


def test_no_other_plan_is_carried_out_than_the_one_that_was_read():
    brought = planned(HEADERS + ROW.format(1))
    with pytest.raises(ValidationError, match="not the plan that you read"):
        importing.confirm(brought, "0" * 64, by=brought.by)
    importing.map_columns(brought, ["statement", *[""] * 8], {}, by=brought.by)
    with pytest.raises(ValidationError, match="not the plan"):
        importing.confirm(brought, brought.plan, by=brought.by)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("2023-06", "June 2023"), "Enter a year"),
        (("2023-06", "14/06/2023"), "Enter a year"),
        (("https://news.example/a", "nonsense"), "valid URL"),
        (("The bridge fell.", ""), "no claim in this row"),
        (("A report,https://news.example/a", ","), "The quotation has no source"),
        (("A report", "x" * 501), "at most 500"),
        (("It fell.", '"a\0b"'), "null character"),
        (("It fell.", '"' + "x" * 100_001 + '"'), "more than 100,000"),
        ((",,1", ",,1,more"), "under no header"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why_and_keeps_no_other(change, sentence):
    brought = planned(HEADERS + ROW.format(1).replace(*change) + ROW.format(2))
    assert actions(brought) == ["refused", "create"]
    assert sentence in said(brought)
    carried_out(brought)
    assert Claim.objects.count() == 1


def test_an_import_changes_no_claim_that_readers_see():
    claim = make_claim()
    before = Change.objects.count()
    brought = carried_out(f"key,claim,note\n{claim.key},Other words.,\n{claim.key},{claim.words},A note\n")
    assert actions(brought) == ["refused", "refused"] and "drafts alone" in said(brought)
    assert Change.objects.count() == before and not Comment.objects.exists()


@pytest.mark.parametrize("asked", ["everything", "sensitive", "nothing"])
def test_nothing_that_is_imported_is_seen_by_readers(asked, settings, client):
    settings.FACTDESK_TWO_PEOPLE = asked
    carried_out(HEADERS + ROW.format(1), by=make_editor(), about_kind="person")
    assert not Change.objects.filter(public_number__isnull=False).exists()
    assert not Claim.objects.public().exists() and not Source.objects.public().exists()


def test_an_account_that_may_record_no_more_imports_no_more():
    brought = planned(HEADERS + ROW.format(1))
    importing.confirm(brought, brought.plan, by=brought.by)
    brought.by.groups.clear()
    worked(Import.objects.get())
    assert Import.objects.get().step == Step.DROPPED and not Claim.objects.exists()


def test_a_subject_is_known_by_its_names_and_none_is_guessed():
    by = make_reporter()
    there = Subject.objects.add(by=by, name="The Owner", kind="person", names=[{"text": "持主", "language": "ja"}])
    raw = "claim,subject\nOne.,持主; Nobody\n"
    brought = carried_out(raw, by=by)
    assert list(brought.rows.get().claim.subjects.all()) == [there]
    assert "“Nobody” is no subject here yet" in said(brought)
    carried_out(raw.replace("One", "Two"), by=by, about_kind="person")
    assert Subject.objects.get(name="Nobody").kind == "person"


def test_words_that_stand_in_a_text_of_ours_are_quoted_there():
    by = make_reporter()
    source = make_source("They say: It fell. And it is gone.", by=by, url="https://news.example/a")
    appearance = carried_out(HEADERS + ROW.format(1), by=by).rows.get().claim.appearances.get()
    assert appearance.passage.capture == source.captures.get() and appearance.passage.start == 10
    twice = make_source("It fell. It fell.", by=by, url="https://news.example/b")
    other = ROW.format(2).replace("example/a", "example/b")
    appearance = carried_out(HEADERS + other, by=by).rows.get().claim.appearances.get()
    assert appearance.passage.capture.how == "import" and twice.captures.count() == 2


REVIEW = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://checks.example/1",
    "claimReviewed": "The bridge fell.",
    "author": {"name": "Checks"},
    "reviewRating": {"alternateName": "Pants on fire"},
    "itemReviewed": {"appearance": "https://news.example/a"},
    "datePublished": "2026-03-05T09:00:00Z",
}


def test_a_rating_of_another_desk_waits_as_a_proposal_that_keeps_its_words():
    by = make_reporter()
    raw = json.dumps(REVIEW)
    claim = carried_out(raw, by=by, name="review.json").rows.get().claim
    proposal = Proposal.objects.get()
    assert (proposal.verb, proposal.state, proposal.body["status"]) == ("assess", "waiting", "unverified")
    assert "Checks rated it “Pants on fire” (2026-03-05)" in proposal.body["because"]
    assert proposal.body["citing"][0]["url"] == "https://checks.example/1"
    assert claim.assessment is None and claim.status == "unverified"
    assert not Appearance.objects.exists() and "without a quotation" in claim.comments.get().text
    assert actions(carried_out(raw, by=by, name="review.json")) == ["unchanged"]
    assert Proposal.objects.count() == 1
    proposal.approve(by=make_editor())
    claim.refresh_from_db()
    assert claim.status == "unverified" and "Pants on fire" in claim.assessment.why


def test_columns_are_taken_as_they_were_the_last_time():
    by = make_reporter()
    brought = bring(b"a,b\nOne.,Two\n", "x.csv", by=by)
    with pytest.raises(ValidationError, match="which column holds the claim"):
        importing.map_columns(brought, brought.columns, {}, by=by)
    with pytest.raises(ValidationError, match="both taken for"):
        importing.map_columns(brought, ["statement", "statement"], {}, by=by)
    importing.map_columns(brought, ["statement", "note"], {"language": "fr"}, by=by)
    again = bring(b"a,b\nThree.,Four\n", "y.csv", by=by)
    assert again.columns == ["statement", "note"] and again.defaults["language"] == "fr"
    assert bring(b"b,a\nThree.,Four\n", "y.csv", by=by).columns == ["", ""]


def test_a_table_without_rows_is_refused():
    with pytest.raises(ValidationError, match="no rows"):
        bring(b"claim,quote\n", "x.csv", by=make_reporter())
    assert not Import.objects.exists()


def test_each_row_costs_the_same():
    def cost(start, rows):
        brought = planned(HEADERS + "".join(ROW.format(n) for n in range(start, start + rows)))
        importing.confirm(brought, brought.plan, by=brought.by)
        brought.refresh_from_db()
        with CaptureQueriesContext(connection) as queries:
            importing.step(brought)
        return len(queries)

    cost(0, 1)
    few, many = cost(100, 2), cost(200, 6)
    assert abs((cost(300, 10) - many) - (many - few)) <= 1


def test_lines_of_another_desk_come_in_as_drafts_in_the_name_of_who_brings_them():
    claim = make_claim("The bridge fell.")
    assess(claim, "disputed")
    raw = "".join(f"{line}\n" for line in interchange.dump())
    empty_the_desk()
    by = make_reporter()
    brought = planned(raw, by=by, name="desk.jsonl")
    told = dict(zip([json.loads(r.cells[0])["type"] for r in brought.rows.all()], actions(brought), strict=True))
    assert told["claim"] == "create" and told["publish"] == told["assessment"] == told["editor"] == "skip"
    assert not Change.objects.exists()
    carried_out(brought)
    there = Claim.objects.get(key=claim.key)
    assert (there.stage, there.assessment, there.since.by, there.since.via) == ("draft", None, by, "import")
    assert set(actions(carried_out(raw, by=by, name="desk.jsonl"))) == {"unchanged", "skip"}


def test_what_another_desk_ended_does_not_come_in_as_if_it_stood():
    by, wrong, right = make_reporter(), make_subject("Somebody else"), make_subject("The bureau")
    for name in ("Le bureau", "Le bureau", "Another bureau"):
        right.also_called(name, "fr", by=by)
        right.end_name(name, "fr", by=by, because="It is not called so.")
    right.also_called("Le bureau", "fr", by=by)
    claim, other = make_draft(subjects=[wrong]), make_draft("It is another.")
    claim.end_subject(wrong, by=by, because="It is somebody else.")
    claim.add_subject(right, by=by)
    claim.relate(other, "contradicts", by=by)
    claim.end_relation(other, "contradicts", by=by, because="They are two bridges.")
    raw = "".join(f"{line}\n" for line in interchange.dump())
    empty_the_desk()
    assert "refused" not in actions(carried_out(raw, by=make_reporter(), name="desk.jsonl"))
    there = Claim.objects.get(key=claim.key)
    assert [m.subject.key for m in there.about.live()] == [right.key] and not there.relations.live().exists()
    assert [n.text for n in Subject.objects.get(key=right.key).names.live()] == ["Le bureau"]
    assert there.relations.get().until.note == "The desk from which it comes ended it."
    assert set(actions(carried_out(raw, by=make_reporter(), name="desk.jsonl"))) == {"unchanged", "skip"}


def test_what_another_desk_ended_and_readers_see_here_is_ended_by_no_import():
    claim, other = make_claim(), make_claim("It is another.")
    claim.relate(other, "contradicts", **two())
    line = {"type": "end_relation", "claim": claim.key, "other": other.key, "kind": "contradicts"}
    lines = [json.dumps(interchange.dumping.FORMAT), json.dumps(line)]
    brought = carried_out("\n".join(lines), by=make_editor(), name="desk.jsonl")
    assert actions(brought)[1] == "refused" and claim.relations.live().exists()


def test_lines_of_another_desk_change_nothing_that_readers_see(settings):
    settings.FACTDESK_TWO_PEOPLE = "nothing"
    claim = make_claim("The bridge fell.")
    lines = [json.dumps(interchange.dumping.FORMAT)]
    there = make_passage().ref
    lines.append(json.dumps({"type": "appearance", "claim": claim.key, "passage": there, "position": "reports"}))
    brought = carried_out("\n".join(lines), by=make_editor(), name="desk.jsonl")
    assert actions(brought)[1] == "refused" and "Readers would see it at once" in said(brought, 1)
    claim.refresh_from_db()
    assert claim.wording.statement == "The bridge fell."


def test_the_command_shows_a_plan_and_carries_it_out(tmp_path, capsys):
    by = make_reporter()
    path = tmp_path / "claims.csv"
    path.write_text(HEADERS.replace("quotation", "words") + ROW.format(1) + ROW.format(2).replace("2023-06", "June"))
    call_command("import", path, by=by.username, map=["words=quote"], plan=True)
    out = capsys.readouterr().out
    assert "1 create" in out and "1 refused" in out and "row 3: " in out and "Enter a year" in out
    assert not Claim.objects.exists()
    call_command("import", path, by=by.username)  # as it was mapped
    assert "1 create" in capsys.readouterr().out
    assert Claim.objects.get().appearances.count() == 1
    with pytest.raises(CommandError, match="There is no editor"):
        call_command("import", path, by="nobody")
    with pytest.raises(CommandError, match="There is no column"):
        call_command("import", path, by=by.username, map=["nothing=quote"])


def test_old_rows_are_forgotten():
    brought = carried_out(HEADERS + ROW.format(1))
    Import.objects.update(came_at=brought.came_at - timedelta(days=31))
    list(importing.carry_on_as_worker())
    assert not ImportRow.objects.exists() and Imported.objects.exists()


def test_drafts_of_a_row_without_a_claim_of_ours_are_untouched():
    draft = make_draft()
    brought = carried_out(f"key,claim\n{draft.key},Better words.\nFD-nonsense,Other.\n")
    assert list(brought.rows.values_list("came_to", flat=True)) == ["update", ""]
    assert "no id of ours" in said(brought, 1)


def test_the_example_of_the_documentation_comes_in(settings):
    text = (settings.ROOT / "docs" / "importing.md").read_text("utf-8").partition("## Example")[2].partition("##")[0]
    brought = carried_out("".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip()))
    assert actions(brought) == ["create", "create"]
    first, second = (row.claim for row in brought.rows.all())
    assert [s.name for s in first.appearances.get().speakers.all()] == ["A clerk", "The mayor"]
    assert second.appearances.get().passage.capture.source.language == "ja"
    assert first.subjects.get() == second.subjects.get() and first.subjects.get().kind == "organisation"
    table = text_of_columns(settings)
    assert set(importing.FIELDS) == table


def text_of_columns(settings):
    """The fields that the documentation names."""
    text = (
        (settings.ROOT / "docs" / "importing.md").read_text("utf-8").partition("## Columns")[2].partition("A row is")[0]
    )
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {name.strip(" `") for row in rows for name in row.split(",")}
