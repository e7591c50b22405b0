"""Every public page, as readers meet it: in each width, each mode and each language of the interface."""

import gzip
import os
from pathlib import Path

import pytest
from django.test import override_settings
from pytest_django.live_server_helper import LiveServer

from claims.models import Claim

from .. import desks
from . import addresses
from .addresses import LANGUAGES, PAGES
from .checking import BUDGET, LEAST, NARROW, WIDE, over_budget, runs_off, walk
from .looking import PICTURES, picture, visit, what_is_wrong

# One worker loads the demo desk, for all of them.
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db, pytest.mark.xdist_group("public pages")]


@pytest.fixture(scope="module")
def desk(chromium, django_db_setup, django_db_blocker):
    """The demo desk and, beside it, the states that it has none of; taken away after the last test of this file.

    The browser comes first: its event loop decides which connection this thread and the server share.
    """
    chosen = override_settings(DEMO=True, ROOT_URLCONF=addresses.__name__)
    with chosen, django_db_blocker.unblock(), desks.demo():
        demo = addresses.of_the_demo()
        server = LiveServer("localhost")
        server.made = addresses.make_states()
        server.pages = demo + addresses.of_the_states(server.made)
        server.named = {address.name: address for address in server.pages}
        server.kinds = list({address.kind: address for address in reversed(server.pages) if address.ours}.values())
        yield server
        server.stop()


def test_the_list_has_every_page(desk):
    assert {address.kind for address in desk.pages} >= PAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_in_order_in_each_width_and_mode(desk, reader, language):
    """In other languages than the first, one page of each kind, unless the environment says EVERY_PAGE."""
    every = language == LANGUAGES[0] or os.environ.get("EVERY_PAGE")
    assert what_is_wrong(reader, desk, desk.pages if every else desk.kinds, language) == {}


# -- forced colours, and paper


