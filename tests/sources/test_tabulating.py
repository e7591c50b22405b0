"""Tables as they come in: what is read of them, and how hostile ones are refused in a sentence."""

import io
import json
import zipfile
from datetime import datetime

import openpyxl
import pytest
from django.conf import settings

from sources.decoding import Unreadable
from sources.spreadsheets import FORMULA
from sources.tabulating import HALF, LONGEST, NULL, checked, read_table, tabulate


def read(raw, name=""):
    """What the program would say, without the program."""
    table = tabulate(raw, name=name)
    found = checked(table.rows, table.headers, table.kind)
    rows = [{"number": n, "cells": c, "wrong": {str(at): w for at, w in wrong.items()}} for n, c, wrong in found]
    return {"kind": table.kind, "headers": table.headers, "said": table.said}, rows


def asked(raw, seconds=20):
    return list(read_table(raw, name="", charset="", seconds=seconds, memory=1 << 30, root=str(settings.ROOT)))


def cells(raw, name=""):
    return [row["cells"] for row in read(raw, name)[1]]


def sheet(*rows, change=lambda sheet: None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(raw, **parts):
    """The same file with other parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name.rpartition("/")[2].partition(".")[0], old.read(name)))
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (b"claim,quote\nOne,Two\n", [["One", "Two"]]),
        (b'\xef\xbb\xbfclaim;quote\r\nOne;"a;b"\r\n', [["One", "a;b"]]),
        ("claim\tquote\n橋\té\n".encode("utf-16"), [["橋", "é"]]),
        ("claim,quote\nCafé,Œuvre\n".encode("cp1252"), [["Café", "Œuvre"]]),
        (b'claim,quote\n"a\r\nb","say ""x"""\n', [["a\r\nb", 'say "x"']]),
        (b"claim\n\n\n,,,\nOne\n", [["One"]]),
        (b'{"claim": "One", "quote": null}\n{"claim": "Two", "year": 2023}\n', [["One", "", ""], ["Two", "", "2023"]]),
    ],
)
def test_a_table_is_read_as_it_stands(raw, wanted):
    assert cells(raw) == wanted


def test_a_sheet_is_read_as_it_is_shown():
    def change(ws):
        ws["C2"], ws["C3"], ws["C4"] = datetime(2023, 6, 14), datetime(2023, 6, 1), datetime(2023, 1, 1)
        ws["C2"].number_format, ws["C3"].number_format, ws["C4"].number_format = "d mmm yyyy", "mmmm yyyy", "yyyy"

    raw = sheet(["claim", "n", "date"], ["One", 3.0, ""], ["Two", 1.5, ""], ["Three", True, ""], change=change)
    assert cells(raw) == [["One", "3", "2023-06-14"], ["Two", "1.5", "2023-06"], ["Three", "TRUE", "2023"]]


def test_what_a_cell_of_a_sheet_cannot_say_is_told_at_its_row():
    def change(ws):
        ws["A2"], ws["B3"] = "=1+1", "#N/A"
        ws["B3"].data_type = "e"
        ws["C4"], ws["C4"].number_format = datetime(2023, 6, 1), "d mmm"
        ws.merge_cells("A5:A6")

    raw = sheet(["claim", "quote", "date"], *([f"{n}", "q", "2023"] for n in range(2, 7)), change=change)
    found = {row["number"]: row["wrong"] for row in read(raw)[1]}
    assert found[2] == {"0": FORMULA}
    assert found[3] == {"1": "It holds the error #N/A"}
    assert "without a year" in found[4]["2"]
    assert found[5] == {} and "merged with A5" in found[6]["0"]


def test_a_sheet_of_empty_rows_is_as_long_as_what_is_in_it():
    def change(ws):
        ws["A100000"] = "Last"

    assert read(sheet(["claim"], ["First"], change=change))[1][-1] == {"number": 100000, "cells": ["Last"], "wrong": {}}


