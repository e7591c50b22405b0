from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from sources.languages import standardise
from sources.models import Change, Passage, Sighting, Source, Verb
from sources.models.record import Row
from sources.moments import known
from sources.recording import record, refuse_stale, refuse_unless_may

from .appearances import Appearance, Figure, Position, Speaker
from .assessing import Assessment, Citation, Cited, Code, refuse_unfounded
from .standings import Stage, Standing
from .subjects import Relation
from .wordings import Wording

UNSEEN = "unseen"  # a cause of another look that only editors may know: it rests on a confidential source


class Decided(Row):
    """What is done to a claim: each verb in one transaction, under a lock on the claim, leaving one change."""

    class Meta:
        abstract = True

    @transaction.atomic
    def reword(self, headline, statement, *, by, seen=None, approved_by=None, language="en", override=""):
        """Adds a wording. The last assessment, made on other words, needs another look."""
        refuse_unless_may(by, "record")
        claim = self._locked()
        claim._refuse_withdrawn()
        refuse_stale(claim, seen)
        change = claim._change(Verb.REWORD, by, approved_by, public=claim.public, override=override)
        claim._word(change, headline, statement, language)
        if claim.assessment_id:
            claim._needs_another_look("reworded")
        claim._stand(change)
        return self._take(claim)

    @transaction.atomic
    def appear(
        self,
        passage: Passage,
        position: str,
        *,
        by,
        seen=None,
        approved_by=None,
        speakers=(),
        figures=(),
        dated="",
        dated_words="",
        dated_basis="",
        hedge="flat",
        note="",
        override="",
    ) -> Appearance:
        """Records that the claim appears in a passage, and who stands behind it."""
        refuse_unless_may(by, "record")
        claim = self._locked()
        claim._refuse_withdrawn()
        refuse_stale(claim, seen)
        if claim.appearances.live().filter(passage=passage).exists():
            raise ValidationError({"passage": f"{claim.key} is already recorded at this passage"})
        claim._refuse_overlap([passage], showing=claim.public)
        seen_by_readers = claim.public and not passage.capture.source.confidential
        change = claim._change(Verb.APPEAR, by, approved_by, public=seen_by_readers, override=override)
        appearance = Appearance(
            claim=claim,
            passage=passage,
            position=position,
            hedge=hedge,
            dated=dated,
            dated_words=dated_words,
            dated_basis=dated_basis,
            note=note,
            speakers_count=len(speakers),
            figures_count=len(figures),
            since=change,
        )
        appearance.save()
        for place, speaker in enumerate(speakers, 1):
            Speaker(appearance=appearance, place=place, since=change, **speaker).save()
        for place, figure in enumerate(figures, 1):
            Figure(appearance=appearance, place=place, since=change, **figure).save()
        if claim.assessment_id and claim._is_opposed(position, before=change):
            claim._needs_another_look("conflicting" if seen_by_readers or not claim.public else UNSEEN)
        if seen_by_readers:
            claim._show_sources(change)
        claim._stand(change, seen_by_readers=seen_by_readers)
        self._take(claim)
        return appearance

    @transaction.atomic
    def assess(
        self,
        status,
        *,
        by,
        because,
        seen,
        citing=(),
        approved_by=None,
        code=Code.FIRST,
        reason="",
        would_change="",
        about="",
        review_by=None,
        override="",
    ) -> Assessment:
        """The desk's finding, by two people. Doors call `propose` and `approve`; only approving assesses."""
        refuse_unless_may(by, "propose")
        claim = self._locked()
        claim._refuse_withdrawn()
        refuse_stale(claim, seen)
        refuse_unfounded(claim, status, because, citing, reason)
        cited_passages = Passage.objects.filter(pk__in=[c.passage_id for c in citing if c.passage_id])
        claim._refuse_overlap(cited_passages, showing=claim.public)
        change = claim._change(Verb.ASSESS, by, approved_by, public=claim.public, decides=True, override=override)
        last = claim.assessment
        assessment = Assessment(
            claim=claim,
            number=last.number + 1 if last else 1,
            previous=last,
            wording=claim.wording,
            status=status,
            code=code,
            about=about,
            why=because,
            reason=reason,
            would_change=would_change,
            review_by=review_by,
            citations_count=len(citing),
            since=change,
        )
        assessment.save()
        for number, cited in enumerate(citing, 1):
            Citation.of(cited, assessment=assessment, number=number, since=change).save()
        claim.assessment, claim.status, claim.look, claim.review_by = assessment, status, "", review_by
        if claim.public:
            claim._show_sources(change)
        claim._stand(change)
        self._take(claim)
        return assessment

    @transaction.atomic
    def publish(self, *, by, approved_by=None, seen=None, no_reply_reason="", override=""):
        """Shows the claim to readers: at once, or, where it is sensitive, once it is released."""
        refuse_unless_may(by, "propose")
        claim = self._locked()
        refuse_stale(claim, seen)
        if claim.stage != Stage.DRAFT:
            raise ValidationError(f"{claim.key} is {claim.get_stage_display().lower()} already")
        if not claim.wording_id:
            raise ValidationError({"statement": "Enter the claim as one sentence"})
        if not claim.appearances.live().exists():
            raise ValidationError("Record where the claim appears before it is published")
        if claim.misconduct and not no_reply_reason:
            raise ValidationError({"no_reply_reason": "Say why no reply was sought before this is published"})
        visible = not claim.sensitivity or claim.released_id is not None
        claim._refuse_overlap(claim._passages(), showing=visible)
        change = claim._change(
            Verb.PUBLISH, by, approved_by, public=visible, decides=True, note=no_reply_reason, override=override
        )
        claim.stage, claim.public = Stage.PUBLISHED, visible
        if visible:
            claim._show_sources(change)
        claim._stand(change)
        return self._take(claim)

    @transaction.atomic
    def release(self, *, by, because, approved_by=None, seen=None, override=""):
        """Lets readers see a sensitive claim, with a reason, by two people."""
        refuse_unless_may(by, "release")
        claim = self._locked()
        refuse_stale(claim, seen)
        if not claim.sensitivity or claim.released_id:
            raise ValidationError(f"{claim.key} needs no release")
        if not because:
            raise ValidationError({"because": "Enter why this may be shown"})
        visible = claim.stage == Stage.PUBLISHED
        claim._refuse_overlap(claim._passages(), showing=visible, hidden=False)
        change = claim._change(
            Verb.RELEASE, by, approved_by, public=visible, decides=True, note=because, override=override
        )
        claim.released, claim.public = change, visible
        if visible:
            claim._show_sources(change)
        claim._stand(change)
        return self._take(claim)

    @transaction.atomic
    def withdraw(self, *, by, because, approved_by=None, seen=None, override=""):
        """Takes the claim from the readers: its address answers that it is gone, and nothing is deleted."""
        refuse_unless_may(by, "propose")
        claim = self._locked()
        refuse_stale(claim, seen)
        claim._refuse_withdrawn()
        if not because:
            raise ValidationError({"because": "Enter why it is withdrawn"})
        was_public = claim.public
        change = claim._change(Verb.WITHDRAW, by, approved_by, public=was_public, note=because, override=override)
        claim.stage, claim.public = Stage.WITHDRAWN, False
        claim._stand(change, seen_by_readers=was_public)
        return self._take(claim)

    @transaction.atomic
    def relate(self, other, kind, *, by, seen=None, approved_by=None, override=""):
        """Says how this claim stands to another."""
        refuse_unless_may(by, "record")
        claim = self._locked()
        refuse_stale(claim, seen)
        if claim.relations.live().filter(other=other, kind=kind).exists():
            raise ValidationError({"other": f"This is said of {other.key} already"})
        change = claim._change(Verb.RELATE, by, approved_by, public=claim.public, override=override)
        relation = Relation(claim=claim, other=other, kind=kind, since=change)
        relation.save()
        claim._stand(change)
        self._take(claim)
        return relation

    @transaction.atomic
    def translate(self, passage, text, *, by, seen=None, approved_by=None, language="en", checked_by="", override=""):
        """Translates the words in which the claim appears; where readers see them, by two people."""
        refuse_stale(self._locked(), seen)
        made_by = by.get_full_name() or by.username
        return passage.translate(
            text,
            by=by,
            approved_by=approved_by,
            language=language,
            made_by=made_by,
            checked_by=checked_by,
            override=override,
        )

    def said_at_its_gates(self) -> dict[str, str]:
        """What was noted when the claim was published and when it was released, even if nobody saw it at the time."""
        acts = Change.objects.about("claim", self.key).filter(known("id"), verb__in=[Verb.PUBLISH, Verb.RELEASE])
        return {act.verb: act.note for act in acts}

    def propose(self, verb, *, by, seen=None, **body):
        """Puts a verb before a second editor. Nothing changes until it is approved."""
        return self.proposals.propose(self, verb, by=by, seen=seen or self.seen, body=body)

    def carry_out(self, verb, **body):
        """A verb by its name, with its arguments as plain values, as forms and proposals hold them."""
        if "citing" in body:
            body["citing"] = [Cited(**c) for c in body["citing"]]
        if "passage_id" in body:
            body["passage"] = Passage.objects.get(pk=body.pop("passage_id"))
        if "other_id" in body:
            body["other"] = type(self).objects.get(pk=body.pop("other_id"))
        return getattr(self, verb)(**body)

    # -- what the verbs share

    def _locked(self) -> Any:
        return (
            type(self).objects.select_for_update(of=("self",)).select_related("assessment", "wording").get(pk=self.pk)
        )

    def _refuse_withdrawn(self):
        if self.stage == Stage.WITHDRAWN:
            raise ValidationError(f"{self.key} is withdrawn")

    def _take(self, claim) -> Any:
        self.__dict__.update({k: v for k, v in claim.__dict__.items() if k != "_state"})
        return self

    def _change(self, verb, by, approved_by, **kwargs) -> Change:
        return record(verb, "claim", self.key, by=by, approved_by=approved_by, sensitive=self.needs_two, **kwargs)

    def _word(self, change, headline, statement, language):
        if not statement.strip():
            raise ValidationError({"statement": "Enter the claim as one sentence"})
        wording = Wording(
            claim=self,
            number=self.wordings.count() + 1,
            headline=headline,
            statement=statement,
            language=standardise(language),
            since=change,
        )
        wording.save()
        self.wording = wording

    def _stand(self, change, *, seen_by_readers=None):
        """Stores how the claim stands from this change on; a reader's view of it becomes a Standing first."""
        if self.public if seen_by_readers is None else seen_by_readers:
            Standing(
                change=change,
                claim=self,
                number=self.standings.count() + 1,
                stage=self.stage,
                public=self.public,
                status=self.status,
                wording=self.wording,
                assessment=self.assessment,
            ).save(force_insert=True)
            self.changed = change.public_number
        type(self).objects.filter(pk=self.pk).update(
            stage=self.stage,
            public=self.public,
            status=self.status,
            wording=self.wording,
            assessment=self.assessment,
            released=self.released,
            look=self.look,
            review_by=self.review_by,
            changed=self.changed,
        )

    def _needs_another_look(self, cause):
        causes = set(filter(None, self.look.split(","))) | {cause}
        self.look = ",".join(sorted(causes))

    def causes(self) -> set[str]:
        """Why the last finding needs another look, worked out anew from the record."""
        found: set[str] = set()
        last = self.assessment
        if last is None:
            return found
        if self.wording_id != last.wording_id:
            found.add("reworded")
        for later in self.appearances.live().filter(since__gt=last.since_id).select_related("passage__capture__source"):
            if self._is_opposed(later.position, before=later.since_id):
                found.add(UNSEEN if later.passage.capture.source.confidential and self.public else "conflicting")
        words = self._passages().values("pk")
        seen = Sighting.objects.filter(known(), passage__in=words, since__gt=last.since_id).exclude(outcome="exact")
        told = seen.filter(passage__capture__source__confidential=False) if self.public else seen
        if seen.exists():
            found.add("altered" if told.exists() else UNSEEN)
        resting = Source.objects.filter(captures__passages__in=words)
        if resting.filter(known("retracted"), retracted__gt=last.since_id).exists():
            found.add("retracted")
        return found

    def look_again(self, cause):
        """Flags the last finding; it never changes a status."""
        self._needs_another_look(cause)
        type(self).objects.filter(pk=self.pk).update(look=self.look)

    def _is_opposed(self, position, *, before) -> bool:
        against = {Position.ASSERTS: Position.DENIES, Position.DENIES: Position.ASSERTS}.get(position)
        return bool(against) and self.appearances.live().filter(position=against, since__lt=before).exists()

    def _show_sources(self, change):
        Source.objects.filter(
            pk__in=self._passages().values("capture__source"), public_since__isnull=True, confidential=False
        ).update(public_since=change)

    def _passages(self):
        """The passages that readers of this claim see: where it appears, and what its finding cites."""
        return Passage.objects.filter(
            Q(pk__in=self.appearances.live().values("passage"))
            | Q(citations__assessment=self.assessment_id, citations__assessment__isnull=False)
        ).distinct()

    def _refuse_overlap(self, passages, *, showing, hidden=None):
        """No public quote carries the words of a sensitive claim, and no sensitive claim takes words that are public."""
        if hidden is None:
            hidden = bool(self.sensitivity) and not self.released_id
        if not hidden and not showing:
            return
        others = type(self).objects.exclude(pk=self.pk)
        others = others.public() if hidden else others.sensitive_and_unreleased()
        for passage in passages:
            clash = others.resting_on_words(passage).first()
            if clash and hidden:
                raise ValidationError(
                    {"passage": f"These words are public in {clash.key}. Withdraw it first, or take other words"}
                )
            if clash:
                raise ValidationError(
                    {"passage": "These words overlap the passage of a sensitive claim. Take a shorter passage"}
                )
