"""What editors fill in: each form ends in the arguments of one verb."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

from sources.dates import validate_edtf
from sources.forms import AloneForm, EndForm, KeyField, QuoteForm, TranslationForm, as_pasted, lines, offers, places_of
from sources.languages import validate_language
from sources.models import Origin, Outlet, Passage

from .models import (
    Anonymity,
    Basis,
    Claim,
    Hedge,
    Kind,
    Position,
    RelationKind,
    Sensitivity,
    Subject,
)
from .roles import ROLES


class SubjectsField(forms.ModelMultipleChoiceField):
    def clean(self, value):
        if any(len(str(v)) > 18 for v in value or ()):  # more than a column of numbers takes
            raise ValidationError("Choose subjects of the list")
        return super().clean(value)


class SpeakerForm(forms.Form):
    """One link of the chain behind a passage."""

    name = forms.CharField(required=False, max_length=200, label="Speaker", help_text="As the source names them.")
    anonymity = forms.ChoiceField(choices=Anonymity.choices, label="The speaker is", initial=Anonymity.NAMED)
    subject = KeyField(Subject.objects.all(), by=("name", "names__text"), label="Is the subject")
    outlet = KeyField(Outlet.objects.all(), label="Is the outlet")
    origin = KeyField(Origin.objects.all(), label="Is the origin", help_text="Where the information comes from.")

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if not data.get("name") and any(data.get(n) for n in ("subject", "outlet", "origin")):
            self.add_error("name", "Enter the speaker as the source names them")
        return data

    def link(self) -> dict:
        """Plain values, so that a proposal can wait."""
        data = self.cleaned_data
        things = {f"{n}_id": data[n].pk for n in ("subject", "outlet", "origin") if data.get(n)}
        return {"name": data["name"], "anonymity": data["anonymity"]} | things


class FigureForm(forms.Form):
    """A number that the claim turns on."""

    words = forms.CharField(required=False, max_length=100, strip=False, help_text="Letter for letter, like £1.7百万.")
    low = forms.DecimalField(required=False, max_digits=30, decimal_places=10, label="Value, or lowest")
    high = forms.DecimalField(required=False, max_digits=30, decimal_places=10, label="Highest, if it differs")
    unit = forms.CharField(required=False, max_length=40)
    currency = forms.RegexField(r"^[A-Z]{3}$", required=False, help_text="Like GBP.")
    qualifier = forms.CharField(required=False, max_length=40, help_text="Like more than, about, at least.")

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if not data.get("words") and any(data.get(n) not in (None, "") for n in ("low", "high", "unit", "currency")):
            self.add_error("words", "Enter the number as the source writes it")
        return data

    def figure(self) -> dict:
        data = self.cleaned_data
        low, high = data["low"], data["high"] if data["high"] is not None else data["low"]
        plain = {n: data[n] for n in ("words", "unit", "currency", "qualifier")}
        # "More than" has no upper end.
        open_end = data["qualifier"].lower() in {"more than", "at least", "over"} and data["high"] is None
        return plain | {"low": _plain(low), "high": None if open_end else _plain(high)}


def _plain(number):
    return None if number is None else f"{number:f}"


SpeakerFormSet = forms.formset_factory(SpeakerForm, extra=3, max_num=8)
FigureFormSet = forms.formset_factory(FigureForm, extra=2, max_num=8)


class AppearForm(QuoteForm):
    """A passage in which a claim appears, what the source does with it, who stands behind it, and its numbers."""

    position = forms.ChoiceField(choices=Position.choices, help_text="What the source does with the claim.")
    hedge = forms.ChoiceField(choices=Hedge.choices, label="Said", initial=Hedge.FLAT)
    dated = forms.CharField(
        required=False,
        validators=[validate_edtf],
        label="When it happened",
        help_text="Like 2023, 2023-06, 2023-06-14, 2023-06~ or XXXX-07: no more precise than the source.",
    )
    dated_words = forms.CharField(required=False, label="The words of the date", strip=False)
    dated_basis = forms.ChoiceField(required=False, choices=[("", "no date"), *Basis.choices], label="The date is")
    note = forms.CharField(required=False, widget=lines(2))

    def __init__(self, data=None, **kwargs):
        given = kwargs.get("initial") or {}
        super().__init__(data, **kwargs)
        self.chain = SpeakerFormSet(data, prefix="speaker", initial=given.get("speakers"))
        self.numbers = FigureFormSet(data, prefix="figure", initial=given.get("figures"))
        self.parts = [("Who stands behind it", self.chain), ("Numbers that the claim turns on", self.numbers)]

    @property
    def offers(self):
        return offers(self, self.chain.empty_form)

    def is_valid(self):
        return all([super().is_valid(), self.chain.is_valid(), self.numbers.is_valid()])

    @property
    def parts_have_errors(self):
        return self.is_bound and not (self.chain.is_valid() and self.numbers.is_valid())

    @classmethod
    def initial_of(cls, body: dict) -> dict:
        passage = Passage.objects.select_related("capture__source").get(pk=body["passage_id"])
        speakers = [
            {"name": s["name"], "anonymity": s["anonymity"]}
            | {n: model.objects.get(pk=s[f"{n}_id"]) for n, model in LINKS.items() if f"{n}_id" in s}
            for s in body.get("speakers", [])
        ]
        place = {"source": passage.capture.source, "quotation": passage.exact, "start": passage.start}
        return body | place | {"speakers": speakers, "occurrence": cls.occurrence_of(passage)}

    @staticmethod
    def occurrence_of(passage) -> int | None:
        """Which of several equal words these are."""
        places = places_of(passage.exact, passage.capture.text)
        return places.index((passage.start, passage.end)) + 1 if len(places) > 1 else None

    def arguments(self) -> dict:
        data = self.cleaned_data
        plain = {n: data[n] for n in ("position", "hedge", "dated", "dated_words", "dated_basis", "note")}
        return plain | {
            "speakers": [f.link() for f in self.chain if f.cleaned_data.get("name")],
            "figures": [f.figure() for f in self.numbers if f.cleaned_data.get("words")],
        }


class ReadForm(AppearForm):
    """What is recorded from a text that is being read: its words, and the claim that stands in them, new or there already."""

    statement = forms.CharField(
        required=False,
        label="Claim, in one sentence of ours",
        widget=lines(2),
        help_text="One assertion, neutral words.",
    )
    existing = KeyField(Claim.objects.all(), by=(), label="Or a claim that is there", help_text="Its id.")
    headline = forms.CharField(required=False, max_length=160)
    kind = forms.ChoiceField(choices=Kind.choices)
    subjects = SubjectsField(Subject.objects.all(), required=False)
    sensitivity = forms.ChoiceField(required=False, choices=Sensitivity.choices)
    misconduct = forms.BooleanField(required=False, label="Alleges misconduct or a crime")
    not_same = forms.CharField(required=False, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, capture, data=None, **kwargs):
        super().__init__(data, **kwargs)
        self.capture = capture
        del self.fields["source"]
        self.fields["start"].widget = self.fields["start"].widget if capture.withheld else forms.HiddenInput()
        for name in ("quotation", "statement"):
            self.fields[name].widget.attrs["rows"] = 2

    def clean(self):
        self.cleaned_data["source"] = self.capture.source
        data = super().clean()
        if bool(data.get("statement", "").strip()) == bool(data.get("existing")) and not self.has_error("existing"):
            both = data.get("existing")
            self.add_error(
                "existing" if both else "statement",
                "Enter a claim of your own or one that is there, not both"
                if both
                else "Enter the claim as one sentence",
            )
        return data

    def leave_unjudged(self):
        """Shows what was typed, without saying what is missing."""
        forms_here: list[Any] = [self, *self.chain.forms, *self.numbers.forms]
        for form in forms_here:
            form._errors = ErrorDict()

    def captures(self):
        return [self.capture]

    def about_claim(self):
        return [self[n] for n in ("headline", "kind", "subjects", "sensitivity", "misconduct")]

    def about_saying(self):
        return [self[n] for n in ("hedge", "dated", "dated_words", "dated_basis", "note")]

    def _find(self, words, data):
        start, end = data.get("start"), data.get("end")
        if not self.capture.withheld and start is not None and end is not None:
            there = self.capture.text[start:end]
            if (
                there and as_pasted(there) == words
            ):  # where they were taken; browsers change line ends, the text does not
                data["quotation"] = there
                return
        super()._find(words, data)

    def others(self) -> list[Claim]:
        """The claims that were offered and judged not to be this one."""
        return list(Claim.objects.filter(key__in=self.cleaned_data["not_same"].split(",")[:20]))

    def claim(self) -> dict:
        data = self.cleaned_data
        names = ("statement", "headline", "kind", "subjects", "sensitivity", "misconduct")
        return {n: data[n] for n in names}


LINKS = {"subject": Subject, "outlet": Outlet, "origin": Origin}


class TranslateForm(TranslationForm):
    """A translation of words that readers of a claim see."""

    passage = forms.ChoiceField(label="Of the words")
    field_order = ["passage", "text", "language", "checked_by"]

    def __init__(self, claim, *args, **kwargs):
        super().__init__(*args, **kwargs)
        passages: Any = self.fields["passage"]
        passages.choices = claim.passages().exclude(exact="").order_by("id").values_list("pk", "exact")

    @classmethod
    def initial_of(cls, body):
        return body | {"passage": body["passage_id"]}


class RelateForm(forms.Form):
    """How a claim stands to another."""

    kind = forms.ChoiceField(choices=[(k, k.label) for k in RelationKind.between_claims()], label="This claim")
    other = KeyField(Claim.objects.all(), by=(), required=True, label="Which claim", help_text="Its id.")

    @classmethod
    def initial_of(cls, body):
        return {"kind": body["kind"], "other": Claim.objects.get(pk=body["other_id"])}


class EndOfClaimForm(EndForm):
    """What is said of a claim, and is not so."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["because"].help_text = "It stays in the history. Who reads the claim reads it there."


