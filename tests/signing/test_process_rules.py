"""What a key may be used for, and by whom: rules, their configuration, and the users of the machine."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from signing.demo_pki import DemoPki
from signing.errors import (
    BadConfiguration,
    ConsentMissing,
    ConsentOfAnother,
    KindNotAllowed,
    OutsideHours,
    PurposeNotAllowed,
    RateExceeded,
    SigningError,
    SoftKeyRefused,
    UnknownKey,
)
from signing.files import sha256_of
from signing.process import SigningBackend
from signing.process.keyring import Keyring, Peers, read_keyring
from signing.process.rules import KeyRules
from signing.providers.pkcs12 import Pkcs12Provider
from tests.signing.conftest import AGENCY, LEADER, Course
from tests.signing.test_process import serving

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""09:00 in Viet Nam."""
SUNDAY = MONDAY - timedelta(days=1)
NOBODY = pwd.getpwnam("nobody").pw_uid


class World:
    """A signing process whose clocks are ours."""

    def __init__(self, pki: DemoPki, rules: KeyRules, peers: Peers | None = None) -> None:
        self.seconds, self.wall = 1000.0, MONDAY
        provider = Pkcs12Provider(pki.keys)
        name = AGENCY.key_id if rules.purpose == "seal" else LEADER.key_id
        self.holder = AGENCY if rules.purpose == "seal" else LEADER
        keyring = Keyring({name: (provider, rules)}, peers=peers or Peers())
        self.backend = SigningBackend(
            keyring, pki.trust, pki.timestamper(), clock=lambda: self.seconds, wall=lambda: self.wall
        )

    def unlock(self, *hashes: str, purpose: str = "", kinds: tuple[str, ...] = (), peer: int | None = None) -> str:
        wanted = purpose or ("seal" if self.holder is AGENCY else "sign")
        return self.backend.unlock(
            self.holder.key_id, self.holder.password, list(hashes), wanted, kinds=kinds, peer=peer
        )


HASHES = tuple(f"{number:064x}" for number in range(9))


def test_a_key_serves_its_purpose_alone(pki: DemoPki) -> None:
    for own, other in (("sign", "seal"), ("seal", "sign")):
        world = World(pki, KeyRules(own))  # type: ignore[arg-type]
        with pytest.raises(PurposeNotAllowed):
            world.unlock(HASHES[0], purpose=other)
        world.unlock(HASHES[0])


def test_a_key_serves_its_kinds_alone(pki: DemoPki) -> None:
    world = World(pki, KeyRules("seal", kinds=frozenset({"Công văn", "Giấy mời"})))
    for kinds in (("Quyết định",), ("Công văn", "Quyết định"), ()):
        with pytest.raises(KindNotAllowed):
            world.unlock(HASHES[0], kinds=kinds)
    world.unlock(HASHES[0], kinds=("CÔNG VĂN", "Giấy  mời"))
    decomposed = "Công văn".replace("ô", "o\u0302").replace("ă", "a\u0306")
    world.unlock(HASHES[0], kinds=(decomposed,))


@pytest.mark.parametrize(
    ("moment", "refused"),
    [
        (MONDAY, False),
        (SUNDAY, True),
        (MONDAY.replace(hour=0, minute=29), True),  # 07:29 in Viet Nam
        (MONDAY.replace(hour=0, minute=30), False),
        (MONDAY.replace(hour=10, minute=1), True),
    ],
)
def test_a_key_serves_in_its_hours(pki: DemoPki, moment: datetime, refused: bool) -> None:
    world = World(pki, KeyRules("seal", days=frozenset(range(5)), hours=(time(7, 30), time(17, 0))))
    world.wall = moment
    if refused:
        with pytest.raises(OutsideHours):
            world.unlock(HASHES[0])
    else:
        world.unlock(HASHES[0])


def test_hours_are_looked_at_again_when_it_is_signed(pki: DemoPki, course: Course, tmp_path: Path) -> None:
    world = World(pki, KeyRules("sign", hours=(time(7, 30), time(17, 0))))
    session = world.unlock(sha256_of(course.prepared))
    world.wall = MONDAY.replace(hour=12)
    with pytest.raises(OutsideHours):
        world.backend.sign(session, course.prepared, tmp_path / "x.pdf")
    world.wall = MONDAY
    world.backend.sign(session, course.prepared, tmp_path / "x.pdf")


