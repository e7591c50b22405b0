"""The form of a finding: a status, why, and the evidence on file, each piece with its stance and its number."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from sources.forms import KeyField, lines, offers
from sources.models import Origin, Passage

from .models import Cited, Claim, Code, CorrectionKind, Relation, Stance, Status

ON_FILE = 100  # passages on one page
NOT_CITED = [("", "Not cited"), *((s.value, s.label) for s in Stance)]
STATUSES = [Status.VERIFIED, Status.DISPUTED, Status.UNVERIFIED]  # as the keys 1, 2 and 3 choose them
LOST = "[?]"  # what the page makes of a marker whose evidence was taken away


class StanceField(forms.ChoiceField):
    """Whether a piece of evidence is cited, and how it stands to the claim."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs):
        super().__init__(choices=NOT_CITED, required=False, initial="", **kwargs)


class PassageField(forms.CharField):
    """A passage by its id."""

    def to_python(self, value):
        ref = super().to_python(value)
        if not ref:
            return None
        try:
            source, sha, place = ref.split("/")
            start, end = (int(n) for n in place.split("-"))
            return Passage.objects.get(
                capture__source__key=source, capture__sha256__startswith=sha, start=start, end=end
            )
        except (ValueError, OverflowError, Passage.DoesNotExist, Passage.MultipleObjectsReturned) as error:
            raise ValidationError(f"There is no passage {ref}") from error

    def prepare_value(self, value):
        return getattr(value, "ref", value)


