"""The desk's own interchange format: JSON Lines, one act of the record a line, in the order of the ledger.

A line carries what the act brought (`type`, natural keys) and the act itself (`by`, `approved_by`, `at` …). Loading replays
each line through the same verb as an editor's hand. docs/interchange.md describes every type.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction

from sources.models import Capture, Change, Descent, Origin, Outlet, Passage, Region, Source, Translation, Via
from sources.recording import through

from .models import Appearance, Assessment, Cited, Claim, ClaimSubject, Name, Relation, Subject, Wording
from .roles import ROLES

FORMAT = {"type": "desk", "format": "factdesk-interchange", "version": 1}
ACT = ("by", "approved_by", "approval", "decided_on", "at", "note")
BATCH = 500

Line = dict[str, Any]


class BadLine(Exception):
    """A line that cannot be loaded: its number and the reason."""

    def __init__(self, number: int, reason: str):
        super().__init__(f"Line {number}: {reason}")


@dataclass
class Result:
    """What a load did, or would do."""

    created: dict[str, int] = field(default_factory=dict)
    unchanged: int = 0
    lines: int = 0

    @property
    def total(self) -> int:
        return sum(self.created.values())


# -- writing


def dump(progress: Callable[[int], object] = lambda n: None) -> Iterator[str]:
    """Every line of the desk, in the order of its ledger."""
    yield _text(FORMAT)
    named = set(Change.objects.values_list("by", flat=True)) | set(Change.objects.values_list("approved_by", flat=True))
    for user in User.objects.filter(pk__in=named - {None}).order_by("username").prefetch_related("groups"):
        roles = [g.name for g in user.groups.all() if g.name in ROLES]
        yield _text(
            {
                "type": "editor",
                "username": user.username,
                "name": user.get_full_name(),
                "role": max(roles, key=list(ROLES).index, default=""),
            }
        )
    changes = Change.objects.select_related("by", "approved_by").order_by("id")
    for done, change in enumerate(changes.iterator(chunk_size=2000), 1):
        yield _text(written(change))
        progress(done)


def written(change: Change) -> Line:
    """The line of one change."""
    line = {k: v for k, v in WRITERS[change.verb, change.kind](change).items() if v not in ("", None, [], {}, False)}
    act = {
        "by": change.by.username if change.by else None,
        "approved_by": change.approved_by.username if change.approved_by else None,
        "approval": change.approval if change.approval in {"alone", "override"} else None,
        "decided_on": change.decided_on,
        "at": change.recorded_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "note": change.note,
    }
    return line | {k: v for k, v in act.items() if v}


def _text(line: Line) -> str:
    return json.dumps(line, ensure_ascii=False)


def _fields(row, *names) -> Line:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value):
    if isinstance(value, Capture | Passage):
        return value.ref
    if isinstance(value, models.Model):
        return value.key  # type: ignore[attr-defined]
    if isinstance(value, str | int | bool | list | None):
        return str(value) if isinstance(value, models.Choices) else value
    text = f"{value:f}" if hasattr(value, "as_tuple") else value.isoformat()
    return text.rstrip("0").rstrip(".") if hasattr(value, "as_tuple") and "." in text else text


def _then(change: Change, row):
    """The row as this change left it: what the next edit found, or what stands now."""
    later = Change.objects.filter(kind=change.kind, key=change.key, id__gt=change.id, before__isnull=False).first()
    before: Any = later and later.before
    if not before:
        return row
    # from_db reads positions, and jsonb keeps no order of its keys.
    names = [f.attname for f in type(row)._meta.concrete_fields]
    return type(row).from_db("default", names, [before[name] for name in names])


def _catalogue(model, *names) -> Callable[[Change], Line]:
    def write(change):
        row = _then(change, model.objects.get(key=change.key))
        verb = {"verb": "edit"} if change.verb == "edit" else {}
        line = {"type": change.kind} | verb | {"key": change.key} | _fields(row, *names)
        if change.verb == "edit" and getattr(row, "retracted_id", None) == change.id:
            line["retracted"] = True
        if model is Subject and not verb:
            names_ = row.names.filter(since=change).order_by("id")
            line["names"] = [
                {k: v for k, v in _fields(n, "text", "language", "preferred").items() if v} for n in names_
            ]
        return line

    return write


def _write_capture(change):
    capture = Capture.objects.select_related("source").get(since=change)
    names = (
        "sha256",
        "text_sha256",
        "bytes",
        "length",
        "blocks",
        "media_type",
        "charset",
        "text",
        "withheld",
        "how",
        "extractor",
    )
    line = {"type": "capture", "source": capture.source.key} | _fields(
        capture, *names, "final_url", "http_status", "captured_at"
    )
    return line | {"captured_at": capture.captured_at.astimezone(UTC).isoformat().replace("+00:00", "Z")}


def _write_region(change):
    region = Region.objects.select_related("capture__source").get(since=change)
    return (
        {"type": "region"}
        | _fields(region, "capture", "start", "end", "kind", "of_start", "of_end")
        | {"about": region.note}
    )


def _write_passage(change):
    passage = Passage.objects.select_related("capture__source").get(since=change)
    line = {"type": "passage"} | _fields(passage, "capture", "start", "end", "exact")
    return line if passage.exact else line | _fields(passage, "salt", "seal")


def _write_translation(change):
    row = Translation.objects.select_related("passage__capture__source").get(since=change)
    return {"type": "translation"} | _fields(row, "passage", "language", "text", "made_by", "checked_by")


def _write_descent(change):
    row = Descent.objects.select_related("origin", "upstream").get(since=change)
    return {"type": "descent"} | _fields(row, "origin", "upstream", "kind") | {"about": row.note}


def _write_claim(change):
    claim = Claim.objects.get(key=change.key)
    subjects = ClaimSubject.objects.filter(since=change).order_by("id").values_list("subject__key", flat=True)
    line = (
        {"type": "claim", "key": claim.key}
        | _fields(claim, "kind", "sensitivity", "misconduct")
        | {"subjects": list(subjects)}
    )
    wording = Wording.objects.filter(since=change).first()
    return line | (_fields(wording, "headline", "statement", "language") if wording else {})


def _write_wording(change):
    row = Wording.objects.get(since=change)
    return {"type": "wording", "claim": change.key, "number": row.number} | _fields(
        row, "headline", "statement", "language"
    )


def _write_appearance(change):
    row = Appearance.objects.select_related("passage__capture__source").get(since=change)
    names = ("passage", "position", "hedge", "dated", "dated_words", "dated_basis")
    line = {"type": "appearance", "claim": change.key} | _fields(row, *names) | {"about": row.note}
    line["speakers"] = [
        {k: v for k, v in _fields(s, "name", "anonymity", "subject", "outlet", "origin").items() if v}
        for s in row.speakers.select_related("subject", "outlet", "origin")
    ]
    line["figures"] = [
        {
            k: v
            for k, v in _fields(f, "words", "low", "high", "unit", "currency", "qualifier").items()
            if v not in ("", None)
        }
        for f in row.figures.all()
    ]
    return line


def _write_assessment(change):
    row = Assessment.objects.select_related("wording", "claim").get(since=change)
    line = {"type": "assessment", "claim": change.key, "number": row.number, "wording": row.wording.number}
    line |= _fields(row, "status", "code", "about", "why", "reason", "would_change", "review_by")
    line["citations"] = [
        {
            k: v
            for k, v in _fields(
                c, "stance", "passage", "reference", "url", "origin", "expression", "printed", "decimals"
            ).items()
            if v
        }
        | ({"about": c.note} if c.note else {})
        for c in row.citations.select_related("passage__capture__source", "origin")
    ]
    return line


def _write_name(change):
    row = Name.objects.select_related("subject").get(since=change)
    return {"type": "name"} | _fields(row, "subject", "text", "language", "preferred")


def _write_relation(change):
    row = Relation.objects.select_related("other").get(since=change)
    return {"type": "relation", "claim": change.key, "other": row.other.key, "kind": row.kind}


def _write_verb(change):
    return {"type": change.verb, "claim": change.key}


OUTLET = ("name", "language", "kind", "url", "owner")
ORIGIN = ("name", "kind", "outlet", "dated")
SOURCE = ("origin", "outlet", "title", "title_en", "author", "url", "language", "dated", "rights", "confidential")
SUBJECT = ("name", "kind", "outlet", "private_person", "wikidata")

WRITERS: dict[tuple[str, str], Callable[[Change], Line]] = {
    **{(verb, "outlet"): _catalogue(Outlet, *OUTLET) for verb in ("add", "edit")},
    **{(verb, "origin"): _catalogue(Origin, *ORIGIN) for verb in ("add", "edit")},
    **{(verb, "source"): _catalogue(Source, *SOURCE) for verb in ("add", "edit")},
    **{(verb, "subject"): _catalogue(Subject, *SUBJECT) for verb in ("add", "edit")},
    ("capture", "source"): _write_capture,
    ("mark", "capture"): _write_region,
    ("mark", "passage"): _write_passage,
    ("translate", "passage"): _write_translation,
    ("relate", "origin"): _write_descent,
    ("record", "claim"): _write_claim,
    ("reword", "claim"): _write_wording,
    ("appear", "claim"): _write_appearance,
    ("assess", "claim"): _write_assessment,
    ("relate", "claim"): _write_relation,
    ("reword", "subject"): _write_name,
    **{(verb, "claim"): _write_verb for verb in ("publish", "release", "withdraw")},
}


# -- reading


def load(
    lines: Iterable[str],
    *,
    dry_run: bool = False,
    batch: int = BATCH,
    progress: Callable[[int], object] = lambda n: None,
) -> Result:
    """Replays lines, a batch at a time: a bad line undoes its batch and is named.

    An empty desk keeps the moments of the file. A desk with a history of its own keeps them as `decided_on`.
    """
    result = Result()
    restoring = not Change.objects.exists()
    if dry_run:
        with transaction.atomic():
            _load_batch(enumerate(lines, 1), result, restoring, progress)
            transaction.set_rollback(True)
        return result
    numbered = enumerate(lines, 1)
    while piece := [pair for _, pair in zip(range(batch), numbered, strict=False)]:
        with transaction.atomic():
            _load_batch(piece, result, restoring, progress)
    return result


def _load_batch(numbered, result: Result, restoring: bool, progress) -> None:
    for number, text in numbered:
        try:
            line = json.loads(text)
            created = _load_line(line, restoring)
        except json.JSONDecodeError as error:
            raise BadLine(number, f"this is not JSON ({error.msg} at column {error.colno})") from error
        except ValidationError as error:
            raise BadLine(number, " ".join(error.messages)) from error
        except KeyError as error:
            raise BadLine(number, f"{error.args[0]!r} is missing or unknown") from error
        except (ObjectDoesNotExist, PermissionDenied, IntegrityError, TypeError, ValueError, AttributeError) as error:
            raise BadLine(number, str(error)) from error
        result.lines += 1
        if created:
            result.created[line["type"]] = result.created.get(line["type"], 0) + 1
        elif line["type"] != "desk":
            result.unchanged += 1
        progress(number)


def _load_line(line: Line, restoring: bool) -> bool:
    """Whether the line brought something new."""
    kind = line["type"]
    if kind == "desk":
        if line != FORMAT:
            raise ValidationError(f"this desk reads {FORMAT['format']} version {FORMAT['version']}")
        return False
    if kind == "editor":
        return _load_editor(line)
    if kind not in READERS:
        raise ValidationError(f"{kind!r} is not a type of this format")
    there = FINDERS[kind](line)
    if there is not None:
        _refuse_other(line, written(there))
        return False
    by, approver = _editor(line.get("by")), _editor(line.get("approved_by"))
    moment = datetime.fromisoformat(line["at"]) if line.get("at") else None
    decided = line.get("decided_on", "") or ("" if restoring or not moment else moment.date().isoformat())
    approval = line.get("approval", "") if restoring else ""
    with through(Via.IMPORT, at=moment if restoring else None, decided_on=decided, approval=approval):
        READERS[kind](line, {"by": by, "approved_by": approver})
    return True


def _refuse_other(line: Line, there: Line) -> None:
    """A thing that is there already must be the same; its act may be this desk's own."""
    for name in sorted((line.keys() | there.keys()) - set(ACT)):
        if line.get(name) != there.get(name):
            raise ValidationError(f"this {line['type']} is there already, with another {name}")


