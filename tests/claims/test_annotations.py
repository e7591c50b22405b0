"""Passages as W3C Web Annotations: what each says, and how the container is read."""

import pytest

from ..making import make_claim, make_draft, make_passage, make_reporter, make_source, two

pytestmark = pytest.mark.django_db
ALL = "/api/v1/annotations/"
KIND = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
PREFER = "return=representation;include=%s"
IRIS, MINIMAL = "http://www.w3.org/ns/oa#PreferContainedIRIs", "http://www.w3.org/ns/ldp#PreferMinimalContainer"


def get(client, address, status=200, **headers):
    answer = client.get(address, headers=headers)
    assert answer.status_code == status, answer.content
    return answer


def test_an_annotation_says_where_words_stand_and_which_claims_are_there(client):
    text = "前文😀🤔報導指出，該部門支付四萬個口罩。後文"
    start = text.index("該")
    archived = "https://archive.example/1"
    passage = make_passage(
        text, start=start, end=start + 8, language="ja", rights="full", url="https://news.example/a", archived=archived
    )
    claim = make_claim(passage=passage)
    passage.translate("The department paid.", made_by="FactDesk", **two())
    answer = get(client, f"{ALL}{passage.ref}/", Accept=KIND)
    assert answer["Content-Type"] == KIND and "ldp#Resource" in answer["Link"] and answer["ETag"]
    said = answer.json()
    quote, place = said["target"]["selector"]
    assert (quote["exact"], quote["prefix"], quote["suffix"]) == (
        text[start : start + 8],
        text[:start],
        text[start + 8 :],
    )
    assert (place["start"], place["end"]) == (start, start + 8)
    assert said["target"]["source"] == "https://news.example/a" and said["target"]["state"]["cached"] == archived
    assert [b["source"] for b in said["body"] if b["purpose"] == "identifying"] == [
        f"http://testserver{claim.get_absolute_url()}"
    ]
    assert [b["value"] for b in said["body"] if b["type"] == "TextualBody"] == ["The department paid."]


def test_words_around_a_quote_that_are_not_ours_to_print_are_not_selected_by(client):
    passage = make_passage("Before. The words. After.", start=8, end=18)
    make_claim(passage=passage)
    quote, _ = get(client, f"{ALL}{passage.ref}/").json()["target"]["selector"]
    assert quote == {"type": "TextQuoteSelector", "exact": "The words."}


def test_the_container_is_read_page_by_page(client):
    text = "One two three four five."
    source = make_source(text)
    capture, by = source.captures.get(), make_reporter()
    for start, end in ((0, 3), (4, 7), (8, 13)):
        make_claim(passage=capture.quote(start, end, by=by))
    make_draft(passage=capture.quote(14, 18, by=by))
    answer = get(client, f"{ALL}?limit=2")
    said = answer.json()
    assert said["total"] == 3 and said["type"] == ["BasicContainer", "AnnotationCollection"]
    assert "ldp#BasicContainer" in answer["Link"] and "constrainedBy" in answer["Link"]
    assert answer["Content-Location"] == said["id"] and {"Accept", "Prefer"} <= set(answer["Vary"].split(", "))
    found, page = [], said["first"]
    while True:
        found += [one["target"]["selector"][0]["exact"] for one in page["items"]]
        if "next" not in page:
            break
        page = get(client, page["next"]).json()
        assert page["type"] == "AnnotationPage" and page["partOf"]
    assert found == ["One", "two", "three"]


def test_who_prefers_addresses_alone_gets_those(client):
    passage = make_passage()
    make_claim(passage=passage)
    whole = get(client, ALL)
    names = get(client, ALL, Prefer=PREFER % f'"{IRIS}"')
    assert names.json()["first"]["items"] == [f"http://testserver{ALL}{passage.ref}/"]
    assert get(client, names.json()["first"]["items"][0]).json() == whole.json()["first"]["items"][0]
    assert isinstance(get(client, ALL, Prefer=PREFER % f'"{MINIMAL}"').json()["first"], str)
    assert names["ETag"] != whole["ETag"]


def test_the_container_says_what_it_does_not_know(client):
    assert get(client, f"{ALL}?page=nowhere", 400).json()["errors"][0]["parameter"] == "page"
    assert "Did you mean page?" in get(client, f"{ALL}?pgae=1", 400).json()["detail"]
    for ref in ("SO-0000000000/000000000000/0-1", "x"):
        assert get(client, f"{ALL}{ref}/", 404)["Content-Type"] == "application/problem+json"
    assert client.post(ALL, {}).status_code == 405


def test_annotations_are_had_as_of_a_moment(client):
    passage = make_passage()
    make_claim(passage=passage)
    assert get(client, f"{ALL}?as_of=2020-01-01").json()["total"] == 0
    assert get(client, f"{ALL}{passage.ref}/?as_of=2020-01-01", 404)
