"""Everything that the database cannot hold by itself, asked of the whole archive.

Each question walks its rows once and yields a sentence for each one that is bent.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Count, Q

from sources.blocks import blocks_of
from sources.dates import parse
from sources.keeping import missing_constraints, missing_triggers
from sources.models import (
    Approval,
    Capture,
    Change,
    Clock,
    Descent,
    Origin,
    Outlet,
    Passage,
    Redaction,
    Region,
    Sighting,
    Source,
    Translation,
)
from sources.models.record import ClosingRow, Sealed
from sources.models.texts import CONTEXT

from .models import (
    Appearance,
    Assessment,
    Citation,
    Claim,
    ClaimSubject,
    Correction,
    Figure,
    Hold,
    Name,
    Proposal,
    Relation,
    RelationKind,
    Reply,
    ReplyClaim,
    ReplyRequest,
    Speaker,
    Stage,
    Standing,
    State,
    Status,
    Subject,
    Wording,
)
from .models.assessing import refuse_unfounded
from .models.reconsidering import causes_of
from .searching import differences

Progress = Callable[[int], object]


def audit(progress: Progress = lambda n: None) -> Iterator[str]:
    """Every sentence that is wrong about this archive; none where it is whole."""
    for question in QUESTIONS:
        try:
            yield from question(progress)
        except ValueError as error:
            yield f"A row cannot be read, asked whether {question.__name__.replace('_', ' ')}: {error}"


def size() -> int:
    """How many rows an audit walks, for a progress bar."""
    walked = [
        Change,
        Redaction,
        Outlet,
        Origin,
        Source,
        Subject,
        Capture,
        Claim,
        Claim,
        Appearance,
        Assessment,
        Proposal,
    ]
    walked += [*(model for model, *_ in BROUGHT), *_sealed(), *_dated()]
    quoted = Passage.objects.exclude(exact="").exclude(capture__text="").count()
    return quoted + Source.objects.filter(confidential=False).count() + sum(m._default_manager.count() for m in walked)


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
    for name in missing_constraints():
        yield f"The constraint {name} is missing"


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
        if change.approval == "second" and change.approved_by_id in {None, change.by_id}:
            yield f"Change {change.id} was approved by nobody else"
        if change.approval == "none" and (change.public_number or change.verb in {"assess", "publish", "release"}):
            yield f"Change {change.id} was approved by nobody"
        if not _is_date(change.decided_on):
            yield f"Change {change.id} was decided on {change.decided_on!r}, which no calendar knows"
        number, last = change.id, change.recorded_at
    clock = Clock.objects.first()
    if number and (clock is None or (clock.number, clock.public_number, clock.recorded_at) != (number, public, last)):
        yield f"The clock stands at {clock and clock.number}, the ledger at {number}"


def _is_date(text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def redactions_were_decided(progress: Progress) -> Iterator[str]:
    tables = {m._meta.db_table: m for m in apps.get_models()}
    for row in _rows(Redaction.objects.select_related("since"), progress):
        model: Any = tables.get(row.table_name)
        if row.since.verb != "redact" or row.since.approval == "none":
            yield f"The redaction of {row.table_name} {row.row_id} was not decided"
        if model is None or not model._default_manager.filter(pk=row.row_id).exists():
            yield f"The redaction names {row.table_name} {row.row_id}, which is not there"


def catalogue_is_as_its_last_change_left_it(progress: Progress) -> Iterator[str]:
    for model in (Outlet, Origin, Source, Subject):
        for row in _rows(model._default_manager.all(), progress):
            kind = str(model._meta.model_name)
            last = Change.objects.about(kind, row.key).exclude(left="").order_by("-id").first()
            if last and last.left != row.as_left():
                yield f"{kind} {row.key} was altered after change {last.id}"
    for row in Source.objects.filter(retracted__isnull=False):
        if not Change.objects.about("source", row.key).filter(pk=row.retracted_id, verb="edit").exists():
            yield f"source {row.key} was not taken back by change {row.retracted_id}"


def sources_are_public_with_their_claims(progress: Progress) -> Iterator[str]:
    for row in _rows(Source.objects.filter(confidential=False), progress):
        replying = ReplyClaim.objects.filter(request__replies__passage__capture__source=row).values("claim")
        there = Q(claim__in=Claim.objects.resting_on(row, ever=True)) | Q(claim__in=replying)
        shown = Standing.objects.filter(there, change=row.public_since_id)
        replied = Reply.objects.filter(since=row.public_since_id, passage__capture__source=row)
        if row.public_since_id and not shown.exists() and not replied.exists():
            yield f"source {row.key} was not made public by change {row.public_since_id}"
        if not row.public_since_id and Claim.objects.public().resting_on(row).exists():
            yield f"source {row.key} is hidden, and a claim that rests on it is public"


def captures_are_whole(progress: Progress) -> Iterator[str]:
    for capture in _rows(Capture.objects.select_related("source"), progress):
        if capture.withheld or not capture.text:
            continue
        if len(capture.text) != capture.length or blocks_of(capture.text) != capture.blocks:
            yield f"{capture.ref} is not as long as its text"
        if hashlib.sha256(capture.text.encode()).hexdigest() != capture.text_sha256:
            yield f"The text of {capture.ref} is not the one that was captured"


def passages_are_verbatim(progress: Progress) -> Iterator[str]:
    for capture in Capture.objects.exclude(text="").select_related("source").iterator(chunk_size=10):
        for passage in _rows(capture.passages.exclude(exact=""), progress):
            passage.capture = capture
            yield from _not_verbatim(passage, capture.text)


def _not_verbatim(passage: Passage, text: str) -> Iterator[str]:
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
        if claim.holds.live().exists() and (claim.public or claim.stage == Stage.WITHDRAWN):
            yield f"{claim.key} is held, and shown or withdrawn all the same"
        if claim.merged_into_id != _heir_by_record(claim):
            yield f"{claim.key} goes over to another claim than the one that took it in"
        if claim.public and claim.sensitivity and not claim.released_id:
            yield f"{claim.key} is sensitive and shown without a release"
        if claim.changed is not None and standing is None:
            yield f"{claim.key} never changed before readers, and says so"
        staged = Change.objects.about("claim", claim.key).filter(verb__in=STAGES).order_by("-id").first()
        if claim.stage != (STAGES[staged.verb] if staged else Stage.DRAFT):
            yield f"{claim.key} is {claim.stage}, but no change made it so"
        released = Change.objects.about("claim", claim.key).filter(verb="release").first()
        if claim.released_id != (released and released.id):
            yield f"{claim.key} is released against its history"
        if claim.review_by != (last and last.review_by):
            yield f"{claim.key} is to be looked at on another day than its last assessment says"
        if set(filter(None, claim.look.split(","))) != causes_of([claim])[0]:
            yield f"{claim.key} asks for another look, or does not, against its history"
        placed = claim.placed()
        if claim.public and {name: getattr(claim, name) for name in placed} != placed:
            yield f"{claim.key} is placed in lists by something else than what readers see"
        if claim.public and claim.status_since_id != _since_by_record(claim):
            yield f"{claim.key} does not say since when its status stands"


STAGES = {"publish": Stage.PUBLISHED, "withdraw": Stage.WITHDRAWN, "merge": Stage.WITHDRAWN}


def _heir_by_record(claim: Claim) -> int | None:
    took_in = Relation.objects.live().filter(other=claim, kind=RelationKind.ABSORBS)
    return took_in.values_list("claim", flat=True).first()


def _since_by_record(claim: Claim) -> int | None:
    """The change from which on readers were told this status."""
    since, last = None, None
    for standing in claim.standings.order_by("number"):
        if standing.status != last:
            since = standing.change_id
        if standing.status_since_id != since:
            return None
        last = standing.status
    return since


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
        if row.pk == row.claim.assessment_id:
            try:
                # Words that were redacted cannot be judged; whether they may be missing is asked of the seals.
                refuse_unfounded(row.claim, row.status, row.why or "redacted", row.citations.all())
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
            ends_it = ended is not None and ended.id > row.since_id and _is_of(ended, row, owner) and _ends(ended, row)
            if ended is not None and not ends_it:
                yield f"{model._meta.model_name} {row.pk} was not ended by change {ended.id}"
        if issubclass(model, ClosingRow):
            alone = found.filter(until__isnull=False).exclude(until__verb="merge")  # which ends all that stands
            several = alone.order_by().values_list("until").annotate(n=Count("id")).filter(n__gt=1)
            yield from (f"Change {number} ended {n} rows of {model._meta.model_name}" for number, n in several)
        if model not in MANY:
            alone = found.exclude(since__verb="absorb")  # which brings all that another claim had
            twice = alone.order_by().values_list("since").annotate(n=Count("id")).filter(n__gt=1)
            yield from (f"Change {number} brought {n} rows of {model._meta.model_name}" for number, n in twice)
        elif model in {Name, ClaimSubject, ReplyClaim}:
            came = (
                found.filter(since__verb__in=["add", "record", "ask"]).order_by().values_list("since", "since__parts")
            )
            for number, told, n in came.annotate(n=Count("id")):
                if n != told:
                    yield f"Change {number} brought {n} rows of {model._meta.model_name}, and says {told}"


def _is_of(change: Change, row, owner) -> bool:
    """Whether the change is one of the thing that the row belongs to; a merger ends what others say of the claim too."""
    if change.verb == "merge":
        ends = (getattr(row, name, None) for name in ("claim", "other"))
        return change.key in {claim.key for claim in ends if claim}
    return change.key == owner(row)


def _ends(change: Change, row) -> bool:
    """Whether the change is one that ends rows of this kind."""
    if isinstance(row, Translation):
        after = Translation.objects.filter(passage=row.passage_id, language=row.language, since=change)
        return change.verb == "translate" and after.exists()
    if (change.verb, change.kind) == ("close", "claim"):
        return isinstance(row, ClaimSubject if change.parts else Relation)
    return change.verb in ENDING.get(type(row), {"close"})


ENDING: dict[type, set[str]] = {
    Appearance: {"strike", "merge"},
    ClaimSubject: {"close", "merge"},
    Relation: {"close", "merge"},
    ReplyClaim: {"merge"},
    Hold: {"lift"},
}


def proposals_were_decided_by_another(progress: Progress) -> Iterator[str]:
    for row in _rows(Proposal.objects.for_list().select_related("change"), progress):
        if row.state == State.OVERRIDDEN and (row.change is None or row.change.approval != Approval.OVERRIDE):
            yield f"{row.key} was carried out alone, and the ledger does not say so"
        if row.state != State.APPROVED:
            continue
        decided = row.change and (row.change.key, row.change.by_id, row.change.approved_by_id)
        elsewhere = row.verb in {"translate", "ask", "answer"}  # the change is that of the passage or the request
        key = row.change.key if row.change and elsewhere else row.named_in_the_ledger[1]
        if row.decided_by_id in {None, row.by_id} or decided != (key, row.by_id, row.decided_by_id):
            yield f"{row.key} was approved by nobody else"


def _owner_of_reply_claim(row: ReplyClaim) -> str:
    return row.request.key if row.since.verb == "ask" else row.claim.key


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
    (Sighting, {"sight"}, lambda r: r.passage.ref, ("passage__capture__source",)),
    (Translation, {"translate"}, lambda r: r.passage.ref, ("until", "passage__capture__source")),
    (Claim, {"record"}, lambda r: r.key, ()),
    (ClaimSubject, {"record", "add", "absorb"}, lambda r: r.claim.key, ("until", "claim")),
    (Wording, {"record", "reword"}, lambda r: r.claim.key, ("claim",)),
    (Appearance, {"appear", "absorb"}, lambda r: r.claim.key, ("until", "claim")),
    (Assessment, {"assess"}, lambda r: r.claim.key, ("claim",)),
    (Speaker, {"appear", "absorb"}, lambda r: r.appearance.claim.key, ("appearance__claim",)),
    (Figure, {"appear", "absorb"}, lambda r: r.appearance.claim.key, ("appearance__claim",)),
    (Citation, {"assess"}, lambda r: r.assessment.claim.key, ("assessment__claim",)),
    (Relation, {"relate", "absorb"}, lambda r: r.claim.key, ("until", "claim")),
    (Correction, {"reword", "assess", "strike", "withdraw"}, lambda r: r.claim.key, ("claim",)),
    (Hold, {"hold"}, lambda r: r.claim.key, ("until", "claim")),
    (ReplyRequest, {"ask"}, lambda r: r.key, ()),
    (Reply, {"answer"}, lambda r: r.request.key, ("request",)),
    (ReplyClaim, {"ask", "absorb"}, _owner_of_reply_claim, ("until", "request", "claim")),
]
MANY = {Name, ClaimSubject, Speaker, Figure, Citation, ReplyClaim}  # a change may bring several


def the_index_says_what_claims_say(progress: Progress) -> Iterator[str]:
    for key in differences(progress):
        yield f"The search finds {key} by other words than it has. Run manage.py reindex"


QUESTIONS = [
    triggers_are_there,
    ledger_is_unbroken,
    redactions_were_decided,
    catalogue_is_as_its_last_change_left_it,
    sources_are_public_with_their_claims,
    captures_are_whole,
    passages_are_verbatim,
    seals_hold,
    dates_have_their_bounds,
    claims_stand_on_their_history,
    appearances_are_whole,
    assessments_are_founded,
    rows_were_brought_by_their_change,
    proposals_were_decided_by_another,
    the_index_says_what_claims_say,
]
