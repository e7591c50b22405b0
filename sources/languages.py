"""Languages as BCP 47 tags."""

import langcodes
from django.core.exceptions import ValidationError


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
