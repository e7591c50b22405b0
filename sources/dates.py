"""Dates as precise as their source gives them: a subset of EDTF (ISO 8601-2:2019)."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.core.exceptions import ValidationError

BAD_DATE = "Enter a year, a month or a day, like 2023, 2023-06 or 2023-06-14"
POINT = re.compile(r"(?P<year>[0-9]{4}|XXXX)(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2}))?)?(?P<about>~)?", re.ASCII)


@dataclass(frozen=True)
class PartialDate:
    """A date as it is known. Bounds are the first and last day it may mean; "about" does not widen them."""

    value: str
    lower: date | None = None
    upper: date | None = None


def parse(text: str) -> PartialDate:
    if not text:
        return PartialDate("")
    if "/" in text:
        first, _, last = text.partition("/")
        if first == last == "..":
            raise ValueError(BAD_DATE)
        lower = None if first == ".." else _point(first)[0]
        upper = None if last == ".." else _point(last)[1]
        if "XXXX" in text or (lower and upper and lower > upper):
            raise ValueError(BAD_DATE)
        return PartialDate(text, lower, upper)
    return PartialDate(text, *_point(text))


def _point(text: str) -> tuple[date | None, date | None]:
    found = POINT.fullmatch(text)
    if not found:
        raise ValueError(BAD_DATE)
    month, day = int(found["month"] or 0), int(found["day"] or 0)
    unknown = found["year"] == "XXXX"
    year = 2000 if unknown else int(found["year"])
    try:
        lower = date(year, month if found["month"] else 1, day if found["day"] else 1)
        last = calendar.monthrange(year, month)[1] if found["month"] else 31
        upper = date(year, month if found["month"] else 12, day if found["day"] else last)
    except (ValueError, calendar.IllegalMonthError):
        raise ValueError(BAD_DATE) from None
    if unknown:
        if not found["month"] or found["about"]:  # EDTF has no "about" where the year is not known
            raise ValueError(BAD_DATE)
        return None, None
    return lower, upper


def precision(value: str) -> str:
    """How precise a date is: to the day, the month or the year, or an interval."""
    return "interval" if "/" in value else ("year", "month", "day")[value.count("-")]


def validate_edtf(text: str) -> None:
    try:
        parse(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error


MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
}
# Not known, about, an interval, from and until; without a year.
PHRASES = {
    "en": ("date not known", "about {}", "{} to {}", "since {}", "until {}", "{}, year not stated"),
    "fr": ("date inconnue", "vers {}", "{} {}", "depuis {}", "jusqu’{}", "{}, année non précisée"),
    "ja": ("日付不明", "{}頃", "{}～{}", "{}以降", "{}まで", "{}（年の記載なし）"),
}


Mark = Callable[[str, str], str]


def _plain(words: str, stamp: str) -> str:
    return words


def label(value: str, language: str = "en", mark: Mark = _plain) -> str:
    """A date in words, never more precise than it is: "2023-06" is "June 2023".

    `mark` is given the words of each date in it, an interval's two ends or the one that it is, with its `machine` form.
    """
    unknown, about, span, since, until, no_year = PHRASES[language]
    if not value:
        return unknown
    if "/" in value:
        first, _, last = value.partition("/")
        if last == "..":
            return since.format(_since(first, language, mark))
        if first == "..":
            return until.format(_to(last, language, mark))
        return _span(first, last, language, mark) or span.format(
            _from(first, language, mark), _to(last, language, mark)
        )
    words = _words(value.removesuffix("~"), language)
    if value.startswith("XXXX"):
        words = no_year.format(words)
    if value.endswith("~"):
        words = about.format(f"{_article(value.removesuffix('~'), language)}{words}")
    return mark(words, machine(value))


def moment(at: datetime, language: str = "en") -> str:
    """A moment of our own record: its day, its time and its zone, which is that of the record."""
    between = " " if language == "ja" else ", "
    return f"{label(f'{at:%Y-%m-%d}', language)}{between}{at:%H:%M} UTC"


def rfc3339(at: datetime, precise_to: str = "auto") -> str:
    """A moment as programs read it: in UTC, with a Z (RFC 3339)."""
    return at.astimezone(UTC).isoformat(timespec=precise_to).replace("+00:00", "Z")


def machine(value: str) -> str:
    """What a `<time datetime>` may carry: a year, month or day; empty for intervals and unknown years."""
    return "" if "/" in value or "X" in value else value.removesuffix("~")


def _is_day(point: str) -> bool:
    return point.count("-") == 2 and not point.endswith("~")


def _article(point: str, language: str) -> str:
    """A French day has one: "depuis le 14 juin"."""
    return "le " if language == "fr" and _is_day(point) else ""


def _since(point: str, language: str, mark: Mark) -> str:
    return _article(point, language) + label(point, language, mark)


def _from(point: str, language: str, mark: Mark) -> str:
    said = label(point, language, mark)
    if language != "fr":
        return said
    return f"du {said}" if _is_day(point) else f"d’{said}" if label(point, language)[0] in "ao" else f"de {said}"


def _to(point: str, language: str, mark: Mark) -> str:
    said = label(point, language, mark)
    if language != "fr":
        return said
    return f"au {said}" if _is_day(point) else f"à {said}"


def _words(point: str, language: str) -> str:
    year, *rest = point.split("-")
    month = int(rest[0]) if rest else 0
    day = int(rest[1]) if len(rest) > 1 else 0
    if language == "ja":
        return (f"{year}年" if year != "XXXX" else "") + (f"{month}月" if month else "") + (f"{day}日" if day else "")
    parts = [
        _day(day, language) if day else "",
        MONTHS[language][month - 1] if month else "",
        year if year != "XXXX" else "",
    ]
    return " ".join(filter(None, parts))


def _day(day: int, language: str) -> str:
    return "1er" if language == "fr" and day == 1 else str(day)


def _span(first: str, last: str, language: str, mark: Mark) -> str:
    """Days of one month are named once: "3 to 9 June 2023"."""
    if len(first) != 10 or len(last) != 10 or first[:7] != last[:7]:
        return ""
    if language == "ja":
        return f"{mark(_words(first, language), first)}～{mark(f'{int(last[8:])}日', last)}"
    start, end = mark(_day(int(first[8:]), language), first), mark(_words(last, language), last)
    return f"{start} to {end}" if language == "en" else f"du {start} au {end}"
