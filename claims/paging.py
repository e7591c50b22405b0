"""Long lists, a page at a time, by the place of a row and never by counting: page 500 costs what page 1 costs.

A place is named as readers know the row, by its key or the number of its last public change: a row's number in its
table would tell how much lies hidden.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.formats import number_format

from sources.models import Change
from sources.moments import asked_for

from .models import Status

PAGE = 25
MOST = 10_000  # rows are counted up to so many: what a count costs does not grow either


class NoSuchPlace(Exception):
    """The address names a place that no list has."""


class Together(Func):
    """Columns, or values, that are compared as one."""

    template = "(%(expressions)s)"
    output_field = BooleanField()  # Django asks for one, and the database for none


@dataclass(frozen=True)
class Order:
    """How a list is ordered: its columns, together unique, all with "-" for descending or none; and how a place in it is named.

    `place`: the name of a row's place. `values`: the columns' values at a named place.
    """

    columns: tuple[str, ...]
    place: Callable[[Any], str]
    values: Callable[[QuerySet, str], tuple]

    def beyond(self, values: tuple, *, back: bool) -> Any:
        """Rows after a place, or before it. All columns run the same way: compared as one, they are read from an index."""
        columns, at = (F(c.removeprefix("-")) for c in self.columns), (Value(v) for v in values)
        compared = LessThan if self.columns[0].startswith("-") != back else GreaterThan
        return compared(Together(*columns), Together(*at))

    def turned(self) -> list[str]:
        return [c.removeprefix("-") if c.startswith("-") else f"-{c}" for c in self.columns]


def whole_number(place: str) -> int:
    if not (place.isascii() and place.isdigit() and len(place) < 19):
        raise NoSuchPlace
    return int(place)


def change_at(place: str) -> int:
    """The change that readers know by this number."""
    found = Change.objects.filter(public_number=whole_number(place)).values_list("pk", flat=True).first()
    if found is None:
        raise NoSuchPlace
    return found


def by_number(queryset, place: str) -> tuple:
    """A place that the public number of a change names."""
    return (whole_number(place) if asked_for() is None else change_at(place),)


def by_key(
    *columns: str, key: Callable[[str], dict] = lambda place: {"key": place}, place=lambda row: row.key
) -> Order:
    """An order in which a place is named by the natural key of its row, which readers must be able to see."""

    def values(queryset, name):
        if "\0" in name:
            raise NoSuchPlace
        try:
            found = queryset.order_by().filter(**key(name)).values_list(*(c.removeprefix("-") for c in columns)).first()
        except (ValueError, OverflowError):
            found = None
        if found is None:
            raise NoSuchPlace
        return found

    return Order(columns, place, values)


BY_CHANGE = Order(("-place",), lambda claim: str(claim.numbered), by_number)
BY_NAME = by_key("named", "key")
BY_TURN = Order(
    ("-change_id",), lambda standing: str(standing.change.public_number), lambda queryset, place: (change_at(place),)
)


@dataclass
class Page:
    """Rows, and the places before and after them where there are more."""

    rows: list[Any] = field(default_factory=list)
    newer: str = ""
    older: str = ""


def page_of(queryset: QuerySet, order: Order, *, after: str = "", before: str = "", size: int = PAGE) -> Page:
    """One page of a list, after a place or before it."""
    back, place = bool(before), before or after
    if place:
        queryset = queryset.filter(order.beyond(order.values(queryset, place), back=back))
    rows = list(queryset.order_by(*(order.turned() if back else order.columns))[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    if not rows:
        return Page()
    first, last = order.place(rows[0]), order.place(rows[-1])
    return Page(rows, newer=first if (more if back else place) else "", older=last if (back or more) else "")


@dataclass(frozen=True)
class Tally:
    """How many there are; `more`: that many at least."""

    count: int
    more: bool = False

    def __str__(self):
        return number_format(self.count, force_grouping=True)

    @property
    def shown(self) -> str:
        return f"{self}+" if self.more else str(self)


def tally_of(queryset: QuerySet) -> Tally:
    """How many rows there are, counted up to a bound."""
    found = queryset.order_by().values("pk")[: MOST + 1].count()
    return Tally(min(found, MOST), found > MOST)


def tallies_of(claims: Any) -> dict[str, Tally]:
    """How many of them stand at each status; each counted up to a bound by itself, since an archive outgrows them all."""
    return {status: tally_of(claims.standing_at([status])) for status in Status.values}
