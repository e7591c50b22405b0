"""What editors fill in: each form ends in the arguments of one verb."""

from dataclasses import asdict

from django import forms
from django.core.exceptions import ValidationError

from sources.dates import validate_edtf
from sources.forms import QuoteForm
from sources.languages import validate_language
from sources.models import Origin, Passage

from .models import (
    Anonymity,
    Basis,
    Cited,
    Claim,
    Code,
    Hedge,
    Kind,
    Position,
    Relation,
    Sensitivity,
    Stance,
    Status,
    Subject,
)


def _long(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "cols": 60})


class AppearForm(QuoteForm):
    """A passage in which a claim appears, what the source does with it, and who stands behind it."""

    position = forms.ChoiceField(choices=Position.choices, help_text="What the source does with the claim.")
    hedge = forms.ChoiceField(choices=Hedge.choices, label="Said", initial=Hedge.FLAT)
    speaker = forms.CharField(required=False, help_text="Whom the source names behind it, if anybody.")
    anonymity = forms.ChoiceField(choices=Anonymity.choices, label="The speaker is", initial=Anonymity.NAMED)
    dated = forms.CharField(
        required=False,
        validators=[validate_edtf],
        label="About",
        help_text="Like 2023, 2023-06, 2023-06-14, 2023-06~ or XXXX-07: no more precise than the source.",
    )
    dated_words = forms.CharField(required=False, label="The words of the date", strip=False)
    dated_basis = forms.ChoiceField(required=False, choices=[("", "no date"), *Basis.choices], label="The date is")
    note = forms.CharField(required=False, widget=_long(2))

    def arguments(self) -> dict:
        data = self.cleaned_data
        speaker = {"name": data["speaker"], "anonymity": data["anonymity"]}
        return {
            "position": data["position"],
            "hedge": data["hedge"],
            "speakers": [speaker] if data["speaker"] else [],
            "dated": data["dated"],
            "dated_words": data["dated_words"],
            "dated_basis": data["dated_basis"],
            "note": data["note"],
        }


class RecordForm(forms.Form):
    """A new claim in our own words."""

    statement = forms.CharField(widget=_long(2), help_text="One assertion, one sentence, in our own neutral words.")
    headline = forms.CharField(max_length=160, help_text="The same, in up to 80 characters.")
    kind = forms.ChoiceField(choices=Kind.choices)
    subjects = forms.ModelMultipleChoiceField(Subject.objects.all(), required=False, label="About")
    sensitivity = forms.ChoiceField(required=False, choices=Sensitivity.choices)
    misconduct = forms.BooleanField(required=False, label="Alleges misconduct or a crime")


class NameForm(forms.Form):
    """What a subject is called in another language or script."""

    text = forms.CharField(max_length=200, label="Name")
    language = forms.CharField(max_length=35, help_text="Like ja, fr or zh-Hant.", validators=[validate_language])
    preferred = forms.BooleanField(required=False, label="The usual name in this language")


class RewordForm(forms.Form):
    headline = forms.CharField(max_length=160)
    statement = forms.CharField(widget=_long(2), help_text="One assertion, one sentence, in our own neutral words.")


class PublishForm(forms.Form):
    no_reply_reason = forms.CharField(
        required=False,
        widget=_long(2),
        label="Why no reply was sought",
        help_text="Needed where the claim alleges misconduct. Readers see it.",
    )


class BecauseForm(forms.Form):
    because = forms.CharField(widget=_long(2), label="Why", help_text="Readers may see it.")


NOT_CITED = [("", "not cited"), *Stance.choices]


