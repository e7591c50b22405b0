"""The public pages. Each names what it shows; how it is asked for stands on the querysets."""

from dataclasses import dataclass
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html

from sources.models import Source

from .corrections import log
from .drawing import picture_of
from .faceting import chips, facets
from .filters import ClaimFilter
from .markup import marked_up
from .models import Appearance, Claim, Standing, Status, Subject
from .models.assessing import METHOD_VERSION
from .paging import BY_CHANGE, BY_NAME, NoSuchPlace, page_of
from .reading import read
from .remembering import Moment, NotAMoment, claim_at, claim_seen, remember
from .spreading import spread_of

LATELY = 10
A_GROUP = 25
# What a claim has several of, each in a line of words.
LISTED = [
    (
        "Who says what",
        lambda claim: [
            format_html("{}: {}", a.get_position_display(), _quoted(a.passage)) for a in claim.shown_appearances
        ],
    ),
    ("Evidence", lambda claim: [_evidence(c) for c in claim.assessment.citations.all()] if claim.assessment else []),
]


@dataclass(frozen=True)
class Past:
    """That a page is of the past: of which moment, in which words it was asked for, and where the page of now is."""

    moment: Moment
    asked: str
    now: str


def of_the_past(view):
    """A page that answers `as_of`."""

    @wraps(view)
    def page(request, *args, **kwargs):
        try:
            moment = Moment.asked(request.GET.get("as_of", ""))
        except NotAMoment as error:
            return _not_known(request, {"as_of": [{"message": str(error)}]})
        if moment is None:
            return view(request, *args, **kwargs)
        rest = request.GET.copy()
        del rest["as_of"]
        now = f"{request.path}?{rest.urlencode()}".removesuffix("?")
        return _then(request, Past(moment, request.GET["as_of"], now), view, *args, **kwargs)

    return page


def _then(request: HttpRequest, past: Past, view, *args, **kwargs):
    request.past = past  # type: ignore[attr-defined]
    with past.moment.again():
        page = view(request, *args, **kwargs)
    page["X-Robots-Tag"] = "noindex"
    return page


def _not_known(request, errors):
    return render(request, "filter_error.html", {"errors": errors}, status=400)


@of_the_past
def home(request):
    changes = remember(list(Standing.objects.status_changes()[:LATELY]))
    return render(request, "home.html", {"tally": Claim.objects.public().tally(), "changes": changes})


@of_the_past
def claim_list(request):
    asked = request.GET
    chosen = ClaimFilter(asked, queryset=Claim.objects.public())
    if not chosen.is_valid():
        return _not_known(request, chosen.errors.get_json_data())
    found = facets(asked)
    return render(
        request,
        "claims.html",
        {
            "page": _page(chosen.qs.for_list(), BY_CHANGE, asked),
            "total": chosen.qs.count(),
            "facets": found,
            "chips": chips(asked, found),
            "asked": asked,
        },
    )


def _claim(request, key):
    """A claim as it stands, or as it stood at a moment that is asked for."""
    past = getattr(request, "past", None)
    claim = claim_seen(key)
    if claim is None:
        if past:
            raise Http404
        heir = Claim.objects.merged_away(key)
        if heir and heir.public:
            return HttpResponsePermanentRedirect(heir.get_absolute_url())
        gone = get_object_or_404(Standing.objects.withdrawn(), claim__key=heir.key if heir else key)
        return render(request, "gone.html", {"standing": gone}, status=410)
    later = claim.standings.filter(change__gt=past.moment.number).count() if past else 0
    return page_of_claim(request, claim, later=later)


claim_page = of_the_past(_claim)


def _quoted(passage) -> str:
    source = passage.capture.source
    if not passage.exact:
        return "words that are kept back"
    title, language = (source.title_en, "en") if source.title_en else (source.title, source.language)
    words = '“<span lang="{}">{}</span>”, <span lang="{}">{}</span>'
    return format_html(words, source.language, passage.exact, language, title)


def _evidence(citation) -> str:
    """A citation in a line; of a confidential source only that there is one."""
    if citation.passage and citation.passage.capture.source.confidential:
        return f"{citation.get_stance_display()}: a source that we keep confidential"
    said = _quoted(citation.passage) if citation.passage else citation.reference or citation.expression
    return format_html("{}: {}", citation.get_stance_display(), said)


