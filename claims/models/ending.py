"""What was said of a claim, and is not so, ends; and whom it is about too, who was forgotten."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from sources.models import Verb
from sources.recording import refuse_stale, refuse_unless_may, to_end

from .acting import Acting
from .subjects import ClaimSubject, Relation, RelationKind


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
        refusal = {"other": f"This is not said of {other.key}"}
        ended = to_end(claim.relations, because, refusal, other=other, kind=kind)
        return self._end(claim, ended, by, approved_by, note=because, override=override)

    @transaction.atomic
    def add_subject(self, subject, *, by, seen=None, approved_by=None, override="") -> ClaimSubject:
        """It is about this subject too."""
        refuse_unless_may(by, "record")
        claim = self._locked()
        claim._refuse_withdrawn()
        refuse_stale(claim, seen)
        if claim.about.live().filter(subject=subject).exists():
            raise ValidationError({"subject": f"{claim.key} is about {subject.name} already"})
        change = claim._change(Verb.ADD, by, approved_by, public=claim.was_read, parts=1, override=override)
        mention = ClaimSubject(claim=claim, subject=subject, since=change)
        mention.save()
        claim._stand(change)
        self._take(claim)
        return mention

    @transaction.atomic
    def end_subject(self, subject, *, by, because, seen=None, approved_by=None, override="") -> ClaimSubject:
        """It is not about this subject."""
        refuse_unless_may(by, "record")
        claim = self._locked()
        claim._refuse_withdrawn()
        refuse_stale(claim, seen)
        refusal = {"subject": f"{claim.key} is not about {subject.name}"}
        ended = to_end(claim.about, because, refusal, subject=subject)
        # Its parts tell this end from that of a relation.
        return self._end(claim, ended, by, approved_by, parts=1, note=because, override=override)

    def _end(self, claim, ended, by, approved_by, **kwargs) -> Any:
        change = claim._change(Verb.CLOSE, by, approved_by, public=claim.was_read, **kwargs)
        ended.close(change)
        claim._stand(change)
        self._take(claim)
        return ended
