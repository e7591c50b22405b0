"""What a page seems to say of itself: its title, the day that it came out, its language. An editor confirms it."""

import copy
import re

import dateparser
import lxml.etree
import py3langid

KANA, HANGUL, HAN = (re.compile(p) for p in ("[\u3041-\u30ff]", "[\uac00-\ud7af]", "[\u4e00-\u9fff]"))
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Between the title of a page and the name of its site; scripts without spaces leave them out here too.
PARTING = re.compile(r"\s+[-–—|·»«›]+\s+|\s*[|»_]\s*|(?<=[\u3040-\u9fff…?？!！」』])[-—](?=[^-—]{2,10}$)")
ENDS_PART, STARTS_PART = re.compile(r"[-–—|·:»«›/_<>\s]$"), re.compile(r"\s*[-–—|·:»«›/_<>(（]")
LABEL = re.compile(
    r"\b(published|posted|publié|mis en ligne|veröffentlicht|erschienen|publicado|pubblicato)\b|公開|掲載|配信",
    re.IGNORECASE,
)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")  # which XML does not take
WEB_BEGAN = "1993-04-30"  # an earlier day by a headline is what the article is about
LEAST = 6  # characters of a heading that is taken for the title
PUBLISHED = (  # a page's own word for the day on which it came out
    "//meta[@property='article:published_time' or @property='og:published_time' or @property='datePublished'"
    " or contains('|date|pubdate|publishdate|publish-date|publication_date|dc.date|dc.date.issued|dcterms.date|"
    "parsely-pub-date|sailthru.date|datepublished|cxenseparse:recs:publishtime|',"
    " concat('|', translate(@name, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'), '|'))]/@content"
    "|//*[@itemprop='datePublished']/@content|//*[@itemprop='datePublished']/@datetime|//time[@pubdate]/@datetime"
)
IN_SCRIPTS = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
BLOCKS = (
    *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "footer", "form", "header"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th"),
    *("tr", "ul"),
)
UNSEEN = ("script", "style", "noscript", "template", "select")
BREAK = "\u2029"  # the paragraph separator
AFTER, SHORT = 12, 70  # lines after a heading, and how long one with a date may be
WRITTEN = [
    re.compile(r"\b\d{1,2}(?:er|st|nd|rd|th|\.)?\s+(?:de\s+)?[^\W\d]{3,12}\.?,?\s+(?:de\s+)?(?:19|20)\d\d\b"),
    re.compile(r"\b[^\W\d]{3,12}\.?\s+\d{1,2},?\s+(?:19|20)\d\d\b"),
]
YEAR_FIRST = re.compile(r"\b((?:19|20)\d\d)\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)")
DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})([./])(\d{1,2})\2((?:19|20)\d\d)\b")


def one_line(text: str) -> str:
    return " ".join(text.split())


def headline_of(tree, title: str, outlet: str) -> str:
    """The heading that is a whole part of the title of the page; else that title without the name of the site."""
    named = [one_line(t) for t in tree.xpath("//head//title[1]/text()")[:1]]
    told = [one_line(title), *named, *(one_line(t) for t in tree.xpath("//meta[@property='og:title']/@content"))]
    headings = [one_line(h.text_content()) for h in tree.iter("h1", "h2", "h3")]
    headings = [h for h in headings if len(h) >= LEAST and h.casefold() != outlet.casefold()]
    if fit := [h for h in headings if any(_is_part(h.casefold(), t.casefold()) for t in told)]:
        return max(fit, key=len)
    largest = [one_line(h.text_content()) for h in tree.iter("h1")]
    held = [h for h in largest if any(h.casefold() in t.casefold() and len(h) > min(20, len(t) / 2 - 1) for t in told)]
    if held := [h for h in held if h.casefold() != outlet.casefold()]:
        return max(held, key=len)
    parts = [p for t in named for p in PARTING.split(t) if p]
    if len(parts) > 1 and (title in (*parts, *named) or not any(title in t for t in told[1:])):
        return max((p for p in parts if p.casefold() != outlet.casefold()), key=len, default=title)
    return title


def _is_part(heading: str, told: str) -> bool:
    """Whether a heading stands in a title between signs that part."""
    before, found, after = told.partition(heading)
    if not found or not after and len(heading) < len(before):  # the name of the site stands last
        return False
    return bool(not before or ENDS_PART.search(before)) and bool(not after or STARTS_PART.match(after))


