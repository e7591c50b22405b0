"""Findings in the shape of Google's Fact Check Tools API."""

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest

from ..making import assess, make_claim, make_draft, make_editor, make_passage, make_reporter, make_subject

pytestmark = pytest.mark.django_db
SEARCH = "/v1alpha1/claims:search"


def ask(client, status=200, **asked):
    answer = client.get(SEARCH, asked)
    assert answer.status_code == status, answer.content
    return answer.json()


def make(words, status="disputed", **kwargs):
    claim = make_claim(words, **kwargs)
    assess(claim, status)
    return claim


def test_a_finding_is_told_as_google_tells_it(client):
    claim = make_draft("The bridge was never inspected.")
    speaker = make_subject("The Roads Office")
    speakers = [{"name": "The Roads Office", "subject": speaker}]
    claim.appear(make_passage(), "asserts", by=make_reporter(), dated="2023-06-14", speakers=speakers)
    claim.propose("publish", by=make_reporter()).approve(by=make_editor())
    assess(claim, "disputed")
    (found,) = ask(client, query="bridge", key="k", alt="json", prettyPrint="false")["claims"]
    (review,) = found.pop("claimReview")
    assert found["text"] == "The bridge was never inspected." and found["claimDate"] == "2023-06-14T00:00:00Z"
    assert review.pop("reviewDate").endswith("Z")
    assert review == {
        "publisher": {"name": "FactDesk", "site": "testserver"},
        "url": f"http://testserver{claim.get_absolute_url()}",
        "title": claim.wording.headline or claim.words,
        "textualRating": "Disputed",
        "languageCode": "en",
    }


def test_a_date_that_is_not_known_to_the_day_is_left_out(client):
    claim = make_draft("The bridge.")
    claim.appear(make_passage(), "asserts", by=make_reporter(), dated="2023-06")
    claim.propose("publish", by=make_reporter()).approve(by=make_editor())
    assess(claim, "disputed")
    assert "claimDate" not in ask(client, query="bridge")["claims"][0]


def test_only_what_was_found_of_a_public_claim_is_told(client):
    make_claim("A bridge that nobody assessed.")
    assess(make_draft("A bridge that nobody sees."), "disputed")
    make_claim("A bridge is a fine thing.", kind="opinion")
    assert ask(client, query="bridge") == {}


def test_pages_are_followed_by_their_token(client):
    words = [f"Bridge number {n}." for n in range(5)]
    for one in words:
        make(one)
    found, token = [], ""
    while True:
        answer = ask(client, query="bridge", pageSize=2, **({"pageToken": token} if token else {}))
        found += [c["text"] for c in answer["claims"]]
        token = answer.get("nextPageToken", "")
        if not token:
            break
    assert sorted(found) == words
    assert [c["text"] for c in ask(client, query="bridge", offset=4)["claims"]] == found[4:]
    assert ask(client, query="bridge", offset=9) == {}


def test_a_token_goes_with_its_question(client):
    make("Bridge one.")
    make("Bridge two.")
    token = ask(client, query="bridge", pageSize=1)["nextPageToken"]
    for wrong in ({"query": "one"}, {"query": "bridge", "languageCode": "en"}):
        assert "unchanged" in ask(client, 400, pageToken=token, **wrong)["error"]["message"]
    for broken in ("x", "%%%", "Zm9v", "AAAA", "é"):
        error = ask(client, 400, query="bridge", pageToken=broken)["error"]
        assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    "asked", [{}, {"query": " "}, {"query": "x", "pageSize": "many"}, {"query": "x", "maxAgeDays": "-1"}]
)
def test_what_cannot_be_asked_is_refused_as_google_does(client, asked):
    error = ask(client, 400, **asked)["error"]
    assert error["code"] == 400 and error["status"] == "INVALID_ARGUMENT" and error["message"]


def test_language_publisher_and_age_leave_what_they_name(client):
    make("The bridge.")
    assert (
        ask(client, query="bridge", languageCode="en-GB")["claims"]
        and ask(client, query="bridge", languageCode="fr") == {}
    )
    assert ask(client, reviewPublisherSiteFilter="www.testserver")["claims"]
    assert ask(client, reviewPublisherSiteFilter="elsewhere.example") == {}
    assert ask(client, query="bridge", maxAgeDays=1)["claims"]
    later = datetime.now(UTC) + timedelta(days=3)
    with mock.patch("claims.api.fact_checks.timezone.now", return_value=later):
        assert ask(client, query="bridge", maxAgeDays=1) == {}
        assert ask(client, query="bridge", maxAgeDays=9)["claims"]


def test_odd_questions_are_answered(client):
    for odd in ("\0", "'\"", "😀", "x" * 5000, "AND OR NOT *"):
        assert client.get(SEARCH, {"query": odd}).status_code in {200, 400}
    assert client.post(SEARCH).status_code == 405


def test_a_search_costs_the_same_when_the_archive_grows(client, same_queries):
    same_queries(lambda: ask(client, query="bridge", pageSize=50), grow=lambda: make("The bridge again."))


def test_who_asks_too_often_is_told_when_to_come_again(client, settings):
    settings.FACTDESK_API_PER_ADDRESS = 2
    for _ in range(2):
        ask(client, query="bridge")
    refused = client.get(SEARCH, {"query": "bridge"})
    assert refused.status_code == 429 and 0 < int(refused["Retry-After"]) <= 60
    assert refused.json()["error"]["status"] == "RESOURCE_EXHAUSTED"
