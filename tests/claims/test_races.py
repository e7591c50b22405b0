"""Two editors at the same instant, on a database that lets them: whatever is acknowledged is on the record.

On SQLite the one writer waits for the other, and a second thread has no part in a test's transaction: these run on PostgreSQL.
"""

import os
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import combinations_with_replacement
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.utils import timezone

from claims import watching
from claims.auditing import audit
from claims.lifting import lift_embargoes
from claims.models import Claim, Corrected, Hold, Proposal, ReplyRequest, Report, Subject
from claims.searching import reindex
from sources import capturing, keeping, redacting
from sources.models import Capture, Change, Origin, Outlet, Source, Watch

from ..making import (
    UPDATE,
    contradicts,
    make_chief,
    make_claim,
    make_draft,
    make_editor,
    make_origin,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
    two,
)

PAIRS = int(os.environ.get("PAIRS", "8"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="one writer at a time is SQLite's way"),
]


@dataclass
class Path:
    """A way to save: what both editors have before them, what each does, and whether it is on the record."""

    made: Callable[[], Any]
    act: Callable[[Any, int], Any]
    kept: Callable[[Any, int], bool]
    most: int = 1  # of the two that may be acknowledged


def fresh(claim) -> Claim:
    return Claim.objects.get(pk=claim.pk)


def a_claim_with(**extra):
    claim = make_claim()
    return {"claim": claim, "seen": claim.seen, "two": two(), "passages": [make_passage(), make_passage()]} | extra


def a_proposal():
    claim = make_claim()
    proposal = claim.propose("assess", by=make_reporter(), status="unverified", because="Not sure.", citing=[])
    return {"claim": claim, "proposal": proposal, "editors": [make_editor(), make_editor()]}


def held(kind="legal", **given):
    claim = make_claim()
    claim.hold(kind, because="A letter.", **given, **two())
    return a_claim_with() | {"claim": claim, "seen": claim.seen}


def over():
    found = held("embargo", ends_at=timezone.now() + timedelta(days=1))
    with keeping.lifted():
        Hold.objects.filter(claim=found["claim"]).update(ends_at=timezone.now() - timedelta(seconds=1))
    return found


def asked():
    claim = make_claim()
    times = {"asked_on": "2026-10-01", "deadline": "2026-10-08"}
    request = claim.ask(to_name="Lac", channel="email", questions="Is it so?", **times, **two())
    return a_claim_with(request=request) | {"claim": claim, "seen": claim.seen}


def with_two_passages():
    claim, passage = make_claim(), make_passage()
    claim.appear(passage, "reports", **two())
    return {"claim": claim, "seen": claim.seen, "two": two(), "struck": passage}


def row_of(make):
    row = make()
    return {"row": row, "seen": row.seen, "by": make_reporter()}


def edit(has, n):
    model = type(has["row"])
    return model.objects.get(pk=has["row"].pk).edit(by=has["by"], seen=has["seen"], **{_name(model): f"Name {n}"})


def edited(has, n):
    model = type(has["row"])
    selves = [c.before for c in Change.objects.about(model.__name__.lower(), has["row"].key) if c.before]
    now = getattr(model.objects.get(pk=has["row"].pk), _name(model))
    return f"Name {n}" in [now, *(before[_name(model)] for before in selves)]


def _name(model):
    return "title" if model is Source else "name"


def related():
    has = a_claim_with(other=make_claim())
    has["claim"].relate(has["other"], "contradicts", **two())
    return has


def descended():
    upstream, origin = make_origin(), make_origin()
    origin.descend(upstream, "draws_on", by=make_reporter())
    return origin


def named():
    subject = make_subject()
    subject.also_called("Name", "de", by=make_reporter())
    return row_of(lambda: subject)


def marked():
    capture, by = make_source().captures.get(), make_reporter()
    capture.mark("furniture", 0, 2, by=by)
    return {"capture": capture, "by": by}


