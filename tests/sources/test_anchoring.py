"""Quotes stand where they say, in code points, whatever the text is made of."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..making import make_reporter, make_source

pytestmark = pytest.mark.django_db
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=60)
ONCE = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ONCE
@given(text=TEXTS, ends=st.tuples(st.integers(0, 59), st.integers(1, 60)))
def test_a_quote_is_the_text_between_its_ends(db, text, ends):
    start, end = min(ends[0], len(text) - 1), min(ends[1], len(text))
    start, end = (start, end) if start < end else (0, len(text))
    capture = make_source(text).captures.get()
    passage = capture.quote(start, end, by=make_reporter())
    passage.refresh_from_db()
    assert passage.exact == text[start:end]
    assert passage.prefix == text[max(0, start - 32) : start]
    assert passage.suffix == text[end : end + 32]
    assert passage.is_proved_by(text)


@ONCE
@given(text=TEXTS, other=TEXTS)
def test_other_words_are_refused_at_the_same_place(db, text, other):
    capture = make_source(text).captures.get()
    if other == text[: len(other)]:
        other = chr(ord(other[0]) ^ 1) + other[1:]
    with pytest.raises(ValidationError):
        capture.quote(0, len(other), by=make_reporter(), exact=other)


def test_emoji_and_rare_letters_count_one_each():
    capture = make_source("😀𠮷👩‍🚀橋は").captures.get()
    assert capture.quote(5, 7, by=make_reporter()).exact == "橋は"


def test_a_paragraph_is_found_by_a_place_in_it():
    capture = make_source("First.\n\nSecond line.\n").captures.get()
    assert capture.blocks == [[0, 6], [8, 20]]
    assert [capture.block_of(p) for p in (0, 7, 8)] == [1, 2, 2]
