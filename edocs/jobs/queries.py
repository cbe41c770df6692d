"""Reading the state of later work."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from edocs.jobs.lanes import Lane
from edocs.jobs.models import Job, JobState, Pulse
from edocs.jobs.registry import lane_of

SILENCE = dt.timedelta(seconds=90)
#: work that waits longer than this shows whether anybody does it
PATIENCE = dt.timedelta(seconds=30)
#: the name of beat among the signs of life; the others are lanes
BEAT = "beat"


def signs_of_life() -> dict[str, dt.datetime]:
    """When beat, and whoever works off each lane, was last seen."""
    return dict(Pulse.objects.values_list("name", "at"))


def silent_lanes() -> list[Lane]:
    """Lanes in which work waits and nobody does it."""
    moment = timezone.now()
    seen = signs_of_life()
    quiet = [lane for lane in Lane if lane not in seen or moment - seen[lane] >= SILENCE]
    if not quiet:
        return []
    waiting = Q(state=JobState.WAITING, not_before__lt=moment - PATIENCE)
    held = Q(state=JobState.RUNNING, lease_until__gt=moment)
    found = Job.objects.filter(waiting | held).values_list("kind", "state").distinct()
    waits = {lane_of(kind) for kind, state in found if state == JobState.WAITING}
    done = {lane_of(kind) for kind, state in found if state == JobState.RUNNING}
    return [lane for lane in quiet if lane in waits - done]


def worker_is_silent() -> bool:
    """True when work waits and nobody does it: the pages say so."""
    return bool(silent_lanes())


def counts() -> dict[str, int]:
    """How many jobs are in each state."""
    rows = Job.objects.values_list("state").annotate(n=Count("id"))
    return dict.fromkeys(JobState.values, 0) | dict(rows)


def of_subject(subject: str, kinds: list[str] | None = None) -> QuerySet[Job]:
    """Jobs about one thing, newest first."""
    jobs = Job.objects.filter(subject=subject).order_by("-id")
    return jobs.filter(kind__in=kinds) if kinds else jobs
