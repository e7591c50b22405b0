"""Stretches that stand twice are found with what differs; lines of the page are told from lines of the text."""

import random

import pytest

from sources.repeating import furniture, repeats

WORDS = [
    "bridge",
    "river",
    "mayor",
    "report",
    "city",
    "council",
    "winter",
    "letter",
    "clerk",
    "engine",
    "harbour",
    "spring",
    "office",
    "canal",
    "archive",
]


def prose(seed, sentences=30):
    dice = random.Random(seed)
    return " ".join(
        " ".join(dice.choices(WORDS, k=9)).capitalize() + f" {dice.randint(100, 999)}." for _ in range(sentences)
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_copy_is_found_from_its_first_letter_to_its_last(seed):
    text = prose(seed)
    (found,) = repeats(f"{text}\n\n{text}")
    assert (found.start, found.end, found.differences) == (0, len(text), ())
    assert (found.of_start, found.of_end) == (len(text) + 2, 2 * len(text) + 2)


def test_what_differs_between_two_copies_is_shown():
    text = prose(7)
    before, _, after = text.rpartition("mayor")
    other = f"{before}major{after}".replace(". ", ".\n", 3)
    (found,) = repeats(f"{text}\n\n{other}")
    assert ("mayor", "major") in found.differences and (" ", "\n") in found.differences


def test_words_that_stand_in_one_copy_alone_are_lost_in_neither():
    text = prose(8)
    middle = len(text) // 2
    added = " An item of a list that only this copy holds, and that is long enough to part the two stretches clearly."
    whole = f"{text[:middle]}{added}{text[middle:]}\n\n{text}"
    found = repeats(whole)
    covered = "".join(whole[r.start : r.end] for r in found)
    assert len(found) == 2 and "only this copy holds" not in covered


def test_a_text_that_says_everything_once_repeats_nothing():
    assert repeats(prose(9)) == [] == repeats("") == repeats("Short. Short.")


def test_lines_of_the_page_are_proposed_and_sentences_are_not():
    text = "Subscribe to our newsletter\nThe council wrote a newsletter about the bridge.\nVoir l'original\n関連記事\nThe end."
    found = [text[a:b] for a, b in furniture(text)]
    assert found == ["Subscribe to our newsletter", "Voir l'original", "関連記事"]


@pytest.mark.parametrize(
    "line",
    [
        "He asked them to share the money with the others",
        "Avertissement du maire : le pont va tomber demain",
        "The council wrote about cookies, and about who may sign in at the door",
    ],
)
def test_lines_that_speak_of_sharing_and_warning_are_no_furniture(line):
    assert furniture(line) == []


def test_three_copies_in_a_row_are_two_repeats():
    text = prose(4)
    found = repeats("\n".join([text] * 3))
    assert sorted(r.start for r in found) == [0, len(text) + 1]
