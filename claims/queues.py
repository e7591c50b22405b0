"""The editors' work queue: what waits, for whom, and why; one query for each line, and a list for the rest of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.urls import reverse
from django.utils import timezone

from sources.models import Passage, Sighting, Source, Translation
from sources.models.traces import alike
from sources.recording import may

from .models import Appearance, Citation, Claim, Hold, Proposal, ReplyClaim, ReplyRequest, Report, Thing

SHOWN = 4
CHECKED = timedelta(days=180)  # after which a finding is looked at again


@dataclass(frozen=True)
class Line:
    """One kind of work: what rows of a model need, by the name that the lists of the admin know it by too."""

    name: str
    model: Any
    title: str
    why: str
    which: Callable[[Any, Any], QuerySet]  # of these rows, for this editor
    act: str = "record"  # what an editor must be allowed to do, to be shown it


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
    if not may(editor, "record"):
        return []
    return [_queue(line, editor, whose) for line in LINES if may(editor, line.act)]


def in_hands_of(editor, rows: QuerySet) -> QuerySet:
    """Those that belong to a claim which was given to this editor, or that were sent back to them."""
    given = Claim.objects.filter(assignment_to__editor=editor)
    if rows.model is Claim:
        return rows.filter(assignment_to__editor=editor)
    if rows.model is Proposal:
        return rows.filter(claim__in=given) | rows.filter(state="returned", by=editor)
    if rows.model is ReplyRequest:
        return rows.filter(Exists(ReplyClaim.objects.live().filter(request=OuterRef("pk"), claim__in=given)))
    if rows.model is Report:
        return rows.filter(thing=Thing.CLAIM, thing_key__in=given.values("key"))
    where = "passage__capture__source" if rows.model is Source else "passage"
    return rows.filter(Exists(Appearance.objects.live().filter(**{where: OuterRef("pk")}, claim__in=given)))


def _queue(line: Line, editor, whose: str) -> Queue:
    base, row = SHOWN_AS[line.model]
    opts = line.model._meta
    listed = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    rows, address = line.which(base.all(), editor), f"{listed}?needs={line.name}"
    if whose == "mine":
        rows, address = in_hands_of(editor, rows), f"{address}&whose=mine"
    found: list[Any] = list(rows.annotate(total=Window(Count("pk")))[:SHOWN])
    return Queue(line.title, line.why, address, found[0].total if found else 0, [row(thing) for thing in found])


def changed_at_source(claims: QuerySet, editor) -> QuerySet:
    """Findings whose words changed since, and claims without one whose words do not stand as they did."""
    last = Sighting.objects.filter(passage=OuterRef("passage")).order_by("-id").values("outcome")[:1]
    here = Appearance.objects.live().filter(claim=OuterRef("pk")).annotate(now=Subquery(last))
    unassessed = Q(assessment__isnull=True) & Q(Exists(here.filter(now__in=["altered", "missing"])))
    return claims.filter(Q(look__contains="altered") | unassessed).exclude(stage="withdrawn").order_by("id")


def without_evidence(claims: Any, editor) -> QuerySet:
    cited = Citation.objects.filter(assessment=OuterRef("assessment"))
    return claims.public().assessable().filter(~Exists(cited)).order_by("changed")


def not_checked(claims: Any, editor) -> QuerySet:
    """Findings that are older than the desk lets them be, and those whose own day has come."""
    old = claims.public().filter(assessment__since__recorded_at__lt=timezone.now() - CHECKED)
    due = claims.filter(review_by__lte=timezone.now().date()).exclude(stage="withdrawn")
    return (old | due).order_by("assessment__since")


def untranslated(passages: QuerySet, editor) -> QuerySet:
    """Quotes in another language than the desk's that nobody translated."""
    live = Appearance.objects.live().filter(passage=OuterRef("pk"))
    there = Translation.objects.live().filter(passage=OuterRef("pk"), language="en")
    foreign = passages.exclude(exact="").exclude(capture__source__language__startswith="en")
    return foreign.filter(Exists(live), ~Exists(there)).order_by("id")


