"""Whatever editors do, in whatever order: what the desk says is what an independent account of its rules says.

A state machine records, rewords, proposes, approves, overrides, corrects, holds, withdraws, redacts and merges, with
actors whose page is stale, on the real database. Beside it stands a plain model of each claim; the two must agree on what is
refused, on what readers see at every door, and on what the audit finds, which is nothing.
"""

import os
from dataclasses import dataclass, field

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from claims.auditing import audit
from claims.models import Cited, Claim, Corrected, deciding, proposals
from sources import recording
from sources.redacting import find

from ..making import make_chief, make_editor, make_passage, make_reporter
from ..replaying import HISTORIES

EXAMPLES, STEPS = 2 * HISTORIES, 40


@dataclass
class Account:
    """What an independent reader of the rules expects of one claim."""

    key: str
    words: str
    secret: str
    status: str = "unverified"
    wordings: int = 1
    findings: int = 0
    stage: str = "draft"
    holds: set = field(default_factory=set)
    corrections: int = 0
    merged: bool = False
    look: set = field(default_factory=set)
    read: bool = False  # readers see it, or once saw it
    passages: int = 1

    @property
    def public(self):
        """And a claim that was public once is one that readers know."""
        self.read |= self.stage == "published" and not self.holds
        return self.stage == "published" and not self.holds

    @property
    def known(self):
        return self.public or self.read


