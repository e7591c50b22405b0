"""Writing to the ledger: every verb takes one numbered change from the clock and hangs its rows on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from .dates import validate_edtf
from .models.record import Approval, Change, Clock, Turn, Via
from .moments import asked_for

EDITION = timedelta(seconds=2)  # between two, so that each may be dated a second later on the day after
OWN_REVIEW = "You proposed this, so another editor must approve it"


@dataclass(frozen=True)
class Door:
    """By which door an act comes in.

    `settled`: it was decided before and is only carried out, whoever may still decide. `bounds`: an account that acts
    through a token, and the acts to which its scopes reach; in `asked` those are noted that what it does asked of it.
    The rest is an import's: when another desk recorded the act and decided it, and, where an empty desk is restored from
    a dump, which approval it had and the note it carried. `rehearsed`: it is tried and undone.
    """

    via: str = Via.COMMAND
    settled: bool = False
    rehearsed: bool = False
    at: datetime | None = None
    decided_on: str = ""
    approval: str = ""
    note: str = ""
    bounds: tuple[int, frozenset[str]] | None = None
    asked: set[str] | None = None


_door: ContextVar[Door] = ContextVar("door", default=Door())


@contextmanager
def through(via: str, **more) -> Iterator[None]:
    """Acts inside come through this door."""
    token = _door.set(Door(via, **more))
    try:
        yield
    finally:
        _door.reset(token)


@contextmanager
def rehearsing() -> Iterator[None]:
    """Acts inside are tried and undone. Everything may refuse them but the want of a second editor."""
    token = _door.set(replace(_door.get(), approval=Approval.ALONE, rehearsed=True))
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        _door.reset(token)


def is_import() -> bool:
    """Whether what happens now happened before, on another desk."""
    return _door.get().via == Via.IMPORT


def is_rehearsal() -> bool:
    """Whether what happens now will be undone: what follows from an act, and cannot refuse it, need not be done."""
    return _door.get().rehearsed


def may(user, act: str) -> bool:
    """Whether the user's role allows an act: record, propose, approve, override, release or manage.

    Who comes with a token needs its scope too.
    """
    return user is not None and user.is_active and user.has_perm(f"claims.{act}") and not _out_of_bounds(user, act)


def _out_of_bounds(user, act: str) -> bool:
    bounds = _door.get().bounds
    return bounds is not None and user.pk == bounds[0] and act not in bounds[1]


def in_turn() -> Clock:
    """Whoever records waits here for whoever does now, before they look at anything.

    What they then find is still so when their act is on the record; and as nothing is locked before the clock, no two
    ever wait for each other.
    """
    return Clock.objects.select_for_update().get_or_create(id=1)[0]


def acts_alone(user, *, sensitive=False) -> bool:
    """Whether this desk leaves to one editor what others leave to two, and the user is one."""
    asked = settings.FACTDESK_TWO_PEOPLE
    return (asked == "nothing" or (asked == "sensitive" and not sensitive)) and may(user, "approve")


def refuse_unless_may(user, act: str) -> None:
    # An operator who loads a file answers for the names in it: the editors it names need not be active here.
    door = _door.get()
    if door.via == Via.IMPORT or door.settled or (user is None and door.via == Via.WORKER):
        return
    if user is not None and _out_of_bounds(user, act):
        raise PermissionDenied(f"This token cannot {act}. Make one whose scopes reach so far.")
    if not may(user, act):
        raise PermissionDenied(f"Your account cannot {act}. Ask an administrator for a role that can.")
    # Only what it may: what was tried, refused and proposed instead asked for no more than the proposal did.
    if door.asked is not None and door.bounds is not None and user is not None and user.pk == door.bounds[0]:
        door.asked.add(act)


def refuse_unsaid(because: str, sentence: str) -> None:
    """A reason of blanks is none."""
    if not because.strip():
        raise ValidationError({"because": sentence})


def to_end(rows, because: str, refusal: dict[str, str], **which) -> Any:
    """The row that stands and was said in error; it ends with a reason."""
    ended = rows.live().filter(**which).first()
    if ended is None:
        raise ValidationError(refusal)
    refuse_unsaid(because, "Say why it does not stand")
    return ended


def refuse_stale(thing, seen) -> None:
    """No act from a stale page: what its editor saw of a thing is how it still stands."""
    if seen is not None and seen != thing.seen:
        raise ValidationError(
            f"{thing.key} has moved on while you were writing. Your text is below; read what stands now, then decide",
            code="stale",
        )


def approval_of(
    by, approved_by, *, needed: bool, sensitive: bool = False, override: str = ""
) -> tuple[str, User | None]:
    """Which door of rule 5 an act takes: a second editor, a desk of one, or an override with a reason; else it is refused."""
    if approved_by is not None and approved_by != by:
        refuse_unless_may(approved_by, "approve")
        return Approval.SECOND, approved_by
    if not needed:
        return Approval.NONE, None
    if _door.get().approval in {Approval.ALONE, Approval.OVERRIDE}:
        return _door.get().approval, None
    if override:
        refuse_unless_may(by, "override")
        return Approval.OVERRIDE, None
    asked = settings.FACTDESK_TWO_PEOPLE
    if asked == "nothing" or (asked == "sensitive" and not sensitive):
        refuse_unless_may(by, "approve")
        return Approval.ALONE, None
    raise ValidationError(OWN_REVIEW, code="own_review")


@transaction.atomic
def record(
    verb,
    kind: str,
    key: str,
    *,
    by,
    approved_by=None,
    public: bool = False,
    shows: bool | None = None,
    decides: bool = False,
    sensitive: bool = False,
    override: str = "",
    note: str = "",
    before: models.Model | None = None,
    left: str = "",
    parts: int = 0,
) -> Change:
    """The next change. `public`: a reader can see it. `decides`: it needs two people even unseen.

    `shows`: a public page says something else from now on; where nothing is said, one does if the change is public.
    """
    if asked_for() is not None:
        raise RuntimeError("Nothing is recorded in the past")
    approval, approver = approval_of(by, approved_by, needed=public or decides, sensitive=sensitive, override=override)
    clock, door = in_turn(), _door.get()
    validate_edtf(door.decided_on)
    for words in (key, note, override):
        if "\0" in words:
            raise ValidationError("There is a null character in it, which no database keeps")
    clock.recorded_at = _moment(clock, door)
    clock.number += 1
    clock.public_number += public
    change = Change.objects.create(
        id=clock.number,
        public_number=clock.public_number if public else None,
        recorded_at=clock.recorded_at,
        decided_on=door.decided_on,
        verb=verb,
        kind=kind,
        key=key,
        by=by,
        via=door.via,
        approval=approval,
        approved_by=approver,
        note=door.note or "\n".join(filter(None, [note, override])),
        before=_as_it_was(before) if before is not None else None,
        left=left,
        parts=parts,
    )
    if public if shows is None else shows:
        _turn(clock, kind, key, change)
    clock.save()
    return change


@transaction.atomic
def turn_the_page(build: str | None = None, *, of: Any = None) -> None:
    """Public pages say something else from now on, though no change says so. `build`: another program serves them.

    `of`: the claim that is told otherwise, where programs that follow the desk must ask for it anew.
    """
    clock = in_turn()
    if build is None or build != clock.build:
        clock.build = clock.build if build is None else build
        _turn(clock, *((of._meta.model_name, of.key) if of is not None else ()))
        clock.save()


def _turn(clock: Clock, kind: str = "", key: str = "", change: Change | None = None) -> None:
    """The next edition; programs are told of the thing that it is about."""
    clock.edition += 1
    if key:
        Turn.objects.create(number=clock.edition, change=change, kind=kind, key=key)
    # Of a transaction readers see the last edition alone: it takes one second, and a file of a thousand changes no hour.
    if not any(callback is _commit for _, callback, *_ in connection.run_on_commit):
        now = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
        clock.edition_at = max(now, clock.edition_at + EDITION) if clock.edition_at else now
        transaction.on_commit(_commit)


def _commit() -> None:
    """Stands among what waits for a commit, to say that this transaction has its second."""


def _moment(clock: Clock, door: Door) -> datetime:
    """The clock's next moment: strictly later than the last, from the database's host, or a loaded file's own."""
    if door.at is not None:
        if door.at.tzinfo is None:
            raise ValidationError(f"{door.at.isoformat()} says no time zone")
        if door.at > datetime.now(UTC):
            raise ValidationError(f"{door.at.isoformat()} has not come yet")
        if clock.recorded_at and door.at <= clock.recorded_at:
            raise ValidationError(f"{door.at.isoformat()} is not later than the change before it")
        return door.at
    now = datetime.now(UTC)
    if clock.recorded_at:
        now = max(now, clock.recorded_at + timedelta(microseconds=1))
    return now


def _as_it_was(row: models.Model) -> dict:
    """A mutable row's whole earlier self."""
    stored = type(row)._base_manager.get(pk=row.pk)
    return {f.attname: _plain(f.value_from_object(stored)) for f in stored._meta.concrete_fields}


def _plain(value):
    return value if value is None or isinstance(value, bool | int | str) else DjangoJSONEncoder().default(value)
