"""From where: files that arrived and wait to be registered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from edocs.documents.models import Blob, Document

Person = settings.AUTH_USER_MODEL


class ArrivalState(models.TextChoices):
    READING = "reading", _("Being read")
    READY = "ready", _("Waiting to be registered")
    FAILED = "failed", _("Cannot be read")
    REGISTERED = "registered", _("Registered")
    DISCARDED = "discarded", _("Put aside")


class Arrival(models.Model):
    """A file a clerk dropped, before it has a number: bytes kept at once, fields suggested from its text."""

    name = models.CharField(_("file name"), max_length=150)
    received = models.ForeignKey(Blob, models.PROTECT, related_name="+", help_text=_("the bytes as they came"))
    shown = models.ForeignKey(
        Blob, models.PROTECT, null=True, blank=True, related_name="+", help_text=_("the PDF that is shown")
    )
    by = models.ForeignKey(Person, models.PROTECT, related_name="arrivals")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ArrivalState.choices, default=ArrivalState.READING)
    suggestions = models.JSONField(default=dict)
    failure = models.CharField(max_length=60, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="arrivals")

    class Meta:
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        ordering = ["id"]
        indexes = [models.Index(fields=["state", "id"], name="arrival_queue")]

    def __str__(self) -> str:
        return self.name
