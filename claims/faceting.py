"""Facets: how many claims each further choice would leave. A facet's counts ignore its own choice, and no other.

Like every count they go up to a bound: of what more claims than that carry, at least so many of the newest.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, gettext_lazy, ngettext_lazy

from sources.dates import label
from sources.languages import language_name
from sources.models import Source
from sources.models.catalogue import said
from sources.moments import known

from . import paging
from .filters import ClaimFilter
from .models import Appearance, Claim, ClaimSubject, Kind, Status, Subject
from .paging import NoSuchPlace, Page, Tally, tally_of
from .remembering import remember
from .speaking import name_of, spoken, title_of

SHOWN = 6  # values of a facet beside a list
SOURCE = "passage__capture__source"
LISTED = 100  # on a page of its own
NO_FILTERS = {"sort"}
PLACES = ("after", "before")
WAYS = 3  # on from a list of nothing


@dataclass
class Choice:
    value: str
    label: Any
    count: int
    chosen: bool
    language: str = ""


@dataclass
class Facet:
    """A filter with the choices that leave something. `more`: they were counted up to a bound."""

    name: str
    label: Any
    choices: list[Choice]
    values: int = 0
    more: bool = False

    @property
    def all_values(self) -> str:
        """The words that lead to all of them, where some are not shown."""
        return ALL[self.name] % {"n": self.values} if self.values > len(self.choices) else ""


@dataclass
class Chip:
    """A chosen value, of which filter where the value does not say, and the query that drops it."""

    of: Any
    label: str
    query: str
    language: str = ""


@dataclass
class Way:
    """A way on from a list of nothing, and how much it leads to."""

    label: Any
    page: str
    query: str
    found: Tally


Counted = list[tuple[str, int]]  # the values of a facet by key, those that most claims have first

ALL = {
    "subject": ngettext_lazy("All %(n)d subject", "All %(n)d subjects", "n"),
    "source": ngettext_lazy("All %(n)d source", "All %(n)d sources", "n"),
    "lang": ngettext_lazy("All %(n)d language", "All %(n)d languages", "n"),
}


def facets(asked: QueryDict, total: Tally) -> list[Facet]:
    """Those beside a list of so many claims, each with its foremost choices and those that are chosen."""
    found = [Facet("status", gettext_lazy("Status"), _statuses(asked))]
    for name in FACETS:
        counted = _counted(asked, name)
        keys = [key for key, _ in counted[:SHOWN]]
        choices = _choices(asked, name, counted, {*keys, *asked.getlist(name)})
        found.append(Facet(name, FACETS[name].label, choices, len(counted)))
    for facet in found:
        own = asked.getlist(facet.name)
        facet.more = total.more or bool(own) and tally_of(_others(asked, facet.name)).more
    return found


def whole_facet(asked: QueryDict, name: str, *, after: str = "", before: str = "") -> tuple[Facet, Page]:
    """A facet with all its values, a page at a time: the first, or the one after or before a value."""
    if name not in FACETS:
        raise NoSuchPlace
    counted = _counted(asked, name)
    page = _page(counted, after=after, before=before)
    choices = _choices(asked, name, counted, {key for key, _ in page.rows})
    return Facet(name, FACETS[name].label, choices, len(counted), tally_of(_others(asked, name)).more), page


def _page(counted: Counted, *, after: str, before: str) -> Page:
    places = [key for key, _ in counted]
    if (place := before or after) and place not in places:
        raise NoSuchPlace
    at = places.index(place) if place else 0
    start = max(0, at - LISTED) if before else at + 1 if after else 0
    end = at if before else start + LISTED
    rows = counted[start:end]
    if not rows:
        return Page()
    return Page(rows, newer=rows[0][0] if start else "", older=rows[-1][0] if end < len(counted) else "")


def chips(asked: QueryDict, found: list[Facet]) -> list[Chip]:
    """What is chosen, each with the address that drops it."""
    choices = {(f.name, c.value): c for f in found for c in f.choices}
    return [
        Chip(
            "" if name in DATED else filtered.label,
            choice.label if choice else _in_words(name, value),
            without(asked, name, value),
            choice.language if choice else "",
        )
        for name, filtered in ClaimFilter.base_filters.items()
        for value in asked.getlist(name)
        if value and name not in NO_FILTERS
        for choice in [choices.get((name, value))]
    ]


def _in_words(name: str, value: str) -> str:
    if name == "q":
        return gettext("“{words}”").format(words=value)
    if name == "kind":
        return str(Kind(value).label)
    day = parse_date(value) if name in DATED else None
    return str(DATED[name]).format(day=label(day.isoformat(), spoken())) if day else value


def without(asked: QueryDict, name: str, value: str = "") -> str:
    """The query without a filter, or without one value of it; a list is then read from its beginning."""
    rest = asked.copy()
    rest.setlist(name, [v for v in asked.getlist(name) if value and v != value])
    for place in (*PLACES, "facet"):
        rest.pop(place, None)
    return rest.urlencode()


def kept(asked: QueryDict, *but: str) -> list[tuple[str, str]]:
    """What a form carries on beside its own fields."""
    return [(name, v) for name, values in asked.lists() if name not in {*but, *PLACES, "facet"} for v in values if v]


def ways_on(asked: QueryDict) -> list[Way]:
    """From a list of nothing: by the words alone, or without one filter, the most first; all; and, to make three, by name."""
    chosen = [n for n in ClaimFilter.base_filters if n not in NO_FILTERS and any(asked.getlist(n))]
    bare = QueryDict(mutable=True)
    bare.update({n: asked.get(n, "") for n in ("as_of", "sort") if asked.get(n)})
    found = []
    if len(chosen) > 1:
        found = [Way(DROPPED[n], "claims", without(asked, n), tally_of(_others(asked, n))) for n in chosen]
        found = sorted((w for w in found if w.found.count), key=lambda w: -w.found.count)
    if "q" in chosen and len(chosen) > 2:
        words = bare.copy()
        words["q"] = asked.get("q", "")
        only = Way(gettext("Search all claims for these words"), "claims", words.urlencode(), tally_of(_found(words)))
        found = [only, *found] if only.found.count else found
    everything = Way(gettext("See all claims"), "claims", bare.urlencode(), tally_of(Claim.objects.public()))
    bare.pop("sort", None)
    by_name = [
        Way(gettext("Look under a name"), "subjects", bare.urlencode(), tally_of(Subject.objects.with_page())),
        Way(gettext("Look into a source"), "sources", bare.urlencode(), tally_of(Source.objects.public())),
    ]
    return [*found[:2], everything, *by_name][:WAYS]


DATED = {"changed_after": gettext_lazy("Changed from {day}"), "changed_before": gettext_lazy("Changed to {day}")}
DROPPED = {
    "q": gettext_lazy("Drop the words"),
    "status": gettext_lazy("Any status"),
    "kind": gettext_lazy("Any kind"),
    "subject": gettext_lazy("About anybody and anything"),
    "source": gettext_lazy("From any source"),
    "lang": gettext_lazy("In any language"),
    "changed_after": gettext_lazy("Changed at any time before, too"),
    "changed_before": gettext_lazy("Changed at any time since, too"),
}


def _found(asked: QueryDict) -> Any:
    return ClaimFilter(asked, queryset=Claim.objects.public()).qs


def _others(asked: QueryDict, name: str) -> Any:
    """The claims that all other filters leave."""
    return _found(QueryDict(without(asked, name)))


def _newest(asked: QueryDict, name: str) -> Any:
    """The same up to a bound, for counting."""
    return _others(asked, name).order_by("-place").values("pk")[: paging.MOST]


def _statuses(asked):
    found = Claim.objects.public().filter(pk__in=_newest(asked, "status")).tally()
    chosen = asked.getlist("status")
    return [Choice(s, s.label, found[s], s in chosen) for s in Status if found[s] or s in chosen]


def _counted(asked: QueryDict, name: str) -> Counted:
    """Every value of a facet, and how many claims have it; the most first."""
    facet = FACETS[name]
    rows = facet.rows(_newest(asked, name)).order_by().annotate(value=facet.column())
    return list(rows.values_list("value").annotate(n=Count("claim", distinct=True)).order_by("-n", "value"))


def _choices(asked: QueryDict, name: str, counted: Counted, keys: Iterable[str]) -> list[Choice]:
    counts, chosen = dict(counted), asked.getlist(name)
    found = [
        Choice(key, label, counts.get(key, 0), key in chosen, language)
        for key, label, language in FACETS[name].named(keys)
    ]
    return sorted(found, key=lambda c: (-c.count, c.label, c.value))


@dataclass(frozen=True)
class _Values:
    """Where the values of a facet stand: the rows beside claims that have them, and how readers call them."""

    label: Any
    rows: Callable[[Any], Any]
    column: Callable[[], Any]
    named: Callable[[Iterable[str]], Iterable[tuple[str, str, str]]]


def _about(claims):
    return ClaimSubject.objects.live().filter(claim__in=claims, subject__private_person=False)


def said_by(claims):
    """Where claims stand in sources that readers may know of."""
    there = Appearance.objects.shown().filter(known(f"{SOURCE}__public_since"), claim__in=claims)
    return there.exclude(**{f"{SOURCE}__public_since": None})


def _subjects(keys):
    for subject in remember(list(Subject.objects.with_page().for_list().filter(key__in=keys))):
        yield subject.key, *name_of(subject)


def _sources(keys):
    for source in remember(list(Source.objects.public().for_list().filter(key__in=keys))):
        yield source.key, *title_of(source)


def _languages(keys):
    for tag in keys:
        yield tag, language_name(tag, into=spoken()), ""


FACETS = {
    "subject": _Values(gettext_lazy("About"), _about, lambda: F("subject__key"), _subjects),
    "source": _Values(gettext_lazy("Source"), said_by, lambda: F(f"{SOURCE}__key"), _sources),
    "lang": _Values(
        gettext_lazy("Language of source"), said_by, lambda: said("source", "language", f"{SOURCE}__"), _languages
    ),
}
