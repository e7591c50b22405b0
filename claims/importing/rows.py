"""One row of a table, carried out through the verbs of an editor's hand. A plan is this same act, rehearsed."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from sources.dates import validate_edtf
from sources.keys import CROCKFORD
from sources.models import Capture, Change, Outlet, Passage, Source
from sources.recording import may

from ..formats.cells import listed
from ..models import Appearance, Claim, Comment, Position, Subject, SubjectKind
from ..models.importing import Action, Imported
from .columns import FIELDS

HOW = "import"  # how a text came that a table gave: the words of a quotation alone
KEY = re.compile(f"FD-[{CROCKFORD}]{{10}}")
PLAIN = {"language", "kind", "about_kinds", "position", "dated", "url", "archived", "source_language", "published"}
PLAIN |= {"rated_on", "review_url", "key", "ref"}  # white space around these says nothing
DATES = {"published", "dated", "rated_on"}
LONGEST_WHY = 240


@dataclass
class Became:
    """What a row came to, or would. `differences` are fields with what stands and what the row says."""

    action: Action
    claim: Claim | None = None
    differences: list[list[str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


Values = dict[str, str]


def values_of(cells: list[str], columns: list[str]) -> Values:
    """What a row says of each field; nothing of those where it says nothing."""
    found = {name: cell for name, cell in zip(columns, cells, strict=False) if name and cell.strip()}
    return {name: cell.strip() if name in PLAIN else cell for name, cell in found.items()}


def identity_of(values: Values) -> str:
    """By what a row is known again: our id, theirs, or what it says; empty where it says nothing."""
    if "key" in values:
        told: list[str] = ["key", values["key"]]
    elif other := values.get("ref") or values.get("review_url"):
        told = ["ref", other]
    elif "statement" in values:
        told = ["says", *(values.get(n, "") for n in ("statement", "quote", "url", "source"))]
    else:
        return ""
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def sentences(refusal: ValidationError) -> list[str]:
    """Why a verb refused, each by the field that it is about."""
    if not hasattr(refusal, "error_dict"):
        return refusal.messages
    return [
        sentence if name == NON_FIELD_ERRORS else f"{name}: {sentence}"
        for name, found in refusal.message_dict.items()
        for sentence in found
    ]


def carry_out(values: Values, defaults: dict[str, Any], *, by) -> Became:
    """Makes the draft that a row is, or brings to one that is there what it does not say yet."""
    for name in DATES & values.keys():  # also of a source that is there, and stays as it is
        try:
            validate_edtf(values[name])
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from error
    claim = _claim_of(values)
    if claim is None:
        return _create(values, defaults, by)
    became = _bring(claim, values, defaults, by)
    if became.differences and claim.is_for_readers:
        raise ValidationError(
            f"{claim.key} is not a draft any more. An import changes drafts alone: propose it by hand"
        )
    return became


def _claim_of(values: Values) -> Claim | None:
    if key := values.get("key"):
        if not KEY.fullmatch(key):
            raise ValidationError(f"“{key[:40]}” is no id of ours. Take its column for the id that they give it")
        return Claim.objects.filter(key=key).first()
    there = Imported.objects.select_related("claim__wording").filter(identity=identity_of(values)).first()
    return there.claim.heir if there and there.claim.merged_into_id else there.claim if there else None


def _create(values: Values, defaults: dict[str, Any], by) -> Became:
    if "statement" not in values:
        raise ValidationError("There is no claim in this row. Enter it as one sentence")
    became = Became(Action.CREATE)
    subjects = _subjects(values, defaults, became, by)
    fields = {n: values[n] for n in ("statement", "headline", "kind") if n in values}
    claim = Claim.objects.record(
        by=by,
        key=values.get("key"),
        language=values.get("language") or defaults["language"],
        subjects=subjects,
        **fields,
    )
    Imported.objects.create(identity=identity_of(values), claim=claim)
    became.claim = claim
    _quote(claim, values, defaults, became, by)
    _rate(claim, values, became, by)
    became.differences = []
    return became


def _bring(claim: Claim, values: Values, defaults: dict[str, Any], by) -> Became:
    """What a row says that the draft does not; what editors changed since stands."""
    became = Became(Action.UNCHANGED, claim)
    if "kind" in values and values["kind"] != claim.kind:
        raise ValidationError(f"{claim.key} is recorded as “{claim.kind}”, which does not change. Record another claim")
    _reword(claim, values, defaults, became, by)
    _quote(claim, values, defaults, became, by)
    _rate(claim, values, became, by)
    if became.differences:
        became.action = Action.UPDATE
    return became


def _reword(claim: Claim, values: Values, defaults: dict[str, Any], became: Became, by) -> None:
    now = claim.wording
    if "statement" not in values or not now:
        return
    said = {"statement": values["statement"]} | {n: values[n] for n in ("headline", "language") if n in values}
    if all(getattr(now, name) == said_ for name, said_ in said.items()):
        return
    if claim.wordings.filter(**said).exists():
        became.said.append("Our editors have reworded it since. Their words stand")
        return
    became.differences += [[n, getattr(now, n), said_] for n, said_ in said.items() if getattr(now, n) != said_]
    if not claim.is_for_readers:
        given: dict[str, Any] = {"headline": now.headline, "language": now.language} | said
        claim.reword(given.pop("headline"), given.pop("statement"), by=by, **given)


def _quote(claim: Claim, values: Values, defaults: dict[str, Any], became: Became, by) -> None:
    """Where the claim stands: the words, in the source that the row names."""
    if not {"url", "source"} & values.keys():
        if "quote" in values:
            raise ValidationError("The quotation has no source. Name its title or its address")
        _remark(claim, values.get("note", ""), became, by)
        return
    source = _source(values, defaults, became, by)
    if "quote" not in values:
        _remark(claim, f"The file names {source.key}, “{source.title}”, without a quotation.", became, by)
        _remark(claim, values.get("note", ""), became, by)
        return
    quote = values["quote"]
    there = Appearance.objects.filter(claim=claim, passage__exact=quote, passage__capture__source=source)
    if not there.exists():  # also where an editor struck it: that stands
        became.differences.append(["quotation", "", quote])
        if not claim.is_for_readers:
            position = values.get("position", defaults["position"]).lower()
            if position not in Position.values:
                raise ValidationError(f"“{position[:40]}” is no position: asserts, denies, reports or qualifies")
            speakers = [{"name": name} for name in listed(values.get("speakers", ""))]
            passage = _passage(source, quote, by)
            claim.appear(passage, position, by=by, speakers=speakers, dated=values.get("dated", ""))
    _remark(claim, values.get("note", ""), became, by)


def _source(values: Values, defaults: dict[str, Any], became: Became, by) -> Source:
    """The source at this address, or of this title where none has one; what the desk says of it stands."""
    url, title = values.get("url", ""), values.get("source", "")
    found = Source.objects.filter(url=url) if url else Source.objects.filter(title=title, url="")
    there = found.order_by("id").first()
    if there:
        if title and title != there.title:
            became.said.append(f"Its source is {there.key} here, “{there.title}”. That stands")
        return there
    return Source.objects.add(
        by=by,
        title=title or url[:500],
        title_en=values.get("source_en", ""),
        url=url,
        archived=values.get("archived", ""),
        author=values.get("author", ""),
        outlet=_outlet(values.get("outlet", ""), by),
        language=values.get("source_language") or values.get("language") or defaults["language"],
        dated=values.get("published", ""),
    )


def _outlet(name: str, by) -> Outlet | None:
    if not name:
        return None
    return Outlet.objects.filter(name=name).order_by("id").first() or Outlet.objects.add(by=by, name=name)


def _passage(source: Source, quote: str, by) -> Passage:
    """The words where a text of the source has them, at one place; else in a capture that holds nothing but them."""
    for capture in source.captures.exclude(how=HOW).filter(text__contains=quote):
        at = capture.text.find(quote)
        if at >= 0 and capture.text.find(quote, at + 1) < 0:
            return capture.quote(at, at + len(quote), by=by)
    raw = quote.encode()
    own = Capture.objects.filter(source=source, sha256=hashlib.sha256(raw).hexdigest()).first()
    own = own or source.capture(raw, by=by, how=HOW)
    return own.quote(0, own.length, by=by)


def _subjects(values: Values, defaults: dict[str, Any], became: Became, by) -> list[Subject]:
    """Those whom the desk knows by this name; others where the row, or the editor, says what they are."""
    names = listed(values.get("about", ""))
    kinds = [k.lower() for k in listed(values.get("about_kinds", ""))] or [defaults["about_kind"]]
    if len(kinds) not in {1, len(names)} and names:
        raise ValidationError("Say what each of those is whom it is about, in the same order, or one word for all")
    found: list[Subject] = []
    for at, name in enumerate(names):
        kind = kinds[at if len(kinds) > 1 else 0]
        there = Subject.objects.filter(name=name).order_by("id").first()
        there = there or Subject.objects.filter(names__text=name, names__until=None).order_by("id").first()
        if there is None and kind:
            if kind not in SubjectKind.values:
                raise ValidationError(f"“{kind[:40]}” is not one of person, organisation, product and place")
            there = Subject.objects.add(by=by, name=name, kind=kind)
        if there is None:
            became.said.append(f"“{name}” is no subject here yet. Say what they are, or add them, and they are named")
        elif there not in found:
            found.append(there)
    return found


def _rate(claim: Claim, values: Values, became: Became, by) -> None:
    """What another desk found waits for a second editor as a proposal that leaves the claim unverified, and keeps its words."""
    if "rating" not in values:
        return
    who, when = values.get("rated_by", "Another desk"), values.get("rated_on", "")
    why = f"{who} rated it “{values['rating']}”{f' ({when})' if when else ''}. We have not judged it yet."
    if claim.is_opinion or len(why) > LONGEST_WHY or not may(by, "propose"):
        _remark(claim, why, became, by)
        return
    if claim.proposals.filter(verb="assess", body__because=why).exists():
        return
    became.differences.append([FIELDS["rating"][0], "", values["rating"]])
    if claim.is_for_readers:
        return
    reference = f"{who}: {values['rating']}"
    cited = {"stance": "context", "reference": reference, "url": values.get("review_url", "")}
    claim.refresh_from_db()
    claim.propose("assess", by=by, status="unverified", because=why, code="first", citing=[cited])


def _remark(claim: Claim, words: str, became: Became, by) -> None:
    if not words.strip() or claim.comments.filter(text=words).exists():
        return
    became.differences.append(["note", "", words])
    if not claim.is_for_readers:
        Comment.objects.create(claim=claim, text=words, by=by)


def refuse_public(before: int) -> None:
    """Whatever door a rule leaves open: no reader sees anything of an import."""
    if Change.objects.filter(id__gt=before, public_number__isnull=False).exists():
        raise ValidationError("Readers would see it at once. An import brings drafts alone")
