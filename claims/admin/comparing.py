from sources.comparing import Moved, acts_in_words, what_differs
from sources.models import Change

ACTS = {"reword": "reworded this claim", "assess": "decided a finding"}


def claim_moved(claim, seen, *, before="As you saw it") -> Moved | None:
    """How a claim has moved on since an editor saw a wording and a finding of it."""
    if seen == claim.seen:
        return None
    wording, finding = (
        rows.filter(pk=pk or 0).first()
        for rows, pk in zip((claim.wordings, claim.assessments.for_page()), seen, strict=True)
    )
    last = max((row.since_id for row in (wording, finding) if row), default=0)
    now = claim.assessments.for_page().filter(pk=claim.assessment_id or 0).first()
    return Moved(
        title="The claim has moved on",
        acts=acts_in_words(Change.objects.about("claim", claim.key).filter(verb__in=ACTS, id__gt=last), ACTS),
        rows=what_differs(
            (name, was, stands)
            for (name, was), (_, stands) in zip(_said(wording, finding), _said(claim.wording, now), strict=True)
        ),
        before=before,
    )


def _said(wording, finding) -> list[tuple[str, str]]:
    return [
        ("Statement", wording.statement if wording else ""),
        ("Headline", wording.headline if wording else ""),
        ("Status", finding.get_status_display() if finding else "Not assessed"),
        ("Why", finding.why if finding else ""),
        ("Why, in full", finding.reason if finding else ""),
        ("Evidence", "; ".join(_cited(c) for c in finding.citations.all()) if finding else ""),
    ]


def _cited(citation) -> str:
    words = citation.passage.exact if citation.passage else citation.reference or citation.expression
    return f"[{citation.number}] {citation.get_stance_display()}: {words or 'words kept back'}"
