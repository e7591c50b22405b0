"""The list of sources, and one source: its quoted words in document order, and the claims in them."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render

from sources.models import Source

from ..models import Appearance
from ..paging import BY_NAME
from ..reading import read
from ..remembering import remember
from .listing import page_asked
from .past import of_the_past


@of_the_past
def source_list(request):
    sources = Source.objects.public().for_list()
    return render(request, "sources.html", {"page": page_asked(sources, BY_NAME, request.GET)})


@of_the_past
def source_page(request, key):
    [source] = remember([get_object_or_404(Source.objects.public().for_list(), key=key)])
    shown = Appearance.objects.shown().in_public().of_source(source)
    captures = list(Appearance.objects.shown().in_public().captures().filter(source=source))
    asked = request.GET.get("capture", "")
    capture = next((c for c in captures if c.sha256.startswith(asked)), None)
    at = request.GET.get("at", "0")
    if (asked and capture is None) or not (at.isascii() and at.isdigit() and len(at) < 10):
        raise Http404
    reading = read(capture, shown, int(at)) if capture else None
    if reading:
        remember([a for p in reading.paragraphs for a in p.appearances])
    return render(
        request,
        "source.html",
        {
            "source": source,
            "capture": capture,
            "captures": captures,
            "reading": reading,
            "claims": shown.order_by().filter(passage__capture=capture).values("claim").distinct().count(),
            "at": int(at),
        },
    )
