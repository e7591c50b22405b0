from contextlib import suppress
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.db.models import Q
from django.utils import timezone

from ..recording import record
from .catalogue import Source
from .record import Row, Verb
from .texts import Capture, Passage

EVERY = timedelta(days=1)
LONGEST = timedelta(days=30)  # between two tries at an address that does not answer
NOISY_AFTER = 3  # changes in a row that touch no quote


class Outcome(models.TextChoices):
    EXACT = "exact", "stands as it was"
    ALTERED = "altered"
    MISSING = "missing"


class Sighting(Row):
    """What became of a passage in a later capture of its source. A near match is told, and never taken for the quote."""

    passage = models.ForeignKey(Passage, models.PROTECT, related_name="sightings")
    capture = models.ForeignKey(Capture, models.PROTECT, related_name="sightings")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    distance = models.PositiveIntegerField(null=True, blank=True, help_text="Characters that differ.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="outcome_is_known", condition=Q(outcome__in=Outcome.values)),
            models.CheckConstraint(
                name="sighting_says_where",
                condition=Q(outcome="missing", start__isnull=True, end__isnull=True)
                | ~Q(outcome="missing") & Q(start__isnull=False, end__isnull=False),
            ),
            models.CheckConstraint(name="exact_differs_in_nothing", condition=~Q(outcome="exact") | Q(distance=0)),
        ]

    def __str__(self):
        return f"{self.get_outcome_display()}, passage {self.passage_id}"

    @classmethod
    @transaction.atomic
    def of(cls, passage: Passage, capture: Capture, found, *, by=None) -> "Sighting":
        """Records where a passage stands in a capture."""
        change = record(Verb.SIGHT, "passage", passage.ref, by=by)
        sighting = cls(
            passage=passage,
            capture=capture,
            outcome=found.outcome,
            start=found.start,
            end=found.end,
            distance=found.distance,
            since=change,
        )
        sighting.save()
        return sighting

    @property
    def words(self) -> str:
        """What stands there now."""
        return "" if self.start is None else self.capture.text[self.start : self.end]

    def clean(self):
        if self.outcome == Outcome.EXACT and self.capture.text and self.words != self.passage.exact:
            raise ValidationError("The words that stand there are not the quotation")


class WatchQuerySet(models.QuerySet):
    def due(self):
        """Those to be asked now, the longest waiting first."""
        return self.filter(next_at__lte=timezone.now(), source__url__gt="").order_by("next_at", "id")


class Watch(models.Model):
    """A source whose address is asked again and again; how that goes. Private, and no part of the record."""

    source = models.OneToOneField(Source, models.PROTECT, related_name="watch")
    next_at = models.DateTimeField(default=timezone.now, db_index=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    etag = models.CharField(max_length=500, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    seen_sha256 = models.CharField(max_length=64, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    idle_changes = models.PositiveSmallIntegerField(default=0, help_text="Changes in a row that touched no quote.")
    said = models.CharField(max_length=300, blank=True, help_text="What came of it last.")

    objects = WatchQuerySet.as_manager()

    class Meta:
        ordering = ["next_at", "id"]

    def __str__(self):
        return f"watch of source {self.source_id}"

    @property
    def is_noisy(self) -> bool:
        """Whether the page changes at every visit without touching a quote: dates, adverts. It is reported once."""
        return self.idle_changes >= NOISY_AFTER

    def answered(self, said: str, *, answer=None, idle: bool | None = None) -> None:
        """Notes an answer. `idle`: whether it brought a change that touched no quote; None where nothing changed."""
        if answer is not None:
            told = {n: answer.headers.get(n, "") for n in ("etag", "last-modified")}
            self.etag, self.last_modified = (v[:500] if v.isascii() and len(v) <= 100 else "" for v in told.values())
        if idle is not None:
            self.idle_changes = self.idle_changes + 1 if idle else 0
        self.failures, self.said = 0, said[:300]
        self._wait(EVERY)

    def failed(self, said: str) -> None:
        self.failures += 1
        self.said = said[:300]
        self._wait(min(EVERY * 2**self.failures, LONGEST))

    def _wait(self, time: timedelta) -> None:
        self.asked_at = timezone.now()
        self.next_at = self.asked_at + time
        with suppress(DatabaseError), transaction.atomic():  # an editor may have stopped the watch meanwhile
            self.save(force_update=True)
