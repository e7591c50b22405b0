"""Acts on claims. What readers see waits for a second editor; what they do not, one may do."""

from typing import Any

from sources.recording import acts_alone, refuse_unless_may

from ...models import Assignment, Claim, Proposal
from ...models import Comment as CommentRow
from . import bodies
from .acting import Act
from .naming import as_stored


class RecordClaim(Act):
    """Records a claim, as a draft."""

    body, makes = bodies.Record, True

    def act(self, thing, seen, data):
        return Claim.objects.record(by=self.user, **data)


class ClaimAct(Act):
    """A verb of a claim. `alone`: where no reader sees the claim, one may do it at once."""

    verb: str
    alone = False

    def thing(self, key, sha):
        return self.thing_of(Claim, key=key)

    def act(self, claim, seen, data) -> Any:
        body = as_stored(data)
        if self.alone or acts_alone(self.user, sensitive=claim.needs_two):
            sent = Proposal.objects.act_or_propose(claim, self.verb, by=self.user, seen=seen, body=body)
            return sent or Claim.objects.get(pk=claim.pk)
        return claim.propose(self.verb, by=self.user, seen=seen, **body)


class Appear(ClaimAct):
    """Records where the claim appears, and who stands behind it."""

    verb, body, alone = "appear", bodies.Appear, True


class Translate(ClaimAct):
    """Translates words of a claim. It rests on the words, which never change."""

    verb, body, alone, any_version = "translate", bodies.Translate, True, True


class Strike(ClaimAct):
    """Ends an appearance that was recorded in error."""

    verb, body, alone = "strike", bodies.Strike, True


class Relate(ClaimAct):
    """Says how the claim stands to another."""

    verb, body, alone = "relate", bodies.Relate, True


class EndRelation(ClaimAct):
    """Ends what was said of the claim and another."""

    verb, body, alone = "end_relation", bodies.EndRelation, True


class AddSubject(ClaimAct):
    """The claim is about this subject too."""

    verb, body, alone = "add_subject", bodies.AboutBody, True


class EndSubject(ClaimAct):
    """The claim is not about this subject."""

    verb, body, alone = "end_subject", bodies.EndSubject, True


class Merge(ClaimAct):
    """The claim is the same as another, and goes over to it."""

    verb, body = "merge", bodies.Merge


class Reword(ClaimAct):
    """Other words: with `correcting`, those that stood were an error of ours."""

    verb, body, alone = "reword", bodies.Reword, True


class Assess(ClaimAct):
    """Proposes a finding: with `correcting`, the one that stood was an error of ours."""

    verb, body = "assess", bodies.Assess


class Ask(ClaimAct):
    """Somebody was asked for their side, or was not, and why. It rests on no wording of ours."""

    verb, body, alone, any_version = "ask", bodies.Ask, True, True


class Answer(ClaimAct):
    """What came of a request. It rests on what others said."""

    verb, body, alone, any_version = "answer", bodies.Answer, True, True


class Publish(ClaimAct):
    """Proposes that readers see the claim."""

    verb, body = "publish", bodies.Publish


class Release(ClaimAct):
    """Proposes that readers see a sensitive claim."""

    verb, body = "release", bodies.Because


class Withdraw(ClaimAct):
    """Proposes that readers see the claim no more. A draft that nobody read is discarded: kept, hidden."""

    verb, body, alone = "withdraw", bodies.Withdraw, True


class Hold(ClaimAct):
    """Keeps the claim from readers and from being withdrawn. Harm waits for nobody to read."""

    verb, body, alone, any_version = "hold", bodies.Hold, True, True


class Lift(ClaimAct):
    """Proposes to end a hold."""

    verb, body = "lift", bodies.Lift


class Redact(ClaimAct):
    """Proposes to blank somebody's words wherever they stand."""

    verb, body = "redact", bodies.Redact


class Comment(ClaimAct):
    """Says something to the other editors. Readers never see it."""

    body, any_version = bodies.Comment, True

    def act(self, claim, seen, data):
        refuse_unless_may(self.user, "record")
        CommentRow.objects.create(claim=claim, text=data["text"], by=self.user)
        return claim


class Assign(ClaimAct):
    """Puts the claim into the hands of somebody who works on the desk. It takes the scope to read."""

    body, any_version = bodies.Assign, True

    def thing(self, key, sha):
        claim = super().thing(key, sha)
        self.refuse_unless_it_reads_all()  # whether there is an account is told to nobody else
        return claim

    def act(self, claim, seen, data):
        Assignment.objects.give(claim, data["editor"], by=self.user)
        return claim


ACTS = {
    "appear": Appear,
    "translate": Translate,
    "strike": Strike,
    "relate": Relate,
    "end-relation": EndRelation,
    "add-subject": AddSubject,
    "end-subject": EndSubject,
    "merge": Merge,
    "reword": Reword,
    "assess": Assess,
    "ask": Ask,
    "answer": Answer,
    "publish": Publish,
    "release": Release,
    "withdraw": Withdraw,
    "hold": Hold,
    "lift": Lift,
    "redact": Redact,
    "comment": Comment,
    "assign": Assign,
}
