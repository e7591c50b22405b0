from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_lazy

from sources import keys
from sources.keeping import Kept, Rule
from sources.recording import in_turn, refuse_unless_may

from .claims import Claim
from .correcting import Correction

MOST = 5000  # characters of each text


class ReportKind(models.TextChoices):
    ERROR = "error", gettext_lazy("An error in what this desk says")
    CONCERNED = "concerned", gettext_lazy("A reply: I am somebody whom a claim is about, or I speak for them")
    PRIVATE = "private", gettext_lazy("Something private that should not be here")


class Thing(models.TextChoices):
    CLAIM = "claim", gettext_lazy("claim")
    SOURCE = "source", gettext_lazy("source")
    SUBJECT = "subject", gettext_lazy("person or organisation")


class ReportState(models.TextChoices):
    NEW = "new", gettext_lazy("Not read yet")
    READ_ONCE = "read_once", gettext_lazy("Read by one editor")
    READ_TWICE = "read_twice", gettext_lazy("Read by two editors")
    ANSWERED = "answered", gettext_lazy("Answered")


class ReportOutcome(models.TextChoices):
    CORRECTED = "corrected", gettext_lazy("We were wrong, and corrected it")
    CHANGED = "changed", gettext_lazy("We changed something")
    UNCHANGED = "unchanged", gettext_lazy("We looked, and changed nothing")
    DUPLICATE = "duplicate", gettext_lazy("Somebody had told us the same")
    SET_ASIDE = "set_aside", gettext_lazy("We set it aside: it is about nothing that this desk says")


def two_read(kind: str = ReportKind.ERROR) -> bool:
    """Whether two editors read a report of this kind before it is answered: as this desk does with its decisions."""
    asked = settings.FACTDESK_TWO_PEOPLE
    return asked == "everything" or asked == "sensitive" and kind != ReportKind.ERROR


class ReportQuerySet(models.QuerySet):
    @transaction.atomic
    def send(self, *, what, how="", kind=ReportKind.ERROR, address="", thing="", thing_key="", as_of="") -> "Report":
        """A reader tells the desk something. Who it is, nobody asks."""
        if not what.strip():
            raise ValidationError({"what": gettext("Enter what is wrong")})
        for name, text in {"what": what, "how": how, "address": address}.items():
            if len(text) > MOST or "\0" in text:
                raise ValidationError({name: gettext("Enter at most %(most)d characters of text") % {"most": MOST}})
        report: Any = self.model(
            what=what,
            how=how,
            kind=kind,
            address=address,
            thing=thing if thing_key else "",
            thing_key=thing_key if thing else "",
            as_of=as_of,
            language=translation.get_language() or "en",
        )
        report.save(force_insert=True)
        if settings.FACTDESK_REPORTS_TO:
            transaction.on_commit(report.tell_the_desk)
        return report

    def open(self):
        """Those that nobody answered, the oldest first."""
        return self.exclude(state=ReportState.ANSWERED).order_by("sent_at", "id")

    def for_editor(self, editor):
        """The open ones on which this editor can go on: not those that wait for somebody else to read them too."""
        mine = ReportReading.objects.filter(report=OuterRef("pk"), by=editor)
        waits = Q(state=ReportState.READ_ONCE) & Q(Exists(mine))
        if settings.FACTDESK_TWO_PEOPLE == "nothing":
            waits = Q(pk__in=[])
        return self.open().exclude(waits)


def correction_of(claim: Claim | None, number: int | None) -> Correction | None:
    """The correction that an answer names by its number on its claim."""
    if not number:
        return None
    found = Correction.objects.select_related("claim").filter(claim=claim, number=number).first()
    if found is None:
        raise ValidationError({"correction": "There is no such correction of that claim"})
    return found


