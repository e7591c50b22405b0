"""Two claims that turn out to be one: all that stands of one goes over to the other, and both keep their histories."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from sources.models import Verb
from sources.recording import refuse_stale, refuse_unless_may, refuse_unsaid

from .acting import Acting
from .appearances import Appearance
from .replying import ReplyClaim
from .standings import Stage
from .subjects import ClaimSubject, Relation, RelationKind


class Merging(Acting):
    class Meta:
        abstract = True

    @transaction.atomic
    def merge(self, other, *, by, because, approved_by=None, seen=None, override=""):
        """This claim is the same as another: it goes over to it, and its address leads there."""
        for claim in type(self).objects.lock(self, other):
            claim._refuse_withdrawn()
        two = {"by": by, "approved_by": approved_by, "override": override}
        other.absorb(self, **two)
        said_of_it = Relation.objects.live().filter(other=self).exclude(kind=RelationKind.ABSORBS)
        for relation in said_of_it.exclude(claim=other).order_by("id"):
            there = Relation.objects.live().filter(claim=relation.claim, other=other, kind=relation.kind)
            if relation.claim.stage != Stage.WITHDRAWN and not there.exists():
                relation.claim.relate(other, relation.kind, **two)
        return self.give_way(other, because=because, seen=seen, **two)

    @transaction.atomic
    def absorb(self, other, *, by, approved_by=None, override=""):
        """Takes in what stands of another claim, but for what stands here too. The first half of a merger."""
        refuse_unless_may(by, "propose")
        claim = self._locked()
        claim._refuse_withdrawn()
        _refuse_unlike(claim, other)
        claim._refuse_overlap(other.passages(), showing=claim.public)
        change = claim._change(Verb.ABSORB, by, approved_by, public=claim.was_read, override=override)
        here = set(claim.appearances.live().values_list("passage", flat=True))
        for appearance in other.appearances.live().exclude(passage__in=here).order_by("id"):
            _again(appearance, change, ("speakers", "figures"), claim=claim)
        for model, thing in ((ClaimSubject, "subject"), (ReplyClaim, "request")):
            there = model.objects.live().filter(claim=claim).values(thing)
            for row in model.objects.live().filter(claim=other).exclude(**{f"{thing}__in": there}).order_by("id"):
                _again(row, change, claim=claim)
        relations = Relation.objects.live().filter(claim=other).exclude(kind=RelationKind.ABSORBS)
        for row in relations.exclude(other=claim).order_by("id"):
            if not claim.relations.live().filter(other=row.other, kind=row.kind).exists():
                _again(row, change, claim=claim)
        Relation(claim=claim, other=other, kind=RelationKind.ABSORBS, since=change).save()
        claim._stand(change)
        return self._take(claim)

    @transaction.atomic
    def give_way(self, other, *, by, because, approved_by=None, seen=None, override=""):
        """Ends what stands of this claim, which another took in. The second half of a merger."""
        refuse_unless_may(by, "propose")
        claim = self._locked()
        refuse_stale(claim, seen)
        claim._refuse_withdrawn()
        refuse_unsaid(because, "Say why they are the same")
        if not other.relations.live().filter(other=claim, kind=RelationKind.ABSORBS).exists():
            raise ValidationError(f"{other.key} did not take in {claim.key}")
        was_public = claim.public
        change = claim._change(Verb.MERGE, by, approved_by, public=was_public, note=because, override=override)
        for model in (Appearance, ClaimSubject, Relation, ReplyClaim):
            for row in model.objects.live().filter(claim=claim):
                if getattr(row, "kind", "") != RelationKind.ABSORBS:  # what it took in it did take in
                    row.close(change)
        for row in Relation.objects.live().filter(other=claim).exclude(kind=RelationKind.ABSORBS):
            row.close(change)
        claim.stage, claim.public, claim.merged_into = Stage.WITHDRAWN, False, other
        claim._stand(change, seen_by_readers=was_public)
        return self._take(claim)

    @property
    def heir(self):
        """The claim that stands for this one now: itself, unless it was merged."""
        claim = self
        while claim.merged_into_id:
            claim = claim.merged_into
        return claim


def _refuse_unlike(claim, other) -> None:
    """Only what passes the same gates can be one claim: else a merger would show what was hidden, or hide what was shown."""
    if claim.pk == other.pk:
        raise ValidationError({"other": "A claim cannot be merged into itself"})
    for one in (claim, other):
        one._refuse_held()
    other._refuse_withdrawn()
    if other.public and not claim.public:
        raise ValidationError({"other": f"Readers see {other.key} and not {claim.key}. Publish {claim.key} first"})
    if other.kind != claim.kind:
        raise ValidationError({"other": f"{claim.key} is of another kind: {claim.get_kind_display().lower()}"})
    if (other.sensitivity, other.misconduct) != (claim.sensitivity, claim.misconduct):
        raise ValidationError(
            {"other": f"{claim.key} and {other.key} are not equally sensitive, so they are not one claim"}
        )
    if other.sensitivity and claim.released_id and not other.released_id:
        raise ValidationError({"other": f"{other.key} is not released. Release it first"})


def _again(row: Any, change, parts: tuple[str, ...] = (), **fields) -> None:
    """The same row once more, brought by another change and belonging to another claim."""
    names = [f.name for f in row._meta.concrete_fields if f.name not in {"id", "salt", "seal", "since", "until"}]
    copy = type(row)(**{n: getattr(row, n) for n in names} | fields, since=change)
    copy.save()
    for part in parts:
        for piece in getattr(row, part).all():
            _again(piece, change, **{type(row).__name__.lower(): copy})
