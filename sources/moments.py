"""The past can be asked: inside of `as_of(number)`, what stands is what stood when that change had been recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from django.db.models import Q
from django.utils import timezone

_number: ContextVar[int | None] = ContextVar("number", default=None)
_day: ContextVar[date | None] = ContextVar("day", default=None)


@contextmanager
def as_of(number: int | None, day: date | None = None) -> Iterator[None]:
    """Whatever is asked inside is answered as of this change, on this day; None: as of now."""
    tokens = _number.set(number), _day.set(day)
    try:
        yield
    finally:
        _number.reset(tokens[0])
        _day.reset(tokens[1])


def asked_for() -> int | None:
    """The change as of which everything is asked; None: now."""
    return _number.get()


def today() -> date:
    """The day on which readers read: today, or that of the moment that is asked for."""
    return _day.get() or timezone.now().date()


def known(column: str = "since") -> Q:
    """What had come with a change by then."""
    number = asked_for()
    return Q() if number is None else Q(**{f"{column}__lte": number})


def lasting() -> Q:
    """Rows that may end, and had not ended by then."""
    number = asked_for()
    ended = Q() if number is None else Q(until__gt=number)
    return (Q(until__isnull=True) | ended) & known()
