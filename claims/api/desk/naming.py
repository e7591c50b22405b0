"""Between what a program names by keys and what a proposal keeps by ids: in one place, both ways."""

from typing import Any

from django.db import models

from sources.models import Origin, Outlet, Passage

from ...models import Claim, Subject

# By which name a stored body holds the id of what.
IDS: dict[str, Any] = {
    "passage": Passage,
    "other": Claim,
    "subject": Subject,
    "outlet": Outlet,
    "owner": Outlet,
    "origin": Origin,
    "upstream": Origin,
}
NOT_TOLD = {"other_seen", "number"}  # what a proposal notes by itself


def as_stored(data: dict[str, Any]) -> dict[str, Any]:
    """A validated body as verbs and proposals take it: ids of things, and plain values."""
    absent = {"passage_id", "subject_id"}  # a verb does without, where a body does
    return {name: value for name, value in _plain(data).items() if value is not None or name not in absent}


def _plain(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {(f"{n}_id" if n in IDS else n): _plain(v, n) for n, v in value.items()}
    if isinstance(value, list):
        return [_plain(v, name) for v in value]
    if isinstance(value, models.Model):
        return value.pk if name in IDS else value.key  # type: ignore[attr-defined]
    return value


def as_named(value: Any) -> Any:
    """A stored body as a program would send it."""
    if isinstance(value, list):
        return [as_named(v) for v in value]
    if not isinstance(value, dict):
        return value
    named = {}
    for name, inner in value.items():
        thing = name.removesuffix("_id")
        if name.endswith("_id") and thing in IDS:
            named[thing] = _name_of(IDS[thing], inner)
        elif name not in NOT_TOLD:
            named[name] = as_named(inner)
    return named


def _name_of(model: Any, pk: Any) -> str | None:
    joined = ("capture__source",) if model is Passage else ()
    found = model._default_manager.select_related(*joined).filter(pk=pk or 0).first()
    return (found.ref if model is Passage else found.key) if found else None
