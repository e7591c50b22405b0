"""What every list of the public pages does: one page of it by place, as it stands or stood."""

from django.db.models import QuerySet
from django.http import Http404

from ..paging import PAGE, NoSuchPlace, Order, Page, page_of
from ..remembering import remember


def page_asked(queryset: QuerySet, order: Order, asked, size: int = PAGE) -> Page:
    """The page of a list that an address asks for."""
    try:
        page = page_of(queryset, order, after=asked.get("after", ""), before=asked.get("before", ""), size=size)
    except NoSuchPlace as error:
        raise Http404 from error
    remember(page.rows)
    return page