def test_a_key_signs_so_often_within_an_hour(
    pki: DemoPki, course: Course, make_letter: Callable[..., Path], tmp_path: Path
) -> None:
    world = World(pki, KeyRules("sign", per_hour=2))
    with pytest.raises(RateExceeded):
        world.unlock(*HASHES[:3])
    session = world.unlock(sha256_of(course.prepared))
    other = world.unlock(sha256_of(course.prepared), HASHES[1])
    third = world.unlock(sha256_of(course.prepared))
    for number, one in enumerate((session, other)):
        world.backend.sign(one, course.prepared, tmp_path / f"{number}.pdf")
    with pytest.raises(RateExceeded):
        world.backend.sign(third, course.prepared, tmp_path / "x.pdf")
    with pytest.raises(RateExceeded):
        world.unlock(HASHES[0])
    world.seconds += 3601
    world.backend.sign(world.unlock(sha256_of(course.prepared)), course.prepared, tmp_path / "x.pdf")


# --- whose consent it is --------------------------------------------------------------------------------------------
def test_a_consent_serves_the_user_it_was_given_to(pki: DemoPki, course: Course, tmp_path: Path) -> None:
    world = World(pki, KeyRules("sign"), Peers(users=frozenset({501, 502}), workers=frozenset({503})))
    session = world.unlock(sha256_of(course.prepared), peer=501)
    with pytest.raises(ConsentOfAnother):
        world.backend.sign(session, course.prepared, tmp_path / "x.pdf", peer=502)
    with pytest.raises(ConsentOfAnother):
        world.backend.forget(session, peer=502)
    world.backend.sign(session, course.prepared, tmp_path / "x.pdf", peer=503)
    with pytest.raises(ConsentMissing):
        world.backend.sign(session, course.prepared, tmp_path / "x.pdf", peer=501)


ASK = """
import json, os, socket, sys
os.setgroups([])
os.setgid(int(sys.argv[3]))
os.setuid(int(sys.argv[3]))
message = json.dumps(json.loads(sys.argv[2])).encode()
with socket.socket(socket.AF_UNIX) as connection:
    connection.settimeout(10)
    try:
        connection.connect(sys.argv[1])
        connection.sendall(len(message).to_bytes(4, "big") + message)
        print(connection.recv(65536)[4:].decode())
    except OSError as error:
        print(type(error).__name__)
"""
as_root = pytest.mark.skipif(os.getuid() != 0, reason="needs root, to ask as another user of the machine")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine may enter."""
    folder = Path(tempfile.mkdtemp(prefix="edocs-peers-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def asked_by(user: int, path: Path, message: dict[str, object]) -> str:
    command = [sys.executable, "-I", "-c", ASK, str(path), json.dumps(message), str(user)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd="/")
    return done.stdout.strip() + done.stderr


@as_root
def test_only_users_that_are_named_are_heard(pki: DemoPki, open_folder: Path) -> None:
    path, ping = open_folder / "s", {"do": "ping"}
    with serving(path, SigningBackend(pki.keys, pki.trust, pki.timestamper())):
        assert path.stat().st_mode & 0o777 == 0o600
        path.chmod(0o666)  # even if somebody opens the socket to all
        assert "open_sessions" not in asked_by(NOBODY, path, ping)
    with serving(path, SigningBackend(pki.keys, pki.trust, pki.timestamper()), Peers(users=frozenset({NOBODY}))):
        assert json.loads(asked_by(NOBODY, path, ping)) == {"ok": {"open_sessions": 0}}


@as_root
def test_the_kernel_says_whose_consent_it_is(pki: DemoPki, open_folder: Path) -> None:
    """Another user who learnt the name of a consent, from a dump of the database, can do nothing with it."""
    path = open_folder / "s"
    peers = Peers(users=frozenset({NOBODY}))
    backend = SigningBackend(Keyring(soft=Pkcs12Provider(pki.keys), peers=peers), pki.trust, pki.timestamper())
    with serving(path, backend, peers) as client:
        session = client.unlock(LEADER.key_id, LEADER.password, [HASHES[0]], "sign")
        answer = json.loads(asked_by(NOBODY, path, {"do": "forget", "session": session}))
        assert answer["error"]["code"] == "consent_of_another"
        assert client.ping() == 1
    workers = Peers(workers=frozenset({NOBODY}))
    with serving(path, backend, workers):
        facts = {"key": LEADER.key_id, "password": LEADER.password, "hashes": [HASHES[0]], "purpose": "sign"}
        answer = json.loads(asked_by(NOBODY, path, {"do": "unlock", "kinds": [], **facts}))
        assert answer["error"]["code"] == "consent_of_another"


# --- the configuration ----------------------------------------------------------------------------------------------
GOOD = """
[peers]
users = ["nobody"]
workers = [10002]

