"""Two people at once: what an editor saw of a thing, and how it stands now, side by side."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.text import capfirst

from .models import Change

ACTS = 20  # on one page, the newest


@dataclass(frozen=True)
class Moved:
    """What others did to a thing while an editor was writing, and what differs since."""

    title: str
    acts: list[tuple[Change, str]]
    rows: list[tuple[str, str, str]] = field(default_factory=list)
    before: str = "As you saw it"


def acts_in_words(changes, words: dict[str, str]) -> list[tuple[Change, str]]:
    """Changes, oldest first, each with what its editor did."""
    newest = changes.select_related("by", "approved_by").order_by("-id")[:ACTS]
    return [(change, words[change.verb]) for change in reversed(newest)]


def what_differs(rows: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return [(name, was, now) for name, was, now in rows if was != now]


def row_moved(row, seen: int, fields: Iterable[str], *, before="As you saw it") -> Moved | None:
    """How a row of the catalogue has moved on since change `seen`; the ledger keeps what it was."""
    if seen == row.seen:
        return None
    kind = row._meta.verbose_name
    since = Change.objects.about(row._meta.model_name, row.key).of_the_row().filter(id__gt=seen)
    edit = since.filter(before__isnull=False).order_by("id").first()
    was = type(row)(**edit.before) if edit else row
    words = {
        "add": "added it",
        "edit": f"edited this {kind}",
        "reword": "gave it another name",
        "close": "ended a name",
    }
    return Moved(
        title=f"This {kind} has moved on",
        acts=acts_in_words(since, words),
        rows=_beside(was, row, fields),
        before=before,
    )


def row_would(row, edit: dict[str, object]) -> list[tuple[str, str, str]]:
    """What differs of a row of the catalogue, as it stands and as an edit would leave it."""
    then = type(row)(**{f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields} | edit)
    return _beside(row, then, [f.name for f in row._meta.concrete_fields if f.attname in edit])


def _beside(was, now, fields: Iterable[str]) -> list[tuple[str, str, str]]:
    return what_differs(
        (capfirst(now._meta.get_field(name).verbose_name), _said(was, name), _said(now, name)) for name in fields
    )


def _said(row, name: str) -> str:
    """A column as editors read it."""
    column = row._meta.get_field(name)
    if column.choices:
        return str(getattr(row, f"get_{name}_display")())
    value = getattr(row, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
