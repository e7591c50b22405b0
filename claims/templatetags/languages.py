"""What the language of a page decides: its words, names, dates and numbers, and where it is in the others."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext

from claims.speaking import (
    ENGLISH,
    home_in,
    name_of,
    name_of_origin,
    name_of_outlet,
    spoken,
    the_same_in,
    title_of,
)
from sources.dates import label
from sources.dates import moment as moment_words
from sources.languages import by_letters, in_language, language_name, said_in

register = template.Library()
register.simple_tag(in_language)
register.simple_tag(said_in)

# With a country, which OpenGraph asks for.
LOCALES = {"en": "en_GB", "fr": "fr_FR", "ja": "ja_JP"}


@register.simple_tag(takes_context=True)
def languages(context):
    """Each language: where this page is in it, or else its home. Sets `page_language`, which is in every template."""
    context["page_language"] = spoken()
    request = context.get("request")
    if request is None or request.path.startswith(reverse("admin:index")):
        return []
    nowhere = context.get("nowhere")  # the address has no page, and is not repeated
    return [
        Tongue(code, name, "" if nowhere else the_same_in(code, request), request) for code, name in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def shared(context):
    """What others show beside a link to this page: what its blocks `title` and `description` say, the desk named apart."""
    blocks = context.render_context[BLOCK_CONTEXT_KEY]
    title, description = (blocks.get_block(name).render(context) for name in ("title", "description"))
    return {"title": mark_safe(title.partition(" – FactDesk")[0]), "description": description}  # both are rendered


@register.simple_tag
def locales():
    """The language of this page, then the others, as OpenGraph names them."""
    first = spoken()
    return [LOCALES[code] for code in sorted(LOCALES, key=lambda code: code != first)]


@dataclass(frozen=True)
class Tongue:
    """A language, and where a page is in it; nowhere, where it has only English."""

    code: str
    name: str
    there: str
    request: Any

    @property
    def address(self) -> str:
        return self.there or home_in(self.code)

    @property
    def whole(self) -> str:
        return self.request.build_absolute_uri(self.there) if self.there else ""


@register.simple_tag
def english(words="", *likely):
    """Marks words of the desk in English where the page is not; if their letters are others, in a likely language."""
    language = by_letters(words or "", ENGLISH, *likely)
    return "" if language == spoken() else in_language(language)


@register.filter
def in_english(words: str):
    """Words of the desk, or a name, inside of a sentence in another language."""
    return marked((words, by_letters(words or "", ENGLISH)))


@register.simple_tag
def quoted(words, language):
    """Somebody's words between the marks that the language of the page has, which is not theirs."""
    return format_html(gettext("“{words}”"), words=said_in(words, language))


@register.simple_tag
def title(source):
    """A title of a source for readers of this page, and its language."""
    return title_of(source)


@register.simple_tag
def name(subject):
    """A name of a subject for readers of this page, and its language."""
    return name_of(subject)


@register.filter
def marked(said):
    """Words of the record and their language, which they carry where it is not that of the page."""
    words, language = said
    return words if not words or language == spoken() else said_in(words, language)


@register.simple_tag
def also(subject):
    """The name that we print in English, beside another in the language of the page."""
    return (
        ""
        if name_of(subject)[0] == subject.name
        else format_html(' <span class="muted small">{}</span>', in_english(subject.name))
    )


@register.simple_tag
def other_names(subject):
    """What else a subject is called, beside the name that this page gives it."""
    printed = subject.name, by_letters(subject.name, ENGLISH)
    names = [printed, *((n.text, n.language) for n in subject.names.all() if n.text)]
    return [said for said in names if said[0] != name_of(subject)[0]]


@register.simple_tag
def origin_name(origin):
    """An origin by name; where it is kept back, what is said instead is in the language of the page."""
    return marked(name_of_origin(origin))


@register.filter
def outlet_name(outlet):
    return marked(name_of_outlet(outlet))


@register.simple_tag
def author_name(source):
    """Who wrote a source, in its language if the letters are of it."""
    return marked((source.author, by_letters(source.author, source.language, ENGLISH)))


@register.filter
def lang_name(tag):
    return language_name(tag, into=spoken())


@register.simple_tag
def dated(value):
    """A date of a source, with the precision that it has; an interval is two."""
    return mark_safe(label(value, spoken(), _time))  # of the date itself nothing is said but by `_time`


def _time(words, stamp):
    return format_html('<time datetime="{}">{}</time>', stamp, words) if stamp else escape(words)


@register.simple_tag
def moment(value):
    """A moment of our own record, with its time and zone."""
    at = localtime(value)
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), moment_words(at, spoken()))


@register.simple_tag
def day(value):
    return date_of(localtime(value).date())


@register.simple_tag
def date_of(value):
    """A day of our own record."""
    return format_html('<time datetime="{}">{}</time>', value, label(value.isoformat(), spoken()))


@register.filter
def number(value):
    """A number as the language of the page writes it: 12,345 or 12 345. Not for addresses and pictures."""
    return number_format(value, force_grouping=True)
