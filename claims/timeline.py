"""How statuses went, as small pictures: a lane for each status, and time from left to right.

Time is that of the record: a picture begins with the first moment that it knows of and ends with the last, so that it
stays as it is until something is recorded. However much happened, it has no more marks than there is room for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sources.moments import asked_for

from .drawing import WIDTH
from .models import Standing, Status
from .paging import Tally

LANES = [Status.VERIFIED, Status.DISPUTED, Status.UNVERIFIED]
LEFT, RIGHT, TOP = 106, 322, 18  # where time begins and ends, and room above for numbers
LANE = 30  # how high a lane is
HILLS_END = 292  # which leaves room for a count of six figures
APART, STEPS = 14, 24  # how far apart two marks stand, and in how many equal parts of its time counts are told apart
CHANGES = 200  # the last ones, which the counts are drawn from
PLACES = {True: "public_number", False: "pk"}  # what the place of a claim is in a list of now, and of the past


@dataclass
class Lane:
    status: Status
    y: int


@dataclass
class Stretch:
    """A time through which a claim stood at one status; none: through which readers did not see it."""

    status: str
    since: datetime
    version: int


@dataclass
class Line:
    status: str
    x: float
    end: float
    y: int


@dataclass
class Mark:
    """Where a stretch begins; or several, which are too close to be told apart."""

    status: str
    x: float
    y: int
    several: int = 0


class Timed:
    """A picture from a first moment to a last."""

    width, left, height = WIDTH, LEFT, TOP + LANE * len(LANES)
    first: datetime
    last: datetime

    @property
    def within_a_day(self) -> bool:
        return self.first.astimezone(UTC).date() == self.last.astimezone(UTC).date()


@dataclass
class Course(Timed):
    """How one claim stood."""

    lanes: list[Lane]
    lines: list[Line]
    falls: list[tuple[float, int, int]]  # from one lane to another
    marks: list[Mark]
    first: datetime
    last: datetime
    ends: int | None  # the height at which it goes on
    changes: int

    @property
    def crowded(self) -> bool:
        return any(mark.several for mark in self.marks)


def stretches(history: Iterable[Any]) -> list[Stretch]:
    """From the public versions of a claim, newest first, the times through which its status was one, oldest first."""
    found: list[Stretch] = []
    for version in reversed(list(history)):
        status = version.status if version.public else ""
        if not found or found[-1].status != status:
            found.append(Stretch(status, version.change.recorded_at, version.number))
    return found


def course_of(went: Sequence[Stretch]) -> Course | None:
    """Nothing where nothing changed: there is no way to see."""
    if len(went) < 2:
        return None
    first, last = went[0].since, went[-1].since
    groups: list[tuple[float, list[Stretch]]] = []
    for stretch in went:
        x = LEFT + (RIGHT - LEFT) * _part(stretch.since, first, last)
        if groups and x - groups[-1][0] < APART:
            groups[-1][1].append(stretch)
        else:
            groups.append((x, [stretch]))
    height: dict[str, int] = {lane.status: lane.y for lane in _lanes()}
    ends = [x for x, _ in groups[1:]] + [WIDTH - 10.0]
    lines, falls, marks, before = [], [], [], ""
    for (x, group), end in zip(groups, ends, strict=True):
        status = group[-1].status
        if status:
            lines.append(Line(status, x, end, height[status]))
        if status or len(group) > 1:
            marks.append(Mark(status, x, height.get(status, 0), len(group) if len(group) > 1 else 0))
        touched = [height[s] for s in (before, *(stretch.status for stretch in group)) if s]
        falls += [(x, min(touched), max(touched))] if len(set(touched)) > 1 else []
        before = status
    return Course(_lanes(), lines, falls, marks, first, last, height.get(before), len(went))


@dataclass
class Count:
    """How many claims stood at each status from a moment on."""

    since: datetime
    by_status: dict[str, int]

    @property
    def numbers(self) -> list[int]:
        return [self.by_status[status] for status in LANES]


@dataclass
class Hill:
    lane: Lane
    top: str  # the path of its upper edge
    ground: str  # the same, closed
    now: int


@dataclass
class Counts(Timed):
    """How many claims stood at each status, through the last changes."""

    hills: list[Hill]
    steps: list[Count]
    first: datetime
    last: datetime
    changes: int
    more: bool  # there were changes before these

    @property
    def newest_first(self) -> list[Count]:
        return self.steps[::-1]


def counts_of(claims: Any, tally: dict[str, Tally]) -> Counts | None:
    """The way of public claims to their counts of now, taken back turn by turn; nothing where they are too many to count.

    Whatever turned since the claim that changed as the CHANGES-th last did turned in one of those that changed after it:
    as much is read for a large desk as for a small one.
    """
    if any(counted.more for counted in tally.values()):
        return None
    lately = list(claims.assessable().newest().values_list("pk", "place")[: CHANGES + 1])
    turns = Standing.objects.turns().filter(claim__in=[pk for pk, _ in lately[:CHANGES]])
    more = len(lately) > CHANGES
    if more:
        turns = turns.filter(**{f"change__{PLACES[asked_for() is None]}__gt": lately[-1][1]})
    rows = list(turns[: CHANGES + 1])
    more, rows = more or len(rows) > CHANGES, rows[:CHANGES]
    if len(rows) < 2:
        return None
    last, first = rows[0].change.recorded_at, rows[-1].change.recorded_at
    steps: dict[int, Count] = {}
    count = {status: counted.count for status, counted in tally.items()}
    for turn in rows:
        column = column_of(turn.change.recorded_at, first, last)
        steps.setdefault(column, Count(turn.change.recorded_at, dict(count)))  # as the last of its changes left it
        count[turn.status] -= turn.public
        if turn.before:
            count[turn.before] += turn.was_public
    found = [steps[column] for column in sorted(steps)]
    return Counts(_hills(found), found, found[0].since, last, len(rows), more)


def _hills(steps: list[Count]) -> list[Hill]:
    """All to one scale. What is not nothing is seen."""
    first, last = steps[0].since, steps[-1].since
    most = max(max(step.numbers) for step in steps) or 1
    places = [LEFT + (HILLS_END - LEFT) * _part(step.since, first, last) for step in steps]
    hills = []
    for lane in _lanes():
        base = lane.y + LANE // 2 - 3
        counts = [step.by_status[lane.status] for step in steps]
        rises = [base - (max(2.0, (LANE - 8) * n / most) if n else 0) for n in counts]
        edge = "".join(f"H{x:.1f}V{y:.1f}" for x, y in zip(places[1:], rises[1:], strict=True))
        top = f"M{LEFT} {rises[0]:.1f}{edge}H{HILLS_END + 8}"
        hills.append(Hill(lane, top, f"{top}V{base}H{LEFT}z", counts[-1]))
    return hills


def _lanes() -> list[Lane]:
    return [Lane(status, TOP + LANE * n + LANE // 2) for n, status in enumerate(LANES)]


def column_of(moment: datetime, first: datetime, last: datetime) -> int:
    return round((STEPS - 1) * _part(moment, first, last))


def _part(moment: datetime, first: datetime, last: datetime) -> float:
    """How far along a moment lies, from 0 to 1."""
    return (moment - first) / (last - first) if last > first else 0.0
