"""The signing process: consent, single use, no password anywhere, no seal without the leader."""

from __future__ import annotations

import json
import logging
import os
import socket
import stat
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from signing import Trust, Verdict, judge, prepare, prepare_for_mark
from signing.demo_pki import DemoPki
from signing.errors import (
    BadRequest,
    CertificateExpired,
    CertificateNotYetValid,
    ConsentExpired,
    ConsentMissing,
    FileUnreachable,
    PurposeNotAllowed,
    SealRefused,
    SignerUnreachable,
    SigningError,
    TooManyAttempts,
    UnknownKey,
    WrongPassword,
)
from signing.files import sha256_of
from signing.process import CONSENT_SECONDS, SigningBackend, SigningClient, protocol
from signing.process.attempts import FREE_ATTEMPTS, LONGEST_WAIT
from signing.process.keyring import Peers
from signing.process.server import SigningServer
from signing.timestamps import Timestamper
from tests.signing.conftest import AGENCY, EXPIRED, FUTURE, LEADER, Course

WRONG = "không-phải-mật-khẩu-5562"


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def backend(pki: DemoPki, clock: Clock) -> SigningBackend:
    return SigningBackend(pki.keys, pki.trust, pki.timestamper(), clock=clock)


@pytest.fixture
def client(backend: SigningBackend, tmp_path: Path) -> Iterator[SigningClient]:
    with serving(tmp_path / "s", backend) as client:
        yield client
    assert not (tmp_path / "s").exists()


def unlock(client: SigningClient | SigningBackend, *files: Path) -> str:
    return client.unlock(LEADER.key_id, LEADER.password, [sha256_of(file) for file in files], "sign")


def test_sign_and_seal_through_the_socket(
    client: SigningClient,
    course: Course,
    trust: Trust,
    tmp_path: Path,
    signature_png: bytes,
    seal_png: bytes,
) -> None:
    signed, sealed = tmp_path / "signed.pdf", tmp_path / "sealed.pdf"
    done = client.sign(unlock(client, course.prepared), course.prepared, signed, image=signature_png)
    assert done.sha256 == sha256_of(signed)
    assert done.certificate.name == LEADER.name
    session = client.unlock(AGENCY.key_id, AGENCY.password, [done.sha256], "seal")
    client.seal(session, signed, sealed, number="12", date="ngày 01 tháng 02 năm 2026", image=seal_png)
    assert judge(sealed, trust).verdict is Verdict.PASS
    assert client.ping() == 0  # the last file is done, so no key is open


@pytest.mark.requirement("R-SIG-4")
def test_words_of_the_agency_through_the_socket(
    client: SigningClient, course: Course, trust: Trust, tmp_path: Path
) -> None:
    prepared, copy = tmp_path / "prepared.pdf", tmp_path / "copy.pdf"
    digest = prepare_for_mark(course.draft, prepared)
    session = client.unlock(AGENCY.key_id, AGENCY.password, [digest], "seal")
    done = client.mark(session, prepared, copy, words=["SAO Y", AGENCY.name])
    assert done.sha256 == sha256_of(copy)
    assert judge(copy, trust).verdict is Verdict.PASS
    assert client.ping() == 0
    with pytest.raises(ConsentMissing):
        client.mark(unlock(client, prepared), prepared, tmp_path / "x.pdf", words=["SAO Y"])


def test_facts_of_a_certificate_need_no_password(client: SigningClient) -> None:
    facts = client.certificate(LEADER.key_id)
    assert (facts.name, facts.not_before) == (LEADER.name, datetime(2024, 1, 1, tzinfo=UTC))
    for name in ("nobody", "../authority/root", "", "a/b"):
        with pytest.raises(UnknownKey):
            client.certificate(name)


def test_a_consent_is_for_the_listed_files_once(client: SigningClient, course: Course, tmp_path: Path) -> None:
    session = unlock(client, course.prepared)
    with pytest.raises(ConsentMissing):
        client.sign(session, course.draft, tmp_path / "x.pdf")
    client.sign(session, course.prepared, tmp_path / "one.pdf")
    with pytest.raises(ConsentMissing):
        client.sign(session, course.prepared, tmp_path / "two.pdf")
    assert not (tmp_path / "two.pdf").exists()
    with pytest.raises(ConsentMissing):
        client.unlock(LEADER.key_id, LEADER.password, [], "sign")


def test_an_attempt_that_failed_inside_can_be_repeated(client: SigningClient, course: Course, tmp_path: Path) -> None:
    session = unlock(client, course.prepared)
    with pytest.raises(FileUnreachable):
        client.sign(session, course.prepared, tmp_path / "no such folder" / "x.pdf")
    with pytest.raises(SigningError):
        client.sign(session, course.prepared, tmp_path / "x.pdf", image=b"no picture")
    client.sign(session, course.prepared, tmp_path / "x.pdf")


