"""The editors' work queue: what waits, for whom, and why; one query for each line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Window
from django.urls import reverse
from django.utils import timezone

from sources.models import Passage, Translation

from .models import Appearance, Citation, Claim, Proposal

SHOWN = 4
CHECKED = timedelta(days=180)  # after which a finding is looked at again


@dataclass
class Waiting:
    address: str
    words: str
    at: datetime


@dataclass
class Queue:
    title: str
    why: str
    address: str
    count: int
    rows: list[Waiting]


def queues(editor, whose: str = "everybody") -> list[Queue]:
    """Every line of the desk's home, for all or for what is in this editor's hands."""
    mine = whose == "mine"
    proposals = Proposal.objects.for_list()
    claims = Claim.objects.select_related("wording", "since")
    if mine:
        proposals = proposals.filter(claim__assignment_to__editor=editor)
        claims = claims.filter(assignment_to__editor=editor)
    listed = {
        "proposals": reverse("admin:claims_proposal_changelist"),
        "claims": reverse("admin:claims_claim_changelist"),
    }
    found = [
        _queue(
            "Waiting for a second editor",
            "Proposed by somebody else. Nothing changes until one of them is approved.",
            f"{listed['proposals']}?state__exact=waiting",
            proposals.waiting().exclude(by=editor),
            _proposal,
        ),
        _queue(
            "Sent back to you",
            "A second editor says what is missing.",
            f"{listed['proposals']}?state__exact=returned",
            Proposal.objects.for_list().returned().filter(by=editor),
            _proposal,
        ),
        *(
            _queue(title, why, f"{listed['claims']}?needs={needs}", which(claims), _claim)
            for needs, (title, why, which) in CLAIMS.items()
        ),
    ]
    if not mine:
        found.insert(4, _untranslated())
    return found


def changed_at_source(claims: QuerySet) -> QuerySet:
    return claims.filter(look__contains="altered").exclude(stage="withdrawn").order_by("id")


def without_evidence(claims: Any) -> QuerySet:
    cited = Citation.objects.filter(assessment=OuterRef("assessment"))
    return claims.public().assessable().filter(~Exists(cited)).order_by("changed")


def not_checked(claims: Any) -> QuerySet:
    """Findings that are older than the desk lets them be, and those whose own day has come."""
    old = claims.public().filter(assessment__since__recorded_at__lt=timezone.now() - CHECKED)
    due = claims.filter(review_by__lte=timezone.now().date())
    return (old | due).order_by("assessment__since")


# What a claim may need, as the lists of the admin name it too.
CLAIMS: dict[str, tuple[str, str, Callable[[Any], QuerySet]]] = {
    "source": ("Source changed since we read it", "A quote does not stand as it was.", changed_at_source),
    "look": (
        "Needs another look",
        "Something else changed after the finding.",
        lambda claims: claims.exclude(look="").exclude(stage="withdrawn").order_by("id"),
    ),
    "evidence": ("Published without evidence", "Readers see them; nothing is cited.", without_evidence),
    "publication": (
        "Not shown to readers yet",
        "Recorded, and not shown to readers. Sensitive claims stay here until they are released.",
        lambda claims: claims.unseen().order_by(F("wording").desc(nulls_last=True)),
    ),
    "finding": (
        "Never assessed",
        "Unverified, oldest first.",
        lambda claims: claims.assessable().filter(assessment__isnull=True, wording__isnull=False).order_by("id"),
    ),
    "check": ("Not checked for 180 days", "Or due by the day that the finding names.", not_checked),
}


def _untranslated() -> Queue:
    """Quotes in another language than the desk's that nobody translated."""
    live = Appearance.objects.live().filter(passage=OuterRef("pk"))
    there = Translation.objects.live().filter(passage=OuterRef("pk"), language="en")
    passages = Passage.objects.exclude(exact="").exclude(capture__source__language__startswith="en")
    waiting = passages.filter(Exists(live), ~Exists(there)).select_related("capture__source", "since").order_by("id")
    listed = reverse("admin:sources_capture_changelist")
    return _queue("Quotations without translation", "Readers may not understand them.", listed, waiting, _passage)


def _queue(title: str, why: str, address: str, waiting: Any, row: Callable[[Any], Waiting]) -> Queue:
    found = list(waiting.annotate(total=Window(Count("pk")))[:SHOWN])
    return Queue(title, why, address, found[0].total if found else 0, [row(thing) for thing in found])


def _proposal(proposal: Proposal) -> Waiting:
    words = f"{proposal.get_verb_display().capitalize()}: {proposal.claim.wording or proposal.claim.key}"
    return Waiting(reverse("admin:claims_proposal_change", args=[proposal.pk]), words, proposal.sent_at)


def _claim(claim: Claim) -> Waiting:
    words = claim.words if claim.wording else f"{claim.key}: {claim.words}"
    return Waiting(reverse("admin:claims_claim_change", args=[claim.pk]), words, claim.since.recorded_at)


def _passage(passage: Passage) -> Waiting:
    address = reverse("admin:sources_capture_change", args=[passage.capture_id])
    return Waiting(address, f"{passage.exact[:80]} ({passage.capture.source.key})", passage.since.recorded_at)
