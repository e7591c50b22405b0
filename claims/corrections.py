"""The public log of what the desk got wrong: corrections, and claims that were withdrawn; newest first."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext

from sources.models import Change
from sources.moments import known

from .models import Correction, Standing
from .paging import PAGE, NoSuchPlace, Page


@dataclass(frozen=True)
class Entry:
    """A line of the log: a correction, or the withdrawal of a claim, of which no words are repeated."""

    change: Change
    claim: Any
    correction: Correction | None = None
    was_our_error: bool = False

    @property
    def title(self) -> str:
        if self.correction:
            return gettext("{kind} to {key}").format(kind=self.correction.get_kind_display(), key=self.claim.key)
        if self.was_our_error:
            return gettext("{key} was withdrawn: it was an error of ours").format(key=self.claim.key)
        return gettext("{key} was withdrawn").format(key=self.claim.key)


def corrections() -> QuerySet:
    return Correction.objects.shown().for_page().for_list()


def withdrawals() -> QuerySet:
    ours = Exists(Correction.objects.filter(since=OuterRef("change")))
    gone = Standing.objects.withdrawn().filter(known("change"), claim__merged_into__isnull=True)
    return gone.annotate(was_our_error=ours).order_by("-change")


def log(*, after: str = "", before: str = "", size: int = PAGE) -> Page:
    """A page of the log. Both kinds are asked by place, and no more of each than a page holds."""
    back, place = bool(before), before or after
    if place and not (place.isascii() and place.isdigit() and len(place) < 19):
        raise NoSuchPlace

    def some(rows, column):
        if place:
            rows = rows.filter(**{f"{column}__public_number__{'gt' if back else 'lt'}": int(place)})
        return rows.order_by(column if back else f"-{column}")[: size + 1]

    found = [Entry(c.since, c.claim, c) for c in some(corrections(), "since")]
    found += [Entry(s.change, s.claim, was_our_error=s.was_our_error) for s in some(withdrawals(), "change")]
    found.sort(key=lambda entry: entry.change.pk, reverse=not back)
    more, rows = len(found) > size, found[:size]
    if back:
        rows.reverse()
    if not rows:
        return Page()
    first, last = (str(rows[at].change.public_number) for at in (0, -1))
    return Page(rows, newer=first if (more if back else place) else "", older=last if (back or more) else "")
