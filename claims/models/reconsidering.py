"""Why findings need another look, worked out from the record: as it stands, or stood at the moment that is asked for."""

from typing import Any

from sources.models import Passage, Sighting
from sources.moments import asked_for, known

from .appearances import Appearance, Position
from .assessing import Citation
from .subjects import Relation, RelationKind

UNSEEN = "unseen"  # a cause that only editors may know: it rests on a confidential source
OPPOSED = {Position.ASSERTS: Position.DENIES, Position.DENIES: Position.ASSERTS}


def causes_of(claims: list[Any]) -> list[set[str]]:
    """Of each claim, with the wording and the finding that it has in hand."""
    found = {c.pk: c for c in claims if c.assessment}
    if not found:
        return [set() for _ in claims]
    said: dict[int, list[Any]] = {pk: [] for pk in found}
    for appearance in Appearance.objects.live().filter(claim__in=found):
        said[appearance.claim_id].append(appearance)
    words = {pk: {a.passage_id for a in rows} for pk, rows in said.items()}
    findings = [c.assessment.pk for c in found.values()]
    citations = Citation.objects.filter(assessment__in=findings, passage__isnull=False)
    for claim, passage in citations.values_list("assessment__claim", "passage"):
        words[claim].add(passage)
    rows = Passage.objects.filter(pk__in=set().union(*words.values())).select_related("capture__source")
    passages = {p.pk: p for p in rows.defer("capture__text", "capture__blocks")}
    changed: dict[int, list[int]] = {}
    sightings = Sighting.objects.filter(known(), passage__in=passages).exclude(outcome="exact")
    for passage, since in sightings.values_list("passage", "since"):
        changed.setdefault(passage, []).append(since)
    absorbing = Relation.objects.live().filter(claim__in=found, kind=RelationKind.ABSORBS).order_by("since")
    absorbed = dict(absorbing.values_list("claim", "since"))
    return [
        _causes(c, said[c.pk], [passages[pk] for pk in words[c.pk]], changed, absorbed.get(c.pk, 0))
        if c.pk in found
        else set()
        for c in claims
    ]


def _causes(claim: Any, said: list[Any], words: list[Any], changed: dict[int, list[int]], absorbed: int) -> set[str]:
    last, found = claim.assessment.since_id, set()
    read = claim.public or asked_for() is not None
    secret = {p.pk for p in words if read and p.capture.source.confidential}
    if claim.wording_id != claim.assessment.wording_id:
        found.add("reworded")
    for later in (a for a in said if a.since_id > last):
        if any(e.position == OPPOSED.get(later.position) and e.since_id < later.since_id for e in said):
            found.add(UNSEEN if later.passage_id in secret else "conflicting")
    altered = {p.pk for p in words if any(since > last for since in changed.get(p.pk, ()))}
    if altered:
        found.add("altered" if altered - secret else UNSEEN)
    by_then = asked_for() or float("inf")
    retracted = {p.pk for p in words if last < (p.capture.source.retracted_id or 0) <= by_then}
    if retracted:
        found.add("retracted" if retracted - secret else UNSEEN)
    if absorbed > last:
        found.add("merged")
    return found
