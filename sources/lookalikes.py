"""Warnings about letters that are not what they seem. Evidence is never repaired: the words stay, the editor is told."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from confusable_homoglyphs import confusables

HIDDEN = re.compile(
    "[\u034f\u061c\u115f\u1160\u17b4\u17b5\u3164\uffa0\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
WORD = re.compile(r"[^\W_]+")
MOST = 20  # sentences about one text
DRESSED = ("FULLWIDTH LATIN", "MATHEMATICAL")
ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", *DRESSED)


@dataclass(frozen=True)
class Warning:
    """What is odd about text[start:end], in code points."""

    kind: str
    start: int
    end: int
    words: str


def warnings(text: str) -> list[Warning]:
    """Words that mix alphabets by look-alike letters, hidden characters, and characters that were lost."""
    found = [
        Warning("hidden character", m.start(), m.end(), unicodedata.name(m[0], "unnamed").lower())
        for m in HIDDEN.finditer(text)
    ]
    found += [
        Warning("lost character", m.start(), m.end(), "replacement character") for m in re.finditer("\ufffd", text)
    ]
    for word in WORD.finditer(text):
        if word[0].isascii():
            continue
        alphabets = [_alphabet(c) for c in word[0]]
        named = [a for a in alphabets if a]
        main = max(named, key=named.count, default="")
        for i, (letter, alphabet) in enumerate(zip(word[0], alphabets, strict=True)):
            if alphabet and alphabet != main and (alphabet in DRESSED or _looks_like_another(letter)):
                found.append(
                    Warning(
                        "look-alike letter", word.start() + i, word.start() + i + 1, unicodedata.name(letter).lower()
                    )
                )
    return sorted(found, key=lambda w: w.start)


def in_sentences(text: str) -> list[str]:
    """What is odd about a text, for the editor who looks at it; the first of many."""
    odd = warnings(text)
    found = [f"A {w.kind} ({w.words}), after “{text[max(0, w.start - 20) : w.start]}”" for w in odd[:MOST]]
    return found if len(odd) <= MOST else [*found, f"And {len(odd) - MOST} more of these"]


@cache
def _looks_like_another(letter: str) -> bool:
    return bool(confusables.is_confusable(letter, preferred_aliases=[]))


@cache
def _alphabet(letter: str) -> str:
    return next((a for a in ALPHABETS if unicodedata.name(letter, "").startswith(a)), "")