class EndRelationForm(EndOfClaimForm):
    """How a claim does not stand to another."""

    names = ("kind", "other_id")

    @staticmethod
    def said(row):
        return f"This claim {row.get_kind_display().lower()}: {row.other.words} ({row.other.key})"


class AddSubjectForm(forms.Form):
    """Whom or what a claim is about too."""

    subject = KeyField(Subject.objects.all(), by=("name", "names__text"), required=True, help_text="Its id or a name.")

    @property
    def offers(self):
        return offers(self)

    @classmethod
    def initial_of(cls, body):
        return {"subject": Subject.objects.get(pk=body["subject_id"])}


class EndSubjectForm(EndOfClaimForm):
    """Whom a claim is not about."""

    names = ("subject_id",)

    @staticmethod
    def said(row):
        return f"{row.subject} ({row.subject.key})"


class RecordForm(forms.Form):
    """A new claim in our own words."""

    statement = forms.CharField(widget=lines(2), help_text="One assertion, one sentence, in our own neutral words.")
    headline = forms.CharField(max_length=160, help_text="The same, as short as it can be.")
    kind = forms.ChoiceField(choices=Kind.choices)
    subjects = SubjectsField(Subject.objects.all(), required=False, help_text="Whom or what it is about.")
    sensitivity = forms.ChoiceField(required=False, choices=Sensitivity.choices)
    misconduct = forms.BooleanField(required=False, label="Alleges misconduct or a crime")


