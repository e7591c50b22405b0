"""Pages of the past: a page that answers `as_of` shows what readers saw then."""

from dataclasses import dataclass
from functools import wraps

from django.http import HttpRequest
from django.shortcuts import render

from ..concealing import unlisted
from ..remembering import Moment, NotAMoment


@dataclass(frozen=True)
class Past:
    """That a page is of the past: of which moment, in which words it was asked for, and where the page of now is."""

    moment: Moment
    asked: str
    now: str


def of_the_past(view):
    """A page that answers `as_of`."""

    @wraps(view)
    def page(request, *args, **kwargs):
        try:
            moment = Moment.asked(request.GET.get("as_of", ""))
        except NotAMoment as error:
            return not_known(request, {"as_of": [{"message": str(error)}]})
        if moment is None:
            return view(request, *args, **kwargs)
        rest = request.GET.copy()
        del rest["as_of"]
        now = f"{request.path}?{rest.urlencode()}".removesuffix("?")
        answer = again(request, Past(moment, request.GET["as_of"], now), view, *args, **kwargs)
        answer["Link"] = f'<{request.build_absolute_uri(now)}>; rel="original"'
        return answer

    return page


def again(request: HttpRequest, past: Past, view, *args, **kwargs):
    request.past = past  # type: ignore[attr-defined]
    with past.moment.again():
        return unlisted(view(request, *args, **kwargs))


def not_known(request, errors):
    return render(request, "filter_error.html", {"errors": errors}, status=400)
