"""A real browser on a live desk. Chromium comes from the system: `apt-get install chromium`."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright


@pytest.fixture(scope="module")
def chromium():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in this thread
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "These tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(params=[(WIDE, "light"), (NARROW, "dark")], ids=["wide-light", "narrow-dark"])
def page(request, chromium):
    size, colours = request.param
    context = chromium.new_context(viewport=size, color_scheme=colours)
    page = context.new_page()
    page.blocked = []
    page.on("console", lambda said: page.blocked.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("pageerror", lambda error: page.blocked.append(str(error)))
    yield page
    context.close()


@pytest.fixture
def check_order_here(page):
    """Asserts of the page as it is that axe finds nothing, our policy blocked nothing, and nothing runs off the side."""

    def check():
        page.wait_for_load_state("networkidle")
        assert page.blocked == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), page.url
        found = Axe().run(page).response["violations"]
        page.blocked.clear()  # what axe itself was not allowed
        assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == [], page.url

    return check


@pytest.fixture
def check_order(page, check_order_here):
    """The same of an address."""

    def check(address):
        page.blocked.clear()
        page.goto(address)
        check_order_here()

    return check
