"""Work to be done later, kept in the database; Celery only carries the number of a job."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Job(models.Model):
    """One piece of later work, written in the transaction that asks for it (outbox)."""

    kind = models.CharField(_("kind"), max_length=60)
    arguments = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    subject = models.CharField(max_length=80, blank=True, help_text=_("what it is about, for example document:17"))
    state = models.CharField(_("state"), max_length=10, choices=JobState.choices, default=JobState.WAITING)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    queued_at = models.DateTimeField(_("queued"))
    not_before = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True, help_text=_("when its number was last given to the broker"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease = models.CharField(max_length=36, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    reason = models.TextField(_("reason"), blank=True)
    code = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(fields=["state", "not_before"], name="job_due"),
            models.Index(fields=["subject", "kind"], name="job_subject"),
            models.Index(fields=["kind", "state", "-id"], name="job_kind"),
        ]

    #: True once others were claimed together with this one (``claim_more``)
    leads = False

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class Pulse(models.Model):
    """A sign of life of a process that serves the office (worker, beat)."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
