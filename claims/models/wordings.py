from django.db import models
from django.db.models import Q

from sources.keeping import Kept
from sources.languages import validate_language
from sources.models.record import Row, Sealed

from .assessing import Code


class Wording(Sealed, Row):
    """One version of a claim's headline and statement."""

    claim = models.ForeignKey("Claim", models.PROTECT, related_name="wordings")
    number = models.PositiveIntegerField()
    headline = models.CharField(max_length=160, blank=True)
    statement = models.TextField()
    language = models.CharField(max_length=35, default="en", validators=[validate_language])
    code = models.CharField("why it changed", max_length=16, choices=Code.choices, blank=True)

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
    def said(self) -> str:
        """The claim in our words, or what became of them."""
        return self.statement or "The words of this claim were redacted."
