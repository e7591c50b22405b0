"""How rows are kept: triggers, on SQLite and on PostgreSQL, that refuse what history may not suffer.

Each model declares `kept`; one function turns the declarations into triggers, one asks whether all are there.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.core.checks import Error
from django.db import connections, models, transaction
from django.db.migrations.executor import MigrationExecutor

PREFIX = "keep_"
NAMED = re.compile(r'CONSTRAINT "(\w+)" (?:CHECK|UNIQUE)')


@dataclass(frozen=True)
class Rule:
    """One refusal: `refused_when` is SQL over OLD and NEW; ` same ` in it stands for the
    engine's null-safe equality, `{table}` for the model's own table."""

    name: str
    event: str  # INSERT, UPDATE, DELETE or TRUNCATE
    refused_when: str
    message: str


@dataclass(frozen=True)
class Kept:
    """What may happen to a row after it was added.

    By default nothing. `closes`: `until` goes from null to a value, once. `mutable`: all but `frozen` may change;
    `edited`: only under an edit that is the newest change of the ledger, but for the columns `free`.
    `personal` columns may be blanked, together, once a redaction names the row; those in `blanked` may each become what is
    said beside them. `private` columns are no part of the record: words may go from them, and no others come, without a
    redaction that readers would be told of. Nothing is ever deleted.
    """

    personal: tuple[str, ...] = ()
    blanked: tuple[tuple[str, str], ...] = ()
    private: tuple[str, ...] = ()
    closes: bool = False
    mutable: bool = False
    edited: bool = False
    free: tuple[str, ...] = ()
    frozen: tuple[str, ...] = ("key", "since_id")
    rules: tuple[Rule, ...] = ()


def kept_models() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if isinstance(getattr(m, "kept", None), Kept)]


def rules_of(model: type[models.Model]) -> list[Rule]:
    """The model's own rules, and those that its way of keeping implies."""
    kept: Kept = model.kept  # type: ignore[attr-defined]
    table = model._meta.db_table
    columns = [f.column for f in model._meta.concrete_fields]
    rules = [
        Rule("delete", "DELETE", "TRUE", f"{table}: a row of the record is never deleted"),
        *(
            # SQLite's INSERT OR REPLACE would delete the row that is in its way.
            Rule(
                f"replace{n}",
                "INSERT",
                _exists_like_new(table, unique),
                f"{table}: a row of the record is never replaced",
            )
            for n, unique in enumerate(_uniques(model))
        ),
    ]
    if kept.mutable:
        frozen = [c for c in columns if c in {"id", *kept.frozen}]
        rules.append(Rule("frozen", "UPDATE", _differs(frozen), f"{table}: {', '.join(frozen)} never change"))
        if kept.private:
            rules.append(Rule("words", "UPDATE", f"NOT ({_only_gone(kept.private)})", f"{table}: words go, none come"))
        if kept.edited:
            rules.append(
                Rule(
                    "edited",
                    "UPDATE",
                    f"NOT ({_unchanged(columns, but=kept.free)}) AND NOT EXISTS (SELECT 1 FROM sources_change c WHERE c.id = "
                    f"(SELECT max(l.id) FROM sources_change l) AND c.verb = 'edit' AND c.kind = '{model._meta.model_name}' "
                    'AND c."key" = OLD."key")',
                    f"{table}: a row of the catalogue is edited by a recorded change",
                )
            )
    else:
        allowed = []
        if kept.closes:
            allowed.append(
                f"(OLD.until_id IS NULL AND NEW.until_id IS NOT NULL AND {_unchanged(columns, but=('until_id',))})"
            )
        if kept.personal or kept.blanked:
            gone = [*kept.personal, *(["salt"] if "salt" in columns else [])]
            blank = " AND ".join(f"NEW.{_quoted(c)} = ''" for c in gone)
            becomes = [f"({_unchanged(gone)} OR {blank})"] if gone else []
            becomes += [
                f"(NEW.{_quoted(c)} same OLD.{_quoted(c)} OR NEW.{_quoted(c)} {end})" for c, end in kept.blanked
            ]
            allowed.append(
                f"({_unchanged(columns, but=[*gone, *(c for c, _ in kept.blanked)])} AND "
                + " AND ".join(becomes)
                + f" AND EXISTS (SELECT 1 FROM sources_redaction r WHERE r.table_name = '{table}' AND r.row_id = OLD.id))"
            )
        if kept.private:
            allowed.append(f"({_unchanged(columns, but=kept.private)} AND {_only_gone(kept.private)})")
        rules.append(
            Rule(
                "update",
                "UPDATE",
                f"NOT ({' OR '.join(allowed)})" if allowed else "TRUE",
                f"{table}: history is only added",
            )
        )
    return [*rules, *(replace(r, refused_when=r.refused_when.replace("{table}", table)) for r in kept.rules)]


