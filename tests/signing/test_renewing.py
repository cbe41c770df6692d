"""Until when proofs hold, and a further time stamp before they end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko_certvalidator.path import ValidationPath

from signing import LoadedKey, LocalTimestamper, Trust, Verdict, fill_and_seal, judge, sign_as_person, simulating
from signing.errors import AlreadySigned, CertificateExpired, FieldMissing
from signing.layout import LATER_TIMESTAMPS
from signing.proving import sign_as_person_or_wait
from signing.renewing import SAFE_UNTIL, holding, renew
from signing.simulating import simulated
from signing.timestamps import HttpTimestamper
from tests.signing.authorities import NOW, Agency, agency, certify
from tests.signing.conftest import Course

SOON = NOW + timedelta(days=20)
LATE = NOW + timedelta(days=3000)


@dataclass
class Kept:
    """A document sealed under a time-stamp authority that ends soon, and the authority that comes after it."""

    office: Agency
    trust: Trust
    path: Path
    next: LocalTimestamper


def stamper(office: Agency, number: int, name: str, ends: datetime, now: datetime | None = None) -> LocalTimestamper:
    signing, purpose = ("digital_signature", "content_commitment"), (ExtendedKeyUsageOID.TIME_STAMPING,)
    begins = NOW - timedelta(days=100)
    return LocalTimestamper(
        certify(number, name, office.issuing, signing, purposes=purpose, valid=(begins, ends)), fixed_time=now
    )


@pytest.fixture
def kept(course: Course, seal_key: LoadedKey, trust: Trust, tmp_path: Path) -> Iterator[Kept]:
    with agency() as office:
        soon = stamper(office, 6, "Time that ends soon", SOON, NOW - timedelta(days=2))
        lists = (office.crl_of(office.root, until=LATE), office.crl_of(office.issuing, until=LATE))
        both = trust | office.trust()
        trusted = Trust(both.roots, both.intermediates, (*trust.crls, *lists))
        signed, sealed = tmp_path / "signed.pdf", tmp_path / "sealed.pdf"
        sign_as_person(course.prepared, signed, office.person, soon, trusted)
        fill_and_seal(signed, sealed, seal_key, soon, trusted, number="9", date="ngày 01 tháng 02")
        yield Kept(office, trusted, sealed, stamper(office, 7, "Time that goes on", LATE))


def test_what_ends_first_is_named(kept: Kept, course: Course, leader_key: LoadedKey, tmp_path: Path) -> None:
    found = holding(kept.path)
    assert found is not None
    assert (found.until, found.cause, found.field) == (SOON, "certificate", "ts_seal")
    assert (found.authority, found.stamps) == ("Time that ends soon", 1)
    assert holding(course.draft) is None
    bare = tmp_path / "bare.pdf"
    away = HttpTimestamper("http://127.0.0.1:9/", 1)
    sign_as_person_or_wait(course.prepared, bare, leader_key, away, kept.trust, may_lack=["time"])
    unproven = holding(bare)
    assert unproven is not None
    assert (unproven.cause, unproven.field) == ("unstamped", "leader")


def test_a_key_too_short_for_its_years_ends_earlier_than_its_certificate(kept: Kept, tmp_path: Path) -> None:
    renewed = tmp_path / "renewed.pdf"
    renew(kept.path, renewed, kept.next, kept.trust)
    found = holding(renewed)
    assert found is not None
    assert kept.next.key.certificate  # 2048 bits, valid beyond what is safe
    assert (found.until, found.cause, found.field) == (SAFE_UNTIL["rsa", 3072], "algorithm", "ts_01")


@pytest.mark.requirement("R-SIG-8")
def test_a_further_time_stamp_keeps_everything_and_goes_on(kept: Kept, tmp_path: Path) -> None:
    after = SOON + timedelta(days=30)
    assert set(simulated(kept.path, kept.trust, after).values()) == {"OK"}, "it can be kept, by a time stamp in time"
    lapsed = judge(kept.path, kept.trust, at=after)  # nothing was done: nobody vouches for its times any more
    assert {one.time_is_trusted for one in (*lapsed.signatures, *lapsed.timestamps)} == {False}
    first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
    renew(kept.path, first, kept.next, kept.trust)
    renew(first, second, kept.next, kept.trust)
    for path in (first, second):
        assert set(simulated(path, kept.trust, after).values()) == {"OK"}
    before = kept.path.read_bytes()
    for path, field in ((first, "ts_01"), (second, "ts_02")):
        assert path.read_bytes().startswith(before)
        before = path.read_bytes()
        found = holding(path)
        assert found is not None
        assert found.field == field
        for moment in (None, after):
            judged = judge(path, kept.trust, at=moment)
            assert judged.verdict is Verdict.PASS, (moment, judged)
            assert {one.time_is_trusted for one in (*judged.signatures, *judged.timestamps)} == {True}


def test_pyhanko_alone_passes_over_the_lists_of_subordinate_authorities(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why ``signing.simulating`` mends a step; the day this fails, that is not needed any more."""
    renewed, after = tmp_path / "renewed.pdf", SOON + timedelta(days=30)
    renew(kept.path, renewed, kept.next, kept.trust)
    looked: list[tuple[str, bool]] = []

    async def gather(*, path: ValidationPath, **more: Any) -> Any:
        crls, ocsps = await simulating._gather(path=path, **more)
        looked.append((path.leaf.subject.native["common_name"], bool(crls)))
        return crls, ocsps

    monkeypatch.setattr(simulating, "_gather_along_the_whole", gather)
    assert set(simulated(renewed, kept.trust, after).values()) == {"REVOCATION_OUT_OF_BOUNDS_NO_POE"}
    carried = [one.issuer for one in crls_of(renewed)]
    assert x509.load_der_x509_certificate(kept.office.issuing.certificate).subject in carried
    assert ("Time that ends soon", False) in looked, "the list is in the file, and was not found"