def test_columns_have_names_of_their_own():
    about, rows = read(b"title,Title,,quote\na,b,c,d\n")
    assert about["headers"] == ["title", "Title (2)", "column C", "quote"]
    assert "Two columns" in about["said"][0]
    assert read(b"claim\na,b\n")[1][0]["wrong"] == {"1": "1 cells stand under no header"}


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        (b"claim,quote\nOne,a\0b\n", NULL),
        (b'{"claim": "One", "quote": "\\ud800"}', HALF),
        (b"claim,quote\nOne," + b"x" * (LONGEST + 1), f"It has more than {LONGEST:,} characters"),
        (b'{"claim": "One", "quote": {"a": 1}}', "It holds more than a text"),
    ],
)
def test_a_cell_that_no_database_keeps_is_told_and_left_out(raw, wrong):
    (row,) = read(raw)[1]
    assert row["wrong"] == {"1": wrong} and row["cells"] == ["One", ""]


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "empty"),
        (b" \n \n", "empty"),
        (b",,,\n,,\n", "nothing in the table"),
        (b"PK\x03\x04 and no more", "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xls", "old Excel file"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"a": ' * 5000, "not JSON|too deep"),
        (b"<p>No review here.</p>", "no ClaimReview"),
        (b'claim\n"' + b"x" * (LONGEST * 11), "breaks off at line 2"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(raw, sentence):
    with pytest.raises(Unreadable, match=sentence):
        read(raw)


def test_packed_bombs_are_refused(monkeypatch):
    monkeypatch.setattr("sources.spreadsheets.UNPACKED", 1_000_000)
    good = sheet(["claim"], ["One"])
    with pytest.raises(Unreadable, match="entities"):
        read(repacked(good, sheet1=BOMB))
    with pytest.raises(Unreadable, match="unpacks to more"):
        read(repacked(good, sheet1=b" " * 2_000_000))
    with pytest.raises(Unreadable, match="cannot be read|breaks off|nothing in"):
        read(repacked(good, sheet1=b"<worksheet><sheetData><row r='x'>"))


def test_a_program_of_its_own_reads_the_file():
    about, *rows = asked(b"claim,quote\nOne,a\0b\n")
    assert about == {"kind": "csv", "headers": ["claim", "quote"], "said": []}
    assert rows == [{"number": 2, "cells": ["One", ""], "wrong": {"1": NULL}}]
    with pytest.raises(Unreadable, match="nothing in the table"):
        asked(b",,\n")


def test_a_file_that_takes_too_long_is_given_up():
    with pytest.raises(Unreadable, match="more time or memory"):
        asked(b"claim\nx\n", seconds=0)


def test_a_line_among_others_may_be_no_object():
    rows = read(b'{"claim": "One"}\nnonsense\n{"claim": NaN}\n' + b"[" * 5000 + b'\n{"claim": "Two"}\n')[1]
    assert [r["cells"][0] for r in rows] == ["One", "", "", "", "Two"]
    assert [bool(r["wrong"]) for r in rows] == [False, True, True, True, False]


REVIEW = {
    "@type": ["ClaimReview"],
    "url": "https://checks.example/1",
    "claimReviewed": "The bridge fell.",
    "author": [{"@type": "Organization", "name": "Checks"}],
    "reviewRating": {"@type": "Rating", "alternateName": "Pants on fire", "ratingValue": 1},
    "itemReviewed": {
        "@type": "Claim",
        "datePublished": "2024-03",
        "author": {"name": "The mayor"},
        "appearance": ["https://news.example/a"],
    },
    "datePublished": "2026-03-05T09:00:00Z",
}


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps(REVIEW),
        json.dumps({"@graph": [{"@type": "Thing"}, REVIEW]}, indent=1),
        json.dumps({"@type": "DataFeed", "dataFeedElement": [{"item": None}, {"item": [REVIEW]}]}),
        f'<!doctype html><script type="application/ld+json">{json.dumps(REVIEW)}</script>'
        '<script type="application/ld+json">{broken</script>',
    ],
)
def test_reviews_of_other_desks_are_rows(raw):
    about, (row,) = read(raw.encode())
    said = dict(zip(about["headers"], row["cells"], strict=True))
    assert about["kind"] == "claimreview"
    assert {k: v for k, v in said.items() if v} == {
        "url": "https://checks.example/1",
        "claimReviewed": "The bridge fell.",
        "datePublished": "2026-03-05",
        "author.name": "Checks",
        "reviewRating.alternateName": "Pants on fire",
        "reviewRating.ratingValue": "1",
        "itemReviewed.author.name": "The mayor",
        "itemReviewed.datePublished": "2024-03",
        "appearance.url": "https://news.example/a",
    }
    assert bool(about["said"]) == ("broken" in raw)
