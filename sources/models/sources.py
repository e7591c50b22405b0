import codecs
import hashlib
from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from .. import keys
from ..blocks import blocks_of
from ..dates import validate_edtf
from ..languages import validate_language
from ..moments import known
from ..recording import in_turn, record, refuse_unless_may
from .catalogue import CatalogueQuerySet, CatalogueRow, said
from .origins import Origin, OriginKind
from .outlets import Outlet
from .record import Change, Verb
from .showing import carries


class Rights(models.TextChoices):
    QUOTE = "quote", "quotations only"
    FULL = "full", "the whole text"
    NONE = "none", "nothing"


class SourceQuerySet(CatalogueQuerySet):
    @transaction.atomic
    def add(self, *, by, origin=None, **fields):
        """A new source; where no origin is named, it is one itself."""
        in_turn()
        if origin is None:
            origin = Origin.objects.add(
                by=by,
                name=fields["title"],
                kind=OriginKind.DOCUMENT,
                outlet=fields.get("outlet"),
                dated=fields.get("dated", ""),
            )
        elif fields.get("confidential") and origin.is_for_readers:
            raise ValidationError(
                {
                    "confidential": "Readers see its origin by name, or will. Add the source first, then edit it to be confidential"
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

    def stands_in_public(self, *, waits=False):
        """One that was confidential is not public yet, and readers see it as soon as it no longer is.

        Where others have it from this one they see its origin, by a name that depends on whether it is confidential.
        """
        if self.confidential:
            return False
        quoted = self.captures.filter(carries("passages__", waits=waits))
        return self.is_public or quoted.exists() or self.origin.stands_in_public(waits=waits)

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
        in_turn()
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
