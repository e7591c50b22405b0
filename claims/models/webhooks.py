"""Where programs are told, by which secret, and what became of each message. Private, no part of the record."""

import base64
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from sources import keys
from sources.fetching import NotFetched, checked, is_also_allowed, refuse_inside
from sources.models.errands import Leased
from sources.recording import refuse_unless_may

from .telling import Event, Message, Told

OVERLAP = timedelta(hours=24)  # for which the secret of before a rotation signs too
SHOWN = 6  # bytes of a secret that its endpoint is known by: eight letters
REFUSED = "Only addresses that begin with https:// are told"


class EndpointQuerySet(models.QuerySet):
    @transaction.atomic
    def add(self, *, by, url, types=(), description="") -> "Endpoint":
        """Somewhere to tell from now on."""
        refuse_unless_may(by, "manage")
        endpoint: Any = self.model(by=by, salt=secrets.token_bytes(32))
        endpoint._set(url, types, description)
        endpoint.known_by = endpoint._derived(settings.SECRET_KEY, endpoint.number)[:SHOWN]
        endpoint.save(force_insert=True)
        Told.begin()
        return endpoint

    def enabled(self):
        return self.filter(disabled_at__isnull=True)

    def failing(self):
        """Those to which an administrator should look: switched off by the desk, or without an answer for a while."""
        return self.filter(Q(disabled_at__isnull=False, disabled_by__isnull=True) | Q(failing_since__isnull=False))


class Endpoint(models.Model):
    """An address that is told by webhooks (Standard Webhooks 1.0).

    Its secrets are kept nowhere: each is derived from the desk's SECRET_KEY, a salt of the endpoint's own and a number, so
    that neither the database nor a backup of it lets anybody sign in the desk's name.
    """

    key = models.SlugField(max_length=40, unique=True, default=keys.endpoint_key, editable=False)
    url = models.CharField("address", max_length=1000)
    types = models.JSONField(default=list, blank=True, help_text="None: all.")
    description = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    salt = models.BinaryField()
    number = models.PositiveIntegerField(default=1, help_text="Of its secret.")
    known_by = models.BinaryField(help_text="The first bytes of its secret, to know the secret by.")
    known_before = models.BinaryField(null=True, help_text="The same of the secret before.")
    rotated_at = models.DateTimeField(null=True)
    shown = models.BooleanField(default=False, help_text="Its secret was shown, and is not again.")
    failing_since = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=300, blank=True)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = "webhook"

    def __str__(self):
        return f"{self.key} at {self.host}"

    @property
    def host(self) -> str:
        """All of the address that is named where more may not be: its path may be a secret."""
        return urlsplit(self.url).netloc

    @property
    def prefix(self) -> str:
        """By which an administrator knows the secret that signs now."""
        return "whsec_" + base64.b64encode(self.known_by).decode()

    @property
    def failing(self) -> bool:
        return self.failing_since is not None

    def wants(self, event: str) -> bool:
        return not self.types or event in self.types

    def secrets(self) -> list[str]:
        """Those that sign now, the newest first; none where the desk's SECRET_KEY is another than it was."""
        found = [self._secret(self.number, self.known_by)]
        if self.rotated_at and self.rotated_at > timezone.now() - OVERLAP:
            found.append(self._secret(self.number - 1, self.known_before))
        return [secret for secret in found if secret]

    def _secret(self, number: int, known_by) -> str:
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            secret = self._derived(key, number)
            if hmac.compare_digest(secret[:SHOWN], bytes(known_by or b"")):
                return "whsec_" + base64.b64encode(secret).decode()
        return ""

    def _derived(self, key: str | bytes, number: int) -> bytes:
        value = f"{self.key}:{bytes(self.salt).hex()}:{number}"
        return salted_hmac("claims.webhooks", value, secret=key, algorithm="sha256").digest()

    def _set(self, url: str, types, description: str) -> None:
        refuse_unsafe(url)
        if unknown := set(types) - set(Event.values):
            raise ValidationError({"types": f"There is no event {', '.join(sorted(unknown))}"})
        self.url, self.types, self.description = url.strip(), sorted(types), description
        self.clean_fields(exclude={f.name for f in self._meta.fields} - {"url", "description"})

    @transaction.atomic
    def edit(self, *, by, url, types=(), description="") -> None:
        """Another address, or other events; its secret stays."""
        refuse_unless_may(by, "manage")
        self._lock()
        self._set(url, types, description)
        self.save()

    @transaction.atomic
    def show_secret(self, *, by) -> str:
        """The secret that signs now, once."""
        refuse_unless_may(by, "manage")
        self._lock()
        found = self._secret(self.number, self.known_by)
        if self.shown or not found:
            raise ValidationError("The secret was shown, and is not shown again. Make a new one if it was lost")
        self.shown = True
        self.save()
        return found

    @transaction.atomic
    def rotate(self, *, by) -> None:
        """A new secret. The one before signs too for a day, so that the receiver has time to change over."""
        refuse_unless_may(by, "manage")
        self._lock()
        self.number += 1
        self.known_before = self.known_by
        self.known_by = self._derived(settings.SECRET_KEY, self.number)[:SHOWN]
        self.rotated_at, self.shown = timezone.now(), False
        self.save()

    @transaction.atomic
    def switch_off(self, *, by) -> None:
        refuse_unless_may(by, "manage")
        self._lock()
        if self.disabled_at is None:
            self.disabled_at, self.disabled_by, self.why = timezone.now(), by, "Switched off by an administrator"
            self.save()

    @transaction.atomic
    def switch_on(self, *, by) -> None:
        """It is told again. What waited goes out now; what happened meanwhile was not kept for it."""
        refuse_unless_may(by, "manage")
        self._lock()
        self.disabled_at, self.disabled_by, self.why, self.failing_since = None, None, "", None
        self.save()

    def _lock(self) -> None:
        self.refresh_from_db(from_queryset=type(self)._base_manager.select_for_update())


