"""In which language a page speaks: that of its address. English has no prefix, and so has whatever is for programs.

Django's own middleware for this would have every address without a prefix vary by the browser's language, the API and the
feeds too, and would leave the language on the thread. Here the browser decides at the front door alone.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, get_script_prefix, resolve, reverse
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import get_language, get_language_from_path, override

from sources.dates import label
from sources.languages import by_letters

from .models import Anonymity

ENGLISH = settings.LANGUAGE_CODE  # of the desk: its words, its keys for programs, and what has no other language


def in_english(make):
    """What this makes has the words and the addresses of English on pages of every language."""

    @wraps(make)
    def made(*args, **kwargs):
        with override(ENGLISH):
            return make(*args, **kwargs)

    return made


def spoken() -> str:
    """The language of the page that is being made."""
    return get_language() or ENGLISH


class Speaking:
    """Middleware: an answer speaks the language that its address names."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = get_language_from_path(request.path_info) or ENGLISH
        with override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            answer = self.get_response(request)
        if answer.status_code != 304:  # which says nothing of what is kept already
            answer.headers.setdefault("Content-Language", language)
        return answer


def the_same_in(language: str, request: HttpRequest) -> str:
    """The address of a page in another language; empty where there is none."""
    own = get_language_from_path(request.path_info) or ENGLISH
    bare = request.path_info.removeprefix("/") if own == ENGLISH else request.path_info.removeprefix(f"/{own}/")
    path = bare if language == ENGLISH else f"{language}/{bare}"
    try:
        with override(language):
            resolve(f"/{path}")
    except Resolver404:
        return ""
    query = request.META.get("QUERY_STRING", "")
    return f"{get_script_prefix()}{path}?{query}".removesuffix("?")


def language_of(address: str) -> str:
    """The language of a page by its whole address."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return ENGLISH
    return get_language_from_path(path) or ENGLISH


def filled(page: str, others: str | Promise, **words: str) -> str:
    """A page that is no template, in the language of its address, with one sentence in each other language."""
    said = []
    for code, _ in settings.LANGUAGES:
        if code != spoken():
            with override(code):
                said.append(f'<p lang="{code}">{others}</p>')
    for name, text in {**words, "language": spoken(), "home": home_in(spoken()), "others": "\n".join(said)}.items():
        page = page.replace(f"{{{name}}}", text)
    return page


def home_in(language: str) -> str:
    with override(language):
        return reverse("home")


def title_of(source) -> tuple[str, str]:
    """A title of a source for readers of the page, and its language: its own where they read it, else our translation."""
    own = source.language.partition("-")[0]
    if source.title_en and (own != spoken() or own == ENGLISH):
        return source.title_en, ENGLISH
    return source.title, source.language


def name_of(subject) -> tuple[str, str]:
    """A name of a subject for readers of the page, and its language; of a private person only the one that we print."""
    own = [] if subject.private_person or spoken() == ENGLISH else subject.names.all()
    here = [n for n in own if n.text and n.language.partition("-")[0] == spoken()]
    # Of several the preferred one, and of those the one in no script or region of its own.
    found = min(here, key=lambda n: (not n.preferred, n.language != spoken()), default=None)
    return (found.text, found.language) if found else (subject.name, by_letters(subject.name, ENGLISH))


def name_of_outlet(outlet) -> tuple[str, str]:
    return outlet.name, outlet.language or by_letters(outlet.name, ENGLISH)


def name_of_origin(origin) -> tuple[str, str]:
    """A name of an origin as readers may know it, and its language: that of its source where it is called like it."""
    source = getattr(origin, "source", None)
    if source is None:
        return origin.name, by_letters(origin.name, ENGLISH)
    if source.confidential:
        return origin.shown_name, spoken()
    alike = origin.name == source.title
    return origin.name, source.language if alike else by_letters(origin.name, ENGLISH, source.language)


def name_of_speaker(speaker) -> tuple[str, str]:
    """A name of a link of a chain, and its language: ours, or that of the source where its letters are those of the source."""
    if speaker.anonymity == Anonymity.UNSTATED:
        return speaker.shown_name, spoken()
    return speaker.name, by_letters(speaker.name, ENGLISH, speaker.appearance.passage.capture.source.language)


def day_words(at: datetime) -> str:
    """A day of our own record for readers of the page, where no element can stand, as in a picture."""
    return label(localtime(at).date().isoformat(), spoken())


def desk_at(request: HttpRequest) -> str:
    """The whole address of the desk, which names it for programs whatever the language of a page."""
    return request.build_absolute_uri(home_in(ENGLISH))
