"""What a line says and is there already: the change that brought it, by natural key."""

from collections.abc import Callable
from typing import Any

from sources.models import Capture, Change, Descent, Origin, Outlet, Passage, Region, Sighting, Source, Translation

from ..models import (
    Appearance,
    Assessment,
    Claim,
    ClaimSubject,
    Name,
    Relation,
    RelationKind,
    Reply,
    ReplyRequest,
    Subject,
    Wording,
)
from .dumping import Line
from .naming import capture_of, passage_of, words_of


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
    """The change that brought the row with the line's number; what names none is the first."""
    since = _numbered(rows.order_by("since").values_list("since", flat=True), {"number": 1} | line)
    return Change.objects.get(pk=since) if since else None


def _ended_by(rows: Any, line: Line) -> Change | None:
    """The change by which such a row was ended, as many times as the line says."""
    ends = rows.filter(until__verb="close").order_by("until").values_list("until", flat=True)
    until = _numbered(ends, {"number": 1} | line)
    return Change.objects.get(pk=until) if until else None


def _find_translation(line: Line) -> Change | None:
    there = Translation.objects.filter(passage=passage_of(line["passage"]), language=line["language"])
    return _brought_by(there, line)


def _find_sighting(line: Line) -> Change | None:
    return _brought_by(Sighting.objects.filter(passage=passage_of(line["passage"])), line)


def _find_verb(verb):
    """The act of this name on the claim: the only one, or the one that the line counts."""

    def find(line):
        acts = Change.objects.about("claim", line["claim"]).filter(verb=verb).order_by("id")
        return _numbered(acts, {"number": 1} | line)

    return find


def _find_appearance(line: Line) -> Change | None:
    """A passage that was struck may be recorded again: it is counted which time this is."""
    there = Appearance.objects.filter(claim__key=line["claim"], passage=passage_of(line["passage"]))
    return _brought_by(there, line)


def _find_reply(line: Line) -> Change | None:
    return _brought(Reply.objects.filter(request__key=line["request"], number=line["number"]))


def _descents(line: Line) -> Any:
    return Descent.objects.filter(origin__key=line["origin"], upstream__key=line["upstream"], kind=line["kind"])


def _mentions(line: Line) -> Any:
    return ClaimSubject.objects.filter(claim__key=line["claim"], subject__key=line["subject"])


def _names(line: Line) -> Any:
    return Name.objects.filter(subject__key=line["subject"], language=line["language"], text__in=words_of(line))


def _relations(line: Line) -> Any:
    return Relation.objects.filter(claim__key=line["claim"], other__key=line["other"], kind=line["kind"])


def _place(line: Line) -> Line:
    return {"capture": capture_of(line["capture"]), "start": line.get("start", 0), "end": line["end"]}


def _regions(line: Line) -> Any:
    return Region.objects.filter(kind=line["kind"], **_place(line))


FINDERS: dict[str, Callable[[Line], Change | None]] = {
    "outlet": _find_catalogue(Outlet),
    "origin": _find_catalogue(Origin),
    "source": _find_catalogue(Source),
    "subject": _find_catalogue(Subject),
    "capture": lambda x: _brought(Capture.objects.filter(source__key=x["source"], sha256=x["sha256"])),
    "sighting": _find_sighting,
    "read": lambda x: _numbered(Change.objects.about("capture", x["capture"]).filter(verb="read").order_by("id"), x),
    "region": lambda x: _brought_by(_regions(x), x),
    "end_region": lambda x: _ended_by(_regions(x), x),
    "passage": lambda x: _brought(Passage.objects.filter(**_place(x))),
    "translation": _find_translation,
    "descent": lambda x: _brought_by(_descents(x), x),
    "end_descent": lambda x: _ended_by(_descents(x), x),
    "claim": lambda x: _brought(Claim.objects.filter(key=x["key"])),
    "wording": lambda x: _brought(Wording.objects.filter(claim__key=x["claim"], number=x["number"])),
    "appearance": _find_appearance,
    "assessment": lambda x: _brought(Assessment.objects.filter(claim__key=x["claim"], number=x["number"])),
    "relation": lambda x: _brought_by(_relations(x), x),
    "add_subject": lambda x: _brought_by(_mentions(x), x),
    "end_subject": lambda x: _ended_by(_mentions(x), x),
    "end_relation": lambda x: _ended_by(_relations(x), x),
    "name": lambda x: _brought_by(_names(x), x),
    "end_name": lambda x: _ended_by(_names(x), x),
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
