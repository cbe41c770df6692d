"""Signing in two phases: prepared here, signed elsewhere, finished here."""

from __future__ import annotations

import hashlib
import json
import subprocess
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from signing import LoadedKey, LocalTimestamper, Trust, Verdict, judge, sha256_of
from signing.demo_pki import DemoPki
from signing.errors import (
    AlreadySigned,
    CertificateExpired,
    CertificateNotTrusted,
    PreparationChanged,
    PreparationExpired,
    PreparationUsed,
    SealRefused,
    TimestampUnavailable,
    WrongSignature,
)
from signing.layout import PARAPH_FIELD
from signing.two_phase import (
    Holder,
    Prepared,
    check_signature,
    discard,
    finish_signature,
    prepare_seal,
    prepare_signature,
)
from tests.signing.certified import certify
from tests.signing.conftest import EXPIRED, Course
from tests.signing.outside import pyhanko_says

NUMBER, DATE = "1043", "ngày 22 tháng 11 năm 2026"


def holder_of(key: LoadedKey) -> Holder:
    return Holder(key.certificate, key.chain)


@dataclass
class Bench:
    """Two phases with the keys of the demonstration standing in for keys that are elsewhere."""

    folder: Path
    course: Course
    leader: LoadedKey
    seal: LoadedKey
    timestamper: LocalTimestamper
    trust: Trust
    signature_png: bytes
    seal_png: bytes

    def prepare(self, source: Path | None = None, **options: object) -> Prepared:
        source = source or self.course.prepared
        given = {"base_sha256": sha256_of(source), "image": self.signature_png} | options
        return prepare_signature(source, self.folder, holder_of(self.leader), self.timestamper, self.trust, **given)

    def finish(self, prepared: Prepared, raw: bytes | None = None, name: str = "done.pdf", **options: object) -> Path:
        target = self.folder / name
        given = {"base_sha256": prepared.base_sha256} | options
        raw = self.leader.sign(prepared.attributes) if raw is None else raw
        finish_signature(prepared, raw, target, given.pop("timestamper", self.timestamper), self.trust, **given)
        return target

    def prepare_seal(self, source: Path, **options: object) -> Prepared:
        given = {"base_sha256": sha256_of(source), "number": NUMBER, "date": DATE, "image": self.seal_png} | options
        return prepare_seal(source, self.folder, holder_of(self.seal), self.timestamper, self.trust, **given)

    def left(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}


@pytest.fixture
def bench(
    tmp_path: Path,
    course: Course,
    leader_key: LoadedKey,
    seal_key: LoadedKey,
    timestamper: LocalTimestamper,
    trust: Trust,
    signature_png: bytes,
    seal_png: bytes,
) -> Bench:
    return Bench(tmp_path, course, leader_key, seal_key, timestamper, trust, signature_png, seal_png)


@pytest.fixture(scope="module")
def elliptic_key(pki: DemoPki) -> LoadedKey:
    private = ec.generate_private_key(ec.SECP256R1())
    certificate, above = certify(pki, private.public_key(), "Nguyễn Thị Đường Cong")
    return LoadedKey(private, certificate, (above,))


