"""Stretches of a text that say again what another stretch says, and lines that belong to the page and not to the text.

Both are only proposed: an editor looks at them, with what differs, before either is set aside.
"""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from .blocks import blocks_of

SEED = 24  # characters, without white space and signs, that must be equal for two places to be compared
GAP = 60  # characters in which two copies may differ between two equal runs
LEAST = 200  # characters of a repeated stretch
COMPARED = 60_000  # words, or letters of scripts without spaces, of two copies that are compared one by one
MOST = 200  # regions that are proposed for one text
OPENING = 80  # characters of a region that are shown
SHOWN = 40  # differences of a repeated stretch
SHORT = 120  # characters of a line of a page's furniture
TOKEN = re.compile(r"\s+|[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+|[^\w\s]")
ENDS = re.compile(r"[.!?。！？…:：»」』”\"）)]\s*$")
WORDS = 6  # of a line that asks for something, in scripts with spaces
ASKING = re.compile(
    r"\b(cookies?|subscribe|newsletter|sign in|log in|share|tweet|advertisement|"
    r"voir l.original|s.abonner|partager|connexion|publicité)\b|"
    r"(関連記事|広告|シェア|ログイン|会員登録|続きを読む|免責事項|利用規約)",
    re.IGNORECASE,
)
LEADING = re.compile(r"\W*(read more|related|lire aussi|à lire|mehr zum thema|lesen sie auch)\b", re.IGNORECASE)
NOTICE = re.compile(
    r"\W*((disclaimer|avertissement|clause de non-responsabilité|免責事項|haftungsausschluss)\W*($|[:：])|"
    r"this page may contain third|cette page peut inclure du contenu)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Repeat:
    """text[start:end] says again what text[of_start:of_end] says, but for what differs: pairs of here and there."""

    start: int
    end: int
    of_start: int
    of_end: int
    differences: tuple[tuple[str, str], ...] | None  # None: too long to compare word by word

    @property
    def note(self) -> str:
        if self.differences is None:
            return "Too long to compare word by word."
        return f"{len(self.differences)} differences." if self.differences else "Letter for letter."


def regions_of(text: str) -> list[dict]:
    """The regions that are proposed: stretches that stand twice, with what differs, and lines of the page."""
    found: list[dict] = [
        {"kind": "repeat", "start": r.start, "end": r.end, "of_start": r.of_start, "of_end": r.of_end, "note": r.note}
        | {"differences": (r.differences or ())[:SHOWN]}
        for r in repeats(text)
    ]
    taken = [(r["start"], r["end"]) for r in found]
    for start, end in furniture(text):
        if not any(a <= start and end <= b for a, b in taken):
            found.append({"kind": "furniture", "start": start, "end": end, "note": ""})
    for region in found:
        words = text[region["start"] : region["end"]]
        region["words"] = words[:OPENING] + "…" * (len(words) > OPENING)
    return sorted(found, key=lambda r: r["start"])[:MOST]


def repeats(text: str) -> list[Repeat]:
    """Stretches that stand twice. The earlier one is named as the repetition: a page's clean text usually comes last."""
    letters, places = _folded(text)
    found: list[Repeat] = []
    for start, end, of_start, of_end in _joined(_runs(letters)):
        a, b, c, d = places[start], places[end - 1] + 1, places[of_start], places[of_end - 1] + 1
        while b < c and d < len(text) and text[b] == text[d] and not text[b].isalnum():
            b, d = b + 1, d + 1  # the full stop after the last word is part of both
        if b - a >= LEAST and d - c >= LEAST and b <= c:
            found.append(Repeat(a, b, c, d, _differences(text[a:b], text[c:d])))
    return found


def _folded(text: str) -> tuple[str, array]:
    """The letters and digits alone, in small, and where each stands in the text."""
    places = array("L", (i for i, c in enumerate(text) if c.isalnum()))
    return "".join(text[i].lower()[0] for i in places), places


def _runs(letters: str) -> Iterator[tuple[int, int, int]]:
    """Equal runs (first place, second place, length), each as long as it can be, from the first on.

    Only every SEED-th place is remembered: each run of twice that length holds one, and a book fits into memory.
    """
    last = {letters[j : j + SEED]: j for j in range(0, len(letters) - SEED + 1, SEED)}
    done = i = 0
    while i <= len(letters) - SEED:
        j = last.get(letters[i : i + SEED], i)
        if j - i < SEED:
            i += 1
            continue
        length = SEED
        while i > done and letters[i - 1] == letters[j - 1]:
            i, j, length = i - 1, j - 1, length + 1
        while j + length < len(letters) and i + length < j and letters[i + length] == letters[j + length]:
            length += 1
        yield i, j, length
        done = i = i + length


def _joined(runs: Iterator[tuple[int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Runs that follow one another in both places, as stretches."""
    stretches: list[list[int]] = []
    for i, j, length in runs:
        if stretches:
            last = stretches[-1]
            if 0 <= i - last[1] <= GAP and 0 <= j - last[3] <= GAP and i + length <= last[2]:
                last[1], last[3] = i + length, j + length
                continue
        stretches.append([i, i + length, j, j + length])
    return [(a, b, c, d) for a, b, c, d in stretches]


def _differences(here: str, there: str) -> tuple[tuple[str, str], ...] | None:
    """What differs, in words, white space and signs included."""
    if here == there:
        return ()
    one, two = (TOKEN.findall(t) for t in (here, there))
    if len(one) + len(two) > COMPARED:
        return None
    found: list[tuple[str, str]] = []
    at = (-1, -1)
    for edit in Levenshtein.opcodes(one, two):
        if edit.tag == "equal":
            continue
        pair = ("".join(one[edit.src_start : edit.src_end]), "".join(two[edit.dest_start : edit.dest_end]))
        if at == (edit.src_start, edit.dest_start):  # one difference, told in two steps
            before = found.pop()
            pair = (before[0] + pair[0], before[1] + pair[1])
        found.append(pair)
        at = (edit.src_end, edit.dest_end)
    return tuple(found)


def furniture(text: str) -> list[tuple[int, int]]:
    """Short lines that ask the reader to do something, or that name parts of the page."""
    found = []
    for start, end in blocks_of(text):
        line = text[start:end].strip()
        asks = ASKING.search(line) and len(line.split()) <= WORDS or LEADING.match(line)
        if asks and len(line) <= SHORT and not ENDS.search(line) or NOTICE.match(line):
            found.append((start, end))
    return found
