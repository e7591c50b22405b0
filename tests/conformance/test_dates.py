"""Our partial dates before edtf.js: the same first and last day, for every form that we take."""

from datetime import date, timedelta
from itertools import product

import pytest

from sources.dates import machine, parse

pytestmark = pytest.mark.deep
POINTS = ["0001", "0099", "1582", "1999", "2000", "2023", "2024", "9999"]
POINTS += [f"{year}-{month:02}" for year in ("0001", "1900", "2000", "2023", "2024", "9999") for month in range(1, 13)]
POINTS += [(date(2023, 12, 25) + timedelta(days=n)).isoformat() for n in range(80)]
POINTS += ["0001-01-01", "1900-02-28", "2000-02-29", "2024-02-29", "9999-12-31"]
ABOUT = [f"{point}~" for point in POINTS]
ENDS = ["2005", "2005~", "2005-06", "2005-06~", "2005-06-14", "2005-06-14~"]
LATER = ["2006", "2006~", "2006-02", "2006-02~", "2006-02-28", "2006-02-28~"]
INTERVALS = [f"{first}/{last}" for first, last in product(ENDS, LATER)]
OPEN = [form for point in ENDS for form in (f"{point}/..", f"../{point}")]
# A year that is not known may be any: edtf.js counts from the year 0 to 9999, we say that there is no bound.
NO_YEAR = [f"XXXX-{month:02}" for month in range(1, 13)] + ["XXXX-07-14"]
# Of these EDTF makes dates, and we none: which months a season has depends on where one is, and an interval says the rest.
NOT_OURS = ["2024-21", "2024-24", "202X", "20XX", "24", "2024-XX", "2024-XX-05", "2024?", "2024%", "Y17000", "-0001"]
NOT_OURS += ["2024-03-05T10:00:00Z", "[2023-06,2023-07]", "{2023,2024}", "2024/", "/2024"]
NOT_OURS += ["2023-02-29"]  # the first of March to edtf.js
NONE = [
    "2024-13",
    "2024-00",
    "2024-3",
    "2024/03",
    "March 2024",
    "2024年3月",
    "2024-02-30",
    "2023-04-31",
    "XXXX-07~",
    "~",
]


def ours(text):
    found = parse(text)
    return [day and day.isoformat() for day in (found.lower, found.upper)]


def test_the_first_and_the_last_day_of_a_date_are_those_of_edtf_js(judged):
    forms = [*POINTS, *ABOUT, *INTERVALS, *OPEN]
    theirs = judged({form: form for form in forms}, "dates.mjs")
    assert {form: (ours(form), theirs[form]) for form in forms if ours(form) != theirs[form]} == {}


def test_a_date_without_year_is_one_in_edtf_js_too_and_has_no_bound_for_us(judged):
    theirs = judged({form: form for form in NO_YEAR}, "dates.mjs")
    assert {form for form in NO_YEAR if ours(form) != [None, None]} == set()
    assert {form for form in NO_YEAR if theirs[form][0][:4] != "0000" or theirs[form][1][:4] != "9999"} == set()
    assert {form for form in NO_YEAR if theirs[form][0][5:7] != form[5:7]} == set()


def test_of_what_edtf_has_we_take_no_date_that_says_less_than_it_seems(judged):
    theirs = judged({form: form for form in [*NOT_OURS, *NONE]}, "dates.mjs")
    assert {form: theirs[form] for form in NOT_OURS if len(theirs[form]) != 2} == {}
    assert {form: theirs[form] for form in NONE if len(theirs[form]) == 2} == {}
    for form in [*NOT_OURS, *NONE]:
        with pytest.raises(ValueError, match="Enter a year"):
            parse(form)


@pytest.mark.parametrize("days", [-1, 1, 31])
def test_a_bound_that_is_wrong_is_found(judged, days):
    theirs = judged({form: form for form in POINTS}, "dates.mjs")
    for form in POINTS:
        lower, upper = parse(form).lower, parse(form).upper
        if date.min + timedelta(days=31) < lower and upper < date.max - timedelta(days=31):
            assert [(lower + timedelta(days=days)).isoformat(), upper.isoformat()] != theirs[form]
            assert [lower.isoformat(), (upper + timedelta(days=days)).isoformat()] != theirs[form]


PAGE = "<!doctype html><html lang='en'><head><title>A date</title></head><body><p>{}</p></body></html>"


def test_what_we_let_a_time_element_carry_is_what_html_has(nu):
    stamps = {machine(form) for form in [*POINTS, *ABOUT, *INTERVALS, *OPEN, *NO_YEAR]} - {""}
    times = [f'<time datetime="{stamp}">then</time>' for stamp in sorted(stamps)]
    wrong = ["2024-03~", "2023-06/2023-08", "2024-13", "2023-02-30", "XXXX-07", "2024-21", "../2020", "March"]
    pages = {stamp: PAGE.format(f'<time datetime="{stamp}">then</time>') for stamp in wrong}
    found = nu(pages | {"right": PAGE.format(" ".join(times))})
    odd = "Year may be mistyped"  # what it warns of before the year 1000, and after 2100
    assert len(times) > 150 and [said for said in found["right"] if odd not in said] == []
    assert [stamp for stamp in wrong if not found[stamp]] == []
