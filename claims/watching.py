"""Quote watch: sources are asked again, and every quote is found again in what they say now.

It flags findings that rest on words that changed, and changes no status: what an altered quote means, an editor decides.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from protego import Protego

from sources.anchoring import Found, find_again
from sources.capturing import read_file, store
from sources.extracting import Extracted
from sources.fetching import Fetched, NotFetched, fetch
from sources.models import Capture, How, Outcome, Passage, Sighting, Source, Via, Watch
from sources.models.sources import Rights
from sources.recording import in_turn, through

from .models import Appearance, Citation, Claim

log = logging.getLogger(__name__)
AGENT = "FactDesk"
PAUSE = 5.0  # seconds between two questions to one host


@dataclass
class Seen:
    """What came of asking one source again: where its quotes stand now, and those that stand otherwise than last time."""

    source: Source
    said: str
    capture: Capture | None = None
    found: list[tuple[Passage, Found]] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)

    @property
    def changed(self) -> list[Sighting]:
        return [s for s in self.sightings if s.outcome != Outcome.EXACT]


@dataclass
class Politeness:
    """One visit to a host at a time, with a pause, and only where its robots.txt lets us."""

    pause: float = PAUSE
    last: dict[str, float] = field(default_factory=dict)
    rules: dict[str, Protego] = field(default_factory=dict)

    def may_ask(self, url: str) -> bool:
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self.rules:
            self._wait(host)
            self.rules[host] = _robots(host)
        if not self.rules[host].can_fetch(url, AGENT):
            return False
        self._wait(host)
        return True

    def _wait(self, host: str) -> None:
        waited = time.monotonic() - self.last.get(host, -self.pause)
        if waited < self.pause:
            time.sleep(self.pause - waited)
        self.last[host] = time.monotonic()


def _robots(host: str) -> Protego:
    """What a host lets us read. RFC 9309: what forbids its rules to be read forbids everything, what has none nothing."""
    try:
        answer = fetch(f"{host}/robots.txt")
    except NotFetched:
        return Protego.parse("")
    if answer.status in {401, 403} or answer.status >= 500:
        return Protego.parse("User-agent: *\nDisallow: /")
    return Protego.parse(answer.raw.decode("utf-8-sig", "replace") if answer.status == 200 else "")


def recheck(*, limit: int, pause: float = PAUSE, progress: Callable[[int], object] = lambda n: None) -> Iterator[Seen]:
    """Asks up to so many watched sources again, those that wait longest first. One that goes wrong keeps no other waiting."""
    polite = Politeness(pause)
    for watch in list(Watch.objects.due().select_related("source")[:limit]):
        if not watch.take():
            continue
        watch.source.refresh_from_db()  # an editor may have changed it since the round began
        with through(Via.WORKER):
            try:
                seen = _ask_again(watch, polite)
            except Exception as error:
                log.exception("Source %s could not be compared", watch.source.key)
                watch.failed(f"It could not be compared: {type(error).__name__}")
                seen = Seen(watch.source, watch.said)
        yield seen
        progress(1)


def _ask_again(watch: Watch, polite: Politeness) -> Seen:
    source = watch.source
    known = {"If-None-Match": watch.etag, "If-Modified-Since": watch.last_modified}
    try:
        if not polite.may_ask(source.url):
            raise NotFetched("Its robots.txt asks not to be read by us")
        answer = fetch(source.url, known={k: v for k, v in known.items() if v})
        if answer.status == 304:
            watch.answered("It has not changed")
            return Seen(source, watch.said)
        if answer.status != 200:
            raise NotFetched(f"It answered {answer.status}")
        text = read_file(answer.raw, charset=answer.charset, url=answer.final_url, media_type=answer.media_type)
    except ValidationError as error:
        watch.failed(" ".join(error.messages))
        return Seen(source, watch.said)
    # Compared before anything is locked: it may take a while.
    passages = resting_passages(source)
    found = [(p, find_again(p.capture.text, p.start, p.end, text.text)) for p in passages]
    return _note(watch, answer, text, found)


@transaction.atomic
def _note(watch: Watch, answer: Fetched, text: Extracted, found: list[tuple[Passage, Found]]) -> Seen:
    """Keeps another text as another capture, and what became of each quote where that is not what it was."""
    in_turn()
    source = Source.objects.select_for_update().get(pk=watch.source_id)
    last = source.captures.order_by("-id").first()
    said_now = hashlib.sha256(text.text.encode()).hexdigest()
    same_text = said_now in {watch.seen_sha256, "" if watch.seen_sha256 or last is None else last.text_sha256}
    moved = [(p, f) for p, f in found if _stands_otherwise(p, f, text.text)]
    watch.seen_sha256 = said_now
    if not moved and (same_text or watch.is_noisy):
        said = "Its text has not changed" if same_text else "It changes at every visit, and no quote with it"
        watch.answered(said, answer=answer, idle=None if same_text else True)
        return Seen(source, said, None, found)
    capture = _capture(source, answer, text, withheld=source.rights == Rights.NONE or bool(last and last.withheld))
    sightings = [Sighting.of(p, capture, f) for p, f in moved]
    flag([s.passage for s in sightings if s.outcome != Outcome.EXACT])
    altered = sum(s.outcome != Outcome.EXACT for s in sightings)
    said = f"Its text has changed; {altered} of {len(found)} quotes do not stand as they did"
    watch.answered(said, answer=answer, idle=not moved)
    if not moved and watch.is_noisy:
        said = f"{said}. It changes at every visit: from now on we tell only of quotes"
    return Seen(source, said, capture, found, sightings)


def _stands_otherwise(passage: Passage, found: Found, text: str) -> bool:
    """Whether this is not what was seen of the passage last time."""
    last = passage.sightings.select_related("capture").order_by("-id").first()
    if last is None:
        return found.outcome != Outcome.EXACT
    if last.capture.withheld:  # what stood there is not held: how far it was from the quote is
        return (last.outcome, last.distance) != (found.outcome, found.distance)
    now = "" if found.start is None else text[found.start : found.end]
    return (last.outcome, last.words) != (found.outcome, now)


def resting_passages(source: Source) -> list[Passage]:
    """The passages of a source on which claims rest, each from the capture in which it was taken."""
    used = Passage.objects.filter(capture__source=source).exclude(exact="").exclude(capture__text="")
    live = Appearance.objects.live().filter(passage__capture__source=source).values("passage")
    cited = Citation.objects.filter(passage__capture__source=source).values("passage")
    return list((used.filter(pk__in=live) | used.filter(pk__in=cited)).select_related("capture__source").order_by("id"))


def _capture(source: Source, answer: Fetched, text: Extracted, *, withheld: bool) -> Capture:
    there = source.captures.filter(sha256=store(answer.raw, answer.told())).first()
    return there or source.capture(
        answer.raw,
        by=None,
        text=text.text,
        withheld=withheld,
        charset=text.charset[:40],
        media_type=text.media_type,
        extractor=text.extractor,
        how=How.FETCH,
        captured_at=answer.at,
        final_url=answer.final_url[:1000],
        http_status=answer.status,
    )


def flag(passages: list[Passage]) -> None:
    """The findings that rest on these words need another look; where the source is confidential, readers are not told."""
    appearing = Claim.objects.filter(appearances__passage__in=passages, appearances__until__isnull=True)
    citing = Claim.objects.filter(assessment__citations__passage__in=passages)
    for claim in (appearing | citing).filter(assessment__isnull=False).distinct():
        claim.look_again()
