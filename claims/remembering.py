"""Claims as readers saw them at a moment of the past, as far as they may still see them now."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime

from sources.models import Change
from sources.models.catalogue import CatalogueRow
from sources.moments import as_of
from sources.remembering import number_at, take_back

from .models import Assessment, Claim, Standing

NOT_A_MOMENT = "as_of is a day like 2026-11-20, or a moment with its zone like 2026-11-20T09:30:00+01:00"


class NotAMoment(ValueError):
    """What was asked for is no moment; the message says what one is."""


@dataclass(frozen=True)
class Moment:
    """A moment of the past, and the last change that had been recorded by then."""

    at: datetime
    number: int

    @classmethod
    def asked(cls, words: str) -> "Moment | None":
        """A day, which means its end in UTC, or a moment with its zone; None where nothing is asked."""
        if not words:
            return None
        try:
            day, at = parse_date(words), parse_datetime(words)
        except ValueError:
            day = at = None
        if day:
            at = datetime.combine(day, time.max, UTC)
        if at is None or at.tzinfo is None:
            raise NotAMoment(NOT_A_MOMENT)
        try:
            at = at.astimezone(UTC)
        except OverflowError:  # the last hours of the year 9999 somewhere
            raise NotAMoment(NOT_A_MOMENT) from None
        return cls(at, number_at(at))

    @classmethod
    def of(cls, change: Change) -> "Moment":
        return cls(change.recorded_at, change.pk)


def claim_at(moment: Moment, key: str) -> Any:
    """A claim that readers see now, as they saw it then; None where they saw none."""
    with as_of(moment.number):
        claim = Claim.objects.public().for_page().filter(key=key).first()
        if claim is None:
            return None
        claim.seen_on = moment.at.date()
        return _as_it_stood(claim, moment.number)


def _as_it_stood(claim: Any, number: int) -> Any:
    standing = claim.standings.at(number).select_related("wording", "change").first()
    if standing is None or not standing.public:
        return None
    claim.wording, claim.status, claim.stage = standing.wording, standing.status, standing.stage
    claim.assessment = Assessment.objects.for_page().filter(pk=standing.assessment_id).first()
    claim.version, claim.changed_at = standing.number, standing.change.recorded_at
    claim.review_by = claim.assessment.review_by if claim.assessment else None
    claim.look = ",".join(sorted(claim.causes()))
    claim.shown_relations = _seen_then(claim.shown_relations, "other", number)
    claim.shown_related_from = _seen_then(claim.shown_related_from, "claim", number)
    take_back(_catalogue_of(claim), number)
    return claim


def _seen_then(relations, end: str, number: int) -> list:
    """Relations to claims that readers saw then, with their words of then."""
    others = [getattr(relation, end) for relation in relations]
    then = {s.claim_id: s for s in Standing.objects.at(number).filter(claim__in=others).select_related("wording")}
    for other in others:
        if standing := then.get(other.pk):
            other.wording, other.status = standing.wording, standing.status
    return [r for r in relations if (s := then.get(getattr(r, end).pk)) and s.public]


def _catalogue_of(claim: Any) -> list[CatalogueRow]:
    """Every row of the catalogue that the page of a claim names."""
    cited = list(claim.assessment.citations.all()) if claim.assessment else []
    passages = [a.passage for a in claim.shown_appearances] + [c.passage for c in cited if c.passage]
    sources = [p.capture.source for p in passages]
    rows: list[CatalogueRow] = [*sources, *(s.outlet for s in sources if s.outlet)]
    rows += [c.origin for c in cited if c.origin]
    return rows + [m.subject for m in claim.shown_about]
