"""Each resource of the API: its list, its things at their addresses, slim or with more, then and now, and what it costs."""

from datetime import UTC, datetime
from itertools import count
from urllib.parse import urlsplit

import pytest

from claims.models import Cited, Corrected
from sources.models import Outlet

from ..making import (
    assess,
    contradicts,
    make_claim,
    make_draft,
    make_editor,
    make_origin,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
    supports,
    two,
)

pytestmark = pytest.mark.django_db
_number = count(1)
NAMES = ["claims", "wordings", "assessments", "citations", "appearances", "passages", "sources", "captures", "outlets"]
NAMES += ["subjects", "corrections", "replies"]
INCLUDES = {
    "claims": "wordings,assessments",
    "wordings": "claim",
    "assessments": "claim",
    "citations": "assessment",
    "appearances": "claim,source",
    "passages": "source",
    "sources": "outlet",
    "captures": "source",
    "corrections": "claim",
}
ASKED = {"channel": "email", "questions": "Is it so?", "asked_on": "2026-10-01", "deadline": "2026-10-08"}


def get(client, address, status=200, **headers):
    answer = client.get(address, **headers)
    assert answer.status_code == status, (address, answer.content[:500])
    return answer.json()


def tell(words="never"):
    """A claim with something of every kind."""
    n = next(_number)
    passage = make_passage(f"橋は点検されなかった {n}", language="ja", rights="full")
    passage.translate("The bridge was not inspected.", by=make_reporter(), made_by="FactDesk")
    claim = make_claim(f"The bridge {n} was {words} inspected.", passage=passage, subjects=[make_subject()])
    claim.ask(to_name="The bureau", **ASKED, **two())
    request = claim.asked.get().request
    claim.answer(
        request.key, "replied", passage=make_passage(f"It was {n}.", language="fr"), note="By letter.", **two()
    )
    cited = make_passage(f"It was not, says the log {n}.")
    assess(claim, "disputed", citing=[contradicts(cited), supports()])
    assess(claim, "unverified", code="our_error", correcting=Corrected("correction", "We misread the log."))
    claim.relate(make_claim(), "contradicts", **two())
    return claim


@pytest.mark.parametrize("name", NAMES)
def test_each_thing_has_an_address_a_page_and_a_version(client, name):
    tell()
    results = get(client, f"/api/v1/{name}/")["results"]
    assert results
    for found in results:
        assert get(client, urlsplit(found["url"]).path) == found
        page = urlsplit(found["html_url"])
        assert client.get(f"{page.path}?{page.query}").status_code == 200
        assert found["version"] >= 1 and "id" not in found


def test_what_is_cited_and_what_was_replied_is_a_passage_too(client):
    tell()
    said = {p["exact"].rstrip(" 0123456789.") for p in get(client, "/api/v1/passages/")["results"]}
    assert {"橋は点検されなかった", "It was", "It was not, says the log"} <= said


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_public_is_in_no_list(client, name):
    """A draft with all that belongs to it, and a confidential source that a public claim cites and is replied to in."""
    claim = make_claim()
    assess(claim, "disputed", citing=[contradicts(make_passage("Secret words.", confidential=True))])
    claim.ask(to_name="The bureau", **ASKED, **two())
    request = claim.asked.get().request
    claim.answer(request.key, "replied", passage=make_passage("Hidden words.", confidential=True), **two())
    before = client.get(f"/api/v1/{name}/").json()
    assert "Secret" not in str(before) and "Hidden" not in str(before)
    draft = make_draft("A draft.", passage=make_passage("Draft words."), subjects=[make_subject("Nobody Yet")])
    assess(draft, "disputed", citing=[contradicts(make_passage("Draft evidence."))])
    draft.ask(to_name="Somebody", by=make_reporter(), **ASKED)
    assert client.get(f"/api/v1/{name}/").json() == before


def test_a_wording_of_before_publication_is_nobodys(client):
    claim = make_draft("First words.")
    claim.reword("", "Second words.", by=make_reporter())
    claim.propose("publish", by=make_reporter()).approve(by=make_editor())
    assert [w["number"] for w in get(client, "/api/v1/wordings/")["results"]] == [2]
    assert get(client, f"/api/v1/wordings/{claim.key}/1/", 404)


