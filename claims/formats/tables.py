"""Lists as tables: CSV (RFC 4180) that a spreadsheet opens without running anything, written as it is read."""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sources.dates import label
from sources.moments import as_of, asked_for, today

from ..paging import Order, page_of
from ..remembering import remember

AT_ONCE = 500  # rows in memory
FORMULA = ("=", "+", "-", "@", "|", "\t", "\r", "\n", "'")
COLUMNS: dict[str, Callable[[Any], Any]] = {
    "key": lambda c: c.key,
    "status": lambda c: "" if c.is_opinion else c.status,
    "kind": lambda c: c.kind,
    "statement": lambda c: c.words,
    "language": lambda c: c.wording.language,
    "why": lambda c: c.assessment.why if c.assessment else "",
    "balance": lambda c: c.assessment.balance if c.assessment else "",
    "changed": lambda c: c.changed_at.isoformat(),
    "version": lambda c: c.version,
    "sources": lambda c: "; ".join(s.title_en or s.title for s in c.sources),
    "published": lambda c: "; ".join(label(s.dated) for s in c.sources if s.dated),
    "languages": lambda c: "; ".join(c.languages),
}


class Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would run begins with an apostrophe; so does one that begins with an apostrophe itself."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def as_csv(claims: QuerySet, order: Order) -> Iterator[str]:
    """Every claim of a list, some at a time; of the moment that is asked for now, not of that when it is read."""
    return _lines(_rows(claims, order, asked_for(), today()))


def _rows(claims: QuerySet, order: Order, number: int | None, day: date) -> Iterator[list[Any]]:
    after = ""
    while True:
        with as_of(number, day):
            page = page_of(claims, order, after=after, size=AT_ONCE)
            found = [[harmless(read(c)) for read in COLUMNS.values()] for c in remember(page.rows)]
        yield from found
        after = page.older
        if not after:
            return


def _lines(rows: Iterator[list[Any]]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow(row)
