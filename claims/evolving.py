"""How statuses evolved, as small pictures: of one claim, step by step; of many claims, day by day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from .models import Kind, Status

WIDTH, LEFT, LANE, FOOT = 360, 96, 30, 22
STEPS = 12  # that are drawn; the list has them all
LOOKED_AT = 500  # changes, newest first, from which days are counted
DAYS, TALL = 10, 96
LANES = [Status.VERIFIED, Status.UNVERIFIED, Status.DISPUTED]


@dataclass(frozen=True)
class Step:
    """From this change on a claim stood at a status, or was not shown."""

    status: str
    at: datetime
    number: int
    x: int = 0
    y: int = 0


@dataclass
class Line:
    """The steps of one claim, one beside the other: the distance between two is no measure of time."""

    steps: list[Step]
    earlier: int
    path: str
    height: int = LANE * len(LANES) + FOOT
    lanes: list[tuple[str, int]] = field(default_factory=lambda: [(s.value, _lane(s)) for s in LANES])
    width: int = WIDTH


def line_of(versions: Iterable[Any]) -> Line | None:
    """The picture of a claim's public versions, newest first; None where its status never changed."""
    steps: list[Step] = []
    for version in reversed(list(versions)):
        status = version.status if version.public else ""
        if not steps or steps[-1].status != status:
            steps.append(Step(status, version.change.recorded_at, version.number))
    if len({s.status for s in steps}) < 2:
        return None
    drawn = steps[-STEPS:]
    width = (WIDTH - LEFT - 24) // max(len(drawn), 2)
    placed = [
        Step(s.status, s.at, s.number, LEFT + 12 + width * n, _lane(s.status) if s.status else 0)
        for n, s in enumerate(drawn)
    ]
    path, down = "", True
    for here, nxt in zip(placed, [*placed[1:], None], strict=True):
        if not here.status:
            down = True
            continue
        path += f"{'M' if down else 'V'}{f'{here.x} ' if down else ''}{here.y}H{nxt.x if nxt else here.x + width}"
        down = False
    return Line([s for s in placed if s.status], len(steps) - len(drawn), path)


def _lane(status: str) -> int:
    return LANE * LANES.index(Status(status)) + LANE // 2


@dataclass(frozen=True)
class Bar:
    status: str
    y: int
    height: int


@dataclass
class Day:
    """How many of the claims that readers see now stood where, at the end of a day."""

    at: datetime
    counts: dict[str, int]
    x: int = 0
    bars: list[Bar] = field(default_factory=list)


@dataclass
class Columns:
    days: list[Day]
    width: int = WIDTH
    height: int = TALL + FOOT
    base: int = TALL
    thick: int = 0


def columns_of(tally: dict[str, int], changes: QuerySet) -> Columns | None:
    """Counted back from the statuses of now by the changes that made them, newest first; None for a single day.

    What it costs does not grow with the archive: so many changes are looked at, and whole days of them.
    """
    counts, days, last = dict(tally), [], None
    told = changes.exclude(claim__kind=Kind.OPINION).values_list("change__recorded_at", "before", "status")
    seen = list(told[:LOOKED_AT])
    for at, before, status in seen:
        if last is None or at.date() != last:
            days.append(Day(at, dict(counts)))
            last = at.date()
        counts[status] -= 1
        if before:
            counts[before] += 1
    if len(seen) == LOOKED_AT:
        days = days[:-1]  # its changes were not all looked at
    days = days[:DAYS][::-1]
    most = max((sum(d.counts.values()) for d in days), default=0)
    if len(days) < 2 or not most:
        return None
    wide = (WIDTH - 8) // len(days)
    for n, day in enumerate(days):
        day.x, y = 4 + wide * n, TALL
        for status in Status:
            height = round(day.counts[status] * (TALL - 6) / most)
            y -= height
            if height:
                day.bars.append(Bar(status.value, y, height))
    return Columns(days, thick=wide - 4)
