"""Errors: for the API as problem details (RFC 9457), for readers as pages, with the same sentence."""

import difflib
import logging
import math
import secrets
import sys
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.translation import gettext, gettext_lazy, ngettext
from rest_framework.exceptions import APIException, Throttled, ValidationError
from rest_framework.views import exception_handler

from .concealing import kept_nowhere, unlisted
from .receiving import from_here
from .speaking import filled

MEDIA_TYPE = "application/problem+json"
# What goes wrong, by the name that its `type` ends in; the reference of the API says what each is.
TYPES = {
    400: "bad-request",
    401: "no-token",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "in-flight",
    410: "gone",
    412: "stale-version",
    413: "too-large",
    415: "not-json",
    422: "refused",
    428: "precondition-required",
    429: "too-many-requests",
    500: "failed",
    503: "closed",
}
# Where one status has several.
NAMED = {"self-approval": 409, "idempotency-mismatch": 422}
NOTHING_HERE = gettext_lazy("There is nothing at this address.")
TAKEN_DOWN = gettext_lazy("This claim was taken down.")
BROKEN = (settings.ROOT / "templates" / "500.html").read_text("utf-8")
_log = logging.getLogger("factdesk.errors")  # not one of Django's, which say nothing where nobody configured them


def problem(status: int, detail: str, path: str, *, named: str = "", **more) -> dict:
    name = named or TYPES.get(status)
    return {
        "type": f"/api/docs/#problem-{name}" if name else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": path,
        **more,
    }


class Gone(APIException):
    status_code = 410
    default_detail = TAKEN_DOWN


class Refusal(APIException):
    """A refusal that says more than its sentence: which of several it is, what of the body it is about, how a thing stands."""

    def __init__(self, status: int, detail: str, *, named: str = "", headers: dict[str, str] | None = None, **more):
        super().__init__(detail)
        self.status_code, self.named, self.headers, self.more = status, named, headers or {}, more


def handle(error, context):
    """What the API answers when a view refuses."""
    response = exception_handler(error, context)
    if response is None:
        return None
    path = context["request"].path
    if isinstance(error, ValidationError) and isinstance(error.detail, dict):
        errors = [{"parameter": name, "detail": str(one)} for name, many in error.detail.items() for one in many]
        detail = " ".join(e["detail"] for e in errors)
        response.data = problem(response.status_code, detail, path, errors=errors)
    elif isinstance(error, Refusal):
        response.data = problem(response.status_code, str(error.detail), path, named=error.named, **error.more)
        for name, value in error.headers.items():
            response[name] = value
    elif isinstance(error, Throttled):
        response.data = problem(response.status_code, wait_for(math.ceil(getattr(error, "wait", None) or 1)), path)
    else:
        said = NOTHING_HERE if response.status_code == 404 else getattr(error, "detail", "")
        response.data = problem(response.status_code, str(said), path)
    response.content_type = MEDIA_TYPE
    return response


def refuse_unknown_parameters(request, known: set[str]) -> None:
    """A parameter that an address does not take is refused with the nearest that it does."""
    for name in request.query_params:
        if name not in known:
            raise ValidationError({name: [f"There is no parameter {name}. {_hint(name, known)}"]})


def no_such_place(parameter: str) -> ValidationError:
    """A parameter names a place that the list does not have."""
    return ValidationError({parameter: ["There is no such place in this list"]})


def unknown_name(parameter: str, name: str, known: set[str]) -> ValidationError:
    """A parameter lists a name that is none."""
    return ValidationError({parameter: [f"{name} is not one that {parameter} knows. {_hint(name, known)}"]})


def _hint(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]}?" if near else f"It knows {', '.join(sorted(known)) or 'none'}."


def _answer(request, status: int, detail, template: str, context=None, **more) -> HttpResponse:
    """An error in both tongues: a page in words, and for the API a problem that says the same."""
    if request.path.startswith("/api/"):
        body = problem(status, str(detail), request.path, **more)
        answer: HttpResponse = JsonResponse(body, status=status, content_type=MEDIA_TYPE)
    else:
        answer = render(request, template, context or {}, status=status)
    return unlisted(answer)


def bad_request(request, exception=None):
    return _answer(request, 400, gettext("This request cannot be read. Check the address."), "400.html")


def forbidden(request, exception=None):
    said = str(exception or "") or gettext("Your account cannot do this. Ask an administrator for a role that can.")
    return kept_nowhere(_answer(request, 403, said, "403.html", {"said": said}))


def not_found(request, exception=None):
    return _answer(request, 404, NOTHING_HERE, "404.html", {"nowhere": True})


def gone(request, standing):
    """A claim that was withdrawn: when, and why."""
    return _answer(request, 410, TAKEN_DOWN, "gone.html", {"standing": standing})


def wait_for(seconds: int) -> str:
    minutes = -(-seconds // 60)
    if seconds <= 90:
        said = ngettext("Try again in %(n)d second.", "Try again in %(n)d seconds.", seconds) % {"n": seconds}
    else:
        said = ngettext("Try again in %(n)d minute.", "Try again in %(n)d minutes.", minutes) % {"n": minutes}
    return " ".join([gettext("Too many requests."), said])  # what finds our sentences does not look into an f-string


def too_many(request, seconds: int):
    """429, with when to come again, in words and for machines."""
    said = wait_for(seconds)
    answer = _answer(request, 429, said, "429.html", {"said": said, "typed": _typed(request)})
    answer["Retry-After"] = str(seconds)
    return kept_nowhere(answer)


def failed(request):
    """500: a page that is the same for everybody, but for a number under which the log tells what happened."""
    number = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}"
    _log.error("Error %s: %s %s", number, request.method, request.path, exc_info=sys.exc_info())
    if request.path.startswith("/api/"):
        detail = "There is a problem with this desk. Try again in a few minutes."
        body = problem(500, detail, request.path, number=number)
        answer: HttpResponse = JsonResponse(body, status=500, content_type=MEDIA_TYPE)
    else:
        write_to = escape(settings.FACTDESK_ABOUT.get("email", "")) or gettext("the desk")
        page = filled(
            BROKEN,
            gettext_lazy("There is a problem with FactDesk. Try again in a few minutes."),
            title=gettext("Sorry, there is a problem with FactDesk"),
            again=gettext(
                "Try again in a few minutes. If you were filling in a form, go back: what you wrote should still be there. Send it again then."
            ),
            write=gettext("If it goes on, write to {address} and give this number:").format(address=write_to),
            number=number,
        )
        answer = HttpResponse(page, status=500)
    return kept_nowhere(unlisted(answer))


def form_expired(request, reason=""):
    """A form that came too late, or without its token: what was typed is shown, so that it can be copied.

    Only where the form came from a page of ours: another site must not have its words shown here.
    """
    typed = _typed(request) if from_here(request) else []
    return kept_nowhere(_answer(request, 403, "", "403_expired.html", {"typed": typed}))


SECRET = ("password", "token", "csrf")
HIDDEN = ("seen", "action", "select_across", "index")  # what the page itself put into the form


def _typed(request) -> list[tuple[str, str]]:
    """What somebody typed into a form, by the names of its fields, without passwords."""
    found = []
    for name, values in request.POST.lists():
        if any(word in name.lower() for word in SECRET) or name.startswith(HIDDEN):
            continue
        found += [(name.replace("_", " ").replace("-", " "), value) for value in values if value.strip()]
    return found
