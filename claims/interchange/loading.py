"""Reading: each line replayed through the verb of an editor's hand."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from sources.anchoring import Found
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
    Via,
)
from sources.recording import through
from sources.redacting import told_as_redacted

from ..methods import FIRST
from ..models import (
    Appearance,
    Assessment,
    Cited,
    Claim,
    Corrected,
    Name,
    Relation,
    RelationKind,
    Reply,
    ReplyRequest,
    Subject,
    Wording,
)
from ..models.finding import kept_later
from ..watching import flag
from .dumping import ACT, CAPTURE, FIGURE, FORMAT, ORIGIN, OUTLET, SOURCE, SUBJECT, Line, empty, told

BATCH = 500
MOST = 2000  # rows that are remembered
REFUSALS = (
    ObjectDoesNotExist,
    MultipleObjectsReturned,
    PermissionDenied,
    DatabaseError,
    ArithmeticError,
    TypeError,
    ValueError,
    AttributeError,
)


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
    batches = 0
    while piece := [pair for _, pair in zip(range(batch), numbered, strict=False)]:
        with transaction.atomic():
            _load_batch(piece, result, restoring, progress)
        batches += 1
        if batches & (batches - 1) == 0:  # the 1st, 2nd, 4th, 8th …
            _learn_sizes()
    return result


def _learn_sizes() -> None:
    """A planner that still believes the tables empty would join them row by row."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _load_batch(numbered, result: Result, restoring: bool, progress) -> None:
    with kept_later(), _remembering():
        _load_lines(numbered, result, restoring, progress)


def _load_lines(numbered, result: Result, restoring: bool, progress) -> None:
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
        except RecursionError as error:
            raise BadLine(number, "it is nested too deep") from error
        except REFUSALS as error:
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
        _refuse_other(line, told(there))
        return False
    by, approver = _editor(line.get("by")), _editor(line.get("approved_by"))
    moment = datetime.fromisoformat(line["at"]) if line.get("at") else None
    decided = line.get("decided_on", "") or ("" if restoring or not moment else moment.date().isoformat())
    approved = line.get("approval", "")
    approval = approved if restoring or approved == "override" else ""
    note = line.get("note", "") if approval else ""
    with through(
        Via.IMPORT if by else Via.WORKER,
        at=moment if restoring else None,
        decided_on=decided,
        approval=approval,
        note=note,
    ):
        READERS[kind](line, {"by": by, "approved_by": approver})
    if line.get("verb") == "edit" or kind == "redact":
        _rows.get({}).clear()
    _refuse_other(line, told(Change.objects.latest("id")), "would be kept")
    return True


def _refuse_other(line: Line, there: Line, how: str = "is there already,") -> None:
    """What stands must be what the line says; its act may be this desk's own."""
    model: Any = MODELS.get(line["type"])
    for name in sorted((line.keys() | there.keys()) - set(ACT)):
        said, stands = line.get(name), there.get(name)
        if name not in line and model and name in {f.name for f in model._meta.fields}:
            said = model._meta.get_field(name).get_default()
        if said != stands and not (empty(said) and empty(stands)):
            raise ValidationError(f"this {line['type']} {how} with another {name}")


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
        return _row(User, username=username)
    except User.DoesNotExist:
        raise ValidationError(f"there is no editor {username}") from None


# -- the rows that lines name


_rows: ContextVar[dict[Any, Any]] = ContextVar("rows")


@contextmanager
def _remembering() -> Iterator[None]:
    """Rows that one line after the other names are asked for once, until a line changes such a row."""
    token = _rows.set({})
    try:
        yield
    finally:
        _rows.reset(token)


def _row(model: Any, **named) -> Any:
    rows, what = _rows.get({}), (model, *named.values())  # outside of a batch nothing is remembered
    if what not in rows:
        if len(rows) >= MOST:
            rows.clear()
        joined = ["source"] if model is Capture else []
        rows[what] = model.objects.select_related(*joined).get(**named)
    return rows[what]


def _capture(ref: str) -> Capture:
    key, _, sha = ref.partition("/")
    return _row(Capture, source__key=key, sha256__startswith=sha)


def _as_it_stands(capture: Capture) -> Capture:
    """With its source as it is now: it may have come to be public since."""
    capture.source.refresh_from_db()
    return capture


