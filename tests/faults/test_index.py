"""The index under fire: whoever writes it dies, its disk fills up; afterwards it is what the database says.

``EDOCS_FAULT_CHANGES=10000`` is the full run.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from edocs.documents import index_care, indexing
from edocs.documents.models import Document, Withdrawal
from edocs.jobs import services
from edocs.jobs.models import Job, JobState
from edocs.office.queries import tokens_of
from tests.factories import Office, incoming
from tests.faults.conftest import Pack

WANTED = int(os.environ.get("EDOCS_FAULT_CHANGES", "300"))
KILL_EVERY = (1.0, 4.0)  # seconds; a worker needs about two to start

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300 + WANTED)]
OPEN = (JobState.WAITING, JobState.RUNNING)


def changes() -> int:
    """How many changes the index was to follow."""
    return Job.objects.filter(kind=indexing.INDEX).count()


def wait_for_the_index() -> None:
    """Until no change is under way."""
    began = time.monotonic()
    while left := Job.objects.filter(kind=indexing.INDEX, state__in=OPEN).count():
        assert time.monotonic() - began < 120 + WANTED / 10, f"{left} changes never came into the index"
        time.sleep(0.2)


def test_the_index_follows_though_its_writers_are_killed(pack: Pack, office: Office, settings: Any) -> None:
    settings.SEARCH_DIR = Path(pack.environment["VAR_DIR"]) / "search"
    pack.start("beat")
    pack.start("worker", 2)
    pack.start("change", 2)
    began = time.monotonic()
    next_kill = began + 4
    while changes() < WANTED:
        time.sleep(0.1)
        if time.monotonic() > next_kill:
            pack.kill_one("worker")
            next_kill = time.monotonic() + pack.dice.uniform(*KILL_EVERY)
        assert time.monotonic() - began < 200 + WANTED, f"only {changes()} changes after all this time"
    for process in pack.running.pop("change"):
        process.terminate()
        process.wait(30)
    for _kill in range(2):  # while only the index is still being written
        time.sleep(2)
        pack.kill_one("worker")
    wait_for_the_index()
    assert pack.stop() == []
    found = index_care.compare()
    print(f"{changes()} changes, {Document.objects.count()} documents, {pack.killed} kills")  # noqa: T201
    assert pack.killed >= 3
    assert found.all == []
    assert found.compared > 0
    assert not Withdrawal.objects.exists()
    assert not Job.objects.filter(kind=indexing.INDEX, state=JobState.FAILED).exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        pytest.skip("needs to mount a small disk (run as root)")
    yield place
    indexing._engine.cache_clear()
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.django_db
def test_a_full_disk_loses_no_change_and_the_rest_goes_on(office: Office, small_disk: Path, settings: Any) -> None:
    settings.SEARCH_DIR = small_disk / "search"
    first = incoming(office, number="1", summary="V/v việc đầu tiên")
    _run_index()
    room = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
    filler = small_disk / "filler"
    filler.write_bytes(b"\0" * (room - 8192))
    later = [incoming(office, number=str(n), summary=f"V/v việc sau {n} " + "quản lý " * 40) for n in range(2, 12)]
    for _round in range(3):
        _run_index()
    waiting = Job.objects.filter(kind=indexing.INDEX, state=JobState.WAITING)
    assert waiting.count() == len(later)  # nothing failed for good, nothing was lost
    assert "EngineUnavailable" in waiting.first().reason  # type: ignore[union-attr]
    # what was there is still found, and registering went on all the time
    page = indexing.engine().search("viec dau tien", tokens_of(office.clerk))
    assert [int(hit.id) for hit in page.hits][:1] == [first.pk]
    filler.unlink()
    _run_index()
    assert not index_care.compare().all
    assert indexing.engine().count() == 1 + len(later)


def _run_index() -> None:
    """What workers do when the time of each has come."""
    Job.objects.filter(kind=indexing.INDEX).update(not_before=timezone.now())
    for number in list(Job.objects.filter(kind=indexing.INDEX, state=JobState.WAITING).values_list("pk", flat=True)):
        services.run(number)
