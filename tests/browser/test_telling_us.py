"""Telling the desk what is wrong, in a real browser, and the pages that say who we are and what went wrong."""

import pytest

from claims.models import Report

from ..making import make_claim, make_editor, make_reporter
from .checking import LEAST, NARROW, out_of_box, runs_off

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_reader_reports_an_error_in_two_clicks_from_a_claim(live_server, chromium, scripts):
    claim = make_claim("The bridge was never inspected.")
    context = chromium.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(live_server.url + claim.get_absolute_url())
    page.click("footer >> text=Report an error")
    page.fill("[name=how]", "I was there.")
    page.get_by_role("button", name="Send the report").click()
    page.wait_for_selector("#errors:focus")
    assert page.title().startswith("Error:") and page.input_value("[name=how]") == "I was there."
    page.fill("[name=what]", "It was inspected in May.")
    page.get_by_role("button", name="Send the report").click()
    page.wait_for_url("**/report/R-*/")
    report = Report.objects.get()
    assert report.thing_key == claim.key and report.key in page.inner_text("main")
    assert "It was inspected" not in page.inner_text("main") and context.cookies() == []
    context.close()


def test_a_report_that_was_refused_sent_and_answered_is_in_order(live_server, page, check_order, check_order_here):
    page.goto(f"{live_server.url}/report/")
    page.get_by_role("button", name="Send the report").click()
    page.wait_for_selector("#errors")
    check_order_here()
    report = Report.objects.send(what="It was inspected.")
    check_order(live_server.url + report.get_absolute_url())
    claim = make_claim()
    report.read(by=make_editor())
    report.answer("changed", "We read the log.", by=make_editor(), claim=claim)
    check_order(live_server.url + report.get_absolute_url())
    claim.withdraw(because="It was recorded twice.", by=make_reporter(), approved_by=make_editor())
    check_order(live_server.url + claim.get_absolute_url())


def test_the_screens_of_reports_are_in_order(live_server, page, check_order):
    editor = make_editor()
    editor.set_password("a long enough password")
    editor.save()
    page.goto(f"{live_server.url}/admin/login/")
    page.fill("#id_username", editor.username)
    page.fill("#id_password", "a long enough password")
    page.click("[type=submit]")
    report = Report.objects.send(what="It was inspected.", address="reader@example.org")
    for address in ["/admin/", "/admin/claims/report/", f"/admin/claims/report/{report.pk}/change/"]:
        check_order(live_server.url + address)
    report.read(by=make_editor())
    check_order(f"{live_server.url}/admin/claims/report/{report.pk}/change/")


@pytest.mark.parametrize("how", ["closed", "expired"])
def test_a_closed_desk_and_a_form_that_was_open_too_long_are_in_order(
    live_server, page, check_order_here, settings, tmp_path, how
):
    settings.FACTDESK_CLOSED_UNTIL = tmp_path / "closed_until"
    if how == "closed":
        settings.FACTDESK_CLOSED_UNTIL.write_text("2999-01-01T00:00Z")
        page.goto(live_server.url)
    else:
        page.goto(f"{live_server.url}/admin/login/")
        page.fill("#id_username", "somebody")
        page.fill("#id_password", "a long enough password")
        page.context.clear_cookies()
        page.click("[type=submit]")
        page.wait_for_selector("text=Your form was open too long")
        assert "somebody" in page.content() and "a long enough password" not in page.content()
    check_order_here()


def test_a_number_of_the_widest_letters_fits_a_phone(live_server, reader):
    report = Report.objects.send(what="The date is wrong.", thing="site", thing_key="")
    reader.goto(f"{live_server.url}{report.get_absolute_url()}")
    reader.evaluate(
        "for (const e of document.querySelectorAll('.whole')) e.textContent = e.textContent.replace(/[a-z0-9]/g, 'm')"
    )
    for size in (LEAST, NARROW):
        reader.set_viewport_size(size)
        assert reader.locator(".whole").count() == 2 and runs_off(reader) + out_of_box(reader) == []
