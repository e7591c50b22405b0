"""One search, for readers, editors and programs: what it found and where, and its index, compared and made anew."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from sources.languages import by_letters
from sources.recording import in_turn

from .folding import Term, places, terms
from .models import Claim, DeskFindable, Findable, Says
from .models.finding import AT_ONCE, Text, found_by, keep
from .speaking import ENGLISH

AROUND = 60  # characters of a text shown on either side of the words that were found


@dataclass(frozen=True)
class Match:
    """Where the words that were asked for stand, if not in the claim itself."""

    says: str
    language: str
    marked: SafeString

    @property
    def label(self) -> str:
        return Says(self.says).label


def matched(claims: Iterable[Any], words: str, *, by_editors=False) -> None:
    """Gives each claim of a page that was found its `match`, unless all that was asked for stands in its own words."""
    claims, asked = list(claims), terms(words)
    if not asked:
        return
    model = DeskFindable if by_editors else Findable
    texts: dict[int, list[Any]] = {c.pk: [] for c in claims}
    for text in model.objects.holding(*asked).filter(claim__in=texts).order_by("-weight", "id"):
        texts[text.claim_id].append(text)
    for claim in claims:
        own = [t for t in texts[claim.pk] if t.says == Says.STATEMENT]
        missing = [term for term in asked if not any(places(t.said, [term]) for t in own)]
        claim.match = _match(texts[claim.pk], missing) if missing else None


def _match(texts: list[Any], missing: list[Term]) -> Match | None:
    """In the text in which most of it stands."""
    others = [t for t in texts if t.says != Says.STATEMENT]
    best = max(others, key=lambda t: sum(bool(places(t.said, [term])) for term in missing), default=None)
    return Match(best.says, by_letters(best.said, best.language, ENGLISH), marked(best.said, missing)) if best else None


def marked(text: str, asked: list[Term]) -> SafeString:
    """The part of a text around the first words that were found, with all that were found in it marked."""
    found = places(text, asked)
    if not found:
        return conditional_escape(text[: 2 * AROUND])
    start, end = max(found[0][0] - AROUND, 0), min(found[0][1] + AROUND, len(text))
    pieces, at = [], start
    for a, b in found:
        if b <= end:
            pieces.append((text[at:a], text[a:b]))
            at = b
    return format_html(
        "{}{}{}{}",
        "…" if start else "",
        format_html_join("", "{}<mark>{}</mark>", pieces),
        text[at:end],
        "…" if end < len(text) else "",
    )


def reindex(progress: Callable[[int], object] = lambda n: None) -> None:
    """Makes the index anew, some claims at a time: readers and editors go on meanwhile, and what ended early is begun again."""
    for keys in _some_at_a_time():
        with transaction.atomic():
            in_turn()  # so that nobody changes what the index is made of
            for model in (Findable, DeskFindable):
                model.objects.filter(claim__in=keys).delete()
            keep(keys)
        progress(len(keys))


def differences(progress: Callable[[int], object] = lambda n: None) -> Iterator[str]:
    """The keys of claims of which the index says something else than the record."""
    for keys in _some_at_a_time():
        wrong = set()
        for model, wanted in found_by(keys).items():
            there: dict[int, list[Text]] = {}
            for claim, *text in model.objects.filter(claim__in=keys).values_list("claim", *Text._fields):
                there.setdefault(claim, []).append(Text(*text))
            wrong |= {pk for pk in keys if sorted(there.get(pk, ()), key=str) != sorted(wanted[pk], key=str)}
        yield from Claim.objects.filter(pk__in=wrong).order_by("pk").values_list("key", flat=True)
        progress(len(keys))


def _some_at_a_time() -> Iterator[list[int]]:
    last = 0
    while keys := list(Claim.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        yield keys
        last = keys[-1]
