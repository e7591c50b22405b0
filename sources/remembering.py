"""Rows of the catalogue as they stood at the moment that is asked for: their earlier selves lie in the ledger."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Min

from .models import Change, Origin, Outlet
from .models.catalogue import CatalogueRow
from .moments import asked_for

KEPT = {"id", "key", "since_id", "public_since_id", "confidential", "rights", "private_person"}
NAMED = {"outlet": Outlet, "origin": Origin}  # other rows of the catalogue that a row may name


def number_at(moment: datetime) -> int:
    """The last change that had been recorded at a moment; 0 before the first."""
    return Change.objects.filter(recorded_at__lte=moment).order_by("-id").values_list("id", flat=True).first() or 0


def take_back(rows: Iterable[CatalogueRow]) -> None:
    """Gives rows the words that they had then. What may be shown of them is decided by what they are now."""
    by_key: dict[tuple[str, str], list[CatalogueRow]] = {}
    for row in rows:
        by_key.setdefault((type(row).__name__.lower(), row.key), []).append(row)
    kinds, keys = {kind for kind, _ in by_key}, {key for _, key in by_key}
    edits = Change.objects.filter(kind__in=kinds, key__in=keys, id__gt=asked_for(), before__isnull=False)
    first = edits.order_by().values("kind", "key").annotate(first=Min("id")).values("first")
    others: dict[str, list[tuple[int, Any]]] = {name: [] for name in NAMED}
    for change in Change.objects.filter(id__in=first):
        before: Any = change.before
        for row in by_key.get((change.kind, change.key), []):
            for name, waiting in others.items():
                if (then := before.get(f"{name}_id")) and then != getattr(row, f"{name}_id"):
                    waiting.append((then, row))
            for column, value in before.items():
                if column not in KEPT:
                    setattr(row, column, value)
    for name, waiting in others.items():
        if waiting:  # others than those of now, with other names
            earlier: Any = NAMED[name]._default_manager.in_bulk({pk for pk, _ in waiting})
            take_back(earlier.values())
            for pk, row in waiting:
                setattr(row, name, earlier[pk])
