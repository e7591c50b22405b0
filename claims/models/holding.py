from django.db import models
from django.db.models import Q
from django.utils import timezone

from sources.keeping import Kept
from sources.models.record import ClosingQuerySet, ClosingRow


class HoldKind(models.TextChoices):
    LEGAL = "legal", "for legal reasons"
    SAFETY = "safety", "for somebody's safety"
    EMBARGO = "embargo", "under an embargo"


class HoldQuerySet(ClosingQuerySet):
    def over(self):
        """Those that stand, and whose end has come."""
        return self.live().filter(ends_at__lte=timezone.now())

    def for_list(self):
        return self.select_related("claim__wording", "since__by")


class Hold(ClosingRow):
    """Why a claim may be neither shown nor withdrawn for now. Private: its reason is the note of its change."""

    claim = models.ForeignKey("Claim", models.PROTECT, related_name="holds")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=HoldKind.choices)
    ends_at = models.DateTimeField(null=True, blank=True, help_text="An embargo ends then by itself.")

    objects = HoldQuerySet.as_manager()  # type: ignore[misc]

    kept = Kept(closes=True)

    class Meta:
        ordering = ["claim", "number"]
        constraints = [
            models.CheckConstraint(name="hold_kind_is_known", condition=Q(kind__in=HoldKind.values)),
            models.CheckConstraint(name="embargo_has_an_end", condition=~Q(kind="embargo") | Q(ends_at__isnull=False)),
            models.UniqueConstraint(fields=["claim", "number"], name="hold_is_numbered"),
            models.UniqueConstraint(fields=["claim", "kind"], condition=Q(until__isnull=True), name="held_once_a_kind"),
        ]
        indexes = [models.Index("ends_at", condition=Q(until__isnull=True), name="hold_by_end")]

    def __str__(self):
        return f"held {self.get_kind_display()}"
