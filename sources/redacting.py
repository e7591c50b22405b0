"""Redaction, the one exception to an add-only record: words go blank wherever they stand, their rows and seals stay.

What an editor names is found in every text that the database holds. A row of the record is blanked under a `Redaction`
that names it; in working rows the words alone are replaced; the files that hold them are removed.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import Q
from django.db.models.functions import Cast

from . import storing
from .models import Capture, Change, Incoming, Passage, Redaction
from .models.catalogue import CatalogueRow
from .models.record import REDACTED, Row, Sealed
from .models.texts import CONTEXT

SHORTEST = 3  # characters: fewer stand in half of all texts


@dataclass(frozen=True)
class Holder:
    """A row that holds the words, and in which of its columns."""

    row: Any
    columns: list[str]

    @property
    def must_be_edited(self) -> bool:
        """Whether an editor must write other words first: what a row of the catalogue says, it says now."""
        return isinstance(self.row, CatalogueRow)

    @property
    def kind(self) -> str:
        return str(self.row._meta.verbose_name)


def find(words: str) -> list[Holder]:
    """Every row of the record in which the words stand, letter for letter."""
    if len(words.strip()) < SHORTEST:
        raise ValidationError({"words": f"Enter at least {SHORTEST} characters, as they stand in the text"})
    found = [holder for model in _of_record() for holder in _holding(model, words)]
    there = {holder.row.pk for holder in found if isinstance(holder.row, Passage)}
    captures = [holder.row for holder in found if isinstance(holder.row, Capture)]
    return found + [h for capture in captures for h in _at_the_edge(capture, words) if h.row.pk not in there]


def _at_the_edge(capture: Capture, words: str) -> Iterator[Holder]:
    """Passages that hold a part of the words, or around which a part of them stands."""
    seen: set[int] = set()
    start = capture.text.find(words)
    while start >= 0:
        end = start + len(words)
        for passage in Passage.objects.overlapping(capture, start - CONTEXT, end + CONTEXT).exclude(pk__in=seen):
            inside = passage.start < end and passage.end > start
            seen.add(passage.pk)
            yield Holder(passage, ["exact", "prefix", "suffix"] if inside else ["prefix", "suffix"])
        start = capture.text.find(words, start + 1)


def _of_record() -> list[Any]:
    return [m for m in apps.get_models() if issubclass(m, Row | Change) and _texts(m)]


def _texts(model: Any) -> list[str]:
    """The columns of a model in which somebody's words may stand."""
    kept = model.kept
    if issubclass(model, CatalogueRow):
        return [
            f.name
            for f in model._meta.concrete_fields
            if type(f) in {models.CharField, models.TextField, models.URLField}
        ]
    return [*kept.personal, *(c for c, _ in kept.blanked if c != "left")]


def _holding(model: Any, words: str) -> list[Holder]:
    """The rows of a model that hold the words, each once."""
    found: dict[int, Holder] = {}
    for name in _texts(model):
        for row in _holding_in(model, name, words):
            found.setdefault(row.pk, Holder(row, [])).columns.append(name)
    return list(found.values())


def _holding_in(model: Any, name: str, words: str) -> Iterator[Any]:
    written = _as_written(model, name, words)
    held = model._base_manager.annotate(as_text=Cast(name, models.TextField()))
    for row in held.filter(as_text__contains=written).order_by("pk"):
        if written in row.as_text:  # SQLite's LIKE takes a small letter for a large one
            yield row


def _as_written(model: Any, name: str, words: str) -> str:
    """The words as the database writes them in a column: in JSON some letters are escaped."""
    if not isinstance(model._meta.get_field(name), models.JSONField):
        return words
    return json.dumps(words, ensure_ascii=connection.vendor == "sqlite")[1:-1]


@transaction.atomic
def blank(places: list[Holder], change: Change, because: str) -> None:
    """Blanks rows of the record under a change that redacts, and removes the files that held their words."""
    for found in places:
        row = found.row
        if found.must_be_edited:
            raise ValidationError(f"{row.key} has these words in it. Edit it first, then redact what it said before")
        blanked = _blanked(found)
        Redaction.objects.create(
            table_name=row._meta.db_table, row_id=row.pk, columns=sorted(blanked), reason=because, since=change
        )
        type(row)._base_manager.filter(pk=row.pk).update(**blanked)
        if isinstance(row, Change) and "before" in blanked:
            _unseal_before(row, change, because)
        if isinstance(row, Capture):
            row.source.traces.filter(mark__isnull=False).delete()  # a hash of a few words tells them to who guesses
            transaction.on_commit(partial(storing.forget, row.sha256))
        if isinstance(row, Passage) and "exact" in blanked:
            transaction.on_commit(partial(storing.forget, row.capture.sha256))
    if not places:
        return
    # Should it fail, the words are gone from every answer all the same, and the log tells the operator.
    transaction.on_commit(scrub, robust=True)