def set_triggers(using: str = "default") -> None:
    """Sets every trigger of the record, anew."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        _drop(connection, cursor)
        tables = set(connection.introspection.table_names(cursor))
        if "sources_redaction" not in tables:
            return
        schema = ""
        if connection.vendor == "postgresql":
            cursor.execute("SELECT quote_ident(current_schema())")
            schema = cursor.fetchone()[0]
        for model in kept_models():
            if model._meta.db_table in tables:
                for statement in _statements(connection.vendor, model, schema):
                    cursor.execute(statement)


def missing_triggers(using: str = "default") -> list[str]:
    """The triggers that should be there, word for word, and are not."""
    connection = connections[using]
    with connection.cursor() as cursor:
        there = _present(connection, cursor)
    return [
        name
        for model in kept_models()
        for name, text in _expected(connection.vendor, model).items()
        if there.get(name) != text
    ]


def missing_constraints(using: str = "default") -> list[str]:
    """The constraints of the record's tables that the database has lost."""
    connection = connections[using]
    with connection.cursor() as cursor:
        there = _constraints(connection, cursor)
    return [
        constraint.name
        for model in kept_models()
        for constraint in model._meta.constraints
        if (model._meta.db_table, constraint.name) not in there
    ]


@contextmanager
def lifted(using: str = "default") -> Iterator[None]:
    """Without the triggers for a moment: for tests that flush the database, and for nothing else."""
    connection = connections[using]
    with connection.cursor() as cursor:
        _drop(connection, cursor)
    try:
        yield
    finally:
        set_triggers(using)


def lift_before_migrating(using, **kwargs):
    connection = connections[using]
    with connection.cursor() as cursor:
        _drop(connection, cursor)


def set_after_migrating(sender, using, **kwargs):
    # Sent once for each app; only the last may set triggers, when every table stands.
    if sender == [app for app in apps.get_app_configs() if app.models_module][-1]:
        set_triggers(using)


def check_triggers(app_configs=None, databases=None, **kwargs):
    """A desk without its triggers must not start."""
    errors = []
    for using in databases or []:
        missing = missing_triggers(using)
        if missing and not _waits_for_migrations(using):  # which set them
            named = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
            errors.append(
                Error(
                    f"Database {using} has lost triggers of the record: {named}.",
                    hint="Run manage.py migrate --skip-checks, then manage.py audit.",
                    id="sources.E001",
                )
            )
    return errors


def _waits_for_migrations(using: str) -> bool:
    executor = MigrationExecutor(connections[using])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _quoted(column: str) -> str:
    return f'"{column}"'


def _unchanged(columns, but=()) -> str:
    return " AND ".join(f"NEW.{_quoted(c)} same OLD.{_quoted(c)}" for c in columns if c not in but)


def _only_gone(columns) -> str:
    """That each column is as it was, blank, or without the words that a redaction took from it."""
    gone = "(NEW.{0} same OLD.{0} OR NEW.{0} = '' OR NEW.{0} LIKE '%[redacted]%')"
    return " AND ".join(gone.format(_quoted(c)) for c in columns)


def _differs(columns) -> str:
    return f"NOT ({_unchanged(columns)})"


def _uniques(model) -> Iterator[tuple[list[str], list[str], dict[str, list[str]]]]:
    """Columns that are unique together, the columns that must be null for it, and the words that must not stand."""
    for field in model._meta.concrete_fields:
        if field.unique:
            yield [field.column], [], {}
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            # Our partial constraints say "where such a column is null", and at most that words were not redacted.
            children: list[Any] = list(constraint.condition.children) if constraint.condition else []
            nulls = [child[0].removesuffix("__isnull") for child in children if isinstance(child, tuple)]
            but = [pair for child in children if not isinstance(child, tuple) for pair in child.children]
            redacted = {_column(model, name.removesuffix("__in")): words for name, words in but}
            yield [_column(model, f) for f in constraint.fields], [_column(model, f) for f in nulls], redacted


def _column(model, field: str) -> str:
    return model._meta.get_field(field).column


