"""What the desk knows by itself of whose text stands in whose. Private, no part of the record."""

from collections import Counter

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from ..recording import in_turn, refuse_unless_may, turn_the_page
from ..resembling import letters_of, marks_of, share_of
from .origins import Descent
from .sources import Rights, Source

COMMON = 20  # sources that keep a mark; what more of them share is found by these, or is what every page says
LOOKED_AT = 5  # sources that are compared letter by letter with a new text
SHARED = 3  # marks, without which none is
LARGELY = 0.4  # of the shorter text, from which on a republication is proposed


class TraceQuerySet(models.QuerySet):
    def likenesses(self):
        return (
            self.filter(other__isnull=False).select_related("source__origin", "other__origin").order_by("-share", "id")
        )

    def of(self, source):
        """The likenesses of a source, whichever of the two came first."""
        return self.likenesses().filter(Q(source=source) | Q(other=source))

    def between(self, one, other):
        """The likeness of two sources, whichever of them came first."""
        return self.of(one).filter(Q(source=other) | Q(other=other))

    def family_of(self, sources) -> set[int]:
        """These sources and those whose text is like that of one of them."""
        like = self.filter(other__isnull=False).filter(Q(source__in=sources) | Q(other__in=sources))
        return {*sources, *(pk for pair in like.values_list("source", "other") for pk in pair)}

    def open(self):
        """Likenesses that no editor has answered, and no tie between the two, or to one origin, explains."""
        live = Descent.objects.live()
        one, two = OuterRef("source__origin"), OuterRef("other__origin")
        direct = live.filter(Q(origin=one, upstream=two) | Q(origin=two, upstream=one))
        beside = live.filter(origin=OuterRef(OuterRef("other__origin")), upstream=OuterRef("upstream"))
        common = live.filter(Exists(beside), origin=one)
        return self.likenesses().filter(~Exists(direct), ~Exists(common), answered_by__isnull=True)

    def look_for(self, source) -> None:
        """Keeps the marks of a source's newest text, and the sources whose texts stand in it or it in theirs."""
        capture = _held(source).first()
        mine = letters_of(capture.text) if capture else ""
        marks = marks_of(mine)
        if not marks:
            return
        keepers = list(Trace.objects.filter(mark__in=marks).exclude(source=source).values_list("mark", "source_id"))
        kept, shared = Counter(mark for mark, _ in keepers), Counter(other for _, other in keepers)
        near = [other for other, times in shared.most_common(LOOKED_AT) if times >= SHARED]
        shares = {other: share_of(mine, _letters(other)) for other in Source.objects.filter(pk__in=near)}
        # Comparing takes long, and meanwhile the words may have been redacted, or others come.
        with transaction.atomic():
            in_turn()
            if capture.pk != _held(source).values_list("pk", flat=True).first():
                return
            source.traces.filter(mark__isnull=False).delete()
            Trace.objects.bulk_create(Trace(source=source, mark=mark) for mark in marks if kept[mark] < COMMON)
            for other, share in shares.items():
                if share >= LARGELY and not Trace.objects.between(source, other).exists():
                    self.create(source=source, other=other, share=share)
                    # A text that may be read whole may be so no longer, for what is kept back in one that is like it.
                    if any(s.is_shown and s.rights == Rights.FULL for s in (source, other)):
                        turn_the_page()


def alike(sources, editor=None):
    """Of these sources those whose text was found to stand largely in another's, while nobody says anything to it."""
    return sources.filter(pk__in=Trace.objects.open().order_by().values("source")).order_by("-id")


def _held(source):
    """The captures of a source whose text is held, the newest first."""
    return source.captures.exclude(text="").order_by("-id")


def _letters(source) -> str:
    capture = _held(source).first()
    return letters_of(capture.text) if capture else ""


class Trace(models.Model):
    """A mark by which the text of a source is found again, or another source that was found so, until an editor answers."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="traces")
    mark = models.BigIntegerField(null=True, blank=True, db_index=True)
    other = models.ForeignKey(Source, models.CASCADE, null=True, blank=True, related_name="+")
    share = models.FloatField(null=True, blank=True, help_text="Of the shorter of the two texts.")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = TraceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="trace_is_a_mark_or_a_likeness",
                condition=Q(mark__isnull=False, other__isnull=True, share__isnull=True)
                | Q(mark__isnull=True, other__isnull=False, share__isnull=False),
            ),
            models.CheckConstraint(name="source_is_not_like_itself", condition=~Q(source=F("other"))),
            models.UniqueConstraint(fields=["source", "other"], name="likeness_is_found_once"),
        ]

    def __str__(self):
        return f"{self.source_id}: {self.mark or self.other_id}"

    @property
    def percent(self) -> int:
        return int((self.share or 0) * 100)

    @transaction.atomic
    def set_apart(self, *, by):
        """An editor says that neither republishes the other. It is not proposed again."""
        refuse_unless_may(by, "record")
        if self.other_id is None:
            raise ValidationError("A mark is no likeness. Open the source that it belongs to")
        self.answered_by, self.answered_at = by, timezone.now()
        self.save(update_fields=["answered_by", "answered_at"])
        return self