PATHS = {
    "reword": Path(
        a_claim_with,
        lambda has, n: fresh(has["claim"]).reword("H", f"Words {n}.", seen=has["seen"], **has["two"], **UPDATE),
        lambda has, n: has["claim"].wordings.filter(statement=f"Words {n}.").exists(),
    ),
    "correct": Path(
        a_claim_with,
        lambda has, n: fresh(has["claim"]).reword(
            "H",
            f"Words {n}.",
            seen=has["seen"],
            code="our_error",
            correcting=Corrected("correction", f"{n}"),
            **has["two"],
        ),
        lambda has, n: has["claim"].corrections.filter(why=f"{n}").exists(),
    ),
    "assess": Path(
        a_claim_with,
        lambda has, n: fresh(has["claim"]).assess(
            "disputed", because=f"Because {n}", seen=has["seen"], citing=[contradicts(has["passages"][n])], **has["two"]
        ),
        lambda has, n: has["claim"].assessments.filter(why=f"Because {n}").exists(),
    ),
    "approve": Path(
        a_proposal,
        lambda has, n: Proposal.objects.get(pk=has["proposal"].pk).approve(by=has["editors"][n]),
        lambda has, n: has["claim"].assessments.get().since.approved_by == has["editors"][n],
    ),
    "approve or send back": Path(
        a_proposal,
        lambda has, n: (
            Proposal.objects.get(pk=has["proposal"].pk).approve(by=has["editors"][0])
            if n
            else Proposal.objects.get(pk=has["proposal"].pk).send_back(by=has["editors"][1], reply="Not yet.")
        ),
        lambda has, n: Proposal.objects.get(pk=has["proposal"].pk).state == ("approved" if n else "returned"),
    ),
    "publish": Path(
        lambda: a_claim_with() | {"claim": make_draft()},
        lambda has, n: fresh(has["claim"]).publish(**has["two"]),
        lambda has, n: fresh(has["claim"]).public,
    ),
    "withdraw": Path(
        a_claim_with,
        lambda has, n: fresh(has["claim"]).withdraw(because=f"{n}", seen=has["seen"], **has["two"]),
        lambda has, n: Change.objects.about("claim", has["claim"].key).filter(verb="withdraw", note=f"{n}").exists(),
    ),
    "appear in two places": Path(
        a_claim_with,
        lambda has, n: fresh(has["claim"]).appear(has["passages"][n], "reports", seen=has["seen"], **has["two"]),
        lambda has, n: has["claim"].appearances.filter(passage=has["passages"][n]).exists(),
        most=2,
    ),
    "appear in one place": Path(
        a_claim_with,
        lambda has, n: fresh(has["claim"]).appear(has["passages"][0], "reports", note=f"{n}", **has["two"]),
        lambda has, n: has["claim"].appearances.filter(note=f"{n}").exists(),
    ),
    "strike": Path(
        with_two_passages,
        lambda has, n: fresh(has["claim"]).strike(
            has["struck"], correcting=Corrected("removal", f"{n}"), seen=has["seen"], **has["two"]
        ),
        lambda has, n: has["claim"].corrections.filter(why=f"{n}").exists(),
    ),
    "translate": Path(
        a_claim_with,
        lambda has, n: fresh(has["claim"]).translate(has["passages"][0], f"Text {n}", **has["two"]),
        lambda has, n: has["passages"][0].translations.filter(text=f"Text {n}").exists(),
        most=2,
    ),
    "relate": Path(
        lambda: a_claim_with(other=make_claim()),
        lambda has, n: fresh(has["claim"]).relate(has["other"], "contradicts", seen=has["seen"], **has["two"]),
        lambda has, n: has["claim"].relations.live().exists(),
    ),
    "end a relation": Path(
        related,
        lambda has, n: fresh(has["claim"]).end_relation(has["other"], "contradicts", because=f"{n}", **has["two"]),
        lambda has, n: Change.objects.about("claim", has["claim"].key).filter(verb="close", note=f"{n}").exists(),
    ),
    "hold": Path(
        a_claim_with,
        lambda has, n: fresh(has["claim"]).hold("legal", because=f"{n}", **has["two"]),
        lambda has, n: Change.objects.about("claim", has["claim"].key).filter(verb="hold", note=f"{n}").exists(),
    ),
    "lift": Path(
        held,
        lambda has, n: fresh(has["claim"]).lift("legal", because=f"{n}", **has["two"]),
        lambda has, n: Change.objects.about("claim", has["claim"].key).filter(verb="lift", note=f"{n}").exists(),
    ),
    "two workers end an embargo": Path(
        over,
        lambda has, n: _lifted(),
        lambda has, n: Change.objects.about("claim", has["claim"].key).filter(verb="lift").count() == 1,
    ),
    "ask": Path(
        a_claim_with,
        lambda has, n: fresh(has["claim"]).ask(to_name=f"Somebody {n}", why_not="He died.", **has["two"]),
        lambda has, n: ReplyRequest.objects.filter(about__claim=has["claim"], to_name=f"Somebody {n}").exists(),
        most=2,
    ),
    "answer": Path(
        asked,
        lambda has, n: fresh(has["claim"]).answer(has["request"].key, "declined", note=f"{n}", **has["two"]),
        lambda has, n: has["request"].replies.filter(note=f"{n}").exists(),
        most=2,
    ),
    "merge each into the other": Path(
        lambda: a_claim_with(other=make_claim()),
        lambda has, n: fresh(has["claim"] if n else has["other"]).merge(
            fresh(has["other"] if n else has["claim"]), because="The same.", **has["two"]
        ),
        lambda has, n: fresh(has["claim"] if n else has["other"]).merged_into_id is not None,
    ),
    "end a region": Path(
        marked,
        lambda has, n: Capture.objects.get(pk=has["capture"].pk).end_region(
            "furniture", 0, 2, by=has["by"], because=f"{n}"
        ),
        lambda has, n: Change.objects.about("capture", has["capture"].ref).filter(verb="close", note=f"{n}").exists(),
    ),
    "end a name": Path(
        named,
        lambda has, n: Subject.objects.get(pk=has["row"].pk).end_name("Name", "de", by=has["by"], because=f"{n}"),
        lambda has, n: Change.objects.about("subject", has["row"].key).filter(verb="close", note=f"{n}").exists(),
    ),
    "end where it comes from": Path(
        lambda: row_of(descended),
        lambda has, n: Origin.objects.get(pk=has["row"].pk).end_descent(
            Origin.objects.get(downstreams__origin=has["row"]), "draws_on", by=has["by"], because=f"{n}"
        ),
        lambda has, n: Change.objects.about("origin", has["row"].key).filter(verb="close", note=f"{n}").exists(),
    ),
    "edit a source": Path(lambda: row_of(make_source), edit, edited),
    "edit an outlet": Path(lambda: row_of(lambda: Outlet.objects.add(by=make_reporter(), name="Old")), edit, edited),
    "edit a subject": Path(lambda: row_of(make_subject), edit, edited),
    "edit an origin": Path(lambda: row_of(lambda: make_source().origin), edit, edited),
    "name a subject": Path(
        lambda: row_of(make_subject),
        lambda has, n: Subject.objects.get(pk=has["row"].pk).also_called(
            f"Name {n}", "de", by=has["by"], seen=has["seen"]
        ),
        lambda has, n: has["row"].names.filter(text=f"Name {n}").exists(),
    ),
}