def day_of(tree, page: str, found: str, title: str, language: str) -> str:
    """The day on which a page came out: what it says so of itself, or what is written by its headline.

    `found` is what a library makes of the page. It takes the day of a change, or of another article, where nothing
    better is there: then a day by the headline is.
    """
    found = _stated(found, page)
    published = [
        day for told in (*tree.xpath(PUBLISHED), *IN_SCRIPTS.findall(page)) if (day := _day_in(told, language))
    ]
    if published:
        return found if found and (found in published or found < published[0]) else published[0]
    near = _by_headline(tree, title, language)
    if not near or found in near:
        return found
    return near[0] if not found or near[0] < found else found


def _by_headline(tree, title: str, language: str) -> list[str]:
    """The days that are written under the headline, those first that are said to be of publication."""
    lines, start = _lines(tree), one_line(title).casefold()[:25]
    for at, line in enumerate(lines):
        if start and start in line.casefold() and len(line) < len(title) + 80:
            short = [near for near in lines[at + 1 : at + 1 + AFTER] if len(near) < SHORT]
            short.sort(key=lambda near: not LABEL.search(near))
            if days := [day for near in short if (day := _day_in(near, language)) > WEB_BEGAN]:
                return days
    return []


def _lines(tree) -> list[str]:
    """The lines of a page as a reader sees them, roughly."""
    tree = copy.deepcopy(tree)
    lxml.etree.strip_elements(tree, *UNSEEN, with_tail=False)
    for block in tree.iter(*BLOCKS):
        block.text, block.tail = (f"{BREAK}{CONTROL.sub(' ', words or '')}" for words in (block.text, block.tail))
    return [line for part in tree.text_content().split(BREAK) if (line := one_line(part))]


def _day_in(words: str, language: str) -> str:
    """The first whole day in a few words; none where its parts could be read in two ways."""
    if compact := re.match(r"((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)", words):
        return _day(*compact.groups())
    if first := YEAR_FIRST.search(words):
        return _day(*first.groups())
    if last := DAY_FIRST.search(words):
        day, sign, month, year = last.groups()
        if int(month) > 12:
            day, month = month, day
        elif sign == "/" and int(day) <= 12 and day != month:
            return ""
        return _day(year, month, day)
    for way in WRITTEN:
        if written := way.search(words):
            known = [language] if language in {"de", "en", "es", "fr", "it", "nl", "pt", "pl", "sv", "da"} else None
            day = dateparser.parse(
                written[0], languages=known, settings={"STRICT_PARSING": True, "PARSERS": ["absolute-time"]}
            )
            if day:
                return day.date().isoformat()
    return ""


def _day(year: str, month: str, day: str) -> str:
    return f"{year}-{int(month):02}-{int(day):02}" if 1 <= int(month) <= 12 and 1 <= int(day) <= 31 else ""


def _stated(day: str, page: str) -> str:
    """A day that the page itself writes, in one of the ways in which programs write one; a month is not made a day."""
    if not ISO_DAY.fullmatch(day):
        return ""
    year, month, number = day.split("-")
    ways = (day, f"{year}/{month}/{number}", f"{year}{month}{number}", f"{number}.{month}.{year}")
    words = re.compile(
        rf"\b0?{int(number)}(st|nd|rd|th|\.|er)?\b.{{0,20}}\b{year}\b|\b{year}\s*年\s*0?{int(month)}\s*月\s*0?{int(number)}\s*日"
    )
    return day if any(way in page for way in ways) or words.search(page) else ""


def language_tag(tag: str) -> str:
    """A language as a page declares it, if that can be one."""
    tag = tag.replace("_", "-")
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag) else ""


def language_in(declared: str, text: str) -> str:
    """The language that a page declares. Templates say English: of a long text in another language, the text is believed."""
    if declared.partition("-")[0].lower() == "en" and len(text) > 500 and (guess := language_of(text)) != "en":
        return guess
    return declared


def language_of(text: str) -> str:
    """A guess: by the script where that tells, else by a model."""
    sample = text[:20_000]
    letters = sum(c.isalpha() for c in sample) or 1
    if len(KANA.findall(sample)) > letters / 20:
        return "ja"
    if len(HANGUL.findall(sample)) > letters / 4:
        return "ko"
    if len(HAN.findall(sample)) > letters / 3:
        return "zh"
    return py3langid.classify(sample)[0]