class NameForm(AloneForm):
    """What a subject is called in another language or script."""

    text = forms.CharField(max_length=200, label="Name")
    language = forms.CharField(max_length=35, help_text="Like ja, fr or zh-Hant.", validators=[validate_language])
    preferred = forms.BooleanField(required=False, label="The usual name in this language")
    field_order = ["text", "language", "preferred", "override"]


class EndNameForm(EndForm, AloneForm):
    """What a subject is not called."""

    names = ("language", "text")

    @staticmethod
    def said(row):
        return f"{row.text} ({row.language})"


class RetractForm(AloneForm):
    because = forms.CharField(widget=lines(2), label="What its publisher said")
    field_order = ["because", "override"]


class PublishForm(forms.Form):
    no_reply_reason = forms.CharField(
        required=False,
        widget=lines(2),
        label="Why no reply was sought",
        help_text="Needed where the claim alleges misconduct. Readers see it.",
    )


class EditorField(forms.ModelChoiceField):
    def label_from_instance(self, user):
        return user.get_full_name() or user.username


class AssignForm(forms.Form):
    """Into whose hands a claim goes."""

    editor = EditorField(User.objects.none())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        editor: Any = self.fields["editor"]
        editor.queryset = User.objects.filter(is_active=True, groups__name__in=ROLES).order_by("username").distinct()


class CommentForm(forms.Form):
    text = forms.CharField(widget=lines(3), label="Comment", max_length=5000)


class SendBackForm(forms.Form):
    reply = forms.CharField(widget=lines(2), label="What is missing", help_text="The author sees it.")


class OverrideForm(forms.Form):
    because = forms.CharField(
        widget=lines(2),
        label="Why no other editor approves it",
        help_text="Readers see it, in the history.",
        error_messages={"required": "Say why no other editor approves this. Readers see it"},
    )
