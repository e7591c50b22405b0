"""How we decide: the version in force, and each older one at its own address."""

from django.http import Http404
from django.shortcuts import render

from ..methods import VERSIONS, MethodVersion, version_named, version_on
from .past import of_the_past


@of_the_past
def method(request):
    """The version in force, or the one that was in force at the moment that is asked for."""
    past = getattr(request, "past", None)
    return _page(request, version_on(past.moment.at.date()) if past else VERSIONS[-1])


@of_the_past
def method_version(request, version):
    """One version; at a moment before it was in force there is none."""
    found, past = version_named(version), getattr(request, "past", None)
    if found is None or past and past.moment.at.date() < found.since:
        raise Http404
    return _page(request, found)


def _page(request, version: MethodVersion):
    past = getattr(request, "past", None)
    known = [v for v in VERSIONS if not past or v == version or v.since <= past.moment.at.date()]
    context = {"version": version, "versions": known[::-1], "newest": VERSIONS[-1]}
    return render(request, "method.html", context)
