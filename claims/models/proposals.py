from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from sources import keys
from sources.models import Capture, Change, Origin, Outlet, Passage, Source, Verb
from sources.models.record import REDACTED
from sources.recording import OWN_REVIEW, in_turn, may, refuse_stale, refuse_unless_may, rehearsing

from .assessing import Assessment
from .claims import Claim
from .subjects import Subject
from .wordings import Wording


class ProposedVerb(models.TextChoices):
    """The verbs that can wait for a second editor: those of a claim, and those of the catalogue and of a kept text."""

    ASSESS = "assess", "finding"
    APPEAR = "appear", "appearance"
    TRANSLATE = "translate", "translation"
    RELATE = "relate", "relation"
    END_RELATION = "end_relation", "end of a relation"
    ADD_SUBJECT = "add_subject", "subject"
    END_SUBJECT = "end_subject", "end of a subject"
    PUBLISH = "publish", "first publication"
    REWORD = "reword", "new wording"
    RELEASE = "release", "release"
    WITHDRAW = "withdraw", "withdrawal"
    STRIKE = "strike", "end of an appearance"
    HOLD = "hold", "hold"
    LIFT = "lift", "end of a hold"
    ASK = "ask", "request for a reply"
    ANSWER = "answer", "reply"
    MERGE = "merge", "merger"
    REDACT = "redact", "redaction"
    EDIT = "edit", "edit"
    ALSO_CALLED = "also_called", "another name"
    END_NAME = "end_name", "end of another name"
    DESCEND = "descend", "where it comes from"
    END_DESCENT = "end_descent", "end of where it comes from"
    MARK = "mark", "region"
    END_REGION = "end_region", "end of a region"
    RETRACT = "retract", "taken back"


OF_THE_CATALOGUE = {"edit", "also_called", "end_name", "descend", "end_descent", "mark", "end_region", "retract"}
# Several of these may wait for one thing.
REPEATED = {
    "appear",
    "translate",
    "relate",
    "end_relation",
    "add_subject",
    "end_subject",
    "strike",
    "hold",
    "lift",
    "ask",
    "answer",
    "also_called",
    "end_name",
    "descend",
    "end_descent",
    "mark",
    "end_region",
}

SHOWING = {"publish", "release"}  # after which readers see all that a claim says
THINGS = ("claim", "subject", "source", "outlet", "origin", "capture")  # a proposal is about one of these


def _one_of(names) -> Q:
    alone = Q()
    for name in names:
        alone |= Q(**{f"{other}__isnull": other != name for other in names})
    return alone


class State(models.TextChoices):
    DRAFT = "draft", "draft"
    WAITING = "waiting", "waiting for a second editor"
    RETURNED = "returned", "sent back"
    APPROVED = "approved", "approved"
    OVERRIDDEN = "overridden", "carried out alone"
    DROPPED = "dropped", "dropped"


class ProposalQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=State.WAITING)

    def returned(self):
        return self.filter(state=State.RETURNED)

    def for_list(self):
        joined = ("claim__wording", "subject", "source", "outlet", "origin", "capture__source")
        return self.select_related(*joined, "by", "decided_by").defer("capture__text", "capture__blocks")

    @transaction.atomic
    def propose(self, thing, verb, *, by, seen, body):
        """Sends a verb with its arguments to a second editor, after all that can be refused now was refused."""
        refuse_unless_may(by, "propose")
        in_turn()  # of two who propose the same at once the second is told
        thing = type(thing)._base_manager.get(pk=thing.pk)
        refuse_stale(thing, seen)
        kind = thing._meta.model_name
        if verb not in ProposedVerb.values or (kind == "claim") == (verb in OF_THE_CATALOGUE):
            raise ValidationError(f"A {kind} cannot be asked to {verb}")
        # Of two other names the second is not stale because the first was approved.
        seen = None if kind != "claim" and verb in REPEATED else seen
        proposal = Proposal(verb=verb, body=body, by=by, **{kind: thing})
        proposal.seen = seen
        if kind == "claim":
            proposal.body = body | _as_seen(thing, verb, body)
            proposal.seen_change = _last_said(thing) if verb in SHOWING else None
        for there in thing.proposals.waiting().filter(verb=verb):
            alike = _but_why(there.body) == _but_why(proposal.body)
            if there.seen == proposal.seen and (alike or verb not in REPEATED):
                same = "This" if there.body == proposal.body else f"Another {there.get_verb_display()}"
                raise ValidationError(f"{same} is proposed already and waits for a second editor: {there.key}")
        with rehearsing():
            proposal.carry_out()
        proposal.save()
        return proposal

    @transaction.atomic
    def act_or_propose(self, thing, verb, *, by, seen, body, override=""):
        """Does at once what one editor may do to a claim, a row of the catalogue or a kept text; the rest waits for a second.

        Gives the proposal that waits, or nothing where it is done. `seen`: nothing where the act rests on no version.
        """
        in_turn()
        kind = thing._meta.model_name
        if kind == "claim":
            seen = seen or Claim.objects.get(pk=thing.pk).seen
        alone = Proposal(verb=verb, body=body, by=by, **{kind: thing})
        alone.seen = seen
        try:
            with transaction.atomic():
                alone.carry_out(override=override)
        except (PermissionDenied, ValidationError) as refusal:
            # Where an editor may act alone, a reporter proposes.
            if isinstance(refusal, ValidationError) and getattr(refusal, "code", "") != "own_review":
                raise
            return self.propose(thing, verb, by=by, seen=seen, body=body)
        return None


