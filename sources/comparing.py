"""Two people at once: what an editor saw of a thing, and how it stands now, side by side."""

from collections.abc import Iterable
from dataclasses import dataclass, field

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


def row_moved(row, seen: int, fields: Iterable[str]) -> Moved | None:
    """How a row of the catalogue has moved on since change `seen`; the ledger keeps what it was."""
    if seen == row.seen:
        return None
    kind = row._meta.verbose_name
    since = Change.objects.about(row._meta.model_name, row.key).of_the_row().filter(id__gt=seen)
    edit = since.filter(before__isnull=False).order_by("id").first()
    was = type(row)(**edit.before) if edit else row
    return Moved(
        title=f"This {kind} has moved on",
        acts=acts_in_words(since, {"add": "added it", "edit": f"edited this {kind}", "reword": "gave it another name"}),
        rows=what_differs(
            (str(row._meta.get_field(name).verbose_name).capitalize(), _said(was, name), _said(row, name))
            for name in fields
        ),
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
