from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.utils.translation import gettext, pgettext_lazy

from sources.dates import validate_edtf
from sources.keeping import Kept, Rule
from sources.models import Capture, Origin, Outlet, Passage, Region, Translation
from sources.models.record import ClosingQuerySet, ClosingRow, Row, Sealed

from .seeing import seen
from .subjects import Subject


class Position(models.TextChoices):
    ASSERTS = "asserts", pgettext_lazy("position", "Asserts")
    DENIES = "denies", pgettext_lazy("position", "Denies")
    REPORTS = "reports", pgettext_lazy("position", "Reports")
    QUALIFIES = "qualifies", pgettext_lazy("position", "Qualifies")


class Hedge(models.TextChoices):
    FLAT = "flat", pgettext_lazy("how it is said", "flatly")
    HEDGED = "hedged", pgettext_lazy("how it is said", "with a hedge")
    HEARSAY = "hearsay", pgettext_lazy("how it is said", "as hearsay")
    PRESUPPOSED = "presupposed", pgettext_lazy("how it is said", "as given")


class Basis(models.TextChoices):
    STATED = "stated", "stated in the passage"
    DERIVED = "derived", "derived from the text"
    RELATIVE = "relative", "relative to another event"


def only_with_its_parent(parent: str, count: str) -> Rule:
    """A part is added with its parent or never: the parent says how many it has."""
    return Rule(
        "with_parent",
        "INSERT",
        f"(SELECT p.{count} FROM claims_{parent} p WHERE p.id = NEW.{parent}_id) < (SELECT count(*) + 1 FROM {{table}} s WHERE s.{parent}_id = NEW.{parent}_id)",
        f"a part of an {parent} is added with it or never",
    )


def translations_of(path: str) -> Prefetch:
    """The translations that stand of the passage at this path, as its `shown_translations`."""
    live = Translation.objects.live().order_by("language")
    return Prefetch(f"{path}__translations", queryset=live, to_attr="shown_translations")


TEXTS = ("passage__capture__text", "passage__capture__blocks")  # large, and no list shows them


class AppearanceQuerySet(ClosingQuerySet):
    def shown(self):
        """What readers may see beside a public claim: nothing from a confidential source."""
        return self.live().filter(passage__capture__source__confidential=False)

    def with_source(self):
        """With the passage and its source, but not the source's whole text."""
        return self.select_related("passage__capture__source__outlet").defer(*TEXTS)

    def for_desk(self):
        """With what the reading desk marks: the place, and the claim with its words."""
        found = self.select_related("passage", "claim__wording").defer("passage__prefix", "passage__suffix")
        return found.order_by("passage__start", "passage__end", "id")

    def in_public(self):
        """Of claims that readers see."""
        return self.filter(seen())

    def for_page(self):
        """With the quote, its translations, and who stands behind it."""
        return self.with_source().prefetch_related("speakers__subject", "figures", translations_of("passage"))

    def captures(self):
        """The captures in which they stand, with what readers may know of each, but not the texts."""
        found = Capture.objects.filter(Exists(self.filter(passage__capture=OuterRef("pk"))))
        regions = Prefetch("regions", queryset=Region.objects.live())
        return found.defer("text").prefetch_related(regions).order_by("-id")

    def in_order(self, capture, *, after=0):
        """Those in a capture from a place on, as they stand in the text; for editors."""
        found = self.live().filter(passage__capture=capture, passage__start__gte=after)
        return found.select_related("passage", "claim").order_by("passage__start", "passage__end", "id")

    def of_source(self, source):
        return self.filter(passage__capture__source=source).for_page().select_related("claim__wording").order_by("id")


