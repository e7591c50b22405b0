"""How widely a claim is said, and by how many who do not have it from one another."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from sources.languages import FROM_THE_RIGHT, said_in, script_of
from sources.models import Origin, Outlet
from sources.models.origins import KNOWN, DescentKind
from sources.moments import asked_for
from sources.origins import Ways, firsts, reached_by, ways_up
from sources.remembering import take_back

from .independence import owners_of
from .models import Anonymity, Subject
from .speaking import ENGLISH, name_of_origin, name_of_outlet, name_of_speaker, title_of

# How somebody has it from somebody else, beside what is recorded: as the link before, or by the owner of their outlet.
FROM, HOUSE = "from", "house"
TIES = {
    FROM: gettext_lazy("{lower} has it from {upper}."),
    HOUSE: gettext_lazy("{lower} comes from an outlet of {upper}."),
    DescentKind.REPUBLISHES: gettext_lazy("{lower} republishes {upper}."),
    DescentKind.DRAWS_ON: gettext_lazy("{lower} draws on {upper}."),
    DescentKind.SAME: gettext_lazy("{lower} is the same as {upper}."),
}
# The same of what was named just before.
ITS = {
    HOUSE: gettext_lazy("It comes from an outlet of {upper}."),
    DescentKind.REPUBLISHES: gettext_lazy("It republishes {upper}."),
    DescentKind.DRAWS_ON: gettext_lazy("It draws on {upper}."),
    DescentKind.SAME: gettext_lazy("It is the same as {upper}."),
}


@dataclass(frozen=True)
class Node:
    """Somebody who says something, as readers may know them."""

    key: tuple
    name: str = field(compare=False)
    language: str = field(default=ENGLISH, compare=False)
    speaks: bool = field(default=False, compare=False)  # a source in which the claim appears
    faceless: bool = field(default=False, compare=False)  # nobody is named, or nobody may be

    @property
    def marked(self) -> SafeString:
        """The name, marked with its language."""
        return said_in(self.name, self.language)

    @property
    def from_the_right(self) -> bool:
        """Whether its letters run from right to left."""
        return script_of(self.language) in FROM_THE_RIGHT


@dataclass(frozen=True)
class Tie:
    """Who has something from whom, and how."""

    lower: Node
    upper: Node
    kind: str

    @property
    def words(self) -> SafeString:
        """In a sentence, each name in its own language."""
        return format_html(str(TIES[self.kind]), lower=self.lower.marked, upper=self.upper.marked)

    @property
    def of_it(self) -> SafeString:
        """The same where the lower one was named just before."""
        return format_html(str(ITS[self.kind]), upper=self.upper.marked)


@dataclass
class Saying:
    """A source, how often the claim appears in it with this chain behind it, and what it comes from itself."""

    node: Node
    speakers: list[Any]
    times: int
    ties: list[Tie]


@dataclass
class Strand:
    """Appearances of a claim that hang together, and where what they say first came from, as far as we know."""

    first: list[Origin]
    appearances: list[Any]
    counts: bool  # a named speaker or a known origin stands behind one of them
    sayings: list[Saying]
    ties: list[Tie]

    @property
    def further(self) -> list[Tie]:
        """The ties that neither a source nor a chain tells of."""
        return [t for t in self.ties if not t.lower.speaks and t.kind != FROM]


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
    if asked_for() is not None:
        take_back(line[-1] for line in owners.values())
    house = {n: owners[o.outlet_id][-1] for n, o in origins.items() if o.outlet_id}
    knots: list[tuple[set[int], set[int], list[Any]]] = []
    for appearance in shown:
        nodes = reached_by(named[appearance.pk], ways)
        houses = {house[n].pk for n in nodes if n in house}
        joined = [appearance]
        for knot in [k for k in knots if k[0] & nodes or k[1] & houses]:
            knots.remove(knot)
            nodes, houses, joined = nodes | knot[0], houses | knot[1], [*knot[2], *joined]
        knots.append((nodes, houses, joined))
    # What a confidential source has its words from would tell of it.
    told = {n: [] if _is_kept_back(origins[n]) else found for n, found in ways.items()}
    strands = []
    for _, _, joined in knots:
        seen = reached_by({o for a in joined for o in named[a.pk]}, told)
        first = firsts(seen, told, origins)
        sayings, ties = _tree(joined, seen, told, origins, house)
        strands.append(Strand(first, joined, any(_has_a_face(a, origins, ways) for a in joined), sayings, ties))
    return Spread(strands, _from_parties(claim, shown))


def _tree(appearances, seen: set[int], ways: Ways, origins, house) -> tuple[list[Saying], list[Tie]]:
    """Who says it, and every tie between them and those whom they have it from."""
    nodes = {n: _node(origins[n]) for n in seen}
    nodes |= {s.origin_id: _source(s) for a in appearances for s in [a.passage.capture.source]}
    up = _descents(nodes, ways, origins)
    said: dict[tuple, Saying] = {}
    chains: list[Tie] = []
    for appearance in appearances:
        source, speakers = appearance.passage.capture.source, list(appearance.speakers.all())
        last = nodes[source.origin_id]
        chain: tuple = ()
        for speaker in speakers:
            chain = (*chain, (speaker.name, speaker.anonymity, speaker.origin_id))
            here = nodes[speaker.origin_id] if speaker.origin_id else _speaker(speaker, ("speaker", source.pk, chain))
            if here != last:
                chains.append(Tie(last, here, FROM))
            last = here
        node = nodes[source.origin_id]
        saying = said.setdefault((source.pk, chain), Saying(node, speakers, 0, []))
        saying.times += 1
    ties = list(dict.fromkeys([*up, *chains]))
    ties += _houses(nodes, ties, origins, house)
    for saying in said.values():
        saying.ties = [t for t in ties if t.lower == saying.node and t.kind != FROM]
    return list(said.values()), ties


def _descents(nodes: dict[int, Node], ways: Ways, origins) -> list[Tie]:
    """The recorded ties; of two that are the same, the better named one stands above."""
    found: dict[Any, Tie] = {}
    for n in sorted(nodes):
        for upstream, kind in ways[n]:
            lower, upper = n, upstream
            if kind == DescentKind.SAME and not nodes[n].speaks and origins[n].dated > origins[upstream].dated:
                lower, upper = upper, lower
            key = (frozenset((n, upstream)) if kind == DescentKind.SAME else (n, upstream), kind)
            found.setdefault(key, Tie(nodes[lower], nodes[upper], kind))
    return list(found.values())


def _houses(nodes: dict[int, Node], ties: list[Tie], origins, house) -> list[Tie]:
    """Ties to the owner of outlets, where nothing else says why these hang together."""
    group = {node: {node} for node in nodes.values()}
    for tie in ties:
        joined = group.get(tie.lower, {tie.lower}) | group.get(tie.upper, {tie.upper})
        group |= dict.fromkeys(joined, joined)
    owned: dict[Outlet, list[Node]] = {}
    for n, node in sorted(nodes.items()):
        if n in house and not _is_kept_back(origins[n]):
            owned.setdefault(house[n], []).append(node)
    return [
        Tie(node, Node(("owner", outlet.pk), *name_of_outlet(outlet)), HOUSE)
        for outlet, theirs in owned.items()
        if any(group[node] is not group[theirs[0]] for node in theirs)
        for node in theirs
    ]


def _is_kept_back(origin: Origin) -> bool:
    source = getattr(origin, "source", None)
    return bool(source and source.confidential)


def _node(origin: Origin) -> Node:
    kept_back = _is_kept_back(origin)
    return Node(("origin", origin.pk), *name_of_origin(origin), faceless=origin.kind not in KNOWN or kept_back)


def _source(source) -> Node:
    name, language = title_of(source)
    return Node(("origin", source.origin_id), name, language, speaks=True)


def _speaker(speaker, key: tuple) -> Node:
    _, language = name_of_speaker(speaker)
    return Node(key, speaker.shown_name, language, faceless=speaker.anonymity != Anonymity.NAMED)


def _named_by(appearance) -> set[int]:
    """The origins that an appearance names itself: its source's, and those of the links of its chain."""
    spoken = {s.origin_id for s in appearance.speakers.all() if s.origin_id}
    return {appearance.passage.capture.source.origin_id, *spoken}


