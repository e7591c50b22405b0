"""Ten reprints of one story are one origin; who is not named is shown and not counted; a party to a claim is told."""

import pytest

from claims.models import Claim
from claims.models.assessing import Cited
from claims.spreading import spread_of
from sources.models import Outlet

from ..making import assess, make_claim, make_editor, make_origin, make_passage, make_reporter, make_subject, two

pytestmark = pytest.mark.django_db


def spread(claim):
    found = spread_of(Claim.objects.for_page().get(pk=claim.pk))
    return found.appearances, found.origins, found.from_parties


def appear(claim, **fields):
    passage = fields.pop("passage", None) or make_passage()
    claim.appear(passage, "asserts", by=make_reporter(), approved_by=make_editor(), **fields)
    return passage.capture.source


def test_two_articles_that_do_not_know_of_one_another_are_two_origins():
    claim = make_claim()
    appear(claim)
    assert spread(claim) == (2, 2, 0)


@pytest.mark.parametrize("kind", ["republishes", "draws_on"])
def test_reprints_of_one_story_are_one_origin(client, kind):
    claim, wire = make_claim(), make_origin("The wire, June 2023")
    for source in [claim.appearances.get().passage.capture.source, *(appear(claim) for _ in range(4))]:
        source.origin.descend(wire, kind, **two())
    assert spread(claim) == (5, 1, 0)
    page = client.get(claim.get_absolute_url()).content.decode()
    assert (
        "5 appearances, 1 origin, none from a party" in page
        and "Goes back to <strong>The wire, June 2023</strong>" in page
    )


def test_a_reprint_of_a_reprint_and_the_same_origin_under_two_names_are_one():
    claim, wire, again = make_claim(), make_origin("The wire"), make_origin("A wire")
    again.descend(wire, "same", **two())
    middle = make_origin("The middle")
    middle.descend(wire, "republishes", **two())
    claim.appearances.get().passage.capture.source.origin.descend(middle, "draws_on", **two())
    appear(claim).origin.descend(again, "draws_on", **two())
    assert spread(claim) == (2, 1, 0)
    (strand,) = spread_of(Claim.objects.for_page().get(pk=claim.pk)).strands
    assert [o.name for o in strand.first] == ["A wire"]  # of two that are the same, one by name


def test_two_who_have_it_from_one_speaker_are_one_origin():
    claim, memo = make_claim(), make_origin("A memo")
    for _ in range(2):
        appear(claim, speakers=[{"name": "The clerk", "origin": memo}])
    assert spread(claim) == (3, 2, 0)


def test_outlets_of_one_owner_are_one_origin():
    by = make_reporter()
    owner = Outlet.objects.add(by=by, name="Holding")
    papers = [Outlet.objects.add(by=by, name=f"Paper {n}", owner=owner) for n in range(2)]
    claim = make_claim(passage=make_passage(outlet=papers[0]))
    appear(claim, passage=make_passage(outlet=papers[1]))
    assert spread(claim) == (2, 1, 0)


def test_who_is_not_named_is_shown_and_not_counted(client):
    claim = make_claim(passage=make_passage(origin=make_origin("Somebody", kind="anonymous")))
    appear(claim, speakers=[{"name": "insiders", "anonymity": "group"}])
    assert spread(claim) == (2, 0, 0)
    page = client.get(claim.get_absolute_url()).content.decode()
    assert page.count("nobody is named, so it is not counted") == 2


def test_what_a_party_to_the_claim_says_of_itself_is_told():
    by = make_reporter()
    paper = Outlet.objects.add(by=by, name="The company's own paper")
    company, head = make_subject("The company", outlet=paper), make_subject("Its head", kind="person")
    claim = make_claim(subjects=[company, head])
    appear(claim, passage=make_passage(outlet=paper))
    appear(claim, speakers=[{"name": "Its head", "subject": head}])
    assert spread(claim) == (3, 3, 2)


def test_a_confidential_source_is_in_no_public_number(client):
    claim = make_claim()
    appear(claim, passage=make_passage("Secret words.", confidential=True))
    assert spread(claim) == (1, 1, 0)


def test_a_confidential_source_is_not_named_by_those_who_draw_on_it(client):
    secret = make_passage("Secret words.", confidential=True, origin=make_origin("The leaked memo")).capture.source
    claim = make_claim()
    claim.appearances.get().passage.capture.source.origin.descend(secret.origin, "draws_on", **two())
    assess(claim, "disputed", citing=[Cited("contradicts", reference="A letter", origin_id=secret.origin_id)])
    page = client.get(claim.get_absolute_url()).content.decode()
    for words in (page, client.get(f"/api/v1/claims/{claim.key}/").content.decode()):
        assert "The leaked memo" not in words and "a source that we keep confidential" in words
    assert "Goes back to <strong>a source that we keep confidential</strong>." in page


def test_what_a_spread_costs_does_not_grow_with_the_appearances(client, same_queries):
    paper = Outlet.objects.add(by=make_reporter(), name="The company's own paper")
    claim, wire = make_claim(subjects=[make_subject(outlet=paper)]), make_origin("The wire")
    appear(claim, speakers=[{"name": "The clerk", "origin": wire}])

    def grow():
        appear(claim)
        appear(claim, speakers=[{"name": "The clerk", "origin": wire}]).origin.descend(wire, "draws_on", **two())

    same_queries(lambda: client.get(claim.get_absolute_url()), grow=grow)
