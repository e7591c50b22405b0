from django.shortcuts import render

from ..models import Claim, Standing
from ..remembering import remember
from .past import of_the_past

LATELY = 10


@of_the_past
def home(request):
    changes = remember(list(Standing.objects.status_changes()[:LATELY]))
    return render(request, "home.html", {"tally": Claim.objects.public().tally(), "changes": changes})
