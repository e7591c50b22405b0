"""A claim on the pages of others: a card to embed, the answer of an oEmbed provider (oembed.com, 1.0), a picture for previews."""

from urllib.parse import urlsplit

from csp.decorators import csp_replace
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.html import format_html
from django.utils.translation import override
from django.views.decorators.clickjacking import xframe_options_exempt

from sources.moments import today

from ..formats.cards import Card, card_of
from ..remembering import claim_at, claim_seen
from ..speaking import day_words, desk_at, language_of
from .claims import departed, moment_of

WIDTH, HEIGHT = 560, 300
NARROWEST, LOWEST = 240, 200


@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]
@xframe_options_exempt
def embed(request: HttpRequest, key: str) -> HttpResponse:
    """One card, as the claim stands now: any page may frame it."""
    claim = claim_seen(key)
    if claim is None:
        return departed(request, key, "embed", _gone)
    return render(request, "embed.html", {"claim": claim, "today": today()})


def _gone(request, standing):
    return render(request, "embed.html", {"gone": standing}, status=410)


def oembed(request):
    if request.GET.get("format", "json") != "json":
        return HttpResponse("This provider answers in JSON.", status=501, content_type="text/plain; charset=utf-8")
    with override(language_of(request.GET.get("url", ""))):
        return _card_to_embed(request)


def _card_to_embed(request):
    """The answer for a page, in its language."""
    claim = _claim_at(request, request.GET.get("url", ""))
    try:
        width, height = (
            int(request.GET.get(name) or most) for name, most in (("maxwidth", WIDTH), ("maxheight", HEIGHT))
        )
    except ValueError:
        return HttpResponseBadRequest("maxwidth and maxheight are numbers.", content_type="text/plain; charset=utf-8")
    width, height = min(width, WIDTH), min(height, HEIGHT)
    if width < NARROWEST or height < LOWEST:
        return HttpResponseBadRequest(
            f"The card needs {NARROWEST} by {LOWEST} pixels.", content_type="text/plain; charset=utf-8"
        )
    card = Card.of(claim, desk_at(request))
    frame = format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy" frameborder="0"></iframe>',
        card.embed,
        width,
        height,
        card.title,
    )
    return JsonResponse(
        {
            "version": "1.0",
            "type": "rich",
            "title": card.title,
            "provider_name": "FactDesk",
            "provider_url": desk_at(request),
            "cache_age": 600,
            "html": frame,
            "width": width,
            "height": height,
        }
    )


def _claim_at(request, address: str):
    """The claim whose page is at an address of this desk."""
    try:
        parts = urlsplit(address)
        found = resolve(parts.path)
    except (ValueError, Resolver404) as error:
        raise Http404 from error
    claim = (
        claim_seen(found.kwargs["key"]) if found.url_name == "claim" and parts.netloc == request.get_host() else None
    )
    if claim is None:
        raise Http404
    return claim


def card(request, key, number):
    """The preview picture of a version; another version has another address."""
    claim = claim_at(moment_of(key, number), key)
    if claim is None:
        raise Http404
    shown = Card.of(claim, "/")
    foot = f"FactDesk {claim.key}, {day_words(claim.changed_at)}"
    return HttpResponse(card_of(shown.status, shown.label, claim.words, foot), content_type="image/png")
