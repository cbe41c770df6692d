"""What Celery calls: four tasks without any rule."""

import gc
import time
from typing import Any

from celery.signals import worker_process_init, worker_ready
from django.db import close_old_connections, connections

from edocs.celery import app
from edocs.jobs import services
from edocs.jobs.lanes import Lane
from edocs.jobs.models import Job
from edocs.jobs.queries import BEAT
from edocs.jobs.together import together

#: seconds until a lane that is being worked off shows so again
PULSE_SECONDS = 10
#: new objects before garbage is looked for
GARBAGE = 20_000
_shown: dict[str, float] = {}


@app.task
def run_job(*job_ids: int) -> None:
    _show_life((run_job.request.delivery_info or {}).get("routing_key") or Lane.NOW)
    if len(job_ids) == 1:
        close_old_connections()
        services.run(*job_ids)
        return
    close_old_connections()
    with together():
        seen = Job.objects.in_bulk(job_ids)
        for job_id in job_ids:
            _close_broken_connections()
            services.run(job_id, seen.get(job_id))


def _close_broken_connections() -> None:
    """Between jobs of one message a connection that works is kept, however short it may live otherwise."""
    for one in connections.all(initialized_only=True):
        if one.errors_occurred:
            one.close_if_unusable_or_obsolete()


def _show_life(lane: str) -> None:
    """Whoever has a queue of hours before them takes no task that asks whether they live: the work itself shows it."""
    moment = time.monotonic()
    if moment - _shown.get(lane, -PULSE_SECONDS) >= PULSE_SECONDS:
        _shown[lane] = moment
        close_old_connections()
        services.beat_pulse(lane)


@app.task
def alive(lane: str) -> None:
    services.beat_pulse(lane)


@app.task
def resend(all_that_wait: bool = False) -> None:
    if not all_that_wait:
        services.beat_pulse(BEAT)
    services.resend_due(all_that_wait=all_that_wait)


@app.task
def plan() -> None:
    services.plan_periodic()


@worker_process_init.connect
def settle(**_facts: Any) -> None:
    """What was imported stays: it is left out of every search for garbage, and one is made less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


@worker_ready.connect
def started(sender: Any, **_facts: Any) -> None:
    """A worker says that it is there as soon as it is, and takes what waits."""
    services.beat_pulse(*sender.app.amqp.queues.consume_from)
    resend.delay(all_that_wait=True)
