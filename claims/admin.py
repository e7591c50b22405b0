from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html

from sources.desk import CatalogueAdmin, DeskAdmin, by_admin
from sources.models import Capture
from sources.recording import OWN_REVIEW, may, refuse_unless_may

from .forms import AppearForm, AssessForm, BecauseForm, NameForm, PublishForm, RecordForm, RewordForm, SendBackForm
from .models import Appearance, Claim, Proposal, ProposedVerb, Stage, State, Subject

APPEARANCES = 100  # on one page of a capture


def _tag(status, words):
    return format_html('<span class="fd-tag fd-{}">{}</span>', status, words)


@admin.register(Subject)
class SubjectAdmin(CatalogueAdmin):
    fields = ("name", "kind", "private_person", "wikidata", "outlet")
    list_display = ("name", "kind", "private_person", "key")
    search_fields = ("name", "names__text", "key")
    list_filter = ("kind", "private_person")
    change_form_template = "admin/claims/subject/change_form.html"

    def get_urls(self):
        view = self.admin_site.admin_view
        return [path("<int:pk>/name/", view(self.name), name="subject_name"), *super().get_urls()]

    @by_admin
    def name(self, request, pk):
        refuse_unless_may(request.user, "record")
        subject = get_object_or_404(Subject, pk=pk)

        def keep(data):
            subject.also_called(**data, by=request.user)
            return reverse("admin:claims_subject_change", args=[pk])

        return self.act_page(
            request,
            NameForm(request.POST or None),
            keep,
            title=f"Another name of {subject}",
            button="Add this name",
            obj=subject,
            done="The name is added.",
        )


class Needs(admin.SimpleListFilter):
    title = "needs"
    parameter_name = "needs"

    def lookups(self, request, model_admin):
        return [("look", "another look"), ("finding", "a first finding"), ("publication", "publication")]

    def queryset(self, request, queryset):
        if self.value() == "look":
            return queryset.exclude(look="")
        if self.value() == "finding":
            return queryset.assessable().filter(assessment__isnull=True)
        if self.value() == "publication":
            return queryset.filter(stage=Stage.DRAFT)
        return queryset


@admin.register(Claim)
class ClaimAdmin(DeskAdmin):
    """Claims as they stand, read-only: whatever changes one is proposed on a page of its own."""

    list_display = ("key", "words", "status_tag", "stage", "sensitivity", "look")
    list_display_links = ("key", "words")
    list_select_related = ("wording",)
    list_filter = (Needs, "status", "stage", "kind", "sensitivity")
    search_fields = ("key", "wording__statement", "appearances__passage__exact")
    fields = ("words", "kind", "stage", "status_tag", "sensitivity", "alleges", "look")
    readonly_fields = ("words", "status_tag", "alleges")
    change_form_template = "admin/claims/claim/change_form.html"

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description="statement", ordering="wording__statement")
    def words(self, claim):
        return claim.wording.statement if claim.wording else "Its words are kept back."

    @admin.display(description="status", ordering="status")
    def status_tag(self, claim):
        if claim.kind == "opinion":
            return "Opinion, not assessed"
        return _tag(claim.status, claim.get_status_display())

    @admin.display(description="alleges misconduct")
    def alleges(self, claim):
        return "yes" if claim.misconduct else "no"

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("record/", view(self.record), name="claim_record"),
            path("<int:pk>/appear/", view(self.appear), name="claim_appear"),
            path("<int:pk>/assess/", view(self.assess), name="claim_assess"),
            path("<int:pk>/publish/", view(self.publish), name="claim_publish"),
            path("<int:pk>/reword/", view(self.reword), name="claim_reword"),
            path("<int:pk>/release/", view(self.release), name="claim_release"),
            path("<int:pk>/withdraw/", view(self.withdraw), name="claim_withdraw"),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        return self.record(request)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        claim = Claim.objects.for_desk().filter(pk=object_id).first() if object_id.isdigit() else None
        context = {"claim": claim, "may_release": may(request.user, "release")}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    # -- a page for each act

    @by_admin
    def record(self, request):
        refuse_unless_may(request.user, "record")

        def keep(data):
            fields = {n: data[n] for n in ("statement", "headline", "kind", "subjects", "sensitivity", "misconduct")}
            claim = Claim.objects.record(by=request.user, **fields)
            return reverse("admin:claim_appear", args=[claim.pk])

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
        form = AppearForm(request.POST or None, initial={"source": request.GET.get("source", "")})

        def keep(data):
            passage = form.quote(by=request.user)
            for warning in form.warnings():
                messages.warning(request, warning)
            if claim.public:
                claim.propose(
                    ProposedVerb.APPEAR, by=request.user, seen=_seen(request), passage_id=passage.pk, **form.arguments()
                )
            else:
                claim.appear(passage, by=request.user, **form.arguments())
            return _page_of(claim)

        done = "Sent to a second editor." if claim.public else "The passage is recorded."
        button = "Send to a second editor" if claim.public else "Record this passage"
        return self._act(request, claim, form, keep, title="Where the claim appears", button=button, done=done)

    @by_admin
    def assess(self, request, pk):
        claim = self._proposable(request, pk)
        form = AssessForm(claim, request.POST or None)
        return self._act(
            request,
            claim,
            form,
            lambda data: _propose(request, claim, ProposedVerb.ASSESS, **form.arguments()),
            title="Propose a finding",
            template="admin/claims/claim/assess.html",
        )

    @by_admin
    def publish(self, request, pk):
        claim = self._proposable(request, pk)
        form = PublishForm(request.POST or None)

        def send(data):
            return _propose(request, claim, ProposedVerb.PUBLISH, no_reply_reason=data["no_reply_reason"])

        return self._act(request, claim, form, send, title="Propose to publish the claim")

    @by_admin
    def reword(self, request, pk):
        claim = self._proposable(request, pk)
        wording = claim.wording
        initial = {"headline": wording.headline, "statement": wording.statement} if wording else {}
        form = RewordForm(request.POST or None, initial=initial)

        def send(data):
            return _propose(request, claim, ProposedVerb.REWORD, headline=data["headline"], statement=data["statement"])

        return self._act(request, claim, form, send, title="Propose a new wording")

    @by_admin
    def release(self, request, pk):
        claim = self._proposable(request, pk)
        refuse_unless_may(request.user, "release")
        form = BecauseForm(request.POST or None)

        def send(data):
            return _propose(request, claim, ProposedVerb.RELEASE, because=data["because"])

        return self._act(request, claim, form, send, title="Propose to release a sensitive claim")

    @by_admin
    def withdraw(self, request, pk):
        claim = self._proposable(request, pk)
        form = BecauseForm(request.POST or None)

        def send(data):
            return _propose(request, claim, ProposedVerb.WITHDRAW, because=data["because"])

        return self._act(request, claim, form, send, title="Propose to withdraw the claim")

    def _proposable(self, request, pk):
        refuse_unless_may(request.user, "propose")
        return get_object_or_404(Claim.objects.select_related("wording", "assessment"), pk=pk)

    def _act(self, request, claim, form, act, *, title, button="Send to a second editor", done="", **kwargs):
        return self.act_page(
            request,
            form,
            act,
            title=title,
            button=button,
            obj=claim,
            done=done or "Sent to a second editor. Nothing changes until it is approved.",
            claim=claim,
            seen=claim.seen,
            **kwargs,
        )


