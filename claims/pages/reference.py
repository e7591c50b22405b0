"""The reference of the API for those who read it: made from the schema that the API describes itself with."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.shortcuts import render
from django.urls import include, path
from django.utils.translation import get_language, gettext, gettext_lazy
from drf_spectacular.generators import SchemaGenerator

from ..paging import PAGE
from ..problems import NAMED, TYPES

# What a parameter or a field is, by its name; where one word means two things, by that of what it belongs to as well.
MEANINGS = {
    "after": gettext_lazy("The place after which to go on; `next` of an answer has it."),
    "before": gettext_lazy("The place before which to go back; `previous` of an answer has it."),
    "as_of": gettext_lazy("A day, which means its end in UTC, or a moment with its zone: how it all stood then."),
    "q": gettext_lazy("Words in the statement, in the sentence of why or in a quotation in any language, or the key."),
    "status": gettext_lazy("Where the claim stands."),
    "subject": gettext_lazy("The key of a person, an organisation or a thing that the claim is about."),
    "source": gettext_lazy("The key of a source."),
    "lang": gettext_lazy("The language of a source in which the claim appears, as a BCP 47 tag."),
    "changed_after": gettext_lazy("Changed on this day or later."),
    "changed_before": gettext_lazy("Changed on this day or earlier."),
    "sort": gettext_lazy("The order of the list."),
    "url": gettext_lazy("Its address here."),
    "html_url": gettext_lazy("The page on which readers find it."),
    "key": gettext_lazy("Its name; never used again for anything else."),
    "ref": gettext_lazy("Its name: that of what it belongs to, and its number or place there."),
    "version": gettext_lazy("How many times what readers see of it has changed."),
    "kind": gettext_lazy("What kind of thing it is."),
    "headline": gettext_lazy("The claim in a few words."),
    "statement": gettext_lazy("The claim in our own neutral words."),
    "language": gettext_lazy("A BCP 47 tag."),
    "look": gettext_lazy("Why the finding needs another look; empty where it does not."),
    "recorded_at": gettext_lazy("When it was recorded here."),
    "changed_at": gettext_lazy("When what readers see of it last changed."),
    "subjects": gettext_lazy("Whom or what it is about. A private person is named and has no key."),
    "assessment": gettext_lazy("The last finding; null where there is none."),
    "appearances": gettext_lazy("Each passage in which the claim appears."),
    "corrections": gettext_lazy("What we got wrong, and put right."),
    "requests": gettext_lazy("Whom we asked for a reply, and what came of it."),
    "balance": gettext_lazy("What the citations say together. It qualifies the status."),
    "code": gettext_lazy("Why the finding was made."),
    "why": gettext_lazy("Why, in one sentence."),
    "reason": gettext_lazy("Why, in full; [1] points at the citation of that number."),
    "would_change": gettext_lazy("What would change the finding."),
    "method_version": gettext_lazy("The version of our method under which it was found."),
    "review_by": gettext_lazy("The day by which we mean to look again."),
    "decided_on": gettext_lazy("When another desk had decided it."),
    "approval": gettext_lazy("By whom it was approved: a second editor, nobody on a desk of one, or an override."),
    "citations": gettext_lazy("What the finding rests on."),
    "stance": gettext_lazy("What the evidence does to the claim."),
    "position": gettext_lazy("What the source does with the claim."),
    "hedge": gettext_lazy("How firmly the source says it."),
    "exact": gettext_lazy("The words, letter for letter."),
    "start": gettext_lazy("Where they begin in the text of the capture, in code points."),
    "end": gettext_lazy("Where they end."),
    "prefix": gettext_lazy("Up to 32 code points before them, where they are ours to print."),
    "suffix": gettext_lazy("Up to 32 code points after them, where they are ours to print."),
    "translations": gettext_lazy("Translations. The original is what we assess."),
    "made_by": gettext_lazy("Who translated it."),
    "checked_by": gettext_lazy("Who checked the translation; empty where nobody did."),
    "speakers": gettext_lazy("Who stands behind the words, from the source back."),
    "figures": gettext_lazy("Numbers in the words, beside their value."),
    "dated": gettext_lazy("A date, no more precise than the source makes it."),
    "dated_words": gettext_lazy("The words of the source that give the date."),
    "sha256": gettext_lazy("The hash of the captured file."),
    "blocks": gettext_lazy("Start and end of each paragraph of the text."),
    "withheld": gettext_lazy("Whether the text is kept back."),
    "regions": gettext_lazy("Stretches that repeat others, or are furniture of the page."),
    "origin": gettext_lazy("Where the information first came from."),
    "original": gettext_lazy("The address at which it was published."),
    "expression": gettext_lazy("A calculation."),
    "printed": gettext_lazy("The figure that the calculation must give."),
    "reference": gettext_lazy("Evidence outside of our captures, in words."),
    "number": gettext_lazy("Which one it is, counted from 1."),
    "about": gettext_lazy("The day or the time that the finding is about."),
    "text": gettext_lazy("The words."),
    "to": gettext_lazy("Who was asked."),
    "channel": gettext_lazy("How they were asked."),
    "asked_on": gettext_lazy("When they were asked."),
    "deadline": gettext_lazy("The day by which they were to reply."),
    "why_not": gettext_lazy("Why they were not asked, where they were not."),
    "replies": gettext_lazy("What came of it."),
    "outcome": gettext_lazy("Whether they replied."),
    "passage": gettext_lazy("The words, quoted; null where they are kept confidential or there are none."),
    "note": gettext_lazy("What we add, in a sentence."),
    "capture": gettext_lazy("The hash of the captured file in which the words stand."),
    "outlet": gettext_lazy("Who published it."),
    "author": gettext_lazy("Who wrote it, as it says itself."),
    "title": gettext_lazy("Its title in its own language."),
    "rights": gettext_lazy("How much of its text is ours to print."),
    "captures": gettext_lazy("Each text that we captured, and of which readers see a quotation."),
    "bytes": gettext_lazy("How large the captured file is."),
    "length": gettext_lazy("How long its text is, in code points."),
    "media_type": gettext_lazy("What kind of file it is."),
    "captured_at": gettext_lazy("When we captured it."),
    "name": gettext_lazy("The name in English, as our pages print it."),
    "names": gettext_lazy("Other names, each with its language."),
    "dated_basis": gettext_lazy("How the date is known."),
    "claim": gettext_lazy("The key of the claim."),
    "decimals": gettext_lazy("To how many decimals the result is rounded."),
    "now": gettext_lazy("What stands instead."),
    "status_before": gettext_lazy("Where the claim stood."),
    "status_now": gettext_lazy("Where it stands since."),
    "Correction.before": gettext_lazy("What stood, and was wrong."),
    "Correction.why": gettext_lazy("What we got wrong, and why."),
    "Citation.url": gettext_lazy("Where the reference is read."),
    "Assessment.status": gettext_lazy("What was found."),
    "next": gettext_lazy("The address of the next page; null on the last."),
    "previous": gettext_lazy("The address of the page before; null on the first."),
}
PROBLEMS = {
    "bad-request": gettext_lazy(
        "A parameter, or a member of the body, is not known, or its value is not; `errors` names each."
    ),
    "forbidden": gettext_lazy("This is not for you."),
    "not-found": gettext_lazy(
        "There is nothing at this address. What is hidden and what never was are answered alike."
    ),
    "no-token": gettext_lazy("Here a token is needed, and none was sent, or one that opens nothing any more."),
    "method-not-allowed": gettext_lazy("This address does not take this method. `Allow` names those that it takes."),
    "in-flight": gettext_lazy("The same `Idempotency-Key` is being worked on. Send it again in a moment."),
    "self-approval": gettext_lazy("Who proposed this cannot approve it. Another editor must."),
    "stale-version": gettext_lazy(
        "The thing has moved on. `current_version` is what `If-Match` must name now; read what stands, then decide."
    ),
    "too-large": gettext_lazy("The body is larger than this address takes."),
    "not-json": gettext_lazy("The body must be JSON, and its `Content-Type` must say so."),
    "refused": gettext_lazy(
        "The body can be read, and the rules of the record refuse it. `errors` names each member by a JSON pointer."
    ),
    "idempotency-mismatch": gettext_lazy("Something else was sent under this `Idempotency-Key`. Take a new one."),
    "precondition-required": gettext_lazy(
        "`If-Match` must name the version that you have seen, so that nobody writes over what they have not read."
    ),
    "not-acceptable": gettext_lazy("Answers are JSON, and nothing else was asked for."),
    "gone": gettext_lazy("The claim was withdrawn. Its page says when and why."),
    "too-many-requests": gettext_lazy("Wait as many seconds as `Retry-After` says."),
    "failed": gettext_lazy("Something broke. `number` is what the log calls it."),
    "closed": gettext_lazy("The desk is closed for maintenance. `Retry-After` says for how many seconds."),
}
# What changed for programs, newest first.
CHANGES = (
    (
        date(2026, 11, 28),
        gettext_lazy(
            "Programs with a token write, under `/api/v1/desk/`. The type `read-only` of 405 is now `method-not-allowed`."
        ),
    ),
    (
        date(2026, 11, 25),
        gettext_lazy(
            "Each error has a `type` that leads here. A claim that was withdrawn answers 410 and no longer 404. What breaks"
            " has a `number`."
        ),
    ),
    (date(2026, 11, 24), gettext_lazy("Version 1.")),
)


@dataclass(frozen=True)
class Field:
    """A parameter or a field: its name, its type in the words of JSON, what it may be, and what it is."""

    name: str
    type: str
    part: str = ""  # the name of the object that it holds, which has a table of its own
    values: list[str] = field(default_factory=list)
    meaning: str = ""


@dataclass(frozen=True)
class Resource:
    """A list and the things in it."""

    name: str
    listed: str
    detail: str
    parameters: list[Field]
    part: str


@dataclass(frozen=True)
class Reference:
    resources: list[Resource]
    parts: list[tuple[str, list[Field]]]


@cache
def described(language: str) -> Reference:
    """The reference, once for each process and language: it follows from the code alone."""
    schema = SchemaGenerator(patterns=[path("api/v1/", include("claims.api.urls"))]).get_schema(None, public=True)
    schemas = schema["components"]["schemas"]
    resources = []
    for address, methods in schema["paths"].items():
        answer = methods["get"]["responses"].get("200", {}).get("content", {}).get("application/json", {})
        name = answer.get("schema", {}).get("$ref", "").rpartition("/")[2]
        if "results" not in schemas.get(name, {}).get("properties", {}):
            continue
        resources.append(
            Resource(
                name=address.strip("/").rpartition("/")[2],
                listed=address,
                detail=next((p for p in schema["paths"] if p.startswith(f"{address}{{")), ""),
                parameters=[_field(p["name"], p["schema"], p, schemas) for p in methods["get"].get("parameters", [])],
                part=schemas[name]["properties"]["results"]["items"]["$ref"].rpartition("/")[2],
            )
        )
    parts = [
        (name, [_field(n, s, s, schemas, of=name) for n, s in part["properties"].items()])
        for name, part in schemas.items()
        if part.get("type") == "object" and "results" not in part["properties"]
    ]
    first = [r.part for r in resources]
    return Reference(resources, sorted(parts, key=lambda p: (p[0] not in first, p[0])))


def _field(name: str, schema: dict[str, Any], told: dict[str, Any], schemas: dict[str, Any], *, of: str = "") -> Field:
    """A field `of` an object, or a parameter, which may be repeated where it takes a list."""
    kind, part, values = _typed(schema, schemas)
    if not of and kind.startswith("list of "):
        kind = f"{kind.removeprefix('list of ').removesuffix('s')}, {gettext('may be repeated')}"
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


def reference(request):
    found = described(get_language() or "en")
    licence = settings.FACTDESK_ABOUT.get("licence") or gettext(
        "The operator of this desk has not said under which licence its own words may be used."
    )
    told = [*TYPES.items(), *((status, name) for name, status in NAMED.items())]
    return render(
        request,
        "api_docs.html",
        {
            "reference": found,
            "problems": [(status, name, PROBLEMS[name]) for status, name in sorted(told)],
            "changes": CHANGES,
            "licence": licence,
            "a_page": PAGE,
            "root": request.build_absolute_uri("/api/v1/").rstrip("/"),
        },
    )
