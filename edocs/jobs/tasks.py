"""What Celery calls: three tasks without any rule."""

from typing import Any

from celery.signals import worker_ready
from django.db import close_old_connections

from edocs.celery import app
from edocs.jobs import services


@app.task
def run_job(*job_ids: int) -> None:
    for job_id in job_ids:
        close_old_connections()
        services.run(job_id)


@app.task
def resend(all_that_wait: bool = False) -> None:
    services.beat_pulse("worker")
    services.resend_due(all_that_wait=all_that_wait)


@app.task
def plan() -> None:
    services.plan_periodic()


@worker_ready.connect
def started(**_facts: Any) -> None:
    """A worker says that it is there as soon as it is, and takes what waits."""
    resend.delay(all_that_wait=True)
