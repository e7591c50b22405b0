"""What a file says: its text, and what it tells of itself. Run as a program of its own, under limits: files lie.

`python -m sources.extracting` reads one JSON line of hints and then the file from standard input, and writes one line
of JSON with what it found, and another with what it noticed about the text: should that take too long, the first stands.
It imports no model of the desk, so that a hostile file finds no settings, no database and no network here.
"""

import codecs
import io
import json
import re
import resource
import socket
import sys
import unicodedata
import warnings
import zipfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import charset_normalizer
import docx
import lxml.html
import py3langid
import pypdf
import trafilatura

from .lookalikes import in_sentences
from .repeating import regions_of

MOST = 5_000_000  # characters of text
MEMBERS, UNPACKED = 2_000, 100_000_000  # of a packed file
HTML = re.compile(rb"<(!doctype html|html|head|body|p|div|h1|article|title|meta)\b", re.IGNORECASE)
DECLARED = re.compile(rb"<meta[^>]+charset=[\"']?\s*([-\w]+)", re.IGNORECASE)
KANA, HANGUL, HAN = (re.compile(p) for p in ("[\u3041-\u30ff]", "[\uac00-\ud7af]", "[\u4e00-\u9fff]"))
# What browsers take the names of old encodings for (WHATWG Encoding Standard, 4.2), and where Python's is smaller still.
LARGER = {
    "ascii": ["cp1252"],
    "iso8859-1": ["cp1252"],
    "iso8859-9": ["cp1254"],
    "iso8859-11": ["cp874"],
    "tis-620": ["cp874"],
    "shift_jis": ["cp932", "shift_jis_2004"],
    "euc_jp": ["euc_jp", "euc_jis_2004"],
    "iso2022_jp": ["iso2022_jp", "iso2022_jp_2004"],
    "gb2312": ["gb18030"],
    "gbk": ["gb18030"],
    "euc_kr": ["cp949"],
    "big5": ["cp950", "big5hkscs"],
}
# Only what a page says of its date itself: a year in its text is no date of publication.
DATES = {"extensive_search": False, "original_date": True}
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
COMMENTS = (  # of readers; trafilatura knows some names of them, and takes the others for the article
    "//*[self::div or self::section or self::ul or self::ol or self::li or self::p][not(.//h1 or .//article)]"
    "[contains(@class, '_comment_') or (@id|@class)[starts-with(., 'comentario')"
    " or starts-with(., 'comment') and not(starts-with(., 'commentary') or starts-with(., 'commented'))]]"
)
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Unreadable(Exception):
    """The file cannot be read; the message says why and what to do."""


@dataclass
class Extracted:
    """What was found in a file. `title` and the rest are guesses, for an editor to confirm; empty where there is none.

    `odd` and `regions` are what was noticed about the text; None where nobody looked, or where that took too long.
    """

    text: str
    media_type: str
    extractor: str
    charset: str = "utf-8"
    title: str = ""
    author: str = ""
    outlet: str = ""
    dated: str = ""
    language: str = ""
    odd: list[str] | None = None
    regions: list[dict] | None = None


