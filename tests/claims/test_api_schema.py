"""The schema of the API: committed, so that a change of it is seen; and before a program that asks everything it allows."""

import json
import os
from collections import Counter

import pytest
import schemathesis
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given
from hypothesis import settings as how_often
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ..making import a_full_desk, make_chief
from ..programs import Program

FILE = settings.ROOT / "docs" / "openapi.json"


def described():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_schema_is_the_one_that_is_committed():
    """Where it differs on purpose, write it anew: manage.py spectacular --format openapi-json --file docs/openapi.json"""
    told = json.loads(json.dumps(described(), default=str))
    assert told == json.loads(FILE.read_text("utf-8"))


CASES = int(os.environ.get("CASES", "4"))  # of each operation: more finds more
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.deep
@pytest.mark.django_db
@pytest.mark.parametrize("who", ["nobody", "a token"])
def test_whatever_the_schema_allows_is_answered_as_it_says(settings, who):
    """Bodies and parameters at random, right and wrong: no error of ours, and no answer that the schema does not know."""
    settings.FACTDESK_API_PER_ADDRESS = settings.FACTDESK_API_PER_TOKEN = 0
    a_full_desk()
    headers = {} if who == "nobody" else {"Authorization": f"Bearer {Program(make_chief()).secret}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())
    told: Counter = Counter()
    for found in schema.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @how_often(max_examples=CASES, database=None, deadline=None, suppress_health_check=list(HealthCheck))
        def ask(case):
            case.headers = {**(case.headers or {}), **headers}
            answer = case.call()
            told[answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS)

        ask()
    print(f"{who}: {sum(told.values())} cases, {dict(sorted(told.items()))}")
    assert sum(told.values()) >= 60 * CASES // 2 and not [status for status in told if status >= 500]
