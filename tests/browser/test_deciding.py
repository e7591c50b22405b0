"""Deciding: a finding is written beside its evidence and sent on, and a second editor approves it."""

import pytest

from claims.models import Claim, Proposal

from ..making import UPDATE, assess, contradicts, make_claim, make_editor, make_passage, make_reporter, supports

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sign_in(page, live_server):
    """Signs in, and counts clicks, keys and loads from then on."""

    def enter(user, address="/admin/"):
        user.set_password("a long enough password")
        user.save()
        page.context.clear_cookies()
        page.goto(f"{live_server.url}/admin/login/")
        page.fill("#id_username", user.username)
        page.fill("#id_password", "a long enough password")
        page.click("[type=submit]")
        page.goto(live_server.url + address)
        page.clicks = page.keys = page.loads = 0
        if not hasattr(page, "counted"):
            page.counted = True
            page.on("framenavigated", lambda frame: setattr(page, "loads", page.loads + (frame == page.main_frame)))

    return enter


@pytest.fixture
def click(page):
    def one(selector):
        page.click(selector)
        page.clicks += 1

    return one


@pytest.fixture
def press(page):
    def each(*names):
        for name in names:
            page.keyboard.press(name)
            page.keys += 1

    return each


@pytest.fixture
def claim():
    """A claim with two passages on file, of two sources."""
    claim = make_claim("The ferry was late.", passage=make_passage("The ferry came late."))
    claim.appear(
        make_passage("The ferry was on time."), "denies", by=make_reporter(), approved_by=make_editor(), seen=None
    )
    return claim


def page_of(claim):
    return f"/admin/claims/claim/{claim.pk}/assess/"


def card(n):
    return f".fd-evidence >> nth={n - 1}"


def marks(page):
    return page.locator(".fd-mark").all_inner_texts()


def sent(page, act):
    with page.expect_navigation():
        act()
    page.wait_for_selector("text=Sent to a second editor")
    return Proposal.objects.latest("id")


def test_the_effort_of_a_finding_with_two_citations_is_what_we_promise(sign_in, click, press, page, claim):
    """Clicks, keys and loads, by mouse and by keyboard alone; what the editor writes is not counted."""
    sign_in(make_reporter(), page_of(claim))
    click(f"{card(1)} >> label:has-text('Supports')")
    click(f"{card(2)} >> label:has-text('Contradicts')")
    press("2")
    page.keyboard.type("The timetable says otherwise.")
    by_mouse = sent(page, lambda: press("Control+Enter"))
    assert (page.clicks, page.keys, page.loads) == (2, 2, 1)
    by_mouse.drop(by=by_mouse.by)
    sign_in(make_reporter(), page_of(claim))
    press("j", "s", "c", "2")
    page.keyboard.type("The timetable says otherwise.")
    by_keys = sent(page, lambda: press("Control+Enter"))
    assert (page.clicks, page.keys, page.loads) == (0, 5, 1)
    assert by_keys.body == by_mouse.body
    assert [c["stance"] for c in by_keys.body["citing"]] == ["supports", "contradicts"]
    assert (by_keys.body["status"], by_keys.body["because"]) == ("disputed", "The timetable says otherwise.")


def test_the_effort_of_an_approval_is_what_we_promise(sign_in, click, page, claim):
    claim.propose("assess", by=make_reporter(), status="unverified", because="Nobody knows.", citing=[])
    sign_in(make_editor())
    click("text=The ferry was late.")
    with page.expect_navigation():
        click("[value=Approve]")
    page.wait_for_selector("text=Approved. It is on the record.")
    assert (page.clicks, page.keys, page.loads) == (2, 0, 2)
    assert Claim.objects.get(pk=claim.pk).assessment.why == "Nobody knows."


