"""The index of what claims say: every text by which a claim is found, folded into tokens, with the time in which it stood.

Readers' search asks `Findable` alone, which holds only what readers may see today, now or in the past; editors' search
asks `DeskFindable`, which holds what stands now, published or not. Both are kept in the transaction that changes a text:
SQLite reads them by an FTS5 table that triggers follow, PostgreSQL by a GIN index.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, connections, models
from django.db.models import Lookup, Prefetch, Q
from django.db.models.signals import post_save
from django.dispatch import receiver

from sources.models import Change, Passage, Source, Translation, Verb
from sources.moments import lasting
from sources.recording import is_rehearsal

from ..folding import Term, tokens
from .appearances import Appearance
from .assessing import Assessment, Citation
from .seeing import in_their_past, may_be_seen
from .standings import Standing
from .subjects import ClaimSubject, Name, Subject
from .wordings import Wording

AT_ONCE = 200  # claims
_waiting: ContextVar[set[int] | None] = ContextVar("waiting", default=None)


class Says(models.TextChoices):
    """What a text is to its claim; the nearer to the claim itself, the more a match in it weighs."""

    STATEMENT = "statement"
    SUBJECT = "subject"
    QUOTE = "quote", "quotation"
    TRANSLATION = "translation"
    WHY = "why", "why this status"


WEIGHTS = {Says.STATEMENT: 4, Says.SUBJECT: 3, Says.QUOTE: 2, Says.TRANSLATION: 2, Says.WHY: 1}


Span = tuple[int, int | None]  # the changes from and until which something stood


class Text(NamedTuple):
    """A text of a claim; it stood from change `since` to `until`, or stands."""

    says: str
    language: str
    said: str
    since: int
    until: int | None


class Folded(models.TextField):
    """Tokens, parted by spaces, that an index of words reads."""


@Folded.register_lookup
class Holds(Lookup):
    """Texts in which a term stands."""

    lookup_name = "holds"
    prepare_rhs = False

    def get_db_prep_lookup(self, value, connection):
        return "%s", [_for_sqlite(value) if connection.vendor == "sqlite" else _for_postgresql(value)]

    def as_sqlite(self, compiler, connection):
        column, _ = self.process_lhs(compiler, connection)
        table, _, _ = column.rpartition(".")
        words, params = self.process_rhs(compiler, connection)
        index = f'"{self.lhs.output_field.model._meta.db_table}_words"'
        return f'{table}."id" IN (SELECT rowid FROM {index} WHERE {index} MATCH {words})', params

    def as_postgresql(self, compiler, connection):
        column, _ = self.process_lhs(compiler, connection)
        words, params = self.process_rhs(compiler, connection)
        return f"to_tsvector('simple', {column}) @@ to_tsquery('simple', {words})", params


def _for_sqlite(asked: Iterable[Term]) -> str:
    """Any of these terms, for FTS5. Tokens hold letters and digits alone."""
    return " OR ".join(f'"{" ".join(t.tokens)}"{" *" if t.open else ""}' for t in asked)


def _for_postgresql(asked: Iterable[Term]) -> str:
    phrases = ((" <-> ".join(f"'{word}'" for word in term.tokens), ":*" if term.open else "") for term in asked)
    return " | ".join(f"({words}{more})" for words, more in phrases)


class FindableQuerySet(models.QuerySet):
    def holding(self, *asked: Term):
        """Texts in which any of these terms stands, or stood at the moment that is asked for."""
        return self.filter(lasting(), words__holds=asked)


class Finding(models.Model):
    """A text by which a claim is found."""

    id: int
    claim = models.ForeignKey("claims.Claim", models.CASCADE, related_name="+")
    says = models.CharField(max_length=12, choices=Says.choices)
    language = models.CharField(max_length=35, blank=True)
    said = models.TextField()
    words = Folded()
    weight = models.PositiveSmallIntegerField()
    since = models.BigIntegerField()
    until = models.BigIntegerField(null=True)

    objects = FindableQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.claim_id} {self.says}: {self.said[:60]}"


class Findable(Finding):
    """A text by which readers find a claim that they may see."""


class DeskFindable(Finding):
    """A text by which editors find a claim, published or not."""


def keep(claims: Iterable[int]) -> None:
    """Makes the index say what these claims say. Part of the transaction that changes a text."""
    if is_rehearsal():
        return
    if (waiting := _waiting.get()) is not None:
        waiting.update(claims)
        return
    keys = sorted(set(claims))
    for at in range(0, len(keys), AT_ONCE):
        some = keys[at : at + AT_ONCE]
        for model, wanted in found_by(some).items():
            there: dict[int, dict[Text, int]] = defaultdict(dict)
            doubled = []
            for pk, claim, *text in model.objects.filter(claim__in=some).values_list("pk", "claim", *Text._fields):
                if Text(*text) in there[claim]:
                    doubled.append(pk)
                there[claim][Text(*text)] = pk
            gone = doubled + [pk for c, texts in there.items() for t, pk in texts.items() if t not in wanted[c]]
            if gone:
                model.objects.filter(pk__in=gone).delete()
            model.objects.bulk_create(
                _row(model, claim, text)
                for claim in some
                for text in sorted(wanted[claim] - there[claim].keys(), key=str)
            )


def keep_standing(claims: Iterable[int]) -> None:
    """Of claims that stand otherwise now: with those that were merged into them, which are seen as long as they are."""
    if is_rehearsal():
        return
    if (waiting := _waiting.get()) is not None:
        waiting.update(claims)
        return
    keys = set(claims)
    for at in range(0, len(keys), AT_ONCE):
        some = sorted(keys)[at : at + AT_ONCE]
        merged = _claims().filter(Q(merged_into__in=some) | Q(merged_into__merged_into__in=some))
        keep([*some, *merged.values_list("pk", flat=True)])


@contextmanager
def kept_later() -> Iterator[None]:
    """What changes inside is kept at the end, each claim once: for a load that brings a claim in many lines."""
    waiting: set[int] = set()
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    keep_standing(waiting)


def forget_tokens() -> None:
    """Writes SQLite's index anew: what is deleted from it lies in its pages until they are merged."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for model in (Findable, DeskFindable):
                index = f"{model._meta.db_table}_words"
                cursor.execute(f'INSERT INTO "{index}"("{index}") VALUES (\'rebuild\')')


