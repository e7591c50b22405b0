"""What a page says of itself: guessed from how it is made, never from what its article is about."""

import lxml.html
import pytest

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
        ("", "<h1>The bridge</h1><p>14 March <!-- c -->2004</p>", "", "2004-03-14"),
        ("", "<h1>The bridge</h1><script>14 March 2004</script><p>None.</p>", "", ""),
        ("", "<h1>The bridge</h1><p>Updated 2019-05-07, first 2015-10-12</p>", "2019-05-07", "2019-05-07"),
        (
            '<meta name="last-modified" content="2019-05-07">',
            "<h1>The bridge</h1><p>12 October 2015</p>",
            "2019-05-07",
            "2015-10-12",
        ),
        ("", "<h1>What we know of 7 October 2023</h1><p>Published 5 January 2024</p>", "", ""),
        ("", "<h1>The bridge</h1><p>The fire of 3 March 2019</p><p>Published 5 January 2024</p>", "", "2024-01-05"),
        ("", "<h1>The bridge</h1><p>10 years 2023</p>", "", ""),
        (
            '<meta name="made" content="2014-01-08">',
            "<h1>The bridge</h1><p>9 January 2024</p>",
            "2014-01-08",
            "2014-01-08",
        ),
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