def test_the_effort_of_a_correction_is_what_we_promise(sign_in, click, page, claim):
    """From the page of the claim: the link, the words (typed, not counted), and send."""
    sign_in(make_reporter(), f"/admin/claims/claim/{claim.pk}/change/")
    with page.expect_navigation():
        click("text=Correct")
    page.fill("[name=statement]", "The ferry was an hour late.")
    page.fill("[name=correction_why]", "We left out how late.")
    proposal = sent(page, lambda: click("input[type=submit].default"))
    assert (page.clicks, page.keys, page.loads) == (2, 0, 2)
    proposal.approve(by=make_editor())
    assert claim.corrections.get().now == "The ferry was an hour late."


def test_the_numbers_on_the_page_are_those_of_the_citations(sign_in, page, claim):
    """Whatever is chosen first: the order is that of the page, and a marker stays with its evidence."""
    sign_in(make_reporter(), page_of(claim))
    page.check(f"{card(2)} >> input[value=contradicts]")
    assert marks(page)[:2] == ["", "[1]"]
    page.fill("[name=reason]", "The timetable [1].")
    page.check(f"{card(1)} >> input[value=context]")
    assert marks(page)[:2] == ["[1]", "[2]"]
    assert page.input_value("[name=reason]") == "The timetable [2]."
    page.click("summary")
    page.fill("[name=reference]", "A letter")
    page.check("[name=reference_stance][value=context]")
    page.check("[name=passage_stance][value=context]")
    page.fill("[name=passage]", make_passage("A log.").ref)
    assert marks(page) == ["[1]", "[2]", "[3]", "[4]", ""]
    page.check("input[name=status][value=disputed]")
    page.fill("[name=because]", "The timetable says otherwise.")
    proposal = sent(page, lambda: page.keyboard.press("Control+Enter"))
    shown = [p.exact if p else c["reference"] for c, p, _ in proposal.cited()]
    assert shown == ["The ferry came late.", "The ferry was on time.", "A log.", "A letter"]


def test_markers_that_wait_for_their_evidence_stay_as_they_were_typed(sign_in, page, claim):
    sign_in(make_reporter(), page_of(claim))
    page.fill("[name=reason]", "The ferry [1], the timetable [2].")
    page.check(f"{card(2)} >> input[value=contradicts]")
    page.check(f"{card(1)} >> input[value=context]")
    assert page.input_value("[name=reason]") == "The ferry [1], the timetable [2]."


def test_a_marker_whose_evidence_is_taken_away_leads_nowhere_and_is_not_sent(sign_in, page, claim):
    sign_in(make_reporter(), page_of(claim))
    page.check(f"{card(1)} >> input[value=context]")
    page.check(f"{card(2)} >> input[value=contradicts]")
    page.check("input[name=status][value=disputed]")
    page.fill("[name=because]", "The timetable says otherwise.")
    page.fill("[name=reason]", "The ferry [1], the timetable [2].")
    page.check(f"{card(1)} >> input[value='']")
    assert page.input_value("[name=reason]") == "The ferry [?], the timetable [1]."
    assert "✗ evidence for [?]" in page.inner_text("#ready")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=its evidence was taken away")
    assert page.input_value("[name=reason]") == "The ferry [?], the timetable [1]."


def test_what_is_missing_is_told_as_it_is_typed(sign_in, page, claim):
    sign_in(make_reporter(), page_of(claim))
    ready = page.locator("#ready")
    assert ready.inner_text().split("  ") == ["✗ status", "✗ why"]
    page.check("input[name=status][value=verified]")
    assert "✗ a citation that supports" in ready.inner_text()
    page.check(f"{card(1)} >> input[value=contradicts]")
    assert "✗ none that contradicts" in ready.inner_text()
    page.check("input[name=status][value=disputed]")
    page.fill("[name=because]", "🌉" * 240)
    assert page.inner_text("#length") == "240/240"
    assert ready.inner_text() == "✓ status  ✓ why  ✓ a citation that contradicts  Ready to send."
    page.fill("[name=because]", "🌉" * 241)
    assert page.inner_text("#length") == "241/240" and "✗ why" in ready.inner_text()
    page.fill("[name=because]", "Short.")
    page.fill("[name=reason]", "Two of them [2], in [2023].")
    assert ready.inner_text().endswith("✗ evidence for [2]")


