"""Writing: the line of each change, as the change left its row."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth.models import User
from django.db import models

from sources.dates import rfc3339
from sources.models import (
    Capture,
    Change,
    Descent,
    Origin,
    Outlet,
    Passage,
    Region,
    Sighting,
    Source,
    Translation,
)
from sources.models.record import REDACTED, Sealed

from ..methods import FIRST
from ..models import (
    Appearance,
    Assessment,
    Claim,
    ClaimSubject,
    Correction,
    Hold,
    Name,
    Relation,
    RelationKind,
    Reply,
    ReplyRequest,
    Subject,
    Wording,
)
from ..models.appearances import TEXTS
from ..roles import ROLES

FORMAT = {"type": "desk", "format": "factdesk-interchange", "version": 1}
ACT = ("by", "approved_by", "approval", "decided_on", "at", "note")

Line = dict[str, Any]


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
    act = {
        "by": change.by.username if change.by else None,
        "approved_by": change.approved_by.username if change.approved_by else None,
        "approval": change.approval if change.approval in {"alone", "override"} else None,
        "decided_on": change.decided_on,
        "at": rfc3339(change.recorded_at, "microseconds"),
        "note": change.note,
    }
    return told(change) | {k: v for k, v in act.items() if v}


def told(change: Change) -> Line:
    """What a line says of a change, but for whose act it was and when."""
    return {k: v for k, v in WRITERS[change.verb, change.kind](change).items() if not empty(v)}


def empty(value) -> bool:
    """What a line leaves out; a zero is said."""
    return value is None or value is False or (isinstance(value, str | list | dict) and not value)


def _text(line: Line) -> str:
    return json.dumps(line, ensure_ascii=False)


def _fields(row, *names) -> Line:
    line = {name: _plain(getattr(row, name)) for name in names}
    return line | {name: REDACTED for name in names if name in _redacted(row) and line[name] == ""}


def _redacted(row) -> list[str]:
    """The columns whose words were redacted. A passage without a seal never had any here."""
    if not isinstance(row, Sealed) or row.salt or not row.seal or isinstance(row, Passage):
        return []
    # Of a citation and of a request some words exclude others, which were never there.
    never = {"reference": bool(getattr(row, "passage_id", "") or getattr(row, "expression", ""))}
    if isinstance(row, ReplyRequest):
        never = {"why_not": bool(row.channel), "questions": not row.channel}
    return [name for name in row.kept.personal if not never.get(name)]


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


def edits_of(change: Change):
    """The edits of a thing, up to this one."""
    return Change.objects.filter(kind=change.kind, key=change.key, verb="edit", id__lte=change.id)


def _catalogue(model, *names) -> Callable[[Change], Line]:
    def write(change):
        row = _then(change, model.objects.get(key=change.key))
        verb = {"verb": "edit", "number": edits_of(change).count()} if change.verb == "edit" else {}
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
    line: Line = {"type": "capture", "source": capture.source.key} | _fields(capture, *CAPTURE)
    line["withheld"] = capture.withheld or not capture.text  # whoever loads it cannot compare a text that was redacted
    return line | {"captured_at": rfc3339(capture.captured_at)}


def _write_read(change):
    number = Change.objects.about("capture", change.key).filter(verb="read", id__lte=change.id).count()
    return {"type": "read", "capture": change.key, "number": number}


def _write_sighting(change):
    row = Sighting.objects.select_related("passage__capture__source", "capture__source").get(since=change)
    number = Sighting.objects.filter(passage=row.passage, since__lte=change).count()
    return {"type": "sighting", "number": number} | _fields(
        row, "passage", "capture", "outcome", "start", "end", "distance"
    )


def _write_region(change):
    region = Region.objects.select_related("capture__source").get(since=change)
    line = {"type": "region"} | _which(region, REGION, since__lte=change)
    return line | _fields(region, "of_start", "of_end") | {"about": region.note}


def _write_end_of_region(change):
    row = Region.objects.select_related("capture__source").get(until=change)
    return {"type": "end_region"} | _ended(row, REGION)


def _write_passage(change):
    passage = Passage.objects.for_list().get(since=change)
    return {"type": "passage"} | _fields(passage, "capture", "start", "end", "exact")


def _write_translation(change):
    row = Translation.objects.select_related("passage__capture__source").defer(*TEXTS).get(since=change)
    number = Translation.objects.filter(passage=row.passage, language=row.language, since__lte=change).count()
    line = {"type": "translation", "number": number}
    return line | _fields(row, "passage", "language", "text", "made_by", "checked_by")


def _write_descent(change):
    row = Descent.objects.select_related("origin", "upstream").get(since=change)
    return {"type": "descent"} | _which(row, DESCENT, since__lte=change) | {"about": row.note}


def _write_end_of_descent(change):
    row = Descent.objects.select_related("origin", "upstream").get(until=change)
    return {"type": "end_descent"} | _ended(row, DESCENT)


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
    line = {"type": "wording", "claim": change.key, "number": row.number} | _correction(change)
    return line | _fields(row, "headline", "statement", "language", "code")


def _correction(change) -> Line:
    row = Correction.objects.filter(since=change).first()
    return {"correction": _fields(row, "kind", "why")} if row else {}


def _numbered(change) -> int:
    """Which act of its kind on this claim it is."""
    return Change.objects.about("claim", change.key).filter(verb=change.verb, id__lte=change.id).count()


def _write_appearance(change):
    row = Appearance.objects.select_related("passage__capture__source").defer(*TEXTS).get(since=change)
    names = ("passage", "position", "hedge", "dated", "dated_words", "dated_basis")
    again = Appearance.objects.filter(claim=row.claim, passage=row.passage, since__lte=change).count()
    line = {"type": "appearance", "claim": change.key, "number": again if again > 1 else None}
    line |= _fields(row, *names) | {"about": row.note}
    line["speakers"] = [
        {k: v for k, v in _fields(s, "name", "anonymity", "subject", "outlet", "origin").items() if v}
        for s in row.speakers.select_related("subject", "outlet", "origin")
    ]
    line["figures"] = [{k: v for k, v in _fields(f, *FIGURE).items() if not empty(v)} for f in row.figures.all()]
    return line


def _write_assessment(change):
    row = Assessment.objects.select_related("wording", "claim").get(since=change)
    line = {"type": "assessment", "claim": change.key, "number": row.number, "wording": row.wording.number}
    line["method"] = row.method_version if row.method_version != FIRST else None
    line |= _correction(change)
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
        for c in row.citations.select_related("passage__capture__source", "origin").defer(*TEXTS)
    ]
    return line


def _write_name(change):
    row = Name.objects.select_related("subject").get(since=change)
    return {"type": "name"} | _which(row, NAME, since__lte=change) | _fields(row, "preferred")


def _write_end_of_name(change):
    row = Name.objects.select_related("subject").get(until=change)
    return {"type": "end_name"} | _ended(row, NAME)


def _write_relation(change):
    row = Relation.objects.select_related("claim", "other").get(since=change)
    return {"type": "relation"} | _which(row, RELATION, since__lte=change)


def _write_mention(change):
    row = ClaimSubject.objects.select_related("claim", "subject").get(since=change)
    return {"type": "add_subject"} | _which(row, MENTION, since__lte=change)


def _write_end_of_claim(change):
    """What ended of what is said of a claim: whom it is about, or how it stands to another."""
    if change.parts:
        mention = ClaimSubject.objects.select_related("claim", "subject").get(until=change)
        return {"type": "end_subject"} | _ended(mention, MENTION)
    row = Relation.objects.select_related("claim", "other").get(until=change)
    return {"type": "end_relation"} | _ended(row, RELATION)


def _which(row, names, **so_far) -> Line:
    """What names a row that may come and end more than once; and, after the first, which time this is."""
    number = type(row)._default_manager.filter(**{name: getattr(row, name) for name in names}, **so_far).count()
    return _fields(row, *names) | {"number": number if number > 1 else None}


def _ended(row, names) -> Line:
    return _which(row, names, until__lte=row.until, until__verb="close")


def _write_verb(change):
    return {"type": change.verb, "claim": change.key} | _correction(change)


def _write_strike(change):
    row = Appearance.objects.select_related("passage__capture__source").defer(*TEXTS).get(until=change)
    line = {"type": "strike", "claim": change.key, "number": _numbered(change)} | _correction(change)
    return line | _fields(row, "passage")


def _write_hold(change):
    row = Hold.objects.get(since=change)
    ends = row.ends_at and rfc3339(row.ends_at)
    return {"type": "hold", "claim": change.key, "number": row.number, "kind": row.kind, "ends_at": ends}


def _write_lift(change):
    line = {"type": "lift", "claim": change.key, "number": _numbered(change)}
    return line | {"kind": Hold.objects.get(until=change).kind}


def _write_request(change):
    row = ReplyRequest.objects.select_related("subject").get(since=change)
    claims = row.about.filter(since=change).order_by("id").values_list("claim__key", flat=True)
    names = ("key", "to_name", "subject", "channel", "questions", "asked_on", "deadline", "why_not")
    return {"type": "request", "claims": list(claims)} | _fields(row, *names)


def _write_reply(change):
    row = Reply.objects.select_related("passage__capture__source").defer(*TEXTS).get(since=change)
    line = {"type": "reply", "request": change.key, "number": row.number, "about": row.note}
    return line | _fields(row, "outcome", "passage")


def _write_absorb(change):
    row = Relation.objects.select_related("other").get(since=change, kind=RelationKind.ABSORBS)
    return {"type": "absorb", "claim": change.key, "other": row.other.key}


def _write_merge(change):
    into = Relation.objects.select_related("claim").get(other__key=change.key, kind=RelationKind.ABSORBS)
    return {"type": "merge", "claim": change.key, "into": into.claim.key}


def _write_redaction(change):
    return {"type": "redact", "claim": change.key, "number": _numbered(change)}


DESCENT = ("origin", "upstream", "kind")
NAME = ("subject", "text", "language")
REGION = ("capture", "start", "end", "kind")
MENTION = ("claim", "subject")
RELATION = ("claim", "other", "kind")
OUTLET = ("name", "language", "kind", "url", "owner")
ORIGIN = ("name", "kind", "outlet", "dated")
SOURCE = (
    "origin",
    "outlet",
    "title",
    "title_en",
    "author",
    "url",
    "archived",
    "language",
    "dated",
    "rights",
    "confidential",
)
CAPTURE = (
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
    "final_url",
    "http_status",
    "captured_at",
)
FIGURE = ("words", "low", "high", "unit", "currency", "qualifier")
SUBJECT = ("name", "kind", "outlet", "private_person", "wikidata")

WRITERS: dict[tuple[str, str], Callable[[Change], Line]] = {
    **{(verb, "outlet"): _catalogue(Outlet, *OUTLET) for verb in ("add", "edit")},
    **{(verb, "origin"): _catalogue(Origin, *ORIGIN) for verb in ("add", "edit")},
    **{(verb, "source"): _catalogue(Source, *SOURCE) for verb in ("add", "edit")},
    **{(verb, "subject"): _catalogue(Subject, *SUBJECT) for verb in ("add", "edit")},
    ("capture", "source"): _write_capture,
    ("read", "capture"): _write_read,
    ("sight", "passage"): _write_sighting,
    ("mark", "capture"): _write_region,
    ("close", "capture"): _write_end_of_region,
    ("mark", "passage"): _write_passage,
    ("translate", "passage"): _write_translation,
    ("relate", "origin"): _write_descent,
    ("close", "origin"): _write_end_of_descent,
    ("record", "claim"): _write_claim,
    ("reword", "claim"): _write_wording,
    ("appear", "claim"): _write_appearance,
    ("assess", "claim"): _write_assessment,
    ("relate", "claim"): _write_relation,
    ("add", "claim"): _write_mention,
    ("close", "claim"): _write_end_of_claim,
    ("reword", "subject"): _write_name,
    ("close", "subject"): _write_end_of_name,
    **{(verb, "claim"): _write_verb for verb in ("publish", "release", "withdraw")},
    ("strike", "claim"): _write_strike,
    ("hold", "claim"): _write_hold,
    ("lift", "claim"): _write_lift,
    ("ask", "request"): _write_request,
    ("answer", "request"): _write_reply,
    ("absorb", "claim"): _write_absorb,
    ("merge", "claim"): _write_merge,
    ("redact", "claim"): _write_redaction,
}
