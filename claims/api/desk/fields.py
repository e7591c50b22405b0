"""Members of a body: each of one type, letter for letter. Nothing is trimmed, turned or guessed."""

import difflib
import re
from datetime import UTC, date
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework import serializers

from sources.models import Capture, Passage

from .parsing import shown

LARGEST = 2**31 - 1  # what a column of numbers takes
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,10})?", re.ASCII)


class Text(serializers.CharField):
    default_error_messages = {"invalid": "This must be a text."}

    def __init__(self, **kwargs):
        kwargs.setdefault("allow_blank", True)
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Number(serializers.IntegerField):
    default_error_messages = {"invalid": "This must be a whole number."}

    def __init__(self, **kwargs):
        super().__init__(**{"min_value": 0, "max_value": LARGEST} | kwargs)

    def to_internal_value(self, data):
        if type(data) is not int:  # true is one too
            self.fail("invalid")
        return data


class Flag(serializers.BooleanField):
    default_error_messages = {"invalid": "This must be true or false."}

    def to_internal_value(self, data):
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class Choice(serializers.ChoiceField):
    """One of some words. `Choice(..., blank=True)`: or none, as an empty text."""

    def __init__(self, choices, *, blank=False, **kwargs):
        self.words = [*([""] if blank else []), *(str(value) for value in choices if value != "")]
        super().__init__(choices=self.words, allow_blank=blank, **kwargs)

    def to_internal_value(self, data):
        if not isinstance(data, str) or data not in self.words:
            known = ", ".join(word or "an empty text" for word in self.words)
            raise serializers.ValidationError(f"This must be one of {known}.", code="unknown")
        return data


class Read(Text):
    """A text that names something; an empty one names nothing."""

    def __init__(self, **kwargs):
        super().__init__(**{"allow_blank": False} | kwargs)


class Day(Read):
    """A day of the calendar, kept as it is written."""

    def to_internal_value(self, data):
        words = super().to_internal_value(data)
        try:
            if not DAY.fullmatch(words):
                raise ValueError
            date.fromisoformat(words)
        except ValueError:
            raise serializers.ValidationError("This must be a day, like 2026-11-28.", code="day") from None
        return words


class Moment(Read):
    """A moment with its zone, kept in UTC."""

    def to_internal_value(self, data):
        words = super().to_internal_value(data)
        try:
            at = parse_datetime(words)
            if at is None or timezone.is_naive(at):
                raise ValueError
            return at.astimezone(UTC).isoformat()
        except (ValueError, OverflowError):
            sentence = "This must be a moment with its zone, like 2026-11-28T09:30:00+01:00."
            raise serializers.ValidationError(sentence, code="moment") from None


class Decimal(Read):
    """A number as a text, so that no digit is lost."""

    def to_internal_value(self, data):
        words = super().to_internal_value(data)
        if not DECIMAL.fullmatch(words):
            raise serializers.ValidationError('This must be a number as a text, like "1700000".', code="decimal")
        return words


class Key(Read):
    """A thing by its key. What the token may not see is not there."""

    def __init__(self, model: Any, **kwargs):
        self.model = model
        super().__init__(**kwargs)

    def to_internal_value(self, data):
        key = super().to_internal_value(data)
        found = self.context["sight"].of(self.model).filter(key=key).first() if len(key) <= 40 else None
        if found is None:
            name = self.model._meta.verbose_name
            raise serializers.ValidationError(f"There is no {name} {shown(key)}.", code="not_there")
        return found


class Account(Read):
    """Somebody who works on the desk, by their name there."""

    def to_internal_value(self, data):
        name = super().to_internal_value(data)
        found = User.objects.filter(username=name).first()
        if found is None:
            raise serializers.ValidationError(f"There is no account {shown(name)}.", code="not_there")
        return found


class PassageRef(Read):
    """A passage by its ref: that of its capture, and its place."""

    def to_internal_value(self, data):
        ref = super().to_internal_value(data)
        found = passage_of(self.context["sight"], ref)
        if found is None:
            raise serializers.ValidationError(f"There is no passage {shown(ref)}.", code="not_there")
        return found


REF = re.compile(r"([-\w]{1,40})/([0-9a-f]{12})/([0-9]{1,9})-([0-9]{1,9})", re.ASCII)


def passage_of(sight, ref: str) -> Passage | None:
    match = REF.fullmatch(ref)
    if not match:
        return None
    source, sha, start, end = match.groups()
    place = {"start": int(start), "end": int(end)}
    found = (
        sight.of(Passage)
        .select_related("capture__source")
        .filter(capture__source__key=source, capture__sha256__startswith=sha, **place)
    )
    return found.order_by(F("id")).first()


def capture_of(sight, source: str, sha: str) -> Capture | None:
    found = sight.of(Capture).select_related("source").filter(source__key=source, sha256__startswith=sha)
    return found.order_by("id").first()


class Body(serializers.Serializer):
    """The members that an act takes. One that it does not know is refused, so that none is lost unseen."""

    default_error_messages = {"invalid": "This must be an object."}

    def to_internal_value(self, data):
        if isinstance(data, dict) and (unknown := [name for name in data if name not in self.fields]):
            raise serializers.ValidationError({name: [self._nearest(name)] for name in unknown}, code="unknown")
        return super().to_internal_value(data)

    def _nearest(self, name: str) -> str:
        near = difflib.get_close_matches(name, self.fields, n=1)
        known = ", ".join(sorted(self.fields)) or "no members"
        hint = f"Did you mean {near[0]}?" if near else f"This body has {known}."
        return f"There is no member {shown(name)}. {hint}"
