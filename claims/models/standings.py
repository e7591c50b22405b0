from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from sources.keeping import Kept, Rule
from sources.models import Change
from sources.moments import asked_for, known

from .assessing import Assessment, Status
from .seeing import may_be_seen, seen
from .subjects import ClaimSubject
from .wordings import Wording

MANY = 2000  # claims about one subject


class Stage(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class StandingQuerySet(models.QuerySet):
    def status_changes(self):
        """What became of claims that readers can see, newest first: where a status changed, and where a claim is new.

        What changed while a claim was out of view changed for readers when they saw it again.
        """
        earlier = Standing.objects.filter(claim=OuterRef("claim"), number__lt=OuterRef("number"), public=True)
        # Asked row by row and not joined, so that the list is read in its order and no further than it goes.
        claim = apps.get_model("claims", "Claim").objects.filter(may_be_seen(), pk=OuterRef("claim"))
        found = self.filter(Exists(claim), known("change"), public=True)
        if asked_for() is not None:
            found = found.filter(seen())
        return (
            found.annotate(before=Subquery(earlier.order_by("-number").values("status")[:1]))
            .filter(Q(before__isnull=True) | ~Q(before=F("status")))
            .select_related("change", "claim__wording", "assessment")
            .order_by("-change_id")
        )

    def turns(self):
        """Where claims came into view, went out of it, or stood otherwise, with what was before; newest first."""
        previous = Standing.objects.filter(claim=OuterRef("claim"), number=OuterRef("number") - 1)
        return (
            self.filter(known("change"))
            .annotate(
                before=Subquery(previous.values("status")[:1]), was_public=Subquery(previous.values("public")[:1])
            )
            .filter(Q(before__isnull=True) | ~Q(before=F("status"), was_public=F("public")))
            .select_related("change")
            .order_by("-change_id")
        )

    def about(self, subjects):
        """Those of claims about any of these. Few claims are asked one by one; among many, the list comes soon to some."""
        mentions = ClaimSubject.objects.live().filter(subject__in=subjects)
        if mentions.values("pk")[:MANY].count() < MANY:
            return self.filter(claim__in=mentions.values("claim"))
        return self.filter(Exists(mentions.filter(claim=OuterRef("claim"))))

    def standing(self):
        """How each claim stands, or stood at the moment that is asked for."""
        later = Standing.objects.filter(known("change"), claim=OuterRef("claim"), change__gt=OuterRef("change"))
        return self.filter(known("change"), ~Exists(later))

    def withdrawn(self):
        """The last standing of each claim that readers could once see."""
        return self.filter(claim__stage=Stage.WITHDRAWN, stage=Stage.WITHDRAWN).select_related("claim", "change")

    def for_history(self):
        """A claim's public versions, newest first."""
        return self.filter(known("change")).select_related("change", "wording", "assessment").order_by("-number")


class Standing(models.Model):
    """How a claim stood from one public change on: its public version, and what as-of answers from."""

    change = models.OneToOneField(Change, models.PROTECT, primary_key=True, related_name="standing")
    claim = models.ForeignKey("Claim", models.PROTECT, related_name="standings")
    number = models.PositiveIntegerField()
    stage = models.CharField(max_length=12, choices=Stage.choices)
    public = models.BooleanField()
    status = models.CharField(max_length=12, choices=Status.choices)
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+")
    assessment = models.ForeignKey(Assessment, models.PROTECT, null=True, related_name="standings")
    # Null only while a desk of before is migrated.
    status_since = models.ForeignKey(Change, models.PROTECT, null=True, db_index=False, related_name="+")

    objects = StandingQuerySet.as_manager()

    kept = Kept(
        rules=(
            Rule(
                "is_a_public_change",
                "INSERT",
                "NOT EXISTS (SELECT 1 FROM sources_change c JOIN claims_claim k ON k.key = c.key WHERE c.id = NEW.change_id "
                "AND c.kind = 'claim' AND c.public_number IS NOT NULL AND k.id = NEW.claim_id)",
                "claims_standing: a standing belongs to a public change of its claim",
            ),
        )
    )

    class Meta:
        ordering = ["claim", "number"]
        constraints = [models.UniqueConstraint(fields=["claim", "number"], name="standing_is_numbered")]
        indexes = [
            models.Index("status", "change", condition=Q(public=True), name="standing_by_status"),
            models.Index("claim", "change", name="standing_of_claim"),
            models.Index("status_since", condition=Q(public=True), name="standing_by_status_since"),
        ]

    def __str__(self):
        return f"{self.claim_id} version {self.number}"
