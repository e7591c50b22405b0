"""The past can be asked: inside of `as_of(number)`, what stands is what stood when that change had been recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import Q

_number: ContextVar[int | None] = ContextVar("number", default=None)


@contextmanager
def as_of(number: int | None) -> Iterator[None]:
    """Whatever is asked inside is answered as of this change; None: as of now."""
    token = _number.set(number)
    try:
        yield
    finally:
        _number.reset(token)


def asked_for() -> int | None:
    """The change as of which everything is asked; None: now."""
    return _number.get()


def known(column: str = "since") -> Q:
    """What had come with a change by then."""
    number = asked_for()
    return Q() if number is None else Q(**{f"{column}__lte": number})