class Desk(RuleBasedStateMachine):
    told = 0  # histories, since a run began

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.reporter, self.editor, self.chief = make_reporter(), make_editor(), make_chief()
        self.two = {"by": self.reporter, "approved_by": self.editor}
        self.accounts: list[Account] = []
        self.waiting: list = []
        self.client, self.number, self.steps = Client(), 0, 0
        self.record()

    def teardown(self):
        Desk.told += 1
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def word(self):
        self.number += 1
        return f"word{self.number}x"

    def pick(self, which):
        return self.accounts[which % len(self.accounts)]

    def claim(self, account):
        return Claim.objects.get(key=account.key)

    def does(self, act, *, refused):
        """Carries out an act, which must be refused or not as the rules say."""
        try:
            with transaction.atomic():
                act()
        except ValidationError as refusal:
            assert refused, f"refused, and the rules allow it: {refusal.messages}"
            return False
        assert not refused, "done, and the rules refuse it"
        return True

    # -- acts

    @rule()
    @precondition(lambda self: len(self.accounts) < 4)
    def record(self):
        secret = self.word()
        words = f"The {secret} was never inspected."
        claim = Claim.objects.record(by=self.reporter, headline=secret, statement=words)
        claim.appear(make_passage(f"A text of {self.word()}.", by=self.reporter), "asserts", by=self.reporter)
        self.accounts.append(Account(claim.key, words, secret))

    @rule(which=st.integers(0, 3), alone=st.booleans())
    def publish(self, which, alone):
        account = self.pick(which)
        who = {"by": self.editor} if alone else self.two
        refused = alone or account.stage != "draft" or bool(account.holds)
        if self.does(lambda: self.claim(account).publish(**who), refused=refused):
            account.stage = "published"

    @rule(which=st.integers(0, 3), how=st.sampled_from(["plain", "update", "error", "override"]), stale=st.booleans())
    def reword(self, which, how, stale):
        account, secret = self.pick(which), self.word()
        claim = self.claim(account)
        seen = (None, None) if stale else claim.seen
        given = {
            "plain": self.two,
            "update": self.two | {"code": "new_evidence", "because": "A log was found."},
            "error": self.two | {"code": "our_error", "correcting": Corrected("correction", "We misread it.")},
            "override": {
                "by": self.chief,
                "override": "It cannot wait.",
                "code": "source_changed",
                "because": "It says so.",
            },
        }[how]
        refused = account.stage == "withdrawn" or stale or (how == "plain" and account.known)
        words = f"The {secret} was inspected once."
        if self.does(lambda: claim.reword(secret, words, seen=seen, **given), refused=refused):
            account.corrections += how == "error" and account.known
            account.words, account.secret, account.wordings = words, secret, account.wordings + 1
            if account.findings:
                account.look.add("reworded")

    @rule(which=st.integers(0, 3), status=st.sampled_from(["verified", "disputed", "unverified"]), cited=st.booleans())
    def propose(self, which, status, cited):
        account = self.pick(which)
        stance = {"verified": "supports", "disputed": "contradicts", "unverified": "context"}[status]
        citing = [vars(Cited(stance, passage_id=make_passage(by=self.reporter).pk))] if cited else []
        body = {"status": status, "because": "We read it.", "citing": citing, "code": "new_evidence"}
        claim = self.claim(account)
        same = claim.seen in [p.expected for p in self.waiting if p.claim_id == claim.pk]
        refused = account.stage == "withdrawn" or same or (status != "unverified" and not cited)

        def act():
            proposal = claim.propose("assess", by=self.reporter, **body)
            proposal.expected = claim.seen
            self.waiting.append(proposal)

        self.does(act, refused=refused)

    @rule(at=st.integers(0, 9), mine=st.booleans())
    @precondition(lambda self: self.waiting)
    def approve(self, at, mine):
        proposal = self.waiting[at % len(self.waiting)]
        account = next(a for a in self.accounts if a.key == proposal.claim.key)
        moved = self.claim(account).seen != proposal.expected
        refused = mine or moved or account.stage == "withdrawn"
        by = self.reporter if mine else self.editor
        if self.does(lambda: proposal.approve(by=by), refused=refused):
            self.waiting.remove(proposal)
            account.status, account.findings, account.look = proposal.body["status"], account.findings + 1, set()

    @rule(at=st.integers(0, 9))
    @precondition(lambda self: self.waiting)
    def send_back(self, at):
        proposal = self.waiting.pop(at % len(self.waiting))
        proposal.send_back(by=self.editor, reply="Not yet.")

    @rule(which=st.integers(0, 3))
    def correct_the_finding(self, which):
        """Our error: back to unverified, in the open where readers saw the finding."""
        account = self.pick(which)
        claim = self.claim(account)
        correcting = Corrected("clarification", "Too soon.") if account.known and account.findings else None
        given = {"because": "We were too sure.", "code": "our_error", "correcting": correcting, "seen": claim.seen}
        missing = account.known and not account.findings  # nothing was found that could be wrong
        if missing:
            given |= {"code": "first"}
        refused = account.stage == "withdrawn"
        if self.does(lambda: claim.assess("unverified", **given, **self.two), refused=refused):
            account.corrections += bool(correcting)
            account.status, account.findings, account.look = "unverified", account.findings + 1, set()

    @rule(which=st.integers(0, 3), kind=st.sampled_from(["legal", "safety"]), alone=st.booleans())
    def hold(self, which, kind, alone):
        account = self.pick(which)
        who = {"by": self.editor} if alone else self.two
        refused = account.stage == "withdrawn" or kind in account.holds or (alone and account.public)
        if self.does(lambda: self.claim(account).hold(kind, because="A letter.", **who), refused=refused):
            account.holds.add(kind)

    @rule(which=st.integers(0, 3), kind=st.sampled_from(["legal", "safety"]))
    def lift(self, which, kind):
        account = self.pick(which)
        refused = kind not in account.holds
        if self.does(lambda: self.claim(account).lift(kind, because="Settled.", **self.two), refused=refused):
            account.holds.discard(kind)

    @rule(which=st.integers(0, 3), ours=st.booleans())
    def withdraw(self, which, ours):
        account = self.pick(which)
        refused = account.stage == "withdrawn" or bool(account.holds)
        act = lambda: self.claim(account).withdraw(because="Asked to.", our_error=ours, **self.two)  # noqa: E731
        was_public = account.public
        if self.does(act, refused=refused):
            account.stage = "withdrawn"
            account.corrections += ours and was_public

    @rule(which=st.integers(0, 3), into=st.integers(0, 3))
    def merge(self, which, into):
        gone, heir = self.pick(which), self.pick(into)
        refused = (
            gone is heir
            or "withdrawn" in {gone.stage, heir.stage}
            or bool(gone.holds or heir.holds)
            or (gone.public and not heir.public)
        )
        act = lambda: self.claim(gone).merge(self.claim(heir), because="The same.", **self.two)  # noqa: E731
        if self.does(act, refused=refused):
            gone.stage, gone.merged = "withdrawn", True
            heir.passages += gone.passages
            gone.passages, gone.look = 0, gone.look - {"conflicting", "merged"}
            if heir.findings:
                heir.look.add("merged")

    @rule(which=st.integers(0, 3), alone=st.booleans())
    def redact(self, which, alone):
        """The words that stand, wherever they stand."""
        account = self.pick(which)
        found = find(account.secret)
        who = {"by": self.chief} if alone else {"by": self.chief, "approved_by": self.editor}
        refused = bool(account.holds) or alone or not found
        if self.does(lambda: self.claim(account).redact(account.secret, because="A court.", **who), refused=refused):
            account.words = "The words of this claim were redacted."

    # -- what must be so after each

    @invariant()
    def the_record_says_what_the_account_says(self):
        for account in self.accounts:
            claim = self.claim(account)
            said = (claim.words, claim.status, claim.stage, claim.public, claim.wordings.count())
            assert said == (account.words, account.status, account.stage, account.public, account.wordings)
            assert claim.assessments.count() == account.findings
            assert claim.corrections.count() == account.corrections
            assert {h.kind for h in claim.holds.live()} == account.holds
            assert claim.appearances.live().count() == account.passages
            assert set(filter(None, claim.look.split(","))) == account.look
            assert bool(claim.merged_into_id) == account.merged

    @invariant()
    def readers_see_what_they_may(self):
        listed = self.client.get("/claims/").content.decode() + self.client.get("/api/v1/claims/").content.decode()
        log = self.client.get("/corrections/").content.decode()
        for account in self.accounts:
            claim = self.claim(account)
            answer = self.client.get(claim.get_absolute_url())
            assert (account.key in listed) == account.public
            assert answer.status_code in self.answers_of(account)
            if account.public:
                page = answer.content.decode()
                assert account.words in page and f"tag--{account.status} tag--big" in page
                assert (
                    page.count('id="correction-')
                    == account.corrections
                    == log.count(f"{claim.get_absolute_url()}#corr")
                )
            else:
                assert account.secret not in listed + log

    def answers_of(self, account):
        if account.public:
            return {200}
        if account.stage == "withdrawn":
            return {301, 410, 404}  # gone, moved on, or never seen by readers
        return {404}

    @invariant()
    def the_audit_finds_nothing(self):
        self.steps += 1
        if self.steps % 5 == 0:
            assert list(audit()) == []