def _load_editor(line: Line) -> bool:
    user, created = User.objects.get_or_create(
        username=line["username"], defaults={"is_active": False, "is_staff": True}
    )
    if created:
        # An operator gives a loaded editor a password and lets them in; until then the name only signs its acts.
        user.set_unusable_password()
        user.first_name, _, user.last_name = line.get("name", "").partition(" ")
        user.save()
        if line.get("role"):
            user.groups.add(Group.objects.get(name=line["role"]))
    return created


def _editor(username: str | None) -> User | None:
    if not username:
        return None
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist:
        raise ValidationError(f"there is no editor {username}") from None


def _capture(ref: str) -> Capture:
    key, _, sha = ref.partition("/")
    return Capture.objects.select_related("source").get(source__key=key, sha256__startswith=sha)


def _passage(ref: str) -> Passage:
    capture, _, place = ref.rpartition("/")
    start, _, end = place.partition("-")
    return Passage.objects.select_related("capture__source").get(capture=_capture(capture), start=start, end=end)


def _named(line: Line, *names: str) -> Line:
    """Fields of a line, with natural keys resolved."""
    catalogue: dict[str, Any] = {
        "outlet": Outlet,
        "owner": Outlet,
        "origin": Origin,
        "upstream": Origin,
        "subject": Subject,
    }
    return {n: catalogue[n].objects.get(key=line[n]) if n in catalogue else line[n] for n in names if n in line}


