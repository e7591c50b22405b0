from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from .. import keys
from ..dates import validate_edtf
from ..keeping import Kept
from ..recording import in_turn, record, refuse_unless_may, to_end
from .catalogue import CatalogueRow
from .outlets import Outlet
from .record import Change, ClosingRow, Verb
from .showing import is_any_origin_shown


class OriginKind(models.TextChoices):
    DOCUMENT = "document", pgettext_lazy("origin", "Document")
    PERSON = "person", pgettext_lazy("origin", "Person")
    RECORD = "record", pgettext_lazy("origin", "public record")
    ANONYMOUS = "anonymous", pgettext_lazy("origin", "Anonymous")
    UNKNOWN = "unknown", pgettext_lazy("origin", "not known")


KNOWN = [OriginKind.DOCUMENT, OriginKind.PERSON, OriginKind.RECORD]  # the others vouch for nothing by themselves


class Origin(CatalogueRow):
    """Where information first came from. It may exist without any capture: "Forbes, June 2023"."""

    key = models.SlugField(max_length=40, unique=True, default=keys.origin_key, editable=False)
    name = models.CharField(max_length=500)
    kind = models.CharField(max_length=12, choices=OriginKind.choices, default=OriginKind.UNKNOWN)
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, blank=True, related_name="origins")
    dated = models.CharField("date", max_length=64, blank=True, validators=[validate_edtf])
    dated_from = models.DateField(null=True, blank=True, editable=False)
    dated_to = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(name="origin_kind_is_known", condition=Q(kind__in=OriginKind.values))]

    def __str__(self):
        return self.name

    def stands_in_public(self, *, waits=False):
        return is_any_origin_shown([self.pk], waits=waits)

    @property
    def shown_name(self) -> str:
        """Its name as readers may know it: a source that is kept confidential stays so where others draw on it."""
        source = getattr(self, "source", None)
        return gettext("a source that we keep confidential") if source and source.confidential else self.name

    @transaction.atomic
    def descend(self, upstream, kind, *, by, note="", approved_by=None, override=""):
        """Says that this origin comes from another, or is the same; of one that readers see, by two people."""
        refuse_unless_may(by, "record")
        in_turn()
        change = self._tie(Verb.RELATE, upstream, kind, by=by, approved_by=approved_by, override=override)
        descent = Descent(origin=self, upstream=upstream, kind=kind, note=note, since=change)
        descent.save()
        return descent

    @transaction.atomic
    def end_descent(self, upstream, kind, *, by, because, approved_by=None, override=""):
        """It does not come from the other, or is not the same; of one that readers see, by two people."""
        refuse_unless_may(by, "record")
        in_turn()
        refusal = {"upstream": f"This is not said of {upstream.key}"}
        ended = to_end(self.upstreams, because, refusal, upstream=upstream, kind=kind)
        two = {"by": by, "approved_by": approved_by, "override": override}
        ended.close(self._tie(Verb.CLOSE, upstream, kind, note=because, **two))
        return ended

    def _tie(self, verb, upstream, kind, **act) -> Change:
        """The change by which the two are tied, or untied."""
        ends = [self.pk, upstream.pk] if kind == DescentKind.SAME else [self.pk]
        shown, waits = is_any_origin_shown(ends), is_any_origin_shown(ends, waits=True)
        return record(verb, "origin", self.key, public=shown, decides=waits, **act)


class DescentKind(models.TextChoices):
    REPUBLISHES = "republishes", gettext_lazy("Republishes")
    DRAWS_ON = "draws_on", gettext_lazy("draws on")
    SAME = "same", gettext_lazy("is the same as")


class Descent(ClosingRow):
    """One origin comes from another, or is the same. Agreement is one origin until shown to be two."""

    origin = models.ForeignKey(Origin, models.PROTECT, related_name="upstreams")
    upstream = models.ForeignKey(Origin, models.PROTECT, related_name="downstreams")
    kind = models.CharField(max_length=12, choices=DescentKind.choices)
    note = models.TextField(blank=True)

    kept = Kept(blanked=(("note", "= ''"),), closes=True)

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
