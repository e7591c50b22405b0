from typing import Any

from django import forms
from django.contrib import admin
from django.shortcuts import get_object_or_404
from django.urls import path, reverse

from sources.desk import WorkingAdmin, by_admin, seen_in
from sources.forms import KeyField, lines, offers
from sources.models import Source
from sources.recording import may, refuse_unless_may

from ..models import Claim, Report, ReportOutcome, Subject, Thing
from ..models.reporting import MOST, correction_of, two_read
from .waiting import Needs, Whose

SCREENS: dict[str, tuple[Any, str]] = {
    Thing.CLAIM: (Claim, "admin:claims_claim_change"),
    Thing.SOURCE: (Source, "admin:sources_source_change"),
    Thing.SUBJECT: (Subject, "admin:claims_subject_change"),
}


class ReportAnswerForm(forms.Form):
    """What came of a report, for whoever sent it."""

    outcome = forms.ChoiceField(
        label="What came of it",
        choices=[("", "Choose"), *ReportOutcome.choices],
        error_messages={"required": "Choose what came of it"},
    )
    text = forms.CharField(
        label="What we did",
        required=False,
        max_length=MOST,
        widget=lines(4),
        help_text="The reader sees these words. Do not repeat theirs, and name nobody who is not on a public page.",
    )
    claim = KeyField(
        Claim.objects.all(), by=(), label="Claim", help_text="The reader is led there, where readers see it."
    )
    correction = forms.IntegerField(
        label="Correction number", required=False, min_value=1, max_value=32000, help_text="Of that claim, like 2."
    )
    duplicate_of = KeyField(
        Report.objects.all(),
        by=(),
        label="Duplicate of",
        help_text="The other report. The reader is not told its number.",
    )

    @property
    def offers(self):
        return offers(self)

    def arguments(self) -> dict:
        data = self.cleaned_data
        return data | {"correction": correction_of(data["claim"], data["correction"])}


@admin.register(Report)
class ReportAdmin(WorkingAdmin):
    """What readers told us. The page of each is where editors say that they read it, and answer. For editors and chiefs alone."""

    list_display = ("key", "kind_tag", "thing_key", "state", "sent_at")
    list_filter = (Needs, Whose, "state", "kind")
    search_fields = ("key", "thing_key", "what")

    def has_module_permission(self, request):
        return may(request.user, "approve")

    def has_view_permission(self, request, obj=None):
        return may(request.user, "approve")

    def has_change_permission(self, request, obj=None):
        return may(request.user, "approve")

    def has_add_permission(self, request):
        return False

    @admin.display(description="kind", ordering="kind")
    def kind_tag(self, report):
        return str(report.get_kind_display()).partition(":")[0]

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/read/", view(self.read), name="report_read"),
            path("<int:pk>/answer/", view(self.answer), name="report_answer"),
            path("<int:pk>/forget/", view(self.forget), name="report_forget"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        self.refuse_to_edit(request, object_id, "A report is read and answered, and never edited.")
        return self._page(request, object_id)

    @by_admin
    def read(self, request, pk):
        return self._do(request, pk, lambda report: report.read(by=request.user), "You have read it.")

    @by_admin
    def forget(self, request, pk):
        return self._do(request, pk, lambda report: report.forget_address(by=request.user), "The address is gone.")

    def _do(self, request, pk, act, done):
        """An act that asks for no words."""

        def carry_out(report, form):
            act(report)

        return self._page(request, pk, forms.Form(request.POST if request.method == "POST" else None), carry_out, done)

    @by_admin
    def answer(self, request, pk):
        def carry_out(report, form):
            page = request.build_absolute_uri(report.get_absolute_url())
            report.answer(**form.arguments(), by=request.user, seen=seen_in(request), page=page)

        return self._page(
            request, pk, ReportAnswerForm(request.POST or None), carry_out, "Answered. The reader sees it."
        )

    def _page(self, request, pk, form=None, act=None, done=""):
        refuse_unless_may(request.user, "approve")
        report = get_object_or_404(Report, pk=pk)

        def carry_out(data):
            act(report, form)
            return reverse("admin:claims_report_change", args=[pk])

        readings = list(report.readings.select_related("by"))
        read = any(reading.by_id == request.user.pk for reading in readings)
        answering = form if isinstance(form, ReportAnswerForm) else ReportAnswerForm(initial=_first(report))
        return self.act_page(
            request,
            form or answering,
            carry_out if act else None,
            title=f"Report {report.key}",
            button="",
            template="admin/claims/report/report.html",
            obj=report,
            done=done,
            report=report,
            answering=answering,
            thing=_thing(report),
            readings=readings,
            answers=report.answers.select_related("by", "claim", "correction", "duplicate_of"),
            read=read,
            may_answer=not two_read(report.kind) or len(readings) > 1 or bool(readings and not read),
            seen=report.seen,
        )


def _first(report) -> dict:
    """What an answer starts with: the claim that was reported."""
    return {"claim": report.thing_key} if report.thing == Thing.CLAIM and _thing(report) else {}


def _thing(report) -> tuple[str, str] | None:
    """What the report is about, if the desk has it: its words, and where it is."""
    if not report.thing:
        return None
    model, screen = SCREENS[report.thing]
    found = model._default_manager.filter(key=report.thing_key).first()
    return (str(getattr(found, "words", found)), reverse(screen, args=[found.pk])) if found else None
