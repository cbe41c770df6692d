"""Passwords of keys: they open the key and leave no trace; wrong ones slow down and lock nobody out."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import pytest
from django.apps import apps
from django.core.serializers import serialize
from django.test import RequestFactory
from django.views.debug import ExceptionReporter

from edocs.documents.choices import State
from edocs.documents.models import Document
from edocs.errors import Invalid, Refusal, Unavailable
from edocs.jobs.models import JobState
from edocs.journal.models import Event
from edocs.signatures.backend import using
from edocs.signatures.models import SigningSession, Verdict
from edocs.signatures.sentences import SENTENCES, sentence
from edocs.workflow.services import issuing
from edocs.workflow.services.signing import Pick, sign_documents
from signing.errors import SigningError
from signing.process import SigningBackend, SigningClient
from tests.signatures.fixtures import DEPUTY, SEAL, SigningOffice, current
from tests.workflow.outgoing import run_jobs

pytestmark = pytest.mark.django_db
WRONG = "sai-mật-khẩu-8840"


def everything_stored() -> str:
    """Every row of every table as JSON."""
    return "".join(serialize("json", model.objects.all()) for model in apps.get_models())


def frames_of(traceback: TracebackType | None) -> Iterator[str]:
    """The local variables of the office's own frames in a traceback, as somebody who reads it would see them."""
    while traceback is not None:
        frame = traceback.tb_frame
        if "/edocs/" in frame.f_code.co_filename or "/signing/" in frame.f_code.co_filename:
            yield repr(frame.f_locals)
        traceback = traceback.tb_next


def refused(desk: SigningOffice, document: Document, password: str) -> Refusal:
    picks = [Pick(document.pk, current(document).pk)]
    with pytest.raises(Refusal) as caught:
        sign_documents(person=desk.office.deputy, picks=picks, password=password)
    return caught.value


def test_a_wrong_password_leaves_no_trace(desk: SigningOffice, caplog: pytest.LogCaptureFixture) -> None:
    document = desk.to_sign()
    with caplog.at_level(logging.DEBUG):
        refusal = refused(desk, document, WRONG)
    assert (refusal.code, refusal.field) == ("wrong_password", "key_password")
    document.refresh_from_db()
    assert document.state == State.TO_SIGN
    assert not SigningSession.objects.exists()
    event = Event.objects.get(verb="key.refused")
    assert (event.person, event.after) == (desk.office.deputy, {"code": "wrong_password"})
    assert WRONG not in everything_stored()
    assert WRONG not in caplog.text
    assert WRONG not in str(refusal) + repr(refusal.args)
    seen = list(frames_of(refusal.__traceback__))
    assert seen
    assert not [one for one in seen if WRONG in one]
    cause: BaseException | None = refusal
    while cause is not None:
        assert not [one for one in frames_of(cause.__traceback__) if WRONG in one]
        cause = cause.__context__


class Breaks:
    """A signing process that meets a bug."""

    def unlock(self, key_id: str, password: str, hashes: list[str], purpose: str, *, kinds: list[str]) -> str:
        del password
        raise RuntimeError("broken")


def test_a_report_of_an_unexpected_error_does_not_show_the_password(desk: SigningOffice, settings: object) -> None:
    settings.DEBUG = False
    document = desk.to_sign()
    with using(Breaks()), pytest.raises(RuntimeError) as caught:
        desk.consent(document)
    traceback = caught.tb
    while traceback.tb_frame.f_code.co_name != "sensitive_variables_wrapper":  # those before are the test's own
        assert traceback.tb_next is not None
        traceback = traceback.tb_next
    reporter = ExceptionReporter(RequestFactory().post("/sign/"), RuntimeError, caught.value, traceback)
    shown = reporter.get_traceback_html() + reporter.get_traceback_text()
    assert "sign_documents" in shown
    assert DEPUTY.password not in shown


