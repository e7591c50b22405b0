"""The editors' work queue: what waits, for whom, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.urls import reverse

from .models import Claim, Proposal, State

SHOWN = 4


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


def queues(editor) -> list[Queue]:
    proposals = Proposal.objects.for_list()
    claims = Claim.objects.select_related("wording", "since")
    listed = {
        "proposals": reverse("admin:claims_proposal_changelist"),
        "claims": reverse("admin:claims_claim_changelist"),
    }
    return [
        _queue(
            "Waiting for a second editor",
            "Proposed by somebody else. Nothing changes until one of them is approved.",
            f"{listed['proposals']}?state__exact=waiting",
            proposals.waiting().exclude(by=editor),
        ),
        _queue(
            "Sent back to you",
            "A second editor says what is missing.",
            f"{listed['proposals']}?state__exact=returned",
            proposals.filter(state=State.RETURNED, by=editor),
        ),
        _queue(
            "Needs another look",
            "Something changed after the finding.",
            f"{listed['claims']}?needs=look",
            claims.exclude(look="").order_by("id"),
        ),
        _queue(
            "Not shown to readers yet",
            "Recorded, and not shown to readers. Sensitive claims stay here until they are released.",
            f"{listed['claims']}?needs=publication",
            claims.unseen().order_by(F("wording").desc(nulls_last=True)),
        ),
    ]


def _queue(title: str, why: str, address: str, waiting: Any) -> Queue:
    return Queue(title, why, address, waiting.count(), [_row(thing) for thing in waiting[:SHOWN]])


def _row(thing: Any) -> Waiting:
    if isinstance(thing, Proposal):
        words = f"{thing.get_verb_display().capitalize()}: {thing.claim.wording or thing.claim.key}"
        return Waiting(reverse("admin:claims_proposal_change", args=[thing.pk]), words, thing.sent_at)
    words = thing.words if thing.wording else f"{thing.key}: {thing.words}"
    return Waiting(reverse("admin:claims_claim_change", args=[thing.pk]), words, thing.since.recorded_at)
