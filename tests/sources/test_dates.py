from datetime import date, datetime

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from sources.dates import label, machine, parse, rfc3339

YEARS = st.integers(1, 9999)
DAYS = st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 31))


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-06-14", date(2023, 6, 14), date(2023, 6, 14)),
        ("2011~", date(2011, 1, 1), date(2011, 12, 31)),
        ("2005/2020", date(2005, 1, 1), date(2020, 12, 31)),
        ("2005/..", date(2005, 1, 1), None),
        ("../2020-06", None, date(2020, 6, 30)),
        ("XXXX-07", None, None),
        ("", None, None),
    ],
)
def test_a_date_has_the_bounds_of_its_precision(text, lower, upper):
    found = parse(text)
    assert (found.value, found.lower, found.upper) == (text, lower, upper)


NO_DATES = ["2023-13", "2023-02-30", "23", "June 2023", "2023-6", "2020/2019", "../..", "XXXX", "2023 ", "２０２３"]
NO_DATES += ["XXXX-07~"]  # edtf.js and Python's edtf refuse it too


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="Enter a year, a month or a day, like 2023"):
        parse(text)


@given(YEARS, st.integers(1, 12))
def test_our_bounds_are_those_of_another_reader_of_edtf(year, month):
    text = f"{year:04}-{month:02}"
    other = parse_edtf(text)
    assert parse(text).lower == date(*other.lower_strict()[:3])
    assert parse(text).upper == date(*other.upper_strict()[:3])


@given(DAYS, DAYS)
def test_an_interval_holds_both_of_its_ends(one, two):
    first, last = sorted((one, two))
    found = parse(f"{first.isoformat()}/{last.isoformat()}")
    assert (found.lower, found.upper) == (first, last)


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("2023-06-14", "fr", "14 juin 2023"),
        ("2023-06-14", "ja", "2023年6月14日"),
        ("2023", "fr", "2023"),
        ("2023", "ja", "2023年"),
        ("2023-06", "ja", "2023年6月"),
        ("2023-06~", "en", "about June 2023"),
        ("2023-06~", "fr", "vers juin 2023"),
        ("2023-06-14~", "fr", "vers le 14 juin 2023"),
        ("2023-06~", "ja", "2023年6月頃"),
        ("2023-06-01/2023-06-09", "fr", "du 1er au 9 juin 2023"),
        ("2023-06-03/2023-07-01", "fr", "du 3 juin 2023 au 1er juillet 2023"),
        ("2023-08/2023-10", "fr", "d’août 2023 à octobre 2023"),
        ("2023-06-14/..", "fr", "depuis le 14 juin 2023"),
        ("../2023-06-14", "fr", "jusqu’au 14 juin 2023"),
        ("../2023", "fr", "jusqu’à 2023"),
        ("", "fr", "date inconnue"),
        ("", "ja", "日付不明"),
        ("2023-06-14", "en", "14 June 2023"),
        ("2023-06", "fr", "juin 2023"),
        ("2023-06-01", "fr", "1er juin 2023"),
        ("2023-06-03/2023-06-09", "en", "3 to 9 June 2023"),
        ("2023-06-03/2023-06-09", "fr", "du 3 au 9 juin 2023"),
        ("2005/2020", "en", "2005 to 2020"),
        ("XXXX-07", "en", "July, year not stated"),
        ("", "en", "date not known"),
    ],
)
def test_a_label_is_never_more_precise_than_its_date(text, language, words):
    assert label(text, language) == words


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("2023-06-03/2023-06-09", "en", "<2023-06-03|3> to <2023-06-09|9 June 2023>"),
        ("2023-06-03/2023-06-09", "fr", "du <2023-06-03|3> au <2023-06-09|9 juin 2023>"),
        ("2023-06-03/2023-06-09", "ja", "<2023-06-03|2023年6月3日>～<2023-06-09|9日>"),
        ("2023-08/2023-10", "fr", "d’<2023-08|août 2023> à <2023-10|octobre 2023>"),
        ("2005/2020", "en", "<2005|2005> to <2020|2020>"),
        ("2023-06-14/..", "fr", "depuis le <2023-06-14|14 juin 2023>"),
        ("../2023-06-14", "ja", "<2023-06-14|2023年6月14日>まで"),
        ("2023-06~", "en", "<2023-06|about June 2023>"),
        ("XXXX-07", "en", "<|July, year not stated>"),
    ],
)
def test_each_end_of_an_interval_is_marked_by_itself(text, language, words):
    assert label(text, language, lambda said, stamp: f"<{stamp}|{said}>") == words


@pytest.mark.parametrize(("text", "stamp"), [("2023-06~", "2023-06"), ("2023/2024", ""), ("XXXX-07", "")])
def test_a_machine_reads_only_what_a_time_element_may_carry(text, stamp):
    assert machine(text) == stamp


@pytest.mark.parametrize(
    ("precise_to", "text"), [("auto", "2026-11-28T08:30:00Z"), ("milliseconds", "2026-11-28T08:30:00.000Z")]
)
def test_programs_read_a_moment_in_utc(precise_to, text):
    assert rfc3339(datetime.fromisoformat("2026-11-28T09:30:00+01:00"), precise_to) == text
