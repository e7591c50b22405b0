from django.db import models
from django.db.models import F, Q

from .. import keys
from ..dates import validate_edtf
from ..keeping import Kept
from ..languages import validate_language
from .record import Change, ClosingRow, Row


class OutletKind(models.TextChoices):
    NEWSPAPER = "newspaper"
    BROADCASTER = "broadcaster"
    AGENCY = "agency"
    PLATFORM = "platform"
    OFFICE = "office"
    UNKNOWN = "unknown", "not known"


class Outlet(Row):
    """Who publishes: a newspaper, a platform, an office."""

    key = models.SlugField(max_length=40, unique=True, default=keys.outlet_key, editable=False)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=35, blank=True, validators=[validate_language])
    kind = models.CharField(max_length=12, choices=OutletKind.choices, default=OutletKind.UNKNOWN)
    url = models.URLField(max_length=500, blank=True)
    owner = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="owned")

    kept = Kept(mutable=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="outlet_kind_is_known", condition=Q(kind__in=OutletKind.values)),
            models.CheckConstraint(name="outlet_does_not_own_itself", condition=Q(owner__isnull=True) | ~Q(owner=F("id"))),
        ]

    def __str__(self):
        return self.name


class OriginKind(models.TextChoices):
    DOCUMENT = "document"
    PERSON = "person"
    RECORD = "record", "public record"
    ANONYMOUS = "anonymous"
    UNKNOWN = "unknown", "not known"


class Origin(Row):
    """Where information first came from. It may exist without any capture: "Forbes, June 2023"."""

    key = models.SlugField(max_length=40, unique=True, default=keys.origin_key, editable=False)
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=12, choices=OriginKind.choices, default=OriginKind.UNKNOWN)
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, blank=True, related_name="origins")
    dated = models.CharField("date", max_length=64, blank=True, validators=[validate_edtf])
    dated_from = models.DateField(null=True, blank=True, editable=False)
    dated_to = models.DateField(null=True, blank=True, editable=False)

    kept = Kept(mutable=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(name="origin_kind_is_known", condition=Q(kind__in=OriginKind.values))]

    def __str__(self):
        return self.name

    @property
    def is_known(self) -> bool:
        return self.kind not in {OriginKind.ANONYMOUS, OriginKind.UNKNOWN}


class DescentKind(models.TextChoices):
    REPUBLISHES = "republishes"
    DRAWS_ON = "draws_on", "draws on"
    SAME = "same", "is the same as"


class Descent(ClosingRow):
    """One origin comes from another, or is the same. Agreement is one origin until shown to be two."""

    origin = models.ForeignKey(Origin, models.PROTECT, related_name="upstreams")
    upstream = models.ForeignKey(Origin, models.PROTECT, related_name="downstreams")
    kind = models.CharField(max_length=12, choices=DescentKind.choices)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="descent_kind_is_known", condition=Q(kind__in=DescentKind.values)),
            models.CheckConstraint(name="origin_does_not_come_from_itself", condition=~Q(origin=F("upstream"))),
            models.UniqueConstraint(
                fields=["origin", "upstream", "kind"], condition=Q(until__isnull=True), name="descent_stands_once"
            ),
        ]

    def __str__(self):
        return f"{self.origin_id} {self.get_kind_display()} {self.upstream_id}"


class Rights(models.TextChoices):
    QUOTE = "quote", "quotations only"
    FULL = "full", "the whole text"
    NONE = "none", "nothing"


class SourceQuerySet(models.QuerySet):
    def public(self):
        """Sources that readers may know of."""
        return self.filter(public_since__isnull=False, confidential=False)

    def for_list(self):
        return self.select_related("outlet", "origin")


class Source(Row):
    """One published thing: an article, a post, a filing, an interview."""

    key = models.SlugField(max_length=40, unique=True, default=keys.source_key, editable=False)
    origin = models.OneToOneField(Origin, models.PROTECT, related_name="source")
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, blank=True, related_name="sources")
    title = models.CharField(max_length=500)
    title_en = models.CharField("title in English", max_length=500, blank=True, help_text="Our translation of the title.")
    author = models.CharField(max_length=200, blank=True)
    url = models.URLField("address", max_length=1000, blank=True)
    language = models.CharField(max_length=35, validators=[validate_language])
    dated = models.CharField("published", max_length=64, blank=True, validators=[validate_edtf])
    dated_from = models.DateField(null=True, blank=True, editable=False)
    dated_to = models.DateField(null=True, blank=True, editable=False)
    rights = models.CharField(max_length=8, choices=Rights.choices, default=Rights.QUOTE)
    confidential = models.BooleanField(default=False)
    public_since = models.ForeignKey(Change, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    retracted = models.ForeignKey(Change, models.PROTECT, null=True, blank=True, editable=False, related_name="+")

    objects = SourceQuerySet.as_manager()

    kept = Kept(mutable=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="rights_are_known", condition=Q(rights__in=Rights.values)),
            models.CheckConstraint(
                name="confidential_source_is_not_public", condition=Q(confidential=False) | Q(public_since__isnull=True)
            ),
        ]

    def __str__(self):
        return self.title
