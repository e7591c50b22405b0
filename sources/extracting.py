"""What a file says: its text, and what it tells of itself. Run as a program of its own, under limits: files lie.

`python -m sources.extracting` reads one JSON line of hints and then the file from standard input, and writes one line
of JSON with what it found, and another with what it noticed about the text: should that take too long, the first stands.
It imports no model of the desk, so that a hostile file finds no settings, no database and no network here.
"""

import io
import json
import re
import sys
import zipfile
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any

import docx
import lxml.html
import py3langid
import pypdf
import trafilatura

from .confining import confine
from .decoding import NOT_READ, Unreadable, decode
from .guessing import day_of, headline_of, language_in, language_of, language_tag, one_line
from .lookalikes import in_sentences
from .repeating import regions_of

MOST = 5_000_000  # characters of text
HEAD = 20_000  # characters in which a page shows that it is one
HTML = re.compile(r"<(!doctype html|html|head|body|p|div|h1|article|title|meta)\b", re.IGNORECASE)
RAISED = str.maketrans("0123456789+-−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾")
LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
BREAKS = re.compile(r"[ \t\r\n\f]+")  # the white space that a page means as one space
OFF = {"0", "false", "none", "off"}
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
POWER = re.compile(r"[nmkxyzijt]|[-+−]?\d[\d.,/]*")
MEMBERS, UNPACKED = 2_000, 100_000_000  # of a packed file
# Only what a page says of its date itself: a year in its text is no date of publication.
DATES = {"extensive_search": False, "original_date": True}
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
COMMENTS = (  # of readers; trafilatura knows some names of them, and takes the others for the article
    "//*[self::div or self::section or self::ul or self::ol or self::li or self::p][not(.//h1 or .//article)]"
    "[contains(@class, '_comment_') or (@id|@class)[starts-with(., 'comentario')"
    " or starts-with(., 'comment') and not(starts-with(., 'commentary') or starts-with(., 'commented'))]]"
)


