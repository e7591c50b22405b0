"""Readers tell us what is wrong: a form for those without cookie and script, and what became of each report."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from sources.desk import refuse
from sources.models import Source

from ..concealing import of_one_reader, unlisted
from ..models import Claim, Correction, Report, ReportKind, Subject, Thing
from ..models.reporting import MOST, two_read
from ..problems import too_many
from ..receiving import ReaderForm, refuse_from_elsewhere, seconds_to_wait
from ..remembering import remember
from .past import of_the_past


def _long(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "dir": "auto"})


class ReportForm(ReaderForm):
    """What is wrong, how the reader knows, and where an answer may go."""

    what = forms.CharField(
        label=gettext_lazy("What is wrong"),
        widget=_long(6),
        max_length=MOST,
        error_messages={"required": gettext_lazy("Enter what is wrong")},
    )
    how = forms.CharField(
        label=gettext_lazy("How you know"),
        help_text=gettext_lazy("A document, an address on the web, or that you were there."),
        widget=_long(4),
        max_length=MOST,
        required=False,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of report this is"),
        choices=ReportKind.choices,
        initial=ReportKind.ERROR,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose what kind of report this is"),
            "invalid_choice": gettext_lazy("Choose what kind of report this is"),
        },
    )
    address = forms.EmailField(
        label=gettext_lazy("Your e-mail address, if you want the answer by mail"),
        help_text=gettext_lazy("Only editors see it. Without it, the answer stands at an address that you get next."),
        required=False,
        error_messages={"invalid": gettext_lazy("Enter an address like name@example.org, or leave it empty")},
    )


@csrf_exempt
@sensitive_post_parameters("what", "how", "address")
@require_http_methods(["GET", "HEAD", "POST"])
@of_the_past
def report(request):
    """The form. There is no token in it, as readers get no cookie: `from_here` says what stands in its place, and why."""
    thing, key, found = _reported(request.GET)
    form = ReportForm(request.POST or None)
    if request.method == "POST":
        refuse_from_elsewhere(request)
        if form.is_valid():
            if wait := seconds_to_wait(request):
                return too_many(request, wait)
            try:
                return _sent(form.cleaned_data, thing, key, request.GET.get("as_of", ""))
            except ValidationError as refusal:
                refuse(form, refusal)
    wrong = form.is_bound and not form.is_valid()
    context = {"form": form, "thing": thing, "key": key, "found": found, "two": two_read()}
    return unlisted(render(request, "report.html", context, status=422 if wrong else 200))


def _sent(data, thing, key, as_of) -> HttpResponseRedirect:
    said = {name: data[name] for name in ("what", "how", "kind", "address")}
    sent = Report.objects.send(**said, thing=thing, thing_key=key, as_of=as_of)
    return HttpResponseRedirect(sent.get_absolute_url(), status=303)


def _reported(asked):
    """What the report is about, and the thing itself where readers see it.

    A key that is not shown and one that does not exist are both taken as they come, and nothing is said of either.
    """
    for thing in Thing.values:
        key = asked.get(thing, "")
        if key and len(key) <= 40 and key.isascii() and key.replace("-", "").isalnum():
            return thing, key, next(iter(remember(list(_shown(thing).filter(key=key)))), None)
    return "", "", None


def _shown(thing: str):
    """Those of its kind that readers see, with their words."""
    if thing == Thing.CLAIM:
        return Claim.objects.public().for_list()
    return Source.objects.public().for_list() if thing == Thing.SOURCE else Subject.objects.with_page().for_list()


@require_safe
def sent(request, key):
    """What became of a report. It has no past to be asked for, and does not repeat what the reader wrote.

    The key alone leads here, and whoever has it reads the page: a link that was passed on tells what we did, not what was
    said to us, nor by whom.
    """
    found = get_object_or_404(Report, key=key)
    answers: list[Any] = list(found.answers.select_related("claim__wording", "correction"))
    public = set(
        Claim.objects.public().filter(pk__in=[a.claim_id for a in answers if a.claim_id]).values_list("pk", flat=True)
    )
    shown = set(
        Correction.objects.shown()
        .filter(pk__in=[a.correction_id for a in answers if a.correction_id])
        .values_list("pk", flat=True)
    )
    for answer in answers:
        answer.claim_seen = answer.claim if answer.claim_id in public else None
        answer.correction_seen = answer.correction if answer.claim_seen and answer.correction_id in shown else None
    context = {"report": found, "answers": answers, "two": two_read(found.kind)}
    return of_one_reader(render(request, "report_sent.html", context))
