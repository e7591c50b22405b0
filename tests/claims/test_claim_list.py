"""The list of claims: its orders, its facets, its counts, and what it says where nothing is found."""

from functools import partial
from itertools import count
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims import faceting, paging
from claims.auditing import audit
from claims.models import Claim, Corrected
from claims.ordering import BY_WORDS, SORTINGS
from claims.pages import claim_list
from claims.pages.listing import page_asked
from sources.models import Change

from ..making import (
    UPDATE,
    assess,
    contradicts,
    make_chief,
    make_claim,
    make_draft,
    make_passage,
    make_reporter,
    make_subject,
    supports,
    two,
)

pytestmark = pytest.mark.django_db
_number = count()
# Each order with what it needs: the best match of something.
ORDERS = [f"{name}&q=bridge" if name == BY_WORDS else name for name in SORTINGS]


def shown(client, query="", status=200):
    answer = client.get(f"/claims/?{query}")
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def keys(client, query=""):
    return [claim.key for claim in client.get(f"/claims/?{query}").context["page"].rows]


def moment():
    return quote(Change.objects.latest("id").recorded_at.isoformat())


def in_more_sources(claim, n, **fields):
    for _ in range(n):
        claim.appear(make_passage(), "reports", **two(), **fields)
    claim.refresh_from_db()


# -- orders


@pytest.fixture
def claims():
    """Old and told often; disputed and about 2020; newly reworded and about 2023; an opinion; about nothing that is known."""
    often, early, reworded, opinion, plain = (
        make_claim(f"Claim {n}.", kind="opinion" if n == 3 else "fact") for n in range(5)
    )
    in_more_sources(often, 2)
    assess(early, "disputed", about="2020-05")
    assess(reworded, "unverified", about="2023")
    reworded.reword("H", "In other words.", **two(), **UPDATE)
    return {"often": often, "early": early, "reworded": reworded, "opinion": opinion, "plain": plain}


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("changed", ["reworded", "early", "often", "plain", "opinion"]),
        ("", ["reworded", "early", "often", "plain", "opinion"]),
        ("status", ["early", "plain", "opinion", "reworded", "often"]),
        ("about", ["reworded", "early", "often", "plain", "opinion"]),
        ("sources", ["often", "reworded", "early", "plain", "opinion"]),
        ("unverified", ["often", "reworded", "plain", "opinion", "early"]),
    ],
)
def test_claims_are_listed_in_the_order_that_is_asked_for(client, claims, sort, order):
    expected = [claims[name].key for name in order]
    assert keys(client, f"sort={sort}") == expected
    api = client.get(f"/api/v1/claims/?sort={sort}").json()["results"]
    assert [c["key"] for c in api] == expected


@pytest.mark.parametrize("sort", ORDERS)
def test_each_order_is_read_to_its_end_and_back_without_skipping(client, monkeypatch, sort):
    for n in range(7):
        claim = make_claim(f"Bridge {n}.", kind="opinion" if n == 5 else "fact")
        in_more_sources(claim, n % 3)
        if n % 2:
            claim.kind == "opinion" or assess(claim, "disputed", about=f"202{n % 2}-0{n}")
    whole = keys(client, f"sort={sort}")
    monkeypatch.setattr(claim_list, "page_asked", partial(page_asked, size=2))
    found, place, pages = [], "", []
    while True:
        context = client.get(f"/claims/?sort={sort}&after={place}").context
        assert context["first"] == len(found) + 1
        pages.append([c.key for c in context["page"].rows])
        found += pages[-1]
        if not context["page"].older:
            break
        place = context["page"].older
    assert found == whole and len(set(found)) == 7 and len(pages) == 4
    before = context["page"].newer
    for page in reversed(pages[:-1]):
        context = client.get(f"/claims/?sort={sort}&before={before}").context
        assert [c.key for c in context["page"].rows] == page
        before = context["page"].newer
    assert before == ""


@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.parametrize("place", ["x", "-1", "9" * 30, "1.x", "x.1", ".", "2.9", "1e3.1", "2023-01-01", "٣.١"])
def test_a_place_that_an_order_does_not_have_is_no_error_of_ours(client, sort, place):
    make_claim()
    assert client.get(f"/claims/?sort={sort}&after={place}").status_code in {200, 404}
    assert client.get(f"/api/v1/claims/?sort={sort}&after={place}").status_code in {200, 400}


