"""Imports in the admin: upload, columns, plan, carrying out, and a page that tells how far it is."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from claims import importing
from claims.models import Claim, Import, Step

from ..making import make_editor, make_reporter
from .test_importing import HEADERS, ROW, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    editor = make_editor()
    client.force_login(editor)
    return editor


def page(brought):
    return reverse("admin:claims_import_change", args=[brought.pk])


def opened(client, brought):
    """Its page, once the page has done all the work."""
    while (shown := client.get(page(brought))).context["brought"].is_at_work:
        pass
    return shown


def upload(client, raw, name="claims.csv"):
    return client.post(reverse("admin:claims_import_add"), {"file": SimpleUploadedFile(name, raw)})


def test_from_a_file_to_drafts(client, editor):
    at = upload(client, (HEADERS.replace("claim,", "what they say,") + ROW.format(1)).encode())["Location"]
    brought = Import.objects.get()
    assert at == reverse("admin:import_columns", args=[brought.pk])
    form = client.get(at).context["form"]
    assert "The bridge fell." in form["column0"].help_text and form["column1"].initial == "quote"
    taken = {name: field.initial for name, field in form.fields.items() if name.startswith("column")} | form.initial
    assert client.post(at, taken).status_code == 422  # nothing is said to be the claim
    assert client.post(at, taken | {"column0": "statement"})["Location"] == page(brought)
    shown = opened(client, brought)  # no worker is there: the page makes the plan
    assert shown.context["brought"].step == Step.PLANNED
    assert "1 create" in shown.content.decode() and not Claim.objects.exists()
    brought.refresh_from_db()
    assert client.post(reverse("admin:import_carry_out", args=[brought.pk]), {"plan": "other"}).status_code == 422
    assert client.post(reverse("admin:import_carry_out", args=[brought.pk]), {"plan": brought.plan}).status_code == 302
    assert "Done" in opened(client, brought).content.decode()
    assert Claim.objects.get().stage == "draft"


def test_what_is_done_is_counted_with_what_was_refused_and_why(client, editor):
    at = upload(client, (HEADERS + ROW.format(1) + ROW.format(2).replace("The bridge fell.", "")).encode())["Location"]
    form, brought = client.get(at).context["form"], Import.objects.get()
    taken = {name: field.initial for name, field in form.fields.items() if name.startswith("column")} | form.initial
    assert client.post(at, taken)["Location"] == page(brought)
    opened(client, brought)
    brought.refresh_from_db()
    client.post(reverse("admin:import_carry_out", args=[brought.pk]), {"plan": brought.plan})
    done = opened(client, brought).content.decode()
    assert "1 created, 1 refused" in done and "There is no claim in this row" in done
    refused = client.get(page(brought), {"action": "refused"}).content.decode()
    assert "There is no claim in this row" in refused and "The bridge fell." not in refused


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"<p>Nothing</p>", b"claim\n", b"\0\0\0", b"[" * 9999])
def test_what_is_no_table_is_refused_at_the_form(client, editor, raw):
    assert upload(client, raw).status_code == 422
    assert not Import.objects.exists()


def test_a_page_of_work_refreshes_itself_and_says_what_is_safe(client, editor):
    brought = planned(HEADERS + ROW.format(1), by=editor)
    importing.confirm(brought, brought.plan, by=editor)
    brought.refresh_from_db()
    assert brought.take()  # somebody is at it
    text = client.get(page(brought)).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in text
    assert '<progress id="progress" max="1" value="0">' in text and "while this page is open" in text
    Import.objects.update(worker_at=timezone.now())
    assert "You can close this page. The work goes on" in client.get(page(brought)).content.decode()
    assert not Claim.objects.exists()


def test_where_a_worker_is_the_page_only_looks(client, editor):
    brought = planned(HEADERS + ROW.format(1), by=editor)
    importing.confirm(brought, brought.plan, by=editor)
    Import.objects.update(worker_at=timezone.now())
    client.get(page(brought))
    assert not Claim.objects.exists()
    assert [b.step for b in importing.carry_on_as_worker()] == [Step.DONE]
    assert Claim.objects.count() == 1


def test_what_another_brought_is_carried_out_by_nobody_else(client, editor):
    brought = planned(HEADERS + ROW.format(1), by=make_reporter())
    assert "Carry out" not in client.get(page(brought)).content.decode()
    for act in ("carry_out", "drop", "columns"):
        answer = client.post(reverse(f"admin:import_{act}", args=[brought.pk]), {"plan": brought.plan, "column0": ""})
        assert answer.status_code in {403, 422}
    brought.refresh_from_db()
    assert brought.step == Step.PLANNED


def test_an_import_is_left(client, editor):
    brought = planned(HEADERS + ROW.format(1), by=editor)
    client.post(reverse("admin:import_drop", args=[brought.pk]))
    assert "Nothing was recorded" in client.get(page(brought)).content.decode()
    assert client.post(reverse("admin:import_drop", args=[brought.pk])).status_code == 422


def test_who_may_not_record_sees_no_import(client):
    brought = planned(HEADERS + ROW.format(1))
    reader = make_reporter()
    reader.groups.clear()
    client.force_login(reader)
    for address in (
        page(brought),
        reverse("admin:claims_import_add"),
        reverse("admin:import_columns", args=[brought.pk]),
    ):
        assert client.get(address).status_code == 403
