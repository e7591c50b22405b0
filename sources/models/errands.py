"""What the desk does outside by itself, again until it is done: rows that wait for their time. Private, no part of the record."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from ..recording import in_turn, refuse_unless_may, turn_the_page
from .sources import Source

EVERY = timedelta(days=1)
LONGEST = timedelta(days=30)  # between two tries at an address that does not answer
LEASE = timedelta(minutes=15)  # for which one worker has an errand to itself; one that dies gives it back so
NOISY_AFTER = 3  # changes in a row that touch no quote
GONE_AFTER = 3  # tries in a row at a page that is not there
GONE = ("It answered 404", "It answered 410", "The address did not answer")
GIVE_UP = 6  # refusals of an archive in a row


class ErrandQuerySet(models.QuerySet):
    def due(self):
        """Those whose time has come, the longest waiting first."""
        return self.filter(next_at__lte=timezone.now(), source__url__gt="").order_by("next_at", "id")


class Leased(models.Model):
    """Something that waits for its time, and that one worker at once has in hand."""

    next_at = models.DateTimeField(default=timezone.now, null=True, db_index=True)

    class Meta:
        abstract = True

    def take(self, lease: timedelta = LEASE) -> bool:
        """Whether this worker has it to itself, for a while: of two that try, one has."""
        held, until = self.held(), timezone.now() + lease
        self.next_at = until
        return bool(held.update(next_at=until))

    def held(self) -> Any:
        """The row, as long as nobody has taken it, stopped it or asked for it anew since it was read here."""
        return type(self)._base_manager.filter(pk=self.pk, next_at=self.next_at)


class Errand(Leased):
    """Something that is asked outside for a source, when its time has come."""

    source = models.OneToOneField(Source, models.PROTECT, related_name="%(class)s")
    asked_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    said = models.CharField(max_length=300, blank=True, help_text="What came of it last.")

    objects = ErrandQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["next_at", "id"]

    def failed(self, said: str) -> None:
        self.failures += 1
        self.said = said[:300]
        self._wait(min(EVERY * 2**self.failures, LONGEST))

    def _wait(self, time: timedelta | None) -> None:
        """Notes what came of it; nothing where an editor has stopped it meanwhile, or asked for it anew."""
        held = self.held()
        self.asked_at = timezone.now()
        self.next_at = None if time is None else self.asked_at + time
        noted = [f.attname for f in self._meta.concrete_fields if f.attname not in {"id", "source_id", "by_id"}]
        held.update(**{name: getattr(self, name) for name in noted})


class WatchQuerySet(ErrandQuerySet):
    @transaction.atomic
    def turn(self, source: Source, wanted: bool, *, by) -> None:
        """From now on the address of a source is asked again and again, and its quotes found again; or no more."""
        refuse_unless_may(by, "record")
        in_turn()
        source.refresh_from_db()
        if not wanted:
            self.filter(source=source).delete()
            if source.is_shown:  # whose page says when it was looked at
                turn_the_page()
        elif not source.url:
            raise ValidationError("This source has no address that could be asked. Enter one first")
        else:
            self.get_or_create(source=source)


class Watch(Errand):
    """A source whose address is asked again and again; how that goes."""

    etag = models.CharField(max_length=500, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    seen_sha256 = models.CharField(max_length=64, blank=True)
    idle_changes = models.PositiveSmallIntegerField(default=0, help_text="Changes in a row that touched no quote.")

    objects = WatchQuerySet.as_manager()  # type: ignore[misc]

    def __str__(self):
        return f"watch of source {self.source_id}"

    @property
    def is_noisy(self) -> bool:
        """Whether the page changes at every visit without touching a quote: dates, adverts. It is reported once."""
        return self.idle_changes >= NOISY_AFTER

    @property
    def is_gone(self) -> bool:
        """Whether nobody finds the page any more; one that answers, if only to refuse us, is there."""
        return self.failures >= GONE_AFTER and self.said.startswith(GONE)

    def answered(self, said: str, *, answer=None, idle: bool | None = None) -> None:
        """Notes an answer. `idle`: whether it brought a change that touched no quote; None where nothing changed.

        A page that is ever quiet between two visits is not one that changes at each.
        """
        if answer is not None:
            told = {n: answer.headers.get(n, "") for n in ("etag", "last-modified")}
            self.etag, self.last_modified = (v[:500] if v.isascii() and len(v) <= 100 else "" for v in told.values())
        self.idle_changes = self.idle_changes + 1 if idle else 0
        self.failures, self.said = 0, said[:300]
        self._wait(EVERY)

    @transaction.atomic
    def _wait(self, time):
        in_turn()
        super()._wait(time)
        if self.source.is_shown:  # whose page says when it was looked at
            turn_the_page()


class ArchivingQuerySet(ErrandQuerySet):
    def ask(self, source: Source, *, by) -> "Archiving":
        """Has the archive service asked for a copy of a source, by the worker and not while somebody waits."""
        refuse_unless_may(by, "record")
        source.refresh_from_db()
        if not settings.FACTDESK_ARCHIVE:
            raise ValidationError("This desk asks no archive. Enter the address of a copy yourself")
        if not source.url:
            raise ValidationError("This source has no address that an archive could copy")
        if source.confidential:
            raise ValidationError("A confidential source is named to nobody outside, and to no archive")
        if source.archived:
            raise ValidationError("It has an archived copy already")
        fresh = {"by": by, "next_at": timezone.now(), "failures": 0, "said": "", "address": ""}
        archiving: Any = self.update_or_create(source=source, defaults=fresh)[0]
        return archiving


class Archiving(Errand):
    """A source of which an archive service is asked to keep a copy; where that copy is, once there is one."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    address = models.URLField(max_length=1000, blank=True)

    objects = ArchivingQuerySet.as_manager()  # type: ignore[misc]

    def __str__(self):
        return f"archiving of source {self.source_id}"

    def failed(self, said: str) -> None:
        if self.failures + 1 >= GIVE_UP:
            self.failures += 1
            self.end(f"Given up after {self.failures} tries. {said}")
        else:
            super().failed(said)

    def end(self, said: str) -> None:
        """It is not asked again."""
        self.said = said[:300]
        self._wait(None)
