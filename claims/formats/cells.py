"""Texts as cells of a table, and back: what is written is what is read, and no spreadsheet runs any of it."""

import json
from collections.abc import Iterable
from typing import Any

FORMULA = ("=", "+", "-", "@", "|", "\t", "\r", "\n", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would run begins with an apostrophe; so does one that begins with an apostrophe itself."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def as_meant(cell: str) -> str:
    """A text of a table of ours without the apostrophe that kept it harmless."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def listed(cell: str) -> list[str]:
    """Names in one cell: parted by semicolons, or a list in JSON where a name has one in it."""
    if cell.startswith("["):
        try:
            names = json.loads(cell)
        except (ValueError, RecursionError):
            names = None
        if isinstance(names, list) and all(isinstance(n, str) for n in names):
            return names
    return [name.strip() for name in cell.split(";") if name.strip()]


def joined(names: Iterable[str]) -> str:
    """Names as one cell from which `listed` reads them back."""
    names = list(names)
    cell = "; ".join(names)
    return cell if listed(cell) == names else json.dumps(names, ensure_ascii=False)
