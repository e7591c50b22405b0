import codecs
import hashlib
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from .. import keys
from ..blocks import blocks_of
from ..dates import validate_edtf
from ..keeping import Kept
from ..languages import validate_language
from ..moments import asked_for, known
from ..recording import record, refuse_stale, refuse_unless_may
from .record import Change, ClosingRow, Row, Verb, seal_of
from .showing import carries, is_any_origin_shown, is_outlet_shown


def said(kind: str, column: str, at: str = "") -> Any:
    """A column of the catalogue as it stood at the moment that is asked for; `at`: the path to the row."""
    number = asked_for()
    if number is None:
        return F(at + column)
    edits = Change.objects.filter(kind=kind, key=OuterRef(at + "key"), id__gt=number, before__isnull=False)
    earlier = edits.order_by("id").annotate(earlier=KeyTextTransform(column, "before")).values("earlier")
    return Coalesce(Subquery(earlier[:1]), F(at + column), output_field=models.TextField())


class CatalogueQuerySet(models.QuerySet):
    @transaction.atomic
    def add(self, *, by, parts=0, **fields):
        """A new row of the catalogue, and how many rows of its own come with it."""
        refuse_unless_may(by, "record")
        row: Any = self.model(**fields)
        row.settle()
        row.since = record(Verb.ADD, self.model.__name__.lower(), row.key, by=by, left=row.as_left(), parts=parts)
        row.save(force_insert=True)
        return row


class CatalogueRow(Row):
    """A row that may be edited, by a verb that leaves its whole earlier self in the ledger."""

    key: models.SlugField

    objects = CatalogueQuerySet.as_manager()

    kept = Kept(mutable=True, edited=True, free=("public_since_id",))

    class Meta:
        abstract = True

    @property
    def is_shown(self) -> bool:
        """Whether a public page says anything of the row: the page changes with it, so that an edit needs two people."""
        raise NotImplementedError

    @property
    def seen(self) -> int:
        """What an editor who looks at this row now has seen: the number of the last change that made it what it is."""
        return Change.objects.about(type(self).__name__.lower(), self.key).of_the_row().latest("id").pk

    def _lock(self) -> None:
        # What this object remembers may be old: the row under its lock decides, and is what is saved.
        self.refresh_from_db(from_queryset=type(self)._base_manager.select_for_update())

    @transaction.atomic
    def edit(self, *, by, approved_by=None, override="", note="", seen=None, **fields):
        """Changes the row; its whole earlier self stays in the ledger. `seen`: what the editor had before them."""
        refuse_unless_may(by, "record")
        self._lock()
        refuse_stale(self, seen)
        was_shown = self.is_shown
        for name, value in fields.items():
            setattr(self, name, value)
        self.settle()
        record(
            Verb.EDIT,
            type(self).__name__.lower(),
            self.key,
            by=by,
            approved_by=approved_by,
            public=was_shown or self.is_shown,
            override=override,
            note=note,
            before=self,
            left=self.as_left(),
        )
        self.save()
        return self

    def as_left(self) -> str:
        """A seal of the row, but for what other changes set; the ledger keeps it, so that no other hand alters the row."""
        others = {"id", "since_id", "retracted_id", *type(self).kept.free}
        said = {f.attname: f.value_to_string(self) for f in self._meta.concrete_fields if f.attname not in others}
        return seal_of("", said)


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

    @property
    def is_shown(self):
        return is_outlet_shown(self)

    def clean(self):
        above, owner = {self.pk}, self.owner
        while owner is not None:
            if owner.pk in above:
                raise ValidationError({"owner": f"{owner} is owned by {self} already"})
            above.add(owner.pk)
            owner = owner.owner


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

    @property
    def is_shown(self):
        return is_any_origin_shown([self.pk])

    @property
    def shown_name(self) -> str:
        """Its name as readers may know it: a source that is kept confidential stays so where others draw on it."""
        source = getattr(self, "source", None)
        return gettext("a source that we keep confidential") if source and source.confidential else self.name

    @transaction.atomic
    def descend(self, upstream, kind, *, by, note="", approved_by=None, override=""):
        """Says that this origin comes from another, or is the same; of one that readers see, by two people."""
        refuse_unless_may(by, "record")
        ends = [self.pk, upstream.pk] if kind == DescentKind.SAME else [self.pk]
        change = record(
            Verb.RELATE,
            "origin",
            self.key,
            by=by,
            approved_by=approved_by,
            public=is_any_origin_shown(ends),
            override=override,
        )
        descent = Descent(origin=self, upstream=upstream, kind=kind, note=note, since=change)
        descent.save()
        return descent


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


class Rights(models.TextChoices):
    QUOTE = "quote", "quotations only"
    FULL = "full", "the whole text"
    NONE = "none", "nothing"


class SourceQuerySet(CatalogueQuerySet):
    @transaction.atomic
    def add(self, *, by, origin=None, **fields):
        """A new source; where no origin is named, it is one itself."""
        if origin is None:
            origin = Origin.objects.add(
                by=by,
                name=fields["title"],
                kind=OriginKind.DOCUMENT,
                outlet=fields.get("outlet"),
                dated=fields.get("dated", ""),
            )
        elif fields.get("confidential") and origin.is_shown:
            raise ValidationError(
                {
                    "confidential": "Readers see its origin by name. Add the source first, then edit it to be confidential"
                }
            )
        return super().add(by=by, origin=origin, **fields)

    def public(self):
        """Sources that readers may know of."""
        return self.filter(known("public_since"), public_since__isnull=False, confidential=False)

    def for_list(self):
        """With all that one row of a list shows, and the name by which it is found."""
        return self.select_related("outlet", "origin").annotate(named=said("source", "title"))

    def in_languages(self, tags):
        return self.alias(spoken=said("source", "language")).filter(spoken__in=tags)

    def languages(self) -> list[str]:
        spoken = self.order_by().values_list(said("source", "language"), flat=True)
        return sorted(set(spoken.distinct()))


