"""Each line replayed through the verb of an editor's hand."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from sources.anchoring import Found
from sources.models import Change, Origin, Outlet, Sighting, Source
from sources.redacting import told_as_redacted

from ..methods import FIRST
from ..models import Cited, Claim, Corrected, ReplyRequest, Subject
from ..watching import flag
from .dumping import CAPTURE, FIGURE, ORIGIN, OUTLET, SOURCE, SUBJECT, Line
from .naming import as_it_stands, capture_of, claim_of, fields_of, passage_of, row_of, words_of


def _read_catalogue(model, *names):
    def read(line, act):
        fields = fields_of(line, *names)
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
    fields = fields_of(line, *CAPTURE)
    fields["captured_at"] = datetime.fromisoformat(fields["captured_at"])
    Source.objects.get(key=line["source"]).keep_capture(by=act["by"], **fields)


def _read_region(line, act):
    fields = fields_of(line, "start", "end", "of_start", "of_end")
    fields.setdefault("start", 0)
    as_it_stands(capture_of(line["capture"])).mark(line["kind"], note=line.get("about", ""), **fields, **act)


def _read_end_of_region(line, act):
    place = {"start": line.get("start", 0), "end": line["end"]}
    as_it_stands(capture_of(line["capture"])).end_region(line["kind"], because=line.get("note", ""), **place, **act)


def _read_reading(line, act):
    as_it_stands(capture_of(line["capture"])).read_to_the_end(by=act["by"])


def _read_sighting(line, act):
    passage, capture = passage_of(line["passage"]), capture_of(line["capture"])
    found = Found(line["outcome"], *(line.get(n) for n in ("start", "end", "distance")))
    Sighting.of(passage, capture, found, by=act["by"])
    if found.outcome != "exact":
        flag([passage])


def _read_passage(line, act):
    capture_of(line["capture"]).quote(line.get("start", 0), line["end"], by=act["by"], exact=line.get("exact", ""))


def _read_translation(line, act):
    fields = fields_of(line, "text", "language", "made_by", "checked_by")
    passage_of(line["passage"]).translate(**fields, **act)


def _read_descent(line, act):
    named = fields_of(line, "origin", "upstream")
    named["origin"].descend(named["upstream"], line["kind"], note=line.get("about", ""), **act)


def _read_end_of_descent(line, act):
    named = fields_of(line, "origin", "upstream")
    named["origin"].end_descent(named["upstream"], line["kind"], because=line.get("note", ""), **act)


def _read_claim(line, act):
    fields = fields_of(line, "key", "kind", "sensitivity", "misconduct", "headline", "statement", "language")
    subjects = [row_of(Subject, key=key) for key in line.get("subjects", [])]
    Claim.objects.record(by=act["by"], subjects=subjects, **fields)


def _refuse_gap(line: Line, numbered: Any) -> None:
    if line["number"] != numbered.count() + 1:
        whose = line.get("claim") or line["key"]
        raise ValidationError(f"{line['type']} {line['number']} of {whose} does not follow the one before it")


def _read_wording(line, act):
    fields = fields_of(line, "headline", "statement", "language", "code")
    claim = claim_of(line)
    _refuse_gap(line, claim.wordings)
    fields |= {"because": line.get("note", ""), "correcting": _corrected(line)}
    claim.reword(fields.pop("headline", ""), fields.pop("statement"), **fields, **act)


def _corrected(line: Line) -> Corrected | None:
    return Corrected(**line["correction"]) if "correction" in line else None


def _read_appearance(line, act):
    fields = fields_of(line, "hedge", "dated", "dated_words", "dated_basis")
    speakers = [
        {k: s[k] for k in ("name", "anonymity") if k in s} | fields_of(s, "subject", "outlet", "origin")
        for s in line.get("speakers", [])
    ]
    claim_of(line).appear(
        passage_of(line["passage"]),
        line["position"],
        speakers=speakers,
        figures=[{k: f[k] for k in FIGURE if k in f} for f in line.get("figures", [])],
        note=line.get("about", ""),
        **fields,
        **act,
    )


def _read_assessment(line, act):
    claim = claim_of(line)
    citing = [
        Cited(
            passage_id=passage_of(c["passage"]).pk if "passage" in c else None,
            origin_id=row_of(Origin, key=c["origin"]).pk if "origin" in c else None,
            note=c.get("about", ""),
            **{k: v for k, v in c.items() if k not in {"passage", "origin", "about"}},
        )
        for c in line.get("citations", [])
    ]
    _refuse_gap(line, claim.assessments)
    before = claim.assessments.filter(number=line["number"] - 1).first() if line["number"] > 1 else None
    seen = (claim.wordings.get(number=line["wording"]).pk, before.pk if before else None)
    fields = fields_of(line, "code", "about", "reason", "would_change", "review_by")
    fields |= {"because": line["why"], "correcting": _corrected(line), "method": line.get("method", FIRST)}
    claim.assess(line["status"], seen=seen, citing=citing, **fields, **act)


def _read_name(line, act):
    fields = fields_of(line, "text", "language", "preferred")
    Subject.objects.get(key=line["subject"]).also_called(**fields, **act)


def _read_end_of_name(line, act):
    subject = Subject.objects.get(key=line["subject"])
    # Where its words were redacted, they are blank once that is loaded too.
    name = subject.names.live().filter(text__in=words_of(line), language=line["language"]).first()
    text = name.text if name else line["text"]
    subject.end_name(text, line["language"], because=line.get("note", ""), **act)


def _read_relation(line, act):
    other = Claim.objects.get(key=line["other"])
    claim_of(line).relate(other, line["kind"], **act)


def _read_end_of_relation(line, act):
    other = Claim.objects.get(key=line["other"])
    claim_of(line).end_relation(other, line["kind"], because=line.get("note", ""), **act)


def _read_mention(line, act):
    claim_of(line).add_subject(Subject.objects.get(key=line["subject"]), **act)


def _read_end_of_mention(line, act):
    subject = Subject.objects.get(key=line["subject"])
    claim_of(line).end_subject(subject, because=line.get("note", ""), **act)


def _read_publish(line, act):
    claim_of(line).publish(no_reply_reason=line.get("note", ""), **act)


def _read_release(line, act):
    claim_of(line).release(because=line.get("note", ""), **act)


def _read_withdraw(line, act):
    error = "correction" in line
    claim_of(line).withdraw(because=line.get("note", ""), our_error=error, **act)


def _read_strike(line, act):
    fields = {"because": line.get("note", ""), "correcting": _corrected(line)}
    claim_of(line).strike(passage_of(line["passage"]), **fields, **act)


def _read_hold(line, act):
    ends = datetime.fromisoformat(line["ends_at"]) if line.get("ends_at") else None
    claim = claim_of(line)
    claim.hold(line["kind"], because=line.get("note", ""), ends_at=ends, **act)


def _read_lift(line, act):
    claim_of(line).lift(line["kind"], because=line.get("note", ""), **act)


def _read_request(line, act):
    names = ("key", "to_name", "subject", "channel", "questions", "asked_on", "deadline", "why_not")
    claims = [Claim.objects.get(key=key) for key in line["claims"]]
    ReplyRequest.objects.ask(claims, **fields_of(line, *names), **act)


def _read_reply(line, act):
    passage = passage_of(line["passage"]) if "passage" in line else None
    request = ReplyRequest.objects.get(key=line["request"])
    request.answer(line["outcome"], passage=passage, note=line.get("about", ""), **act)


def _read_absorb(line, act):
    claim_of(line).absorb(Claim.objects.get(key=line["other"]), **act)


def _read_merge(line, act):
    into = Claim.objects.get(key=line["into"])
    claim_of(line).give_way(into, because=line.get("note", ""), **act)


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
    "end_region": _read_end_of_region,
    "read": _read_reading,
    "sighting": _read_sighting,
    "passage": _read_passage,
    "translation": _read_translation,
    "descent": _read_descent,
    "end_descent": _read_end_of_descent,
    "claim": _read_claim,
    "wording": _read_wording,
    "appearance": _read_appearance,
    "assessment": _read_assessment,
    "relation": _read_relation,
    "end_relation": _read_end_of_relation,
    "add_subject": _read_mention,
    "end_subject": _read_end_of_mention,
    "name": _read_name,
    "end_name": _read_end_of_name,
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
