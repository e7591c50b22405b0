"""What a page or a list costs does not grow with the archive."""

from functools import partial
from itertools import count

import pytest

from claims.models import Claim
from sources.models import Source

from ..making import assess, contradicts, make_claim, make_draft, make_editor, make_passage, make_reporter, make_subject

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
_number = count()


@pytest.fixture
def subject():
    return make_subject("The bureau")


@pytest.fixture
def grow(subject):
    def more():
        n = next(_number)
        passage = make_passage(f"Words {n}")
        passage.translate("Translated.", by=make_reporter(), made_by="FactDesk")
        claim = make_claim(f"Claim {n}.", passage=passage, subjects=[subject, make_subject()])
        assess(claim, "disputed", citing=[contradicts(), contradicts()])
        draft = make_draft(f"Draft {n}.")
        draft.propose("publish", by=make_reporter())

    return more


PUBLIC = [
    "/",
    "/claims/",
    "/claims/?status=disputed&lang=en",
    "/claims/?q=Claim",
    "/claims/?sort=sources",
    "/compare/?subject={subject}",
    "/compare/data.json?subject={subject}",
    "/sources/",
    "/subjects/",
    "/subjects/{subject}/",
    "/changes/",
    "/changes/?status=disputed&subject={subject}",
    "/api/v1/claims/",
    "/api/v1/claims/?status=disputed",
    "/api/v1/assessments/",
    "/api/v1/sources/",
    "/api/v1/passages/",
    "/api/v1/subjects/",
]


def test_no_list_costs_more_when_the_archive_grows(client, subject, grow, same_queries):
    def read(address):
        assert client.get(address.format(subject=subject.key)).status_code == 200

    same_queries(*(partial(read, address) for address in PUBLIC), grow=grow)


ADMIN = [
    "/admin/",
    "/admin/claims/claim/",
    "/admin/claims/claim/?q=Claim",
    "/admin/claims/proposal/",
    "/admin/claims/subject/",
    "/admin/sources/source/",
    "/admin/sources/capture/",
    "/admin/sources/passage/?needs=translation",
    "/admin/?whose=mine",
    "/admin/sources/origin/",
    "/admin/sources/outlet/",
]


def test_no_list_of_editors_costs_more_when_the_archive_grows(client, grow, same_queries):
    client.force_login(make_editor())

    def read(address):
        assert client.get(address).status_code == 200

    same_queries(*(partial(read, address) for address in ADMIN), grow=grow)


def test_a_claim_page_costs_the_same_with_more_of_everything(client, same_queries):
    claim, by, editor = make_claim(), make_reporter(), make_editor()

    def more():
        claim.refresh_from_db()
        passage = make_passage(f"More words {next(_number)}")
        passage.translate("Translated.", by=by, made_by="FactDesk")
        claim.appear(passage, "reports", by=by, approved_by=editor, speakers=[{"name": "Somebody"}])
        assess(claim, "disputed", citing=[contradicts(passage), contradicts()])
        claim.relate(make_claim(), "part_of", by=by, approved_by=editor)

    def read():
        for address in (f"/claims/{claim.key}/", f"/api/v1/claims/{claim.key}/"):
            assert client.get(address).status_code == 200

    same_queries(read, grow=more)


def test_a_source_page_costs_the_same_with_more_claims_in_it(client, same_queries):
    capture = make_passage("word " * 200).capture
    by = make_reporter()

    def more():
        n = next(_number) % 190
        passage = capture.quote(n * 5, n * 5 + 4, by=by)
        passage.translate("Translated.", by=by, made_by="FactDesk")
        make_claim(passage=passage)

    def read():
        assert client.get(f"/sources/{capture.source.key}/").status_code == 200

    same_queries(read, grow=more)


def test_an_editors_page_of_a_claim_costs_the_same_with_more_of_everything(client, same_queries):
    client.force_login(make_editor())
    claim, by, editor = make_claim(), make_reporter(), make_editor()

    def more():
        claim.refresh_from_db()
        claim.appear(make_passage(), "reports", by=by, approved_by=editor)
        assess(claim, "disputed", citing=[contradicts()])
        claim.propose("withdraw", by=by, because="Because.")

    def read():
        assert client.get(f"/admin/claims/claim/{claim.pk}/change/").status_code == 200
        assert client.get(f"/admin/claims/claim/{claim.pk}/assess/").status_code == 200

    same_queries(read, grow=more)


def test_lists_are_bounded(client):
    for n in range(30):
        make_claim(f"Claim {n}.", passage=make_passage(f"Words {n}"))
    assert Claim.objects.public().count() == Source.objects.public().count() == 30
    for name in ("claims", "sources", "passages"):
        assert len(client.get(f"/api/v1/{name}/").json()["results"]) == 25
    assert len(client.get("/sources/").context["page"].rows) == 25


def test_the_reading_desk_costs_the_same_with_more_passages(client, same_queries):
    client.force_login(make_editor())
    capture = make_passage("word " * 200).capture
    by = make_reporter()

    def more():
        n = next(_number) % 190
        make_draft(passage=capture.quote(n * 5, n * 5 + 4, by=by))

    def read():
        assert client.get(f"/admin/sources/capture/{capture.pk}/read/").status_code == 200

    same_queries(read, grow=more)


def test_near_claims_cost_the_same_with_more_claims(client, grow, same_queries):
    client.force_login(make_editor())

    def look():
        found = client.post("/admin/sources/capture/near/", {"words": "claim words of it"}).json()["claims"]
        assert 1 <= len(found) <= 5

    same_queries(look, grow=grow)


def test_the_page_of_a_capture_costs_the_same_with_more_passages(client, same_queries):
    client.force_login(make_editor())
    capture = make_passage("word " * 200).capture
    by = make_reporter()

    def more():
        n = next(_number) % 190
        make_draft(passage=capture.quote(n * 5, n * 5 + 4, by=by))

    def read():
        assert client.get(f"/admin/sources/capture/{capture.pk}/change/").status_code == 200

    same_queries(read, grow=more)
