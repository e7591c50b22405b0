from datetime import datetime, time, timedelta
from typing import Any

from django.core import signing
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from sources import keys
from sources.models.errands import Leased

from .claims import Claim
from .telling import Told

TO_CONFIRM = timedelta(days=3)  # after which an address that nobody confirmed is forgotten
PAUSE = timedelta(minutes=10)  # between two mails to one follower, so that many changes make one mail
MORNING = time(6)  # UTC
SALT = "claims.followers"


class How(models.TextChoices):
    AT_ONCE = "at_once", gettext_lazy("At once, when something changes")
    DAILY = "daily", gettext_lazy("Once a day, on days with a change")


class FollowerQuerySet(models.QuerySet):
    def ask(self, address: str, *, claim: Claim | None, how: str) -> "Follower":
        """Somebody wants to be told by mail. Whether the address is theirs, they say by a link that is sent to it.

        What else is known of the address is not looked at, so that no answer can depend on it.
        """
        follower: Any = self.model(address=address, claim=claim, how=how, language=translation.get_language() or "en")
        follower.save(force_insert=True)
        return follower

    def by_token(self, token: str) -> Any:
        """Whose link this is, if it was sent in the last days."""
        try:
            key = signing.TimestampSigner(salt=SALT).unsign(token, max_age=TO_CONFIRM)
        except signing.BadSignature:
            return None
        return self.select_related("claim").filter(key=key).first()

    def confirmed(self):
        return self.filter(confirmed_at__isnull=False)

    def to_invite(self):
        """Those who are to be asked whether they meant it, once."""
        new = self.filter(confirmed_at__isnull=True, invited_at__isnull=True)
        return new.filter(next_at__lte=timezone.now()).order_by("next_at", "id")

    def due(self):
        """Those for whom there is news, and whose time has come."""
        news = self.confirmed().filter(newest__gt=F("told"), next_at__lte=timezone.now())
        return news.order_by("next_at", "id")

    def forget_unconfirmed(self) -> int:
        return self.filter(confirmed_at__isnull=True, asked_at__lt=timezone.now() - TO_CONFIRM).delete()[0]


class Follower(Leased):
    """A reader who is told by mail of one claim, or of all. The address is theirs alone: private, and gone once they stop."""

    key = models.SlugField(max_length=40, unique=True, default=keys.follower_key, editable=False)
    address = models.EmailField()
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, related_name="+", help_text="None: all.")
    how = models.CharField(max_length=8, choices=How.choices)
    language = models.CharField(max_length=35, default="en")
    asked_at = models.DateTimeField(default=timezone.now, db_index=True)
    invited_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    # Numbers of changes: up to which they were told, and the last that there is to tell.
    told = models.BigIntegerField(default=0)
    newest = models.BigIntegerField(default=0)
    refusals = models.PositiveSmallIntegerField(default=0, help_text="Of the address, in a row.")

    objects = FollowerQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["address", "claim"],
                condition=Q(confirmed_at__isnull=False, claim__isnull=False),
                name="follows_a_claim_once",
            ),
            models.UniqueConstraint(
                fields=["address"], condition=Q(confirmed_at__isnull=False, claim__isnull=True), name="follows_all_once"
            ),
            models.CheckConstraint(name="how_to_follow_is_known", condition=Q(how__in=How.values)),
        ]
        indexes = [
            models.Index("claim", condition=Q(confirmed_at__isnull=False), name="follower_of_claim"),
            models.Index("next_at", condition=Q(newest__gt=F("told")), name="follower_with_news"),
        ]

    def __str__(self):
        return f"follower {self.pk}"  # no log names the address

    @property
    def token(self) -> str:
        """What confirms that the address is theirs, for some days."""
        return signing.TimestampSigner(salt=SALT).sign(self.key)

    @transaction.atomic
    def confirm(self) -> None:
        """They meant it. What they asked for before about the same claim, this takes the place of."""
        self.refresh_from_db(from_queryset=type(self)._base_manager.select_for_update())
        if self.confirmed_at:
            return
        now = Told.begin()
        Told.objects.select_for_update().get()  # of two links for one thing, the second finds what the first made
        same = type(self).objects.confirmed().filter(address=self.address, claim=self.claim)
        before = same.first()
        self.told, self.newest = (before.told, before.newest) if before else (now, now)
        same.delete()
        self.confirmed_at = timezone.now()
        self.next_at = self.confirmed_at if self.how == How.AT_ONCE else _next_morning()
        self.save()

    def after_a_mail(self) -> datetime:
        """The moment before which no further mail goes to them."""
        return timezone.now() + PAUSE if self.how == How.AT_ONCE else _next_morning()


def _next_morning() -> datetime:
    now = timezone.now()
    morning = datetime.combine(now.date(), MORNING, tzinfo=now.tzinfo)
    return morning if morning > now else morning + timedelta(days=1)
