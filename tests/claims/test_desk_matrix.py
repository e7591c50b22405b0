"""Every address for tokens, by every method, for nobody, for each role and for each scope. One that is not listed here fails."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client

from claims.api.desk import urls
from claims.api.desk.acting import Act
from claims.api.desk.answers import address_of, tag_of
from claims.models import Report, Scope
from claims.models.tokens import ACTS
from claims.roles import ROLES
from sources.models import Passage, Trace

from ..making import make_claim, make_draft, make_editor, make_passage, make_reporter, make_subject, two
from ..programs import DESK, Program, problem_of

pytestmark = pytest.mark.django_db


class World:
    """What the addresses are about. What readers see, every token sees."""

    def __init__(self):
        self.subject, self.elsewhere = make_subject(), make_subject()
        self.claim = make_claim("The span was never surveyed.", subjects=[self.subject])
        self.other = make_claim("Another.", subjects=[self.elsewhere])
        self.passage = self.claim.appearances.get().passage
        self.claim.appear(make_passage("It was inspected."), "denies", **two())
        self.free = Passage.objects.latest("id")
        self.other.appear(make_passage("Elsewhere."), "denies", **two())
        self.unused = Passage.objects.latest("id")
        self.capture = self.passage.capture
        self.source, self.origin = self.capture.source, self.capture.source.origin
        self.outlet, self.upstream = self.source.outlet, self.other.appearances.first().passage.capture.source.origin
        self.claim.relate(self.other, "part_of", **two())
        self.origin.descend(self.upstream, "same", **two())
        self.subject.also_called("Nom", "fr", **two())
        self.capture.mark("furniture", 4, 9, **two())
        times = {"asked_on": "2026-10-01", "deadline": "2026-10-08"}
        self.request = self.claim.ask(to_name="Lac", channel="email", questions="?", **times, **two())
        self.draft = make_draft("A draft.")
        self.ill = make_draft("He is ill.", sensitivity="health")
        self.held = make_draft("It is held.")
        self.held.hold("legal", because="A letter.", **two())
        self.draw_alike()
        self.worker = make_reporter()
        self.report = Report.objects.send(what="The date is wrong.", address="reader@example.org")
        self.report.read(by=make_editor()).read(by=make_editor())
        self.proposal = make_claim("Third.").propose("withdraw", by=make_reporter(), because="Asked to.")

    def draw_alike(self):
        self.source.edit(url="https://example.org/", **two())
        self.source.refresh_from_db()
        Trace.objects.create(source=self.source, other=self.upstream.source, share=0.9)
        self.alike = self.upstream.source

    def own(self, user) -> Any:
        """A proposal of the account's own."""
        return make_claim("Fourth.").propose("withdraw", by=user, because="Asked to.") if user else self.proposal


@dataclass
class Route:
    """What an address takes: by `thing`, a name of the world; with `body`; and the acts that a token needs for it."""

    thing: str = ""
    body: dict[str, Any] | None = None
    needs: frozenset[str] = frozenset()
    read: bool = False  # GET
    listed: bool = False
    looks: bool = False  # whether its act looks into what readers do not see
    judges: bool = False  # whether it is for editors alone

    def sent(self, world):
        body = {}
        for name, value in (self.body or {}).items():
            known = isinstance(value, str) and value.startswith("@")
            thing = getattr(world, value[1:]) if known else value
            body[name] = _name_of(thing) if known else value
        return body


def _name_of(thing):
    return next(getattr(thing, name) for name in ("ref", "key", "username") if hasattr(thing, name))


def acting(thing, needs, **body):
    return Route(thing, body, frozenset(needs.split("+")))


