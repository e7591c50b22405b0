from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from sources.keeping import Kept, Rule
from sources.models.record import Row, Sealed
from sources.moments import known

from .assessing import Code, Status
from .seeing import seen


class CorrectionKind(models.TextChoices):
    CORRECTION = "correction", gettext_lazy("Correction")
    CLARIFICATION = "clarification", gettext_lazy("Clarification")
    REMOVAL = "removal", gettext_lazy("Removal")


# Why words that readers see change: we were wrong, or something is new.
CHANGES = [Code.OUR_ERROR, Code.NEW_EVIDENCE, Code.SOURCE_RETRACTED, Code.SOURCE_CHANGED]


@dataclass(frozen=True)
class Corrected:
    """How an error of ours is put right. Plain values, so that a proposal can wait."""

    kind: str
    why: str


class CorrectionQuerySet(models.QuerySet):
    def shown(self):
        """Those of claims that readers see, or saw, and of claims that were merged into one that they see."""
        return self.filter(seen() | Q(claim__merged_into__public=True))

    def for_page(self):
        """Those that had been made by the moment that is asked for, newest first."""
        return self.filter(known()).select_related("since").order_by("-since")

    def for_list(self):
        return self.select_related("since", "claim__wording")


class Correction(Sealed, Row):
    """We were wrong, and say so: what stood, what stands now, and why. Made by the act that changes it, never beside it."""

    claim = models.ForeignKey("Claim", models.PROTECT, related_name="corrections")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=13, choices=CorrectionKind.choices)
    before = models.TextField(blank=True)
    now = models.TextField(blank=True)
    why = models.TextField()
    status_before = models.CharField(max_length=12, choices=Status.choices)
    status_now = models.CharField(max_length=12, choices=Status.choices)

    objects = CorrectionQuerySet.as_manager()

    kept = Kept(
        personal=("before", "now", "why"),
        rules=(
            Rule(
                "is_of_its_act",
                "INSERT",
                "NOT EXISTS (SELECT 1 FROM sources_change c JOIN claims_claim k ON k.key = c.key WHERE c.id = NEW.since_id "
                "AND c.kind = 'claim' AND c.public_number IS NOT NULL AND k.id = NEW.claim_id "
                "AND c.verb IN ('reword', 'assess', 'strike', 'withdraw'))",
                "claims_correction: a correction is made by the act that changes what readers see",
            ),
        ),
    )

    class Meta:
        ordering = ["claim", "number"]
        constraints = [
            models.CheckConstraint(name="correction_kind_is_known", condition=Q(kind__in=CorrectionKind.values)),
            models.CheckConstraint(name="correction_says_why", condition=~Q(why="") | Q(salt="")),
            models.UniqueConstraint(fields=["claim", "number"], name="correction_is_numbered"),
            models.UniqueConstraint(fields=["since"], name="one_correction_an_act"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}"

    @property
    def ref(self) -> str:
        return f"{self.claim.key}/{self.number}"

    @property
    def effect(self) -> str:
        """What became of the claim's status by it."""
        if self.status_before == self.status_now:
            said = gettext("The status did not change: {status}.")
            return said.format(status=self.get_status_now_display().lower())
        before, now = self.get_status_before_display().lower(), self.get_status_now_display().lower()
        return gettext("The status changed from {before} to {now}.").format(before=before, now=now)

    def get_absolute_url(self):
        return f"{reverse('claim', args=[self.claim.key])}#correction-{self.number}"


def refuse_uncoded(code: str, because: str, correcting: Corrected | None) -> None:
    """What readers see changes for a reason that has a name, and an error of ours is put right in the open."""
    if code not in CHANGES:
        named = ", ".join(str(c.label) for c in CHANGES)
        raise ValidationError({"code": f"Readers see this. Say why it changes: {named}"}, code="uncoded")
    if code != Code.OUR_ERROR and not because.strip():
        raise ValidationError({"because": "Say what is new, in a sentence. Readers see it"})
    refuse_uncorrected(code, correcting)


def refuse_uncorrected(code: str, correcting: Corrected | None) -> None:
    """Our error makes a correction, and nothing else does."""
    if code != Code.OUR_ERROR and correcting:
        raise ValidationError({"code": "Only an error of ours is corrected. Anything else is an update"})
    if code == Code.OUR_ERROR and not correcting:
        raise ValidationError({"correction": "Say whether this is a correction, a clarification or a removal"})
    if correcting and correcting.kind not in CorrectionKind.values:
        raise ValidationError({"correction": f"{correcting.kind} is not a kind of correction"})
    if correcting and not correcting.why.strip():
        raise ValidationError({"correction_why": "Say what was wrong. Readers see it"})