KEY = {"home", "claims", "claim", "source", "subject", "compare", "changes", "method", "report"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_key_pages_stand_in_forced_colours_and_on_paper(desk, reader, language):
    wrong = {}
    for address in desk.kinds:
        if address.kind not in KEY or not address.at(language):
            continue
        visit(reader, desk, address, language)
        name = f"{address.name}-{language}"
        reader.emulate_media(forced_colors="active")
        reader.set_viewport_size(LEAST)
        found = runs_off(reader)
        picture(reader, "320-forced", name)
        reader.set_viewport_size(WIDE)
        reader.emulate_media(forced_colors="none", media="print")
        if PICTURES:
            reader.pdf(path=Path(PICTURES) / "paper" / f"{name}.pdf", format="A4")
        if not reader.inner_text("main h1").strip() or reader.is_visible("nav[aria-label=Main], header form"):
            found.append("on paper: no heading, or what only a screen needs")
        reader.emulate_media(media="screen")
        if found:
            wrong[address.name] = found
    assert wrong == {}


# -- by keyboard alone


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_each_kind_of_page_is_walked_by_keyboard_alone(desk, reader, size):
    """The skip link comes first, then everything that can be used, in the order in which it is seen, and then it ends."""
    wrong = {}
    for address in desk.kinds:
        visit(reader, desk, address)
        reader.set_viewport_size(size)
        if found := walk(reader, in_order=size == NARROW):
            wrong[address.name] = found
    assert wrong == {}


def test_the_skip_link_leads_past_the_header(desk, reader):
    for address in desk.kinds:
        visit(reader, desk, address)
        reader.keyboard.press("Tab")
        reader.keyboard.press("Enter")
        assert reader.evaluate("document.activeElement.id") == "main", address.name
        reader.keyboard.press("Tab")
        assert not reader.evaluate("!!document.activeElement.closest('.site-head')"), address.name


def test_what_is_folded_is_opened_by_keyboard(desk, reader):
    opened = 0
    for address in desk.kinds:
        visit(reader, desk, address)
        reader.set_viewport_size(NARROW)
        for summary in reader.locator("summary:visible").all():
            was = summary.evaluate("s => s.parentElement.open")
            summary.focus()
            reader.keyboard.press("Enter")
            assert summary.evaluate("s => s.parentElement.open") != was, address.name
            reader.keyboard.press("Space")
            assert summary.evaluate("s => s.parentElement.open") == was, address.name
            opened += 1
    assert opened >= 4


# -- without scripts


@pytest.fixture
def plain(chromium):
    """A reader whose browser runs no scripts."""
    context = chromium.new_context(viewport=NARROW, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_each_kind_of_page_says_the_same_without_scripts(desk, reader, plain):
    """But for what only scripts can do, which is not offered then."""
    reader.set_viewport_size(NARROW)
    for address in desk.kinds:
        visit(reader, desk, address)
        reader.evaluate("document.querySelectorAll('[data-copy]').forEach(button => { button.hidden = true; })")
        with_scripts = reader.inner_text("main")
        plain.goto(desk.url + address.path)
        assert plain.inner_text("main") == with_scripts, address.name
        assert plain.locator("[data-copy]:visible").count() == 0


def test_every_form_works_without_scripts(desk, plain):
    def asked(*words):
        return all(word in plain.url for word in words)

    plain.goto(f"{desk.url}/claims/")
    plain.fill("#site-q", "bridge")
    plain.click(".head-search button")
    assert asked("/claims/?q=bridge")
    plain.click(".filters summary")
    plain.check("input[name=status][value=disputed]")
    plain.click("text=Apply filters >> nth=0")
    assert asked("q=bridge", "status=disputed") and "1 claim" in plain.inner_text("#found")
    plain.select_option("#sort", index=1)
    plain.get_by_role("button", name="Sort").click()
    assert asked("q=bridge", "status=disputed", "sort=")
    plain.click("a.chip >> nth=0")
    assert not asked("q=bridge") and asked("status=disputed")
    plain.goto(f"{desk.url}/claims/?facet=subject")
    plain.check("input[name=subject] >> nth=0")
    plain.click("text=Apply filters >> nth=0")
    assert asked("subject=")
    plain.goto(f"{desk.url}/changes/")
    plain.check("input[name=status][value=disputed]")
    plain.get_by_role("button", name="Show these changes").click()
    assert asked("status=disputed") and plain.locator(".change").count() >= 9
    day = f"{desk.made.full.standings.first().change.recorded_at:%Y-%m-%d}"
    for path in (desk.made.full.get_absolute_url(), desk.named["compare-full"].path):
        plain.goto(desk.url + path)
        plain.fill("#as-of-day", day)
        plain.locator("#as-of-day").locator("xpath=ancestor::form").get_by_role("button").click()
        assert asked(f"as_of={day}") and "as it stood on" in plain.inner_text("#as-of")
    plain.goto(f"{desk.url}/compare/")
    plain.check("main [name=source] >> nth=0")
    plain.check("main [name=source] >> nth=1")
    plain.get_by_role("button", name="Compare these sources").click()
    assert plain.url.count("source=") == 2 and "2 sources" in plain.inner_text("main")
    plain.goto(desk.url + desk.named["compare-subject"].path)
    plain.click("details.more summary")
    plain.uncheck("details.more [name=source] >> nth=0")
    plain.get_by_role("button", name="Compare these sources").click()
    assert asked("subject=", "source=") and "1 source." in plain.inner_text("main")
    plain.goto(f"{desk.url}/report/")
    plain.fill("[name=what]", "It was inspected.")
    plain.get_by_role("button", name="Send the report").click()
    assert asked("/report/R-") and "Thank you" in plain.inner_text("main")
    assert plain.context.cookies() == []


# -- bytes


def weigh(page, server, address):
    """Bytes of each kind as they are, all of them packed, and requests; an icon counts once, whenever a browser asks for it."""
    page.came.clear()
    visit(page, server, address)
    bodies = [(a.request.resource_type, a.body()) for a in page.came if a.status // 100 != 3 and "icon" not in a.url]
    for icon in page.locator("link[rel=icon]").all():
        bodies.append(("image", page.request.get(server.url + icon.get_attribute("href")).body()))
    sizes = {kind: sum(len(body) for what, body in bodies if what == kind) for kind in BUDGET}
    return sizes, sum(len(gzip.compress(body)) for _, body in bodies), len(bodies)


def test_each_page_keeps_to_its_budget_of_bytes(desk, reader):
    rows, over = [], []
    reader.came = []
    reader.on("response", lambda answer: reader.came.append(answer))
    for address in desk.pages:
        if address.then or address.path.startswith("/admin/"):
            continue
        sizes, packed, requests = weigh(reader, desk, address)
        rows.append((packed, address.name, *sizes.values(), requests))
        over += [f"{address.name}: {what}" for what in over_budget(sizes, packed, requests, address.kind)]
    print(f"\n{'page':<24}{'HTML':>8}{'CSS':>8}{'JS':>7}{'requests':>10}{'all packed':>12}")
    for packed, name, html, css, js, requests in sorted(rows, reverse=True):
        print(f"{name:<24}{html:>8}{css:>8}{js:>7}{requests:>10}{packed:>12}")
    assert over == []


# -- what readers come for, counted in clicks

LONGEST = 10


class Errand:
    """What a reader does on a phone, by links and forms only; clicks and typed keys are counted."""

    done: list[tuple[str, int, int]] = []

    def __init__(self, page, url):
        self.page, self.clicks, self.keys = page, 0, 0
        page.set_viewport_size(NARROW)
        page.goto(url)

    def click(self, *place):
        self.page.locator(*place).first.click()
        self.clicks += 1

    def type(self, place, words):
        self.page.fill(place, words)
        self.keys += len(words)

    def sees(self, place) -> bool:
        """Whether it stands on the screen as it is, without a scroll."""
        box = self.page.locator(place).first.bounding_box()
        return bool(box) and box["y"] >= 0 and box["y"] + box["height"] <= NARROW["height"]

    def took(self, what, clicks):
        self.done.append((what, self.clicks, self.keys))
        assert self.clicks <= clicks, what


@pytest.fixture(scope="module", autouse=True)
def table_of_errands():
    yield
    print(f"\n{'what a reader comes for':<64}{'clicks':>7}{'keys':>6}")
    for what, clicks, keys in Errand.done:
        print(f"{what:<64}{clicks:>7}{keys:>6}")


@pytest.fixture
def errand(desk, reader):
    return lambda path: Errand(reader, desk.url + path)


def test_a_shared_link_says_the_status_and_why(desk, errand):
    for name in ("claim-longest", "claim-most-cited", "claim-full"):
        reading = errand(desk.named[name].path)
        assert reading.sees(".verdict .tag") and reading.sees(".verdict .why"), name
    reading.took("1 the status of a claim and why, from a shared link", 0)


def test_why_stands_on_the_first_screen_of_the_longest_claims(desk, reader):
    reader.set_viewport_size(NARROW)
    claims = sorted(Claim.objects.public().select_related("wording"), key=lambda claim: -len(claim.words))[:LONGEST]
    ends = {}
    for claim in claims:
        reader.goto(desk.url + claim.get_absolute_url())
        ends[claim.key] = reader.evaluate("document.querySelector('.verdict .why').getBoundingClientRect().bottom")
    print({key: round(end) for key, end in ends.items()})
    assert len(ends) == LONGEST and all(0 < end <= NARROW["height"] for end in ends.values()), ends


def test_who_said_it_and_in_which_words_is_one_click_away(desk, errand):
    reading = errand(desk.named["claim-longest"].path)
    reading.click(".jump >> text=Who says what")
    assert reading.sees("#ap1 .pos") and reading.sees("#ap1 .who") and reading.sees("#ap1 .orig")
    reading.took("2 who said it, in which words", 1)


def test_what_changed_stands_on_the_home_page(desk, errand):
    reading = errand("/")
    assert reading.sees("#changes") and reading.sees("article.change h3 a") and reading.sees("article.change .fromto")
    reading.took("3 what changed since I last looked", 0)


def test_whether_another_source_agrees_is_one_click_away(desk, errand):
    reading = errand(desk.named["claim-most-said"].path)
    reading.click(".jump >> text=Who says what")
    assert reading.sees("#who .count") and "2 sources" in reading.page.inner_text("#who .count")
    assert reading.page.locator("#ap2 .pos").is_visible()
    reading.took("4 does another source agree", 1)


def test_a_claim_is_cited_in_two_clicks(desk, errand):
    reading = errand(desk.named["claim-longest"].path)
    reading.click("text=Cite this claim")
    with reading.page.expect_download() as download:
        reading.click("text=BibTeX")
    assert download.value.suggested_filename.endswith(".bib")
    reading.took("5 cite it", 2)


def test_the_form_for_errors_is_one_click_from_every_page(desk, errand):
    for address in desk.kinds:
        reading = errand(address.path)
        reading.click("footer >> text=Report an error")
        assert reading.page.is_visible("[name=what]"), address.name
        key = address.path.strip("/").rpartition("/")[2] if address.kind in ("claim", "source") else ""
        assert key in reading.page.inner_text("main"), address.name
        reading.took("6 tell them that they are wrong: to the form", 1)
    del Errand.done[1 - len(desk.kinds) :]  # one line for all of them
    reading.type("[name=what]", "It was inspected.")
    reading.click("main form [type=submit]")
    assert "Thank you" in reading.page.inner_text("main")
    reading.took("6 tell them that they are wrong: sent", 2)


def test_whoever_is_named_finds_all_claims_about_them_in_two_clicks(desk, errand):
    reading = errand("/")
    reading.click("header >> text=People and organisations")
    reading.click("main >> text=Emad Mostaque")
    assert reading.page.inner_text("h1") == "Emad Mostaque"
    assert reading.page.locator(".results h3 a").count() > 25
    reading.took("7 all claims about me, from the home page", 2)


def test_whoever_is_named_comes_to_the_form_for_a_reply_in_two_clicks(desk, errand):
    reading = errand("/")
    reading.click("footer >> text=Report an error")
    reading.click("label:has-text('A reply')")
    reading.took("8 send a reply, from the home page: to the form, set to a reply", 2)
    reading.type("[name=what]", "We contest this.")
    reading.click("main form [type=submit]")
    assert "A reply" in reading.page.inner_text("main")
    reading.took("8 send a reply, from the home page: sent", 3)


def test_whoever_replied_sees_it_printed_in_two_clicks(desk, errand):
    reading = errand("/")
    reading.click("header >> text=People and organisations")
    reading.click("main >> text=The bureau")
    assert "1 reply" in reading.page.inner_text("main aside")
    assert "Nous contestons" in reading.page.inner_text("main aside .orig")
    reading.took("9 what I replied, from the home page: in my words", 2)
    reading.click("aside >> text=Reply about")
    assert reading.sees("#reply article .orig") and "Nous contestons" in reading.page.inner_text("#reply")
    reading.took("9 what I replied, from the home page: in my words, on the page of the claim", 3)
