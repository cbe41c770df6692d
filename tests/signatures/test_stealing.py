"""Whoever got hold of a dump of the database, of the files, or of a web process gets no signature out of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType

from edocs.documents.choices import Origin, State
from edocs.documents.models import Document, FileVersion
from edocs.documents.storage import path_of
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.jobs.models import Job, JobState
from edocs.journal.models import Event
from edocs.signatures.backend import using
from edocs.signatures.models import ItemState, Key, SigningItem, SigningSession
from edocs.workflow.models import Approval, Step, StepState
from edocs.workflow.services.signing import Pick, sign_again, sign_documents
from signing.errors import ConsentExpired, ConsentMissing, SigningError
from tests.signatures.daemon import LEADER_PIN, SEAL_PIN, Daemon, daemon
from tests.signatures.fixtures import DIRECTOR, SigningOffice, current
from tests.signing.softhsm import NEEDS_SOFTHSM
from tests.workflow.outgoing import run_jobs

pytestmark = [pytest.mark.django_db, NEEDS_SOFTHSM]


@pytest.fixture
def served(desk: SigningOffice, tmp_path: Path, settings: object) -> Iterator[Daemon]:
    with daemon(tmp_path / "daemon", desk.pki) as running:
        settings.SIGNING_SOCKET = str(running.socket)
        with using(None):
            yield running


def refusals(document: Document, verb: str = "signing.refused") -> list[tuple[object, str]]:
    """Who was refused, and why, as the journal has it of a document."""
    kind = ContentType.objects.get_for_model(Document)
    events = Event.objects.filter(verb=verb, object_type=f"{kind.app_label}.{kind.model}", object_id=str(document.pk))
    return [(event.person, event.after["code"]) for event in events]


def test_a_consent_found_in_the_database_signs_nothing_more(
    desk: SigningOffice, served: Daemon, tmp_path: Path
) -> None:
    """Its name stands there; it serves each of its files once, for what it was given, and ends."""
    document, other = desk.to_sign(), desk.to_sign(summary="V/v văn bản không ai đồng ý ký")
    desk.consent(document, password=LEADER_PIN)
    handle = SigningSession.objects.get().handle
    wanted, foreign = (path_of(current(one).blob_id) for one in (document, other))
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(wanted.read_bytes() + b"\n% one more line")
    for source in (foreign, changed):
        with pytest.raises(ConsentMissing):
            served.client.sign(handle, source, tmp_path / "x.pdf")
    with pytest.raises(ConsentMissing):
        served.client.seal(handle, wanted, tmp_path / "x.pdf", number="1", date="ngày 01 tháng 02 năm 2026")
    run_jobs("workflow.sign")
    document.refresh_from_db()
    assert document.state == State.SIGNED
    for source in (wanted, path_of(current(document).blob_id)):
        with pytest.raises(SigningError) as refused:
            served.client.sign(handle, source, tmp_path / "x.pdf")
        assert refused.value.code in ("consent_missing", "consent_expired")
    assert not (tmp_path / "x.pdf").exists()
    served.stop()
    served.start()
    with pytest.raises(ConsentExpired):
        served.client.sign(handle, wanted, tmp_path / "x.pdf")


def test_a_worker_that_is_told_to_sign_something_else_is_refused_and_journaled(
    desk: SigningOffice, served: Daemon
) -> None:
    """Rows were changed behind the office's back: another document under a consent, another hash, another person's."""
    document, other = desk.to_sign(), desk.to_sign(summary="V/v văn bản không ai đồng ý ký")
    session = desk.consent(document, password=LEADER_PIN)
    SigningItem.objects.filter(session=session).update(
        document=other, version=current(other), sha256=current(other).blob_id
    )
    Document.objects.filter(pk=other.pk).update(state=State.SIGNING)
    (job,) = run_jobs("workflow.sign")
    assert (job.state, job.code) == (JobState.FAILED, "consent_missing")
    assert refusals(other, "signing.failed") == [(desk.office.deputy, "consent_missing")]
    assert current(other).origin == Origin.PREPARED
    assert FileVersion.objects.filter(origin=Origin.SIGNATURE).count() == 0


def test_a_consent_given_for_one_key_serves_no_other(desk: SigningOffice, served: Daemon) -> None:
    """The row says that the consent was the director's: what came back is not by that key, so it is not kept."""
    document = desk.to_sign()
    session = desk.consent(document, password=LEADER_PIN)
    SigningSession.objects.filter(pk=session.pk).update(key=desk.keys[DIRECTOR.key_id], person=desk.office.director)
    (job,) = run_jobs("workflow.sign")
    # it is not the director's turn, which is seen before the signing process is asked
    assert (job.state, job.code) == (JobState.FAILED, "wrong_state")
    assert refusals(document, "signing.failed") == [(desk.office.director, "wrong_state")]
    assert current(document).origin == Origin.PREPARED


def test_a_turn_that_was_forged_with_the_consent_does_not_help(desk: SigningOffice, served: Daemon) -> None:
    """The rows say that the director is to sign and has agreed: what came back is not by that key and is not kept."""
    document = desk.to_sign()
    session = desk.consent(document, password=LEADER_PIN)
    SigningSession.objects.filter(pk=session.pk).update(key=desk.keys[DIRECTOR.key_id], person=desk.office.director)
    Step.objects.filter(approval__document=document, state=StepState.OPEN).update(person=desk.office.director)
    (job,) = run_jobs("workflow.sign")
    assert (job.state, job.code) == (JobState.FAILED, "judged_bad")
    assert refusals(document, "signing.failed") == [(desk.office.director, "judged_bad")]
    assert current(document).origin == Origin.PREPARED


