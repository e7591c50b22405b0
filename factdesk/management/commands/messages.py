"""The catalogues of the interface's words, made from the sources without the tools of GNU gettext."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.template import templatize

FOLDERS = ("claims", "factdesk", "sources", "templates")
# What speaks English alone: the manual of the API, and what feeds say.
ENGLISH_ONLY = {
    "claims/api/reference.py",
    "claims/pages/reference.py",
    "templates/api_docs.html",
    "templates/api_resource.html",
    "claims/formats/feeds.py",
}
# By each function that marks a sentence, which of its arguments it is; "c" is its context.
MARKS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADERS_LEFT_OUT = tuple(
    f'"{name}:'
    for name in (
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
    )
)
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


class Command(BaseCommand):
    help = "Brings the catalogues of French and Japanese into step with the sources, and tells what is still to be translated."

    def handle(self, *args, **options):
        wanted = collected()
        for language in LANGUAGES:
            catalogue = in_step(language, wanted)
            path_of(language).parent.mkdir(parents=True, exist_ok=True)
            path_of(language).write_bytes(as_po(catalogue))
            compiled_of(language).write_bytes(as_mo(read(language)))
            missing = [m for m in catalogue if m.id and not all(_strings(m))]
            self.stdout.write(f"{language}: {len(catalogue)} sentences, {len(missing)} to be translated")
            for message in missing:
                self.stdout.write(f"  {message.id}")


def path_of(language: str) -> Path:
    return settings.LOCALE_PATHS[0] / language / "LC_MESSAGES" / "django.po"


def compiled_of(language: str) -> Path:
    return path_of(language).with_suffix(".mo")


def read(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def collected() -> Catalog:
    """Every sentence that is marked in the sources, with the files in which it stands."""
    catalogue = Catalog(charset="utf-8")
    for path in sorted(p for folder in FOLDERS for p in (settings.ROOT / folder).rglob("*")):
        name = str(path.relative_to(settings.ROOT))
        for marked, context in [] if name in ENGLISH_ONLY else _marked_in(path):
            flags = ("python-format",) if path.suffix != ".py" and "%(" in str(marked) else ()
            catalogue.add(marked, locations=[(name, 0)], context=context, flags=flags)
    return catalogue


def _marked_in(path: Path) -> Iterator[tuple]:
    if path.suffix == ".py":
        text = path.read_text("utf-8")
    elif path.suffix == ".html":
        # What is left of a template is names and strings; its indents mean nothing.
        text = "\n".join(line.lstrip() for line in templatize(path.read_text("utf-8"), origin=str(path)).splitlines())
    else:
        return
    for _, marked, _, context in extract("python", BytesIO(text.encode()), keywords=MARKS):
        yield marked, context


def in_step(language: str, wanted: Catalog) -> Catalog:
    """The catalogue of a language with the sentences of the sources, and no others."""
    there = path_of(language).exists()
    catalogue = read(language) if there else Catalog(locale=language, charset="utf-8")
    catalogue.update(wanted, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    kept = Catalog(
        locale=language,
        charset="utf-8",
        project="FactDesk",
        header_comment=f"# The words of FactDesk: {language}.",
        fuzzy=False,
    )
    for message in catalogue:
        if message.id:
            kept[message.id] = message
    return kept


def as_po(catalogue: Catalog) -> bytes:
    written = BytesIO()
    write_po(written, catalogue, width=120, sort_output=True)
    # Of the header what says how to read the file; who wrote it when, the history of the sources tells.
    lines = written.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(HEADERS_LEFT_OUT)).encode()


def as_mo(catalogue: Catalog) -> bytes:
    """As gettext reads it; the same for the same sentences, whenever it is made."""
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    written = BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def _strings(message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)
