"""The public log of what the desk got wrong: corrections, and claims that were withdrawn; newest first, and as a feed."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from sources.models import Change
from sources.moments import known

from .models import Correction, Standing
from .paging import PAGE, NoSuchPlace, Page

UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what no XML holds, and a quote may


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
            return f"{self.correction.get_kind_display()} to {self.claim.key}"
        return f"{self.claim.key} was withdrawn" + (": it was an error of ours" if self.was_our_error else "")


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


class Atom(Atom1Feed):
    """A feed that was updated when its newest entry was; one without entries never was, whatever time it is now."""

    def latest_post_date(self):
        return super().latest_post_date() if self.items else datetime.fromtimestamp(0, UTC)


class CorrectionsFeed(Feed):
    """The newest entries of the log, each under an id that never changes."""

    feed_type = Atom
    title = "FactDesk: corrections"
    subtitle = "What we changed because we were wrong, and the claims that we withdrew."
    author_name = "FactDesk"

    def link(self):
        return reverse("corrections")

    def items(self):
        return log().rows

    def item_title(self, item):
        return item.title

    def item_description(self, item):
        if item.correction is None:
            return UNSAYABLE.sub(" ", item.change.note)
        c = item.correction
        said = [f"Before: {c.before}" if c.before else "", f"Now: {c.now}" if c.now else "", c.why, f"{c.effect}."]
        words = " ".join(filter(None, said)) if c.salt else "The words of this correction were redacted."
        return UNSAYABLE.sub(" ", words)

    def item_link(self, item):
        return item.correction.get_absolute_url() if item.correction else item.claim.get_absolute_url()

    def item_guid(self, item):
        return f"tag:factdesk,2026:change-{item.change.public_number}"

    def item_updateddate(self, item):
        return item.change.recorded_at

    def item_pubdate(self, item):
        return item.change.recorded_at
