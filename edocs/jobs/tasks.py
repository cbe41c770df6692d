"""What Celery calls: three tasks without any rule."""

from celery import shared_task
from django.db import close_old_connections

from edocs.jobs import services


@shared_task
def run_job(job_id: int) -> None:
    close_old_connections()
    services.run(job_id)


@shared_task
def resend() -> None:
    services.beat_pulse("worker")
    services.resend_due()


@shared_task
def plan() -> None:
    services.plan_periodic()
