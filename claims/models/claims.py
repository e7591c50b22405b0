from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse

from sources import keys
from sources.keeping import Kept, Rule
from sources.languages import standardise
from sources.models import Change, Passage, Source, Verb
from sources.models.record import Row
from sources.recording import record, refuse_unless_may

from .appearances import Appearance, Figure, Position, Speaker
from .asking import ClaimQuerySet, Kind
from .assessing import Assessment, Citation, Cited, Code, Status, refuse_stale, refuse_unfounded
from .standings import Stage, Standing
from .subjects import Relation, Subject
from .wordings import Wording


class Sensitivity(models.TextChoices):
    NONE = "", "not sensitive"
    HEALTH = "health"
    MINOR = "minor", "a minor"
    ADDRESS = "address", "a private address"
    PRIVATE_LIFE = "private_life", "private life"


UNSEEN = "unseen"  # a cause of another look that only editors may know: it rests on a confidential source


class Claim(Row):
    """One checkable assertion, in our own neutral words. One claim, many appearances."""

    key = models.SlugField(max_length=40, unique=True, default=keys.claim_key, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.FACT)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.DRAFT, editable=False)
    sensitivity = models.CharField(max_length=12, choices=Sensitivity.choices, blank=True)
    misconduct = models.BooleanField(default=False, help_text="Alleges misconduct or a crime.")
    released = models.ForeignKey(Change, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )
    subjects = models.ManyToManyField(Subject, through="ClaimSubject", related_name="claims")
    # How the claim stands now: stored for lists, guarded by triggers, rebuilt and compared by audit.
    wording = models.ForeignKey("Wording", models.PROTECT, null=True, editable=False, related_name="+")
    assessment = models.ForeignKey("Assessment", models.PROTECT, null=True, editable=False, related_name="+")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.UNVERIFIED, editable=False)
    public = models.BooleanField(default=False, editable=False)
    look = models.CharField("needs another look", max_length=100, blank=True, editable=False)
    review_by = models.DateField(null=True, blank=True, editable=False)
    changed = models.BigIntegerField(null=True, editable=False)

    objects = ClaimQuerySet.as_manager()

    kept = Kept(
        mutable=True,
        frozen=("key", "since_id", "kind", "sensitivity", "misconduct"),
        rules=(
            Rule(
                "starts_unverified",
                "INSERT",
                "NEW.status <> 'unverified' OR NEW.assessment_id IS NOT NULL OR NEW.stage <> 'draft' OR NEW.public "
                "OR NEW.released_id IS NOT NULL",
                "claims_claim: every claim starts as an unverified draft",
            ),
            Rule(
                "stands_on_its_last_assessment",
                "UPDATE",
                "NOT (NEW.status same OLD.status AND NEW.assessment_id same OLD.assessment_id) AND NOT EXISTS ("
                "SELECT 1 FROM claims_assessment a JOIN sources_change c ON c.id = a.since_id WHERE a.id = NEW.assessment_id "
                "AND a.claim_id = NEW.id AND a.previous_id same OLD.assessment_id AND a.wording_id = NEW.wording_id "
                "AND a.status = NEW.status AND c.verb = 'assess' AND c.key = NEW.key "
                "AND (SELECT count(*) FROM claims_citation t WHERE t.assessment_id = a.id) = a.citations_count "
                "AND (a.status <> 'verified' OR EXISTS (SELECT 1 FROM claims_citation t WHERE t.assessment_id = a.id "
                "AND t.stance = 'supports') AND NOT EXISTS (SELECT 1 FROM claims_citation t WHERE t.assessment_id = a.id "
                "AND t.stance = 'contradicts')) "
                "AND (a.status <> 'disputed' OR EXISTS (SELECT 1 FROM claims_citation t WHERE t.assessment_id = a.id "
                "AND t.stance = 'contradicts')))",
                "claims_claim: the status of a claim is that of its last assessment",
            ),
            Rule(
                "wording_follows",
                "UPDATE",
                "NOT (NEW.wording_id same OLD.wording_id) AND NOT EXISTS (SELECT 1 FROM claims_wording w WHERE w.id = NEW.wording_id "
                "AND w.claim_id = NEW.id AND w.number = 1 + (SELECT count(*) FROM claims_wording v WHERE v.claim_id = NEW.id "
                "AND v.id <> w.id))",
                "claims_claim: a claim takes its newest wording",
            ),
            Rule(
                "public_stands_on_a_standing",
                "UPDATE",
                "(NEW.public OR OLD.public) AND NOT (NEW.public same OLD.public AND NEW.stage same OLD.stage "
                "AND NEW.status same OLD.status AND NEW.wording_id same OLD.wording_id AND NEW.assessment_id same OLD.assessment_id) "
                "AND NOT EXISTS (SELECT 1 FROM claims_standing s WHERE s.claim_id = NEW.id AND s.public = NEW.public "
                "AND s.stage = NEW.stage AND s.status = NEW.status AND s.wording_id same NEW.wording_id "
                "AND s.assessment_id same NEW.assessment_id AND NOT EXISTS (SELECT 1 FROM claims_standing l "
                "WHERE l.claim_id = NEW.id AND l.number > s.number))",
                "claims_claim: what readers see changes by a recorded change",
            ),
            Rule(
                "release_is_recorded",
                "UPDATE",
                "NEW.released_id IS NOT NULL AND NOT (NEW.released_id same OLD.released_id) AND NOT EXISTS (SELECT 1 "
                "FROM sources_change c WHERE c.id = NEW.released_id AND c.verb = 'release' AND c.key = NEW.key)",
                "claims_claim: a sensitive claim is released by two editors",
            ),
        ),
    )

    class Meta:
        ordering = ["-id"]
        permissions = [
            ("record", "Can record claims and sources"),
            ("propose", "Can propose findings"),
            ("approve", "Can approve what another proposed"),
            ("override", "Can override the second pair of eyes, with a reason"),
            ("release", "Can release sensitive claims"),
            ("manage", "Can manage the desk"),
        ]
        indexes = [
            models.Index("changed", condition=Q(public=True), name="public_by_change"),
            models.Index("status", "changed", condition=Q(public=True), name="public_by_status"),
            models.Index("look", condition=~Q(look=""), name="needs_another_look"),
        ]
        constraints = [
            models.CheckConstraint(name="claim_kind_is_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="stage_is_known", condition=Q(stage__in=Stage.values)),
            models.CheckConstraint(name="sensitivity_is_known", condition=Q(sensitivity__in=Sensitivity.values)),
            models.CheckConstraint(name="claim_status_is_known", condition=Q(status__in=Status.values)),
            models.CheckConstraint(
                name="opinion_is_not_assessed", condition=~Q(kind="opinion") | Q(status="unverified")
            ),
            models.CheckConstraint(
                name="unassessed_is_unverified", condition=Q(assessment__isnull=False) | Q(status="unverified")
            ),
            models.CheckConstraint(
                name="public_claim_may_be_seen",
                condition=Q(public=False)
                | Q(stage="published", wording__isnull=False) & (Q(sensitivity="") | Q(released__isnull=False)),
            ),
            models.CheckConstraint(
                name="merged_claim_is_withdrawn",
                condition=Q(merged_into__isnull=True) | Q(stage="withdrawn") & ~Q(merged_into=F("id")),
            ),
        ]

    def __str__(self):
        return self.key

    @property
    def seen(self) -> tuple[int | None, int | None]:
        """What an editor who looks at this claim now has seen: its wording and its last assessment."""
        return self.wording_id, self.assessment_id

    @property
    def needs_two(self) -> bool:
        return bool(self.sensitivity) or self.misconduct

    @property
    def is_opinion(self) -> bool:
        return self.kind == Kind.OPINION

    @property
    def words(self) -> str:
        return self.wording.statement if self.wording else "Its words are kept back."

    @property
    def sources(self) -> list[Source]:
        """The sources in which the claim is shown; for rows of `for_list` and `for_page`."""
        found = [a.passage.capture.source for a in self.shown_appearances]  # type: ignore[attr-defined]
        return list({s.pk: s for s in found}.values())

    @property
    def languages(self) -> list[str]:
        return list(dict.fromkeys(s.language for s in self.sources))

    @property
    def shown_look(self) -> list[str]:
        """Why the finding needs another look, as far as readers may know."""
        return [cause for cause in self.look.split(",") if cause not in {"", UNSEEN}]

    def get_absolute_url(self):
        return reverse("claim", args=[self.key])

    # -- verbs

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
        refuse_unfounded(claim, status, because, citing)
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
        acts = Change.objects.about("claim", self.key).filter(verb__in=[Verb.PUBLISH, Verb.RELEASE])
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
            body["other"] = Claim.objects.get(pk=body.pop("other_id"))
        return getattr(self, verb)(**body)

    # -- what the verbs share

    def _locked(self) -> "Claim":
        return Claim.objects.select_for_update(of=("self",)).select_related("assessment", "wording").get(pk=self.pk)

    def _refuse_withdrawn(self):
        if self.stage == Stage.WITHDRAWN:
            raise ValidationError(f"{self.key} is withdrawn")

    def _take(self, claim) -> "Claim":
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
        Claim.objects.filter(pk=self.pk).update(
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
        resting = Source.objects.filter(retracted__gt=last.since_id)
        if any(Claim.objects.filter(pk=self.pk).resting_on(source).exists() for source in resting):
            found.add("retracted")
        return found

    def look_again(self, cause):
        """Flags the last finding; it never changes a status."""
        self._needs_another_look(cause)
        Claim.objects.filter(pk=self.pk).update(look=self.look)

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
        others = Claim.objects.exclude(pk=self.pk)
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
