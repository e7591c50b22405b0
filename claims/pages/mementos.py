"""Mementos (RFC 7089): the versions of a claim for programs that read the past of the web.

The page of a claim is its own TimeGate: who asks it for a moment is led to the version that stood then. Versions at whose
time readers saw nothing are none, and a page `as_of` a moment is not in the list: it says only what it is the past of.
"""

from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import http_date, parse_http_date_safe
from django.utils.translation import gettext as _

from sources.moments import as_of

from ..caching import varying_on
from ..models import Standing
from ..models.seeing import may_be_seen

LINKS = "application/link-format"
MOST = 500  # versions in one list


def versions_of(key: str) -> "QuerySet[Standing, Standing]":
    """The versions of a claim that readers saw and may see still, oldest first."""
    with as_of(0):  # as the past may be seen, of a claim that was merged too
        seen = may_be_seen("claim__")
    return Standing.objects.filter(seen, claim__key=key, public=True).select_related("change").order_by("number")


def time_gate(view):
    """A claim's page; asked for a moment, it leads to the version that stood then, or to the first."""

    @varying_on("Accept-Datetime")
    @wraps(view)
    def gate(request, key):
        if request.GET.get("as_of"):
            return view(request, key)
        if asked := request.headers.get("Accept-Datetime"):
            seconds = parse_http_date_safe(asked)
            if seconds is None:
                words = _("Accept-Datetime is a moment like Fri, 20 Nov 2026 09:30:00 GMT")
                return _linked(HttpResponseBadRequest(words, content_type="text/plain; charset=utf-8"), request, key)
            if version := _standing_at(key, datetime.fromtimestamp(seconds, UTC)):
                return _linked(HttpResponseRedirect(_address(key, version)), request, key)
        page = view(request, key)
        return _linked(page, request, key) if page.status_code == 200 else page

    return gate


def memento(view):
    """A version of a claim, which says of when it is and where the others are."""

    @wraps(view)
    def version(request, key, number):
        page = view(request, key, number)
        found = versions_of(key)
        around = {
            "first": found.first(),
            "prev": found.filter(number__lt=number).last(),
            "": found.filter(number=number).first(),
            "next": found.filter(number__gt=number).first(),
            "last": found.last(),
        }
        if around[""]:
            page["Memento-Datetime"] = _said(around[""])
        told = {version.number: version for version in around.values() if version}
        links = []
        for n, version in sorted(told.items()):
            rels = [rel for rel, other in around.items() if rel and other and other.number == n]
            links += [_link(request, key, version, rels)] if rels else []
        return _linked(page, request, key, links)

    return version


def time_map(request, key):
    """All versions of a claim, oldest first; a long list goes on in another."""
    after = request.GET.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) < 10):
        raise Http404
    found = list(versions_of(key).filter(number__gt=int(after))[: MOST + 1])
    if not found:
        raise Http404
    shown, more = found[:MOST], found[MOST:]
    own = f"<{_absolute(request, reverse('claim-timemap', args=[key]))}{f'?after={after}' if int(after) else ''}>"
    lines = [
        _original(request, key),
        f'{own}; rel="self"; type="{LINKS}"; from="{_said(shown[0])}"; until="{_said(shown[-1])}"',
    ]
    last = None if more else shown[-1].number
    for version in shown:
        ends = ["first"] if not int(after) and version is shown[0] else []
        ends += ["last"] if version.number == last else []
        lines.append(_link(request, key, version, ends))
    if more:
        following = f"{reverse('claim-timemap', args=[key])}?after={shown[-1].number}"
        lines.append(f'<{_absolute(request, following)}>; rel="timemap"; type="{LINKS}"; from="{_said(more[0])}"')
    return HttpResponse(",\n".join(lines) + "\n", content_type=LINKS)


def _standing_at(key: str, moment: datetime) -> Standing | None:
    """The last version of that second or before it, or the first of all."""
    found = versions_of(key)
    return found.filter(change__recorded_at__lt=moment + timedelta(seconds=1)).last() or found.first()


def _linked(answer: Any, request, key: str, mementos: list[str] | None = None):
    """An answer that says where the original, its TimeGate and the list of its versions are."""
    own = f'<{_absolute(request, reverse("claim-timemap", args=[key]))}>; rel="timemap"; type="{LINKS}"'
    told = [answer["Link"]] if "Link" in answer else []
    answer["Link"] = ", ".join([*told, _original(request, key), own, *(mementos or [])])
    return answer


def _original(request, key: str) -> str:
    return f'<{_absolute(request, reverse("claim", args=[key]))}>; rel="original timegate"'


def _link(request, key: str, version: Standing, rels: list[str]) -> str:
    rel = " ".join([*rels, "memento"])
    return f'<{_absolute(request, _address(key, version))}>; rel="{rel}"; datetime="{_said(version)}"'


def _address(key: str, version: Standing) -> str:
    return reverse("claim-version", args=[key, version.number])


def _absolute(request, address: str) -> str:
    return request.build_absolute_uri(address)


def _said(version: Standing) -> str:
    return http_date(version.change.recorded_at.timestamp())
