"""Every public page, as readers meet it: in each width, each mode and each language of the interface."""

import os
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as project
from django.core.cache import cache
from django.core.management import call_command
from django.test import override_settings
from pytest_django.live_server_helper import LiveServer

from claims import interchange
from claims.roles import make_roles
from sources import keeping

from . import addresses
from .addresses import EMPTY, LANGUAGES, PAGES, in_language
from .checking import LEAST, NARROW, OF_COLOURS, WIDE, Told, broken_rules, runs_off

# One worker loads the demo desk, for all of them.
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db, pytest.mark.xdist_group("public pages")]
PICTURES = Path(os.environ.get("PICTURES", project.ROOT / "build" / "pictures"))
# Each width is looked at in both modes; the rules that a mode cannot change are asked once a width.
LOOKS = [
    ("1280-light", WIDE, "light", None),
    ("1280-dark", WIDE, "dark", OF_COLOURS),
    ("390-dark", NARROW, "dark", None),
    ("390-light", NARROW, "light", OF_COLOURS),
]


@pytest.fixture(scope="module")
def desk(chromium, django_db_setup, django_db_blocker):
    """The demo desk and, beside it, the states that it has none of; taken away after the last test of this file.

    The browser comes first: its event loop decides which connection this thread and the server share.
    """
    chosen = override_settings(DEMO=True, ROOT_URLCONF=addresses.__name__)
    with chosen, django_db_blocker.unblock():
        with open(project.ROOT / "fixtures" / "demo.jsonl", encoding="utf-8", newline="\n") as lines:
            interchange.load(lines)
        demo = addresses.of_the_demo()
        states = addresses.of_the_states(addresses.make_states())
        server = LiveServer("localhost")
        server.demo, server.pages = demo, demo + states
        yield server
        server.stop()
        with keeping.lifted():
            call_command("flush", interactive=False, verbosity=0)
        make_roles(apps)


@pytest.fixture
def reader(chromium):
    context = chromium.new_context(viewport=WIDE, color_scheme="light")
    page = context.new_page()
    page.told = Told(page)
    yield page
    context.close()


def visit(page, server, address, language=project.LANGUAGE_CODE):
    """Goes to a page, and on to the state that the list names."""
    cache.clear()  # else the reports of one visit count for the next
    path = in_language(address.path, language) if address.translated else address.path
    answer = page.goto(server.url + path, wait_until="load")
    if address.then:
        address.then(page)
    return answer


def look(page, name):
    """What is wrong with the page in each width and mode; its pictures are kept."""
    wrong = [f"the browser says: {line}" for line in page.told.heard()]
    for said, size, mode, rules in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=mode)
        page.screenshot(path=PICTURES / said / f"{name}.png", full_page=True)
        wrong += [f"{said}: {found}" for found in broken_rules(page, rules) + runs_off(page)]
    page.set_viewport_size(LEAST)
    wrong += [f"320: {found}" for found in runs_off(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)
    page.told.heard()  # what axe itself was not allowed
    return wrong


def test_the_list_has_every_page(desk):
    assert {address.kind for address in desk.pages} >= PAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_in_order_in_each_width_and_mode(desk, reader, language):
    wrong = {}
    for address in desk.pages:
        answer = visit(reader, desk, address, language)
        found = look(reader, f"{address.name}-{language}")
        if answer.status != address.status:
            found.append(f"answers {answer.status}, not {address.status}")
        if found:
            wrong[address.name] = found
    print(f"\n{len(desk.pages)} addresses × 2 widths × 2 modes, {language}: pictures in {PICTURES}")
    assert wrong == {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_an_empty_desk_are_in_order(live_server, reader, language):
    wrong = {}
    for address in EMPTY:
        visit(reader, live_server, address, language)
        if found := look(reader, f"{address.name}-{language}"):
            wrong[address.name] = found
    assert wrong == {}
