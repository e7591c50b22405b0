"""All that was done to one claim, joined: the ledger, what waited for a second editor, and what editors said."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from sources.models import Change, Passage

from .models import Appearance, Claim, Hold, ReplyRequest

KINDS = {
    "wordings": "Wordings",
    "appearances": "Appearances",
    "findings": "Findings",
    "corrections": "Corrections",
    "stage": "Publication",
    "holds": "Holds",
    "replies": "Replies",
    "proposals": "Proposals",
    "comments": "Comments",
}
VERBS = {
    "record": "wordings",
    "reword": "wordings",
    "add": "wordings",
    "appear": "appearances",
    "strike": "appearances",
    "translate": "appearances",
    "sight": "appearances",
    "relate": "appearances",
    "close": "appearances",
    "assess": "findings",
    "publish": "stage",
    "release": "stage",
    "withdraw": "stage",
    "absorb": "stage",
    "merge": "stage",
    "redact": "stage",
    "hold": "holds",
    "lift": "holds",
    "ask": "replies",
    "answer": "replies",
}


@dataclass
class Entry:
    """One act: what, by whom and when, and the words before and after it."""

    at: datetime
    kind: str
    what: str
    by: Any = None
    change: Change | None = None
    said: str = ""
    diffs: list[tuple[str, str, str]] = field(default_factory=list)
    link: Any = None


def history_of(claim: Claim, chosen: Iterable[str] = ()) -> list[Entry]:
    """Newest first; `chosen` names kinds, none means all."""
    entries = [*_acts(claim), *_proposals(claim), *_comments(claim)]
    wanted = set(chosen) or set(KINDS)
    kept = [e for e in entries if e.kind in wanted or ("corrections" in wanted and _corrects(e))]
    return sorted(kept, key=lambda entry: entry.at, reverse=True)


def _corrects(entry: Entry) -> bool:
    return any(name == "Correction" for name, *_ in entry.diffs)


def _acts(claim: Claim) -> Iterable[Entry]:
    requests = ReplyRequest.objects.filter(about__claim=claim)
    appearing = Passage.objects.filter(appearances__claim=claim).select_related("capture__source").distinct()
    refs = [p.ref for p in appearing]
    changes = Change.objects.filter(
        Q(kind="claim", key=claim.key)
        | Q(kind="request", key__in=requests.values("key"))
        | Q(kind="passage", key__in=refs, verb__in=["translate", "sight"])
    )
    told = _told_by_rows(claim, requests)
    for change in changes.select_related("by", "approved_by"):
        row = told.get(change.pk, [])
        yield Entry(
            change.recorded_at,
            VERBS[change.verb],
            change.get_verb_display(),
            change.by,
            change,
            change.note,
            row,
        )


def _told_by_rows(claim: Claim, requests) -> dict[int, list[tuple[str, str, str]]]:
    """What each change brought or ended, in words: a name, what stood before and what stands after."""
    told: dict[int, list[tuple[str, str, str]]] = {}

    def tell(change_id, *diff):
        told.setdefault(change_id, []).append(diff)

    before: Any = None
    for wording in claim.wordings.order_by("number"):
        tell(wording.since_id, "Statement", before.statement if before else "", wording.statement)
        tell(wording.since_id, "Why it changed", "", wording.get_code_display())
        tell(wording.since_id, "Headline", before.headline if before else "", wording.headline)
        before = wording
    before = None
    for finding in claim.assessments.order_by("number"):
        was = (before.get_status_display(), before.why, before.reason) if before else ("", "", "")
        now = (finding.get_status_display(), finding.why, finding.reason)
        for name, one, other in zip(("Status", "Why", "Why, in full"), was, now, strict=True):
            tell(finding.since_id, name, one, other)
        before = finding
    for appearance in Appearance.objects.filter(claim=claim).select_related("passage__capture__source"):
        said = f"{appearance.get_position_display()}: “{appearance.passage.exact or appearance.passage.ref}”"
        tell(appearance.since_id, "Passage", "", said)
        if appearance.until_id:
            tell(appearance.until_id, "Passage", said, "")
    for correction in claim.corrections.all():
        tell(correction.since_id, "Correction", "", f"{correction.get_kind_display()}: {correction.why}")
    for hold in Hold.objects.filter(claim=claim):
        ends = f", until {hold.ends_at:%Y-%m-%d %H:%M} UTC" if hold.ends_at else ""
        tell(hold.since_id, "Hold", "", f"{hold.get_kind_display()}{ends}")
        if hold.until_id:
            tell(hold.until_id, "Hold", hold.get_kind_display(), "")
    for request in requests.prefetch_related("replies__passage").distinct():
        how = f"{request.get_channel_display()}, by {request.deadline}" if request.channel else request.why_not
        tell(request.since_id, "Request", "", f"{request.to_name}: {how}")
        for reply in request.replies.all():
            words = reply.passage.exact if reply.passage else reply.note
            tell(reply.since_id, "Reply", "", f"{reply.get_outcome_display()}. {words}")
    for mention in claim.about.select_related("subject"):
        tell(mention.since_id, "About", "", mention.subject.name)
        if mention.until_id:
            tell(mention.until_id, "About", mention.subject.name, "")
    for relation in claim.relations.select_related("other"):
        said = f"{relation.get_kind_display()} {relation.other.key}"
        tell(relation.since_id, "Relation", "", said)
        if relation.until_id:
            tell(relation.until_id, "Relation", said, "")
    return told


def _proposals(claim: Claim) -> Iterable[Entry]:
    """What was sent to a second editor, and what they decided."""
    for proposal in claim.proposals.select_related("by", "decided_by"):
        act = proposal.get_verb_display().lower()
        yield Entry(proposal.sent_at, "proposals", f"Proposed: {act}", proposal.by, link=proposal)
        if proposal.decided_at:
            said = f"“{proposal.reply}”" if proposal.reply else ""
            decided = f"{proposal.get_state_display()}: {act}"
            by = proposal.decided_by or proposal.by
            yield Entry(proposal.decided_at, "proposals", decided, by, said=said, link=proposal)


def _comments(claim: Claim) -> Iterable[Entry]:
    for comment in claim.comments.select_related("by"):
        yield Entry(comment.said_at, "comments", "Comment", comment.by, said=comment.text)
