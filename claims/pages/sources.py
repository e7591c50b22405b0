"""The list of sources, and one source: its quoted words in document order, and the claims in them."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language

from sources.models import Sighting, Source, Watch
from sources.models.catalogue import said
from sources.moments import asked_for, known

from ..models import Appearance
from ..paging import BY_NAME
from ..reading import SHOWS, extent_of, may_be_whole, read
from ..remembering import remember
from .listing import page_asked
from .past import of_the_past

SEEN_AGAIN = 20  # changes at the source, the newest
TRANSLATED = "en"  # where there is nothing in the language of the page


@of_the_past
def source_list(request):
    sources = Source.objects.public().for_list()
    return render(request, "sources.html", {"page": page_asked(sources, BY_NAME, request.GET)})


@of_the_past
def source_page(request, key):
    found = (
        Source.objects.public().for_list().select_related("retracted").annotate(rights_then=said("source", "rights"))
    )
    [source] = remember([get_object_or_404(found, key=key)])
    shown = Appearance.objects.shown().in_public().of_source(source)
    captures = list(Appearance.objects.shown().in_public().captures().filter(source=source))
    asked = request.GET.get("capture", "")
    capture = next((c for c in captures if c.sha256.startswith(asked)), None)
    at, show = request.GET.get("at", "0"), request.GET.get("show", "both")
    if (asked and capture is None) or not (at.isascii() and at.isdigit() and len(at) < 10) or show not in SHOWS:
        raise Http404
    watch = Watch.objects.filter(source=source).first() if asked_for() is None else None  # it keeps no past
    return render(
        request,
        "source.html",
        {
            "source": source,
            "capture": capture,
            "captures": captures,
            "at": int(at),
            "show": show,
            "sightings": _sightings(source, shown),
            "watch": watch,
            **(_read(source, capture, shown, int(at), show) if capture else {}),
        },
    )


def _read(source, capture, shown, at: int, show: str) -> dict:
    """What readers see of a capture from a place on, in the languages that they ask for."""
    whole = show != "translation" and may_be_whole(source, capture)
    reading = read(capture, shown, at, whole=whole)
    remember([a for p in reading.paragraphs for a in p.appearances])
    there = {t.language for p in reading.paragraphs for passage in p.passages for t in passage.shown_translations}
    mine = (get_language() or TRANSLATED).partition("-")[0]
    tongue = next((tag for tag in (mine, TRANSLATED, *sorted(there)) if tag in there), "")
    for paragraph in reading.paragraphs:
        paragraph.speak(show, tongue)
    return {"reading": reading, "extent": extent_of(capture, shown), "tongue": tongue, "mine": mine}


def _sightings(source, shown):
    """What became of its quotations that readers see, when we looked at it again; the newest first."""
    quoted = shown.order_by().values("passage")
    found = Sighting.objects.filter(known(), passage__in=quoted, passage__capture__source=source)
    found = found.select_related("passage__capture", "since").order_by("-since")
    return list(found.defer("passage__capture__text", "passage__capture__blocks")[:SEEN_AGAIN])
