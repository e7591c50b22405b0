"""What stands between a claim and its readers, and what those say whom it is about."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from sources.models import Verb
from sources.recording import is_import, refuse_stale, refuse_unless_may, refuse_unsaid, turn_the_page

from .acting import Acting
from .holding import Hold, HoldKind
from .replying import Reply, ReplyRequest
from .standings import Stage


class Answering(Acting):
    class Meta:
        abstract = True

    @transaction.atomic
    def hold(self, kind, *, by, because, ends_at=None, approved_by=None, seen=None, override=""):
        """Keeps the claim from the readers and from being withdrawn, until the hold is lifted."""
        refuse_unless_may(by, "propose")
        claim = self._locked()
        refuse_stale(claim, seen)
        claim._refuse_withdrawn()
        if kind not in HoldKind.values:
            raise ValidationError({"kind": f"{kind} is not a kind of hold: legal, safety or embargo"})
        refuse_unsaid(because, "Enter why it is held. Readers never see it")
        if kind == HoldKind.EMBARGO and ends_at is None:
            raise ValidationError({"ends_at": "Enter when the embargo ends"})
        if ends_at is not None and timezone.is_naive(ends_at):
            raise ValidationError({"ends_at": "Enter the time zone too"})
        if ends_at is not None and ends_at <= timezone.now() and not is_import():
            raise ValidationError({"ends_at": "This moment has passed"})
        if claim.holds.live().filter(kind=kind).exists():
            raise ValidationError({"kind": f"{claim.key} is held {HoldKind(kind).label} already"})
        was_public = claim.public
        change = claim._change(Verb.HOLD, by, approved_by, public=was_public, note=because, override=override)
        number = claim.holds.count() + 1
        hold = Hold(claim=claim, number=number, kind=kind, ends_at=ends_at, since=change)
        hold.save()
        claim.public = False
        claim._stand(change, seen_by_readers=was_public)
        self._take(claim)
        return hold

    @transaction.atomic
    def lift(self, kind, *, by, because="", number=None, approved_by=None, seen=None, override=""):
        """Ends a hold. A claim that is published is then seen by the readers, unless something else keeps it from them."""
        refuse_unless_may(by, "propose")
        claim = self._locked()
        refuse_stale(claim, seen)
        hold = claim.holds.live().filter(kind=kind).first()
        if hold is None:
            raise ValidationError(f"{claim.key} is not held {HoldKind(kind).label}", code="not_held")
        refuse_unsaid(because, "Enter why the hold is lifted")
        if number not in {None, hold.number}:
            raise ValidationError("That hold was lifted, and another one stands now. Read why, then decide")
        visible = claim._may_be_seen(without=hold)
        claim._refuse_overlap(claim.passages(), showing=visible)
        change = claim._change(
            Verb.LIFT,
            by,
            approved_by,
            public=visible or claim.was_read,
            shows=visible,
            decides=claim.stage == Stage.PUBLISHED,
            note=because,
            override=override,
        )
        hold.close(change)
        claim.public = visible
        claim._stand(change, seen_by_readers=change.public_number is not None)
        self._take(claim)
        return hold

    @transaction.atomic
    def ask(self, *, by, seen=None, also=(), **request) -> ReplyRequest:
        """Somebody was asked for their side of this claim, and of others by the same letter."""
        claim = self._locked()
        refuse_stale(claim, seen)
        others = type(self).objects.filter(key__in=also).exclude(pk=self.pk)
        claims = [claim, *type(self).objects.lock(*others)]
        for asked in claims:
            asked._refuse_withdrawn()
        return ReplyRequest.objects.ask(claims, by=by, **request)

    @transaction.atomic
    def answer(self, request, outcome, *, by, seen=None, **reply) -> Reply:
        """What came of a request about this claim."""
        claim = self._locked()
        refuse_stale(claim, seen)
        claim._refuse_withdrawn()
        asked = claim.asked.live().filter(request__key=request).first()
        if asked is None:
            raise ValidationError({"request": f"Nobody was asked about {claim.key} by {request}"})
        answer = asked.request.answer(outcome, by=by, **reply)
        if claim._hides_words():
            turn_the_page()
        return answer
