"""One claim: now, at a version, and between two."""

from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from sources.languages import by_letters, said_in

from ..concealing import unlisted
from ..drawing import picture_of
from ..formats.cards import Card
from ..formats.markup import in_page, review_of
from ..models import Claim, Standing
from ..problems import gone
from ..remembering import Moment, claim_at, claim_seen
from ..speaking import ENGLISH, desk_at, name_of, title_of
from ..spreading import spread_of
from ..templatetags.desk import related_by, relates
from ..timeline import course_of, stretches
from .evidence import evidence_of
from .mementos import memento, time_gate
from .past import Past, again, of_the_past

AT_ONCE = 6  # of those who say it; the others open on demand

# What a claim has several of, each in a line of words.
LISTED = [
    (
        gettext_lazy("Who says what"),
        lambda claim: [
            format_html(gettext("{}: {}"), a.get_position_display(), _quoted(a.passage))
            for a in claim.shown_appearances
        ],
    ),
    (
        gettext_lazy("Evidence"),
        lambda claim: [_evidence(c) for c in claim.assessment.citations.all()] if claim.assessment else [],
    ),
    (pgettext_lazy("whom", "About"), lambda claim: [said_in(*name_of(m.subject)) for m in claim.shown_about]),
    (
        gettext_lazy("Related claims"),
        lambda claim: [
            *(_related(relates(r), r.other) for r in claim.shown_relations),
            *(_related(related_by(r), r.claim) for r in claim.shown_related_from),
        ],
    ),
]


def _claim(request, key):
    """A claim as it stands, or as it stood at a moment that is asked for."""
    past = getattr(request, "past", None)
    claim = claim_seen(key)
    if claim is None:
        return departed(request, key)
    later = claim.standings.filter(change__gt=past.moment.number).count() if past else 0
    return page_of_claim(request, claim, later=later)


claim_page = time_gate(of_the_past(_claim))


def departed(request, key, page="claim", say=gone):
    """What stands at an address of a claim that is seen no more: the way to the one that took it in, or that it was withdrawn."""
    if getattr(request, "past", None):
        raise Http404
    heir = Claim.objects.merged_away(key)
    if heir and heir.public:
        return HttpResponsePermanentRedirect(reverse(page, args=[heir.key]))
    return say(request, get_object_or_404(Standing.objects.withdrawn(), claim__key=heir.key if heir else key))


def _quoted(passage) -> str:
    source = passage.capture.source
    if not passage.exact:
        return gettext("words that are kept back")
    title, language = title_of(source)
    return format_html(
        gettext("“{words}”, {title}"), words=said_in(passage.exact, source.language), title=said_in(title, language)
    )


def _related(how, other) -> str:
    return format_html("{} {}", how, said_in(other.wording.said, other.wording.tongue))


def _evidence(citation) -> str:
    """A citation in a line; of a confidential source only that there is one."""
    if citation.passage and citation.passage.capture.source.confidential:
        said = gettext("a source that we keep confidential")
    elif citation.passage:
        said = _quoted(citation.passage)
    else:
        words = citation.reference or citation.expression
        said = said_in(words, by_letters(words, ENGLISH))
    return format_html(gettext("{}: {}"), citation.get_stance_display(), said)


@memento
def claim_version(request, key, number):
    """A public version of a claim: how it stood when a change had made it."""
    moment = moment_of(key, number)
    past = Past(moment, moment.at.isoformat(), reverse("claim", args=[key]))
    return again(request, past, _claim, key)


def moment_of(key, number) -> Moment:
    return Moment.of(get_object_or_404(Standing.objects.select_related("change"), claim__key=key, number=number).change)


def claim_diff(request, key, one, two):
    """What changed between two public versions of a claim."""
    before, after = (claim_at(moment_of(key, number), key) for number in (one, two))
    if before is None or after is None:
        raise Http404
    lists = [(heading, *_gone_and_come(words(before), words(after))) for heading, words in LISTED]
    return unlisted(render(request, "claim_diff.html", {"before": before, "after": after, "lists": lists}))


def _gone_and_come(before, after):
    return [w for w in before if w not in after], [w for w in after if w not in before]


def page_of_claim(request, claim, **context):
    """What readers see of a claim."""
    spread, history = spread_of(claim), _history(claim)
    base = desk_at(request)
    went = stretches(history)
    context |= {
        "claim": claim,
        "history": history,
        "since": went[-1].since if went and went[-1].status else None,
        "course": None if claim.is_opinion else course_of(went),
        "evidence": evidence_of(claim),
        "said_first": _first_seen(claim),
        "at_once": AT_ONCE,
        "marked_up": in_page(review_of(claim, base, history[-1].change.recorded_at)) if history else "",
        "card": Card.of(claim, base),
        "said": claim.said_at_its_gates(),
        "spread": spread,
        "picture": picture_of(spread.strands),
    }
    return render(request, "claim.html", context)


def _first_seen(claim):
    """The source with the earliest date that carries the claim; where none is dated, the one recorded first."""
    dated = [s for s in claim.sources if s.dated_from]
    return min(dated, key=lambda source: str(source.dated_from), default=next(iter(claim.sources), None))


def _history(claim) -> list:
    """Its public versions, newest first, each with its correction and the version before it that readers saw."""
    versions = list(claim.standings.for_history())
    corrected = {c.since_id: c for c in claim.shown_corrections}
    shown = None
    for version in reversed(versions):
        version.since_version, version.correction = shown, corrected.get(version.change_id)
        shown = version.number if version.public else shown
    return versions
