"""The feeds before strangers that are strict: Ruby's validating reader for Atom, the published type of JSON Feed 1.1.

The validator of the W3C stands in no registry. What feed readers make of the feeds: tests/claims/test_following.py.
"""

import json
import re

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.deep, pytest.mark.xdist_group("judges")]


def against(found):
    return {name: findings for name, findings in found.items() if findings}


def test_every_atom_feed_has_what_rfc_4287_asks_for(atom_judged, published):
    assert len(published.atom) > 20
    assert against(atom_judged(published.atom)) == {}


def test_every_json_feed_has_what_its_version_asks_for(judged, published):
    feeds = {address: json.loads(feed) for address, feed in published.json_feeds.items()}
    assert feeds.keys() == published.atom.keys()
    assert against(judged(feeds, "typed.mjs", "json-feed")) == {}


UPDATED = re.compile("<updated>[^<]*</updated>")


def without(part, feed):
    before, found, after = feed.partition(part)
    assert found, part
    return before + after


@pytest.mark.parametrize("address", ["/changes/", "/corrections/", "/claims/"])
def test_an_atom_feed_that_is_broken_is_found(atom_judged, published, address):
    feed = published.atom[address]
    head, entry, rest = feed.partition("<entry>")
    broken = {
        "a feed that was never updated": UPDATED.sub("", head, count=1) + entry + rest,
        "an entry that was never updated": head + entry + UPDATED.sub("", rest, count=1),
        "a date in words": UPDATED.sub("<updated>1 January</updated>", feed, count=1),
        "an entry without id": head + entry + re.sub("<id>[^<]*</id>", "", rest, count=1),
        "an entry without title": head + entry + re.sub("<title>[^<]*</title>", "", rest, count=1),
        "nobody's": re.sub("<author>.*?</author>", "", feed),
        "an element that is none": feed.replace("<id>", "<key>x</key><id>", 1),
        "no end": without("</feed>", feed),
    }
    found = atom_judged(broken)
    assert [name for name in broken if not found[name]] == []


@pytest.mark.parametrize("address", ["/changes/", "/corrections/", "/claims/"])
def test_a_json_feed_that_is_broken_is_found(judged, published, address):
    feed = json.loads(published.json_feeds[address])
    first = feed["items"][0]

    def with_first(**changed):
        return feed | {"items": [{k: v for k, v in (first | changed).items() if v is not None}]}

    broken = {
        "no version": {k: v for k, v in feed.items() if k != "version"},
        "version 1": feed | {"version": "https://jsonfeed.org/version/1"},
        "no items": {k: v for k, v in feed.items() if k != "items"},
        "an author in words": feed | {"authors": "FactDesk"},
        "an entry without id": with_first(id=None),
        "an id that is a number": with_first(id=1),
        "an entry without content": with_first(content_text=None),
        "a date that is misspelt": with_first(date_publishd=first["date_published"]),
    }
    found = judged(broken, "typed.mjs", "json-feed")
    assert [name for name in broken if not found[name]] == []