def _row(model: Any, claim: int, text: Text) -> Any:
    words = " ".join(t.text for t in tokens(text.said))
    return model(claim_id=claim, words=words, weight=WEIGHTS[Says(text.says)], **text._asdict())


class Spell(NamedTuple):
    """A time in which a claim stood in these words, with this finding."""

    wording: int | None
    assessment: int | None
    since: int
    until: int | None


Spells = dict[int, list[Spell]]


def found_by(claims: Iterable[int]) -> dict[Any, dict[int, set[Text]]]:
    """Every text of these claims, by the index that keeps it: what a reader may see today, with the time in which their
    pages said it, and what stands now."""
    rows = _claims().filter(pk__in=claims).annotate(seen=may_be_seen() | in_their_past())
    keys, standing, seen = {}, {}, []
    for claim, key, wording, assessment, is_seen in rows.values_list("pk", "key", "wording", "assessment", "seen"):
        keys[claim], standing[claim] = key, [Spell(wording, assessment, 0, None)]
        seen += [claim] if is_seen else []
    shown = _shown(seen)
    told = Told(keys, [s for spells in (*shown.values(), *standing.values()) for s in spells])
    now = {c: {t._replace(since=0) for t in texts if t.until is None} for c, texts in told.to_editors(standing).items()}
    return {Findable: defaultdict(set, told.to_readers(shown)), DeskFindable: defaultdict(set, now)}


def _shown(claims: list[int]) -> Spells:
    """As readers see or saw these claims."""
    spells = defaultdict(list)
    later: dict[int, int] = {}
    standings = (
        Standing.objects.filter(claim__in=claims).order_by("claim", "-change") if claims else Standing.objects.none()
    )
    for claim, change, public, wording, assessment in standings.values_list(
        "claim", "change", "public", "wording", "assessment"
    ):
        if public:
            spells[claim].append(Spell(wording, assessment, change, later.get(claim)))
        later[claim] = change
    return spells


