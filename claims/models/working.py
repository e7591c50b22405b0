from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import models, transaction

from sources.recording import may, refuse_unless_may

from .claims import Claim


class AssignmentQuerySet(models.QuerySet):
    @transaction.atomic
    def give(self, claim, editor, *, by):
        """Puts a claim into the hands of an editor, who is told by e-mail once it is so."""
        refuse_unless_may(by, "record")
        if not may(editor, "record"):
            raise ValidationError({"editor": "This account cannot work on claims. Choose an editor"})
        given: Any = self.update_or_create(claim=claim, defaults={"editor": editor, "by": by})[0]
        if editor != by and editor.email:
            transaction.on_commit(lambda: given.tell())
        return given


class Assignment(models.Model):
    """Who works on a claim. Private, and no part of the record."""

    claim = models.OneToOneField(Claim, models.PROTECT, related_name="assignment_to")
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(auto_now=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at"]

    def __str__(self):
        return f"claim {self.claim_id} is with {self.editor_id}"

    def tell(self):
        """The key alone goes by mail: the words of a draft stay on the desk."""
        giver = self.by.get_full_name() or self.by.username
        send_mail(
            f"{self.claim.key} is yours",
            f"{giver} gave you {self.claim.key}. Open it in your work queue.\n",
            None,
            [self.editor.email],
            fail_silently=True,  # the queue tells it too
        )


class Comment(models.Model):
    """What editors say to one another about a claim. Private, and no part of the record."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="comments")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    said_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.text[:80]
