"""Pages of the house: who sees which jobs, what health says when parts are away, how people leave."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from edocs.documents.models import Blob
from edocs.documents.storage import path_of
from edocs.jobs import services as job_services
from edocs.jobs.lanes import Lane
from edocs.jobs.models import Job, JobState, Pulse
from edocs.jobs.queries import BEAT
from edocs.jobs.services import beat_pulse
from edocs.journal.models import Event
from edocs.journal.services import record, seal_pending
from edocs.office.models import Person, Unit
from edocs.web.house import health, probes
from edocs.workflow.models import Assignment
from edocs.workflow.services.handling import submit_to_leader
from tests.factories import Office, blob, incoming


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def failed_job(by: Person, reason: str = "Tệp hỏng") -> Job:
    now = timezone.now()
    return Job.objects.create(
        kind="documents.export",
        arguments={"export": 0},
        subject="export:0",
        state=JobState.FAILED,
        requested_by=by,
        queued_at=now,
        not_before=now,
        finished_at=now,
        attempts=2,
        reason=reason,
        code="error",
    )


@pytest.fixture(autouse=True)
def _asked_anew() -> None:
    health.machine.forget()


# --- jobs -----------------------------------------------------------------------------------------------------------
def test_a_failed_job_shows_its_reason_and_is_repeated_from_the_page(office: Office) -> None:
    job = failed_job(office.officer)
    client = client_of(office.admin)
    page = client.get("/jobs/?state=failed")
    assert "Tệp hỏng" in page.content.decode()
    assert office.officer.full_name in page.content.decode()
    answer = client.post(f"/jobs/{job.pk}/repeat/", {"next": "/jobs/?state=failed"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/jobs/?state=failed")
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.WAITING, 0)
    assert Event.objects.get(verb="job.repeat").person == office.admin


def test_people_see_and_repeat_their_own_jobs_only(office: Office) -> None:
    own, other = failed_job(office.officer, "của tôi"), failed_job(office.clerk, "của người khác")
    client = client_of(office.officer)
    page = client.get("/jobs/").content.decode()
    assert "của tôi" in page
    assert "của người khác" not in page
    assert client.post(f"/jobs/{other.pk}/repeat/").status_code == 404
    assert client.post(f"/jobs/{own.pk}/repeat/").status_code == 302


def test_a_job_that_runs_again_already_is_not_repeated_twice(office: Office) -> None:
    job = failed_job(office.officer)
    client = client_of(office.officer)
    assert client.post(f"/jobs/{job.pk}/repeat/").status_code == 302
    assert client.post(f"/jobs/{job.pk}/repeat/").status_code == 409


def test_the_address_after_repeating_stays_in_this_office(office: Office) -> None:
    job = failed_job(office.officer)
    answer = client_of(office.officer).post(f"/jobs/{job.pk}/repeat/", {"next": "//elsewhere.example/"})
    assert answer.headers["Location"] == "/jobs/"


def test_jobs_are_paged_by_key_with_the_same_number_of_statements(
    office: Office, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(office.admin)
    failed_job(office.officer)
    with django_assert_max_num_queries(40) as few:
        client.get("/jobs/")
    for _number in range(120):
        failed_job(office.officer)
    with django_assert_max_num_queries(40) as many:
        first = client.get("/jobs/")
    assert len(few) == len(many)
    seen = [line.job.pk for line in first.context["lines"]]
    page, address = first, first.context["page"].next_url
    while address:
        page = client.get(address)
        seen += [line.job.pk for line in page.context["lines"]]
        address = page.context["page"].next_url
    assert seen == sorted(Job.objects.values_list("pk", flat=True), reverse=True)
    back = client.get(page.context["page"].previous_url)
    assert len(back.context["lines"]) == 50


@pytest.mark.parametrize("query", ["state=nonsense", "before=abc", "after=99999999999999999999999", "kind=<b>"])
def test_nonsense_in_the_address_shows_the_whole_list(office: Office, query: str) -> None:
    failed_job(office.officer)
    page = client_of(office.admin).get(f"/jobs/?{query}")
    assert page.status_code == 200
    assert len(page.context["lines"]) == 1


def test_a_job_names_its_document_only_to_those_who_may_see_it(office: Office) -> None:
    document = incoming(office, summary="V/v chuyện riêng của phòng")
    Job.objects.filter(subject=f"document:{document.pk}").update(requested_by=office.clerk)
    assert "V/v chuyện riêng" not in client_of(office.admin).get("/jobs/").content.decode()
    line = next(one for one in client_of(office.clerk).get("/jobs/").context["lines"] if one.url)
    assert line.url == f"/documents/{document.pk}/"


# --- health ---------------------------------------------------------------------------------------------------------
def checks_of(page: Any) -> dict[str, health.Check]:
    return {check.key: check for group in page.context["groups"] for check in group.checks}


def test_health_is_for_administrators(office: Office) -> None:
    assert client_of(office.clerk).get("/health/").status_code == 403
    assert client_of(office.clerk).post("/health/check/journal/").status_code == 403
    assert Client().get("/health/").status_code == 302


def test_health_says_what_is_away_and_what_to_do(office: Office, settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_SOCKET = str(tmp_path / "nobody.sock")
    settings.BROKER_URL = "redis://127.0.0.1:9/0"
    page = client_of(office.admin).get("/health/")
    checks = checks_of(page)
    assert checks["signing"].tone == checks["broker"].tone == checks["worker"].tone == checks["reader"].tone == "red"
    assert all(checks[key].advice for key in ("signing", "broker", "worker"))
    assert checks["database"].tone == "green"
    assert page.context["overall"] == "red"


def test_worker_and_beat_are_told_apart(office: Office) -> None:
    client = client_of(office.admin)
    now = timezone.now()
    beat_pulse(BEAT, *Lane)
    both = checks_of(client.get("/health/"))
    assert (both["worker"].tone, both["beat"].tone) == ("green", "green")
    Pulse.objects.update(at=now - dt.timedelta(minutes=10))
    neither = checks_of(client.get("/health/"))
    assert (neither["worker"].tone, neither["beat"].tone) == ("red", "grey")
    Pulse.objects.exclude(name=BEAT).update(at=now)
    only_worker = checks_of(client.get("/health/"))
    assert (only_worker["worker"].tone, only_worker["beat"].tone) == ("green", "red")


def test_a_slow_part_does_not_hold_the_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading
    import time

    gate = threading.Event()

    def never() -> probes.Finding:
        gate.wait(20)
        return probes.Finding("green", "")

    slow = tuple(
        health.Part(part.key, part.label, never if part.key == "disk" else part.ask) for part in health.OUTSIDE
    )
    monkeypatch.setattr(health, "OUTSIDE", slow)
    client = client_of(office.admin)
    began = time.monotonic()
    checks = checks_of(client.get("/health/"))
    gate.set()
    assert checks["disk"].tone == "amber"
    assert time.monotonic() - began < 6


def test_a_changed_journal_turns_health_red_and_tells_administrators(office: Office) -> None:
    record("person.change", office.officer, by=office.admin, after={"phone": "1"})
    Event.objects.update(at=timezone.now() - dt.timedelta(hours=1))
    seal_pending()
    client = client_of(office.admin)
    assert client.post("/health/check/journal/").status_code == 302
    job_services.run(Job.objects.get(kind="house.journal").pk)
    assert checks_of(client.get("/health/"))["journal"].tone == "green"
    Event.objects.filter(verb="person.change").update(after={"phone": "2"})
    client.post("/health/check/journal/")
    job_services.run(Job.objects.filter(kind="house.journal").latest("pk").pk)
    assert checks_of(client.get("/health/"))["journal"].tone == "red"
    assert office.admin.notices.filter(kind="health").count() == 1
    assert Client().get("/health.json").status_code == 503


def test_damaged_and_missing_files_are_found_by_the_sample(office: Office) -> None:
    whole, damaged, missing = blob(b"one"), blob(b"two"), blob(b"three")
    path = path_of(damaged.sha256)
    path.chmod(0o600)
    path.write_bytes(b"another")
    path_of(missing.sha256).unlink()
    client = client_of(office.admin)
    client.post("/health/check/files/")
    job_services.run(Job.objects.get(kind="house.files").pk)
    facts = Event.objects.get(verb="files.checked").after
    assert {line.split(":")[0] for line in facts["findings"]} == {damaged.sha256, missing.sha256}
    assert whole.sha256 not in str(facts)
    assert checks_of(client.get("/health/"))["files"].tone == "red"
    assert Blob.objects.count() == 3


def test_the_index_is_built_anew_from_the_page(office: Office) -> None:
    for number in range(3):
        incoming(office, number=str(number))
    client = client_of(office.admin)
    before = checks_of(client.get("/health/"))["search"]
    assert before.tone == "amber"
    client.post("/health/check/index/")
    job_services.run(Job.objects.get(kind="house.index").pk)
    assert checks_of(client.get("/health/"))["search"].tone == "green"


def test_nothing_else_can_be_asked_for(office: Office) -> None:
    assert client_of(office.admin).post("/health/check/everything/").status_code == 404


def test_machines_get_works_or_not_and_nothing_else(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Client().get("/health.json")
    assert (answer.status_code, answer.json()) == (503, {"ok": False})
    assert Client().get("/health.json?part=web").json() == {"ok": True}
    beat_pulse(BEAT, *Lane)
    monkeypatch.setattr(health, "OUTSIDE", tuple(part for part in health.OUTSIDE if part.key not in {"signing"}))
    monkeypatch.setattr(
        health,
        "GROUPS",
        tuple((label, tuple(key for key in keys if key != "signing")) for label, keys in health.GROUPS),
    )
    health.machine.forget()
    answer = Client().get("/health.json")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})


# --- leaving --------------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-ADM-5")
def test_who_leaves_hands_over_what_is_open(office: Office) -> None:
    document = incoming(office)
    submit_to_leader(document=document, to=office.deputy, by=office.clerk)
    client = client_of(office.admin)
    address = f"/people/{office.deputy.pk}/leave/"
    refused = client.post(address, {"to": ""})
    assert refused.status_code == 409
    assert Person.objects.get(pk=office.deputy.pk).is_active
    wrong = client.post(address, {"to": office.officer.pk})
    assert wrong.status_code == 422
    done = client.post(address, {"to": office.director.pk})
    assert done.status_code == 302
    left = Person.objects.get(pk=office.deputy.pk)
    assert not left.is_active
    assert document.submissions.get().to == office.director
    assert office.director.notices.filter(kind="handed_over").exists()
    assert not left.authorities.filter(valid_to=None).exists()
    assert {"document.hand_over", "authority.end", "person.deactivate"} <= set(
        Event.objects.values_list("verb", flat=True)
    )
    assert client.get(address).status_code == 404


@pytest.mark.requirement("R-ADM-5")
def test_a_head_does_not_leave_before_another_one_is_named(office: Office) -> None:
    client = client_of(office.admin)
    address = f"/people/{office.head.pk}/leave/"
    assert client.post(address, {"to": ""}).status_code == 409
    Unit.objects.filter(head=office.head).update(head=office.other_head)
    assert client.post(address, {"to": ""}).status_code == 302
    assert not Assignment.objects.filter(person=office.head).exists()


def test_only_administrators_let_people_leave(office: Office) -> None:
    assert client_of(office.director).post(f"/people/{office.officer.pk}/leave/").status_code == 403
    assert client_of(office.admin).post(f"/people/{office.admin.pk}/leave/", {"to": ""}).status_code == 403


def test_what_is_asked_for_again_and_again_does_not_bury_the_rest(office: Office) -> None:
    now = timezone.now()
    facts = {"queued_at": now, "not_before": now, "finished_at": now}
    Job.objects.bulk_create([Job(kind="workflow.elsewhere", state=JobState.DONE, **facts) for _ in range(120)])
    failed = Job.objects.create(kind="workflow.elsewhere", state=JobState.FAILED, **facts)
    wanted = Job.objects.create(kind="documents.export", state=JobState.DONE, **facts)
    client = client_of(office.admin)
    assert {line.job for line in client.get("/jobs/").context["lines"]} >= {failed, wanted}
    assert len(client.get("/jobs/").context["lines"]) < 50
    assert len(client.get("/jobs/?kind=workflow.elsewhere").context["lines"]) == 50
