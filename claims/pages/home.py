from django.shortcuts import render
from django.urls import reverse

from ..corrections import log
from ..formats.markup import in_page, organisation
from ..models import Claim, ReplyRequest, Standing
from ..remembering import remember
from ..timeline import counts_of
from .past import of_the_past

LATELY, CORRECTIONS, WAITING = 8, 3, 5


@of_the_past
def home(request):
    claims = Claim.objects.public()
    tally = claims.tally()
    return render(
        request,
        "home.html",
        {
            "tally": tally,
            "marked_up": in_page(organisation(request.build_absolute_uri(reverse("home")))),
            "counts": counts_of(claims, tally),
            "changes": remember(list(Standing.objects.status_changes()[:LATELY])),
            "log": log(size=CORRECTIONS).rows,
            "waiting": ReplyRequest.objects.unanswered().for_readers()[:WAITING],
        },
    )