@pytest.mark.parametrize("act", ["sign", "seal"])
def test_the_right_password_is_in_no_row_job_or_log(
    desk: SigningOffice, caplog: pytest.LogCaptureFixture, act: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        document = desk.signed()
        if act == "seal":
            desk.sealed(document)
    stored = everything_stored()
    for password in (DEPUTY.password, SEAL.password):
        assert password not in stored
        assert json.dumps(password)[1:-1] not in stored
        assert password not in caplog.text


def test_wrong_passwords_slow_down_and_lock_nobody_out(desk: SigningOffice) -> None:
    document = desk.to_sign()
    now = [0.0]
    with using(SigningBackend(desk.pki.keys, desk.pki.trust, desk.pki.timestamper(), clock=lambda: now[0])):
        assert [refused(desk, document, WRONG).code for _ in range(3)] == ["wrong_password"] * 3
        for _ in range(20):  # impatience costs nothing more
            refusal = refused(desk, document, DEPUTY.password)
            assert (refusal.code, refusal.field) == ("too_many_attempts", "key_password")
        now[0] += 1.1
        session = desk.consent(document)
    assert session.items.count() == 1


def test_every_error_of_the_library_has_a_sentence_of_its_own() -> None:
    kinds = [kind for kind in SigningError.__subclasses__() if kind.__module__ == "signing.errors"]
    assert len(kinds) > 15
    assert {kind.code for kind in kinds} <= set(SENTENCES)
    assert "strange_thing" in str(sentence("strange_thing"))


# --- the real signing process ---------------------------------------------------------------------------------------
@pytest.fixture
def process(desk: SigningOffice, tmp_path: Path) -> Iterator[tuple[SigningClient, Path]]:
    """The signing process as it runs in production, and the file of what it wrote."""
    path, log = tmp_path / "signing.sock", tmp_path / "signing.log"
    command = [sys.executable, "-m", "signing.process", "--keys", str(desk.pki.folder), "--socket", str(path)]
    with log.open("wb") as written:
        running = subprocess.Popen(command, stdout=written, stderr=written)
    try:
        until = time.monotonic() + 30
        while not path.exists():
            assert running.poll() is None, log.read_text()
            assert time.monotonic() < until
            time.sleep(0.05)
        yield SigningClient(path), log
    finally:
        running.terminate()
        running.wait(10)


def test_a_document_is_signed_and_sealed_by_the_process_beyond_its_socket(
    desk: SigningOffice, process: tuple[SigningClient, Path], settings: object
) -> None:
    client, log = process
    settings.SIGNING_SOCKET = str(client._path)
    with using(None):
        document = desk.to_sign()
        with pytest.raises(Invalid):
            desk.consent(document, password=WRONG)
        document = desk.signed(document)
        document = desk.sealed(document)
    assert document.state == State.SEALED
    verdict = Verdict.objects.get(blob=current(document).blob_id)
    assert verdict.verdict == "pass"
    assert {"leader", "seal"} <= {one["field"] for one in verdict.signatures}
    said = log.read_text()
    assert "wrong_password" in said
    assert not [one for one in (WRONG, DEPUTY.password, SEAL.password) if one in said]


def test_when_the_process_is_gone_the_number_is_kept_and_the_seal_repeated(
    desk: SigningOffice, process: tuple[SigningClient, Path], settings: object, tmp_path: Path
) -> None:
    client, _log = process
    document = desk.signed()
    with using(client):
        desk.seal(document)
    with using(SigningClient(tmp_path / "nobody.sock", timeout=1)):
        (job,) = run_jobs("workflow.seal")
        assert (job.state, job.code) == (JobState.FAILED, "signer_unreachable")
        document.refresh_from_db()
        assert document.state == State.SEALING
        with pytest.raises(Unavailable):
            issuing.number_and_seal(
                document=document, version_id=current(document).pk, by=desk.office.clerk, password=SEAL.password
            )
    assert desk.sealed(document).state == State.SEALED
