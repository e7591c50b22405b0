"""The pages on which editors correct, hold, ask, answer, merge and redact."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from sources.desk import by_admin
from sources.recording import refuse_unless_may
from sources.redacting import find

from ..answers import AnswerForm, AskForm, HoldForm, LiftForm, MergeForm, RedactForm, StrikeForm
from ..histories import KINDS, history_of
from ..models import Claim, ProposedVerb
from .acting import ActPages, act_or_propose, initial, propose


class AnsweringPages(ActPages):
    @by_admin
    def strike(self, request, pk):
        claim = self.proposable(request, pk)
        form = StrikeForm(claim, request.POST or None, initial=initial(request, StrikeForm))

        def keep(data):
            return act_or_propose(request, claim, ProposedVerb.STRIKE, **form.arguments())

        return self.claim_page(
            request, claim, form, keep, title="Strike a passage recorded in error", alone="Strike this passage"
        )

    @by_admin
    def hold(self, request, pk):
        claim = self.proposable(request, pk)
        form = HoldForm(request.POST or None, initial=initial(request, HoldForm))

        def keep(data):
            return act_or_propose(request, claim, ProposedVerb.HOLD, **form.arguments())

        return self.claim_page(request, claim, form, keep, title="Hold the claim", alone="Hold this claim")

    @by_admin
    def lift(self, request, pk):
        """Where the claim is published readers will see it again, so a second editor decides."""
        claim = self.proposable(request, pk)
        form = LiftForm(claim, request.POST or None, initial=initial(request, LiftForm))

        def send(data):
            return propose(request, claim, ProposedVerb.LIFT, **data)

        return self.claim_page(request, claim, form, send, title="Lift a hold")

    @by_admin
    def ask(self, request, pk):
        claim = self.proposable(request, pk)
        form = AskForm(request.POST or None, initial=initial(request, AskForm))

        def keep(data):
            return act_or_propose(request, claim, ProposedVerb.ASK, **form.arguments())

        return self.claim_page(request, claim, form, keep, title="Ask for a reply", alone="Record this request")

    @by_admin
    def answer(self, request, pk):
        claim = self.proposable(request, pk)
        form = AnswerForm(claim, request.POST or None, initial=initial(request, AnswerForm))

        def keep(data):
            return act_or_propose(request, claim, ProposedVerb.ANSWER, **form.arguments(by=request.user))

        return self.claim_page(request, claim, form, keep, title="Record a reply", alone="Record this reply")

    @by_admin
    def merge(self, request, pk):
        claim = self.proposable(request, pk)
        form = MergeForm(request.POST or None, initial=initial(request, MergeForm))

        def send(data):
            return propose(request, claim, ProposedVerb.MERGE, other_id=data["other"].pk, because=data["because"])

        return self.claim_page(request, claim, form, send, title="Merge it into another claim")

    @by_admin
    def redact(self, request, pk):
        claim = self.proposable(request, pk)
        refuse_unless_may(request.user, "release")
        form = RedactForm(request.POST or None, initial=initial(request, RedactForm))
        found = find(form.cleaned_data["words"]) if form.is_bound and form.is_valid() else []

        def send(data):
            if not data["sure"]:
                raise ValidationError({"sure": f"Look at the {len(found)} rows below, then tick this and send again"})
            return propose(request, claim, ProposedVerb.REDACT, words=data["words"], because=data["because"])

        return self.claim_page(
            request,
            claim,
            form,
            send,
            title="Redact words everywhere",
            template="admin/claims/claim/redact.html",
            found=found,
        )

    def history(self, request, pk):
        """All that was done to one claim, by whom and when, each with what it changed."""
        refuse_unless_may(request.user, "record")
        claim = get_object_or_404(Claim.objects.select_related("wording", "assessment"), pk=pk)
        chosen = [kind for kind in request.GET.getlist("kind") if kind in KINDS]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": claim,
            "claim": claim,
            "title": f"The history of {claim.key}",
            "entries": history_of(claim, chosen),
            "kinds": KINDS,
            "chosen": chosen,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/claims/claim/history.html", context)
