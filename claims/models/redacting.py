from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from sources.models import Capture, Passage, Verb
from sources.recording import refuse_stale, refuse_unless_may
from sources.redacting import at, blank

from .answering import Answering


class Redacting(Answering):
    class Meta:
        abstract = True

    @transaction.atomic
    def redact(self, places, *, by, because, approved_by=None, seen=None, override=""):
        """Blanks rows that hold somebody's words, by two people. The rows stay, each with its time and its seal.

        `places`: as `sources.redacting.find` names them, so that no proposal repeats the words.
        """
        refuse_unless_may(by, "release")
        claim = self._locked()
        refuse_stale(claim, seen)
        if not because.strip():
            raise ValidationError({"because": "Enter why they go, without repeating them. Readers see it"})
        found = at(places)
        if not found:
            raise ValidationError({"words": "These words stand nowhere"})
        keys = {claim.pk, *(pk for one in found for pk in _claims_of(type(self), one.row))}
        touched = type(self).objects.lock(*type(self).objects.filter(pk__in=keys))
        for one in touched:
            one._refuse_held()
        two = {"by": by, "because": because, "approved_by": approved_by, "override": override}
        claim.redact_here(found, **two)
        for one in touched:
            if one.public and one != claim:
                one.redact_here([], **two)
        return self._take(claim)

    @transaction.atomic
    def redact_here(self, places, *, by, because, approved_by=None, override=""):
        """The part of a redaction that readers of this claim see; it brings the blanks with it, or another claim's does."""
        change = self._change(
            Verb.REDACT, by, approved_by, public=self.public, decides=True, note=because, override=override
        )
        blank(places, change, because)
        self._stand(change)


def _claims_of(claims: Any, row: Any) -> list[int]:
    """The claims whose words a row holds."""
    for path in ("claim_id", "assessment.claim_id", "appearance.claim_id"):
        owner: Any = row
        for name in path.split("."):
            owner = getattr(owner, name, None)
        if owner:
            return [owner]
    if isinstance(row, Capture):
        return list(claims.objects.resting_on(row.source, ever=True).values_list("pk", flat=True))
    if isinstance(row, Passage):
        return list(claims.objects.resting_on_words(row).values_list("pk", flat=True))
    return []