BOTH = "record+propose"
ROUTES = {
    "root": Route(read=True),
    "claims-list": Route("", {"statement": "New."}, frozenset({"record"}), read=True, listed=True),
    "sources-list": Route("", {"title": "New", "language": "en"}, frozenset({"record"}), read=True, listed=True),
    "outlets-list": Route("", {"name": "New"}, frozenset({"record"}), read=True, listed=True),
    "origins-list": Route("", {"name": "New"}, frozenset({"record"}), read=True, listed=True),
    "subjects-list": Route("", {"name": "New", "kind": "person"}, frozenset({"record"}), read=True, listed=True),
    "proposals-list": Route(read=True),
    "reports-list": Route(read=True, judges=True),
    "report": Route("report", read=True, judges=True),
    **{
        name: Route(name, read=True)
        for name in ("claim", "source", "outlet", "origin", "subject", "capture", "proposal")
    },
    "claim-appear": acting("claim", BOTH, passage="@unused", position="asserts"),
    "claim-translate": acting("claim", BOTH, passage="@passage", text="Mots.", language="fr"),
    "claim-strike": acting("claim", BOTH, passage="@free", correcting={"kind": "removal", "why": "Another bridge."}),
    "claim-relate": acting("claim", BOTH, other="@other", kind="contradicts"),
    "claim-end-relation": acting("claim", BOTH, other="@other", kind="part_of", because="It is not."),
    "claim-add-subject": acting("claim", BOTH, subject="@elsewhere"),
    "claim-end-subject": acting("claim", BOTH, subject="@subject", because="It is not."),
    "claim-merge": acting("claim", "propose", other="@other", because="They say the same."),
    "claim-reword": acting("claim", BOTH, statement="Other.", headline="O", code="new_evidence", because="So."),
    "claim-assess": acting("claim", "propose", status="unverified", because="Not sure."),
    "claim-ask": acting("claim", BOTH, to_name="Somebody", why_not="He died."),
    "claim-answer": acting("claim", BOTH, request="@request", outcome="declined"),
    "claim-publish": acting("draft", "propose"),
    "claim-release": acting("ill", "propose+release", because="He said so."),
    "claim-withdraw": acting("claim", "propose", because="Asked to."),
    "claim-hold": acting("claim", "propose", kind="legal", because="A letter."),
    "claim-lift": acting("held", "propose", kind="legal", because="Settled."),
    "claim-redact": acting("claim", "propose+release", words="surveyed", because="A court ordered it."),
    "claim-comment": acting("claim", "record", text="Look."),
    "claim-assign": Route("claim", {"editor": "@worker"}, frozenset({"record"}), looks=True),
    "source-edit": acting("source", BOTH, title="Other"),
    "source-retract": acting("source", BOTH, because="Its publisher said so."),
    "source-captures": acting("source", "record", text="Some other text."),
    "source-passages": Route("source", {"exact": "never"}, frozenset({"record"}), looks=True),
    "source-watch": acting("source", "record", wanted=True),
    "source-archive": acting("source", "record"),
    "source-apart": Route("source", {"other": "@alike"}, frozenset({"record"}), looks=True),
    "capture-regions": acting("capture", BOTH, kind="furniture", start=0, end=3),
    "capture-end-region": acting("capture", BOTH, kind="furniture", start=4, end=9, because="It is of the text."),
    "capture-read": acting("capture", "record"),
    "outlet-edit": acting("outlet", BOTH, name="Other"),
    "origin-edit": acting("origin", BOTH, name="Other"),
    "origin-descend": acting("origin", BOTH, upstream="@upstream", kind="draws_on"),
    "origin-end-descent": acting("origin", BOTH, upstream="@upstream", kind="same", because="It is not."),
    "subject-edit": acting("subject", BOTH, name="Other"),
    "subject-also-called": acting("subject", BOTH, text="Autre", language="fr"),
    "subject-end-name": acting("subject", BOTH, text="Nom", language="fr", because="It is not called so."),
    "proposal-approve": acting("proposal", "approve"),
    "proposal-override": acting("own", "propose+override", because="Nobody else is here."),
    "report-read": Route("report", {}, frozenset({"approve"}), looks=True),
    "report-answer": Route(
        "report", {"outcome": "unchanged", "text": "We looked."}, frozenset({"approve"}), looks=True
    ),
    "report-forget-address": Route("report", {}, frozenset({"approve"}), looks=True),
    "proposal-send-back": acting("proposal", "approve", reply="By whom?"),
    "proposal-drop": acting("own", "propose"),
}
HIDDEN = {"draft", "ill", "held", "proposal"}
VERBS = {name: route for name, route in ROUTES.items() if route.needs}


def where(name, world, user=None):
    """The address of a route, and the thing that it is about."""
    route = ROUTES[name]
    pattern = next(p for p in urls.urlpatterns if p.name == f"desk-{name}")
    if not route.thing:
        return DESK + str(pattern.pattern), None
    thing = world.own(user) if route.thing == "own" else getattr(world, route.thing)
    base = address_of(thing, None)
    last = str(pattern.pattern).strip("/").rpartition("/")[2]
    return base if last.startswith("<") else f"{base}{last}/", thing


def send(program, method, name, world, body=None):
    address, thing = where(name, world, program.user if program and method == "POST" else None)
    headers = {"if_match": f'"{tag_of(thing)}"'} if thing is not None else {}
    if program is None:
        return Client().generic(method, address, b"{}", content_type="application/json")
    return program.send(method, address, ROUTES[name].sent(world) if body is None else body, **headers)


def test_every_address_for_tokens_is_in_the_matrix():
    assert {p.name.removeprefix("desk-") for p in urls.urlpatterns} == set(ROUTES)


@pytest.fixture(autouse=True)
def an_archive(settings):
    settings.FACTDESK_ARCHIVE = "https://archive.example/save/"


