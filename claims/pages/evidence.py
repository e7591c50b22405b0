"""The evidence of a finding as its page shows it: by stance, and each piece with what kind of thing it is."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sources.models.origins import OriginKind
from sources.models.outlets import OutletKind

from ..models import Stance
from ..models.assessing import MARKER

PUBLISHED_BY = {
    OutletKind.NEWSPAPER: gettext_lazy("Published by a newspaper"),
    OutletKind.BROADCASTER: gettext_lazy("Published by a broadcaster"),
    OutletKind.AGENCY: gettext_lazy("Published by a news agency"),
    OutletKind.PLATFORM: gettext_lazy("Published on a platform"),
    OutletKind.OFFICE: gettext_lazy("Published by an office"),
}
COMES_FROM = {
    OriginKind.DOCUMENT: gettext_lazy("A document"),
    OriginKind.PERSON: gettext_lazy("Somebody’s word"),
    OriginKind.RECORD: gettext_lazy("A public record"),
    OriginKind.ANONYMOUS: gettext_lazy("Somebody who is not named"),
}


@dataclass
class Piece:
    citation: Any
    kind: str
    in_text: bool  # the reason points at it


def evidence_of(claim) -> list[tuple[str, list[Piece]]]:
    """Of a claim of `for_page`; the numbers are those of its finding, through all groups."""
    if claim.assessment is None:
        return []
    citations = list(claim.assessment.citations.all())
    marked = {int(found[1]) for found in MARKER.finditer(claim.assessment.reason or "")}
    parties = {m.subject.outlet_id for m in claim.shown_about} - {None}
    pieces = [(c.stance, Piece(c, kind_of(c, parties), c.number in marked)) for c in citations]
    order = [Stance.SUPPORTS, Stance.CONTRADICTS, Stance.CONTEXT]
    groups = [(stance.value, [piece for found, piece in pieces if found == stance]) for stance in order]
    return [group for group in groups if group[1]]


def kind_of(citation, parties: set[int]) -> str:
    """What a piece of evidence is, in words; of a confidential source nothing is said."""
    if citation.passage is None:
        kind = COMES_FROM.get(citation.origin.kind) if citation.origin else None
        return _("%(kind)s that we do not hold") % {"kind": kind} if kind else ""
    source = citation.passage.capture.source
    if source.confidential:
        return ""
    outlet = source.outlet
    if outlet and parties & {outlet.pk, outlet.owner_id}:
        return _("From a party to the claim, read by us")
    kind = PUBLISHED_BY.get(outlet.kind) if outlet else None
    return _("%(kind)s, read by us") % {"kind": kind} if kind else _("Read by us")
