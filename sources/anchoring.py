"""Where a quote stands in another capture of its source: exactly, altered, or nowhere.

A quote is exact only where these very characters stand at a place that is its own. Words that merely occur again
elsewhere do not make up for a place that was changed. Whatever is not exact is for an editor to look at:
a near match is never taken for the quote.
"""

from dataclasses import dataclass

from fuzzysearch import find_near_matches
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

AROUND = 48  # characters on each side by which a place is known
ENOUGH = 12  # of which so many in a row are enough to look for what stands between
WIDE, MOST = 400, 60  # characters by which equal words are told apart, and how many of them are
LIKE = 60  # percent of likeness between the words and what stands at their place now
FAR = 5  # one wrong character in so many, where the surroundings are gone too
SEARCHED = 400  # characters of a quote that are searched for with errors


@dataclass(frozen=True)
class Found:
    """text[start:end] is where the quote is now; `distance` counts the characters that differ (Levenshtein)."""

    outcome: str  # exact, altered or missing
    start: int | None = None
    end: int | None = None
    distance: int | None = None


MISSING = Found("missing")


def find_again(old: str, start: int, end: int, new: str) -> Found:
    """The quote old[start:end] in a new text."""
    exact = old[start:end]
    if (at := _own_place(old, start, exact, new)) is not None:
        return Found("exact", at, at + len(exact), 0)
    before, after = old[max(0, start - AROUND) : start], old[end : end + AROUND]
    return _between(exact, before, after, new, start) or _nearest(exact, new) or MISSING


def _own_place(old: str, start: int, exact: str, new: str) -> int | None:
    """Where these very words stand now, if it is this place of theirs that is still there.

    Words that stood several times are told apart by how far their surroundings agree: each place of the new text goes
    to the old one that it agrees with most, so that the one that was changed is the one that is left over.
    """
    here = sorted(_places(exact, new), key=lambda at: abs(at - start))[:MOST]
    there = sorted(_places(exact, old), key=lambda at: abs(at - start))[:MOST]
    pairs = sorted(
        (-_agreement(old, was, new, now, len(exact)), abs(was - now), was, now) for was in there for now in here
    )
    taken: set[int] = set()
    told: set[int] = set()
    for _, _, was, now in pairs:
        if was in told or now in taken:
            continue
        if was == start:
            return now
        told.add(was)
        taken.add(now)
    return None


def _agreement(old: str, was: int, new: str, now: int, length: int) -> int:
    """How many characters around two places are the same."""
    left = _shared_end(old[max(0, was - WIDE) : was], new[max(0, now - WIDE) : now])
    end, after = was + length, now + length
    return left + _shared_start(old[end : end + WIDE], new[after : after + WIDE])


def _places(words: str, text: str) -> list[int]:
    places, at = [], text.find(words)
    while at >= 0:
        places.append(at)
        at = text.find(words, at + 1)
    return places


def _shared_end(one: str, two: str) -> int:
    n = 0
    while n < min(len(one), len(two)) and one[-1 - n] == two[-1 - n]:
        n += 1
    return n


def _shared_start(one: str, two: str) -> int:
    n = 0
    while n < min(len(one), len(two)) and one[n] == two[n]:
        n += 1
    return n


def _between(exact: str, before: str, after: str, new: str, start: int) -> Found | None:
    """What stands now where the quote stood, between its old neighbours."""
    lefts = [at + len(key) for key in _keys(before[-AROUND:], tail=True) for at in _places(key, new)] if before else [0]
    rights = [at for key in _keys(after, tail=False) for at in _places(key, new)] if after else [len(new)]
    best: Found | None = None
    for a in sorted(set(lefts), key=lambda at: abs(at - start))[:40]:
        for b in sorted(x for x in set(rights) if x >= a)[:3]:
            now = new[a:b]
            if len(now) > 3 * len(exact) + 40 or now == exact:
                continue
            if fuzz.ratio(exact, now) >= LIKE:
                found = Found("altered", a, b, Levenshtein.distance(exact, now))
                if best is None or (found.distance or 0) < (best.distance or 0):
                    best = found
    return best


def _keys(side: str, *, tail: bool) -> list[str]:
    """The neighbouring words by which a place is looked for."""
    return [side[-n:] if tail else side[:n] for n in (AROUND, 24, ENOUGH) if len(side) >= n] or [side]


def _nearest(exact: str, new: str) -> Found | None:
    """The most alike stretch of a text, where it is alike enough."""
    if len(exact) < 2 or not new:
        return None
    aligned = fuzz.partial_ratio_alignment(exact, new, score_cutoff=100 - 100 / FAR)
    if aligned is None:
        return None
    a = max(0, aligned.dest_start - len(exact) // FAR - 1)
    window = new[a : aligned.dest_end + len(exact) // FAR + 1]
    if len(exact) <= SEARCHED:
        near = find_near_matches(exact, window, max_l_dist=max(1, len(exact) // FAR))
        if near:
            best = min(near, key=lambda m: m.dist)
            if best.dist == 0:
                return None  # these very words, at a place that is not theirs
            return Found("altered", a + best.start, a + best.end, best.dist)
        return None
    now = new[aligned.dest_start : aligned.dest_end]
    return Found("altered", aligned.dest_start, aligned.dest_end, Levenshtein.distance(exact, now))
