from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, F, OuterRef, Prefetch, Q, Subquery
from django.urls import reverse

from sources import keys
from sources.keeping import Kept, Rule
from sources.languages import standardise, validate_language
from sources.models import Change, Passage, Source, Verb
from sources.models.record import ClosingRow, Row, Sealed
from sources.recording import record, refuse_unless_may

from .appearances import Appearance, Figure, Position, Speaker
from .assessing import Assessment, Citation, Code, Status, refuse_stale, refuse_unfounded
from .subjects import Relation, Subject


class Kind(models.TextChoices):
    FACT = "fact"
    ARITHMETIC = "arithmetic"
    OPINION = "opinion"


class Stage(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Sensitivity(models.TextChoices):
    NONE = "", "not sensitive"
    HEALTH = "health"
    MINOR = "minor", "a minor"
    ADDRESS = "address", "a private address"
    PRIVATE_LIFE = "private_life", "private life"


class ClaimQuerySet(models.QuerySet):
    def public(self):
        """The claims a reader can see. Every public door starts here."""
        return self.filter(public=True)

    def for_list(self):
        """With all that one row of a list shows."""
        live = Appearance.objects.shown().select_related("passage__capture__source__outlet")
        return (
            self.with_change()
            .select_related("wording", "assessment__since")
            .prefetch_related(
                Prefetch("appearances", queryset=live, to_attr="shown_appearances"),
                Prefetch("assessment__citations", queryset=Citation.objects.order_by("number")),
            )
        )

    def for_desk(self):
        """With all that an editor's page of one claim shows: drafts and confidential sources too."""
        live = Appearance.objects.live().for_page().order_by("id")
        findings = Assessment.objects.for_page().select_related("since__by", "since__approved_by").order_by("-number")
        return self.select_related("wording", "assessment", "since__by").prefetch_related(
            Prefetch("appearances", queryset=live, to_attr="live_appearances"),
            Prefetch("assessments", queryset=findings, to_attr="findings"),
            "wordings__since__by",
            "proposals__by",
        )

    def with_change(self):
        """With the moment of the last change that readers saw, and the number of the version it made."""
        changed = Change.objects.filter(public_number=OuterRef("changed")).values("recorded_at")
        version = Standing.objects.filter(claim=OuterRef("pk")).order_by("-number").values("number")
        return self.annotate(changed_at=Subquery(changed[:1]), version=Subquery(version[:1]))

    def for_page(self):
        """With all that the page of one claim shows."""
        passage = "passage__capture__source__outlet"
        live = Appearance.objects.shown().for_page().order_by("id")
        citations = Citation.objects.select_related(passage, "origin").order_by("number")
        related = Relation.objects.live().filter(other__public=True).select_related("other__wording")
        related_from = Relation.objects.live().filter(claim__public=True).select_related("claim__wording")
        about = ClaimSubject.objects.live().select_related("subject")
        return (
            self.with_change()
            .select_related("wording", "assessment__since", "since")
            .prefetch_related(
                Prefetch("appearances", queryset=live, to_attr="shown_appearances"),
                Prefetch("assessment__citations", queryset=citations),
                Prefetch("relations", queryset=related, to_attr="shown_relations"),
                Prefetch("related_from", queryset=related_from, to_attr="shown_related_from"),
                Prefetch("about", queryset=about, to_attr="shown_about"),
            )
        )

    def about(self, subject):
        return self.filter(pk__in=ClaimSubject.objects.live().filter(subject=subject).values("claim"))

    def opinions(self):
        return self.filter(kind=Kind.OPINION)

    def assessable(self):
        return self.exclude(kind=Kind.OPINION)

    def said_in(self, sources):
        """Claims that appear in any of these sources."""
        appearances = Appearance.objects.shown().filter(passage__capture__source__in=sources)
        return self.filter(pk__in=appearances.values("claim"))

    def newest(self):
        return self.order_by("-changed")

    def tally(self) -> dict[str, int]:
        """How many claims stand at each status; opinions are not assessed and not counted."""
        found = dict(self.assessable().order_by().values_list("status").annotate(n=Count("id")))
        return {status: found.get(status, 0) for status in Status.values}

    def sensitive_and_unreleased(self):
        return self.exclude(sensitivity="").filter(released__isnull=True)

    @transaction.atomic
    def record(
        self,
        *,
        by,
        headline="",
        statement="",
        language="en",
        kind=Kind.FACT,
        subjects=(),
        sensitivity="",
        misconduct=False,
        key=None,
    ):
        """A new claim, as a draft. Without words it keeps only its place: the words of a sensitive claim may stay with the desk."""
        refuse_unless_may(by, "record")
        if not statement and not sensitivity:
            raise ValidationError({"statement": "Enter the claim as one sentence"})
        key = key or keys.claim_key()
        change = record(Verb.RECORD, "claim", key, by=by)
        claim = Claim(key=key, kind=kind, sensitivity=sensitivity, misconduct=misconduct, since=change)
        claim.save(force_insert=True)
        for subject in subjects:
            ClaimSubject(claim=claim, subject=subject, since=change).save()
        if statement:
            claim._word(change, headline, statement, language)
            claim._stand(change)
        return claim


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
    def sources(self) -> list[Source]:
        """The sources in which the claim is shown; for rows of `for_list` and `for_page`."""
        found = [a.passage.capture.source for a in self.shown_appearances]  # type: ignore[attr-defined]
        return list({s.pk: s for s in found}.values())

    @property
    def languages(self) -> list[str]:
        return list(dict.fromkeys(s.language for s in self.sources))

    def get_absolute_url(self):
        return reverse("claim", args=[self.key])

    # -- verbs

    @transaction.atomic
    def reword(self, headline, statement, *, by, seen=None, approved_by=None, language="en", override=""):
        """Adds a wording. The last assessment, made on other words, needs another look."""
        refuse_unless_may(by, "record")
        claim = self._locked()
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
        refuse_stale(claim, seen)
        if claim.appearances.live().filter(passage=passage).exists():
            raise ValidationError({"passage": f"{claim.key} is already recorded at this passage"})
        claim._refuse_overlap([passage], showing=claim.public)
        change = claim._change(Verb.APPEAR, by, approved_by, public=claim.public, override=override)
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
        if claim.assessment_id and claim._is_opposed(position, but=appearance):
            claim._needs_another_look("conflicting")
        if claim.public:
            claim._show_sources(change)
        claim._stand(change)
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
        if claim.stage == Stage.WITHDRAWN:
            raise ValidationError(f"{claim.key} is withdrawn already")
        if not because:
            raise ValidationError({"because": "Enter why it is withdrawn"})
        was_public = claim.public
        change = claim._change(Verb.WITHDRAW, by, approved_by, public=was_public, note=because, override=override)
        claim.stage, claim.public = Stage.WITHDRAWN, False
        claim._stand(change, seen_by_readers=was_public)
        return self._take(claim)

    @transaction.atomic
    def relate(self, other, kind, *, by, approved_by=None):
        """Says how this claim stands to another."""
        refuse_unless_may(by, "record")
        claim = self._locked()
        change = claim._change(Verb.RELATE, by, approved_by, public=False)
        relation = Relation(claim=claim, other=other, kind=kind, since=change)
        relation.save()
        return relation

    def propose(self, verb, *, by, seen=None, **body):
        """Puts a verb before a second editor. Nothing changes until it is approved."""
        return self.proposals.propose(self, verb, by=by, seen=seen or self.seen, body=body)

    # -- what the verbs share

    def _locked(self) -> "Claim":
        return Claim.objects.select_for_update(of=("self",)).select_related("assessment", "wording").get(pk=self.pk)

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

    def _is_opposed(self, position, *, but) -> bool:
        against = {Position.ASSERTS: Position.DENIES, Position.DENIES: Position.ASSERTS}.get(position)
        return bool(against) and self.appearances.live().exclude(pk=but.pk).filter(position=against).exists()

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

    def _refuse_overlap(self, passages, *, showing):
        """No public quote carries the words of a sensitive claim, and no sensitive claim takes words that are public."""
        hidden = bool(self.sensitivity) and not self.released_id
        if not hidden and not showing:
            return
        others = Claim.objects.exclude(pk=self.pk)
        others = others.public() if hidden else others.sensitive_and_unreleased()
        for passage in passages:
            here = Passage.objects.filter(capture=passage.capture_id, start__lt=passage.end, end__gt=passage.start)
            clash = others.filter(
                Q(pk__in=Appearance.objects.live().filter(passage__in=here).values("claim"))
                | Q(assessment__in=Citation.objects.filter(passage__in=here).values("assessment"))
            ).first()
            if clash and hidden:
                raise ValidationError(
                    {"passage": f"These words are public in {clash.key}. Withdraw it first, or take other words"}
                )
            if clash:
                raise ValidationError(
                    {"passage": "These words overlap the passage of a sensitive claim. Take a shorter passage"}
                )


class ClaimSubject(ClosingRow):
    """A claim is about a subject."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="about")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="mentions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "subject"], condition=Q(until__isnull=True), name="subject_stands_once"
            )
        ]

    def __str__(self):
        return f"{self.claim_id} is about {self.subject_id}"


class Wording(Sealed, Row):
    """One version of a claim's headline and statement."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="wordings")
    number = models.PositiveIntegerField()
    headline = models.CharField(max_length=160, blank=True)
    statement = models.TextField()
    language = models.CharField(max_length=35, default="en", validators=[validate_language])

    kept = Kept(personal=("headline", "statement"))

    class Meta:
        ordering = ["claim", "number"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "number"], name="wording_is_numbered"),
            models.CheckConstraint(name="claim_says_something", condition=~Q(statement="") | Q(salt="")),
        ]

    def __str__(self):
        return self.headline or self.statement[:80]


