"""What editors fill in to correct, hold, ask, answer, merge and redact; each form ends in the arguments of one verb."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from sources.forms import KeyField, as_pasted, lines, offers
from sources.languages import validate_language
from sources.models import Passage, Source
from sources.redacting import SHORTEST

from .citing import PassageField
from .models import Channel, Claim, Code, CorrectionKind, HoldKind, Outcome, Subject
from .models.correcting import CHANGES

WHY_UPDATED = [("", "choose"), *((code.value, code.label) for code in CHANGES if code != Code.OUR_ERROR)]


class CorrectingForm(forms.Form):
    """How an error of ours is put right."""

    correction = forms.ChoiceField(choices=CorrectionKind.choices, label="This is a")
    correction_why = forms.CharField(
        widget=lines(2), label="What was wrong", help_text="Readers see it in the log of corrections."
    )

    def correcting(self) -> dict:
        return {"kind": self.cleaned_data["correction"], "why": self.cleaned_data["correction_why"]}

    @classmethod
    def initial_of(cls, body: dict) -> dict:
        made = body.get("correcting") or {}
        return body | {"correction": made.get("kind"), "correction_why": made.get("why")}


class WordsForm(forms.Form):
    """Other words for a claim."""

    statement = forms.CharField(widget=lines(2), help_text="One assertion, one sentence, in our own neutral words.")
    headline = forms.CharField(max_length=160)

    def arguments(self) -> dict:
        return dict(self.cleaned_data)


class UpdateForm(WordsForm):
    """Other words, where readers see those that stand: something is new."""

    code = forms.ChoiceField(
        choices=WHY_UPDATED, label="Why it changes", help_text="An error of ours is corrected instead."
    )
    because = forms.CharField(widget=lines(2), label="What is new", help_text="Readers see it.")


class CorrectForm(CorrectingForm, WordsForm):
    """Other words, where those that readers see were an error of ours."""

    field_order = ["statement", "headline", "correction", "correction_why"]

    def arguments(self) -> dict:
        data = self.cleaned_data
        words = {n: data[n] for n in ("statement", "headline")}
        return words | {"code": Code.OUR_ERROR.value, "correcting": self.correcting()}


class StrikeForm(CorrectingForm):
    """An appearance that was recorded in error: what readers saw is corrected, the rest just ends."""

    passage = forms.ChoiceField(label="Which passage", widget=forms.RadioSelect)
    because = forms.CharField(widget=lines(2), label="Why it does not stand", help_text="Readers never saw it.")
    field_order = ["passage", "correction", "correction_why", "because"]

    def __init__(self, claim: Claim, *args, **kwargs):
        super().__init__(*args, **kwargs)
        live = claim.appearances.live().select_related("passage__capture__source").order_by("id")
        passages: Any = self.fields["passage"]
        passages.choices = [
            (
                a.passage_id,
                f"{a.get_position_display()}: {a.passage.exact or a.passage.ref} ({a.passage.capture.source})",
            )
            for a in live
        ]
        self.fields["correction"].initial = CorrectionKind.REMOVAL
        for name in ("because",) if claim.was_read else ("correction", "correction_why"):
            del self.fields[name]

    def arguments(self) -> dict:
        data = self.cleaned_data
        because = {"because": data["because"]} if "because" in data else {"correcting": self.correcting()}
        return {"passage_id": int(data["passage"])} | because

    @classmethod
    def initial_of(cls, body):
        return super().initial_of(body) | {"passage": body["passage_id"]}


class WithdrawForm(forms.Form):
    because = forms.CharField(widget=lines(2), label="Why", help_text="Readers see it at the claim's address.")
    our_error = forms.BooleanField(required=False, label="It was an error of ours: tell it in the log of corrections")


class DiscardForm(forms.Form):
    """Why a draft that nobody read is given up."""

    because = forms.CharField(
        widget=lines(2), label="Why", help_text="It is kept, hidden, with this reason. Readers never see it."
    )


class HoldForm(forms.Form):
    """Why a claim may be neither shown nor withdrawn, and until when."""

    kind = forms.ChoiceField(choices=HoldKind.choices, label="It is held")
    because = forms.CharField(widget=lines(2), label="Why", help_text="Readers never see it.")
    ends_at = forms.DateTimeField(
        required=False,
        label="Until",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="An embargo ends then by itself. Any other hold is looked at again.",
    )
    zone = forms.CharField(
        required=False, initial=settings.TIME_ZONE, label="Time zone", help_text="Like Europe/Paris, or +02:00."
    )

    def clean_ends_at(self):
        ends = self.cleaned_data["ends_at"]  # Django made it one of the desk's own zone
        return ends and timezone.make_naive(ends)

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if data.get("ends_at"):
            try:
                data["ends_at"] = moment_in(data["ends_at"], data.get("zone", "") or settings.TIME_ZONE)
            except ValidationError as error:
                self.add_error("zone", error)
        return data

    def arguments(self) -> dict:
        data = self.cleaned_data
        ends = data.get("ends_at")
        return {"kind": data["kind"], "because": data["because"], "ends_at": ends.isoformat() if ends else None}

    @classmethod
    def initial_of(cls, body):
        ends = body.get("ends_at")
        return body | {"ends_at": parse_datetime(ends) if ends else None, "zone": "UTC"}


def moment_in(local: datetime, zone: str) -> datetime:
    """The moment at which a clock in this zone shows a time. An hour that is skipped never comes, one may come twice."""
    try:
        if offset := parse_datetime(f"2000-01-01T00:00:00{zone}"):
            return local.replace(tzinfo=offset.tzinfo).astimezone(UTC)
        there = ZoneInfo(zone)
        local.replace(tzinfo=there).astimezone(UTC)
    except (KeyError, ValueError, OSError, OverflowError):
        raise ValidationError(
            f"There is no time zone {zone}. Enter one like Europe/Paris, or an offset like +02:00"
        ) from None
    first, second = (local.replace(tzinfo=there, fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(there).replace(tzinfo=None) != local:
        raise ValidationError(f"Clocks in {zone} are put forward then: this time never comes. Enter another")
    if first.utcoffset() != second.utcoffset():
        raise ValidationError(
            f"Clocks in {zone} are put back then: this time comes twice. "
            f"Enter {first:%z} for the first or {second:%z} for the second as the time zone"
        )
    return first.astimezone(UTC)


class LiftForm(forms.Form):
    kind = forms.ChoiceField(label="Which hold")
    because = forms.CharField(widget=lines(2), label="Why", help_text="Readers never see it.")

    def __init__(self, claim: Claim, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kind"]
        kinds.choices = [(h.kind, f"Held {h.get_kind_display()}") for h in claim.holds.live()]


class AskForm(forms.Form):
    """Whom we asked for their side, and how; or why we did not."""

    to_name = forms.CharField(max_length=200, label="Whom", help_text="Readers see the name.")
    subject = KeyField(Subject.objects.all(), by=("name", "names__text"), label="Is the subject")
    channel = forms.ChoiceField(required=False, choices=[("", "not asked"), *Channel.choices], label="How")
    questions = forms.CharField(
        required=False, widget=lines(4), help_text="What they were asked. Readers never see it."
    )
    asked_on = forms.DateField(required=False, label="Asked on", widget=forms.DateInput(attrs={"type": "date"}))
    deadline = forms.DateField(required=False, label="To reply by", widget=forms.DateInput(attrs={"type": "date"}))
    why_not = forms.CharField(
        required=False, widget=lines(2), label="Or why they were not asked", help_text="Readers see it."
    )
    also = forms.CharField(
        required=False, label="Also about the claims", help_text="Their ids, where one letter asked about several."
    )

    @property
    def offers(self):
        return offers(self)

    def clean_also(self):
        keys = self.cleaned_data["also"].replace(",", " ").split()
        known = set(Claim.objects.filter(key__in=keys).values_list("key", flat=True))
        for key in keys:
            if key not in known:
                raise ValidationError(f"There is no claim {key}")
        return keys

    def arguments(self) -> dict:
        data = self.cleaned_data
        plain = {n: data[n] for n in ("to_name", "channel", "questions", "why_not", "also")}
        days = {n: data[n].isoformat() if data[n] else None for n in ("asked_on", "deadline")}
        return plain | days | ({"subject_id": data["subject"].pk} if data["subject"] else {})

    @classmethod
    def initial_of(cls, body):
        subject = Subject.objects.filter(pk=body.get("subject_id") or 0).first()
        return body | {"also": " ".join(body["also"]), "subject": subject}


class AnswerForm(forms.Form):
    """What came of a request: the reply in full, kept as a source of its own, or that there was none."""

    request = forms.ChoiceField(label="Which request")
    outcome = forms.ChoiceField(choices=Outcome.choices)
    reply = forms.CharField(
        required=False, strip=False, widget=lines(6), label="The reply in full", help_text="Paste it, unchanged."
    )
    language = forms.CharField(
        required=False, max_length=35, validators=[validate_language], help_text="Like ja or fr."
    )
    passage = PassageField(required=False, label="Or its passage", help_text="Where it was captured already.")
    note = forms.CharField(required=False, widget=lines(2), label="Note", help_text="Readers see it.")

    def __init__(self, claim: Claim, *args, **kwargs):
        super().__init__(*args, **kwargs)
        live = claim.asked.live().exclude(request__channel="").select_related("request").order_by("-id")
        self.asked = {a.request.key: a.request for a in live}
        requests: Any = self.fields["request"]
        requests.choices = [(key, f"{r.to_name}, asked on {r.asked_on}") for key, r in self.asked.items()]

    def clean_reply(self):
        return as_pasted(self.cleaned_data["reply"])

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if data.get("reply") and data.get("passage"):
            self.add_error("passage", "Paste the reply or name its passage, not both")
        if data.get("reply") and not data.get("language") and not self.has_error("language"):
            self.add_error("language", "Enter the language of the reply")
        return data

    def arguments(self, *, by) -> dict:
        data = self.cleaned_data
        passage = data["passage"] or (self._kept(by) if data["reply"] else None)
        body = {"request": data["request"], "outcome": data["outcome"], "note": data["note"]}
        return body | ({"passage_id": passage.pk} if passage else {})

    @classmethod
    def initial_of(cls, body):
        return body | {"passage": Passage.objects.filter(pk=body.get("passage_id") or 0).first()}

    def _kept(self, by):
        """The reply as a source with one passage: all of it."""
        data = self.cleaned_data
        name = self.asked[data["request"]].to_name
        source = Source.objects.add(
            by=by, title=f"Reply of {name}"[:500], language=data["language"], rights="full", author=name
        )
        capture = source.capture(data["reply"].encode(), by=by, how="paste")
        return capture.quote(0, capture.length, by=by)


class MergeForm(forms.Form):
    other = KeyField(Claim.objects.all(), by=(), required=True, label="Into which claim", help_text="Its id.")
    because = forms.CharField(widget=lines(2), label="Why they are the same", help_text="It stays in the history.")

    @classmethod
    def initial_of(cls, body):
        return body | {"other": Claim.objects.get(pk=body["other_id"])}


class RedactForm(forms.Form):
    words = forms.CharField(
        strip=False,
        min_length=SHORTEST,
        label="The words",
        help_text="Letter for letter. They are looked for in every text of the desk, by capitals and accents too.",
    )
    because = forms.CharField(widget=lines(2), label="Why they go", help_text="Without repeating them. Readers see it.")
    sure = forms.BooleanField(required=False, label="I have looked at every row that goes blank")
