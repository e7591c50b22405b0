"""The tree behind a claim: told in a list, drawn beside it, and neither says more than readers may know."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.drawing import LETTER, ROWS, SOURCES, WIDTH, _broken, _lanes, _long, picture_of
from claims.models import Claim
from claims.spreading import Node, Saying, Strand, Tie, spread_of
from sources.models import Outlet

from ..making import make_claim, make_editor, make_origin, make_passage, make_reporter, two


def node(name, **about):
    return Node((name,), name, **about)


def strand(*ties):
    nodes = {n for pair in ties for n in pair[:2]}
    sayings = [Saying(n, [], 1, []) for n in sorted(nodes, key=lambda n: n.name) if n.speaks]
    return Strand([], [], True, sayings, [Tie(*tie) for tie in ties])


def sources(count):
    return [node(f"source {n:03}", speaks=True) for n in range(count)]


def test_sources_stand_above_what_they_have_it_from_and_all_lines_to_one_end_in_it():
    wire = node("wire")
    picture = picture_of([strand(*((s, wire, "republishes") for s in sources(3)))])
    assert [row.node.name for row in picture.rows] == ["source 000", "source 001", "source 002", "wire"]
    assert [row.joins for row in picture.rows] == [False, False, False, True]
    assert len({path.split("V")[1] for path in picture.paths}) == 1 and len(picture.paths) == 3


def test_two_names_of_one_thing_are_one_node():
    (source,), wire, undated = sources(1), node("wire, June 2023"), node("wire")
    picture = picture_of([strand((source, undated, "draws_on"), (undated, wire, "same"))])
    assert [row.node.name for row in picture.rows] == ["source 000", "wire, June 2023"]
    assert len(picture.paths) == 1


def test_what_leads_on_stands_between():
    (source,), middle, end, other = sources(1), node("middle"), node("end"), node("an end too")
    ties = [(source, other, "draws_on"), (source, middle, "republishes"), (middle, end, "draws_on")]
    names = [row.node.name for row in picture_of([strand(*ties)]).rows]
    assert names.index("middle") == 1 and set(names[2:]) == {"end", "an end too"}


def test_a_circle_is_drawn_and_ends():
    one, two = sources(2)
    assert len(picture_of([strand((one, two, "draws_on"), (two, one, "draws_on"))]).paths) == 2


def test_without_ties_there_is_no_picture():
    assert picture_of([Strand([], [], True, [Saying(sources(1)[0], [], 1, [])], [])]) is None


def test_of_many_sources_the_first_are_drawn_and_the_others_counted():
    wire = node("wire")
    picture = picture_of([strand(*((s, wire, "republishes") for s in sources(100)))])
    assert len(picture.rows) == SOURCES + 1 and picture.more == 100 - SOURCES
    deep = [node(f"link {n}") for n in range(100)]
    long = picture_of(
        [
            strand(
                (sources(1)[0], deep[0], "draws_on"),
                *((a, b, "draws_on") for a, b in zip(deep, deep[1:], strict=False)),
            )
        ]
    )
    assert len(long.rows) <= ROWS and long.more == 1


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)).filter(lambda line: line[0] != line[1])))
def test_lines_that_share_a_lane_touch_only_where_they_end_in_one_node(lines):
    lanes = _lanes(lines)
    for a, b in lines:
        for c, d in lines:
            apart = max(a, b) < min(c, d) or max(c, d) < min(a, b)
            assert lanes[b] != lanes[d] or b == d or apart


@given(st.text(), st.integers(10, 45))
def test_a_name_takes_two_lines_and_no_more_room_than_there_is(name, room):
    lines = _broken(name, room)
    assert len(lines) <= 2 and all(_long(line) <= room for line in lines)


@pytest.mark.parametrize(
    "name", ["The rise and fall of a company that nobody had heard of", "橋が八日間閉鎖、通勤客は一時間待ち"]
)
def test_a_name_that_fits_is_whole(name):
    assert "".join(_broken(name, WIDTH // LETTER - 8)).replace(" ", "") == name.replace(" ", "")


# On the page


def appear(claim, **fields):
    passage = fields.pop("passage", None) or make_passage()
    claim.appear(passage, "asserts", by=make_reporter(), approved_by=make_editor(), **fields)
    return passage.capture.source


def section(client, claim):
    page = client.get(claim.get_absolute_url()).content.decode()
    return page[page.index('id="origins"') : page.index('id="history"')]


@pytest.mark.django_db
def test_the_list_tells_who_has_it_from_whom(client):
    claim, wire, undated = (
        make_claim(),
        make_origin("Wire, June", dated="2023-06"),
        make_origin("A wire"),
    )
    undated.descend(wire, "same", **two())
    claim.appearances.get().passage.capture.source.origin.descend(wire, "republishes", **two())
    other = appear(claim, speakers=[{"name": "The clerk"}, {"name": "insiders", "anonymity": "group"}])
    other.origin.descend(undated, "draws_on", **two())
    told = re.sub(r"<[^>]+>", "", section(client, claim).partition("<figure")[0])
    assert "Goes back to Wire, June (Document)." in told
    assert "It republishes Wire, June." in told
    assert f"{other.title}, after The clerk, after insiders (an unnamed group). It draws on A wire." in told
    assert "A wire is the same as Wire, June." in told


@pytest.mark.django_db
def test_the_picture_is_not_heard_and_carries_no_style(client):
    claim = make_claim()
    appear(claim, speakers=[{"name": "<b>insiders</b>", "anonymity": "group"}])
    drawn = section(client, claim).partition("<figure")[2]
    assert 'aria-hidden="true"' in drawn and "style=" not in drawn and "<b>" not in drawn
    assert drawn.count("<rect") == 2 and drawn.count('class="faceless"') == 1


@pytest.mark.django_db
def test_what_a_confidential_source_has_its_words_from_is_neither_told_nor_drawn(client):
    by = make_reporter()
    paper = Outlet.objects.add(
        by=by, name="The paper", owner=(holding := Outlet.objects.add(by=by, name="The holding"))
    )
    memo = make_origin("The leaked memo", outlet=paper)
    make_passage("Secret words.", confidential=True, origin=memo, outlet=paper)
    memo.descend(make_origin("The head's diary"), "draws_on", **two())
    claim = make_claim()
    appear(claim, passage=make_passage(outlet=Outlet.objects.add(by=by, name="A sister", owner=holding)))
    claim.appearances.earliest("id").passage.capture.source.origin.descend(memo, "draws_on", **two())
    told = section(client, claim)
    assert "It draws on" in told and told.count("a source that we keep confidential") >= 3
    assert not [name for name in ("The leaked memo", "diary", "The holding") if name in told]
    assert '<g class="faceless"' in told and "<circle" not in told


@pytest.mark.django_db
def test_sisters_hang_together_by_their_owner(client):
    by = make_reporter()
    owner = Outlet.objects.add(by=by, name="Holding")
    papers = [Outlet.objects.add(by=by, name=f"Paper {n}", owner=owner) for n in range(2)]
    claim = make_claim(passage=make_passage(outlet=papers[0]))
    appear(claim, passage=make_passage(outlet=papers[1]))
    (strand,) = spread_of(Claim.objects.for_page().get(pk=claim.pk)).strands
    assert [(t.kind, t.upper.name) for t in strand.ties] == [("house", "Holding")] * 2
    assert section(client, claim).partition("<figure")[0].count("It comes from an outlet of") == 2


@pytest.mark.django_db
def test_a_source_that_says_it_twice_is_told_once(client):
    claim = make_claim(passage=(passage := make_passage("First words. Second words.", end=12)))
    appear(claim, passage=passage.capture.quote(13, 26, by=make_reporter()))
    assert "(2 appearances)" in section(client, claim)
