"""Two programs at the same instant, on a database that lets them: one success and one refusal, and what is sent twice is done once.

On SQLite a second thread has no part in a test's transaction: there a desk that runs is asked (test_desk_alive.py).
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from claims.auditing import audit
from claims.models import Answered, Claim, Subject
from sources.models import Change

from ..making import make_claim, make_draft, make_editor, make_reporter, make_source
from ..programs import Program
from .test_desk_acts import at

PAIRS = int(os.environ.get("PAIRS", "6"))
DOUBLE_SENDS = int(os.environ.get("DOUBLE_SENDS", "25"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="one writer at a time is SQLite's way"),
]


def both(pool, act):
    start = threading.Barrier(2)

    def run(n):
        connection.ensure_connection()
        start.wait()
        try:
            return act(n)
        finally:
            connection.close()

    return list(pool.map(run, (0, 1)))


def rewording():
    claim = make_draft()
    return at(claim), "reword/", [{"statement": f"Words {n}.", "headline": "H"} for n in (0, 1)]


def editing():
    return at(make_source()), "edit/", [{"title": f"Title {n}"} for n in (0, 1)]


def approving():
    proposal = make_claim().propose("withdraw", by=make_reporter(), because="Asked to.")
    return at(proposal), "approve/", [{}, {}]


def approving_or_sending_back():
    address, _, _ = approving()
    return address, "", [{}, {"reply": "By whom?"}]


@pytest.mark.parametrize("made", [rewording, editing, approving, approving_or_sending_back])
def test_of_two_who_write_at_the_same_moment_one_has_moved_on(made):
    programs = [Program(make_editor()), Program(make_editor())]
    outcomes = []
    with ThreadPoolExecutor(2) as pool:
        for _ in range(PAIRS):
            address, verb, bodies = made()
            tag = programs[0].get(address).headers["ETag"]
            verbs = [verb, verb] if verb else ["approve/", "send-back/"]

            def act(n, address=address, verbs=verbs, bodies=bodies, tag=tag):
                return programs[n].post(f"{address}{verbs[n]}", bodies[n], if_match=tag).status_code

            outcomes.append(sorted(both(pool, act)))
    print(f"{made.__name__}: {PAIRS} pairs, {outcomes.count([200, 412])} with one success and one 412")
    assert outcomes == [[200, 412]] * PAIRS
    assert list(audit()) == []


@pytest.mark.parametrize("what", ["a proposal", "a quote", "a text"])
def test_of_two_who_record_the_same_at_the_same_moment_the_second_is_told_or_given_what_stands(what):
    programs = [Program(make_editor()), Program(make_editor())]
    withdrawal, text = {"because": "Asked to."}, {"text": "The bridge stood."}
    with ThreadPoolExecutor(2) as pool:
        for _ in range(PAIRS):
            source = make_source("The bridge fell.")
            address, verb, body, first, second = {
                "a proposal": (at(make_claim()), "withdraw", withdrawal, 202, "is proposed already"),
                "a quote": (at(source), "passages", {"exact": "bridge"}, 201, ""),
                "a text": (at(source), "captures", text, 201, "is kept already"),
            }[what]
            tag = programs[0].get(address).headers["ETag"]

            def act(n, path=f"{address}{verb}/", body=body, tag=tag):
                return programs[n].post(path, body, if_match=tag)

            answers = sorted(both(pool, act), key=lambda answer: answer.status_code)
            assert answers[0].status_code == first
            assert second in answers[1].content.decode() and answers[1].status_code == (422 if second else 201)
    print(f"{what}: {PAIRS} pairs, each recorded once")
    assert list(audit()) == []


def test_what_is_sent_twice_at_the_same_moment_is_done_once():
    program = Program(make_reporter())
    replayed = in_flight = 0
    with ThreadPoolExecutor(2) as pool:
        for n in range(DOUBLE_SENDS):
            body = {"name": f"Twice {n}", "kind": "person"}

            def act(_, n=n, body=body):
                return program.post("subjects/", body, idempotency_key=f"key-{n}")

            answers = both(pool, act)
            made = [a for a in answers if a.status_code == 201]
            assert made and {a.status_code for a in answers} <= {201, 409}
            assert len({a.json()["key"] for a in made}) == 1
            replayed += sum("Idempotency-Replayed" in a.headers for a in made)
            in_flight += len(answers) - len(made)
            again = program.post("subjects/", body, 201, idempotency_key=f"key-{n}")
            assert again.json() == made[0].json()
    print(f"{DOUBLE_SENDS} double sends, {Subject.objects.count()} rows, {replayed} replayed, {in_flight} in flight")
    assert replayed + in_flight == DOUBLE_SENDS
    assert Subject.objects.count() == Answered.objects.count() == DOUBLE_SENDS
    assert Change.objects.filter(kind="subject").count() == DOUBLE_SENDS and not Claim.objects.exists()