@pytest.mark.requirement("R-SIG-5")
@pytest.mark.tool("pdfsig", "qpdf")
def test_leader_and_seal_in_two_phases_each_are_accepted_by_every_judge(bench: Bench) -> None:
    signed = bench.finish(bench.prepare())
    waiting = bench.prepare_seal(signed)
    sealed = bench.finish(waiting, bench.seal.sign(waiting.attributes), "sealed.pdf")

    judgement = judge(sealed, bench.trust)
    assert (judgement.verdict, judgement.reasons) == (Verdict.PASS, ())
    leader, seal = judgement.signature("leader"), judgement.signature("seal")
    assert leader is not None
    assert seal is not None
    assert leader.time_is_trusted
    assert seal.time_is_trusted
    assert set(leader.changed_fields) == {"so_ky_hieu", "ngay_ban_hanh", "seal"}
    assert [stamp.field for stamp in judgement.timestamps] == ["ts_seal"]
    assert pyhanko_says(sealed, bench.trust) == {"leader": True, "seal": True}
    said = subprocess.run(["pdfsig", "-nocert", sealed], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid.") == 2
    assert subprocess.run(["qpdf", "--check", sealed], capture_output=True, check=False).returncode == 0


def test_the_finished_file_begins_with_the_file_that_was_agreed_to(bench: Bench) -> None:
    signed = bench.finish(bench.prepare())
    base = bench.course.prepared.read_bytes()
    assert signed.read_bytes()[: len(base)] == base


def test_a_preparation_goes_through_json_and_holds_no_key(bench: Bench) -> None:
    prepared = bench.prepare()
    facts = json.loads(json.dumps(prepared.facts()))
    assert Prepared.from_facts(facts) == prepared
    assert prepared.digest == hashlib.sha256(prepared.attributes).digest()
    signed = bench.finish(Prepared.from_facts(facts))
    assert judge(signed, bench.trust).verdict is Verdict.PASS


def test_a_prepared_file_is_no_signed_document(bench: Bench) -> None:
    judgement = judge(bench.prepare().path, bench.trust)
    assert judgement.verdict is not Verdict.PASS


def test_a_pile_is_prepared_together_and_each_is_finished_by_itself(bench: Bench) -> None:
    pile = [bench.prepare() for _ in range(5)]
    assert len({one.path for one in pile}) == 5
    values = [bench.leader.sign(one.attributes) for one in pile]
    with pytest.raises(WrongSignature):
        bench.finish(pile[2], values[2][:-1] + bytes([values[2][-1] ^ 1]), "2.pdf")
    for number in (4, 0, 3, 2, 1):
        signed = bench.finish(pile[number], values[number], f"{number}.pdf")
        assert judge(signed, bench.trust).verdict is Verdict.PASS


def test_initials_then_leader_then_seal(bench: Bench) -> None:
    initialled = bench.finish(bench.prepare(field=PARAPH_FIELD), name="initialled.pdf")
    signed = bench.finish(bench.prepare(initialled), name="signed.pdf")
    waiting = bench.prepare_seal(signed)
    sealed = bench.finish(waiting, bench.seal.sign(waiting.attributes), "sealed.pdf")
    judgement = judge(sealed, bench.trust)
    assert {one.field: one.verdict for one in judgement.signatures} == dict.fromkeys(
        (PARAPH_FIELD, "leader", "seal"), Verdict.PASS
    )


def test_an_elliptic_key_signs_as_well(bench: Bench, elliptic_key: LoadedKey) -> None:
    prepared = prepare_signature(
        bench.course.prepared,
        bench.folder,
        holder_of(elliptic_key),
        bench.timestamper,
        bench.trust,
        base_sha256=sha256_of(bench.course.prepared),
    )
    signed = bench.finish(prepared, elliptic_key.sign(prepared.attributes))
    assert judge(signed, bench.trust).verdict is Verdict.PASS
    assert pyhanko_says(signed, bench.trust) == {"leader": True}


# --- what is refused ------------------------------------------------------------------------------------------------
def test_another_file_than_agreed_to_is_not_prepared(bench: Bench) -> None:
    with pytest.raises(PreparationChanged):
        bench.prepare(base_sha256="0" * 64)
    assert bench.left() == set()


def test_a_document_whose_file_changed_meanwhile_is_not_finished(bench: Bench) -> None:
    prepared = bench.prepare()
    with pytest.raises(PreparationChanged):
        bench.finish(prepared, base_sha256=sha256_of(bench.course.signed))
    assert bench.left() == {prepared.path.name}


@pytest.mark.parametrize("where", ["base", "appended", "end", "room"])
def test_a_prepared_file_that_was_touched_is_not_finished(bench: Bench, where: str) -> None:
    prepared = bench.prepare()
    content = bytearray(prepared.path.read_bytes())
    place = {"base": 200, "appended": prepared.base_size + 40, "end": len(content) - 8, "room": prepared.room[0] + 9}
    content[place[where]] ^= 1
    prepared.path.write_bytes(content)
    with pytest.raises(PreparationChanged):
        bench.finish(prepared)
    assert bench.left() == {prepared.path.name}


def test_a_touched_file_is_not_saved_by_a_touched_hash(bench: Bench) -> None:
    prepared = bench.prepare()
    content = bytearray(prepared.path.read_bytes())
    content[prepared.base_size + 40] ^= 1
    prepared.path.write_bytes(content)
    with pytest.raises(PreparationChanged):
        bench.finish(replace(prepared, sha256=hashlib.sha256(content).hexdigest()))


def test_a_signature_by_another_key_is_refused_before_anything_is_written(bench: Bench) -> None:
    prepared = bench.prepare()
    with pytest.raises(WrongSignature):
        bench.finish(prepared, bench.seal.sign(prepared.attributes))
    assert bench.left() == {prepared.path.name}


def test_the_signature_of_another_preparation_is_refused(bench: Bench) -> None:
    one, other = bench.prepare(), bench.prepare(image=None)
    assert one.digest != other.digest
    with pytest.raises(WrongSignature):
        check_signature(one, bench.leader.sign(other.attributes))


@pytest.mark.parametrize("raw", [b"", b"\0" * 256, b"x" * 4096])
def test_rubbish_is_no_signature(bench: Bench, raw: bytes) -> None:
    with pytest.raises(WrongSignature):
        check_signature(bench.prepare(), raw)


def test_a_preparation_serves_once(bench: Bench) -> None:
    prepared = bench.prepare()
    bench.finish(prepared)
    with pytest.raises(PreparationUsed):
        bench.finish(prepared, name="again.pdf")
    assert bench.left() == {"done.pdf"}


def test_a_preparation_that_was_discarded_is_not_finished(bench: Bench) -> None:
    prepared = bench.prepare()
    discard(prepared)
    with pytest.raises(PreparationUsed):
        bench.finish(prepared)


def test_a_preparation_expires(bench: Bench) -> None:
    prepared = bench.prepare(lifetime=timedelta(minutes=3))
    with pytest.raises(PreparationExpired):
        bench.finish(prepared, at=datetime.now(UTC) + timedelta(minutes=3))
    bench.finish(prepared, at=datetime.now(UTC) + timedelta(minutes=2))


def test_without_a_time_stamp_the_preparation_waits_for_another_try(bench: Bench) -> None:
    class Away(LocalTimestamper):
        def token(self, digest: bytes) -> bytes:
            raise TimestampUnavailable("away")

    prepared = bench.prepare()
    with pytest.raises(TimestampUnavailable):
        bench.finish(prepared, timestamper=Away(bench.timestamper.key))
    assert bench.left() == {prepared.path.name}
    assert judge(bench.finish(prepared), bench.trust).verdict is Verdict.PASS


def test_the_certificate_is_checked_before_anything_is_prepared(bench: Bench, pki: DemoPki) -> None:
    expired = pki.load(EXPIRED.key_id, EXPIRED.password)
    base = sha256_of(bench.course.prepared)
    with pytest.raises(CertificateExpired):
        prepare_signature(
            bench.course.prepared, bench.folder, holder_of(expired), bench.timestamper, bench.trust, base_sha256=base
        )
    nobody = replace(bench.trust, roots=())
    with pytest.raises(CertificateNotTrusted):
        prepare_signature(
            bench.course.prepared, bench.folder, holder_of(bench.leader), bench.timestamper, nobody, base_sha256=base
        )
    assert bench.left() == set()


def test_the_same_field_is_not_prepared_on_a_signed_file(bench: Bench) -> None:
    with pytest.raises(AlreadySigned):
        bench.prepare(bench.course.signed)


@pytest.mark.requirement("R-SIG-5")
def test_the_seal_is_not_prepared_without_the_leader(bench: Bench) -> None:
    with pytest.raises(SealRefused):
        bench.prepare_seal(bench.course.prepared)
    assert bench.left() == set()
