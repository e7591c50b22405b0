"""What search engines are told: every public address with the moment of its last change, and what they should leave alone."""

from django.db.models import Max, OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sources.models import Change, Source

from ..models import Claim, Subject

BLOCK = 20_000  # public changes; each brings the last version of one claim, so that a part has no more claims than that
MOST = 50_000  # addresses that a sitemap may hold
PAGES = ["home", "changes", "claims", "sources", "subjects", "compare", "corrections", "method", "feeds"]


def _blocks() -> int:
    """How many parts there are; one from which every claim has moved on is empty."""
    return (Claim.objects.public().aggregate(last=Max("changed"))["last"] or 0) // BLOCK + 1


def index(request):
    parts = [reverse("sitemap-part", args=[kind]) for kind in ("pages", "sources", "subjects")]
    parts += [reverse("sitemap-claims", args=[n]) for n in range(_blocks())]
    return _xml(request, "sitemap_index.xml", {"parts": [request.build_absolute_uri(p) for p in parts]})


def claims(request, number):
    if number >= _blocks():
        raise Http404
    first = number * BLOCK
    changed = Change.objects.filter(public_number=OuterRef("changed")).values("recorded_at")[:1]
    found = Claim.objects.public().filter(changed__gte=first, changed__lt=first + BLOCK).order_by("changed")
    rows = found.annotate(at=Subquery(changed)).values_list("key", "at")
    return _listed(request, [(reverse("claim", args=[key]), at) for key, at in rows])


def part(request, kind):
    if kind == "pages":
        return _listed(request, [(reverse(name), None) for name in PAGES])
    found = {"sources": Source.objects.public(), "subjects": Subject.objects.with_page()}.get(kind)
    if found is None:
        raise Http404
    keys = found.order_by("key").values_list("key", flat=True)[:MOST]
    return _listed(request, [(reverse(kind.removesuffix("s"), args=[key]), None) for key in keys])


def robots(request):
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /*?*as_of=", "Allow: /", ""]
    lines += [f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _listed(request, places):
    return _xml(request, "sitemap.xml", {"places": [(request.build_absolute_uri(p), at) for p, at in places]})


def _xml(request, template, context):
    return render(request, template, context, content_type="application/xml; charset=utf-8")
