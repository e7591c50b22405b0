"""A source as readers see it: its quoted words in document order, and the claims that each of them carries."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sources.models import Capture, Source
from sources.models.sources import Rights
from sources.models.traces import Trace

from .models import Appearance, Citation, Claim, ReplyClaim, Status
from .models.seeing import out_of_sight

MOST = 40  # claims on one page of a source
LARGEST = 16_000  # bytes of a whole text on one page
LONGEST = 60  # its paragraphs on one page
SHOWS = ("both", "original", "translation")
SEVERITY = [Status.DISPUTED, Status.UNVERIFIED, Status.VERIFIED]


@dataclass
class Piece:
    """A stretch of text, the claims that stand in it, and those of which it is the last; a gap has no text."""

    text: str = ""
    claims: list[Claim] = field(default_factory=list)
    ends: list[Claim] = field(default_factory=list)

    @property
    def status(self) -> str:
        """The most severe status: it decides how the stretch is underlined. An opinion has none."""
        statuses = [c.status for c in self.claims if not c.is_opinion]
        return min(statuses, key=lambda s: SEVERITY.index(Status(s))) if statuses else "opinion"


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
    """A block of the text with what readers see of it; `skipped` blocks before it hold no claim that they see."""

    number: int
    pieces: list[Piece]
    appearances: list[Appearance]
    skipped: tuple[int, int] | None = None
    original: bool = True
    translated: list["Spoken"] = field(default_factory=list)
    untranslated: bool = False

    @property
    def claims(self) -> list[Claim]:
        return list({a.claim_id: a.claim for a in self.appearances}.values())

    @property
    def passages(self) -> list[Any]:
        return list({a.passage_id: a.passage for a in self.appearances}.values())

    def speak(self, show: str, tongue: str) -> None:
        """Which languages it is shown in. Where there is no translation, the original stands in for it."""
        spoken = [_in(tongue, p.shown_translations) for p in self.passages]
        self.untranslated = show != "original" and not all(spoken)
        self.original = show != "translation" or self.untranslated
        self.translated = _together(t for found in spoken for t in found) if show != "original" else []


@dataclass
class Spoken:
    """What one translator made of the quoted words of a paragraph, in their order."""

    language: str
    made_by: str
    checked: bool
    texts: list[str] = field(default_factory=list)


def _together(translations: Iterable[Any]) -> list[Spoken]:
    found: dict[tuple[str, str, bool], Spoken] = {}
    for t in translations:
        by = (t.language, t.made_by, bool(t.checked_by))
        found.setdefault(by, Spoken(*by)).texts.append(t.text)
    return list(found.values())


def _in(tongue: str, translations: list[Any]) -> list[Any]:
    """The translation into a language, or whatever there is."""
    return [t for t in translations if t.language == tongue] or translations


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
        found.append(Piece(passage.exact[start - passage.start : end - passage.start], claims))
    return _ended(found)


def _ended(found: list[Piece]) -> list[Piece]:
    """Each claim ends with the last piece that carries it."""
    ended: set[int] = set()
    for piece in reversed(found):
        piece.ends = [c for c in piece.claims if c.pk not in ended]
        ended |= {c.pk for c in piece.claims}
    return found


@dataclass
class Reading:
    """A stretch of a source as readers see it, the place at which it goes on, and what comes after it that they do not see."""

    paragraphs: list[Paragraph]
    more: int | None = None
    rest: tuple[int, int] | None = None
    whole: bool = False


@dataclass(frozen=True)
class Extent:
    """How much of a text readers see: claims, paragraphs and characters."""

    claims: int
    paragraphs: int
    characters: int


def extent_of(capture: Capture, shown: Any) -> Extent:
    places = list(
        shown.filter(passage__capture=capture)
        .order_by("passage__start", "passage__end")
        .values_list("claim", "passage__start", "passage__end")
    )
    characters = reached = 0
    for _, start, end in places:
        characters += max(0, end - max(start, reached))
        reached = max(reached, end)
    ends = [end for _, end in capture.blocks]
    blocks = {n for _, start, end in places for n in range(bisect_right(ends, start), bisect_right(ends, end - 1) + 1)}
    return Extent(len({claim for claim, *_ in places}), len(blocks), characters)


def may_be_whole(source: Source, capture: Capture) -> bool:
    """Whether readers may have the whole text: its rights allow it, we hold it, and it carries nothing that they may not know.

    Nor does a text that is like it. To leave out a paragraph would tell where to look for what is kept back.
    """
    if {source.rights, source.rights_then} != {Rights.FULL} or not (capture.blocks and capture.text):  # type: ignore[attr-defined]
        return False
    there = {"passage__capture__source__in": Trace.objects.family_of({source.pk})}
    replied = {f"request__replies__{path}": value for path, value in there.items()}
    return not (
        Appearance.objects.filter(out_of_sight("claim"), **there).exists()
        or Citation.objects.filter(out_of_sight("assessment__claim"), **there).exists()
        or ReplyClaim.objects.filter(out_of_sight("claim"), **replied).exists()
    )


def read(capture: Capture, shown: Any, at: int = 0, *, whole: bool = False) -> Reading:
    """Paragraphs from the one that holds a place on, up to about so many claims; those that carry any, or all of them."""
    here = shown.filter(passage__capture=capture).order_by("passage__start", "passage__end", "id")
    return _read_whole(capture, here, at) if whole else _read_excerpts(capture, here, at)


def _read_excerpts(capture: Capture, here: Any, at: int) -> Reading:
    first = capture.block_of(at)
    start = capture.blocks[first - 1][0] if first else at
    here = here.filter(passage__start__gte=start)
    found, more = list(here[: MOST + 1]), None
    if len(found) > MOST:
        last = capture.block_of(found[-1].passage.start)
        whole = [a for a in found if capture.block_of(a.passage.start) != last]
        if whole:
            found, more = whole, capture.blocks[last - 1][0]
        else:  # one paragraph holds more than that: it is read whole
            end = capture.blocks[last - 1][1]
            found, more = list(here.filter(passage__start__lt=end)), end
    paragraphs = in_document_order(capture, found, after=max(first - 1, 0))
    last = max((capture.block_of(a.passage.end - 1) for a in found), default=max(first - 1, 0))
    rest = (last + 1, len(capture.blocks)) if more is None and last < len(capture.blocks) else None
    return Reading(paragraphs, more, rest)


def in_document_order(capture: Capture, appearances: Iterable[Appearance], after: int = 0) -> list[Paragraph]:
    """The capture's paragraphs that hold a claim which readers see; those up to number `after` were read before."""
    by_block: dict[int, list[Appearance]] = {}
    for appearance in sorted(appearances, key=lambda a: (a.passage.start, a.passage.end)):
        by_block.setdefault(capture.block_of(appearance.passage.start), []).append(appearance)
    paragraphs, last = [], after
    for number, here in sorted(by_block.items()):
        skipped = (last + 1, number - 1) if number - 1 > last else None
        end = max(a.passage.end for a in here)
        found = pieces(here)
        last = max(last, capture.block_of(end - 1))
        if capture.blocks:
            before = [Piece()] if here[0].passage.start > capture.blocks[number - 1][0] else []
            found = [*before, *found, *([Piece()] if end < capture.blocks[last - 1][1] else [])]
        paragraphs.append(Paragraph(number, found, here, skipped))
    return paragraphs


def _read_whole(capture: Capture, here: Any, at: int) -> Reading:
    blocks, first = capture.blocks, capture.block_of(at)
    last, size = first, 0
    for number, (start, end) in enumerate(blocks[first - 1 : first - 1 + LONGEST], first):
        size += len(capture.text[start:end].encode())
        if size > LARGEST and number > first:
            break
        last = number
    here = here.filter(passage__end__gt=blocks[first - 1][0])
    found = list(here.filter(passage__start__lt=blocks[last - 1][1])[: MOST + 1])
    if len(found) > MOST:  # unless one paragraph holds more than that: it is read whole
        last = max(first, capture.block_of(found[-1].passage.start) - 1)
        found = list(here.filter(passage__start__lt=blocks[last - 1][1]))
    paragraphs = []
    for number, (start, end) in enumerate(blocks[first - 1 : last], first):
        over = [a for a in found if a.passage.start < end and a.passage.end > start]
        paragraphs.append(Paragraph(number, _ended(list(_cut(capture.text[start:end], start, over))), over))
    return Reading(paragraphs, blocks[last][0] if last < len(blocks) else None, whole=True)
