"""The reading desk: a text on the left, and on the right what is recorded from it, by keyboard alone if one likes."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sources.models import Capture
from sources.origins import likenesses_of
from sources.recording import refuse_unless_may

from ..forms import ReadForm
from ..models import Appearance, Claim, Proposal, ProposedVerb
from ..nearing import near
from ..reading import lines_of

RECORDED = 30  # of the newest, beside the text


def read(admin, request, pk):
    """One text, and the form that records from it; after each record the same page, further on."""
    refuse_unless_may(request.user, "record")
    capture = get_object_or_404(Capture.objects.select_related("source__outlet"), pk=pk)
    here = reverse("admin:capture_desk", args=[pk])
    noted = "read" in request.POST
    if noted:
        capture.read_to_the_end(by=request.user)
        messages.success(request, "Noted: you read it to the end. What is not recorded from it is not in it.")
    form = ReadForm(capture, request.POST or None)
    if noted:  # what is half typed stays, and is not judged yet
        form.leave_unjudged()

    def keep(data):
        passage = form.quote(by=request.user)
        if twice := Claim.objects.said_at(passage, data["statement"]).first():
            raise ValidationError({"statement": f"{twice.key} says this of these words already"})
        claim = data["existing"] or Claim.objects.record(by=request.user, **form.claim())
        body = {"passage_id": passage.pk, **form.arguments()}
        sent = Proposal.objects.act_or_propose(claim, ProposedVerb.APPEAR, by=request.user, seen=None, body=body)
        if not data["existing"]:
            for other in form.others():
                claim.relate(other, "not_same", by=request.user)
        for warning in form.warnings():
            messages.warning(request, warning)
        done = "waits for a second editor" if sent else "is recorded"
        messages.success(request, f"{claim.key} {done}. Take the next words.")
        return f"{here}?after={passage.end}"

    appearances = list(Appearance.objects.live().filter(passage__capture=capture).for_desk())
    return admin.act_page(
        request,
        form,
        None if noted else keep,
        title=f"Read {capture.source.key}",
        button="Record, and read on",
        template="admin/sources/capture/desk.html",
        likenesses=likenesses_of(capture.source),
        obj=capture,
        capture=capture,
        lines=lines_of(capture.text, appearances),
        recorded=sorted(appearances, key=lambda a: -a.pk)[:RECORDED],
        count=len(appearances),
        reading=capture.read_by,
    )


def near_claims(request):
    """The claims that may be the one that is being typed."""
    refuse_unless_may(request.user, "record")
    words, quote = (request.POST.get(name, "")[:500] for name in ("words", "quote"))
    found = near(words.replace("\0", ""), quote=quote.replace("\0", ""))
    return JsonResponse(
        {"claims": [{"key": c.key, "words": c.words, "status": c.get_status_display(), "kind": c.kind} for c in found]}
    )
