"""From the ledger to what is told outside: each public change becomes messages for programs, and news for readers.

The ledger is the outbox. A change is written in the transaction of its act, under the lock of the clock, so numbers are
commit order: whoever reads on from the last one told misses nothing, tells nothing that was rolled back, and costs the act
no query. A message is made in the transaction that notes how far the ledger was told, of what readers see then; its body
is made anew at each try, so that nothing goes out that they see no more.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from sources.dates import rfc3339
from sources.models import Change, Outcome, Passage, Sighting, Source, Verb
from sources.models.showing import carries

from .models import (
    Claim,
    Correction,
    Delivery,
    DeliveryState,
    Endpoint,
    Event,
    Follower,
    Message,
    ReplyClaim,
    Stage,
    Standing,
    Told,
)
from .speaking import in_english

BATCH = 200  # changes that are told in one transaction
KEPT = timedelta(days=30)  # for which a message is kept after it has arrived
GONE = {Event.HIDDEN, Event.WITHDRAWN, Event.MERGED}  # how a claim stood readers see no more
# What readers are told of by mail.
MAILED = [Event.PUBLISHED, Event.STATUS, Event.CORRECTED, Event.WITHDRAWN, Event.MERGED, Event.REPLIED]


def tell() -> int:
    """Makes the messages of the next changes that nobody was told of; how many changes that were."""
    told = Told.objects.first()
    if told is None or not Change.objects.filter(id__gt=told.change).exists():
        return 0
    with transaction.atomic():
        told = Told.objects.select_for_update().get()
        changes = list(Change.objects.filter(id__gt=told.change).order_by("id")[:BATCH])
        if not changes:  # another worker was there first
            return 0
        endpoints, readers = list(Endpoint.objects.enabled()), Follower.objects.confirmed()
        if endpoints or readers.exists():
            _send_out(Message.objects.bulk_create(messages_of(changes)), endpoints)
        told.change = changes[-1].pk
        told.save()
        return len(changes)


def _send_out(messages: list[Message], endpoints: list[Endpoint]) -> None:
    Delivery.objects.bulk_create(
        Delivery(endpoint=endpoint, message=message)
        for message in messages
        for endpoint in endpoints
        if endpoint.wants(message.type)
    )
    last: dict[int | None, int] = {}
    for message in messages:
        if message.type in MAILED and message.change_id:
            last[message.claim_id] = message.change_id
    if last:
        newest = max(last.values())
        about = Q(claim__isnull=True) | Q(claim__in=list(last))
        # Who follows one claim may be told a number too high: it is looked for what there is, and there is nothing.
        Follower.objects.confirmed().filter(about).update(newest=newest)


def body_now(told: Message) -> str:
    """The body of a message as it may be told now: made anew of what readers see; empty where they see nothing of it."""
    if told.change is None:
        return told.payload
    made = [m for m in messages_of([told.change]) if (m.type, m.claim_id) == (told.type, told.claim_id)]
    return made[0].payload if made else ""


@in_english
def messages_of(changes: Iterable[Change]) -> list[Message]:
    """What readers saw by these changes and may see still, in their order; a constant number of queries."""
    ids = [change.pk for change in changes]
    found = [*_of_claims(ids), *_of_replies(changes), *_of_sources(changes), *_of_sightings(ids)]
    return sorted(found, key=lambda message: message.change_id or 0)


def _of_claims(ids: list[int]) -> Iterator[Message]:
    earlier = Standing.objects.filter(claim=OuterRef("claim"), number__lt=OuterRef("number")).order_by("-number")
    standings = (
        Standing.objects.filter(change__in=ids)
        .select_related("change", "claim__merged_into")
        .annotate(
            was_public=Subquery(earlier.values("public")[:1]),
            before=Subquery(earlier.filter(public=True).values("status")[:1]),
        )
    )
    corrections = {c.since_id: c.number for c in Correction.objects.filter(since__in=ids)}
    for standing in standings:
        for event, more in _became(standing, corrections.get(standing.change_id)):
            how = {} if event in GONE else {"from": standing.before, "to": standing.status}
            told = how | {"version": standing.number, **more}
            yield _about_claim(event, standing.change, standing.claim, told, f"#v{standing.number}")


def _became(standing: Any, correction: int | None) -> Iterator[tuple[Event, dict]]:
    """What became of a claim for its readers. Of one that they do not see any more, only that."""
    claim = standing.claim
    if standing.public and claim.public:
        if not standing.was_public:
            yield Event.PUBLISHED, {}
        elif standing.before != standing.status:
            yield Event.STATUS, {}
        elif correction is None:
            yield Event.UPDATED, {}
        if correction is not None:
            yield Event.CORRECTED, {"correction": correction}
    elif standing.was_public and not standing.public:
        if standing.stage != Stage.WITHDRAWN:
            yield Event.HIDDEN, {}
        elif standing.change.verb == Verb.MERGE:
            yield Event.MERGED, {"into": claim.heir.key if claim.heir.public else None}
        else:
            yield Event.WITHDRAWN, {"our_error": correction is not None}


def _of_replies(changes: Iterable[Change]) -> Iterator[Message]:
    acts = [c for c in changes if c.kind == "request" and c.public_number]
    about = ReplyClaim.objects.live().filter(request__key__in=[c.key for c in acts], claim__public=True)
    rows = list(
        about.exclude(request__channel="").select_related("claim", "request").prefetch_related("request__replies")
    )
    for change in acts:
        event = Event.REPLIED if change.verb == Verb.ANSWER else Event.ASKED
        for row in rows:
            if row.request.key == change.key:
                reply = next((r for r in row.request.replies.all() if r.since_id == change.pk), None)
                outcome = {"outcome": reply.outcome} if reply else {}
                yield _about_claim(event, change, row.claim, {"request": change.key, **outcome})


def _of_sources(changes: Iterable[Change]) -> Iterator[Message]:
    edits = {c.pk: c for c in changes if c.kind == "source" and c.verb == Verb.EDIT and c.public_number}
    shown = {source.key: source for source in Source.objects.public().filter(key__in=[c.key for c in edits.values()])}
    for change in edits.values():
        if source := shown.get(change.key):
            yield _about_source(change, source, "retracted" if source.retracted_id == change.pk else "edited")


def _of_sightings(ids: list[int]) -> Iterator[Message]:
    """Quotes that readers see, and that do not stand in their source as they did."""
    shown = Passage.objects.filter(carries(), capture__source__in=Source.objects.public())
    found = Sighting.objects.filter(since__in=ids, passage__in=shown.values("pk")).exclude(outcome=Outcome.EXACT)
    for sighting in found.select_related("since", "passage__capture__source"):
        yield _about_source(sighting.since, sighting.passage.capture.source, f"quote_{sighting.outcome}")


def _about_claim(event: Event, change: Change, claim: Claim, told: dict, place: str = "") -> Message:
    data = {"claim": claim.key, **told}
    return message(
        event, change, data, reverse("claim-detail", args=[claim.key]), claim.get_absolute_url() + place, claim
    )


def _about_source(change: Change, source: Source, what: str) -> Message:
    data = {"source": source.key, "what": what}
    return message(Event.SOURCE, change, data, reverse("source-detail", args=[source.key]), source.get_absolute_url())


def message(event: str, change: Change | None, data: dict, url: str, html_url: str, claim=None) -> Message:
    """A thin message: which thing, what became of it, and where it is read in full."""
    at = change.recorded_at if change else timezone.now()
    data |= {"change": change.public_number} if change else {}
    body = {
        "type": str(event),
        "timestamp": rfc3339(at, "milliseconds"),
        "data": data | {"url": settings.FACTDESK_ADDRESS + url, "html_url": settings.FACTDESK_ADDRESS + html_url},
    }
    return Message(type=event, change=change, claim=claim, payload=json.dumps(body, separators=(",", ":")))


def forget_what_arrived() -> int:
    """Takes away old messages that nobody waits for any more."""
    old = Message.objects.filter(made_at__lt=timezone.now() - KEPT)
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING).values("message")
    late = Follower.objects.confirmed().filter(newest__gt=F("told")).aggregate(told=Min("told"))["told"]
    if late is not None:
        old = old.exclude(change__gt=late)
    return old.exclude(pk__in=waiting).delete()[0]
