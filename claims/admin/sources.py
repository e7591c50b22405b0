from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.shortcuts import get_object_or_404
from django.urls import path, reverse

from sources.desk import by_admin, is_number
from sources.forms import WatchForm
from sources.models import Archiving, Capture, Origin, Source, Trace, Watch
from sources.origins import likenesses_of
from sources.recording import refuse_unless_may

from ..forms import RetractForm
from ..models import ProposedVerb
from .acting import initial
from .catalogue import CatalogueAdmin
from .waiting import Needs, Whose


@admin.register(Source)
class SourceAdmin(CatalogueAdmin):
    fields = ("title", "title_en", "outlet", "author", "url", "archived", "language", "dated", "rights", "confidential")
    only_new = ("origin",)
    list_display = ("key", "title", "outlet", "language", "dated", "readers_see_it")
    list_display_links = ("key", "title")
    list_select_related = ("outlet",)
    search_fields = ("key", "title", "title_en")
    list_filter: ClassVar[Any] = (Needs, Whose, "language", "confidential")
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
            path("<int:pk>/retract/", self.admin_site.admin_view(self.retract), name="source_retract"),
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
            Watch.objects.turn(source, data["wanted"] == "watch", by=request.user)
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
    def retract(self, request, pk):
        """A source that its publisher took back."""
        source = get_object_or_404(Source, pk=pk)
        return self.row_page(
            request,
            source,
            RetractForm(request.POST or None, initial=initial(request, RetractForm)),
            ProposedVerb.RETRACT,
            title=f"{source.key} was taken back by its publisher",
            button="Record this",
            done="Recorded. Findings that rest on it need another look.",
            moved=self.moved,
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
