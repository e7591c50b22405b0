from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html_join

from sources.desk import DeskAdmin

from ..models import ReplyRequest
from .waiting import Needs, Whose


@admin.register(ReplyRequest)
class ReplyRequestAdmin(DeskAdmin):
    """Whom we asked for their side. A request is made, and what came of it is recorded, on the page of a claim."""

    list_display = ("key", "to_name", "channel", "asked_on", "deadline", "came_of_it")
    list_display_links = ("key", "to_name")
    list_filter = (Needs, Whose, "channel")
    search_fields = ("key", "to_name", "about__claim__key")
    fields = ("to_name", "subject", "channel", "asked_on", "deadline", "questions", "why_not", "came_of_it", "claims")
    readonly_fields = ("came_of_it", "claims")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("replies", "about__claim")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def ledger_of(self, thing):
        return "request", thing.key

    @admin.display(description="what came of it")
    def came_of_it(self, request):
        if request.why_not:
            return f"Not asked: {request.why_not}"
        return "; ".join(reply.get_outcome_display() for reply in request.replies.all()) or "nothing yet"

    @admin.display(description="claims")
    def claims(self, request):
        """Each with the page on which its reply is recorded."""
        keys = [(reverse("admin:claim_answer", args=[a.claim_id]), a.claim.key) for a in request.about.all()]
        return format_html_join(", ", '<a href="{}">Record the reply to {}</a>', keys)
