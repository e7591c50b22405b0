"""An editor's day: a text is read by keyboard alone, and its claims are recorded."""

import pytest

from claims.models import Appearance, Claim, Proposal
from sources.models import Capture

from ..making import make_claim, make_editor, make_passage, make_reporter, make_source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXTS = {
    "ja": "橋の記録\n𠮷野市の橋は😀点検されなかった。市長は点検したと述べた。報告書は二つの橋を取り違えている。次の文。",
    "fr": "Le pont\nLe pont 🌉 n’a jamais été inspecté. Le maire dit le contraire. Le rapport confond deux ponts. La suite.",
    "en": "The bridge\nThe bridge 👩‍🚀 was never inspected. The mayor says it was. The report mixes up two bridges. More.",
}


@pytest.fixture
def sign_in(page, live_server):
    def enter(user):
        user.set_password("a long enough password")
        user.save()
        page.goto(f"{live_server.url}/admin/login/")
        page.fill("#id_username", user.username)
        page.fill("#id_password", "a long enough password")
        page.click("[type=submit]")

    return enter


@pytest.fixture
def open_desk(page, live_server, sign_in):
    """Opens a text on the desk, and counts keys and loads from then on."""

    def enter(capture, user=None):
        sign_in(user or make_reporter())
        page.goto(f"{live_server.url}/admin/sources/capture/{capture.pk}/read/")
        page.loads = 0
        page.on("framenavigated", lambda frame: setattr(page, "loads", page.loads + (frame == page.main_frame)))

    return enter


@pytest.fixture
def press(page):
    page.keys = 0

    def key(*names):
        for name in names:
            page.keyboard.press(name)
            page.keys += 1

    return key


def record(page, press=None):
    """Ctrl+Enter, and the page that comes after it."""
    with page.expect_navigation():
        (press or page.keyboard.press)("Control+Enter")
    page.wait_for_selector("#record")


@pytest.mark.parametrize("language", TEXTS)
def test_three_claims_are_recorded_by_keyboard_alone(open_desk, press, page, language):
    other = make_claim("Another claim that is there.", passage=make_passage("Elsewhere."))
    capture = make_source(TEXTS[language], language=language).captures.get()
    open_desk(capture)
    press("j", "j", "c")
    page.keyboard.type("The bridge was never inspected.")
    record(page, press)
    press("j", "c")
    page.keyboard.type("The mayor says that the bridge was inspected.")
    record(page, press)
    press("j", "c", "Tab")
    page.keyboard.type(other.key)
    record(page, press)
    found = [capture.text[a.passage.start : a.passage.end] for a in Appearance.objects.filter(passage__capture=capture)]
    assert [a.passage.exact for a in Appearance.objects.filter(passage__capture=capture).order_by("id")] == found
    assert len(found) == 2 and all(x[-1] in "。." for x in found)
    waiting = Proposal.objects.get(claim=other, verb="appear")
    assert waiting.passage().exact == capture.text[waiting.passage().start : waiting.passage().end]
    assert Claim.objects.count() == 3


def test_the_effort_of_recording_is_what_we_promise(open_desk, press, page):
    """Keys and loads to record a claim from the third sentence, and to add a passage to a claim that is there."""
    there = make_claim("There already.", passage=make_passage("Elsewhere."))
    capture = make_source("One. Two. Three. Four.").captures.get()
    open_desk(capture)
    press("j", "j", "j", "c")
    page.keyboard.type("The third.")
    record(page, press)
    assert Appearance.objects.latest("id").passage.exact == "Three."
    assert (page.keys, page.loads) == (5, 1)
    page.keys = page.loads = 0
    press("j", "c", "Tab")
    page.keyboard.type(there.key)
    record(page, press)
    assert Proposal.objects.get(claim=there, verb="appear").passage().exact == "Four."
    assert (page.keys, page.loads) == (4, 1)


def test_words_taken_by_the_mouse_come_back_exact(open_desk, page):
    text = "e\u0301 𠮷 👩‍🚀 ﷽ first\r\nsecond \u0301 line 葛\U000e0100飾\n\n third\u3000end"
    capture = make_source(text).captures.get()
    open_desk(capture)
    lines = page.locator("#text p")
    assert lines.count() == 4
    for from_line, from_unit, to_line, to_unit in [
        (0, 0, 0, 2),
        (0, 3, 0, 11),
        (0, 4, 1, 6),
        (1, 2, 3, 6),
        (0, 0, 3, 10),
    ]:
        page.evaluate(
            """([a, b, c, d]) => {
              const lines = [...document.querySelectorAll("#text p")], range = document.createRange();
              const at = (line, unit) => { const t = line.firstChild; return [t, Math.min(unit, t.length)]; };
              range.setStart(...at(lines[a], b)); range.setEnd(...at(lines[c], d));
              getSelection().removeAllRanges(); getSelection().addRange(range); document.getElementById("text").focus();
            }""",
            [from_line, from_unit, to_line, to_unit],
        )
        page.keyboard.press("c")
        start, end = (int(page.input_value(f"[name={n}]")) for n in ("start", "end"))
        assert text[start:end].replace("\r\n", "\n") == page.input_value("[name=quotation]")
        page.keyboard.press("Escape")


