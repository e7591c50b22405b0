"""Facets: how many claims each further choice would leave. A facet's counts ignore its own choice, and no other."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict

from sources.languages import language_name
from sources.models import Source
from sources.models.catalogue import said

from .filters import ClaimFilter
from .models import Appearance, Claim, ClaimSubject, Status, Subject
from .remembering import remember

SHOWN = 8


@dataclass
class Choice:
    value: str
    label: str
    count: int
    chosen: bool
    language: str = ""


@dataclass
class Facet:
    name: str
    label: str
    choices: list[Choice]


@dataclass
class Chip:
    """A chosen filter and the query that drops it."""

    label: str
    query: str


def facets(asked: QueryDict) -> list[Facet]:
    return [
        Facet("status", "Status", _statuses(asked)),
        Facet("subject", "About", _subjects(asked)),
        Facet("source", "Source", _sources(asked)),
        Facet("lang", "Language of source", _languages(asked)),
    ]


def chips(asked: QueryDict, found: list[Facet]) -> list[Chip]:
    labels = {(f.name, c.value): c.label for f in found for c in f.choices}
    chosen = []
    for name in ClaimFilter.base_filters:
        for value in asked.getlist(name):
            if value:
                words = labels.get((name, value), f"“{value}”" if name == "q" else f"{name.replace('_', ' ')} {value}")
                chosen.append(Chip(words, _without(asked, name, value)))
    return chosen


def _without(asked: QueryDict, name: str, value: str = "") -> str:
    rest = asked.copy()
    rest.setlist(name, [v for v in asked.getlist(name) if value and v != value])
    for place in ("after", "before"):
        rest.pop(place, None)
    return rest.urlencode()


def _others(asked: QueryDict, name: str) -> Any:
    """The claims that all other filters leave."""
    return ClaimFilter(QueryDict(_without(asked, name)), queryset=Claim.objects.public()).qs


def _statuses(asked):
    found = _others(asked, "status").tally()
    chosen = asked.getlist("status")
    return [Choice(s, s.label, found[s], s in chosen) for s in Status if found[s] or s in chosen or not chosen]


def _most(counted, column: str, there: QuerySet, chosen: list[str]) -> list[tuple[int, Any]]:
    """Things with the highest counts of claims, and those chosen, whatever their count."""
    rows = counted.order_by().values_list(column).annotate(n=Count("claim", distinct=True))
    counts = dict(rows.order_by("-n", column)[:SHOWN])
    found = remember(list(there.filter(Q(pk__in=counts) | Q(key__in=chosen))))
    return [(counts.get(thing.pk, 0), thing) for thing in found]


def _by_count(choices: Iterable[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda c: (-c.count, c.label, c.value))


def _subjects(asked):
    chosen = asked.getlist("subject")
    about = ClaimSubject.objects.live().filter(claim__in=_others(asked, "subject"), subject__private_person=False)
    most = _most(about, "subject", Subject.objects.with_page(), chosen)
    return _by_count(Choice(s.key, s.name, n, s.key in chosen) for n, s in most)


def _said(asked, name):
    return Appearance.objects.shown().filter(
        claim__in=_others(asked, name), passage__capture__source__in=Source.objects.public()
    )


def _sources(asked):
    chosen = asked.getlist("source")
    most = _most(_said(asked, "source"), "passage__capture__source", Source.objects.public().for_list(), chosen)
    return _by_count(
        Choice(s.key, s.title_en or s.title, n, s.key in chosen, "" if s.title_en else s.language) for n, s in most
    )


def _languages(asked):
    chosen = asked.getlist("lang")
    spoken = _said(asked, "lang").order_by().annotate(spoken=said("source", "language", "passage__capture__source__"))
    counts = dict(spoken.values_list("spoken").annotate(n=Count("claim", distinct=True)))
    tags = {*counts, *chosen}
    return _by_count(Choice(t, language_name(t), counts.get(t, 0), t in chosen) for t in tags)
