"""What every verb of a claim does first and last: it locks the claim, refuses, leaves one change, and stores how the claim stands."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Min, Q

from sources.dates import parse
from sources.languages import standardise
from sources.models import Change, Passage, Source, Verb
from sources.models.record import Row
from sources.models.sources import Rights
from sources.models.traces import Trace
from sources.moments import known
from sources.recording import in_turn, record, turn_the_page

from .assessing import Citation, Status
from .correcting import Corrected, Correction
from .finding import keep_standing
from .reconsidering import UNSEEN, causes_of
from .replying import Reply
from .standings import Stage, Standing
from .wordings import Wording

# What may take the words around a hidden claim's from readers, or give them back.
BESIDE = [Verb.APPEAR, Verb.ASSESS, Verb.STRIKE, Verb.HOLD, Verb.LIFT, Verb.WITHDRAW, Verb.ABSORB, Verb.MERGE]


class Acting(Row):
    """The claim under a verb."""

    class Meta:
        abstract = True

    def _locked(self) -> Any:
        in_turn()
        return (
            type(self).objects.select_for_update(of=("self",)).select_related("assessment", "wording").get(pk=self.pk)
        )

    @property
    def was_read(self) -> bool:
        """Whether readers see it or once saw it: what changes then is told them, also when it is held meanwhile."""
        return self.changed is not None

    @property
    def is_for_readers(self) -> bool:
        """Whether they see it, once saw it, or will when an embargo ends: then no act on it is one editor's alone."""
        released = not self.sensitivity or self.released_id is not None
        return self.was_read or (self.stage == Stage.PUBLISHED and released)

    def _refuse_withdrawn(self):
        if self.stage == Stage.WITHDRAWN:
            raise ValidationError(f"{self.key} is withdrawn")

    def _refuse_held(self, *, but=()):
        for hold in self.holds.live().exclude(kind__in=but):
            raise ValidationError(f"{self.key} is held {hold.get_kind_display()}. Lift the hold first", code="held")

    def _may_be_seen(self, *, without=None) -> bool:
        """Whether readers see it: published, released if it is sensitive, and held by nothing, or by this hold alone."""
        released = not self.sensitivity or self.released_id is not None
        held = self.holds.live().exclude(pk=without.pk if without else None).exists()
        return self.stage == Stage.PUBLISHED and released and not held

    def _correct(self, change, correcting: Corrected | None, before: str, now: str, *, was: str):
        """The correction, by the change that puts it right; `None` corrects nothing."""
        if correcting:
            Correction(
                claim=self,
                number=self.corrections.count() + 1,
                kind=correcting.kind,
                before=before,
                now=now,
                why=correcting.why,
                status_before=was,
                status_now=self.status,
                since=change,
            ).save()

    def _take(self, claim) -> Any:
        """What a verb made of its own copy: one that refuses leaves this object as it was."""
        self.__dict__.update({k: v for k, v in claim.__dict__.items() if k != "_state"})
        self._state.fields_cache = dict(claim._state.fields_cache)
        return self

    def _change(self, verb, by, approved_by, *, public=False, shows=False, decides=False, **kwargs) -> Change:
        """`shows`: readers see the claim from now on. What changes of one that is held they see once it is not."""
        return record(
            verb,
            "claim",
            self.key,
            by=by,
            approved_by=approved_by,
            sensitive=self.needs_two,
            public=public,
            shows=shows or (public and self.public),
            # Nobody reads it again before the worker ends its embargo; one more hold only hides it.
            decides=decides or (self.is_for_readers and not self.was_read and verb not in {Verb.HOLD, Verb.PUBLISH}),
            **kwargs,
        )

    def _word(self, change, headline, statement, language, code=""):
        if not statement.strip():
            raise ValidationError({"statement": "Enter the claim as one sentence"})
        wording = Wording(
            claim=self,
            number=self.wordings.count() + 1,
            headline=headline,
            statement=statement,
            language=standardise(language),
            code=code,
            since=change,
        )
        wording.save()
        self.wording = wording

    def _stand(self, change, *, seen_by_readers=None):
        """Stores how the claim stands from this change on; a reader's view of it becomes a Standing first."""
        if self.assessment and self.assessment.since_id == change.pk:
            self.look = ""  # nothing came after it
        else:
            self._reconsider()
        if change.verb in BESIDE and self._hides_words():
            turn_the_page()
        if self.was_read if seen_by_readers is None else seen_by_readers:
            last = self.standings.order_by("-number").first()
            if last is None or last.status != self.status:
                self.status_since = change
            Standing(
                change=change,
                claim=self,
                number=last.number + 1 if last else 1,
                stage=self.stage,
                public=self.public,
                status=self.status,
                wording=self.wording,
                assessment=self.assessment,
                status_since=self.status_since,
            ).save(force_insert=True)
            self.changed = change.public_number
            if self.public:
                self._show_sources(change)
        self.__dict__.update(self.placed())
        type(self).objects.filter(pk=self.pk).update(
            stage=self.stage,
            public=self.public,
            status=self.status,
            wording=self.wording,
            assessment=self.assessment,
            released=self.released,
            merged_into=self.merged_into,
            look=self.look,
            review_by=self.review_by,
            changed=self.changed,
            status_since=self.status_since,
            settled=self.settled,
            about_from=self.about_from,
            sources_count=self.sources_count,
        )
        keep_standing([self.pk])

    def placed(self) -> dict[str, Any]:
        """Where lists place it that are not in the order of changes: by what readers see of it, and nothing else."""
        seen = self.appearances.shown().aggregate(
            sources=Count("passage__capture__source", distinct=True), first=Min("dated_from")
        )
        about = self.assessment.about if self.assessment else ""
        first = (parse(about).lower if about else None) or seen["first"]
        return {
            "settled": self.is_opinion or self.status != Status.UNVERIFIED,
            "about_from": first.isoformat() if first else "",
            "sources_count": seen["sources"],
        }

    def _reconsider(self):
        self.look = ",".join(sorted(causes_of([self])[0]))

    def look_again(self):
        """Says anew why the last finding needs another look; it never changes a status."""
        before = self._told_causes()
        self._reconsider()
        type(self).objects.filter(pk=self.pk).update(look=self.look)
        if self.public and self._told_causes() != before:
            turn_the_page(of=self)

    def _told_causes(self) -> set[str]:
        return set(self.look.split(",")) - {"", UNSEEN}

    def _hides_words(self) -> bool:
        """Whether what readers see around its words is less or more because of it: they may not know of it, and may have
        the rest of the text."""
        gated = self.sensitivity or self.stage == Stage.WITHDRAWN or self.holds.exists()
        if self.public or not gated:
            return False
        where = set(self.passages().values_list("capture__source", flat=True))
        return Source.objects.public().filter(rights=Rights.FULL, pk__in=Trace.objects.family_of(where)).exists()

    def _show_sources(self, change):
        Source.objects.filter(
            pk__in=self.passages().values("capture__source"), public_since__isnull=True, confidential=False
        ).update(public_since=change)

    def passages(self):
        """The passages that readers of this claim see: where it appears, what its finding cites, and the replies to it."""
        appearing = self.appearances.live().values("passage")
        cited = Citation.objects.filter(assessment=self.assessment_id, passage__isnull=False).values("passage")
        asked = self.asked.live().values("request")
        replied = Reply.objects.filter(known(), request__in=asked, passage__isnull=False).values("passage")
        return Passage.objects.filter(Q(pk__in=appearing) | Q(pk__in=cited) | Q(pk__in=replied))

    def _refuse_overlap(self, passages, *, showing, hidden=None):
        """No public quote carries the words of a sensitive claim, and no sensitive claim takes words that are public."""
        if hidden is None:
            hidden = bool(self.sensitivity) and not self.released_id
        if not hidden and not showing:
            return
        others = type(self).objects.exclude(pk=self.pk).exclude(merged_into=self.pk)
        others = others.public() if hidden else others.sensitive_and_unreleased()
        if not others.exists():
            return
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
