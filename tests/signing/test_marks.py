"""The agency's signature as words: attachments in files of their own, certified copies."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw

from signing import LoadedKey, LocalTimestamper, Trust, Verdict, judge, mark_words, prepare_for_mark, sign_with_words
from signing.errors import AlreadySigned, TextTooLong
from tests.signing.conftest import Course

COPY = ("SAO Y", "Sở Nội vụ tỉnh Mẫu")
Marked = Callable[..., Path]


@pytest.fixture
def marked(tmp_path: Path, seal_key: LoadedKey, timestamper: LocalTimestamper, trust: Trust) -> Marked:
    def make(source: Path, words: tuple[str, ...] = COPY) -> Path:
        prepared, signed = tmp_path / "prepared.pdf", tmp_path / "marked.pdf"
        prepare_for_mark(source, prepared)
        sign_with_words(prepared, signed, seal_key, timestamper, trust, words=words)
        assert signed.read_bytes().startswith(prepared.read_bytes())
        return signed

    return make


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A scanned page that was put into the machine sideways: turned for display only."""
    picture = Image.new("RGB", (1654, 1169), "white")
    ImageDraw.Draw(picture).rectangle((20, 20, 300, 120), fill="black")
    picture.save(tmp_path / "scan.pdf", resolution=144)
    with pikepdf.open(tmp_path / "scan.pdf", allow_overwriting_input=True) as pdf:
        pdf.pages[0].Rotate = 90
        pdf.save(tmp_path / "scan.pdf")
    return tmp_path / "scan.pdf"


def words_on(path: Path) -> list[tuple[str, float, float]]:
    """Words of page 1 with their place from the top left, in points."""
    said = subprocess.run(
        ["pdftotext", "-bbox", "-l", "1", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    found = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>([^<]*)</word>', said)
    return [(word, float(x), float(y)) for x, y, word in found]


def test_the_words_say_what_whose_and_when_in_vietnam() -> None:
    at = datetime(2026, 1, 5, 2, 30, 15, tzinfo=UTC)
    assert mark_words(("Số: 15/QĐ-BNV",), at) == "Số: 15/QĐ-BNV; 05/01/2026; 09:30:15 +07:00"


@pytest.mark.requirement("R-SIG-4")
@pytest.mark.tool("pdftotext")
def test_a_scan_becomes_a_certified_copy(scan: Path, marked: Marked, trust: Trust) -> None:
    copy = marked(scan)
    judgement = judge(copy, trust)
    assert (judgement.verdict, judgement.reasons) == (Verdict.PASS, ())
    words = words_on(copy)
    text = " ".join(word for word, _, _ in words)
    assert re.fullmatch(r"SAO Y; Sở Nội vụ tỉnh Mẫu; \d\d/\d\d/\d{4}; \d\d:\d\d:\d\d \+07:00", text)
    with pikepdf.open(copy) as pdf:
        page = pdf.pages[0]
        assert "/Rotate" not in page
        _, _, width, height = (float(number) for number in page.mediabox)
        assert height > width
        assert "/Image" not in str(page.Annots[0].AP.N.Resources)
    assert all(x > width / 2 and y < height / 8 for _, x, y in words)


@pytest.mark.requirement("R-SIG-3")
@pytest.mark.tool("pdftotext")
def test_an_attachment_bears_number_and_time(make_letter: Callable[..., Path], marked: Marked, trust: Trust) -> None:
    attachment = marked(make_letter(), ("Số: 1043/QĐ-SNV",))
    assert judge(attachment, trust).verdict is Verdict.PASS
    assert "Số: 1043/QĐ-SNV;" in " ".join(word for word, _, y in words_on(attachment) if y < 60)


@pytest.mark.requirement("R-SIG-4")
def test_two_copies_of_an_issued_document_leave_its_signatures_good(
    course: Course, tmp_path: Path, seal_key: LoadedKey, timestamper: LocalTimestamper, trust: Trust
) -> None:
    last = course.sealed
    for number in (1, 2):
        copy = tmp_path / f"copy{number}.pdf"
        sign_with_words(last, copy, seal_key, timestamper, trust, words=COPY)
        judgement = judge(copy, trust)
        assert judgement.verdict is Verdict.PASS, judgement
        assert [found.field for found in judgement.signatures][-1] == f"copy_{number}"
        last = copy
    with pytest.raises(AlreadySigned):
        sign_with_words(last, tmp_path / "third.pdf", seal_key, timestamper, trust, words=COPY)
    assert not (tmp_path / "third.pdf").exists()


def test_what_does_not_fit_is_refused(make_letter: Callable[..., Path], marked: Marked) -> None:
    with pytest.raises(TextTooLong):
        marked(make_letter(), ("SAO Y", "Ban Quản lý dự án đầu tư xây dựng " * 12))


def test_a_signed_file_is_not_cleaned(course: Course, tmp_path: Path) -> None:
    with pytest.raises(AlreadySigned):
        prepare_for_mark(course.sealed, tmp_path / "prepared.pdf")
