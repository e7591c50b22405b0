"""How an act comes in: by whom, on which version, once; and how a refusal of its verb is answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.http import Http404
from django.utils.http import parse_etags
from rest_framework.exceptions import APIException
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from sources.dates import rfc3339
from sources.desk import in_words
from sources.models import Via
from sources.recording import refuse_unless_may, through

from ...models import Answered, InFlight, Otherwise, Proposal, Scope
from ...models.resending import Lost
from ...problems import NOTHING_HERE, Refusal
from ..throttling import PerToken
from .admitting import ByToken, Sight
from .answers import address_of, tag_of, told
from .fields import Body
from .parsing import MB, StrictJSON, too_large

# Where a verb names what it refuses by another name than the body does.
MEMBERS = {"correction": "correcting/kind", "correction_why": "correcting/why", "why": "because", "quotation": "exact"}
LONGEST_KEY = 255
KEPT_HEADERS = ("Location", "ETag", "Content-Location")
NO_VERSION = "Send If-Match with the ETag of what you have seen, so that nobody writes over what they have not read"
NO_READING = "This token cannot read what readers do not see. Make one with the scope read-unpublished"
NO_REPORTS = "What readers report is for editors: the account needs that role, and the token the scopes approve and read-unpublished"
ANY_VERSION = "This act rests on what you have seen: send its ETag in If-Match, and not *"


class DeskView(APIView):
    """An address for tokens alone; what it says is nobody else's, and kept by no cache."""

    authentication_classes = [ByToken]
    permission_classes = [IsAuthenticated]
    throttle_classes = [PerToken]
    parser_classes = [StrictJSON]
    metadata_class = None  # what an address takes, the schema says
    most = MB  # bytes of a body
    raw = b""
    user: Any
    token: Any
    sight: Sight

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        self.user, self.token = request.user, request.auth
        self.sight = Sight.of_token(self.user, self.token)
        if int(request.META.get("CONTENT_LENGTH") or 0) > self.most:
            raise too_large(self.most)
        if "HTTP_TRANSFER_ENCODING" in request.META:
            raise Refusal(400, "Send the body whole, with its Content-Length")

    @contextmanager
    def by_token(self) -> Iterator[None]:
        """What happens inside comes through the API, and no further than the scopes of the token reach."""
        self.asked: set[str] = set()
        with through(Via.API, bounds=(self.user.pk, self.token.acts), asked=self.asked):
            yield

    def refuse_unless_it_reads_all(self) -> None:
        if not self.sight.everything:
            raise Refusal(403, NO_READING)

    def refuse_unless_it_reads_reports(self) -> None:
        """That readers write is no secret: who may not read it is told so."""
        if not self.sight.reports:
            raise Refusal(403, NO_REPORTS)

    def thing_of(self, model: Any, **names: str) -> Any:
        """What the address names, if the token may see it."""
        found = self.sight.of(model).filter(**names).first()
        if found is None:
            raise Http404(NOTHING_HERE)
        return found

    def told(self, thing: Any, status: int = 200, **headers: str) -> Response:
        """The thing as it stands, with the tag that the next act on it must name."""
        headers |= {"ETag": f'"{tag_of(thing)}"'}
        return Response(told(thing, self.request, self.sight), status, headers=headers)


