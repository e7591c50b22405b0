"""What is said of a thing to a token: all of it with the scope to read, else its name alone."""

import json
from typing import Any

from django.utils.crypto import salted_hmac
from rest_framework.reverse import reverse

from sources.models import Capture, Origin, Outlet, Passage, Source, Watch
from sources.origins import likenesses_of

from ...models import Claim, Proposal, Report, Subject
from ..serializing import AppearanceSerializer, AssessmentSerializer, RequestSerializer, TranslationSerializer
from .naming import as_named


def tag_of(thing: Any) -> str:
    """Names what an editor who looks at a thing now has seen of it, as its verbs ask."""
    if isinstance(thing, Proposal):
        seen: Any = (thing.state, getattr(thing.thing, "seen", ""))
    else:
        seen = getattr(thing, "seen", "")  # a text never changes
    said = json.dumps([type(thing).__name__, getattr(thing, "key", "") or thing.ref, seen])
    return salted_hmac("claims.api.desk", said, algorithm="sha256").hexdigest()[:32]


def address_of(thing: Any, request) -> str:
    """Where a token finds it."""
    if isinstance(thing, Passage | Capture):
        capture = thing if isinstance(thing, Capture) else thing.capture
        return reverse("desk-capture", args=[capture.source.key, capture.sha256[:12]], request=request)
    return reverse(f"desk-{type(thing).__name__.lower()}", args=[thing.key], request=request)


def told(thing: Any, request, sight) -> dict[str, Any]:
    """The thing, as far as the token sees it."""
    name = {"ref": thing.ref} if isinstance(thing, Passage | Capture) else {"key": thing.key}
    named = {"url": address_of(thing, request), **name}
    mine = isinstance(thing, Proposal) and thing.by_id == sight.user.pk
    return named | TELLERS[type(thing)](thing, request) if sight.everything or mine else named


def in_list(thing: Any, request) -> dict[str, Any]:
    return {"url": address_of(thing, request), "key": thing.key} | LISTED[type(thing)](thing)


def _claim_row(claim) -> dict[str, Any]:
    return {
        "kind": claim.kind,
        "stage": claim.stage,
        "status": claim.status,
        "public": claim.public,
        "headline": claim.wording.headline if claim.wording else "",
        "statement": claim.wording.statement if claim.wording else "",
    }


def _claim(claim, request) -> dict[str, Any]:
    claim = Claim.objects.for_desk().prefetch_related("about__subject").get(pk=claim.pk)
    context = {"request": request}
    return _claim_row(claim) | {
        "html_url": request.build_absolute_uri(claim.get_absolute_url()) if claim.public else None,
        "language": claim.wording.language if claim.wording else "",
        "sensitivity": claim.sensitivity,
        "misconduct": claim.misconduct,
        "released": claim.released_id is not None,
        "look": [cause for cause in claim.look.split(",") if cause],
        "merged_into": claim.merged_into.key if claim.merged_into else None,
        "subjects": [{"key": m.subject.key, "name": m.subject.name} for m in claim.about.all() if m.until_id is None],
        "assessment": _finding(claim, context),
        "appearances": AppearanceSerializer(claim.live_appearances, many=True, context=context).data,
        "relations": [{"kind": r.kind, "other": r.other.key} for r in claim.live_relations],
        "requests": RequestSerializer([a.request for a in claim.shown_asked], many=True, context=context).data,
        "holds": [{"kind": h.kind, "ends_at": h.ends_at} for h in claim.live_holds],
        "proposals": [p.key for p in claim.proposals.all() if p.state == "waiting"],
    }


def _finding(claim, context) -> Any:
    if not claim.findings:
        return None
    return AssessmentSerializer(claim.findings[0], context=context).data


def _source_row(source) -> dict[str, Any]:
    return {
        "title": source.title,
        "outlet": source.outlet.key if source.outlet else None,
        "language": source.language,
        "dated": source.dated,
        "public": source.is_public,
        "confidential": source.confidential,
    }


def _source(source, request) -> dict[str, Any]:
    captures = source.captures.defer("text", "blocks").order_by("-id")
    more = {name: getattr(source, name) for name in ("title_en", "author", "archived", "rights")}
    return _source_row(source) | {
        **more,
        "original": source.url,
        "origin": source.origin.key,
        "retracted": source.retracted_id is not None,
        "watched": Watch.objects.filter(source=source).exists(),
        "likenesses": [{"other": found["that"].key, "share": found["trace"].share} for found in likenesses_of(source)],
        "captures": [{"url": address_of(c, request), "ref": c.ref, "sha256": c.sha256} for c in captures],
    }