def _passage(ref: str) -> Passage:
    capture, _, place = ref.rpartition("/")
    start, _, end = place.partition("-")
    of = _capture(capture)
    passage = _row(Passage, capture=of, start=start, end=end)
    passage.capture = of
    return passage


def _claim(line: Line) -> Claim:
    """The claim under a verb, which locks it and asks for it anew."""
    return _row(Claim, key=line["claim"])


def _named(line: Line, *names: str) -> Line:
    """Fields of a line, with natural keys resolved."""
    catalogue: dict[str, Any] = {
        "outlet": Outlet,
        "owner": Outlet,
        "origin": Origin,
        "upstream": Origin,
        "subject": Subject,
    }
    return {n: _row(catalogue[n], key=line[n]) if n in catalogue else line[n] for n in names if n in line}


def _read_catalogue(model, *names):
    def read(line, act):
        fields = _named(line, *names)
        if line.get("verb") == "edit":
            row = model.objects.get(key=line["key"])
            _refuse_gap(line, Change.objects.about(line["type"], line["key"]).filter(verb="edit"))
            if line.get("retracted"):
                return Claim.objects.retract(row, because=line.get("note", ""), **act)
            gone = {n: model._meta.get_field(n).get_default() for n in names if n not in line}
            return row.edit(
                note=line.get("note", ""),
                **{n: v for n, v in (gone | fields).items() if v is not None or n in {"outlet", "owner"}},
                **act,
            )
        if line.get("names"):
            fields["names"] = line["names"]
        return model.objects.add(key=line["key"], by=act["by"], **fields)

    return read


def _read_capture(line, act):
    fields = _named(line, *CAPTURE)
    fields["captured_at"] = datetime.fromisoformat(fields["captured_at"])
    Source.objects.get(key=line["source"]).keep_capture(by=act["by"], **fields)


def _read_region(line, act):
    fields = _named(line, "start", "end", "of_start", "of_end")
    fields.setdefault("start", 0)
    _as_it_stands(_capture(line["capture"])).mark(line["kind"], note=line.get("about", ""), **fields, **act)


def _read_reading(line, act):
    _as_it_stands(_capture(line["capture"])).read_to_the_end(by=act["by"])


def _read_sighting(line, act):
    passage, capture = _passage(line["passage"]), _capture(line["capture"])
    found = Found(line["outcome"], *(line.get(n) for n in ("start", "end", "distance")))
    Sighting.of(passage, capture, found, by=act["by"])
    if found.outcome != "exact":
        flag([passage])


def _read_passage(line, act):
    _capture(line["capture"]).quote(line.get("start", 0), line["end"], by=act["by"], exact=line.get("exact", ""))


def _read_translation(line, act):
    fields = _named(line, "text", "language", "made_by", "checked_by")
    _passage(line["passage"]).translate(**fields, **act)


def _read_descent(line, act):
    named = _named(line, "origin", "upstream")
    named["origin"].descend(named["upstream"], line["kind"], note=line.get("about", ""), **act)


def _read_claim(line, act):
    fields = _named(line, "key", "kind", "sensitivity", "misconduct", "headline", "statement", "language")
    subjects = [_row(Subject, key=key) for key in line.get("subjects", [])]
    Claim.objects.record(by=act["by"], subjects=subjects, **fields)


def _refuse_gap(line: Line, numbered: Any) -> None:
    if line["number"] != numbered.count() + 1:
        whose = line.get("claim") or line["key"]
        raise ValidationError(f"{line['type']} {line['number']} of {whose} does not follow the one before it")


def _read_wording(line, act):
    fields = _named(line, "headline", "statement", "language", "code")
    claim = _claim(line)
    _refuse_gap(line, claim.wordings)
    fields |= {"because": line.get("note", ""), "correcting": _corrected(line)}
    claim.reword(fields.pop("headline", ""), fields.pop("statement"), **fields, **act)


def _corrected(line: Line) -> Corrected | None:
    return Corrected(**line["correction"]) if "correction" in line else None


