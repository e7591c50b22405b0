"""Claims and sources side by side: what each says, where it is silent, and what was not read, never mixed."""

import csv
import io
from itertools import count
from urllib.parse import quote

import pytest

from claims.models import Corrected
from claims.pages import compare
from sources.models import Change, Outlet, Source

from ..making import (
    UPDATE,
    make_chief,
    make_claim,
    make_draft,
    make_editor,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
    two,
)
from ..replaying import plain

pytestmark = pytest.mark.django_db
_number = count()


@pytest.fixture
def subject():
    return make_subject("The bridge")


def source_of(claim):
    return claim.appearances.first().passage.capture.source


def words(source, start, end):
    return source.captures.first().quote(start, end, by=make_reporter())


def table(client, query):
    """What each source says of each claim."""
    answer = client.get(f"/compare/data.json?{query}")
    assert answer.status_code == 200, answer.content
    return {
        claim["key"]: {key: [said["position"] for said in cell] for key, cell in claim["positions"].items()}
        for claim in answer.json()["claims"]
    }


@pytest.mark.parametrize("position", ["asserts", "denies", "reports", "qualifies"])
def test_each_position_stands_in_its_cell_and_leads_to_the_passage(client, subject, position):
    claim, source = make_claim("It fell.", subjects=[subject]), make_source("It is said that it fell.")
    passage = words(source, 3, 10)
    claim.appear(passage, position, **two())
    assert table(client, f"subject={subject.key}")[claim.key][source.key] == [position]
    page = client.get(f"/compare/?subject={subject.key}").content.decode()
    address = f"{source.get_absolute_url()}?capture={passage.capture.sha256[:12]}&amp;at=3#here"
    assert page.count(f'<a href="{address}"><span class="pos pos--{position}">') == 2  # in the table and in the list


def test_silence_is_a_finding_and_not_read_is_none(client, subject):
    claim, read, unread = make_claim(subjects=[subject]), make_source(), make_source()
    for source in (read, unread):
        make_claim("Another.", subjects=[subject], passage=words(source, 0, 3))
    moment = Change.objects.latest("id").recorded_at
    read.captures.get().read_to_the_end(by=make_reporter())
    cells = table(client, f"subject={subject.key}")[claim.key]
    assert cells[read.key] == ["silent"] and cells[unread.key] == ["not_read"]
    then = table(client, f"subject={subject.key}&as_of={quote(moment.isoformat())}")[claim.key]
    assert then[read.key] == ["not_read"]
    page = client.get(f"/compare/?claim={claim.key}&source={read.key}&source={unread.key}").content.decode()
    assert page.count('<td class="c--silent">') == page.count('<td class="c--not_read">') == 1
    assert page.count("pos--denies") == 1 and "we read it all, and it is not there" in page  # in the legend alone


def test_a_source_is_not_silent_on_what_was_recorded_after_it_was_read(client, subject):
    """Nobody looked for it there; nor for words that a claim was given later."""
    source, early = make_source(), make_claim("Early.", subjects=[subject])
    make_claim("Another.", subjects=[subject], passage=words(source, 0, 3))
    source.captures.get().read_to_the_end(by=make_reporter())
    late = make_claim("Late.", subjects=[subject])
    cells = table(client, f"subject={subject.key}")
    assert cells[early.key][source.key] == ["silent"] and cells[late.key][source.key] == ["not_read"]
    moment = Change.objects.latest("id").recorded_at
    early.reword("Early", "It was early.", **UPDATE, **two())
    assert table(client, f"subject={subject.key}")[early.key][source.key] == ["not_read"]
    source.captures.get().read_to_the_end(by=make_reporter())
    cells = table(client, f"subject={subject.key}")
    assert cells[early.key][source.key] == cells[late.key][source.key] == ["silent"]
    then = table(client, f"subject={subject.key}&as_of={quote(moment.isoformat())}")
    assert then[early.key][source.key] == ["silent"] and then[late.key][source.key] == ["not_read"]


def test_words_that_were_struck_are_silence_where_all_was_read(client, subject):
    claim, source = make_claim(subjects=[subject]), make_source()
    make_claim("Another.", subjects=[subject], passage=words(source, 0, 3))
    source.captures.get().read_to_the_end(by=make_reporter())
    claim.appear(words(source, 4, 9), "asserts", **two())
    assert table(client, f"subject={subject.key}")[claim.key][source.key] == ["asserts"]
    moment = Change.objects.latest("id").recorded_at
    claim.strike(words(source, 4, 9), correcting=Corrected("removal", "Another bridge."), **two())
    assert table(client, f"subject={subject.key}")[claim.key][source.key] == ["silent"]
    then = f"subject={subject.key}&as_of={quote(moment.isoformat())}"
    assert table(client, then)[claim.key][source.key] == ["asserts"]


