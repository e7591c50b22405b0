"""Quote watch: sources are asked again, and every quote is found again in what they say now.

It flags findings that rest on words that changed, and changes no status: what an altered quote means, an editor decides.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from django.core.exceptions import ValidationError
from django.db import transaction

from sources import storing
from sources.anchoring import find_again
from sources.capturing import read_file
from sources.extracting import Extracted
from sources.fetching import Fetched, NotFetched, fetch
from sources.models import Capture, How, Outcome, Passage, Sighting, Source, Via, Watch
from sources.recording import through

from .models import Appearance, Citation, Claim

AGENT = "FactDesk"
PAUSE = 5.0  # seconds between two questions to one host


@dataclass
class Seen:
    """What came of asking one source again."""

    source: Source
    said: str
    capture: Capture | None = None
    sightings: list[Sighting] = field(default_factory=list)

    @property
    def changed(self) -> list[Sighting]:
        return [s for s in self.sightings if s.outcome != Outcome.EXACT]


@dataclass
class Politeness:
    """One visit to a host at a time, with a pause, and only where its robots.txt lets us."""

    pause: float = PAUSE
    last: dict[str, float] = field(default_factory=dict)
    rules: dict[str, RobotFileParser] = field(default_factory=dict)

    def may_ask(self, url: str) -> bool:
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self.rules:
            self._wait(host)
            self.rules[host] = _robots(host)
        if not self.rules[host].can_fetch(AGENT, url):
            return False
        self._wait(host)
        return True

    def _wait(self, host: str) -> None:
        waited = time.monotonic() - self.last.get(host, -self.pause)
        if waited < self.pause:
            time.sleep(self.pause - waited)
        self.last[host] = time.monotonic()


def _robots(host: str) -> RobotFileParser:
    rules = RobotFileParser()
    try:
        answer = fetch(f"{host}/robots.txt")
    except NotFetched:
        rules.parse([])
        return rules
    # RFC 9309: what forbids its rules to be read forbids everything, what has none forbids nothing.
    rules.parse(answer.raw.decode("utf-8", "replace").splitlines() if answer.status == 200 else [])
    if answer.status in {401, 403} or answer.status >= 500:
        rules.disallow_all = True  # type: ignore[attr-defined]
    return rules


def recheck(*, limit: int, pause: float = PAUSE, progress: Callable[[int], object] = lambda n: None) -> Iterator[Seen]:
    """Asks up to so many watched sources again, those that wait longest first."""
    polite = Politeness(pause)
    for watch in list(Watch.objects.due().select_related("source")[:limit]):
        with through(Via.WORKER):
            yield _ask_again(watch, polite)
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
        text = read_file(answer.raw, charset=answer.charset, url=answer.final_url)
    except ValidationError as error:
        watch.failed(" ".join(error.messages))
        return Seen(source, watch.said)
    return _compare(watch, answer, text)


@transaction.atomic
def _compare(watch: Watch, answer: Fetched, text: Extracted) -> Seen:
    """What the address says now beside what we hold; another text is another capture."""
    source = watch.source
    last = source.captures.exclude(text="").order_by("-id").first()
    said_now = hashlib.sha256(text.text.encode()).hexdigest()
    if said_now in {watch.seen_sha256, "" if watch.seen_sha256 or last is None else last.text_sha256}:
        watch.answered("Its text has not changed", answer=answer)
        return Seen(source, watch.said)
    watch.seen_sha256 = said_now
    found = [(p, find_again(p.capture.text, p.start, p.end, text.text)) for p in resting_passages(source)]
    idle = all(f.outcome == Outcome.EXACT for _, f in found)
    if idle and watch.is_noisy:
        watch.answered("It changes at every visit, and no quote with it", answer=answer, idle=True)
        return Seen(source, watch.said)
    capture = _capture(source, answer, text)
    before = set(capture.sightings.values_list("passage", flat=True))  # where a page goes back to what it once said
    sightings = [Sighting.of(p, capture, f) for p, f in found if p.pk not in before and p.capture_id != capture.pk]
    flag(s.passage for s in sightings if s.outcome != Outcome.EXACT)
    altered = sum(s.outcome != Outcome.EXACT for s in sightings)
    said = f"Its text has changed; {altered} of {len(sightings)} quotes do not stand as they were"
    watch.answered(said, answer=answer, idle=idle)
    if idle and watch.is_noisy:
        said = f"{said}. It changes at every visit: from now on we tell only of quotes"
    return Seen(source, said, capture, sightings)


def resting_passages(source: Source) -> list[Passage]:
    """The passages of a source on which claims rest, each from the capture in which it was taken."""
    used = Passage.objects.filter(capture__source=source).exclude(exact="").exclude(capture__text="")
    live = Appearance.objects.live().filter(passage__capture__source=source).values("passage")
    cited = Citation.objects.filter(passage__capture__source=source).values("passage")
    return list((used.filter(pk__in=live) | used.filter(pk__in=cited)).select_related("capture__source").order_by("id"))


def _capture(source: Source, answer: Fetched, text: Extracted) -> Capture:
    there = source.captures.filter(sha256=storing.keep(answer.raw)).first()
    return there or source.capture(
        answer.raw,
        by=None,
        text=text.text,
        charset=text.charset,
        media_type=text.media_type,
        extractor=text.extractor,
        how=How.FETCH,
        captured_at=answer.at,
        final_url=answer.final_url,
        http_status=answer.status,
    )


def flag(passages) -> None:
    """The findings that rest on these words need another look."""
    passages = list(passages)
    appearing = Claim.objects.filter(appearances__passage__in=passages, appearances__until__isnull=True)
    citing = Claim.objects.filter(assessment__citations__passage__in=passages)
    for claim in (appearing | citing).filter(assessment__isnull=False).distinct():
        claim.look_again("altered")