def _lifted():
    if not list(lift_embargoes()):
        raise ValidationError("Another worker lifted it")


@pytest.mark.parametrize("name", PATHS)
def test_what_is_acknowledged_is_on_the_record(name):
    path = PATHS[name]
    acknowledged = refused = lost = 0
    with ThreadPoolExecutor(2) as pool:
        for _ in range(PAIRS):
            has, start = path.made(), threading.Barrier(2)

            def act(n, has=has, start=start):
                connection.ensure_connection()
                start.wait()
                try:
                    path.act(has, n)
                except (ValidationError, IntegrityError):  # what every door tells its editor in a sentence
                    return False
                finally:
                    connection.close()
                return True

            done = list(pool.map(act, (0, 1)))
            assert 1 <= sum(done) <= path.most, f"{name}: {done}"
            acknowledged += sum(done)
            refused += 2 - sum(done)
            lost += sum(not path.kept(has, n) for n in (0, 1) if done[n])
    print(f"{name}: {PAIRS} pairs, {acknowledged} acknowledged, {refused} refused, {lost} lost")
    assert lost == 0
    assert list(audit()) == []


# -- two who do different things at the same moment: nothing fails, and what readers see changes by two people


def a_draft_and_its_rows(**fields):
    subject, outlet = make_subject(), Outlet.objects.add(by=make_reporter(), name="Old")
    passage = make_passage(outlet=outlet)
    draft = make_draft(passage=passage, subjects=[subject], **fields)
    source = passage.capture.source
    rows = {"draft": draft, "subject": subject, "outlet": outlet, "source": source, "upstream": make_source().origin}
    return rows | {"two": two(), "by": make_reporter()}


def show(has):
    fresh(has["draft"]).publish(**has["two"])


def alone(row, /, **fields):
    return lambda has: fresh_row(has[row]).edit(by=has["by"], **fields)


ALONE = {
    "edit its source": alone("source", title="By one"),
    "edit its outlet": alone("outlet", name="By one"),
    "edit its subject": alone("subject", name="By one"),
    "edit its origin": lambda has: has["source"].origin.edit(by=has["by"], name="By one"),
    "name its subject": lambda has: fresh_row(has["subject"]).also_called("Ein", "de", by=has["by"]),
    "translate its words": lambda has: passage_of(has).translate("Von einem", language="de", by=has["by"]),
    "mark its text": lambda has: passage_of(has).capture.mark("furniture", 0, 2, by=has["by"]),
    "say where its origin comes from": lambda has: fresh_row(has["source"].origin).descend(
        has["upstream"], "draws_on", by=has["by"]
    ),
    "take its source back": lambda has: Claim.objects.retract(fresh_row(has["source"]), by=has["by"], because="One."),
}


def fresh_row(row):
    return type(row).objects.get(pk=row.pk)


def passage_of(has):
    return fresh(has["draft"]).appearances.get().passage


