"""What a table says: its headers and its rows. Run as a program of its own, under limits: files lie.

`python -m sources.tabulating` reads one JSON line of hints and then the file from standard input, and writes a line of
JSON about the file, one for each row, and a last one that says that it came to the end. A cell that cannot be taken is
told in a sentence, and the rest of the file is read all the same. It imports no model of the desk.
"""

import csv
import io
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from openpyxl.utils import get_column_letter

from . import claim_reviews
from .confining import ENVIRONMENT, confine, program
from .decoding import Unreadable, decode
from .spreadsheets import NOT_A_TABLE, WIDTH, Cells, Row, sheet_of

ROWS, LONGEST = 100_000, 100_000  # rows, and characters of a cell
TOLD = 500_000_000  # bytes of what was read
NULL = "There is a null character in it, which no database keeps"
HALF = "There is half of a character in it (a lone surrogate), which no database keeps"
TOO_LONG = f"It has more than {LONGEST:,} characters"
SURROGATE = re.compile("[\ud800-\udfff]")


class Table:
    """A file as a table. `rows` is read once."""

    def __init__(self, kind: str, headers: Cells, rows: Iterable[Row], said: list[str]):
        self.kind, self.rows, self.said = kind, rows, said
        self.headers = _named(headers, said)


def tabulate(raw: bytes, *, name: str = "", charset: str = "") -> Table:
    """Reads a file by what it is; by its name only where a text could be two things."""
    if not raw.strip():
        raise Unreadable("The file is empty")
    if raw[:4] == b"PK\x03\x04":
        return _headed("xlsx", *sheet_of(raw))
    if raw[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Unreadable("This is an old Excel file, or one with a password. Save it as .xlsx or CSV, without one")
    text, said = _text_of(raw, charset)
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if name.lower().endswith((".csv", ".tsv", ".tab")) or start not in {"<", "{", "["}:
        return _csv(text, said)
    return _page(text, said) if start == "<" else _json(text, said)


def _text_of(raw: bytes, charset: str) -> tuple[str, list[str]]:
    try:
        return raw.decode("utf-8-sig"), []  # null characters too, so that their row is named
    except UnicodeDecodeError:
        pass
    try:
        text, found = decode(raw, charset)
    except Unreadable:
        raise Unreadable(NOT_A_TABLE) from None
    return text, [] if found.startswith("utf-16") else [
        f"The file is not UTF-8; it was read as {found}. Check its letters"
    ]


# -- CSV


def _csv(text: str, said: list[str]) -> Table:
    csv.field_size_limit(LONGEST * 10)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))

    def rows() -> Iterator[Row]:
        while True:
            before = lines.line_num + 1
            try:
                cells = next(lines)
            except StopIteration:
                return
            except csv.Error as error:
                raise Unreadable(f"The file breaks off at line {before}: {error}") from error
            yield before, cells, {}

    return _headed("csv", rows(), said)


def _delimiter(text: str) -> str:
    """What parts most of the first line, outside of quotes."""
    line = re.sub(r'"[^"]*"', "", text.lstrip("\ufeff\r\n").partition("\n")[0])
    found = Counter({sign: line.count(sign) for sign in ",;\t|"})
    return found.most_common(1)[0][0]


def _headed(kind: str, rows: Iterator[Row], said: list[str]) -> Table:
    """The first row that says something names the columns."""
    for _, cells, wrong in rows:
        if any(c.strip() for c in cells):
            if wrong:
                raise Unreadable(f"The row of headers cannot be read: {next(iter(wrong.values()))}")
            return Table(kind, cells, rows, said)
    raise Unreadable("There is nothing in the table")


def _named(headers: Cells, said: list[str]) -> Cells:
    """Each column by a name of its own."""
    if len(headers) > WIDTH:
        said.append(f"Only the first {WIDTH} of {len(headers)} columns were read")
    seen: Counter = Counter()
    named = []
    for at, header in enumerate(headers[:WIDTH], 1):
        name = " ".join(header.replace("\0", "").split())[:200] or f"column {get_column_letter(at)}"
        name = SURROGATE.sub("\ufffd", name)
        seen[name.casefold()] += 1
        if seen[name.casefold()] > 1:
            said.append(
                f"Two columns are called “{name}”. The later one is called “{name} ({seen[name.casefold()]})” here"
            )
            name = f"{name} ({seen[name.casefold()]})"
        named.append(name)
    return named


# -- JSON


def _page(text: str, said: list[str]) -> Table:
    try:
        found, wrong = claim_reviews.in_page(text)
    except (ValueError, AssertionError) as error:
        raise Unreadable(NOT_A_TABLE) from error
    return _reviews(found, [*said, *wrong], "page")


def _reviews(found: list[dict], said: list[str], where: str) -> Table:
    if not found:
        raise Unreadable(f"There is no ClaimReview in the {where}")
    rows: Iterator[Row] = ((n, claim_reviews.as_row(review), {}) for n, review in enumerate(found, 1))
    return Table("claimreview", list(claim_reviews.COLUMNS), rows, said)


