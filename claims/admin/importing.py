from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse

from sources.desk import WorkingAdmin, by_admin, is_number
from sources.languages import validate_language
from sources.recording import may, refuse_unless_may

from .. import importing
from ..models import Action, Import, Position, Step, SubjectKind

ROWS = 50  # on one page of a plan
DONE = {"create": "created", "update": "updated", "skip": "skipped"}
SAMPLES, SAMPLE = 3, 60  # of a column: how many, and how many characters of each


class BringTableForm(forms.Form):
    """A table on its way in: a file or an address."""

    file = forms.FileField(
        required=False,
        label="File",
        allow_empty_file=True,
        help_text="CSV, a spreadsheet (.xlsx), JSON Lines, or a page or file with ClaimReview.",
    )
    url = forms.URLField(
        required=False, label="Or an address", assume_scheme="https", help_text="Like https://example.org/checks.json."
    )

    def clean(self):
        data = super().clean() or {}
        if not data.get("file") and not data.get("url") and not self.errors:
            raise ValidationError("Choose a file, or enter an address")
        return data


class ColumnsForm(forms.Form):
    """What each column of a file is, and what holds where a row says nothing."""

    language = forms.CharField(label="Language, where a row names none", validators=[validate_language], max_length=35)
    position = forms.ChoiceField(label="What a source does, where a row does not say", choices=Position.choices)
    about_kind = forms.ChoiceField(
        label="What a new subject is, where a row does not say",
        required=False,
        choices=[("", "Add none, and tell me"), *SubjectKind.choices],
    )

    def __init__(self, brought: Import, data=None):
        super().__init__(data, initial=brought.defaults)
        self.brought = brought
        samples = [row.cells for row in brought.rows.all()[:SAMPLES]]
        choices = [("", "Not taken"), *((name, label) for name, (label, _) in importing.FIELDS.items())]
        for at, header in enumerate(brought.headers):
            told = [cells[at][:SAMPLE] for cells in samples if at < len(cells) and cells[at].strip()]
            self.fields[f"column{at}"] = forms.ChoiceField(
                label=header,
                required=False,
                choices=choices,
                initial=brought.columns[at],
                help_text=f"Like: {' · '.join(told)}" if told else "Empty in the first rows.",
            )
        self.order_fields([*(f"column{at}" for at in range(len(brought.headers))), *importing.DEFAULTS])

    def taken(self) -> list[str]:
        return [self.cleaned_data[f"column{at}"] for at in range(len(self.brought.headers))]

    def defaults(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in importing.DEFAULTS}


@admin.register(Import)
class ImportAdmin(WorkingAdmin):
    """What was brought in files: its columns, its plan, and what became of it, each on the page of the import."""

    list_display = ("name", "step", "total", "by", "came_at")
    list_select_related = ("by",)
    list_filter = ("step",)
    search_fields = ("name",)

    def has_change_permission(self, request, obj=None):
        return may(request.user, "record")

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/columns/", view(self.columns), name="import_columns"),
            path("<int:pk>/carry-out/", view(self.carry_out), name="import_carry_out"),
            path("<int:pk>/drop/", view(self.drop), name="import_drop"),
            *super().get_urls(),
        ]

    @by_admin
    def add_view(self, request, form_url="", extra_context=None):
        refuse_unless_may(request.user, "record")

        def come(data):
            if data["url"]:
                brought = importing.bring_address(data["url"], by=request.user)
            else:
                brought = importing.bring(data["file"].read(), data["file"].name, by=request.user)
            return _page_of(brought, "columns" if brought.step == Step.COLUMNS else "")

        return self.act_page(
            request,
            BringTableForm(request.POST or None, request.FILES or None),
            come,
            title="Bring claims from a file",
            button="Read it",
        )

    @by_admin
    def columns(self, request, pk):
        """Which column is what. Nothing is recorded before the plan of it was read."""
        brought = self._asked(request, pk)
        if brought.step not in {Step.COLUMNS, Step.PLANNED} or not brought.headers or brought.kind == "interchange":
            return HttpResponseRedirect(_page_of(brought))
        form = ColumnsForm(brought, request.POST or None)

        def plan(data):
            importing.map_columns(brought, form.taken(), form.defaults(), by=request.user)
            return _page_of(brought)

        return self.act_page(
            request,
            form,
            plan,
            title="What the columns are",
            button="Make the plan",
            template="admin/claims/import/columns.html",
            obj=brought,
            brought=brought,
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Where the import is. Opened while no worker is at it, the page does a little of the work itself."""
        if not is_number(object_id):
            raise Http404
        brought = self._asked(request, object_id)
        if request.method != "GET":
            raise PermissionDenied("An import is planned and carried out, and never edited.")
        if brought.step == Step.COLUMNS:
            return HttpResponseRedirect(_page_of(brought, "columns"))
        if brought.is_at_work and not brought.has_a_worker:
            importing.carry_on(brought)
        return self._show(request, brought)

    @by_admin
    def carry_out(self, request, pk):
        brought = self._asked(request, pk)

        def begin(data):
            importing.confirm(brought, request.POST.get("plan", ""), by=request.user)
            return _page_of(brought)

        return self._show(request, brought, begin)

    @by_admin
    def drop(self, request, pk):
        brought = self._asked(request, pk)

        def leave(data):
            importing.drop(brought, by=request.user)
            return _page_of(brought)

        return self._show(request, brought, leave)

    def _asked(self, request, pk) -> Import:
        refuse_unless_may(request.user, "record")
        return get_object_or_404(Import.objects.select_related("by"), pk=pk)

    def _show(self, request, brought, act=None):
        chosen = request.GET.get("action", "")
        after = request.GET.get("after", "")
        rows = brought.rows.select_related("claim")
        if chosen in Action.values:
            rows = rows.filter(Q(came_to=chosen) | Q(came_to="", action=chosen))
        if is_number(after):
            rows = rows.filter(number__gt=after)
        page = [] if brought.is_at_work else list(rows.order_by("number")[: ROWS + 1])
        counts = brought.counts()
        done = brought.step == Step.DONE
        return self.act_page(
            request,
            forms.Form(request.POST if request.method == "POST" else None),
            act if request.method == "POST" else None,
            title=f"Import of {brought.name}",
            button="",
            template="admin/claims/import/import.html",
            obj=brought,
            brought=brought,
            steps=_steps(brought),
            counts=[(a, n, DONE.get(a, a) if done else a) for a, n in counts.items() if n],
            to_do=0 if done else counts.get("create", 0) + counts.get("update", 0),
            rows=[(row, " · ".join(filter(None, map(str, row.cells)))) for row in page[:ROWS]],
            more=page[ROWS - 1].number if len(page) > ROWS else None,
            chosen=chosen,
            own=brought.by_id == request.user.pk,
        )


def _page_of(brought: Import, act: str = "") -> str:
    return reverse("admin:import_columns" if act else "admin:claims_import_change", args=[brought.pk])


def _steps(brought: Import) -> list[tuple[str, str]]:
    """What there is to do, and how far each is."""
    order = [Step.COLUMNS, Step.PLANNING, Step.PLANNED, Step.RUNNING, Step.DONE]
    at = order.index(Step(brought.step)) if brought.step in order else 0
    told = [("Read the file", Step.COLUMNS), ("Make the plan", Step.PLANNING), ("Carry it out", Step.RUNNING)]
    return [
        (words, "done" if order.index(step) < at else "doing" if order.index(step) == at else "waiting")
        for words, step in told
    ]
