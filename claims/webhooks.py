"""Sends messages to endpoints by Standard Webhooks 1.0: at least once to each, under one id, until it answers 2xx or is given up."""

import logging
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db.models import Exists, OuterRef
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from sources.fetching import Fetched, post

from .models import Delivery, DeliveryState, Endpoint, Event, Message
from .models.webhooks import refuse_unsafe
from .telling import body_now, message

log = logging.getLogger(__name__)
# The schedule of the specification, after each try that failed.
WAITS = [
    *(timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5)),
    *(timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24)),
]
JITTER = 0.2  # of each wait, so that what failed together does not come again together
SECONDS = 20  # for an answer
LEASE = timedelta(minutes=2)  # longer than an answer may take
TIRED = 3  # failures in a row, after which an endpoint keeps no other waiting in this round
GIVEN_UP = timedelta(
    days=5
)  # of failures, after which an endpoint is switched off: longer than all tries of one message
LONGEST = timedelta(hours=24)  # that an endpoint may ask us to wait
NOT_SENT = "Not sent: readers do not see any more what it tells"
NO_SECRET = "Its secret is of another SECRET_KEY than the desk has now. Make a new secret"


def deliver(*, limit: int) -> Iterator[Delivery]:
    """Sends what is due, up to so many messages to each endpoint. One that fails keeps no other waiting."""
    due = Delivery.objects.due()
    for endpoint in Endpoint.objects.enabled().filter(Exists(due.filter(endpoint=OuterRef("pk")))):
        failed = 0
        for delivery in due.filter(endpoint=endpoint).select_related("message__change", "endpoint")[:limit]:
            if failed >= TIRED or not Endpoint.objects.enabled().filter(pk=endpoint.pk).exists():
                break
            if delivery.take(LEASE):
                if not may_be_sent(delivery.message):
                    delivery.drop(NOT_SENT)
                else:
                    failed = 0 if attempt(delivery) else failed + 1
                yield delivery


def may_be_sent(told: Message) -> bool:
    """Whether readers still see what a message tells. It tells no more than they see at this moment."""
    body = body_now(told)
    if body and body != told.payload:
        told.payload = body
        told.save(update_fields=["payload"])
    return bool(body)


def attempt(delivery: Delivery) -> bool:
    """One try; whether it arrived."""
    endpoint = delivery.endpoint
    try:
        answer = _send(endpoint, delivery.message)
    except ValidationError as refusal:
        _failed(delivery, " ".join(refusal.messages))
        return False
    except Exception as error:  # a fault of ours is tried again like any other
        log.exception("Message %s could not be sent to %s", delivery.message.key, endpoint)
        _failed(delivery, f"It could not be sent: {type(error).__name__}")
        return False
    said = f"It answered {answer.status}"
    if 200 <= answer.status < 300:
        delivery.note(said, DeliveryState.DELIVERED, None)
        Endpoint.objects.filter(pk=endpoint.pk, failing_since__isnull=False).update(failing_since=None)
        return True
    _failed(delivery, said, wait=_asked_to_wait(answer))
    if answer.status == 410:
        disable(endpoint, "It answered 410: it wants no more messages")
    return False


def _send(endpoint: Endpoint, sent: Message) -> Fetched:
    refuse_unsafe(endpoint.url)
    secrets = endpoint.secrets()
    if not secrets:
        raise ValidationError(NO_SECRET)
    return post(endpoint.url, sent.payload.encode(), signed(sent, secrets), seconds=SECONDS)


def signed(sent: Message, secrets: list[str]) -> dict[str, str]:
    """The headers by which a receiver knows who sends, which message, and when this try was made."""
    now = datetime.now(UTC)  # aware and in UTC: the library takes any other zone's clock for UTC
    return {
        "Content-Type": "application/json",
        "webhook-id": sent.key,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(sent.key, now, sent.payload) for secret in secrets),
    }


def _failed(delivery: Delivery, said: str, wait: timedelta = timedelta()) -> None:
    """Noted, and tried again when its time comes, or given up. An endpoint that has failed for days is switched off."""
    tried, endpoint = delivery.attempts, delivery.endpoint
    if tried < len(WAITS):
        wait = max(wait, WAITS[tried] * (1 + JITTER * random.random()))
        delivery.note(said, DeliveryState.WAITING, timezone.now() + wait)
    else:
        delivery.note(f"Given up after {tried + 1} tries. {said}", DeliveryState.DEAD, None)
    Endpoint.objects.filter(pk=endpoint.pk, failing_since__isnull=True).update(failing_since=timezone.now())
    since = Endpoint.objects.values_list("failing_since", flat=True).get(pk=endpoint.pk)
    if since and since < timezone.now() - GIVEN_UP:
        disable(endpoint, f"Nothing arrived for {GIVEN_UP.days} days. {said}")


def _asked_to_wait(answer: Fetched) -> timedelta:
    """What an overloaded endpoint asks for, in seconds or as a date, up to a day."""
    told = answer.headers.get("retry-after", "").strip()
    if answer.status not in {429, 502, 503, 504} or not told:
        return timedelta()
    if told.isascii() and told.isdigit():
        return min(timedelta(seconds=min(int(told), LONGEST.total_seconds())), LONGEST)
    try:
        at = parsedate_to_datetime(told)
    except ValueError:
        return timedelta()
    return min(at.replace(tzinfo=at.tzinfo or UTC) - timezone.now(), LONGEST)


def disable(endpoint: Endpoint, why: str) -> None:
    """Switches an endpoint off, once, and tells those who manage the desk."""
    on = Endpoint.objects.enabled().filter(pk=endpoint.pk)
    if not on.update(disabled_at=timezone.now(), why=why[:300]):
        return
    chiefs = User.objects.with_perm("claims.manage", backend="django.contrib.auth.backends.ModelBackend")
    send_mail(
        f"Webhook {endpoint.key} was switched off",
        f"The desk tells nothing more to the webhook {endpoint.key} at {endpoint.host}.\n{why}.\n\n"
        "Look at it in the admin, and switch it on again there.\n",
        None,
        sorted({chief.email for chief in chiefs if chief.email}),
        fail_silently=True,  # the work queue tells it too
    )


def test(endpoint: Endpoint) -> Delivery:
    """Sends a message that says nothing, now, and tells what came of it."""
    sent = message(Event.TEST, None, {}, "/", "/")
    sent.save()
    delivery = Delivery.objects.create(endpoint=endpoint, message=sent)
    if delivery.take(LEASE):
        attempt(delivery)
    return delivery
