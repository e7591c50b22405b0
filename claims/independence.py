"""How independent evidence is.

Two things hang together when they reach a common origin, or origins whose outlets have one owner.
"""

from collections.abc import Iterable

from sources.models import Origin, Outlet, Passage
from sources.models.origins import KNOWN
from sources.origins import firsts, reached_from, ways_up


def owners_of(outlets: Iterable[int]) -> set[int]:
    """These outlets and all who own them, directly or not."""
    reached = set(outlets)
    frontier = set(reached)
    while frontier:
        owners = Outlet.objects.filter(pk__in=frontier, owner__isnull=False).values_list("owner_id", flat=True)
        frontier = set(owners) - reached
        reached |= frontier
    return reached


def origins_behind(passages: Iterable[int]) -> set[int]:
    """Where the words of these passages come from: their sources, and every link of the chains recorded on them."""
    own = Passage.objects.filter(pk__in=passages)
    direct = own.values_list("capture__source__origin_id", flat=True)
    spoken = own.filter(appearances__until__isnull=True, appearances__speakers__origin__isnull=False)
    return {*direct, *spoken.values_list("appearances__speakers__origin_id", flat=True)}


def shared_origin(claim, supporting) -> str:
    """Why none of the supporting citations can verify the claim, as a sentence; empty when one of them can.

    A claim cannot vouch for itself: some supporting citation must reach no origin, and no owner, that the appearances
    under test reach, and must end in a named speaker or a known origin.
    """
    tested = claim.appearances.live().exclude(position="denies").values_list("passage_id", flat=True)
    under_test = reached_from(origins_behind(tested))
    owners_under_test = _owners(under_test)
    circles: list[set[int]] = []
    faceless = False
    for cited in supporting:
        behind = reached_from(origins_behind([cited.passage_id]) if cited.passage_id else {cited.origin_id})
        common = behind & under_test
        if common or _owners(behind) & owners_under_test:
            circles.append(common)
        elif _ends_in_somebody(cited, behind):
            return ""
        else:
            faceless = True
    if any(circles):
        return f"{_circle(circles, alone=not faceless)}. Add evidence from a source that is independent of it"
    if faceless:
        return "An anonymous speaker alone cannot verify a claim. Add evidence from a named speaker or a known origin"
    return "The evidence and the claim come from outlets of one owner. Add evidence that is independent of it"


def _circle(circles: list[set[int]], *, alone: bool) -> str:
    """What the evidence and the claim have in common. `alone`: every supporting citation shares something with the claim."""
    by_all = set.intersection(*circles) if alone and len(circles) > 1 else set()
    if by_all:
        who = "Both" if len(circles) == 2 else f"All {len(circles)}"
        return f"{who} citations go back to {_named(by_all)}, and so does the claim"
    return f"The evidence and the claim both go back to {_named(set.union(*circles))}"


def _named(origins: set[int]) -> str:
    """Where these begin; where they only go round in a circle, all of them."""
    ways = ways_up(origins)
    found = Origin.objects.in_bulk(ways)
    names = [o.name for o in firsts(origins, ways, found) or sorted(found.values(), key=lambda o: (o.name, o.pk))]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _owners(origins: set[int]) -> set[int]:
    return owners_of(Origin.objects.filter(pk__in=origins, outlet__isnull=False).values_list("outlet_id", flat=True))


def _ends_in_somebody(cited, behind: set[int]) -> bool:
    if cited.passage_id:
        links = Passage.objects.filter(
            pk=cited.passage_id, appearances__until__isnull=True, appearances__speakers__isnull=False
        )
        # The last link of each chain, as the dictionary keeps the last of each appearance.
        ends = {
            appearance: (anonymity, kind)
            for appearance, anonymity, kind in links.order_by("appearances__speakers__place").values_list(
                "appearances", "appearances__speakers__anonymity", "appearances__speakers__origin__kind"
            )
        }
        if ends:
            return all(anonymity == "named" or kind in KNOWN for anonymity, kind in ends.values())
    return Origin.objects.filter(pk__in=behind, kind__in=KNOWN).exists()
