from django.conf import settings
from django.db import models


class How(models.TextChoices):
    PASTE = "paste", "pasted"
    UPLOAD = "upload", "uploaded"
    FETCH = "fetch", "fetched"


class Incoming(models.Model):
    """A document that came in and waits for an editor to confirm what it is. Private, and gone once it is kept or left."""

    how = models.CharField(max_length=12, choices=How.choices)
    name = models.CharField(max_length=1000, blank=True)
    raw = models.BinaryField()
    text = models.TextField()
    guessed = models.JSONField(default=dict)
    answer = models.JSONField(default=dict)  # of the server: address, status, headers
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="incoming")
    came_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(name="way_in_is_known", condition=models.Q(how__in=How.values))]

    def __str__(self):
        return self.guessed.get("title") or self.name or f"document {self.pk}"
