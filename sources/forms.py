from array import array
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from .anchoring import places_in
from .dates import validate_edtf
from .fetching import too_large
from .languages import validate_language
from .lookalikes import warnings
from .models import Capture, Origin, Source
from .models.origins import DescentKind
from .models.sources import Rights
from .models.texts import RegionKind

OFFERED = 50  # of the newest things, as one types


def lines(rows: int = 3, cols: int = 60) -> forms.Textarea:
    """A field of several lines, which run as their letters do."""
    return forms.Textarea(attrs={"rows": rows, "cols": cols, "dir": "auto"})


class KeyField(forms.CharField):
    """A thing that has a key, by that key or by its name; the newest are offered as one types."""

    def __init__(self, queryset, *, by=("name",), **kwargs):
        self.queryset, self.by = queryset, by
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.widget.attrs["list"] = self.list_id

    @property
    def list_id(self) -> str:
        return f"offered-{self.queryset.model._meta.model_name}"

    def offered(self):
        return [(thing.key, str(thing)) for thing in self.queryset.all().order_by("-id")[:OFFERED]]

    def to_python(self, value):
        words = super().to_python(value)
        if not words:
            return None
        if "\0" in words:
            raise ValidationError("There is a null character in it")
        for name in ("key", *self.by):
            over = name.rpartition("__")[0]  # a name on a row of its own must stand
            stands = {f"{over}__until": None} if over else {}
            found = list(self.queryset.filter(**{f"{name}__iexact": words}, **stands).distinct()[:2])
            if len(found) == 1:
                return found[0]
            if found:
                raise ValidationError(f"Several are called {words}. Enter the id of one")
        raise ValidationError(f"There is no {self.queryset.model._meta.verbose_name} {words}")

    def prepare_value(self, value):
        return getattr(value, "key", value)


def offers(*parts: forms.BaseForm):
    """The lists that the key fields of these forms offer, each once."""
    found = {f.list_id: f for part in parts for f in part.fields.values() if isinstance(f, KeyField)}
    return {name: field.offered() for name, field in found.items()}


class BringForm(forms.Form):
    """A document on its way in: an address, a file or a text."""

    url = forms.URLField(
        required=False, label="Address", assume_scheme="https", help_text="Like https://example.org/article."
    )
    file = forms.FileField(
        required=False,
        label="Or a file",
        allow_empty_file=True,
        help_text="A page (HTML), a PDF, a Word file (.docx) or a plain text.",
    )
    text = forms.CharField(
        required=False,
        strip=False,
        label="Or the text",
        widget=lines(12, 80),
        help_text="Paste the whole text, unchanged.",
    )

    def clean_text(self):
        return as_pasted(self.cleaned_data["text"])

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > settings.FACTDESK_MAX_BYTES:
            raise ValidationError(too_large(file.size))
        return file

    def clean(self):
        super().clean()
        data = self.cleaned_data
        given = [n for n in ("url", "file", "text") if data.get(n)]
        if not given and not self.errors:
            self.add_error("url", "Enter an address, choose a file or paste the text")
        if len(given) > 1:
            self.add_error(None, "Enter one of the three: an address, a file or the text")
        return data


class CheckForm(forms.Form):
    """What a document is, guessed and confirmed, and which of its proposed regions are right."""

    source = KeyField(
        Source.objects.all(),
        by=("title",),
        label="A source that is there",
        help_text="Only where it was captured before.",
    )
    title = forms.CharField(max_length=500, help_text="In its own language.")
    title_en = forms.CharField(max_length=500, required=False, label="Title in English", help_text="Our translation.")
    outlet = forms.CharField(
        max_length=200, required=False, help_text="Who publishes it; left empty where it does not say."
    )
    author = forms.CharField(max_length=200, required=False)
    dated = forms.CharField(
        required=False,
        max_length=64,
        validators=[validate_edtf],
        label="Published",
        help_text="2023, 2023-06 or 2023-06-14; no more than it says.",
    )
    language = forms.CharField(max_length=35, validators=[validate_language], help_text="Like ja, fr or zh-Hant.")
    rights = forms.ChoiceField(choices=[("", "choose"), *Rights.choices], help_text="What of it we may show.")
    url = forms.URLField(required=False, label="Address", assume_scheme="https")
    archived = forms.URLField(
        required=False, label="Archived copy", assume_scheme="https", help_text="Its address in an archive."
    )
    archive = forms.BooleanField(
        required=False,
        initial=True,
        label="Ask the archive for a copy",
        help_text="While nobody waits. Never for a confidential source.",
    )
    confidential = forms.BooleanField(required=False, help_text="Readers never learn of this source.")
    again = forms.BooleanField(required=False, label="The same bytes, published as another source all the same")

    def __init__(self, *args, regions=(), kept=None, **kwargs):
        super().__init__(*args, **kwargs)
        if not kept:
            del self.fields["again"]
        if not (settings.FACTDESK_ARCHIVE and self.initial.get("url")):
            del self.fields["archive"]
        self.regions = list(regions)
        for n, region in enumerate(self.regions):
            words = "Repeats another stretch" if region["kind"] == "repeat" else "Page furniture"
            self.fields[f"region_{n}"] = forms.BooleanField(
                required=False, initial=True, label=f"{words}: characters {region['start']} to {region['end']}"
            )

    @property
    def offers(self):
        return offers(self)

    def described(self):
        """The fields that say what the document is."""
        return [self[name] for name in self.fields if not name.startswith("region_")]

    def marked(self):
        """The proposed regions, each with its field."""
        return [(region, self[f"region_{n}"]) for n, region in enumerate(self.regions)]

    def confirmed(self) -> list[dict]:
        return [r for n, r in enumerate(self.regions) if self.cleaned_data[f"region_{n}"]]

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if data.get("source"):  # it says what it is itself
            for name in ("title", "language", "rights"):
                self.errors.pop(name, None)
        return data

    def about(self) -> dict:
        names = ("title", "title_en", "author", "dated", "language", "rights", "url", "archived", "confidential")
        return {n: self.cleaned_data[n] for n in names}


