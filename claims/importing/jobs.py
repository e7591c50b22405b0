"""An import, step by step: the file is brought, its columns are named, a plan is made, and that very plan is carried out.

A batch of rows stands or falls together, and what became of each row is written with it: an import that is killed goes on
where it stopped, and nothing is done twice.
"""

import hashlib
import json
import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from sources.decoding import Unreadable
from sources.desk import in_words
from sources.fetching import fetch, too_large
from sources.models import Change, Clock, Verb, Via
from sources.recording import in_turn, may, refuse_unless_may, through
from sources.tabulating import read_table

from ..formats.cells import as_meant
from ..formats.tables import TOO_LONG, are_ours
from ..models.finding import kept_later
from ..models.importing import LEASE, Action, Import, ImportRow, Step
from . import lines
from .columns import DEFAULTS, refuse_unclear, remember, remembered
from .rows import Became, carry_out, identity_of, refuse_public, sentences, values_of

log = logging.getLogger(__name__)
BATCH = 25  # rows that stand or fall together, while whoever else writes waits
STORED = 500  # rows that are written at once
AT_ONCE, AS_WORKER = 2.0, 20.0  # seconds of work at one import between two looks at what else waits
STALE = "The record has moved on since the plan was made. Bring the file again to see what it would do now"
GONE = "Whoever brought it may record no more"


class Undone(Exception):
    """A rehearsal is over."""


def bring(raw: bytes, name: str, *, by, charset: str = "") -> Import:
    """Reads a file; its columns are what files with such headers were last taken for."""
    refuse_unless_may(by, "record")
    if len(raw) > settings.FACTDESK_MAX_BYTES:
        raise ValidationError(too_large(len(raw)))
    limits = {"seconds": settings.FACTDESK_PARSE_SECONDS * 3, "memory": settings.FACTDESK_PARSE_MB << 20}
    found = read_table(raw, name=name, charset=charset, root=str(settings.ROOT), **limits)
    return keep(found, raw, name, by=by)


@transaction.atomic
def keep(found: Iterator[dict[str, Any]], raw: bytes, name: str, *, by) -> Import:
    """Keeps what was read of a file, all of it or nothing."""
    try:
        about = next(found)
        brought = Import(name=name[:1000], sha256=hashlib.sha256(raw).hexdigest(), by=by)
        brought.kind, brought.headers, brought.said = about["kind"], about["headers"], about["said"]
        brought.columns, brought.defaults = remembered(brought.headers, brought.kind)
        if brought.kind == "interchange":
            brought.step, brought.columns, brought.defaults = Step.PLANNING, [], dict(DEFAULTS)
        brought.save()
        brought.total = _store(brought, found)
    except Unreadable as error:
        raise ValidationError(str(error)) from error
    if not brought.total:
        raise ValidationError("There are no rows under the headers")
    brought.save(update_fields=["total"])
    return brought


def bring_address(url: str, *, by) -> Import:
    """Reads what stands at an address."""
    refuse_unless_may(by, "record")
    answer = fetch(url)
    if answer.status != 200:
        raise ValidationError(f"The address answered {answer.status}. Save the file, and upload it")
    return bring(answer.raw, url, by=by, charset=answer.charset)


def _store(brought: Import, found: Iterator[dict[str, Any]]) -> int:
    ours = brought.kind == "csv" and are_ours(brought.headers)
    total, some = 0, []
    for row in found:
        cells = [as_meant(c) for c in row["cells"]] if ours else row["cells"]
        some.append(ImportRow(brought=brought, number=row["number"], cells=cells, wrong=row["wrong"]))
        total += 1
        if len(some) == STORED:
            ImportRow.objects.bulk_create(some)
            some = []
    ImportRow.objects.bulk_create(some)
    return total


@transaction.atomic
def map_columns(brought: Import, columns: list[str], defaults: dict[str, Any], *, by) -> None:
    """Says what each column is; a plan is made of it, anew where there was one."""
    brought = _of(brought, by)
    if brought.step not in {Step.COLUMNS, Step.PLANNED} or brought.kind == "interchange":
        raise ValidationError("Its columns cannot be changed any more. Bring the file again")
    refuse_unclear(brought.headers, columns)
    remember(brought.headers, brought.kind, columns, defaults)
    brought.rows.update(action="", identity="", differences=[], said=[], claim=None)
    brought.columns, brought.defaults = columns, DEFAULTS | defaults
    brought.step, brought.done, brought.total, brought.plan = Step.PLANNING, 0, brought.rows.count(), ""
    brought.next_at = timezone.now()
    brought.save()


