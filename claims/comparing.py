"""What several sources say about several claims, side by side.

A source says something of a claim, or we read it all and it is silent, or we have not read it all: these are never mixed.
What was read before a claim was put in these words was not read for it: nobody looked for what was not asked yet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Max
from django.utils.translation import gettext, gettext_lazy

from sources.models import Capture, Change, Passage, Source, Verb
from sources.moments import known

from . import paging
from .faceting import SOURCE, said_by
from .models import Claim, Position, Subject
from .remembering import remember

MOST = 8  # sources beside each other
TO_CHOOSE = 60  # sources that a form offers
SILENT, NOT_READ = "silent", "not_read"

WORDS = {
    Position.ASSERTS: gettext_lazy("Asserts"),
    Position.DENIES: gettext_lazy("Denies"),
    Position.REPORTS: gettext_lazy("Reports"),
    Position.QUALIFIES: gettext_lazy("Qualifies"),
    SILENT: gettext_lazy("Silent"),
    NOT_READ: gettext_lazy("Not read"),
}
MEANINGS = {
    Position.ASSERTS: gettext_lazy("says it is so"),
    Position.DENIES: gettext_lazy("says it is not so"),
    Position.REPORTS: gettext_lazy("passes it on, takes no side"),
    Position.QUALIFIES: gettext_lazy("says it is so in part, or under a condition"),
    SILENT: gettext_lazy("we read it all, and it is not there"),
    NOT_READ: gettext_lazy("we have not read it all since we recorded the claim, and have not found it"),
}


class Keys(forms.ModelMultipleChoiceField):
    """Things by their keys; what is hidden is refused as what is not there."""

    def __init__(self, queryset):
        super().__init__(queryset, to_field_name="key", required=False)

    def clean(self, value):
        if any("\0" in key for key in value or ()):
            raise ValidationError(self.error_messages["invalid_list"], code="invalid_list")
        return super().clean(value)


class Asked(forms.Form):
    """What is to be compared: claims, or those about subjects, or those in sources; and in which sources."""

    def __init__(self, data):
        super().__init__(data)
        self.fields["subject"] = Keys(Subject.objects.with_page())
        self.fields["source"] = Keys(Source.objects.public())
        self.fields["claim"] = Keys(Claim.objects.public())

    def clean_source(self):
        sources = list(self.cleaned_data["source"])
        if len(sources) > MOST:
            asked = gettext("Choose up to {most} sources: this address names {n}.")
            raise ValidationError(asked.format(most=MOST, n=len(sources)))
        return sources

    @property
    def is_empty(self) -> bool:
        return not any(self.cleaned_data.values())

    def claims(self) -> Any:
        subjects, sources, claims = (self.cleaned_data[name] for name in ("subject", "source", "claim"))
        found = Claim.objects.public()
        found = found.filter(pk__in=claims.values("pk")) if claims else found
        found = found.about(subjects) if subjects else found
        return found.said_in(sources) if sources and not claims and not subjects else found


@dataclass
class Said:
    """A position of a source on a claim: how often, and where first; nowhere if it is silent or was not read."""

    position: str
    passage: Passage | None = None
    times: int = 0

    @property
    def words(self) -> Any:
        return WORDS[self.position]  # type: ignore[index]


@dataclass
class Cell:
    source: Source
    said: list[Said]


@dataclass
class Row:
    claim: Any
    cells: list[Cell]


def carriers(claims: Any) -> list[tuple[str, int]]:
    """The sources in which the claims stand, by key, with how many of them; the most first."""
    newest = claims.order_by("-place").values("pk")[: paging.MOST]
    counted = said_by(newest).order_by().values_list(f"{SOURCE}__key").annotate(n=Count("claim", distinct=True))
    return list(counted.order_by("-n", f"{SOURCE}__key"))


def columns(keys: Iterable[str]) -> list[Source]:
    """Sources by key, the oldest first; those without a date last."""
    found = remember(list(Source.objects.public().for_list().filter(key__in=keys)))
    return sorted(found, key=lambda source: (str(source.dated_from or "9999"), source.key))


def last_read(sources: Iterable[Source]) -> dict[int, int]:
    """Those of which an editor has read a capture to the end, with the change by which one last was."""
    captures = Capture.objects.filter(source__in=sources).select_related("source").defer("text", "blocks")
    refs = {capture.ref: capture.source_id for capture in captures}
    read = Change.objects.filter(known("pk"), kind="capture", verb=Verb.READ, key__in=refs)
    found: dict[int, int] = {}
    for key, last in read.order_by().values_list("key").annotate(last=Max("pk")):
        found[refs[key]] = max(last, found.get(refs[key], 0))
    return found


def rows(claims: Iterable[Any], sources: list[Source]) -> list[Row]:
    """For each claim of a list what each source says of it."""
    read = last_read(sources)
    return [
        Row(claim, [Cell(s, _said(claim, s, _was_read_for(claim, read.get(s.pk)))) for s in sources])
        for claim in claims
    ]


def _was_read_for(claim: Any, last: int | None) -> bool:
    return last is not None and last > claim.wording.since_id


def _said(claim: Any, source: Source, read: bool) -> list[Said]:
    there = [a for a in claim.shown_appearances if a.passage.capture.source_id == source.pk]
    there.sort(key=lambda a: (-a.passage.capture_id, a.passage.start, a.pk))
    found: dict[str, Said] = {}
    for appearance in there:
        said = found.setdefault(appearance.position, Said(appearance.position, appearance.passage))
        said.times += 1
    order = list(Position.values)
    return sorted(found.values(), key=lambda s: order.index(s.position)) or [Said(SILENT if read else NOT_READ)]
