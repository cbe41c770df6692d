"""Signed while no time-stamping authority answered, and proven later: never shown as more than it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing import LoadedKey, LocalTimestamper, Trust, Verdict, fill_and_seal, judge, sha256_of
from signing.demo_pki import DemoPki
from signing.errors import (
    AlreadySigned,
    CertificateExpired,
    CertificateNotTrusted,
    CertificateRevoked,
    FieldMissing,
    RevocationUnknown,
    TimestampUnavailable,
)
from signing.proving import LACKS, is_proven, prove, sign_as_person_or_wait
from signing.sign import sign_basic
from signing.timestamps import RESTING_SECONDS, FailoverTimestamper, HttpTimestamper
from signing.two_phase import Holder, finish_signature, prepare_seal, prepare_signature
from tests.signing.authorities import TimeAuthority, agency, serial_of
from tests.signing.conftest import EXPIRED, Course
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


# --- signed while an authority is away ------------------------------------------------------------------------------
class CountingKey:
    """A key that counts how often it is used."""

    def __init__(self, key: LoadedKey) -> None:
        self._key, self.used = key, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._key, name)

    def sign(self, data: bytes) -> bytes:
        self.used += 1
        return self._key.sign(data)


def test_what_cannot_be_had_now_is_left_out_said_and_added_later(course: Course, tmp_path: Path) -> None:
    with agency() as office:
        authority = TimeAuthority(office.stamper, mood="down")
        office.machine.answers["/tsa"] = authority
        stamper = FailoverTimestamper([HttpTimestamper(office.machine.url("/tsa"), 5, trust=fresh(office))])
        bare, proven, whole = (tmp_path / f"{name}.pdf" for name in ("bare", "proven", "whole"))
        key = CountingKey(office.person)
        with pytest.raises(TimestampUnavailable):
            sign_as_person_or_wait(course.prepared, bare, key, stamper, fresh(office), may_lack=["status"])
        key.used = 0
        signed = sign_as_person_or_wait(course.prepared, bare, key, stamper, fresh(office), may_lack=["time"])
        assert (signed.lacks, key.used, is_proven(bare)) == (("time",), 1, False)
        assert judge(bare, office.trust()).verdict is Verdict.PASS
        authority.mood = "good"
        prove(bare, proven, stamper, fresh(office))
        assert is_proven(proven)
        assert judge(proven, office.trust()).verdict is Verdict.PASS
        signed = sign_as_person_or_wait(course.prepared, whole, key, stamper, fresh(office), may_lack=["time"])
        assert (signed.lacks, is_proven(whole)) == ((), True)


def test_silence_about_revocation_is_waited_for_only_where_that_is_allowed(course: Course, tmp_path: Path) -> None:
    with agency() as office:
        office.machine.answers["/tsa"] = TimeAuthority(office.stamper)
        stamper = HttpTimestamper(office.machine.url("/tsa"), 5)
        office.machine.answers.pop("/ocsp")
        office.mood = "crl down"
        silent, bare, proven = fresh(office), tmp_path / "bare.pdf", tmp_path / "proven.pdf"
        with pytest.raises(RevocationUnknown):
            sign_as_person_or_wait(course.prepared, bare, office.person, stamper, silent, may_lack=["time"])
        signed = sign_as_person_or_wait(course.prepared, bare, office.person, stamper, silent, may_lack=["status"])
        assert signed.lacks == ("status",)
        found = judge(bare, office.trust())
        assert found.verdict is Verdict.UNSURE
        assert set(found.signatures[0].reasons) == {"revocation_unknown", "timestamp_untrusted"}
        with pytest.raises(RevocationUnknown):
            prove(bare, proven, stamper, fresh(office))
        office.mood = "good"
        prove(bare, proven, stamper, fresh(office))
        assert judge(proven, office.trust()).verdict is Verdict.PASS


def test_who_is_not_trusted_or_expired_does_not_sign_whoever_is_away(
    course: Course, pki: DemoPki, trust: Trust, tmp_path: Path
) -> None:
    expired, target, stamper = pki.load(EXPIRED.key_id, EXPIRED.password), tmp_path / "x.pdf", pki.timestamper()
    with agency() as office, pytest.raises(CertificateNotTrusted):
        sign_as_person_or_wait(course.prepared, target, office.person, stamper, trust, may_lack=LACKS)
    with pytest.raises(CertificateExpired):
        sign_as_person_or_wait(course.prepared, target, expired, stamper, trust, may_lack=LACKS)


def test_a_prepared_signature_waits_for_its_time_too_but_a_seal_never(
    course: Course, leader_key: LoadedKey, seal_key: LoadedKey, pki: DemoPki, trust: Trust, tmp_path: Path
) -> None:
    with agency() as office:
        office.machine.answers["/tsa"] = TimeAuthority(office.stamper, mood="down")
        away = HttpTimestamper(office.machine.url("/tsa"), 5)
        bare, sealed = tmp_path / "bare.pdf", tmp_path / "sealed.pdf"
        holder = Holder(leader_key.certificate, leader_key.chain)
        base = sha256_of(course.prepared)
        waiting = prepare_signature(course.prepared, tmp_path, holder, away, trust, base_sha256=base)
        raw = leader_key.sign(waiting.attributes)
        with pytest.raises(TimestampUnavailable):
            finish_signature(waiting, raw, bare, away, trust, base_sha256=base)
        signed = finish_signature(waiting, raw, bare, away, trust, base_sha256=base, may_lack=LACKS)
        assert (signed.lacks, is_proven(bare)) == (("time",), False)
        prove(bare, tmp_path / "proven.pdf", pki.timestamper(), trust)
        base, holder = sha256_of(course.signed), Holder(seal_key.certificate, seal_key.chain)
        waiting = prepare_seal(course.signed, tmp_path, holder, away, trust, base_sha256=base, number="9", date="x")
        raw = seal_key.sign(waiting.attributes)
        with pytest.raises(TimestampUnavailable):
            finish_signature(waiting, raw, sealed, away, trust, base_sha256=base, may_lack=LACKS)


def test_a_pile_does_not_wait_for_hanging_authorities_with_each_document(course: Course, tmp_path: Path) -> None:
    with agency() as office:
        office.machine.answers["/tsa"] = authority = TimeAuthority(office.stamper, mood="down")
        clock = [0.0]
        one = HttpTimestamper(office.machine.url("/tsa"), 5, trust=fresh(office))
        stamper = FailoverTimestamper([one], clock=lambda: clock[0])

        def signed() -> tuple[str, ...]:
            target = tmp_path / "bare.pdf"
            return sign_as_person_or_wait(
                course.prepared, target, office.person, stamper, fresh(office), may_lack=["time"]
            ).lacks

        assert [signed() for _ in range(3)] == [("time",)] * 3
        assert office.machine.asked.count("/tsa") == 1
        authority.mood = "good"
        clock[0] += RESTING_SECONDS
        assert signed() == ()
