"""The worker of tests: does what waits, one after the other."""

from __future__ import annotations

from django.utils import timezone

from edocs.jobs import services
from edocs.jobs.models import Job, JobState


def work_off(*kinds: str, most: int = 1_000) -> int:
    """Do waiting jobs of these kinds, and those that they ask for, until none is due; returns how many were done."""
    for done in range(most):
        due = Job.objects.filter(kind__in=kinds, state=JobState.WAITING, not_before__lte=timezone.now())
        job = due.order_by("id").first()
        if job is None:
            return done
        services.run(job.pk)
    raise AssertionError(f"more than {most} jobs")