def _read_catalogue(model, *names):
    def read(line, act):
        fields = _named(line, *names)
        if line.get("verb") == "edit":
            row = model.objects.get(key=line["key"])
            if line.get("retracted"):
                return row.retract(because=line.get("note", ""), **act)
            gone = {n: model._meta.get_field(n).get_default() for n in names if n not in line}
            return row.edit(
                **{n: v for n, v in (gone | fields).items() if v is not None or n in {"outlet", "owner"}}, **act
            )
        if line.get("names"):
            fields["names"] = line["names"]
        return model.objects.add(key=line["key"], by=act["by"], **fields)

    return read


def _read_capture(line, act):
    fields = {k: v for k, v in line.items() if k not in {"type", "source", *ACT}}
    fields["captured_at"] = datetime.fromisoformat(fields["captured_at"])
    Source.objects.get(key=line["source"]).keep_capture(by=act["by"], **fields)


def _read_region(line, act):
    fields = {k: line[k] for k in ("start", "end", "of_start", "of_end") if k in line}
    fields.setdefault("start", 0)
    _capture(line["capture"]).mark(line["kind"], by=act["by"], note=line.get("about", ""), **fields)


def _read_passage(line, act):
    words = {k: line[k] for k in ("salt", "seal") if k in line}
    _capture(line["capture"]).quote(
        line.get("start", 0), line["end"], by=act["by"], exact=line.get("exact", ""), **words
    )


