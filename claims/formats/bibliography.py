"""How a claim is cited: in words, as BibTeX, RIS and CSL-JSON; each names the version that was read."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

DESK = "FactDesk"
UNSAYABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# What TeX reads as an order of its own.
IN_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "%": r"\%",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


@dataclass(frozen=True)
class Citing:
    """A version of a claim, as others name it."""

    key: str
    version: int
    title: str
    language: str
    at: datetime
    address: str

    @classmethod
    def of(cls, claim: Any, address: str) -> "Citing":
        """`address`: of the version."""
        title = UNSAYABLE.sub(" ", claim.words).strip()
        return cls(claim.key, claim.version, title, claim.wording.language, claim.changed_at, address)

    @property
    def day(self) -> str:
        return f"{self.at:%Y-%m-%d}"

    def bibtex(self) -> str:
        fields = {
            "title": f"{{{self.title.translate(IN_TEX)}}}",
            "author": f"{{{DESK}}}",
            "date": self.day,
            "url": self.address,
            "langid": self.language,
            "note": f"Claim {self.key}, version {self.version}",
        }
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
        return f"@online{{{self.key}-v{self.version},\n{lines}}}\n"

    def ris(self) -> str:
        tags = [
            ("TY", "ELEC"),
            ("TI", self.title),
            ("AU", DESK),
            ("PB", DESK),
            ("DA", f"{self.at:%Y/%m/%d}/"),
            ("PY", f"{self.at:%Y}"),
            ("LA", self.language),
            ("ID", f"{self.key}-v{self.version}"),
            ("N1", f"Claim {self.key}, version {self.version}"),
            ("UR", self.address),
            ("ER", ""),
        ]
        return "".join(f"{tag}  - {value}\r\n" for tag, value in tags)

    def csl(self) -> str:
        said = {
            "id": f"{self.key}-v{self.version}",
            "type": "webpage",
            "title": self.title,
            "author": [{"literal": DESK}],
            "publisher": DESK,
            "issued": {"date-parts": [[self.at.year, self.at.month, self.at.day]]},
            "URL": self.address,
            "language": self.language,
            "version": str(self.version),
            "note": f"Claim {self.key}",
        }
        return json.dumps([said], ensure_ascii=False)


# For each ending of an address: the media type, and how a citation is written in it.
FORMATS = {
    "bib": ("application/x-bibtex; charset=utf-8", Citing.bibtex),
    "ris": ("application/x-research-info-systems; charset=utf-8", Citing.ris),
    "csl.json": ("application/vnd.citationstyles.csl+json", Citing.csl),
}