class Told:
    """What is told of some claims, asked for once for readers and editors."""

    def __init__(self, keys: dict[int, str], spells: list[Spell]):
        self.keys = keys
        self.wordings = Wording.objects.in_bulk({s.wording for s in spells if s.wording})
        assessments = {s.assessment for s in spells if s.assessment}
        self.findings = Assessment.objects.select_related("wording").in_bulk(assessments)
        confidential = "passage__capture__source__confidential"
        self.appearing: dict = defaultdict(list)
        there = Appearance.objects.filter(claim__in=keys)
        for claim, *row in there.values_list("claim", "passage", "since", "until", confidential):
            self.appearing[claim].append(row)
        self.cited: dict = defaultdict(list)
        citations = (
            Citation.objects.filter(assessment__in=assessments, passage__isnull=False)
            if assessments
            else Citation.objects.none()
        )
        for assessment, *row in citations.values_list("assessment", "passage", confidential):
            self.cited[assessment].append(row)
        quoted = {row[0] for rows in (*self.appearing.values(), *self.cited.values()) for row in rows}
        self.quotes = _quotes(quoted) if quoted else {}
        self.translations = _translations(self.quotes) if self.quotes else {}
        self.mentions = list(
            ClaimSubject.objects.filter(claim__in=keys)
            .select_related("subject")
            .prefetch_related(Prefetch("subject__names", queryset=Name.objects.exclude(text="")))
        )
        self.called = _called({m.subject_id: m.subject for m in self.mentions}.values()) if self.mentions else {}

    def to_readers(self, spells: Spells) -> dict[int, set[Text]]:
        """Nothing from a confidential source, and of a private person only the name that the page prints."""
        appearing = {c: [(p, (a, b)) for p, a, b, hidden in self.appearing[c] if not hidden] for c in spells}
        cited = {a: [p for p, hidden in rows if not hidden] for a, rows in self.cited.items()}
        return self._texts(spells, appearing, cited, lambda subject: not subject.private_person)

    def to_editors(self, spells: Spells) -> dict[int, set[Text]]:
        appearing = {c: [(p, (a, b)) for p, a, b, _ in self.appearing[c] if b is None] for c in spells}
        cited = {a: [p for p, _ in rows] for a, rows in self.cited.items()}
        return self._texts(spells, appearing, cited, lambda subject: True)

    def _texts(self, spells: Spells, appearing, cited, by_other_names) -> dict[int, set[Text]]:
        found: dict[int, list[Text]] = {}
        for claim, some in spells.items():
            quoted = list(appearing[claim])
            for spell in some:
                quoted += [(passage, (spell.since, spell.until)) for passage in cited.get(spell.assessment, ())]
            found[claim] = [*self._own(claim, some), *self._quoted(quoted)]
        for mention in self.mentions:
            if mention.claim_id in found:
                found[mention.claim_id] += self._names(mention, by_other_names(mention.subject))
        return {claim: set(_joined(texts)) for claim, texts in found.items()}

    def _own(self, claim: int, spells: list[Spell]) -> Iterator[Text]:
        """What the desk says of a claim: its words, and why it stands as it does."""
        for wording, finding, since, until in spells:
            span = (since, until)
            yield Text(Says.STATEMENT, "", self.keys[claim], *span)
            if wording:
                w = self.wordings[wording]
                yield from (Text(Says.STATEMENT, w.language, said, *span) for said in (w.headline, w.statement) if said)
            if finding:
                f = self.findings[finding]
                yield from (Text(Says.WHY, f.wording.language, said, *span) for said in (f.why, f.reason) if said)

    def _quoted(self, quoted: list[tuple[int, Span]]) -> Iterator[Text]:
        """The words of passages, each with the time in which a claim quoted it, and their translations."""
        for passage, span in quoted:
            if passage in self.quotes:
                yield Text(Says.QUOTE, *self.quotes[passage], *span)
                for language, text, lasted in self.translations.get(passage, ()):
                    if both := _overlap(span, lasted):
                        yield Text(Says.TRANSLATION, language, text, *both)

    def _names(self, mention: Any, others: bool) -> Iterator[Text]:
        """The names of one whom a claim is about."""
        names = mention.subject.names.all() if others else ()
        told = [(n.language, n.text, (n.since_id, n.until_id)) for n in names]
        for language, name, span in self.called[mention.subject_id] + told:
            if both := _overlap((mention.since_id, mention.until_id), span):
                yield Text(Says.SUBJECT, language, name, *both)


def _quotes(passages: Iterable[int]) -> dict[int, tuple[str, str]]:
    rows = Passage.objects.filter(pk__in=passages).exclude(exact="")
    return {pk: (tag, exact) for pk, tag, exact in rows.values_list("pk", "capture__source__language", "exact")}