def _page_of(claim) -> str:
    return reverse("admin:claims_claim_change", args=[claim.pk])


def _seen(request) -> tuple[int | None, int | None]:
    """What the editor had before them: the wording and the last assessment that the form was made from."""
    wording, assessment = (request.POST.get(name, "") for name in ("seen_wording", "seen_assessment"))
    return (int(wording) if wording.isdecimal() else None, int(assessment) if assessment.isdecimal() else None)


def _propose(request, claim, verb, **body):
    claim.propose(verb, by=request.user, seen=_seen(request), **body)
    return _page_of(claim)


@admin.register(Proposal)
class ProposalAdmin(DeskAdmin):
    """What waits for a second editor; the page of each is where it is approved or sent back."""

    list_display = ("key", "what", "words", "by", "state_tag", "sent_at")
    list_display_links = ("key", "what")
    list_select_related = ("claim__wording", "by")
    list_filter = ("state", "verb")
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
            path("<int:pk>/drop/", view(self.drop), name="proposal_drop"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
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
            claim=Claim.objects.for_desk().get(pk=proposal.claim_id),
            cited=proposal.cited_passages(),
            mine=proposal.by_id == request.user.pk,
            waiting=proposal.state == State.WAITING,
            own_review=OWN_REVIEW,
            may_approve=may(request.user, "approve"),
        )


@admin.register(Capture)
class CaptureAdmin(DeskAdmin):
    """A kept text, to read; it never changes."""

    list_display = ("ref", "source", "length", "withheld", "captured_at")
    list_select_related = ("source",)
    search_fields = ("source__key", "source__title", "sha256")
    fields = ("source_link", "captured_at", "length", "bytes", "sha256", "withheld", "shown_text", "marked", "quoted")
    readonly_fields = fields
    change_form_template = "admin/sources/capture/change_form.html"

    def change_view(self, request, object_id, form_url="", extra_context=None):
        after = request.GET.get("after", "")
        found = Appearance.objects.in_order(object_id, after=int(after) if after.isdecimal() else 0)
        page = list(found[: APPEARANCES + 1]) if object_id.isdecimal() else []
        more = page[APPEARANCES].passage.start if len(page) > APPEARANCES else None
        context = {"appearances": page[:APPEARANCES], "more": more}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description="source")
    def source_link(self, capture):
        address = reverse("admin:sources_source_change", args=[capture.source_id])
        return format_html('<a href="{}">{}</a>', address, capture.source)

    @admin.display(description="text")
    def shown_text(self, capture):
        if capture.withheld:
            return "We do not hold this text: only its hashes, its length and the places of its paragraphs."
        return format_html('<div class="fd-text" lang="{}">{}</div>', capture.source.language, capture.text)

    @admin.display(description="regions")
    def marked(self, capture):
        return "; ".join(str(r) for r in capture.regions.live()) or "none"

    @admin.display(description="passages")
    def quoted(self, capture):
        return f"{capture.passages.count()}"