def test_a_consent_ends_after_five_minutes(
    backend: SigningBackend, clock: Clock, course: Course, tmp_path: Path
) -> None:
    session = unlock(backend, course.prepared)
    assert backend.open_sessions == 1
    clock.now += CONSENT_SECONDS
    with pytest.raises(ConsentExpired):
        backend.sign(session, course.prepared, tmp_path / "x.pdf")
    assert backend.open_sessions == 0
    assert CONSENT_SECONDS <= 300


def test_the_key_is_dropped_with_the_last_file(
    backend: SigningBackend, course: Course, make_letter: Callable[..., Path], tmp_path: Path
) -> None:
    other = tmp_path / "other.pdf"
    prepare(make_letter(articles="2"), other, course.places)
    session = unlock(backend, course.prepared, other)
    backend.sign(session, course.prepared, tmp_path / "x.pdf")
    assert backend.open_sessions == 1
    backend.sign(session, other, tmp_path / "y.pdf")
    assert backend.open_sessions == 0


def test_forgotten_and_unknown_sessions_sign_nothing(client: SigningClient, course: Course, tmp_path: Path) -> None:
    session = unlock(client, course.prepared)
    client.forget(session)
    for name in (session, "x"):
        with pytest.raises(ConsentExpired):
            client.sign(name, course.prepared, tmp_path / "x.pdf")


@pytest.mark.requirement("R-SIG-6")
@pytest.mark.parametrize(("holder", "error"), [(EXPIRED, CertificateExpired), (FUTURE, CertificateNotYetValid)])
def test_certificates_out_of_their_time_sign_nothing(
    client: SigningClient, course: Course, holder: object, error: type[SigningError]
) -> None:
    assert holder in (EXPIRED, FUTURE)
    with pytest.raises(error):
        client.unlock(holder.key_id, holder.password, [sha256_of(course.prepared)], "sign")  # type: ignore[attr-defined]


