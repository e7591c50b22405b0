"""Who runs a desk, in the operator's own words: a TOML file, read once when the desk starts."""

import difflib
import tomllib
from pathlib import Path

# What it may say, each a text in paragraphs; `language` is the BCP 47 tag of all of it, `email` where readers write to.
SECTIONS = ("who", "funding", "legal_address", "editors", "conflicts", "contact", "email", "licence", "language")


class NotRight(ValueError):
    """The file cannot be read, or says what it has no place for; the message is the sentence for the operator."""


def read_about(path: str) -> dict[str, str]:
    if not path:
        return {}
    try:
        found = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise NotRight(f"FACTDESK_ABOUT names {path}, which cannot be read: {error}") from error
    for name, text in found.items():
        if name not in SECTIONS:
            near = difflib.get_close_matches(name, SECTIONS, n=1)
            hint = f" Did you mean {near[0]}?" if near else f" It says {', '.join(SECTIONS)}."
            raise NotRight(f"{path} has no place for {name}.{hint}")
        if not isinstance(text, str):
            raise NotRight(f"{path}: {name} is a text in quotes")
    return {name: text.strip() for name, text in found.items() if text.strip()}
