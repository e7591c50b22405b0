"""What browsers, and caches on the way to them, may keep of a public page, and how they learn that it still stands.

Every page of an edition (`Clock.edition`) stands as it is until the next one, so one row tells whether what somebody
keeps is good, and no page is made to find out.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib.metadata import distributions
from platform import python_version
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils import timezone
from django.utils.autoreload import file_changed
from django.utils.cache import get_conditional_response, has_vary_header, patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.http import http_date, parse_etags, parse_http_date_safe
from django.utils.translation import get_language

from sources.models import Clock
from sources.moments import today
from sources.recording import turn_the_page

log = logging.getLogger(__name__)
# A browser asks each time, so that an editor sees what was just approved; what is taken from view is gone from caches after a minute.
FRESH = "max-age=0, s-maxage=60, must-revalidate"
NEVER = "no-store"
KEPT = {200, 301, 302, 304, 404, 410}
OURS = ["factdesk", "claims", "sources", "templates", "locale"]


@cache
def build() -> str:
    """What makes the bytes of a page beside the record: our files, those who help us, and how we are set up."""
    found = sha256(python_version().encode())
    for path in sorted(p for folder in OURS for p in (settings.ROOT / folder).rglob("*") if p.is_file()):
        if path.suffix != ".pyc":
            found.update(str(path.relative_to(settings.ROOT)).encode())
            found.update(path.read_bytes())
    if settings.STATIC_ROOT and (names := settings.STATIC_ROOT / "staticfiles.json").exists():
        found.update(names.read_bytes())
    found.update(json.dumps(sorted((d.name, d.version) for d in distributions())).encode())
    chosen = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    found.update(json.dumps(chosen, default=_in_order, sort_keys=True).encode())
    return found.hexdigest()


def _in_order(value: Any) -> Any:
    """A value as every process would write it."""
    return sorted(map(str, value)) if isinstance(value, set | frozenset) else str(value)


@receiver(file_changed)
def build_anew(**kwargs):
    """While somebody works on the program, it serves other files without starting anew."""
    build.cache_clear()


def serve() -> None:
    """This program serves the desk from now on; where another did, its pages are another edition."""
    try:
        turn_the_page(build())
    except DatabaseError:  # one that cannot be written to is read all the same; nothing is dated then
        log.exception("The desk could not note which program serves it")


def varying_on(*headers: str) -> Callable:
    """A view whose answer depends on these headers of the request."""

    def mark(view):
        view.varies = headers
        return view

    return mark


@dataclass(frozen=True)
class State:
    """What every public page says at this moment depends on this alone."""

    edition: int
    edition_at: datetime | None
    served: str
    day: date  # by which a review is overdue

    @classmethod
    def now(cls) -> "State":
        """One query."""
        clock = Clock.objects.filter(pk=1).values_list("edition", "edition_at", "build").first()
        return cls(*(clock or (0, None, "")), today())

    @property
    def dated(self) -> datetime | None:
        """When pages last changed, a second later for each day since: with the day they change too.

        Editions lie two seconds apart, so that no two states have one moment. A moment that is still to come tells
        nothing, nor does one where another program was the last to be started.
        """
        if self.edition_at is None or self.served != build():
            return None
        at = self.edition_at + timedelta(seconds=(self.day - self.edition_at.date()).days)
        return at if self.edition_at <= at <= timezone.now() else None


@dataclass(frozen=True)
class Validators:
    """What names one state of a page: a strong tag, and a moment that no other state of it has."""

    state: State
    tag: str
    at: datetime | None
    varies: tuple[str, ...]

    @classmethod
    def of(cls, request: HttpRequest, view: Any) -> "Validators":
        """Of the page that a request asks for, as it is at this moment; one query."""
        # What an API answers depends on what is accepted.
        varies = getattr(view, "varies", ()) or (("Accept",) if hasattr(view, "cls") else ())
        state = State.now()
        asked = [request.headers.get(name) for name in varies]
        said = [build(), *astuple(state), request.build_absolute_uri(), get_language(), *asked]
        tag = salted_hmac("claims.caching", json.dumps(said, default=str), algorithm="sha256").hexdigest()[:32]
        return cls(state, f'"{tag}"', state.dated, varies)

    def are_known_to(self, request: HttpRequest) -> bool:
        """Whether the page that somebody keeps is this one. A moment must be the same: an earlier one may be of another program."""
        if "If-None-Match" in request.headers:
            tags = parse_etags(request.headers["If-None-Match"])
            return self.tag in {tag.removeprefix("W/") for tag in tags}
        since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
        return self.at is not None and since == int(self.at.timestamp())


class CachingMiddleware:
    """Public pages are the same for everybody, and say how long they may be kept; whatever else is kept by nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_public(request):
            answer = self.get_response(request)
            if "no-store" not in answer.get("Cache-Control", ""):
                answer["Cache-Control"] = NEVER
            return answer
        request.META.pop("HTTP_COOKIE", None)  # on a public page nobody is anybody
        answer = self.get_response(request)
        validators = getattr(request, "validators", None)
        if validators and validators.varies:
            patch_vary_headers(answer, validators.varies)
        return _with_validators(request, answer) if _may_be_kept(answer) else answer

    def process_view(self, request, view, args, kwargs):
        if not _is_public(request):
            return None
        request.validators = Validators.of(request, view)
        return HttpResponseNotModified() if request.validators.are_known_to(request) else None


def _is_public(request: HttpRequest) -> bool:
    private = (reverse("admin:index"), reverse("desk-root"))
    return request.method in {"GET", "HEAD"} and not request.path.startswith(private)


def _may_be_kept(answer: HttpResponse) -> bool:
    """Says how long an answer may be kept, where its view does not. One that knows its reader is nobody else's."""
    if answer.cookies or has_vary_header(answer, "Cookie"):
        answer["Cache-Control"] = NEVER
        return False
    answer.headers.setdefault("Cache-Control", FRESH if answer.status_code in KEPT else NEVER)
    return "no-store" not in answer["Cache-Control"]


def _with_validators(request: Any, answer: HttpResponse) -> HttpResponse:
    """Names the state of the page, unless the desk has changed while it was made."""
    validators = getattr(request, "validators", None)
    if validators is None:
        return answer
    # What is written as it is read, a list as CSV and the file of all claims, is made after this moment and a part at a
    # time: the desk may turn between two of them, and a strong tag would name bytes that no edition has.
    made = answer.status_code == 200 and not answer.streaming and "ETag" not in answer
    if made and State.now() == validators.state or answer.status_code == 304:
        answer["ETag"] = validators.tag
        del answer["Last-Modified"]  # Django dates a feed by its newest entry: words that go later leave that as it was
        if validators.at:
            answer["Last-Modified"] = http_date(validators.at.timestamp())
    if answer.status_code == 200 and request.headers.get("If-None-Match", "").strip() == "*":
        answer = get_conditional_response(request, etag=answer.get("ETag"), response=answer) or answer
    if answer.status_code == 304:
        del answer["Content-Length"]  # which would be that of the page
    return answer
