from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy

from ..keeping import Kept, Rule
from ..languages import standardise, validate_language
from ..recording import in_turn, record, refuse_unless_may, to_end
from .record import Change, ClosingRow, Row, Sealed, Verb
from .showing import InPublic, carries, may_harm
from .sources import Source

CONTEXT = 32  # code points of prefix and suffix


class Capture(InPublic, Row):
    """The exact text of a source as we got it at one moment.

    `length` and all offsets are in Unicode code points. `blocks` are the [start, end) of its lines that hold text.
    A withheld capture ships no text: hashes, length and blocks stand, and its passages are proved by whoever holds the file.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="captures")
    sha256 = models.CharField(max_length=64, db_index=True)
    text_sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    length = models.PositiveBigIntegerField()
    blocks = models.JSONField(default=list, blank=True)
    media_type = models.CharField(max_length=100, default="text/plain")
    charset = models.CharField(max_length=40, default="utf-8")
    text = models.TextField(blank=True)
    withheld = models.BooleanField(default=False)
    how = models.CharField(max_length=12, default="file")
    extractor = models.CharField(max_length=60, blank=True)
    final_url = models.URLField(max_length=1000, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    captured_at = models.DateTimeField()

    kept = Kept(personal=("text",), blanked=(("final_url", "= ''"),))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "sha256"], name="captured_once"),
            models.CheckConstraint(name="withheld_capture_has_no_text", condition=Q(withheld=False) | Q(text="")),
        ]

    def __str__(self):
        return f"capture {self.sha256[:12]}"

    @property
    def ref(self) -> str:
        return f"{self.source.key}/{self.sha256[:12]}"

    def stands_in_public(self, *, waits=False):
        """By its quotes."""
        return not self.source.confidential and self.passages.filter(carries(waits=waits)).exists()

    @transaction.atomic
    def mark(self, kind, start, end, *, by, approved_by=None, of_start=None, of_end=None, note="", override=""):
        """Marks a region; of a text that readers see quotes of, by two people. Nothing is cut."""
        refuse_unless_may(by, "record")
        in_turn()
        if max(end, of_end or 0) > self.length:
            raise ValidationError(
                f"The region ends at {max(end, of_end or 0)}, but the text has {self.length} characters."
            )
        if of_start is not None and of_end is not None and of_start >= of_end:
            raise ValidationError("The stretch that is repeated ends before it starts")
        change = self._region_change(Verb.MARK, by=by, approved_by=approved_by, override=override)
        region = Region(
            capture=self, kind=kind, start=start, end=end, of_start=of_start, of_end=of_end, note=note, since=change
        )
        region.save()
        return region

    @transaction.atomic
    def end_region(self, kind, start, end, *, by, because, approved_by=None, override=""):
        """The stretch is not of that kind; of a text that readers see quotes of, by two people."""
        refuse_unless_may(by, "record")
        in_turn()
        refusal = {"start": f"No such region is marked from {start} to {end}"}
        ended = to_end(self.regions, because, refusal, kind=kind, start=start, end=end)
        two = {"by": by, "approved_by": approved_by, "override": override}
        ended.close(self._region_change(Verb.CLOSE, note=because, **two))
        return ended

    def _region_change(self, verb, **act) -> Change:
        """The change by which it has a region more, or one less."""
        shown, waits = self.is_shown, self.is_for_readers
        return record(verb, "capture", self.ref, public=shown, decides=waits, shows=self.source.is_shown, **act)

    @transaction.atomic
    def read_to_the_end(self, *, by):
        """An editor read it all: what is not recorded from it is not in it."""
        refuse_unless_may(by, "record")
        in_turn()
        return record(Verb.READ, "capture", self.ref, by=by, shows=self.source.is_shown)

    @property
    def read_by(self) -> Change | None:
        """The last reading to the end."""
        return Change.objects.about("capture", self.ref).filter(verb=Verb.READ).select_related("by").last()

    @transaction.atomic
    def quote(self, start, end, *, by, exact=None):
        """The passage at this place, recorded once; its words come from the text, or, where that is withheld, from the editor."""
        refuse_unless_may(by, "record")
        in_turn()
        there = self.passages.filter(start=start, end=end).first()
        if there and exact is not None and exact != there.exact:
            raise ValidationError(
                {"quotation": "Other words are recorded at this place. Look at your copy of the text"}
            )
        if there:
            return there
        if exact is None:
            exact = self.text[start:end]
        passage = Passage(
            capture=self,
            start=start,
            end=end,
            exact=exact,
            prefix=self.text[max(0, start - CONTEXT) : start],
            suffix=self.text[end : end + CONTEXT],
        )
        passage.since = record(Verb.MARK, "passage", passage.ref, by=by)
        passage.save()
        return passage

    def block_of(self, start: int) -> int:
        """Number of the block in which an offset lies, or of the next one; from 1, and 0 where there is none."""
        return next((n for n, (_, end) in enumerate(self.blocks, 1) if start < end), len(self.blocks))


class RegionKind(models.TextChoices):
    REPEAT = "repeat", gettext_lazy("repeats another stretch")
    FURNITURE = "furniture", gettext_lazy("page furniture")


class Region(ClosingRow):
    """A stretch of a capture that repeats another one, or that is page furniture. Marked, never cut."""

    capture = models.ForeignKey(Capture, models.PROTECT, related_name="regions")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=RegionKind.choices)
    of_start = models.PositiveIntegerField(null=True, blank=True)
    of_end = models.PositiveIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)

    kept = Kept(blanked=(("note", "= ''"),), closes=True)

    class Meta:
        ordering = ["start", "end"]
        constraints = [
            models.CheckConstraint(name="region_kind_is_known", condition=Q(kind__in=RegionKind.values)),
            models.CheckConstraint(name="region_has_a_length", condition=Q(start__lt=F("end"))),
            models.CheckConstraint(
                name="repeat_says_of_what",
                condition=Q(kind="repeat", of_start__isnull=False, of_end__isnull=False)
                | Q(kind="furniture", of_start__isnull=True, of_end__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["capture", "start", "end", "kind"], condition=Q(until__isnull=True), name="region_stands_once"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} [{self.start}, {self.end})"


class PassageQuerySet(models.QuerySet):
    def overlapping(self, capture_id, start, end):
        """Those that share a character with a stretch of a capture."""
        return self.filter(capture=capture_id, start__lt=end, end__gt=start)

    def for_list(self):
        """With the source of each, but not its whole text."""
        return self.select_related("capture__source", "since").defer("capture__text", "capture__blocks")

    def with_translations(self):
        """With the translations that stand, as `shown_translations`."""
        live = Translation.objects.live().order_by("language")
        return self.prefetch_related(models.Prefetch("translations", queryset=live, to_attr="shown_translations"))


class Passage(InPublic, Sealed, Row):
    """A verbatim stretch [start, end) of a capture, in code points.

    Without words (`exact` empty) it is a place whose words are kept back: the hash of the file says what stands there.
    """

    capture = models.ForeignKey(Capture, models.PROTECT, related_name="passages")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    exact = models.TextField(blank=True)
    prefix = models.CharField(max_length=32, blank=True)
    suffix = models.CharField(max_length=32, blank=True)
    repeats = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="twins")

    objects = PassageQuerySet.as_manager()

    kept = Kept(
        personal=("exact",),
        blanked=(("prefix", "= ''"), ("suffix", "= ''")),
        rules=(
            Rule(
                "quote_is_verbatim",
                "INSERT",
                'EXISTS (SELECT 1 FROM sources_capture c WHERE c.id = NEW.capture_id AND (NEW."end" > c.length OR c.withheld AND '
                "(NEW.prefix <> '' OR NEW.suffix <> '') OR NOT c.withheld AND (substr(c.text, NEW.start + 1, NEW.\"end\" - NEW.start) "
                "<> NEW.exact OR c.text = '')))",
                "sources_passage: a quote is verbatim",
            ),
        ),
    )

    class Meta:
        ordering = ["capture", "start", "end"]
        constraints = [
            models.UniqueConstraint(fields=["capture", "start", "end"], name="passage_is_taken_once"),
            models.CheckConstraint(name="passage_has_a_length", condition=Q(start__lt=F("end"))),
            models.CheckConstraint(
                name="quote_is_as_long_as_its_place", condition=Q(exact="") | Q(end=F("start") + Length("exact"))
            ),
        ]

    def __str__(self):
        return f"[{self.start}, {self.end})"

    @property
    def ref(self) -> str:
        return f"{self.capture.ref}/{self.start}-{self.end}"

    def stands_in_public(self, *, waits=False):
        open_to_readers = not self.capture.source.confidential
        return open_to_readers and Passage.objects.filter(carries(waits=waits), pk=self.pk).exists()

    @transaction.atomic
    def translate(self, text, *, by, language="en", made_by="", checked_by="", approved_by=None, override=""):
        """Adds a translation; an earlier one into the same language ends. Where readers see the passage, by two people."""
        refuse_unless_may(by, "record")
        language = standardise(language)
        in_turn()
        change = record(
            Verb.TRANSLATE,
            "passage",
            self.ref,
            by=by,
            approved_by=approved_by,
            public=self.is_shown,
            decides=self.is_for_readers,
            sensitive=Passage.objects.filter(may_harm(), pk=self.pk).exists(),
            override=override,
        )
        for earlier in self.translations.live().filter(language=language):
            earlier.close(change)
        translation = Translation(
            passage=self,
            text=text,
            language=language,
            made_by=made_by,
            checked_by=checked_by,
            since=change,
        )
        translation.save()
        return translation

    def save(self, *args, **kwargs):
        # Words that are kept back get no seal: a few words of a known length are guessed from it in no time.
        if self.exact:
            super().save(*args, **kwargs)
        else:
            Row.save(self, *args, **kwargs)

    def clean(self):
        capture = self.capture
        if self.end > capture.length:
            raise ValidationError(f"The quotation ends at {self.end}, but the text has {capture.length} characters.")
        if not capture.withheld and capture.text[self.start : self.end] != self.exact:
            raise ValidationError("The quotation is not in the text. Copy it letter for letter")

    def seal_holds(self):
        return not (self.exact or self.seal) or super().seal_holds()

    def is_proved_by(self, text: str) -> bool:
        """Whether the captured text, which the caller holds, carries these very words; where they are kept back, any words."""
        words = text[self.start : self.end]
        return words == self.exact if self.exact else len(words) == self.end - self.start and bool(words.strip())


class Translation(Sealed, ClosingRow):
    """A quote in another language, and who translated and checked it. The original is what the desk assesses."""

    passage = models.ForeignKey(Passage, models.PROTECT, related_name="translations")
    language = models.CharField(max_length=35, validators=[validate_language])
    text = models.TextField()
    made_by = models.CharField(max_length=200)
    checked_by = models.CharField(max_length=200, blank=True)

    kept = Kept(personal=("text",), blanked=(("made_by", "= ''"), ("checked_by", "= ''")), closes=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["passage", "language"], condition=Q(until__isnull=True), name="one_translation_stands"
            )
        ]

    def __str__(self):
        return f"{self.language}: {self.text[:60]}"
