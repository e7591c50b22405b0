"""Histories at random, and what a page says beside that it is of the past."""

import os
import re
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.core.exceptions import ValidationError

from claims.models import Claim, Corrected
from sources.anchoring import Found as Lost
from sources.models import Change, Outlet, Sighting

from .making import (
    UPDATE,
    assess,
    contradicts,
    make_chief,
    make_claim,
    make_editor,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
    supports,
)

# How many histories are replayed, and how often as many claims are asked of the state machine: more finds more.
HISTORIES = int(os.environ.get("HISTORIES", "1"))
SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.deep) for seed in range(1, 2 + HISTORIES))]  # of the long ones
OF_THE_PAST = [
    re.compile(r'<link rel="canonical".*?\n'),
    re.compile(r'<div class="note note--asof" role="note" id="as-of">.*?</div>\n', re.DOTALL),
    re.compile(r'<input type="hidden" name="as_of"[^>]*>'),
    re.compile(r'as_of=[^"&#\s]*(?:&amp;|&)'),
    re.compile(r'(?:\?|&amp;|&)as_of=[^"&#\s]*'),
    re.compile(r'\?(?=")'),
    re.compile(r'<option value="(?:about|sources|unverified)">[^<]*</option>'),  # orders that the past is not had in
]


def plain(words: str) -> str:
    """A page or an answer without what only says of which moment it is."""
    for mark in OF_THE_PAST:
        words = mark.sub("", words)
    return words


DAYS = 400


def after(clock):
    return (clock.recorded_at or datetime.min.replace(tzinfo=UTC)) + timedelta(microseconds=1)


