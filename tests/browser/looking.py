"""A page looked at in each width and each mode; where PICTURES names a folder, its pictures are kept there."""

import os
from pathlib import Path

from django.conf import settings
from django.core.cache import cache

from .checking import LEAST, NARROW, OF_COLOURS, WIDE, broken_rules, out_of_box, runs_off

PICTURES = os.environ.get("PICTURES")
# Each width is looked at in both modes; the rules that a mode cannot change are asked once a width.
LOOKS = [
    ("1280-light", WIDE, "light", None),
    ("1280-dark", WIDE, "dark", OF_COLOURS),
    ("390-dark", NARROW, "dark", None),
    ("390-light", NARROW, "light", OF_COLOURS),
]


def visit(page, server, address, language=settings.LANGUAGE_CODE):
    """Goes to a page, and on to the state that the list names."""
    cache.clear()  # else the reports of one visit count for the next
    page.told.heard()
    answer = page.goto(server.url + address.at(language), wait_until="load")
    if address.then:
        address.then(page)
    return answer


def picture(page, folder, name) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / folder / f"{name}.png", full_page=True)


def look(page, name) -> list[str]:
    """What is wrong with the page as it stands, in each width and mode."""
    wrong = [f"the browser says: {line}" for line in page.told.heard()]
    for said, size, mode, rules in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=mode)
        picture(page, said, name)
        wrong += [f"{said}: {found}" for found in broken_rules(page, rules) + runs_off(page) + out_of_box(page)]
    page.set_viewport_size(LEAST)
    wrong += [f"320: {found}" for found in runs_off(page) + out_of_box(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)
    return wrong


def what_is_wrong(page, server, addresses, language) -> dict[str, list[str]]:
    """By the name of the address; empty where every page is in order."""
    wrong = {}
    for address in addresses:
        if not address.at(language):
            continue
        answer = visit(page, server, address, language)
        found = look(page, f"{address.name}-{language}")
        if answer.status != address.status:
            found.append(f"answers {answer.status}, not {address.status}")
        if found:
            wrong[address.name] = found
    return wrong
