"""Findings in the shape of Google's Fact Check Tools API (v1alpha1), so that its clients read a desk by changing one address.

https://developers.google.com/fact-check/tools/api/reference/rest/v1alpha1/claims/search
"""

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sources.dates import precision, rfc3339

from ..formats.markup import speaker_of
from ..models import Claim
from ..ordering import order_named
from ..paging import NoSuchPlace, page_of
from ..problems import wait_for
from .throttling import PerAddress

KNOWN = {"query", "languageCode", "reviewPublisherSiteFilter", "maxAgeDays", "pageSize", "pageToken", "offset"}
PAGE, MOST = 10, 100
FARTHEST = 1000  # that an offset reaches; a token goes on from anywhere


class Refused(Exception):
    """What is asked cannot be answered; the message says why."""


@require_safe
def search(request: HttpRequest) -> JsonResponse:
    tries = PerAddress()
    if not tries.allow_request(request, None):
        error = {"code": 429, "message": wait_for(tries.seconds), "status": "RESOURCE_EXHAUSTED"}
        return JsonResponse({"error": error}, status=429, headers={"Retry-After": str(tries.seconds)})
    try:
        return JsonResponse(_found(request), json_dumps_params={"ensure_ascii": False})
    except Refused as refusal:
        error = {"code": 400, "message": str(refusal), "status": "INVALID_ARGUMENT"}
        return JsonResponse({"error": error}, status=400)


def _found(request: HttpRequest) -> dict[str, Any]:
    asked = {name: request.GET.get(name, "") for name in KNOWN}
    query, site = asked["query"].strip(), asked["reviewPublisherSiteFilter"].strip()
    if not query and not site:
        raise Refused("Give query, or reviewPublisherSiteFilter.")
    size = min(_number("pageSize", asked["pageSize"]) or PAGE, MOST)
    days = _number("maxAgeDays", asked["maxAgeDays"])
    claims = Claim.objects.public().for_page().assessable().filter(assessment__isnull=False)
    if query:
        claims = claims.found(query)
    if site and not _is_ours(site, request):
        claims = claims.none()
    if tag := asked["languageCode"]:
        claims = claims.filter(wording__language__istartswith=tag.partition("-")[0])
    if days:
        claims = claims.filter(assessment__since__recorded_at__gte=timezone.now() - timedelta(days=min(days, 36_500)))
    order = order_named("", query)
    place = _place(asked)
    skip = 0 if place else min(_number("offset", asked["offset"]), FARTHEST)
    try:
        page = page_of(claims, order, after=place, size=size + skip)
    except NoSuchPlace:
        raise Refused("pageToken is none of ours.") from None
    found: dict[str, Any] = {}
    if rows := page.rows[skip:]:
        found["claims"] = [_claim(claim, request) for claim in rows]
    if page.older:
        found["nextPageToken"] = _token(asked, page.older)
    return found


def _number(name: str, value: str) -> int:
    if not value:
        return 0
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise Refused(f"{name} is a whole number.")
    return int(value)


def _is_ours(site: str, request: HttpRequest) -> bool:
    return site.lower().removeprefix("www.") == _site(request)


def _site(request: HttpRequest) -> str:
    return request.get_host().partition(":")[0].removeprefix("www.")


def _claim(claim: Any, request: HttpRequest) -> dict[str, Any]:
    speaker = speaker_of(claim)
    dated = [a.dated for a in claim.shown_appearances if a.dated and precision(a.dated) == "day"]
    first = min((d for d in dated if d[:4].isdigit() and not d.endswith("~")), default="")
    review = {
        "publisher": {"name": "FactDesk", "site": _site(request)},
        "url": request.build_absolute_uri(claim.get_absolute_url()),
        "title": claim.wording.headline or claim.words,
        "reviewDate": rfc3339(claim.assessment.since.recorded_at, "seconds"),
        "textualRating": claim.get_status_display(),
        "languageCode": claim.wording.language,
    }
    # A date that is not known to the day would need an hour that nobody knows: it is left out.
    return (
        {"text": claim.words}
        | ({"claimant": speaker["name"]} if speaker else {})
        | ({"claimDate": f"{first}T00:00:00Z"} if first else {})
        | {"claimReview": [review]}
    )


def _same(asked: dict[str, str]) -> str:
    """What must be asked alike from page to page."""
    told = {name: value for name, value in sorted(asked.items()) if name not in {"pageToken", "offset", "pageSize"}}
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]


def _token(asked: dict[str, str], place: str) -> str:
    return base64.urlsafe_b64encode(f"{_same(asked)}.{place}".encode()).decode().rstrip("=")


def _place(asked: dict[str, str]) -> str:
    token = asked["pageToken"]
    if not token:
        return ""
    try:
        same, _, place = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().partition(".")
    except ValueError:
        raise Refused("pageToken is none of ours.") from None
    if same != _same(asked) or not place:
        raise Refused("A pageToken goes with the question that it was given to: ask it again unchanged.")
    return place