class Act(DeskView):
    """An act on a thing that is there, or one that makes a thing."""

    body: type[Body]
    any_version = False  # whether it may be done without having seen how the thing stands
    makes = False  # whether it needs no thing that is there
    partial = False  # whether members that are not sent stay as they are

    def thing(self, key: str, sha: str) -> Any:
        """What is acted on, by what the address names."""
        raise NotImplementedError

    def prepare(self, thing: Any, data: dict[str, Any]) -> Any:
        """What takes long, before anything is locked."""
        return None

    def act(self, thing: Any, seen: Any, data: dict[str, Any]) -> Any:
        """Does it: gives the thing that stands now, or the proposal that waits."""
        raise NotImplementedError

    def post(self, request, key="", sha=""):
        sent = request.data or {}
        with self.by_token(), self.once() as note:
            thing = None if self.makes else self.thing(key, sha)
            with self.refusals(sent, thing):
                if isinstance(note, Answered):
                    return self.again(note)
                seen = None if self.makes else self.seen_of(thing)
                data = self.validated(sent)
                self.brought = self.prepare(thing, data)
                try:
                    with transaction.atomic():
                        answer = self.answered(self.act(thing, seen, data), thing)
                        note(answer)
                finally:
                    self.leave(self.brought)
        return answer

    def leave(self, brought: Any) -> None:
        """Clears away what `prepare` brought and the act did not keep."""

    def answered(self, done: Any, thing: Any) -> Response:
        """201 for what was made, 202 for what waits for a second editor, 200 for what is done."""
        address = address_of(done, self.request)
        if isinstance(done, Proposal) and not isinstance(thing, Proposal):
            return self.told(done, 202, Location=address)
        if thing is None or done != thing:
            return self.told(done, 201, Location=address)
        return self.told(done, 200, **{"Content-Location": address})

    def validated(self, sent: Any) -> dict[str, Any]:
        body = self.body(data=sent, context={"sight": self.sight}, partial=self.partial)
        if body.is_valid():
            return body.validated_data
        errors = list(_pointed(body.errors))
        raise Refusal(400, " ".join(dict.fromkeys(e["detail"] for e in errors)), errors=errors)

    # -- on which version

    def seen_of(self, thing: Any) -> Any:
        """What the sender has seen, which is how the thing still stands; the verb asks again under its lock."""
        header = self.request.headers.get("If-Match", "").strip()
        if not header:
            raise Refusal(428, NO_VERSION)
        if header == "*":
            if not self.any_version:
                raise Refusal(428, ANY_VERSION)
            return None
        tags = parse_etags(header)
        if not tags:
            raise Refusal(400, 'If-Match takes a tag in quotes, like "0123abcd"')
        if f'"{tag_of(thing)}"' not in tags:
            raise self.stale(thing)
        return getattr(thing, "seen", None)

    def stale(self, thing: Any) -> Refusal:
        """412, with how the thing stands now."""
        now = type(thing)._default_manager.get(pk=thing.pk)
        tag = tag_of(now)
        return Refusal(
            412,
            "This has moved on since you saw it. Read what stands now, then decide",
            headers={"ETag": f'"{tag}"'},
            current_version=tag,
            current=told(now, self.request, self.sight),
        )

    # -- once

    @contextmanager
    def once(self) -> Iterator[Any]:
        """Gives the act that was answered before, or how to note the answer: in the transaction of the act."""
        key = self._key()
        if not key:
            yield lambda answer: None
            return
        try:
            row = Answered.objects.begin(self.token, key, "POST", self.request.path, self.raw)
        except Otherwise:
            raise Refusal(
                422, "Something else was sent under this Idempotency-Key. Take a new one", named="idempotency-mismatch"
            ) from None
        except InFlight:
            raise _in_flight() from None
        if row.status is not None:
            yield row
            return
        noted = False

        def note(answer: Response) -> None:
            nonlocal noted
            kept = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
            row.note(answer.status_code, kept, _as_json(answer.data), self.asked)
            noted = True

        try:
            yield note
        except Lost:
            raise _in_flight() from None
        except Exception:
            row.give_up()  # nothing of the act stands, so the same may be sent anew
            raise
        else:
            if not noted:
                row.give_up()

    def again(self, row: Answered) -> Response:
        """What was answered before, to who may still do it and still reads as far as the answer tells."""
        for act in row.needs:
            refuse_unless_may(self.user, act)
        if Scope.READ_UNPUBLISHED in self.token.scopes:
            self.refuse_unless_it_reads_all()
        return Response(row.body, row.status, headers=row.headers | {"Idempotency-Replayed": "true"})

    def _key(self) -> str:
        """The key of the request, as a string of a structured field or bare."""
        header = self.request.headers.get("Idempotency-Key")
        if header is None:
            return ""
        key = header.strip()
        if len(key) > 1 and key[0] == key[-1] == '"':
            key = key[1:-1].replace('\\"', '"').replace("\\\\", "\\")
        if not key or len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()):
            raise Refusal(400, f"Idempotency-Key is 1 to {LONGEST_KEY} printable characters, like a UUID")
        return key

    # -- refused

    @contextmanager
    def refusals(self, sent: Any, thing: Any) -> Iterator[None]:
        """Whatever a verb refuses is answered with its own sentence."""
        try:
            yield
        except PermissionDenied as error:
            raise Refusal(403, str(error) or "Your account cannot do this") from error
        except ValidationError as error:
            code = getattr(error, "code", "")
            if code == "stale" and thing is not None:
                raise self.stale(thing) from error
            errors = list(_of_verb(error, sent))
            sentence = " ".join(dict.fromkeys(e["detail"] for e in errors))
            if code == "own_review":
                raise Refusal(409, sentence, named="self-approval", errors=errors) from error
            raise Refusal(422, sentence, errors=errors) from error
        except IntegrityError as error:
            sentence = in_words(error).messages[0]
            raise Refusal(422, sentence, errors=[_told(sentence, "#", "database")]) from error
        except (DataError, OverflowError) as error:
            sentence = "A value is longer or larger than there is room for"
            raise Refusal(422, sentence, errors=[_told(sentence, "#", "database")]) from error


def _in_flight() -> APIException:
    return Refusal(
        409, "The same is being done at this moment. Send it again to have its answer", headers={"Retry-After": "2"}
    )


def _as_json(data: Any) -> Any:
    """An answer as plain values of JSON."""
    if isinstance(data, dict):
        return {name: _as_json(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_as_json(value) for value in data]
    if data is None or isinstance(data, bool | int | float | str):
        return data
    return rfc3339(data) if isinstance(data, datetime) else str(data)


def _told(detail: str, pointer: str, code: str) -> dict[str, str]:
    return {"detail": detail, "pointer": pointer, "code": code}


def _step(name: Any) -> str:
    """A name as a step of a JSON pointer."""
    return str(name).replace("~", "~0").replace("/", "~1")


def _pointed(errors: Any, at: str = "#") -> Iterator[dict[str, str]]:
    """What is wrong with a body: each sentence with a pointer to the member that it is about."""
    if isinstance(errors, dict):
        for name, inner in errors.items():
            yield from _pointed(inner, at if name == "non_field_errors" else f"{at}/{_step(name)}")
    elif isinstance(errors, list):
        for n, inner in enumerate(errors):
            if isinstance(inner, dict | list):
                yield from _pointed(inner, f"{at}/{n}") if inner else ()
            else:
                yield _told(str(inner), at, getattr(inner, "code", "invalid"))


def _of_verb(error: ValidationError, sent: Any) -> Iterator[dict[str, str]]:
    """What a verb refuses, each sentence with a pointer to the member of the body that it is about, where there is one."""
    about = error.error_dict.items() if hasattr(error, "error_dict") else [("", error.error_list)]
    for name, many in about:
        given = sent if isinstance(sent, dict) else {}
        path = name if name in given else MEMBERS.get(name, name)
        pointer = f"#/{path}" if path.partition("/")[0] in given else "#"
        for one in many:
            for sentence in one.messages:
                yield _told(sentence, pointer, one.code or "refused")
