"""The index under fire: whoever writes it dies, its engine fails; afterwards it is what the database says.

``EDOCS_FAULT_CHANGES=10000`` is the full run, with an Elasticsearch of its own that is killed in the middle and stays
away for a minute; in a short one the way to the server is cut.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone

from edocs.documents import index_care, indexing
from edocs.documents.models import Document, Withdrawal
from edocs.documents.services.registering import cancel_registration
from edocs.jobs import services
from edocs.jobs.models import Job, JobState
from edocs.office.queries import tokens_of
from search import IndexDocument, Sort
from tests.factories import Office, incoming
from tests.faults.conftest import Pack
from tests.faults.engines import Embedded, Failing, failing

WANTED = int(os.environ.get("EDOCS_FAULT_CHANGES", "200"))
FULL = 2_000
AWAY = 60.0 if WANTED >= FULL else 0.0  # seconds, at least, that the engine fails
KILL_EVERY = (1.0, 4.0)  # seconds
FEWEST_KILLS = 3

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300 + WANTED)]
OPEN = (JobState.WAITING, JobState.RUNNING)


def changes() -> int:
    """How many changes the index was to follow; several of one document that wait together have one job."""
    counted = Document.objects.aggregate(made=Count("pk"), changed=Sum("revision"))
    return int(counted["made"] + (counted["changed"] or 0))


class Killer:
    """Kills a worker every few seconds, but only when work was done since the last time: starting takes a while."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._last = timezone.now()
        self.next = time.monotonic() + KILL_EVERY[0]

    def look(self) -> bool:
        """Whether one was killed now."""
        begun = Job.objects.filter(kind=indexing.INDEX, started_at__gt=self._last)
        if time.monotonic() < self.next or not begun.exists():
            return False
        self._pack.kill_one("worker")
        self._last = timezone.now()
        self.next = time.monotonic() + self._pack.dice.uniform(*KILL_EVERY)
        return True


def leave_off(pack: Pack) -> None:
    """Nothing is changed any more."""
    for process in pack.running.pop("change", []):
        process.terminate()
        process.wait(30)


def wait_for_the_index() -> None:
    """Until no change is under way."""
    began = time.monotonic()
    while left := Job.objects.filter(kind=indexing.INDEX, state__in=OPEN).count():
        assert time.monotonic() - began < 120 + WANTED / 10, f"{left} changes never came into the index"
        time.sleep(0.2)


@pytest.fixture(params=["tantivy", "elasticsearch"])
def engine(request: pytest.FixtureRequest, pack: Pack, tmp_path: Path, settings: Any) -> Iterator[Failing]:
    """The engine that the test and its processes use."""
    made = failing(request.param, tmp_path, size=(32 << 20) + 40_000 * WANTED, killed=WANTED >= FULL)
    # thousands wait here: sent again every two seconds, they would bury the queue under their messages
    pack.environment |= made.environment | {"JOB_RESEND_SECONDS": "10"}
    for name, value in made.environment.items():
        setattr(settings, name, value)
    yield made
    made.close()


def test_the_index_follows_though_its_writers_are_killed_and_the_engine_fails(
    pack: Pack, office: Office, engine: Failing
) -> None:
    pack.start("beat")
    pack.start("worker", 2)
    pack.start("change", 2)
    began = time.monotonic()
    killer = Killer(pack)
    followed = Job.objects.filter(kind=indexing.INDEX, state=JobState.DONE)
    met = 0  # changes that met the failing engine
    ahead, failed = [engine.recover, engine.fail], 0.0
    while ahead or changes() < WANTED or pack.killed < FEWEST_KILLS:
        time.sleep(0.1)
        if len(ahead) == 2 and changes() >= WANTED // 3 and followed.exists():
            ahead.pop()()
            failed = time.monotonic()
        elif len(ahead) == 1:
            met = max(met, Job.objects.filter(kind=indexing.INDEX, reason__startswith="Engine").count())
            if met and changes() >= WANTED * 2 // 3 and time.monotonic() - failed >= AWAY:
                ahead.pop()()
                failed = time.monotonic() - failed
        killer.look()
        assert time.monotonic() - began < 200 + WANTED, (
            f"after all this time {changes()} changes, {pack.killed} kills, {met} met the failing engine, still ahead: "
            f"{len(ahead)}; jobs: {list(Job.objects.values_list('state', 'reason').annotate(Count('pk')))}"
        )
    leave_off(pack)
    for _kill in range(2):  # while only the index is still being written
        killer.next = time.monotonic() + 1
        while not killer.look() and Job.objects.filter(kind=indexing.INDEX, state__in=OPEN).exists():
            time.sleep(0.05)
    changed = time.monotonic()
    wait_for_the_index()
    said = (
        f"{changes()} changes of {Document.objects.count()} documents in {changed - began:.0f} s, {pack.killed} kills"
    )
    said = f"{said}, the engine failed for {failed:.0f} s"
    print(f"{said}, {met} met a failing engine, caught up in {time.monotonic() - changed:.0f} s more")  # noqa: T201
    assert pack.stop() == []
    found = index_care.compare()
    assert found.all == []
    assert found.compared > 0
    assert not Withdrawal.objects.exists()
    assert not Job.objects.filter(kind=indexing.INDEX, state=JobState.FAILED).exists()


