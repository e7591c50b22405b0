"""Why findings needed another look, as readers saw it at the moment that is asked for: of many claims at once."""

from typing import Any

from sources.models import Passage, Sighting
from sources.moments import asked_for, known

from .models import Appearance, Citation, Position, Relation, RelationKind

OPPOSED = {Position.ASSERTS: Position.DENIES, Position.DENIES: Position.ASSERTS}


def causes_seen(claims: list[Any]) -> list[set[str]]:
    """What `causes` of each claim finds, but for what readers may not know; claims with the wording and finding of then."""
    found = {c.pk: c for c in claims if c.assessment}
    said: dict[int, list[Any]] = {pk: [] for pk in found}
    for appearance in Appearance.objects.live().filter(claim__in=found):
        said[appearance.claim_id].append(appearance)
    cited: dict[int, set[int]] = {pk: set() for pk in found}
    findings = [c.assessment.pk for c in found.values()]
    citations = Citation.objects.filter(assessment__in=findings, passage__isnull=False)
    for claim, passage in citations.values_list("assessment__claim", "passage"):
        cited[claim].add(passage)
    words = {pk: cited[pk] | {a.passage_id for a in said[pk]} for pk in found}
    rows = Passage.objects.filter(pk__in=set().union(*words.values())).select_related("capture__source")
    passages = {p.pk: p for p in rows.defer("capture__text", "capture__blocks")}
    changed: dict[int, list[int]] = {}
    for passage, since in (
        Sighting.objects.filter(known(), passage__in=passages).exclude(outcome="exact").values_list("passage", "since")
    ):
        changed.setdefault(passage, []).append(since)
    absorbed = dict(
        Relation.objects.live()
        .filter(claim__in=found, kind=RelationKind.ABSORBS)
        .order_by("since")
        .values_list("claim", "since")
    )
    for pk, claim in found.items():
        claim.last_absorbed = absorbed.get(pk, 0)
    return [
        _causes(c, said[c.pk], [passages[pk] for pk in words[c.pk]], changed) if c.pk in found else set()
        for c in claims
    ]


def _causes(claim: Any, said: list[Any], words: list[Any], changed: dict[int, list[int]]) -> set[str]:
    last, found = claim.assessment.since_id, set()
    if claim.wording.pk != claim.assessment.wording_id:
        found.add("reworded")
    secret = {p.pk for p in words if p.capture.source.confidential}
    later = [a for a in said if a.since_id > last and a.passage_id not in secret]
    if any(e.position == OPPOSED.get(a.position) and e.since_id < a.since_id for a in later for e in said):
        found.add("conflicting")
    if any(since > last for p in words if p.pk not in secret for since in changed.get(p.pk, ())):
        found.add("altered")
    taken_back = [p.capture.source.retracted_id or 0 for p in words]
    if any(last < change <= (asked_for() or change) for change in taken_back):
        found.add("retracted")
    if claim.last_absorbed > last:
        found.add("merged")
    return found
