"""Feeds: what changed, newest first, as Atom (RFC 4287) and as JSON Feed 1.1. An entry is one change, under an id for ever."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.http.request import split_domain_port
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, SyndicationFeed, rfc3339_date
from django.utils.translation import gettext

from sources.models import Source

from ..corrections import Entry, log
from ..filters import ChangeFilter, ClaimFilter
from ..models import Claim, Standing, Status, Subject

MOST = 50  # entries
UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")  # what no XML holds
NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)
TAG = "tag:factdesk,2026:"  # of entries: keys are random, so that no two desks give the same id


class Atom(Atom1Feed):
    content_type = "application/atom+xml; charset=utf-8"

    def latest_post_date(self):
        """A feed without entries has not changed since it was opened."""
        return super().latest_post_date() if self.items else NOTHING_YET


class JSONFeed(SyndicationFeed):
    """JSON Feed 1.1, for the library's `Feed`."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile, encoding):
        said = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "description": self.feed["subtitle"],
            "language": self.feed["language"],
            "authors": [{"name": self.feed["author_name"]}],
            "items": [self._item(item) for item in self.items],
        }
        outfile.write(json.dumps(said, ensure_ascii=False).encode(encoding))

    def _item(self, item) -> dict[str, Any]:
        return {
            "id": item["unique_id"],
            "url": item["link"],
            "title": item["title"],
            "content_text": item["description"],
            "date_published": rfc3339_date(item["pubdate"]),
            "date_modified": rfc3339_date(item["updateddate"]),
            "tags": list(item["categories"]),
            **item["more"],
        }


class DeskFeed(Feed):
    """What every feed of the desk has: its newest entries, each of one change."""

    feed_type: type[SyndicationFeed] = Atom
    author_name = "FactDesk"

    def get_feed(self, obj, request):
        """Every desk has a feed of changes: the desk's own name is part of its id."""
        feed = super().get_feed(obj, request)
        host, _ = split_domain_port(request.get_host())
        place = urlsplit(feed.feed["link"])._replace(scheme="", netloc="").geturl()
        feed.feed["id"] = f"tag:{host},2026:{place}"
        return feed

    def item_title(self, item):
        return _sayable(item.title)

    def item_updateddate(self, item):
        return item.change.recorded_at

    item_pubdate = item_updateddate

    def item_extra_kwargs(self, item):
        return {"more": {}}

    @classmethod
    def written_as(cls, feed_type):
        feed = cls()
        feed.feed_type = feed_type
        return feed


class StatusFeed(DeskFeed):
    """What became of some claims."""

    def changes(self, about) -> QuerySet:
        """The standings that the feed tells of, newest first."""
        raise NotImplementedError

    def subtitle(self, about):
        return gettext("Every claim that is new here, and every status that changed.")

    def items(self, about):
        return list(self.changes(about).select_related("wording")[:MOST])

    def item_title(self, item):
        said = item.wording.said if item.wording else item.claim.words
        status = gettext("Opinion") if item.claim.is_opinion else Status(item.status).label
        return _sayable(f"{status}: {said}")

    def item_description(self, item):
        if item.claim.is_opinion:
            return gettext("Opinion, not assessed.")
        before = f"{Status(item.before).label} → {Status(item.status).label}. " if item.before else ""
        why = item.assessment.why if item.assessment else gettext("We recorded this claim. We have not assessed it.")
        return _sayable(f"{before}{why}")

    def item_link(self, item):
        return f"{item.claim.get_absolute_url()}#v{item.number}"

    def item_guid(self, item):
        return f"{TAG}{item.claim.key}/{item.number}"

    def item_categories(self, item):
        return [] if item.claim.is_opinion else [item.status]

    def item_extra_kwargs(self, item):
        told = {"claim": item.claim.key, "version": item.number, "from": item.before or "", "to": item.status}
        return {"more": {"_factdesk": told}}