class Source(CatalogueRow):
    """One published thing: an article, a post, a filing, an interview."""

    key = models.SlugField(max_length=40, unique=True, default=keys.source_key, editable=False)
    origin = models.OneToOneField(Origin, models.PROTECT, related_name="source")
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, blank=True, related_name="sources")
    title = models.CharField(max_length=500)
    title_en = models.CharField(
        "title in English", max_length=500, blank=True, help_text="Our translation of the title."
    )
    author = models.CharField(max_length=200, blank=True)
    url = models.URLField("address", max_length=1000, blank=True)
    archived = models.URLField("archived copy", max_length=1000, blank=True)
    language = models.CharField(max_length=35, validators=[validate_language])
    dated = models.CharField("published", max_length=64, blank=True, validators=[validate_edtf])
    dated_from = models.DateField(null=True, blank=True, editable=False)
    dated_to = models.DateField(null=True, blank=True, editable=False)
    rights = models.CharField(max_length=8, choices=Rights.choices, default=Rights.QUOTE)
    confidential = models.BooleanField(default=False)
    public_since = models.ForeignKey(Change, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    retracted = models.ForeignKey(Change, models.PROTECT, null=True, blank=True, editable=False, related_name="+")

    objects = SourceQuerySet.as_manager()  # type: ignore[misc]

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

    @property
    def is_public(self):
        return self.public_since_id is not None

    @property
    def is_shown(self):
        """One that was confidential is not public yet, and readers see it as soon as it no longer is.

        Where others have it from this one they see its origin, by a name that depends on whether it is confidential.
        """
        if self.confidential:
            return False
        return self.is_public or self.captures.filter(carries("passages__")).exists() or self.origin.is_shown

    def clean(self):
        if self.confidential and self.is_public:
            raise ValidationError(
                {"confidential": "Readers see this source. Withdraw the claims that rest on it first"}
            )

    @property
    def may_be_archived(self) -> bool:
        """Whether an archive may be asked for a copy, and none is known."""
        return bool(self.url) and not self.confidential and not self.archived

    def get_absolute_url(self):
        return reverse("source", args=[self.key])

    @transaction.atomic
    def capture(self, raw: bytes, *, by, text=None, withheld=False, captured_at=None, charset="utf-8", **fields):
        """Keeps a text exactly as it came: its bytes' hash, its words, its length in code points."""
        refuse_unless_may(by, "record")
        text = raw.decode(charset) if text is None else text
        return self.keep_capture(
            by=by,
            sha256=hashlib.sha256(raw).hexdigest(),
            text_sha256=hashlib.sha256(text.encode()).hexdigest(),
            bytes=len(raw),
            length=len(text),
            blocks=blocks_of(text),
            text="" if withheld else text,
            withheld=withheld,
            charset=charset,
            captured_at=captured_at or datetime.now(UTC),
            **fields,
        )

    @transaction.atomic
    def keep_capture(self, *, by, **fields):
        """Keeps a capture whose hashes are known; its text may be withheld."""
        refuse_unless_may(by, "record")
        there = self.captures.filter(sha256=fields["sha256"]).first()
        if there:
            raise ValidationError(f"This text is kept already, captured on {there.captured_at:%d %B %Y}", code="kept")
        if "\0" in fields.get("text", ""):
            raise ValidationError(
                "The text holds a null character, which no database keeps. Capture it as a file of another kind"
            )
        refuse_untrue(fields)
        change = record(Verb.CAPTURE, "source", self.key, by=by)
        capture = self.captures.model(source=self, since=change, **fields)
        capture.save(force_insert=True)
        # Later, so that comparing holds no lock; and what it may propose is no reason to lose the text.
        transaction.on_commit(lambda: self.traces.look_for(self), robust=True)
        return capture

    @transaction.atomic
    def retract(self, *, by, because, approved_by=None, override=""):
        """Its publisher took the source back. Doors call `Claim.objects.retract`, which also flags what rests on it."""
        self.edit(by=by, approved_by=approved_by, override=override, note=because)
        self.retracted = Change.objects.about("source", self.key).latest("id")
        self.save()
        return self


def refuse_untrue(capture: dict) -> None:
    """What a file says of a text must be so, as far as the text is there to tell."""
    text = capture.get("text", "")
    if not capture.get("withheld"):
        told = {
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "length": len(text),
            "blocks": blocks_of(text),
        }
        wrong = [name for name, value in told.items() if capture.get(name, value) != value]
        if wrong:
            raise ValidationError(f"The text does not have this {wrong[0]}")
        capture |= told
    ends = capture.get("blocks", [])
    if not isinstance(ends, list) or not all(_is_stretch(b) for b in ends):
        raise ValidationError("The blocks are not pairs of a start and an end")
    flat = [0, *(n for block in ends for n in block), capture["length"]]
    if flat != sorted(flat):
        raise ValidationError("The blocks do not stand in order inside the text")
    try:
        codecs.lookup(capture.get("charset", "utf-8"))
    except LookupError:
        raise ValidationError(f"{capture['charset']} is not an encoding") from None


def _is_stretch(block) -> bool:
    return (
        isinstance(block, list) and len(block) == 2 and all(isinstance(n, int) for n in block) and block[0] < block[1]
    )