@dataclass
class Extracted:
    """What was found in a file. `title` and the rest are guesses, for an editor to confirm; empty where there is none.

    `odd` and `regions` are what was noticed; no regions, not even none, where nobody looked, or where that took too long.
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
    odd: list[str] = field(default_factory=list)
    regions: list[dict] | None = None


def extract(raw: bytes, *, charset: str = "", url: str = "", plain: bool = False, media_type: str = "") -> Extracted:
    """Reads a file by what it is, whatever it is called; `media_type`: what a server says it is."""
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
        page = media_type != "text/plain" and text.lstrip()[:1] == "<" and HTML.search(text[:HEAD])
        found = _html(text, charset, url) if page else Extracted(text, "text/plain", "", charset)
    if not found.text.strip():
        raise Unreadable("There is no text in it: only pictures, or a page that scripts fill in. Paste the text")
    if len(found.text) > MOST:
        raise Unreadable(f"The text has {len(found.text)} characters. Upload one of up to {MOST}")
    found.language = found.language or language_of(found.text)
    return found


def _html(text: str, charset: str, url: str) -> Extracted:
    tree, marked = _parsed(text), _parsed(text)  # one to read, one changed for the extractor
    declared = language_tag((tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip())
    odd = _told("page", _drop_struck(marked))
    _keep_words(marked)
    _raise_numbers(marked)
    back = _stand_in(marked)
    found: Any = trafilatura.bare_extraction(
        marked,
        url=url or None,
        include_comments=False,
        with_metadata=True,
        date_extraction_params=DATES,
        prune_xpath=COMMENTS,
    )
    if found is None or not (found.text or "").strip():
        for unseen in marked.xpath("//script|//style|//noscript|//template"):
            unseen.drop_tree()
        words = lxml.html.tostring(marked, method="text", encoding="unicode").strip().translate(back)
        return Extracted(words, "text/html", "lxml", charset, odd=odd)
    title, author, outlet = ((said or "").translate(back) for said in (found.title, found.author, found.sitename))
    title = headline_of(tree, title, outlet)
    language = language_in(declared or language_tag(found.language or ""), found.text)
    return Extracted(
        _with_lead(tree, found.text.translate(back)),
        "text/html",
        f"trafilatura {version('trafilatura')}",
        charset,
        title=title,
        author=author,
        outlet=outlet,
        dated=day_of(tree, text, found.date or "", title, language.partition("-")[0]),
        language=language,
        odd=odd,
    )


def _parsed(text: str):
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True)
        return lxml.html.document_fromstring(text.encode(), parser=parser)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise Unreadable("The page cannot be read. Paste the text") from error


def _drop_struck(tree) -> list[str]:
    """Takes out what a page strikes out, which would else read as if it stood; the words of it."""
    for hidden in tree.xpath("//*[@hidden][not(@hidden='until-found')]"):
        hidden.drop_tree()
    struck = tree.xpath("//del|//s|//strike|//*[contains(@style, 'line-through')]")
    words = [element.text_content() for element in struck]
    for element in struck:
        if element.getparent() is not None:
            element.drop_tree()
    return words


def _told(where: str, struck: list[str]) -> list[str]:
    words = one_line(" … ".join(struck))[:200]
    return [f"Words that the {where} strikes out, which are left out: “{words}”"] if words else []


def _keep_words(tree) -> None:
    """Words that an extractor leaves out, though readers see them: in times and labels, and the marks of quotations."""
    for element in tree.xpath("//time|//data|//label|//math|//q"):
        if element.tag == "q":
            element.text = f"“{element.text or ''}"
            element.tail = f"”{element.tail or ''}"
        element.tag = "span"


def _raise_numbers(tree) -> None:
    """Raised and lowered numbers stay so: 10⁶ is not 106, and 10 to the power of 3.5 not 103.5."""
    for element in tree.xpath("//sup|//sub"):
        signs = RAISED if element.tag == "sup" else LOWERED
        words = element.text_content().strip()
        if words and all(ord(c) in signs for c in words):
            for part in list(element):
                part.drop_tag()
            element.text = words.translate(signs)
            element.drop_tag()
        elif element.tag == "sup" and POWER.fullmatch(words):
            element.text = f"^{element.text or ''}"


def _stand_in(tree) -> dict[int, str]:
    """Puts letters of a dead script for the characters that an extractor drops or takes for spaces; the way back.

    Hidden characters, joiners and spaces that do not break are part of the words as they are.
    """
    taken = set(tree.text_content())
    free = (c for c in range(0x10600, 0x10737) if chr(c) not in taken)
    odd = [c for c in taken if not c.isprintable() and c not in "\t\n\r"]
    marks = dict(zip((ord(c) for c in odd), free, strict=False))
    for element in tree.iter():
        if isinstance(element.tag, str):
            element.text = element.text and element.text.translate(marks)
        element.tail = element.tail and element.tail.translate(marks)
    return {mark: chr(c) for c, mark in marks.items()}


def _with_lead(tree, text: str) -> str:
    """The text, and before it the lead, which is often set apart: the paragraph that the page describes itself with."""
    for told in tree.xpath("//meta[@name='description' or @property='og:description']/@content"):
        start, kept = one_line(told)[:60], one_line(text)
        if len(start) < 60 or start in kept:
            continue
        for block in tree.xpath("//p|//h2|//div[not(.//div or .//p)]"):
            words = block.text_content()
            lead = one_line(words)
            if lead.startswith(start) and len(lead) < 1_000 and lead not in kept:
                return f"{BREAKS.sub(' ', words).strip(' ')}\n{text}"
    return text


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
                raise Unreadable(NOT_READ)
        document = docx.Document(io.BytesIO(raw))
        body, told = document.element.body, document.core_properties
        struck = _drop_moved_and_struck(body)
        made = told.created.date().isoformat() if told.created else ""
        return Extracted(
            "\n".join(_words_of(p) for p in body.iter(f"{WORD}p")),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            f"python-docx {version('python-docx')}",
            title=told.title or "",
            author=told.author if told.author != "python-docx" else "",
            dated=made,
            language=language_tag(told.language or ""),
            odd=_told("file", struck),
        )
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(
            "The Word file is broken and cannot be read. Upload another copy, or paste the text"
        ) from error


def _drop_moved_and_struck(body) -> list[str]:
    """Takes out what stands elsewhere now, and what is struck out; the words of the latter."""
    for moved in list(body.iter(f"{WORD}moveFrom", FALLBACK)):
        moved.getparent().remove(moved)
    for run in _runs_marked(body, "vanish"):
        run.getparent().remove(run)
    runs = _runs_marked(body, "strike", "dstrike")
    words = ["".join(t.text or "" for t in run.iter(f"{WORD}t")) for run in runs]
    for run in runs:
        if run.getparent() is not None:
            run.getparent().remove(run)
    return words


def _runs_marked(body, *names: str) -> list[Any]:
    """The runs of a Word file that have one of these properties now, whatever they had before a tracked change."""
    signs = [s for s in body.iter(*(f"{WORD}{n}" for n in names)) if s.get(f"{WORD}val") not in OFF]
    return [run for sign in signs if (run := sign.getparent().getparent()).tag == f"{WORD}r"]


def _words_of(paragraph) -> str:
    """The words of a paragraph as it reads now: tables, controls and tracked insertions with it, what was struck out not."""
    signs = {f"{WORD}tab": "\t", f"{WORD}br": "\n", f"{WORD}cr": "\n", f"{WORD}noBreakHyphen": "\u2011"}
    # A sign of a font of signs is no character that we know: it is told as one that was lost.
    signs |= {f"{WORD}softHyphen": "\u00ad", f"{WORD}sym": "\ufffd", f"{WORD}ptab": "\t"}
    inside = [n for n in paragraph.iter(*signs, f"{WORD}t") if next(n.iterancestors(f"{WORD}p")) is paragraph]
    # A tab inside the properties of a paragraph is a place for tabs, and none itself.
    return "".join(signs.get(n.tag) or _as_raised(n) for n in inside if n.getparent().tag != f"{WORD}tabs")


def _as_raised(text) -> str:
    words = text.text or ""
    raised = [a.get(f"{WORD}val") for a in text.getparent().iterfind(f"{WORD}rPr/{WORD}vertAlign")]
    signs = {"superscript": RAISED, "subscript": LOWERED}.get(raised[0] if raised else "", {})
    return words.translate(signs) if all(ord(c) in signs for c in words) else words


def main() -> None:
    hints = json.loads(sys.stdin.buffer.readline())
    raw = sys.stdin.buffer.read()
    py3langid.classify("")  # its model is unpacked before nothing may be written any more
    confine(memory=hints["memory"], seconds=hints["seconds"], written=0)
    try:
        found = extract(raw, **{n: hints[n] for n in ("charset", "url", "plain", "media_type")})
    except Unreadable as error:
        return print(json.dumps({"unreadable": str(error)}))
    except (MemoryError, RecursionError):
        return print(json.dumps({"unreadable": "The file takes more memory than we give it. Paste the text"}))
    print(json.dumps(asdict(found)), flush=True)
    if hints["notice"]:
        with suppress(MemoryError):
            print(json.dumps({"odd": [*found.odd, *in_sentences(found.text)], "regions": regions_of(found.text)}))


if __name__ == "__main__":
    main()
