"""Dates as precise as their source gives them: a subset of EDTF (ISO 8601-2:2019)."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

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
        if not found["month"]:
            raise ValueError(BAD_DATE)
        return None, None
    return lower, upper


def validate_edtf(text: str) -> None:
    try:
        parse(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error
