"""Queries of every public page and API list at 200 and at 2,000 claims. Run it by name: pytest -s tests/bench/query_counts.py"""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Corrected

from ..claims.test_api_resources import INCLUDES, NAMES
from ..claims.test_growth import PUBLIC
from ..making import assess, contradicts, make_claim, make_editor, make_passage, make_reporter, make_subject

pytestmark = pytest.mark.django_db
SIZES = 200, 2000
WHOLE = [f"/api/v1/{n}/?limit=100" + (f"&include={INCLUDES[n]}" if n in INCLUDES else "") for n in NAMES]
WHOLE += [
    "/api/v1/changes/?limit=100",
    "/api/v1/annotations/?limit=100",
    "/v1alpha1/claims:search?query=claim&pageSize=100",
]
ASKED = {
    "to_name": "The bureau",
    "channel": "email",
    "questions": "Is it so?",
    "asked_on": "2026-10-01",
    "deadline": "2026-10-08",
}


def grow(first, last, subject, by, editor):
    for n in range(first, last):
        passage = make_passage(f"Words {n}", by=by)
        passage.translate("Translated.", by=by, made_by="FactDesk")
        claim = make_claim(f"Claim {n}.", by=by, passage=passage, subjects=[subject])
        if n % 10 == 0:
            two = {"by": by, "approved_by": editor}
            assess(claim, "disputed", citing=[contradicts(passage)], **two)
            error = Corrected("correction", "We misread it.")
            assess(claim, "unverified", code="our_error", correcting=error, citing=[contradicts(passage)], **two)
            request = claim.ask(**ASKED, **two)
            claim.answer(request.key, "replied", passage=make_passage(f"Reply {n}", by=by), **two)
    return claim


def test_queries_do_not_grow(client):
    subject, by, editor = make_subject("The bureau"), make_reporter(), make_editor()
    found = {}
    for few, size in zip((0, *SIZES), SIZES, strict=False):
        claim = grow(few, size, subject, by, editor)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        source = claim.appearances.get().passage.capture.source
        own = [f"/claims/{claim.key}/", f"/sources/{source.key}/", "/method/", f"/api/v1/claims/{claim.key}/"]
        for address, name in [
            *((a.format(subject=subject.key), a) for a in PUBLIC),
            *((a, a) for a in WHOLE),
            *((a, a.replace(claim.key, "KEY").replace(source.key, "KEY")) for a in own),
        ]:
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                started = time.perf_counter()
                assert client.get(address).status_code == 200
                took = time.perf_counter() - started
            found.setdefault(name, []).append((len(queries), took))
    print()
    for name, ((few, before), (many, after)) in found.items():
        print(f"{name:70} {few:3} {many:3} queries, {before * 1000:6.0f} {after * 1000:6.0f} ms")
    assert all(few == many for (few, _), (many, _) in found.values())
