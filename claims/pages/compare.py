"""Claims and sources side by side: for readers, and the same table as JSON and CSV for programs."""

import csv
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from ..comparing import MEANINGS, MOST, TO_CHOOSE, WORDS, Asked, carriers, columns, rows
from ..faceting import kept, whole_facet
from ..formats.tables import harmless
from ..models import Claim
from ..paging import BY_CHANGE, Page, tally_of
from ..remembering import remember
from .listing import page_asked
from .past import not_known, of_the_past

ROWS = 8  # on a page for readers, who get each twice: as a table and as a list
LINES = 100  # on a page for programs


class Table:
    """The part of a comparison that an address asks for."""

    def __init__(self, asked: Asked, query, size: int):
        claims = asked.claims()
        chosen = [source.key for source in asked.cleaned_data["source"]]
        self.carriers = carriers(claims)
        self.sources = columns(chosen or [key for key, _ in self.carriers[:MOST]])
        self.total = tally_of(claims)
        self.page: Page = page_asked(claims.for_list(), BY_CHANGE, query, size)
        self.rows = rows(self.page.rows, self.sources)


@of_the_past
def compare(request):
    asked = Asked(request.GET)
    if not asked.is_valid():
        return not_known(request, asked.errors.get_json_data())
    if asked.is_empty:
        subjects, sources = (whole_facet(request.GET, name)[0].choices for name in ("subject", "source"))
        found = {"subjects": subjects[:TO_CHOOSE], "sources": sources[:TO_CHOOSE], "most": MOST}
        return render(request, "compare_what.html", found | {"kept_by_form": kept(request.GET, "source")})
    table = Table(asked, request.GET, ROWS)
    counts, there = dict(table.carriers), {source.key for source in table.sources}
    offered = columns({key for key, _ in table.carriers[:TO_CHOOSE]} | there)
    context = {
        "table": table,
        "page": table.page,
        "subjects": remember(list(asked.cleaned_data["subject"].for_list())),
        "legend": [(name, WORDS[name], MEANINGS[name]) for name in WORDS],
        "choices": [(source, counts.get(source.key, 0), source.key in there) for source in offered],
        "more": len(counts.keys() | there) - len(there),
        "most": MOST,
        "kept_by_form": kept(request.GET, "source"),
        "kept_by_date": kept(request.GET, "as_of"),
    }
    return render(request, "compare.html", context)


def _link(request, thing, **query) -> str:
    """Where readers find it: from a table of the past, as it stood then."""
    past = getattr(request, "past", None)
    query |= {"as_of": past.asked} if past else {}
    return request.build_absolute_uri(f"{thing.get_absolute_url()}?{urlencode(query)}".removesuffix("?"))


def _place(request, said) -> str:
    capture = said.passage.capture
    return f"{_link(request, capture.source, capture=capture.sha256[:12], at=said.passage.start)}#here"


def _turned(request, name: str, **place: str) -> str | None:
    """The address of the page before or after; None where there is none."""
    if not any(place.values()):
        return None
    query = request.GET.copy()
    for gone in ("after", "before"):
        query.pop(gone, None)
    query.update(place)
    return request.build_absolute_uri(f"{reverse(name)}?{query.urlencode()}")


def for_programs(view):
    """A page of the table for programs; what is wrong with what is asked is said as in the API."""

    @of_the_past
    def page(request):
        asked = Asked(request.GET)
        if not asked.is_valid() or asked.is_empty:
            found = asked.errors.get_json_data() or {"source": [{"message": "Name a subject, sources or claims."}]}
            errors = [{"parameter": name, "detail": e["message"]} for name, many in found.items() for e in many]
            return JsonResponse({"errors": errors}, status=400)
        return view(request, Table(asked, request.GET, LINES))

    return page


@for_programs
def compare_json(request, table):
    def cell(said):
        if said.passage is None:
            return {"position": said.position}
        return {
            "position": said.position,
            "passages": said.times,
            "passage": said.passage.ref,
            "html_url": _place(request, said),
        }

    sources = [
        {
            "key": s.key,
            "title": s.title,
            "title_en": s.title_en,
            "outlet": s.outlet.name if s.outlet else "",
            "language": s.language,
            "dated": s.dated,
            "html_url": _link(request, s),
        }
        for s in table.sources
    ]
    claims = [
        {
            "key": row.claim.key,
            "statement": row.claim.wording.said,
            "language": row.claim.wording.language,
            "kind": row.claim.kind,
            "status": _status(row.claim),
            "html_url": _link(request, row.claim),
            "positions": {c.source.key: [cell(said) for said in c.said] for c in row.cells},
        }
        for row in table.rows
    ]
    return JsonResponse(
        {
            "next": _turned(request, "compare-json", after=table.page.older),
            "previous": _turned(request, "compare-json", before=table.page.newer),
            "sources": sources,
            "claims": claims,
        },
        json_dumps_params={"ensure_ascii": False},
    )


def _status(claim: Claim) -> str | None:
    """An opinion is not assessed."""
    return None if claim.is_opinion else claim.status


HEAD = (
    "claim",
    "kind",
    "status",
    "statement",
    "source",
    "title",
    "outlet",
    "dated",
    "language",
    "position",
    "passage",
    "html_url",
)


@for_programs
def compare_csv(request, table):
    """A line for each position of each source on each claim."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    lines = csv.writer(answer)
    lines.writerow(HEAD)
    for row in table.rows:
        for cell in row.cells:
            source = cell.source
            for said in cell.said:
                place = (said.passage.ref, _place(request, said)) if said.passage else ("", "")
                about = (row.claim.key, row.claim.kind, _status(row.claim) or "", row.claim.wording.said)
                who = (source.key, source.title, source.outlet.name if source.outlet else "", source.dated)
                lines.writerow(harmless(c) for c in (*about, *who, source.language, said.position, *place))
    if following := _turned(request, "compare-csv", after=table.page.older):
        answer["Link"] = f'<{following}>; rel="next"'
    return answer
