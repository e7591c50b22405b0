"""The list of claims, and all the values of one of its facets."""

from django.http import Http404, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from ..faceting import chips, facets, kept, ways_on, whole_facet, without
from ..filters import ClaimFilter
from ..formats.tables import TooLong, as_csv, as_json_lines, as_xlsx, rows_of
from ..models import Claim
from ..ordering import sortings, usual
from ..paging import NoSuchPlace, Order, Page, Tally, tally_of
from ..searching import matched
from .listing import page_asked
from .past import not_known, of_the_past

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@of_the_past
def claim_list(request):
    asked = request.GET
    chosen = ClaimFilter(asked, queryset=Claim.objects.public())
    if not chosen.is_valid():
        return not_known(request, chosen.errors.get_json_data())
    if name := asked.get("facet"):
        return _all_values(request, name)
    total = tally_of(chosen.qs)
    page = page_asked(chosen.qs.for_list(), chosen.order, asked)
    found, words = facets(asked, total), asked.get("q", "")
    matched(page.rows, words)
    return render(
        request,
        "claims.html",
        {
            "page": page,
            "total": total,
            "first": _first(chosen.qs, chosen.order, page, total),
            "facets": found,
            "chips": chips(asked, found),
            "asked": asked,
            "kept_by_filters": kept(asked, *(f.name for f in found), "q", "changed_after", "changed_before"),
            "kept_by_sort": kept(asked, "sort"),
            "sortings": sortings(words),
            "sort": asked.get("sort") or usual(words),
            "ways": [] if page.rows else ways_on(asked),
        },
    )


@of_the_past
def claim_csv(request):
    """The same list as a table, whole."""
    return _table(request, as_csv, "text/csv; charset=utf-8", "csv")


@of_the_past
def claim_json_lines(request):
    return _table(request, as_json_lines, "application/jsonl; charset=utf-8", "jsonl")


@of_the_past
def claim_xlsx(request):
    try:
        return _table(request, as_xlsx, XLSX, "xlsx")
    except TooLong:
        sentence = gettext("This list is too long for a spreadsheet. Take the CSV")
        return not_known(request, {"xlsx": [{"message": sentence}]})


def _table(request, write, media_type: str, ending: str):
    chosen = ClaimFilter(request.GET, queryset=Claim.objects.public())
    if not chosen.is_valid():
        return not_known(request, chosen.errors.get_json_data())
    answer = StreamingHttpResponse(write(rows_of(chosen.qs.for_table(), chosen.order)), content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="claims.{ending}"'
    return answer


def _first(claims, order: Order, page: Page, total: Tally) -> int | None:
    """Which of all the claims the first one of the page is; None where they are too many to be counted."""
    if not page.newer:
        return 1
    place = order.values(claims, order.place(page.rows[0]))
    before = tally_of(claims.filter(order.beyond(place, back=True)))
    return None if before.more else before.count + 1


def _all_values(request, name):
    asked = request.GET
    try:
        facet, page = whole_facet(asked, name, after=asked.get("after", ""), before=asked.get("before", ""))
    except NoSuchPlace as error:
        raise Http404 from error
    there = {c.value for c in facet.choices}
    elsewhere = [(name, value) for value in asked.getlist(name) if value and value not in there]
    kept_by_form = [*kept(asked, name), *elsewhere]
    context = {"facet": facet, "page": page, "kept_by_form": kept_by_form, "back": without(asked, "facet")}
    return render(request, "claims_facet.html", context)
