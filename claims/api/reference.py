"""What the API takes and answers, in words: made from the schema that it describes itself with."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

# What a parameter or a field is, by its name; where one word means two things, by that of what it belongs to as well.
MEANINGS = {
    "after": "The place after which to go on; `next` of an answer has it.",
    "before": "The place before which to go back; `previous` of an answer has it.",
    "as_of": "A day, which means its end in UTC, or a moment with its zone: how it all stood then.",
    "q": "Words in the statement, in the sentence of why or in a quotation in any language, or the key.",
    "status": "Where the claim stands.",
    "subject": "The key of a person, an organisation or a thing that the claim is about.",
    "source": "The key of a source.",
    "lang": "The language of a source in which the claim appears, as a BCP 47 tag.",
    "changed_after": "Changed on this day or later.",
    "changed_before": "Changed on this day or earlier.",
    "sort": "The order of the list.",
    "url": "Its address here.",
    "html_url": "The page on which readers find it.",
    "key": "Its name; never used again for anything else.",
    "ref": "Its name: that of what it belongs to, and its number or place there.",
    "version": "How many times what readers see of it has changed.",
    "kind": "What kind of thing it is.",
    "headline": "The claim in a few words.",
    "statement": "The claim in our own neutral words.",
    "language": "A BCP 47 tag.",
    "look": "Why the finding needs another look; empty where it does not.",
    "recorded_at": "When it was recorded here.",
    "changed_at": "When what readers see of it last changed.",
    "subjects": "Whom or what it is about. A private person is named and has no key.",
    "assessment": "The last finding; null where there is none.",
    "appearances": "Each passage in which the claim appears.",
    "corrections": "What we got wrong, and put right.",
    "requests": "Whom we asked for a reply, and what came of it.",
    "balance": "What the citations say together. It qualifies the status.",
    "code": "Why the finding was made.",
    "why": "Why, in one sentence.",
    "reason": "Why, in full; [1] points at the citation of that number.",
    "would_change": "What would change the finding.",
    "method_version": "The version of our method under which it was found.",
    "review_by": "The day by which we mean to look again.",
    "decided_on": "When another desk had decided it.",
    "approval": "By whom it was approved: a second editor, nobody on a desk of one, or an override.",
    "citations": "What the finding rests on.",
    "stance": "What the evidence does to the claim.",
    "position": "What the source does with the claim.",
    "hedge": "How firmly the source says it.",
    "exact": "The words, letter for letter.",
    "start": "Where they begin in the text of the capture, in code points.",
    "end": "Where they end.",
    "prefix": "Up to 32 code points before them, where they are ours to print.",
    "suffix": "Up to 32 code points after them, where they are ours to print.",
    "translations": "Translations. The original is what we assess.",
    "made_by": "Who translated it.",
    "checked_by": "Who checked the translation; empty where nobody did.",
    "speakers": "Who stands behind the words, from the source back.",
    "figures": "Numbers in the words, beside their value.",
    "dated": "A date, no more precise than the source makes it.",
    "dated_words": "The words of the source that give the date.",
    "sha256": "The hash of the captured file.",
    "blocks": "Start and end of each paragraph of the text.",
    "withheld": "Whether the text is kept back.",
    "regions": "Stretches that repeat others, or are furniture of the page.",
    "origin": "Where the information first came from.",
    "original": "The address at which it was published.",
    "expression": "A calculation.",
    "printed": "The figure that the calculation must give.",
    "reference": "Evidence outside of our captures, in words.",
    "number": "Which one it is, counted from 1.",
    "about": "The day or the time that the finding is about.",
    "text": "The words.",
    "to": "Who was asked.",
    "channel": "How they were asked.",
    "asked_on": "When they were asked.",
    "deadline": "The day by which they were to reply.",
    "why_not": "Why they were not asked, where they were not.",
    "replies": "What came of it.",
    "outcome": "Whether they replied.",
    "passage": "The words, quoted; null where they are kept confidential or there are none.",
    "note": "What we add, in a sentence.",
    "capture": "The hash of the captured file in which the words stand.",
    "outlet": "Who published it.",
    "author": "Who wrote it, as it says itself.",
    "title": "Its title in its own language.",
    "rights": "How much of its text is ours to print.",
    "captures": "Each text that we captured, and of which readers see a quotation.",
    "bytes": "How large the captured file is.",
    "length": "How long its text is, in code points.",
    "media_type": "What kind of file it is.",
    "captured_at": "When we captured it.",
    "name": "The name in English, as our pages print it.",
    "names": "Other names, each with its language.",
    "dated_basis": "How the date is known.",
    "claim": "The key of the claim.",
    "decimals": "To how many decimals the result is rounded.",
    "now": "What stands instead.",
    "status_before": "Where the claim stood.",
    "status_now": "Where it stands since.",
    "limit": "How many things an answer holds, up to 100.",
    "fields": "Names of members, with commas between: no others are given.",
    "include": "Names of what is nested besides, in `included`, with commas between; what there is depends on the list.",
    "included": "What was asked for by `include`.",
    "rests_on": "The key of a source in which the claim appears, which its finding cites, or in which somebody replied.",
    "reference_url": "Where a reference is read.",
    "results": "What was asked for.",
    "verb": "What was done; null where no act of the record did it.",
    "documents": "What may say something else since.",
    "related": "How it stands to other claims.",
    "origins": "From how many origins these come that do not have it from one another.",
    "from_parties": "How many of them come from a party to the claim.",
    "other": "The key of the other claim.",
    "request": "The key of the request for a reply.",
    "stage": "`draft`, `published` or `withdrawn`.",
    "state": "How the proposal stands.",
    "sensitivity": "Why the claim is sensitive; it then takes a release to be seen.",
    "misconduct": "Whether it alleges misconduct or a crime.",
    "to_name": "Who was asked.",
    "questions": "What they were asked. Private.",
    "also": "The keys of other claims about which they were asked at once.",
    "because": "Why, in a sentence.",
    "citing": "What the finding rests on, in order.",
    "correcting": "How an error of ours is put right.",
    "ends_at": "When an embargo ends, with its zone.",
    "no_reply_reason": "Why nobody was asked for a reply, where that is needed.",
    "words": "The words, letter for letter.",
    "our_error": "Whether it was our error; it is then corrected in the open.",
    "anonymity": "Whether they are named.",
    "low": "The least that the words may mean.",
    "high": "The most that the words may mean.",
    "unit": "What is counted.",
    "currency": "Three letters, like EUR.",
    "qualifier": "Like “more than”.",
    "override": "Why a chief acts without a second editor. Readers see it.",
    "upstream": "The key of the origin from which it comes.",
    "owner": "Who owns it.",
    "reply": "What is missing, for its author.",
    "editor": "The account that works on it from now on, by its name.",
    "wanted": "Whether it is asked from now on, or no more.",
    "correction": "The number of the correction, of that claim.",
    "duplicate_of": "The key of the report that said the same.",
    "title_en": "Our translation of the title.",
    "archived": "The address of an archived copy.",
    "confidential": "Whether readers are not told which source it is.",
    "file": "The file, in base64.",
    "archive": "Whether an archive is asked for a copy.",
    "of_start": "Where the stretch begins that is repeated.",
    "of_end": "Where it ends.",
    "occurrence": "Which of several places with the same words, counted from 1.",
    "private_person": "Whether it is a private person, of whom there is no page.",
    "wikidata": "Like Q42.",
    "preferred": "Whether pages in this language use this name.",
    "website": "Its own address.",
    "retracted": "Whether its publisher took it back.",
    "asked": "Who was asked, how and when.",
    "claims": "The keys of the claims that it is about.",
    "precision": "To the day, the month or the year, or an interval.",
    "Correction.before": "What stood, and was wrong.",
    "Correction.why": "What we got wrong, and why.",
    "Assessment.status": "What was found.",
    "next": "The address of the next page; null on the last.",
    "previous": "The address of the page before; null on the first.",
}
COMMON = ("after", "before", "limit", "as_of", "fields", "include")  # parameters of every list


@dataclass(frozen=True)
class Field:
    """A parameter or a field: its name, its type in the words of JSON, what it may be, and what it is."""

    name: str
    type: str
    part: str = ""  # the name of the object that it holds, which has a table of its own
    values: list[str] = field(default_factory=list)
    meaning: str = ""


@dataclass(frozen=True)
class Operation:
    """What is asked of one address, and the parameters that it takes beside those of every list."""

    method: str
    address: str
    said: str
    parameters: list[Field]
    body: str = ""


@dataclass(frozen=True)
class Resource:
    """What is asked of a kind of thing, and the objects that are answered, that of the thing first."""

    name: str
    operations: list[Operation]
    parts: list[tuple[str, list[Field]]]


@cache
def described() -> dict[str, Resource]:
    """The reference by the names of resources, once for each process: it follows from the code alone."""
    schema = SchemaGenerator().get_schema(None, public=True)
    schemas = schema["components"]["schemas"]
    asked: dict[str, list[Operation]] = {}
    first: dict[str, list[str]] = {}
    for address, methods in schema["paths"].items():
        pieces = address.removeprefix("/api/v1/").split("/")
        name = "-".join(pieces[:2]) if pieces[0] == "desk" and pieces[1] else pieces[0]
        for method, operation in methods.items():
            parameters = [
                _field(p["name"], p["schema"], p, schemas)
                for p in operation.get("parameters", [])
                if p["in"] == "query" and p["name"] not in COMMON
            ]
            body = _named(operation.get("requestBody", {}))
            said = operation.get("description", "").partition("\n")[0]
            asked.setdefault(name, []).append(Operation(method.upper(), address, said, parameters, body))
            answer = _named(operation["responses"].get("200", {}))
            first.setdefault(name, []).extend(filter(None, [answer, body]))
    return {name: Resource(name, operations, list(_parts(first[name], schemas))) for name, operations in asked.items()}


def _named(content: dict[str, Any]) -> str:
    """The object that a body or an answer holds, by its name."""
    schema = content.get("content", {}).get("application/json", {}).get("schema", {})
    return schema.get("$ref", "").rpartition("/")[2]


def _parts(names: list[str], schemas: dict[str, Any]) -> Iterator[tuple[str, list[Field]]]:
    """The fields of objects, and of those that they hold; of a list, those of what is listed."""
    waiting, told = list(names), set()
    while waiting:
        name = waiting.pop(0)
        part = schemas[name]
        if name in told or part.get("type") != "object":
            continue
        told.add(name)
        fields = [_field(n, s, s, schemas, of=name) for n, s in part.get("properties", {}).items()]
        waiting += [f.part for f in fields if f.part]
        if (
            "results" not in part.get("properties", {})
            or "next" not in part["properties"]
            or "after" in part["properties"]
        ):
            yield name, fields


def _field(name: str, schema: dict[str, Any], told: dict[str, Any], schemas: dict[str, Any], *, of: str = "") -> Field:
    """A field `of` an object, or a parameter, which may be repeated where it takes a list."""
    kind, part, values = _typed(schema, schemas)
    if not of and kind.startswith("list of "):
        kind = f"{kind.removeprefix('list of ').removesuffix('s')}, may be repeated"
    meaning = MEANINGS.get(f"{of}.{name}") or MEANINGS.get(name) or told.get("description", "").partition("\n")[0]
    return Field(name, kind, part, values, str(meaning))


def _typed(schema: dict[str, Any], schemas: dict[str, Any]) -> tuple[str, str, list[str]]:
    """A type in the words of JSON, the object that it leads to, and its values where they are few."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if "enum" in schemas[name]:
            return "string", "", [str(value) for value in schemas[name]["enum"] if value]
        return "object", name, []
    many = schema.get("allOf") or schema.get("oneOf")
    if many:
        kind, part, values = _typed(many[0], schemas)
        other = many[1].get("type", "") if len(many) > 1 else ""
        return f"{kind} or null" if other == "null" else kind, part, values
    if schema.get("type") == "array":
        kind, part, values = _typed(schema.get("items", {}), schemas)
        return f"list of {kind}s", part, values
    kinds = schema.get("type", "list")
    kind = " or ".join([kinds] if isinstance(kinds, str) else kinds)
    if schema.get("format") in {"date", "date-time", "uri"}:
        kind = kind.replace("string", {"date": "date", "date-time": "moment", "uri": "address"}[schema["format"]])
    return kind, "", [str(value) for value in schema.get("enum", [])]
