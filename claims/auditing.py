"""Everything that the database cannot hold by itself, asked of the whole archive.

Each question walks its rows once and yields a sentence for each one that is bent.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Count

from sources.dates import parse
from sources.keeping import missing_triggers
from sources.models import (
    Capture,
    Change,
    Clock,
    Descent,
    Origin,
    Outlet,
    Passage,
    Region,
    Source,
    Translation,
)
from sources.models.catalogue import blocks_of
from sources.models.record import Sealed
from sources.models.texts import CONTEXT

from .models import (
    Appearance,
    Assessment,
    Citation,
    Claim,
    ClaimSubject,
    Figure,
    Name,
    Proposal,
    Relation,
    Speaker,
    Standing,
    State,
    Status,
    Subject,
    Wording,
)
from .models.assessing import refuse_unfounded

Progress = Callable[[int], object]


def audit(progress: Progress = lambda n: None) -> Iterator[str]:
    """Every sentence that is wrong about this archive; none where it is whole."""
    for question in QUESTIONS:
        yield from question(progress)


def size() -> int:
    """How many rows an audit walks, for a progress bar."""
    brought = [model for model, *_ in BROUGHT]
    walked: list[Any] = [
        Change,
        Capture,
        Passage,
        Claim,
        Appearance,
        Assessment,
        Proposal,
        *brought,
        *_sealed(),
        *_dated(),
    ]
    return sum(model._default_manager.count() for model in walked)


def _rows(queryset: Any, progress: Progress) -> Iterator[Any]:
    for row in queryset.iterator(chunk_size=500):
        yield row
        progress(1)


def _sealed() -> list[Any]:
    return [m for m in apps.get_models() if issubclass(m, Sealed)]


def _dated() -> list[Any]:
    return [m for m in apps.get_models() if hasattr(m, "dated_from")]


def triggers_are_there(progress: Progress) -> Iterator[str]:
    for name in missing_triggers():
        yield f"The trigger {name} is missing or altered"


def ledger_is_unbroken(progress: Progress) -> Iterator[str]:
    number = public = 0
    last = None
    for change in _rows(Change.objects.order_by("id"), progress):
        if change.id != number + 1:
            yield f"The ledger jumps from change {number} to change {change.id}"
        if last and change.recorded_at <= last:
            yield f"Change {change.id} is not later than the one before it"
        if change.public_number is not None:
            if change.public_number != public + 1:
                yield f"Public change {change.public_number} does not follow {public}"
            public = change.public_number
        number, last = change.id, change.recorded_at
    clock = Clock.objects.first()
    if clock and (clock.number, clock.public_number) != (number, public):
        yield f"The clock stands at {clock.number}, the ledger at {number}"


def captures_are_whole(progress: Progress) -> Iterator[str]:
    for capture in _rows(Capture.objects.select_related("source"), progress):
        if capture.withheld or not capture.text:
            continue
        if len(capture.text) != capture.length or blocks_of(capture.text) != capture.blocks:
            yield f"{capture.ref} is not as long as its text"


def passages_are_verbatim(progress: Progress) -> Iterator[str]:
    for passage in _rows(Passage.objects.select_related("capture__source"), progress):
        text = passage.capture.text
        if not text or not passage.exact:
            continue
        before, after = text[max(0, passage.start - CONTEXT) : passage.start], text[passage.end : passage.end + CONTEXT]
        if text[passage.start : passage.end] != passage.exact:
            yield f"{passage.ref} is not what its text says there"
        elif (passage.prefix, passage.suffix) != (before, after):
            yield f"{passage.ref} stands between other words than its text has"


def seals_hold(progress: Progress) -> Iterator[str]:
    for model in _sealed():
        for row in _rows(model._default_manager.all(), progress):
            if not row.seal_holds():
                yield f"The words of {model._meta.model_name} {row.pk} are not those of the day it was added"


def dates_have_their_bounds(progress: Progress) -> Iterator[str]:
    for model in _dated():
        for row in _rows(model._default_manager.all(), progress):
            try:
                bounds = parse(row.dated)
            except ValueError:
                yield f"{model._meta.model_name} {row.pk} is dated {row.dated!r}, which no calendar knows"
                continue
            if (row.dated_from, row.dated_to) != (bounds.lower, bounds.upper):
                yield f"{model._meta.model_name} {row.pk} is dated {row.dated}, but its bounds say otherwise"


def claims_stand_on_their_history(progress: Progress) -> Iterator[str]:
    for claim in _rows(Claim.objects.select_related("assessment", "released"), progress):
        wording = claim.wordings.order_by("-number").first()
        last = claim.assessments.order_by("-number").first()
        standing = claim.standings.order_by("-number").select_related("change").first()
        if claim.wording_id != (wording and wording.pk):
            yield f"{claim.key} does not show its newest wording"
        if claim.assessment_id != (last and last.pk):
            yield f"{claim.key} does not stand on its last assessment"
        if claim.status != (last.status if last else Status.UNVERIFIED):
            yield f"{claim.key} is {claim.status}, but its last assessment is not"
        if claim.public != bool(standing and standing.public):
            yield f"{claim.key} is shown or hidden against its history"
        if standing and _view(claim) != _view(standing):
            yield f"{claim.key} shows readers something else than its last public version"
        if standing and claim.changed != standing.change.public_number:
            yield f"{claim.key} does not say when it last changed"
        if claim.public and claim.sensitivity and not claim.released_id:
            yield f"{claim.key} is sensitive and shown without a release"


def _view(row: Claim | Standing) -> tuple:
    return row.status, row.wording_id, row.assessment_id, row.stage, row.public


def appearances_are_whole(progress: Progress) -> Iterator[str]:
    """Each with its parts; and no quote that readers see carries the words of a sensitive claim."""
    hidden = Appearance.objects.live().filter(claim__in=Claim.objects.sensitive_and_unreleased())
    for row in _rows(Appearance.objects.select_related("claim", "passage"), progress):
        if (row.speakers.count(), row.figures.count()) != (row.speakers_count, row.figures_count):
            yield f"Appearance {row.pk} of {row.claim.key} has lost or gained a part"
        if row.claim.public and row.until_id is None:
            here = Passage.objects.overlapping(row.passage.capture_id, row.passage.start, row.passage.end)
            if hidden.filter(passage__in=here).exclude(claim=row.claim).exists():
                yield f"Appearance {row.pk} of {row.claim.key} shows words of a sensitive claim"


def assessments_are_founded(progress: Progress) -> Iterator[str]:
    """Each in its line, with its citations; and each that still stands would be accepted today."""
    found = Assessment.objects.select_related("claim", "previous", "since").prefetch_related("citations")
    for row in _rows(found, progress):
        name = f"Assessment {row.number} of {row.claim.key}"
        before = row.previous
        if (before.claim_id, before.number + 1) != (row.claim_id, row.number) if before else row.number != 1:
            yield f"{name} does not follow the one before it"
        if len(row.citations.all()) != row.citations_count:
            yield f"{name} has lost or gained a citation"
        if row.since.approval == "none" or (row.since.verb, row.since.key) != ("assess", row.claim.key):
            yield f"{name} was not approved"
        if row.pk == row.claim.assessment_id and row.why:
            try:
                refuse_unfounded(row.claim, row.status, row.why, row.citations.all())
            except ValidationError as error:
                yield f"{name}: {' '.join(error.messages)}"


def rows_were_brought_by_their_change(progress: Progress) -> Iterator[str]:
    """Each row hangs on a change of its own kind and its own thing, and no two rows of a kind on one."""
    for model, verbs, owner, related in BROUGHT:
        found: Any = model._default_manager.select_related("since", *related)
        for row in _rows(found, progress):
            if row.since.verb not in verbs or row.since.key != owner(row):
                yield f"{model._meta.model_name} {row.pk} was not brought by change {row.since_id}"
            ended = getattr(row, "until", None)
            if ended is not None and (ended.id <= row.since_id or ended.key != owner(row)):
                yield f"{model._meta.model_name} {row.pk} was not ended by change {ended.id}"
        if model not in MANY:
            twice = found.order_by().values_list("since").annotate(n=Count("id")).filter(n__gt=1)
            yield from (f"Change {number} brought {n} rows of {model._meta.model_name}" for number, n in twice)


def proposals_were_decided_by_another(progress: Progress) -> Iterator[str]:
    for row in _rows(Proposal.objects.all(), progress):
        if row.state == State.APPROVED and (row.decided_by_id in {None, row.by_id} or row.change_id is None):
            yield f"{row.key} was approved by nobody else"


BROUGHT: list[tuple[Any, set[str], Callable[[Any], str], tuple[str, ...]]] = [
    (Outlet, {"add"}, lambda r: r.key, ()),
    (Origin, {"add"}, lambda r: r.key, ()),
    (Source, {"add"}, lambda r: r.key, ()),
    (Subject, {"add"}, lambda r: r.key, ()),
    (Name, {"add", "reword"}, lambda r: r.subject.key, ("until", "subject")),
    (Descent, {"relate"}, lambda r: r.origin.key, ("until", "origin")),
    (Capture, {"capture"}, lambda r: r.source.key, ("source",)),
    (Region, {"mark"}, lambda r: r.capture.ref, ("until", "capture__source")),
    (Passage, {"mark"}, lambda r: r.ref, ("capture__source",)),
    (Translation, {"translate"}, lambda r: r.passage.ref, ("until", "passage__capture__source")),
    (Claim, {"record"}, lambda r: r.key, ()),
    (ClaimSubject, {"record"}, lambda r: r.claim.key, ("until", "claim")),
    (Wording, {"record", "reword"}, lambda r: r.claim.key, ("claim",)),
    (Appearance, {"appear"}, lambda r: r.claim.key, ("until", "claim")),
    (Assessment, {"assess"}, lambda r: r.claim.key, ("claim",)),
    (Speaker, {"appear"}, lambda r: r.appearance.claim.key, ("appearance__claim",)),
    (Figure, {"appear"}, lambda r: r.appearance.claim.key, ("appearance__claim",)),
    (Citation, {"assess"}, lambda r: r.assessment.claim.key, ("assessment__claim",)),
    (Relation, {"relate"}, lambda r: r.claim.key, ("until", "claim")),
]
MANY = {Name, ClaimSubject, Speaker, Figure, Citation}  # a change may bring several

QUESTIONS = [
    triggers_are_there,
    ledger_is_unbroken,
    captures_are_whole,
    passages_are_verbatim,
    seals_hold,
    dates_have_their_bounds,
    claims_stand_on_their_history,
    appearances_are_whole,
    assessments_are_founded,
    rows_were_brought_by_their_change,
    proposals_were_decided_by_another,
]
