"""What waits for a second editor is approved, sent back, or taken back by its author."""

from typing import Any

from sources.recording import in_turn, refuse_unless_may

from ...models import Proposal
from . import bodies
from .acting import Act


class Decide(Act):
    """A decision rests on the proposal, and on what it is about, as they were seen."""

    def thing(self, key, sha):
        return self.thing_of(Proposal, key=key)

    def act(self, proposal, seen, data):
        # Of two who decide at the same moment, the second finds what the first made of it.
        in_turn()
        Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
        now = Proposal.objects.for_list().get(pk=proposal.pk)
        self.seen_of(now)
        self.decide(now, data)
        return Proposal.objects.for_list().get(pk=proposal.pk)

    def decide(self, proposal, data) -> Any:
        raise NotImplementedError


class Approve(Decide):
    """Carries the proposal out, in the names of two people."""

    body = bodies.Nothing

    def decide(self, proposal, data):
        proposal.approve(by=self.user)


class Override(Decide):
    """Its author, a chief, carries it out without a second editor, for a reason that readers see."""

    body = bodies.Override

    def decide(self, proposal, data):
        proposal.override(by=self.user, because=data["because"])


class SendBack(Decide):
    """Returns the proposal to its author, with what is missing."""

    body = bodies.SendBack

    def decide(self, proposal, data):
        proposal.send_back(by=self.user, reply=data["reply"])


class Drop(Decide):
    """Its author takes it back."""

    body = bodies.Nothing

    def decide(self, proposal, data):
        refuse_unless_may(self.user, "propose")
        proposal.drop(by=self.user)


ACTS = {"approve": Approve, "override": Override, "send-back": SendBack, "drop": Drop}