@pytest.mark.parametrize(
    ("sort", "near"),
    [("source", "Did you mean sources?"), ("statuss", "Did you mean status?"), ("zzz", ", changed, status, about, ")],
)
def test_an_order_that_there_is_not_is_refused_with_the_nearest(client, sort, near):
    assert near in shown(client, f"sort={sort}", 400)
    refused = client.get(f"/api/v1/claims/?sort={sort}")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["parameter"] == "sort" and near in refused.json()["detail"]


def test_the_past_is_listed_by_what_its_versions_keep_and_other_orders_are_refused(client, claims):
    then, asked = keys(client, "sort=status"), moment()
    assess(claims["often"], "verified", citing=[supports()])
    make_claim("Later.")
    assert keys(client, "sort=status") != then
    assert keys(client, f"sort=status&as_of={asked}") == then
    for sort in ("about", "sources", "unverified"):
        page = shown(client, f"sort={sort}&as_of={asked}", 400)
        assert f"Leave out sort={sort}, or as_of." in page
        assert client.get(f"/api/v1/claims/?sort={sort}&as_of={asked}").status_code == 400
        assert f'<option value="{sort}"' not in shown(client, f"as_of={asked}")


def test_the_place_of_a_claim_tells_nothing_of_what_is_confidential(client):
    one, other = make_claim("One."), make_claim("Two.")
    secret = make_passage("Zanzibar.", confidential=True)
    one.appear(secret, "asserts", by=make_reporter(), approved_by=make_chief(), dated="2024")
    in_more_sources(other, 1)
    assert keys(client, "sort=about") == keys(client, "sort=sources") == [other.key, one.key]
    one.refresh_from_db()
    assert (one.sources_count, one.about_from) == (1, "")


def test_where_a_claim_is_placed_follows_what_readers_see_of_it():
    claim = make_claim()
    passage = make_passage()
    claim.appear(passage, "reports", dated="2021-03", **two())
    claim.appear(make_passage(), "reports", dated="2019", **two())
    claim.refresh_from_db()
    assert (claim.sources_count, claim.about_from, claim.settled) == (3, "2019-01-01", False)
    claim.strike(passage, correcting=Corrected("removal", "Another bridge."), **two())
    assess(claim, "disputed", about="2022")
    since = claim.assessment.since
    claim.reword("H", "In other words.", **two(), **UPDATE)
    claim.refresh_from_db()
    assert (claim.sources_count, claim.about_from, claim.settled) == (2, "2022-01-01", True)
    assert claim.status_since == since
    assert [s.status_since_id for s in claim.standings.all()][-2:] == [since.pk, since.pk]
    assert list(audit()) == []


@pytest.mark.parametrize(
    ("column", "value"), [("sources_count", 9), ("about_from", "1999-01-01"), ("settled", True), ("status_since", None)]
)
def test_a_place_that_was_bent_is_found_by_the_audit(column, value):
    claim = make_claim()
    Claim.objects.filter(pk=claim.pk).update(**{column: value})
    assert len(list(audit())) == 1


@pytest.mark.parametrize(
    "sort", [*(o for o in SORTINGS if o != BY_WORDS), "changed&as_of={moment}", "status&as_of={moment}"]
)
def test_no_order_sorts_more_than_it_shows(client, sort):
    """The database reads each order from an index, and never puts the whole list in order; but for what was searched for."""
    for n in range(3):
        assess(make_claim(f"Claim {n}."), "disputed")
    with CaptureQueriesContext(connection) as asked:
        shown(client, f"sort={sort.format(moment=moment())}")
    lists = [q["sql"] for q in asked if "LIMIT 26" in q["sql"]]
    assert len(lists) == 1
    if connection.vendor != "sqlite":
        return  # of a few rows PostgreSQL sorts all; the columns and the indexes are the same
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {lists[0]}")
        plan = [row[3] for row in cursor.fetchall()]
    assert not [step for step in plan if "TEMP B-TREE" in step and "ORDER BY" in step], plan


# -- rows


def test_a_row_says_since_when_what_it_rests_on_and_whether_it_was_corrected(client):
    claim = make_claim()
    assess(claim, "disputed", citing=[contradicts(), contradicts(), supports()])
    page = shown(client)
    assert f'since <time datetime="{claim.assessment.since.recorded_at:%Y-%m-%d}">' in page
    assert "Evidence: 1 for, 2 against" in page and "1 source (English)" in page and "corrected" not in page
    claim.reword("H", "Better.", code="our_error", correcting=Corrected("correction", "Erred."), **two())
    assert "corrected once" in shown(client)
    claim.reword("H", "Best.", code="our_error", correcting=Corrected("correction", "Erred again."), **two())
    assert "corrected 2 times" in shown(client)


