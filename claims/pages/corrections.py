from django.http import Http404
from django.shortcuts import render

from ..corrections import log
from ..paging import NoSuchPlace
from .past import of_the_past


@of_the_past
def corrections(request):
    try:
        page = log(after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    except NoSuchPlace as error:
        raise Http404 from error
    return render(request, "corrections.html", {"page": page})
