"""What lists of claims cost among 20,000, where counts have come to their bound, and among 60,000. Run it by name: pytest -s tests/bench/long_lists.py

The claims are rows without a history of verbs, made at once: nothing but lists is asked of them.
"""

import time
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.db import connection

from claims.models import Appearance, Assessment, Claim, ClaimSubject, Standing, Wording
from claims.ordering import SORTINGS
from sources import keeping
from sources.models import Change, Passage

from ..making import make_claim, make_passage, make_subject

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = 20_000, 60_000
START = datetime(2020, 1, 1, tzinfo=UTC)
FIRST = 10_000  # the number of the first change, after those of the verbs
ADDRESSES = [
    *(f"/claims/?sort={sort}" for sort in SORTINGS),
    "/claims/?sort=changed&as_of={middle}",
    "/claims/?sort=status&as_of={middle}",
    "/claims/?status=disputed",
    "/claims/?status=disputed&sort=sources",
    "/claims/?facet=source",
    "/compare/?subject={subject}",
]


def add(numbers, passages, subject):
    """Claims that each changed twice, the second time to another status, in one to three sources."""
    changes, claims, wordings, findings, standings, appearances, about = [], [], [], [], [], [], []
    for n in numbers:
        pk, first = FIRST + n, FIRST + 2 * n
        second = first + 1
        key, status = f"FD-{n:010}", ("unverified", "unverified", "verified", "disputed")[n % 4]
        for c in (first, second):
            at = START + timedelta(minutes=c)
            changes.append(
                Change(
                    id=c,
                    public_number=c,
                    recorded_at=at,
                    verb="publish",
                    kind="claim",
                    key=key,
                    via="worker",
                    approval="alone",
                )
            )
        wordings.append(Wording(id=pk, claim_id=pk, number=1, statement=f"Claim {n}.", language="en", since_id=first))
        settled = status != "unverified"
        if settled:
            finding = {"wording_id": pk, "code": "first", "why": "We read it.", "since_id": second}
            findings.append(Assessment(id=pk, claim_id=pk, number=1, status=status, **finding))
        since = first if status == "unverified" else second
        told = {"stage": "published", "public": True, "wording_id": pk}
        claims.append(
            Claim(
                id=pk,
                key=key,
                since_id=first,
                status=status,
                changed=second,
                status_since_id=since,
                settled=settled,
                assessment_id=pk if settled else None,
                about_from=f"20{n % 24:02}-01-01" if n % 3 else "",
                sources_count=n % 3 + 1,
                **told,
            )
        )
        standings.append(
            Standing(change_id=first, claim_id=pk, number=1, status="unverified", status_since_id=first, **told)
        )
        standings.append(
            Standing(
                change_id=second,
                claim_id=pk,
                number=2,
                status=status,
                status_since_id=since,
                assessment_id=pk if settled else None,
                **told,
            )
        )
        about.append(ClaimSubject(claim_id=pk, subject=subject, since_id=first))
        for k in range(n % 3 + 1):
            appearances.append(
                Appearance(claim_id=pk, passage=passages[(n + k) % len(passages)], position="reports", since_id=first)
            )
    for model, rows in (
        (Change, changes),
        (Wording, wordings),
        (Assessment, findings),
        (Claim, claims),
        (Standing, standings),
        (Appearance, appearances),
        (ClaimSubject, about),
    ):
        model._base_manager.bulk_create(rows, batch_size=2000)


def test_what_a_list_costs_does_not_grow(client):
    subject = make_subject("The bureau")
    make_claim(subjects=[subject])
    passages = [make_passage(f"Words {n}.") for n in range(200)]
    for passage in passages:
        make_claim(passage=passage)
    passages, found = list(Passage.objects.select_related("capture")), {}
    for few, size in zip((0, *SIZES), SIZES, strict=False):
        with keeping.lifted(), connection.constraint_checks_disabled():
            for start in range(few, size, 10_000):
                add(range(start, min(size, start + 10_000)), passages, subject)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        middle = quote((START + timedelta(minutes=FIRST + size)).isoformat())
        for address in ADDRESSES:
            asked = address.format(subject=subject.key, middle=middle)
            assert client.get(asked).status_code == 200, asked
            started = time.perf_counter()
            client.get(asked)
            found.setdefault(address, []).append((time.perf_counter() - started) * 1000)
    print()
    for address, (before, after) in found.items():
        print(f"{address:45} {before:6.0f} {after:6.0f} ms")
    # Of one subject the claims are gathered before they are listed: that grows with the subject.
    assert all(after < 2 * before + 50 for address, (before, after) in found.items() if "subject" not in address)
