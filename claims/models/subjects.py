from functools import reduce
from operator import or_

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from sources import keys
from sources.keeping import Kept
from sources.languages import standardise, validate_language
from sources.models import Change, Outlet, Verb
from sources.models.catalogue import CatalogueQuerySet, CatalogueRow, said
from sources.models.record import REDACTED, ClosingQuerySet, ClosingRow, Sealed
from sources.recording import record, refuse_stale, refuse_unless_may, to_end

from .seeing import seen


class SubjectKind(models.TextChoices):
    PERSON = "person", pgettext_lazy("what a subject is", "Person")
    ORGANISATION = "organisation", pgettext_lazy("what a subject is", "Organisation")
    PRODUCT = "product", pgettext_lazy("what a subject is", "Product")
    PLACE = "place", pgettext_lazy("what a subject is", "Place")


class SubjectQuerySet(CatalogueQuerySet):
    @transaction.atomic
    def add(self, *, by, names=(), **fields):
        """A new subject with its names in other languages and scripts."""
        subject = super().add(by=by, parts=len(names), **fields)
        for name in names:
            Name(subject=subject, since=subject.since, **name).save()
        return subject

    def with_page(self):
        """Subjects that readers may look up: those of a public claim, and no private person."""
        mentions = ClaimSubject.objects.live().in_public().filter(subject=OuterRef("pk"))
        return self.filter(Exists(mentions), private_person=False)

    def for_list(self):
        """With the names that stand, and the name by which it is found."""
        names = Prefetch("names", queryset=Name.objects.live())
        return self.prefetch_related(names).annotate(named=said("subject", "name"))


class Subject(CatalogueRow):
    """A person, organisation, product or place that claims are about."""

    key = models.SlugField(max_length=40, unique=True, default=keys.subject_key, editable=False)
    name = models.CharField(max_length=200, help_text="The name in English, as our pages print it.")
    kind = models.CharField(max_length=12, choices=SubjectKind.choices)
    outlet = models.OneToOneField(Outlet, models.PROTECT, null=True, blank=True, related_name="subject")
    private_person = models.BooleanField(default=False, help_text="Gets no page of their own.")
    wikidata = models.CharField(max_length=20, blank=True, help_text="Like Q42.")

    objects = SubjectQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="subject_kind_is_known", condition=Q(kind__in=SubjectKind.values)),
            models.CheckConstraint(
                name="wikidata_id_reads_like_one", condition=Q(wikidata="") | Q(wikidata__regex=r"^Q[1-9][0-9]*$")
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("subject", args=[self.key])

    def stands_in_public(self, *, waits=False):
        # The past of a claim goes on naming whom it is about no more, and of one that was merged, two mergers on.
        claims = ("claim", "claim__merged_into", "claim__merged_into__merged_into")
        where = reduce(or_, (Q(**{f"{c}__stage": "published"} if waits else {f"{c}__public": True}) for c in claims))
        return self.mentions.ever_told().filter(where).exists()

    @transaction.atomic
    def also_called(self, text, language, *, by, approved_by=None, preferred=False, override="", seen=None):
        """Adds a name in another language or script."""
        refuse_unless_may(by, "record")
        self._lock()
        refuse_stale(self, seen)
        change = self._name_change(Verb.REWORD, by=by, approved_by=approved_by, override=override)
        name = Name(subject=self, text=text, language=standardise(language), preferred=preferred, since=change)
        name.save()
        return name

    @transaction.atomic
    def end_name(self, text, language, *, by, because, approved_by=None, override="", seen=None):
        """It is not called so. Nobody finds it by that name any more."""
        refuse_unless_may(by, "record")
        self._lock()
        refuse_stale(self, seen)
        refusal = {"text": f"{self.name} has no other name {text} in that language"}
        ended = to_end(self.names, because, refusal, text=text, language=standardise(language))
        ended.close(self._name_change(Verb.CLOSE, by=by, approved_by=approved_by, override=override, note=because))
        return ended

    def _name_change(self, verb, **act) -> Change:
        """The change by which it has another name, or one less."""
        return record(verb, "subject", self.key, public=self.is_shown, decides=self.is_for_readers, **act)


class ClaimSubjectQuerySet(ClosingQuerySet):
    def in_public(self):
        """Of claims that readers see."""
        return self.filter(seen())

    def in_order(self):
        return self.select_related("subject").order_by("id")


class ClaimSubject(ClosingRow):
    """A claim is about a subject."""

    claim = models.ForeignKey("Claim", models.PROTECT, related_name="about")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="mentions")

    objects = ClaimSubjectQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "subject"], condition=Q(until__isnull=True), name="subject_stands_once"
            )
        ]

    def __str__(self):
        return f"{self.claim_id} is about {self.subject_id}"


class Name(Sealed, ClosingRow):
    """A subject's name in one language or script."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="names")
    text = models.CharField(max_length=200)
    language = models.CharField(max_length=35, validators=[validate_language])
    preferred = models.BooleanField(default=False)

    kept = Kept(personal=("text",), closes=True)

    class Meta:
        ordering = ["language", "text"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "language", "text"],
                condition=Q(until__isnull=True) & ~Q(text__in=["", REDACTED]),
                name="name_stands_once",
            )
        ]

    def __str__(self):
        return self.text


class RelationKind(models.TextChoices):
    SAME = "same", gettext_lazy("is the same as")
    PART_OF = "part_of", gettext_lazy("is part of")
    CONTRADICTS = "contradicts", gettext_lazy("Contradicts")
    NOT_SAME = "not_same", gettext_lazy("is not the same as")
    ABSORBS = "absorbs", gettext_lazy("takes in")

    @classmethod
    def between_claims(cls) -> list["RelationKind"]:
        """What an editor says of two claims; one takes in another by merging alone."""
        return [kind for kind in cls if kind != cls.ABSORBS]


class RelationQuerySet(ClosingQuerySet):
    def between_claims(self):
        """What editors say of two claims, and may end."""
        found = self.live().exclude(kind=RelationKind.ABSORBS)
        return found.select_related("other__wording").order_by("id")


class Relation(ClosingRow):
    """How one claim stands to another."""

    claim = models.ForeignKey("Claim", models.PROTECT, related_name="relations")
    other = models.ForeignKey("Claim", models.PROTECT, related_name="related_from")
    kind = models.CharField(max_length=12, choices=RelationKind.choices)

    objects = RelationQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(name="relation_kind_is_known", condition=Q(kind__in=RelationKind.values)),
            models.CheckConstraint(name="claim_is_not_related_to_itself", condition=~Q(claim=F("other"))),
            models.UniqueConstraint(
                fields=["claim", "other", "kind"], condition=Q(until__isnull=True), name="relation_stands_once"
            ),
        ]

    def __str__(self):
        return f"{self.claim_id} {self.get_kind_display()} {self.other_id}"
