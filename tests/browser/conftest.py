"""A real browser on a live desk. Chromium comes from the system: `apt-get install chromium`."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from .checking import BUT_2_2, NARROW, WIDE, Told, broken_rules, runs_off


@pytest.fixture(scope="module")
def chromium():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in this thread
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "These tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=[(WIDE, "light"), (NARROW, "dark")], ids=["wide-light", "narrow-dark"])
def page(request, chromium):
    size, colours = request.param
    context = chromium.new_context(viewport=size, color_scheme=colours)
    page = context.new_page()
    page.told = Told(page)
    yield page
    context.close()


@pytest.fixture
def check_order_here(page):
    """Asserts of the page as it is that axe finds nothing, our policy blocked nothing, and nothing runs off the side."""

    def check():
        page.wait_for_load_state("load")
        assert page.told.heard() == []
        assert runs_off(page) == [], page.url
        found = broken_rules(page, tags=BUT_2_2)
        page.told.heard()  # what axe itself was not allowed
        assert found == [], page.url

    return check


@pytest.fixture
def check_order(page, check_order_here):
    """The same of an address."""

    def check(address):
        page.told.heard()
        page.goto(address)
        check_order_here()

    return check


@pytest.fixture
def reader(chromium):
    """Somebody who reads public pages, in a wide window by daylight."""
    context = chromium.new_context(viewport=WIDE, color_scheme="light", reduced_motion="reduce")
    page = context.new_page()
    page.told = Told(page)
    yield page
    context.close()
