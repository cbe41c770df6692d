"""Reading the state of later work."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, QuerySet
from django.utils import timezone

from edocs.jobs.models import Job, JobState, Pulse

SILENCE = dt.timedelta(seconds=90)


def worker_seen() -> dt.datetime | None:
    """When a worker last gave a sign of life."""
    pulse = Pulse.objects.filter(name="worker").first()
    return pulse.at if pulse else None


def worker_is_silent() -> bool:
    """True when work waits and nobody does it: the pages say so."""
    seen = worker_seen()
    if seen is not None and timezone.now() - seen < SILENCE:
        return False
    return Job.objects.filter(state=JobState.WAITING, not_before__lt=timezone.now() - dt.timedelta(seconds=30)).exists()


def counts() -> dict[str, int]:
    """How many jobs are in each state."""
    rows = Job.objects.values_list("state").annotate(n=Count("id"))
    return dict.fromkeys(JobState.values, 0) | dict(rows)


def of_subject(subject: str, kinds: list[str] | None = None) -> QuerySet[Job]:
    """Jobs about one thing, newest first."""
    jobs = Job.objects.filter(subject=subject).order_by("-id")
    return jobs.filter(kind__in=kinds) if kinds else jobs