def _read_appearance(line, act):
    fields = _named(line, "hedge", "dated", "dated_words", "dated_basis")
    speakers = [
        {k: s[k] for k in ("name", "anonymity") if k in s} | _named(s, "subject", "outlet", "origin")
        for s in line.get("speakers", [])
    ]
    _claim(line).appear(
        _passage(line["passage"]),
        line["position"],
        speakers=speakers,
        figures=[{k: f[k] for k in FIGURE if k in f} for f in line.get("figures", [])],
        note=line.get("about", ""),
        **fields,
        **act,
    )


def _read_assessment(line, act):
    claim = _claim(line)
    citing = [
        Cited(
            passage_id=_passage(c["passage"]).pk if "passage" in c else None,
            origin_id=_row(Origin, key=c["origin"]).pk if "origin" in c else None,
            note=c.get("about", ""),
            **{k: v for k, v in c.items() if k not in {"passage", "origin", "about"}},
        )
        for c in line.get("citations", [])
    ]
    _refuse_gap(line, claim.assessments)
    before = claim.assessments.filter(number=line["number"] - 1).first() if line["number"] > 1 else None
    seen = (claim.wordings.get(number=line["wording"]).pk, before.pk if before else None)
    fields = _named(line, "code", "about", "reason", "would_change", "review_by")
    fields |= {"because": line["why"], "correcting": _corrected(line), "method": line.get("method", FIRST)}
    claim.assess(line["status"], seen=seen, citing=citing, **fields, **act)


def _read_name(line, act):
    fields = _named(line, "text", "language", "preferred")
    Subject.objects.get(key=line["subject"]).also_called(**fields, **act)


def _read_relation(line, act):
    other = Claim.objects.get(key=line["other"])
    _claim(line).relate(other, line["kind"], **act)


def _read_publish(line, act):
    _claim(line).publish(no_reply_reason=line.get("note", ""), **act)


def _read_release(line, act):
    _claim(line).release(because=line.get("note", ""), **act)


def _read_withdraw(line, act):
    error = "correction" in line
    _claim(line).withdraw(because=line.get("note", ""), our_error=error, **act)


def _read_strike(line, act):
    fields = {"because": line.get("note", ""), "correcting": _corrected(line)}
    _claim(line).strike(_passage(line["passage"]), **fields, **act)


def _read_hold(line, act):
    ends = datetime.fromisoformat(line["ends_at"]) if line.get("ends_at") else None
    claim = _claim(line)
    claim.hold(line["kind"], because=line.get("note", ""), ends_at=ends, **act)


def _read_lift(line, act):
    _claim(line).lift(line["kind"], because=line.get("note", ""), **act)


def _read_request(line, act):
    names = ("key", "to_name", "subject", "channel", "questions", "asked_on", "deadline", "why_not")
    claims = [Claim.objects.get(key=key) for key in line["claims"]]
    ReplyRequest.objects.ask(claims, **_named(line, *names), **act)


def _read_reply(line, act):
    passage = _passage(line["passage"]) if "passage" in line else None
    request = ReplyRequest.objects.get(key=line["request"])
    request.answer(line["outcome"], passage=passage, note=line.get("about", ""), **act)


def _read_absorb(line, act):
    _claim(line).absorb(Claim.objects.get(key=line["other"]), **act)


def _read_merge(line, act):
    into = Claim.objects.get(key=line["into"])
    _claim(line).give_way(into, because=line.get("note", ""), **act)


def _read_redaction(line, act):
    """Its rows are those whose words the file tells as redacted."""
    claim = Claim.objects.get(key=line["claim"])
    claim.redact_here(told_as_redacted(), because=line.get("note", ""), **act)


READERS: dict[str, Callable[[Line, Line], object]] = {
    "outlet": _read_catalogue(Outlet, *OUTLET),
    "origin": _read_catalogue(Origin, *ORIGIN),
    "source": _read_catalogue(Source, *SOURCE),
    "subject": _read_catalogue(Subject, *SUBJECT),
    "capture": _read_capture,
    "region": _read_region,
    "read": _read_reading,
    "sighting": _read_sighting,
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
    "strike": _read_strike,
    "hold": _read_hold,
    "lift": _read_lift,
    "request": _read_request,
    "reply": _read_reply,
    "absorb": _read_absorb,
    "merge": _read_merge,
    "redact": _read_redaction,
}


# -- what is there already: the change that brought it, by natural key


def _brought(rows: Any) -> Change | None:
    since = rows.order_by("id").values_list("since", flat=True).first()
    return Change.objects.get(pk=since) if since else None