def _exists_like_new(table, unique) -> str:
    columns, nulls, redacted = unique
    tests = [f"t.{_quoted(c)} = NEW.{_quoted(c)}" for c in columns]
    tests += [f"{row}.{_quoted(c)} IS NULL" for c in nulls for row in ("t", "NEW")]
    for column, words in redacted.items():
        said = ", ".join(f"'{word}'" for word in words)
        tests.append(f"NEW.{_quoted(column)} NOT IN ({said})")
    return f"EXISTS (SELECT 1 FROM {table} t WHERE {' AND '.join(tests)})"


def _name(model, rule) -> str:
    return f"{PREFIX}{model._meta.db_table}_{rule.name}"


def _expected(vendor, model) -> dict[str, str]:
    """Trigger names, and the text that the database keeps of each."""
    if vendor == "sqlite":
        return {_name(model, rule): _sqlite(model, rule) for rule in rules_of(model)}
    wanted = {_name(model, rule): _plpgsql(rule) for rule in rules_of(model)}
    wanted[f"{PREFIX}{model._meta.db_table}_truncate"] = _plpgsql(_truncate(model))
    return wanted


def _statements(vendor, model, schema="") -> Iterator[str]:
    if vendor == "sqlite":
        yield from _expected(vendor, model).values()
        return
    table = model._meta.db_table
    for rule in [*rules_of(model), _truncate(model)]:
        name = _name(model, rule)
        each = "STATEMENT" if rule.event == "TRUNCATE" else "ROW"
        # The path is fixed, so that no temporary table can stand in for one that a rule asks about.
        yield (
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path = {schema}, pg_temp "
            f"AS $keep${_plpgsql(rule)}$keep$"
        )
        yield f"CREATE TRIGGER {name} BEFORE {rule.event} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()"


def _truncate(model) -> Rule:
    return Rule("truncate", "TRUNCATE", "TRUE", f"{model._meta.db_table}: a row of the record is never deleted")


def _sqlite(model, rule) -> str:
    when = rule.refused_when.replace(" same ", " IS ").replace("TRUE", "1")
    return (
        f"CREATE TRIGGER {_name(model, rule)} BEFORE {rule.event} ON {model._meta.db_table} "
        f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{rule.message}'); END"
    )


def _plpgsql(rule) -> str:
    when = rule.refused_when.replace(" same ", " IS NOT DISTINCT FROM ")
    back = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(rule.event, "NEW")
    return f" BEGIN IF {when} THEN RAISE EXCEPTION '{rule.message}' USING ERRCODE = 'check_violation'; END IF; RETURN {back}; END "


def _present(connection, cursor) -> dict[str, str]:
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'keep!_%' ESCAPE '!'")
    else:
        cursor.execute(
            "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE t.tgname LIKE 'keep!_%%' ESCAPE '!' AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND p.proconfig IS NOT NULL "
            # what it fires on: rows or statements, before, and the event that its name says
            "AND pg_get_triggerdef(t.oid) ~ (' BEFORE (INSERT|UPDATE|DELETE|TRUNCATE) ON .* EXECUTE FUNCTION .*' || t.tgname) "
            "AND n.nspname = current_schema() AND %s",
            [True],
        )
    return dict(cursor.fetchall())


def _constraints(connection, cursor) -> set[tuple[str, str]]:
    """Every constraint and every index by its table and its name; a condition makes a constraint an index."""
    if connection.vendor == "sqlite":
        cursor.execute("SELECT tbl_name, type, name, sql FROM sqlite_master WHERE type IN ('table', 'index')")
        rows = cursor.fetchall()
        indexes = {(table, name) for table, kind, name, _ in rows if kind == "index"}
        return indexes | {
            (table, name) for table, kind, _, sql in rows if kind == "table" for name in NAMED.findall(sql)
        }
    cursor.execute(
        "SELECT t.relname, c.relname FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid "
        "JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = current_schema() "
        "UNION SELECT t.relname, k.conname FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid "
        "JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = current_schema() AND %s",
        [True],
    )
    return set(cursor.fetchall())


def _drop(connection, cursor) -> None:
    if connection.vendor == "sqlite":
        for name in _present(connection, cursor):
            cursor.execute(f"DROP TRIGGER {name}")
        return
    cursor.execute(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE p.proname LIKE 'keep!_%%' ESCAPE '!' AND n.nspname = current_schema() AND %s",
        [True],
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP FUNCTION {name}() CASCADE")
