"""What became of claims: every change of a status, newest first."""

from django.shortcuts import render

from ..filters import ChangeFilter
from ..models import ClaimSubject, Standing, Status, Subject
from ..paging import BY_TURN
from ..remembering import remember
from ..speaking import name_of
from .listing import page_asked
from .past import not_known, of_the_past

LATELY = 200  # changes whose subjects are offered


@of_the_past
def changes(request):
    asked = request.GET
    chosen = ChangeFilter(asked, queryset=Standing.objects.status_changes())
    if not chosen.is_valid():
        return not_known(request, chosen.errors.get_json_data())
    return render(
        request,
        "changes.html",
        {
            "page": page_asked(chosen.qs, BY_TURN, asked),
            "statuses": [(status, status in asked.getlist("status")) for status in Status],
            "subjects": [(s, s.key in asked.getlist("subject")) for s in _subjects(asked.getlist("subject"))],
            "chosen": bool(asked.getlist("status") or any(asked.getlist("subject"))),
        },
    )


def _subjects(chosen: list[str]) -> list[Subject]:
    """Those of the last changes, and those that are chosen."""
    lately = list(Standing.objects.status_changes().values_list("claim", flat=True)[:LATELY])
    about = ClaimSubject.objects.live().filter(claim__in=lately)
    there = Subject.objects.with_page()
    found = there.filter(pk__in=about.values("subject")) | there.filter(key__in=chosen)
    return sorted(remember(list(found.distinct().for_list())), key=lambda subject: (name_of(subject), subject.key))
