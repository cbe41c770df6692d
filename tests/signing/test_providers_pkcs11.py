"""Keys in tokens: real SoftHSM beyond a process of its own, and a library that crashes, hangs, locks and prints."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing import Trust, Verdict, fill_and_seal, judge, sign_as_person
from signing.demo_pki import DemoPki
from signing.errors import (
    ConsentExpired,
    PinGuarded,
    SigningError,
    TokenLocked,
    TokenUnavailable,
    UnknownKey,
    WrongPassword,
    WrongSignature,
)
from signing.keys import LoadedKey, Secret
from signing.providers.pin_guard import PinGuard
from signing.providers.pkcs11 import Pkcs11Provider, TokenKeySettings
from signing.providers.token_process import TokenSettings
from signing.timestamps import LocalTimestamper
from tests.signing.conftest import LEADER, Course
from tests.signing.softhsm import NEEDS_SOFTHSM, SoftToken, Stored, elliptic_key, make_token, with_moods

pytestmark = NEEDS_SOFTHSM
PIN = "4827-1934"
WRONG = "9999-0000"
FILES = ["0" * 64]


@pytest.fixture(scope="module")
def token(
    tmp_path_factory: pytest.TempPathFactory, pki: DemoPki, leader_key: LoadedKey, seal_key: LoadedKey
) -> SoftToken:
    return make_token(
        tmp_path_factory.mktemp("softhsm"),
        "van-thu",
        PIN,
        Stored("seal", seal_key),
        Stored("leader", leader_key),
        Stored("careful", leader_key, asks_each_time=True),
        Stored("curve", elliptic_key(pki, "Đường cong")),
        Stored("mixed", LoadedKey(leader_key.private, seal_key.certificate)),
    )


def provider_of(token: SoftToken, guard: PinGuard | None = None, **changes: float) -> Pkcs11Provider:
    settings = TokenSettings("hsm", token.module, label=token.label, environment=token.environment, **changes)  # type: ignore[arg-type]
    names = ("seal", "leader", "careful", "curve", "mixed", "absent")
    keys = [TokenKeySettings(name, "hsm", label=name) for name in names]
    return Pkcs11Provider([settings], keys, guard=guard or PinGuard(None))


@pytest.fixture
def provider(token: SoftToken) -> Iterator[Pkcs11Provider]:
    made = provider_of(token)
    yield made
    made.stop()


Misbehaving = Callable[..., tuple[Pkcs11Provider, Path]]


@pytest.fixture
def misbehaving(token: SoftToken, tmp_path: Path) -> Iterator[Misbehaving]:
    made: list[Pkcs11Provider] = []

    def make(**changes: float) -> tuple[Pkcs11Provider, Path]:
        shim, mood = with_moods(token, tmp_path)
        made.append(provider_of(shim, **changes))
        return made[-1], mood

    yield make
    for one in made:
        one.stop()


def child_of(provider: Pkcs11Provider) -> int:
    pid = provider._tokens["hsm"].process.pid
    assert pid is not None
    return pid


def fits(certificate: bytes, signature: bytes, data: bytes) -> bool:
    key = x509.load_der_x509_certificate(certificate).public_key()
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
    else:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    return True


def test_the_certificate_is_shown_without_a_pin(provider: Pkcs11Provider, seal_key: LoadedKey) -> None:
    assert provider.certificate("seal").certificate == seal_key.certificate
    for name in ("absent", "unheard-of"):
        with pytest.raises(UnknownKey):
            provider.certificate(name)


@pytest.mark.parametrize("name", ["leader", "curve", "careful"])
def test_a_pile_is_signed_under_one_pin(provider: Pkcs11Provider, name: str) -> None:
    """``careful`` is a key that its token lets sign only after the PIN was given for this very signature."""
    key = provider.open(name, Secret(PIN), FILES, "sign")
    pieces = [f"attributes {number}".encode() for number in range(5)]
    for piece, made in zip(pieces, key.sign_many(pieces), strict=True):
        assert fits(key.certificate, made, piece)
    assert key.algorithm == ("ec" if name == "curve" else "rsa")
    key.close()
    key.close()
    with pytest.raises(ConsentExpired):
        key.sign(b"later")


@pytest.mark.requirement("R-SIG-5")
def test_a_letter_is_signed_and_sealed_by_tokens(
    provider: Pkcs11Provider,
    course: Course,
    trust: Trust,
    timestamper: LocalTimestamper,
    tmp_path: Path,
    signature_png: bytes,
    seal_png: bytes,
) -> None:
    signed, sealed = tmp_path / "signed.pdf", tmp_path / "sealed.pdf"
    leader = provider.open("curve", Secret(PIN), FILES, "sign")
    sign_as_person(course.prepared, signed, leader, timestamper, trust, image=signature_png)
    seal = provider.open("seal", Secret(PIN), FILES, "seal")
    fill_and_seal(signed, sealed, seal, timestamper, trust, number="7", date="ngày 01 tháng 02", image=seal_png)
    assert judge(sealed, trust).verdict is Verdict.PASS


def test_each_consent_gives_the_pin_itself(provider: Pkcs11Provider) -> None:
    """A library that is logged in already would take any PIN; the token is asked anew each time."""
    first = provider.open("seal", Secret(PIN), FILES, "seal")
    with pytest.raises(WrongPassword):
        provider.open("seal", Secret(WRONG), FILES, "seal")
    assert fits(first.certificate, first.sign(b"still open"), b"still open")


def test_when_the_last_key_is_closed_nobody_is_logged_in(provider: Pkcs11Provider) -> None:
    process = provider._tokens["hsm"].process
    first, second = (provider.open("seal", Secret(PIN), FILES, "seal") for _ in range(2))
    first.close()
    assert process.logged_in
    second.close()
    assert not process.logged_in
    said = process.ask("sign", label="seal", id="", digest="00" * 32)
    assert isinstance(said, dict)
    assert said["error"] == "not_logged_in"


def test_one_at_a_time_from_many_threads(provider: Pkcs11Provider) -> None:
    key = provider.open("leader", Secret(PIN), FILES, "sign")
    pieces = [f"piece {number}".encode() for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(key.sign, pieces))
    assert all(fits(key.certificate, one, piece) for one, piece in zip(made, pieces, strict=True))
    assert provider._tokens["hsm"].process.started == 1


def test_a_certificate_that_is_not_the_keys_is_noticed(provider: Pkcs11Provider) -> None:
    key = provider.open("mixed", Secret(PIN), FILES, "seal")
    with pytest.raises(WrongSignature):
        key.sign(b"data")


# --- PINs -----------------------------------------------------------------------------------------------------------
def test_wrong_pins_are_counted_below_the_tokens_own_limit(token: SoftToken, tmp_path: Path) -> None:
    """The count outlives the process; only the right PIN or an administrator takes it back."""
    provider = provider_of(token, PinGuard(tmp_path))
    for _ in range(3):
        with pytest.raises(WrongPassword):
            provider.open("seal", Secret(WRONG), FILES, "seal")
    with pytest.raises(PinGuarded):
        provider.open("seal", Secret(PIN), FILES, "seal")
    provider.stop()
    again = provider_of(token, PinGuard(tmp_path))
    with pytest.raises(PinGuarded):
        again.open("seal", Secret(PIN), FILES, "seal")
    assert json.loads((tmp_path / "pins.json").read_text()) == {"hsm": 3}
    PinGuard(tmp_path).release("hsm")
    again.open("seal", Secret(PIN), FILES, "seal").close()
    assert json.loads((tmp_path / "pins.json").read_text()) == {}
    again.stop()


def test_the_right_pin_takes_the_count_back(token: SoftToken, tmp_path: Path) -> None:
    provider = provider_of(token, PinGuard(tmp_path))
    for _ in range(3):
        for _ in range(2):
            with pytest.raises(WrongPassword):
                provider.open("seal", Secret(WRONG), FILES, "seal")
        provider.open("seal", Secret(PIN), FILES, "seal").close()
    provider.stop()


@pytest.mark.parametrize(("said", "error"), [("locked", TokenLocked), ("final try", PinGuarded)])
def test_a_token_that_is_locked_or_nearly_so_is_left_alone(
    misbehaving: Misbehaving, said: str, error: type[SigningError]
) -> None:
    provider, mood = misbehaving()
    mood.write_text(said)
    for _ in range(5):  # nor is it our count that speaks
        with pytest.raises(error):
            provider.open("seal", Secret(PIN), FILES, "seal")
    mood.unlink()
    provider.open("seal", Secret(PIN), FILES, "seal")


# --- the vendor's library -------------------------------------------------------------------------------------------
def test_the_library_is_loaded_by_its_own_process_alone(provider: Pkcs11Provider) -> None:
    provider.open("seal", Secret(PIN), FILES, "seal")
    assert "libsofthsm2" not in Path("/proc/self/maps").read_text()
    pid = child_of(provider)
    if os.access(f"/proc/{pid}/maps", os.R_OK):
        assert "libsofthsm2" in Path(f"/proc/{pid}/maps").read_text()


def test_a_crash_in_the_middle_of_a_signature_is_mended(misbehaving: Misbehaving) -> None:
    provider, mood = misbehaving()
    key = provider.open("careful", Secret(PIN), FILES, "sign")
    mood.write_text("crash once")
    made = key.sign_many([b"one", b"two", b"three"])
    assert not mood.exists()
    assert all(fits(key.certificate, one, piece) for one, piece in zip(made, (b"one", b"two", b"three"), strict=True))
    assert provider._tokens["hsm"].process.started == 2


def test_killed_in_the_middle_of_a_signature(provider: Pkcs11Provider) -> None:
    """The process is held still, so the kill meets a signature that is under way for certain."""
    key = provider.open("seal", Secret(PIN), FILES, "seal")
    child = child_of(provider)
    os.kill(child, signal.SIGSTOP)
    done: list[bytes] = []
    thread = threading.Thread(target=lambda: done.append(key.sign(b"data")))
    thread.start()
    time.sleep(0.3)
    assert not done
    os.kill(child, signal.SIGKILL)
    thread.join(20)
    assert fits(key.certificate, done[0], b"data")
    assert child_of(provider) != child


def test_a_library_that_crashes_every_time_fails_by_name_and_can_be_asked_again(misbehaving: Misbehaving) -> None:
    provider, mood = misbehaving()
    key = provider.open("seal", Secret(PIN), FILES, "seal")
    mood.write_text("crash")
    with pytest.raises(TokenUnavailable, match="'hsm' ended in the middle"):
        key.sign(b"data")
    mood.unlink()
    assert fits(key.certificate, key.sign(b"data"), b"data")


def test_a_library_that_hangs_is_ended(misbehaving: Misbehaving) -> None:
    provider, mood = misbehaving(seconds=1.0)
    key = provider.open("seal", Secret(PIN), FILES, "seal")
    child = child_of(provider)
    mood.write_text("hang")
    begun = time.monotonic()
    with pytest.raises(TokenUnavailable, match="did not answer within 1 seconds"):
        key.sign(b"data")
    assert time.monotonic() - begun < 15
    assert not Path(f"/proc/{child}").exists()
    mood.unlink()
    assert fits(key.certificate, key.sign(b"data"), b"data")


def test_a_token_that_is_not_there(token: SoftToken, tmp_path: Path) -> None:
    elsewhere = SoftToken(token.module, "another", PIN, token.environment)
    broken = tmp_path / "broken.so"
    broken.write_bytes(b"no library")
    for made in (provider_of(elsewhere), provider_of(SoftToken(broken, "van-thu", PIN, token.environment))):
        with pytest.raises(TokenUnavailable):
            made.certificate("seal")
        with pytest.raises(TokenUnavailable):
            made.open("seal", Secret(PIN), FILES, "seal")
        made.stop()


def test_what_the_library_prints_goes_nowhere(
    misbehaving: Misbehaving, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    provider, mood = misbehaving()
    for pin in (WRONG, PIN):
        try:
            key = provider.open("careful", Secret(pin), FILES, "sign")
        except WrongPassword:
            continue
        mood.write_text("crash")
        with pytest.raises(TokenUnavailable):
            key.sign(b"data")
    said = capfd.readouterr()
    for pin in (WRONG, PIN):
        assert pin not in said.out + said.err + caplog.text
        stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert pin.encode() not in stored
        assert hashlib.sha256(pin.encode()).hexdigest().encode() not in stored


def test_the_library_does_not_see_the_offices_secrets(token: SoftToken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "a-secret-of-the-office")
    provider = provider_of(token)
    provider.certificate("seal")
    environ = Path(f"/proc/{child_of(provider)}/environ")
    if not os.access(environ, os.R_OK):
        pytest.skip("needs to read the environment of the process beside the token")
    assert b"a-secret-of-the-office" not in environ.read_bytes()
    provider.stop()


def test_keys_on_tokens_serve_the_holder_of_the_certificate(provider: Pkcs11Provider) -> None:
    assert provider.certificate("leader").info.name == LEADER.name
