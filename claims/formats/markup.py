"""What a claim's page says to machines: schema.org in JSON-LD (ClaimReview; a bare Claim where nothing was found)."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def marked_up(claim, address: str, published_at) -> SafeString:
    """A script element that no browser runs. Every sign that could end it is escaped."""
    text = json.dumps({"@context": "https://schema.org"} | _of(claim, address, published_at), ensure_ascii=False)
    return mark_safe(f'<script type="application/ld+json">{text.translate(ESCAPED)}</script>')


def _of(claim, address: str, published_at) -> dict[str, Any]:
    said = {
        "@type": "Claim",
        "@id": f"{address}#claim",
        "text": claim.words,
        "inLanguage": claim.wording.language,
        "appearance": [
            {"@type": "CreativeWork", "name": s.title, "inLanguage": s.language} | ({"url": s.url} if s.url else {})
            for s in claim.sources
        ],
    }
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
        "author": {"@type": "NewsMediaOrganization", "name": "FactDesk"},
        "reviewRating": {
            "@type": "Rating",
            "alternateName": claim.get_status_display(),
            "ratingExplanation": claim.assessment.why,
        },
        "itemReviewed": said,
    }
    corrections = [
        {"@type": "CorrectionComment", "text": c.why, "datePublished": c.since.recorded_at.isoformat()}
        for c in claim.shown_corrections
        if c.why
    ]
    return review | ({"correction": corrections} if corrections else {})
