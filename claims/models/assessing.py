import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy, pgettext_lazy

from sources.dates import validate_edtf
from sources.keeping import Kept, Rule
from sources.models import Origin, Passage
from sources.models.record import Row, Sealed
from sources.moments import known

from ..calculating import CalculationError, calculate
from ..independence import shared_origin
from ..methods import method_version
from .appearances import TEXTS, only_with_its_parent, translations_of
from .seeing import seen

MARKER = re.compile(r"\[([1-9]\d?)\]")  # of a citation; "[2023]" and "[sic]" are words


class Status(models.TextChoices):
    UNVERIFIED = "unverified", gettext_lazy("Unverified")
    VERIFIED = "verified", gettext_lazy("Verified")
    DISPUTED = "disputed", gettext_lazy("Disputed")


class Stance(models.TextChoices):
    SUPPORTS = "supports", pgettext_lazy("stance", "Supports")
    CONTRADICTS = "contradicts", pgettext_lazy("stance", "Contradicts")
    CONTEXT = "context", pgettext_lazy("stance", "Context")


class Code(models.TextChoices):
    FIRST = "first", gettext_lazy("first finding")
    NEW_EVIDENCE = "new_evidence", gettext_lazy("new evidence")
    OUR_ERROR = "our_error", gettext_lazy("our error")
    SOURCE_RETRACTED = "source_retracted", gettext_lazy("source retracted")
    SOURCE_CHANGED = "source_changed", gettext_lazy("source changed")
    REWORDED = "reworded", gettext_lazy("claim reworded")
    REVIEW_DUE = "review_due", gettext_lazy("review due")


class Balance(models.TextChoices):
    SUPPORTED = "supported", gettext_lazy("the evidence supports it")
    CONTRADICTED = "contradicted", gettext_lazy("the evidence contradicts it")
    CONTESTED = "contested", gettext_lazy("the evidence is contested")
    NONE = "none", gettext_lazy("no evidence either way")


class AssessmentQuerySet(models.QuerySet):
    def shown(self):
        """Those that readers of a public claim see or saw."""
        return self.filter(seen(), known("standings__change"), standings__isnull=False).distinct()

    def for_page(self):
        citations = Citation.objects.for_page()
        return self.select_related("claim", "since").prefetch_related(Prefetch("citations", queryset=citations))


class Assessment(Sealed, Row):
    """The desk's finding at one moment. Only ever added, in one unbroken line."""

    claim = models.ForeignKey("Claim", models.PROTECT, related_name="assessments")
    number = models.PositiveIntegerField()
    previous = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="next")
    wording = models.ForeignKey("Wording", models.PROTECT, related_name="assessments")
    status = models.CharField(max_length=12, choices=Status.choices)
    code = models.CharField(max_length=16, choices=Code.choices)
    about = models.CharField(max_length=64, blank=True, validators=[validate_edtf])
    why = models.CharField(max_length=240)
    reason = models.TextField(blank=True)
    would_change = models.TextField(blank=True)
    method_version = models.CharField(max_length=20, default=method_version)
    review_by = models.DateField(null=True, blank=True)
    citations_count = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = AssessmentQuerySet.as_manager()

    kept = Kept(
        personal=("why", "reason", "would_change"),
        rules=(
            Rule(
                "follows",
                "INSERT",
                "NEW.number > 1 AND NOT EXISTS (SELECT 1 FROM claims_assessment p WHERE p.id = NEW.previous_id "
                "AND p.claim_id = NEW.claim_id AND p.number = NEW.number - 1) OR NEW.number = 1 AND NEW.previous_id IS NOT NULL "
                "OR NOT EXISTS (SELECT 1 FROM claims_wording w WHERE w.id = NEW.wording_id AND w.claim_id = NEW.claim_id)",
                "claims_assessment: each assessment follows the one before it",
            ),
        ),
    )

    class Meta:
        ordering = ["claim", "number"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "number"], name="assessment_is_numbered"),
            models.UniqueConstraint(fields=["claim"], condition=Q(previous__isnull=True), name="one_first_assessment"),
            models.CheckConstraint(name="assessment_status_is_known", condition=Q(status__in=Status.values)),
            models.CheckConstraint(name="code_is_known", condition=Q(code__in=Code.values)),
            models.CheckConstraint(name="assessment_says_why", condition=~Q(why="") | Q(salt="")),
        ]

    def __str__(self):
        return f"{self.get_status_display()}, assessment {self.number}"

    @property
    def ref(self) -> str:
        return f"{self.claim.key}/{self.number}"

    @property
    def stances(self) -> Counter:
        """How many of its citations take each stance."""
        return Counter(c.stance for c in self.citations.all())

    @property
    def balance(self) -> str:
        """What the citations say together; it qualifies the status and is never typed in."""
        stances = set(self.stances)
        if {Stance.SUPPORTS, Stance.CONTRADICTS} <= stances:
            return Balance.CONTESTED
        if Stance.SUPPORTS in stances:
            return Balance.SUPPORTED
        return Balance.CONTRADICTED if Stance.CONTRADICTS in stances else Balance.NONE


@dataclass(frozen=True)
class Cited:
    """What a finding is to rest on: a passage, an outside reference or a calculation. Plain values, so that a proposal can wait."""

    stance: str
    passage_id: int | None = None
    reference: str = ""
    url: str = ""
    origin_id: int | None = None
    expression: str = ""
    printed: str = ""
    decimals: int = 0
    note: str = ""


