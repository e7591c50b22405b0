"""What is told outside of what readers see: messages, and how far the ledger was told. Private, no part of the record."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from sources import keys
from sources.models import Change, Clock

from .claims import Claim


class Event(models.TextChoices):
    """What a message is about: the `type` of its body."""

    PUBLISHED = "claim.published", "readers see a claim that they did not see"
    STATUS = "claim.status_changed", "the status of a claim changed"
    UPDATED = "claim.updated", "something else of a claim changed: its words, its evidence, where it appears"
    CORRECTED = "claim.corrected", "we were wrong about a claim, and say so"
    HIDDEN = "claim.hidden", "readers do not see a claim for now"
    WITHDRAWN = "claim.withdrawn", "a claim was withdrawn"
    MERGED = "claim.merged", "a claim went over to another"
    ASKED = "reply.requested", "somebody was asked for their side"
    REPLIED = "reply.recorded", "what came of asking them"
    SOURCE = "source.changed", "a source was edited or retracted, or words quoted from it changed"
    TEST = "desk.test", "a test that an administrator sent"


class Told(models.Model):
    """How far the ledger has been told outside, one row. There is none as long as nobody has followed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    change = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="told_is_one_row", condition=Q(id=1))]

    def __str__(self):
        return f"told up to change {self.change}"

    @classmethod
    def begin(cls) -> int:
        """What changes from now on is told; the number of the last change before."""
        now = Clock.objects.values_list("number", flat=True).first() or 0
        cls.objects.get_or_create(id=1, defaults={"change": now})
        return now


class Message(models.Model):
    """Something that happened, in the bytes in which it was told last."""

    key = models.CharField(max_length=40, unique=True, default=keys.event_key)
    type = models.CharField(max_length=24, choices=Event.choices)
    change = models.ForeignKey(Change, models.PROTECT, null=True, related_name="+")
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, related_name="+")
    payload = models.TextField()
    made_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["change", "type", "claim"], name="told_once")]
        indexes = [models.Index("claim", "change", name="message_about_claim")]

    def __str__(self):
        return f"{self.key}: {self.type}"
