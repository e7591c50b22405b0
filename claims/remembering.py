"""What readers saw at a moment of the past, as far as they may still see it now."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy

from sources.models import Capture, Change, Outlet, Passage, Source
from sources.models.catalogue import CatalogueRow
from sources.moments import as_of, asked_for
from sources.remembering import number_at, take_back

from .models import (
    Appearance,
    Assessment,
    Citation,
    Claim,
    Correction,
    Reply,
    ReplyRequest,
    Standing,
    Subject,
    Wording,
)
from .models.reconsidering import causes_of

NOT_A_MOMENT = gettext_lazy("as_of is a day like 2026-11-20, or a moment with its zone like 2026-11-20T09:30:00+01:00")

NOT_YET = gettext_lazy("as_of is a day or a moment that has come")
AHEAD = timedelta(hours=14)  # that a reader's day may be begun before that of UTC


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
        begun = datetime.combine(day, time.min, UTC) if day else at
        if begun > timezone.now() + AHEAD:
            raise NotAMoment(NOT_YET)
        return cls(at, number_at(at))

    @classmethod
    def of(cls, change: Change) -> "Moment":
        return cls(change.recorded_at, change.pk)

    @contextmanager
    def again(self) -> Iterator[None]:
        """Whatever is asked inside is answered as of this moment."""
        with as_of(self.number, self.at.date()):
            yield


def claim_seen(key: str) -> Any:
    """A claim as readers see it, or saw it at the moment that is asked for; None where they see none."""
    return next(iter(remember(list(Claim.objects.public().for_page().filter(key=key)))), None)


def claim_at(moment: Moment, key: str) -> Any:
    with moment.again():
        return claim_seen(key)


def remember(rows: list[Any]) -> list[Any]:
    """Gives rows of one kind what they said at the moment that is asked for; now, they say it already."""
    if rows and asked_for() is not None:
        KINDS[type(rows[0])](rows)
    return rows


def stand_as_then(claims: list[Any]) -> None:
    """Gives claims the words, the status and the finding that they had then."""
    findings = Prefetch("assessment", queryset=Assessment.objects.for_page())
    standings = Standing.objects.standing().filter(claim__in=claims).select_related("wording", "change")
    then = {s.claim_id: s for s in standings.prefetch_related(findings)}
    for claim in claims:
        standing = then[claim.pk]
        claim.wording, claim.status, claim.stage = standing.wording, standing.status, standing.stage
        claim.assessment = standing.assessment
        claim.version, claim.changed_at = standing.number, standing.change.recorded_at
        claim.review_by = claim.assessment.review_by if claim.assessment else None


def _claims(claims: list[Any]) -> None:
    """Claims with all that a list or a page shows of them."""
    stand_as_then(claims)
    for claim, causes in zip(claims, causes_of(claims), strict=True):
        claim.look = ",".join(sorted(causes))
    others = [r.other for c in claims for r in getattr(c, "shown_relations", ())]
    others += [r.claim for c in claims for r in getattr(c, "shown_related_from", ())]
    if others:
        stand_as_then(others)
    quoted = [a.passage for c in claims for a in c.shown_appearances]
    quoted += _replied(a.request for c in claims for a in getattr(c, "shown_asked", ()))
    about = [m.subject for c in claims for m in getattr(c, "shown_about", ())]
    take_back([*_sources(quoted), *_cited(c.assessment for c in claims if c.assessment), *about])


def _replied(requests: Iterable[Any]) -> list[Any]:
    """The words in which was replied."""
    return [r.passage for request in requests for r in request.shown_replies if r.passage]


def _cited(assessments: Iterable[Any]) -> list[CatalogueRow]:
    """The rows of the catalogue that findings name."""
    return _named_by([c for a in assessments for c in a.citations.all()])


def _named_by(cited: Iterable[Any]) -> list[CatalogueRow]:
    """Those that citations name."""
    cited = list(cited)
    return [*_sources(c.passage for c in cited if c.passage), *(c.origin for c in cited if c.origin)]


def _sources(passages: Iterable[Any]) -> list[CatalogueRow]:
    """The sources of passages, and who published them."""
    sources = [p.capture.source for p in passages]
    return [*sources, *(s.outlet for s in sources if s.outlet_id)]


KINDS: dict[type, Callable[[list[Any]], None]] = {
    Claim: _claims,
    Standing: lambda rows: stand_as_then([s.claim for s in rows]),
    Appearance: lambda rows: stand_as_then([a.claim for a in rows]),
    Assessment: lambda rows: take_back(_cited(rows)),
    Source: lambda rows: take_back([*rows, *(s.outlet for s in rows if s.outlet_id), *(s.origin for s in rows)]),
    ReplyRequest: lambda rows: take_back(_sources(_replied(rows))),
    Passage: lambda rows: take_back([p.capture.source for p in rows]),
    Subject: take_back,
    Wording: lambda rows: None,  # as they stood then are those of then
    Correction: lambda rows: None,
    Citation: lambda rows: take_back(_named_by(rows)),
    Reply: lambda rows: take_back(_sources(r.passage for r in rows if r.passage)),
    Capture: lambda rows: take_back([c.source for c in rows]),
    Outlet: lambda rows: take_back([*rows, *(o.owner for o in rows if o.owner_id)]),
}
