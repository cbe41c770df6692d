"""Asking for work, claiming it, doing it once, and saying what failed."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from edocs.errors import NotPermitted, Refusal, WrongState
from edocs.jobs.handing import hand_over_at_commit
from edocs.jobs.lanes import Lane
from edocs.jobs.models import Job, JobState, Pulse
from edocs.jobs.registry import Kind, kinds, lane_of, periodic
from edocs.journal.services import record
from edocs.transactions import note, noted

log = logging.getLogger(__name__)
RETRY_SECONDS = (5, 20, 60, 300, 900)
#: what was asked for so lately is on its way by itself
SETTLE = dt.timedelta(seconds=5)
#: so many workers may be lost over one job, then it is left alone
MOST_LOSSES = 5
#: jobs that are cleaned away in one statement
CLEANED_TOGETHER = 2_000


class Postpone(Exception):
    """Raised by a handler: not possible yet, try again after ``seconds`` without counting an attempt."""

    def __init__(self, seconds: int, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.reason = reason


def enqueue(
    kind: str,
    *,
    arguments: dict[str, Any] | None = None,
    subject: str = "",
    by: models.Model | None = None,
    once: bool = False,
    first: bool = False,
    delay: int = 0,
) -> Job:
    """Ask for work inside the transaction that needs it.

    ``once``: when a waiting job of the same kind and subject is there already, that one is enough; ``first`` says that
    nobody can have asked before (the subject is new), so it is not looked for.
    Never put a secret into ``arguments``: they are shown to administrators.
    """
    asked = [(subject, arguments or {})]
    (job,) = enqueue_many(kind, asked, by=by, once=once, first=first, delay=delay)
    return job


def enqueue_many(
    kind: str,
    asked: Sequence[tuple[str, dict[str, Any]]],
    *,
    by: models.Model | None = None,
    once: bool = False,
    first: bool = False,
    delay: int = 0,
) -> list[Job]:
    """Ask for a job for each (subject, arguments), as ``enqueue`` does, in two statements for all of them."""
    assert kind in kinds, f"unknown kind of job: {kind}"
    there = _there(kind, [subject for subject, _arguments in asked], first=first) if once else {}
    moment = timezone.now()
    new = [
        Job(
            kind=kind,
            arguments=arguments,
            subject=subject,
            requested_by_id=by.pk if by is not None else None,
            queued_at=moment,
            not_before=moment + dt.timedelta(seconds=delay),
            sent_at=None if delay else moment,
        )
        for subject, arguments in asked
        if subject not in there
    ]
    if new:
        Job.objects.bulk_create(new)
        if settings.JOBS_INLINE or not delay:
            hand_over_at_commit(*new)
    if once:
        for job in new:
            note(("job", kind, job.subject), job)
    return [*there.values(), *new]


def _there(kind: str, subjects: Sequence[str], *, first: bool) -> dict[str, Job]:
    """Jobs that wait already, locked until this transaction ends: no worker reads what is still being changed."""
    there = {subject: job for subject in subjects if (job := noted(("job", kind, subject))) is not None}
    missing = [subject for subject in subjects if subject not in there]
    if missing and not first:
        waiting = Job.objects.select_for_update(skip_locked=True).filter(
            kind=kind, subject__in=missing, state=JobState.WAITING
        )
        for job in waiting:
            if job.subject not in there:
                there[job.subject] = job
                note(("job", kind, job.subject), job)
    return there


def hand_over(*job_ids: int, lane: Lane) -> None:
    """Let jobs of one lane be done: by a worker, or here and now (``JOBS_INLINE``)."""
    if settings.JOBS_INLINE:
        for job_id in job_ids:
            run(job_id)
    else:
        send(*job_ids, lane=lane)


def send(*job_ids: int, lane: Lane) -> None:
    """Hand numbers to the broker in one message; when that fails, beat finds the rows and sends them again."""
    from edocs.jobs.tasks import run_job

    try:
        run_job.apply_async(job_ids, retry=False, queue=str(lane))
    except (OSError, ValueError, run_job.OperationalError) as problem:
        Job.objects.filter(pk__in=job_ids).update(sent_at=None)
        log.warning("jobs %s wait for the next round: broker said %s", job_ids, type(problem).__name__)


def claim(job_id: int, seen: Job | None = None) -> Job | None:
    """Take the job for one lease; None when it is done, not due, or another worker holds it.

    ``seen`` is its row as it was read a moment ago: it need not be read again when nobody has had it since.
    """
    moment = timezone.now()
    taken = {
        "state": JobState.RUNNING,
        "lease": str(uuid.uuid4()),
        "lease_until": moment + dt.timedelta(seconds=settings.JOB_LEASE_SECONDS),
        "started_at": moment,
    }
    free = Q(state=JobState.WAITING, not_before__lte=moment) | Q(state=JobState.RUNNING, lease_until__lt=moment)
    mine = Job.objects.filter(free, pk=job_id)
    if seen is not None and mine.filter(attempts=seen.attempts).update(**taken, attempts=seen.attempts + 1):
        for name, value in taken.items():
            setattr(seen, name, value)
        seen.attempts += 1
        return seen
    return Job.objects.get(pk=job_id) if mine.update(**taken, attempts=F("attempts") + 1) else None


def claim_more(job: Job, most: int) -> list[Job]:
    """Take further waiting jobs of the same kind under the same lease; they end together with ``job``.

    A job that failed or lost its worker before takes no others with it.
    """
    if job.attempts > 1:
        return []
    free = Job.objects.filter(kind=job.kind, state=JobState.WAITING, not_before__lte=timezone.now()).order_by("id")
    numbers = list(free.values_list("pk", flat=True)[:most])
    job.leads = bool(numbers)
    Job.objects.filter(pk__in=numbers, state=JobState.WAITING).update(
        state=JobState.RUNNING,
        lease=job.lease,
        lease_until=job.lease_until,
        started_at=job.started_at,
        attempts=F("attempts") + 1,
    )
    return list(Job.objects.filter(lease=job.lease, state=JobState.RUNNING).exclude(pk=job.pk))


def report_progress(job: Job, progress: int, total: int) -> None:
    """Say how far a long job is; this also prolongs its lease."""
    until = timezone.now() + dt.timedelta(seconds=settings.JOB_LEASE_SECONDS)
    Job.objects.filter(pk=job.pk, lease=job.lease).update(progress=progress, total=total, lease_until=until)


def run(job_id: int, seen: Job | None = None) -> None:
    """Claim and do one job. The handler's result and the mark "done" are one transaction under one lease."""
    job = claim(job_id, seen)
    if job is None:
        return
    kind = kinds.get(job.kind)
    if kind is None:
        _fail(job, None, code="unknown_kind", reason=f"no handler for {job.kind}")
        return
    if job.attempts > max(kind.attempts, MOST_LOSSES):
        _fail(job, kind, code="worker_lost", reason=_lost(job))
        return
    try:
        with translation.override(settings.LANGUAGE_CODE):
            finish = kind.handler(job)
        with transaction.atomic():
            if not _finish(job):
                return  # the lease ran out and somebody else has the job: their result counts
            if finish is not None:
                finish()
    except Postpone as later:
        _postpone(job, later)
    except Refusal as refusal:
        _fail(job, kind, code=refusal.code, reason=str(refusal))
    except Exception as problem:  # the boundary: whatever a handler meets becomes a visible, repeatable failure
        log.exception("job %s (%s) met an error", job.pk, job.kind)
        _retry_or_fail(job, kind, problem)


