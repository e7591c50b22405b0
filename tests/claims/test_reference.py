"""The reference of the API says what the API does, by the names that the pages use."""

import re

import pytest

from claims.api.reference import COMMON, described
from claims.api.resources import CHOOSING, PLACES
from claims.filters import ClaimFilter
from claims.problems import NAMED, TYPES

from ..making import answered, assess, make_claim, make_editor, make_passage, make_reporter, make_subject

pytestmark = pytest.mark.django_db
READ = [name for name in described() if not name.startswith("desk") and name != "changes"]


def page(client, name=""):
    answer = client.get(f"/api/docs/{name}{'/' if name else ''}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_parameters_of_claims_are_those_of_the_list_of_claims(client):
    listed = described()["claims"].operations[0]
    assert {f.name for f in listed.parameters} == {*ClaimFilter.base_filters, "rests_on", "origin"}
    for name in ClaimFilter.base_filters:
        assert f"<code>{name}</code>" in page(client, "claims")
    assert set(COMMON) == {*PLACES, *CHOOSING, "as_of", "limit"}
    assert all(f"<code>{name}</code>" in page(client) for name in COMMON)


@pytest.mark.parametrize("name", READ)
def test_every_field_of_every_answer_is_listed(client, name):
    claim = make_claim(subjects=[make_subject()])
    assess(claim, "disputed")
    answered(claim, by=make_reporter(), editor=make_editor())
    shown, resource = page(client, name), described()[name]
    (listed, *_) = client.get(f"/api/v1/{name}/").json()["results"]
    part, fields = resource.parts[0]
    assert [f.name for f in fields] == list(listed) and f'id="part-{part}"' in shown
    assert all(operation.address in shown for operation in resource.operations)


def test_every_parameter_and_every_field_says_what_it_is():
    fields = [f for r in described().values() for o in r.operations for f in o.parameters]
    fields += [f for r in described().values() for _, some in r.parts for f in some]
    assert {f.name for f in fields if not f.meaning} == set() and len(fields) > 300


@pytest.mark.parametrize("name", ["", *described()])
def test_every_link_inside_of_the_reference_leads_somewhere(client, name):
    shown = page(client, name)
    for anchor in re.findall(r'href="#([^"]+)"', shown):
        assert f'id="{anchor}"' in shown, anchor
    for place in set(re.findall(r'href="(/api/docs/[^"#]*)"', shown)):
        assert client.get(place).status_code == 200


def test_the_type_of_every_problem_leads_to_its_meaning(client):
    shown = page(client)
    for name in [*TYPES.values(), *NAMED]:
        assert f'id="problem-{name}"' in shown
    told = client.get("/api/v1/claims/?statsu=verified").json()
    assert told["type"].partition("#")[2] in re.findall(r'id="([^"]+)"', shown)


def test_the_first_request_of_the_reference_works_as_it_is_printed(client):
    make_claim()
    (address,) = re.findall(
        r"curl &#x27;http://testserver(/[^&]+)&#x27;|curl 'http://testserver(/[^']+)'", page(client)
    )
    assert client.get("".join(address)).status_code == 200


@pytest.mark.parametrize("name", ["", "claims", "desk-claims"])
def test_the_reference_says_nothing_of_what_the_desk_holds(client, name):
    described.cache_clear()
    before = page(client, name)
    described.cache_clear()
    make_claim("Zanzibar.", passage=make_passage("Faclan.", language="gd"), subjects=[make_subject()])
    assert page(client, name) == before


@pytest.mark.parametrize("name", ["", *described()])
def test_the_reference_is_light_and_asks_nothing(client, django_assert_max_num_queries, name):
    page(client, name)
    with django_assert_max_num_queries(2):  # of the edition, before the page is made and after
        assert len(page(client, name).encode()) < 60_000


def test_there_is_no_reference_of_what_is_not_there(client):
    assert client.get("/api/docs/nothing/").status_code == 404
