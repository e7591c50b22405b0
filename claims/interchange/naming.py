"""The rows that lines name, each by its natural key."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from sources.models import Capture, Origin, Outlet, Passage
from sources.models.record import REDACTED

from ..models import Claim, Subject
from .dumping import Line

MOST = 2000  # rows that are remembered
_rows: ContextVar[dict[Any, Any]] = ContextVar("rows")


@contextmanager
def remembering() -> Iterator[None]:
    """Rows that one line after the other names are asked for once, until a line changes such a row."""
    token = _rows.set({})
    try:
        yield
    finally:
        _rows.reset(token)


def row_of(model: Any, **named) -> Any:
    rows, what = _rows.get({}), (model, *named.values())  # outside of a batch nothing is remembered
    if what not in rows:
        if len(rows) >= MOST:
            rows.clear()
        joined = ["source"] if model is Capture else []
        rows[what] = model.objects.select_related(*joined).get(**named)
    return rows[what]


def capture_of(ref: str) -> Capture:
    key, _, sha = ref.partition("/")
    return row_of(Capture, source__key=key, sha256__startswith=sha)


def as_it_stands(capture: Capture) -> Capture:
    """With its source as it is now: it may have come to be public since."""
    capture.source.refresh_from_db()
    return capture


def passage_of(ref: str) -> Passage:
    capture, _, place = ref.rpartition("/")
    start, _, end = place.partition("-")
    of = capture_of(capture)
    passage = row_of(Passage, capture=of, start=start, end=end)
    passage.capture = of
    return passage


def claim_of(line: Line) -> Claim:
    """The claim under a verb, which locks it and asks for it anew."""
    return row_of(Claim, key=line["claim"])


def fields_of(line: Line, *names: str) -> Line:
    """Fields of a line, with natural keys resolved."""
    catalogue: dict[str, Any] = {
        "outlet": Outlet,
        "owner": Outlet,
        "origin": Origin,
        "upstream": Origin,
        "subject": Subject,
    }
    return {n: row_of(catalogue[n], key=line[n]) if n in catalogue else line[n] for n in names if n in line}


def words_of(line: Line) -> list[str]:
    """The words of a name as they may stand here: those that a line tells as redacted are blank, or will be."""
    return [line["text"], ""] if line["text"] == REDACTED else [line["text"]]


def editor_of(username: str | None) -> User | None:
    if not username:
        return None
    try:
        return row_of(User, username=username)
    except User.DoesNotExist:
        raise ValidationError(f"there is no editor {username}") from None


def changed() -> None:
    """What was remembered may be old now."""
    _rows.get({}).clear()