def run(steps=STEPS, examples=EXAMPLES, phases=tuple(Phase)):
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=checks,
        database=None,
        phases=phases,
        derandomize=Phase.shrink not in phases,  # a bug that is found once is found always
    )
    Desk.told = 0
    run_state_machine_as_test(Desk, settings=how)
    return Desk.told


@pytest.mark.slow
@pytest.mark.django_db
def test_any_history_of_a_desk_is_told_as_it_was():
    assert run() > 0  # histories, in each of which every invariant held after every step


def nothing(*args, **kwargs):
    return None


BUGS = {
    "a stale page is taken": [(module, "refuse_stale", nothing) for module in (deciding, proposals, recording)],
    "one person is two": [(recording, "approval_of", lambda by, other, **rest: ("alone", None))],
    "a finding rests on nothing": [(deciding, "refuse_unfounded", nothing)],
}


@pytest.mark.deep
@pytest.mark.django_db
@pytest.mark.skipif(
    "PLANT" not in os.environ, reason="minutes, to see that the machine finds bugs: PLANT=1 plants them"
)
@pytest.mark.parametrize("bug", BUGS)
def test_it_finds_a_bug_that_is_planted(monkeypatch, bug):
    for where, name, instead in BUGS[bug]:
        monkeypatch.setattr(where, name, instead)
    with pytest.raises(BaseException) as found:
        run(examples=60, phases=[Phase.generate])  # it is enough that one is found: none is made small
    assert not isinstance(found.value, KeyboardInterrupt)
