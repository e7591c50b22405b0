"""Our webhooks before the JavaScript library of Standard Webhooks: it takes what we sign, and nothing else."""

import pytest
from django.utils import timezone

from claims.models import Endpoint
from claims.telling import message
from claims.webhooks import signed

from ..making import make_chief

pytestmark = [pytest.mark.django_db, pytest.mark.deep, pytest.mark.xdist_group("judges")]


def test_the_library_verifies_what_we_sign_and_refuses_what_we_did_not(judged, outside):
    chief = make_chief()
    endpoint = Endpoint.objects.add(by=chief, url=f"http://127.0.0.1:{outside.server_port}/")
    (old,) = endpoint.secrets()
    endpoint.rotate(by=chief)
    new, before = endpoint.secrets()
    assert before == old

    def sent(words="It stood.", secret=new, zone="UTC", **headers):
        with timezone.override(zone):
            told = message("claim.updated", None, {"words": words}, "/", "/")
            return {"secret": secret, "headers": signed(told, [new, old]) | headers, "body": told.payload}

    good = {
        "plain": sent(),
        "the secret before a rotation": sent(secret=old),
        "Chinese and emoji": sent("橋は点検されなかった😀"),
        "a desk in Taipei": sent(zone="Asia/Taipei"),
        "a desk in Honolulu": sent(zone="Pacific/Honolulu"),
    }
    other = Endpoint.objects.add(by=chief, url=endpoint.url).secrets()[0]
    stamp = int(sent()["headers"]["webhook-timestamp"])
    bad = {
        "another's secret": sent(secret=other),
        "another body": sent() | {"body": "{}"},
        "another id": sent(**{"webhook-id": "evt_other"}),
        "sent again an hour later": sent(**{"webhook-timestamp": str(stamp - 3600)}),
        "no signature": sent(**{"webhook-signature": ""}),
    }
    found = judged(good | bad, "webhooks.mjs")
    assert {name: found[name] for name in good if found[name]} == {}
    assert [name for name in bad if not found[name]] == []