def crls_of(path: Path) -> list[x509.CertificateRevocationList]:
    """The revocation lists that a file carries."""
    with pikepdf.open(path) as pdf:
        return [x509.load_der_x509_crl(one.read_bytes()) for one in pdf.Root.DSS.CRLs]


def test_what_lapsed_already_is_not_revived(kept: Kept, tmp_path: Path) -> None:
    late = LocalTimestamper(kept.next.key, fixed_time=SOON + timedelta(days=1))
    with pytest.raises(CertificateExpired):
        renew(kept.path, tmp_path / "x.pdf", late, kept.trust)


def test_nobody_signed_and_no_field_left_are_said(kept: Kept, course: Course, tmp_path: Path) -> None:
    with pytest.raises(FieldMissing):
        renew(course.prepared, tmp_path / "x.pdf", kept.next, kept.trust)
    path = kept.path
    for name in LATER_TIMESTAMPS:
        renewed = tmp_path / f"{name}.pdf"
        renew(path, renewed, kept.next, kept.trust)
        path = renewed
    with pytest.raises(AlreadySigned):
        renew(path, tmp_path / "x.pdf", kept.next, kept.trust)
    assert judge(path, kept.trust).verdict is Verdict.PASS


def test_the_simulation_says_ok_while_everything_holds(course: Course, trust: Trust) -> None:
    assert simulated(course.sealed, trust, NOW + timedelta(days=365)) == {"leader": "OK", "seal": "OK"}


def test_proofs_that_are_missing_show_in_the_simulation(course: Course, kept: Kept, tmp_path: Path) -> None:
    bare, away = tmp_path / "bare.pdf", HttpTimestamper("http://127.0.0.1:9/", 1)
    key = kept.office.person
    sign_as_person_or_wait(course.prepared, bare, key, away, kept.trust, may_lack=["time"])
    nobody = Trust(kept.trust.roots, kept.trust.intermediates, (), "require")
    assert simulated(bare, nobody, LATE) != {"leader": "OK"}
