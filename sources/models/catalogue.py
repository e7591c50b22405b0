from typing import Any

from django.db import models, transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from ..keeping import Kept
from ..moments import asked_for
from ..recording import in_turn, record, refuse_stale, refuse_unless_may
from .record import Change, Row, Verb, seal_of
from .showing import InPublic


def said(kind: str, column: str, at: str = "") -> Any:
    """A column of the catalogue as it stood at the moment that is asked for; `at`: the path to the row."""
    number = asked_for()
    if number is None:
        return F(at + column)
    edits = Change.objects.filter(kind=kind, key=OuterRef(at + "key"), id__gt=number, before__isnull=False)
    earlier = edits.order_by("id").annotate(earlier=KeyTextTransform(column, "before")).values("earlier")
    return Coalesce(Subquery(earlier[:1]), F(at + column), output_field=models.TextField())


class CatalogueQuerySet(models.QuerySet):
    @transaction.atomic
    def add(self, *, by, parts=0, **fields):
        """A new row of the catalogue, and how many rows of its own come with it."""
        refuse_unless_may(by, "record")
        row: Any = self.model(**fields)
        row.settle()
        row.since = record(Verb.ADD, self.model.__name__.lower(), row.key, by=by, left=row.as_left(), parts=parts)
        row.save(force_insert=True)
        return row


class CatalogueRow(InPublic, Row):
    """A row that may be edited, by a verb that leaves its whole earlier self in the ledger."""

    key: models.SlugField

    objects = CatalogueQuerySet.as_manager()

    kept = Kept(mutable=True, edited=True, free=("public_since_id",))

    class Meta:
        abstract = True

    @property
    def seen(self) -> int:
        """What an editor who looks at this row now has seen: the number of the last change that made it what it is."""
        return Change.objects.about(type(self).__name__.lower(), self.key).of_the_row().latest("id").pk

    def _lock(self) -> None:
        in_turn()
        # What this object remembers may be old: the row under its lock decides, and is what is saved.
        self.refresh_from_db(from_queryset=type(self)._base_manager.select_for_update())

    @transaction.atomic
    def edit(self, *, by, approved_by=None, override="", note="", seen=None, **fields):
        """Changes the row; its whole earlier self stays in the ledger. `seen`: what the editor had before them."""
        refuse_unless_may(by, "record")
        self._lock()
        refuse_stale(self, seen)
        was_shown, was_for_readers = self.is_shown, self.is_for_readers
        for name, value in fields.items():
            setattr(self, name, value)
        self.settle()
        record(
            Verb.EDIT,
            type(self).__name__.lower(),
            self.key,
            by=by,
            approved_by=approved_by,
            public=was_shown or self.is_shown,
            decides=was_for_readers or self.is_for_readers,
            override=override,
            note=note,
            before=self,
            left=self.as_left(),
        )
        self.save()
        return self

    def as_left(self) -> str:
        """A seal of the row, but for what other changes set; the ledger keeps it, so that no other hand alters the row."""
        others = {"id", "since_id", "retracted_id", *type(self).kept.free}
        said = {f.attname: f.value_to_string(self) for f in self._meta.concrete_fields if f.attname not in others}
        return seal_of("", said)
