"""A file altered after signing never passes."""

from __future__ import annotations

import random
import re
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing import LoadedKey, LocalTimestamper, SealRefused, Trust, Verdict, fill_and_seal, judge
from signing.objects import appearance, array, dictionary, fields, resolve, value
from signing.verdicts import FAILING_REASONS, Judgement
from tests.signing.conftest import Course


def altered(path: Path, tmp_path: Path, data: bytes) -> Path:
    target = tmp_path / f"altered-{path.name}"
    target.write_bytes(data)
    return target


def writer_on(path: Path) -> IncrementalPdfFileWriter:
    return IncrementalPdfFileWriter(BytesIO(path.read_bytes()))


def written(writer: IncrementalPdfFileWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def assert_refused(judgement: Judgement, reason: str) -> None:
    assert judgement.verdict is Verdict.FAIL, judgement
    every = {code for found in judgement.signatures for code in found.reasons} | set(judgement.reasons)
    assert reason in every
    assert reason in FAILING_REASONS


def field(writer: IncrementalPdfFileWriter, name: str, kind: str) -> generic.IndirectObject:
    return next(reference for _, _, reference in fields(writer.root, kind, name))


def test_flipped_bytes_never_pass(course: Course, trust: Trust, tmp_path: Path) -> None:
    data = course.sealed.read_bytes()
    chance = random.Random(20261122)
    by_leader = course.prepared.stat().st_size
    last_hole = data.rfind(b"/Contents <")
    for number in range(40):
        spot = chance.randrange(by_leader if number % 2 else last_hole)
        changed = bytearray(data)
        changed[spot] ^= 1 << chance.randrange(8)
        judgement = judge(altered(course.sealed, tmp_path, bytes(changed)), trust)
        leader = judgement.signature("leader")
        assert judgement.verdict is not Verdict.PASS, spot
        if spot < by_leader:
            assert leader is None or not leader.passed, spot


def test_nothing_hides_in_the_room_of_a_signature(course: Course, trust: Trust, tmp_path: Path) -> None:
    data = bytearray(course.sealed.read_bytes())
    end = data.index(b">", data.rfind(b"/Contents <"))
    data[end - 40 : end] = b"0123456789" * 4
    assert_refused(judge(altered(course.sealed, tmp_path, bytes(data)), trust), "hidden_bytes")


def test_a_flipped_byte_of_the_page_is_named(course: Course, trust: Trust, tmp_path: Path) -> None:
    data = bytearray(course.sealed.read_bytes())
    spot = data.find(b"stream\n") + 40
    data[spot] ^= 1
    assert_refused(judge(altered(course.sealed, tmp_path, bytes(data)), trust), "digest_mismatch")


@pytest.mark.parametrize("more", [b"\n% more", b"x", b"\n1 0 obj\n<<>>\nendobj\n", b"\nstartxref\n12\n%%EOF\n"])
def test_appended_bytes_never_pass(course: Course, trust: Trust, tmp_path: Path, more: bytes) -> None:
    for path in (course.signed, course.sealed):
        judgement = judge(altered(path, tmp_path, path.read_bytes() + more), trust)
        assert judgement.verdict is not Verdict.PASS
        assert not any(found.passed for found in judgement.signatures)


def test_appended_bytes_are_named(course: Course, trust: Trust, tmp_path: Path) -> None:
    data = course.sealed.read_bytes() + b"\n% one more line\n"
    assert_refused(judge(altered(course.sealed, tmp_path, data), trust), "trailing_bytes")


def test_bytes_hidden_behind_a_repeated_end_never_pass(course: Course, trust: Trust, tmp_path: Path) -> None:
    data = course.sealed.read_bytes()
    offset = re.findall(rb"startxref\s+(\d+)", data)[-1]
    data += b"\n9 0 obj\n<</Evil true>>\nendobj\nstartxref\n" + offset + b"\n%%EOF\n"
    judgement = judge(altered(course.sealed, tmp_path, data), trust)
    assert not any(found.passed for found in judgement.signatures)


def test_blank_bytes_at_the_end_are_harmless(course: Course, trust: Trust, tmp_path: Path) -> None:
    judgement = judge(altered(course.sealed, tmp_path, course.sealed.read_bytes() + b"\n\r\n\0"), trust)
    assert judgement.verdict is Verdict.PASS


def test_new_page_content_is_refused(course: Course, trust: Trust, tmp_path: Path) -> None:
    for path in (course.signed, course.sealed):
        writer = writer_on(path)
        page = resolve(writer.find_page_for_modification(0)[0])
        white = generic.StreamObject(stream_data=b"1 1 1 rg 100 300 300 200 re f")
        page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), writer.add_object(white)])
        writer.update_container(page)
        assert_refused(judge(altered(path, tmp_path, written(writer)), trust), "forbidden_change")


