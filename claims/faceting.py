"""Facets: how many claims each further choice would leave. A facet's counts ignore its own choice, and no other."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.http import QueryDict

from sources.languages import language_name
from sources.models import Source

from .filters import ClaimFilter
from .models import Appearance, Claim, ClaimSubject, Kind, Status, Subject

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


def _others(asked: QueryDict, name: str) -> QuerySet:
    """The claims that all other filters leave."""
    return ClaimFilter(QueryDict(_without(asked, name)), queryset=Claim.objects.public()).qs


def _statuses(asked):
    found = dict(
        _others(asked, "status").exclude(kind=Kind.OPINION).order_by().values_list("status").annotate(n=Count("id"))
    )
    chosen = asked.getlist("status")
    return [
        Choice(s, s.label, found.get(s, 0), s in chosen) for s in Status if found.get(s, 0) or s in chosen or not chosen
    ]


def _most(rows, model, chosen, *fields) -> list[tuple]:
    """The rows with the highest counts, and those chosen, whatever their count."""
    counts = dict(rows.order_by("-n")[:SHOWN])
    there = model.filter(pk__in=counts) | model.filter(key__in=chosen)
    named = [(counts.get(pk, 0), *rest) for pk, *rest in there.distinct().values_list("pk", "key", *fields)]
    return sorted(named, key=lambda row: (-row[0], row[2]))


def _subjects(asked):
    chosen = asked.getlist("subject")
    about = ClaimSubject.objects.live().filter(claim__in=_others(asked, "subject"), subject__private_person=False)
    rows = about.order_by().values_list("subject").annotate(n=Count("claim", distinct=True))
    return [Choice(k, name, n, k in chosen) for n, k, name in _most(rows, Subject.objects.with_page(), chosen, "name")]


def _said(asked, name):
    return Appearance.objects.shown().filter(
        claim__in=_others(asked, name), passage__capture__source__in=Source.objects.public()
    )


def _sources(asked):
    chosen = asked.getlist("source")
    rows = _said(asked, "source").order_by().values_list("passage__capture__source")
    most = _most(
        rows.annotate(n=Count("claim", distinct=True)),
        Source.objects.public(),
        chosen,
        "title_en",
        "title",
        "language",
    )
    return [Choice(k, en or title, n, k in chosen, "" if en else lang) for n, k, en, title, lang in most]


def _languages(asked):
    chosen = asked.getlist("lang")
    rows = _said(asked, "lang").order_by().values_list("passage__capture__source__language")
    counts = dict(rows.annotate(n=Count("claim", distinct=True)))
    tags = sorted({*counts, *chosen}, key=lambda t: -counts.get(t, 0))
    return [Choice(t, language_name(t), counts.get(t, 0), t in chosen) for t in tags]