def _capture(capture, request) -> dict[str, Any]:
    names = ("sha256", "bytes", "length", "media_type", "withheld", "captured_at", "final_url", "text")
    regions = capture.regions.live()
    kept = ("kind", "start", "end", "of_start", "of_end", "note")
    passages = capture.passages.order_by("start", "end")
    return {name: getattr(capture, name) for name in names} | {
        "source": capture.source.key,
        "regions": [{name: getattr(region, name) for name in kept} for region in regions],
        "passages": [
            {"ref": f"{capture.ref}/{p.start}-{p.end}", "start": p.start, "end": p.end, "exact": p.exact}
            for p in passages
        ],
    }


def _passage(passage, request) -> dict[str, Any]:
    names = ("start", "end", "exact", "prefix", "suffix")
    live = passage.translations.live()
    return {name: getattr(passage, name) for name in names} | {
        "capture": passage.capture.ref,
        "translations": TranslationSerializer(live, many=True).data,
    }


def _outlet(outlet, request=None) -> dict[str, Any]:
    owner = outlet.owner.key if outlet.owner else None
    return {n: getattr(outlet, n) for n in ("name", "kind", "language")} | {"original": outlet.url, "owner": owner}


def _origin(origin, request=None) -> dict[str, Any]:
    outlet = origin.outlet.key if origin.outlet else None
    return {n: getattr(origin, n) for n in ("name", "kind", "dated")} | {"outlet": outlet}


def _origin_whole(origin, request) -> dict[str, Any]:
    descents = origin.upstreams.live().select_related("upstream").order_by("id")
    return _origin(origin) | {"upstreams": [{"kind": d.kind, "upstream": d.upstream.key} for d in descents]}


def _subject_row(subject) -> dict[str, Any]:
    return {n: getattr(subject, n) for n in ("name", "kind", "private_person", "wikidata")}


def _subject(subject, request) -> dict[str, Any]:
    names = [{n: getattr(name, n) for n in ("text", "language", "preferred")} for name in subject.names.live()]
    return _subject_row(subject) | {"outlet": subject.outlet.key if subject.outlet else None, "names": names}


def _proposal_row(proposal) -> dict[str, Any]:
    kind, key = proposal.named_in_the_ledger
    return {
        "verb": proposal.verb,
        "about": {"kind": kind, "key": key},
        "state": proposal.state,
        "by": proposal.by.username,
        "sent_at": proposal.sent_at,
        "decided_by": proposal.decided_by.username if proposal.decided_by else None,
        "decided_at": proposal.decided_at,
        "reply": proposal.reply,
    }


def _proposal(proposal, request) -> dict[str, Any]:
    thing = address_of(proposal.thing, request)
    return _proposal_row(proposal) | {"thing": thing, "stale": proposal.is_stale, "body": as_named(proposal.body)}


def _report_row(report) -> dict[str, Any]:
    about = {"kind": report.thing, "key": report.thing_key} if report.thing else None
    return {"kind": report.kind, "about": about, "state": report.state, "sent_at": report.sent_at}


def _report(report, request) -> dict[str, Any]:
    """Without the address that was left for an answer: the desk sends it there by itself."""
    readings, answers = report.readings.select_related("by"), report.answers.select_related("by", "claim", "correction")
    return _report_row(report) | {
        "what": report.what,
        "how": report.how,
        "as_of": report.as_of,
        "language": report.language,
        "wants_answer": bool(report.address),
        "read_by": [reading.by.username for reading in readings],
        "answers": [
            {
                "number": answer.number,
                "outcome": answer.outcome,
                "text": answer.text,
                "claim": answer.claim.key if answer.claim else None,
                "correction": answer.correction.number if answer.correction else None,
                "by": answer.by.username,
                "answered_at": answer.answered_at,
            }
            for answer in answers
        ],
    }


TELLERS: dict[type, Any] = {
    Claim: _claim,
    Source: _source,
    Capture: _capture,
    Passage: _passage,
    Outlet: _outlet,
    Origin: _origin_whole,
    Subject: _subject,
    Proposal: _proposal,
    Report: _report,
}
LISTED: dict[type, Any] = {
    Claim: _claim_row,
    Source: _source_row,
    Outlet: _outlet,
    Origin: _origin,
    Subject: _subject_row,
    Proposal: _proposal_row,
    Report: _report_row,
}
