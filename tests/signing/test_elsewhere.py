"""The signing process over its socket, for keys that it does not hold."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from signing import LoadedKey, LocalTimestamper, Trust, Verdict, judge, sha256_of
from signing.demo_pki import DemoPki
from signing.errors import (
    BadConfiguration,
    BadRequest,
    HolderRefused,
    PreparationChanged,
    PreparationExpired,
    PurposeNotAllowed,
    RateExceeded,
    SealRefused,
    SigningError,
    TooManyAttempts,
    UnknownKey,
    WrongPassword,
    WrongSignature,
)
from signing.keys import Secret
from signing.process import SigningBackend, SigningClient
from signing.process.attempts import FREE_ATTEMPTS
from signing.process.elsewhere import Filling
from signing.process.keyring import Keyring, read_keyring
from signing.process.server import SigningServer
from signing.providers.national import Transaction
from tests.signing.certified import certify
from tests.signing.conftest import Course
from tests.signing.csc_service import CLIENT, CLIENT_SECRET, OTP, PIN, REDIRECT, CscService, Held
from tests.signing.national_service import OFFICE, OFFICE_SECRET, USER, MySignService, SmartCaService

HERE = Path(__file__).parent


@dataclass
class World:
    """A signing process at a socket, with services on loopback."""

    client: SigningClient
    csc: CscService
    smartca: SmartCaService
    mysign: MySignService
    folder: Path
    course: Course

    def prepared(self, certificate: bytes, **options: object) -> tuple[object, Path]:
        source, waiting = self.course.prepared, self.folder / "waiting"
        given = {"base_sha256": sha256_of(source)} | options
        return self.client.elsewhere.prepare(source, waiting, certificate, **given), waiting


@pytest.fixture(scope="module")
def held(pki: DemoPki) -> tuple[rsa.RSAPrivateKey, tuple[bytes, ...]]:
    private = rsa.generate_private_key(65537, 2048)
    return private, certify(pki, private.public_key(), "Nguyễn Thị Từ Xa")


def written(folder: Path, csc: str, smartca: str, mysign: str) -> Path:
    for name, secret in (("csc", CLIENT_SECRET), ("office", OFFICE_SECRET)):
        (folder / f"{name}.secret").write_text(secret + "\n", encoding="utf-8")
    services = (
        ("csc", "csc", csc, CLIENT, f'redirect = "{REDIRECT}"'),
        ("smartca", "smartca", smartca, OFFICE, ""),
        ("mysign", "mysign", mysign, OFFICE, ""),
    )
    lines = []
    for name, dialect, url, client, more in services:
        secret = folder / ("csc.secret" if name == "csc" else "office.secret")
        lines += [f"[services.{name}]", f'dialect = "{dialect}"', f'url = "{url}"', f'client = "{client}"']
        lines += [f'secret_file = "{secret}"', "loopback = true", more]
    keys = (("lanh-dao", "csc", "cred", "person"), ("con-dau", "csc", "cred-seal", "seal"))
    keys += (("dien-thoai", "smartca", USER, "person"), ("dien-thoai-2", "mysign", USER, "person"))
    for name, service, holder, purpose in keys:
        lines += [f"[keys.{name}]", f'service = "{service}"', f'holder = "{holder}"', f'purpose = "{purpose}"']
    lines += ["per_hour = 3"]
    path = folder / "keys.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def world(
    tmp_path: Path,
    pki: DemoPki,
    trust: Trust,
    timestamper: LocalTimestamper,
    course: Course,
    held: tuple[rsa.RSAPrivateKey, tuple[bytes, ...]],
) -> Iterator[World]:
    private, certificates = held
    csc = CscService(
        {"cred": Held(private, certificates), "cred-seal": Held(private, certificates, objects=("PIN", "OTP"))}
    )
    smartca, mysign = SmartCaService(private, certificates), MySignService(private, certificates)
    with ExitStack() as stack:
        path = written(tmp_path, *(stack.enter_context(one.serving()) for one in (csc, smartca, mysign)))
        keyring = read_keyring(path, tmp_path / "none", soft_allowed=False, state=None, chain=lambda _: ())
        server = SigningServer(tmp_path / "s.sock", SigningBackend(keyring, trust, timestamper))
        threading.Thread(target=server.run, daemon=True).start()
        stack.callback(server.stop)
        client = SigningClient(tmp_path / "s.sock")
        yield World(client, csc, smartca, mysign, tmp_path, course)


# --- the two phases -------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-SIG-5")
def test_leader_and_seal_by_keys_that_never_came_here(
    world: World, leader_key: LoadedKey, seal_key: LoadedKey, trust: Trust, signature_png: bytes, seal_png: bytes
) -> None:
    elsewhere = world.client.elsewhere
    prepared, waiting = world.prepared(leader_key.certificate, image=signature_png)
    signed, sealed = world.folder / "signed.pdf", world.folder / "sealed.pdf"
    raw = leader_key.sign(prepared.attributes)
    elsewhere.finish(prepared, raw, waiting, signed, base_sha256=sha256_of(world.course.prepared))
    base = sha256_of(signed)
    filling = Filling("1043", "ngày 22 tháng 11 năm 2026")
    second = elsewhere.prepare(signed, waiting, seal_key.certificate, base_sha256=base, image=seal_png, filling=filling)
    elsewhere.finish(second, seal_key.sign(second.attributes), waiting, sealed, base_sha256=base)
    judgement = judge(sealed, trust)
    assert judgement.verdict is Verdict.PASS
    assert {one.field for one in judgement.signatures} == {"leader", "seal"}
    assert second.holder.chain == seal_key.chain


def test_what_is_refused_is_refused_over_the_socket_as_well(
    world: World, leader_key: LoadedKey, seal_key: LoadedKey
) -> None:
    base = sha256_of(world.course.prepared)
    with pytest.raises(PreparationChanged):
        world.prepared(leader_key.certificate, base_sha256="0" * 64)
    with pytest.raises(SealRefused):
        world.prepared(seal_key.certificate, filling=Filling("1", "hôm nay"))
    with pytest.raises(SigningError):
        world.prepared(b"not a certificate")
    prepared, waiting = world.prepared(leader_key.certificate)
    target = world.folder / "signed.pdf"
    with pytest.raises(WrongSignature):
        world.client.elsewhere.finish(prepared, seal_key.sign(prepared.attributes), waiting, target, base_sha256=base)
    waiting.write_bytes(waiting.read_bytes() + b" ")
    raw = leader_key.sign(prepared.attributes)
    with pytest.raises(PreparationChanged):
        world.client.elsewhere.finish(prepared, raw, waiting, target, base_sha256=base)
    assert not target.exists()


def test_what_waited_too_long_is_not_finished(world: World, leader_key: LoadedKey) -> None:
    base = sha256_of(world.course.prepared)
    prepared, waiting = world.prepared(leader_key.certificate, lifetime=timedelta(milliseconds=1))
    raw = leader_key.sign(prepared.attributes)
    with pytest.raises(PreparationExpired):
        world.client.elsewhere.finish(prepared, raw, waiting, world.folder / "x.pdf", base_sha256=base)


# --- remote services ------------------------------------------------------------------------------------------------
def test_keys_at_services_are_known_by_the_names_given_to_them(
    world: World, held: tuple[rsa.RSAPrivateKey, tuple[bytes, ...]]
) -> None:
    client = world.client
    assert [client.provider(name) for name in ("lanh-dao", "dien-thoai", "dien-thoai-2")] == [
        "csc",
        "smartca",
        "mysign",
    ]
    certificate, mode, questions = client.elsewhere.describe("con-dau")
    assert (certificate, mode) == (held[1][0], "explicit")
    assert [one.name for one in questions] == ["PIN", "OTP"]
    assert client.elsewhere.describe("dien-thoai")[1:] == ("phone", ())
    with pytest.raises(UnknownKey):
        client.elsewhere.describe("nobody")


def test_a_pile_at_once_under_one_authorisation(world: World) -> None:
    values = world.client.elsewhere.start("lanh-dao", "sign", [b"one", b"two"], {"PIN": Secret(PIN)})
    assert isinstance(values, list)
    assert len(values) == 2
    assert world.csc.calls.count("/credentials/authorize") == 1


@pytest.mark.parametrize("key", ["dien-thoai", "dien-thoai-2"])
def test_a_pile_on_the_telephone(world: World, key: str) -> None:
    elsewhere = world.client.elsewhere
    service = world.smartca if key == "dien-thoai" else world.mysign
    service.phone.acts = "later:2"
    pieces = [b"one", b"two"]
    transaction = elsewhere.start(key, "sign", pieces, {})
    assert isinstance(transaction, Transaction)
    said = [elsewhere.ask(key, transaction, pieces) for _ in range(3)]
    assert said[:2] == [None, None]
    assert said[2] is not None
    assert len(said[2]) == 2
    service.phone.acts = "refuse"
    with pytest.raises(HolderRefused):
        elsewhere.ask(key, transaction, pieces)
    with pytest.raises(BadRequest):
        elsewhere.ask(key, transaction, [b"other", b"two"])


def test_the_rules_of_a_key_hold_for_services_too(world: World) -> None:
    elsewhere = world.client.elsewhere
    with pytest.raises(PurposeNotAllowed):
        elsewhere.start("lanh-dao", "seal", [b"one"], {"PIN": Secret(PIN)})
    elsewhere.start("dien-thoai-2", "sign", [b"1", b"2", b"3"], {})
    with pytest.raises(RateExceeded):
        elsewhere.start("dien-thoai-2", "sign", [b"4"], {})


def test_wrong_pins_are_counted(world: World) -> None:
    elsewhere = world.client.elsewhere
    for _ in range(FREE_ATTEMPTS):
        with pytest.raises(WrongPassword):
            elsewhere.start("lanh-dao", "sign", [b"one"], {"PIN": Secret("sai")})
    with pytest.raises(TooManyAttempts):
        elsewhere.start("lanh-dao", "sign", [b"one"], {"PIN": Secret(PIN)})


def test_no_error_shows_a_pin(world: World, caplog: pytest.LogCaptureFixture) -> None:
    answers = {"PIN": Secret(PIN), "OTP": Secret(OTP)}
    told = []
    for place in ("/credentials/authorize", "/signatures/signHash"):
        for answer in ((500, {}), (400, {"error": "invalid_otp"}), (200, b"?")):
            world.csc.faults = {place: answer}
            with pytest.raises(SigningError) as caught:
                world.client.elsewhere.start("con-dau", "seal", [b"one"], answers)
            shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
            told += [str(f.locals) for f in shown.stack if not f.filename.startswith(str(HERE))] + [repr(caught.value)]
    everything = "\n".join([*told, caplog.text])
    assert [one for one in (PIN, OTP, CLIENT_SECRET) if one in everything] == []


def test_keys_in_files_are_not_asked_so(
    tmp_path: Path, pki: DemoPki, trust: Trust, timestamper: LocalTimestamper
) -> None:
    backend = SigningBackend(Keyring.of_files(pki.keys), trust, timestamper)
    with pytest.raises(BadRequest):
        backend.elsewhere.start("anh.nth", "sign", [b"one"], {})


# --- configuration --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('dialect = "csc"', 'dialect = "cscc"'),
        ('dialect = "csc"', ""),
        ('service = "csc"', 'service = "cs"'),
        ('holder = "cred"', ""),
        ('holder = "cred"', 'holder = "cred"\ntoken = "x"'),
        ("loopback = true", "loopbak = true"),
        ("loopback = true", "loopback = false"),
        ("loopback = true", "loopback = true\nseconds = 600"),
        ("csc.secret", "nowhere.secret"),
        ("[services.csc]", "[service.csc]"),
    ],
)
def test_what_the_configuration_does_not_say_rightly_is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = written(tmp_path, *["http://127.0.0.1:1"] * 3)
    good = path.read_text(encoding="utf-8")
    assert read_keyring(path, tmp_path, soft_allowed=False, state=None, chain=lambda _: ()).keys
    path.write_text(good.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadConfiguration):
        read_keyring(path, tmp_path, soft_allowed=False, state=None, chain=lambda _: ())
