"""The checks of pages are tried on pages that are broken on purpose: each must find what is wrong, and nothing where nothing is."""

import pytest

from .checking import NARROW, OF_COLOURS, broken_rules, out_of_box, over_budget, runs_off, walk

pytestmark = pytest.mark.browser
ADDRESS = "http://desk.example/"
RIGHT = """<!doctype html><html lang="en"><head><title>A page</title><link rel="stylesheet" href="/style.css"></head><body>
<a class="skip" href="#main">Skip to content</a><main id="main"><h1>A page</h1>
<p>Words and <a href="/a/">a link</a>.</p><p><a href="/b/">Another link</a></p>
<form><label for="q">Words</label> <input id="q" name="q"> <button>Search</button></form></main></body></html>"""
STYLE = """body { color: #111; background: #fff; } p { margin: 2rem 0; } .box { width: 5rem; border: 1px solid; }
:focus-visible { outline: 3px solid #111; } .pale { color: #bbb; } .wide { width: 50rem; } .unseen:focus { outline: none; }
.last { position: absolute; top: 60rem; }"""


@pytest.fixture
def served(reader):
    """Puts a page before the reader, under the policy of ours."""
    reader.route(f"{ADDRESS}style.css", lambda route: route.fulfill(body=STYLE, content_type="text/css"))

    def serve(html):
        policy = {"Content-Security-Policy": "default-src 'none'; style-src 'self'", "Content-Type": "text/html"}
        reader.route(ADDRESS, lambda route: route.fulfill(body=html, headers=policy))
        reader.set_viewport_size(NARROW)
        reader.goto(ADDRESS)
        return reader

    return serve


def test_nothing_is_found_where_nothing_is_wrong(served):
    page = served(RIGHT)
    assert (
        page.told.heard() == [] == runs_off(page) == out_of_box(page) == broken_rules(page) == walk(page, in_order=True)
    )


@pytest.mark.parametrize(
    ("there", "broken", "rule"),
    [
        ("<p>Words", '<p class="pale">Words', "color-contrast"),
        ('<label for="q">Words</label>', "", "label"),
        ("<h1>A page</h1>", "<p>A page</p>", "page-has-heading-one"),
        ('<html lang="en">', "<html>", "html-has-lang"),
        ("<button>Search</button>", "<button></button>", "button-name"),
    ],
)
def test_axe_finds_what_breaks_a_rule(served, there, broken, rule):
    found = broken_rules(served(RIGHT.replace(there, broken)))
    assert [line.partition(":")[0] for line in found] == [rule]


def test_colours_are_asked_for_alone_where_only_the_mode_changed(served):
    page = served(RIGHT.replace("<p>Words", '<p class="pale">Words').replace('<label for="q">Words</label>', ""))
    assert [line.partition(":")[0] for line in broken_rules(page, OF_COLOURS)] == ["color-contrast"]


@pytest.mark.parametrize(
    ("there", "broken"),
    [
        ("<p>Words", '<p style="color: red">Words'),
        ("</main>", "<script>document.title = 'Mine'</script></main>"),
        ("</main>", "<img src='https://elsewhere.example/a.png' alt=''></main>"),
    ],
)
def test_what_our_policy_blocks_is_told(served, there, broken):
    told = served(RIGHT.replace(there, broken)).told.heard()
    assert told and all("Content Security Policy" in line for line in told)


def test_a_wide_element_and_words_out_of_their_box_are_found(served):
    [found] = runs_off(served(RIGHT.replace("<p>Words", '<div class="wide">Wide</div><p>Words')))
    assert " px in 390: " in found and 'class="wide"' in found
    [found] = out_of_box(served(RIGHT.replace("<p>Words", '<p class="box">Incomprehensibilities</p><p>Words')))
    assert found.startswith('out of its box: <p class="box">')


@pytest.mark.parametrize(
    ("there", "broken", "said"),
    [
        ('<a class="skip" href="#main">Skip to content</a>', "", "the first stop is not the skip link"),
        ('<a href="/a/">', '<a class="unseen" href="/a/">', 'the focus is not seen: <a class="unseen"'),
        ('<a href="/a/">', '<a class="last" href="/a/">', "not in the order that is seen"),
        ("<button>", '<button tabindex="1">', "the first stop is not the skip link"),
    ],
)
def test_a_walk_by_keyboard_finds_what_stands_in_the_way(served, there, broken, said):
    assert any(found.startswith(said) for found in walk(served(RIGHT.replace(there, broken)), in_order=True))


def test_a_trap_is_found(served):
    page = served(RIGHT)
    page.evaluate("q.addEventListener('keydown', e => e.key === 'Tab' && e.preventDefault())")
    assert walk(page, in_order=True) == ["never reached: <button>Search</button>"]


def test_what_weighs_too_much_is_told():
    right = {"document": 60_000, "stylesheet": 30_000, "script": 5_000}
    assert over_budget(right, 15_000, 6, "claim") == []
    for kind in right:
        assert over_budget(right | {kind: right[kind] + 1}, 15_000, 6, "claim") == [
            f"{right[kind] + 1} bytes of {kind}"
        ]
    assert over_budget(right, 15_001, 7, "claim") == ["7 requests", "15001 bytes packed"]
    assert over_budget(right, 15_001, 6, "source") == []
