"""The recipe end to end: leader signs, clerk numbers, dates and seals, everybody's checks agree."""

from __future__ import annotations

import asyncio
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from signing import Box, LoadedKey, LocalTimestamper, Trust, Verdict, fill_and_seal, judge, prepare, sign_as_person
from signing.embed import add_document_timestamp
from signing.errors import AlreadySigned, FieldMissing, SealRefused, TextNotDrawable, TextTooLong
from signing.layout import OPEN_AFTER_LEADER, OPEN_AFTER_SEAL
from tests.signing.conftest import AGENCY, LEADER, Course


@pytest.mark.requirement("R-SIG-5")
def test_both_signatures_pass_and_the_time_is_trusted(course: Course, trust: Trust) -> None:
    judgement = judge(course.sealed, trust)
    assert (judgement.verdict, judgement.reasons) == (Verdict.PASS, ())
    leader, seal = judgement.signature("leader"), judgement.signature("seal")
    assert leader is not None
    assert seal is not None
    assert leader.who == LEADER.name
    assert LEADER.organisation in leader.organisation
    assert seal.who == AGENCY.name
    assert "DEMO" in seal.organisation
    assert "DEMO" in seal.issuer
    assert leader.time_is_trusted
    assert seal.time_is_trusted
    assert (leader.changes, seal.changes) == ("filling", "proofs")
    assert set(leader.changed_fields) == {"so_ky_hieu", "ngay_ban_hanh", "seal"}
    assert [stamp.field for stamp in judgement.timestamps] == ["ts_seal"]


@pytest.mark.requirement("R-SIG-5")
def test_pyhanko_with_its_default_policy_says_the_same(course: Course, trust: Trust) -> None:
    roots = [x509.Certificate.load(der) for der in trust.roots]
    with course.sealed.open("rb") as stream:
        reader = PdfFileReader(stream)
        found = {
            signature.field_name: asyncio.run(
                async_validate_pdf_signature(signature, ValidationContext(trust_roots=roots))
            )
            for signature in reader.embedded_regular_signatures
        }
    assert set(found) == {"leader", "seal"}
    assert all(status.bottom_line for status in found.values())