def test_a_white_note_over_the_text_is_refused(course: Course, trust: Trust, tmp_path: Path) -> None:
    writer = writer_on(course.sealed)
    page = writer.find_page_for_modification(0)[0]
    note = dictionary(
        {
            "/Type": "/Annot",
            "/Subtype": "/FreeText",
            "/Rect": array([100, 300, 400, 500]),
            "/F": 4,
            "/AP": dictionary({"/N": writer.add_object(appearance(300, 200, "1 1 1 rg 0 0 300 200 re f", {}))}),
        }
    )
    writer.register_annotation(page, writer.add_object(note))
    assert_refused(judge(altered(course.sealed, tmp_path, written(writer)), trust), "forbidden_change")


@pytest.mark.parametrize("name", ["ts_05", "evil"])
def test_a_new_unsigned_field_over_the_text_is_refused(course: Course, trust: Trust, tmp_path: Path, name: str) -> None:
    writer = writer_on(course.signed)
    page = writer.find_page_for_modification(0)[0]
    overlay = dictionary(
        {
            "/Type": "/Annot",
            "/Subtype": "/Widget",
            "/FT": "/Sig",
            "/T": name,
            "/F": 132,
            "/P": page,
            "/Rect": array([100, 300, 400, 500]),
            "/AP": dictionary({"/N": writer.add_object(appearance(300, 200, "1 1 1 rg 0 0 300 200 re f", {}))}),
        }
    )
    reference = writer.add_object(overlay)
    form = writer.root["/AcroForm"]
    form["/Fields"].append(reference)
    writer.update_container(form["/Fields"])
    writer.register_annotation(page, reference)
    assert_refused(judge(altered(course.signed, tmp_path, written(writer)), trust), "unsigned_field_shown")


def test_a_painted_reserved_field_is_refused(course: Course, trust: Trust, tmp_path: Path) -> None:
    writer = writer_on(course.sealed)
    widget = resolve(field(writer, "copy_1", "/Sig"))
    drawn = writer.add_object(appearance(100, 30, "1 0 0 rg 0 0 100 30 re f", {}))
    widget["/AP"] = dictionary({"/N": drawn})
    writer.update_container(widget)
    assert_refused(judge(altered(course.sealed, tmp_path, written(writer)), trust), "unsigned_field_shown")


def test_a_number_shown_unlike_its_value_is_refused(
    course: Course, seal_key: LoadedKey, timestamper: LocalTimestamper, trust: Trust, tmp_path: Path
) -> None:
    """What pyHanko calls valid: the value says one number and the picture another."""
    writer = writer_on(course.signed)
    reference = field(writer, "so_ky_hieu", "/Tx")
    widget = resolve(reference)
    font = dictionary({"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"})
    resources = {"/Font": dictionary({"/F": writer.add_object(font)})}
    drawn = appearance(60, 18, "BT /F 12 Tf 2 5 Td (999) Tj ET", resources)
    widget["/AP"] = dictionary({"/N": writer.add_object(drawn)})
    widget["/V"] = value("123")
    writer.mark_update(reference.reference)
    path = altered(course.signed, tmp_path, written(writer))
    assert_refused(judge(path, trust), "text_differs_from_value")
    with pytest.raises(SealRefused):
        fill_and_seal(path, tmp_path / "x.pdf", seal_key, timestamper, trust, number="1", date="ngày 1")


def test_the_number_cannot_change_after_the_seal(course: Course, trust: Trust, tmp_path: Path) -> None:
    writer = writer_on(course.sealed)
    reference = field(writer, "so_ky_hieu", "/Tx")
    resolve(reference)[pdf_name("/V")] = value("1044")
    writer.mark_update(reference.reference)
    judgement = judge(altered(course.sealed, tmp_path, written(writer)), trust)
    seal = judgement.signature("seal")
    assert judgement.verdict is Verdict.FAIL
    assert seal is not None
    assert "forbidden_change" in seal.reasons


def test_one_signature_in_two_fields_is_refused(course: Course, trust: Trust, tmp_path: Path) -> None:
    writer = writer_on(course.signed)
    leader = resolve(field(writer, "leader", "/Sig"))
    reserved = field(writer, "copy_1", "/Sig")
    resolve(reserved)["/V"] = leader.raw_get("/V")
    writer.mark_update(reserved.reference)
    assert_refused(judge(altered(course.signed, tmp_path, written(writer)), trust), "signature_shared")


@pytest.mark.parametrize("size", [0, 5, 1000, 60_000, 100_000])
def test_cut_files_are_unsure_and_raise_nothing(course: Course, trust: Trust, tmp_path: Path, size: int) -> None:
    judgement = judge(altered(course.sealed, tmp_path, course.sealed.read_bytes()[:size]), trust)
    assert judgement.verdict is not Verdict.PASS
    assert judgement.reasons


def test_garbage_is_unsure_and_raises_nothing(trust: Trust, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"<html>not a pdf</html>")
    judgement = judge(path, trust)
    assert (judgement.verdict, judgement.reasons) == (Verdict.UNSURE, ("format",))