def _translations(passages: Iterable[int]) -> dict[int, list[tuple[str, str, Span]]]:
    translated: dict[int, list[tuple[str, str, Span]]] = defaultdict(list)
    rows = Translation.objects.filter(passage__in=passages).exclude(text="")
    for passage, language, text, since, until in rows.values_list("passage", "language", "text", "since", "until"):
        translated[passage].append((language, text, (since, until)))
    return translated


def _called(subjects: Iterable[Subject]) -> dict[int, list[tuple[str, str, Span]]]:
    """The names that pages print of subjects, then and now: earlier ones lie in the ledger."""
    by_key = {s.key: s for s in subjects}
    called: dict = {s.pk: [] for s in by_key.values()}
    since = {s.key: s.since_id for s in by_key.values()}
    edits = Change.objects.filter(kind="subject", key__in=by_key, verb=Verb.EDIT).order_by("id")
    for change, key, before in edits.values_list("pk", "key", "before"):
        if before:
            called[by_key[key].pk].append(("en", before["name"], (since[key], change)))
        since[key] = change
    for key, subject in by_key.items():
        called[subject.pk].append(("en", subject.name, (since[key], None)))
    return called


def _overlap(one: Span, other: Span) -> Span | None:
    since = max(one[0], other[0])
    until = min((end for end in (one[1], other[1]) if end is not None), default=None)
    return None if until is not None and until <= since else (since, until)


def _joined(texts: Iterable[Text]) -> Iterator[Text]:
    """The same words over times that touch are one text."""
    last: Text | None = None
    for text in sorted(texts, key=lambda t: (t.says, t.language, t.said, t.since)):
        if last and last[:3] == text[:3] and (last.until is None or text.since <= last.until):
            ends = (last.until, text.until)
            last = last._replace(until=None if None in ends else max(filter(None, ends)))
        else:
            if last:
                yield last
            last = text
    if last:
        yield last


def _claims() -> Any:
    return apps.get_model("claims", "Claim").objects


@receiver(post_save, sender=Translation)
def keep_translated(instance, **kwargs):
    appearing = Appearance.objects.filter(passage=instance.passage_id).values_list("claim", flat=True)
    citing = Citation.objects.filter(passage=instance.passage_id).values_list("assessment__claim", flat=True)
    keep({*appearing, *citing})


@receiver(post_save, sender=Source)
def keep_of_source(instance, created, **kwargs):
    """Where a source is kept confidential, or is so no longer, readers find other claims by it."""
    if not created:
        keep(_claims().resting_on(instance, ever=True).values_list("pk", flat=True))


@receiver(post_save, sender=Subject)
@receiver(post_save, sender=Name)
def keep_of_subject(instance, **kwargs):
    subject = instance if isinstance(instance, Subject) else instance.subject
    keep(ClaimSubject.objects.filter(subject=subject).values_list("claim", flat=True))


def set_index(using: str) -> None:
    """What each database reads the index by."""
    connection = connections[using]
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for model in (Findable, DeskFindable):
            table = model._meta.db_table
            if table in there:
                for statement in _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL:
                    cursor.execute(statement.format(table=table))


_SQLITE = [
    'CREATE VIRTUAL TABLE IF NOT EXISTS "{table}_words" USING fts5(words, content="{table}", content_rowid="id")',
    'CREATE TRIGGER IF NOT EXISTS "{table}_comes" AFTER INSERT ON "{table}" BEGIN '
    'INSERT INTO "{table}_words"(rowid, words) VALUES (new.id, new.words); END',
    'CREATE TRIGGER IF NOT EXISTS "{table}_goes" AFTER DELETE ON "{table}" BEGIN '
    """INSERT INTO "{table}_words"("{table}_words", rowid, words) VALUES ('delete', old.id, old.words); END""",
    'CREATE TRIGGER IF NOT EXISTS "{table}_turns" AFTER UPDATE OF words ON "{table}" BEGIN '
    """INSERT INTO "{table}_words"("{table}_words", rowid, words) VALUES ('delete', old.id, old.words); """
    'INSERT INTO "{table}_words"(rowid, words) VALUES (new.id, new.words); END',
]
_POSTGRESQL = ["CREATE INDEX IF NOT EXISTS {table}_words ON {table} USING gin (to_tsvector('simple', words))"]