[tokens.hsm]
module = "{module}"
label = "van-thu"
pin_attempts = 2

[tokens.director]
module = "{module}"
serial = "0a1b"

[keys.seal]
token = "hsm"
label = "seal"
purpose = "seal"
kinds = ["Công văn"]
days = ["mon", "tue"]
hours = "07:00-18:30"
per_hour = 300

[keys.seal-orders]
token = "hsm"
id = "02"
purpose = "seal"

[keys.giamdoc]
token = "director"
label = "key"
purpose = "person"
"""


def read(tmp_path: Path, text: str, *, soft_allowed: bool = False) -> Keyring:
    module = tmp_path / "module.so"
    module.touch()
    path = tmp_path / "keys.toml"
    path.write_text(text.replace("{module}", str(module)))
    return read_keyring(path, tmp_path / "keys", soft_allowed=soft_allowed, state=None, chain=lambda _: ())


def test_the_configuration_says_what_each_key_may(tmp_path: Path) -> None:
    keyring = read(tmp_path, GOOD)
    provider, rules = keyring.find("seal")
    assert provider.name == "pkcs11"
    assert rules == KeyRules("seal", frozenset({"Công văn"}), frozenset({0, 1}), (time(7), time(18, 30)), 300)
    assert keyring.find("giamdoc")[1] == KeyRules("sign")
    assert keyring.peers == Peers(frozenset({NOBODY}), frozenset({10002}))
    with pytest.raises(UnknownKey):
        keyring.find("anything")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('purpose = "person"', 'purpose = "both"', "keys.giamdoc: purpose"),
        ("per_hour = 300", "per_hour = 0", "keys.seal: per_hour"),
        ("per_hour = 300", "perhour = 300", "keys.seal says perhour"),
        ('hours = "07:00-18:30"', 'hours = "18:30-07:00"', "hours end before"),
        ('hours = "07:00-18:30"', 'hours = "all day"', "hours are like"),
        ('days = ["mon", "tue"]', 'days = ["monday"]', "days are some of"),
        ('kinds = ["Công văn"]', 'kinds = "Công văn"', "kinds is not a list"),
        ('id = "02"', 'id = "zz"', "id is not hexadecimal"),
        ('token = "director"', 'token = "hsm"', "shares token 'hsm'"),
        ('token = "director"', 'token = "nowhere"', "no token 'nowhere'"),
        ('serial = "0a1b"', "", "either label or serial"),
        ("pin_attempts = 2", "pin_attempts = 50", "pin_attempts"),
        ("pin_attempts = 2", 'pin = "1234"', "tokens.hsm says pin"),
        ('users = ["nobody"]', 'users = ["no-such-user"]', "no user 'no-such-user'"),
        ("[peers]", "[peer]", "the file says peer"),
        ("[peers]", "[peers", "keys.toml"),
        ('module = "{module}"', 'module = "module.so"', "not the path of a library"),
    ],
)
def test_what_it_does_not_understand_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(BadConfiguration, match=said):
        read(tmp_path, GOOD.replace(old, new, 1))


def test_keys_in_files_only_where_they_are_allowed(pki: DemoPki, tmp_path: Path) -> None:
    (tmp_path / "keys").symlink_to(pki.keys)
    with pytest.raises(SoftKeyRefused, match="keys lie in files"):
        read(tmp_path, GOOD)
    assert read(tmp_path, GOOD, soft_allowed=True).find(LEADER.key_id)[0].name == "pkcs12"
    (tmp_path / "keys").unlink()
    with pytest.raises(SigningError):
        read(tmp_path, GOOD).find(LEADER.key_id)
