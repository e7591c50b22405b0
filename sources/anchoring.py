"""Where a quote stands in another capture of its source: exactly, altered, or nowhere.

A quote is exact only where these very characters stand at a place that is its own. Words that merely occur again
elsewhere do not make up for a place that was changed. Whatever is not exact is for an editor to look at:
a near match is never taken for the quote.
"""

import re
import unicodedata
from dataclasses import dataclass

from fuzzysearch import find_near_matches
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

AROUND = 48  # characters on each side by which a place is known
ENOUGH = 12  # of which so many in a row are enough to look for what stands between
FEW = 4  # characters of a side that tell nothing
ALIKE = 80  # percent of likeness of two sides that are the same but for some edit
ALIGNED = 2_000  # characters of a quote up to which the likest part of a stretch is looked for
# What touches a word or a number and makes it another one, before it and after it: by (is a number, is a word).
NEAR, ANY_ACCENT = 12, "\u0301"  # characters on each side that can; what stands for every combining mark
_THERE = r"(?:[%‰°万億兆]|(?:million|milliard|billion|trillion|thousand|mille|mio|mrd)\b)"
NUMBER_BEFORE = re.compile(r"\w$|\d[.,'’·・٫\s]$|[-−–—+±<>~≈▲△/]\s?$")
NUMBER_AFTER = re.compile(rf"^(?:\w|[.,'’·・٫]\d|\s\d|\s?[-−–—~/]\s?\d|\s?{_THERE}|{ANY_ACCENT})", re.IGNORECASE)
WORD_BEFORE = re.compile(r"\w$|\w['’‐‑-]$")
WORD_AFTER = re.compile(rf"^(?:\w|['’‐‑-]\w|{ANY_ACCENT})")
GROWS_BEFORE = {(True, False): NUMBER_BEFORE, (True, True): NUMBER_BEFORE, (False, True): WORD_BEFORE}
GROWS_AFTER = {(True, False): NUMBER_AFTER, (True, True): NUMBER_AFTER, (False, True): WORD_AFTER}
MARKS = re.compile(f"^{ANY_ACCENT}")
# Quotation marks, each with those that may close it; an apostrophe alone is none.
PAIRS = {
    "“": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
    "《": "》",
    '"': '"',
    "”": "”",
}
ANY_MARK = '[“”„«»‹›「」『』《》"]'
CLOSING, ONE_MARK = tuple('”“»«›‹」』》"'), ("‘", "’", "'")
WIDE, MOST = 400, 60  # characters by which equal words are told apart, and how many of them are
LIKE = 60  # percent of likeness between the words and what stands at their place now
FAR = 5  # one wrong character in so many, where the surroundings are gone too
COMPARED = 3_000_000_000  # characters of a quote times those of a text, beyond which nobody looks for what is like it
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
    if at is not None and _is_cited(new, at, at + len(exact)) and not _is_cited(old, start, end):
        at = None  # "we wrongly wrote …": somebody speaks of the words
    if at is None:
        return _between(exact, before, after, new, start, lost=True) or _nearest(exact, new) or MISSING
    whole = _whole(old, start, exact, new, at)
    known = _known_sides(new, at, at + len(exact), before, after)
    if True in known or not known:
        return _rival(exact, before, after, old, new, at) or whole
    # Its neighbours may stand together still, with other words between them: a note that cites the old ones is no quote.
    changed = _between(exact, before, after, new, start, lost=False)
    closed_up = changed is MISSING and _closes_up(before, after, new)  # as they do where a paragraph is moved away
    if (changed is None or closed_up) and _moved(old, new, at, at + len(exact)):
        return whole
    return changed or Found("altered", whole.start, whole.end, 0)  # the words, and nothing around them