def people():
    yield "nobody", None, set(), False
    for role, acts in ROLES.items():
        yield role, Program(make_editor(role)), set(acts), True
    for scope in Scope:
        sees = scope == Scope.READ_UNPUBLISHED
        yield f"chief with {scope}", Program(make_editor("chief"), scope), set(ACTS[scope]), sees
    yield "chief with two", Program(make_editor("chief"), "record", "propose"), {"record", "propose"}, False


def expected(route, method, who, acts, sees):
    """The statuses that a cell may have."""
    if who == "nobody":
        return {401}
    if method in {"GET", "HEAD"} and route.judges:
        return {200} if sees and "approve" in acts else {403}
    if method in {"GET", "HEAD"} and route.read:
        if route.listed and not sees:
            return {403}
        return {404} if route.thing in HIDDEN and not sees else {200}
    if method == "POST" and route.needs:
        if route.thing in HIDDEN and not sees:
            return {404}
        return {200, 201, 202} if route.needs <= acts and (sees or not route.looks) else {403}
    return {405}


@pytest.mark.deep
def test_each_cell_of_the_matrix_is_as_its_scope_and_its_role_say():
    world, cells, wrong = World(), 0, []
    for who, program, acts, sees in people():
        for name, route in ROUTES.items():
            for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
                with transaction.atomic():
                    answer = send(program, method, name, world)
                    transaction.set_rollback(True)
                cells += 1
                if answer.status_code not in expected(route, method, who, acts, sees):
                    wrong.append((who, method, name, answer.status_code, answer.content[:200]))
    print(f"{cells} cells, {len(wrong)} unexpected")
    assert not wrong, "\n".join(map(str, wrong))
    assert cells == len(ROUTES) * 7 * 10


def columns():
    models = [m for app in ("claims", "sources") for m in apps.get_app_config(app).get_models()]
    return sorted({name for m in models for f in m._meta.concrete_fields for name in (f.name, f.attname)})


def test_no_column_of_ours_is_a_member_that_was_not_declared():
    world, program = World(), Program(make_editor("chief"))
    tried = 0
    for name in VERBS:
        view = next(p for p in urls.urlpatterns if p.name == f"desk-{name}").callback.cls
        assert issubclass(view, Act)
        foreign = [c for c in columns() if c not in view.body().fields]
        answer = send(program, "POST", name, world, ROUTES[name].sent(world) | dict.fromkeys(foreign, 1))
        told = problem_of(answer, 400)
        assert {f"#/{column}" for column in foreign} == {e["pointer"] for e in told["errors"]}, name
        tried += len(foreign)
    print(f"{tried} members that were not declared, accepted 0")
    assert tried > 3000


def test_a_member_that_was_not_declared_is_refused_inside_of_another():
    world, program = World(), Program(make_editor("chief"))
    for name, body, pointer in [
        ("claim-appear", {"speakers": [{"name": "A", "place": 2}]}, "#/speakers/0/place"),
        ("claim-appear", {"figures": [{"words": "1"}, {"words": "2", "seal": ""}]}, "#/figures/1/seal"),
        ("claim-assess", {"citing": [{"stance": "context", "passage_id": 1}]}, "#/citing/0/passage_id"),
        ("claim-reword", {"correcting": {"kind": "correction", "why": "So.", "number": 1}}, "#/correcting/number"),
        ("subjects-list", {"names": [{"text": "A", "language": "en", "until": 1}]}, "#/names/0/until"),
    ]:
        told = problem_of(send(program, "POST", name, world, ROUTES[name].sent(world) | body), 400)
        assert pointer in {e["pointer"] for e in told["errors"]}


def test_the_nearest_member_is_named():
    told = problem_of(Program(make_reporter()).post("claims/", {"statment": "It stood."}), 400)
    assert "There is no member statment. Did you mean statement?" in told["detail"]


def test_what_readers_see_is_the_same_whatever_a_program_drafts():
    """Two worlds: one in which nothing is hidden, and the same after programs drafted, proposed and commented."""
    world, program = World(), Program(make_editor("chief"))
    doors = ["claims/", f"claims/{world.claim.key}/", "sources/", "passages/", "subjects/", "assessments/", "schema/"]
    before = [Client().get(f"/api/v1/{door}").content for door in doors]
    for name in ("claims-list", "sources-list", "outlets-list", "origins-list", "subjects-list", "claim-comment"):
        assert send(program, "POST", name, world).status_code in {200, 201}, name
    waiting = [name for name, r in VERBS.items() if r.thing == "claim" and "propose" in r.needs]
    for name in waiting:
        assert send(program, "POST", name, world).status_code == 202, name
    assert [Client().get(f"/api/v1/{door}").content for door in doors] == before
    assert len(waiting) >= 10
