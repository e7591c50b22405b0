"""The reference of the API says what the API does, by the names that the pages use."""

import re

import pytest

from claims.api.resources import PLACES
from claims.filters import ClaimFilter
from claims.pages.reference import described
from claims.problems import TYPES

from ..making import assess, make_claim, make_passage, make_subject

pytestmark = pytest.mark.django_db


def page(client):
    answer = client.get("/api/docs/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_parameters_of_claims_are_those_of_the_list_of_claims(client):
    listed = next(r for r in described("en").resources if r.name == "claims")
    assert {f.name for f in listed.parameters} == {*ClaimFilter.base_filters, *PLACES, "as_of"}
    for name in ClaimFilter.base_filters:
        assert f"<code>{name}</code>" in page(client)


def test_every_field_of_every_answer_is_listed(client):
    assess(make_claim(subjects=[make_subject()]), "disputed")
    shown = page(client)
    parts = dict(described("en").parts)
    for resource in described("en").resources:
        (listed, *_) = client.get(resource.listed).json()["results"]
        assert [f.name for f in parts[resource.part]] == list(listed)
        assert f'id="part-{resource.part}"' in shown
        assert resource.listed in shown and resource.detail in shown


def test_every_link_inside_of_the_reference_leads_somewhere(client):
    shown = page(client)
    for anchor in re.findall(r'href="#([^"]+)"', shown):
        assert f'id="{anchor}"' in shown, anchor


def test_the_type_of_every_problem_leads_to_its_meaning(client):
    shown = page(client)
    for name in TYPES.values():
        assert f'id="problem-{name}"' in shown
    told = client.get("/api/v1/claims/?statsu=verified").json()
    assert told["type"].partition("#")[2] in re.findall(r'id="([^"]+)"', shown)


def test_the_first_request_of_the_reference_works_as_it_is_printed(client):
    make_claim()
    (address,) = re.findall(
        r"curl &#x27;http://testserver(/[^&]+)&#x27;|curl 'http://testserver(/[^']+)'", page(client)
    )
    assert client.get("".join(address)).status_code == 200


def test_the_reference_says_nothing_of_what_the_desk_holds(client):
    described.cache_clear()
    before = page(client)
    described.cache_clear()
    make_claim("Zanzibar.", passage=make_passage("Faclan.", language="gd"), subjects=[make_subject()])
    assert page(client) == before


def test_the_reference_is_light_and_asks_nothing(client, django_assert_max_num_queries):
    page(client)
    with django_assert_max_num_queries(2):  # of the edition, before the page is made and after
        assert len(page(client).encode()) < 60_000
