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


@pytest.mark.parametrize(
    "word", ["H2\u041e", "\uff3aehra", "Z\U0001d41eehra", "Zehr\u13aa", "Zeh\u3164ra", "Ze\u034fhra"]
)
def test_letters_in_other_dress_and_fillers_warn(word):
    assert warnings(f"with {word} in London")


@pytest.mark.parametrize("words", ["Ｚｅｈｒａ と 話した", "Ａ社は", "H₂O", "CO2", "Björn", "naïve façade"])
def test_whole_words_in_one_dress_do_not(words):
    assert warnings(words) == []
