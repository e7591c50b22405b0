"""Errors: for the API as problem details (RFC 9457), for readers as pages, with the same sentence."""

import difflib
from http import HTTPStatus

from django.http import JsonResponse
from django.views.defaults import page_not_found, server_error
from rest_framework.exceptions import ValidationError
from rest_framework.views import exception_handler

MEDIA_TYPE = "application/problem+json"


def problem(status: int, detail: str, path: str, **more) -> dict:
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": path,
        **more,
    }


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
    else:
        response.data = problem(response.status_code, str(getattr(error, "detail", "Not found.")), path)
    response.content_type = MEDIA_TYPE
    return response


def unknown_parameter(name: str, known: set[str]) -> ValidationError:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"This list knows {', '.join(sorted(known))}."
    return ValidationError({name: [f"There is no parameter {name}. {hint}"]})


def not_found(request, exception):
    """404 for a page in words, for the API as a problem."""
    if request.path.startswith("/api/"):
        return JsonResponse(
            problem(404, "There is nothing at this address.", request.path), status=404, content_type=MEDIA_TYPE
        )
    return page_not_found(request, exception)


def failed(request):
    if request.path.startswith("/api/"):
        return JsonResponse(
            problem(500, "There is a problem with this desk. Try again in a few minutes.", request.path),
            status=500,
            content_type=MEDIA_TYPE,
        )
    return server_error(request)
