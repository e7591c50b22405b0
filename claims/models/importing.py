"""Imports: what an editor brought in a file, what is to become of each of its rows, and what became of it.

Working papers: private, and no part of the record. Whatever an import does, it does through the verbs.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Q, When
from django.utils import timezone

from sources.models.errands import Leased

from .claims import Claim

LEASE = timedelta(minutes=2)  # for which one process has an import to itself; one that dies gives it back so
KEPT_FOR = timedelta(days=30)  # after which the rows are forgotten
SEEN_FOR = timedelta(minutes=2)  # a worker that came by so lately will come again


class Step(models.TextChoices):
    """Where an import is."""

    COLUMNS = "columns", "waits for its columns"
    PLANNING = "planning", "is being planned"
    PLANNED = "planned", "waits to be carried out"
    RUNNING = "running", "is being carried out"
    DONE = "done", "done"
    DROPPED = "dropped", "dropped"


class Action(models.TextChoices):
    """What is to become of a row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    SKIP = "skip"
    REFUSED = "refused"


class ImportQuerySet(models.QuerySet):
    def due(self):
        """Those with something to do and nobody at it, the longest waiting first."""
        return self.filter(step__in=[Step.PLANNING, Step.RUNNING], next_at__lte=timezone.now()).order_by(
            "next_at", "id"
        )

    def forget(self) -> None:
        """The rows of what was done or left a while ago are private, and do not stay."""
        ImportRow.objects.filter(
            brought__came_at__lt=timezone.now() - KEPT_FOR,
            brought__step__in=[Step.COLUMNS, Step.PLANNED, Step.DONE, Step.DROPPED],
        ).delete()


class Import(Leased):
    """One file, with the columns that its headers were taken for, and the plan that was made of it."""

    name = models.CharField(max_length=1000)
    sha256 = models.CharField(max_length=64, db_index=True)
    kind = models.CharField(max_length=12)
    said = models.JSONField(default=list, help_text="What is odd about the file.")
    headers = models.JSONField(default=list)
    columns = models.JSONField(default=list, help_text="Which field each header is taken for.")
    defaults = models.JSONField(default=dict, help_text="What holds where a row says nothing.")
    step = models.CharField(max_length=12, choices=Step.choices, default=Step.COLUMNS)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0, help_text="Rows of this step that are behind us.")
    plan = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the plan.")
    made_on = models.BigIntegerField(default=0, help_text="The change of the record on which the plan was made.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="imports")
    came_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(default=timezone.now, db_index=True)  # there is always a next time
    worker_at = models.DateTimeField(null=True, help_text="When a worker last came by.")

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(name="step_of_an_import_is_known", condition=Q(step__in=Step.values))]

    def __str__(self):
        return self.name

    @property
    def is_free(self) -> bool:
        """Whether nobody has it in hand."""
        return self.next_at <= timezone.now()

    def let_go(self) -> None:
        self.held().update(next_at=timezone.now())

    @property
    def is_at_work(self) -> bool:
        return self.step in {Step.PLANNING, Step.RUNNING}

    @property
    def has_a_worker(self) -> bool:
        return self.worker_at is not None and self.worker_at > timezone.now() - SEEN_FOR

    def counts(self) -> dict[str, int]:
        """How many rows came to what, or are to come to, where they are not carried out."""
        became = Case(When(came_to="", then="action"), default="came_to")
        found: Any = self.rows.exclude(action="").order_by().values_list(became).annotate(n=Count("pk"))
        return {action: dict(found).get(action, 0) for action in Action.values}


class ImportRow(models.Model):
    """A row of a file: what it says, what is to become of it, and, once it is done, what became of it."""

    brought = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="As the file counts.")
    cells = models.JSONField(default=list)
    wrong = models.JSONField(default=dict, help_text="What is wrong with which cell.")
    identity = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=12, choices=Action.choices, blank=True)
    differences = models.JSONField(default=list, help_text="Field, before, after.")
    said = models.JSONField(default=list, help_text="Reasons, in sentences.")
    done = models.BooleanField(default=False)
    came_to = models.CharField(max_length=12, choices=Action.choices, blank=True)
    claim = models.ForeignKey(Claim, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index("brought", "identity", name="import_row_by_identity"),
            models.Index("brought", "done", "action", "number", name="import_row_to_do"),
        ]
        constraints = [models.UniqueConstraint(fields=["brought", "number"], name="row_is_brought_once")]

    def __str__(self):
        return f"row {self.number}"


class Imported(models.Model):
    """What a row of some file became: the same row, from whatever file, is the same claim."""

    identity = models.CharField(max_length=64, unique=True)
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="imported")

    def __str__(self):
        return self.identity


class ColumnMap(models.Model):
    """What the columns of files with these headers were last taken for."""

    headers_sha256 = models.CharField(max_length=64, unique=True)
    columns = models.JSONField(default=list)
    defaults = models.JSONField(default=dict)

    def __str__(self):
        return self.headers_sha256
