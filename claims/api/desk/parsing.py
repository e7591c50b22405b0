"""JSON as strangers send it: UTF-8, an object, no deeper than need be, and nothing that means two things."""

import json
import math
from typing import Any

from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser

from ...problems import Refusal

DEEPEST = 32
LONGEST_NUMBER = 40  # characters
MB = 1_000_000


class NotRight(Exception):
    """What is wrong with the text, in a sentence."""


class StrictJSON(BaseParser):
    """The body as one JSON object; its bytes stay with the view, which knows by them what is sent twice."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        view = (parser_context or {})["view"]
        view.raw = stream.read(view.most + 1)
        if len(view.raw) > view.most:
            raise too_large(view.most)
        try:
            return read(view.raw)
        except NotRight as error:
            raise Refusal(
                400, str(error), errors=[{"detail": str(error), "pointer": "#", "code": "not_json"}]
            ) from error


def too_large(most: int) -> APIException:
    return Refusal(413, f"The body is larger than {most:,} bytes")


def read(raw: bytes) -> dict[str, Any]:
    """The object that a body holds."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotRight(f"The body is not UTF-8: byte {error.start} is no part of a character") from error
    try:
        found = json.loads(
            text,
            object_pairs_hook=_each_once,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
    except RecursionError as error:
        raise NotRight(f"The body is nested deeper than {DEEPEST} levels") from error
    except json.JSONDecodeError as error:
        raise NotRight(f"The body is not JSON: {error.msg}, line {error.lineno}, column {error.colno}") from error
    if not isinstance(found, dict):
        raise NotRight("The body must be one JSON object")
    _refuse_odd(found)
    return found


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotRight(f"The member {shown(twice)} is there twice")
    return found


def _no_constant(name: str):
    raise NotRight(f"{name} is not a number in JSON")


def _finite(text: str) -> float:
    if len(text) > LONGEST_NUMBER or math.isinf(number := float(text)):
        raise NotRight("A number is larger, or longer, than any that is needed here")
    return number


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise NotRight("A number is larger, or longer, than any that is needed here")
    return int(text)


def _refuse_odd(found: Any) -> None:
    """Depth, null characters, and halves of a character that stand alone; without a recursion that has an end of its own."""
    waiting = [(found, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise NotRight(f"The body is nested deeper than {DEEPEST} levels")
        if isinstance(value, dict):
            for name, inner in value.items():
                _refuse_odd_text(name)
                waiting.append((inner, depth + 1))
        elif isinstance(value, list):
            waiting += [(inner, depth + 1) for inner in value]
        elif isinstance(value, str):
            _refuse_odd_text(value)


def _refuse_odd_text(text: str) -> None:
    if "\0" in text:
        raise NotRight("There is a null character in the body, which no database keeps")
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise NotRight("There is half of a character in the body: a surrogate that stands alone")


def shown(name: str) -> str:
    """A name that somebody sent, as far as a sentence has room for it."""
    return ascii(name[:40])[1:-1]
