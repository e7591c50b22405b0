"""Long lists, a page at a time, by the place of a row and never by counting: page 500 costs what page 1 costs.

A place is named as readers know the row, by its key or the number of its last public change: a row's number in its
table would tell how much lies hidden.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from sources.models import Change
from sources.moments import asked_for

PAGE = 25


class NoSuchPlace(Exception):
    """The address names a place that no list has."""


@dataclass(frozen=True)
class Order:
    """How a list is ordered: its columns, together unique, "-" for descending; and how a place in it is named.

    `place`: the name of a row's place. `values`: the columns' values at a named place.
    """

    columns: tuple[str, ...]
    place: Callable[[Any], str]
    values: Callable[[QuerySet, str], tuple]

    def beyond(self, values: tuple, *, back: bool) -> Q:
        """Rows after a place, or before it."""
        found, same = Q(), Q()
        for column, value in zip(self.columns, values, strict=True):
            name, down = column.removeprefix("-"), column.startswith("-")
            found |= same & Q(**{f"{name}__{'gt' if down == back else 'lt'}": value})
            same &= Q(**{name: value})
        return found

    def turned(self) -> list[str]:
        return [c.removeprefix("-") if c.startswith("-") else f"-{c}" for c in self.columns]


def _number(queryset, place: str) -> tuple:
    if not (place.isascii() and place.isdigit() and len(place) < 19):
        raise NoSuchPlace
    return (int(place),) if asked_for() is None else _change(queryset, place)


def _change(queryset, place: str) -> tuple:
    if not (place.isascii() and place.isdigit() and len(place) < 19):
        raise NoSuchPlace
    found = Change.objects.filter(public_number=int(place)).values_list("pk").first()
    if found is None:
        raise NoSuchPlace
    return found


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


BY_CHANGE = Order(("-place",), lambda claim: str(claim.numbered), _number)
BY_TURN = Order(("-change_id",), lambda standing: str(standing.change.public_number), _change)
BY_NAME = by_key("named", "key")


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
