"""The API before strangers: Google's own client, the validator of OpenAPI, a linter of HTTP, Apache Annotator."""

import json
from importlib.resources import files
from pathlib import Path
from urllib.request import Request, urlopen

import jsonschema
import pytest
from django.test import Client
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from httplint import HttpResponseLinter
from openapi_spec_validator import validate

from sources.models import Passage

from ..making import a_full_desk, assess, make_chief, make_claim, make_draft, make_passage, make_reporter
from ..programs import make_token

pytestmark = pytest.mark.deep
DISCOVERY = "discovery_cache/documents/factchecktools.v1alpha1.json"
ANSWER = "GoogleFactcheckingFactchecktoolsV1alpha1FactCheckedClaimSearchResponse"
SCHEMA = json.loads((Path(__file__).parents[2] / "docs/openapi.json").read_text())
DESK_LISTS = ["claims", "sources", "outlets", "subjects", "origins", "proposals"]
TEXT = "前文😀🤔報導指出，該部門於2024年3月支付四萬個口罩的款項，並未公開招標。該部門於2024年3月"


@pytest.fixture(scope="module")
def google():
    return json.loads(files("googleapiclient").joinpath(DISCOVERY).read_text())


def as_json_schema(part):
    """A schema of a discovery document in the words of JSON Schema, closed to what it does not name."""
    if "$ref" in part:
        return {"$ref": f"#/$defs/{part['$ref']}"}
    said = {"type": part.get("type", "object")}
    if "properties" in part:
        said |= {
            "properties": {n: as_json_schema(p) for n, p in part["properties"].items()},
            "additionalProperties": False,
        }
    if "items" in part:
        said["items"] = as_json_schema(part["items"])
    return said | ({"format": "date-time"} if part.get("format") == "google-datetime" else {})


@pytest.fixture(scope="module")
def answers_of_google(google):
    parts = {name: as_json_schema(part) for name, part in google["schemas"].items()}
    whole = {"$defs": parts, "$ref": f"#/$defs/{ANSWER}"}
    return jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker(["date-time"]))


@pytest.mark.django_db
def test_googles_own_client_pages_through_a_search(live_server, google, answers_of_google):
    texts = [f"Bridge number {n}." for n in range(7)]
    for text in texts:
        assess(make_claim(text), "disputed")
    document = google | {"rootUrl": f"{live_server.url}/", "baseUrl": f"{live_server.url}/", "servicePath": ""}
    service = build_from_document(document, developerKey="any")
    asked, found, pages = service.claims().search(query="bridge", languageCode="en", pageSize=3), [], 0
    while asked is not None:
        answer = asked.execute()
        answers_of_google.validate(answer)
        found += [claim["text"] for claim in answer["claims"]]
        asked, pages = service.claims().search_next(asked, answer), pages + 1
    assert sorted(found) == texts and pages == 3
    with pytest.raises(HttpError) as refused:
        service.claims().search().execute()
    assert refused.value.status_code == 400 and "reviewPublisherSiteFilter" in refused.value.reason


@pytest.mark.parametrize(
    "broken", [{"claims": [{"verdict": "x"}]}, {"claims": [{"claimDate": "2024-03"}]}, {"claims": {}}, {"next": 1}]
)
def test_an_answer_that_is_not_googles_is_found(answers_of_google, broken):
    assert list(answers_of_google.iter_errors(broken))


@pytest.mark.django_db
def test_the_schema_is_openapi(client):
    schema = client.get("/api/v1/schema/", headers={"Accept": "application/json"}).json()
    validate(schema)
    with pytest.raises(Exception, match="."):
        validate(schema | {"paths": {"/x/": {"get": {"responses": {"200": {"kontent": 1, "description": 3}}}}}})


def findings(status, headers, body):
    linter = HttpResponseLinter()
    linter.process_response_topline(b"HTTP/1.1", str(status).encode(), b"")
    linter.process_headers([(name.encode(), value.encode()) for name, value in headers])
    linter.feed_content(body)
    linter.finish_content(True)
    found = [(n.__class__.__name__, n.summary) for n in linter.notes if n.level.name in {"BAD", "WARN"}]
    return [
        f"{name}: {said}" for name, said in found if not name.startswith("STATUS_")
    ]  # that a request was bad, is so


def over_http(address, data=None, **headers):
    """Status, headers as they were sent, and the body."""
    try:
        with urlopen(Request(address, data, headers=headers)) as answer:
            return answer.status, list(answer.headers.items()), answer.read()
    except OSError as refused:
        return refused.status, list(refused.headers.items()), refused.read()


