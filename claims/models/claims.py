from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from sources import keys
from sources.keeping import Kept
from sources.models import Change, Source
from sources.moments import today

from .answering import Answering
from .asking import ClaimQuerySet, Kind
from .assessing import Status
from .deciding import Deciding
from .ending import Ending
from .guarding import CLAIM_RULES
from .merging import Merging
from .reconsidering import UNSEEN
from .redacting import Redacting
from .standings import Stage
from .subjects import RelationKind, Subject


class Sensitivity(models.TextChoices):
    NONE = "", "not sensitive"
    HEALTH = "health"
    MINOR = "minor", "a minor"
    ADDRESS = "address", "a private address"
    PRIVATE_LIFE = "private_life", "private life"


class Claim(Deciding, Ending, Answering, Merging, Redacting):
    """One checkable assertion, in our own neutral words. One claim, many appearances."""

    key = models.SlugField(max_length=40, unique=True, default=keys.claim_key, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.FACT)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.DRAFT, editable=False)
    sensitivity = models.CharField(max_length=12, choices=Sensitivity.choices, blank=True)
    misconduct = models.BooleanField(default=False, help_text="Alleges misconduct or a crime.")
    released = models.ForeignKey(Change, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )
    subjects = models.ManyToManyField(Subject, through="ClaimSubject", related_name="claims")
    # How the claim stands now: stored for lists, guarded by triggers, rebuilt and compared by audit.
    wording = models.ForeignKey("Wording", models.PROTECT, null=True, editable=False, related_name="+")  # type: ignore[assignment]
    assessment = models.ForeignKey("Assessment", models.PROTECT, null=True, editable=False, related_name="+")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.UNVERIFIED, editable=False)
    public = models.BooleanField(default=False, editable=False)
    look = models.CharField("needs another look", max_length=100, blank=True, editable=False)
    review_by = models.DateField(null=True, blank=True, editable=False)
    changed = models.BigIntegerField(null=True, editable=False)
    status_since = models.ForeignKey(
        Change, models.PROTECT, null=True, editable=False, db_index=False, related_name="+"
    )
    settled = models.BooleanField(default=False, editable=False)
    about_from = models.CharField(max_length=10, blank=True, editable=False)
    sources_count = models.PositiveIntegerField(default=0, editable=False)

    objects = ClaimQuerySet.as_manager()

    kept = Kept(mutable=True, frozen=("key", "since_id", "kind", "sensitivity", "misconduct"), rules=CLAIM_RULES)

    class Meta:
        ordering = ["-id"]
        permissions = [
            ("record", "Can record claims and sources"),
            ("propose", "Can propose findings"),
            ("approve", "Can approve what another proposed"),
            ("override", "Can override the second pair of eyes, with a reason"),
            ("release", "Can release sensitive claims"),
            ("manage", "Can manage the desk"),
        ]
        indexes = [
            models.Index("changed", condition=Q(public=True), name="public_by_change"),
            models.Index("status", "changed", condition=Q(public=True), name="public_by_status"),
            models.Index("status_since", condition=Q(public=True), name="public_by_status_since"),
            models.Index("settled", "status_since", condition=Q(public=True), name="public_by_settled"),
            models.Index("about_from", "changed", condition=Q(public=True), name="public_by_about"),
            models.Index("sources_count", "changed", condition=Q(public=True), name="public_by_sources"),
            models.Index("look", condition=~Q(look=""), name="needs_another_look"),
        ]
        constraints = [
            models.CheckConstraint(name="claim_kind_is_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="stage_is_known", condition=Q(stage__in=Stage.values)),
            models.CheckConstraint(name="sensitivity_is_known", condition=Q(sensitivity__in=Sensitivity.values)),
            models.CheckConstraint(name="claim_status_is_known", condition=Q(status__in=Status.values)),
            models.CheckConstraint(
                name="opinion_is_not_assessed", condition=~Q(kind="opinion") | Q(status="unverified")
            ),
            models.CheckConstraint(
                name="unassessed_is_unverified", condition=Q(assessment__isnull=False) | Q(status="unverified")
            ),
            models.CheckConstraint(
                name="public_claim_may_be_seen",
                condition=Q(public=False)
                | Q(stage="published", wording__isnull=False) & (Q(sensitivity="") | Q(released__isnull=False)),
            ),
            models.CheckConstraint(
                name="merged_claim_is_withdrawn",
                condition=Q(merged_into__isnull=True) | Q(stage="withdrawn") & ~Q(merged_into=F("id")),
            ),
        ]

    def __str__(self):
        return self.key

    @property
    def seen(self) -> tuple[int | None, int | None]:
        """What an editor who looks at this claim now has seen: its wording and its last assessment."""
        return self.wording_id, self.assessment_id

    @property
    def needs_two(self) -> bool:
        return bool(self.sensitivity) or self.misconduct

    @property
    def is_opinion(self) -> bool:
        return self.kind == Kind.OPINION

    @property
    def words(self) -> str:
        return self.wording.said if self.wording else "Its words are kept back."

    @property
    def sources(self) -> list[Source]:
        """The sources in which the claim is shown; for rows of `for_list` and `for_page`."""
        found = [a.passage.capture.source for a in self.shown_appearances]  # type: ignore[attr-defined]
        return list({s.pk: s for s in found}.values())

    @property
    def languages(self) -> list[str]:
        return list(dict.fromkeys(s.language for s in self.sources))

    @property
    def shown_look(self) -> list[str]:
        """Why the finding needs another look, as far as readers may know."""
        causes = [cause for cause in self.look.split(",") if cause not in {"", UNSEEN}]
        due = self.assessment_id and self.review_by and self.review_by < today()
        return [*causes, "overdue"] if due else causes

    @property
    def open_requests(self) -> list:
        """The requests to which somebody may reply; for rows of `for_desk`."""
        return [asked.request for asked in self.shown_asked if asked.request.channel]  # type: ignore[attr-defined]

    @property
    def parts(self) -> list["Claim"]:
        """The claims that this one is made of, as far as readers see them; for rows of `for_page`."""
        return [r.claim for r in self.shown_related_from if r.kind == RelationKind.PART_OF]  # type: ignore[attr-defined]

    @property
    def verified_parts(self) -> int:
        return sum(part.status == Status.VERIFIED for part in self.parts)

    def get_absolute_url(self):
        return reverse("claim", args=[self.key])
