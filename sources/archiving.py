"""An archive service keeps a copy of what a source says, so that readers find it when the page is gone."""

import logging
from collections.abc import Iterator
from urllib.parse import quote, urljoin

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError

from .fetching import Fetched, NotFetched, checked, fetch
from .models import Archiving, Source, Via
from .recording import through

log = logging.getLogger(__name__)
LONGEST = 1000  # characters of an address


def ask_for_copies(*, limit: int) -> Iterator[Archiving]:
    """Asks the archive service for the copies that editors want, up to so many. One that goes wrong keeps no other waiting."""
    if not settings.FACTDESK_ARCHIVE:
        return
    for archiving in list(Archiving.objects.due().select_related("source", "by")[:limit]):
        if not archiving.take():
            continue
        with through(Via.WORKER):
            try:
                _ask(archiving)
            except Exception as error:
                log.exception("No copy of source %s could be asked for", archiving.source.key)
                archiving.failed(f"It could not be asked for: {type(error).__name__}")
        yield archiving


def _ask(archiving: Archiving) -> None:
    source = archiving.source
    source.refresh_from_db()  # an editor may have changed it since the round began
    if source.confidential:  # since it was asked for
        return archiving.end("Not asked for: the source is confidential")
    if source.archived:
        return archiving.end("It has a copy")
    try:
        archiving.address = _copy_of(source)
    except NotFetched as refusal:
        return archiving.failed(" ".join(refusal.messages))
    try:
        source.edit(by=archiving.by, archived=archiving.address, note="An archive keeps a copy")
    except (ValidationError, PermissionDenied):  # readers see the source: two people change it
        return archiving.end("The copy is kept. Readers see this source, so enter its address with a second editor")
    archiving.end("The copy is kept")


def _copy_of(source: Source) -> str:
    """The address of a copy that the service has made: where it leads to, or where it says that the copy is."""
    service, _, _ = settings.FACTDESK_ARCHIVE.partition("{url}")
    # In the query of an address another address is quoted; in its path archives take it as it is.
    url = quote(source.url, safe="") if "?" in service else source.url
    asked = settings.FACTDESK_ARCHIVE.replace("{url}", url)
    answer = fetch(asked)
    if answer.status not in {200, 201, 202}:
        raise NotFetched(f"The archive answered {answer.status}")
    address = _told_by(answer, asked)
    if address in {"", source.url} or len(address) > LONGEST:
        raise NotFetched("The archive did not say where its copy is")
    return address


def _told_by(answer: Fetched, asked: str) -> str:
    """By RFC 7089 a copy says that it is one; else the archive names it, or leads to it."""
    told = answer.headers.get("content-location") or answer.headers.get("location")
    if "memento-datetime" not in answer.headers and told:
        return checked(urljoin(answer.final_url, told))
    led = answer.final_url.partition("://")[2] != asked.partition("://")[2]
    return answer.final_url if led or "memento-datetime" in answer.headers else ""
