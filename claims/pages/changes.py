"""What became of claims, newest first; and the feeds by which it is followed."""

from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from ..filters import ChangeFilter
from ..formats.markup import feed_of_all
from ..models import Standing, Status
from ..paging import BY_STANDING
from .listing import page_asked
from .past import not_known, of_the_past


@of_the_past
def changes(request):
    chosen = ChangeFilter(request.GET, queryset=Standing.objects.status_changes())
    if not chosen.is_valid():
        return not_known(request, chosen.errors.get_json_data())
    kept = {"asked_statuses": request.GET.getlist("status"), "asked_subjects": request.GET.getlist("subject")}
    page = page_asked(chosen.qs, BY_STANDING, request.GET)
    return render(request, "changes.html", {"page": page, "statuses": Status.values} | kept)


def data_feed(request):
    """Every public claim for programs that collect fact-checks, as it is read."""
    base = request.build_absolute_uri(reverse("home"))
    return StreamingHttpResponse(feed_of_all(base), content_type="application/ld+json; charset=utf-8")


@of_the_past
def feeds(request):
    return render(request, "feeds.html")