@pytest.mark.requirement("R-SIG-5")
def test_the_process_itself_refuses_to_seal_without_the_leader(
    client: SigningClient, course: Course, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.pdf"
    data = bytearray(course.signed.read_bytes())
    data[data.find(b"stream\n") + 40] ^= 1
    damaged.write_bytes(data)
    for source in (course.prepared, damaged):
        session = client.unlock(AGENCY.key_id, AGENCY.password, [sha256_of(source)], "seal")
        with pytest.raises(SealRefused):
            client.seal(session, source, tmp_path / "x.pdf", number="1", date="ngày 01")
    assert not (tmp_path / "x.pdf").exists()


def test_keys_serve_only_their_purpose(client: SigningClient, course: Course, tmp_path: Path) -> None:
    hashes = [sha256_of(course.signed)]
    for key, password, purpose in (
        (LEADER.key_id, LEADER.password, "seal"),
        (AGENCY.key_id, AGENCY.password, "sign"),
        (LEADER.key_id, LEADER.password, "anything"),
    ):
        with pytest.raises(PurposeNotAllowed):
            client.unlock(key, password, hashes, purpose)
    with pytest.raises(ConsentMissing):
        client.seal(unlock(client, course.signed), course.signed, tmp_path / "x.pdf", number="1", date="ngày 01")


def test_guessing_is_slowed_down_and_nobody_is_locked_out(
    backend: SigningBackend, clock: Clock, course: Course
) -> None:
    hashes = [sha256_of(course.prepared)]
    for _ in range(FREE_ATTEMPTS):
        with pytest.raises(WrongPassword):
            backend.unlock(LEADER.key_id, WRONG, hashes, "sign")
    with pytest.raises(TooManyAttempts) as refused:
        backend.unlock(LEADER.key_id, LEADER.password, hashes, "sign")
    assert 0 < refused.value.retry_after <= 1
    for _ in range(12):
        clock.now += LONGEST_WAIT
        with pytest.raises(WrongPassword):
            backend.unlock(LEADER.key_id, WRONG, hashes, "sign")
    with pytest.raises(TooManyAttempts) as refused:
        backend.unlock(LEADER.key_id, WRONG, hashes, "sign")
    assert refused.value.retry_after <= LONGEST_WAIT
    backend.unlock(AGENCY.key_id, AGENCY.password, hashes, "seal")  # another key is not concerned
    clock.now += LONGEST_WAIT
    assert backend.unlock(LEADER.key_id, LEADER.password, hashes, "sign")


def library_frames(error: BaseException) -> str:
    """The traceback with the variables of every frame of the library, as an error page shows it."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [frame for frame in shown.stack if "/tests/" not in frame.filename]
    causes = [shown.__cause__, shown.__context__]
    return repr(
        [(frame.line, frame.locals) for frame in frames]
        + [str(error), error.args, getattr(error, "detail", "")]
        + ["".join(cause.format()) for cause in causes if cause is not None]
    )


def test_a_password_leaves_no_trace(
    client: SigningClient,
    backend: SigningBackend,
    pki: DemoPki,
    course: Course,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.DEBUG)
    hashes = [sha256_of(course.prepared)]
    gone = SigningClient(tmp_path / "nobody")
    attempts: list[tuple[Callable[[], object], type[SigningError]]] = [
        (lambda: client.unlock(LEADER.key_id, WRONG, hashes, "sign"), WrongPassword),
        (lambda: backend.unlock(LEADER.key_id, WRONG, hashes, "sign"), WrongPassword),
        (lambda: pki.load(LEADER.key_id, WRONG), WrongPassword),
        (lambda: client.unlock("nobody", WRONG, hashes, "sign"), UnknownKey),
        (lambda: client.unlock(LEADER.key_id, WRONG, ["x"], "sign"), BadRequest),
        (lambda: backend.unlock(EXPIRED.key_id, WRONG, hashes, "sign"), CertificateExpired),
        (lambda: gone.unlock(LEADER.key_id, WRONG, hashes, "sign"), SignerUnreachable),
    ]
    for attempt, error in attempts:
        with pytest.raises(error) as refused:
            attempt()
        assert WRONG not in library_frames(refused.value)
        assert WRONG not in json.dumps(str(refused.value), ensure_ascii=False)
    said = capfd.readouterr()
    assert WRONG not in caplog.text + said.out + said.err
    assert LEADER.password not in repr(vars(backend))


def ask_raw(path: Path, raw: bytes, files: Sequence[int] = ()) -> dict[str, Any]:
    """What the signing process answers to bytes of our own making, with open files beside them."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(path))
        if files:
            socket.send_fds(connection, [raw], list(files))
        else:
            connection.sendall(raw)
        answer = protocol.receive(connection)
        assert answer is not None
        return answer


def framed(message: object) -> bytes:
    body = json.dumps(message).encode()
    return len(body).to_bytes(4, "big") + body


def test_the_socket_takes_no_time_and_survives_nonsense(client: SigningClient, course: Course, tmp_path: Path) -> None:
    path = tmp_path / "s"
    for raw in (
        framed({"do": "nothing"}),
        framed({"do": ["ping"]}),
        framed([1]),
        framed({"do": "sign", "session": 5}),
        (5).to_bytes(4, "big") + b"{bad}",
        b"\xff\xff\xff\xff",
    ):
        assert ask_raw(path, raw)["error"]["code"] == "bad_request"
    before = datetime.now(UTC).replace(microsecond=0)
    message = {
        "do": "sign",
        "session": unlock(client, course.prepared),
        "fixed_time": "2020-01-01T00:00:00+00:00",
        "signed_at": "2020-01-01T00:00:00+00:00",
    }
    with course.prepared.open("rb") as source, (tmp_path / "x.pdf").open("wb") as target:
        answer = ask_raw(path, framed(message), [source.fileno(), target.fileno()])
    assert datetime.fromisoformat(answer["ok"]["signed_at"]) >= before


def test_the_socket_takes_open_files_and_no_paths(client: SigningClient, course: Course, tmp_path: Path) -> None:
    """Whoever may speak with the process cannot make it read or write where only the process may."""
    session = unlock(client, course.prepared)
    paths = {"source": str(course.prepared), "target": str(tmp_path / "x.pdf")}
    message = framed({"do": "sign", "session": session, **paths})
    assert ask_raw(tmp_path / "s", message)["error"]["code"] == "bad_request"
    os.mkfifo(tmp_path / "fifo")
    fifo = os.open(tmp_path / "fifo", os.O_RDWR)
    with course.prepared.open("rb") as source:  # nothing to wait for, nothing to write to
        for files in ([source.fileno()], [fifo, fifo], [source.fileno(), fifo]):
            assert ask_raw(tmp_path / "s", message, files)["error"]["code"] == "bad_request"
        read_only = [source.fileno(), source.fileno()]
        assert ask_raw(tmp_path / "s", message, read_only)["error"]["code"] == "file_unreachable"
    os.close(fifo)
    assert not (tmp_path / "x.pdf").exists()
    client.sign(session, course.prepared, tmp_path / "x.pdf")


class Gated:
    """A time-stamping authority that answers when it may; ``asked`` tells that somebody waits."""

    def __init__(self, real: Timestamper) -> None:
        self.real = real
        self.asked, self.may = threading.Event(), threading.Event()

    def token(self, digest: bytes) -> bytes:
        self.asked.set()
        assert self.may.wait(20)
        return self.real.token(digest)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


@contextmanager
def serving(path: Path, backend: SigningBackend, peers: Peers | None = None) -> Iterator[SigningClient]:
    server = SigningServer(path, backend, peers)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield SigningClient(path)
    finally:
        server.stop()
        thread.join(10)


def test_when_nobody_waits_any_more_the_consent_stands(pki: DemoPki, course: Course, tmp_path: Path) -> None:
    """A worker that is killed while its document is signed leaves a consent that another worker can use."""
    gate = Gated(pki.timestamper())
    backend = SigningBackend(pki.keys, pki.trust, gate)
    with serving(tmp_path / "s", backend) as client:
        session = unlock(client, course.prepared)
        with (
            socket.socket(socket.AF_UNIX) as connection,
            course.prepared.open("rb") as source,
            (tmp_path / "gone.pdf").open("wb") as target,
        ):
            connection.connect(str(tmp_path / "s"))
            message = framed({"do": "sign", "session": session})
            socket.send_fds(connection, [message], [source.fileno(), target.fileno()])
            assert gate.asked.wait(20)
            with pytest.raises(ConsentMissing):  # while it is under way nobody else gets a second one
                client.sign(session, course.prepared, tmp_path / "x.pdf")
        gate.may.set()
        while backend.busy:
            time.sleep(0.02)
        assert (tmp_path / "gone.pdf").read_bytes() == b""
        client.sign(session, course.prepared, tmp_path / "x.pdf")
        with pytest.raises(ConsentMissing):
            client.sign(session, course.prepared, tmp_path / "y.pdf")


def test_a_pile_is_signed_by_several_threads(
    client: SigningClient, course: Course, trust: Trust, make_letter: Callable[..., Path], tmp_path: Path
) -> None:
    files = []
    for number in range(6):
        letter = tmp_path / f"{number}.pdf"
        prepare(make_letter(articles=str(number + 1)), letter, course.places)
        files.append(letter)
    session = unlock(client, *files)

    def sign(letter: Path) -> str:
        return client.sign(session, letter, letter.with_suffix(".signed")).sha256

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(sign, files))) == 6
    assert all(judge(letter.with_suffix(".signed"), trust).verdict is Verdict.PASS for letter in files)


