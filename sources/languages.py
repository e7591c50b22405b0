"""Languages as BCP 47 tags, and which way their letters run."""

import unicodedata
from collections import Counter
from functools import lru_cache

import langcodes
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString

FROM_THE_RIGHT = {"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"}
HAN = {"Hani", "Hans", "Hant", "Jpan", "Kore"}  # scripts in which words of Chinese characters alone may be
# The script of a letter, by the word with which its name in Unicode begins.
SCRIPTS = {
    **{"LATIN": "Latn", "GREEK": "Grek", "CYRILLIC": "Cyrl", "ARMENIAN": "Armn", "GEORGIAN": "Geor"},
    **{"ARABIC": "Arab", "HEBREW": "Hebr", "SYRIAC": "Syrc", "THAANA": "Thaa", "NKO": "Nkoo", "ADLAM": "Adlm"},
    **{"CJK": "Hani", "HIRAGANA": "Jpan", "KATAKANA": "Jpan", "HANGUL": "Kore", "THAI": "Thai", "ETHIOPIC": "Ethi"},
    **{"DEVANAGARI": "Deva", "BENGALI": "Beng", "TAMIL": "Taml", "TELUGU": "Telu", "GUJARATI": "Gujr"},
}
ENOUGH = 200  # letters tell the script of a text


def standardise(tag: str) -> str:
    """The standard form of a tag: `JA` becomes `ja`."""
    try:
        found = langcodes.Language.get(tag)
        if found.is_valid():
            return found.to_tag()
    except langcodes.LanguageTagError:
        pass
    raise ValidationError(f"{tag} is not a language. Enter a tag like ja, fr or zh-Hant")


def validate_language(tag: str) -> None:
    standardise(tag)


def language_name(tag: str, *, into: str = "en") -> str:
    """A language in words: `ja` is "Japanese"."""
    return langcodes.Language.get(tag).display_name(into) if tag else ""


@lru_cache(maxsize=1000)
def script_of(tag: str) -> str:
    """The script in which a language is written: `ar` is "Arab". None of words in no language that is known."""
    try:
        found = langcodes.Language.get(tag)
    except langcodes.LanguageTagError:
        return ""
    return found.script or ("" if found.language in {None, "und", "mul"} else found.maximize().script or "")


def in_language(tag: str) -> SafeString:
    """The attributes of an element whose words are in a language. Pages run from left to right: others say how they run."""
    if not tag:
        return SafeString("")
    script = script_of(tag)
    way = ' dir="rtl"' if script in FROM_THE_RIGHT else "" if script else ' dir="auto"'
    return format_html(' lang="{}"{}', tag, SafeString(way))


def said_in(words: str, tag: str) -> SafeString:
    """Words inside of a sentence in another language."""
    return format_html("<span{}>{}</span>", in_language(tag), words)


def by_letters(words: str, *likely: str) -> str:
    """The first of the likely languages that is written in the letters of these words; where none is, only their script is known."""
    if words.isascii():
        named = Counter({"LATIN": 1})
    else:
        named = Counter(unicodedata.name(c, "").partition(" ")[0] for c in words[:ENOUGH] if c.isalpha())
    script = next((SCRIPTS[name] for name, _ in named.most_common() if name in SCRIPTS), "")
    fits = HAN if script == "Hani" else {script}
    return next((tag for tag in likely if not script or script_of(tag) in fits), f"und-{script}")
