from django import forms
from django.core.exceptions import ValidationError

from .lookalikes import warnings
from .models import Capture, Source


class PasteForm(forms.Form):
    """The text of a source, kept exactly as it is pasted."""

    text = forms.CharField(
        strip=False, widget=forms.Textarea(attrs={"rows": 20, "cols": 80}), help_text="Paste the whole text, unchanged."
    )

    def clean_text(self):
        # Browsers send the line ends of a text area as CRLF, whatever was pasted.
        return self.cleaned_data["text"].replace("\r\n", "\n")


class QuoteForm(forms.Form):
    """Words of a source. Copy them letter for letter; the desk finds them in the text."""

    source = forms.CharField(help_text="Its id, like SO-ab12cd34ef. The words are looked for in its newest capture.")
    quotation = forms.CharField(
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
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
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        help_text="In English, close to the words.",
    )

    capture: Capture

    def clean_source(self):
        source = Source.objects.filter(key__iexact=self.cleaned_data["source"]).first()
        if source is None:
            raise ValidationError(f"There is no source {self.cleaned_data['source']}")
        capture = source.captures.order_by("-id").first()
        if capture is None:
            raise ValidationError(f"{source.key} has no text yet. Capture it first")
        self.capture = capture
        return source

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if "source" not in data or "quotation" not in data:
            return data
        words = data["quotation"] = data["quotation"].replace("\r\n", "\n")
        if self.capture.withheld:
            if data.get("start") is None:
                self.add_error("start", "We do not hold this text. Enter the place of the words in it")
            return data
        places = self._places(words)
        if not places:
            self.add_error("quotation", "The quotation is not in the text. Copy it letter for letter")
        elif len(places) > 1 and not data.get("occurrence"):
            self.add_error("occurrence", f"These words occur {len(places)} times. Say which: 1 to {len(places)}")
        elif (data.get("occurrence") or 1) > len(places):
            self.add_error("occurrence", f"These words occur {len(places)} times")
        else:
            data["start"] = places[(data.get("occurrence") or 1) - 1]
        return data

    def _places(self, words: str) -> list[int]:
        places, at = [], self.capture.text.find(words)
        while at >= 0:
            places.append(at)
            at = self.capture.text.find(words, at + 1)
        return places

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
            passage.translate(data["translation"], by=by, made_by=by.get_full_name() or by.username)
        return passage
