"""How claims are asked for: the words on their queryset."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.utils.translation import pgettext_lazy

from sources import keys
from sources.models import Change, Passage, Sighting, Verb
from sources.moments import asked_for
from sources.recording import in_turn, record, refuse_unless_may

from ..folding import Term, terms
from .appearances import Appearance
from .assessing import Assessment, Citation, Status
from .correcting import Correction
from .finding import DeskFindable, Findable, keep_standing
from .holding import Hold
from .replying import ReplyClaim
from .seeing import may_be_seen, seen, stood
from .standings import Stage, Standing
from .subjects import ClaimSubject, Name, Relation, RelationKind


class Kind(models.TextChoices):
    FACT = "fact", pgettext_lazy("what kind of claim", "Fact")
    ARITHMETIC = "arithmetic", pgettext_lazy("what kind of claim", "Arithmetic")
    OPINION = "opinion", pgettext_lazy("what kind of claim", "Opinion")


def _place() -> str:
    """The column of a change that `place` holds: a standing is found by the change that made it."""
    return "public_number" if asked_for() is None else "pk"


class ClaimQuerySet(models.QuerySet):
    def public(self):
        """The claims a reader can see, or saw then and can see still, in their `place`. Every public door starts here."""
        number = asked_for()
        if number is None:
            return self.filter(may_be_seen()).annotate(place=F("changed"), status_place=F("status_since"))
        # One join, to the standing of then: the list is read in its order, from an index. That a status stands since no
        # later change goes without saying, but tells the database where to begin.
        then = {"standings__change__lte": number, "standings__status_since__lte": number}
        later = Standing.objects.filter(claim=OuterRef("pk"), change__gt=OuterRef("place"), change__lte=number)
        return (
            self.filter(may_be_seen(), standings__public=True, **then)
            .annotate(place=F("standings__change"), status_place=F("standings__status_since"))
            .filter(~Exists(later))
        )

    def for_list(self):
        """With all that one row of a list shows."""
        live = Appearance.objects.shown().with_source()
        return (
            self.with_change()
            .select_related("wording", "assessment__since")
            .prefetch_related(
                Prefetch("appearances", queryset=live, to_attr="shown_appearances"),
                Prefetch("assessment__citations", queryset=Citation.objects.order_by("number")),
                Prefetch("corrections", queryset=Correction.objects.for_page(), to_attr="shown_corrections"),
            )
        )

    def for_table(self):
        """With all that the rows of a table show: a list's, whom it is about, and who speaks."""
        about = ClaimSubject.objects.live().filter(subject__private_person=False).select_related("subject")
        return self.for_list().prefetch_related(
            Prefetch("about", queryset=about.order_by("id"), to_attr="shown_about"), "shown_appearances__speakers"
        )

    def for_desk(self):
        """With all that an editor's page of one claim shows: drafts and confidential sources too."""
        sightings = Sighting.objects.select_related("capture").defer("capture__blocks")
        live = Appearance.objects.live().for_page().order_by("id")
        live = live.prefetch_related(Prefetch("passage__sightings", queryset=sightings))
        findings = Assessment.objects.for_page().select_related("since__by", "since__approved_by").order_by("-number")
        holds = Hold.objects.live().select_related("since")
        joined = ("wording", "assessment", "since__by", "assignment_to__editor", "merged_into")
        return self.select_related(*joined).prefetch_related(
            "comments__by",
            Prefetch("holds", queryset=holds, to_attr="live_holds"),
            Prefetch("asked", queryset=ReplyClaim.objects.live().for_page(), to_attr="shown_asked"),
            Prefetch("appearances", queryset=live, to_attr="live_appearances"),
            Prefetch("assessments", queryset=findings, to_attr="findings"),
            Prefetch(
                "relations", queryset=Relation.objects.live().select_related("other__wording"), to_attr="live_relations"
            ),
            Prefetch(
                "related_from",
                queryset=Relation.objects.live().select_related("claim__wording"),
                to_attr="live_related_from",
            ),
            Prefetch("about", queryset=ClaimSubject.objects.live().in_order(), to_attr="live_about"),
            "wordings__since__by",
            "proposals__by",
        )

    def lock(self, *claims):
        """Several claims under one verb."""
        in_turn()
        return list(self.filter(pk__in=[c.pk for c in claims]).order_by("pk").select_for_update(of=("self",)))

    def with_change(self):
        """With the moment of the last change that readers saw, its public number, and that of the version it made;
        and since when its status stands."""
        numbered = F("changed" if asked_for() is None else "standings__change__public_number")
        since = "status_since" if asked_for() is None else "standings__status_since"
        changed = Change.objects.filter(public_number=OuterRef("changed")).values("recorded_at")
        version = Standing.objects.filter(claim=OuterRef("pk")).order_by("-number").values("number")
        return self.annotate(
            changed_at=Subquery(changed[:1]),
            version=Subquery(version[:1]),
            numbered=numbered,
            status_at=F(f"{since}__recorded_at"),
            status_numbered=F(f"{since}__public_number"),
        )

    def for_page(self):
        """With all that the page of one claim shows."""
        live = Appearance.objects.shown().for_page().order_by("id")
        citations = Citation.objects.for_page()
        relations = Relation.objects.live().exclude(kind=RelationKind.ABSORBS).order_by("id")
        related = relations.filter(seen("other")).select_related("other__wording")
        related_from = relations.filter(seen("claim")).select_related("claim__wording")
        about = ClaimSubject.objects.live().in_order()
        about = about.prefetch_related(Prefetch("subject__names", queryset=Name.objects.live()))
        return (
            self.with_change()
            .select_related("wording", "assessment__since", "since")
            .prefetch_related(
                Prefetch("appearances", queryset=live, to_attr="shown_appearances"),
                Prefetch("assessment__citations", queryset=citations),
                Prefetch("relations", queryset=related, to_attr="shown_relations"),
                Prefetch("related_from", queryset=related_from, to_attr="shown_related_from"),
                Prefetch("about", queryset=about, to_attr="shown_about"),
                Prefetch("corrections", queryset=Correction.objects.for_page(), to_attr="shown_corrections"),
                Prefetch("asked", queryset=ReplyClaim.objects.live().for_page(), to_attr="shown_asked"),
            )
        )

    def about(self, subjects):
        """Claims about any of these subjects."""
        return self.filter(pk__in=ClaimSubject.objects.live().filter(subject__in=subjects).values("claim"))

    def standing_at(self, statuses):
        """Claims that stand at any of these statuses; an opinion has none."""
        return self.assessable().alias(stood=stood("status")).filter(stood__in=statuses)

    def found(self, words: str, *, by_editors=False):
        """Claims in whose texts all that a query asks for stands, each with its `rank`: a word in the claim itself weighs most."""
        asked = terms(words)
        if not asked:
            return self.none()
        texts = (DeskFindable if by_editors else Findable).objects
        claims = self
        rank: Any = Value(0)
        for term in asked:
            holding = texts.holding(term)
            claims = claims.filter(pk__in=holding.values("claim"))
            best = holding.filter(claim=OuterRef("pk")).order_by("-weight").values("weight")[:1]
            rank = rank + Subquery(best)
        return claims.annotate(rank=rank)

    def near(self, stems: Iterable[Term], *, most: int):
        """Of claims in whose texts any of these stands, so many that share most of them."""
        stems = list(stems)
        hits: Any = Value(0)
        for stem in stems:
            hits = hits + Case(
                When(Exists(DeskFindable.objects.holding(stem).filter(claim=OuterRef("pk"))), then=1), default=0
            )
        return (
            self.filter(pk__in=DeskFindable.objects.holding(*stems).values("claim"))
            .annotate(hits=hits)
            .order_by("-hits", "-id")[:most]
        )

    def changed_since(self, moment):
        first = Change.objects.filter(public_number__isnull=False, recorded_at__gte=moment).order_by("id")
        return self.filter(place__gte=first.values(_place())[:1])

    def changed_until(self, moment):
        last = Change.objects.filter(public_number__isnull=False, recorded_at__lte=moment).order_by("-id")
        return self.filter(place__lte=last.values(_place())[:1])

    def opinions(self):
        return self.filter(kind=Kind.OPINION)

    def assessable(self):
        return self.exclude(kind=Kind.OPINION)

    def said_in(self, sources):
        """Claims that appear in any of these sources."""
        appearances = Appearance.objects.shown().filter(passage__capture__source__in=sources)
        return self.filter(pk__in=appearances.values("claim"))

    def merged_away(self, key: str):
        """The claim that stands now for one that readers saw and that was merged."""
        claim: Any = self.filter(key=key, merged_into__isnull=False, changed__isnull=False).first()
        return claim.heir if claim else None

    def newest(self):
        return self.order_by("-place")

    def tally(self) -> dict[str, int]:
        """How many claims stand at each status; opinions are not assessed and not counted."""
        standing = self.assessable().order_by().annotate(stood=stood("status"))
        found = dict(standing.values_list("stood").annotate(n=Count("id")))
        return {status: found.get(status, 0) for status in Status.values}

    def resting_on(self, source, *, ever=False):
        """Claims that appear in a source, or whose last finding cites it; `ever`: or did once."""
        there = Passage.objects.filter(capture__source=source)
        appearing = Appearance.objects.filter(passage__in=there) if ever else Appearance.objects.live()
        citing = Citation.objects.filter(passage__in=there)
        cited = Q(pk__in=citing.values("assessment__claim")) if ever else Q(assessment__in=citing.values("assessment"))
        return self.filter(Q(pk__in=appearing.filter(passage__in=there).values("claim")) | cited)

    @transaction.atomic
    def retract(self, source, *, by, because, approved_by=None, override=""):
        """Its publisher took a source back: the findings on claims that rest on it need another look."""
        in_turn()
        resting = list(self.resting_on(source).filter(assessment__isnull=False).select_for_update(of=("self",)))
        source.retract(by=by, because=because, approved_by=approved_by, override=override)
        for claim in resting:
            claim.look_again()
        return source

    def resting_on_words(self, passage):
        """Claims that appear or appeared in these words or share a letter with them, or any finding of which cites
        such words, or about which somebody replied in them.

        The same words in another capture of the same source are the same words.
        """
        here = Passage.objects.overlapping(passage.capture_id, passage.start, passage.end)
        if passage.exact:
            again = Passage.objects.filter(capture__source=passage.capture.source_id, exact=passage.exact)
            here = Passage.objects.filter(Q(pk__in=here.values("pk")) | Q(pk__in=again.values("pk")))
        # Those that were struck too: the past can be asked.
        return self.filter(
            Q(pk__in=Appearance.objects.filter(passage__in=here).values("claim"))
            | Q(pk__in=Citation.objects.filter(passage__in=here).values("assessment__claim"))
            | Q(pk__in=ReplyClaim.objects.filter(request__replies__passage__in=here).values("claim"))
        )

    def unseen(self):
        """Those that no reader sees and that were not withdrawn: drafts, and sensitive claims that wait for a release."""
        return self.filter(public=False).exclude(stage=Stage.WITHDRAWN)

    def sensitive_and_unreleased(self):
        """Those that nobody released, and those that were and are held now."""
        held = Hold.objects.filter(until__isnull=True).values("claim")
        return self.exclude(sensitivity="").filter(Q(released__isnull=True) | Q(pk__in=held))

    def said_at(self, passage, statement: str):
        """Claims that say these very words of ours and appear in this passage."""
        live = Appearance.objects.live().filter(passage=passage)
        return self.filter(pk__in=live.values("claim"), wording__statement=statement)

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
        change = record(Verb.RECORD, "claim", key, by=by, parts=len(subjects))
        claim: Any = self.model(key=key, kind=kind, sensitivity=sensitivity, misconduct=misconduct, since=change)
        claim.save(force_insert=True)
        for subject in subjects:
            ClaimSubject(claim=claim, subject=subject, since=change).save()
        if statement:
            claim._word(change, headline, statement, language)
            claim._stand(change)
        else:
            keep_standing([claim.pk])
        return claim