# Spaces of other kinds and a lone carriage return, as browsers copy them.
SPACES = {
    **dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "),
    ord("\r"): "\n",
}


def as_pasted(words: str) -> str:
    """Browsers send the line ends of a text area as CRLF, whatever was pasted."""
    return words.replace("\r\n", "\n")


def places_of(words: str, text: str) -> list[tuple[int, int]]:
    """Where words occur in a text, overlapping or not; letter for letter, or else but for white space of other kinds.

    Browsers copy a space that does not break as one that does, and any line end as their own.
    """
    return _stretches(words, text) or _folded_stretches(words, text)


def _stretches(words: str, text: str) -> list[tuple[int, int]]:
    return [(at, at + len(words)) for at in places_in(words, text)]


def _folded_stretches(words: str, text: str) -> list[tuple[int, int]]:
    at = array("L", (i for i, c in enumerate(text) if c != "\r" or text[i + 1 : i + 2] != "\n"))
    plain = "".join(text[i] for i in at).translate(SPACES)
    return [(at[a], at[b - 1] + 1) for a, b in _stretches(as_pasted(words).translate(SPACES), plain)]


class QuoteForm(forms.Form):
    """Words of a source. Copy them letter for letter; the desk finds them in the newest of its texts that has them."""

    source = KeyField(
        Source.objects.all(), by=("title", "title_en"), required=True, help_text="Its id, like SO-ab12cd34ef, or title."
    )
    quotation = forms.CharField(
        strip=False,
        widget=lines(3),
        help_text="The shortest stretch that carries the claim, letter for letter.",
    )
    occurrence = forms.IntegerField(
        required=False, min_value=1, help_text="Only where the words occur more than once: 1 for the first."
    )
    start = forms.IntegerField(
        required=False, min_value=0, help_text="Only where we do not hold the text: the place, in characters."
    )
    translation = forms.CharField(
        required=False,
        widget=lines(2),
        help_text="In English, close to the words.",
    )

    capture: Capture

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if "source" not in data or "quotation" not in data:
            return data
        captures = self.captures()
        if not captures:
            self.add_error("source", f"{data['source'].key} has no text yet. Capture it first")
            return data
        words = data["quotation"] = as_pasted(data["quotation"])
        if not words.strip():
            self.add_error("quotation", "Enter the words, letter for letter")
            return data
        self.capture = next((c for c in captures if places_of(words, c.text)), captures[0])
        self._find(words, data)
        if "start" in data and data.get("translation") and not self.errors:
            there = self.capture.passages.filter(
                start=data["start"], end=data["start"] + len(data["quotation"])
            ).first()
            if there and there.translations.live().filter(language="en").exists():
                self.add_error("translation", "These words are translated already. Leave this empty, or translate anew")
        return data

    def captures(self):
        """The texts in which the words are looked for, newest first."""
        return list(self.cleaned_data["source"].captures.order_by("-id"))

    def _find(self, words, data):
        if self.capture.withheld:
            if data.get("start") is None:
                self.add_error("start", "We do not hold this text. Enter the place of the words in it")
            return
        places = places_of(words, self.capture.text)
        if not places:
            self.add_error("quotation", "The quotation is not in the text. Copy it letter for letter")
        elif len(places) > 1 and not data.get("occurrence"):
            self.add_error("occurrence", f"These words occur {len(places)} times. Say which: 1 to {len(places)}")
        elif (data.get("occurrence") or 1) > len(places):
            self.add_error("occurrence", f"These words occur {len(places)} times")
        else:
            start, end = places[(data.get("occurrence") or 1) - 1]
            data["start"], data["quotation"] = start, self.capture.text[start:end]

    def warnings(self) -> list[str]:
        """What is odd about the words. They are kept as they are."""
        found = warnings(self.cleaned_data["quotation"])
        return [f"The words hold a {w.kind} ({w.words}). They are kept as they are." for w in found]

    def quote(self, *, by):
        """The passage, with its translation where one was typed."""
        data = self.cleaned_data
        start = data["start"]
        passage = self.capture.quote(start, start + len(data["quotation"]), by=by, exact=data["quotation"])
        if data["translation"]:
            try:
                passage.translate(data["translation"], by=by, made_by=by.get_full_name() or by.username)
            except ValidationError as refusal:
                if getattr(refusal, "code", "") != "own_review":
                    raise
                sentence = "Readers see these words. Leave this empty, and translate them on the page of their claim"
                raise ValidationError({"translation": sentence}) from refusal
        return passage


