"""What search engines are told: every public address with the moment of its last change, and what they should leave alone."""

from typing import Any

from django.db.models import Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sources.models import Change, Source

from ..models import Appearance, Claim, ClaimSubject, Stage, Subject

BLOCK = 20_000  # public changes; each brings the last version of one claim, so that a part has no more claims than that
MOST = 50_000  # addresses that a sitemap may hold
PAGES = ["home", "changes", "claims", "sources", "subjects", "compare", "corrections", "method", "feeds"]

# What has a page because of claims: which rows, what ties them to claims, and by which path.
CARRIED: dict[str, tuple[Any, Any, str]] = {
    "sources": (Source.objects.public, Appearance.objects, "passage__capture__source"),
    "subjects": (Subject.objects.with_page, ClaimSubject.objects, "subject"),
}


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
    if kind not in CARRIED:
        raise Http404
    rows, carried, path = CARRIED[kind]
    name = kind.removesuffix("s")
    seen = carried.filter(Q(claim__public=True) | Q(claim__stage=Stage.WITHDRAWN), **{path: OuterRef("pk")})
    of_claims = seen.order_by().values(path).annotate(last=Max("claim__changed")).values("last")
    own = Change.objects.filter(kind=name, key=OuterRef("key"), public_number__isnull=False)
    last = Greatest(
        Coalesce(Subquery(of_claims), 0),
        Coalesce(Subquery(own.order_by("-id").values("public_number")[:1]), 0),
    )
    at = Change.objects.filter(public_number=OuterRef("last")).values("recorded_at")
    found = rows().annotate(last=last).annotate(at=Subquery(at)).order_by("key").values_list("key", "at")[:MOST]
    return _listed(request, [(reverse(name, args=[key]), at) for key, at in found])


def robots(request):
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /*?*as_of=", "Allow: /", ""]
    lines += [f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _listed(request, places):
    return _xml(request, "sitemap.xml", {"places": [(request.build_absolute_uri(p), at) for p, at in places]})


def _xml(request, template, context):
    return render(request, template, context, content_type="application/xml; charset=utf-8")
