"""Jobs under fire: the worker dies by kill -9 again and again, every job has its effect exactly once.

``EDOCS_FAULT_JOBS=500`` is the full run.
"""

from __future__ import annotations

import os
import time
from collections import Counter

import pytest
from django.utils import timezone

from edocs.jobs import services
from edocs.jobs.models import Job, JobState
from edocs.office.models import Notice
from tests.factories import Office
from tests.faults.conftest import Pack

WANTED = int(os.environ.get("EDOCS_FAULT_JOBS", "120"))
REFUSED_EVERY = 20
KILL_AFTER = (15, 30)  # jobs

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240 + WANTED)]
ENDED = (JobState.DONE, JobState.FAILED)


def ask(office: Office) -> list[Job]:
    """Jobs as a service writes them; some will be refused."""
    now = timezone.now()
    return Job.objects.bulk_create(
        Job(
            kind="faults.tell",
            arguments={"person": office.officer.pk, "refuse": number % REFUSED_EVERY == 0},
            subject=f"faults:{number}",
            requested_by=office.officer,
            queued_at=now,
            not_before=now,
        )
        for number in range(WANTED)
    )


def wait_for_all(pack: Pack, *, kill: bool) -> None:
    """Wait until all have ended; the worker is killed each time it has ended another few jobs, while it does others."""
    began = time.monotonic()
    mine = Job.objects.filter(kind="faults.tell")
    next_kill = pack.dice.randint(*KILL_AFTER)
    while (ended := mine.filter(state__in=ENDED).count()) < WANTED:
        time.sleep(0.05)
        if kill and ended >= next_kill:
            pack.kill_one("worker")
            next_kill = ended + pack.dice.randint(*KILL_AFTER)
        assert time.monotonic() - began < 200 + WANTED, f"{WANTED - ended} jobs never ended"


def test_every_job_has_its_effect_exactly_once(pack: Pack, office: Office) -> None:
    jobs = ask(office)
    pack.start("beat")
    pack.start("worker")
    wait_for_all(pack, kill=True)

    refused = {job.pk for job in jobs if job.arguments["refuse"]}
    effects = Counter(facts["job"] for facts in Notice.objects.filter(kind="faults").values_list("facts", flat=True))
    assert set(effects) == {job.pk for job in jobs} - refused
    assert set(effects.values()) == {1}
    failed = Job.objects.filter(kind="faults.tell", state=JobState.FAILED)
    assert {job.pk for job in failed} == refused
    assert set(failed.values_list("reason", flat=True)) == {"Tệp này không đọc được."}
    again = Job.objects.filter(kind="faults.tell", attempts__gt=1).count()
    print(f"{WANTED} jobs, {pack.killed} kills, {again} taken up again")  # noqa: T201
    assert pack.killed >= 1

    # what failed is repeated, and ends once more
    one = failed.order_by("pk").first()
    assert one is not None
    Job.objects.filter(pk=one.pk).update(arguments=one.arguments | {"refuse": False})
    services.repeat(job=one, by=office.officer)
    wait_for_all(pack, kill=False)
    assert Notice.objects.filter(kind="faults", facts__job=one.pk).count() == 1
    assert pack.stop() == []
