"""ClaimReview (schema.org) as other desks publish it: found in a page, a DataFeed or a file of JSON-LD, and laid out as rows."""

import json
import re
from collections.abc import Iterator
from typing import Any

import lxml.html

# Where each column stands in a ClaimReview; `appearance` is where the claim was made first, as far as it says.
COLUMNS = {
    "url": ("url",),
    "claimReviewed": ("claimReviewed",),
    "inLanguage": ("inLanguage",),
    "datePublished": ("datePublished",),
    "author.name": ("author", "name"),
    "reviewRating.alternateName": ("reviewRating", "alternateName"),
    "reviewRating.ratingValue": ("reviewRating", "ratingValue"),
    "reviewRating.ratingExplanation": ("reviewRating", "ratingExplanation"),
    "itemReviewed.author.name": ("itemReviewed", "author", "name"),
    "itemReviewed.datePublished": ("itemReviewed", "datePublished"),
    "appearance.url": ("appearance", "url"),
    "appearance.name": ("appearance", "name"),
    "appearance.datePublished": ("appearance", "datePublished"),
    "appearance.inLanguage": ("appearance", "inLanguage"),
}
DEEPEST = 40  # of a document: deeper ones mean nothing
MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ].*", re.DOTALL)


def in_page(page: str) -> tuple[list[dict], list[str]]:
    """The reviews in a page, and what is wrong with what it says in JSON-LD."""
    found, said = [], []
    tree = lxml.html.fromstring(page.encode(), parser=lxml.html.HTMLParser(encoding="utf-8", huge_tree=False))
    for number, script in enumerate(tree.xpath("//script[contains(@type, 'ld+json')]"), 1):
        try:
            found += list(reviews_in(json.loads(script.text_content())))
        except (ValueError, RecursionError) as error:
            said.append(f"Block {number} of JSON-LD in the page cannot be read ({type(error).__name__})")
    return found, said


def reviews_in(thing: Any, depth: int = 0) -> Iterator[dict]:
    """Every ClaimReview in a document, wherever it stands: in a list, a graph, a feed."""
    if depth > DEEPEST:
        return
    if isinstance(thing, list):
        for one in thing:
            yield from reviews_in(one, depth + 1)
    elif isinstance(thing, dict):
        if "ClaimReview" in _list(thing.get("@type")):
            yield thing
        else:
            for one in thing.values():
                yield from reviews_in(one, depth + 1)


def as_row(review: dict) -> list[str]:
    """The columns of one review; empty where it says nothing, or nothing that is a text."""
    claim = _first(review.get("itemReviewed"))
    where = [*_list(claim.get("firstAppearance")), *_list(claim.get("appearance"))]
    told = review | {"itemReviewed": claim, "appearance": where}
    # A moment is a day in some zone: of a time nothing is made but that day.
    return [MOMENT.sub(r"\1", _at(told, path)) for path in COLUMNS.values()]


def _list(value: Any) -> list:
    return value if isinstance(value, list) else [] if value is None else [value]


def _first(value: Any) -> dict:
    return next((v for v in _list(value) if isinstance(v, dict)), {})


def _at(told: dict, path: tuple[str, ...]) -> str:
    value: Any = told
    for name in path:
        if name == "url" and value is not told and isinstance(value, list) and value and isinstance(value[0], str):
            return value[0]  # half of the web says an appearance by its address alone
        value = _first(value).get(name)
    value = next(iter(_list(value)), None)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)
