"""How readers cite a claim, and show it on pages of their own."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ..formats.bibliography import FORMATS, Citing
from ..remembering import claim_seen
from .past import of_the_past


def _cited(request, key) -> tuple:
    claim = claim_seen(key)
    if claim is None:
        raise Http404
    address = request.build_absolute_uri(reverse("claim-version", args=[key, claim.version]))
    return claim, Citing.of(claim, address)


@of_the_past
def cite(request, key):
    claim, citing = _cited(request, key)
    return render(request, "cite.html", {"claim": claim, "citing": citing})


@of_the_past
def cite_as(request, key, ending):
    _, citing = _cited(request, key)
    media, written = FORMATS[ending]
    answer = HttpResponse(written(citing), content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="{citing.key}-v{citing.version}.{ending}"'
    return answer