class AssessForm(forms.Form):
    """A finding: the status, why, and the evidence on file with the stance of each piece."""

    status = forms.ChoiceField(choices=[(s.value, s.label) for s in STATUSES], widget=forms.RadioSelect)
    because = forms.CharField(max_length=240, label="Why, in one sentence", widget=lines(3))
    reason = forms.CharField(
        required=False,
        label="Why, in full",
        widget=lines(6),
        help_text="Cite with [1] [2]: the numbers count what you cite, in the order of this page.",
    )
    would_change = forms.CharField(required=False, label="What would change this", widget=lines(2))
    code = forms.ChoiceField(choices=Code.choices, label="Because of")
    review_by = forms.DateField(required=False, label="Look again by", widget=forms.DateInput(attrs={"type": "date"}))
    correction = forms.ChoiceField(
        required=False,
        choices=[("", "no error of ours"), *CorrectionKind.choices],
        label="The finding that stands was wrong",
        help_text="Choose “our error” as the reason too. It is told in the log of corrections.",
    )
    correction_why = forms.CharField(required=False, label="What was wrong", widget=lines(2))
    passage = PassageField(
        required=False, label="Another passage", help_text="Its id, like SO-ab12cd34ef/0123456789ab/12-40."
    )
    passage_stance = StanceField(label="The other passage")
    reference = forms.CharField(required=False, label="An outside reference", widget=lines(2))
    url = forms.URLField(required=False, label="Its address", assume_scheme="https")
    origin = KeyField(Origin.objects.all(), label="Its origin", help_text="Where it first came from: an id or a name.")
    reference_stance = StanceField(label="The reference")
    expression = forms.CharField(required=False, label="A calculation", help_text="Like (3.25 / 1.7) - 1")
    printed = forms.CharField(required=False, label="The printed figure")
    decimals = forms.IntegerField(required=False, min_value=0, max_value=20, label="Rounded to so many decimals")
    expression_stance = StanceField(label="The calculation")

    def __init__(self, claim: Claim, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.claim = claim
        # The page counts what is typed; a browser that cut it off would lose words that were pasted.
        self.fields["because"].widget.attrs.pop("maxlength", None)
        self.on_file = list(_on_file(claim))
        for passage in self.on_file:
            self.fields[f"stance_{passage.pk}"] = StanceField(label=f"Passage {passage.ref}")
        if claim.assessment_id:
            self.initial.setdefault("code", Code.NEW_EVIDENCE)
        self.may_correct = claim.was_read and claim.assessment_id is not None
        if not self.may_correct:
            del self.fields["correction"], self.fields["correction_why"]
        if f"stance_{getattr(self.initial.get('passage'), 'pk', '')}" in self.fields:
            del self.initial["passage"], self.initial["passage_stance"]  # it is on file, and chosen there

    def evidence(self):
        """The passages on file, each with its field and the number that its citation gets."""
        numbers = self._numbers()
        return [(p, self[f"stance_{p.pk}"], numbers.get(f"stance_{p.pk}")) for p in self.on_file]

    def others(self):
        """The evidence that is not on file: of each kind what it is, its stance and its number."""
        numbers = self._numbers()
        kinds = (["passage"], ["reference", "url", "origin"], ["expression", "printed", "decimals"])
        return [([self[n] for n in k], self[f"{k[0]}_stance"], numbers.get(f"{k[0]}_stance")) for k in kinds]

    def _stances(self) -> list[str]:
        """The fields of all evidence, in the order of the page, in which it is numbered."""
        return [
            *(f"stance_{p.pk}" for p in self.on_file),
            *(f"{n}_stance" for n in ("passage", "reference", "expression")),
        ]

    def _numbers(self) -> dict[str, int]:
        cited = [name for name in self._stances() if self[name].value()]
        return {name: number for number, name in enumerate(cited, 1)}

    @property
    def offers(self):
        return offers(self)

    @classmethod
    def initial_of(cls, body: dict) -> dict:
        """What a proposed finding was typed as."""
        plain = ("status", "because", "reason", "would_change", "code", "review_by")
        initial: dict[str, Any] = {name: body.get(name) for name in plain}
        made = body.get("correcting") or {}
        initial |= {"correction": made.get("kind"), "correction_why": made.get("why")}
        for cited in body["citing"]:
            if cited["passage_id"]:
                initial[f"stance_{cited['passage_id']}"] = cited["stance"]
                initial |= {"passage": Passage.objects.select_related("capture__source").get(pk=cited["passage_id"])}
                initial["passage_stance"] = cited["stance"]
            elif cited["expression"]:
                initial |= {n: cited[n] for n in ("expression", "printed", "decimals")}
                initial["expression_stance"] = cited["stance"]
            else:
                origin = Origin.objects.filter(pk=cited["origin_id"] or 0).first()
                initial |= {"reference": cited["reference"], "url": cited["url"], "origin": origin}
                initial["reference_stance"] = cited["stance"]
        return initial

    def more_is_used(self) -> bool:
        """Whether the evidence that is not on file has something typed or something wrong."""
        fields = [field for what, stance, _ in self.others() for field in (*what, stance)]
        return any(field.errors or (field.value() not in (None, "", 0)) for field in fields)

    def cited(self) -> list[Cited]:
        """What is cited, in the order of the page: the place here is the number there."""
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
        } | (
            {"correcting": {"kind": data["correction"], "why": data["correction_why"]}}
            if data.get("correction")
            else {}
        )

    def corrects(self) -> bool:
        """Whether something is said of an error of ours."""
        return bool(self["correction"].value() or self["correction"].errors or self["correction_why"].errors)

    def clean_reason(self):
        if LOST in self.cleaned_data["reason"]:
            raise ValidationError(f"The reason cites {LOST}: its evidence was taken away. Cite other evidence")
        return self.cleaned_data["reason"]

    def clean(self):
        super().clean()
        data = self.cleaned_data
        for thing in ("passage", "reference", "expression"):
            if bool(data.get(thing)) != bool(data.get(f"{thing}_stance")) and not self.has_error(thing):
                self.add_error(f"{thing}_stance", "Say whether it supports or contradicts the claim, and what it is")
        return data


def _on_file(claim: Claim):
    """Passages an editor will want to cite: those of the claim and of its last finding, and those of related claims."""
    live = Relation.objects.live()
    related = [
        *live.filter(claim=claim).values_list("other", flat=True),
        *live.filter(other=claim).values_list("claim", flat=True),
    ]
    appearing = Passage.objects.filter(appearances__until__isnull=True, appearances__claim__in=[claim.pk, *related])
    cited = Passage.objects.filter(citations__assessment=claim.assessment_id or 0)
    return (
        Passage.objects.with_translations()
        .filter(Q(pk__in=appearing) | Q(pk__in=cited))
        .exclude(exact="")
        .select_related("capture__source__outlet")
        .defer("capture__text", "capture__blocks")
        .order_by("capture", "start")[:ON_FILE]
    )