def _json(text: str, said: list[str]) -> Table:
    lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    first = _object(lines[0][1]) if len(lines[0][1]) <= LONGEST * 10 else None
    if isinstance(first, dict) and first.get("type") == "desk":
        return Table("interchange", ["line"], ((n, [line.rstrip("\r")], {}) for n, line in lines), said)
    if isinstance(first, dict) and not {"@context", "@type", "@graph", "dataFeedElement"} & first.keys():
        return _json_rows(lines, said)
    try:
        whole = json.loads(text)
    except ValueError as error:
        raise Unreadable(f"This is not JSON: {error}") from error
    except RecursionError as error:
        raise Unreadable("The JSON is nested too deep") from error
    return _reviews(list(claim_reviews.reviews_in(whole)), said, "file")


def _object(line: str) -> Any:
    try:
        return json.loads(line, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None


def _refuse_constant(name: str):
    raise ValueError(f"{name} is no number")


def _json_rows(lines: list[tuple[int, str]], said: list[str]) -> Table:
    """One object a line: its names are the columns, those of the whole file."""
    read = [(n, _object(line)) for n, line in lines]
    headers = list(dict.fromkeys(name for _, row in read if isinstance(row, dict) for name in row))[:WIDTH]

    def rows() -> Iterator[Row]:
        for number, row in read:
            if not isinstance(row, dict):
                yield number, [""], {0: "This line is no JSON object, or it is nested too deep"}
                continue
            cells, wrong = [], {}
            for at, name in enumerate(headers):
                value = row.get(name)
                listed = isinstance(value, list) and all(isinstance(v, str) for v in value)
                if isinstance(value, dict) or (isinstance(value, list) and not listed):
                    wrong[at], value = "It holds more than a text", None
                cells.append("" if value is None else value if isinstance(value, str) else json.dumps(value))
            yield number, cells, wrong

    return Table("rows", headers, rows(), said)


# -- the program, and who asks it


def checked(rows: Iterable[Row], headers: Cells, kind: str) -> Iterator[Row]:
    """Rows whose cells a database keeps; of others the cell is empty and told."""
    most = LONGEST * 10 if kind == "interchange" else LONGEST
    taken = 0
    for number, cells, wrong in rows:
        if not any(cells) and not wrong:
            continue
        taken += 1
        if taken > ROWS:
            raise Unreadable(f"The file has more than {ROWS:,} rows. Part it")
        if extra := [c for c in cells[len(headers) :] if c]:
            wrong = wrong | {len(headers): f"{len(extra)} cells stand under no header"}
        cells = cells[: len(headers)] + [""] * (len(headers) - len(cells))
        for at, cell in enumerate(cells):
            odd = TOO_LONG if len(cell) > most else NULL if "\0" in cell else HALF if SURROGATE.search(cell) else ""
            if odd:
                cells[at], wrong = "", wrong | {at: odd}
        yield number, cells, wrong


def read_table(
    raw: bytes, *, name: str, charset: str, seconds: int, memory: int, root: str
) -> Iterator[dict[str, Any]]:
    """What a file says, read in a process of its own with little memory, little time and no network, as it is read.

    First what there is to know of it, then each row. Raises `Unreadable`, at the latest at the end.
    """
    hints = {"name": name, "charset": charset, "seconds": seconds, "memory": memory}
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as told:
        asked.write(json.dumps(hints).encode() + b"\n" + raw)
        asked.seek(0)
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(
                program(__name__),
                stdin=asked,
                stdout=told,
                stderr=subprocess.DEVNULL,
                timeout=seconds * 3,
                cwd=root,
                env=ENVIRONMENT,
            )
        told.seek(0)
        ended = False
        for line in told:
            answer = json.loads(line) if line.endswith(b"\n") else {}
            if "unreadable" in answer:
                raise Unreadable(answer["unreadable"])
            ended = "end" in answer
            if not ended:
                yield answer
        if not ended:
            raise Unreadable(
                f"The file takes more time or memory than we give it ({seconds} seconds). Part it, or save it as CSV"
            )


def main() -> None:
    hints = json.loads(sys.stdin.buffer.readline())
    raw = sys.stdin.buffer.read()
    confine(memory=hints["memory"], seconds=hints["seconds"], written=TOLD)
    try:
        table = tabulate(raw, name=hints["name"], charset=hints["charset"])
        print(json.dumps({"kind": table.kind, "headers": table.headers, "said": table.said}))
        for number, cells, wrong in checked(table.rows, table.headers, table.kind):
            print(json.dumps({"number": number, "cells": cells, "wrong": wrong}))
        print(json.dumps({"end": True}))
    except Unreadable as error:
        print(json.dumps({"unreadable": str(error)}))
    except (MemoryError, RecursionError):
        print(json.dumps({"unreadable": "The file takes more memory than we give it. Part it, or save it as CSV"}))


if __name__ == "__main__":
    main()
