"""Acts on the catalogue and on texts: who published what, what it says, and where."""

import base64
import binascii
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404

from sources import capturing
from sources.forms import places_of
from sources.models import Archiving, Incoming, Origin, Outlet, Source, Trace, Watch
from sources.recording import refuse_unless_may

from ...models import Proposal, Subject
from ...problems import NOTHING_HERE
from . import bodies
from .acting import Act
from .fields import capture_of
from .naming import as_stored
from .parsing import MB


def refuse_override(user, body: dict[str, Any]) -> None:
    """Who may not act alone is told so; it is not taken for a proposal unasked."""
    if body.get("override"):
        refuse_unless_may(user, "override")


class Add(Act):
    """Adds a row of the catalogue."""

    model: Any
    makes = True

    def act(self, thing, seen, data):
        return self.model.objects.add(by=self.user, **data)


class ActOrPropose(Act):
    """A verb of a row or of a text. What readers see of it waits for a second editor; what they do not, one may do."""

    verb: str

    def act(self, row, seen, data) -> Any:
        body = self.stored(row, data)
        refuse_override(self.user, body)
        sent = Proposal.objects.act_or_propose(
            row, self.verb, by=self.user, seen=seen, body=body, override=body.pop("override", "")
        )
        return sent or type(row)._default_manager.get(pk=row.pk)

    def stored(self, row, data) -> dict[str, Any]:
        return as_stored(data)


class RowAct(ActOrPropose):
    """A verb of a row of the catalogue."""

    model: Any

    def thing(self, key, sha):
        return self.thing_of(self.model, key=key)


class Edit(RowAct):
    """Changes members of a row; those that are not sent stay as they are."""

    verb, partial = "edit", True

    def stored(self, row, data):
        given = {n: v for n, v in as_stored(data).items() if n == "override" or getattr(row, n) != v}
        if not set(given) - {"override"}:
            raise ValidationError("This is how it stands already. Change what is wrong, then send it")
        return given


class AlsoCalled(RowAct):
    """Another name of a subject. Of two names the second is not stale because the first was added."""

    model, verb, body = Subject, "also_called", bodies.AlsoCalled


class EndName(RowAct):
    """Ends another name of a subject."""

    model, verb, body = Subject, "end_name", bodies.EndName


class Descend(RowAct):
    """Says that an origin comes from another. It is added beside what is known."""

    model, verb, body, any_version = Origin, "descend", bodies.Descend, True


class EndDescent(RowAct):
    """Ends what was said of where an origin comes from."""

    model, verb, body = Origin, "end_descent", bodies.EndDescent


class Retract(RowAct):
    """Its publisher took the source back."""

    model, verb, body = Source, "retract", bodies.Retract


class SourceErrand(Act):
    """What the desk does of itself about a source. Nothing that is recorded changes by it."""

    any_version = True

    def thing(self, key, sha):
        return self.thing_of(Source, key=key)


class WatchSource(SourceErrand):
    """From now on the address is asked every day, and the quotes found again in what it says; or no more."""

    body = bodies.Watch

    def act(self, source, seen, data):
        Watch.objects.turn(source, data["wanted"], by=self.user)
        return source


class ArchiveSource(SourceErrand):
    """Has an archive asked for a copy of what stands at the address."""

    body = bodies.Nothing

    def act(self, source, seen, data):
        Archiving.objects.ask(source, by=self.user)
        return source


class SetApart(SourceErrand):
    """Neither of two sources republishes the other, however alike they read. It takes the scope to read."""

    body = bodies.Apart

    def thing(self, key, sha):
        source = super().thing(key, sha)
        self.refuse_unless_it_reads_all()
        return source

    def act(self, source, seen, data):
        likeness = Trace.objects.between(source, data["other"]).first()
        if likeness is None:
            raise ValidationError({"other": "The desk found no likeness of these two"})
        likeness.set_apart(by=self.user)
        return source


class CaptureAct(Act):
    """An act on a kept text, which never changes."""

    any_version = True

    def thing(self, key, sha):
        capture = capture_of(self.sight, key, sha)
        if capture is None:
            raise Http404(NOTHING_HERE)
        return capture


