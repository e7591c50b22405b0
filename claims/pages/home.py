from django.shortcuts import render

from ..corrections import log
from ..models import Claim, ReplyRequest, Standing
from ..remembering import remember
from ..timeline import counts_of
from .past import of_the_past

LATELY, CORRECTIONS, WAITING = 8, 3, 5


@of_the_past
def home(request):
    tally = Claim.objects.public().tally()
    return render(
        request,
        "home.html",
        {
            "tally": tally,
            "counts": counts_of(tally, Standing.objects.turns()),
            "changes": remember(list(Standing.objects.status_changes()[:LATELY])),
            "log": log(size=CORRECTIONS).rows,
            "waiting": ReplyRequest.objects.unanswered().for_readers()[:WAITING],
        },
    )
