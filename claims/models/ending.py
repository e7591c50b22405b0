"""What was said of a claim, and is not so, ends."""

from django.core.exceptions import ValidationError
from django.db import transaction

from sources.models import Verb
from sources.recording import refuse_stale, refuse_unless_may, refuse_unsaid

from .acting import Acting
from .subjects import Relation, RelationKind


class Ending(Acting):
    class Meta:
        abstract = True

    @transaction.atomic
    def end_relation(self, other, kind, *, by, because, seen=None, approved_by=None, override="") -> Relation:
        """It does not stand so to the other claim."""
        refuse_unless_may(by, "record")
        claim = self._locked()
        claim._refuse_withdrawn()
        refuse_stale(claim, seen)
        if kind not in RelationKind.between_claims():
            raise ValidationError({"kind": f"{kind} is not how an editor relates one claim to another"})
        ended = claim.relations.live().filter(other=other, kind=kind).first()
        if ended is None:
            raise ValidationError({"other": f"This is not said of {other.key}"})
        refuse_unsaid(because, "Say why it does not stand")
        change = claim._change(Verb.CLOSE, by, approved_by, public=claim.was_read, note=because, override=override)
        ended.close(change)
        claim._stand(change)
        self._take(claim)
        return ended