def _lost(job: Job) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return str(
            _("The worker ended %(times)s times while it did this, so it is not tried again by itself.")
            % {"times": job.attempts - 1}
        )


def _finish(job: Job) -> bool:
    done = {
        "state": JobState.DONE,
        "finished_at": timezone.now(),
        "reason": "",
        "code": "",
        "lease_until": None,
    }
    if not Job.objects.filter(pk=job.pk, lease=job.lease, state=JobState.RUNNING).update(**done):
        return False
    if job.leads:
        Job.objects.filter(lease=job.lease, state=JobState.RUNNING).update(**done)
    return True


def _postpone(job: Job, later: Postpone) -> None:
    Job.objects.filter(lease=job.lease, state=JobState.RUNNING).update(
        state=JobState.WAITING,
        attempts=F("attempts") - 1,
        not_before=timezone.now() + dt.timedelta(seconds=later.seconds),
        reason=later.reason,
        lease_until=None,
    )


def _retry_or_fail(job: Job, kind: Kind, problem: Exception) -> None:
    if job.attempts >= kind.attempts:
        _fail(job, kind, code="error", reason=f"{type(problem).__name__}: {problem}"[:500])
        return
    wait = RETRY_SECONDS[min(job.attempts, len(RETRY_SECONDS)) - 1]
    Job.objects.filter(lease=job.lease, state=JobState.RUNNING).update(
        state=JobState.WAITING,
        not_before=timezone.now() + dt.timedelta(seconds=wait),
        reason=f"{type(problem).__name__}: {problem}"[:500],
        lease_until=None,
    )


