"""How a document becomes a capture: it comes in, an editor confirms what it is, and it is kept exactly as it came."""

import hashlib
import io
import json
import logging
import signal
import subprocess
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from . import storing
from .blocks import blocks_of
from .confining import ENVIRONMENT, program
from .dates import parse, rfc3339
from .extracting import Extracted
from .fetching import fetch, too_large
from .models import Archiving, Capture, How, Incoming, Outlet, Source
from .models.sources import Rights
from .recording import in_turn, refuse_unless_may
from .repeating import furniture

log = logging.getLogger(__name__)
PACKED = {"transfer-encoding", "content-encoding", "content-length"}  # they speak of how the answer travelled
LEFT_FOR = timedelta(days=2)  # what nobody confirmed by then is forgotten
KILLED = -signal.SIGKILL
TITLE = 120  # characters of a line that may be one
HEAD = 20_000  # characters in which it stands
UNSEEN = "The text is so long that nobody looked for odd letters and repeated stretches"
SLOW = "The file took longer than {} seconds to read. Paste the text"


def read_file(
    raw: bytes, *, charset: str = "", url: str = "", media_type: str = "", plain: bool = False, notice: bool = False
) -> Extracted:
    """What a file says, read in a process of its own with little memory, little time and no network.

    `plain`: it is words alone. `notice`: tell also what is odd about the text, and which regions it may have.
    """
    if len(raw) > settings.FACTDESK_MAX_BYTES:
        raise ValidationError(too_large(len(raw)))
    seconds = settings.FACTDESK_PARSE_SECONDS
    hints = {
        "memory": settings.FACTDESK_PARSE_MB << 20,
        "seconds": seconds,
        "charset": charset,
        "url": url,
        "media_type": media_type,
        "plain": plain,
        "notice": notice,
    }
    try:
        done = subprocess.run(
            program(f"{__package__}.extracting"),
            input=json.dumps(hints).encode() + b"\n" + raw,
            capture_output=True,
            timeout=seconds * 2,
            cwd=settings.ROOT,
            env=ENVIRONMENT,
        )
        output, ended = done.stdout, done.returncode
    except subprocess.TimeoutExpired as late:
        output, ended = late.stdout or b"", KILLED
    *lines, _ = output.split(b"\n")  # what follows the last line end was cut off
    if not lines:
        # A signal of the limits, or a crash: either way the file is what it choked on.
        slow = ended in {KILLED, -signal.SIGXCPU}
        raise ValidationError(SLOW.format(seconds) if slow else "The file cannot be read. Paste the text")
    answer = json.loads(lines[0])
    if "unreadable" in answer:
        raise ValidationError(answer["unreadable"])
    return Extracted(**answer | (json.loads(lines[1]) if lines[1:] else {}))


def paste(text: str, *, by) -> Incoming:
    refuse_unless_may(by, "record")
    if not text.strip():
        raise ValidationError("Paste the text, upload a file, or enter an address")
    if "\0" in text:
        raise ValidationError("There is a null character in it, which no database keeps")
    raw = text.encode()
    return _incoming(How.PASTE, raw, read_file(raw, plain=True, notice=True), by=by)


def upload(raw: bytes, name: str, *, by) -> Incoming:
    refuse_unless_may(by, "record")
    return _incoming(How.UPLOAD, raw, read_file(raw, notice=True), by=by, name=name)


def ask(url: str, *, by) -> Incoming:
    """Fetches an address."""
    refuse_unless_may(by, "record")
    answer = fetch(url)
    if answer.status != 200:
        raise ValidationError(f"The address answered {answer.status}. Paste the text or try again")
    found = read_file(
        answer.raw, charset=answer.charset, url=answer.final_url, media_type=answer.media_type, notice=True
    )
    return _incoming(How.FETCH, answer.raw, found, by=by, name=url, answer=answer.told())


def forget_what_was_left() -> None:
    """Documents that nobody confirmed are private, and do not stay."""
    Incoming.objects.filter(came_at__lt=timezone.now() - LEFT_FOR).delete()


def _incoming(how, raw, found: Extracted, *, by, name="", answer=None) -> Incoming:
    forget_what_was_left()
    guessed = {
        "title": (found.title or _heading(found.text))[:500],
        "author": found.author[:200],
        "outlet": found.outlet[:200],
        "dated": _known(found.dated),
        "language": found.language,
        "media_type": found.media_type,
        "charset": found.charset[:40],
        "extractor": found.extractor,
        "odd": found.odd if found.regions is not None else [*found.odd, UNSEEN],
        "regions": found.regions or [],
    }
    return Incoming.objects.create(
        how=how, raw=raw, text=found.text, guessed=guessed, answer=answer or {}, name=name[:1000], by=by
    )


def _known(dated: str) -> str:
    """A guessed date, if any calendar knows it."""
    try:
        return parse(dated).value
    except ValueError:
        return ""


