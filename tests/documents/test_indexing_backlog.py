"""What waits after the engine was away: one message is enough to carry all of it, a full load at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import transaction

from edocs.documents import index_care, indexing
from edocs.documents import jobs as document_jobs
from edocs.jobs import services
from edocs.jobs.lanes import Lane
from edocs.jobs.models import Job, JobState
from edocs.jobs.registry import kinds
from tests.factories import Office, incoming

pytestmark = pytest.mark.django_db(transaction=True)

LOAD = 4  # the job itself and three with it


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What is handed to the broker."""
    sent: list[int] = []

    def send(*numbers: int, lane: Lane) -> None:
        sent.extend(numbers)

    monkeypatch.setattr(services, "send", send)
    monkeypatch.setattr(document_jobs, "TOGETHER", LOAD - 1)
    return sent


def waiting(office: Office, count: int) -> list[int]:
    """So many changes that the index has not heard of; their numbers, the oldest first."""
    for number in range(count):
        incoming(office, number=str(number + 1))
    return list(Job.objects.filter(kind=indexing.INDEX).order_by("id").values_list("pk", flat=True))


def states() -> set[str]:
    return set(Job.objects.filter(kind=indexing.INDEX).values_list("state", flat=True))


def test_one_message_carries_all_that_waits(office: Office, messages: list[int]) -> None:
    jobs = waiting(office, 3 * LOAD + 2)
    messages.clear()  # those of then were used up while the engine was away
    services.run(jobs[0])
    carried = [len(Job.objects.filter(kind=indexing.INDEX, state=JobState.DONE))]
    while messages:
        services.run(messages.pop(0))
        carried.append(len(Job.objects.filter(kind=indexing.INDEX, state=JobState.DONE)))
    assert carried == [LOAD, 2 * LOAD, 3 * LOAD, 3 * LOAD + 2]
    assert states() == {JobState.DONE}
    assert not index_care.compare()


def test_nobody_is_called_when_little_waits(office: Office, messages: list[int]) -> None:
    jobs = waiting(office, LOAD)
    messages.clear()
    services.run(jobs[0])
    assert (messages, states()) == ([], {JobState.DONE})


def test_what_is_not_due_yet_is_not_called(office: Office, messages: list[int]) -> None:
    jobs = waiting(office, LOAD + 1)
    messages.clear()
    Job.objects.filter(pk=jobs[-1]).update(not_before="2100-01-01T00:00Z")
    services.run(jobs[0])
    assert messages == []


def test_a_change_made_while_its_document_is_carried_is_carried_again(office: Office, messages: list[int]) -> None:
    """Whoever claimed the job has read the document already: the change needs one of its own, and gets it."""
    document = incoming(office, number="1", summary="V/v việc cũ")
    (job,) = Job.objects.filter(kind=indexing.INDEX)
    claimed = services.claim(job.pk)
    assert claimed is not None
    with transaction.atomic():
        type(document).objects.filter(pk=document.pk).update(summary="V/v việc mới")
        indexing.follow([document.pk])
    later = Job.objects.get(kind=indexing.INDEX, state=JobState.WAITING)
    services.run(later.pk)
    assert later.pk in messages
    assert not index_care.compare()


def test_beat_sends_one_message_for_each_load(
    office: Office, messages: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the engine is away for hours, messages would pile up faster than they are taken."""
    jobs = waiting(office, 2 * LOAD + 1)
    Job.objects.update(queued_at="2026-01-01T00:00Z", sent_at=None)
    Job.objects.filter(pk=jobs[1]).update(attempts=1)  # its worker was lost: it is done by itself
    Job.objects.exclude(kind=indexing.INDEX).delete()
    monkeypatch.setitem(kinds, indexing.INDEX, replace(kinds[indexing.INDEX], load=LOAD))
    messages.clear()
    assert services.resend_due() == 3
    assert messages == [jobs[0], jobs[1], jobs[LOAD + 1]]
    assert services.resend_due() == 0
    while messages:
        services.run(messages.pop(0))
    assert states() == {JobState.DONE}
