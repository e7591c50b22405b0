"""The public pages. Each names what it shows; how it is asked for stands on the querysets."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render

from sources.models import Source

from .faceting import chips, facets
from .filters import ClaimFilter
from .models import Appearance, Claim, Standing, Status, Subject
from .paging import NoSuchPlace, page_of
from .reading import read

LATELY = 10
A_GROUP = 25


def home(request):
    return render(
        request,
        "home.html",
        {"tally": Claim.objects.public().tally(), "changes": Standing.objects.status_changes()[:LATELY]},
    )


def claim_list(request):
    asked = request.GET
    chosen = ClaimFilter(asked, queryset=Claim.objects.public())
    if not chosen.is_valid():
        return render(request, "filter_error.html", {"errors": chosen.errors.get_json_data()}, status=400)
    found = facets(asked)
    return render(
        request,
        "claims.html",
        {
            "page": _page(chosen.qs.for_list(), "-changed", asked),
            "total": chosen.qs.count(),
            "facets": found,
            "chips": chips(asked, found),
            "asked": asked,
        },
    )


def claim_page(request, key):
    claim = Claim.objects.public().for_page().filter(key=key).first()
    if claim is None:
        gone = get_object_or_404(Standing.objects.withdrawn(), claim__key=key)
        return render(request, "gone.html", {"standing": gone}, status=410)
    return render(request, "claim.html", {"claim": claim, "history": claim.standings.for_history()})


def source_list(request):
    sources = Source.objects.public().for_list()
    return render(request, "sources.html", {"page": _page(sources, "-id", request.GET)})


def source_page(request, key):
    source = get_object_or_404(Source.objects.public().for_list(), key=key)
    shown = Appearance.objects.shown().in_public().of_source(source)
    captures = source.captures.defer("text").prefetch_related("regions").order_by("-id")
    capture = captures.filter(passages__appearances__in=shown).first() or captures.first()
    at = request.GET.get("at", "0")
    if not (at.isascii() and at.isdigit() and len(at) < 10):
        raise Http404
    return render(
        request,
        "source.html",
        {
            "source": source,
            "capture": capture,
            "reading": read(capture, shown, int(at)) if capture else None,
            "claims": shown.order_by().values("claim").distinct().count(),
            "at": int(at),
        },
    )


def subject_list(request):
    subjects = Subject.objects.with_page().prefetch_related("names")
    return render(request, "subjects.html", {"page": _page(subjects, "id", request.GET)})


def subject_page(request, key):
    subject = get_object_or_404(Subject.objects.with_page(), key=key)
    about = Claim.objects.public().about(subject)
    tally = about.tally()
    groups = [(s, tally[s], about.assessable().filter(status=s).for_list().newest()[:A_GROUP]) for s in Status]
    return render(
        request,
        "subject.html",
        {
            "subject": subject,
            "groups": [g for g in groups if g[1]],
            "tally": tally,
            "total": sum(tally.values()),
            "opinions": about.opinions().for_list().newest()[:A_GROUP],
        },
    )


def method(request):
    return render(request, "method.html", {"statuses": Status.values})


def _page(queryset, by, asked):
    try:
        return page_of(queryset, by, after=asked.get("after", ""), before=asked.get("before", ""))
    except NoSuchPlace as error:
        raise Http404 from error