def _blanked(found: Holder) -> dict[str, Any]:
    """What becomes of a row's words: what is sealed together goes together."""
    kept = found.row.kept
    ends = {"note": REDACTED, "before": None} if isinstance(found.row, Change) else {}
    blanked: dict[str, Any] = {name: ends.get(name, "") for name, _ in kept.blanked if name in found.columns}
    if set(found.columns) & set(kept.personal):
        blanked |= dict.fromkeys(kept.personal, "") | ({"salt": ""} if hasattr(found.row, "salt") else {})
    return blanked


def _unseal_before(row: Change, change: Change, because: str) -> None:
    """The seal of the row as an earlier change left it is not salted: what it said could be guessed from it."""
    earlier = Change.objects.about(row.kind, row.key).filter(id__lt=row.pk).exclude(left="").last()
    if earlier:
        told = {"columns": ["left"], "reason": because}
        Redaction.objects.get_or_create(
            table_name=Change._meta.db_table, row_id=earlier.pk, since=change, defaults=told
        )
        Change.objects.filter(pk=earlier.pk).update(left="")


@transaction.atomic
def forget_in_papers(words: str) -> int:
    """Replaces the words in the desk's private papers: proposals, comments, reports of readers. How many held them.

    A document that waits to be confirmed goes as a whole.
    """
    gone = Incoming.objects.filter(text__contains=words).delete()[0]
    for model in apps.get_models():
        if model._meta.app_label in {"claims", "sources"}:
            gone += sum(_forget_in(model, field, words) for field in model._meta.concrete_fields if _is_free(field))
    return gone


def _is_free(field: models.Field) -> bool:
    """Whether somebody types into it what they like, and it is no part of the record."""
    kept = getattr(field.model, "kept", None)
    if kept is not None:
        return field.name in kept.private
    typed = isinstance(field, models.CharField | models.TextField | models.JSONField)
    return typed and not field.choices and not field.unique


def _forget_in(model: Any, field: models.Field, words: str) -> int:
    rows = list(_holding_in(model, field.name, words))
    for row in rows:
        model._default_manager.filter(pk=row.pk).update(**{field.name: _without(getattr(row, field.name), words)})
    return len(rows)


def _without(value: Any, words: str) -> Any:
    if isinstance(value, str):
        return value.replace(words, REDACTED)
    if isinstance(value, list):
        return [_without(v, words) for v in value]
    if isinstance(value, dict):
        return {k: _without(v, words) for k, v in value.items()}
    return value


class NotScrubbed(Exception):
    """The database still keeps rows as they were: somebody may read them, or the desk may not rewrite the table."""


def scrub(wait: float = 10) -> None:
    """Overwrites what the database keeps of rows as they were: free pages, dead rows, statistics, its log.

    Waits so many seconds for transactions that began before it, then raises `NotScrubbed` or `OperationalError`.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA secure_delete = ON")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            _outlive_transactions(cursor, wait)
            _rewrite_tables(cursor, wait)


# VACUUM keeps a dead row that a transaction of any database of the server, or a snapshot of this one, could have seen.
HELD = """
SELECT pg_snapshot_xmin(pg_current_snapshot()) < %(since)s::xid8 OR EXISTS (
    SELECT FROM (
        SELECT backend_xmin FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND coalesce(datname, current_database()) = current_database()
        UNION ALL SELECT xmin FROM pg_replication_slots
    ) AS snapshots (xmin) WHERE age(xmin) > age(%(since)s::xid8::xid)
)
"""


def _outlive_transactions(cursor: Any, wait: float) -> None:
    cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
    since, end = cursor.fetchone()[0], time.monotonic() + wait
    while _are_held(cursor, since):
        if time.monotonic() > end:
            raise NotScrubbed(
                "A transaction that began before the redaction is still open, and PostgreSQL keeps for it the rows as "
                "they were. End it (pg_stat_activity names it), then run: manage.py scrub"
            )
        time.sleep(0.05)


def _are_held(cursor: Any, since: str) -> bool:
    cursor.execute(HELD, {"since": since})
    return bool(cursor.fetchone()[0])


def _rewrite_tables(cursor: Any, wait: float) -> None:
    # None at all would be to wait for ever.
    cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{max(1, round(wait * 1000))}ms"])
    warnings: list[str] = []

    def note(told: Any) -> None:
        if told.severity_nonlocalized == "WARNING":
            warnings.append(told.message_primary)

    cursor.connection.add_notice_handler(note)
    try:
        for model in apps.get_models():
            if model._meta.app_label in {"claims", "sources"}:
                cursor.execute(f"VACUUM (FULL, ANALYZE) {connection.ops.quote_name(model._meta.db_table)}")
    finally:
        cursor.connection.remove_notice_handler(note)
        cursor.execute("RESET lock_timeout")
    if warnings:  # a table that another role owns is skipped, and nothing fails
        raise NotScrubbed(f"PostgreSQL left a table as it was: {warnings[0]}. Run manage.py scrub as the tables' owner")


def told_as_redacted() -> list[Holder]:
    """Rows whose words a loaded file tells as redacted, and which no redaction names yet."""
    found = []
    for model in _of_record():
        if issubclass(model, Sealed):
            told = Q()
            for name in model.kept.personal:
                told |= Q(**{name: REDACTED})
            found += [Holder(row, list(model.kept.personal)) for row in model._base_manager.filter(told)]
    return found
