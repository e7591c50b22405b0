"""How programs follow the desk: the feeds that there are, and every claim in one file."""

from django.http import StreamingHttpResponse
from django.shortcuts import render

from ..formats.markup import feed_of_all
from ..speaking import desk_at
from .past import of_the_past


@of_the_past
def feeds(request):
    return render(request, "feeds.html")


def data_feed(request):
    """Every public claim for programs that collect fact-checks, as it is read."""
    base = desk_at(request)
    return StreamingHttpResponse(feed_of_all(base), content_type="application/ld+json; charset=utf-8")