def _find_catalogue(model: Any):
    def find(line):
        if line.get("verb") == "edit":
            edits = Change.objects.filter(kind=line["type"], key=line["key"], verb="edit").order_by("id")
            return _numbered(edits, line)
        return _brought(model.objects.filter(key=line["key"]))

    return find


def _numbered(rows: Any, line: Line) -> Any:
    """The row with the line's number, counted from 1; words may repeat, numbers do not."""
    return next(iter(rows[line["number"] - 1 : line["number"]]), None)


def _brought_by(rows: Any, line: Line) -> Change | None:
    """The change that brought the row with the line's number."""
    since = _numbered(rows.order_by("since").values_list("since", flat=True), line)
    return Change.objects.get(pk=since) if since else None


def _find_translation(line: Line) -> Change | None:
    there = Translation.objects.filter(passage=_passage(line["passage"]), language=line["language"])
    return _brought_by(there, line)


def _find_sighting(line: Line) -> Change | None:
    return _brought_by(Sighting.objects.filter(passage=_passage(line["passage"])), line)


def _find_verb(verb):
    """The act of this name on the claim: the only one, or the one that the line counts."""

    def find(line):
        acts = Change.objects.about("claim", line["claim"]).filter(verb=verb).order_by("id")
        return _numbered(acts, {"number": 1} | line)

    return find


def _find_appearance(line: Line) -> Change | None:
    """A passage that was struck may be recorded again: it is counted which time this is."""
    there = Appearance.objects.filter(claim__key=line["claim"], passage=_passage(line["passage"]))
    return _brought_by(there, {"number": 1} | line)


def _find_reply(line: Line) -> Change | None:
    return _brought(Reply.objects.filter(request__key=line["request"], number=line["number"]))


def _place(line: Line) -> Line:
    return {"capture": _capture(line["capture"]), "start": line.get("start", 0), "end": line["end"]}


FINDERS: dict[str, Callable[[Line], Change | None]] = {
    "outlet": _find_catalogue(Outlet),
    "origin": _find_catalogue(Origin),
    "source": _find_catalogue(Source),
    "subject": _find_catalogue(Subject),
    "capture": lambda x: _brought(Capture.objects.filter(source__key=x["source"], sha256=x["sha256"])),
    "sighting": _find_sighting,
    "read": lambda x: _numbered(Change.objects.about("capture", x["capture"]).filter(verb="read").order_by("id"), x),
    "region": lambda x: _brought(Region.objects.filter(kind=x["kind"], **_place(x))),
    "passage": lambda x: _brought(Passage.objects.filter(**_place(x))),
    "translation": _find_translation,
    "descent": lambda x: _brought(
        Descent.objects.filter(origin__key=x["origin"], upstream__key=x["upstream"], kind=x["kind"])
    ),
    "claim": lambda x: _brought(Claim.objects.filter(key=x["key"])),
    "wording": lambda x: _brought(Wording.objects.filter(claim__key=x["claim"], number=x["number"])),
    "appearance": _find_appearance,
    "assessment": lambda x: _brought(Assessment.objects.filter(claim__key=x["claim"], number=x["number"])),
    "relation": lambda x: _brought(
        Relation.objects.filter(claim__key=x["claim"], other__key=x["other"], kind=x["kind"])
    ),
    "name": lambda x: _brought(Name.objects.filter(subject__key=x["subject"], language=x["language"], text=x["text"])),
    "publish": _find_verb("publish"),
    "release": _find_verb("release"),
    "withdraw": _find_verb("withdraw"),
    **{verb: _find_verb(verb) for verb in ("strike", "hold", "lift", "merge", "redact")},
    "request": lambda x: _brought(ReplyRequest.objects.filter(key=x["key"])),
    "reply": _find_reply,
    "absorb": lambda x: _brought(
        Relation.objects.filter(claim__key=x["claim"], other__key=x["other"], kind=RelationKind.ABSORBS)
    ),
}


# Whose defaults a line may leave out.
MODELS = {
    "outlet": Outlet,
    "origin": Origin,
    "source": Source,
    "subject": Subject,
    "capture": Capture,
    "region": Region,
    "claim": Claim,
    "wording": Wording,
    "appearance": Appearance,
    "assessment": Assessment,
}