class Desk:
    """What may be done to a few claims that share sources; each act leaves one step, a day after the last."""

    def __init__(self, dice):
        self.dice, self.by, self.editor, self.chief = dice, make_reporter(), make_editor(), make_chief()
        self.two = {"by": self.by, "approved_by": self.editor}
        self.deck: list[str] = []
        self.day = datetime.now(UTC) - timedelta(days=DAYS)
        with self.on_its_day():
            self.sources = [
                make_source(f"Text {n}: the bridge was never inspected, says a clerk. {'x' * n}") for n in range(4)
            ]
            self.drafts: list[Claim] = []
            self.subjects = [make_subject() for _ in range(2)]
            self.claims = [
                make_claim(f"Claim {n}.", passage=self.passage(), subjects=self.subjects[:1]) for n in range(3)
            ]

    @contextmanager
    def on_its_day(self):
        """Acts inside are recorded on the day that the desk has come to."""
        with mock.patch("sources.recording._moment", lambda clock, door: max(self.day, after(clock))):
            yield

    def step(self) -> Change:
        while True:
            self.day += timedelta(days=1)
            before = Change.objects.latest("id").pk
            with self.on_its_day(), suppress(ValidationError):  # what is refused is no step
                self.act()
            change = Change.objects.latest("id")
            if change.pk > before:
                return change

    def passage(self):
        capture = self.dice.choice(self.sources).captures.first()
        start = self.dice.randrange(0, capture.length - 8)
        return capture.quote(start, start + self.dice.randint(3, 8), by=self.by)

    def act(self):
        claim = Claim.objects.get(pk=self.dice.choice(self.claims).pk)
        if not self.deck:  # every act comes once before any comes again
            self.deck = [n for n in dir(self) if n.startswith("do_")]
            self.dice.shuffle(self.deck)
        getattr(self, self.deck.pop())(claim)

    def do_reword(self, claim):
        claim.reword("Words", f"{claim.key} in words {self.dice.random()}.", **self.two, **UPDATE)

    def do_appear(self, claim):
        position = self.dice.choice(["asserts", "denies", "reports", "qualifies"])
        claim.appear(self.passage(), position, **self.two)

    def do_dispute(self, claim):
        assess(claim, "disputed", citing=[contradicts(self.passage())], because=f"Because {self.dice.random()}")

    def do_verify(self, claim):
        assess(claim, "verified", citing=[supports(self.passage()), supports()])

    def do_relate(self, claim):
        claim.relate(self.dice.choice([c for c in self.claims if c != claim]), "contradicts", **self.two)

    def do_end_a_relation(self, claim):
        if said := claim.relations.between_claims().last():
            claim.end_relation(said.other, said.kind, because=f"Not so {self.dice.random()}.", **self.two)

    def do_say_whom_it_is_about(self, claim):
        claim.add_subject(make_subject(), **self.two)

    def do_end_whom_it_is_about(self, claim):
        if mention := claim.about.live().last():
            claim.end_subject(mention.subject, because=f"Not so {self.dice.random()}.", **self.two)

    def do_translate(self, claim):
        claim.appearances.first().passage.translate(f"Words {self.dice.random()}", made_by="X", **self.two)

    def do_rename_a_source(self, claim):
        self.dice.choice(self.sources).edit(title=f"Title {self.dice.random()}", dated="2023-06", **self.two)

    def do_give_a_source_another_outlet(self, claim):
        self.dice.choice(self.sources).edit(
            outlet=Outlet.objects.add(by=self.by, name=f"Outlet {self.dice.random()}"), **self.two
        )

    def do_rename_an_outlet(self, claim):
        outlet = Outlet.objects.get(pk=self.dice.choice(self.sources).outlet_id)
        outlet.edit(name=f"Outlet {self.dice.random()}", **self.two)

    def do_rename_a_subject(self, claim):
        self.dice.choice(self.subjects).edit(name=f"Subject {self.dice.random()}", **self.two)

    def do_say_where_a_source_comes_from(self, claim):
        one, other = self.dice.sample(range(len(self.sources)), 2)
        origin, upstream = self.sources[max(one, other)].origin, self.sources[min(one, other)].origin
        if not origin.upstreams.live().filter(upstream=upstream).exists():
            origin.descend(upstream, self.dice.choice(["republishes", "draws_on"]), **self.two)

    def do_end_where_a_source_comes_from(self, claim):
        for source in self.sources:
            if said := source.origin.upstreams.live().last():
                source.origin.end_descent(said.upstream, said.kind, because=f"Not so {self.dice.random()}.", **self.two)
                return

    def do_retract(self, claim):
        source = self.dice.choice(self.sources)
        source.refresh_from_db()
        if not source.retracted_id:
            Claim.objects.retract(source, because="Taken back.", **self.two)

    def do_see_a_quote_altered(self, claim):
        passage = claim.appearances.first().passage
        later = passage.capture.source.capture(f"Other words {self.dice.random()}".encode(), by=self.by)
        Sighting.of(passage, later, Lost("missing"), by=self.by)
        if claim.assessment_id:
            claim.look_again()

    def do_record(self, claim):
        """A draft that nobody sees, which a later step may publish; at times an opinion, or a sensitive claim."""
        draft = Claim.objects.record(
            by=self.by,
            statement=f"Claim {len(self.claims)} of {self.dice.random()}.",
            kind=self.dice.choice(["fact", "fact", "opinion"]),
            sensitivity=self.dice.choice(["", "", "health"]),
            subjects=self.dice.sample([*self.subjects, make_subject()], 2),
        )
        draft.appear(self.passage(), "asserts", by=self.by)
        self.drafts.append(draft)

    def do_publish(self, claim):
        draft = next((d for d in self.drafts if not d.sensitivity), None)
        if draft:
            draft.publish(**self.two)
            self.drafts.remove(draft)
            self.claims.append(draft)

    def do_release(self, claim):
        draft = next((d for d in self.drafts if d.sensitivity), None)
        if draft:
            draft.publish(**self.two)
            draft.release(by=self.chief, approved_by=self.editor, because="It is known.")
            self.drafts.remove(draft)
            self.claims.append(draft)

    def do_capture_again(self, claim):
        source = self.dice.choice(self.sources)
        source.capture(f"Other words of it: {self.dice.random()}".encode(), by=self.by)

    def do_mark(self, claim):
        self.dice.choice(self.sources).captures.first().mark("furniture", 0, self.dice.randint(1, 9), **self.two)

    def do_end_a_region(self, claim):
        for source in self.sources:
            capture = source.captures.first()
            if marked := capture.regions.live().last():
                why = f"Not so {self.dice.random()}."
                capture.end_region(marked.kind, marked.start, marked.end, because=why, **self.two)
                return

    def do_say_in_what_language_a_source_is(self, claim):
        self.dice.choice(self.sources).edit(language=self.dice.choice(["de", "ja", "en"]), **self.two)

    def do_give_a_subject_another_name(self, claim):
        self.dice.choice(self.subjects).also_called(f"Name {self.dice.random()}", "de", **self.two)

    def do_end_a_name_of_a_subject(self, claim):
        for subject in self.subjects:
            if name := subject.names.live().last():
                subject.end_name(name.text, name.language, because=f"Not so {self.dice.random()}.", **self.two)
                return

    def do_rename_an_origin(self, claim):
        origin = self.dice.choice(self.sources).origin
        origin.edit(name=f"Origin {self.dice.random()}", **self.two)

    def do_correct(self, claim):
        correcting = Corrected("correction", f"We erred {self.dice.random()}.")
        words = f"{claim.key} corrected {self.dice.random()}."
        claim.reword("Words", words, code="our_error", correcting=correcting, **self.two)

    def do_correct_a_finding(self, claim):
        correcting = Corrected("clarification", f"Too soon {self.dice.random()}.")
        assess(claim, "unverified", code="our_error", correcting=correcting)

    def do_strike(self, claim):
        struck = claim.appearances.live().last().passage
        claim.strike(struck, correcting=Corrected("removal", f"Not there {self.dice.random()}."), **self.two)

    def do_ask(self, claim):
        times = {"asked_on": "2026-10-01", "deadline": "2026-10-08"}
        asked = {"channel": "email", "questions": "Is it so?", "to_name": f"Somebody {self.dice.random()}"}
        claim.ask(**asked, **times, also=[self.dice.choice(self.claims).key], **self.two)

    def do_answer(self, claim):
        asked = claim.asked.live().last()
        if asked:
            passage = make_passage(f"Our side {self.dice.random()}.", by=self.by)
            claim.answer(asked.request.key, "replied", passage=passage, note="By letter.", **self.two)

    def do_hold_for_a_while(self, claim):
        claim.hold("legal", because="A letter.", **self.two)
        claim.lift("legal", because="Settled.", **self.two)

    def do_merge(self, claim):
        """Not where a claim came to be that another took in before: the past of two mergers is asked, no deeper one's."""
        into = self.dice.choice([c for c in self.claims if c.pk != claim.pk])
        if len(self.claims) > 3 and not claim.merged.exists():
            claim.merge(into, because="The same.", **self.two)
            self.claims = [c for c in self.claims if c.pk != claim.pk]
