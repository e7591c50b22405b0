from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from sources.desk import DeskAdmin
from sources.languages import in_language, said_in
from sources.models import Passage

from ..models import Appearance
from .waiting import Needs, Whose

LONG = 160  # characters of a quote in a list


@admin.register(Passage)
class PassageAdmin(DeskAdmin):
    """Quotes, to look through: each with its translations and the claims that appear in it."""

    list_display = ("words", "place", "language")
    list_filter = (Needs, Whose, "capture__source__language")
    search_fields = ("exact", "capture__source__key")
    fields = ("quoted", "place", "language", "translated", "carries")
    readonly_fields = fields

    def get_queryset(self, request):
        return Passage.objects.for_list()

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def ledger_of(self, passage):
        return "passage", passage.ref

    @admin.display(description="words")
    def words(self, passage):
        return _in_its_language(passage, passage.exact[:LONG] + "…" * (len(passage.exact) > LONG))

    @admin.display(description="words")
    def quoted(self, passage):
        return _in_its_language(passage, passage.exact)

    @admin.display(description="place")
    def place(self, passage):
        address = reverse("admin:sources_capture_change", args=[passage.capture_id])
        return format_html('<a href="{}">{}</a>', address, passage.ref)

    @admin.display(description="language")
    def language(self, passage):
        return passage.capture.source.language

    @admin.display(description="translations")
    def translated(self, passage):
        standing = passage.translations.live().order_by("language")
        return format_html_join("", "<p{}>{}</p>", ((in_language(t.language), t.text) for t in standing)) or "none"

    @admin.display(description="claims")
    def carries(self, passage):
        here = Appearance.objects.live().filter(passage=passage).select_related("claim__wording").order_by("id")
        return (
            format_html_join(
                "",
                '<p>{} <a href="{}">{}</a> (<a href="{}">translate its words</a>)</p>',
                (
                    (
                        a.get_position_display(),
                        reverse("admin:claims_claim_change", args=[a.claim_id]),
                        a.claim.words,
                        reverse("admin:claim_translate", args=[a.claim_id]),
                    )
                    for a in here
                ),
            )
            or "none"
        )


def _in_its_language(passage, words):
    return said_in(words, passage.capture.source.language) if words else "kept back"
