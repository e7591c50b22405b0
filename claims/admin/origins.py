from django.contrib import admin
from django.shortcuts import get_object_or_404
from django.urls import path

from sources.desk import by_admin, is_number
from sources.forms import DescentForm, EndDescentForm
from sources.models import Descent, Origin, Source
from sources.origins import likenesses_of

from ..models import ProposedVerb
from .acting import initial
from .catalogue import CatalogueAdmin

DESCENT = ("kind", "upstream", "note")  # that an address may fill in before an editor says so


@admin.register(Origin)
class OriginAdmin(CatalogueAdmin):
    fields = ("name", "kind", "outlet", "dated")
    list_display = ("name", "kind", "outlet", "dated", "key")
    list_select_related = ("outlet",)
    search_fields = ("name", "key")
    list_filter = ("kind",)
    change_form_template = "admin/sources/origin/change_form.html"

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/descend/", view(self.descend), name="origin_descend"),
            path("<int:pk>/end_descent/", view(self.end_descent), name="origin_end_descent"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        descents = Descent.objects.live().select_related("origin", "upstream").order_by("id")
        known = is_number(object_id)
        context = {
            "upstreams": descents.filter(origin=object_id)[:100] if known else [],
            "downstreams": descents.filter(upstream=object_id)[:100] if known else [],
        }
        if known and (source := Source.objects.filter(origin=object_id).first()):
            context["likenesses"] = likenesses_of(source)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    @by_admin
    def descend(self, request, pk):
        origin = get_object_or_404(Origin, pk=pk)
        given = {n: request.GET[n] for n in DESCENT if n in request.GET}
        return self.row_page(
            request,
            origin,
            DescentForm(request.POST or None, initial=initial(request, DescentForm, **given)),
            ProposedVerb.DESCEND,
            arguments=lambda data: {"upstream_id": data.pop("upstream").pk} | data,
            title=f"Where {origin} comes from",
            button="Record this",
            done="Recorded. Two things that go back to one origin are not independent.",
        )

    @by_admin
    def end_descent(self, request, pk):
        origin = get_object_or_404(Origin, pk=pk)
        live = origin.upstreams.live().select_related("upstream").order_by("id")
        return self.end_page(
            request,
            origin,
            EndDescentForm,
            live,
            ProposedVerb.END_DESCENT,
            title=f"Where {origin} does not come from",
            button="End this",
            done="Ended. Pages of the past go on saying it.",
        )
