"""Tables of a list: nothing in them runs, and an import reads back what was written, letter for letter."""

import csv
import io
import json

import openpyxl
import pytest

from claims.formats.cells import as_meant, harmless, joined, listed
from claims.formats.tables import CELL, COLUMNS, TOO_LONG, are_ours, as_csv, as_json_lines, as_xlsx
from claims.models import Appearance, Claim, Kind
from sources.tabulating import checked, tabulate

from ..making import empty_the_desk, make_claim, make_passage, make_reporter, make_source, make_subject, two
from .test_importing import actions, carried_out, planned

NAUGHTY = [
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\tTab",
    "\rReturn",
    "\nNew line",
    "＝1＋1",
    "|cmd",
    "'=1",
    "''twice",
    "'tis",
    '=HYPERLINK("https://evil.example","x")',
    'He said "no"; she said, “yes”',
    '"',
    '""',
    "a\r\nb\nc\rd",
    "  spaces  ",
    "\u202eright to left\u202c",
    "שלום עולם مرحبا",
    "e\u0301 combining, é composed",
    "😀 👩‍👩‍👧‍👦 🏳️‍🌈",
    "橋は一度も検査されなかった。",
    "\u200bzero width\ufeff",
    "\x01\x08\x0b\x1f control",
    "_x0041_ _x005F_ _x000D_ _xZZZZ_",
    "\ufffe\uffff no characters",
    "a;b",
    "[1, 2]",
    '["a"]',
    "NULL",
    "None",
    "1e9",
    "007",
    "<script>alert(1)</script>&amp;",
    "x" * 30_000,
    "\U0010ffff\u2028\u2029\x85",
]


def test_a_cell_is_harmless_and_means_what_it_meant():
    for text in NAUGHTY:
        assert as_meant(harmless(text)) == text
        assert harmless(text)[:1] not in set("=+-@\t\r\n|＝")
    assert as_meant("'tis") == "'tis"


def test_names_in_one_cell_are_read_back():
    for names in ([], ["a"], ["a", "b"], ["a;b", "c"], ["[1]"], [" a "], ["a; ", ""], NAUGHTY):
        assert listed(joined(names)) == names


def said():
    """What the columns of a table say that a draft keeps."""
    kept = [
        "key",
        "kind",
        "wording__statement",
        "wording__headline",
        "wording__language",
        "subjects__name",
        "subjects__kind",
        "appearances__passage__exact",
        "appearances__position",
        "appearances__speakers__name",
        "appearances__dated",
    ]
    source = [f"appearances__passage__capture__source__{n}" for n in ("title", "url", "author", "language", "dated")]
    source.append("appearances__passage__capture__source__outlet__name")
    return sorted(Claim.objects.values_list(*kept, *source), key=str)


WRITERS = {
    "csv": lambda rows: "".join(as_csv(rows)).encode(),
    "xlsx": lambda rows: as_xlsx(rows).read(),
    "jsonl": lambda rows: "".join(as_json_lines(rows)).encode(),
}


@pytest.mark.parametrize("ending", WRITERS)
def test_whatever_is_written_is_read_back(ending):
    wanted = [[text] * len(COLUMNS) for text in NAUGHTY]
    raw = WRITERS[ending](iter(wanted))
    refuse_what_runs(raw, ending)
    table = tabulate(raw, name=f"claims.{ending}")
    back = as_meant if ending == "csv" and are_ours(table.headers) else str
    found = [[back(c) for c in cells] for _, cells, wrong in checked(table.rows, table.headers, table.kind)]
    assert found == wanted


def a_desk():
    for number, text in enumerate(("'=1+1 \u202e", "\ta\r\n橋 e\u0301 😀 \x01 _x0041_")):
        passage = make_passage(f"{text}|", url=f"https://news.example/{number}", author=text, dated="2023-06~")
        subject = make_subject(text, kind="person")
        claim = make_claim(f"{text}.", passage=passage, subjects=[subject], kind=Kind.OPINION)
        if number:
            other = make_source(text + "!", title=f"{text} elsewhere", language="ja").captures.get()
            speakers = [{"name": text}, {"name": "a;b"}]
            quote = other.quote(0, other.length, by=make_reporter())
            claim.appear(quote, "denies", speakers=speakers, dated="2011", **two())


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl"])
def test_a_table_of_a_desk_is_the_same_desk_of_drafts(client, ending):
    a_desk()
    answer = client.get(f"/claims/list.{ending}")
    raw, before = b"".join(answer.streaming_content), said()
    refuse_what_runs(raw, ending)
    empty_the_desk()
    brought = carried_out(raw, name=f"claims.{ending}")
    assert set(actions(brought)) == {"create", "update"}, [r.said for r in brought.rows.filter(action="refused")]
    assert said() == before
    assert not Claim.objects.public().exists()
    assert set(actions(planned(raw, by=brought.by, name=f"claims.{ending}"))) == {"unchanged"}


def refuse_what_runs(raw, ending):
    if ending == "csv":
        rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
        assert not [c for row in rows for c in row if c[:1] in set("=+-@\t\r\n|＝＋－＠")]
    if ending == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(raw))
        assert {c.data_type for row in book.active.iter_rows() for c in row if c.value is not None} <= {"s", "n"}
    if ending == "jsonl":
        assert all(list(json.loads(line)) == COLUMNS for line in raw.decode().split("\n") if line)


@pytest.mark.django_db
def test_a_text_that_no_sheet_holds_is_told_and_not_cut(client):
    make_claim("y" * (CELL + 1))
    raw = b"".join(client.get("/claims/list.xlsx").streaming_content)
    assert openpyxl.load_workbook(io.BytesIO(raw)).active["D2"].value == TOO_LONG
    assert "longer than a cell" in planned(raw, name="x.xlsx").rows.get().said[0]


@pytest.mark.django_db
def test_a_list_that_no_sheet_holds_is_refused_in_words(client, monkeypatch):
    monkeypatch.setattr("claims.formats.tables.SHEET", 2)
    make_claim("One."), make_claim("Two.")
    answer = client.get("/claims/list.xlsx")
    assert answer.status_code == 400 and "too long for a spreadsheet" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl"])
def test_a_table_holds_nothing_of_a_confidential_source_or_a_private_person(client, ending):
    claim = make_claim("Two.", subjects=[make_subject("Secretly Somebody", private_person=True)])
    hidden = make_passage("Secret words.", confidential=True, title="Secret title")
    claim.appear(hidden, "asserts", by=make_reporter())
    raw = b"".join(client.get(f"/claims/list.{ending}").streaming_content)
    text = str(list(openpyxl.load_workbook(io.BytesIO(raw)).active.values)) if ending == "xlsx" else raw.decode()
    assert "Two." in text and "Secret" not in text
    assert Appearance.objects.count() == 2
