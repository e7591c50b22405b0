import json
from urllib.parse import urlsplit

import jsonschema
import pytest

from ..making import (
    answered,
    assess,
    make_claim,
    make_draft,
    make_editor,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
)

pytestmark = [pytest.mark.django_db, pytest.mark.core]
NAMES = ["claims", "wordings", "assessments", "citations", "appearances", "passages", "sources", "captures", "outlets"]
RESOURCES = {n: f"/api/v1/{n}/" for n in [*NAMES, "subjects", "corrections", "replies", "changes"]}


def get(client, address, status=200, **headers):
    answer = client.get(address, **headers)
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_claim_carries_its_status_its_evidence_and_its_quotes(client):
    passage = make_passage("橋は点検されなかった", language="ja")
    passage.translate("The bridge was not inspected.", by=make_reporter(), made_by="FactDesk")
    claim = make_claim("The bridge was never inspected.", passage=passage, subjects=[make_subject("The bureau")])
    assess(claim, "disputed")
    found = get(client, f"/api/v1/claims/{claim.key}/")
    assert (found["status"], found["statement"]) == ("disputed", "The bridge was never inspected.")
    assert found["assessment"]["balance"] == "contradicted"
    assert found["assessment"]["citations"][0]["stance"] == "contradicts"
    (appearance,) = found["appearances"]
    assert appearance["passage"]["exact"] == "橋は点検されなかった"
    assert (appearance["passage"]["start"], appearance["passage"]["end"]) == (0, 10)
    assert appearance["translations"][0]["made_by"] == "FactDesk"
    assert urlsplit(found["html_url"]).path == claim.get_absolute_url()
    assert found["version"] == 2


def test_a_date_keeps_its_precision(client):
    claim = make_draft()
    claim.appear(make_passage(), "asserts", by=make_reporter(), dated="2023-06~")
    claim.propose("publish", by=make_reporter()).approve(by=make_editor())
    dated = [a["dated"] for a in get(client, f"/api/v1/claims/{claim.key}/")["appearances"]]
    assert {
        "value": "2023-06~",
        "precision": "month",
        "min": "2023-06-01",
        "max": "2023-06-30",
        "label": "about June 2023",
    } in dated


def test_the_same_query_gives_the_page_and_the_api_the_same_claims(client):
    one, two = make_claim("One."), make_claim("Two.")
    assess(one, "disputed")
    query = "?status=disputed&lang=en"
    page = [c.key for c in client.get(f"/claims/{query}").context["page"].rows]
    assert [c["key"] for c in get(client, f"/api/v1/claims/{query}")["results"]] == page == [one.key]
    assert two.status == "unverified"


def test_a_list_is_followed_to_its_end_by_its_cursor(client):
    keys = [make_claim(f"Claim {n}.").key for n in range(28)]
    first = get(client, "/api/v1/claims/")
    parts = urlsplit(first["next"])
    second = get(client, f"{parts.path}?{parts.query}")
    assert [c["key"] for c in first["results"] + second["results"]] == keys[::-1]
    assert second["next"] is None


def test_an_unknown_parameter_is_refused_with_the_nearest_known_one(client):
    answer = client.get("/api/v1/claims/?statsu=verified")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.status_code == answer.json()["status"] == 400
    assert "Did you mean status?" in answer.json()["detail"]


def test_a_bad_value_is_a_problem_that_names_its_parameter(client):
    assert get(client, "/api/v1/claims/?status=perhaps", 400)["errors"][0]["parameter"] == "status"


