"""Rows of the catalogue as they stood at a change: their earlier selves lie in the ledger."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Min

from .models import Change, Outlet
from .models.catalogue import CatalogueRow

KEPT = {"id", "key", "since_id", "public_since_id", "retracted_id", "confidential", "rights", "private_person"}


def number_at(moment: datetime) -> int:
    """The last change that had been recorded at a moment; 0 before the first."""
    return Change.objects.filter(recorded_at__lte=moment).order_by("-id").values_list("id", flat=True).first() or 0


def take_back(rows: Iterable[CatalogueRow], number: int) -> None:
    """Gives rows the words that they had then. What may be shown of them is decided by what they are now."""
    by_key: dict[tuple[str, str], list[CatalogueRow]] = {}
    for row in rows:
        by_key.setdefault((type(row).__name__.lower(), row.key), []).append(row)
    kinds, keys = {kind for kind, _ in by_key}, {key for _, key in by_key}
    edits = Change.objects.filter(kind__in=kinds, key__in=keys, id__gt=number, before__isnull=False)
    first = edits.order_by().values("kind", "key").annotate(first=Min("id")).values("first")
    outlets: dict[int, list[Any]] = {}
    for change in Change.objects.filter(id__in=first):
        before: Any = change.before
        then = {name: value for name, value in before.items() if name not in KEPT}
        for row in by_key.get((change.kind, change.key), []):
            for name, value in then.items():
                setattr(row, name, value)
            if then.get("outlet_id"):
                outlets.setdefault(then["outlet_id"], []).append(row)
    if outlets:  # other outlets than those of now, with other names
        earlier = Outlet.objects.in_bulk(outlets)
        take_back(earlier.values(), number)
        for pk, rows_of_it in outlets.items():
            for row in rows_of_it:
                row.outlet = earlier[pk]