def _fail(job: Job, kind: Kind | None, *, code: str, reason: str) -> None:
    with transaction.atomic():
        mine = Job.objects.filter(pk=job.pk, lease=job.lease)
        failed = mine.update(
            state=JobState.FAILED, finished_at=timezone.now(), code=code, reason=reason, lease_until=None
        )
        Job.objects.filter(lease=job.lease, state=JobState.RUNNING).update(
            state=JobState.WAITING, lease_until=None, sent_at=None
        )
        job.code, job.reason = code, reason
        if failed and kind is not None and kind.on_failure is not None:
            kind.on_failure(job, reason)


def repeat(*, job: Job, by: Any) -> None:
    """Let a failed job run again, asked for by an administrator or whoever asked for it first."""
    with transaction.atomic():
        fresh = Job.objects.select_for_update().get(pk=job.pk)
        if fresh.requested_by_id != by.pk and not by.has_role("administrator"):
            raise NotPermitted(_("Only the administrator or the person who asked for it can repeat this job."))
        if fresh.state != JobState.FAILED:
            raise WrongState(_("This job is not failed any more; reload the page to see its state."))
        fresh.state = JobState.WAITING
        fresh.attempts = 0
        fresh.not_before = fresh.sent_at = timezone.now()
        fresh.save(update_fields=["state", "attempts", "not_before", "sent_at"])
        record("job.repeat", fresh, by=by, before={"code": fresh.code, "reason": fresh.reason})
        hand_over_at_commit(fresh)


def resend_due(*, all_that_wait: bool = False) -> int:
    """Send every job that is due and was not sent lately; returns how many messages that were (beat, every 30 s).

    A job is due when it waits, or its lease ran out. What was sent is left alone for ``JOB_RESEND_SECONDS``: its
    message still lies with the broker while workers are busy, and a second one would only be thrown away. A worker
    that starts asks for ``all_that_wait``: the messages that the one before it held may be lost.
    """
    moment = timezone.now()
    long_ago = moment - dt.timedelta(seconds=0 if all_that_wait else settings.JOB_RESEND_SECONDS)
    unsent = Q(sent_at=None) | Q(sent_at__lte=long_ago)
    waits = Q(state=JobState.WAITING, not_before__lte=moment, queued_at__lt=moment - SETTLE)
    lost = Q(state=JobState.RUNNING, lease_until__lt=moment)
    due = Job.objects.filter(
        waits & (unsent | Q(sent_at__lt=F("not_before"))) | lost & (unsent | Q(sent_at__lt=F("lease_until")))
    )
    found = list(due.order_by("id").values_list("pk", "kind", "attempts")[:500])
    Job.objects.filter(pk__in=[number for number, _kind, _attempts in found]).update(sent_at=moment)
    messages = _one_for_each_load(found)
    for number, kind in messages:
        send(number, lane=lane_of(kind))
    return len(messages)


def _one_for_each_load(found: Sequence[tuple[int, str, int]]) -> list[tuple[int, str]]:
    """Without those that others take along: hours of an engine that is away would leave tens of thousands of messages.

    A job that was begun before is done by itself, so it has its own.
    """
    messages, carried = [], Counter[str]()
    for number, kind, attempts in found:
        load = kinds[kind].load if kind in kinds and not attempts else 1
        if load == 1 or carried[kind] % load == 0:
            messages.append((number, kind))
        if load > 1:
            carried[kind] += 1
    return messages


def clean() -> int:
    """Delete jobs that ended well longer ago than ``JOB_KEEP_DAYS`` (0 keeps all); failures stay. Returns how many.

    The newest of a periodic kind stays too: it says when the kind was last asked for.
    """
    if not settings.JOB_KEEP_DAYS:
        return 0
    moment = timezone.now()
    old = Q(
        state__in=[JobState.DONE, JobState.CANCELLED],
        finished_at__lt=moment - dt.timedelta(days=settings.JOB_KEEP_DAYS),
    )
    for name, seconds in periodic.items():
        old &= ~Q(kind=name, queued_at__gt=moment - dt.timedelta(seconds=2 * seconds))
    deleted = 0
    while numbers := list(Job.objects.filter(old).order_by("id").values_list("pk", flat=True)[:CLEANED_TOGETHER]):
        deleted += Job.objects.filter(pk__in=numbers).delete()[0]
    return deleted


def plan_periodic() -> None:
    """Ask for each periodic kind whose time has come (beat, every minute)."""
    for name, seconds in periodic.items():
        since = timezone.now() - dt.timedelta(seconds=seconds)
        if not Job.objects.filter(kind=name, queued_at__gt=since).exists():
            with transaction.atomic():
                enqueue(name, once=True)


def beat_pulse(*names: str) -> None:
    """Leave a sign of life: of beat (``BEAT``), or of whoever works off a lane."""
    moment = timezone.now()
    Pulse.objects.bulk_create(
        [Pulse(name=name, at=moment) for name in names],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at"],
    )
