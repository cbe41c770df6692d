"""Later work: asked for in the transaction that needs it, claimed by lease, done once, failures seen and repeated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.jobs import queries, services
from edocs.jobs.lanes import Lane
from edocs.jobs.models import Job, JobState, Pulse
from edocs.jobs.registry import Finish, job, kinds, periodic
from edocs.journal.models import Event
from edocs.office.models import Notice
from edocs.office.services import tell
from tests.factories import Office

DONE: list[int] = []


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    """A kind of job whose effect is one notice; taken away afterwards."""

    @job("test.tell", attempts=2)
    def tell_once(one: Job) -> Finish:
        return lambda: tell([one.arguments["person"]], "test", facts={"job": one.pk})

    DONE.clear()
    before = dict(kinds), dict(periodic)
    yield
    kinds.clear()
    kinds.update({name: kept for name, kept in before[0].items() if not name.startswith("test.")})
    periodic.clear()
    periodic.update(before[1])


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers handed to the broker."""
    numbers: list[int] = []
    monkeypatch.setattr(services, "send", lambda *some, lane: numbers.extend(some))
    return numbers


def wanted(office: Office, **more: Any) -> Job:
    return services.enqueue("test.tell", arguments={"person": office.officer.pk}, by=office.officer, **more)


def effects() -> int:
    return Notice.objects.filter(kind="test").count()


# --- asking ---------------------------------------------------------------------------------------------------------
def test_a_transaction_that_is_rolled_back_leaves_no_job(
    office: Office, sent: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    def ask_and_refuse() -> None:
        with transaction.atomic():
            wanted(office)
            raise Invalid("no")

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Invalid):
        ask_and_refuse()
    assert not Job.objects.filter(kind="test.tell").exists()
    assert sent == []


