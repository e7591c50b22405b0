from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse

from sources.comparing import row_moved, row_would
from sources.desk import DeskAdmin, by_admin
from sources.models import Origin
from sources.recording import OWN_REVIEW, may, refuse_unless_may, rehearsing
from sources.redacting import find

from ..forms import OverrideForm, SendBackForm
from ..models import Claim, Proposal, State, Subject
from ..models.proposals import THINGS
from ..pages.claims import page_of_claim
from .acting import page_anew, page_of
from .comparing import claim_moved
from .waiting import Needs, Whose

PROPOSED = "When this was proposed"
STRETCHES = [("start", "end"), ("of_start", "of_end")]


@admin.register(Proposal)
class ProposalAdmin(DeskAdmin):
    """What waits for a second editor; the page of each is where it is approved or sent back."""

    list_display = ("key", "what", "words", "by", "state_tag", "sent_at")
    list_display_links = ("key", "what")
    list_filter = (Needs, Whose, "state", "verb")
    search_fields = ("key", *(f"{name}__key" for name in THINGS if name != "capture"), "claim__wording__statement")

    def has_add_permission(self, request):
        return False

    @admin.display(description="act", ordering="verb")
    def what(self, proposal):
        return proposal.get_verb_display()

    @admin.display(description="of what")
    def words(self, proposal):
        return proposal.about

    @admin.display(description="state", ordering="state")
    def state_tag(self, proposal):
        return proposal.get_state_display()

    def get_queryset(self, request):
        return Proposal.objects.for_list()

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/approve/", view(self.approve), name="proposal_approve"),
            path("<int:pk>/alone/", view(self.alone), name="proposal_alone"),
            path("<int:pk>/return/", view(self.send_back), name="proposal_return"),
            path("<int:pk>/preview/", view(self.preview), name="proposal_preview"),
            path("<int:pk>/drop/", view(self.drop), name="proposal_drop"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        self.refuse_to_edit(request, object_id, "A proposal is approved or sent back, and never edited.")
        return self._review(request, get_object_or_404(Proposal.objects.for_list(), pk=object_id))

    @by_admin
    def approve(self, request, pk):
        return self._decide(request, pk, lambda p, data: p.approve(by=request.user), "Approved. It is on the record.")

    @by_admin
    def alone(self, request, pk):
        """A chief who proposed it acts without a second editor."""
        form = OverrideForm(request.POST or None)
        return self._decide(
            request, pk, lambda p, data: p.override(by=request.user, because=data["because"]), "Carried out.", form
        )

    @by_admin
    def send_back(self, request, pk):
        form = SendBackForm(request.POST or None)
        return self._decide(
            request, pk, lambda p, data: p.send_back(by=request.user, reply=data["reply"]), "Sent back.", form
        )

    @by_admin
    def preview(self, request, pk):
        """The page that readers would see, made by carrying the proposal out and undoing it."""
        refuse_unless_may(request.user, "record")
        proposal = get_object_or_404(Proposal.objects.for_list().waiting(), pk=pk, claim__isnull=False)
        try:
            with rehearsing():
                proposal.carry_out(request.user if may(request.user, "approve") else None)
                claim = Claim.objects.for_page().get(pk=proposal.claim_id)
                return page_of_claim(request, claim, preview=proposal)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return HttpResponseRedirect(reverse("admin:claims_proposal_change", args=[pk]))

    @by_admin
    def drop(self, request, pk):
        return self._decide(request, pk, lambda p, data: p.drop(by=request.user), "Taken back.")

    def _decide(self, request, pk, act, done, form=None):
        proposal = get_object_or_404(Proposal.objects.for_list(), pk=pk)
        if request.method != "POST":
            return self._review(request, proposal)

        def carry_out(data):
            act(proposal, data)
            return page_of(proposal.thing)

        return self._review(request, proposal, form or SendBackForm(request.POST), carry_out, done, free=form is None)

    def _review(self, request, proposal, form=None, act=None, done="", free=False):
        """The page on which a second editor decides. `free`: the act asks for no words."""
        form = form or SendBackForm()
        if free:
            form.fields["reply"].required = False
        return self.act_page(
            request,
            form,
            act,
            title=f"{proposal.get_verb_display().capitalize()}: {proposal.named_in_the_ledger[1]}",
            button="",
            obj=proposal,
            done=done,
            proposal=proposal,
            thing_page=page_of(proposal.thing),
            mine=proposal.by_id == request.user.pk,
            waiting=proposal.state == State.WAITING,
            returned=proposal.state == State.RETURNED,
            revise=f"{page_anew(proposal)}?{urlencode({'revise': proposal.key})}",
            own_review=OWN_REVIEW,
            may_approve=may(request.user, "approve"),
            alone=_alone(request, proposal, form),
            **(_of_claim(proposal) if proposal.claim_id else _of_row(proposal)),
        )


def _alone(request, proposal, form) -> OverrideForm | None:
    """What a chief fills in who waits for nobody with what they proposed themselves."""
    if proposal.by_id != request.user.pk or proposal.is_stale or not may(request.user, "override"):
        return None
    return form if isinstance(form, OverrideForm) else OverrideForm()


def _of_claim(proposal) -> dict[str, Any]:
    """What the second editor looks at of a claim: how it stands, and how it would."""
    claim = Claim.objects.for_desk().get(pk=proposal.claim_id)
    redacting = proposal.verb == "redact" and proposal.state == State.WAITING
    return {
        "template": "admin/claims/proposal/review.html",
        "claim": claim,
        "cited": proposal.cited(),
        "passage": proposal.passage(),
        "other": proposal.other(),
        "mentioned": Subject.objects.filter(pk=proposal.body.get("subject_id") or 0).first(),
        "redacted": find(proposal.body["words"]) if redacting else [],
        "moved": claim_moved(claim, proposal.seen, before=PROPOSED) if proposal.is_stale else None,
    }


def _of_row(proposal) -> dict[str, Any]:
    """What the second editor looks at of a row of the catalogue or of a kept text."""
    row, body = proposal.thing, proposal.body
    fields = [f.name for f in row._meta.concrete_fields if f.attname in body] if proposal.verb == "edit" else []
    return {
        "template": "admin/claims/proposal/review_row.html",
        "differences": row_would(row, body) if proposal.verb == "edit" else [],
        "upstream": Origin.objects.filter(pk=body.get("upstream_id", 0)).first(),
        "stretches": [row.text[body[a] : body[b]] for a, b in STRETCHES if body.get(b)] if proposal.capture_id else [],
        "moved": row_moved(row, proposal.seen, fields, before=PROPOSED) if proposal.is_stale else None,
    }
