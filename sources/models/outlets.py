from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from .. import keys
from ..languages import validate_language
from .catalogue import CatalogueRow
from .showing import is_outlet_shown


class OutletKind(models.TextChoices):
    NEWSPAPER = "newspaper", pgettext_lazy("publisher", "Newspaper")
    BROADCASTER = "broadcaster", pgettext_lazy("publisher", "Broadcaster")
    AGENCY = "agency", pgettext_lazy("publisher", "Agency")
    PLATFORM = "platform", pgettext_lazy("publisher", "Platform")
    OFFICE = "office", pgettext_lazy("publisher", "Office")
    UNKNOWN = "unknown", pgettext_lazy("publisher", "not known")


class Outlet(CatalogueRow):
    """Who publishes: a newspaper, a platform, an office."""

    key = models.SlugField(max_length=40, unique=True, default=keys.outlet_key, editable=False)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=35, blank=True, validators=[validate_language])
    kind = models.CharField(max_length=12, choices=OutletKind.choices, default=OutletKind.UNKNOWN)
    url = models.URLField(max_length=500, blank=True)
    owner = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="owned")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="outlet_kind_is_known", condition=Q(kind__in=OutletKind.values)),
            models.CheckConstraint(
                name="outlet_does_not_own_itself", condition=Q(owner__isnull=True) | ~Q(owner=F("id"))
            ),
        ]

    def __str__(self):
        return self.name

    def stands_in_public(self, *, waits=False):
        return is_outlet_shown(self, waits=waits)

    def clean(self):
        above, owner = {self.pk}, self.owner
        while owner is not None:
            if owner.pk in above:
                raise ValidationError({"owner": f"{owner} is owned by {self} already"})
            above.add(owner.pk)
            owner = owner.owner
