"""Which column of a file is which field of a claim: by the names that newsrooms use, as an editor says, or said before."""

import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError

from ..models.importing import ColumnMap

# Each field, what it is called, and by which other names the headers of a file may call it.
FIELDS: dict[str, tuple[str, set[str]]] = {
    "statement": ("The claim, as one sentence", {"claim", "assertion", "allegation", "claim text", "claim reviewed"}),
    "headline": ("Its headline", {"short claim", "claim title"}),
    "language": ("Language of the claim", {"claim language", "lang"}),
    "kind": ("Kind: fact, arithmetic or opinion", {"type", "claim type"}),
    "about": ("Whom it is about", {"subject", "subjects", "person", "people", "topic", "entity"}),
    "about_kinds": ("What they are: person, organisation, product or place", {"subject kind", "subject type"}),
    "quote": (
        "The quotation, letter for letter",
        {"quotation", "exact quote", "exact words", "verbatim", "quoted text"},
    ),
    "position": ("What the source does: asserts, denies, reports, qualifies", {"stance", "source position"}),
    "speakers": ("Who says it in the source", {"speaker", "claimant", "said by", "claimed by", "who said it"}),
    "dated": ("When it is said to have been so", {"claim date", "date of claim", "event date", "when"}),
    "source": ("Title of the source", {"source title", "title", "article", "article title", "publication title"}),
    "source_en": ("Its title in English", {"title in english", "title en", "english title"}),
    "url": ("Address of the source", {"source url", "link", "address", "source link", "article url", "web address"}),
    "archived": ("Archived copy of it", {"archive", "archive url", "archived url", "archive link"}),
    "author": ("Its author", {"byline", "journalist", "source author"}),
    "outlet": ("Who published it", {"publisher", "newspaper", "publication", "medium", "source name"}),
    "source_language": ("Language of the source", {"language of source", "source lang", "quote language"}),
    "published": (
        "When it was published",
        {"date", "source date", "publication date", "date published", "published on"},
    ),
    "rating": ("What another desk rated it", {"verdict", "conclusion", "label", "textual rating", "fact check rating"}),
    "rated_by": ("Which desk did", {"fact checker", "factchecker", "reviewer", "rated by", "checked by"}),
    "rated_on": ("When it did", {"review date", "rating date", "date checked", "checked on"}),
    "review_url": ("Where it says so", {"review url", "fact check url", "factcheck url", "review link"}),
    "note": ("Note for our editors", {"notes", "comment", "comments", "remarks"}),
    "key": ("Our id, like FD-0123456789", {"fd", "factdesk id"}),
    "ref": ("The id that they give it", {"id", "reference", "number", "no", "row id", "record id"}),
}
# Where a row says nothing.
DEFAULTS = {"language": "en", "position": "asserts", "about_kind": ""}
# What a ClaimReview says, and what of it we take. An appearance is no quotation: of it only the source is taken.
OF_REVIEWS = {
    "url": "review_url",
    "claimReviewed": "statement",
    "inLanguage": "language",
    "datePublished": "rated_on",
    "author.name": "rated_by",
    "reviewRating.alternateName": "rating",
    "reviewRating.ratingExplanation": "note",
    "itemReviewed.author.name": "speakers",
    "appearance.url": "url",
    "appearance.name": "source",
    "appearance.datePublished": "published",
    "appearance.inLanguage": "source_language",
}
OTHERS = {other: name for name, (_, others) in FIELDS.items() for other in {*others, name, name.replace("_", " ")}}


def guessed(headers: list[str], kind: str) -> list[str]:
    """The field that each header seems to name; none where two seem to name the same."""
    if kind == "claimreview":
        return [OF_REVIEWS.get(header, "") for header in headers]
    found: list[str] = []
    for header in headers:
        plain = " ".join(header.replace("_", " ").replace("-", " ").split()).casefold()
        name = OTHERS.get(plain, "")
        found.append("" if name in found else name)
    return found


def remembered(headers: list[str], kind: str) -> tuple[list[str], dict[str, Any]]:
    """What files with these headers were last taken for; else what they seem to be."""
    there = ColumnMap.objects.filter(headers_sha256=_sha(headers, kind)).first()
    if there and len(there.columns) == len(headers):
        return there.columns, DEFAULTS | there.defaults
    return guessed(headers, kind), dict(DEFAULTS)


def remember(headers: list[str], kind: str, columns: list[str], defaults: dict[str, Any]) -> None:
    ColumnMap.objects.update_or_create(
        headers_sha256=_sha(headers, kind), defaults={"columns": columns, "defaults": defaults}
    )


def refuse_unclear(headers: list[str], columns: list[str]) -> None:
    """No field is taken from two columns, and a claim is made of something."""
    for name in FIELDS:
        taken = [h for h, c in zip(headers, columns, strict=True) if c == name]
        if len(taken) > 1:
            raise ValidationError(f"{' and '.join(f'“{h}”' for h in taken)} are both taken for: {FIELDS[name][0]}")
    if unknown := set(columns) - FIELDS.keys() - {""}:
        raise ValidationError(f"{sorted(unknown)[0]} is no field of a claim")
    if "statement" not in columns:
        raise ValidationError("Say which column holds the claim, as one sentence")


def _sha(headers: list[str], kind: str) -> str:
    return hashlib.sha256(json.dumps([kind, headers]).encode()).hexdigest()
