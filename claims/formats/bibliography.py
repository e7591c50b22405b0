"""A version of a claim as reference managers read it: BibTeX, RIS and CSL-JSON.

A version never changes, so no day of access is named: whoever opens its address reads what was cited.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

PUBLISHER = "FactDesk"
# What no line of text holds: control characters, halves of letters, and signs that are none.
UNSAYABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
TEX = {sign: f"\\{sign}" for sign in "&%$#_"} | {
    "\\": "\\textbackslash{}",
    "{": "\\textbraceleft{}",  # a brace alone would end the field, with a backslash before it too
    "}": "\\textbraceright{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
}
# Two signs that TeX prints as one: "--" is a dash.
LIGATURE = re.compile(r"([-`',<>])(?=\1)|[?!](?=`)")


@dataclass(frozen=True)
class Reference:
    """What is cited: a claim as it stood at a version."""

    key: str
    version: int
    said: str
    language: str
    standing: str  # its status in a word
    why: str
    made_at: datetime
    address: str

    @property
    def name(self) -> str:
        return f"{self.key}-v{self.version}"

    @property
    def made_on(self) -> datetime:
        return self.made_at.astimezone(UTC)


def bibtex(cited: Reference) -> str:
    fields = {
        "author": f"{{{_tex(PUBLISHER)}}}",  # in braces of its own: an organisation has no first name
        "title": f"{{{_tex(cited.said)}}}",
        "version": str(cited.version),
        "date": f"{cited.made_on:%Y-%m-%d}",
        "url": _line(cited.address),
        "langid": _tex(cited.language),
        "note": _tex(f"{cited.key}, {cited.standing}"),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@online{{{cited.name},\n{lines}}}\n"


def ris(cited: Reference) -> str:
    lines = [
        ("TY", "ELEC"),
        ("ID", cited.name),
        ("AU", PUBLISHER),
        ("TI", cited.said),
        ("PB", PUBLISHER),
        ("PY", f"{cited.made_on:%Y}"),
        ("DA", f"{cited.made_on:%Y/%m/%d}/"),
        ("ET", str(cited.version)),
        ("LA", cited.language),
        ("N1", f"{cited.key}, {cited.standing}"),
        ("AB", cited.why),
        ("UR", cited.address),
    ]
    said = [(tag, _line(value)) for tag, value in lines]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in said if value) + "ER  - \r\n"


def csl(cited: Reference) -> str:
    day = cited.made_on
    item = {
        "id": cited.name,
        "type": "webpage",
        "author": [{"literal": PUBLISHER}],
        "title": _line(cited.said),
        "container-title": PUBLISHER,
        "publisher": PUBLISHER,
        "version": str(cited.version),
        "issued": {"date-parts": [[day.year, day.month, day.day]]},  # a word as a date is printed as none
        "language": cited.language,
        "note": _line(f"{cited.key}, {cited.standing}"),
        "abstract": _line(cited.why),
        "URL": _line(cited.address),
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=2) + "\n"


def _line(text: str) -> str:
    """Text on one line, without what no format holds."""
    return " ".join(UNSAYABLE.sub(" ", text).split())


def _tex(text: str) -> str:
    return LIGATURE.sub(r"\g<0>{}", "".join(TEX.get(sign, sign) for sign in _line(text)))