@pytest.mark.django_db
def test_what_is_said_over_http_has_no_fault(live_server):
    a_full_desk()
    assess(make_claim("The bridge."), "disputed")
    names = ["claims", "wordings", "assessments", "citations", "appearances", "passages", "sources", "captures"]
    names += ["outlets", "subjects", "corrections", "replies", "changes", "annotations", "schema"]
    places = [f"/api/v1/{name}/" for name in names]
    for place in places[:12]:
        places += [found["url"] for found in json.loads(over_http(live_server.url + place)[2])["results"][:1]]
    places += ["/v1alpha1/claims:search?query=bridge", "/v1alpha1/claims:search", "/api/v1/nowhere/"]
    places += ["/api/v1/claims/?limit=1", "/api/v1/claims/?as_of=2026-11-20", "/api/v1/claims/?statsu=1"]
    found, judged = {}, 0
    for place in filter(None, places):
        address = place if place.startswith("http") else live_server.url + place
        status, headers, body = over_http(address)
        assert status < 500
        tag = dict(headers).get("ETag")
        answers = [(status, headers, body)]
        answers += [over_http(address, **{"If-None-Match": tag})] if tag else []
        for answer in answers:
            judged += 1
            if wrong := findings(*answer):
                found[place, answer[0]] = wrong
    assert found == {} and judged > 50


@pytest.mark.django_db
def test_what_a_token_is_answered_over_http_has_no_fault(live_server):
    """Each address of the desk is read, acted on as nobody, blindly and on an old version; some acts are carried out."""
    a_full_desk()
    make_draft("The bridge.").propose("publish", by=make_reporter())
    known = {"Authorization": f"Bearer {make_token(make_chief())[1]}", "Content-Type": "application/json"}
    lists = [f"{live_server.url}/api/v1/desk/{name}/" for name in DESK_LISTS]
    things = [json.loads(over_http(place, **known)[2])["results"][0]["url"] for place in lists]
    acts = [path for path, asked in SCHEMA["paths"].items() if "/desk/" in path and "post" in asked]
    answers = {}
    for place in [f"{live_server.url}/api/v1/desk/", *lists, *things]:
        answers[place] = over_http(place, **known)
        answers[place, "nobody"] = over_http(place)
    for act in acts:
        real = [thing for thing in things if act.split("/")[4] in thing and act.count("{") == 1]
        places = [f"{thing}{act.split('/')[-2]}/" for thing in real]
        for place in [live_server.url + act.format(key="FD-0000000000", sha="0" * 12), *places]:
            answers[place, "nobody"] = over_http(place, b"{}")
            answers[place, "blindly"] = over_http(place, b"{}", **known)
            answers[place, "old"] = over_http(place, b"{}", **known, **{"If-Match": '"0"'})
            answers[place, "no json"] = over_http(place, b"{", **known)
    once = known | {"Idempotency-Key": "0a1b2c"}
    for time in ("first", "again", "other"):
        body = {"statement": "It stood." if time != "other" else "It fell."}
        answers["record", time] = over_http(lists[0], json.dumps(body).encode(), **once)
    wrong = {place: found for place, answer in answers.items() if (found := findings(*answer))}
    statuses = sorted({answer[0] for answer in answers.values()})
    print(f"{len(answers)} answers of {len(acts)} acts and {len(things)} things: {statuses}")
    assert wrong == {} and max(statuses) < 500 and {200, 201, 400, 401, 404, 412, 422, 428} <= set(statuses)


def test_a_fault_of_http_is_found():
    wrong = [("Date", "soon"), ("ETag", "abc"), ("Cache-Control", "max-age=x"), ("Content-Length", "2")]
    assert len(findings(200, [("Content-Type", "application/json"), *wrong], b"{}")) >= 3


@pytest.mark.django_db
def test_apache_annotator_finds_our_passages(judged):
    by, documents = make_reporter(), {}
    capture = make_passage(TEXT, rights="full", start=0, end=1).capture
    for start, end in ((4, 8), (9, 20), (2, 4), (len(TEXT) - 11, len(TEXT))):
        passage = capture.quote(start, end, by=by)
        make_claim(passage=passage)
        annotation = Client().get(f"/api/v1/annotations/{passage.ref}/").json()
        documents[passage.ref] = {"text": TEXT, "annotation": annotation}
    assert len(documents) == 4 and Passage.objects.count() >= 4
    assert {name: said for name, said in judged(documents, "annotations.mjs").items() if said} == {}
    for one in documents.values():  # as a browser would count
        place = one["annotation"]["target"]["selector"][1]
        place["start"], place["end"] = (len(TEXT[:n].encode("utf-16-le")) // 2 for n in (place["start"], place["end"]))
    wrong = judged(documents, "annotations.mjs")
    assert len([said for said in wrong.values() if said]) >= 3
