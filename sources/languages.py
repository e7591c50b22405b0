"""Languages as BCP 47 tags."""

import langcodes
from django.core.exceptions import ValidationError


def standardise(tag: str) -> str:
    """The standard form of a tag: `JA` becomes `ja`."""
    try:
        found = langcodes.Language.get(tag)
    except langcodes.LanguageTagError:
        raise ValueError(f"{tag} is not a language. Enter a tag like ja, fr or zh-Hant") from None
    if not found.is_valid():
        raise ValueError(f"{tag} is not a language. Enter a tag like ja, fr or zh-Hant")
    return found.to_tag()


def validate_language(tag: str) -> None:
    try:
        standardise(tag)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def language_name(tag: str, *, into: str = "en") -> str:
    """A language in words: `ja` is "Japanese"."""
    return langcodes.Language.get(tag).display_name(into) if tag else ""