def test_an_opinion_stands_since_nothing(client):
    make_claim("Fine.", kind="opinion")
    assert "since <time" not in shown(client)


# -- counts


def test_a_list_says_how_many_there_are_and_which_are_shown(client):
    for n in range(27):
        make_claim(f"Claim {n}.")
    first = client.get("/claims/")
    assert "27 claims<span" in first.content.decode() and "1 to 25 shown" in first.content.decode()
    assert "26 to 27 shown" in shown(client, f"after={first.context['page'].older}")
    assert "1 claim<span" in shown(
        client, f"source={Claim.objects.first().appearances.get().passage.capture.source.key}"
    )


def test_counts_stop_at_a_bound_and_say_so(client, monkeypatch):
    monkeypatch.setattr(paging, "MOST", 3)
    about = make_subject("The bureau")
    for n in range(3):
        make_claim(f"Claim {n}.", subjects=[about])
    page = shown(client)
    assert "3 claims<span" in page and "at least" not in page
    make_claim("One more.", subjects=[about])
    page = shown(client)
    assert "More than 3 claims<span" in page and '<span class="vh">at least 3 claims</span>' in page
    with CaptureQueriesContext(connection) as asked:
        shown(client)
    counted = [q["sql"] for q in asked if "COUNT(" in q["sql"]]
    assert counted and all("LIMIT 3" in sql or "LIMIT 4" in sql for sql in counted)


# -- facets


def facet(client, name, query=""):
    found = {f.name: f for f in client.get(f"/claims/?{query}").context["facets"]}
    return {c.value: c.count for c in found[name].choices}


def test_a_facet_shows_its_foremost_values_and_leads_to_all(client, monkeypatch):
    monkeypatch.setattr(faceting, "SHOWN", 2)
    subjects = [make_subject(f"Bureau {n}") for n in range(4)]
    for n, subject in enumerate(subjects):
        for _ in range(n + 1):
            make_claim("A claim.", subjects=[subject])
    assert facet(client, "subject") == {subjects[3].key: 4, subjects[2].key: 3}
    page = shown(client, "status=unverified&sort=status")
    assert 'href="/claims/?status=unverified&amp;sort=status&amp;facet=subject">All 4 subjects</a>' in page
    chosen = facet(client, "subject", f"subject={subjects[0].key}")
    assert chosen == {subjects[3].key: 4, subjects[2].key: 3, subjects[0].key: 1}
    page = shown(client, f"facet=subject&subject={subjects[0].key}&status=unverified")
    for n in range(4):
        assert f'Bureau {n}</span><span class="n" aria-hidden="true">{n + 1}<' in page
    assert page.count("checked>") == 1 and '<input type="hidden" name="status" value="unverified">' in page


def test_all_values_of_a_facet_are_read_page_by_page_and_a_choice_elsewhere_is_kept(client, monkeypatch):
    monkeypatch.setattr(faceting, "LISTED", 2)
    subjects = [make_subject(f"Bureau {n}") for n in range(5)]
    for subject in subjects:
        make_claim("A claim.", subjects=[subject])
    found, place, back = [], "", []
    while True:
        context = client.get(f"/claims/?facet=subject&after={place}").context
        back.append([key for key, _ in context["page"].rows])
        found += back[-1]
        place = context["page"].older
        if not place:
            break
    assert sorted(found) == sorted(s.key for s in subjects) and len(back) == 3
    before = client.get(f"/claims/?facet=subject&before={found[4]}").context["page"]
    assert [key for key, _ in before.rows] == back[1] and before.newer
    page = shown(client, f"facet=subject&subject={found[4]}")
    assert f'<input type="hidden" name="subject" value="{found[4]}">' in page
    for query in ("facet=subject&after=nothing", "facet=nothing", "facet=status"):
        shown(client, query, 404)


def test_a_value_that_leaves_nothing_is_shown_only_where_it_is_chosen(client):
    one, other = make_subject("One"), make_subject("Other")
    make_claim("A claim.", subjects=[one])
    assess(make_claim("Another.", subjects=[other]), "disputed")
    assert facet(client, "subject", "status=disputed") == {other.key: 1}
    assert facet(client, "subject", f"status=disputed&subject={one.key}") == {other.key: 1, one.key: 0}
    assert facet(client, "status", f"subject={one.key}") == {"unverified": 1}


def test_no_facet_counts_what_is_hidden(client):
    claim = make_claim(subjects=[make_subject("The bureau")])
    held = make_draft("Held.", subjects=[claim.subjects.first()])
    before = {query: client.get(f"/claims/?{query}").content for query in ("", "facet=subject", "facet=source")}
    make_draft("A draft.", subjects=[claim.subjects.first(), make_subject("Zanzibar")])
    claim.appear(make_passage(confidential=True), "asserts", by=make_reporter(), approved_by=make_chief())
    held.hold("legal", because="A letter.", **two())
    assert {query: client.get(f"/claims/?{query}").content for query in before} == before


