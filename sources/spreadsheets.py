"""What a spreadsheet says (XLSX): the cells of its first sheet, each as it is shown there."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import openpyxl
from openpyxl.utils import get_column_letter, range_boundaries

from .decoding import Unreadable

WIDTH = 200  # columns
MEMBERS, UNPACKED = 2_000, 200_000_000  # of a packed file
EMPTY_ROWS = 1_100_000  # a sheet has no more
MERGED = 10_000
FORMULA = "It holds a formula. Put its value there, or save the sheet as CSV"
NOT_A_TABLE = "This is not a table that we read. Bring CSV, XLSX, JSON Lines, or a page or file with ClaimReview"
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # ECMA-376, 22.9.2.19: what XML cannot carry

Cells = list[str]
Row = tuple[int, Cells, dict[int, str]]  # its number in the file, and what is wrong with which cell


def sheet_of(raw: bytes) -> tuple[Iterator[Row], list[str]]:
    """The rows of the first sheet that is not hidden, and what there is to say of the others."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            members = packed.infolist()
            if len(members) > MEMBERS or sum(m.file_size for m in members) > UNPACKED:
                raise Unreadable("The file unpacks to more than we read. Save it as CSV")
            if "[Content_Types].xml" not in packed.namelist() or not any(
                m.filename.endswith("workbook.xml") for m in members
            ):
                raise Unreadable(NOT_A_TABLE)
            for member in members:
                with packed.open(member) as part:
                    if b"<!DOCTYPE" in part.read(4096):
                        raise Unreadable(
                            "The file declares entities of its own, which no spreadsheet needs. Save it anew"
                        )
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        sheets = [s for s in book.worksheets if s.sheet_state == "visible"] or book.worksheets
        if not sheets:
            raise Unreadable("There is nothing in the table")
        sheet = sheets[0]
        with sheet._get_source() as part:
            merged = _merged(part.read())
        said = [] if len(book.sheetnames) == 1 else [f"Only the sheet “{sheet.title}” was read, not the others"]
        return _rows(sheet, merged), said
    except (Unreadable, MemoryError):
        raise
    except Exception as error:
        raise Unreadable("The spreadsheet is broken and cannot be read. Save it anew, or as CSV") from error


def _merged(sheet: bytes) -> dict[tuple[int, int], str]:
    """The cells that are covered by another one, and by which; many of one block are told by their rows' first ones."""
    covered: dict[tuple[int, int], str] = {}
    for ref in re.findall(rb'mergeCell [^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"', sheet)[:MERGED]:
        left, top, right, bottom = range_boundaries(ref.decode())
        for row in range(top, bottom + 1):
            for column in range(left, min(right, left + WIDTH) + 1):
                if (row, column) != (top, left):
                    covered[row, column] = (
                        f"Its cell is merged with {get_column_letter(left)}{top}. Part them, and fill each"
                    )
            if len(covered) > MERGED:
                return covered
    return covered


def _rows(sheet, merged: dict[tuple[int, int], str]) -> Iterator[Row]:
    sheet.reset_dimensions()  # what a file says of its size need not be so
    empty = 0
    try:
        for number, row in enumerate(sheet.iter_rows(), 1):
            cells: Cells = []
            wrong: dict[int, str] = {}
            for at, cell in enumerate(row[:WIDTH]):
                try:
                    cells.append(_value(cell))
                except ValueError as error:
                    cells.append("")
                    wrong[at] = str(error)
            for at in range(WIDTH if merged else 0):
                if (number, at + 1) in merged:
                    wrong.setdefault(at, merged[number, at + 1])
            if not any(cells) and not wrong:
                empty += 1
                if empty > EMPTY_ROWS:
                    return
                continue
            yield number, cells, wrong
    except (Unreadable, MemoryError):
        raise
    except Exception as error:
        raise Unreadable("The spreadsheet breaks off in the middle. Save it anew, or as CSV") from error


def _value(cell) -> str:
    value, kind = cell.value, cell.data_type
    if value is None:
        return ""
    if kind == "f":
        raise ValueError(FORMULA)
    if kind == "e":
        raise ValueError(f"It holds the error {value}")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime | date):
        return _as_shown(value, cell.number_format or "")
    if isinstance(value, time | timedelta):
        raise ValueError("It holds a time of day, and no day")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return ESCAPED.sub(_unescaped, str(value))


def _unescaped(found: re.Match) -> str:
    code = int(found[1], 16)
    return chr(code) if code < 32 or code in {0x5F, 0xFFFE, 0xFFFF} or 0xD800 <= code <= 0xDFFF else found[0]


def _as_shown(value: date, shown: str) -> str:
    """A date as precise as the sheet shows it: behind "June 2023" stands a day that nobody meant."""
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", shown.partition(";")[0]).lower()
    bare = re.sub(r"general|am/pm|a/p", "", bare)
    if "y" not in bare and "e" not in bare:
        raise ValueError("Its date is shown without a year. Write it as 2023, 2023-06 or 2023-06-14")
    dated = re.sub(r"h+[^dy]*", "", bare)  # after hours, m means minutes
    precise = "%Y-%m-%d" if "d" in dated else "%Y-%m" if "m" in dated else "%Y"
    return value.strftime(precise).rjust(4, "0")
