from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from sources.keeping import Kept
from sources.languages import validate_language
from sources.models.record import Row, Sealed
from sources.moments import known

from .assessing import Code
from .seeing import seen


class WordingQuerySet(models.QuerySet):
    def shown(self):
        """Those that readers of a public claim see or saw."""
        # Asked for by name: standings are made of the rows in this file.
        standings = apps.get_model("claims", "Standing").objects.filter(known("change"), public=True)
        return self.filter(seen(), known(), Exists(standings.filter(wording=OuterRef("pk")))).select_related("since")


class Wording(Sealed, Row):
    """One version of a claim's headline and statement."""

    claim = models.ForeignKey("Claim", models.PROTECT, related_name="wordings")
    number = models.PositiveIntegerField()
    headline = models.CharField(max_length=160, blank=True)
    statement = models.TextField()
    language = models.CharField(max_length=35, default="en", validators=[validate_language])
    code = models.CharField("why it changed", max_length=16, choices=Code.choices, blank=True)

    objects = WordingQuerySet.as_manager()

    kept = Kept(personal=("headline", "statement"))

    class Meta:
        ordering = ["claim", "number"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "number"], name="wording_is_numbered"),
            models.CheckConstraint(name="claim_says_something", condition=~Q(statement="") | Q(salt="")),
        ]

    def __str__(self):
        return self.headline or self.said[:80]

    @property
    def ref(self) -> str:
        return f"{self.claim.key}/{self.number}"

    @property
    def said(self) -> str:
        """The claim in our words, or what became of them."""
        return self.statement or "The words of this claim were redacted."

    @property
    def tongue(self) -> str:
        """The language of what is said."""
        return self.language if self.statement else "en"
