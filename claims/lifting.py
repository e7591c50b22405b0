"""Embargoes end by themselves: the worker lifts those whose moment has come, in the names of those who decided it."""

import logging
from collections.abc import Iterator

from django.core.exceptions import ValidationError

from sources.models import Approval, Change, Verb, Via
from sources.recording import through

from .models import Claim, Hold, HoldKind

log = logging.getLogger(__name__)


def lift_embargoes() -> Iterator[Claim]:
    """The claims whose embargo has ended. Of two workers one lifts it: a hold closes once, under the lock of its claim.

    What may not be shown any more stays held, and in the queue of the desk.
    """
    due = Hold.objects.over().filter(kind=HoldKind.EMBARGO).select_related("claim", "since__by").order_by("ends_at")
    for hold in due:
        claim = hold.claim
        decided = Change.objects.about("claim", claim.key).filter(verb=Verb.PUBLISH).last() or hold.since
        alone = decided.approval if decided.approval in {Approval.ALONE, Approval.OVERRIDE} else ""
        try:
            with through(Via.WORKER, settled=True, approval=alone):
                claim.lift(hold.kind, by=decided.by, approved_by=decided.approved_by, because="The embargo has ended.")
        except ValidationError as refusal:
            if getattr(refusal, "code", "") != "not_held":  # by another worker meanwhile
                log.warning("The embargo on %s is over, and it stays hidden: %s", claim.key, " ".join(refusal.messages))
            continue
        yield claim
