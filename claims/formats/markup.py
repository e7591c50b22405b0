"""What pages say to machines: schema.org in JSON-LD. ClaimReview for a claim that was assessed, a bare Claim otherwise."""

import json
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from sources.dates import machine
from sources.models import Clock

from ..models import Claim, Position, Standing
from ..paging import BY_CHANGE, page_of
from ..speaking import in_english

CONTEXT = "https://schema.org"
ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
AT_ONCE = 200  # claims in memory
# What kind of work a kind of outlet publishes.
WORKS = {"newspaper": "NewsArticle", "agency": "NewsArticle", "platform": "SocialMediaPosting"}
SUBJECTS = {"person": "Person", "organisation": "Organization"}


def in_page(said: dict[str, Any]) -> SafeString:
    """A script element that no browser runs. Every sign that could end it is escaped."""
    text = json.dumps({"@context": CONTEXT} | said, ensure_ascii=False)
    return mark_safe(f'<script type="application/ld+json">{text.translate(ESCAPED)}</script>')


@in_english
def organisation(base: str) -> dict[str, Any]:
    """The desk; `base`: the address of its home, with the slash."""
    at = base.rstrip("/")
    return {
        "@type": "NewsMediaOrganization",
        "@id": f"{base}#desk",
        "name": "FactDesk",
        "url": base,
        "correctionsPolicy": at + reverse("corrections"),
        "verificationFactCheckingPolicy": at + reverse("method"),
        "publishingPrinciples": at + reverse("method"),
    }


@in_english
def review_of(claim: Any, base: str, published_at) -> dict[str, Any]:
    """A claim of `for_page` as schema.org tells it. What identifies a node never changes."""
    address = base.rstrip("/") + claim.get_absolute_url()
    said = _claim(claim, address)
    if claim.assessment is None or claim.is_opinion:
        return said
    # No ratingValue: neither "disputed" nor "unverified" lies on a scale of truth.
    review: dict[str, Any] = {
        "@type": "ClaimReview",
        "@id": f"{address}#review",
        "url": address,
        "inLanguage": "en",
        "datePublished": published_at.isoformat(),
        "dateModified": claim.changed_at.isoformat(),
        "version": claim.version,
        "claimReviewed": claim.wording.headline or claim.words,
        "author": organisation(base),
        "reviewRating": {
            "@type": "Rating",
            "alternateName": claim.get_status_display(),
            "ratingExplanation": claim.assessment.why,
        },
        "itemReviewed": said,
        "sdPublisher": {"@id": f"{base}#desk"},
        "sdDatePublished": claim.changed_at.date().isoformat(),
    } | licensed("sdLicense", base)
    cited = [c.passage.capture.source for c in claim.assessment.citations.all() if c.passage]
    works = [_work(s) for s in dict.fromkeys(cited) if not s.confidential]
    works += [
        {"@type": "CreativeWork", "name": c.reference} | ({"url": c.url} if c.url else {})
        for c in claim.assessment.citations.all()
        if c.reference
    ]
    corrections = [
        {"@type": "CorrectionComment", "text": c.why, "datePublished": c.since.recorded_at.isoformat()}
        for c in claim.shown_corrections
        if c.why
    ]
    return review | ({"citation": works} if works else {}) | ({"correction": corrections} if corrections else {})


def licensed(name: str, base: str) -> dict[str, str]:
    """The address of the licence that the operator named, or where their words about it stand; nothing where there are none."""
    words = settings.FACTDESK_ABOUT.get("licence", "")
    named = re.search(r"https?://[^\s<>\"]+[\w/]", words)
    stated = f"{base.rstrip('/')}{reverse('about')}#licence"
    return {name: named[0] if named else stated} if words else {}


def _claim(claim: Any, address: str) -> dict[str, Any]:
    works = [_work(s) for s in claim.sources]
    dated = sorted((s for s in claim.sources if s.dated_from), key=lambda s: str(s.dated_from))
    about = [
        {"@type": SUBJECTS.get(m.subject.kind, "Thing"), "name": m.subject.name}
        | ({"sameAs": f"https://www.wikidata.org/entity/{m.subject.wikidata}"} if m.subject.wikidata else {})
        for m in claim.shown_about
        if not m.subject.private_person
    ]
    said: dict[str, Any] = {
        "@type": "Claim",
        "@id": f"{address}#claim",
        "text": claim.words,
        "inLanguage": claim.wording.language,
    }
    first = {"firstAppearance": _work(dated[0])} if dated else {}
    speaker = speaker_of(claim)
    said |= ({"author": speaker} if speaker else {}) | ({"about": about} if about else {})
    return said | first | ({"appearance": works} if works else {})


def speaker_of(claim: Any) -> dict[str, Any] | None:
    """Whoever stands last in the first chain that asserts the claim, where that is somebody of whom we have a page."""
    for appearance in claim.shown_appearances:
        chain = list(appearance.speakers.all())
        subject = chain[-1].subject if chain and appearance.position == Position.ASSERTS else None
        if subject and not subject.private_person:
            return {"@type": SUBJECTS.get(subject.kind, "Thing"), "name": subject.name}
    return None


def _work(source: Any) -> dict[str, Any]:
    """A source. A date is told only with the precision that it has."""
    kind = WORKS.get(source.outlet.kind, "CreativeWork") if source.outlet else "CreativeWork"
    said = {"@type": kind, "name": source.title, "inLanguage": source.language}
    told = {
        "url": source.url,
        "archivedAt": source.archived,
        "datePublished": machine(source.dated) if source.dated else "",
    }
    if source.outlet:
        said["publisher"] = {"@type": "Organization", "name": source.outlet.name}
    return said | {name: value for name, value in told.items() if value}


def feed_of_all(base: str) -> Iterator[str]:
    """A DataFeed of every claim, as text, some claims at a time; what was withdrawn is told by its date."""
    head = {
        "@context": CONTEXT,
        "@type": "DataFeed",
        "name": "FactDesk: claims",
        "url": base + "feeds/claimreview.json",
    } | licensed("license", base)
    if at := Clock.objects.filter(pk=1).values_list("edition_at", flat=True).first():
        head["dateModified"] = at.isoformat()
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "dataFeedElement": ['
    first = True
    for item in _items(base):
        yield ("" if first else ",\n") + json.dumps(item, ensure_ascii=False)
        first = False
    yield "]}"


def _items(base: str) -> Iterator[dict[str, Any]]:
    after = ""
    while True:
        page = page_of(Claim.objects.public().for_page(), BY_CHANGE, after=after, size=AT_ONCE)
        began = dict(Standing.objects.filter(claim__in=page.rows, number=1).values_list("claim", "change__recorded_at"))
        for claim in page.rows:
            review = review_of(claim, base, began[claim.pk])
            yield _item(claim, base, began[claim.pk], dateModified=claim.changed_at) | {"item": [review]}
        after = page.older
        if not after:
            break
    gone = Standing.objects.withdrawn().filter(claim__merged_into__isnull=True).order_by("change")
    for standing in gone.iterator(chunk_size=AT_ONCE):
        at = standing.change.recorded_at
        yield _item(standing.claim, base, None, dateDeleted=at) | {"item": []}


def _item(claim: Any, base: str, created, **moments) -> dict[str, Any]:
    address = base.rstrip("/") + claim.get_absolute_url()
    told = {"dateCreated": created} | moments
    return {"@type": "DataFeedItem", "@id": address} | {n: at.isoformat() for n, at in told.items() if at}
