"""Claims that may be the one an editor writes: offered across languages, and not again once judged other."""

import pytest

from claims.nearing import near

from ..making import make_claim, make_draft, make_passage, make_reporter

pytestmark = pytest.mark.django_db


@pytest.fixture
def bridge():
    passage = make_passage("橋は一度も点検されなかった。", language="ja")
    passage.translate("The bridge was never inspected.", by=make_reporter(), made_by="FactDesk")
    for n in range(8):
        make_draft(f"The ferry number {n} was late.")
    return make_claim("Nobody inspected the bridge.", passage=passage)


@pytest.mark.parametrize(
    ("words", "quote"),
    [
        ("The bridge has not been inspected", ""),
        ("the bridge was never inspected", ""),
        ("", "橋は点検されなかった"),
        ("Nobody inspected", "le pont"),
    ],
)
def test_a_near_claim_is_offered_first(bridge, words, quote):
    assert near(words, quote=quote)[0] == bridge


def test_nothing_is_offered_for_words_that_are_nowhere(bridge):
    assert near("Quantum chromodynamics", quote="") == []
    assert near("", quote="") == near("of the and", quote="") == []


def test_no_more_than_five_are_offered(bridge):
    assert len(near("The ferry was late")) == 5


def test_a_claim_that_was_judged_other_is_not_offered_again(bridge):
    mine = make_draft("The bridge was inspected by nobody.")
    assert bridge in near("The bridge was inspected by nobody", but=mine)
    mine.relate(bridge, "not_same", by=make_reporter())
    assert bridge not in near("The bridge was inspected by nobody", but=mine)
    assert mine not in near("Nobody inspected the bridge", but=bridge)


def test_of_many_that_share_a_word_the_one_that_shares_most_is_looked_at(bridge, monkeypatch):
    monkeypatch.setattr("claims.nearing.LOOKED_AT", 5)
    for n in range(12):
        make_draft(f"The inspector number {n} was paid.")
    assert near("Nobody inspected the bridge.")[0] == bridge
