import hashlib
import json
import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from ..dates import parse, validate_edtf
from ..keeping import Kept, Rule
from ..languages import standardise
from ..moments import lasting

REDACTED = "[redacted]"  # what stands in working rows, in notes and in files where words were


class Clock(models.Model):
    """The present moment of the record, one row. Its lock is the last that a verb takes, so numbers are commit order.

    `edition` counts what readers see: it moves with whatever changes a byte of a public page, and with nothing else.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)
    public_number = models.BigIntegerField(default=0)
    recorded_at = models.DateTimeField(null=True)
    edition = models.BigIntegerField(default=0)
    edition_at = models.DateTimeField(null=True, help_text="A whole second, which no other edition has.")
    build = models.CharField(max_length=64, blank=True, help_text="The program that serves this edition.")

    class Meta:
        constraints = [models.CheckConstraint(name="there_is_one_clock", condition=Q(id=1))]

    def __str__(self):
        return f"change {self.number}"


class Verb(models.TextChoices):
    ADD = "add"
    EDIT = "edit"
    CAPTURE = "capture"
    MARK = "mark"
    READ = "read"
    PROVE = "prove"
    SIGHT = "sight"
    RECORD = "record"
    REWORD = "reword"
    APPEAR = "appear"
    CLOSE = "close"
    RELATE = "relate"
    TRANSLATE = "translate"
    ASSESS = "assess"
    PUBLISH = "publish"
    RELEASE = "release"
    WITHDRAW = "withdraw"
    STRIKE = "strike"
    HOLD = "hold"
    LIFT = "lift"
    ASK = "ask"
    ANSWER = "answer"
    ABSORB = "absorb"
    MERGE = "merge"
    REDACT = "redact"


class Via(models.TextChoices):
    ADMIN = "admin"
    API = "api"
    IMPORT = "import"
    COMMAND = "command"
    WORKER = "worker"


class Approval(models.TextChoices):
    NONE = "none", "not needed"
    SECOND = "second", "a second editor"
    ALONE = "alone", "a desk of one"
    OVERRIDE = "override", "an override with a reason"


class ChangeQuerySet(models.QuerySet):
    def about(self, kind: str, key: str):
        """What was done to one thing."""
        return self.filter(kind=kind, key=key)

    def of_the_row(self):
        """Those that made a row of the catalogue what it is: its birth, its edits, and its other names as they came and ended."""
        return self.filter(Q(verb__in=[Verb.ADD, Verb.EDIT, Verb.REWORD]) | Q(verb=Verb.CLOSE, kind="subject"))


class Change(models.Model):
    """An act on one thing: who, when, by which door, and approved by whom. The ledger under everything."""

    id = models.BigIntegerField(primary_key=True)
    public_number = models.BigIntegerField(null=True, unique=True, editable=False)
    recorded_at = models.DateTimeField(db_index=True)
    decided_on = models.CharField(max_length=64, blank=True, validators=[validate_edtf])
    verb = models.CharField(max_length=12, choices=Verb.choices)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    via = models.CharField(max_length=8, choices=Via.choices)
    approval = models.CharField(max_length=8, choices=Approval.choices, default=Approval.NONE)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    before = models.JSONField(null=True)
    left = models.CharField(max_length=64, blank=True, help_text="The seal of a catalogue row as the change left it.")
    parts = models.PositiveSmallIntegerField(default=0, help_text="How many names or subjects came with the thing.")

    objects = ChangeQuerySet.as_manager()

    kept = Kept(
        blanked=(("note", f"= '{REDACTED}'"), ("before", "IS NULL"), ("left", "= ''")),
        rules=(
            Rule(
                "in_order",
                "INSERT",
                "EXISTS (SELECT 1 FROM sources_change c WHERE c.id >= NEW.id OR c.recorded_at >= NEW.recorded_at)",
                "sources_change: changes are numbered in the order of time",
            ),
        ),
    )

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["kind", "key", "id"], name="change_of_thing")]
        constraints = [
            models.CheckConstraint(name="verb_is_known", condition=Q(verb__in=Verb.values)),
            models.CheckConstraint(name="door_is_known", condition=Q(via__in=Via.values)),
            models.CheckConstraint(
                name="second_pair_of_eyes",
                condition=Q(approval="second", by__isnull=False, approved_by__isnull=False) & ~Q(by=F("approved_by"))
                | Q(approval__in=["none", "alone", "override"], approved_by__isnull=True),
            ),
            models.CheckConstraint(name="override_has_a_reason", condition=~Q(approval="override") | ~Q(note="")),
            models.CheckConstraint(
                name="decision_is_approved",
                condition=~Q(approval="none") | ~Q(verb__in=["assess", "release", "publish", "redact"]),
            ),
            models.CheckConstraint(
                name="public_change_is_approved", condition=Q(public_number__isnull=True) | ~Q(approval="none")
            ),
            models.CheckConstraint(name="somebody_did_it", condition=Q(by__isnull=False) | Q(via="worker")),
        ]

    def __str__(self):
        return f"{self.id}: {self.verb} {self.kind} {self.key}"


class Turn(models.Model):
    """A page that readers see says something else, because of this thing: what programs follow, in the order of commits."""

    number = models.BigIntegerField(primary_key=True, help_text="The edition that it made.")
    change = models.ForeignKey(Change, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200)

    kept = Kept()

    class Meta:
        ordering = ["number"]

    def __str__(self):
        return f"{self.number}: {self.kind} {self.key}"


class Redaction(models.Model):
    """Names a row whose personal columns may be blanked, and why."""

    table_name = models.CharField(max_length=64)
    row_id = models.BigIntegerField()
    columns = models.JSONField()
    reason = models.TextField()
    since = models.ForeignKey(Change, models.PROTECT, related_name="+")

    kept = Kept(
        rules=(
            Rule(
                "is_of_now",
                "INSERT",
                "NEW.since_id <> (SELECT max(c.id) FROM sources_change c)",
                "sources_redaction: a redaction belongs to the change that is made now",
            ),
        )
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table_name", "row_id", "since"], name="redacted_once_a_change"),
            models.CheckConstraint(name="redaction_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self):
        return f"{self.table_name} {self.row_id}"


class Row(models.Model):
    """A row of the record: brought by a change, checked when it is added."""

    since = models.ForeignKey(Change, models.PROTECT, related_name="+")

    kept = Kept()

    class Meta:
        abstract = True

    def settle(self):
        """Brings what was given into the form in which it is kept."""
        if hasattr(self, "dated"):
            bounds = parse(self.dated)
            self.dated_from, self.dated_to = bounds.lower, bounds.upper
        if tag := getattr(self, "language", ""):
            self.__dict__["language"] = standardise(tag)

    def save(self, *args, **kwargs):
        self.settle()
        for field in self._meta.concrete_fields:
            if isinstance(value := self.__dict__.get(field.attname), str) and "\0" in value:
                raise ValidationError({field.name: "There is a null character in it, which no database keeps"})
        self.full_clean(exclude=self._rows_in_hand(), validate_unique=False, validate_constraints=False)
        super().save(*args, **kwargs)

    def _rows_in_hand(self) -> set[str]:
        """The links to rows of the record that came from the database: none ever goes, so nobody asks whether it is there."""
        rows = self._state.fields_cache.items()
        return {name for name, row in rows if isinstance(row, Row | Change) and not row._state.adding}


class ClosingQuerySet(models.QuerySet):
    def live(self):
        """Rows that stand: now, or at the moment that is asked for."""
        return self.filter(lasting())

    def ever_told(self):
        """Rows that stand, and those that readers saw end. What ended before they saw it was never told them."""
        return self.filter(Q(until__isnull=True) | Q(until__public_number__isnull=False))


class ClosingRow(Row):
    """A row that may end once."""

    until = models.ForeignKey(Change, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ClosingQuerySet.as_manager()

    kept = Kept(closes=True)

    class Meta:
        abstract = True

    def close(self, change):
        self.until = change
        models.Model.save(self, update_fields=["until"])


class Sealed(models.Model):
    """Words that a redaction may blank: the seal, made at birth, then proves what stood there to whoever kept the salt."""

    salt = models.CharField(max_length=32, blank=True, editable=False)
    seal = models.CharField(max_length=64, editable=False)

    kept: Kept

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self._state.adding and not self.seal:
            self.salt = self.salt or secrets.token_hex(16)
            self.seal = seal_of(self.salt, self.sealed_words())
        super().save(*args, **kwargs)

    def sealed_words(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.kept.personal}

    def seal_holds(self) -> bool:
        """Whether the words are those of the day they were added; true also where a redaction blanked them."""
        if self.salt:
            return seal_of(self.salt, self.sealed_words()) == self.seal
        table = self._meta.db_table
        blank = not any(self.sealed_words().values())
        return blank and Redaction.objects.filter(table_name=table, row_id=self.pk).exists()


def seal_of(salt: str, words: dict[str, str]) -> str:
    """SHA-256 over the salt and the canonical JSON of the words (sorted names, no white space, UTF-8)."""
    text = json.dumps(words, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256((salt + text).encode()).hexdigest()
