"""Lists as tables: a row for each place in which a claim stands, as CSV (RFC 4180), XLSX or JSON Lines; written as it is read.

A spreadsheet that opens one runs nothing of it, and what an import reads back is what was written, letter for letter.
"""

import csv
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import IO, Any

from django.db.models import QuerySet
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from sources.moments import as_of, asked_for, today

from ..paging import Order, page_of
from ..remembering import remember
from .cells import harmless, joined

AT_ONCE = 500  # claims in memory
SHEET = 100_000  # rows of a sheet
CELL = 32_767  # characters of its cells
TOO_LONG = "[This text is longer than a cell of a spreadsheet. Take the CSV or the JSON Lines]"
# What XML does not carry, and what reads like the way in which sheets write it (ECMA-376, 22.9.2.19).
NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")

OF_CLAIM: dict[str, Callable[[Any], Any]] = {
    "key": lambda c: c.key,
    "status": lambda c: "" if c.is_opinion else c.status,
    "kind": lambda c: c.kind,
    "statement": lambda c: c.words,
    "headline": lambda c: c.wording.headline,
    "language": lambda c: c.wording.language,
    "about": lambda c: joined(a.subject.name for a in c.shown_about),
    "about_kinds": lambda c: joined(a.subject.kind for a in c.shown_about),
    "why": lambda c: c.assessment.why if c.assessment else "",
    "balance": lambda c: c.assessment.balance if c.assessment else "",
    "changed": lambda c: c.changed_at.isoformat(),
    "version": lambda c: c.version,
}
OF_APPEARANCE: dict[str, Callable[[Any], Any]] = {
    "quote": lambda a: a.passage.exact,
    "position": lambda a: a.position,
    "speakers": lambda a: joined(s.name for s in a.speakers.all()),
    "dated": lambda a: a.dated,
    "source": lambda a: a.passage.capture.source.title,
    "source_en": lambda a: a.passage.capture.source.title_en,
    "url": lambda a: a.passage.capture.source.url,
    "archived": lambda a: a.passage.capture.source.archived,
    "author": lambda a: a.passage.capture.source.author,
    "outlet": lambda a: a.passage.capture.source.outlet.name if a.passage.capture.source.outlet else "",
    "source_language": lambda a: a.passage.capture.source.language,
    "published": lambda a: a.passage.capture.source.dated,
}
COLUMNS = [*OF_CLAIM, *OF_APPEARANCE]

Rows = Iterator[list[Any]]


class TooLong(Exception):
    """There are more rows than a sheet takes."""


class Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def are_ours(headers: list[str]) -> bool:
    """Whether a table was written here: one of others may begin a text with two apostrophes and mean it."""
    return "key" in headers and set(headers) <= set(COLUMNS)


def rows_of(claims: QuerySet, order: Order) -> Rows:
    """Every claim of a list, some at a time; of the moment that is asked for now, not of that when it is read."""
    return _rows(claims, order, asked_for(), today())


def _rows(claims: QuerySet, order: Order, number: int | None, day: date) -> Rows:
    after = ""
    while True:
        with as_of(number, day):
            page = page_of(claims, order, after=after, size=AT_ONCE)
            found = [row for claim in remember(page.rows) for row in _rows_of(claim)]
        yield from found
        after = page.older
        if not after:
            return


def _rows_of(claim) -> Rows:
    """A claim in each source that readers may know of; alone, where there is none."""
    own = [read(claim) for read in OF_CLAIM.values()]
    for appearance in claim.shown_appearances:
        yield own + [read(appearance) for read in OF_APPEARANCE.values()]
    if not claim.shown_appearances:
        yield own + [""] * len(OF_APPEARANCE)


def as_csv(rows: Rows) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def as_json_lines(rows: Rows) -> Iterator[str]:
    for row in rows:
        yield json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) + "\n"


def as_xlsx(rows: Rows) -> IO[bytes]:
    """A sheet, written to a file of its own. Every text is one to the program that opens it, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("claims")
    sheet.append(COLUMNS)
    for number, row in enumerate(rows, 2):
        if number > SHEET:
            raise TooLong
        sheet.append([_typed(sheet, cell) for cell in row])
    out: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115, closed by the answer that sends it
    book.save(out)
    out.seek(0)
    return out


def _typed(sheet, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
    cell = WriteOnlyCell(sheet, TOO_LONG if len(text) > CELL else text)
    cell.data_type = "s"
    return cell