def _but_why(body: dict) -> dict:
    """What would be done: the same for another reason is the same, and would end what was said again after the first."""
    return {name: value for name, value in body.items() if name != "because"}


def _last_said(claim) -> Change:
    """The last change of what its page says; that it is held or let go changes none of it."""
    return Change.objects.about("claim", claim.key).exclude(verb__in=[*SHOWING, Verb.HOLD, Verb.LIFT]).latest("id")


def _as_seen(claim, verb, body) -> dict:
    """What else the editor saw that the verb rests on: the other claim as it stands, the hold that stands."""
    if "other_id" in body:
        return {"other_seen": list(Claim.objects.get(pk=body["other_id"]).seen)}
    hold = claim.holds.live().filter(kind=body.get("kind", "")).first() if verb == ProposedVerb.LIFT else None
    return {"number": hold.number} if hold else {}


class Proposal(models.Model):
    """A verb that waits for a second editor: on a claim, on a row of the catalogue or on a kept text. Private."""

    key = models.SlugField(max_length=40, unique=True, default=keys.proposal_key, editable=False)
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, related_name="proposals")
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="proposals")
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="proposals")
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, related_name="proposals")
    origin = models.ForeignKey(Origin, models.PROTECT, null=True, related_name="proposals")
    capture = models.ForeignKey(Capture, models.PROTECT, null=True, related_name="proposals")
    verb = models.CharField(max_length=12, choices=ProposedVerb.choices)
    body = models.JSONField(default=dict)
    seen_wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+")
    seen_assessment = models.ForeignKey(Assessment, models.PROTECT, null=True, related_name="+")
    seen_change = models.ForeignKey(Change, models.PROTECT, null=True, related_name="+")
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
            models.CheckConstraint(name="proposal_is_about_one_thing", condition=_one_of(THINGS)),
            models.CheckConstraint(
                name="proposer_does_not_decide",
                condition=~Q(state__in=["approved", "returned"]) | ~Q(decided_by=F("by")),
            ),
            models.CheckConstraint(
                name="only_its_proposer_overrides", condition=~Q(state="overridden") | Q(decided_by=F("by"))
            ),
        ]

    def __str__(self):
        return f"{self.get_verb_display()} {self.key}"

    @property
    def thing(self) -> Any:
        """What it would change."""
        return next(thing for name in THINGS if (thing := getattr(self, name)) is not None)

    @property
    def about(self) -> str:
        """What it would change, in words."""
        if self.claim:
            return str(self.claim.wording or self.claim.key)
        return str(self.capture.source if self.capture else self.thing)

    @property
    def is_stale(self) -> bool:
        """Whether the thing has moved on since, so that it can only be sent back or taken back."""
        if self.state != State.WAITING or self.seen is None:
            return False
        return self.seen != self.thing.seen or self._is_overtaken

    @property
    def _is_overtaken(self) -> bool:
        """Whether something was said of a claim since it was proposed to be shown: who approves it sees what its author did."""
        if self.verb not in SHOWING or self.seen_change_id is None:
            return False
        return _last_said(self.thing).pk != self.seen_change_id

    @property
    def seen(self) -> Any:
        """What its author had before them: of a claim the wording and the last assessment, of a row its last change."""
        return (self.seen_wording_id, self.seen_assessment_id) if self.claim_id else self.seen_change_id

    @seen.setter
    def seen(self, seen: Any) -> None:
        if self.claim_id:
            self.seen_wording_id, self.seen_assessment_id = seen
        else:
            self.seen_change_id = seen

    @property
    def named_in_the_ledger(self) -> tuple[str, str]:
        """The kind and the key of what it would change."""
        return self.thing._meta.model_name, self.capture.ref if self.capture else self.thing.key

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

    def carry_out(self, approved_by=None, override=""):
        """The proposed verb, with its arguments as they were sent, on the thing as it stands now."""
        thing = type(self.thing)._base_manager.get(pk=self.thing.pk)
        act = self.body | {"by": self.by, "approved_by": approved_by} | ({"override": override} if override else {})
        match self.verb:
            case ProposedVerb.EDIT | ProposedVerb.ALSO_CALLED | ProposedVerb.END_NAME:
                return getattr(thing, self.verb)(seen=self.seen, **act)
            case ProposedVerb.DESCEND | ProposedVerb.END_DESCENT:
                return getattr(thing, self.verb)(Origin.objects.get(pk=act.pop("upstream_id")), **act)
            case ProposedVerb.MARK | ProposedVerb.END_REGION:
                return getattr(thing, self.verb)(**act)
            case ProposedVerb.RETRACT:
                refuse_stale(thing, self.seen)
                return Claim.objects.retract(thing, **act)
        return thing.carry_out(self.verb, seen=self.seen, **act)

    @transaction.atomic
    def approve(self, *, by):
        """Carries out the proposal, in the names of two people."""
        proposal = self._open_to(by)
        if not may(proposal.by, "propose"):
            raise ValidationError(
                f"{proposal.by.get_full_name() or proposal.by.username} may propose no more. "
                "Send it back, and propose the same in your own name"
            )
        return self._carried_out(proposal, State.APPROVED, by, approved_by=by)

    @transaction.atomic
    def override(self, *, by, because):
        """Its author, a chief, carries it out without a second editor. Readers see why."""
        refuse_unless_may(by, "override")
        proposal = self._locked()
        if by != proposal.by:
            raise ValidationError("Somebody else proposed this, so you are the second editor: approve it")
        if not because.strip():
            raise ValidationError({"because": "Say why no other editor approves this. Readers see it"})
        return self._carried_out(proposal, State.OVERRIDDEN, by, override=because)

    def _carried_out(self, proposal, state, by, **how) -> Any:
        if proposal.is_stale:
            then = "Send it back" if state == State.APPROVED else "Take it back"
            raise ValidationError(
                f"{proposal.about} has moved on since this was proposed. {then}, to be written anew", code="stale"
            )
        proposal._refuse_redacted()
        before = Change.objects.latest("id").pk
        done = proposal.carry_out(**how)
        proposal.state, proposal.decided_by, proposal.decided_at = state, by, timezone.now()
        made = Change.objects.filter(id__gt=before)
        proposal.change = made.about(*proposal.named_in_the_ledger).last() or made.last()
        # The verb may have taken words out of what was proposed.
        proposal.save(update_fields=["state", "decided_by", "decided_at", "change"])
        self.refresh_from_db()
        return done

    def _refuse_redacted(self) -> None:
        """Where words of it went blank meanwhile it is not what its author wrote."""
        since = Change.objects.filter(verb=Verb.REDACT, recorded_at__gte=self.sent_at)
        if REDACTED in str(self.body) and since.exists():
            raise ValidationError(
                f"Words of what was proposed for {self.about} were redacted since. It must be written anew"
            )

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
        in_turn()
        proposal = Proposal.objects.select_for_update().get(pk=self.pk)
        if by != proposal.by:
            raise PermissionDenied("Only its author can take a proposal back.")
        if proposal.state not in {State.WAITING, State.RETURNED}:
            raise ValidationError(f"This proposal is {proposal.get_state_display().lower()} already")
        proposal.state, proposal.decided_at = State.DROPPED, timezone.now()
        proposal.save()
        self.refresh_from_db()

    def _open_to(self, editor) -> "Proposal":
        proposal = self._locked()
        if editor == proposal.by:
            raise ValidationError(OWN_REVIEW, code="own_review")
        refuse_unless_may(editor, "approve")
        return proposal

    def _locked(self) -> "Proposal":
        """It alone, and still waiting: of two who decide the second is refused."""
        in_turn()
        proposal = Proposal.objects.for_list().select_for_update(of=("self",)).get(pk=self.pk)
        if proposal.state != State.WAITING:
            raise ValidationError(f"This proposal is {proposal.get_state_display().lower()} already")
        return proposal
