"""A source as readers see it: its quoted words in document order, and the claims that each of them carries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sources.models import Capture

from .models import Appearance, Claim, Status

MOST = 60  # claims on one page of a source
SEVERITY = [Status.DISPUTED, Status.UNVERIFIED, Status.VERIFIED]


@dataclass
class Piece:
    """A stretch of quoted text, and the claims that stand in it; a gap has no text."""

    text: str = ""
    claims: list[Claim] = field(default_factory=list)
    ends: list[Claim] = field(default_factory=list)

    @property
    def status(self) -> str:
        """The most severe status: it decides how the stretch is underlined."""
        return min((c.status for c in self.claims), key=lambda s: SEVERITY.index(Status(s)))


@dataclass
class Line:
    """A line of a text that an editor reads: its place in code points, and its stretches with the claims in them."""

    start: int
    pieces: list[Piece]


def lines_of(text: str, appearances: Iterable[Appearance]) -> Iterator[Line]:
    """Every line of a whole text, for the reading desk. Each is cut wherever a recorded passage begins or ends."""
    waiting = sorted(appearances, key=lambda a: a.passage.start)
    open_here: list[Appearance] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        while waiting and waiting[0].passage.start < end:
            open_here.append(waiting.pop(0))
        open_here = [a for a in open_here if a.passage.end > start]
        yield Line(start, list(_cut(line, start, open_here)))
        start = end + 1


def _cut(line: str, start: int, here: list[Appearance]) -> Iterator[Piece]:
    ends = {x - start for a in here for x in (a.passage.start, a.passage.end)}
    cuts = sorted({0, len(line), *(x for x in ends if 0 < x < len(line))})
    for a, b in pairwise(cuts):
        over = [x for x in here if x.passage.start < start + b and x.passage.end > start + a]
        claims = list({x.claim_id: x.claim for x in over}.values())
        ending = list({x.claim_id: x.claim for x in over if x.passage.end == start + b}.values())
        yield Piece(line[a:b], claims, ending)


@dataclass
class Paragraph:
    """A block of the text that holds at least one quoted stretch; `skipped` blocks before it hold none."""

    number: int
    pieces: list[Piece]
    appearances: list[Appearance]
    skipped: tuple[int, int] | None = None

    @property
    def claims(self) -> list[Claim]:
        return list({a.claim_id: a.claim for a in self.appearances}.values())

    @property
    def translations(self) -> list[Any]:
        passages: Iterable[Any] = {a.passage_id: a.passage for a in self.appearances}.values()
        return [t for p in passages for t in p.shown_translations]


def pieces(appearances: Iterable[Appearance]) -> list[Piece]:
    """Cuts overlapping quotes at each boundary, so that every stretch knows all its claims. Gaps part what does not touch."""
    appearances = list(appearances)
    bounds = sorted({x for a in appearances for x in (a.passage.start, a.passage.end)})
    found: list[Piece] = []
    for start, end in pairwise(bounds):
        here = [a for a in appearances if a.passage.start <= start and end <= a.passage.end]
        if not here:
            found.append(Piece())
            continue
        passage = here[0].passage
        claims = list({a.claim_id: a.claim for a in here}.values())
        ends = list({a.claim_id: a.claim for a in here if a.passage.end == end}.values())
        found.append(Piece(passage.exact[start - passage.start : end - passage.start], claims, ends))
    return found


@dataclass
class Reading:
    """A stretch of a source as readers see it, and the place at which it goes on."""

    paragraphs: list[Paragraph]
    more: int | None = None


def read(capture: Capture, shown: Any, at: int = 0) -> Reading:
    """Whole paragraphs from the one that holds a place on, up to about so many claims."""
    first = capture.block_of(at)
    start = capture.blocks[first - 1][0] if first else at
    here = shown.filter(passage__capture=capture, passage__start__gte=start)
    here = here.order_by("passage__start", "passage__end", "id")
    found, more = list(here[: MOST + 1]), None
    if len(found) > MOST:
        last = capture.block_of(found[-1].passage.start)
        whole = [a for a in found if capture.block_of(a.passage.start) != last]
        if whole:
            found, more = whole, capture.blocks[last - 1][0]
        else:  # one paragraph holds more than that: it is read whole
            end = capture.blocks[last - 1][1]
            found, more = list(here.filter(passage__start__lt=end)), end
    return Reading(in_document_order(capture, found, after=max(first - 1, 0)), more)


def in_document_order(capture: Capture, appearances: Iterable[Appearance], after: int = 0) -> list[Paragraph]:
    """The capture's paragraphs that hold a claim which readers see; those up to number `after` were read before."""
    by_block: dict[int, list[Appearance]] = {}
    for appearance in sorted(appearances, key=lambda a: (a.passage.start, a.passage.end)):
        by_block.setdefault(capture.block_of(appearance.passage.start), []).append(appearance)
    paragraphs, last = [], after
    for number, here in sorted(by_block.items()):
        skipped = (last + 1, number - 1) if number - 1 > last else None
        paragraphs.append(Paragraph(number, pieces(here), here, skipped))
        last = number
    return paragraphs
