"""Signed while no time-stamping authority answered, and proven later: never shown as more than it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing import LoadedKey, LocalTimestamper, Trust, Verdict, fill_and_seal, judge
from signing.demo_pki import DemoPki
from signing.errors import AlreadySigned, CertificateRevoked, FieldMissing, TimestampUnavailable
from signing.proving import is_proven, prove
from signing.sign import sign_basic
from signing.timestamps import FailoverTimestamper, HttpTimestamper
from tests.signing.authorities import TimeAuthority, agency, serial_of
from tests.signing.conftest import Course
from tests.signing.test_revocation import fresh


def test_what_was_signed_without_a_time_is_proven_later_and_sealed(
    course: Course,
    leader_key: LoadedKey,
    seal_key: LoadedKey,
    timestamper: LocalTimestamper,
    trust: Trust,
    tmp_path: Path,
    signature_png: bytes,
    seal_png: bytes,
) -> None:
    bare, proven, sealed = (tmp_path / f"{name}.pdf" for name in ("bare", "proven", "sealed"))
    sign_basic(course.prepared, bare, leader_key, image=signature_png)
    assert not is_proven(bare)
    leader = judge(bare, trust).signature("leader")
    assert leader is not None
    assert not leader.time_is_trusted
    prove(bare, proven, timestamper, trust)
    assert proven.read_bytes().startswith(bare.read_bytes())
    assert is_proven(proven)
    assert judge(proven, trust).verdict is Verdict.PASS
    fill_and_seal(proven, sealed, seal_key, timestamper, trust, number="9", date="ngày 01 tháng 02", image=seal_png)
    assert judge(sealed, trust).verdict is Verdict.PASS
    for done in (proven, sealed):
        with pytest.raises(AlreadySigned):
            prove(done, tmp_path / "again.pdf", timestamper, trust)
    with pytest.raises(FieldMissing):
        prove(course.prepared, tmp_path / "again.pdf", timestamper, trust)


def test_the_proof_is_that_of_a_later_day(
    course: Course, leader_key: LoadedKey, pki: DemoPki, trust: Trust, tmp_path: Path
) -> None:
    sign_basic(course.prepared, tmp_path / "bare.pdf", leader_key)
    later = datetime.now(UTC) + timedelta(days=3)
    prove(tmp_path / "bare.pdf", tmp_path / "proven.pdf", pki.timestamper(later), trust)
    assert judge(tmp_path / "proven.pdf", trust).verdict is Verdict.PASS


def test_what_cannot_be_proven_waits_on(course: Course, tmp_path: Path) -> None:
    """The authority is still away; and in the end the certificate was revoked meanwhile."""
    with agency() as office:
        bare, target = tmp_path / "bare.pdf", tmp_path / "proven.pdf"
        sign_basic(course.prepared, bare, office.person)
        authority = TimeAuthority(office.stamper, mood="down")
        office.machine.answers["/tsa"] = authority
        stamper = FailoverTimestamper([HttpTimestamper(office.machine.url("/tsa"), 5, trust=fresh(office))])
        with pytest.raises(TimestampUnavailable):
            prove(bare, target, stamper, fresh(office))
        assert not target.exists()
        authority.mood = "good"
        prove(bare, target, stamper, fresh(office))
        assert judge(target, office.trust()).verdict is Verdict.PASS
        office.revoked.add(serial_of(office.person))
        with pytest.raises(CertificateRevoked):
            prove(bare, tmp_path / "x.pdf", stamper, fresh(office))
