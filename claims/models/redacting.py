from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from sources.models import Capture, Change, Passage, Translation, Verb
from sources.recording import refuse_stale, refuse_unless_may, refuse_unsaid
from sources.redacting import blank, find, forget_in_papers

from .acting import Acting
from .appearances import Appearance, Figure, Speaker
from .assessing import Assessment, Citation
from .correcting import Correction
from .finding import forget_tokens, keep
from .replying import Reply, ReplyRequest
from .subjects import Name
from .wordings import Wording

LONGEST = 10_000  # characters of a passage: beyond that no database looks for them


class Redacting(Acting):
    class Meta:
        abstract = True

    @transaction.atomic
    def redact(self, words, *, by, because, approved_by=None, seen=None, override=""):
        """Blanks somebody's words wherever they stand, by two people. The rows stay, each with its time and its seal.

        The desk's private papers lose them by the same act, this one's proposal among them.
        """
        refuse_unless_may(by, "release")
        claim = self._locked()
        refuse_stale(claim, seen)
        refuse_unsaid(because, "Enter why they go, without repeating them. Readers see it")
        if words in because:
            raise ValidationError({"because": "The reason repeats the words. Readers see it"})
        if len(words) > LONGEST:
            raise ValidationError({"words": f"Up to {LONGEST:,} characters are redacted at once. Take a part of them"})
        found = find(words)
        papers = forget_in_papers(words)
        if not found and not papers:
            raise ValidationError({"words": "These words stand nowhere on the desk"})
        keys = {claim.pk, *(pk for one in found for pk in _claims_of(type(self), one.row))}
        touched = type(self).objects.lock(*type(self).objects.filter(pk__in=keys))
        for one in touched:
            one._refuse_held()
        two = {"by": by, "because": because, "approved_by": approved_by, "override": override}
        claim.redact_here(found, **two)
        for one in touched:
            if one.public and one != claim:
                one.redact_here([], **two)
        for one in touched:
            one.imported.all().delete()  # whoever guesses the words of a row knows its identity
        forget_tokens()
        return self._take(claim)

    @transaction.atomic
    def redact_here(self, places, *, by, because, approved_by=None, override=""):
        """The part of a redaction that readers of this claim see; it brings the blanks with it, or another claim's does."""
        change = self._change(
            Verb.REDACT,
            by,
            approved_by,
            public=self.public,
            shows=self._was_read_in(places),
            decides=True,
            note=because,
            override=override,
        )
        blank(places, change, because)
        keep(pk for one in places for pk in _found_by(type(self), one.row))
        self._stand(change, seen_by_readers=self.public)

    def _was_read_in(self, places) -> bool:
        """Whether readers see any of these rows: of this claim, of one that is gone, or in the past of the catalogue."""
        claims = {pk for one in places for pk in _claims_of(type(self), one.row)}
        catalogue = any(isinstance(one.row, Change) and one.row.before for one in places)
        return catalogue or type(self).objects.filter(pk__in=claims, changed__isnull=False).exists()


def _claims_of(claims: Any, row: Any) -> list[int]:
    """The claims whose words a row holds."""
    if isinstance(row, Wording | Assessment | Appearance | Correction):
        return [row.claim_id]
    if isinstance(row, Citation):
        return [row.assessment.claim_id]
    if isinstance(row, Speaker | Figure):
        return [row.appearance.claim_id]
    if isinstance(row, ReplyRequest | Reply):
        request = row if isinstance(row, ReplyRequest) else row.request
        return list(request.about.values_list("claim", flat=True))
    if isinstance(row, Capture):
        found = claims.objects.resting_on(row.source, ever=True)
    elif isinstance(row, Translation | Passage):
        found = claims.objects.resting_on_words(row if isinstance(row, Passage) else row.passage)
    elif isinstance(row, Name):
        found = claims.objects.filter(about__subject=row.subject_id)
    elif isinstance(row, Change):
        found = _told_in(claims, row)
    else:
        found = claims.objects.none()
    return list(found.values_list("pk", flat=True))


def _found_by(claims: Any, row: Any) -> list[int]:
    """The claims that the index finds by a row's words; those about a subject by its earlier names, too."""
    if isinstance(row, Change) and row.kind == "subject":
        return list(claims.objects.filter(about__subject__key=row.key).values_list("pk", flat=True))
    return _claims_of(claims, row)


def _told_in(claims: Any, change: Change) -> Any:
    """The claims of which a line of the ledger tells."""
    if change.kind == "request":
        return claims.objects.filter(asked__request__key=change.key)
    return claims.objects.filter(key=change.key) if change.kind == "claim" else claims.objects.none()
