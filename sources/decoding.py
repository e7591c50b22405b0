"""The text of bytes, and the encoding that it is in."""

import codecs
import re
import unicodedata

import charset_normalizer

from .guessing import language_of

DECLARED = re.compile(rb"<meta[^>]+charset=[\"']?\s*([-\w]+)", re.IGNORECASE)
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
OF_THE_WEB = re.compile(
    r"ascii|utf-8|utf-16(-[lb]e)?|iso8859-\d+|cp125\d|cp866|cp874|tis-620|koi8-[ru]|mac-(roman|cyrillic)|"
    r"shift_jis|cp932|euc_jp|iso2022_jp|gb2312|gbk|gb18030|big5|cp950|euc_kr|cp949"
)
LATIN = {
    **dict.fromkeys(("tr", "az"), "cp1254"),
    **dict.fromkeys(("lv", "lt", "et"), "cp1257"),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "hr", "bs", "ro", "sq"), "cp1250"),
}
NOT_READ = "This is not a text, a PDF, a page or a Word file. Upload one of these, or paste the text"


class Unreadable(Exception):
    """The file cannot be read; the message says why and what to do."""


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
        raise Unreadable(NOT_READ)
    if not best.multi_byte_usage and (latin := _latin(raw)):
        return _text(raw.decode(latin)), latin
    return _text(str(best)), best.encoding


def _meant_by(label: str) -> list[str]:
    """The encodings that a label may mean, the likeliest first: pages name the small old one and use the larger."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return []
    if not OF_THE_WEB.fullmatch(name):  # Python knows encodings that are programs, or none
        return []
    return [*LARGER.get(name, ()), name]


def _latin(raw: bytes) -> str:
    """The encoding of most old pages in Latin letters, by the language that they are in; empty where they are in others.

    Half of what is written in Greek, Cyrillic or Arabic letters is high bytes, of what is in Latin ones hardly a fifth. A
    language is told from its plain letters even where the others are read wrongly.
    """
    high, letters = sum(b > 0x7F for b in raw), sum(chr(b).isalpha() for b in raw if b < 0x80)
    if high > letters / 2:
        return ""
    said = re.sub(r"<[^>]*>", " ", raw.decode("cp1252", "replace"))
    name = LATIN.get(language_of(said), "cp1252")
    if not any(0x80 <= b < 0xA0 for b in raw):  # what Windows has there, its elder brothers have elsewhere
        name = {"cp1250": "iso8859-2", "cp1252": "iso8859-15" if b"\xa4" in raw else "cp1252"}.get(name, name)
    try:
        text = raw.decode(name)
    except UnicodeDecodeError:
        return ""
    # Inside of a word every high byte is a letter then.
    return "" if re.search(r"[^\W\d_][¡-¿×÷€ƒ„…†‡ˆ‰‹•˜™›][^\W\d_]", text) else name


def _text(text: str) -> str:
    odd = sum(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f" for c in text[:10_000])
    if "\0" in text or odd > len(text[:10_000]) / 20:
        raise Unreadable(NOT_READ)
    return text
