"""Where a quote stands in another capture of its source: exactly, altered, or nowhere.

A quote is exact only where these very characters stand at a place that is its own. Words that merely occur again
elsewhere do not make up for a place that was changed. Whatever is not exact is for an editor to look at:
a near match is never taken for the quote.
"""

import unicodedata
from dataclasses import dataclass

from fuzzysearch import find_near_matches
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

AROUND = 48  # characters on each side by which a place is known
ENOUGH = 12  # of which so many in a row are enough to look for what stands between
FEW = 4  # characters of a side that tell nothing
WIDE, MOST = 400, 60  # characters by which equal words are told apart, and how many of them are
LIKE = 60  # percent of likeness between the words and what stands at their place now
FAR = 5  # one wrong character in so many, where the surroundings are gone too
SEARCHED = 120  # characters of a quote that are searched for with errors


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
    before, after = old[max(0, start - AROUND) : start], old[end : end + AROUND]
    at = _own_place(old, start, exact, new)
    if at is not None and _is_known(new, at, at + len(exact), before, after):
        return _whole(old, start, exact, new, at)
    # Its neighbours may stand together still, with other words between them: a note that cites the old ones is no quote.
    if changed := _between(exact, before, after, new, start, lost=at is None):
        return changed
    if at is not None and not _is_cited(new, at, at + len(exact)):
        return _whole(old, start, exact, new, at)
    return _nearest(exact, new) or MISSING


def _whole(old: str, start: int, exact: str, new: str, at: int) -> Found:
    """Exact, unless a digit or a mark has grown onto the words: "5 million" is not the same in "25 million"."""
    end, now = start + len(exact), at + len(exact)
    grown = _digit(new, at - 1) and exact[0].isdigit() and not _digit(old, start - 1)
    grown |= exact[-1].isdigit() and _digit(new, now) and not _digit(old, end)
    grown |= _mark(new, now) and not _mark(old, end)
    return Found("altered", at, now, 1) if grown else Found("exact", at, now, 0)


def _is_cited(text: str, start: int, end: int) -> bool:
    """Whether words stand between quotation marks of their own."""
    before, after = text[:start].rstrip(), text[end:].lstrip()
    return before[-1:] in set("“„«‘「『\"'") - {""} and after[:1] in set("”“»’」』\"'") - {""}


def _digit(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isdigit()


def _mark(text: str, at: int) -> bool:
    return at < len(text) and unicodedata.category(text[at]).startswith("M")


def _is_known(text: str, start: int, end: int, before: str, after: str) -> bool:
    """Whether a place has the old neighbours, on one side at least."""
    left = _shared_end(text[max(0, start - AROUND) : start], before)
    right = _shared_start(text[end : end + AROUND], after)
    if max(len(before), len(after)) < FEW:
        return True
    return left >= min(ENOUGH, len(before)) >= FEW or right >= min(ENOUGH, len(after)) >= FEW


def _own_place(old: str, start: int, exact: str, new: str) -> int | None:
    """Where these very words stand now, if it is this place of theirs that is still there.

    Words that stood several times are told apart by how far their surroundings agree: each place of the new text goes
    to the old one that it agrees with most, so that the one that was changed is the one that is left over. Where one is
    lost and nothing tells which, none is taken for exact.
    """
    here, there = _places(exact, new), _places(exact, old)
    if not here or len(there) == 1:
        return min(here, key=lambda at: abs(at - start), default=None)
    here = sorted(here, key=lambda at: abs(at - start))[:MOST]
    there = sorted(there, key=lambda at: abs(at - start))[:MOST]
    agreed = {(was, now): _agreement(old, was, new, now, len(exact)) for was in there for now in here}
    taken: set[int] = set()
    told: set[int] = set()
    for was, now in sorted(agreed, key=lambda pair: (-agreed[pair], abs(pair[0] - pair[1]))):
        if was in told or now in taken:
            continue
        if was == start:
            rivals = [w for w in there if w != was and w not in told and agreed[w, now] == agreed[was, now]]
            return None if rivals and len(here) < len(there) else now
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


def _shared_start(one: str, two: str) -> int:
    """How many first characters are the same; by halves, as slices are compared fast."""
    low, high = 0, min(len(one), len(two))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == two[:middle] else (low, middle - 1)
    return low


def _shared_end(one: str, two: str) -> int:
    return _shared_start(one[::-1], two[::-1])


def _between(exact: str, before: str, after: str, new: str, start: int, *, lost: bool) -> Found | None:
    """What stands now where the quote stood, between its old neighbours, or beside the only one that it had.

    `lost`: the very words stand in places that are not its own, and no neighbours of those are its neighbours.
    """
    lefts = [at + len(key) for key in _keys(before, tail=True) for at in _places(key, new)]
    rights = [at for key in _keys(after, tail=False) for at in _places(key, new)]
    most = 3 * len(exact) + 40
    near = sorted(set(lefts), key=lambda at: abs(at - start))[:40]
    if before and after:
        stretches = [(a, b) for a in near for b in sorted(x for x in set(rights) if x >= a)[:3] if b - a <= most]
    elif before:
        stretches = [_alike(exact, new, a, a + len(exact) + 40) for a in near]
    else:
        stretches = [_alike(exact, new, max(0, b - len(exact) - 40), b) for b in sorted(set(rights))[:40]]
    best: Found | None = None
    for a, b in stretches:
        if exact in new[a:b] and lost:
            continue
        if exact in new[a:b]:
            return None  # the neighbours stand around the very words, and around what came in beside them
        if fuzz.ratio(exact, new[a:b]) >= LIKE:
            found = Found("altered", a, b, Levenshtein.distance(exact, new[a:b]))
            if best is None or (found.distance or 0) < (best.distance or 0):
                best = found
    return best or (MISSING if _is_replaced(exact, before, after, new) else None)


def _alike(exact: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The part of a stretch that is most like the words."""
    if exact in text[start:end]:
        return start, end
    aligned = fuzz.partial_ratio_alignment(exact, text[start:end])
    return (start, end) if aligned is None else (start + aligned.dest_start, start + aligned.dest_end)


def _is_replaced(exact: str, before: str, after: str, new: str) -> bool:
    """Whether the old neighbours, long as they are, stand around quite other words."""
    if min(len(before), len(after)) < 2 * ENOUGH:
        return False
    ends = [at + len(before) for at in _places(before, new)]
    return any(0 <= b - a <= 3 * len(exact) + 40 and exact not in new[a:b] for a in ends for b in _places(after, new))


def _keys(side: str, *, tail: bool) -> list[str]:
    """The neighbouring words by which a place is looked for."""
    return [side[-n:] if tail else side[:n] for n in (AROUND, 24, ENOUGH) if len(side) >= n] or [side][: len(side)]


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
