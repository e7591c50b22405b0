"""Which way words run: each in letters of the language that its element says, and in the direction of these letters."""

import re
import unicodedata
from copy import deepcopy

import pytest
from django.conf import settings
from lxml import html

from sources.languages import FROM_THE_RIGHT, SCRIPTS, by_letters, in_language, script_of

from .. import awkward

UNMARKED = {"script", "style", "title", "textarea", "bdi"}  # what is typed by readers runs as its letters do
TWICE = re.compile(r"""<[^>]*\s(lang|dir)=[^>]*\s\1=""")
BY_HAND = re.compile(r"""\slang="{{ (?!page_language |mine |t\.code |row\.node\.)[^"]*\"""")


@pytest.fixture(scope="module", params=[awkward.persian, awkward.hebrew], ids=["fa", "he"])
def made(request, of_the_module):
    return request.param()


@pytest.fixture
def desk(made, db):
    return deepcopy(made)


def texts(page):
    """Each text of a page, with the language and the direction that its elements give it, and whether it is all in that language."""
    for element in page.iter():
        if isinstance(element.tag, str) and not UNMARKED & {e.tag for e in (element, *element.iterancestors())}:
            said = [(element, element.text), *((element, child.tail) for child in element)]
            for where, text in said:
                if text and any(map(str.isalpha, text)):
                    yield (
                        text.strip(),
                        told(where, "lang"),
                        told(where, "dir", "direction") or "ltr",
                        "lang" in where.attrib,
                    )


def told(element, *names):
    return next((e.get(n) for e in (element, *element.iterancestors()) for n in names if e.get(n)), "")


def scripts(text):
    """Of its letters, as far as they are ones that run from right to left."""
    names = {unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha()}
    return {SCRIPTS.get(name, "") for name in names} & FROM_THE_RIGHT


def what_runs_wrong(page):
    for text, language, way, whole in texts(page):
        script = script_of(language)
        if way != ("rtl" if script in FROM_THE_RIGHT else "ltr"):
            yield f"{way} in {language}: {text[:60]}"
        elif scripts(text) - {script} or (whole and script in FROM_THE_RIGHT and not scripts(text)):
            yield f"in {language}: {text[:60]}"


@pytest.mark.parametrize("language", ["en", "fr", "ja"])
def test_words_run_as_their_language_does(client, desk, language):
    wrong = {}
    for name, path in awkward.paths(desk).items():
        page = client.get(path if language == "en" else f"/{language}{path}").content.decode()
        assert not TWICE.search(page), name
        page = html.fromstring(page)
        if found := sorted(set(what_runs_wrong(page))):
            wrong[name] = found
    assert wrong == {}


def test_every_page_but_those_of_our_own_words_shows_some(client, desk):
    bare = [name for name, path in awkward.paths(desk).items() if not scripts(client.get(path).content.decode())]
    assert bare == ["method"]


def test_no_template_says_a_language_without_the_way_in_which_it_runs():
    for path in sorted((settings.ROOT / "templates").rglob("*.html")):
        assert not BY_HAND.search(path.read_text("utf-8")), path.name


def test_an_element_says_its_language_and_which_way_it_runs():
    assert in_language("fr") == ' lang="fr"' and in_language("") == ""
    assert [in_language(tag) for tag in ("ar", "he", "fa", "ur", "yi", "ckb", "dv", "az-Arab", "und-Hebr")] == [
        f' lang="{tag}" dir="rtl"' for tag in ("ar", "he", "fa", "ur", "yi", "ckb", "dv", "az-Arab", "und-Hebr")
    ]
    assert in_language("ar-Latn") == ' lang="ar-Latn"' and in_language("zh-Hant") == ' lang="zh-Hant"'
    assert in_language("und") == ' lang="und" dir="auto"'  # a browser looks at the letters
    assert in_language('"><b>') == ' lang="&quot;&gt;&lt;b&gt;" dir="auto"'


def test_a_name_whose_language_nobody_recorded_is_in_one_of_its_letters():
    assert by_letters("Forbes", "en", "fa") == "en" and by_letters("Forbes", "fr", "en") == "fr"
    assert by_letters("شهرداری", "en", "fa") == "fa" and by_letters("شهرداری", "en", "fr") == "und-Arab"
    assert by_letters("橋本", "en", "ja") == "ja" and by_letters("橋本", "en") == "und-Hani"
    assert by_letters("ビョルン", "en", "ja") == "ja" and by_letters("ビョルン", "en", "zh") == "und-Jpan"
    assert by_letters("Москва (Moscow)", "en", "ru") == "ru"
    assert by_letters("The «شهرداری» of Tehran", "en", "fa") == "en"  # as most of its letters are
    assert by_letters("2019–2020", "en", "fa") == "en" and by_letters("", "en") == "en"
