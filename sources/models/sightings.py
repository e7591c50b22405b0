from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q

from ..recording import record
from .record import Row, Verb
from .texts import Capture, Passage


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
        change = record(Verb.SIGHT, "passage", passage.ref, by=by, shows=passage.is_shown)
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
