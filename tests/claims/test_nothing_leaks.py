"""Every public door, opened by an anonymous visitor: nothing of what is gated, hidden, held, private or confidential.

The doors are not listed by hand: they are the addresses that the site's own routes know, and every link that a page offers.
"""

import re
from html import unescape
from urllib.parse import quote, urlsplit

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from claims.models import (
    Appearance,
    Assessment,
    Citation,
    Claim,
    Comment,
    Corrected,
    Correction,
    Reply,
    Subject,
    Wording,
)
from sources.models import Capture, Change, Origin, Outlet, Passage, Source

from ..making import (
    UPDATE,
    assess,
    contradicts,
    make_chief,
    make_claim,
    make_draft,
    make_editor,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
    two,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Secrets:
    """A desk that shows one claim, and holds a secret of every kind, each under a word of its own."""

    def __init__(self):
        self.words: dict[str, str] = {}
        by = make_reporter()
        self.shown = make_claim("The bridge stood.", subjects=[make_subject("The bureau of roads")])
        assess(self.shown, "disputed", because="A log denies it.")
        self.shown.reword(
            "H", "The bridge stood still.", code="our_error", correcting=Corrected("correction", "Erred."), **two()
        )
        draft = make_draft(self.secret("draft"), passage=make_passage(self.secret("draft quote")))
        Comment.objects.create(claim=self.shown, text=self.secret("comment"), by=by)
        for sensitivity in ("health", "minor", "address", "private_life"):
            self.gated(sensitivity)
        self.held()
        self.withdrawn()
        self.confidential()
        private = make_subject(self.secret("private person"), private_person=True)
        make_draft("About somebody.", subjects=[private])
        self.shown.propose("reword", by=by, headline="H", statement=self.secret("proposal"), **UPDATE)
        asked = {"asked_on": "2026-10-01", "deadline": "2026-10-08", "channel": "email"}
        self.shown.ask(to_name="Lac", questions=self.secret("questions"), **asked, **two())
        draft.ask(to_name=self.secret("asked about a draft"), questions="?", **asked, by=by)
        self.shown.relate(draft, "contradicts", **two())
        self.keys = {c.key for c in Claim.objects.exclude(public=True).exclude(stage="withdrawn")}
        self.once_read = {c.key for c in Claim.objects.filter(key__in=self.keys, changed__isnull=False)}

    def secret(self, name):
        self.words[name] = f"zq{len(self.words)}{name.replace(' ', '')}qz"
        return self.words[name]

    def gated(self, sensitivity):
        """A sensitive claim, in words beside which a public one stands, assessed and published, and never released."""
        capture = make_source(
            f"He said {self.secret(sensitivity)} and the bridge {sensitivity} fell.", rights="full"
        ).captures.get()
        start = capture.text.index("zq")
        end = capture.text.index(" and the")
        claim = Claim.objects.record(
            by=make_reporter(),
            statement=f"{self.words[sensitivity]} is so.",
            sensitivity=sensitivity,
            subjects=[make_subject(self.secret(f"subject {sensitivity}"))],
        )
        claim.appear(capture.quote(start, end, by=make_reporter()), "asserts", by=make_reporter())
        assess(claim, "disputed", citing=[contradicts(make_passage(self.secret(f"evidence {sensitivity}")))])
        claim.publish(**two())
        near = capture.quote(end + 1, capture.length, by=make_reporter())
        self.shown.appear(near, "reports", **two())

    def held(self):
        claim = make_claim(self.secret("held"), passage=make_passage(self.secret("held quote")))
        claim.reword(
            "H",
            self.secret("held words"),
            code="our_error",
            correcting=Corrected("correction", self.secret("held correction")),
            **two(),
        )
        claim.hold("legal", because=self.secret("reason of a hold"), **two())
        back = make_claim("It is back.")
        back.hold(
            "safety",
            because=self.secret("reason of a safety hold"),
            by=make_chief(),
            override=self.secret("override of a hold"),
        )
        back.lift("safety", because=self.secret("reason of a lift"), **two())

    def withdrawn(self):
        claim = make_claim(self.secret("withdrawn"), passage=make_passage(self.secret("withdrawn quote")))
        assess(claim, "unverified", because=self.secret("withdrawn why"))
        claim.withdraw(because="Asked to.", our_error=True, **two())
        into, gone = make_claim("They are one."), make_draft(self.secret("merged draft"))
        gone.merge(into, because=self.secret("reason of a merger"), **two())

    def confidential(self):
        source = make_source(self.secret("confidential words"), confidential=True)
        source.edit(title=self.secret("confidential title"), author=self.secret("author"), by=make_reporter())
        Origin.objects.get(pk=source.origin_id).edit(name=self.secret("confidential origin"), by=make_reporter())
        passage = source.captures.get().quote(0, len(self.words["confidential words"]), by=make_reporter())
        self.shown.appear(passage, "asserts", by=make_reporter())
        assess(self.shown, "disputed", citing=[contradicts(passage), contradicts()])
        public = make_source()
        public.origin.descend(source.origin, "draws_on", by=make_reporter())
        self.shown.appear(public.captures.get().quote(0, 9, by=make_reporter()), "asserts", **two())
        letter = make_passage(self.secret("confidential reply"), confidential=True)
        request = self.shown.ask(
            to_name="Lac", questions="?", asked_on="2026-10-01", deadline="2026-10-08", channel="email", **two()
        )
        self.shown.answer(request.key, "replied", passage=letter, **two())


def doors(prefix="", patterns=None):
    """Every address that the site knows and an anonymous visitor may try: none of the admin's."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern).lstrip("^").replace("\\Z", "").rstrip("$")
        if isinstance(pattern, URLResolver) and not route.startswith("admin"):
            yield from doors(route, pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and not route.startswith("admin"):
            yield route


# The things of the API, shown or not; each has a key, or is named by what it belongs to.
NAMED = {
    "claims": Claim,
    "wordings": Wording,
    "assessments": Assessment,
    "citations": Citation,
    "appearances": Appearance,
    "passages": Passage,
    "annotations": Passage,
    "sources": Source,
    "captures": Capture,
    "outlets": Outlet,
    "subjects": Subject,
    "corrections": Correction,
    "replies": Reply,
}


def filled(route, desk):
    """A route's address with the keys of everything that there is, shown or not."""
    keys = {
        "claims": list(Claim.objects.values_list("key", flat=True)),
        "sources": list(Claim.objects.values_list("appearances__passage__capture__source__key", flat=True)),
        "subjects": list(Claim.objects.exclude(subjects=None).values_list("subjects__key", flat=True)),
    }
    if "<" not in route:
        yield route
        return
    if named := re.match(r"api/v1/(\w+)/\(\?P", route):
        for row in NAMED[named[1]].objects.all():
            yield f"api/v1/{named[1]}/{getattr(row, 'ref', '') or row.key}/{route.rpartition(')/')[2]}"
        return
    kind = next((k for k in keys if f"{k}/" in route), None)
    for key in filter(None, keys.get(kind or "", ())):
        address = re.sub(r"<slug:key>", key, route)
        for numbers in ((1, 2), (2, 3)):
            yield re.sub(r"<int:(number|one)>", str(numbers[0]), address).replace("<int:two>", str(numbers[1]))


@pytest.fixture
def desk():
    return Secrets()


def _said(answer) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode(errors="replace")  # a picture says what it says in other ways


@pytest.mark.deep
def test_no_public_door_says_anything_that_is_kept_back(client, desk):
    now = timezone.now().isoformat()
    moments = list(Change.objects.order_by("id").values_list("recorded_at", flat=True))
    past = [m.isoformat() for m in moments[:: max(1, len(moments) // 6)]] + [now]
    known = {f"/{address}" for route in doors() for address in filled(route, desk)}
    todo, opened, answered = sorted(known), set(), 0
    todo += [f"/?as_of={quote(m)}" for m in past] + [f"/claims/?as_of={quote(m)}" for m in past]
    todo += [f"{desk.shown.get_absolute_url()}?as_of={quote(m)}" for m in past]
    todo += [f"/corrections/?as_of={quote(m)}" for m in past] + [f"/sources/?as_of={quote(m)}" for m in past]
    todo += [f"/subjects/?as_of={quote(m)}" for m in past] + [
        f"/api/v1/{r}/?as_of={quote(m)}" for m in past for r in API
    ]
    todo += [f"/{door}?q={word}" for word in desk.words.values() for door in ("claims/", "api/v1/claims/")]
    while todo:
        address = todo.pop()
        if address in opened:
            continue
        opened.add(address)
        answer = client.get(address)
        assert answer.status_code < 500, address
        said = _said(answer) + "".join(f"{k}: {v}" for k, v in answer.items())
        answered += answer.status_code == 200
        asked = urlsplit(address).query
        for name, word in desk.words.items():
            # A search says what was searched for, in its links to other languages too, and nothing more.
            assert word not in said.replace(word, "", 18) if word in asked else word not in said, (address, name)
        for key in desk.keys:
            if address.startswith("/api/v1/changes/") and key in desk.once_read:
                continue  # who holds a copy is told that it is gone, and no more
            if key not in address:
                assert key not in said, (address, key)
            else:
                assert answer.status_code in ({401} if "/desk/" in address else {301, 404, 405, 410}), address
        if len(opened) < 600:
            links = re.findall(r'(?:href|action)="(/[^"#]*)', said) + re.findall(r'"http://testserver(/[^"]*)"', said)
            todo += [unescape(link) for link in links if not link.startswith(PASSED)]
    print(
        f"{len(opened)} addresses, {answered} answered 200, {len(desk.words)} secrets, {len(desk.keys)} hidden claims"
    )
    assert answered > 100


API = [name for name in NAMED if name != "annotations"]
# Each thing of the API is asked for by its address already, and says no more where a list leads to it.
PASSED = ("/admin", "/static", *(f"/api/v1/{name}/" for name in NAMED))


def test_no_number_counts_what_is_kept_back(client, desk):
    before = {
        door: client.get(door).content for door in ("/", "/claims/", "/api/v1/claims/", "/subjects/", "/sources/")
    }
    secret = make_draft("One more draft.", sensitivity="minor")
    secret.publish(**two())
    held = make_draft("One more, held.")
    held.hold("legal", because="A letter.", by=make_reporter())
    assert {door: client.get(door).content for door in before} == before


def test_a_gated_claim_is_released_by_a_second_person_with_a_reason_that_is_logged(client):
    claim = make_draft("He is ill.", sensitivity="health")
    claim.publish(**two())
    assert client.get(claim.get_absolute_url()).status_code == 404
    chief, editor = make_chief(), make_editor()
    claim.propose("release", by=chief, because="He says so himself.").approve(by=editor)
    act = Change.objects.get(verb="release")
    assert (act.by, act.approved_by, act.note) == (chief, editor, "He says so himself.")
    assert "He says so himself." in client.get(claim.get_absolute_url()).content.decode()