def claim_version(request, key, number):
    """A public version of a claim: how it stood when a change had made it."""
    moment = _moment_of(key, number)
    past = Past(moment, moment.at.isoformat(), reverse("claim", args=[key]))
    return _then(request, past, _claim, key)


def _moment_of(key, number) -> Moment:
    return Moment.of(get_object_or_404(Standing.objects.select_related("change"), claim__key=key, number=number).change)


def claim_diff(request, key, one, two):
    """What changed between two public versions of a claim."""
    before, after = (claim_at(_moment_of(key, number), key) for number in (one, two))
    if before is None or after is None:
        raise Http404
    lists = [(heading, *_gone_and_come(words(before), words(after))) for heading, words in LISTED]
    page = render(request, "claim_diff.html", {"before": before, "after": after, "lists": lists})
    page["X-Robots-Tag"] = "noindex"
    return page


def _gone_and_come(before, after):
    return [w for w in before if w not in after], [w for w in after if w not in before]


def page_of_claim(request, claim, **context):
    """What readers see of a claim."""
    spread, history = spread_of(claim), _history(claim)
    context |= {
        "claim": claim,
        "history": history,
        "marked_up": marked_up(claim, _address(request, claim), history[-1].change.recorded_at) if history else "",
        "said": claim.said_at_its_gates(),
        "spread": spread,
        "picture": picture_of(spread.strands),
    }
    return render(request, "claim.html", context)


def _address(request, claim) -> str:
    return request.build_absolute_uri(claim.get_absolute_url())


def _history(claim) -> list:
    """Its public versions, newest first, each with its correction and the version before it that readers saw."""
    versions = list(claim.standings.for_history())
    corrected = {c.since_id: c for c in claim.shown_corrections}
    shown = None
    for version in reversed(versions):
        version.since_version, version.correction = shown, corrected.get(version.change_id)
        shown = version.number if version.public else shown
    return versions


@of_the_past
def corrections(request):
    try:
        page = log(after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    except NoSuchPlace as error:
        raise Http404 from error
    return render(request, "corrections.html", {"page": page})


@of_the_past
def source_list(request):
    sources = Source.objects.public().for_list()
    return render(request, "sources.html", {"page": _page(sources, BY_NAME, request.GET)})


@of_the_past
def source_page(request, key):
    [source] = remember([get_object_or_404(Source.objects.public().for_list(), key=key)])
    shown = Appearance.objects.shown().in_public().of_source(source)
    captures = list(Appearance.objects.shown().in_public().captures().filter(source=source))
    asked = request.GET.get("capture", "")
    capture = next((c for c in captures if c.sha256.startswith(asked)), None)
    at = request.GET.get("at", "0")
    if (asked and capture is None) or not (at.isascii() and at.isdigit() and len(at) < 10):
        raise Http404
    reading = read(capture, shown, int(at)) if capture else None
    if reading:
        remember([a for p in reading.paragraphs for a in p.appearances])
    return render(
        request,
        "source.html",
        {
            "source": source,
            "capture": capture,
            "captures": captures,
            "reading": reading,
            "claims": shown.order_by().filter(passage__capture=capture).values("claim").distinct().count(),
            "at": int(at),
        },
    )


@of_the_past
def subject_list(request):
    subjects = Subject.objects.with_page().for_list()
    return render(request, "subjects.html", {"page": _page(subjects, BY_NAME, request.GET)})


@of_the_past
def subject_page(request, key):
    [subject] = remember([get_object_or_404(Subject.objects.with_page().for_list(), key=key)])
    about = Claim.objects.public().about([subject])
    tally = about.tally()
    groups = [(s, tally[s], _newest(about.standing_at([s]))) for s in Status]
    return render(
        request,
        "subject.html",
        {
            "subject": subject,
            "groups": [g for g in groups if g[1]],
            "tally": tally,
            "total": sum(tally.values()),
            "opinions": _newest(about.opinions()),
            "opinions_count": about.opinions().count(),
            "most": A_GROUP,
        },
    )


@of_the_past
def method(request):
    return render(request, "method.html", {"statuses": Status.values, "version": METHOD_VERSION})


def _page(queryset, order, asked):
    try:
        page = page_of(queryset, order, after=asked.get("after", ""), before=asked.get("before", ""))
    except NoSuchPlace as error:
        raise Http404 from error
    remember(page.rows)
    return page


def _newest(claims):
    return remember(list(claims.for_list().newest()[:A_GROUP]))