class Appearance(Sealed, ClosingRow):
    """A passage in which a claim appears, with the source's position. The article itself is the first link of its chain."""

    claim = models.ForeignKey("Claim", models.PROTECT, related_name="appearances")
    passage = models.ForeignKey(Passage, models.PROTECT, related_name="appearances")
    position = models.CharField(max_length=12, choices=Position.choices)
    hedge = models.CharField(max_length=12, choices=Hedge.choices, default=Hedge.FLAT)
    dated = models.CharField("about", max_length=64, blank=True, validators=[validate_edtf])
    dated_from = models.DateField(null=True, blank=True, editable=False)
    dated_to = models.DateField(null=True, blank=True, editable=False)
    dated_words = models.CharField(max_length=200, blank=True)
    dated_basis = models.CharField(max_length=12, blank=True, choices=Basis.choices)
    note = models.TextField(blank=True)
    speakers_count = models.PositiveSmallIntegerField(default=0, editable=False)
    figures_count = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = AppearanceQuerySet.as_manager()  # type: ignore[misc]

    kept = Kept(personal=("note", "dated_words"), closes=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="position_is_known", condition=Q(position__in=Position.values)),
            models.CheckConstraint(name="hedge_is_known", condition=Q(hedge__in=Hedge.values)),
            models.CheckConstraint(name="basis_is_known", condition=Q(dated_basis__in=["", *Basis.values])),
            models.UniqueConstraint(
                fields=["claim", "passage"], condition=Q(until__isnull=True), name="appearance_stands_once"
            ),
        ]

    def __str__(self):
        return f"{self.get_position_display()}, passage {self.passage_id}"

    @property
    def ref(self) -> str:
        return f"{self.claim.key}/{self.passage.ref}"


class Anonymity(models.TextChoices):
    NAMED = "named", pgettext_lazy("speaker", "Named")
    DESCRIBED = "described", pgettext_lazy("speaker", "described, not named")
    GROUP = "group", pgettext_lazy("speaker", "an unnamed group")
    UNSTATED = "unstated", pgettext_lazy("speaker", "not stated")


class Speaker(Sealed, Row):
    """One link of the chain behind an appearance, in order, after the article itself."""

    appearance = models.ForeignKey(Appearance, models.PROTECT, related_name="speakers")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, blank=True, related_name="spoken")
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, blank=True, related_name="spoken")
    origin = models.ForeignKey(Origin, models.PROTECT, null=True, blank=True, related_name="spoken")
    anonymity = models.CharField(max_length=12, choices=Anonymity.choices, default=Anonymity.NAMED)

    kept = Kept(personal=("name",), rules=(only_with_its_parent("appearance", "speakers_count"),))

    class Meta:
        ordering = ["appearance", "place"]
        constraints = [
            models.CheckConstraint(name="anonymity_is_known", condition=Q(anonymity__in=Anonymity.values)),
            models.CheckConstraint(name="chain_starts_at_one", condition=Q(place__gte=1)),
            models.UniqueConstraint(fields=["appearance", "place"], name="one_speaker_a_place"),
        ]

    def __str__(self):
        return self.name

    @property
    def shown_name(self) -> str:
        """Who it is, as far as the source says."""
        if self.anonymity == Anonymity.UNSTATED:
            return gettext("somebody whom it does not name")
        return self.name if self.anonymity == Anonymity.NAMED else f"{self.name} ({self.get_anonymity_display()})"


class Figure(Sealed, Row):
    """A number that the claim turns on: the verbatim words beside their value."""

    appearance = models.ForeignKey(Appearance, models.PROTECT, related_name="figures")
    place = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=100)
    low = models.DecimalField(max_digits=30, decimal_places=10, null=True, blank=True)
    high = models.DecimalField(max_digits=30, decimal_places=10, null=True, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    qualifier = models.CharField(max_length=40, blank=True)

    kept = Kept(
        personal=("words",),
        blanked=(("unit", "= ''"), ("qualifier", "= ''")),
        rules=(only_with_its_parent("appearance", "figures_count"),),
    )

    class Meta:
        ordering = ["appearance", "place"]
        constraints = [
            models.CheckConstraint(
                name="figure_low_is_not_above_high",
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lte=F("high")),
            ),
            models.CheckConstraint(
                name="currency_is_a_code", condition=Q(currency="") | Q(currency__regex=r"^[A-Z]{3}$")
            ),
            models.UniqueConstraint(fields=["appearance", "place"], name="one_figure_a_place"),
        ]

    def __str__(self):
        return self.words
