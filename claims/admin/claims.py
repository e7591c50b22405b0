from urllib.parse import quote, urlencode

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse

from sources.desk import by_admin, is_number
from sources.forms import BecauseForm
from sources.languages import said_in
from sources.recording import may, refuse_unless_may

from ..answers import CorrectForm, DiscardForm, UpdateForm, WithdrawForm, WordsForm
from ..citing import AssessForm
from ..forms import (
    AddSubjectForm,
    AppearForm,
    AssignForm,
    CommentForm,
    EndRelationForm,
    EndSubjectForm,
    PublishForm,
    RecordForm,
    RelateForm,
    TranslateForm,
)
from ..models import Assignment, Claim, Comment, ProposedVerb, Stage
from ..templatetags.icons import desk_tag
from .acting import act_or_propose, initial, page_of, propose
from .answering import AnsweringPages
from .waiting import Needs, Whose

# Each has a page of its own at the claim.
ACTS = [
    "appear",
    "translate",
    "strike",
    "relate",
    "end_relation",
    "add_subject",
    "end_subject",
    "merge",
    "assess",
    "reword",
    "correct",
    "ask",
    "answer",
    "publish",
    "release",
    "hold",
    "lift",
    "withdraw",
    "assign",
    "comment",
    "redact",
    "history",
]


