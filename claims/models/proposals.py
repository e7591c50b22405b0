from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from sources import keys
from sources.models import Change, Origin, Passage
from sources.recording import OWN_REVIEW, refuse_stale, refuse_unless_may, rehearsing

from .assessing import Assessment
from .claims import Claim
from .wordings import Wording


class ProposedVerb(models.TextChoices):
    """The verbs of a claim that can wait for a second editor."""

    ASSESS = "assess", "finding"
    APPEAR = "appear", "appearance"
    TRANSLATE = "translate", "translation"
    RELATE = "relate", "relation"
    PUBLISH = "publish", "first publication"
    REWORD = "reword", "new wording"
    RELEASE = "release"
    WITHDRAW = "withdraw", "withdrawal"
    STRIKE = "strike", "end of an appearance"
    HOLD = "hold"
    LIFT = "lift", "end of a hold"
    ASK = "ask", "request for a reply"
    ANSWER = "answer", "reply"
    MERGE = "merge", "merger"
    REDACT = "redact", "redaction"


# Several of these may wait for one claim.
REPEATED = {"appear", "translate", "relate", "strike", "hold", "lift", "ask", "answer"}


class State(models.TextChoices):
    DRAFT = "draft"
    WAITING = "waiting", "waiting for a second editor"
    RETURNED = "returned", "sent back"
    APPROVED = "approved"
    DROPPED = "dropped"


class ProposalQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=State.WAITING)

    def returned(self):
        return self.filter(state=State.RETURNED)

    def for_list(self):
        return self.select_related("claim__wording", "by", "decided_by")

    @transaction.atomic
    def propose(self, claim, verb, *, by, seen, body):
        """Sends a verb with its arguments to a second editor, after all that can be refused now was refused."""
        refuse_unless_may(by, "propose")
        refuse_stale(claim, seen)
        if verb not in ProposedVerb.values:
            raise ValidationError(f"A claim cannot be asked to {verb}")
        body = body | _as_seen(claim, verb, body)
        wording, assessment = seen
        same = claim.proposals.waiting().filter(verb=verb, seen_wording=wording, seen_assessment=assessment)
        if verb in REPEATED:
            same = [p for p in same if p.body == body]
        if same:
            raise ValidationError(f"This is proposed already and waits for a second editor: {list(same)[0].key}")
        proposal = Proposal(
            claim=claim, verb=verb, body=body, seen_wording_id=wording, seen_assessment_id=assessment, by=by
        )
        with rehearsing():
            proposal.carry_out()
        proposal.save()
        return proposal


def _as_seen(claim, verb, body) -> dict:
    """What else the editor saw that the verb rests on: the other claim as it stands, the hold that stands."""
    if "other_id" in body:
        return {"other_seen": list(Claim.objects.get(pk=body["other_id"]).seen)}
    hold = claim.holds.live().filter(kind=body.get("kind", "")).first() if verb == ProposedVerb.LIFT else None
    return {"number": hold.number} if hold else {}


class Proposal(models.Model):
    """A verb that waits for a second editor. Private."""

    key = models.SlugField(max_length=40, unique=True, default=keys.proposal_key, editable=False)
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="proposals")
    verb = models.CharField(max_length=12, choices=ProposedVerb.choices)
    body = models.JSONField(default=dict)
    seen_wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+")
    seen_assessment = models.ForeignKey(Assessment, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposals")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    reply = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="decided"
    )
    change = models.ForeignKey(Change, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "id"]
        indexes = [models.Index("state", "sent_at", name="proposal_queue")]
        constraints = [
            models.CheckConstraint(name="proposal_state_is_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="proposed_verb_is_known", condition=Q(verb__in=ProposedVerb.values)),
            models.CheckConstraint(
                name="proposer_does_not_decide",
                condition=~Q(state__in=["approved", "returned"]) | ~Q(decided_by=F("by")),
            ),
        ]

    def __str__(self):
        return f"{self.get_verb_display()} {self.key}"

    @property
    def is_stale(self) -> bool:
        """Whether the claim has moved on since, so that it can only be sent back or taken back."""
        return self.state == State.WAITING and self.seen != self.claim.seen

    @property
    def seen(self) -> tuple[int | None, int | None]:
        """What its author had before them: the wording and the last assessment."""
        return self.seen_wording_id, self.seen_assessment_id

    def passage(self):
        """The passage that the proposal is about, if it is about one."""
        found = Passage.objects.with_translations().select_related("capture__source__outlet")
        return found.filter(pk=self.body.get("passage_id") or 0).first()

    def other(self):
        """The claim that this one would be related to."""
        return Claim.objects.select_related("wording").filter(pk=self.body.get("other_id") or 0).first()

    def cited(self):
        """What a proposed finding cites: each with its passage and its origin, where it has one."""
        citing = self.body.get("citing", [])
        ids = [c["passage_id"] for c in citing if c.get("passage_id")]
        found = Passage.objects.with_translations().select_related("capture__source").in_bulk(ids)
        origins = Origin.objects.in_bulk([c["origin_id"] for c in citing if c.get("origin_id")])
        return [(c, found.get(c.get("passage_id")), origins.get(c.get("origin_id"))) for c in citing]

    def carry_out(self, approved_by=None):
        """The proposed verb, with its arguments as they were sent."""
        claim = Claim.objects.get(pk=self.claim_id)
        return claim.carry_out(self.verb, by=self.by, approved_by=approved_by, seen=self.seen, **self.body)

    @transaction.atomic
    def approve(self, *, by):
        """Carries out the proposal, in the names of two people."""
        proposal = self._open_to(by)
        if proposal.is_stale:
            raise ValidationError(
                f"{proposal.claim.key} has moved on since this was proposed. Send it back, to be written anew",
                code="stale",
            )
        before = Change.objects.latest("id").pk
        done = proposal.carry_out(by)
        proposal.state, proposal.decided_by, proposal.decided_at = State.APPROVED, by, timezone.now()
        made = Change.objects.filter(id__gt=before)
        proposal.change = made.about("claim", proposal.claim.key).last() or made.last()
        # The verb may have taken words out of what was proposed.
        proposal.save(update_fields=["state", "decided_by", "decided_at", "change"])
        self.refresh_from_db()
        return done

    @transaction.atomic
    def send_back(self, *, by, reply):
        """Returns the proposal to its author with a note."""
        proposal = self._open_to(by)
        if not reply.strip():
            raise ValidationError({"reply": "Say what is missing, so that it can be mended"})
        proposal.state, proposal.decided_by, proposal.reply = State.RETURNED, by, reply
        proposal.decided_at = timezone.now()
        proposal.save()
        self.refresh_from_db()

    @transaction.atomic
    def drop(self, *, by):
        """Its author takes it back."""
        proposal = Proposal.objects.select_for_update().get(pk=self.pk)
        if by != proposal.by:
            raise PermissionDenied("Only its author can take a proposal back.")
        if proposal.state not in {State.WAITING, State.RETURNED}:
            raise ValidationError(f"This proposal is {proposal.get_state_display().lower()} already")
        proposal.state, proposal.decided_at = State.DROPPED, timezone.now()
        proposal.save()
        self.refresh_from_db()

    def _open_to(self, editor) -> "Proposal":
        proposal = Proposal.objects.select_for_update(of=("self",)).select_related("claim", "by").get(pk=self.pk)
        if proposal.state != State.WAITING:
            raise ValidationError(f"This proposal is {proposal.get_state_display().lower()} already")
        if editor == proposal.by:
            raise ValidationError(OWN_REVIEW, code="own_review")
        refuse_unless_may(editor, "approve")
        return proposal
