"""The reference of the API for those who read it: how to begin, how it refuses, and each kind of thing."""

from datetime import date

from django.conf import settings
from django.http import Http404
from django.shortcuts import render

from ..api.reference import COMMON, MEANINGS, described
from ..paging import PAGE
from ..problems import NAMED, TYPES

PROBLEMS = {
    "bad-request": "A parameter, or a member of the body, is not known, or its value is not; `errors` names each.",
    "forbidden": "This is not for you.",
    "not-found": "There is nothing at this address. What is hidden and what never was are answered alike.",
    "no-token": "Here a token is needed, and none was sent, or one that opens nothing any more.",
    "method-not-allowed": "This address does not take this method. `Allow` names those that it takes.",
    "in-flight": "The same `Idempotency-Key` is being worked on. Send it again in a moment.",
    "self-approval": "Who proposed this cannot approve it. Another editor must.",
    "stale-version": "The thing has moved on. `current_version` is what `If-Match` must name now; read what stands, then decide.",
    "too-large": "The body is larger than this address takes.",
    "not-json": "The body must be JSON, and its `Content-Type` must say so.",
    "refused": "The body can be read, and the rules of the record refuse it. `errors` names each member by a JSON pointer.",
    "idempotency-mismatch": "Something else was sent under this `Idempotency-Key`. Take a new one.",
    "precondition-required": "`If-Match` must name the version that you have seen, so that nobody writes over what they have not read.",
    "not-acceptable": "Answers are JSON, and nothing else was asked for.",
    "gone": "The claim was withdrawn. Its page says when and why.",
    "too-many-requests": "Wait as many seconds as `Retry-After` says.",
    "failed": "Something broke. `number` is what the log calls it.",
    "closed": "The desk is closed for maintenance. `Retry-After` says for how many seconds.",
}
# What changed for programs, newest first.
CHANGES = (
    (
        date(2026, 11, 28),
        "Programs with a token act, under `/api/v1/desk/`; changes are followed; each part of a claim has a list and an address;"
        " `fields` and `include` choose what is given. `url` of a citation is its own address, and what it refers to is"
        " `reference_url`. The type `read-only` of 405 is now `method-not-allowed`.",
    ),
    (
        date(2026, 11, 25),
        (
            "Each error has a `type` that leads here. A claim that was withdrawn answers 410 and no longer 404. What breaks"
            " has a `number`."
        ),
    ),
    (date(2026, 11, 24), "Version 1."),
)


def reference(request):
    """How to begin, what there is, and how it refuses."""
    licence = settings.FACTDESK_ABOUT.get("licence") or (
        "The operator of this desk has not said under which licence its own words may be used."
    )
    told = [*TYPES.items(), *((status, name) for name, status in NAMED.items())]
    resources = described().values()
    return render(
        request,
        "api_docs.html",
        {
            "read": [r for r in resources if not r.name.startswith("desk")],
            "desk": [r for r in resources if r.name.startswith("desk")],
            "common": [(name, MEANINGS[name]) for name in COMMON],
            "problems": [(status, name, PROBLEMS[name]) for status, name in sorted(told)],
            "changes": CHANGES,
            "licence": licence,
            "a_page": PAGE,
            "root": request.build_absolute_uri("/api/v1/").rstrip("/"),
        },
    )


def resource(request, name):
    """What is asked of one kind of thing, and every field of the answers."""
    if name not in described():
        raise Http404
    return render(request, "api_resource.html", {"resource": described()[name]})
