"""Is the claim of the first article among the five offered, while the second is read? Run it: pytest -s tests/bench/near_claims.py"""

import json

import pytest
from django.conf import settings

from claims import interchange
from claims.models import Claim
from claims.nearing import near

pytestmark = pytest.mark.django_db
SECOND = "2026-11-19"  # the day on which the second article was read


def test_the_claim_is_among_those_offered():
    text = (settings.ROOT / "fixtures" / "demo.jsonl").read_text("utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    interchange.load(json.dumps(line) for line in lines if line.get("at", "") < SECOND)
    quotes = {f"{p['capture']}/{p['start']}-{p['end']}": p.get("exact", "") for p in lines if p["type"] == "passage"}
    words = {t["passage"]: t["text"] for t in lines if t["type"] == "translation"}
    later = [x for x in lines if x["type"] == "appearance" and x["at"] >= SECOND and quotes[x["passage"]]]
    again = [x for x in later if Claim.objects.filter(key=x["claim"], wording__isnull=False).exists()]
    found = 0
    for appearance in again:
        offered = near(words[appearance["passage"]], quote=quotes[appearance["passage"]])
        there = appearance["claim"] in [c.key for c in offered]
        found += there
        if not there:
            print("not offered:", words[appearance["passage"]], "→", Claim.objects.get(key=appearance["claim"]).words)
    print(f"{found} of {len(again)} offered")
    assert found >= 0.8 * len(again)
