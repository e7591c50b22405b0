from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from sources import keys
from sources.keeping import Kept, Rule
from sources.models import Passage, Source, Verb
from sources.models.record import ClosingQuerySet, ClosingRow, Row, Sealed
from sources.moments import known
from sources.recording import in_turn, record, refuse_unless_may

from .appearances import TEXTS, translations_of
from .seeing import seen
from .subjects import Subject

LATELY = 200  # requests that are looked through for those that wait


class Channel(models.TextChoices):
    EMAIL = "email", gettext_lazy("by e-mail")
    LETTER = "letter", gettext_lazy("by letter")
    PHONE = "phone", gettext_lazy("by telephone")
    MESSAGE = "message", gettext_lazy("by message")
    FORM = "form", gettext_lazy("through a form")
    IN_PERSON = "in_person", gettext_lazy("in person")


class Outcome(models.TextChoices):
    REPLIED = "replied", gettext_lazy("Replied")
    DECLINED = "declined", gettext_lazy("declined to comment")
    NO_REPLY = "no_reply", gettext_lazy("did not reply")


class ReplyRequestQuerySet(models.QuerySet):
    @transaction.atomic
    def ask(
        self,
        claims,
        *,
        by,
        to_name,
        approved_by=None,
        override="",
        subject=None,
        channel="",
        questions="",
        asked_on=None,
        deadline=None,
        why_not="",
        key=None,
    ):
        """Somebody was asked for their side of some claims, or was not, and why."""
        refuse_unless_may(by, "record")
        if not to_name.strip():
            raise ValidationError({"to_name": "Enter who was asked"})
        if why_not and (channel or questions or deadline):
            raise ValidationError({"why_not": "Say how they were asked, or why they were not, and not both"})
        if not why_not:
            needed = {
                "channel": (channel, "Say how they were asked"),
                "questions": (questions.strip(), "Enter what they were asked"),
                "asked_on": (asked_on, "Enter the day on which they were asked"),
                "deadline": (deadline, "Enter the day by which they were to reply"),
            }
            if missing := {name: sentence for name, (given, sentence) in needed.items() if not given}:
                raise ValidationError(missing)
            if _day(deadline) < _day(asked_on):
                raise ValidationError({"deadline": "They were to reply before they were asked"})
        key = key or keys.request_key()
        change = record(
            Verb.ASK,
            "request",
            key,
            by=by,
            approved_by=approved_by,
            override=override,
            public=any(claim.public for claim in claims),
            decides=any(claim.is_for_readers for claim in claims),
            sensitive=any(claim.needs_two for claim in claims),
            parts=len(claims),
        )
        request: Any = self.model(
            key=key,
            to_name=to_name,
            subject=subject,
            channel=channel,
            questions=questions,
            asked_on=asked_on,
            deadline=deadline,
            why_not=why_not,
            since=change,
        )
        request.save(force_insert=True)
        for claim in claims:
            ReplyClaim(request=request, claim=claim, since=change).save()
        return request

    def open(self):
        """Those that nobody answered, of claims that are not withdrawn."""
        live = ReplyClaim.objects.live().filter(request=OuterRef("pk")).exclude(claim__stage="withdrawn")
        return self.filter(Exists(live), replies__isnull=True, deadline__isnull=False)

    def due(self):
        """Those whose day has come without an answer."""
        return self.open().filter(deadline__lte=timezone.now().date()).order_by("deadline", "id")

    def for_list(self):
        return self.select_related("subject", "since__by")

    def shown(self):
        """Those that readers see, or saw: about a claim that they see, by somebody who was asked."""
        about = ReplyClaim.objects.live().filter(seen(), request=OuterRef("pk"))
        return self.filter(known(), ~Q(channel=""), Exists(about))

    def unanswered(self):
        """Of the last that readers see, those to which nobody had replied."""
        lately = self.shown().order_by("-id").values("pk")[:LATELY]
        came = Reply.objects.filter(known(), request=OuterRef("pk"))
        return self.filter(~Exists(came), pk__in=lately)

    def replied(self):
        """Those to which a reply had come."""
        return self.shown().filter(Exists(Reply.objects.filter(known(), request=OuterRef("pk"), outcome="replied")))

    def for_readers(self):
        """The newest first, each with the claims that it is about, as far as readers see them."""
        about = ReplyClaim.objects.live().filter(seen()).select_related("claim").order_by("id")
        return self.order_by("-id").prefetch_related(Prefetch("about", queryset=about, to_attr="shown_about"))

    def with_words(self):
        """With the replies that had come by then, and their words."""
        return self.prefetch_related(Prefetch("replies", queryset=_answers(), to_attr="shown_replies"))


def _day(value) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


