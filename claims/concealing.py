"""Answers that no search engine lists, and those that belong to one reader."""

from django.http import HttpResponse


def unlisted(answer: HttpResponse) -> HttpResponse:
    """No search engine lists it."""
    answer["X-Robots-Tag"] = "noindex"
    return answer


def kept_nowhere(answer: HttpResponse) -> HttpResponse:
    """No cache keeps it."""
    answer["Cache-Control"] = "no-store"
    return answer


def of_one_reader(page: HttpResponse) -> HttpResponse:
    """A page at an address that one reader has: kept nowhere, and its address told to nobody."""
    page["Referrer-Policy"] = "no-referrer"
    return kept_nowhere(unlisted(page))