def test_versions_count_what_readers_were_told(client):
    source = make_source("Words.")
    source.edit(by=make_reporter(), title="A draft's title")
    passage = source.captures.get().quote(0, 5, by=make_reporter())
    passage.translate("Mots", by=make_reporter(), language="fr", made_by="X")
    make_claim(passage=passage)
    assert get(client, f"/api/v1/sources/{source.key}/")["version"] == 1
    assert get(client, f"/api/v1/passages/{passage.ref}/")["version"] == 1
    source.edit(title="Another title", **two())
    passage.translate("Paroles", language="fr", made_by="X", **two())
    assert get(client, f"/api/v1/sources/{source.key}/")["version"] == 2
    assert get(client, f"/api/v1/passages/{passage.ref}/")["version"] == 2


@pytest.mark.parametrize("name", NAMES)
def test_fields_choose_among_the_members_of_a_thing(client, name):
    tell()
    (first, *_) = get(client, f"/api/v1/{name}/?fields=version,url")["results"]
    assert list(first) == ["url", "version"]
    refused = get(client, f"/api/v1/{name}/?fields=verison", 400)
    assert refused["errors"][0]["parameter"] == "fields" and "Did you mean version?" in refused["detail"]


@pytest.mark.parametrize("name", INCLUDES)
def test_include_nests_what_it_names_as_it_stands_at_its_own_address(client, name):
    tell()
    for found in get(client, f"/api/v1/{name}/?include={INCLUDES[name]}")["results"]:
        assert set(found["included"]) == set(INCLUDES[name].split(","))
        for nested in found["included"].values():
            for one in nested if isinstance(nested, list) else [nested]:
                assert one is None or get(client, urlsplit(one["url"]).path) == one
    assert "included" not in get(client, f"/api/v1/{name}/")["results"][0]


def test_include_refuses_what_it_does_not_know(client):
    assert "Did you mean wordings?" in get(client, "/api/v1/claims/?include=wording", 400)["detail"]
    assert "It knows none." in get(client, "/api/v1/replies/?include=claim", 400)["detail"]


@pytest.mark.deep
@pytest.mark.parametrize("name", [*NAMES, "changes", "annotations"])
def test_a_list_costs_the_same_when_the_archive_grows(client, name, same_queries):
    query = f"?include={INCLUDES[name]}" if name in INCLUDES else ""
    same_queries(lambda: get(client, f"/api/v1/{name}/{query}"), grow=tell, by=3)


def test_a_page_is_as_long_as_is_asked_and_links_to_the_next(client):
    keys = [make_claim(f"Claim {n}.").key for n in range(3)][::-1]
    first = client.get("/api/v1/claims/?limit=2")
    assert [c["key"] for c in first.json()["results"]] == keys[:2]
    assert f'<{first.json()["next"]}>; rel="next"' in first["Link"] and 'rel="first"' in first["Link"]
    second = client.get(first.json()["next"])
    assert [c["key"] for c in second.json()["results"]] == keys[2:] and 'rel="next"' not in second["Link"]
    assert f'<{second.json()["previous"]}>; rel="prev"' in second["Link"]
    for wrong in ("0", "101", "-1", "x", "9" * 30):
        assert get(client, f"/api/v1/claims/?limit={wrong}", 400)["errors"][0]["parameter"] == "limit"


FILTERS = [
    ("wordings", "claim={claim}"),
    ("assessments", "claim={claim}&status=unverified"),
    ("citations", "claim={claim}&stance=supports"),
    ("citations", "claim={claim}&source={cited}"),
    ("appearances", "claim={claim}&lang=ja"),
    ("appearances", "source={source}&position=asserts"),
    ("passages", "source={source}"),
    ("captures", "source={source}"),
    ("sources", "outlet={outlet}&lang=ja"),
    ("outlets", "kind=newspaper"),
    ("subjects", "kind=person"),
    ("corrections", "claim={claim}&kind=correction"),
    ("replies", "claim={claim}&outcome=replied"),
    ("claims", "rests_on={cited}"),
    ("claims", "rests_on={replied}"),
    ("claims", "rests_on={source}"),
    ("claims", "origin={origin}"),
]