def test_building_anew_goes_on_after_every_kill_and_misses_no_change(
    pack: Pack, office: Office, engine: Failing
) -> None:
    documents = [incoming(office, number=str(n), summary=f"V/v biên chế lần {n}") for n in range(1, 61)]
    _run_index()
    left_over = IndexDocument(id="999999", summary="quokka", tokens=["r:clerk"])
    indexing.engine().index([left_over])  # only the old index has it: whoever finds it asks the old one
    told = pack.stop_file.with_name("built")
    pack.start("rebuild")
    for stage, target in enumerate((15, 30, 45)):
        began = time.monotonic()
        while not told.exists() or int(told.read_text()) < target:
            time.sleep(0.01)
            assert time.monotonic() - began < 60, "the building never came so far"
        pack.kill_one("rebuild")
        assert int(told.read_text()) < len(documents)
        told.unlink()
        assert _finds(office, "quokka") == {999_999}
        # one that was built already is changed, one that was not, one is new, one goes
        for one in (documents[stage], documents[-1 - stage]):
            with transaction.atomic():
                Document.objects.filter(pk=one.pk).update(summary=f"V/v biên chế đổi {stage}")
                indexing.follow([one.pk])
        new = incoming(office, number=f"9{stage}", summary=f"V/v biên chế mới {stage}")
        gone = documents[20 + stage]
        cancel_registration(document=gone, reason="Vào sổ nhầm", by=office.clerk)
        _run_index()
        found = _finds(office, "bien che")
        assert new.pk in found
        assert gone.pk not in found
    (last,) = pack.running["rebuild"]
    assert last.wait(60) == 0
    assert not indexing.engine().rebuilding
    assert _finds(office, "quokka") == set()
    assert not index_care.compare().all
    assert indexing.engine().count() == len(documents)


def _finds(office: Office, words: str) -> set[int]:
    """What fits all the words, by number."""
    page = indexing.engine().search(words, tokens_of(office.clerk), sort=Sort.DATE, limit=200)
    return {int(hit.id) for hit in page.hits}


@pytest.fixture
def small_disk(tmp_path: Path, settings: Any) -> Iterator[Embedded]:
    """An engine on a disk of one megabyte."""
    disk = Embedded(tmp_path / "small", 1 << 20)
    settings.SEARCH_DIR = disk.folder
    yield disk
    disk.close()


@pytest.mark.django_db
def test_a_full_disk_loses_no_change_and_the_rest_goes_on(office: Office, small_disk: Embedded) -> None:
    first = incoming(office, number="1", summary="V/v việc đầu tiên")
    _run_index()
    small_disk.fail()
    later = [incoming(office, number=str(n), summary=f"V/v việc sau {n} " + "quản lý " * 40) for n in range(2, 12)]
    for _round in range(3):
        _run_index()
    waiting = Job.objects.filter(kind=indexing.INDEX, state=JobState.WAITING)
    assert waiting.count() == len(later)  # nothing failed for good, nothing was lost
    assert "EngineUnavailable" in waiting.first().reason  # type: ignore[union-attr]
    # what was there is still found, and registering went on all the time
    page = indexing.engine().search("viec dau tien", tokens_of(office.clerk))
    assert [int(hit.id) for hit in page.hits][:1] == [first.pk]
    small_disk.recover()
    _run_index()
    assert not index_care.compare().all
    assert indexing.engine().count() == 1 + len(later)


def _run_index() -> None:
    """What workers do when the time of each has come."""
    Job.objects.filter(kind=indexing.INDEX).update(not_before=timezone.now())
    for number in list(Job.objects.filter(kind=indexing.INDEX, state=JobState.WAITING).values_list("pk", flat=True)):
        services.run(number)
