from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.urls import path, reverse

from .desk import CatalogueAdmin, by_admin, is_number
from .forms import DescentForm, WatchForm
from .models import Archiving, Capture, Descent, Origin, Outlet, Source, Trace, Watch
from .origins import untied
from .recording import refuse_unless_may, turn_the_page

admin.site.site_header = "FactDesk editors"
admin.site.site_title = "FactDesk"
admin.site.index_title = "Work to do"
admin.site.enable_nav_sidebar = False

LIKENESSES = 10  # on one page
DESCENT = ("kind", "upstream", "note")  # that an address may fill in before an editor says so


@admin.register(Outlet)
class OutletAdmin(CatalogueAdmin):
    fields = ("name", "kind", "language", "url", "owner")
    list_display = ("name", "kind", "language", "key")
    search_fields = ("name", "key")
    list_filter = ("kind",)


def likenesses_of(source) -> list[dict]:
    """The sources in whose text its own largely stands, or theirs in its, and about which nothing is said yet."""
    found = untied(Trace.objects.open().of(source)[:LIKENESSES])
    return [{"trace": t, "this": source, "that": t.other if t.source == source else t.source} for t in found]


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
        return [path("<int:pk>/descend/", view(self.descend), name="origin_descend"), *super().get_urls()]

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
        refuse_unless_may(request.user, "record")
        origin = get_object_or_404(Origin, pk=pk)

        def keep(data):
            origin.descend(data["upstream"], data["kind"], note=data["note"], by=request.user)
            return reverse("admin:sources_origin_change", args=[pk])

        return self.act_page(
            request,
            DescentForm(request.POST or None, initial={n: request.GET[n] for n in DESCENT if n in request.GET}),
            keep,
            title=f"Where {origin} comes from",
            button="Record this",
            obj=origin,
            done="Recorded. Two things that go back to one origin are not independent.",
        )


@admin.register(Source)
class SourceAdmin(CatalogueAdmin):
    fields = ("title", "title_en", "outlet", "author", "url", "archived", "language", "dated", "rights", "confidential")
    only_new = ("origin",)
    list_display = ("key", "title", "outlet", "language", "dated", "readers_see_it")
    list_display_links = ("key", "title")
    list_select_related = ("outlet",)
    search_fields = ("key", "title", "title_en")
    list_filter: ClassVar[Any] = ("language", "confidential")
    change_form_template = "admin/sources/source/change_form.html"

    @admin.display(description="public", boolean=True)
    def readers_see_it(self, source):
        return source.is_public

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "origin":
            kwargs["queryset"] = Origin.objects.filter(source__isnull=True).order_by("name")
            kwargs |= {"required": False, "empty_label": "this source itself"}
            kwargs["help_text"] = "Only where the desk cited the same thing before it was captured."
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_urls(self):
        return [
            path("<int:pk>/watch/", self.admin_site.admin_view(self.watch), name="source_watch"),
            path("<int:pk>/apart/<int:likeness>/", self.admin_site.admin_view(self.apart), name="source_apart"),
            path("<int:pk>/archive/", self.admin_site.admin_view(self.archive), name="source_archive"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        known = is_number(object_id)
        source = Source.objects.filter(pk=object_id).first() if known else None
        context = {
            "captures": Capture.objects.filter(source=object_id).defer("text").order_by("id") if known else [],
            "watch": Watch.objects.filter(source=object_id).first() if known else None,
            "archiving": Archiving.objects.filter(source=object_id).first() if known else None,
            "likenesses": likenesses_of(source) if source else [],
            "may_archive": bool(settings.FACTDESK_ARCHIVE),
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    @by_admin
    def watch(self, request, pk):
        """Whether the address is asked again and again, and its quotes found again in what it says."""
        refuse_unless_may(request.user, "record")
        source = get_object_or_404(Source, pk=pk)
        watched = Watch.objects.filter(source=source).exists()

        def turn(data):
            # What the button said is done, however often it is pressed.
            if data["wanted"] == "stop":
                Watch.objects.filter(source=source).delete()
                if source.is_shown:
                    turn_the_page()
            elif not source.url:
                raise ValidationError("This source has no address that could be asked. Enter one first")
            else:
                Watch.objects.get_or_create(source=source)
            return reverse("admin:sources_source_change", args=[pk])

        return self.act_page(
            request,
            WatchForm(request.POST or None, initial={"wanted": "stop" if watched else "watch"}),
            turn,
            title=f"Stop watching {source.key}" if watched else f"Watch {source.key}",
            button="Stop watching it" if watched else "Ask its address again every day",
            obj=source,
            done="It is watched." if request.POST.get("wanted") == "watch" else "It is not watched any more.",
        )

    @by_admin
    def archive(self, request, pk):
        """Has an archive asked for a copy of what stands at the address."""
        source = get_object_or_404(Source, pk=pk)

        def ask(data):
            Archiving.objects.ask(source, by=request.user)
            return reverse("admin:sources_source_change", args=[pk])

        return self.act_page(
            request,
            forms.Form(request.POST or None),
            ask,
            title=f"Ask the archive for a copy of {source.key}",
            button="Ask for a copy",
            obj=source,
            done="It will be asked. Its answer stands on this page.",
        )

    @by_admin
    def apart(self, request, pk, likeness):
        """Neither of two sources republishes the other, however alike they read."""
        refuse_unless_may(request.user, "record")
        source = get_object_or_404(Source, pk=pk)
        trace = get_object_or_404(Trace.objects.of(source), pk=likeness)

        def answer(data):
            trace.set_apart(by=request.user)
            return reverse("admin:sources_source_change", args=[pk])

        return self.act_page(
            request,
            forms.Form(request.POST or None),
            answer,
            title=f"Neither {trace.source.key} nor {trace.other.key} republishes the other",
            button="Do not propose it again",
            obj=source,
            done="Kept. The two are not proposed again.",
        )