def _read_translation(line, act):
    fields = {k: line[k] for k in ("text", "language", "made_by", "checked_by") if k in line}
    _passage(line["passage"]).translate(by=act["by"], **fields)


def _read_descent(line, act):
    named = _named(line, "origin", "upstream")
    named["origin"].descend(named["upstream"], line["kind"], by=act["by"], note=line.get("about", ""))


def _read_claim(line, act):
    fields = {
        k: line[k]
        for k in ("key", "kind", "sensitivity", "misconduct", "headline", "statement", "language")
        if k in line
    }
    subjects = [Subject.objects.get(key=key) for key in line.get("subjects", [])]
    Claim.objects.record(by=act["by"], subjects=subjects, **fields)


def _refuse_gap(line: Line, numbered: Any) -> None:
    if line["number"] != numbered.count() + 1:
        raise ValidationError(f"{line['type']} {line['number']} of {line['claim']} does not follow the one before it")


def _read_wording(line, act):
    fields = {k: line[k] for k in ("headline", "statement", "language") if k in line}
    claim = Claim.objects.get(key=line["claim"])
    _refuse_gap(line, claim.wordings)
    claim.reword(fields.pop("headline", ""), fields.pop("statement"), **fields, **act)


def _read_appearance(line, act):
    fields = {k: line[k] for k in ("hedge", "dated", "dated_words", "dated_basis") if k in line}
    speakers = [s | _named(s, "subject", "outlet", "origin") for s in line.get("speakers", [])]
    Claim.objects.get(key=line["claim"]).appear(
        _passage(line["passage"]),
        line["position"],
        speakers=speakers,
        figures=line.get("figures", []),
        note=line.get("about", ""),
        **fields,
        **act,
    )


def _read_assessment(line, act):
    claim = Claim.objects.get(key=line["claim"])
    citing = [
        Cited(
            passage_id=_passage(c["passage"]).pk if "passage" in c else None,
            origin_id=Origin.objects.get(key=c["origin"]).pk if "origin" in c else None,
            note=c.get("about", ""),
            **{k: v for k, v in c.items() if k not in {"passage", "origin", "about"}},
        )
        for c in line.get("citations", [])
    ]
    _refuse_gap(line, claim.assessments)
    before = claim.assessments.filter(number=line["number"] - 1).first()
    seen = (claim.wordings.get(number=line["wording"]).pk, before.pk if before else None)
    fields = {k: line[k] for k in ("code", "about", "reason", "would_change", "review_by") if k in line}
    override = line.get("note", "") if line.get("approval") == "override" else ""
    claim.assess(line["status"], because=line["why"], seen=seen, citing=citing, override=override, **fields, **act)


