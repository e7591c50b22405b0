"""What was answered to a program, so that what is sent twice is done once. Private, and no part of the record."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .tokens import Token

KEPT_FOR = timedelta(hours=48)
LEASE = timedelta(minutes=3)  # after which nobody is at work any more who died


class InFlight(Exception):
    """The same is being done at this moment."""


class Otherwise(Exception):
    """Something else was sent under this key."""


class Lost(Exception):
    """Another has taken over what this one was slow to do."""


def digest(*parts: bytes) -> bytes:
    """Who has the table alone cannot tell from it what was sent."""
    long = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return salted_hmac("claims.models.resending", hashlib.sha256(long).hexdigest(), algorithm="sha256").digest()


class AnsweredQuerySet(models.QuerySet):
    def begin(self, token: Token, key: str, method: str, path: str, body: bytes) -> "Answered":
        """The answer that was given, or the right to give it: of two that send the same, one has it.

        It is written at once, outside of the act, so that the other learns of it. The answer is noted in the
        transaction of the act (`note`): who dies before that has done nothing, and after it has done it once.
        """
        named, asked = digest(key.encode()), digest(method.encode(), path.encode(), body)
        now = timezone.now()
        self.filter(token=token, named=named, expires_at__lte=now).delete()
        mine: Any = {"asked": asked, "holder": secrets.token_bytes(16), "begun_at": now, "expires_at": now + KEPT_FOR}
        model: Any = self.model
        try:
            with transaction.atomic():
                return model.objects.create(token=token, named=named, **mine)
        except IntegrityError:
            there: Any = self.filter(token=token, named=named).first()
        if there is None:  # it was given up in this moment
            raise InFlight
        if bytes(there.asked) != asked:
            raise Otherwise
        if there.status is not None:
            return there
        left = self.filter(pk=there.pk, status__isnull=True, begun_at=there.begun_at, begun_at__lte=now - LEASE)
        if not left.update(**mine):
            raise InFlight
        return model.objects.get(pk=there.pk)

    def over(self):
        """Those that are kept no longer."""
        return self.filter(expires_at__lte=timezone.now())


class Answered(models.Model):
    """An act that a program named, and what was answered to it; without a status it is being done."""

    token = models.ForeignKey(Token, models.CASCADE, related_name="answered")
    named = models.BinaryField(max_length=32)
    asked = models.BinaryField(max_length=32)
    holder = models.BinaryField(max_length=16)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.JSONField(null=True)
    needs = models.JSONField(default=list, help_text="What its account was asked to be allowed.")
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    objects = AnsweredQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["token", "named"], name="answered_once"),
            models.CheckConstraint(
                name="answer_is_a_success", condition=Q(status__isnull=True) | Q(status__gte=200, status__lt=300)
            ),
        ]

    def __str__(self):
        return f"answer {self.pk}"

    @property
    def _mine(self):
        return type(self).objects.filter(pk=self.pk, holder=self.holder, status__isnull=True)

    def note(self, status: int, headers: dict[str, str], body: Any, needs: Iterable[str] = ()) -> None:
        """The answer, in the transaction of the act. Whoever lost the right to it does nothing."""
        if not self._mine.update(status=status, headers=headers, body=body, needs=sorted(needs)):
            raise Lost

    def give_up(self) -> None:
        """Nothing was done: the same may be sent anew."""
        self._mine.delete()


def forget_answers() -> None:
    Answered.objects.over().delete()
