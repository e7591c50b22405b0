"""How much of one text stands word for word in another, and the marks by which such a text is found among many.

A mark is a hash of a short run of letters; of each text the smallest are kept, so that two texts that share runs share
marks. datasketch does this with numpy and an index in memory; ours is a table of the desk, and takes these few lines.
"""

import hashlib
import heapq
import unicodedata
from itertools import islice

from .blocks import blocks_of
from .repeating import ENDS, furniture

RUN, RUN_EAST = 24, 12  # letters that must stand together: four or five words; letters of East Asia say more
FEWEST = 6  # runs of which a text has at least so many, or is too short to tell
LETTERS = 200_000  # of a text that are looked at
MARKS = 100  # that are kept of one text
ITEM = 40  # a line that is narrower, and ends like no sentence, is of the page or a heading


def letters_of(text: str) -> str:
    """The letters and digits of its sentences, in small; without the lines of the page."""
    page = set(furniture(text))
    lines = (text[a:b] for a, b in blocks_of(text) if (a, b) not in page)
    said = (line for line in lines if ENDS.search(line) or _width(line) >= ITEM)
    return "".join(islice((c.lower()[0] for line in said for c in line if c.isalnum()), LETTERS))


def marks_of(letters: str) -> list[int]:
    """The smallest hashes of its runs; none of a text that is too short to tell."""
    run = _run(letters)
    if len(letters) < run * FEWEST:
        return []
    found = {_hash(letters[i : i + run]) for i in range(len(letters) - run + 1)}
    return heapq.nsmallest(MARKS, found)


def share_of(one: str, other: str) -> float:
    """How much of the letters of the shorter text stands in the other, in whole runs."""
    shorter, longer = sorted((one, other), key=len)
    run = _run(shorter)
    there = {longer[i : i + run] for i in range(len(longer) - run + 1)}
    covered = end = 0
    for i in range(len(shorter) - run + 1):
        if shorter[i : i + run] in there:
            covered += min(run, i + run - end)
            end = i + run
    return covered / len(shorter) if shorter else 0.0


def _run(letters: str) -> int:
    east = sum(_is_wide(c) for c in letters[:2000])
    return RUN_EAST if east * 2 > len(letters[:2000]) else RUN


def _hash(run: str) -> int:
    # 63 bits, which a column of big numbers holds.
    return int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest()) >> 1


def _width(line: str) -> int:
    return sum(2 if _is_wide(c) else 1 for c in line.strip()[:ITEM])


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"