def test_a_private_person_is_no_value_of_a_facet(client):
    make_claim(subjects=[make_subject("A. Bystander", kind="person", private_person=True)])
    found = {f.name: f for f in client.get("/claims/").context["facets"]}["subject"]
    assert (found.choices, found.values) == ([], 0) and "A. Bystander" not in shown(client, "facet=subject")


# -- chips, forms, and nothing found


def test_chips_say_what_is_chosen_in_words(client):
    make_claim()
    labels = [c.label for c in client.get("/claims/?changed_after=2023-05-03&q=bridge&kind=fact").context["chips"]]
    assert labels == ["“bridge”", "Fact", "Changed from 3 May 2023"]
    page = shown(client, "changed_after=2023-05-03&sort=status")
    assert 'href="/claims/?sort=status"><span class="vh">Remove </span><bdi>Changed from 3 May 2023' in page


def test_each_form_keeps_what_the_other_says(client):
    make_claim()
    page = shown(client, "status=unverified&kind=fact&sort=status&after=")
    filters, sorts = page.split('<form id="filters"')[1].split("</form>")[0], page.split("<form")[3].split("</form>")[0]
    assert '<input type="hidden" name="sort" value="status">' in filters
    assert '<input type="hidden" name="kind" value="fact">' in filters and 'type="hidden" name="status"' not in filters
    assert (
        '<input type="hidden" name="status" value="unverified">' in sorts and 'type="hidden" name="sort"' not in sorts
    )
    assert '<option value="status" selected>' in sorts


def ways(client, query):
    context = client.get(f"/claims/?{query}").context
    return [(str(w.label), w.page, w.query, w.found.count) for w in context["ways"]]


def test_a_list_of_nothing_says_what_was_looked_for_and_leads_three_ways_on(client):
    about = make_subject("The bureau")
    assess(make_claim("A ferry sank.", subjects=[about]), "disputed")
    make_claim("A bridge stood.", subjects=[about])
    page = shown(client, f"q=ferry&status=unverified&subject={about.key}")
    assert "No claim matches these filters" in page
    for said in (
        "<li>Words: <bdi>“ferry”</bdi></li>",
        "<li>Status: <bdi>Unverified</bdi></li>",
        '<li>About: <bdi lang="en">The bureau</bdi></li>',
    ):
        assert said in page
    assert ways(client, f"q=ferry&status=unverified&subject={about.key}") == [
        ("Search all claims for these words", "claims", "q=ferry", 1),
        ("Drop the words", "claims", f"status=unverified&subject={about.key}", 1),
        ("See all claims", "claims", "", 2),
    ]
    assert ways(client, "q=zeppelin") == [
        ("See all claims", "claims", "", 2),
        ("Look under a name", "subjects", "", 1),
        ("Look into a source", "sources", "", 3),
    ]
    for query in [w[2] for w in ways(client, f"q=ferry&status=unverified&subject={about.key}")]:
        assert keys(client, query)


def test_a_list_with_every_order_and_facet_costs_the_same_when_the_archive_grows(client, same_queries):
    about = make_subject("The bureau")

    def more():
        n = next(_number)
        claim = make_claim(f"Claim {n}.", subjects=[about, make_subject()])
        in_more_sources(claim, 1)
        claim.reword("H", f"Better {n}.", code="our_error", correcting=Corrected("correction", "Erred."), **two())

    def read():
        for sort in ORDERS:
            shown(client, f"sort={sort}&subject={about.key}")
        for query in ("facet=subject", "facet=source&status=unverified", "q=zeppelin&status=disputed&lang=en"):
            shown(client, query)

    same_queries(read, grow=more)


def test_a_filter_that_is_not_known_is_refused_in_words_of_ours(client):
    for asked, said in {
        "status=perhaps": "There is no “perhaps” here",
        "kind=x": "There is no “x” here",
        "subject=SU-none": "There is no “SU-none” here",
        "source=SO-none": "There is no “SO-none” here",
        "lang=qq": "There is no “qq” here",
        "changed_after=soon": "Enter a day, like 2026-11-20",
    }.items():
        answer = client.get(f"/claims/?{asked}")
        assert answer.status_code == 400 and said in answer.content.decode()
        assert said in client.get(f"/api/v1/claims/?{asked}").content.decode()