@transaction.atomic
def confirm(brought: Import, plan: str, *, by) -> None:
    """The plan that the editor saw is to be carried out, and no other one."""
    brought = _of(brought, by)
    if brought.step != Step.PLANNED or brought.plan != plan:
        raise ValidationError("This is not the plan that you read. Read what it is now, then carry it out")
    brought.step, brought.started_at, brought.next_at = Step.RUNNING, timezone.now(), timezone.now()
    brought.done, brought.total = 0, _to_do(brought).count()
    brought.save()


@transaction.atomic
def drop(brought: Import, *, by) -> None:
    brought = _of(brought, by)
    if brought.step in {Step.DONE, Step.DROPPED}:
        raise ValidationError("It is over already")
    brought.step, brought.ended_at = Step.DROPPED, timezone.now()
    brought.save()


def carry_on(brought: Import, seconds: float = AT_ONCE) -> bool:
    """Works at an import for a while, if nobody else does; whether there was anything to do."""
    ends = time.monotonic() + seconds
    if not (brought.is_free and brought.take(LEASE)):
        return False
    try:
        while step(brought) and time.monotonic() < ends:
            if not brought.take(LEASE):
                return True
    finally:
        brought.let_go()
        brought.refresh_from_db()
    return True


def carry_on_as_worker() -> Iterator[Import]:
    """Works at every import that waits, a while at each."""
    Import.objects.forget()
    for brought in list(Import.objects.due()):
        Import.objects.filter(pk=brought.pk).update(worker_at=timezone.now())
        if carry_on(brought, AS_WORKER):
            yield brought


def step(brought: Import) -> bool:
    """One batch; whether more is to be done."""
    brought.refresh_from_db(fields=["step", "done"])
    if brought.is_at_work and not may(brought.by, "record"):
        Import.objects.filter(pk=brought.pk).update(
            step=Step.DROPPED, ended_at=timezone.now(), said=[*brought.said, GONE]
        )
        return False
    if brought.step == Step.PLANNING:
        return _plan(brought)
    return _run(brought) if brought.step == Step.RUNNING else False


def _of(brought: Import, by) -> Import:
    """The import under its lock, for the editor in whose name it is."""
    refuse_unless_may(by, "record")
    brought = _locked(brought)
    if brought.by != by:
        raise PermissionDenied("What is brought is in the name of who brought it. Bring the file yourself.")
    return brought


def _locked(brought: Import) -> Import:
    return Import.objects.select_for_update(of=("self",)).select_related("by").get(pk=brought.pk)


def _to_do(brought: Import):
    return brought.rows.filter(done=False, action__in=[Action.CREATE, Action.UPDATE]).order_by("number")


# -- the plan: every row is carried out, and all of it undone


def _plan(brought: Import) -> bool:
    brought.made_on = Clock.objects.values_list("number", flat=True).first() or 0
    if brought.done == 0:
        Import.objects.filter(pk=brought.pk).update(made_on=brought.made_on)
    waiting = brought.rows.filter(action="").order_by("number")
    # Lines of the interchange format build on one another: they are rehearsed together.
    rows = list(waiting if brought.kind == "interchange" else waiting[:BATCH])
    if not rows:
        return _is_planned(brought)
    with suppress(Undone), transaction.atomic(), kept_later():
        _rehearse(brought, rows)
        raise Undone
    with transaction.atomic():
        in_turn()
        if Change.objects.filter(verb=Verb.REDACT, id__gt=brought.made_on).exists():
            return True  # it may tell words that went meanwhile: these rows are rehearsed anew
        # What columns it was made of may have changed meanwhile: then it is no plan.
        if _locked(brought).step == Step.PLANNING:
            ImportRow.objects.bulk_update(
                rows, ["action", "identity", "differences", "said", "claim"], batch_size=STORED
            )
            Import.objects.filter(pk=brought.pk).update(done=F("done") + len(rows))
    return True


