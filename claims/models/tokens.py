"""What programs act with: tokens of the API. Private, and no part of the record."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from sources.keys import new_key
from sources.recording import may, refuse_unless_may

START = "fdk_"
SHOWN = 8  # characters of a token by which its account recognises it
LONGEST = timedelta(days=366)
NOTED_EVERY = timedelta(minutes=1)  # no write to the database for each request


class Scope(models.TextChoices):
    """What a token may be used for. An act needs the scope and the role of its account."""

    READ_UNPUBLISHED = "read-unpublished", "read what readers do not see"
    RECORD = "record", "record"
    PROPOSE = "propose", "propose"
    APPROVE = "approve", "approve"
    ADMINISTER = "administer", "override, release and manage"


# The acts of a role (claims/roles.py) that each scope leaves to a token.
ACTS = {
    Scope.READ_UNPUBLISHED: frozenset[str](),
    Scope.RECORD: frozenset({"record"}),
    Scope.PROPOSE: frozenset({"propose"}),
    Scope.APPROVE: frozenset({"approve"}),
    Scope.ADMINISTER: frozenset({"override", "release", "manage"}),
}


def column(scope: str) -> str:
    """The column that says whether a token has a scope."""
    return scope.replace("-", "_")


def hash_of(secret: str) -> str:
    """256 random bits are guessed from no hash, however fast it is made."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class TokenQuerySet(models.QuerySet):
    @transaction.atomic
    def make(self, *, by, name: str, scopes, expires_at) -> tuple["Token", str]:
        """A token of an account's own, and its secret, which is kept nowhere and shown once."""
        refuse_unless_may(by, "record")
        if not name.strip():
            raise ValidationError({"name": "Say what the token is for, so that you know it again"})
        if not scopes:
            raise ValidationError({"scopes": "Choose what it may be used for"})
        for scope in scopes:
            if not scope_is_of(by, scope):
                raise ValidationError({"scopes": f"Your account cannot {Scope(scope).label}, and no token of it can"})
        if not timezone.now() < expires_at <= timezone.now() + LONGEST:
            raise ValidationError({"expires_at": f"A token ends within {LONGEST.days} days"})
        shown = new_key(START, SHOWN)
        secret = f"{shown}{secrets.token_urlsafe(32)}"
        given: Any = {column(scope): True for scope in scopes}
        model: Any = self.model
        token = model(user=by, name=name, shown=shown, sha256=hash_of(secret), expires_at=expires_at, **given)
        token.full_clean()
        token.save()
        return token, secret

    def valid(self):
        """Those that open something: not over, not revoked, of an account that is open."""
        return self.filter(expires_at__gt=timezone.now(), revoked_at__isnull=True, user__is_active=True)

    def of_secret(self, secret: str) -> "Token | None":
        """The valid token with this secret."""
        found: Any = self.valid().select_related("user").filter(sha256=hash_of(secret)).first()
        return found

    def seen_by(self, user):
        """Everybody's own; who manages the desk sees all."""
        return self if may(user, "manage") else self.filter(user=user)


def scope_is_of(user, scope: str) -> bool:
    """Whether the role of an account leaves anything to this scope."""
    return may(user, "record") and (not ACTS[Scope(scope)] or any(may(user, act) for act in ACTS[Scope(scope)]))


class Token(models.Model):
    """What a program acts with in the name of an account, for a while, as far as its scopes go."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens", verbose_name="account")
    name = models.CharField("what it is for", max_length=80)
    shown = models.CharField("begins with", max_length=20, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    read_unpublished = models.BooleanField(default=False)
    record = models.BooleanField(default=False)
    propose = models.BooleanField(default=False)
    approve = models.BooleanField(default=False)
    administer = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField("last used", null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "API token"
        constraints = [
            models.CheckConstraint(name="token_ends_after_it_began", condition=Q(expires_at__gt=F("made_at"))),
            models.CheckConstraint(
                name="somebody_revoked_the_token",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.shown}…"

    @property
    def scopes(self) -> list[Scope]:
        return [scope for scope in Scope if getattr(self, column(scope))]

    @property
    def acts(self) -> frozenset[str]:
        """What it leaves to be done, where the role of its account allows it too."""
        return frozenset[str]().union(*(ACTS[scope] for scope in self.scopes))

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now() and self.user.is_active

    def note_use(self) -> None:
        """When it was used last, to the minute."""
        now = timezone.now()
        if self.used_at is None or now - self.used_at >= NOTED_EVERY:
            type(self).objects.filter(pk=self.pk, used_at=self.used_at).update(used_at=now)

    def revoke(self, *, by) -> None:
        """Ends it, for good."""
        if by != self.user and not may(by, "manage"):
            raise PermissionDenied("Only its own account and who manages the desk can revoke a token.")
        type(self).objects.filter(pk=self.pk, revoked_at__isnull=True).update(revoked_at=timezone.now(), revoked_by=by)
        self.refresh_from_db()