def test_keys_never_act_where_something_is_typed_and_can_be_switched_off(sign_in, page, claim):
    sign_in(make_reporter(), page_of(claim))
    page.focus("[name=because]")
    page.keyboard.type("1 2 3 jks")
    assert page.input_value("[name=because]") == "1 2 3 jks"
    assert page.locator("[name=status]:checked").count() == 0
    page.uncheck("#keys")
    page.keyboard.press("1")
    assert page.locator("[name=status]:checked").count() == 0


def test_a_finding_is_sent_without_scripts(live_server, chromium, claim):
    user = make_reporter()
    user.set_password("a long enough password")
    user.save()
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/login/")
    page.fill("#id_username", user.username)
    page.fill("#id_password", "a long enough password")
    page.click("[type=submit]")
    page.goto(live_server.url + page_of(claim))
    page.check(f"{card(2)} >> input[value=contradicts]")
    page.check("input[name=status][value=disputed]")
    page.fill("[name=because]", "The timetable says otherwise.")
    page.fill("[name=reason]", "It says so [2].")
    page.click("text=Send to a second editor")
    assert "The reason cites [2], but there is 1 citation" in page.content()
    assert marks(page)[:2] == ["", "[1]"]  # by the server
    page.fill("[name=reason]", "It says so [1].")
    page.click("text=Send to a second editor")
    assert Proposal.objects.latest("id").body["reason"] == "It says so [1]."
    context.close()


def test_the_pages_of_deciding_are_in_order(sign_in, live_server, check_order, page, claim):
    other = make_editor()
    assess(claim, "disputed", citing=[contradicts(), supports()], reason="The log [1] against the letter [2].")
    claim.propose(
        "assess",
        by=other,
        status="unverified",
        because="Nobody knows.",
        reason="So [1].",
        citing=[{"stance": "context", "passage_id": claim.appearances.first().passage_id}],
    )
    sign_in(make_editor(), page_of(claim))
    check_order(live_server.url + page_of(claim))
    columns = page.evaluate(
        "['.fd-box', '.fd-finding'].map(s => document.querySelector(s).getBoundingClientRect().top)"
    )
    assert (columns[0] == columns[1]) == (page.viewport_size["width"] == 1280)
    review = f"/admin/claims/proposal/{Proposal.objects.latest('id').pk}/change/"
    check_order(live_server.url + review)
    page.goto(live_server.url + claim.get_absolute_url())
    page.click("text=[2] >> nth=0")
    assert page.url.endswith("#ev2") and page.locator("#ev2").is_visible()
    check_order(live_server.url + claim.get_absolute_url())


def test_the_pages_of_two_at_once_are_in_order(sign_in, live_server, check_order_here, page, claim):
    sign_in(make_editor(), page_of(claim))
    page.check("input[name=status][value=unverified]")
    page.fill("[name=because]", "Typed with care.")
    claim.reword("Late", "The ferry was an hour late.", by=make_reporter(), approved_by=make_editor(), **UPDATE)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=The claim has moved on")
    page.wait_for_selector("#errors:focus")
    check_order_here()
    assert page.input_value("[name=because]") == "Typed with care."
    sent(page, lambda: page.keyboard.press("Control+Enter"))
    source = make_passage().capture.source
    page.goto(f"{live_server.url}/admin/sources/source/{source.pk}/change/")
    source.edit(by=make_reporter(), title="What another wrote")
    page.fill("[name=title]", "Typed with care")
    page.click("[name=_save]")
    page.wait_for_selector("text=This source has moved on")
    check_order_here()