class StandingQuerySet(models.QuerySet):
    def status_changes(self):
        """What became of claims that readers can see, newest first: where a status changed, and where a claim is new."""
        before = Standing.objects.filter(claim=OuterRef("claim"), number=OuterRef("number") - 1)
        return (
            self.filter(claim__public=True)
            .annotate(before=Subquery(before.values("status")[:1]))
            .filter(Q(before__isnull=True) | ~Q(before=F("status")))
            .select_related("change", "claim__wording", "assessment")
            .order_by("-change")
        )

    def withdrawn(self):
        """The last standing of each claim that readers could once see."""
        return self.filter(claim__stage=Stage.WITHDRAWN, stage=Stage.WITHDRAWN).select_related("claim", "change")

    def for_history(self):
        """A claim's public versions, newest first, each with the one before it."""
        return self.select_related("change", "wording", "assessment").order_by("-number")


class Standing(models.Model):
    """How a claim stood from one public change on: its public version, and what as-of answers from."""

    change = models.OneToOneField(Change, models.PROTECT, primary_key=True, related_name="standing")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="standings")
    number = models.PositiveIntegerField()
    stage = models.CharField(max_length=12, choices=Stage.choices)
    public = models.BooleanField()
    status = models.CharField(max_length=12, choices=Status.choices)
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+")
    assessment = models.ForeignKey(Assessment, models.PROTECT, null=True, related_name="standings")

    objects = StandingQuerySet.as_manager()

    kept = Kept(
        rules=(
            Rule(
                "is_a_public_change",
                "INSERT",
                "NOT EXISTS (SELECT 1 FROM sources_change c JOIN claims_claim k ON k.key = c.key WHERE c.id = NEW.change_id "
                "AND c.kind = 'claim' AND c.public_number IS NOT NULL AND k.id = NEW.claim_id)",
                "claims_standing: a standing belongs to a public change of its claim",
            ),
        )
    )

    class Meta:
        ordering = ["claim", "number"]
        constraints = [models.UniqueConstraint(fields=["claim", "number"], name="standing_is_numbered")]
        indexes = [
            models.Index("status", "change", condition=Q(public=True), name="standing_by_status"),
            models.Index("claim", "change", name="standing_of_claim"),
        ]

    def __str__(self):
        return f"{self.claim_id} version {self.number}"
