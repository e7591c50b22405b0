from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse

from sources.desk import DeskAdmin, by_admin, is_number
from sources.recording import OWN_REVIEW, may, refuse_unless_may, rehearsing
from sources.redacting import find

from ..forms import SendBackForm
from ..models import Claim, Proposal, State
from ..pages.claims import page_of_claim
from .comparing import claim_moved
from .waiting import Needs, Whose


def _revise(proposal) -> str:
    """Where its author writes it anew, with what was typed."""
    act = "correct" if proposal.verb == "reword" and proposal.body.get("correcting") else proposal.verb
    page = reverse(f"admin:claim_{act}", args=[proposal.claim_id])
    return f"{page}?{urlencode({'revise': proposal.key})}"


@admin.register(Proposal)
class ProposalAdmin(DeskAdmin):
    """What waits for a second editor; the page of each is where it is approved or sent back."""

    list_display = ("key", "what", "words", "by", "state_tag", "sent_at")
    list_display_links = ("key", "what")
    list_select_related = ("claim__wording", "by")
    list_filter = (Needs, Whose, "state", "verb")
    search_fields = ("key", "claim__key", "claim__wording__statement")

    def has_add_permission(self, request):
        return False

    @admin.display(description="act", ordering="verb")
    def what(self, proposal):
        return proposal.get_verb_display()

    @admin.display(description="claim")
    def words(self, proposal):
        return proposal.claim.wording or proposal.claim.key

    @admin.display(description="state", ordering="state")
    def state_tag(self, proposal):
        return proposal.get_state_display()

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/approve/", view(self.approve), name="proposal_approve"),
            path("<int:pk>/return/", view(self.send_back), name="proposal_return"),
            path("<int:pk>/preview/", view(self.preview), name="proposal_preview"),
            path("<int:pk>/drop/", view(self.drop), name="proposal_drop"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not is_number(object_id):
            raise Http404
        if request.method != "GET":
            raise PermissionDenied("A proposal is approved or sent back, and never edited.")
        return self._review(request, get_object_or_404(Proposal.objects.for_list(), pk=object_id))

    @by_admin
    def approve(self, request, pk):
        return self._decide(request, pk, lambda p, data: p.approve(by=request.user), "Approved. It is on the record.")

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
        proposal = get_object_or_404(Proposal.objects.for_list().waiting(), pk=pk)
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
            return reverse("admin:claims_claim_change", args=[proposal.claim_id])

        return self._review(request, proposal, form or SendBackForm(request.POST), carry_out, done, free=form is None)

    def _review(self, request, proposal, form=None, act=None, done="", free=False):
        """The page on which a second editor decides. `free`: the act asks for no words."""
        claim = Claim.objects.for_desk().get(pk=proposal.claim_id)
        form = form or SendBackForm()
        if free:
            form.fields["reply"].required = False
        return self.act_page(
            request,
            form,
            act,
            title=f"{proposal.get_verb_display().capitalize()} of {proposal.claim.key}",
            button="",
            template="admin/claims/proposal/review.html",
            obj=proposal,
            done=done,
            proposal=proposal,
            claim=claim,
            cited=proposal.cited(),
            passage=proposal.passage(),
            other=proposal.other(),
            redacted=find(proposal.body["words"])
            if proposal.verb == "redact" and proposal.state == State.WAITING
            else [],
            mine=proposal.by_id == request.user.pk,
            waiting=proposal.state == State.WAITING,
            returned=proposal.state == State.RETURNED,
            revise=_revise(proposal),
            own_review=OWN_REVIEW,
            may_approve=may(request.user, "approve"),
            moved=claim_moved(claim, proposal.seen, before="When this was proposed") if proposal.is_stale else None,
        )