class AloneForm(forms.Form):
    """What a chief may do alone, with a reason; the page leaves the field to those."""

    override = forms.CharField(
        required=False,
        label="Why this is done without a second editor",
        help_text="Left empty, it waits for one. A chief may do it alone, with a reason that stays in the ledger.",
    )


class WatchForm(forms.Form):
    """What the button on the page said: whether the source is watched from now on."""

    wanted = forms.ChoiceField(choices=[("watch", "watch"), ("stop", "stop")], widget=forms.HiddenInput)


class DescentForm(AloneForm):
    """Where an origin comes from."""

    kind = forms.ChoiceField(choices=DescentKind.choices, label="This origin")
    upstream = KeyField(Origin.objects.all(), required=True, label="Which origin", help_text="Its id or its name.")
    note = forms.CharField(required=False, widget=lines(2), label="How we know")
    field_order = ["kind", "upstream", "note", "override"]

    @property
    def offers(self):
        return offers(self)

    @staticmethod
    def initial_of(body: dict) -> dict:
        return body | {"upstream": Origin.objects.filter(pk=body["upstream_id"]).first()}


class EndForm(forms.Form):
    """Which of several things that were said is not so, and why."""

    which = forms.ChoiceField(widget=forms.RadioSelect)
    because = forms.CharField(
        widget=lines(2),
        label="Why it does not stand",
        help_text="It stays in the history.",
    )
    field_order = ["which", "because", "override"]
    names: tuple[str, ...] = ()  # the columns by which a verb knows the row

    def __init__(self, rows, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = {self._named(row.__dict__): row for row in rows}
        which: Any = self.fields["which"]
        which.choices = [(name, self.said(row)) for name, row in self.rows.items()]

    @classmethod
    def _named(cls, values) -> str:
        """How the form, and the links to it, name a row."""
        return " ".join(str(values[name]) for name in cls.names)

    @staticmethod
    def said(row) -> str:
        """What it says, for editors."""
        raise NotImplementedError

    @classmethod
    def initial_of(cls, body: dict) -> dict:
        return body | {"which": cls._named(body)}

    def arguments(self) -> dict:
        data = dict(self.cleaned_data)
        row = self.rows[data.pop("which")]
        return {name: getattr(row, name) for name in self.names} | data


class EndDescentForm(EndForm, AloneForm):
    """Where an origin does not come from."""

    names = ("kind", "upstream_id")

    @staticmethod
    def said(row):
        return f"It {row.get_kind_display().lower()} {row.upstream} ({row.upstream.key})"


class EndRegionForm(EndForm, AloneForm):
    """Which stretch of a text is not of its kind."""

    names = ("kind", "start", "end")

    @staticmethod
    def said(row):
        return str(row)


class RegionForm(AloneForm):
    """A stretch of a text that repeats another one, or that is page furniture. It is marked, never cut."""

    kind = forms.ChoiceField(choices=RegionKind.choices)
    start = forms.IntegerField(min_value=0, label="From character")
    end = forms.IntegerField(min_value=1, label="To character")
    of_start = forms.IntegerField(required=False, min_value=0, label="Repeats from character")
    of_end = forms.IntegerField(required=False, min_value=1, label="Repeats to character")
    note = forms.CharField(required=False, help_text="How the two differ, if they do.")
    field_order = ["kind", "start", "end", "of_start", "of_end", "note", "override"]

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if data.get("start") is not None and data.get("end") is not None and data["end"] <= data["start"]:
            self.add_error("end", "The stretch ends before it starts")
        repeat = data.get("kind") == "repeat"
        if repeat and (data.get("of_start") is None or data.get("of_end") is None):
            self.add_error("of_start", "Enter which stretch it repeats")
        if not repeat:
            data["of_start"] = data["of_end"] = None
        return data


class BecauseForm(forms.Form):
    because = forms.CharField(widget=lines(3), label="Why")


class TranslationForm(forms.Form):
    """The words of a passage in another language."""

    text = forms.CharField(widget=lines(3), label="Translation")
    language = forms.CharField(max_length=35, initial="en", validators=[validate_language])
    checked_by = forms.CharField(required=False, max_length=200, help_text="The second reader, if there was one.")
