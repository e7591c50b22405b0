"""What of the catalogue and of the texts stands on public pages, so that these say something else once it changes.

`waits`: or will stand there once nothing holds the claim any more, which a worker ends or a court, and no second editor.
"""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import Q


class InPublic:
    """What may stand on public pages."""

    def stands_in_public(self, *, waits: bool = False) -> bool:
        """Whether a public page says anything of it. `waits`: or will, once nothing holds the claim of the page."""
        raise NotImplementedError

    @property
    def is_shown(self) -> bool:
        """Whether a public page says anything of it: the page changes with it."""
        return self.stands_in_public()

    @property
    def is_for_readers(self) -> bool:
        """Whether a public page does or will: no act on it is one editor's alone."""
        return self.stands_in_public(waits=True)


def _by_claims(claim: str, waits: bool) -> Q:
    return Q(**{f"{claim}__stage": "published"}) if waits else Q(**{f"{claim}__public": True})


# How a claim and a passage belong together: it appears there, a finding of it cites the words, somebody replied in them.
CLAIMS_OF_A_PASSAGE = ("appearances__claim", "citations__assessment__claim", "replies__request__about__claim")


def carries(passages: str = "", *, waits: bool = False) -> Q:
    """Rows with passages, at this path, that belong to a claim which readers see."""
    return reduce(or_, (_by_claims(f"{passages}{claim}", waits) for claim in CLAIMS_OF_A_PASSAGE))


def may_harm() -> Q:
    """Passages of a claim on which two decide at every desk but one that leaves everything to one."""
    by = (Q(**{f"{claim}__sensitivity__gt": ""}) | Q(**{f"{claim}__misconduct": True}) for claim in CLAIMS_OF_A_PASSAGE)
    return reduce(or_, by)


def _open_to_readers(source: str, waits: bool) -> Q:
    """Sources, at this path, that readers see. One that was confidential is not public before a claim shows it anew."""
    opened = Q(**{f"{source}confidential": False}) & carries(f"{source}captures__passages__", waits=waits)
    return Q(**{f"{source}public_since__isnull": False}) | opened


def is_any_origin_shown(origins: Iterable[int], *, waits: bool = False) -> bool:
    """Whether a claim that readers see names one of these origins, or one that goes back to them."""
    origin, descent = (apps.get_model("sources", name) for name in ("Origin", "Descent"))
    spoken = _by_claims("spoken__appearance__claim", waits)
    spoken &= Q(spoken__appearance__passage__capture__source__confidential=False)
    named = spoken | _open_to_readers("source__", waits) | _by_claims("citations__assessment__claim", waits)
    reached: set[int] = set()
    frontier = set(origins)
    while frontier:
        if origin.objects.filter(named, pk__in=frontier).exists():
            return True
        reached |= frontier
        lower = descent.objects.filter(upstream__in=frontier).values_list("origin_id", flat=True)
        same = descent.objects.filter(origin__in=frontier, kind="same").values_list("upstream_id", flat=True)
        frontier = {*lower, *same} - reached
    return False


def is_outlet_shown(outlet: Any, *, waits: bool = False) -> bool:
    """Whether readers see what an outlet published or said, or one that it owns: who owns whom tells who is independent."""
    outlets, origins = (apps.get_model("sources", name).objects for name in ("Outlet", "Origin"))
    reached: set[int] = set()
    frontier = {outlet.pk}
    while frontier:
        reached |= frontier
        frontier = set(outlets.filter(owner__in=frontier).values_list("pk", flat=True)) - reached
    said = _open_to_readers("sources__", waits) | _by_claims("spoken__appearance__claim", waits)
    if outlets.filter(said, pk__in=reached).exists():
        return True
    return is_any_origin_shown(origins.filter(outlet__in=reached).values_list("pk", flat=True), waits=waits)
