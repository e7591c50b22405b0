"""Loading a file, a batch of lines at a time: what is there already is compared, and what is new is replayed."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from sources.models import Capture, Change, Origin, Outlet, Region, Source, Via
from sources.recording import through

from ..models import Appearance, Assessment, Claim, Subject, Wording
from ..models.finding import kept_later
from .dumping import ACT, FORMAT, Line, empty, told
from .finding import FINDERS
from .naming import changed, editor_of, remembering
from .replaying import READERS

BATCH = 500
REFUSALS = (
    ObjectDoesNotExist,
    MultipleObjectsReturned,
    PermissionDenied,
    DatabaseError,
    ArithmeticError,
    TypeError,
    ValueError,
    AttributeError,
)


class BadLine(Exception):
    """A line that cannot be loaded: its number and the reason."""

    def __init__(self, number: int, reason: str):
        super().__init__(f"Line {number}: {reason}")


@dataclass
class Result:
    """What a load did, or would do."""

    created: dict[str, int] = field(default_factory=dict)
    unchanged: int = 0
    lines: int = 0

    @property
    def total(self) -> int:
        return sum(self.created.values())


def load(
    lines: Iterable[str],
    *,
    dry_run: bool = False,
    batch: int = BATCH,
    progress: Callable[[int], object] = lambda n: None,
) -> Result:
    """Replays lines, a batch at a time: a bad line undoes its batch and is named.

    An empty desk keeps the moments of the file. A desk with a history of its own keeps them as `decided_on`.
    """
    result = Result()
    restoring = not Change.objects.exists()
    if dry_run:
        with transaction.atomic():
            _load_batch(enumerate(lines, 1), result, restoring, progress)
            transaction.set_rollback(True)
        return result
    numbered = enumerate(lines, 1)
    batches = 0
    while piece := [pair for _, pair in zip(range(batch), numbered, strict=False)]:
        with transaction.atomic():
            _load_batch(piece, result, restoring, progress)
        batches += 1
        if batches & (batches - 1) == 0:  # the 1st, 2nd, 4th, 8th …
            _learn_sizes()
    return result


def _learn_sizes() -> None:
    """A planner that still believes the tables empty would join them row by row."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _load_batch(numbered, result: Result, restoring: bool, progress) -> None:
    with kept_later(), remembering():
        _load_lines(numbered, result, restoring, progress)


def _load_lines(numbered, result: Result, restoring: bool, progress) -> None:
    for number, text in numbered:
        try:
            line = json.loads(text)
            created = load_line(line, restoring)
        except json.JSONDecodeError as error:
            raise BadLine(number, f"this is not JSON ({error.msg} at column {error.colno})") from error
        except ValidationError as error:
            raise BadLine(number, " ".join(error.messages)) from error
        except KeyError as error:
            raise BadLine(number, f"{error.args[0]!r} is missing or unknown") from error
        except RecursionError as error:
            raise BadLine(number, "it is nested too deep") from error
        except REFUSALS as error:
            raise BadLine(number, str(error)) from error
        result.lines += 1
        if created:
            result.created[line["type"]] = result.created.get(line["type"], 0) + 1
        elif line["type"] != "desk":
            result.unchanged += 1
        progress(number)


def load_line(line: Line, restoring: bool) -> bool:
    """Whether the line brought something new."""
    kind = line["type"]
    if kind == "desk":
        if line != FORMAT:
            raise ValidationError(f"this desk reads {FORMAT['format']} version {FORMAT['version']}")
        return False
    if kind == "editor":
        return _load_editor(line)
    if kind not in READERS:
        raise ValidationError(f"{kind!r} is not a type of this format")
    there = FINDERS[kind](line)
    if there is not None:
        _refuse_other(line, told(there))
        return False
    by, approver = editor_of(line.get("by")), editor_of(line.get("approved_by"))
    moment = datetime.fromisoformat(line["at"]) if line.get("at") else None
    decided = line.get("decided_on", "") or ("" if restoring or not moment else moment.date().isoformat())
    approved = line.get("approval", "")
    approval = approved if restoring or approved == "override" else ""
    note = line.get("note", "") if approval else ""
    with through(
        Via.IMPORT if by else Via.WORKER,
        at=moment if restoring else None,
        decided_on=decided,
        approval=approval,
        note=note,
    ):
        READERS[kind](line, {"by": by, "approved_by": approver})
    if line.get("verb") == "edit" or kind == "redact":
        changed()
    _refuse_other(line, told(Change.objects.latest("id")), "would be kept")
    return True


def _refuse_other(line: Line, there: Line, how: str = "is there already,") -> None:
    """What stands must be what the line says; its act may be this desk's own."""
    model: Any = MODELS.get(line["type"])
    for name in sorted((line.keys() | there.keys()) - set(ACT)):
        said, stands = line.get(name), there.get(name)
        if name not in line and model and name in {f.name for f in model._meta.fields}:
            said = model._meta.get_field(name).get_default()
        if said != stands and not (empty(said) and empty(stands)):
            raise ValidationError(f"this {line['type']} {how} with another {name}")


def _load_editor(line: Line) -> bool:
    user, created = User.objects.get_or_create(
        username=line["username"], defaults={"is_active": False, "is_staff": True}
    )
    if created:
        # An operator gives a loaded editor a password and lets them in; until then the name only signs its acts.
        user.set_unusable_password()
        user.first_name, _, user.last_name = line.get("name", "").partition(" ")
        user.save()
        if line.get("role"):
            user.groups.add(Group.objects.get(name=line["role"]))
    return created


# Whose defaults a line may leave out.
MODELS = {
    "outlet": Outlet,
    "origin": Origin,
    "source": Source,
    "subject": Subject,
    "capture": Capture,
    "region": Region,
    "claim": Claim,
    "wording": Wording,
    "appearance": Appearance,
    "assessment": Assessment,
}
