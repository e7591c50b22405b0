"""What a page says of itself: guessed from how it is made, never from what its article is about."""

import lxml.html
import pytest

from sources.decoding import decode
from sources.extracting import extract
from sources.guessing import day_of, headline_of, language_in

WORDS = "The council met on Monday and heard of the bridge, which nobody had inspected since spring. " * 4


def page(head="", body="", lang="en"):
    return f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{body}<article><p>{WORDS}</p></article></body></html>'


def tree(*args, **kwargs):
    return lxml.html.document_fromstring(page(*args, **kwargs))


@pytest.mark.parametrize(
    ("named", "headings", "title"),
    [
        ("The bridge - Gazette", "<h1>The bridge</h1>", "The bridge"),
        ("The bridge - Gazette", "<h1>Gazette</h1><h2>The bridge</h2>", "The bridge"),
        ("Gazette | The bridge was never inspected", "<h1>News The bridge</h1>", "The bridge was never inspected"),
        ("橋は点検されなかった-新聞", "<h1> </h1>", "橋は点検されなかった"),
        ("Le pont : une enquête | Chroniques | La Gazette", "", "Le pont : une enquête"),
        ("The bridge", "<h1>Something else altogether</h1>", "The bridge"),
        (
            "A long headline of the day » Gazette",
            "<h1>Gazette</h1><h3>A long headline of the day</h3>",
            "A long headline of the day",
        ),
    ],
)
def test_a_title_is_told_without_the_name_of_the_site(named, headings, title):
    assert headline_of(tree(f"<title>{named}</title>", headings), named, "") == title


@pytest.mark.parametrize(
    ("head", "body", "found", "day"),
    [
        ('<meta property="article:published_time" content="2023-06-14T08:00">', "", "2023-06-14", "2023-06-14"),
        ("", "<h1>The bridge</h1><p>By A. Durand</p><p>14 March 2004</p>", "", "2004-03-14"),
        ("", "<h1>The bridge</h1><p>14. März 2004</p>", "", "2004-03-14"),
        ("", "<h1>The bridge</h1><p>2018年6月19日</p>", "", "2018-06-19"),
        ("", "<h1>The bridge</h1><p>Updated 2019-05-07, first 2015-10-12</p>", "2019-05-07", "2019-05-07"),
        ("", "<h1>The bridge</h1><p>12 October 2015</p><time>2019-05-07</time>", "2019-05-07", "2015-10-12"),
        ("", "<p>Today is 9 January 2024</p><h1>The bridge</h1><p>No day.</p>", "", ""),
        ("", "<h1>The bridge</h1><p>03/04/2015</p>", "", ""),  # the third of April, or the fourth of March
        ("", "<h1>The bridge</h1><p>August 14, 1935</p>", "", ""),
        ("", f"<h1>The bridge</h1><p>{WORDS} 14 March 2004.</p>", "", ""),
        ('<script type="application/ld+json">{"datePublished": "20180619T055000+0900"}</script>', "", "", "2018-06-19"),
        ('<meta property="article:published_time" content="2023-06">', "", "2023-06-01", ""),
    ],
)
def test_a_day_is_the_one_that_a_page_gives_itself_or_writes_by_its_headline(head, body, found, day):
    language = "de" if "März" in body else "en"
    assert day_of(tree(head, body), page(head, body), found, "The bridge", language) == day


def test_a_template_that_says_english_is_not_believed_of_another_language():
    german = "Der Rat der Stadt hat am Montag über die Brücke beraten, die seit dem Frühling niemand geprüft hat. " * 8
    assert language_in("en-US", german) == "de"
    assert (language_in("en-US", WORDS * 2), language_in("lb", german), language_in("en", german[:90])) == (
        "en-US",
        "lb",
        "en",
    )


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("iso8859-7", "Το πλοίο δεν επιθεωρήθηκε ποτέ, σύμφωνα με έκθεση της πόλης. Ο δήμαρχος λέει ότι έγινε. " * 3),
        ("cp1254", "Köprü hiç denetlenmedi, şehrin bir raporuna göre. Belediye başkanı denetlendiğini söylüyor. " * 3),
        ("cp1256", "لم يتم فحص الجسر قط، وفقا لتقرير المدينة. يقول رئيس البلدية إنه تم فحصه مرتين. " * 3),
        ("cp1257", "Norvēģijā tilts nekad netika pārbaudīts, teikts pilsētas ziņojumā. Mērs saka, ka tika. " * 3),
        ("cp1250", "Most nigdy nie został sprawdzony, jak wynika z raportu miasta. Burmistrz mówi, że został. " * 3),
        ("cp1251", "Мост никогда не проверяли, говорится в отчёте города. Мэр говорит, что проверяли дважды. " * 3),
    ],
)
def test_an_encoding_that_nobody_names_is_told_from_the_language(encoding, words):
    assert decode(words.encode(encoding))[0] == words


@pytest.mark.parametrize("label", ["unicode_escape", "undefined", "base64", "punycode", "idna", "raw_unicode_escape"])
def test_a_label_that_is_no_encoding_of_the_web_is_not_obeyed(label):
    raw = f'<html><head><meta charset="{label}"></head><body><p>C:\\new\\u0041 {WORDS}</p></body></html>'.encode()
    assert "C:\\new\\u0041" in decode(raw)[0] and "C:\\new\\u0041" in decode(raw, label)[0]


def test_a_page_in_sixteen_bits_is_read_as_a_page():
    found = extract(page("<title>The bridge</title>").encode("utf-16"))
    assert (found.media_type, found.title) == ("text/html", "The bridge") and "<p>" not in found.text


def test_a_text_that_speaks_of_tags_is_no_page():
    words = "To write HTML, use <p>  and </p>.\nTwo  spaces stay."
    assert extract(words.encode()).text == words
    assert extract(f"<p>{words}".encode(), kind="text/plain").text == f"<p>{words}"


@pytest.mark.parametrize(
    "odd", ["\u202e", "\u200b", "\u200c", "\u200d", "\u00ad", "\u00a0", "\u3000", "\u202f", "\ue000"]
)
def test_characters_that_are_not_seen_stay_in_the_words_of_a_page(odd):
    found = extract(page(body=f"<p>START{odd}END of the long first paragraph. {WORDS}</p>").encode())
    assert f"START{odd}END" in found.text
    entity = extract(page(body=f"<p>START&#{ord(odd)};END of the long first paragraph. {WORDS}</p>").encode())
    assert f"START{odd}END" in entity.text


def test_what_is_struck_out_is_left_out_and_told_and_raised_numbers_stay_raised():
    words = f"<p>It is <del>not</del> true, said 10<sup>6</sup> people who drank H<sub>2</sub>O, M<sup>me</sup> Durand. {WORDS}</p>"
    found = extract(page(body=words).encode())
    assert "It is true, said 10⁶ people who drank H₂O, Mme Durand." in " ".join(found.text.split())
    assert found.odd == ["Words that the page strikes out, which are left out: “not”"]
