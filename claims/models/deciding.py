"""What is found of a claim, and what readers see of it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.dateparse import parse_datetime

from sources.models import Change, Passage, Verb
from sources.moments import known
from sources.recording import is_import, refuse_stale, refuse_unless_may, refuse_unsaid

from ..methods import method_version
from .acting import Acting
from .appearances import Appearance, Figure, Speaker
from .assessing import Assessment, Citation, Cited, Code, refuse_unfounded
from .correcting import Corrected, CorrectionKind, refuse_uncoded, refuse_uncorrected
from .holding import HoldKind
from .standings import Stage
from .subjects import Relation, RelationKind, Subject


class Deciding(Acting):
    """What is done to a claim: each verb in one transaction, under a lock on the claim, leaving one change."""

    class Meta:
        abstract = True

    @transaction.atomic
    def reword(
        self,
        headline,
        statement,
        *,
        by,
        seen=None,
        approved_by=None,
        language="en",
        code="",
        because="",
        correcting: Corrected | None = None,
        override="",
    ):
        """Adds a wording; where readers see it, for a reason that has a name. The last assessment, made on other words,
        needs another look."""
        refuse_unless_may(by, "record")
        claim = self._locked()
        claim._refuse_withdrawn()
        refuse_stale(claim, seen)
        if claim.was_read:
            refuse_uncoded(code, because, correcting)
        else:
            code, correcting = "", None
        before = claim.wording
        same = before and (headline, statement) == (before.headline, before.statement)
        if same and not is_import():  # a file tells two wordings that were redacted in the same words
            raise ValidationError({"statement": "These are the words that stand"})
        change = claim._change(Verb.REWORD, by, approved_by, public=claim.was_read, note=because, override=override)
        claim._word(change, headline, statement, language, code)
        if correcting:
            words = "statement" if statement != before.statement else "headline"
            claim._correct(change, correcting, getattr(before, words), getattr(claim.wording, words), was=claim.status)
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
        seen_by_readers = claim.was_read and not passage.capture.source.confidential
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
        claim._stand(change, seen_by_readers=seen_by_readers)
        self._take(claim)
        return appearance

    @transaction.atomic
    def strike(
        self,
        passage: Passage,
        *,
        by,
        seen=None,
        approved_by=None,
        because="",
        correcting: Corrected | None = None,
        override="",
    ) -> Appearance:
        """Ends an appearance that was recorded in error; where readers saw it, that is a correction."""
        refuse_unless_may(by, "record")
        claim = self._locked()
        claim._refuse_withdrawn()
        refuse_stale(claim, seen)
        live = claim.appearances.live()
        ended = live.filter(passage=passage).first()
        if ended is None:
            raise ValidationError({"passage": f"{claim.key} is not recorded at this passage"})
        source = passage.capture.source
        seen_by_readers = claim.was_read and not source.confidential
        if seen_by_readers:
            refuse_uncorrected(Code.OUR_ERROR, correcting)
        else:
            refuse_unsaid(because, "Say why it does not stand")
        if claim.stage == Stage.PUBLISHED and not live.exclude(pk=ended.pk).exists():
            raise ValidationError(
                {"passage": "It is the only passage. Record another one first, or withdraw the claim"}
            )
        change = claim._change(Verb.STRIKE, by, approved_by, public=seen_by_readers, note=because, override=override)
        ended.close(change)
        said = f"{ended.get_position_display()}: “{passage.exact}” ({source.title_en or source.title})"
        claim._correct(change, correcting if seen_by_readers else None, said, "", was=claim.status)
        claim._stand(change, seen_by_readers=seen_by_readers)
        self._take(claim)
        return ended

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
        method="",
        correcting: Corrected | None = None,
        override="",
    ) -> Assessment:
        """The desk's finding, by two people. Doors call `propose` and `approve`; only approving assesses.

        `method`: under which version of it another desk found so; here it is the one in force.
        """
        refuse_unless_may(by, "propose")
        claim = self._locked()
        claim._refuse_withdrawn()
        refuse_stale(claim, seen)
        refuse_unfounded(claim, status, because, citing, reason)
        if claim.was_read and claim.assessment_id:
            refuse_uncorrected(code, correcting)
        else:
            correcting = None
        cited_passages = Passage.objects.filter(pk__in=[c.passage_id for c in citing if c.passage_id])
        claim._refuse_overlap(cited_passages, showing=claim.public)
        change = claim._change(Verb.ASSESS, by, approved_by, public=claim.was_read, decides=True, override=override)
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
            method_version=method or method_version(),
            citations_count=len(citing),
            since=change,
        )
        assessment.save()
        for number, cited in enumerate(citing, 1):
            Citation.of(cited, assessment=assessment, number=number, since=change).save()
        was = claim.status
        claim.assessment, claim.status, claim.review_by = assessment, status, review_by
        if correcting:
            claim._correct(change, correcting, _said(last), _said(assessment), was=was)
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
        if claim.misconduct and not no_reply_reason.strip() and not claim.asked.live().exists():
            raise ValidationError(
                {"no_reply_reason": "Ask for a reply, or say why none was sought, before this is published"}
            )
        claim._refuse_held(but=[HoldKind.EMBARGO])
        claim.stage = Stage.PUBLISHED
        visible = claim._may_be_seen()
        claim._refuse_overlap(claim.passages(), showing=visible)
        change = claim._change(
            Verb.PUBLISH,
            by,
            approved_by,
            public=visible,
            shows=visible,
            decides=True,
            note=no_reply_reason,
            override=override,
        )
        claim.public = visible
        claim._stand(change, seen_by_readers=visible)
        return self._take(claim)

    @transaction.atomic
    def release(self, *, by, because, approved_by=None, seen=None, override=""):
        """Lets readers see a sensitive claim, with a reason, by two people."""
        refuse_unless_may(by, "release")
        claim = self._locked()
        refuse_stale(claim, seen)
        if not claim.sensitivity or claim.released_id:
            raise ValidationError(f"{claim.key} needs no release")
        refuse_unsaid(because, "Enter why this may be shown")
        visible = claim.stage == Stage.PUBLISHED and not claim.holds.live().exists()
        claim._refuse_overlap(claim.passages(), showing=visible, hidden=False)
        change = claim._change(
            Verb.RELEASE,
            by,
            approved_by,
            public=visible,
            shows=visible,
            decides=True,
            note=because,
            override=override,
        )
        claim.released, claim.public = change, visible
        claim._stand(change, seen_by_readers=visible)
        return self._take(claim)

    @transaction.atomic
    def withdraw(self, *, by, because, our_error=False, approved_by=None, seen=None, override=""):
        """Takes the claim from the readers: its address answers that it is gone, and nothing is deleted.

        Where the claim was an error of ours, that is a correction; it repeats none of its words.
        """
        refuse_unless_may(by, "propose")
        claim = self._locked()
        refuse_stale(claim, seen)
        claim._refuse_withdrawn()
        claim._refuse_held()
        refuse_unsaid(because, "Enter why it is withdrawn")
        was_public = claim.public
        change = claim._change(Verb.WITHDRAW, by, approved_by, public=was_public, note=because, override=override)
        if our_error and was_public:
            claim._correct(change, Corrected(CorrectionKind.REMOVAL, because), "", "", was=claim.status)
        claim.stage, claim.public = Stage.WITHDRAWN, False
        claim._stand(change, seen_by_readers=was_public)
        return self._take(claim)

    @transaction.atomic
    def relate(self, other, kind, *, by, seen=None, approved_by=None, override=""):
        """Says how this claim stands to another."""
        refuse_unless_may(by, "record")
        claim = self._locked()
        refuse_stale(claim, seen)
        claim._refuse_withdrawn()
        if kind not in RelationKind.between_claims():
            raise ValidationError({"kind": f"{kind} is not how one claim stands to another"})
        if claim.relations.live().filter(other=other, kind=kind).exists():
            raise ValidationError({"other": f"This is said of {other.key} already"})
        change = claim._change(Verb.RELATE, by, approved_by, public=claim.was_read, override=override)
        relation = Relation(claim=claim, other=other, kind=kind, since=change)
        relation.save()
        claim._stand(change)
        self._take(claim)
        return relation

    @transaction.atomic
    def translate(self, passage, text, *, by, seen=None, approved_by=None, language="en", checked_by="", override=""):
        """Translates the words in which the claim appears; where readers see them, by two people."""
        claim = self._locked()
        refuse_stale(claim, seen)
        claim._refuse_withdrawn()
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
        if body.get("correcting"):
            body["correcting"] = Corrected(**body["correcting"])
        if body.get("ends_at"):
            body["ends_at"] = parse_datetime(body["ends_at"])
        other_seen = body.pop("other_seen", None)
        for name, model in (("passage", Passage), ("other", type(self)), ("subject", Subject)):
            if f"{name}_id" in body:
                body[name] = model._default_manager.get(pk=body.pop(f"{name}_id"))
        if other_seen:
            refuse_stale(body["other"], tuple(other_seen))
        return getattr(self, verb)(**body)


def _said(assessment) -> str:
    return f"{assessment.get_status_display()}: {assessment.why}"
