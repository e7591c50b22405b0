import pytest

from sources.lookalikes import warnings


def test_a_cyrillic_letter_in_a_latin_name_warns():
    (found,) = warnings("with Zehr\u0430 in London")
    assert (found.kind, found.start, found.end) == ("look-alike letter", 9, 10)


@pytest.mark.parametrize(
    "text", ["オックスフォードのStability AIを", "Björn Ommer à l’Université", "Москва", "£1.7百万"]
)
def test_words_of_one_alphabet_do_not_warn(text):
    assert warnings(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [("a\u202eb", "hidden character"), ("a\u200bb", "hidden character"), ("a\ufffdb", "lost character")],
)
def test_hidden_and_lost_characters_warn_at_their_place(text, kind):
    (found,) = warnings(text)
    assert (found.kind, found.start) == (kind, 1)
