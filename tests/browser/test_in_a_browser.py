import pytest

from claims.models import Proposal

from ..making import assess, make_claim, make_draft, make_editor, make_passage, make_reporter, make_subject

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk():
    """A small desk with one of everything that a page shows."""
    by, subject = make_reporter(), make_subject("The bureau", names=[{"text": "交通局", "language": "ja"}])
    passage = make_passage("橋は点検されなかった。別の文。", language="ja", title_en="A Japanese title", end=11)
    passage.translate("The bridge was not inspected.", by=by, made_by="FactDesk")
    claim = make_claim("The bridge was never inspected.", passage=passage, subjects=[subject], misconduct=True)
    assess(claim, "disputed", reason="The log says otherwise.", would_change="A signed log.")
    make_claim("It was the best bridge.", kind="opinion", subjects=[subject])
    make_draft("A draft.").propose("publish", by=by)
    return claim


def sign_in(page, live_server, user, password="a long enough password"):
    user.set_password(password)
    user.save()
    page.goto(f"{live_server.url}/admin/login/")
    page.fill("#id_username", user.username)
    page.fill("#id_password", password)
    page.click("[type=submit]")


def test_every_public_page_is_in_order(live_server, desk, check_order):
    subject = desk.subjects.get()
    source = desk.appearances.get().passage.capture.source
    for address in [
        "/",
        "/claims/",
        "/claims/?status=disputed&q=bridge",
        "/claims/?q=nothing-like-it",
        "/claims/?status=perhaps",
        desk.get_absolute_url(),
        "/sources/",
        source.get_absolute_url(),
        "/subjects/",
        subject.get_absolute_url(),
        "/method/",
        "/nowhere/",
        f"{desk.get_absolute_url()}v/1/",
        f"{desk.get_absolute_url()}diff/1/2/",
        "/admin/password_reset/",
        "/admin/password_reset/done/",
    ]:
        check_order(live_server.url + address)


def test_the_admin_is_in_order(live_server, desk, check_order, page):
    sign_in(page, live_server, make_editor())
    source = desk.appearances.get().passage.capture.source
    for address in [
        "/admin/",
        "/admin/claims/claim/",
        f"/admin/claims/claim/{desk.pk}/change/",
        f"/admin/claims/claim/{desk.pk}/assess/",
        f"/admin/claims/claim/{desk.pk}/appear/",
        f"/admin/claims/claim/{desk.pk}/reword/",
        f"/admin/claims/claim/{desk.pk}/relate/",
        f"/admin/claims/claim/{desk.pk}/translate/",
        f"/admin/claims/claim/{desk.pk}/history/",
        "/admin/claims/claim/record/",
        "/admin/claims/proposal/",
        f"/admin/claims/proposal/{Proposal.objects.get(state='waiting').pk}/change/",
        f"/admin/claims/proposal/{Proposal.objects.get(state='waiting').pk}/preview/",
        "/admin/sources/source/",
        f"/admin/sources/source/{source.pk}/change/",
        "/admin/sources/source/add/",
        f"/admin/sources/capture/{source.captures.get().pk}/change/",
        f"/admin/sources/capture/{source.captures.get().pk}/quote/",
        "/admin/sources/passage/?needs=translation",
        f"/admin/sources/passage/{source.captures.get().passages.first().pk}/change/",
        f"/admin/sources/capture/{source.captures.get().pk}/mark/",
        f"/admin/sources/origin/{source.origin_id}/change/",
        f"/admin/sources/origin/{source.origin_id}/descend/",
    ]:
        check_order(live_server.url + address)


def test_two_editors_decide_in_the_admin_and_readers_see_it(live_server, desk, page):
    first, second = make_reporter(), make_editor()
    claim = make_claim("The ferry was late.")
    sign_in(page, live_server, first)
    page.goto(f"{live_server.url}/admin/claims/claim/{claim.pk}/assess/")
    page.check("input[value=disputed]")
    page.fill("[name=because]", "The timetable says otherwise.")
    assert "✗ a citation that contradicts" in page.inner_text("#ready")
    page.check("input[name^=stance_][value=contradicts]")
    assert page.inner_text("#ready").endswith("Ready to send.")
    page.get_by_role("button", name="Send to a second editor").click()
    page.context.clear_cookies()
    assert "The timetable" not in page.goto(live_server.url + claim.get_absolute_url()).text()
    sign_in(page, live_server, second)
    page.goto(f"{live_server.url}/admin/")
    page.click("text=The ferry was late.")
    page.get_by_role("button", name="Approve").click()
    page.goto(live_server.url + claim.get_absolute_url())
    assert "Disputed" in page.inner_text(".verdict")
    assert "The timetable says otherwise." in page.inner_text(".verdict")


def test_a_refusal_takes_the_focus_and_keeps_the_words(live_server, desk, page):
    sign_in(page, live_server, make_reporter())
    page.goto(f"{live_server.url}/admin/claims/claim/{desk.pk}/assess/")
    page.check("input[value=verified]")
    page.fill("[name=because]", "Typed with care.")
    page.get_by_role("button", name="Send to a second editor").click()
    assert page.evaluate("document.activeElement.id") == "errors"
    assert page.input_value("[name=because]") == "Typed with care."
    assert page.title().startswith("Error:")


def test_the_claim_list_works_by_keyboard_alone(live_server, desk, page):
    page.goto(f"{live_server.url}/claims/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus("#site-q")
    page.keyboard.type("bridge")
    page.keyboard.press("Enter")
    page.wait_for_url("**/claims/?q=bridge")
    assert desk.key in page.content()


def test_pages_work_without_scripts(live_server, desk, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + desk.get_absolute_url())
    assert page.inner_text("h1") == "The bridge was never inspected."
    page.goto(f"{live_server.url}/claims/?status=disputed")
    page.click("h3 a")
    assert page.url.endswith(desk.get_absolute_url())
    context.close()