def _heading(text: str) -> str:
    """The first line that reads like a title: short, no sentence, and no part of the page."""
    text = text[:HEAD]
    page = set(furniture(text))
    lines = [text[a:b].strip().lstrip("# ") for a, b in blocks_of(text) if (a, b) not in page]
    short = (line for line in lines if 3 < len(line) <= TITLE and line[-1] not in ".。!！,、;")
    return next(short, lines[0] if lines else "")[:TITLE]


def kept_already(incoming: Incoming) -> Capture | None:
    """The capture that holds the same bytes."""
    sha = hashlib.sha256(bytes(incoming.raw)).hexdigest()
    return Capture.objects.select_related("source").filter(sha256=sha).order_by("id").first()


def same_address(incoming: Incoming) -> Source | None:
    """The source that was captured from the same address before: other bytes are a new capture of it."""
    addresses = {incoming.answer.get("url"), incoming.answer.get("final_url")} - {None, ""}
    return (Source.objects.filter(url__in=addresses) | Source.objects.filter(captures__final_url__in=addresses)).first()


def oddities(incoming: Incoming) -> list[str]:
    """What is odd about the document. It is kept as it is."""
    odd = list(incoming.guessed.get("odd") or [])
    if dated := incoming.guessed.get("dated"):
        lower = parse(dated).lower
        if lower and lower > incoming.came_at.date():
            odd.append(f"The date {dated} is later than our capture")
    return odd


@transaction.atomic
def keep(
    incoming: Incoming,
    *,
    by,
    source: Source | None = None,
    regions=(),
    archive=False,
    **about,
) -> Capture:
    """Keeps a document as a capture of a source that is there, or of a new one, with the regions that were confirmed.

    `archive`: the archive service is asked for a copy too, where it may know of the source and none is known.
    """
    refuse_unless_may(by, "record")
    in_turn()
    if not Incoming.objects.select_for_update().filter(pk=incoming.pk).exists():
        raise ValidationError("This was kept or left already. Look for it among the captures")
    if source is None:
        source = _new_source(incoming, by=by, **about)
    raw, guessed = bytes(incoming.raw), incoming.guessed
    capture = source.capture(
        raw,
        by=by,
        text=incoming.text,
        withheld=source.rights == Rights.NONE,
        charset=guessed["charset"],
        media_type=guessed["media_type"],
        extractor=guessed["extractor"],
        how=incoming.how,
        captured_at=incoming.came_at,
        final_url=incoming.answer.get("final_url", "")[:1000],
        http_status=incoming.answer.get("status"),
    )
    for region in regions:
        capture.mark(
            by=by, **{n: region.get(n) for n in ("kind", "start", "end", "of_start", "of_end")}, note=region["note"]
        )
    if archive and source.may_be_archived:
        Archiving.objects.ask(source, by=by)
    # Last, so that a refusal leaves no file behind; a file without its row is harmless, a row without its file is not.
    try:
        store(raw, incoming.answer)
    except OSError as error:
        log.exception("A file could not be kept")
        raise ValidationError(
            "The file could not be written. Tell who runs this desk; what came in waits here"
        ) from error
    incoming.delete()
    return capture


def _new_source(incoming: Incoming, *, by, outlet="", again=False, **fields) -> Source:
    """The source that a document is. `again`: its bytes are kept already, and are another source all the same."""
    if not again and (there := kept_already(incoming)):
        raise ValidationError(
            f"These very bytes are kept already, in {there.source.key}, captured on {there.captured_at:%d %B %Y}. "
            "Open that source, or say that this is another one",
            code="kept",
        )
    fields.setdefault("url", incoming.answer.get("url", ""))
    return Source.objects.add(by=by, outlet=_outlet(outlet, by), **fields)


def store(raw: bytes, answer: dict) -> str:
    """Keeps the bytes of a document and, where a server gave them, the record of its answer; the SHA-256 of the bytes."""
    sha = storing.keep(raw)
    if answer:
        storing.keep_record(sha, _as_warc(answer, raw))
    return sha


def _outlet(name: str, by) -> Outlet | None:
    if not name.strip():
        return None
    there = Outlet.objects.filter(name__iexact=name.strip()).order_by("id").first()
    return there or Outlet.objects.add(by=by, name=name.strip())


def _as_warc(told: dict, raw: bytes) -> bytes:
    """The answer of a server as a WARC 1.1 record, which other archives read: the document as it is, unpacked."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    headers = [(k, v) for k, v in told["headers"].items() if k not in PACKED]
    headers.append(("content-length", str(len(raw))))
    http = StatusAndHeaders(f"{told['status']} OK", headers, protocol="HTTP/1.1")
    record = writer.create_warc_record(
        told["final_url"],
        "response",
        payload=io.BytesIO(raw),
        http_headers=http,
        warc_headers_dict={"WARC-Date": rfc3339(datetime.fromisoformat(told["at"]), "seconds")},
    )
    writer.write_record(record)
    return out.getvalue()