def _has_a_face(appearance, origins, ways) -> bool:
    """Whether a chain ends in a named speaker or a known origin; without a chain, whether its source goes back to one."""
    chain = list(appearance.speakers.all())
    if chain:
        last = chain[-1]
        kind = origins[last.origin_id].kind if last.origin_id else ""
        return last.anonymity == Anonymity.NAMED or kind in KNOWN
    return any(origins[n].kind in KNOWN for n in reached_by(_named_by(appearance), ways))


def _from_parties(claim, shown) -> int:
    """How many appearances come from somebody whom the claim is about, or from an outlet of theirs."""
    parties = {m.subject_id for m in claim.shown_about}
    theirs = set(Subject.objects.filter(pk__in=parties, outlet__isnull=False).values_list("outlet_id", flat=True))
    ends = [_end_of(a) for a in shown]
    owners = _owners({outlet for _, outlet in ends if outlet}) if theirs else {}
    return sum(
        subject in parties or bool(theirs & {o.pk for o in owners.get(outlet or 0, ())}) for subject, outlet in ends
    )


def _end_of(appearance) -> tuple[int | None, int | None]:
    """The subject and the outlet at the end of a chain: its last speaker, or the outlet of the source itself."""
    chain = list(appearance.speakers.all())
    return (chain[-1].subject_id, chain[-1].outlet_id) if chain else (None, appearance.passage.capture.source.outlet_id)


def _owners(outlets: set[int]) -> dict[int, list[Outlet]]:
    """Each outlet and all who own it, the topmost last."""
    found = Outlet.objects.in_bulk(owners_of(outlets))
    lines = {outlet: [found[outlet]] for outlet in outlets}
    for line in lines.values():
        while (above := line[-1].owner_id) is not None:
            line.append(found[above])
    return lines
