"""Lanes: what people wait for never stands behind what can wait."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from edocs.jobs import queries, services
from edocs.jobs.handing import held_back
from edocs.jobs.lanes import Lane
from edocs.jobs.models import Job
from tests.factories import Office


def test_what_can_wait_is_never_before_what_people_wait_for(
    office: Office, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    """A thousand files to be read and a seal go through different queues, now and when they are sent again."""
    lanes: dict[int, str] = {}
    monkeypatch.setattr(services, "send", lambda *some, lane: lanes.update(dict.fromkeys(some, lane)))
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        kinds_of = {name: services.enqueue(name).pk for name in ("workflow.seal", "documents.read", "documents.ocr")}
    expected = {"workflow.seal": Lane.NOW, "documents.read": Lane.READ, "documents.ocr": Lane.LATER}
    assert {name: lanes[number] for name, number in kinds_of.items()} == expected
    lanes.clear()
    Job.objects.update(queued_at=timezone.now() - dt.timedelta(minutes=1))
    services.resend_due(all_that_wait=True)
    assert {name: lanes[number] for name, number in kinds_of.items()} == expected


def test_each_lane_shows_by_itself_whether_somebody_is_there(office: Office) -> None:
    services.enqueue("documents.read")
    Job.objects.update(not_before=timezone.now() - dt.timedelta(minutes=2))
    services.beat_pulse(Lane.NOW, Lane.INDEX)
    assert queries.silent_lanes() == [Lane.READ]
    services.claim(services.enqueue("documents.read", subject="a long one").pk)
    assert queries.silent_lanes() == [], "somebody holds a job of this lane"


def test_what_is_done_at_once_is_handed_to_nobody_else(
    office: Office, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    """The teller of the demonstration's past signs by itself; a worker that was quicker had no consent for it."""
    sent: list[int] = []
    monkeypatch.setattr(services, "send", lambda *some, lane: sent.extend(some))
    with django_capture_on_commit_callbacks(execute=True), held_back("workflow.sign"), transaction.atomic():
        services.enqueue("workflow.sign")
        other = services.enqueue("documents.read")
    assert sent == [other.pk]
