"""Words that are hard to show: without a break, or from right to left. Wherever a reader meets words of the record."""

from urllib.parse import quote

from claims.models import Cited, Corrected, Report
from sources.models import Outlet

from .making import (
    UPDATE,
    assess,
    contradicts,
    make_claim,
    make_editor,
    make_origin,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
    supports,
)

UNBROKEN = "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz" * 5
ADDRESS = f"https://example.org/{'a' * 140}?{'b' * 140}"
PERSIAN = "«پل شماره ۷ هرگز بازرسی نشد» (BBC، ۲۰۱۹): این را شهرداری گفت؛ و سند شماره 14 آن را رد می‌کند. "
HEBREW = "הגשר מספר 7 (״הישן״) מעולם לא נבדק, אמר Forbes ב־2019: כך כתוב ביומן, עמוד 14! "


def make_awkward(words: str, language: str, name: str) -> dict:
    """A claim with these words wherever there can be some, its source, whom it is about, and one whose reasons have them too."""

    def some(most):
        return (words * 9)[:most].strip()

    by, editor = make_reporter(), make_editor()
    two = {"by": by, "approved_by": editor}
    outlet = Outlet.objects.add(by=by, name=some(90), language=language)
    text = f"{some(400)}\n\n{name}\n\n{some(300)}\n\n{some(200)}"
    source = make_source(
        text, by=by, language=language, title=some(200), outlet=outlet, author=name, url=ADDRESS, dated="2023-06"
    )
    capture = source.captures.get()
    passage = capture.quote(0, len(some(400)), by=by)
    passage.translate(f"In English: {UNBROKEN}", by=by, made_by="FactDesk")
    subject = make_subject(name, by=by, names=[{"text": some(150), "language": language, "preferred": True}])
    claim = make_claim(some(300), passage=passage, subjects=[subject], misconduct=True, language=language)
    speakers = [{"name": name}, {"name": some(150), "anonymity": "group"}, {"name": "Forbes"}]
    figures = [{"words": some(90), "low": "5000000", "unit": "x" * 40, "qualifier": "more than"}]
    claim.appear(
        capture.quote(len(text) - 200, len(text), by=by),
        "reports",
        hedge="hearsay",
        dated="2023-06~",
        dated_words=some(90),
        dated_basis="stated",
        speakers=speakers,
        figures=figures,
        **two,
    )
    english = make_passage("The bridge was never inspected, they say.", by=by, title=f"The {UNBROKEN} bridge")
    english.translate(some(300), language=language, by=by, made_by=name)
    claim.appear(english, "denies", speakers=speakers, **two)
    confirmed = make_origin(name)
    source.origin.descend(confirmed, "draws_on", by=by, approved_by=editor)
    other = make_claim(some(200), subjects=[subject], language=language)
    claim.relate(other, "contradicts", **two)
    reason = f"{some(80)} [1]{some(80)} [1]."  # as a desk writes that does not write English
    assess(other, "disputed", because=some(200), reason=reason, would_change=some(90), citing=[contradicts(passage)])
    reason = f"The log [1] says otherwise: {UNBROKEN}.\n\n{ADDRESS} is another [2]."
    cited = [
        contradicts(passage, note=UNBROKEN),
        supports(english),
        Cited("context", reference=f"A letter, {ADDRESS}", url=ADDRESS, origin_id=confirmed.pk, note=ADDRESS),
    ]
    found = {"citing": cited, "reason": reason, "would_change": ADDRESS}
    assess(claim, "disputed", because=UNBROKEN[:230], **found)
    error = {"code": "our_error", "correcting": Corrected("correction", f"We misread {UNBROKEN}")}
    claim.reword(some(150), f"{some(200)} {name}", language=language, **error, **two)
    claim.reword(some(150), some(280), language=language, **UPDATE, **two)
    assess(claim, "unverified", code="new_evidence", because="The log may be false.")
    assess(claim, "disputed", code="new_evidence", because=ADDRESS[:230], **found)
    asked = {"channel": "email", "questions": "Is it so?", "asked_on": "2026-10-01", "deadline": "2026-10-08"}
    request = claim.ask(to_name=some(190), subject=subject, **asked, **two)
    reply = make_passage(some(300), by=by, language=language, title=some(80))
    claim.answer(request.key, "replied", passage=reply, note=UNBROKEN, **two)
    claim.ask(to_name=name, subject=subject, **asked, **two)
    report = Report.objects.send(what="It was inspected.")
    report.read(by=make_editor())
    report.answer("changed", f"We read {ADDRESS}", by=editor, claim=claim)
    claim.refresh_from_db()
    return {"claim": claim, "other": other, "words": words * 9, "source": source, "subject": subject, "report": report}


def unbroken() -> dict:
    return make_awkward(UNBROKEN, "de", UNBROKEN[:150])


def persian() -> dict:
    return make_awkward(PERSIAN, "fa", "شهرداری تهران")


def hebrew() -> dict:
    return make_awkward(HEBREW, "he", "עיריית חיפה (מחלקת גשרים)")


def paths(made) -> dict[str, str]:
    """Every page that shows some of these words, by the name of its picture."""
    claim, source, subject = made["claim"], made["source"], made["subject"]
    at, last = claim.get_absolute_url(), claim.standings.latest("number").number
    return {
        **{
            name or "home": f"/{name}/"
            for name in ("claims", "sources", "subjects", "changes", "corrections", "method")
        },
        "home": "/",
        "claims-facet": "/claims/?facet=source",
        "claims-found": f"/claims/?q={quote(source.title[:12])}",
        "claims-none": f"/claims/?q={quote(PERSIAN[:12])}&subject={subject.key}&source={source.key}&status=verified",
        "claim": at,
        "claim-other": made["other"].get_absolute_url(),
        "claim-then": f"{at}v/3/",
        "claim-diff": f"{at}diff/2/{last}/",
        "claim-cite": f"{at}cite/",
        "embed": f"/embed/{claim.key}/",
        "source": source.get_absolute_url(),
        "subject": subject.get_absolute_url(),
        "compare": f"/compare/?subject={subject.key}",
        "compare-what": "/compare/",
        "report": f"/report/?claim={claim.key}",
        "report-of-a-source": f"/report/?source={source.key}",
        "report-answered": made["report"].get_absolute_url(),
        "follow": f"/follow/?claim={claim.key}",
    }