def _whole(old: str, start: int, exact: str, new: str, at: int) -> Found:
    """Exact, unless something has grown onto the words: "5 million" in "2.5 million" or "legal" in "illegal" is not the same."""
    end, now = start + len(exact), at + len(exact)
    grown = _grows(GROWS_BEFORE, exact[0], new[max(0, at - NEAR) : at], old[max(0, start - NEAR) : start])
    grown |= _grows(GROWS_AFTER, exact[-1], new[now : now + NEAR], old[end : end + NEAR])
    return Found("altered", at, now, 1) if grown else Found("exact", at, now, 0)


def _grows(patterns: dict[tuple[bool, bool], re.Pattern], edge: str, now: str, was: str) -> bool:
    """Whether a side holds what belongs to the word or number at the edge of a quote, and did not hold it before."""
    pattern = patterns.get((edge.isnumeric(), edge.isalpha()), MARKS)
    return _joined(pattern, now) not in {"", _joined(pattern, was)}


def _joined(pattern: re.Pattern, side: str) -> str:
    seen = (
        c for c in unicodedata.normalize("NFKC", side) if unicodedata.category(c) != "Cf"
    )  # hidden, they part nothing
    return "".join(pattern.findall("".join(ANY_ACCENT if unicodedata.category(c)[0] == "M" else c for c in seen)))


def _is_cited(text: str, start: int, end: int) -> bool:
    """Whether words stand between quotation marks, at their own ends or further out in their line."""
    line = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    before, after = text[line:start], text[end : stop if stop >= 0 else len(text)]
    if before.rstrip().endswith(tuple(PAIRS) + ONE_MARK) and after.lstrip(" .,;!?…").startswith(CLOSING + ONE_MARK):
        return True
    opened, closed = re.findall(ANY_MARK, before)[-1:], re.search(ANY_MARK, after)
    if not opened or not closed or closed[0] not in PAIRS.get(opened[0], ""):
        return False
    return opened[0] != '"' or before.count('"') % 2 == 1


def _known_sides(text: str, start: int, end: int, before: str, after: str) -> list[bool]:
    """Of each side of a place, whether the old neighbours are there; a side of a few characters tells nothing."""
    left, right = text[max(0, start - len(before)) : start], text[end : end + len(after)]
    sides = [
        shared >= min(ENOUGH, len(was)) or fuzz.ratio(was, now) >= ALIKE
        for was, now, shared in ((before, left, _shared_end(left, before)), (after, right, _shared_start(right, after)))
        if len(was) >= FEW
    ]
    # The last words of a text are its last words still.
    ends = len(after) < FEW and text[end:] == after or len(before) < FEW and text[:start] == before
    return [*sides, True] if ends and sides else sides


def _rival(exact: str, before: str, after: str, old: str, new: str, at: int) -> Found | None:
    """What stands by the old neighbours where they stand without the words: these, altered, or nothing.

    A note that repeats the words with what came after them leaves the altered ones in their place.
    """
    end = at + len(exact)
    reach = len(exact) + len(exact) // 2 + 20
    left, right = before[-2 * ENOUGH :], after[: 2 * ENOUGH]
    lefts = [p + len(left) for p in _only_places(left, old, new) if p + len(left) != at]
    rights = [p for p in _only_places(right, old, new) if p != end]
    stretches = [_alike(exact, new, p, p + reach) for p in lefts[:MOST]]
    stretches += [_alike(exact, new, max(0, p - reach), p) for p in rights[:MOST]]
    others = [(a, b) for a, b in stretches if exact not in new[a:b] and new[a:b].strip() not in old]
    if best := _least_altered(exact, new, others):
        return best
    if any(abs(r - p) <= FEW for p in lefts for r in rights):
        return MISSING  # the neighbours have closed up
    # What was beside the words is elsewhere without them, and what is beside them is not quite what was.
    gone = any(exact not in new[p : p + reach] for p in lefts) and new[end : end + len(after)] != after
    gone |= (
        any(exact not in new[max(0, p - reach) : p] for p in rights) and new[max(0, at - len(before)) : at] != before
    )
    return Found("altered", at, end, 0) if gone else None