@pytest.mark.parametrize("container", ["#text", "#text p:nth-of-type(1)"])
def test_whoever_selects_all_of_a_line_or_a_text_selects_its_words(open_desk, page, container):
    capture = make_source("The bridge 𠮷 stood.\nThe ferry sank.").captures.get()
    open_desk(capture)
    # As a triple click or Ctrl+A does: the selection ends outside of the lines.
    page.evaluate(
        """container => { const all = document.querySelector(container), r = document.createRange();
        r.selectNode(all); getSelection().removeAllRanges(); getSelection().addRange(r); }""",
        container,
    )
    page.keyboard.press("c")
    page.keyboard.type("The bridge stood.")
    record(page)
    exact = capture.passages.get().exact
    assert exact == (capture.text if container == "#text" else "The bridge 𠮷 stood.")


def test_a_passage_over_two_lines_is_kept_with_its_line_ends(open_desk, page):
    capture = make_source("First line.\r\nSecond line.\r\nThird.").captures.get()
    open_desk(capture)
    page.evaluate(
        """() => { const [a, b] = document.querySelectorAll("#text p"), r = document.createRange();
        r.setStart(a.firstChild, 6); r.setEnd(b.firstChild, 6); getSelection().removeAllRanges(); getSelection().addRange(r); }"""
    )
    page.keyboard.press("c")
    page.keyboard.type("Two lines.")
    record(page)
    assert Appearance.objects.get().passage.exact == "line.\r\nSecond"


def test_the_desk_works_without_scripts(live_server, chromium, django_user_model):
    user, capture = make_reporter(), make_source("No. Yes. No.").captures.get()
    user.set_password("a long enough password")
    user.save()
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/login/")
    page.fill("#id_username", user.username)
    page.fill("#id_password", "a long enough password")
    page.click("[type=submit]")
    page.goto(f"{live_server.url}/admin/sources/capture/{capture.pk}/read/")
    page.fill("[name=quotation]", "No.")
    page.fill("[name=statement]", "They said no.")
    page.click("text=Record, and read on")
    assert "occur 2 times" in page.content()
    page.fill("[name=occurrence]", "2")
    page.click("text=Record, and read on")
    assert Appearance.objects.get().passage.start == 9
    context.close()


def test_near_claims_are_offered_and_those_judged_other_are_not_offered_again(open_desk, page):
    near = make_claim("The bridge was never inspected by the city.", passage=make_passage("Words."))
    capture = make_source("The bridge was not inspected. It stood.").captures.get()
    open_desk(capture)
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.keyboard.type("The bridge was never inspected")
    page.wait_for_selector(f"#near >> text={near.key}")
    page.click("#near >> text=Not the same")
    page.keyboard.press("Control+Enter") if page.evaluate("document.activeElement.name") else page.focus(
        "[name=statement]"
    )
    record(page)
    claim = Claim.objects.latest("id")
    assert claim.relations.get().other == near and claim.relations.get().kind == "not_same"


def test_keys_can_be_switched_off(open_desk, page):
    open_desk(make_source("One. Two.").captures.get())
    page.uncheck("#keys")
    page.focus("#text")
    page.keyboard.press("j")
    assert page.inner_text("#said") == ""


def test_overlapping_and_nested_passages_are_drawn(open_desk, page):
    by = make_reporter()
    capture = make_source("One two three four five.").captures.get()
    claims = [
        make_claim(f"Claim {n}.", passage=capture.quote(a, b, by=by))
        for n, (a, b) in enumerate([(0, 13), (4, 7), (8, 18)])
    ]
    open_desk(capture)
    pieces = page.eval_on_selector_all(
        "#text mark", "all => all.map(m => [m.textContent, m.dataset.claims.trim().split(' ').length])"
    )
    assert pieces == [["One ", 1], ["two", 2], [" ", 1], ["three", 2], [" four", 1]]
    assert page.inner_text("#text") == capture.text
    assert len(claims) == 3


def test_reading_to_the_end_is_noted(open_desk, page):
    capture = make_source("One.").captures.get()
    open_desk(capture)
    with page.expect_navigation():
        page.click("text=I read it to the end")
    assert Capture.objects.get(pk=capture.pk).read_by is not None


def test_the_pages_of_capturing_are_in_order(live_server, sign_in, check_order, page):
    sign_in(make_editor())
    by = make_reporter()
    capture = make_source(TEXTS["ja"], language="ja").captures.get()
    make_claim(passage=capture.quote(5, 20, by=by))
    for address in ["/admin/", "/admin/sources/capture/add/", f"/admin/sources/capture/{capture.pk}/read/"]:
        check_order(live_server.url + address)
    page.goto(f"{live_server.url}/admin/sources/capture/add/")
    page.fill(
        "[name=text]",
        "with Zehr\u0430.\n"
        + "The ferry was late and nobody said why it was, not even the office of the harbour. " * 8,
    )
    page.click("text=Read it")
    page.wait_for_selector("text=What came in")
    check_order(page.url)
