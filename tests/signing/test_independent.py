"""Judges of other makers say the same of every stage, strictly (signing.md 4.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest

from signing import LoadedKey, LocalTimestamper, Trust, fill_and_seal, prepare_for_mark, sign_as_person, sign_with_words
from signing.demo_pki import DemoPki
from signing.embed import add_document_timestamp
from signing.layout import COPY_FIELDS, PARAPH_FIELD
from tests.signing.conftest import COPIER, HEAD, Course
from tests.signing.independent import JavaJudges, Opinions, java_judges, opinions

pytestmark = pytest.mark.tool("mvn", "java", "pdfsig", "certutil", "qpdf")


@pytest.fixture(scope="module")
def judges(pki: DemoPki) -> Iterator[JavaJudges]:
    with java_judges([pki.folder / "trust" / "roots" / "root.der"]) as found:
        yield found


@pytest.fixture
def ask(judges: JavaJudges, trust: Trust, nss: str) -> Callable[[Path], Opinions]:
    def asked(path: Path) -> Opinions:
        return opinions(path, judges, trust.roots, nss)

    return asked


@pytest.mark.requirement("R-SIG-5")
def test_each_stage_is_good_for_everybody_and_stays_pdf_a(course: Course, ask: Callable[[Path], Opinions]) -> None:
    for path, fields in ((course.prepared, set()), (course.signed, {"leader"}), (course.sealed, {"leader", "seal"})):
        found = ask(path)
        assert found.good(fields), found
        assert found.pdfa, found


@pytest.mark.requirement("R-SIG-4")
def test_initials_copy_and_later_time_stamps_leave_all_good(
    course: Course,
    ask: Callable[[Path], Opinions],
    tmp_path: Path,
    leader_key: LoadedKey,
    seal_key: LoadedKey,
    timestamper: LocalTimestamper,
    trust: Trust,
    pki: DemoPki,
    signature_png: bytes,
    seal_png: bytes,
) -> None:
    names = ("initials", "leader", "sealed", "copied")
    initials, leader, sealed, copied = (tmp_path / f"{name}.pdf" for name in names)
    head, copier = (pki.load(holder.key_id, holder.password) for holder in (HEAD, COPIER))
    sign_as_person(course.prepared, initials, head, timestamper, trust, field=PARAPH_FIELD)
    sign_as_person(initials, leader, leader_key, timestamper, trust, image=signature_png)
    fill_and_seal(leader, sealed, seal_key, timestamper, trust, number="7", date="ngày 01", image=seal_png)
    sign_as_person(sealed, copied, copier, timestamper, trust, field=COPY_FIELDS[0], image=seal_png)
    proofs = trust.evidence(*timestamper.certificates())
    fields: set[str] = set()
    for path, added in ((initials, "paraph"), (leader, "leader"), (sealed, "seal"), (copied, "copy_1")):
        fields.add(added)
        found = ask(path)
        assert found.good(fields), (path.name, found)
    for year in ("ts_01", "ts_02"):
        add_document_timestamp(copied, year, timestamper, *proofs)
        found = ask(copied)
        assert found.good(fields), (year, found)


def test_the_strict_judge_refuses_what_was_altered(
    course: Course, ask: Callable[[Path], Opinions], tmp_path: Path
) -> None:
    altered = tmp_path / "altered.pdf"
    data = bytearray(course.sealed.read_bytes())
    place = data.index(b"/Contents <") if b"/Contents <" in data else data.index(b"/Contents<")
    data[place - 2000] ^= 0x01
    altered.write_bytes(data)
    assert "TOTAL_PASSED" not in ask(altered).dss.values()
    with pikepdf.open(course.sealed) as pdf:  # a rewritten file has no good signature left
        pdf.save(tmp_path / "rewritten.pdf")
    assert "TOTAL_PASSED" not in ask(tmp_path / "rewritten.pdf").dss.values()


@pytest.mark.requirement("R-SIG-3")
def test_an_attachment_signed_with_words_is_good_for_everybody(
    make_letter: Callable[..., Path],
    ask: Callable[[Path], Opinions],
    tmp_path: Path,
    seal_key: LoadedKey,
    timestamper: LocalTimestamper,
    trust: Trust,
) -> None:
    prepared, signed = tmp_path / "prepared.pdf", tmp_path / "signed.pdf"
    prepare_for_mark(make_letter(), prepared)
    sign_with_words(prepared, signed, seal_key, timestamper, trust, words=("Số: 1043/QĐ-SNV",))
    found = ask(signed)
    assert found.good({"mark"}), found
    assert found.pdfa, found
