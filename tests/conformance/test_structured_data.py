"""The JSON-LD of every claim page and of the DataFeed, before three strangers.

Adobe's validator knows every term of schema.org; the structured data testing tool reads a page as Google does; schema-dts knows
of which type each value is. schema.org's own shapes for SHACL stand in no registry, and every text fails the ones of its
repository: schema-dts is made from the same vocabulary and judges the same.
"""

import copy
import json

import extruct
import pytest

from claims.formats.markup import in_page

pytestmark = [pytest.mark.django_db, pytest.mark.deep, pytest.mark.xdist_group("judges")]


def marked_up(page):
    [said] = extruct.extract(page, syntaxes=["json-ld"], uniform=False)["json-ld"]
    return said


def a_page(said):
    return f"<!doctype html><html lang='en'><head><title>A claim</title>{in_page(said)}</head><body></body></html>"


def against(found):
    return {name: findings for name, findings in found.items() if findings}


def of_each_shape(documents):
    """The first of those that differ in their words alone, as no type sees those."""
    return {json.dumps(shape_of(said)): said for said in reversed(list(documents))}


def shape_of(said):
    if isinstance(said, dict):
        return {name: value if name == "@type" else shape_of(value) for name, value in said.items()}
    return [shape_of(value) for value in said] if isinstance(said, list) else type(said).__name__


def test_every_claim_page_tells_machines_only_what_schema_org_and_google_know(judged, published):
    documents = [marked_up(page) for page in published.claims.values()]
    assert {said["@type"] for said in documents} == {"Claim", "ClaimReview"} and len(documents) > 250
    assert against(judged(published.claims, "structured_data.mjs")) == {}
    assert against(judged(of_each_shape(documents), "typed.mjs", "schema.org")) == {}


def test_every_item_of_the_data_feed_is_a_list_of_what_they_know(judged, published):
    feed = published.every_claim
    items = feed["dataFeedElement"]
    assert not_lists(items) == []
    assert [item for item in items if bool(item["item"]) == ("dateDeleted" in item)] == []
    assert len(items) > 250 and any("dateDeleted" in item for item in items)
    pages = {item["@id"]: a_page(item["item"][0]) for item in items if item["item"]}
    assert against(judged(pages | {"the feed": a_page(feed)}, "structured_data.mjs")) == {}
    differing = feed | {"dataFeedElement": list(of_each_shape(items).values())}
    assert against(judged({"the feed": differing}, "typed.mjs", "schema.org")) == {}


def not_lists(items):
    """Those that readers of such feeds would pass over: each takes what an item holds for a list."""
    return [item["@id"] for item in items if not isinstance(item["item"], list)]


def misspell(said):
    said["claimsReviewed"] = said.pop("claimReviewed")


def appear_as_text(said):
    said["itemReviewed"]["appearance"] = said["itemReviewed"]["appearance"][0]["name"]


def rate_without_a_word(said):
    del said["reviewRating"]["alternateName"]


def test_whatever_is_broken_is_found(judged, published):
    reviews = [said for said in map(marked_up, published.claims.values()) if said["@type"] == "ClaimReview"]
    broken = {}
    for break_it in (misspell, appear_as_text, rate_without_a_word):
        for said in copy.deepcopy(reviews[:10]):
            break_it(said)
            broken[f"{break_it.__name__}: {said['url']}"] = said
    by_page = judged({name: a_page(said) for name, said in broken.items()}, "structured_data.mjs")
    by_type = judged(broken, "typed.mjs", "schema.org")
    assert len(broken) == 30 and [name for name in broken if not by_page[name] and not by_type[name]] == []


def test_a_feed_that_is_broken_is_found(judged, published):
    item = next(i for i in published.every_claim["dataFeedElement"] if i["item"][0]["@type"] == "ClaimReview")
    broken = {"a property that is none": published.every_claim | {"dataFeedElement": [], "dataFeedElements": [item]}}
    for break_it in (misspell, appear_as_text):
        wrong = copy.deepcopy(item)
        break_it(wrong["item"][0])
        broken[break_it.__name__] = published.every_claim | {"dataFeedElement": [wrong]}
    found = judged(broken, "typed.mjs", "schema.org")
    assert [name for name in broken if not found[name]] == []
    assert not_lists([item]) == [] and not_lists([item | {"item": item["item"][0]}]) == [item["@id"]]
