from django.contrib import admin
from django.shortcuts import get_object_or_404
from django.urls import path

from sources.comparing import what_differs
from sources.desk import by_admin, seen_in
from sources.moments import as_of

from ..forms import EndNameForm, NameForm
from ..models import ProposedVerb, Subject
from .acting import initial
from .catalogue import CatalogueAdmin


@admin.register(Subject)
class SubjectAdmin(CatalogueAdmin):
    fields = ("name", "kind", "private_person", "wikidata", "outlet")
    list_display = ("name", "kind", "private_person", "key")
    search_fields = ("name", "names__text", "key")
    list_filter = ("kind", "private_person")
    change_form_template = "admin/claims/subject/change_form.html"

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/name/", view(self.name), name="subject_name"),
            path("<int:pk>/end_name/", view(self.end_name), name="subject_end_name"),
            *super().get_urls(),
        ]

    @by_admin
    def name(self, request, pk):
        subject = get_object_or_404(Subject, pk=pk)
        return self.row_page(
            request,
            subject,
            NameForm(request.POST or None, initial=initial(request, NameForm)),
            ProposedVerb.ALSO_CALLED,
            title=f"Another name of {subject}",
            button="Add this name",
            done="The name is added.",
            moved=self.moved,
        )

    @by_admin
    def end_name(self, request, pk):
        subject = get_object_or_404(Subject, pk=pk)
        return self.end_page(
            request,
            subject,
            EndNameForm,
            subject.names.live(),
            ProposedVerb.END_NAME,
            title=f"What {subject} is not called",
            button="End this name",
            done="Ended. Nobody finds it by that name any more.",
            moved=self.moved,
        )

    def moved(self, request, row):
        moved = super().moved(request, row)
        if moved:
            with as_of(seen_in(request)):
                was = _names_of(row)
            moved.rows.extend(what_differs([("Other names", was, _names_of(row))]))
        return moved


def _names_of(subject) -> str:
    return ", ".join(f"{n} ({n.language})" for n in subject.names.live())