def test_nobody_signs_for_somebody_else(desk: SigningOffice, served: Daemon) -> None:
    document = desk.to_sign()
    pick = Pick(document.pk, current(document).pk)
    with pytest.raises(NotPermitted):
        sign_documents(person=desk.office.director, picks=[pick], password=DIRECTOR.password)
    assert refusals(document) == [(desk.office.director, "not_permitted")]
    # the office is made to believe that the director's key is the deputy's: the PIN of the one does not open the other
    Key.objects.filter(reference=DIRECTOR.key_id).update(owner=desk.office.deputy)
    Key.objects.filter(owner=desk.office.deputy).exclude(reference=DIRECTOR.key_id).update(is_active=False)
    with pytest.raises(Invalid) as refused:
        sign_documents(person=desk.office.deputy, picks=[pick], password=LEADER_PIN)
    assert refused.value.code == "wrong_password"
    assert Event.objects.get(verb="key.refused").person == desk.office.deputy
    # nor does the seal's
    Key.objects.filter(reference="seal").update(owner=desk.office.deputy, purpose="sign")
    Key.objects.exclude(reference="seal").update(is_active=False)
    with pytest.raises(Invalid) as refused:
        sign_documents(person=desk.office.deputy, picks=[pick], password=SEAL_PIN)
    assert refused.value.code == "purpose_not_allowed"
    assert served.client.ping() == 0


def test_a_second_window_gets_no_second_consent(desk: SigningOffice, served: Daemon) -> None:
    document = desk.to_sign()
    pick = Pick(document.pk, current(document).pk)
    session = desk.consent(document, password=LEADER_PIN)
    with pytest.raises(WrongState):
        sign_documents(person=desk.office.deputy, picks=[pick], password=LEADER_PIN)
    assert refusals(document) == [(desk.office.deputy, "wrong_state")]
    assert served.client.ping() == 1
    run_jobs("workflow.sign")
    with pytest.raises(WrongState):
        sign_documents(person=desk.office.deputy, picks=[pick], password=LEADER_PIN)
    assert session.items.filter(state=ItemState.DONE).count() == 1
    assert FileVersion.objects.filter(origin=Origin.SIGNATURE).count() == 1
    assert served.client.ping() == 0


def test_a_replayed_item_is_not_signed_twice(desk: SigningOffice, served: Daemon) -> None:
    """The row of an item that was done is set back, and its job with it."""
    document = desk.to_sign()
    session = desk.consent(document, password=LEADER_PIN)
    run_jobs("workflow.sign")
    item = session.items.get()
    with pytest.raises(WrongState):
        sign_again(item=item, by=desk.office.deputy)
    SigningItem.objects.update(state=ItemState.WAITING, result=None)
    Job.objects.filter(kind="workflow.sign").update(state=JobState.WAITING)
    (job,) = run_jobs("workflow.sign")
    assert (job.state, job.code) == (JobState.FAILED, "wrong_state"), "nobody's turn any more"
    # the whole round is set back with it, and the document
    SigningItem.objects.update(state=ItemState.WAITING)
    Step.objects.filter(approval__document=document, person=desk.office.deputy).update(state=StepState.OPEN)
    Approval.objects.filter(document=document).update(ended_at=None)
    Document.objects.filter(pk=document.pk).update(state=State.SIGNING)
    Job.objects.filter(kind="workflow.sign").update(state=JobState.WAITING, attempts=0)
    Event.objects.filter(verb="signing.failed").delete()
    (job,) = run_jobs("workflow.sign")
    assert job.state == JobState.FAILED
    assert job.code in ("consent_missing", "consent_expired")
    assert refusals(document, "signing.failed") == [(desk.office.deputy, job.code)]
    assert FileVersion.objects.filter(origin=Origin.SIGNATURE).count() == 1


def test_a_web_process_cannot_ask_for_files_by_name(served: Daemon, desk: SigningOffice) -> None:
    """No question to the daemon names a path, so it cannot be made to read its keys or to overwrite them."""
    secret = desk.pki.keys / f"{DIRECTOR.key_id}.p12"
    before = secret.read_bytes()
    handle = served.client.unlock(DIRECTOR.key_id, DIRECTOR.password, ["0" * 64], "sign")
    message = {"do": "sign", "session": handle, "source": str(secret), "target": str(secret)}
    answer = served.client._ask(message, 10)
    assert isinstance(answer, dict)
    assert answer["error"]["code"] == "bad_request"
    assert secret.read_bytes() == before


def test_what_processes_were_told_holds_no_secret(desk: SigningOffice, served: Daemon) -> None:
    """Arguments and environment of every process of the daemon, while a consent is open."""
    desk.consent(desk.to_sign(), password=LEADER_PIN)
    assert served.running is not None
    processes = [served.running.pid, *served.tokens(), os.getpid()]
    assert len(processes) > 2
    for process in processes:
        for name in ("cmdline", "environ"):
            told = Path(f"/proc/{process}/{name}")
            if os.access(told, os.R_OK):
                assert LEADER_PIN.encode() not in told.read_bytes()
