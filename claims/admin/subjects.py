from django.contrib import admin
from django.shortcuts import get_object_or_404
from django.urls import path, reverse

from sources.comparing import what_differs
from sources.desk import CatalogueAdmin, by_admin, seen_in
from sources.moments import as_of
from sources.recording import refuse_unless_may

from ..forms import NameForm
from ..models import Subject


@admin.register(Subject)
class SubjectAdmin(CatalogueAdmin):
    fields = ("name", "kind", "private_person", "wikidata", "outlet")
    list_display = ("name", "kind", "private_person", "key")
    search_fields = ("name", "names__text", "key")
    list_filter = ("kind", "private_person")
    change_form_template = "admin/claims/subject/change_form.html"

    def get_urls(self):
        view = self.admin_site.admin_view
        return [path("<int:pk>/name/", view(self.name), name="subject_name"), *super().get_urls()]

    @by_admin
    def name(self, request, pk):
        refuse_unless_may(request.user, "record")
        subject = get_object_or_404(Subject, pk=pk)
        seen = subject.seen

        def keep(data):
            subject.also_called(**data, by=request.user, seen=seen_in(request))
            return reverse("admin:claims_subject_change", args=[pk])

        return self.act_page(
            request,
            NameForm(request.POST or None, public=subject.is_public),
            keep,
            title=f"Another name of {subject}",
            button="Add this name",
            obj=subject,
            done="The name is added.",
            seen=seen,
            moved=self.moved(request, subject),
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
