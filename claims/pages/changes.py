"""What became of claims, newest first; and the feeds by which it is followed."""

from django.shortcuts import render

from ..filters import ChangeFilter
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


@of_the_past
def feeds(request):
    return render(request, "feeds.html")
