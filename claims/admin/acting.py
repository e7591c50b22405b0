"""A page for each act on a claim: what readers do not see, one editor may do; the rest waits for a second."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sources.desk import DeskAdmin, is_number, seen_in
from sources.recording import acts_alone, may, refuse_unless_may

from ..models import Claim, Proposal
from .comparing import claim_moved

# Where an act on a row is written anew.
ROW_PAGES = {
    "also_called": "subject_name",
    "end_name": "subject_end_name",
    "descend": "origin_descend",
    "end_descent": "origin_end_descent",
    "mark": "capture_mark",
    "end_region": "capture_end_region",
    "retract": "source_retract",
}
SEND = "Send to a second editor"
RECORDED = "Recorded."
SENT = "Sent to a second editor. Nothing changes until it is approved."


class ActPages(DeskAdmin):
    def proposable(self, request, pk):
        refuse_unless_may(request.user, "propose")
        return get_object_or_404(Claim.objects.select_related("wording", "assessment"), pk=pk)

    def claim_page(self, request, claim, form, act, *, title, alone="", **kwargs):
        """A page of one act. `alone`: what its button says where no reader sees the claim and one editor may do it."""
        waits = (claim.is_for_readers or not alone) and not _alone(request, claim)
        return self.act_page(
            request,
            form,
            act,
            title=title,
            button=SEND if waits else alone or "Record this",
            obj=claim,
            claim=claim,
            seen=claim.seen,
            moved=claim_moved(claim, _seen(request)) if request.method == "POST" else None,
            **kwargs,
        )

    def end_page(self, request, row, form, rows, verb, **words):
        """A page on which one of several things that were said of a row ends."""
        given = initial(request, form, which=request.GET.get("which"))
        page = form(rows, request.POST or None, initial=given)
        return self.row_page(request, row, page, verb, arguments=lambda data: page.arguments(), **words)

    def row_page(self, request, row, form, verb, *, title, button, done, arguments=dict, moved=None):
        """A page of one act on a row of the catalogue or on a kept text. `button`: what it says where one editor may do it.

        `moved`: how the row has moved on; where it is asked, no act from a stale page.
        """
        refuse_unless_may(request.user, "record")
        seen = row.seen if moved else None
        waits = row.is_for_readers and not acts_alone(request.user)
        if not (waits and may(request.user, "override")):
            del form.fields["override"]

        def act(data):
            body = arguments(data)
            override = body.pop("override", "")
            sent = done_or_sent(request, row, verb, body, seen=seen_in(request) if moved else None, override=override)
            messages.success(request, SENT if sent else done)
            return page_of(row)

        return self.act_page(
            request,
            form,
            act,
            title=title,
            button=SEND if waits else button,
            obj=row,
            seen=seen,
            moved=moved(request, row) if moved else None,
        )


def page_of(thing) -> str:
    """Where editors look at it."""
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk])


def _seen(request) -> tuple[int | None, int | None]:
    """What the editor had before them: the wording and the last assessment that the form was made from."""
    wording, assessment = (request.POST.get(name, "") for name in ("seen_wording", "seen_assessment"))
    return (_int(wording), _int(assessment))


def _int(text: str) -> int | None:
    return int(text) if is_number(text) else None


def page_anew(proposal) -> str:
    """Where its author writes a proposal anew."""
    if proposal.claim_id:
        act = "correct" if proposal.verb == "reword" and proposal.body.get("correcting") else proposal.verb
        return reverse(f"admin:claim_{act}", args=[proposal.claim_id])
    if proposal.verb in ROW_PAGES:
        return reverse(f"admin:{ROW_PAGES[proposal.verb]}", args=[proposal.thing.pk])
    return page_of(proposal.thing)


def revised(request):
    """The proposal of this editor's that is written anew here."""
    key = request.GET.get("revise", "")
    proposal = request.user.proposals.returned().filter(key=key).first() if key else None
    return proposal if proposal and page_anew(proposal) == request.path else None


def initial(request, form, **given) -> dict:
    """What a form starts with: what was typed in the proposal that is written anew, or what is given."""
    proposal = revised(request)
    if proposal is None:
        return given
    return form.initial_of(proposal.body) if hasattr(form, "initial_of") else proposal.body


def propose(request, claim, verb, /, **body):
    """What waits for a second editor, except at a desk that leaves it to one."""
    if earlier := revised(request):
        earlier.drop(by=request.user)
    alone = _alone(request, claim)
    act = claim.carry_out if alone else claim.propose
    act(verb, by=request.user, seen=_seen(request), **body)
    messages.success(request, RECORDED if alone else SENT)
    return page_of(claim)


def act_or_propose(request, claim, verb, /, **body):
    """What readers do not see, one editor may do; the rest waits for a second."""
    sent = done_or_sent(request, claim, verb, body, seen=_seen(request))
    messages.success(request, SENT if sent else RECORDED)
    return page_of(claim)


def _alone(request, claim) -> bool:
    return acts_alone(request.user, sensitive=claim.needs_two)


def done_or_sent(request, thing, verb, body, *, seen, override=""):
    """The proposal that waits for a second editor, or nothing where it is done; what is written anew is taken back."""
    if earlier := revised(request):
        earlier.drop(by=request.user)
    return Proposal.objects.act_or_propose(thing, verb, by=request.user, seen=seen, body=body, override=override)