def refuse_unsafe(url: str) -> None:
    """An endpoint is reached by HTTPS, and outside; but for machines that the operator named."""
    try:
        parts = urlsplit(checked(url))
        if parts.scheme != "https" and not is_also_allowed(str(parts.hostname), parts.port):
            raise NotFetched(REFUSED)
        refuse_inside(url)
    except NotFetched as refusal:
        raise ValidationError({"url": refusal.messages}) from None


class DeliveryState(models.TextChoices):
    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead", "given up"


class DeliveryQuerySet(models.QuerySet):
    def waiting(self):
        """Those that are still tried; of an endpoint that is switched off they stay."""
        return self.filter(state=DeliveryState.WAITING, endpoint__disabled_at__isnull=True)

    def due(self):
        return self.waiting().filter(next_at__lte=timezone.now()).order_by("next_at", "id")


class Delivery(Leased):
    """A message on its way to one endpoint, until it has arrived or is given up."""

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries")
    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=9, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    said = models.CharField("last answer", max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "message"], name="delivered_once_to_each"),
            models.CheckConstraint(name="delivery_state_is_known", condition=Q(state__in=DeliveryState.values)),
        ]
        indexes = [models.Index("endpoint", "next_at", condition=Q(state="waiting"), name="delivery_due")]

    def __str__(self):
        return f"{self.message_id} to {self.endpoint_id}"

    def note(self, said: str, state: str, next_at: datetime | None) -> bool:
        """What came of a try; nothing where it was asked for anew meanwhile."""
        held = self.held().filter(state=DeliveryState.WAITING)
        self.attempts += 1
        self.asked_at, self.said, self.state, self.next_at = timezone.now(), said[:300], state, next_at
        names = ("attempts", "asked_at", "said", "state", "next_at")
        return bool(held.update(**{name: getattr(self, name) for name in names}))

    def drop(self, why: str) -> None:
        """It is not sent, and not tried again."""
        held = self.held().filter(state=DeliveryState.WAITING)
        self.said, self.state, self.next_at = why, DeliveryState.DEAD, None
        held.update(said=self.said, state=self.state, next_at=None)

    def again(self, *, by) -> None:
        """It is sent once more, with the same id and as if for the first time."""
        refuse_unless_may(by, "manage")
        self.state, self.attempts, self.next_at = DeliveryState.WAITING, 0, timezone.now()
        self.save(update_fields=["state", "attempts", "next_at"])