LINES = [
    Line(
        "approval",
        Proposal,
        "Waiting for a second editor",
        "Proposed by somebody else. Nothing changes until one of them is approved.",
        lambda rows, editor: rows.waiting().exclude(by=editor),
    ),
    Line(
        "revision",
        Proposal,
        "Sent back to you",
        "A second editor says what is missing.",
        lambda rows, editor: rows.returned().filter(by=editor),
    ),
    Line(
        "report",
        Report,
        "Reports from readers",
        "Two editors read each within 5 working days, and one of them answers.",
        lambda rows, editor: rows.for_editor(editor),
        act="approve",
    ),
    Line(
        "source",
        Claim,
        "Source changed since we read it",
        "A quote does not stand as it was.",
        changed_at_source,
    ),
    Line(
        "look",
        Claim,
        "Needs another look",
        "Something else changed after the finding.",
        lambda rows, editor: rows.exclude(look__in=["", "altered"]).exclude(stage="withdrawn").order_by("id"),
    ),
    Line(
        "translation",
        Passage,
        "Quotations without translation",
        "Readers may not understand them.",
        untranslated,
    ),
    Line(
        "likeness",
        Source,
        "The same text as another source",
        "If one republishes the other, the two are one origin.",
        alike,
    ),
    Line(
        "evidence",
        Claim,
        "Published without evidence",
        "Readers see them; nothing is cited.",
        without_evidence,
    ),
    Line(
        "publication",
        Claim,
        "Not shown to readers yet",
        "Recorded, and not shown to readers. Sensitive claims stay here until they are released.",
        lambda rows, editor: rows.unseen().order_by(F("wording").desc(nulls_last=True)),
    ),
    Line(
        "finding",
        Claim,
        "Never assessed",
        "Unverified, oldest first.",
        lambda rows, editor: rows.assessable().filter(assessment__isnull=True, wording__isnull=False).order_by("id"),
    ),
    Line(
        "reply",
        ReplyRequest,
        "Right of reply due",
        "The day by which they were to reply has come. Record what came of it.",
        lambda rows, editor: rows.due(),
    ),
    Line(
        "hold",
        Claim,
        "Holds to look at",
        "Their end has come.",
        lambda rows, editor: rows.filter(pk__in=Hold.objects.over().values("claim")).order_by("id"),
    ),
    Line(
        "check",
        Claim,
        "Not checked for 180 days",
        "Or due by the day that the finding names.",
        not_checked,
    ),
]


def _proposal(proposal: Proposal) -> Waiting:
    words = f"{proposal.get_verb_display().capitalize()}: {proposal.about}"
    return Waiting(reverse("admin:claims_proposal_change", args=[proposal.pk]), words, proposal.sent_at)


def _claim(claim: Claim) -> Waiting:
    words = claim.words if claim.wording else f"{claim.key}: {claim.words}"
    return Waiting(reverse("admin:claims_claim_change", args=[claim.pk]), words, claim.since.recorded_at)


def _passage(passage: Passage) -> Waiting:
    address = reverse("admin:sources_passage_change", args=[passage.pk])
    return Waiting(address, f"{passage.exact[:80]} ({passage.capture.source.key})", passage.since.recorded_at)


def _request(request: ReplyRequest) -> Waiting:
    address = reverse("admin:claims_replyrequest_change", args=[request.pk])
    return Waiting(address, f"{request.to_name}, by {request.deadline}", request.since.recorded_at)


def _report(report: Report) -> Waiting:
    about = f", about {report.thing_key}" if report.thing_key else ""
    words = f"{report.get_kind_display()}{about}: {report.get_state_display().lower()}"
    return Waiting(reverse("admin:claims_report_change", args=[report.pk]), words, report.sent_at)


def _source(source: Source) -> Waiting:
    return Waiting(
        reverse("admin:sources_source_change", args=[source.pk]),
        f"{source.title} ({source.key})",
        source.since.recorded_at,
    )


# How the rows of a line are fetched, and what the desk's home says of each.
SHOWN_AS: dict[Any, tuple[Any, Callable[[Any], Waiting]]] = {
    Proposal: (Proposal.objects.for_list(), _proposal),
    Claim: (Claim.objects.select_related("wording", "since"), _claim),
    Passage: (Passage.objects.for_list(), _passage),
    ReplyRequest: (ReplyRequest.objects.for_list(), _request),
    Report: (Report.objects.all(), _report),
    Source: (Source.objects.select_related("since"), _source),
}