def test_a_job_is_sent_only_after_its_transaction(
    office: Office, sent: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        row = wanted(office)
        assert sent == []
    assert sent == [row.pk]


def test_a_delayed_job_is_left_to_beat(
    office: Office, sent: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = wanted(office, delay=60)
    assert sent == []
    services.run(row.pk)
    row.refresh_from_db()
    assert row.state == JobState.WAITING


def test_once_is_enough_while_it_waits(office: Office) -> None:
    first = wanted(office, subject="document:1", once=True)
    assert wanted(office, subject="document:1", once=True) == first
    assert wanted(office, subject="document:2", once=True) != first
    services.claim(first.pk)
    again = wanted(office, subject="document:1", once=True)
    assert again != first, "what runs may have read the old state already"


def test_one_transaction_is_one_message_for_each_kind(
    office: Office, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    job("test.other")(lambda one: None)
    messages: list[tuple[int, ...]] = []
    monkeypatch.setattr(services, "send", lambda *some, lane: messages.append(some))
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        rows = [wanted(office, subject=f"document:{number}") for number in range(30)]
        other = services.enqueue("test.other", subject="document:1")
    numbers = [row.pk for row in rows]
    assert messages == [tuple(numbers[:25]), tuple(numbers[25:]), (other.pk,)]


def test_what_a_savepoint_takes_back_is_asked_for_again(
    office: Office, sent: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    def ask_and_refuse() -> None:
        with transaction.atomic():
            wanted(office, subject="document:1", once=True)
            raise Invalid("no")

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        with pytest.raises(Invalid):
            ask_and_refuse()
        row = wanted(office, subject="document:1", once=True)
        assert wanted(office, subject="document:1", once=True) == row
    assert Job.objects.filter(kind="test.tell").count() == 1
    assert sent == [row.pk]


def test_a_transaction_looks_for_a_waiting_job_once(office: Office, django_assert_num_queries: Any) -> None:
    with transaction.atomic():
        wanted(office, subject="document:1", once=True)
        with django_assert_num_queries(0):
            wanted(office, subject="document:1", once=True)
        with django_assert_num_queries(2):
            wanted(office, subject="document:2", once=True)


def test_a_broker_that_is_away_loses_nothing(office: Office, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from edocs.jobs.tasks import run_job

    def away(*_args: object, **_more: object) -> None:
        raise run_job.OperationalError("connection refused")

    monkeypatch.setattr(run_job, "apply_async", away)
    row = wanted(office)
    services.send(row.pk, lane=Lane.NOW)
    Job.objects.filter(pk=row.pk).update(queued_at=timezone.now() - dt.timedelta(minutes=1))
    numbers: list[int] = []
    monkeypatch.setattr(services, "send", lambda *some, lane: numbers.extend(some))
    assert services.resend_due() == 1
    assert numbers == [row.pk]


def test_what_was_sent_is_not_sent_again_each_round(office: Office, sent: list[int], settings: Any) -> None:
    settings.JOB_RESEND_SECONDS = 120
    row = wanted(office)
    later = timezone.now() - dt.timedelta(minutes=1)
    Job.objects.filter(pk=row.pk).update(queued_at=later, not_before=later, sent_at=later)
    assert services.resend_due() == 0
    assert services.resend_due(all_that_wait=True) == 1, "a worker that starts takes what its predecessor held"
    Job.objects.filter(pk=row.pk).update(sent_at=timezone.now() - dt.timedelta(seconds=121))
    assert (services.resend_due(), services.resend_due()) == (1, 0)
    assert sent == [row.pk, row.pk]


def test_what_was_put_off_is_sent_when_its_time_comes(office: Office, sent: list[int]) -> None:
    row = wanted(office)
    moment = timezone.now()
    Job.objects.filter(pk=row.pk).update(
        queued_at=moment - dt.timedelta(minutes=1),
        sent_at=moment - dt.timedelta(minutes=1),
        not_before=moment - dt.timedelta(seconds=1),
    )
    assert (services.resend_due(), services.resend_due()) == (1, 0)


# --- claiming -------------------------------------------------------------------------------------------------------
def test_a_job_is_claimed_once(office: Office) -> None:
    row = wanted(office)
    assert services.claim(row.pk) is not None
    assert services.claim(row.pk) is None


def test_an_expired_lease_is_taken_again_and_sent_again(office: Office, sent: list[int], settings: Any) -> None:
    row = wanted(office)
    first = services.claim(row.pk)
    ended = timezone.now() - dt.timedelta(seconds=1)
    Job.objects.filter(pk=row.pk).update(lease_until=ended, sent_at=ended - dt.timedelta(minutes=2))
    assert (services.resend_due(), services.resend_due()) == (1, 0)
    assert sent == [row.pk]
    second = services.claim(row.pk)
    assert first is not None
    assert second is not None
    assert first.lease != second.lease
    assert second.attempts == 2


def test_progress_prolongs_the_lease(office: Office) -> None:
    claimed = services.claim(wanted(office).pk)
    assert claimed is not None
    Job.objects.filter(pk=claimed.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    services.report_progress(claimed, 3, 9)
    fresh = Job.objects.get(pk=claimed.pk)
    assert (fresh.progress, fresh.total) == (3, 9)
    assert fresh.lease_until > timezone.now()
    assert services.resend_due() == 0


# --- doing once -----------------------------------------------------------------------------------------------------
def test_the_result_is_written_with_the_mark_done(office: Office) -> None:
    row = wanted(office)
    services.run(row.pk)
    services.run(row.pk)
    row.refresh_from_db()
    assert (row.state, effects()) == (JobState.DONE, 1)


def test_two_workers_with_the_same_job_write_one_result(office: Office) -> None:
    row = wanted(office)
    runs: list[int] = []

    @job("test.tell")
    def slow(one: Job) -> Finish:
        runs.append(one.pk)
        if len(runs) == 1:
            # this worker is so slow that its lease runs out and another one does the job meanwhile
            Job.objects.filter(pk=one.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))
            services.run(one.pk)
        return lambda: tell([one.arguments["person"]], "test", facts={"job": one.pk})

    services.run(row.pk)
    assert runs == [row.pk, row.pk]
    assert effects() == 1


def test_a_result_that_cannot_be_written_leaves_no_trace_of_it(office: Office) -> None:
    @job("test.tell", attempts=1)
    def half(one: Job) -> Finish:
        def finish() -> None:
            tell([one.arguments["person"]], "test", facts={})
            raise RuntimeError("the disk is full")

        return finish

    row = wanted(office)
    services.run(row.pk)
    row.refresh_from_db()
    assert (row.state, effects()) == (JobState.FAILED, 0)
    assert row.reason == "RuntimeError: the disk is full"


def test_jobs_done_together_end_together(office: Office) -> None:
    @job("test.tell")
    def many(one: Job) -> Finish:
        people = [other.arguments["person"] for other in [one, *services.claim_more(one, 10)]]
        return lambda: [tell([number], "test", facts={}) for number in people][-1]

    rows = [wanted(office, subject=f"document:{number}") for number in range(4)]
    services.run(rows[0].pk)
    assert set(Job.objects.filter(kind="test.tell").values_list("state", flat=True)) == {JobState.DONE}
    assert effects() == 4


def test_jobs_taken_along_wait_again_with_the_one_that_cannot_be_done_yet(office: Office, sent: list[int]) -> None:
    @job("test.tell")
    def later(one: Job) -> None:
        services.claim_more(one, 10)
        raise services.Postpone(30, "the engine is away")

    rows = [wanted(office, subject=f"document:{number}") for number in range(3)]
    services.run(rows[0].pk)
    kept = Job.objects.filter(kind="test.tell")
    assert set(kept.values_list("state", "attempts", "lease_until")) == {(JobState.WAITING, 0, None)}


def test_jobs_taken_along_by_one_that_fails_are_sent_by_themselves(office: Office, sent: list[int]) -> None:
    @job("test.tell", attempts=1)
    def broken(one: Job) -> None:
        services.claim_more(one, 10)
        raise ValueError("no")

    rows = [wanted(office, subject=f"document:{number}") for number in range(3)]
    services.run(rows[0].pk)
    long_ago = timezone.now() - dt.timedelta(minutes=1)
    Job.objects.filter(kind="test.tell").update(queued_at=long_ago, not_before=long_ago)
    assert services.resend_due() == 2
    assert sent == [rows[1].pk, rows[2].pk]


def test_a_job_that_ends_its_worker_each_time_is_left_alone(office: Office, sent: list[int]) -> None:
    ran: list[int] = []
    told: list[str] = []

    @job("test.tell", attempts=2, on_failure=lambda one, reason: told.append(reason))
    def count(one: Job) -> None:
        ran.append(one.pk)

    row = wanted(office)
    for _loss in range(services.MOST_LOSSES):
        assert services.claim(row.pk) is not None  # and then the worker ends, without a word
        Job.objects.filter(pk=row.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    services.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.code, ran) == (JobState.FAILED, "worker_lost", [])
    assert told == [row.reason]
    assert str(services.MOST_LOSSES) in row.reason
    services.repeat(job=row, by=office.officer)
    services.run(row.pk)
    row.refresh_from_db()
    assert (row.state, ran) == (JobState.DONE, [row.pk])


def test_a_job_that_lost_its_worker_takes_no_others_along(office: Office) -> None:
    rows = [wanted(office, subject=f"document:{number}") for number in range(3)]
    services.claim(rows[0].pk)
    Job.objects.filter(pk=rows[0].pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    again = services.claim(rows[0].pk)
    assert again is not None
    assert services.claim_more(again, 10) == []


# --- failing --------------------------------------------------------------------------------------------------------
def test_an_unexpected_error_is_tried_again_later_and_then_seen(office: Office) -> None:
    told: list[tuple[str, str]] = []

    def on_failure(one: Job, reason: str) -> None:
        told.append((one.code, reason))

    @job("test.tell", attempts=2, on_failure=on_failure)
    def broken(_one: Job) -> None:
        raise ValueError("no such page")

    row = wanted(office)
    services.run(row.pk)
    row.refresh_from_db()
    assert row.state == JobState.WAITING
    assert row.not_before > timezone.now()
    assert told == []
    Job.objects.filter(pk=row.pk).update(not_before=timezone.now())
    services.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.code, row.reason) == (JobState.FAILED, "error", "ValueError: no such page")
    assert told == [("error", "ValueError: no such page")]


def test_a_refusal_fails_at_once_with_its_sentence(office: Office) -> None:
    @job("test.tell", attempts=5)
    def refused(_one: Job) -> None:
        raise Invalid("Chứng thư đã hết hạn.", code="certificate_expired")

    row = wanted(office)
    services.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.code) == (JobState.FAILED, "certificate_expired")
    assert row.reason == "Chứng thư đã hết hạn."


def test_postponed_is_not_an_attempt(office: Office) -> None:
    @job("test.tell", attempts=1)
    def later(_one: Job) -> None:
        raise services.Postpone(30, "the time stamp does not answer")

    row = wanted(office)
    for _round in range(3):
        services.run(row.pk)
        row.refresh_from_db()
        assert (row.state, row.attempts, row.reason) == (JobState.WAITING, 0, "the time stamp does not answer")
        assert row.not_before > timezone.now() + dt.timedelta(seconds=25)
        Job.objects.filter(pk=row.pk).update(not_before=timezone.now())


def test_a_kind_that_nobody_knows_fails_visibly(office: Office) -> None:
    row = wanted(office)
    Job.objects.filter(pk=row.pk).update(kind="test.gone")
    services.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.code) == (JobState.FAILED, "unknown_kind")


def test_a_failed_job_is_repeated_by_its_person_or_an_administrator(office: Office, sent: list[int]) -> None:
    row = wanted(office)
    with pytest.raises(WrongState):
        services.repeat(job=row, by=office.admin)
    Job.objects.filter(pk=row.pk).update(state=JobState.FAILED, reason="x", code="error", attempts=2)
    with pytest.raises(NotPermitted):
        services.repeat(job=row, by=office.stranger)
    services.repeat(job=row, by=office.officer)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (JobState.WAITING, 0)
    assert Event.objects.get(verb="job.repeat").before == {"code": "error", "reason": "x"}
    services.run(row.pk)
    assert effects() == 1


# --- what beat does -------------------------------------------------------------------------------------------------
def test_periodic_kinds_are_asked_for_when_their_time_has_come(office: Office) -> None:
    periodic.clear()
    periodic["test.tell"] = 3600
    services.plan_periodic()
    services.plan_periodic()
    assert Job.objects.filter(kind="test.tell").count() == 1
    Job.objects.filter(kind="test.tell").update(queued_at=timezone.now() - dt.timedelta(hours=2), state=JobState.DONE)
    services.plan_periodic()
    assert Job.objects.filter(kind="test.tell").count() == 2


def test_a_silent_worker_is_noticed_when_work_waits(office: Office) -> None:
    assert not queries.worker_is_silent()
    row = wanted(office)
    Job.objects.filter(pk=row.pk).update(not_before=timezone.now() - dt.timedelta(minutes=2))
    assert queries.worker_is_silent()
    services.beat_pulse(*Lane)
    assert not queries.worker_is_silent()
    Pulse.objects.update(at=timezone.now() - dt.timedelta(minutes=5))
    assert queries.worker_is_silent()


def test_counts_tell_every_state(office: Office) -> None:
    wanted(office)
    services.run(wanted(office, subject="b").pk)
    found = queries.counts()
    assert (found["waiting"], found["done"], found["failed"]) == (1, 1, 0)


def test_jobs_done_long_ago_are_deleted_and_failures_kept(office: Office, settings: Any) -> None:
    periodic.clear()
    periodic["test.tell"] = 86_400 * 60
    old, young = timezone.now() - dt.timedelta(days=31), timezone.now() - dt.timedelta(days=29)
    kept = {}
    for name, kind, state, ended, queued in (
        ("old", "test.gone", JobState.DONE, old, old),
        ("cancelled", "test.gone", JobState.CANCELLED, old, old),
        ("failed", "test.gone", JobState.FAILED, old, old),
        ("waiting", "test.gone", JobState.WAITING, None, old),
        ("young", "test.gone", JobState.DONE, young, young),
        ("newest of a periodic kind", "test.tell", JobState.DONE, old, old),
    ):
        row = Job.objects.create(kind=kind, state=state, finished_at=ended, queued_at=queued, not_before=queued)
        kept[row.pk] = name
    settings.JOB_KEEP_DAYS = 0
    assert services.clean() == 0
    settings.JOB_KEEP_DAYS = 30
    services.run(services.enqueue("jobs.clean").pk)
    left = {kept[pk] for pk in Job.objects.filter(pk__in=kept).values_list("pk", flat=True)}
    assert left == {"failed", "waiting", "young", "newest of a periodic kind"}