@admin.register(Claim)
class ClaimAdmin(AnsweringPages):
    """Claims as they stand, read-only: whatever changes one is proposed on a page of its own."""

    list_display = ("key", "statement", "status_tag", "stage", "gate", "look")
    list_display_links = ("key", "statement")
    list_select_related = ("wording",)
    list_filter = (Needs, Whose, "status", "stage", "kind", "sensitivity")
    search_fields = ("key",)
    fields = ("statement", "kind", "stage", "status_tag", "gate", "alleges", "look")
    readonly_fields = ("statement", "status_tag", "gate", "alleges")
    change_form_template = "admin/claims/claim/change_form.html"
    actions = ["give"]  # type: ignore[assignment]  # never their status: a finding is made of one claim

    @property
    def media(self):
        return super().media + forms.Media(js=["admin/js/actions.js"])

    def has_change_permission(self, request, obj=None):
        return False

    def get_search_results(self, request, queryset, search_term):
        """The readers' search, over drafts too."""
        return (queryset.found(search_term, by_editors=True) if search_term.strip() else queryset), False

    @admin.display(description="statement", ordering="wording__statement")
    def statement(self, claim):
        return said_in(claim.words, claim.wording.tongue) if claim.wording else claim.words

    @admin.display(description="status", ordering="status")
    def status_tag(self, claim):
        return desk_tag(claim)

    @admin.display(description="sensitive", ordering="sensitivity")
    def gate(self, claim):
        if not claim.sensitivity:
            return ""
        return f"{claim.get_sensitivity_display()}, {'released' if claim.released_id else 'hidden until released'}"

    @admin.display(description="alleges misconduct")
    def alleges(self, claim):
        return "yes" if claim.misconduct else "no"

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("record/", view(self.record), name="claim_record"),
            path("give/", view(self.give_many), name="claims_give"),
            *(path(f"<int:pk>/{act}/", view(getattr(self, act)), name=f"claim_{act}") for act in ACTS),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        return self.record(request)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        known = is_number(object_id)
        claim = Claim.objects.for_desk().filter(pk=object_id).first() if known else None
        context = {"claim": claim, "may_release": may(request.user, "release")}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    @admin.action(description="Give to an editor")
    def give(self, request, queryset):
        chosen = urlencode([("claim", key) for key in queryset.values_list("key", flat=True)])
        return HttpResponseRedirect(f"{reverse('admin:claims_give')}?{chosen}")

    @by_admin
    def give_many(self, request):
        """Puts the claims that were chosen in the list into somebody's hands."""
        refuse_unless_may(request.user, "record")
        keys = request.GET.getlist("claim")[: self.list_per_page]
        claims = Claim.objects.filter(key__in=keys).select_related("wording").order_by("id")
        if not claims:
            raise Http404

        def give(data):
            open_ = [claim for claim in claims if claim.stage != Stage.WITHDRAWN]
            for claim in open_:
                Assignment.objects.give(claim, data["editor"], by=request.user)
            gone = [claim.key for claim in claims if claim not in open_]
            said = f"{_many(len(open_))} given to {data['editor'].username}."
            messages.success(request, said + (f" Withdrawn, and not given: {', '.join(gone)}." if gone else ""))
            return reverse("admin:claims_claim_changelist")

        return self.act_page(
            request,
            AssignForm(request.POST or None, initial={"editor": request.user}),
            give,
            title=f"Who works on {_many(len(claims))}",
            button="Give them",
            template="admin/claims/claim/give.html",
            claims=claims,
        )

    # -- a page for each act

    @by_admin
    def record(self, request):
        refuse_unless_may(request.user, "record")

        def keep(data):
            fields = {n: data[n] for n in ("statement", "headline", "kind", "subjects", "sensitivity", "misconduct")}
            claim = Claim.objects.record(by=request.user, **fields)
            source = request.GET.get("source", "")
            return reverse("admin:claim_appear", args=[claim.pk]) + (f"?source={quote(source)}" if source else "")

        return self.act_page(
            request,
            RecordForm(request.POST or None),
            keep,
            title="Record a claim",
            button="Record this claim",
            done="The claim is recorded. Now take the words in which it appears.",
        )

    @by_admin
    def appear(self, request, pk):
        refuse_unless_may(request.user, "record")
        claim = get_object_or_404(Claim, pk=pk)
        form = AppearForm(request.POST or None, initial=initial(request, AppearForm, source=request.GET.get("source")))

        def keep(data):
            passage = form.quote(by=request.user)
            for warning in form.warnings():
                messages.warning(request, warning)
            return act_or_propose(request, claim, ProposedVerb.APPEAR, passage_id=passage.pk, **form.arguments())

        return self.claim_page(request, claim, form, keep, title="Where the claim appears", alone="Record this passage")

    @by_admin
    def translate(self, request, pk):
        refuse_unless_may(request.user, "record")
        claim = get_object_or_404(Claim, pk=pk)
        form = TranslateForm(claim, request.POST or None, initial=initial(request, TranslateForm))

        def keep(data):
            body = {n: data[n] for n in ("text", "language", "checked_by")}
            return act_or_propose(request, claim, ProposedVerb.TRANSLATE, passage_id=int(data["passage"]), **body)

        return self.claim_page(request, claim, form, keep, title="Translate its words", alone="Keep this translation")

    @by_admin
    def relate(self, request, pk):
        refuse_unless_may(request.user, "record")
        claim = get_object_or_404(Claim, pk=pk)
        form = RelateForm(request.POST or None, initial=initial(request, RelateForm))

        def keep(data):
            return act_or_propose(request, claim, ProposedVerb.RELATE, other_id=data["other"].pk, kind=data["kind"])

        return self.claim_page(
            request, claim, form, keep, title="Relate it to another claim", alone="Record this relation"
        )

    @by_admin
    def end_relation(self, request, pk):
        refuse_unless_may(request.user, "record")
        claim = get_object_or_404(Claim, pk=pk)
        return self._end(
            request,
            claim,
            EndRelationForm,
            claim.relations.between_claims(),
            ProposedVerb.END_RELATION,
            title="End a relation",
            alone="End this relation",
        )

    @by_admin
    def add_subject(self, request, pk):
        refuse_unless_may(request.user, "record")
        claim = get_object_or_404(Claim, pk=pk)
        form = AddSubjectForm(request.POST or None, initial=initial(request, AddSubjectForm))

        def keep(data):
            return act_or_propose(request, claim, ProposedVerb.ADD_SUBJECT, subject_id=data["subject"].pk)

        return self.claim_page(request, claim, form, keep, title="Add a subject", alone="Add this subject")

    @by_admin
    def end_subject(self, request, pk):
        refuse_unless_may(request.user, "record")
        claim = get_object_or_404(Claim, pk=pk)
        return self._end(
            request,
            claim,
            EndSubjectForm,
            claim.about.live().in_order(),
            ProposedVerb.END_SUBJECT,
            title="Whom it is not about",
            alone="Take it off",
        )

    def _end(self, request, claim, kind, rows, verb, **words):
        form = kind(rows, request.POST or None, initial=initial(request, kind, which=request.GET.get("which")))
        return self.claim_page(
            request, claim, form, lambda data: act_or_propose(request, claim, verb, **form.arguments()), **words
        )

    @by_admin
    def reword(self, request, pk):
        claim = self.proposable(request, pk)
        form = UpdateForm if claim.was_read else WordsForm
        return self._reword(request, claim, form, title="Reword the claim")

    @by_admin
    def correct(self, request, pk):
        claim = self.proposable(request, pk)
        return self._reword(request, claim, CorrectForm, title="Correct the claim")

    def _reword(self, request, claim, kind, *, title):
        wording = claim.wording
        now = {"headline": wording.headline, "statement": wording.statement} if wording else {}
        form = kind(request.POST or None, initial=initial(request, kind, **now))

        def keep(data):
            return act_or_propose(request, claim, ProposedVerb.REWORD, **form.arguments())

        return self.claim_page(request, claim, form, keep, title=title, alone="Keep this wording")

    @by_admin
    def assess(self, request, pk):
        claim = self.proposable(request, pk)
        form = AssessForm(claim, request.POST or None, initial=initial(request, AssessForm))
        return self.claim_page(
            request,
            claim,
            form,
            lambda data: propose(request, claim, ProposedVerb.ASSESS, **form.arguments()),
            title="Propose a finding",
            template="admin/claims/claim/assess.html",
        )

    @by_admin
    def publish(self, request, pk):
        claim = self.proposable(request, pk)
        form = PublishForm(request.POST or None, initial=initial(request, PublishForm))

        def send(data):
            return propose(request, claim, ProposedVerb.PUBLISH, no_reply_reason=data["no_reply_reason"])

        return self.claim_page(request, claim, form, send, title="Propose to publish the claim")

    @by_admin
    def release(self, request, pk):
        claim = self.proposable(request, pk)
        refuse_unless_may(request.user, "release")
        form = BecauseForm(request.POST or None, initial=initial(request, BecauseForm))
        form.fields["because"].help_text = "Readers see it once the claim is shown."

        def send(data):
            return propose(request, claim, ProposedVerb.RELEASE, because=data["because"])

        return self.claim_page(request, claim, form, send, title="Propose to release a sensitive claim")

    @by_admin
    def withdraw(self, request, pk):
        claim = self.proposable(request, pk)
        kind = WithdrawForm if claim.is_for_readers else DiscardForm
        form = kind(request.POST or None, initial=initial(request, kind))

        def send(data):
            return act_or_propose(request, claim, ProposedVerb.WITHDRAW, **data)

        title = "Propose to withdraw the claim" if claim.is_for_readers else "Discard the draft"
        return self.claim_page(request, claim, form, send, title=title, alone="Discard it")

    @by_admin
    def assign(self, request, pk):
        refuse_unless_may(request.user, "record")
        claim = get_object_or_404(Claim, pk=pk)

        def give(data):
            Assignment.objects.give(claim, data["editor"], by=request.user)
            return page_of(claim)

        form = AssignForm(request.POST or None, initial={"editor": request.user})
        return self.act_page(
            request, form, give, title="Who works on it", button="Give it to them", obj=claim, done="Given."
        )

    @by_admin
    def comment(self, request, pk):
        refuse_unless_may(request.user, "record")
        claim = get_object_or_404(Claim, pk=pk)

        def say(data):
            Comment.objects.create(claim=claim, text=data["text"], by=request.user)
            return page_of(claim)

        form = CommentForm(request.POST or None)
        return self.act_page(
            request,
            form,
            say,
            title="Say something to the other editors",
            button="Say it",
            obj=claim,
            done="Said. Readers never see it.",
        )


def _many(claims: int) -> str:
    return "1 claim" if claims == 1 else f"{claims} claims"