def test_two_positions_of_one_source_are_both_shown(client, subject):
    claim, source = make_claim(subjects=[subject]), make_source("It fell, he says; it did not, she says; it fell.")
    for (start, end), position in zip([(0, 7), (18, 28), (40, 47)], ["asserts", "denies", "asserts"], strict=True):
        claim.appear(words(source, start, end), position, **two())
    assert table(client, f"subject={subject.key}")[claim.key][source.key] == ["asserts", "denies"]
    page = client.get(f"/compare/?subject={subject.key}").content.decode()
    assert page.count("×2") == 2


def test_rows_are_chosen_by_subject_by_sources_or_by_claims(client, subject):
    one, other, third = make_claim("One.", subjects=[subject]), make_claim("Two."), make_claim("Three.")
    assert table(client, f"subject={subject.key}").keys() == {one.key}
    both = f"source={source_of(one).key}&source={source_of(other).key}"
    assert table(client, both).keys() == {one.key, other.key}
    assert table(client, f"claim={one.key}&claim={third.key}").keys() == {one.key, third.key}
    # A source that says nothing of it is asked all the same.
    cells = table(client, f"subject={subject.key}&source={source_of(third).key}")
    assert cells == {one.key: {source_of(third).key: ["not_read"]}}


def test_eight_sources_stand_beside_each_other_and_others_are_chosen(client, subject):
    claim, sources = make_claim(subjects=[subject]), [make_source(dated=f"20{n:02}") for n in range(10)]
    for source in sources:
        claim.appear(words(source, 0, 3), "reports", **two())
    make_claim("Another.", subjects=[subject], passage=words(sources[9], 4, 9))
    page = client.get(f"/compare/?subject={subject.key}")
    shown = page.context["table"].sources
    assert len(shown) == 8 and sources[9] in shown  # the most first
    assert [s.dated for s in shown] == sorted((s.dated for s in shown), key=lambda d: d or "9999")
    assert "3 more carry these claims" in page.content.decode()
    chosen = "&".join(f"source={s.key}" for s in sources[:8])
    assert client.get(f"/compare/?subject={subject.key}&{chosen}").context["table"].sources == sources[:8]
    refused = client.get(f"/compare/?{chosen}&source={sources[8].key}")
    assert refused.status_code == 400 and "Choose up to 8 sources: this address names 9" in refused.content.decode()
    assert client.get(f"/compare/data.csv?{chosen}&source={sources[8].key}").status_code == 400


def test_what_is_hidden_is_neither_row_nor_column_and_is_refused_as_what_is_not_there(client, subject):
    claim = make_claim(subjects=[subject])
    secret = make_source("Zanzibar said so.", confidential=True)
    claim.appear(words(secret, 0, 8), "denies", by=make_reporter(), approved_by=make_chief())
    draft = make_draft("Zanzibar draft.", subjects=[subject], passage=words(source_of(claim), 0, 3))
    held = make_claim("Zanzibar held.", subjects=[subject])
    assert len(table(client, f"subject={subject.key}")) == 2
    held.hold("legal", because="A letter.", **two())
    for door in ("", "data.json", "data.csv"):
        answer = client.get(f"/compare/{door}?subject={subject.key}").content.decode()
        assert "Zanzibar" not in answer and secret.key not in answer and draft.key not in answer
    assert len(table(client, f"subject={subject.key}")) == 1
    for name, hidden in [("claim", draft), ("claim", held), ("source", secret)]:
        for door in ("", "data.json", "data.csv"):
            there, absent = (client.get(f"/compare/{door}?{name}={key}") for key in (hidden.key, "XX-0000000000"))
            assert there.status_code == absent.status_code == 400
            assert there.content.decode().replace(hidden.key, "") == absent.content.decode().replace(
                "XX-0000000000", ""
            )


def test_no_count_tells_of_what_is_hidden(client, subject):
    claim = make_claim(subjects=[subject])
    doors = [f"/compare/{door}?subject={subject.key}" for door in ("", "data.json", "data.csv")] + ["/compare/"]
    before = [client.get(door).content for door in doors]
    make_draft("One more.", subjects=[subject], passage=words(source_of(claim), 0, 3))
    make_source("Nobody reads this.").captures.get().read_to_the_end(by=make_reporter())
    secret = make_source("A secret.", confidential=True)
    claim.appear(words(secret, 0, 8), "denies", by=make_reporter(), approved_by=make_chief())
    assert [client.get(door).content for door in doors] == before


