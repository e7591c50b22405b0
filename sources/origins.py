"""Who goes back to whom: the ways up from origins, and where they end.

Agreement is one origin until it is shown to be two, so `draws_on` binds like `republishes`.
"""

from collections.abc import Iterable, Mapping

from .models import Descent, Origin, Trace
from .models.origins import DescentKind

LIKENESSES = 10  # that are told of one source
Ways = dict[int, list[tuple[int, str]]]


def ways_up(origins: Iterable[int]) -> Ways:
    """These origins and all that they go back to, each with what it comes from and how; one query a generation."""
    ways: Ways = {}
    frontier = set(origins)
    while frontier:
        ways |= {origin: [] for origin in frontier}
        live = Descent.objects.live()
        up = live.filter(origin__in=frontier).values_list("origin_id", "upstream_id", "kind")
        same = live.filter(upstream__in=frontier, kind=DescentKind.SAME).values_list("upstream_id", "origin_id", "kind")
        for origin, upstream, kind in [*up, *same]:
            ways[origin].append((upstream, kind))
        frontier = {upstream for found in ways.values() for upstream, _ in found} - set(ways)
    return ways


def reached_from(origins: Iterable[int]) -> set[int]:
    """These origins and all that they go back to."""
    return set(ways_up(origins))


def reached_by(origins: Iterable[int], ways: Ways) -> set[int]:
    """These origins and all that they go back to, by ways that are known already."""
    reach, frontier = set(origins), set(origins)
    while frontier:
        frontier = {upstream for origin in frontier for upstream, _ in ways[origin]} - reach
        reach |= frontier
    return reach


def untied(likenesses: Iterable[Trace]) -> list[Trace]:
    """Those whose two sources go back to nothing in common."""
    found = list(likenesses)
    ways = ways_up({s.origin_id for t in found for s in (t.source, t.other) if s})
    return [
        t
        for t in found
        if t.other and not reached_by([t.source.origin_id], ways) & reached_by([t.other.origin_id], ways)
    ]


def likenesses_of(source) -> list[dict]:
    """The sources in whose text its own largely stands, or theirs in its, and about which nothing is said yet."""
    found = untied(Trace.objects.open().of(source)[:LIKENESSES])
    return [{"trace": t, "this": source, "that": t.other if t.source == source else t.source} for t in found]


def firsts(among: Iterable[int], ways: Ways, origins: Mapping[int, Origin]) -> list[Origin]:
    """Those that come from nothing further; of some that are the same, the one whose name tells most."""
    here = set(among)
    later = {n for n in here if any(kind != DescentKind.SAME for _, kind in ways[n])}
    alike = {n: [(up, kind) for up, kind in found if kind == DescentKind.SAME] for n, found in ways.items()}
    same = {n: reached_by([n], alike) for n in here}
    later |= {n for n in here if same[n] & later}
    found: list[Origin] = []
    for origin in sorted((origins[n] for n in here - later), key=_telling):
        if not any(o.pk in same[origin.pk] for o in found):
            found.append(origin)
    return sorted(found, key=lambda o: (o.name, o.pk))


def _telling(origin: Origin) -> tuple:
    return not origin.dated, origin.name, origin.pk
