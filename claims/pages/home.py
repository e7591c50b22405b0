from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language_from_request

from ..caching import varying_on
from ..corrections import log
from ..formats.markup import in_page, organisation
from ..models import Claim, ReplyRequest, Standing
from ..paging import tallies_of
from ..remembering import remember
from ..speaking import ENGLISH, desk_at, home_in
from ..timeline import counts_of
from .past import of_the_past

LATELY, CORRECTIONS, WAITING = 8, 3, 5


@varying_on("Accept-Language", "Sec-Fetch-Site")
def front_door(request):
    """The bare address of the desk: a browser that would rather read another of our languages is led to its home.

    Not one that comes from a page of ours, where the reader chose English. Every other address says its language itself,
    so that a link reads the same for everybody, and caches keep one page for it.
    """
    wanted = get_language_from_request(request)
    if wanted != ENGLISH and not request.GET and request.headers.get("Sec-Fetch-Site") != "same-origin":
        return HttpResponseRedirect(home_in(wanted))
    return home(request)


@of_the_past
def home(request):
    claims = Claim.objects.public()
    tally = tallies_of(claims)
    return render(
        request,
        "home.html",
        {
            "tally": tally,
            "marked_up": in_page(organisation(desk_at(request))),
            "counts": counts_of(claims, tally),
            "changes": remember(list(Standing.objects.status_changes()[:LATELY])),
            "log": log(size=CORRECTIONS).rows,
            "waiting": ReplyRequest.objects.unanswered().for_readers()[:WAITING],
        },
    )