class Mark(CaptureAct, ActOrPropose):
    """Marks a region. Nothing is cut."""

    verb, body = "mark", bodies.Mark


class EndRegion(CaptureAct, ActOrPropose):
    """Ends a region: it is not of that kind."""

    verb, body = "end_region", bodies.EndRegion


class ReadToTheEnd(CaptureAct):
    """Somebody read it all: what is not recorded from it is not in it."""

    body = bodies.Nothing

    def act(self, capture, seen, data):
        capture.read_to_the_end(by=self.user)
        return capture


class CaptureSource(Act):
    """Keeps a text of the source: as it is sent, from a file, or from the address that the desk then asks."""

    body, any_version = bodies.CaptureBody, True

    @property
    def most(self) -> int:  # type: ignore[override]
        return settings.FACTDESK_MAX_BYTES * 4 // 3 + MB

    def thing(self, key, sha):
        return self.thing_of(Source, key=key)

    def prepare(self, source, data) -> Incoming:
        """What comes in is read before anything is locked; it is kept only by the act."""
        by = self.user
        if data["url"]:
            return capturing.ask(data["url"], by=by)
        if not data["file"]:
            return capturing.paste(data["text"], by=by)
        try:
            raw = base64.b64decode(data["file"], validate=True)
        except (binascii.Error, ValueError):
            raise ValidationError({"file": "This is not base64"}) from None
        return capturing.upload(raw, data["name"], by=by)

    def act(self, source, seen, data):
        return capturing.keep(self.brought, by=self.user, source=source, archive=data["archive"])

    def leave(self, brought):
        Incoming.objects.filter(pk=brought.pk).delete()


class Quote(Act):
    """A passage of a source: by its words, letter for letter, or by its place. It takes the scope to read."""

    body, any_version = bodies.PassageBody, True

    def thing(self, key, sha):
        source = self.thing_of(Source, key=key)
        # Whether words are found, and where, tells what a text says that readers do not see.
        self.refuse_unless_it_reads_all()
        return source

    def act(self, source, seen, data):
        sha = data["capture"]
        captures = list(source.captures.filter(sha256__startswith=sha).select_related("source").order_by("-id"))
        if not captures:
            raise ValidationError({"capture": "There is no such text of this source. Capture it first"})
        exact, start, end = data["exact"], data["start"], data["end"]
        if start is not None:
            capture, end = captures[0], end if end is not None else start + len(exact)
        else:
            capture, start, end = _found(captures, exact, data["occurrence"])
        if end <= start or end > capture.length:
            raise ValidationError({"end": f"A passage ends after it starts, and within {capture.length} characters"})
        words = exact or None
        if words is None and capture.withheld:
            words = ""
        return capture.quote(start, end, by=self.user, exact=words)


def _found(captures, exact: str, occurrence: int | None) -> tuple[Any, int, int]:
    """The newest text in which the words stand, and where."""
    for capture in captures:
        places = places_of(exact, capture.text)
        if not places:
            continue
        if len(places) > 1 and not occurrence:
            raise ValidationError(
                {"occurrence": f"These words occur {len(places)} times. Say which: 1 to {len(places)}"}
            )
        if (occurrence or 1) > len(places):
            raise ValidationError({"occurrence": f"These words occur {len(places)} times"})
        start, end = places[(occurrence or 1) - 1]
        if capture.text[start:end] != exact:
            raise ValidationError({"exact": "The words stand there with other spaces. Copy them letter for letter"})
        return capture, start, end
    if all(capture.withheld for capture in captures):
        raise ValidationError({"start": "We do not hold this text. Send the place of the words in it"})
    raise ValidationError({"exact": "The quotation is not in the text. Copy it letter for letter"})


CATALOGUE: dict[str, tuple[Any, type, type]] = {
    "sources": (Source, bodies.AddSource, bodies.EditSource),
    "outlets": (Outlet, bodies.OutletBody, bodies.EditOutlet),
    "origins": (Origin, bodies.OriginBody, bodies.EditOrigin),
    "subjects": (Subject, bodies.AddSubject, bodies.EditSubject),
}
