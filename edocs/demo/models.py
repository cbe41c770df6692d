"""How far the demonstration has been told, so that it can be continued after a stop."""

from __future__ import annotations

from django.db import models

from edocs.documents.models import Document


class Telling(models.Model):
    """The one telling: its span, seed, and how many events of how many were played."""

    start = models.DateField()
    end = models.DateTimeField()
    seed = models.IntegerField()
    stories = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.done}/{self.total}"


class Told(models.Model):
    """Which documents a story became."""

    ordinal = models.PositiveIntegerField(unique=True)
    incoming = models.ForeignKey(Document, models.CASCADE, null=True, related_name="+")
    outgoing = models.ForeignKey(Document, models.CASCADE, null=True, related_name="+")

    def __str__(self) -> str:
        return str(self.ordinal)