def test_rows_are_read_to_their_end_in_each_form(client, subject, monkeypatch):
    monkeypatch.setattr(compare, "ROWS", 2)
    monkeypatch.setattr(compare, "LINES", 2)
    keys = [make_claim(f"Claim {n}.", subjects=[subject]).key for n in range(5)][::-1]
    address, found = f"/compare/?subject={subject.key}", []
    while address:
        answer = client.get(address)
        page = answer.context["page"]
        found += [c.key for c in page.rows]
        address = f"/compare/?subject={subject.key}&after={page.older}" if page.older else ""
    assert found == keys
    address, found = f"/compare/data.json?subject={subject.key}", []
    while address:
        answer = client.get(address).json()
        found += [c["key"] for c in answer["claims"]]
        address = answer["next"]
    assert found == keys
    last = client.get(f"/compare/data.json?subject={subject.key}").json()["next"]
    assert [c["key"] for c in client.get(client.get(last).json()["previous"]).json()["claims"]] == keys[:2]
    answer = client.get(f"/compare/data.csv?subject={subject.key}")
    assert answer["Link"].endswith('; rel="next"') and "data.csv" in answer["Link"]
    assert client.get(f"/compare/?subject={subject.key}&after=x").status_code == 404


def test_the_lines_of_a_table_say_the_same_as_its_cells_and_do_nothing_in_a_spreadsheet(client, subject):
    outlet = Outlet.objects.add(by=make_reporter(), name="+cmd")
    claim = make_claim("=HYPERLINK(1)", subjects=[subject], passage=words(make_source(outlet=outlet), 0, 5))
    other = make_claim("Two.", subjects=[subject])
    answer = client.get(f"/compare/data.csv?subject={subject.key}")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    cells = {(line["claim"], line["source"]): [line["position"]] for line in lines}
    said = table(client, f"subject={subject.key}")
    assert cells == {(c, s): positions for c, row in said.items() for s, positions in row.items()}
    line = next(li for li in lines if (li["claim"], li["source"]) == (claim.key, source_of(claim).key))
    assert (line["statement"], line["outlet"]) == ("'=HYPERLINK(1)", "'+cmd")
    assert source_of(claim).key in line["html_url"] and other.key in {li["claim"] for li in lines}


def test_a_table_of_the_past_is_the_table_of_then(client, subject):
    claim = make_claim(subjects=[subject])
    doors = [f"/compare/{door}?subject={subject.key}" for door in ("", "data.json", "data.csv")]
    then = [plain(client.get(door).content.decode()) for door in doors]
    moment = quote(Change.objects.latest("id").recorded_at.isoformat())
    source_of(claim).edit(title="Another title", dated="2001", **two())
    subject.edit(name="Another name", **two())
    claim.reword("New", "New words.", code="new_evidence", because="It is.", **two())
    claim.appear(make_passage(), "denies", **two())
    assert [client.get(door).content.decode() for door in doors] != then
    for door, was in zip(doors, then, strict=True):
        assert plain(client.get(f"{door}&as_of={moment}").content.decode()) == was


def test_the_widest_table_of_a_page_keeps_to_its_bytes(client, subject):
    by, editor = make_reporter(), make_editor()
    outlets = [Outlet.objects.add(by=by, name=f"The Observer of Harbour {n}") for n in range(8)]
    sources = [make_source("word " * 20, by=by, outlet=outlet, dated="2023-06-14") for outlet in outlets]
    for n in range(compare.ROWS + 1):
        claim = make_claim(f"The bridge number {n} over the harbour was not inspected.", by=by, subjects=[subject])
        for source in sources:
            claim.appear(source.captures.get().quote(n * 5, n * 5 + 4, by=by), "qualifies", by=by, approved_by=editor)
    page = client.get(f"/compare/?subject={subject.key}")
    assert len(page.context["table"].rows) == compare.ROWS and len(page.context["table"].sources) == 8
    assert page.context["page"].older and len(page.content) <= 60_000


def test_a_comparison_starts_from_what_there_is_to_choose(client, subject):
    claim = make_claim(subjects=[subject])
    page = client.get("/compare/").content.decode()
    assert f"/compare/?subject={subject.key}" in page and f'value="{source_of(claim).key}"' in page
    assert client.get("/compare/data.json").status_code == client.get("/compare/data.csv").status_code == 400


@pytest.mark.parametrize(
    "query", ["subject=%00", "source=%00", "claim=%00", "claim=x", "subject=", "as_of=x&claim=y", "after=x", "before=x"]
)
def test_what_nobody_can_choose_is_no_error_of_ours(client, query):
    for door in ("", "data.json", "data.csv"):
        assert client.get(f"/compare/{door}?{query}").status_code in {200, 400}


def test_a_table_costs_the_same_when_it_grows(client, subject, same_queries):
    source = make_source("word " * 200)

    def more():
        n = next(_number)
        claim = make_claim(f"Claim {n}.", subjects=[subject])
        claim.appear(words(source, n * 5, n * 5 + 4), "denies", **two())
        source_of(claim).captures.get().read_to_the_end(by=make_reporter())

    def read():
        for door in ("", "data.json", "data.csv"):
            assert client.get(f"/compare/{door}?subject={subject.key}").status_code == 200
        assert client.get("/compare/").status_code == 200

    same_queries(read, grow=more)
    assert Source.objects.public().count() == 4
