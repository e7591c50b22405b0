"""Warnings about letters that are not what they seem. Evidence is never repaired: the words stay, the editor is told."""

import re
import unicodedata
from dataclasses import dataclass

from confusable_homoglyphs import confusables

HIDDEN = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
WORD = re.compile(r"[^\W\d_]+")
ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN")


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
        _at("hidden character", m.start(), m.end(), unicodedata.name(m[0], "unnamed").lower())
        for m in HIDDEN.finditer(text)
    ]
    found += [_at("lost character", m.start(), m.end(), "replacement character") for m in re.finditer("\ufffd", text)]
    for word in WORD.finditer(text):
        alphabets = [next((a for a in ALPHABETS if unicodedata.name(c, "").startswith(a)), "") for c in word[0]]
        named = [a for a in alphabets if a]
        main = max(named, key=named.count, default="")
        for i, (letter, alphabet) in enumerate(zip(word[0], alphabets, strict=True)):
            if alphabet and alphabet != main and confusables.is_confusable(letter, preferred_aliases=[]):
                found.append(
                    _at("look-alike letter", word.start() + i, word.start() + i + 1, unicodedata.name(letter).lower())
                )
    return sorted(found, key=lambda w: w.start)


def _at(kind: str, start: int, end: int, words: str) -> Warning:
    return Warning(kind, start, end, words)
