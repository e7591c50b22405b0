"""The screens on which an administrator adds a webhook, is shown its secret once, tries it, and sends a message again."""

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.models import Delivery, Endpoint
from claims.telling import tell
from claims.webhooks import deliver

from ..making import make_chief, make_claim, make_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client):
    chief = make_chief()
    client.force_login(chief)
    return chief


def add(client, outside, **fields):
    url = f"http://127.0.0.1:{outside.server_port}/hook"
    return client.post(reverse("admin:claims_endpoint_add"), {"url": url} | fields, follow=True)


def do(client, act, **said):
    return client.post(reverse(f"admin:webhook_{act}", args=[Endpoint.objects.get().pk]), said, follow=True)


def test_from_a_new_webhook_to_a_message_that_arrives_again(client, chief, outside):
    page = add(client, outside, types=["claim.published"], description="The archive's").content.decode()
    endpoint = Endpoint.objects.get()
    assert (endpoint.types, endpoint.by) == (["claim.published"], chief)
    (secret,) = endpoint.secrets()
    assert secret not in page and endpoint.prefix in page
    shown = do(client, "secret")
    assert secret in shown.content.decode() and "no-store" in shown["Cache-Control"]
    again = do(client, "secret").content.decode()
    assert secret not in again and "not shown again" in again
    assert "The test arrived. It answered 200." in do(client, "test").content.decode()
    outside.answers = [500]
    assert "The test did not arrive. It answered 500." in do(client, "test").content.decode()
    make_claim()
    tell()
    Delivery.objects.update(next_at=timezone.now())
    assert len(list(deliver(limit=10))) == 2 and len(outside.got) == 4
    delivery = endpoint.deliveries.get(message__type="claim.published")
    do(client, "again", delivery=delivery.pk)
    list(deliver(limit=10))
    ids = [headers["webhook-id"] for headers, _ in outside.got]
    assert ids.count(delivery.message.key) == 2
    page = do(client, "rotate").content.decode()
    assert len(Endpoint.objects.get().secrets()) == 2 and "24 hours" in page
    assert "switched off" in do(client, "switch").content.decode()
    assert "Switch it off" in do(client, "switch").content.decode()


def test_what_is_refused_is_said_and_nothing_typed_is_lost(client, chief, outside):
    page = client.post(reverse("admin:claims_endpoint_add"), {"url": "https://10.0.0.1/x", "description": "Mine"})
    assert page.status_code == 422 and not Endpoint.objects.exists()
    assert "inside a network" in page.content.decode() and 'value="Mine"' in page.content.decode()
    add(client, outside)
    address = reverse("admin:claims_endpoint_change", args=[Endpoint.objects.get().pk])
    page = client.post(address, {"url": "ftp://x", "types": ["claim.sung"]})
    assert page.status_code == 422 and "claim.sung is not one of the available choices" in page.content.decode()
    assert client.post(address, {"url": Endpoint.objects.get().url, "description": "Theirs"}).status_code == 302
    assert Endpoint.objects.get().description == "Theirs"
    assert "kept no more" in do(client, "again", delivery="9" * 30).content.decode()


def test_the_log_is_read_page_by_page(client, chief, outside, monkeypatch):
    monkeypatch.setattr("claims.admin.webhooks.LOG", 2)
    add(client, outside)
    for n in range(3):
        make_claim(f"Claim {n}.")
    tell()
    page = client.get(reverse("admin:claims_endpoint_change", args=[Endpoint.objects.get().pk]))
    assert [d.pk for d in page.context["deliveries"]] == sorted(Delivery.objects.values_list("pk", flat=True))[:0:-1]
    older = client.get(page.request["PATH_INFO"] + f"?before={page.context['older']}")
    assert len(older.context["deliveries"]) == 1 and older.context["older"] is None


def test_one_that_does_not_answer_is_named_where_the_work_is_to_who_manages_the_desk(client, chief, outside):
    add(client, outside)
    index = reverse("admin:index")
    assert "does not answer" not in client.get(index).content.decode()
    Endpoint.objects.update(failing_since=timezone.now())
    assert "does not answer" in client.get(index).content.decode()
    client.force_login(make_editor())
    assert "does not answer" not in client.get(index).content.decode()


def test_an_editor_who_does_not_manage_the_desk_finds_none_of_it(client, outside, chief):
    add(client, outside)
    pk = Endpoint.objects.get().pk
    client.force_login(make_editor())
    assert reverse("admin:claims_endpoint_changelist") not in client.get(reverse("admin:index")).content.decode()
    for name, args in [
        ("claims_endpoint_changelist", []),
        ("claims_endpoint_add", []),
        ("claims_endpoint_change", [pk]),
    ]:
        assert client.get(reverse(f"admin:{name}", args=args)).status_code == 403
    for act in ("secret", "rotate", "test", "switch", "again"):
        assert client.post(reverse(f"admin:webhook_{act}", args=[pk])).status_code == 403
        assert client.get(reverse(f"admin:webhook_{act}", args=[pk])).status_code == 403
    assert Endpoint.objects.get().shown is False and outside.got == []
