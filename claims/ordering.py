"""In which orders claims are listed, on the page and in the API: each by columns that an index holds in that order."""

import difflib
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from sources.moments import asked_for

from .folding import terms
from .paging import BY_CHANGE, NoSuchPlace, Order, by_number, change_at, whole_number

USUAL, BY_WORDS = "changed", "relevance"


@dataclass(frozen=True)
class Sorting:
    """An order in words. Not each is had of the past: what is stored of a claim is where it is placed now."""

    words: str | Promise
    order: Order
    of_the_past: bool = False


def _after_change(column: str, read) -> Order:
    """By a column of the claim that readers see, and the last change where that is the same."""

    def values(queryset, place: str) -> tuple:
        said, _, number = place.rpartition(".")
        return read(said), whole_number(number)

    return Order((f"-{column}", "-place"), lambda claim: f"{getattr(claim, column)}.{claim.numbered}", values)


def _day(said: str) -> str:
    if len(said) > 10 or not said.isascii() or not said.replace("-", "").isdigit() and said:
        raise NoSuchPlace
    return said


def _unsettled_first(queryset, place: str) -> tuple:
    settled, _, number = place.partition(".")
    if settled not in {"0", "1"}:
        raise NoSuchPlace
    return settled == "1", change_at(number)


def _ranked(queryset, place: str) -> tuple:
    rank, _, number = place.partition(".")
    return whole_number(rank), *by_number(queryset, number)


# Of claims that were found by words alone.
BY_RELEVANCE = Order(("-rank", "-place"), lambda claim: f"{claim.rank}.{claim.numbered}", _ranked)
BY_STATUS = Order(
    ("-status_place",), lambda claim: str(claim.status_numbered), lambda queryset, place: (change_at(place),)
)
BY_WAITING = Order(
    ("settled", "status_place"), lambda claim: f"{claim.settled:d}.{claim.status_numbered}", _unsettled_first
)

SORTINGS: dict[str, Sorting] = {
    BY_WORDS: Sorting(gettext_lazy("Best match"), BY_RELEVANCE, of_the_past=True),
    USUAL: Sorting(gettext_lazy("Last change"), BY_CHANGE, of_the_past=True),
    "status": Sorting(gettext_lazy("Last status change"), BY_STATUS, of_the_past=True),
    "about": Sorting(gettext_lazy("Date the claim is about"), _after_change("about_from", _day)),
    "sources": Sorting(gettext_lazy("Most sources"), _after_change("sources_count", whole_number)),
    "unverified": Sorting(gettext_lazy("Oldest unverified"), BY_WAITING),
}


def sortings(words: str) -> dict[str, Any]:
    """Those that are had of claims found by these words, at the moment that is asked for; by name, in words."""
    had = {name: s.words for name, s in SORTINGS.items() if asked_for() is None or s.of_the_past}
    return had if terms(words) else {name: said for name, said in had.items() if name != BY_WORDS}


def usual(words: str) -> str:
    """How claims are listed where nothing is said: the best matches first, or the last changes."""
    return BY_WORDS if terms(words) else USUAL


def order_named(name: str, words: str) -> Order:
    return SORTINGS[name or usual(words)].order


def refused(name: str, words: str) -> str:
    """Why claims cannot be listed in this order; empty where they can."""
    if name in sortings(words):
        return ""
    if name == BY_WORDS:
        return gettext("Nothing is searched for, so that nothing matches best. Leave out sort, or add q.")
    if name in SORTINGS:
        there = gettext("The past is listed by last change or by last status change. Leave out sort={name}, or as_of.")
        return there.format(name=name)
    near = difflib.get_close_matches(name, SORTINGS, n=1)
    hint = (
        gettext("Did you mean {near}?").format(near=near[0])
        if near
        else gettext("There are {names}.").format(names=", ".join(SORTINGS))
    )
    return " ".join([gettext("There is no order {name}.").format(name=name), hint])