class Report(models.Model):
    """What a reader told the desk. Private: no page, feed, export or dump carries it; its key is all that leads to the answer.

    It stays when it is answered; its words can go by a redaction, and the address at any time.
    """

    key = models.SlugField(max_length=40, unique=True, default=keys.report_key, editable=False)
    kind = models.CharField(max_length=10, choices=ReportKind.choices, default=ReportKind.ERROR)
    thing = models.CharField(max_length=8, choices=Thing.choices, blank=True)
    # As the reader's address named it: that there is such a thing is not said, to nobody.
    thing_key = models.CharField(max_length=40, blank=True)
    as_of = models.CharField(max_length=40, blank=True, help_text="The moment whose page they were reading.")
    what = models.TextField("what is wrong", max_length=MOST)
    how = models.TextField("how they know", max_length=MOST, blank=True)
    address = models.EmailField("address for an answer", blank=True)
    language = models.CharField(max_length=35, default="en")
    sent_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.NEW)

    objects = ReportQuerySet.as_manager()

    kept = Kept(
        mutable=True,
        frozen=("key", "kind", "thing", "thing_key", "as_of", "language", "sent_at"),
        private=("what", "how", "address"),
        rules=(
            Rule(
                "starts_new",
                "INSERT",
                f"NEW.state <> 'new' OR length(NEW.what) > {MOST} OR length(NEW.how) > {MOST}",
                f"claims_report: a report starts unread, with at most {MOST} characters of a text",
            ),
            Rule(
                "state_is_what_was_done",
                "UPDATE",
                # In brackets: PL/pgSQL takes the first THEN outside of them for that of its IF.
                "NEW.state <> (CASE WHEN EXISTS (SELECT 1 FROM claims_reportanswer a WHERE a.report_id = NEW.id) THEN 'answered' "
                "WHEN (SELECT count(*) FROM claims_reportreading r WHERE r.report_id = NEW.id) > 1 THEN 'read_twice' "
                "WHEN EXISTS (SELECT 1 FROM claims_reportreading r WHERE r.report_id = NEW.id) THEN 'read_once' ELSE 'new' END)",
                "claims_report: its state is what was done with it",
            ),
        ),
    )

    class Meta:
        ordering = ["-sent_at", "-id"]
        indexes = [models.Index("sent_at", condition=~Q(state="answered"), name="open_reports")]
        constraints = [
            models.CheckConstraint(name="report_kind_is_known", condition=Q(kind__in=ReportKind.values)),
            models.CheckConstraint(name="report_state_is_known", condition=Q(state__in=ReportState.values)),
            models.CheckConstraint(name="reported_thing_is_known", condition=Q(thing__in=["", *Thing.values])),
            models.CheckConstraint(
                name="reported_thing_has_its_key", condition=Q(thing="", thing_key="") | ~Q(thing="") & ~Q(thing_key="")
            ),
        ]

    def __str__(self):
        return self.key

    def get_absolute_url(self):
        with translation.override(self.language):
            return reverse("report-sent", args=[self.key])

    @property
    def seen(self) -> int:
        """What an editor who looks at it now has seen: how many answers there are."""
        return self.answers.count()

    @transaction.atomic
    def read(self, *, by) -> "Report":
        """An editor has read it. Two read each."""
        report = self._locked(by)
        if report.readings.filter(by=by).exists():
            raise ValidationError("You have read it already. Another editor reads it too")
        return report._note_reading(by)._stand(self)

    @transaction.atomic
    def answer(
        self, outcome, text="", *, by, seen=None, claim=None, correction=None, duplicate_of=None, page=""
    ) -> "ReportAnswer":
        """What we did, for whoever sent it. Who answers has read it. `page`: where the answer stands, for a letter."""
        report = self._locked(by)
        if seen not in {None, report.seen}:
            raise ValidationError("Somebody answered it while you were writing. Read that answer, then decide")
        if outcome not in ReportOutcome.values:
            raise ValidationError({"outcome": f"{outcome} is not what can come of a report"})
        if not text.strip() and outcome != ReportOutcome.SET_ASIDE:
            raise ValidationError({"text": "Enter what we did. The reader sees it"})
        if (outcome == ReportOutcome.DUPLICATE) != (duplicate_of is not None):
            raise ValidationError({"duplicate_of": "Name the other report where it is a duplicate, and only there"})
        if duplicate_of == report:
            raise ValidationError({"duplicate_of": "It cannot be a duplicate of itself"})
        if correction and correction.claim != claim:
            raise ValidationError({"correction": "This is no correction of that claim"})
        report._note_reading(by)
        alone = report.readings.count() < 2
        if alone and two_read(report.kind):
            raise ValidationError("Another editor must read it first: two read each report", code="own_review")
        answer = ReportAnswer(
            report=report,
            number=report.answers.count() + 1,
            outcome=outcome,
            text=text,
            claim=claim,
            correction=correction,
            duplicate_of=duplicate_of,
            by=by,
            alone=alone,
        )
        answer.save(force_insert=True)
        report._stand(self)
        if report.address:
            transaction.on_commit(lambda: answer.tell(page))
        return answer

    @transaction.atomic
    def forget_address(self, *, by) -> "Report":
        """The address goes for good; what was reported stays."""
        report = self._locked(by)
        report.address = ""
        return report._stand(self)

    def _locked(self, by) -> Any:
        refuse_unless_may(by, "approve")
        in_turn()  # an answer that names a claim locks it too
        return type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)

    def _note_reading(self, by) -> "Report":
        ReportReading.objects.get_or_create(report=self, by=by)
        return self

    def _stand(self, asked: "Report") -> "Report":
        """Stores the state that follows from what was done, here and in the object that was asked."""
        if self.answers.exists():
            self.state = ReportState.ANSWERED
        else:
            self.state = [ReportState.NEW, ReportState.READ_ONCE, ReportState.READ_TWICE][min(self.readings.count(), 2)]
        self.save(update_fields=["state", "address"])
        asked.state, asked.address = self.state, self.address
        return asked

    def tell_the_desk(self):
        """The key alone goes by mail: what a reader wrote stays on the desk."""
        said = f"A reader sent {self.key}. It is in the work queue, where two editors read it.\n"
        send_mail(f"A report: {self.key}", said, None, [settings.FACTDESK_REPORTS_TO], fail_silently=True)