class ReplyRequest(Sealed, Row):
    """We asked somebody for their side: whom, how, what, by when. What came of it are its replies."""

    key = models.SlugField(max_length=40, unique=True, default=keys.request_key, editable=False)
    to_name = models.CharField("to", max_length=200)
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, blank=True, related_name="asked")
    channel = models.CharField(max_length=12, choices=Channel.choices, blank=True)
    questions = models.TextField(blank=True, help_text="Private.")
    asked_on = models.DateField(null=True, blank=True)
    deadline = models.DateField(null=True, blank=True)
    why_not = models.TextField("why they were not asked", blank=True)

    objects = ReplyRequestQuerySet.as_manager()

    kept = Kept(personal=("to_name", "questions", "why_not"))

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="channel_is_known", condition=Q(channel__in=["", *Channel.values])),
            models.CheckConstraint(
                name="asked_or_said_why_not",
                condition=~Q(channel="") & Q(asked_on__isnull=False, deadline__isnull=False, why_not="")
                | Q(channel="", deadline__isnull=True) & (~Q(why_not="") | Q(salt="")),
            ),
        ]
        indexes = [models.Index("deadline", condition=Q(deadline__isnull=False), name="reply_by_deadline")]

    def __str__(self):
        return f"Request {self.key} to {self.to_name}"

    @transaction.atomic
    def answer(self, outcome, *, by, passage: Passage | None = None, note="", approved_by=None, override=""):
        """What came of it: a reply in full, as a passage of its own; a refusal; or nothing by the day."""
        refuse_unless_may(by, "record")
        in_turn()
        request = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        if request.why_not:
            raise ValidationError("Nobody was asked. Record the request first")
        if outcome == Outcome.REPLIED and passage is None:
            raise ValidationError({"passage": "Enter the reply in full"})
        if outcome == Outcome.NO_REPLY and passage is not None:
            raise ValidationError({"outcome": "There is a reply, so they did reply"})
        asked = [about.claim for about in request.about.live().select_related("claim")]
        public = any(claim.public for claim in asked)
        if passage:
            for claim in asked:
                claim._refuse_overlap([passage], showing=claim.public)
        change = record(
            Verb.ANSWER,
            "request",
            self.key,
            by=by,
            approved_by=approved_by,
            override=override,
            public=public,
            decides=any(claim.is_for_readers for claim in asked),
            sensitive=True,
        )
        reply = Reply(
            request=request,
            number=request.replies.count() + 1,
            outcome=outcome,
            passage=passage,
            note=note,
            since=change,
        )
        reply.save()
        if public and passage:
            Source.objects.filter(pk=passage.capture.source_id, public_since__isnull=True, confidential=False).update(
                public_since=change
            )
        return reply


class ReplyClaimQuerySet(ClosingQuerySet):
    def for_page(self):
        """With the request, its replies that had come by then, and their words."""
        return (
            self.select_related("request__since")
            .order_by("id")
            .prefetch_related(Prefetch("request__replies", queryset=_answers(), to_attr="shown_replies"))
        )


def _answers():
    """Those that had come by then, in the order in which they came."""
    return Reply.objects.filter(known()).for_page().order_by("number")


class ReplyClaim(ClosingRow):
    """A request is about a claim."""

    request = models.ForeignKey(ReplyRequest, models.PROTECT, related_name="about")
    claim = models.ForeignKey("Claim", models.PROTECT, related_name="asked")

    objects = ReplyClaimQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "claim"], condition=Q(until__isnull=True), name="asked_once_about_a_claim"
            )
        ]

    def __str__(self):
        return f"{self.request_id} is about {self.claim_id}"


class ReplyQuerySet(models.QuerySet):
    def shown(self):
        """Those that had come by then to requests that readers see."""
        return self.filter(known(), request__in=ReplyRequest.objects.shown().values("pk"))

    def for_page(self):
        """With their words."""
        found = self.select_related("since", "passage__capture__source__outlet").defer(*TEXTS)
        return found.prefetch_related(translations_of("passage"))


class Reply(Sealed, Row):
    """What came of a request. A later one may follow: a reply that came after the day."""

    request = models.ForeignKey(ReplyRequest, models.PROTECT, related_name="replies")
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    passage = models.ForeignKey(Passage, models.PROTECT, null=True, blank=True, related_name="replies")
    note = models.TextField(blank=True)

    objects = ReplyQuerySet.as_manager()

    kept = Kept(
        personal=("note",),
        rules=(
            Rule(
                "to_who_was_asked",
                "INSERT",
                "EXISTS (SELECT 1 FROM claims_replyrequest r WHERE r.id = NEW.request_id AND r.channel = '')",
                "claims_reply: nobody replies who was not asked",
            ),
        ),
    )

    class Meta:
        ordering = ["request", "number"]
        constraints = [
            models.CheckConstraint(name="reply_outcome_is_known", condition=Q(outcome__in=Outcome.values)),
            models.CheckConstraint(
                name="reply_has_words",
                condition=Q(outcome="replied", passage__isnull=False)
                | Q(outcome="declined")
                | Q(outcome="no_reply", passage__isnull=True),
            ),
            models.UniqueConstraint(fields=["request", "number"], name="reply_is_numbered"),
        ]

    def __str__(self):
        return str(self.get_outcome_display())

    @property
    def ref(self) -> str:
        return f"{self.request.key}/{self.number}"