def _rehearse(brought: Import, rows: list[ImportRow]) -> None:
    for row in rows:
        row.identity = "" if brought.kind == "interchange" else identity_of(values_of(row.cells, brought.columns))
    earlier = _earlier(brought, rows)
    for row in rows:
        for before in earlier.pop(row.identity, []):
            _try(brought, before)  # what the same file says of the same claim further up
        became = _try(brought, row)
        row.action, row.differences, row.said = became.action, became.differences, became.said
        # One that was made in the rehearsal is gone after it.
        row.claim = became.claim if became.claim and became.claim.since_id <= brought.made_on else None


def _earlier(brought: Import, rows: list[ImportRow]) -> dict[str, list[ImportRow]]:
    identities = {row.identity for row in rows} - {""}
    before = brought.rows.filter(identity__in=identities, action__in=[Action.CREATE, Action.UPDATE])
    found: dict[str, list[ImportRow]] = {}
    for row in before.filter(number__lt=rows[0].number).order_by("number"):
        found.setdefault(row.identity, []).append(row)
    return found


def _is_planned(brought: Import) -> bool:
    told = hashlib.sha256()
    for row in brought.rows.order_by("number").values_list("number", "action", "differences", "cells").iterator():
        told.update(json.dumps(row).encode())
    planning = Import.objects.filter(pk=brought.pk, step=Step.PLANNING)
    planning.update(step=Step.PLANNED, plan=told.hexdigest())
    return False


# -- carrying it out


def _run(brought: Import) -> bool:
    with transaction.atomic(), kept_later():
        in_turn()
        if _locked(brought).step != Step.RUNNING:
            return False
        rows = list(_to_do(brought)[:BATCH])
        for row in rows:
            became = _try(brought, row, as_planned=True)
            row.done, row.came_to, row.claim = True, became.action, became.claim or row.claim
            if became.action == Action.REFUSED:
                row.said = became.said
        ImportRow.objects.bulk_update(rows, ["done", "came_to", "claim", "said"])
        if rows:
            Import.objects.filter(pk=brought.pk).update(done=F("done") + len(rows))
            return True
        Import.objects.filter(pk=brought.pk).update(step=Step.DONE, ended_at=timezone.now())
    return False


def _try(brought: Import, row: ImportRow, *, as_planned: bool = False) -> Became:
    """What a row comes to; where it is refused, nothing of it stays. `as_planned`: it does what the plan says, or nothing."""
    try:
        with transaction.atomic(), through(Via.IMPORT):
            before = Clock.objects.values_list("number", flat=True).first() or 0
            became = _act(brought, row)
            refuse_public(before)
            if as_planned and (became.action, became.differences) != (row.action, row.differences):
                raise ValidationError(STALE)
            return became
    except ValidationError as refusal:
        return Became(Action.REFUSED, said=sentences(refusal))
    except (PermissionDenied, ValueError) as refusal:
        return Became(Action.REFUSED, said=[str(refusal)])
    except IntegrityError as error:
        return Became(Action.REFUSED, said=in_words(error).messages)
    except DataError as error:
        return Became(Action.REFUSED, said=[f"The database does not keep it: {str(error).splitlines()[0]}"])


def _act(brought: Import, row: ImportRow) -> Became:
    wrong = {int(at): sentence for at, sentence in row.wrong.items()}
    taken = [at for at in sorted(wrong) if at >= len(brought.columns) or brought.columns[at]]
    if taken:
        raise ValidationError([f"{_named(brought, at)}{wrong[at]}" for at in taken])
    if brought.kind == "interchange":
        return lines.carry_out(row.cells[0], by=brought.by)
    values = values_of(row.cells, brought.columns)
    if left_out := [name for name, said in values.items() if said == TOO_LONG]:
        raise ValidationError(f"{left_out[0]}: its text is longer than a cell of a spreadsheet. Bring the CSV")
    if not values:
        return Became(Action.SKIP, said=["There is nothing in it that is taken"])
    return carry_out(values, brought.defaults, by=brought.by)


def _named(brought: Import, at: int) -> str:
    return f"{brought.headers[at]}: " if at < len(brought.headers) else ""