def test_a_fixed_time_is_given_only_in_process(pki: DemoPki, course: Course, trust: Trust, tmp_path: Path) -> None:
    then = datetime(2025, 5, 19, 8, 30, tzinfo=UTC)
    backend = SigningBackend(pki.keys, pki.trust, pki.timestamper(then))
    signed = backend.sign(unlock(backend, course.prepared), course.prepared, tmp_path / "x.pdf")
    assert signed.signed_at == then
    leader = judge(tmp_path / "x.pdf", trust).signature("leader")
    assert leader is not None
    assert (leader.verdict, leader.signed_at, leader.time_is_trusted) == (Verdict.PASS, then, True)


def test_the_program_runs_alone(pki: DemoPki, course: Course, tmp_path: Path) -> None:
    path, log = tmp_path / "sock", tmp_path / "log"
    with log.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "signing.process", "--keys", str(pki.folder), "--socket", str(path)],
            stderr=said,
        )
    try:
        client = SigningClient(path)
        for _ in range(200):
            try:
                client.ping()
                break
            except SignerUnreachable:
                time.sleep(0.1)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        limits = Path(f"/proc/{process.pid}/limits")
        if os.access(limits, os.R_OK):
            (core,) = [line for line in limits.read_text().splitlines() if "core file" in line]
            assert core.split()[4:6] == ["0", "0"]
        client.sign(unlock(client, course.prepared), course.prepared, tmp_path / "x.pdf")
        with pytest.raises(WrongPassword):
            client.unlock(LEADER.key_id, WRONG, [sha256_of(course.prepared)], "sign")
        second = subprocess.run(
            [sys.executable, "-m", "signing.process", "--keys", str(pki.folder), "--socket", str(path)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert second.returncode == 1
        assert "another signing process" in second.stderr
        client.ping()
    finally:
        process.terminate()
        assert process.wait(20) == 0
    text = log.read_text()
    assert WRONG not in text
    assert LEADER.password not in text
    assert not path.exists()
