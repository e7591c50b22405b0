"""Long lists, a page at a time, by the place of a row and never by counting: page 500 costs what page 1 costs."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

PAGE = 25


class NoSuchPlace(Exception):
    """The address names a place that no list has."""


@dataclass
class Page:
    """Rows, and the places before and after them where there are more."""

    rows: list[Any] = field(default_factory=list)
    newer: str = ""
    older: str = ""


def page_of(queryset: QuerySet, by: str, *, after: str = "", before: str = "", size: int = PAGE) -> Page:
    """One page of a list that is ordered by a unique column, descending where it begins with "-"."""
    name, down = by.removeprefix("-"), by.startswith("-")
    back = bool(before)
    place = before or after
    if place and not (place.isascii() and place.isdigit() and len(place) < 19):
        raise NoSuchPlace
    if place:
        queryset = queryset.filter(Q(**{f"{name}__{'gt' if down == back else 'lt'}": int(place)}))
    order = name if down == back else f"-{name}"
    rows = list(queryset.order_by(order)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    if not rows:
        return Page()
    first, last = (str(getattr(row, name)) for row in (rows[0], rows[-1]))
    return Page(rows, newer=first if (more if back else place) else "", older=last if (back or more) else "")
