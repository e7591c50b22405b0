"""Words as a search compares them: without case, width, accents and borrowed letters; Japanese in pairs of characters.

A text becomes tokens, each with the place at which it stands in the text: what a query finds can be marked there.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from confusable_homoglyphs import confusables

LONGEST, MOST = 60, 10  # characters of a token; words of a query
# A character with the marks that stand over it or belong to it; kana with their voicing, half width ones too.
CLUSTER = re.compile("(?s:.)[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*")
ACCENT = re.compile("[\u0300-\u036f]")
BORROWED = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
SPELT = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
# Chinese characters, kana and hangul, which are written without spaces.
UNSPACED = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff"
RUN = re.compile(f"(?P<unspaced>[{UNSPACED}]+)|[^\\W_{UNSPACED}]+")
QUOTED = re.compile('"([^"]+)"|“([^”]+)”|«([^»]+)»|「([^」]+)」|『([^』]+)』')


@dataclass(frozen=True)
class Token:
    """A word, or two characters of a script without spaces; it stands at text[start:end]."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Term:
    """Tokens that stand together; `open`: the last of them may go on."""

    tokens: tuple[str, ...]
    open: bool


def fold(text: str) -> str:
    return "".join(folded for folded, _, _ in _folded(text))


def tokens(text: str) -> Iterator[Token]:
    """In order. A run of n characters without spaces gives its n - 1 pairs, and its last character alone."""
    letters = [(letter, start, end) for folded, start, end in _folded(text) for letter in folded]
    for run in RUN.finditer("".join(letter for letter, _, _ in letters)):
        a, b = run.span()
        if run["unspaced"]:
            for at in range(a, b):
                last = min(at + 2, b) - 1
                yield Token(run[0][at - a : at - a + 2], letters[at][1], letters[last][2])
        else:
            yield Token(run[0][:LONGEST], letters[a][1], letters[b - 1][2])


def terms(query: str) -> list[Term]:
    """What a query asks for, all of it: words, each of which may go on, and phrases in quotation marks, which do not."""
    found = []
    for quoted in QUOTED.finditer(query):
        said = next(filter(None, quoted.groups()))
        found.append(_term([*tokens(said)], exact=True))
    for word in QUOTED.sub(" ", query).split():
        here = [*tokens(word)]
        # Where a word of one script touches one of another, each is asked for by itself.
        parts = [run[0] for run in RUN.finditer(fold(word))] if any(len(t.text) for t in here) else []
        if len({bool(re.match(f"[{UNSPACED}]", part)) for part in parts}) > 1:
            found += [_term([*tokens(part)], exact=False) for part in parts]
        else:
            found.append(_term(here, exact=False))
    return [term for term in dict.fromkeys(found) if term and term.tokens][:MOST]


def _term(here: list[Token], *, exact: bool) -> Term | None:
    if not here:
        return None
    words = [t.text for t in here]
    if _unspaced(words[-1]):
        if len(words) > 1 and len(words[-1]) == 1 and _unspaced(words[-2]):
            return Term(tuple(words[:-1]), open=False)  # the pairs say it; more may follow in the text
        return Term(tuple(words), open=len(words[-1]) == 1)
    return Term(tuple(words), open=not exact)


def _unspaced(token: str) -> bool:
    return re.match(f"[{UNSPACED}]", token) is not None


def places(text: str, asked: list[Term]) -> list[tuple[int, int]]:
    """Where in a text what was asked for stands, in order, without overlaps."""
    here = [*tokens(text)]
    found: list[tuple[int, int]] = []
    for term in asked:
        n = len(term.tokens)
        for at in range(len(here) - n + 1):
            if _stands(term, [t.text for t in here[at : at + n]]):
                found.append((here[at].start, here[at + n - 1].end))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _stands(term: Term, words: list[str]) -> bool:
    *first, last = term.tokens
    return words[:-1] == first and (words[-1].startswith(last) if term.open else words[-1] == last)


def _folded(text: str) -> Iterator[tuple[str, int, int]]:
    """Each character with its marks, folded, and where it stands."""
    for cluster in CLUSTER.finditer(text):
        yield _fold(cluster[0]), cluster.start(), cluster.end()


@lru_cache(maxsize=65536)
def _fold(cluster: str) -> str:
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", cluster).casefold())
    plain = unicodedata.normalize("NFC", ACCENT.sub("", plain)).translate(SPELT)
    return "".join(_latin(letter) for letter in plain)


@lru_cache(maxsize=65536)
def _latin(letter: str) -> str:
    """The Latin letter that another alphabet's letter looks like, or itself."""
    if letter.isascii() or not unicodedata.name(letter, "").startswith(BORROWED):
        return letter
    found = confusables.is_confusable(letter, greedy=True, preferred_aliases=["latin"]) or [{"homoglyphs": []}]
    likes = [h["c"].casefold() for entry in found for h in entry["homoglyphs"]]
    return next((c for c in likes if len(c) == 1 and c.isascii() and c.isalpha()), letter)
