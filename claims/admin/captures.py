from urllib.parse import quote, urlencode

from django.contrib import admin, messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join

from sources import capturing, storing
from sources.desk import by_admin, is_number
from sources.forms import BringForm, CheckForm, EndRegionForm, QuoteForm, RegionForm
from sources.languages import in_language
from sources.models import Capture, Incoming, Source
from sources.recording import refuse_unless_may

from ..models import Appearance, ProposedVerb
from . import reading
from .acting import ActPages, initial

APPEARANCES = 100  # on one page of a capture


@admin.register(Capture)
class CaptureAdmin(ActPages):
    """A kept text, to read; it never changes."""

    list_display = ("ref", "source", "length", "withheld", "captured_at")
    list_select_related = ("source",)
    search_fields = ("source__key", "source__title", "sha256")
    fields = ("source_link", "captured_at", "length", "bytes", "sha256", "withheld", "shown_text", "marked", "quoted")
    readonly_fields = fields
    change_form_template = "admin/sources/capture/change_form.html"

    def change_view(self, request, object_id, form_url="", extra_context=None):
        page, more = [], None
        if is_number(object_id):
            after = request.GET.get("after", "")
            found = Appearance.objects.in_order(object_id, after=int(after) if is_number(after) else 0)
            page = list(found[: APPEARANCES + 1])
            more = page[APPEARANCES].passage.start if len(page) > APPEARANCES else None
        context = {"appearances": page[:APPEARANCES], "more": more}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/read/", view(self.read), name="capture_desk"),
            path("near/", view(self.near), name="claims_near"),
            path("check/<int:pk>/", view(self.check_page), name="capture_check"),
            path("<int:pk>/original/", view(self.original), name="capture_original"),
            path("<int:pk>/quote/", view(self.quote), name="capture_quote"),
            path("<int:pk>/mark/", view(self.mark), name="capture_mark"),
            path("<int:pk>/end_region/", view(self.end_region), name="capture_end_region"),
            *super().get_urls(),
        ]

    @by_admin
    def add_view(self, request, form_url="", extra_context=None):
        """A document comes in; nothing is kept before an editor has checked what it is."""
        refuse_unless_may(request.user, "record")

        def come(data):
            if data["url"]:
                incoming = capturing.ask(data["url"], by=request.user)
            elif data["file"]:
                incoming = capturing.upload(data["file"].read(), data["file"].name, by=request.user)
            else:
                incoming = capturing.paste(data["text"], by=request.user)
            source = request.GET.get("source", "")
            return reverse("admin:capture_check", args=[incoming.pk]) + (f"?source={quote(source)}" if source else "")

        return self.act_page(
            request,
            BringForm(request.POST or None, request.FILES or None),
            come,
            title="Capture a source",
            button="Read it",
            done="",
        )

    @by_admin
    def check_page(self, request, pk):
        """What came in, and what it seems to be; the editor mends the guesses and keeps it, or leaves it."""
        refuse_unless_may(request.user, "record")
        incoming = get_object_or_404(Incoming, pk=pk)
        if request.method == "POST" and "leave" in request.POST:
            incoming.delete()
            messages.success(request, "Left. Nothing was kept.")
            return HttpResponseRedirect(reverse("admin:index"))
        same_address, kept = capturing.same_address(incoming), capturing.kept_already(incoming)
        there = Source.objects.filter(key=request.GET.get("source", "")).first() or same_address
        guessed = incoming.guessed | {"url": incoming.answer.get("url", ""), "source": there}
        regions = incoming.guessed.get("regions", [])
        form = CheckForm(request.POST or None, initial=guessed, regions=regions, kept=kept)

        def keep(data):
            about = {} if data["source"] else form.about() | {"outlet": data["outlet"]}
            capture = capturing.keep(
                incoming,
                by=request.user,
                source=data["source"],
                regions=form.confirmed(),
                archive=data.get("archive", False),
                again=data.get("again", False),
                **about,
            )
            return reverse("admin:capture_desk", args=[capture.pk])

        return self.act_page(
            request,
            form,
            keep,
            title="Check what came in",
            button="Keep it and read",
            template="admin/sources/capture/check.html",
            done="The text is kept. Read it, and record its claims.",
            incoming=incoming,
            kept=kept,
            same_address=same_address,
            oddities=capturing.oddities(incoming),
            paragraphs=incoming.text.split("\n"),
        )

    @by_admin
    def read(self, request, pk):
        return reading.read(self, request, pk)

    def near(self, request):
        return reading.near_claims(request)

    def original(self, request, pk):
        """The file as it came, only ever to keep: never shown, never run."""
        refuse_unless_may(request.user, "record")
        capture = get_object_or_404(Capture.objects.select_related("source"), pk=pk)
        raw = storing.read(capture.sha256)
        if raw is None:
            raise Http404
        name = f"{capture.source.key}-{capture.sha256[:12]}.original"
        answer = HttpResponse(raw, content_type="application/octet-stream")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "private, no-store"
        return answer

    def ledger_of(self, capture):
        return "capture", capture.ref

    @by_admin
    def quote(self, request, pk):
        """Words that no claim stands in, so that a finding can cite them."""
        refuse_unless_may(request.user, "record")
        capture = get_object_or_404(Capture.objects.select_related("source"), pk=pk)
        form = QuoteForm(request.POST or None, initial={"source": capture.source})

        def keep(data):
            messages.info(request, f"The passage is {form.quote(by=request.user).ref}.")
            return reverse("admin:sources_capture_change", args=[pk])

        return self.act_page(
            request,
            form,
            keep,
            title=f"Quote words of {capture.source.key}",
            button="Keep this passage",
            obj=capture,
            done="The passage is kept. Cite it by its id.",
        )

    @by_admin
    def mark(self, request, pk):
        capture = get_object_or_404(Capture.objects.select_related("source"), pk=pk)
        return self.row_page(
            request,
            capture,
            RegionForm(request.POST or None, initial=initial(request, RegionForm)),
            ProposedVerb.MARK,
            title="Mark a region",
            button="Mark this region",
            done="The region is marked. Nothing is cut.",
        )

    @by_admin
    def end_region(self, request, pk):
        capture = get_object_or_404(Capture.objects.select_related("source"), pk=pk)
        return self.end_page(
            request,
            capture,
            EndRegionForm,
            capture.regions.live(),
            ProposedVerb.END_REGION,
            title="End a region",
            button="End this region",
            done="The region is marked no more.",
        )

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description="source")
    def source_link(self, capture):
        address = reverse("admin:sources_source_change", args=[capture.source_id])
        return format_html('<a href="{}">{}</a>', address, capture.source)

    @admin.display(description="text")
    def shown_text(self, capture):
        if capture.withheld:
            return "We do not hold this text: only its hashes, its length and the places of its paragraphs."
        return format_html('<div class="fd-text"{}>{}</div>', in_language(capture.source.language), capture.text)

    @admin.display(description="regions")
    def marked(self, capture):
        page = reverse("admin:capture_end_region", args=[capture.pk])
        live = capture.regions.live()
        line = '<p>{} <a href="{}?{}">End this<span class="visually-hidden">: {}</span></a></p>'
        links = ((r, page, urlencode({"which": f"{r.kind} {r.start} {r.end}"}), r) for r in live)
        return format_html_join("", line, links) or "none"

    @admin.display(description="passages")
    def quoted(self, capture):
        return f"{capture.passages.count()}"