@pytest.mark.tool("pdfsig", "certutil")
def test_pdfsig_says_both_are_valid_and_trusted(course: Course, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue("nss")
    said = subprocess.run(
        ["pdfsig", "-nssdir", folder, course.sealed], capture_output=True, text=True, check=False
    ).stdout
    assert said.count("Signature is Valid.") == 2
    assert said.count("Certificate is Trusted.") == 2
    assert "invalid" not in said.lower()


@pytest.mark.tool("qpdf")
def test_qpdf_finds_the_structure_clean(course: Course) -> None:
    for path in (course.prepared, course.signed, course.sealed):
        done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.tool("pdftotext")
def test_number_and_date_stand_in_the_page(course: Course) -> None:
    said = subprocess.run(
        ["pdftotext", "-layout", course.sealed, "-"], capture_output=True, text=True, check=True
    ).stdout
    first = " ".join(said.split())
    assert "Số: 1043/QĐ-SNV" in first
    assert "Tỉnh Mẫu, ngày 22 tháng 11 năm 2026" in first


def test_each_step_only_adds_bytes(course: Course) -> None:
    prepared, signed = course.prepared.read_bytes(), course.signed.read_bytes()
    sealed = course.sealed.read_bytes()
    assert signed.startswith(prepared)
    assert sealed.startswith(signed)


def test_fields_are_locked_as_the_recipe_says(course: Course) -> None:
    with pikepdf.open(course.sealed) as pdf:
        fields = {str(field.T): field for field in pdf.Root.AcroForm.Fields}
        for name, left_open in (("leader", OPEN_AFTER_LEADER), ("seal", OPEN_AFTER_SEAL)):
            applied = fields[name].V.Reference[0]
            assert applied.TransformMethod == "/FieldMDP"
            for lock in (fields[name].Lock, applied.TransformParams):
                assert lock.Action == "/Exclude"
                assert lock.P == 2
                assert tuple(str(field) for field in lock.Fields) == left_open
        assert "/Lock" not in fields["paraph"]
    assert {"so_ky_hieu", "ngay_ban_hanh", "seal", "copy_1", "ts_seal", "ts_20"} <= set(OPEN_AFTER_LEADER)


def test_the_sealed_letter_keeps_its_claim_of_pdf_a(course: Course) -> None:
    with pikepdf.open(course.sealed) as pdf, pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == "2B"
        assert "/OutputIntents" in pdf.Root
        for page in pdf.pages:
            for widget in page.get("/Annots", []):
                x0, _, x1, _ = (float(number) for number in widget.Rect)
                assert x0 == x1 or "/AP" in widget


def test_initials_before_the_leader_stay_good(
    course: Course,
    leader_key: LoadedKey,
    seal_key: LoadedKey,
    timestamper: LocalTimestamper,
    trust: Trust,
    tmp_path: Path,
) -> None:
    one, two, three = (tmp_path / f"{n}.pdf" for n in (1, 2, 3))
    sign_as_person(course.prepared, one, leader_key, timestamper, trust, field="paraph")
    sign_as_person(one, two, leader_key, timestamper, trust)
    fill_and_seal(two, three, seal_key, timestamper, trust, number="7/QĐ-SNV", date="ngày 01 tháng 02 năm 2026")
    judgement = judge(three, trust)
    assert judgement.verdict is Verdict.PASS
    assert [found.field for found in judgement.signatures] == ["paraph", "leader", "seal"]


def test_a_visible_place_for_initials_left_empty_harms_nothing(
    course: Course,
    leader_key: LoadedKey,
    seal_key: LoadedKey,
    timestamper: LocalTimestamper,
    trust: Trust,
    tmp_path: Path,
) -> None:
    places = replace(course.places, paraph=Box(0, 300, 400, 340, 420))
    one, two, three = (tmp_path / f"{n}.pdf" for n in (1, 2, 3))
    prepare(course.draft, one, places)
    sign_as_person(one, two, leader_key, timestamper, trust)
    fill_and_seal(two, three, seal_key, timestamper, trust, number="7", date="ngày 01 tháng 02 năm 2026")
    assert judge(three, trust).verdict is Verdict.PASS


def test_a_copy_and_a_later_time_stamp_keep_everything_good(
    course: Course, seal_key: LoadedKey, timestamper: LocalTimestamper, trust: Trust, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.pdf"
    sign_as_person(course.sealed, copy, seal_key, timestamper, trust, field="copy_1")
    proofs = trust.evidence(seal_key.certificate, *timestamper.certificates())
    add_document_timestamp(copy, "ts_01", timestamper, *proofs)
    judgement = judge(copy, trust)
    assert (judgement.verdict, judgement.reasons) == (Verdict.PASS, ())
    assert [found.field for found in judgement.signatures] == ["leader", "seal", "copy_1"]


def test_an_unsigned_file_is_not_a_success(course: Course, trust: Trust) -> None:
    judgement = judge(course.prepared, trust)
    assert judgement.verdict is Verdict.UNSURE
    assert judgement.reasons == ("unsigned",)
    assert not judgement.signed


@pytest.mark.requirement("R-SIG-7")
def test_unknown_roots_are_unsure_and_never_altered(course: Course, trust: Trust) -> None:
    judgement = judge(course.sealed, Trust(roots=()))
    assert judgement.verdict is Verdict.UNSURE
    assert all("untrusted_issuer" in found.reasons for found in judgement.signatures)


def test_without_proof_of_revocation_status_nothing_passes(
    course: Course,
    leader_key: LoadedKey,
    timestamper: LocalTimestamper,
    trust: Trust,
    tmp_path: Path,
) -> None:
    bare = Trust(trust.roots, trust.intermediates, (), revocation="soft-fail")
    signed = tmp_path / "signed.pdf"
    sign_as_person(course.prepared, signed, leader_key, timestamper, bare)
    found = judge(signed, Trust(trust.roots, trust.intermediates)).signature("leader")
    assert found is not None
    assert found.verdict is Verdict.UNSURE
    assert "revocation_unknown" in found.reasons


@pytest.mark.requirement("R-SIG-5")
def test_no_seal_without_the_leader(
    course: Course, seal_key: LoadedKey, timestamper: LocalTimestamper, trust: Trust, tmp_path: Path
) -> None:
    target = tmp_path / "sealed.pdf"
    with pytest.raises(SealRefused):
        fill_and_seal(course.prepared, target, seal_key, timestamper, trust, number="1", date="x")
    assert not list(tmp_path.iterdir())


@pytest.mark.requirement("R-SIG-8")
def test_signed_files_are_not_signed_or_prepared_again(
    course: Course, leader_key: LoadedKey, timestamper: LocalTimestamper, trust: Trust, tmp_path: Path
) -> None:
    with pytest.raises(AlreadySigned):
        sign_as_person(course.signed, tmp_path / "x.pdf", leader_key, timestamper, trust)
    with pytest.raises(AlreadySigned):
        prepare(course.signed, tmp_path / "x.pdf", course.places)
    with pytest.raises(FieldMissing):
        sign_as_person(course.draft, tmp_path / "x.pdf", leader_key, timestamper, trust)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("number", "error"),
    [("1043/QĐ-SNV-UBND-VP-TCCB-2026", TextTooLong), ("10☃43", TextNotDrawable)],
)
def test_texts_that_cannot_be_read_are_refused(
    course: Course,
    seal_key: LoadedKey,
    timestamper: LocalTimestamper,
    trust: Trust,
    tmp_path: Path,
    number: str,
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        fill_and_seal(course.signed, tmp_path / "x.pdf", seal_key, timestamper, trust, number=number, date="ngày 01")
    assert not list(tmp_path.iterdir())


def test_text_is_filled_in_composed_form(
    course: Course, seal_key: LoadedKey, timestamper: LocalTimestamper, trust: Trust, tmp_path: Path
) -> None:
    target = tmp_path / "x.pdf"
    decomposed = "nga\u0300y 05 tha\u0301ng 01 na\u0306m 2026"
    fill_and_seal(course.signed, target, seal_key, timestamper, trust, number="5", date=decomposed)
    with pikepdf.open(target) as pdf:
        values = {
            str(field.T): str(field.get("/V", ""))
            for field in pdf.Root.AcroForm.Fields
            if "/FT" in field and field.FT == "/Tx"
        }
    assert values["ngay_ban_hanh"] == "ngày 05 tháng 01 năm 2026"
    assert judge(target, trust).verdict is Verdict.PASS