@pytest.mark.parametrize("name", ALONE)
def test_what_one_does_while_a_claim_is_published_came_before_or_is_refused(name):
    before = refused = 0
    with ThreadPoolExecutor(2) as pool:
        for _ in range(PAIRS):
            has = a_draft_and_its_rows()
            from_here = Change.objects.latest("id").pk
            shown, by_one = at_once(pool, partial(show, has), partial(ALONE[name], has))
            assert shown is None, shown
            changes = Change.objects.filter(id__gt=from_here).order_by("id")
            published = changes.get(verb="publish").pk
            mine = changes.filter(by=has["by"], approval="none")
            assert (by_one is None) == mine.filter(id__lt=published).exists(), by_one
            assert not mine.filter(id__gt=published).exists(), [(c.verb, c.kind) for c in changes]
            before, refused = before + (by_one is None), refused + (by_one is not None)
    print(f"{name}: {PAIRS} pairs, {before} before it was published, {refused} refused")


def at_once(pool, *acts):
    """What each is refused with, or nothing; whatever else goes wrong is raised."""
    start = threading.Barrier(len(acts))

    def run(act):
        connection.ensure_connection()
        start.wait()
        try:
            act()
        except ValidationError as refusal:
            return refusal
        finally:
            connection.close()
        return None

    return list(pool.map(run, acts))


def everything(outside):
    """A claim and all that stands around it."""
    passage = make_passage("The bridge was never inspected, said the clerk. It stood.", end=31)
    claim, other = make_claim(passage=passage), make_claim()
    source = passage.capture.source
    source.edit(url=f"http://127.0.0.1:{outside.server_port}/page", **two())
    Watch.objects.turn(source, True, by=make_reporter())
    with_it = a_claim_with(other=other, source=source, passage=passage, chief=make_chief(), editor=make_editor())
    near = passage.capture.quote(32, 47, by=make_reporter())
    waiting = claim.propose("withdraw", by=make_reporter(), because="Asked to.")
    incoming = capturing.paste("It was never inspected, they say.", by=make_reporter())
    report = Report.objects.send(what="It was never inspected.").read(by=make_editor())
    with_it |= {"report": report}
    return with_it | {"claim": claim, "seen": claim.seen, "near": near, "waiting": waiting, "incoming": incoming}


ACTS = {
    "reword": lambda has: fresh(has["claim"]).reword("H", "Other words.", **has["two"], **UPDATE),
    "assess": lambda has: fresh(has["claim"]).assess(
        "disputed", because="So.", seen=has["seen"], citing=[contradicts(has["passages"][0])], **has["two"]
    ),
    "appear": lambda has: fresh(has["claim"]).appear(has["near"], "reports", **has["two"]),
    "approve": lambda has: Proposal.objects.get(pk=has["waiting"].pk).approve(by=has["editor"]),
    "merge": lambda has: fresh(has["other"]).merge(fresh(has["claim"]), because="The same.", **has["two"]),
    "retract": lambda has: Claim.objects.retract(fresh_row(has["source"]), because="They said so.", **has["two"]),
    "edit": lambda has: fresh_row(has["source"]).edit(title="Another", **has["two"]),
    "redact": lambda has: fresh(has["claim"]).redact(
        "never inspected", by=has["chief"], approved_by=has["editor"], because="A court ordered it."
    ),
    "keep": lambda has: capturing.keep(has["incoming"], by=has["editor"], source=has["source"]),
    "sight": lambda has: look_at(),
    "drop": lambda has: Proposal.objects.get(pk=has["waiting"].pk).drop(by=has["waiting"].by),
    "report": lambda has: has["report"].answer("unchanged", "We looked.", claim=has["claim"], by=has["editor"]),
    "reindex": lambda has: reindex(),
}


def look_at():
    """What the worker does when a watched page says something else."""
    seen = next(iter(watching.recheck(limit=1, pause=0)), None)
    assert seen is None or seen.capture, seen  # nobody asks at an address that was just changed


def test_whatever_two_do_at_the_same_moment_neither_fails(outside, monkeypatch):
    """The second waits for the first, and does it or is refused in words; no two wait for each other."""
    outside.pages["/page"] = "<p>The bridge was inspected twice, and everybody was told of it. It stood.</p>"
    monkeypatch.setattr(redacting.scrub, "__defaults__", (0,))  # which waits for tests of others
    pairs = list(combinations_with_replacement(ACTS, 2))
    random.shuffle(pairs)  # anew in each run, whose seed is printed
    refused = 0
    with ThreadPoolExecutor(2) as pool:
        for one, other in pairs[: PAIRS * 2]:
            has = everything(outside)
            done = at_once(pool, partial(ACTS[one], has), partial(ACTS[other], has))
            assert None in done, (one, other, done)
            refused += sum(refusal is not None for refusal in done)
    print(f"{len(pairs[: PAIRS * 2])} pairs of acts, {refused} refused")
    assert list(audit()) == []
