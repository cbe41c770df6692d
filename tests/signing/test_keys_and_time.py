"""Keys, the demonstration's authorities, time stamps, pictures."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from PIL import Image
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from signing import HttpTimestamper, LoadedKey, LocalTimestamper, Trust, Verdict, check_image, judge, sign_as_person
from signing.demo_images import demo_seal_image, demo_signature_image
from signing.demo_pki import DemoHolder, DemoPki, make_demo_pki
from signing.errors import BadImage, CertificateNotTrusted, TimestampUnavailable, UnknownKey, WrongPassword
from signing.keys import load_pkcs12
from tests.signing.conftest import AGENCY, EXPIRED, FUTURE, LEADER, Course


def test_a_second_start_keeps_all_keys(pki: DemoPki) -> None:
    before = {path: path.read_bytes() for path in pki.folder.rglob("*") if path.is_file()}
    make_demo_pki(pki.folder, [LEADER, EXPIRED, FUTURE], AGENCY)
    after = {path: path.read_bytes() for path in pki.folder.rglob("*") if path.is_file()}
    assert before == after


def test_a_new_person_gets_a_key_of_the_same_authority(pki: DemoPki, trust: Trust) -> None:
    person = DemoHolder("b.tv", "Trần Văn B", "Sở Nội vụ", "pw-b")
    make_demo_pki(pki.folder, [person])
    key = pki.load("b.tv", "pw-b")
    trust.check_for_signing(key.certificate, pki.timestamper().now())
    assert key.private.key_size == 2048
    assert pki.load(AGENCY.key_id, AGENCY.password).private.key_size == 3072


def test_private_files_are_their_owners_alone(pki: DemoPki) -> None:
    for path in pki.folder.rglob("*.p12"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for name in ("keys", "authority"):
        assert stat.S_IMODE((pki.folder / name).stat().st_mode) == 0o700


def test_wrong_passwords_and_broken_files(pki: DemoPki) -> None:
    with pytest.raises(WrongPassword) as refused:
        pki.load(LEADER.key_id, "nope")
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None
    with pytest.raises((WrongPassword, UnknownKey)):
        load_pkcs12(b"rubbish", "nope")


def test_a_key_does_not_show_itself(leader_key: LoadedKey) -> None:
    assert repr(leader_key) == "LoadedKey()"


@pytest.mark.requirement("R-SIG-6")
def test_a_stranger_certificate_signs_nothing(
    leader_key: LoadedKey, course: Course, timestamper: LocalTimestamper, tmp_path: Path
) -> None:
    other = make_demo_pki(tmp_path / "other", [])
    with pytest.raises(CertificateNotTrusted):
        sign_as_person(course.prepared, tmp_path / "x.pdf", leader_key, timestamper, other.trust)


class _Authority(BaseHTTPRequestHandler):
    """A time-stamping authority on this machine, in one of its moods."""

    timestamper: LocalTimestamper
    mood = "good"

    def do_POST(self) -> None:
        question = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        if self.mood == "old answer":
            question["nonce"] = None
        if self.mood == "another question":
            question["message_imprint"]["hashed_message"] = b"\1" * 32
        key = self.timestamper.key
        assert isinstance(key, LoadedKey)
        private = key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        authority = DummyTimeStamper(x509.Certificate.load(key.certificate), keys.PrivateKeyInfo.load(private))
        body = authority.request_tsa_response(question).dump()
        if self.mood == "rubbish":
            body = b"<html>"
        if self.mood == "refuses":
            body = tsp.TimeStampResp({"status": {"status": "rejection"}}).dump()
        self.send_response(500 if self.mood == "broken" else 200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def authority(timestamper: LocalTimestamper) -> Iterator[tuple[str, type[_Authority]]]:
    handler = type("Authority", (_Authority,), {"timestamper": timestamper})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    server.server_close()
    thread.join()


def test_time_stamps_by_http(
    authority: tuple[str, type[_Authority]], course: Course, leader_key: LoadedKey, trust: Trust, tmp_path: Path
) -> None:
    sign_as_person(course.prepared, tmp_path / "x.pdf", leader_key, HttpTimestamper(authority[0]), trust)
    leader = judge(tmp_path / "x.pdf", trust).signature("leader")
    assert leader is not None
    assert (leader.verdict, leader.time_is_trusted) == (Verdict.PASS, True)


@pytest.mark.parametrize("mood", ["old answer", "another question", "rubbish", "refuses", "broken"])
def test_an_authority_that_does_not_answer_this_question_is_not_believed(
    authority: tuple[str, type[_Authority]], mood: str
) -> None:
    url, handler = authority
    handler.mood = mood
    with pytest.raises(TimestampUnavailable):
        HttpTimestamper(url, timeout=5).token(b"\0" * 32)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "file:///etc/passwd", "ftp://x"])
def test_an_unreachable_authority(
    url: str, course: Course, leader_key: LoadedKey, trust: Trust, tmp_path: Path
) -> None:
    with pytest.raises(TimestampUnavailable):
        sign_as_person(course.prepared, tmp_path / "x.pdf", leader_key, HttpTimestamper(url, timeout=2), trust)
    assert not list(tmp_path.iterdir())


def test_pictures_are_of_one_colour_and_transparent() -> None:
    for data, colour in ((demo_signature_image(LEADER.name), 2), (demo_seal_image(["UBND", "SỞ"]), 0)):
        picture = Image.open(BytesIO(data))
        assert picture.mode == "RGBA"
        assert picture.getpixel((0, 0))[3] == 0
        solid = [pixel for pixel in picture.get_flattened_data() if pixel[3] > 150]
        assert len(solid) > 500
        assert all(pixel[colour] == max(pixel[:3]) for pixel in solid)
    assert demo_signature_image("Lê A") == demo_signature_image("Lê A") != demo_signature_image("Lê B")


def test_pictures_that_are_none_are_refused() -> None:
    big = BytesIO()
    Image.new("1", (5000, 5000)).save(big, "PNG")
    for data in (b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", big.getvalue(), b"x" * 5_000_000):
        with pytest.raises(BadImage):
            check_image(data)
    assert len(check_image(demo_signature_image("A"))) == 64


def test_a_picture_is_not_needed(
    course: Course, leader_key: LoadedKey, timestamper: LocalTimestamper, trust: Trust, tmp_path: Path
) -> None:
    sign_as_person(course.prepared, tmp_path / "x.pdf", leader_key, timestamper, trust)
    assert judge(tmp_path / "x.pdf", trust).verdict is Verdict.PASS
