"""Claims that may be the one an editor is writing: offered, never chosen.

Words are compared with the headline, the statement, the quotes and their translations, so that a claim recorded from
one language is found from another.
"""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz

from sources.models import Translation

from .folding import Term, tokens
from .models import Appearance, Claim, Relation

OFFERED, LOOKED_AT, ASKED = 5, 400, 8
# Words that stand in every sentence, of English and French.
STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "by",
        "did",
        "do",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "more",
        "not",
        "of",
        "on",
        "one",
        "or",
        "said",
        "she",
        "so",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "to",
        "two",
        "was",
        "were",
        "what",
        "when",
        "which",
        "who",
        "will",
        "with",
        "would",
        "au",
        "aux",
        "avec",
        "ce",
        "ces",
        "dans",
        "de",
        "des",
        "du",
        "elle",
        "en",
        "est",
        "et",
        "il",
        "la",
        "le",
        "les",
        "leur",
        "mais",
        "ne",
        "ont",
        "ou",
        "par",
        "pas",
        "pour",
        "qu",
        "que",
        "qui",
        "sa",
        "se",
        "ses",
        "son",
        "sur",
        "un",
        "une",
    ]
)
CJK = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{2,}")
WORD = re.compile(r"\w+")


def near(words: str, *, quote: str = "", but: Claim | None = None, limit: int = OFFERED) -> list[Claim]:
    """Up to so many claims that say something like these words, or appear in something like this quote, nearest first."""
    stems = _stems(f"{words} {quote}")
    if not stems:
        return []
    found = Claim.objects.exclude(stage="withdrawn")
    if but is not None:
        found = found.exclude(pk__in=[but.pk, *_judged_other(but)])
    # Of many that share a word, those that share most of them are looked at.
    rows = found.select_related("wording").near(stems, most=LOOKED_AT)
    said = _said(rows)
    scored = [(_score(words, quote, claim, said.get(claim.pk, ())), claim) for claim in rows if claim.wording]
    return [claim for score, claim in sorted(scored, key=lambda s: -s[0])[:limit] if score > 35]


def _judged_other(claim: Claim) -> set[int]:
    """Claims that an editor judged not to be this one."""
    judged = Relation.objects.live().filter(kind="not_same")
    return {
        *judged.filter(claim=claim).values_list("other", flat=True),
        *judged.filter(other=claim).values_list("claim", flat=True),
    }


def _stems(text: str) -> list[Term]:
    """What to look for: the longest words, cut short so that their other forms are found too, and pairs of kanji or kana."""
    said = list(dict.fromkeys(t.text for t in tokens(text)))
    pairs = [t for t in said if CJK.fullmatch(t)]
    words = sorted((t for t in said if len(t) > 2 and t not in STOP and t not in pairs), key=len, reverse=True)
    cut = [Term((w[: max(4, len(w) - 2)],), open=True) for w in words[: ASKED * 2]]
    return cut + [Term((pair,), open=False) for pair in pairs[: ASKED * 2]]


def _said(rows: Iterable[Claim]) -> dict[int, list[str]]:
    """The quotes of these claims and their translations, by claim."""
    live = Appearance.objects.live().filter(claim__in=[c.pk for c in rows]).select_related("passage")
    said: dict[int, list[str]] = {}
    places: dict[int, list[int]] = {}
    for appearance in live:
        said.setdefault(appearance.claim_id, []).append(appearance.passage.exact)
        places.setdefault(appearance.passage_id, []).append(appearance.claim_id)
    for passage, text in Translation.objects.live().filter(passage__in=places).values_list("passage", "text"):
        for claim in places[passage]:
            said[claim].append(text)
    return said


def _score(words: str, quote: str, claim: Claim, said: Iterable[str]) -> float:
    against = [claim.wording.statement, claim.wording.headline, *said]  # type: ignore[union-attr]
    best = 0.0
    for mine in filter(None, (words, quote)):
        for theirs in filter(None, against):
            best = max(best, fuzz.token_set_ratio(_plain(mine), _plain(theirs)) * 0.6 + fuzz.ratio(mine, theirs) * 0.4)
    return best


def _plain(text: str) -> str:
    return " ".join(w.lower() for w in WORD.findall(text) if w.lower() not in STOP)
