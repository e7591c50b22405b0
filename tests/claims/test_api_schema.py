"""The schema of the API: committed, so that a change of it is seen; and before a program that asks everything it allows."""

import json

import pytest
import schemathesis
from django.conf import settings
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given
from hypothesis import settings as how_often

from ..making import a_full_desk

FILE = settings.ROOT / "docs" / "openapi.json"


def described():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_schema_is_the_one_that_is_committed():
    """Where it differs on purpose, write it anew: manage.py spectacular --format openapi-json --file docs/openapi.json"""
    told = json.loads(json.dumps(described(), default=str))
    assert told == json.loads(FILE.read_text("utf-8"))