def _least_altered(exact: str, new: str, stretches: list[tuple[int, int]]) -> Found | None:
    """Of the stretches that are like the words, the one that differs least."""
    found = [
        Found("altered", a, b, Levenshtein.distance(exact, new[a:b]))
        for a, b in stretches
        if fuzz.ratio(exact, new[a:b]) >= LIKE
    ]
    return min(found, key=lambda f: f.distance or 0, default=None)


def _only_places(side: str, old: str, new: str) -> list[int]:
    """Where a side stands in the new text, if it is long enough to say where, and stood once in the old one."""
    return places_in(side, new) if len(side) >= ENOUGH and len(places_in(side, old)) == 1 else []


def _moved(old: str, new: str, start: int, end: int) -> bool:
    """Whether words stand among what stood in the old text too, if elsewhere."""
    left, right = new[max(0, start - 2 * ENOUGH) : start].rstrip(), new[end : end + 2 * ENOUGH].lstrip()
    return (len(left) < FEW and len(right) < FEW) or any(len(s) >= ENOUGH and s in old for s in (left, right))


def _own_place(old: str, start: int, exact: str, new: str) -> int | None:
    """Where these very words stand now, if it is this place of theirs that is still there.

    Words that stood several times are told apart by how far their surroundings agree: each place of the new text goes
    to the old one that it agrees with most, so that the one that was changed is the one that is left over. Where one is
    lost and nothing tells which, none is taken for exact.
    """
    here, there = places_in(exact, new), places_in(exact, old)
    if not here:
        return None
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


def places_in(words: str, text: str) -> list[int]:
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
    lefts = [at + len(key) for key in _keys(before, tail=True) for at in places_in(key, new)]
    rights = [at for key in _keys(after, tail=False) for at in places_in(key, new)]
    most = 3 * len(exact) + 40
    near = sorted(set(lefts), key=lambda at: abs(at - start))[:40]
    if before and after:
        stretches = [(a, b) for a in near for b in sorted(x for x in set(rights) if x >= a)[:3] if b - a <= most]
    elif before:
        stretches = [_alike(exact, new, a, a + len(exact) + 40) for a in near]
    else:
        stretches = [_alike(exact, new, max(0, b - len(exact) - 40), b) for b in sorted(set(rights))[:40]]
    if not lost and any(exact in new[a:b] for a, b in stretches):
        return None  # the neighbours stand around the very words, and around what came in beside them
    others = [(a, b) for a, b in stretches if exact not in new[a:b]]
    return _least_altered(exact, new, others) or (MISSING if _is_replaced(exact, before, after, new) else None)


def _alike(exact: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The part of a stretch that is most like the words."""
    if exact in text[start:end]:
        return start, end
    if len(exact) > ALIGNED:
        return start, min(end, start + len(exact))
    aligned = fuzz.partial_ratio_alignment(exact, text[start:end])
    return (start, end) if aligned is None else (start + aligned.dest_start, start + aligned.dest_end)


def _is_replaced(exact: str, before: str, after: str, new: str) -> bool:
    """Whether the old neighbours, long as they are, stand around quite other words."""
    if min(len(before), len(after)) < 2 * ENOUGH:
        return False
    ends = [at + len(before) for at in places_in(before, new)]
    return any(0 <= b - a <= 3 * len(exact) + 40 and exact not in new[a:b] for a in ends for b in places_in(after, new))


def _closes_up(before: str, after: str, new: str) -> bool:
    """Whether the old neighbours stand together with nothing between them but white space."""
    ends = [at + len(before) for at in places_in(before, new)]
    return any(abs(b - a) <= FEW for a in ends for b in places_in(after, new))


def _keys(side: str, *, tail: bool) -> list[str]:
    """The neighbouring words by which a place is looked for."""
    return [side[-n:] if tail else side[:n] for n in (AROUND, 24, ENOUGH) if len(side) >= n] or [side][: len(side)]


def _nearest(exact: str, new: str) -> Found | None:
    """The most alike stretch of a text, where it is alike enough."""
    if len(exact) < 2 or len(exact) * len(new) > COMPARED:
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
