"""A page for each act on a claim: what readers do not see, one editor may do; the rest waits for a second."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from sources.desk import DeskAdmin, is_number
from sources.recording import refuse_unless_may

from ..models import Claim
from .comparing import claim_moved


class ActPages(DeskAdmin):
    def proposable(self, request, pk):
        refuse_unless_may(request.user, "propose")
        return get_object_or_404(Claim.objects.select_related("wording", "assessment"), pk=pk)

    def claim_page(self, request, claim, form, act, *, title, alone="", **kwargs):
        """A page of one act. `alone`: what its button says where no reader sees the claim and one editor may do it."""
        waits = claim.was_read or not alone
        sent = "Sent to a second editor. Nothing changes until it is approved."
        return self.act_page(
            request,
            form,
            act,
            title=title,
            button="Send to a second editor" if waits else alone,
            obj=claim,
            done=sent if waits else "Recorded.",
            claim=claim,
            seen=claim.seen,
            moved=claim_moved(claim, _seen(request)) if request.method == "POST" else None,
            **kwargs,
        )


def page_of(claim) -> str:
    return reverse("admin:claims_claim_change", args=[claim.pk])


def _seen(request) -> tuple[int | None, int | None]:
    """What the editor had before them: the wording and the last assessment that the form was made from."""
    wording, assessment = (request.POST.get(name, "") for name in ("seen_wording", "seen_assessment"))
    return (_int(wording), _int(assessment))


def _int(text: str) -> int | None:
    return int(text) if is_number(text) else None


def _revised(request):
    """The proposal of this editor's that is written anew here."""
    key = request.GET.get("revise", "")
    return request.user.proposals.returned().filter(key=key).first() if key else None


def initial(request, form, **given) -> dict:
    """What a form starts with: what was typed in the proposal that is written anew, or what is given."""
    proposal = _revised(request)
    if proposal is None:
        return given
    return form.initial_of(proposal.body) if hasattr(form, "initial_of") else proposal.body


def propose(request, claim, verb, /, **body):
    if revised := _revised(request):
        revised.drop(by=request.user)
    claim.propose(verb, by=request.user, seen=_seen(request), **body)
    return page_of(claim)


def act_or_propose(request, claim, verb, /, **body):
    """What readers do not see, one editor may do; the rest waits for a second."""
    if claim.was_read:
        return propose(request, claim, verb, **body)
    claim.carry_out(verb, by=request.user, seen=_seen(request), **body)
    return page_of(claim)
