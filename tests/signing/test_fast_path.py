"""The fast path: one revision where one is enough, nothing rewritten, and everybody still says the same."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from signing import LoadedKey, LocalTimestamper, Trust, Verdict, embed, judge, sign_as_person, sign_basic
from signing.demo_pki import DemoPki
from signing.errors import AlreadySigned, CertificateExpired
from signing.sign import check_for_signing
from tests.signing.conftest import EXPIRED, Course


class Stranger:
    """A time-stamping authority whose certificate is known only once it has answered."""

    def __init__(self, inner: LocalTimestamper) -> None:
        self._inner = inner
        self._seen: tuple[bytes, ...] = ()

    def now(self) -> datetime:
        return self._inner.now()

    def certificates(self) -> tuple[bytes, ...]:
        return self._seen

    def token(self, digest: bytes) -> bytes:
        self._seen = self._inner.certificates()
        return self._inner.token(digest)


def revisions(path: Path) -> int:
    with path.open("rb") as stream:
        return PdfFileReader(stream).xrefs.total_revisions


def test_signature_and_proofs_are_one_revision(course: Course, trust: Trust) -> None:
    assert revisions(course.signed) == revisions(course.prepared) + 1
    assert revisions(course.sealed) == revisions(course.signed) + 2  # the seal, and the time stamp over all
    (leader,) = judge(course.signed, trust).signatures
    assert leader.coverage.value == "whole_file"


def test_proofs_that_only_the_time_stamp_makes_known_follow_it(
    course: Course, tmp_path: Path, leader_key: LoadedKey, timestamper: LocalTimestamper, trust: Trust
) -> None:
    target, stranger = tmp_path / "signed.pdf", Stranger(timestamper)
    sign_as_person(course.prepared, target, leader_key, stranger, trust)
    assert revisions(target) == revisions(course.prepared) + 2
    assert judge(target, trust).verdict is Verdict.PASS
    sign_as_person(course.prepared, target, leader_key, stranger, trust)
    assert revisions(target) == revisions(course.prepared) + 1


def test_what_the_document_says_of_itself_is_not_touched(course: Course) -> None:
    with course.prepared.open("rb") as before, course.sealed.open("rb") as after:
        old, new = PdfFileReader(before), PdfFileReader(after)
        for name in ("/Info", "/Root"):
            assert old.trailer.raw_get(name).reference == new.trailer.raw_get(name).reference
        metadata = new.root.raw_get("/Metadata").reference
        assert new.xrefs.get_last_change(metadata) < old.xrefs.total_revisions


@pytest.mark.parametrize("in_memory", [0, 1 << 30], ids=["on disk", "in memory"])
def test_large_and_small_files_come_out_alike(
    monkeypatch: pytest.MonkeyPatch,
    course: Course,
    tmp_path: Path,
    leader_key: LoadedKey,
    timestamper: LocalTimestamper,
    trust: Trust,
    in_memory: int,
) -> None:
    monkeypatch.setattr(embed, "_IN_MEMORY", in_memory)
    target = tmp_path / "signed.pdf"
    signed = sign_as_person(course.prepared, target, leader_key, timestamper, trust)
    content = target.read_bytes()
    assert signed.sha256 == hashlib.sha256(content).hexdigest()
    assert content.startswith(course.prepared.read_bytes())
    assert judge(target, trust).verdict is Verdict.PASS
    with pytest.raises(AlreadySigned):
        sign_as_person(target, tmp_path / "again.pdf", leader_key, timestamper, trust)
    assert [path.name for path in tmp_path.iterdir()] == ["signed.pdf"]


@pytest.mark.tool("pdfsig", "certutil", "qpdf")
def test_a_basic_signature_is_good_for_everybody(
    course: Course,
    tmp_path: Path,
    leader_key: LoadedKey,
    trust: Trust,
    signature_png: bytes,
    request: pytest.FixtureRequest,
) -> None:
    target = tmp_path / "basic.pdf"
    sign_basic(course.prepared, target, leader_key, image=signature_png)
    judgement = judge(target, trust)
    (leader,) = judgement.signatures
    assert (judgement.verdict, leader.verdict, leader.time_is_trusted) == (Verdict.PASS, Verdict.PASS, False)
    folder = request.getfixturevalue("nss")
    said = subprocess.run(["pdfsig", "-nssdir", folder, target], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid.") == said.count("Certificate is Trusted.") == 1
    assert subprocess.run(["qpdf", "--check", target], capture_output=True, check=False).returncode == 0


def test_no_basic_signature_with_an_expired_certificate(course: Course, tmp_path: Path, pki: DemoPki) -> None:
    with pytest.raises(CertificateExpired):
        sign_basic(course.prepared, tmp_path / "no.pdf", pki.load(EXPIRED.key_id, EXPIRED.password))
    assert not list(tmp_path.iterdir())


@pytest.mark.requirement("R-SIG-6")
def test_a_path_that_was_checked_does_not_outlive_the_certificate(trust: Trust, leader_key: LoadedKey) -> None:
    check_for_signing(trust, leader_key.certificate, datetime.now(UTC))
    with pytest.raises(CertificateExpired):
        check_for_signing(trust, leader_key.certificate, datetime(2090, 1, 1, tzinfo=UTC))
