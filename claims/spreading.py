"""How widely a claim is said, and by how many who do not have it from one another."""

from dataclasses import dataclass
from typing import Any

from sources.models import Origin, Outlet
from sources.models.catalogue import KNOWN, DescentKind
from sources.moments import asked_for
from sources.remembering import take_back

from .independence import owners_of, ways_up
from .models import Anonymity, Subject


@dataclass
class Strand:
    """Appearances of a claim that hang together, and where what they say first came from, as far as we know."""

    first: list[Origin]
    appearances: list[Any]
    counts: bool  # a named speaker or a known origin stands behind one of them


@dataclass
class Spread:
    """How widely a claim is said, and how independently."""

    strands: list[Strand]
    from_parties: int

    @property
    def appearances(self) -> int:
        return sum(len(s.appearances) for s in self.strands)

    @property
    def origins(self) -> int:
        return sum(s.counts for s in self.strands)


def spread_of(claim) -> Spread:
    """Of a claim of `for_page`: its appearances by the origins that they share. Two that agree are one until shown to be two."""
    shown = claim.shown_appearances
    named = {a.pk: _named_by(a) for a in shown}
    ways = ways_up({origin for found in named.values() for origin in found})
    origins = Origin.objects.select_related("source").in_bulk(ways)
    if asked_for() is not None:
        take_back(origins.values())
    owners = _owners({o.outlet_id for o in origins.values() if o.outlet_id})
    knots: list[tuple[set, list[Any]]] = []
    for appearance in shown:
        reach = _reach(named[appearance.pk], ways)
        nodes = reach | {("owner", owners[o][-1]) for n in reach if (o := origins[n].outlet_id)}
        joined = [appearance]
        for knot in [k for k in knots if k[0] & nodes]:
            knots.remove(knot)
            nodes, joined = nodes | knot[0], [*knot[1], *joined]
        knots.append((nodes, joined))
    strands = [
        Strand(_first_of(nodes, ways, origins), joined, any(_has_a_face(a, origins, ways) for a in joined))
        for nodes, joined in knots
    ]
    return Spread(strands, _from_parties(claim, shown))


def _named_by(appearance) -> set[int]:
    """The origins that an appearance names itself: its source's, and those of the links of its chain."""
    spoken = {s.origin_id for s in appearance.speakers.all() if s.origin_id}
    return {appearance.passage.capture.source.origin_id, *spoken}


def _reach(origins: set[int], ways) -> set:
    reach, frontier = set(origins), set(origins)
    while frontier:
        frontier = {upstream for origin in frontier for upstream, _ in ways[origin]} - reach
        reach |= frontier
    return reach


def _first_of(nodes: set, ways, origins) -> list[Origin]:
    """Those that come from nothing further; of two that are the same, the one by name."""
    here = [n for n in nodes if n in origins]
    later = {n for n in here if any(kind != DescentKind.SAME for _, kind in ways[n])}
    later |= {n for n in here if any(kind == DescentKind.SAME and up in later for up, kind in ways[n])}
    first = sorted((origins[n] for n in here if n not in later), key=lambda o: (o.name, o.pk))
    return [o for i, o in enumerate(first) if not any(up in {e.pk for e in first[:i]} for up, _ in ways[o.pk])]


def _has_a_face(appearance, origins, ways) -> bool:
    """Whether a chain ends in a named speaker or a known origin; without a chain, whether its source goes back to one."""
    chain = list(appearance.speakers.all())
    if chain:
        last = chain[-1]
        kind = origins[last.origin_id].kind if last.origin_id else ""
        return last.anonymity == Anonymity.NAMED or kind in KNOWN
    return any(origins[n].kind in KNOWN for n in _reach(_named_by(appearance), ways))


def _from_parties(claim, shown) -> int:
    """How many appearances come from somebody whom the claim is about, or from an outlet of theirs."""
    parties = {m.subject_id for m in claim.shown_about}
    theirs = set(Subject.objects.filter(pk__in=parties, outlet__isnull=False).values_list("outlet_id", flat=True))
    ends = [_end_of(a) for a in shown]
    owners = _owners({outlet for _, outlet in ends if outlet}) if theirs else {}
    return sum(subject in parties or bool(theirs & set(owners.get(outlet or 0, ()))) for subject, outlet in ends)


def _end_of(appearance) -> tuple[int | None, int | None]:
    """The subject and the outlet at the end of a chain: its last speaker, or the outlet of the source itself."""
    chain = list(appearance.speakers.all())
    return (chain[-1].subject_id, chain[-1].outlet_id) if chain else (None, appearance.passage.capture.source.outlet_id)


def _owners(outlets: set[int]) -> dict[int, list[int]]:
    """Each outlet and all who own it, the topmost last."""
    owner = dict(Outlet.objects.filter(pk__in=owners_of(outlets)).values_list("pk", "owner_id"))
    lines = {outlet: [outlet] for outlet in outlets}
    for line in lines.values():
        while (above := owner[line[-1]]) is not None:
            line.append(above)
    return lines