def extract(raw: bytes, *, charset: str = "", url: str = "", plain: bool = False) -> Extracted:
    """Reads a file by what it is, whatever it is called."""
    if not raw.strip():
        raise Unreadable("The file is empty")
    if plain:
        found = Extracted(raw.decode(), "text/plain", "")
    elif raw.lstrip()[:5] == b"%PDF-":
        found = _pdf(raw)
    elif raw[:4] == b"PK\x03\x04":
        found = _docx(raw)
    elif raw[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Unreadable("This is an old Word file. Save it as .docx or PDF, or paste the text")
    else:
        text, charset = decode(raw, charset)
        found = _html(text, charset, url) if HTML.search(raw[:4096]) else Extracted(text, "text/plain", "", charset)
    if not found.text.strip():
        raise Unreadable("There is no text in it: only pictures, or a page that scripts fill in. Paste the text")
    if len(found.text) > MOST:
        raise Unreadable(f"The text has {len(found.text)} characters. Upload one of up to {MOST}")
    found.language = found.language or language_of(found.text)
    return found


def decode(raw: bytes, declared: str = "") -> tuple[str, str]:
    """The text of bytes, and the encoding that it is in: UTF-8 if it fits, then the one that is named, then a guess."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return _text(raw.decode(name, "replace")), name
    meta = DECLARED.search(raw[:4096])
    escaped = "iso2022_jp" if b"\x1b$" in raw else ""  # seven bits, which every other reading takes for plain letters
    stored = "" if raw.isascii() else "utf-8"  # saved pages name what they were in; hardly a page fits UTF-8 by chance
    for label in (stored, declared, meta[1].decode() if meta else "", escaped, "utf-8"):
        for name in _meant_by(label):
            try:
                return _text(raw.decode(name)), name
            except (LookupError, UnicodeDecodeError):
                continue
    best = charset_normalizer.from_bytes(raw).best()
    if best is None:
        raise Unreadable("This is not a text, a PDF, a page or a Word file. Upload one of these, or paste the text")
    if not best.multi_byte_usage and (western := _western(raw)):
        return _text(western), "windows-1252"
    return _text(str(best)), best.encoding


def _meant_by(label: str) -> list[str]:
    """The encodings that a label may mean, the likeliest first: pages name the small old one and use the larger."""
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return []
    return [*LARGER.get(name, ()), name]


def _western(raw: bytes) -> str:
    """The text in the encoding of most old pages of western Europe, where every high byte inside a word is then a letter."""
    try:
        text = raw.decode("windows-1252")
    except UnicodeDecodeError:
        return ""
    return "" if re.search(r"[^\W\d_][¡-¿×÷€ƒ„…†‡ˆ‰‹•˜™›][^\W\d_]", text) else text


def _text(text: str) -> str:
    odd = sum(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f" for c in text[:10_000])
    if "\0" in text or odd > len(text[:10_000]) / 20:
        raise Unreadable("This is not a text, a PDF, a page or a Word file. Upload one of these, or paste the text")
    return text


def _html(text: str, charset: str, url: str) -> Extracted:
    name = f"trafilatura {version('trafilatura')}"
    try:
        tree = lxml.html.document_fromstring(
            text.encode(), parser=lxml.html.HTMLParser(encoding="utf-8", huge_tree=False)
        )
    except (lxml.etree.LxmlError, ValueError) as error:
        raise Unreadable("The page cannot be read. Paste the text") from error
    declared = _tag((tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip())
    found: Any = trafilatura.bare_extraction(
        text,
        url=url or None,
        include_comments=False,
        with_metadata=True,
        date_extraction_params=DATES,
        prune_xpath=COMMENTS,
    )
    if found is None or not (found.text or "").strip():
        for unseen in tree.xpath("//script|//style|//noscript|//template"):
            unseen.drop_tree()
        return Extracted(
            lxml.html.tostring(tree, method="text", encoding="unicode").strip(), "text/html", "lxml", charset
        )
    return Extracted(
        _with_lead(tree, found.text),
        "text/html",
        name,
        charset,
        title=_headline(tree, found.title or "", found.sitename or ""),
        author=found.author or "",
        outlet=found.sitename or "",
        dated=_stated(found.date or "", text),
        language=declared or _tag(found.language or ""),
    )


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


def _plain(text: str) -> str:
    return " ".join(text.split())


def _headline(tree, title: str, outlet: str) -> str:
    """The heading of the page that its title repeats, which is the title without the name of the site; else the title."""
    told = [title, *tree.xpath("//title/text()"), *tree.xpath("//meta[@property='og:title']/@content")]
    titles = [_plain(t).casefold() for t in told]
    headings = [_plain(h.text_content()) for h in tree.iter("h1") if h.text_content().casefold() != outlet.casefold()]
    fit = [h for h in headings if any(h.casefold() in t and len(h) > min(20, len(t) / 2 - 1) for t in titles)]
    return max(fit, key=len, default=title)


def _with_lead(tree, text: str) -> str:
    """The text, and before it the lead, which is often set apart: the paragraph that the page describes itself with."""
    for told in tree.xpath("//meta[@name='description' or @property='og:description']/@content"):
        start, kept = _plain(told)[:60], _plain(text)
        if len(start) < 60 or start in kept:
            continue
        for block in tree.xpath("//p|//h2|//div[not(.//div or .//p)]"):
            lead = _plain(block.text_content())
            if lead.startswith(start) and len(lead) < 1_000 and lead not in kept:
                return f"{lead}\n{text}"
    return text


def _tag(tag: str) -> str:
    """A language as a page declares it, if that can be one."""
    tag = tag.replace("_", "-")
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag) else ""


def _pdf(raw: bytes) -> Extracted:
    try:
        reader = pypdf.PdfReader(io.BytesIO(raw))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("The PDF is locked with a password. Upload one that is not, or paste the text")
        pages = [page.extract_text() or "" for page in reader.pages]
        told: Any = reader.metadata or {}
        title, author, made = (str(told.get(n) or "") for n in ("/Title", "/Author", "/CreationDate"))
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("The PDF is broken and cannot be read. Upload another copy, or paste the text") from error
    # What the fonts of a file do not say is no character: neither nulls nor halves of surrogate pairs are kept.
    text = "\n\n".join(pages).replace("\0", "").encode("utf-8", "replace").decode()
    day = re.match(r"D:(\d{4})(\d{2})(\d{2})", made)
    return Extracted(
        text,
        "application/pdf",
        f"pypdf {version('pypdf')}",
        title=title.strip(),
        author=author.strip(),
        dated="-".join(day.groups()) if day else "",
    )


def _docx(raw: bytes) -> Extracted:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            members = packed.infolist()
            if len(members) > MEMBERS or sum(m.file_size for m in members) > UNPACKED:
                raise Unreadable("The file unpacks to more than we read. Paste the text")
            if "word/document.xml" not in packed.namelist():
                raise Unreadable(
                    "This is not a text, a PDF, a page or a Word file. Upload one of these, or paste the text"
                )
        document = docx.Document(io.BytesIO(raw))
        told = document.core_properties
        made = told.created.date().isoformat() if told.created else ""
        return Extracted(
            "\n".join(_words_of(p) for p in document.element.body.iter(f"{WORD}p")),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            f"python-docx {version('python-docx')}",
            title=told.title or "",
            author=told.author if told.author != "python-docx" else "",
            dated=made,
            language=_tag(told.language or ""),
        )
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(
            "The Word file is broken and cannot be read. Upload another copy, or paste the text"
        ) from error


def _words_of(paragraph) -> str:
    """The words of a paragraph as it reads now: tables, controls and tracked insertions with it, what was struck out not."""
    signs = {f"{WORD}tab": "\t", f"{WORD}br": "\n", f"{WORD}cr": "\n", f"{WORD}noBreakHyphen": "-"}
    inside = [n for n in paragraph.iter(*signs, f"{WORD}t") if next(n.iterancestors(f"{WORD}p")) is paragraph]
    return "".join(signs.get(n.tag) or n.text or "" for n in inside)


def language_of(text: str) -> str:
    """A guess: by the script where that tells, else by a model."""
    sample = text[:20_000]
    if KANA.search(sample):
        return "ja"
    if HANGUL.search(sample):
        return "ko"
    if len(HAN.findall(sample)) > len(sample) / 4:
        return "zh"
    return py3langid.classify(sample)[0]


def _refuse_network(*args, **kwargs):
    raise OSError("A file that is read asks for the network")


def main() -> None:
    hints = json.loads(sys.stdin.buffer.readline())
    raw = sys.stdin.buffer.read()
    py3langid.classify("")  # its model is unpacked before nothing may be written any more
    socket.socket.connect = socket.getaddrinfo = _refuse_network  # type: ignore[method-assign, assignment]
    resource.setrlimit(resource.RLIMIT_AS, (hints["memory"], hints["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (hints["seconds"], hints["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    warnings.simplefilter("ignore")
    try:
        found = extract(raw, charset=hints["charset"], url=hints["url"], plain=hints["plain"])
    except Unreadable as error:
        return print(json.dumps({"unreadable": str(error)}))
    except (MemoryError, RecursionError):
        return print(json.dumps({"unreadable": "The file takes more memory than we give it. Paste the text"}))
    print(json.dumps(asdict(found)), flush=True)
    if hints["notice"]:
        with suppress(MemoryError):
            print(json.dumps({"odd": in_sentences(found.text), "regions": regions_of(found.text)}))


if __name__ == "__main__":
    main()
