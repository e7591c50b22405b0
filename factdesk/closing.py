"""Planned maintenance: while a file is there the desk is closed, and answers with a page that needs no database."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from claims.concealing import kept_nowhere, unlisted
from claims.problems import MEDIA_TYPE, problem
from claims.speaking import filled

PAGE = (settings.ROOT / "templates" / "503.html").read_text("utf-8")
SOON = 300  # seconds, where nobody said until when, or that moment has passed


class Closed:
    """Answers 503 in place of everything else, the admin too: a form that is saved while tables move is lost.

    The file holds the moment until which the desk is closed (`2026-11-25T14:30Z`). It opens when the file is taken away
    and not before: work that takes longer than was thought must not let anybody in.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        path = Path(settings.FACTDESK_CLOSED_UNTIL)
        return closed(request, until(path)) if path.exists() else self.get_response(request)


def until(path: Path) -> datetime | None:
    """The moment that the file names, if it has not passed."""
    try:
        at = datetime.fromisoformat(path.read_text("utf-8").strip())
    except (OSError, ValueError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at if at > timezone.now() else None


def closed(request, at: datetime | None) -> HttpResponse:
    if at:
        said = gettext("FactDesk is closed for maintenance until {time} UTC.").format(
            time=f"{at.astimezone(UTC):%H:%M}"
        )
    else:
        said = gettext("FactDesk is closed for maintenance for a little longer.")
    if request.path.startswith("/api/"):
        body = problem(503, f"{said} Ask again then.", request.path)
        answer: HttpResponse = JsonResponse(body, status=503, content_type=MEDIA_TYPE)
    else:
        page = filled(
            PAGE,
            gettext_lazy("FactDesk is closed for maintenance. Try again later."),
            title=gettext("FactDesk is closed for maintenance"),
            closed=said,
            again=gettext(
                "If you were filling in a form, go back: what you wrote should still be there. Send it again when we are open."
            ),
        )
        answer = HttpResponse(page, status=503)
    answer["Retry-After"] = str(max(1, int((at - timezone.now()).total_seconds())) if at else SOON)
    return kept_nowhere(unlisted(answer))