@pytest.mark.parametrize("address", ["/api/v1/claims/FD-0000000000/", "/api/v1/nothing/", "/api/"])
def test_what_is_not_there_is_a_problem_too(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["instance"] == address


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written_here(client, method):
    claim = make_claim()
    address = f"/api/v1/claims/{claim.key}/"
    answer = getattr(client, method)(address, json.dumps({"status": "verified"}), content_type="application/json")
    assert answer.status_code == 405
    claim.refresh_from_db()
    assert claim.status == "unverified"


def test_a_passage_names_its_place_and_its_capture(client):
    passage = make_passage("Before. The words. After.", start=8, end=18, rights="full")
    make_claim(passage=passage)
    (found,) = get(client, "/api/v1/passages/")["results"]
    assert (found["prefix"], found["exact"], found["suffix"]) == ("Before. ", "The words.", " After.")
    assert found["capture"] == passage.capture.sha256


def test_the_words_around_a_quote_are_blank_where_they_are_not_public(client):
    capture = make_source("Secret words. Public words. More.", rights="full").captures.get()
    by = make_reporter()
    make_draft(passage=capture.quote(0, 13, by=by), sensitivity="health")
    make_claim(passage=capture.quote(14, 27, by=by))
    (found,) = get(client, "/api/v1/passages/")["results"]
    assert (found["prefix"], found["suffix"]) == ("", "")


def test_the_words_around_a_quote_are_not_ours_to_print(client):
    make_claim(passage=make_passage("Before. The words. After.", start=8, end=18))
    (found,) = get(client, "/api/v1/passages/")["results"]
    assert (found["prefix"], found["suffix"]) == ("", "")


def test_an_address_tells_no_count(client):
    """What readers are given names no row by its number in a table, which private work would leave gaps in."""
    hidden = make_draft()
    assess(hidden, "disputed")
    assess(make_claim(), "disputed")
    for name in ("claims", "assessments", "sources", "passages", "subjects"):
        for found in get(client, f"/api/v1/{name}/")["results"]:
            assert "id" not in found
            assert get(client, urlsplit(found["url"]).path)["url"] == found["url"]


@pytest.mark.parametrize("place", ["cD1hYmM=", "1.5", "%00", "9" * 5000, "FD-x/1"])
@pytest.mark.parametrize("name", ["claims", "assessments", "sources", "passages", "subjects"])
def test_a_place_that_is_none_is_refused(client, name, place):
    assert get(client, f"/api/v1/{name}/?after={place}", 400)["errors"][0]["parameter"] == "after"


def test_what_readers_do_not_see_is_no_place_in_a_list(client):
    source, subject = make_source(), make_subject()
    draft = make_draft(passage=make_passage(), subjects=[subject])
    ref = draft.appearances.get().passage.ref
    hidden = {"sources": source.key, "outlets": source.outlet.key, "subjects": subject.key, "passages": ref}
    for name, place in hidden.items():
        for asked in ("after", "before"):
            assert get(client, f"/api/v1/{name}/?{asked}={place}", 400)["errors"][0]["parameter"] == asked


@pytest.mark.parametrize("address", ["/api/v1/claims/%00/", "/api/v1/claims/?q=%00", "/claims/?q=%00", "/sources/%00/"])
def test_a_null_character_is_no_error_of_ours(client, address):
    assert client.get(address).status_code in {400, 404}


@pytest.mark.parametrize("asked", ["changed_before=9999-12-31", "changed_after=0001-01-01", f"q={'a+' * 600}"])
def test_far_questions_are_answered(client, asked):
    for page in ("/claims/", "/api/v1/claims/"):
        assert client.get(f"{page}?{asked}").status_code == 200


def test_an_assessment_stays_readable_after_the_next_one(client):
    claim = make_claim()
    assess(claim, "disputed", because="First.")
    assess(claim, "unverified", because="Second.", code="new_evidence")
    found = get(client, f"/api/v1/assessments/?claim={claim.key}")["results"]
    assert [(a["number"], a["status"]) for a in found] == [(2, "unverified"), (1, "disputed")]


def test_a_finding_that_readers_never_saw_is_not_listed(client):
    claim = make_draft()
    assess(claim, "disputed")
    assess(claim, "unverified", code="new_evidence")
    claim.propose("publish", by=make_reporter()).approve(by=make_editor())
    assert [a["number"] for a in get(client, "/api/v1/assessments/")["results"]] == [2]


def test_the_schema_describes_every_resource(client):
    schema = get(client, "/api/v1/schema/", HTTP_ACCEPT="application/json")
    assert schema["openapi"].startswith("3.1")
    for name in RESOURCES:
        assert f"/api/v1/{name}/" in schema["paths"]
    named = {p["name"] for p in schema["paths"]["/api/v1/claims/"]["get"]["parameters"]}
    assert {"q", "status", "subject", "source", "lang", "changed_after", "changed_before", "after", "before"} <= named


def test_answers_are_what_the_schema_says(client):
    schema = get(client, "/api/v1/schema/", HTTP_ACCEPT="application/json")
    passage = make_passage("Words.", language="fr")
    passage.translate("Words.", by=make_reporter(), made_by="FactDesk")
    claim = make_claim(passage=passage, subjects=[make_subject()])
    assess(claim, "disputed")
    answered(claim, by=make_reporter(), editor=make_editor())
    for name, address in RESOURCES.items():
        part = schema["paths"][address]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        reader = jsonschema.Draft202012Validator(part | {"components": schema["components"]})
        answer = get(client, address)
        assert answer["results"] and [e.message for e in reader.iter_errors(answer)] == [], name