def _read_name(line, act):
    fields = {k: line[k] for k in ("text", "language", "preferred") if k in line}
    Subject.objects.get(key=line["subject"]).also_called(**fields, **act)


def _read_relation(line, act):
    other = Claim.objects.get(key=line["other"])
    Claim.objects.get(key=line["claim"]).relate(other, line["kind"], **act)


def _read_publish(line, act):
    Claim.objects.get(key=line["claim"]).publish(no_reply_reason=line.get("note", ""), **act)


def _read_release(line, act):
    Claim.objects.get(key=line["claim"]).release(because=line.get("note", ""), **act)


def _read_withdraw(line, act):
    Claim.objects.get(key=line["claim"]).withdraw(because=line.get("note", ""), **act)


READERS: dict[str, Callable[[Line, Line], object]] = {
    "outlet": _read_catalogue(Outlet, *OUTLET),
    "origin": _read_catalogue(Origin, *ORIGIN),
    "source": _read_catalogue(Source, *SOURCE),
    "subject": _read_catalogue(Subject, *SUBJECT),
    "capture": _read_capture,
    "region": _read_region,
    "passage": _read_passage,
    "translation": _read_translation,
    "descent": _read_descent,
    "claim": _read_claim,
    "wording": _read_wording,
    "appearance": _read_appearance,
    "assessment": _read_assessment,
    "relation": _read_relation,
    "name": _read_name,
    "publish": _read_publish,
    "release": _read_release,
    "withdraw": _read_withdraw,
}


# -- what is there already: the change that brought it, by natural key


def _brought(rows: Any) -> Change | None:
    row = rows.select_related("since__by", "since__approved_by").order_by("id").first()
    return row.since if row else None


def _find_catalogue(model: Any):
    def find(line):
        if line.get("verb") == "edit":
            edits = Change.objects.filter(kind=line["type"], key=line["key"], verb="edit")
            return next((e for e in edits if _is_same(line, written(e))), None)
        return _brought(model.objects.filter(key=line["key"]))

    return find


def _is_same(line: Line, there: Line) -> bool:
    return all(line.get(n) == there.get(n) for n in (line.keys() | there.keys()) - set(ACT))


def _find_verb(verb):
    return lambda line: Change.objects.filter(kind="claim", key=line["claim"], verb=verb).first()


def _place(line: Line) -> Line:
    return {"capture": _capture(line["capture"]), "start": line.get("start", 0), "end": line["end"]}


FINDERS: dict[str, Callable[[Line], Change | None]] = {
    "outlet": _find_catalogue(Outlet),
    "origin": _find_catalogue(Origin),
    "source": _find_catalogue(Source),
    "subject": _find_catalogue(Subject),
    "capture": lambda x: _brought(Capture.objects.filter(source__key=x["source"], sha256=x["sha256"])),
    "region": lambda x: _brought(Region.objects.filter(kind=x["kind"], **_place(x))),
    "passage": lambda x: _brought(Passage.objects.filter(**_place(x))),
    "translation": lambda x: _brought(
        Translation.objects.filter(passage=_passage(x["passage"]), language=x["language"], text=x["text"])
    ),
    "descent": lambda x: _brought(
        Descent.objects.filter(origin__key=x["origin"], upstream__key=x["upstream"], kind=x["kind"])
    ),
    "claim": lambda x: _brought(Claim.objects.filter(key=x["key"])),
    "wording": lambda x: _brought(Wording.objects.filter(claim__key=x["claim"], number=x["number"])),
    "appearance": lambda x: _brought(Appearance.objects.filter(claim__key=x["claim"], passage=_passage(x["passage"]))),
    "assessment": lambda x: _brought(Assessment.objects.filter(claim__key=x["claim"], number=x["number"])),
    "relation": lambda x: _brought(
        Relation.objects.filter(claim__key=x["claim"], other__key=x["other"], kind=x["kind"])
    ),
    "name": lambda x: _brought(Name.objects.filter(subject__key=x["subject"], language=x["language"], text=x["text"])),
    "publish": _find_verb("publish"),
    "release": _find_verb("release"),
    "withdraw": _find_verb("withdraw"),
}