@pytest.mark.parametrize("name,query", FILTERS)
def test_a_filter_leaves_what_it_names(client, name, query):
    tell()
    claim = tell()
    newspaper = Outlet.objects.add(by=make_reporter(), name="The Ledger", kind="newspaper")
    make_claim(passage=make_passage("Seen.", outlet=newspaper), subjects=[make_subject(kind="person")])
    first = claim.appearances.get().passage.capture.source
    evidence = claim.assessments.get(number=1).citations.get(number=1).passage.capture.source
    reply = claim.asked.get().request.replies.get().passage.capture.source
    origin = make_origin()
    log = Cited("supports", reference="The log", origin_id=origin.pk)
    assess(claim, "verified", citing=[supports(evidence.captures.get().passages.get()), log])
    named = {"claim": claim, "source": first, "cited": evidence, "replied": reply, "outlet": first.outlet}
    keys = {n: thing.key for n, thing in named.items()} | {"origin": origin.key}
    every = len(get(client, f"/api/v1/{name}/?limit=100")["results"])
    found = get(client, f"/api/v1/{name}/?{query.format(**keys)}")["results"]
    assert 0 < len(found) < every


def test_parts_are_asked_for_by_the_day_on_which_they_were_recorded(client):
    tell()
    today = datetime.now(UTC).date().isoformat()
    for name in ("wordings", "assessments", "citations", "appearances", "corrections", "replies"):
        every = len(get(client, f"/api/v1/{name}/")["results"])
        assert len(get(client, f"/api/v1/{name}/?changed_after={today}")["results"]) == every
        assert get(client, f"/api/v1/{name}/?changed_before=2020-01-01")["results"] == []
        assert get(client, f"/api/v1/{name}/?changed_after=soon", 400)["errors"][0]["parameter"] == "changed_after"


@pytest.mark.parametrize("name", NAMES)
def test_every_list_is_had_as_of_a_moment(client, name):
    claim = tell()
    then = get(client, f"/api/v1/{name}/")
    at = datetime.now(UTC).isoformat()
    source = claim.appearances.get().passage.capture.source
    source.edit(title="Later", **two())
    source.outlet.edit(name="Later", **two())
    claim.about.get().subject.edit(name="Later", **two())
    claim.appearances.get().passage.translate("Later.", made_by="X", **two())
    tell("rarely")
    assert get(client, f"/api/v1/{name}/") != then
    past = client.get(f"/api/v1/{name}/", {"as_of": at}).json()
    assert [_plain(r) for r in past["results"]] == [_plain(r) for r in then["results"]]


def _plain(thing):
    """A thing without the addresses of the page that it was read from."""
    return {name: value for name, value in thing.items() if name not in {"next", "previous"}}


def test_independence_is_counted_for_one_claim(client):
    claim = tell()
    found = get(client, f"/api/v1/claims/{claim.key}/independence/")
    assert found == {"appearances": 1, "origins": 1, "from_parties": 0}


def test_a_relation_is_told_by_both_claims(client):
    claim = tell()
    (related,) = get(client, f"/api/v1/claims/{claim.key}/")["related"]
    assert related["kind"] == "contradicts" and related["claim"] == claim.key
    assert get(client, f"/api/v1/claims/{related['other']}/")["related"] == [related]


def test_programs_on_other_pages_may_read_and_nothing_else(client):
    claim = make_claim()
    address = f"/api/v1/claims/{claim.key}/"
    answer = client.get(address, headers={"Origin": "https://elsewhere.example"})
    assert answer["Access-Control-Allow-Origin"] == "*" and "ETag" in answer["Access-Control-Expose-Headers"]
    again = client.get(address, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304 and again["Access-Control-Allow-Origin"] == "*"
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    before = client.options(address, headers=asked)
    assert before.status_code == 204 and "POST" not in before["Access-Control-Allow-Methods"]
    assert client.get("/api/v1/claims/?nothing=1")["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get(claim.get_absolute_url()).headers
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_head_tells_what_get_would(client):
    address = f"/api/v1/claims/{make_claim().key}/"
    read, asked = client.get(address), client.head(address)
    assert asked.content == b"" and asked.status_code == 200
    assert dict(asked.headers.items()) == dict(read.headers.items())
