from django.shortcuts import render
from django.urls import reverse

from ..corrections import log
from ..evolving import columns_of
from ..formats.markup import in_page, organisation
from ..models import Claim, Standing
from ..remembering import remember
from .past import of_the_past

LATELY, A_FEW = 10, 5


@of_the_past
def home(request):
    """What is new, what was wrong, who was asked, and how many claims stand where."""
    every, tally = Standing.objects.status_changes(), Claim.objects.public().tally()
    return render(
        request,
        "home.html",
        {
            "tally": tally,
            "marked_up": in_page(organisation(request.build_absolute_uri(reverse("home")))),
            "changes": remember(list(every[:LATELY])),
            "columns": columns_of(tally, every),
            "log": log(size=A_FEW).rows,
        },
    )
