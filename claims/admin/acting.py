"""A page for each act on a claim: what readers do not see, one editor may do; the rest waits for a second."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sources.desk import DeskAdmin, is_number, seen_in
from sources.recording import may, refuse_unless_may

from ..models import Claim, Proposal
from .comparing import claim_moved

SEND = "Send to a second editor"
SENT = "Sent to a second editor. Nothing changes until it is approved."


class ActPages(DeskAdmin):
    def proposable(self, request, pk):
        refuse_unless_may(request.user, "propose")
        return get_object_or_404(Claim.objects.select_related("wording", "assessment"), pk=pk)

    def claim_page(self, request, claim, form, act, *, title, alone="", **kwargs):
        """A page of one act. `alone`: what its button says where no reader sees the claim and one editor may do it."""
        waits = claim.was_read or not alone
        return self.act_page(
            request,
            form,
            act,
            title=title,
            button=SEND if waits else alone,
            obj=claim,
            done=SENT if waits else "Recorded.",
            claim=claim,
            seen=claim.seen,
            moved=claim_moved(claim, _seen(request)) if request.method == "POST" else None,
            **kwargs,
        )

    def row_page(self, request, row, form, verb, *, title, button, done, arguments=dict, moved=None):
        """A page of one act on a row of the catalogue or on a kept text. `button`: what it says where one editor may do it.

        `moved`: how the row has moved on; where it is asked, no act from a stale page.
        """
        refuse_unless_may(request.user, "record")
        seen = row.seen if moved else None
        opts = row._meta
        if not (row.is_shown and may(request.user, "override")):
            del form.fields["override"]

        def act(data):
            body = arguments(data)
            waits = act_or_propose_row(
                request, row, verb, body, seen=seen_in(request) if moved else None, override=body.pop("override", "")
            )
            messages.success(request, SENT if waits else done)
            return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])

        return self.act_page(
            request,
            form,
            act,
            title=title,
            button=SEND if row.is_shown else button,
            obj=row,
            seen=seen,
            moved=moved(request, row) if moved else None,
        )


def page_of(claim) -> str:
    return reverse("admin:claims_claim_change", args=[claim.pk])


def _seen(request) -> tuple[int | None, int | None]:
    """What the editor had before them: the wording and the last assessment that the form was made from."""
    wording, assessment = (request.POST.get(name, "") for name in ("seen_wording", "seen_assessment"))
    return (_int(wording), _int(assessment))


def _int(text: str) -> int | None:
    return int(text) if is_number(text) else None


def revised(request):
    """The proposal of this editor's that is written anew here."""
    key = request.GET.get("revise", "")
    return request.user.proposals.returned().filter(key=key).first() if key else None


def initial(request, form, **given) -> dict:
    """What a form starts with: what was typed in the proposal that is written anew, or what is given."""
    proposal = revised(request)
    if proposal is None:
        return given
    return form.initial_of(proposal.body) if hasattr(form, "initial_of") else proposal.body


def propose(request, claim, verb, /, **body):
    if earlier := revised(request):
        earlier.drop(by=request.user)
    claim.propose(verb, by=request.user, seen=_seen(request), **body)
    return page_of(claim)


def act_or_propose(request, claim, verb, /, **body):
    """What readers do not see, one editor may do; the rest waits for a second."""
    if claim.was_read:
        return propose(request, claim, verb, **body)
    claim.carry_out(verb, by=request.user, seen=_seen(request), **body)
    return page_of(claim)


def act_or_propose_row(request, row, verb, body, *, seen, override=""):
    """What readers do not see of a row, one editor may do; the rest waits for a second, as the proposal that is given back."""
    if earlier := revised(request):
        earlier.drop(by=request.user)
    return Proposal.objects.act_or_propose(row, verb, by=request.user, seen=seen, body=body, override=override)