class CitationQuerySet(models.QuerySet):
    def shown(self):
        """Those of findings that readers of a public claim see or saw."""
        return self.filter(assessment__in=Assessment.objects.shown().order_by().values("pk"))

    def for_page(self):
        """With the words cited, their translations and their source, but not its whole text."""
        found = self.select_related("passage__capture__source__outlet", "origin__source").defer(*TEXTS)
        return found.prefetch_related(translations_of("passage")).order_by("number")


class Citation(Sealed, Row):
    """What an assessment rests on, with its stance."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="citations")
    number = models.PositiveSmallIntegerField()
    stance = models.CharField(max_length=12, choices=Stance.choices)
    passage = models.ForeignKey(Passage, models.PROTECT, null=True, blank=True, related_name="citations")
    reference = models.TextField(blank=True)
    url = models.URLField(max_length=1000, blank=True)
    origin = models.ForeignKey(Origin, models.PROTECT, null=True, blank=True, related_name="citations")
    expression = models.CharField(max_length=200, blank=True)
    printed = models.CharField(max_length=40, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    note = models.TextField(blank=True)

    objects = CitationQuerySet.as_manager()

    kept = Kept(
        personal=("reference", "note"),
        blanked=(("url", "= ''"),),
        rules=(only_with_its_parent("assessment", "citations_count"),),
    )

    class Meta:
        ordering = ["assessment", "number"]
        constraints = [
            models.CheckConstraint(name="stance_is_known", condition=Q(stance__in=Stance.values)),
            models.UniqueConstraint(fields=["assessment", "number"], name="citation_is_numbered"),
            models.CheckConstraint(
                name="citation_is_one_thing",
                condition=Q(passage__isnull=False, reference="", expression="")
                | Q(passage__isnull=True, expression="") & (~Q(reference="") | Q(salt=""))
                | Q(passage__isnull=True, reference="") & ~Q(expression=""),
            ),
            models.CheckConstraint(
                name="supporting_reference_names_its_origin",
                condition=~Q(stance="supports")
                | Q(passage__isnull=False)
                | ~Q(expression="")
                | Q(origin__isnull=False),
            ),
        ]

    def __str__(self):
        return f"[{self.number}] {self.get_stance_display()}"

    @property
    def ref(self) -> str:
        return f"{self.assessment.ref}/{self.number}"

    @classmethod
    def of(cls, cited: Cited, **kwargs) -> "Citation":
        return cls(**vars(cited), **kwargs)

    def clean(self):
        if self.expression:
            refuse_wrong_sum(self)


def refuse_wrong_sum(cited) -> None:
    """A calculation must give the printed figure."""
    try:
        result = calculate(cited.expression, decimals=cited.decimals)
        printed = Decimal(cited.printed)
    except CalculationError as error:
        raise ValidationError({"expression": str(error)}) from error
    except ArithmeticError:
        printed = Decimal("NaN")
    if not printed.is_finite():
        raise ValidationError({"printed": "Enter the printed figure as a number, like 2.5"})
    if result != printed:
        raise ValidationError({"expression": f"The calculation gives {result}, not {cited.printed}"})


def refuse_loose_markers(reason: str, citing: Sequence[Cited]) -> None:
    """What a reason points at must be there."""
    loose = [m[0] for m in MARKER.finditer(reason) if int(m[1]) > len(citing)]
    if loose:
        there = {0: "are no citations", 1: "is 1 citation"}.get(len(citing), f"are {len(citing)} citations")
        raise ValidationError({"reason": f"The reason cites {loose[0]}, but there {there}"}, code="loose")


def refuse_unfounded(claim, status, because, citing: Sequence[Cited], reason: str = "") -> None:
    """A settled status rests on citations, and a claim cannot vouch for itself."""
    if not claim.wording_id:
        raise ValidationError({"statement": "Enter the claim as one sentence"})
    if status not in Status.values:
        raise ValidationError({"status": f"{status} is not a status: verified, disputed or unverified"})
    if not because.strip() or len(because) > 240:
        raise ValidationError({"because": "Enter why, in one sentence of up to 240 characters"})
    if claim.kind == "opinion" and status != Status.UNVERIFIED:
        raise ValidationError({"status": "An opinion is not assessed"})
    refuse_loose_markers(reason, citing)
    for cited in citing:
        if cited.expression:
            refuse_wrong_sum(cited)
        if cited.reference and cited.stance == Stance.SUPPORTS and not cited.origin_id:
            raise ValidationError(
                {"origin": "Enter where the reference first came from. Only then can it support a claim"}
            )
    stances = {c.stance for c in citing}
    if status == Status.DISPUTED and Stance.CONTRADICTS not in stances:
        raise ValidationError(
            {"citing": "Choose at least one citation that contradicts the claim, or another status"}, code="uncited"
        )
    if status == Status.VERIFIED:
        _refuse_unverifiable(claim, citing, stances)


def _refuse_unverifiable(claim, citing, stances) -> None:
    if Stance.SUPPORTS not in stances:
        raise ValidationError(
            {"citing": "Choose at least one citation that supports the claim, or set the status to Unverified"},
            code="uncited",
        )
    if Stance.CONTRADICTS in stances:
        raise ValidationError(
            {"citing": "A citation contradicts the claim, so it cannot be verified"}, code="contradicted"
        )
    supporting = [c for c in citing if c.stance == Stance.SUPPORTS]
    if claim.kind == "arithmetic":
        if not any(c.expression for c in supporting):
            raise ValidationError({"citing": "An arithmetic claim rests on a calculation. Add it"}, code="uncited")
        return
    if all(c.expression for c in supporting):
        raise ValidationError({"citing": "A calculation verifies the sum, never what it is made of"}, code="circular")
    shared = shared_origin(claim, [c for c in supporting if not c.expression])
    if shared:
        raise ValidationError({"citing": shared}, code="circular")