class AssessForm(forms.Form):
    """A finding: the status, why, and the evidence on file with the stance of each piece."""

    status = forms.ChoiceField(choices=Status.choices, widget=forms.RadioSelect)
    because = forms.CharField(max_length=240, label="Why, in one sentence", widget=_long(2))
    reason = forms.CharField(required=False, label="Why, in full", widget=_long(5), help_text="Cite with [1] [2].")
    would_change = forms.CharField(required=False, label="What would change this", widget=_long(2))
    code = forms.ChoiceField(choices=Code.choices, label="Because of")
    review_by = forms.DateField(required=False, label="Look again by", widget=forms.DateInput(attrs={"type": "date"}))
    passage = forms.CharField(
        required=False, label="Another passage", help_text="Its id, like SO-ab12cd34ef/0123456789ab/12-40."
    )
    passage_stance = forms.ChoiceField(required=False, choices=NOT_CITED, label="The other passage")
    reference = forms.CharField(required=False, label="An outside reference", widget=_long(2))
    url = forms.URLField(required=False, label="Its address", assume_scheme="https")
    origin = forms.CharField(
        required=False, label="Its origin", help_text="The id of where it first came from, like OR-ab12cd34ef."
    )
    reference_stance = forms.ChoiceField(required=False, choices=NOT_CITED, label="The reference")
    expression = forms.CharField(required=False, label="A calculation", help_text="Like (3.25 / 1.7) - 1")
    printed = forms.CharField(required=False, label="The printed figure")
    decimals = forms.IntegerField(required=False, min_value=0, max_value=20, label="Rounded to so many decimals")
    expression_stance = forms.ChoiceField(required=False, choices=NOT_CITED, label="The calculation")

    def __init__(self, claim: Claim, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.claim = claim
        self.on_file = list(_on_file(claim))
        for passage in self.on_file:
            self.fields[f"stance_{passage.pk}"] = forms.ChoiceField(
                required=False, choices=NOT_CITED, label=f"Passage {passage.ref}"
            )
        if not self.is_bound and claim.assessment_id:
            self.initial.setdefault("code", Code.NEW_EVIDENCE)

    def evidence(self):
        """The passages on file, each with its field."""
        return [(passage, self[f"stance_{passage.pk}"]) for passage in self.on_file]

    def others(self):
        names = ("passage", "passage_stance", "reference", "url", "origin", "reference_stance")
        return [self[name] for name in (*names, "expression", "printed", "decimals", "expression_stance")]

    def clean_passage(self):
        ref = self.cleaned_data["passage"].strip()
        if not ref:
            return None
        try:
            source, sha, place = ref.split("/")
            start, end = place.split("-")
            return Passage.objects.get(
                capture__source__key=source, capture__sha256__startswith=sha, start=int(start), end=int(end)
            )
        except (ValueError, Passage.DoesNotExist) as error:
            raise ValidationError(f"There is no passage {ref}") from error

    def clean_origin(self):
        key = self.cleaned_data["origin"].strip()
        found = Origin.objects.filter(key__iexact=key).first() if key else None
        if key and found is None:
            raise ValidationError(f"There is no origin {key}")
        return found

    def cited(self) -> list[Cited]:
        data = self.cleaned_data
        cited = [Cited(stance=data[f"stance_{p.pk}"], passage_id=p.pk) for p in self.on_file if data[f"stance_{p.pk}"]]
        if data["passage"] and data["passage_stance"]:
            cited.append(Cited(stance=data["passage_stance"], passage_id=data["passage"].pk))
        if data["reference"] and data["reference_stance"]:
            origin = data["origin"]
            cited.append(
                Cited(
                    stance=data["reference_stance"],
                    reference=data["reference"],
                    url=data["url"],
                    origin_id=origin.pk if origin else None,
                )
            )
        if data["expression"] and data["expression_stance"]:
            cited.append(
                Cited(
                    stance=data["expression_stance"],
                    expression=data["expression"],
                    printed=data["printed"],
                    decimals=data["decimals"] or 0,
                )
            )
        return cited

    def arguments(self) -> dict:
        data = self.cleaned_data
        return {
            "status": data["status"],
            "because": data["because"],
            "reason": data["reason"],
            "would_change": data["would_change"],
            "code": data["code"],
            "review_by": data["review_by"].isoformat() if data["review_by"] else None,
            "citing": [asdict(c) for c in self.cited()],
        }

    def clean(self):
        super().clean()
        data = self.cleaned_data
        for thing in ("passage", "reference", "expression"):
            if bool(data.get(thing)) != bool(data.get(f"{thing}_stance")) and not self.has_error(thing):
                self.add_error(f"{thing}_stance", "Say whether it supports or contradicts the claim, and what it is")
        return data


def _on_file(claim: Claim):
    """Passages an editor will want to cite: those of the claim, and those of the claims it is related to."""
    live = Relation.objects.live()
    related = [
        *live.filter(claim=claim).values_list("other", flat=True),
        *live.filter(other=claim).values_list("claim", flat=True),
    ]
    return (
        Passage.objects.filter(appearances__until__isnull=True, appearances__claim__in=[claim.pk, *related])
        .exclude(exact="")
        .select_related("capture__source")
        .order_by("capture", "start")
        .distinct()[:100]
    )


class SendBackForm(forms.Form):
    reply = forms.CharField(widget=_long(2), label="What is missing", help_text="The author sees it.")