class ChangesFeed(StatusFeed):
    """What became of claims; asked with the filters of the page of changes, that list."""

    def get_object(self, request, **kwargs) -> Any:
        return ChangeFilter(_lasting(request), queryset=Standing.objects.status_changes())

    def title(self, about):
        return gettext("FactDesk: changes")

    def link(self, about):
        return f"{reverse('changes')}?{about.data.urlencode()}".removesuffix("?")

    def changes(self, about) -> QuerySet:
        if not about.is_valid():
            raise Http404
        return about.qs


class ClaimFeed(StatusFeed):
    """Every version of one claim."""

    def get_object(self, request, key):
        return get_object_or_404(Claim.objects.public().select_related("wording"), key=key)

    def title(self, about):
        return _sayable(f"{about.key}: {about.words}")

    def subtitle(self, about):
        return gettext("What became of this claim.")

    def link(self, about):
        return about.get_absolute_url()

    def changes(self, about):
        return Standing.objects.status_changes().filter(claim=about)


class SubjectFeed(StatusFeed):
    def get_object(self, request, key):
        return get_object_or_404(Subject.objects.with_page(), key=key)

    def title(self, about):
        return _sayable(gettext("Claims about {name}").format(name=about.name))

    def subtitle(self, about):
        return gettext("A claim about somebody is not a finding. Each has a status of its own.")

    def link(self, about):
        return about.get_absolute_url()

    def changes(self, about):
        return Standing.objects.status_changes().filter(claim__in=Claim.objects.public().about([about]).values("pk"))


class SourceFeed(StatusFeed):
    def get_object(self, request, key):
        return get_object_or_404(Source.objects.public(), key=key)

    def title(self, about):
        return _sayable(gettext("Claims in {title}").format(title=about.title_en or about.title))

    def subtitle(self, about):
        return gettext("What became of the claims that this source carries.")

    def link(self, about):
        return about.get_absolute_url()

    def changes(self, about):
        return Standing.objects.status_changes().filter(claim__in=Claim.objects.public().said_in([about]).values("pk"))


class ListFeed(StatusFeed):
    """What became of the claims of a filtered list: its address with the same parameters."""

    def get_object(self, request) -> QueryDict:
        asked = _lasting(request)
        if not ClaimFilter(asked, queryset=Claim.objects.public()).is_valid():
            raise Http404
        return asked

    def title(self, about):
        return gettext("FactDesk: changes of claims in a list")

    def link(self, about):
        return f"{reverse('claims')}?{about.urlencode()}".removesuffix("?")

    def changes(self, about):
        listed = ClaimFilter(about, queryset=Claim.objects.public()).qs
        return Standing.objects.status_changes().filter(claim__in=listed.order_by().values("pk"))


class CorrectionsFeed(DeskFeed):
    """The newest entries of the log."""

    def title(self):
        return gettext("FactDesk: corrections")

    def subtitle(self):
        return gettext("What we changed because we were wrong, and the claims that we withdrew.")

    def link(self):
        return reverse("corrections")

    def items(self):
        return log().rows

    def item_description(self, item: Entry):
        if item.correction is None:
            return _sayable(item.change.note)
        c = item.correction
        said = [f"Before: {c.before}" if c.before else "", f"Now: {c.now}" if c.now else "", c.why, c.effect]
        return _sayable(" ".join(filter(None, said)) if c.salt else "The words of this correction were redacted.")

    def item_link(self, item):
        return item.correction.get_absolute_url() if item.correction else item.claim.get_absolute_url()

    def item_guid(self, item):
        which = f"correction-{item.correction.number}" if item.correction else "withdrawn"
        return f"{TAG}{item.claim.key}/{which}"


def _lasting(request) -> QueryDict:
    """What an address asks for, without what is of one page or one moment."""
    asked = request.GET.copy()
    for name in ("as_of", "after", "before", "sort", "facet"):
        asked.pop(name, None)
    return asked


def _sayable(text: str) -> str:
    return UNSAYABLE.sub(" ", text)
