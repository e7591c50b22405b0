"""The JSON-LD of every claim page and of the DataFeed, before three strangers.

Adobe's validator knows every term of schema.org; the structured data testing tool reads a page as Google does; schema-dts knows
of which type each value is. schema.org's own shapes for SHACL stand in no registry, and every text fails the ones of its
repository: schema-dts is made from the same vocabulary and judges the same.
"""

import copy
import json
from itertools import islice

import extruct
import pytest

from claims.formats.markup import in_page

pytestmark = [pytest.mark.django_db, pytest.mark.deep, pytest.mark.xdist_group("demo")]


def marked_up(page):
    [said] = extruct.extract(page, syntaxes=["json-ld"], uniform=False)["json-ld"]
    return said


def a_page(said):
    return f"<!doctype html><html lang='en'><head><title>A claim</title>{in_page(said)}</head><body></body></html>"


def against(found):
    return {name: findings for name, findings in found.items() if findings}


def test_every_claim_page_tells_machines_only_what_schema_org_and_google_know(judged, published):
    documents = {address: marked_up(page) for address, page in published.claims.items()}
    kinds = {said["@type"] for said in documents.values()}
    assert kinds == {"Claim", "ClaimReview"} and len(documents) > 250
    assert against(judged(published.claims, "structured_data.mjs")) == {}
    assert against(judged(documents, "typed.mjs", "schema.org")) == {}


def test_every_item_of_the_data_feed_is_a_list_of_what_they_know(judged, published):
    feed = published.every_claim
    items = feed["dataFeedElement"]
    assert [item["@id"] for item in items if not isinstance(item["item"], list)] == []
    assert [item for item in items if bool(item["item"]) == ("dateDeleted" in item)] == []
    assert len(items) > 250 and any("dateDeleted" in item for item in items)
    pages = {item["@id"]: a_page(item["item"][0]) for item in items if item["item"]}
    assert against(judged(pages | {"the feed": a_page(feed)}, "structured_data.mjs")) == {}
    assert against(judged({"the feed": feed}, "typed.mjs", "schema.org")) == {}


def misspell(said):
    said["claimsReviewed"] = said.pop("claimReviewed")


def appear_as_text(said):
    said["itemReviewed"]["appearance"] = said["itemReviewed"]["appearance"][0]["name"]


def rate_without_a_word(said):
    del said["reviewRating"]["alternateName"]


@pytest.mark.parametrize("break_it", [misspell, appear_as_text, rate_without_a_word])
def test_whatever_is_broken_is_found(judged, published, break_it):
    reviews = (marked_up(page) for page in published.claims.values())
    broken = [copy.deepcopy(said) for said in islice((r for r in reviews if r["@type"] == "ClaimReview"), 20)]
    for said in broken:
        break_it(said)
    documents = {str(n): said for n, said in enumerate(broken)}
    by_page = judged({n: a_page(said) for n, said in documents.items()}, "structured_data.mjs")
    by_type = judged(documents, "typed.mjs", "schema.org")
    missed = [n for n in documents if not by_page[n] and not by_type[n]]
    assert (len(broken), missed) == (20, [])


def test_a_feed_that_is_broken_is_found(judged, published):
    feed = published.every_claim
    broken = {
        "a property that is none": feed | {"dataFeedElements": []},
        "an item that is a text": feed | {"dataFeedElement": [feed["dataFeedElement"][0] | {"item": ["A claim."]}]},
        "a type that is none": json.loads(json.dumps(feed).replace("ClaimReview", "ClaimsReview")),
    }
    found = judged(broken, "typed.mjs", "schema.org")
    assert [name for name in broken if not found[name]] == []
