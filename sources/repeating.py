"""Stretches of a text that say again what another stretch says, and lines that belong to the page and not to the text.

Both are only proposed: an editor looks at them, with what differs, before either is set aside.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

SEED = 24  # characters, without white space and signs, that must be equal for two places to be compared
MOST = 400_000  # characters of a text that is looked through
GAP = 60  # characters in which two copies may differ between two equal runs
LEAST = 200  # characters of a repeated stretch
COMPARED = 8_000  # words of two copies that are compared one by one
SHORT = 120  # characters of a line of a page's furniture
ENDS = re.compile(r"[.!?。！？…:：»」』”\"）)]\s*$")
LINKS = re.compile(
    r"\b(cookies?|subscribe|newsletter|sign in|log in|share|tweet|read more|related|advertisement|disclaimer|"
    r"voir l.original|s.abonner|partager|connexion|lire aussi|publicité|avertissement)\b|"
    r"(関連記事|広告|シェア|ログイン|会員登録|続きを読む|免責事項|利用規約)",
    re.IGNORECASE,
)

NOTICE = re.compile(
    r"\W*(disclaimer|avertissement|clause de non-responsabilité|免責事項|haftungsausschluss|this page may contain third|cette page peut inclure du contenu)\b",
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


def repeats(text: str) -> list[Repeat]:
    """Stretches that stand twice. The earlier one is named as the repetition: a page's clean text usually comes last."""
    if len(text) > MOST:
        return []
    letters, places = _folded(text)
    found: list[Repeat] = []
    for start, end, of_start, of_end in _joined(_runs(letters)):
        a, b, c, d = places[start], places[end - 1] + 1, places[of_start], places[of_end - 1] + 1
        while b < c and d < len(text) and text[b] == text[d] and not text[b].isalnum():
            b, d = b + 1, d + 1  # the full stop after the last word is part of both
        if b - a >= LEAST and d - c >= LEAST and b <= c:
            found.append(Repeat(a, b, c, d, _differences(text[a:b], text[c:d])))
    return found


def _folded(text: str) -> tuple[str, list[int]]:
    """The letters and digits alone, in small, and where each stands in the text."""
    kept = [(c.lower()[0], i) for i, c in enumerate(text) if c.isalnum()]
    return "".join(c for c, _ in kept), [i for _, i in kept]


def _runs(letters: str) -> Iterator[tuple[int, int, int]]:
    """Equal runs (first place, second place, length), each as long as it can be, from the first on."""
    last: dict[str, int] = {}
    for i in range(len(letters) - SEED + 1):
        last[letters[i : i + SEED]] = i  # the last place of each seed
    i = 0
    while i <= len(letters) - SEED:
        j = last[letters[i : i + SEED]]
        if j - i < SEED:
            i += 1
            continue
        length = SEED
        while j + length < len(letters) and i + length < j and letters[i + length] == letters[j + length]:
            length += 1
        yield i, j, length
        i += length


def _joined(runs: Iterator[tuple[int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Runs that follow one another in both places, as stretches."""
    stretches: list[list[int]] = []
    for i, j, length in runs:
        if stretches:
            last = stretches[-1]
            if 0 <= i - last[1] <= GAP and 0 <= j - last[3] <= GAP:
                last[1], last[3] = i + length, j + length
                continue
        stretches.append([i, i + length, j, j + length])
    return [(a, b, c, d) for a, b, c, d in stretches]


def _differences(here: str, there: str) -> tuple[tuple[str, str], ...] | None:
    """What differs, in words, white space and signs included."""
    if here == there:
        return ()
    one, two = (re.findall(r"\s+|\w+|[^\w\s]", t) for t in (here, there))
    if len(one) + len(two) > COMPARED:
        return None
    matcher = difflib.SequenceMatcher(None, one, two, autojunk=False)
    codes = (c for c in matcher.get_opcodes() if c[0] != "equal")
    return tuple(("".join(one[a:b]), "".join(two[c:d])) for _, a, b, c, d in codes)


@dataclass(frozen=True)
class Furniture:
    """text[start:end] is a line of the page: a menu, a link, a disclaimer."""

    start: int
    end: int


def furniture(text: str, blocks: list[list[int]]) -> list[Furniture]:
    """Short lines that ask the reader to do something, or that name parts of the page."""
    found = []
    for start, end in blocks:
        line = text[start:end].strip()
        if LINKS.search(line) and len(line) <= SHORT and not ENDS.search(line) or NOTICE.match(line):
            found.append(Furniture(start, end))
    return found