class ReportReading(models.Model):
    """An editor read a report. Only ever added."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="readings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(default=timezone.now)

    kept = Kept()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["report", "by"], name="report_is_read_once_by_each")]

    def __str__(self):
        return f"report {self.report_id} was read by {self.by_id}"


class ReportAnswer(models.Model):
    """What we did about a report, as its reader is told. A later one may follow; none is changed."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=10, choices=ReportOutcome.choices)
    text = models.TextField(max_length=MOST, blank=True)
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, blank=True, related_name="+")
    correction = models.ForeignKey(Correction, models.PROTECT, null=True, blank=True, related_name="+")
    duplicate_of = models.ForeignKey(Report, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    alone = models.BooleanField(default=False, help_text="On a desk of one.")
    answered_at = models.DateTimeField(default=timezone.now)

    kept = Kept(
        private=("text",),
        rules=(
            Rule(
                "after_two_read",
                "INSERT",
                "NOT EXISTS (SELECT 1 FROM claims_reportreading r WHERE r.report_id = NEW.report_id AND r.by_id = NEW.by_id) "
                "OR NOT NEW.alone AND (SELECT count(*) FROM claims_reportreading r WHERE r.report_id = NEW.report_id) < 2",
                "claims_reportanswer: two editors read a report before one of them answers it",
            ),
        ),
    )

    class Meta:
        ordering = ["report", "number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="report_answer_is_numbered"),
            models.CheckConstraint(name="report_outcome_is_known", condition=Q(outcome__in=ReportOutcome.values)),
            models.CheckConstraint(
                name="duplicate_names_another_report",
                condition=Q(outcome="duplicate", duplicate_of__isnull=False) & ~Q(duplicate_of=F("report"))
                | ~Q(outcome="duplicate") & Q(duplicate_of__isnull=True),
            ),
            models.CheckConstraint(
                name="corrected_thing_is_a_claim", condition=Q(correction__isnull=True) | Q(claim__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.get_outcome_display()}, answer {self.number}"

    def tell(self, page: str):
        """The answer goes to the address that was left for it."""
        with translation.override(self.report.language):
            subject = gettext("Your report %(key)s") % {"key": self.report.key}
            said = [f"{self.get_outcome_display()}.", self.text, page]
        send_mail(subject, "\n\n".join(filter(None, said)) + "\n", None, [self.report.address], fail_silently=True)
