"""Search inside a file: what is found, where it is marked, and who may ask."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from edocs.documents.content import services
from edocs.documents.content.finding import MOST_HITS, Found, find_in
from edocs.documents.models import Blob, FileVersion
from edocs.documents.services.registering import GivenFile
from edocs.documents.storage import keep_file
from edocs.limited import FileKind
from tests.factories import Office, incoming
from tests.limited import hostile
from tests.scans import Scanner, pdf_of, scan_of
from tests.working_off import work_off

pytestmark = pytest.mark.django_db

LETTER = (
    "Thực hiện Công văn số 125/SNV-VP ngày 05 tháng 01 năm 2026, Ủy ban nhân dân xã báo cáo việc hoà giải ở cơ sở.",
    "Hoa của trường nở. Công tác văn thư của xã do công chức đảm nhiệm; công văn đến được chuyển ngay trong ngày.",
)


def read_pdf(tmp_path: Path, *texts: str) -> Blob:
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf_of(texts))
    blob = keep_file(path, FileKind.PDF.mime)
    services.ask_to_read(blob)
    work_off("documents.read")
    return blob


@pytest.fixture
def letter(tmp_path: Path) -> Blob:
    return read_pdf(tmp_path, *LETTER)


def pages(found: Found) -> list[int]:
    return [hit.page for hit in found.hits]


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ("công văn", [1, 2]),
        ("cong van", [1, 2]),
        ("CÔNG VĂN", [1, 2]),
        ("hòa giải", [1]),
        ("hoà giải", [1]),
        ("125/SNV-VP", [1]),
        ("125/snv", [1]),
        ("5 tháng 1", [1]),
        ("uy ban", [1]),
        ("uỷ ban", [1]),
        ('"văn thư"', [2]),
        ('"thư văn"', []),
        ("trường hợp khác", [2]),
        ("", []),
        ("!!! ---", []),
        ("không-có-đâu", []),
    ],
)
def test_words_are_found_as_search_finds_them(letter: Blob, asked: str, where: list[int]) -> None:
    assert sorted(set(pages(find_in(letter, asked)))) == where


def test_words_together_come_before_words_by_themselves(letter: Blob) -> None:
    together = find_in(letter, "công văn")
    assert (together.how, len(together.hits)) == ("phrase", 2)
    apart = find_in(letter, "văn công")
    assert apart.how == "words"
    assert len(apart.hits) > 4


def test_what_is_typed_with_accents_is_found_with_them_if_it_is_there(letter: Blob) -> None:
    assert pages(find_in(letter, "hoa")) == [1, 2]
    exact = find_in(letter, "hòa")
    assert (pages(exact), exact.accents) == ([1], True)
    other = find_in(letter, "họa")
    assert (pages(other), other.accents) == ([1, 2], False)


def test_a_hit_is_marked_where_it_stands(letter: Blob) -> None:
    (hit,) = find_in(letter, "Thực hiện Công").hits
    ((left, top, width, height),) = hit.places
    assert left == pytest.approx((30 + 10) / 210, abs=0.01)  # margin and indent of the page in mm
    assert top == pytest.approx(20 / 297, abs=0.01)
    assert 0.1 < width < 0.25
    assert 0.005 < height < 0.03


def test_a_hit_over_the_end_of_a_line_has_a_rectangle_on_each(tmp_path: Path) -> None:
    blob = read_pdf(tmp_path, "dòng " * 40)
    hits = find_in(blob, "dòng dòng").hits
    broken = [hit.places for hit in hits if len(hit.places) == 2]
    assert 0 < len(broken) < len(hits)
    for end, beginning in broken:
        assert beginning[1] > end[1]
        assert beginning[0] < end[0]


def test_one_page_can_be_asked(letter: Blob) -> None:
    assert pages(find_in(letter, "công văn", page=2)) == [2]
    assert pages(find_in(letter, "công văn", page=3)) == []


def test_there_is_an_end_to_marks(tmp_path: Path) -> None:
    blob = read_pdf(tmp_path, *["và " * 600] * 4)
    found = find_in(blob, "và")
    assert (len(found.hits), found.more) == (MOST_HITS, True)


@pytest.mark.tool("tesseract")
def test_words_are_found_and_marked_on_scans(tmp_path: Path) -> None:
    text = "Đề nghị các đơn vị gửi báo cáo trước ngày 15 tháng 10. " * 6
    straight = find_in(read_pdf(tmp_path, text), "trước ngày 15").hits
    blob = keep_file(scan_of(text, tmp_path / "scan.pdf", Scanner(skew=0.4)), FileKind.PDF.mime)
    services.ask_to_read(blob)
    work_off("documents.read", "documents.ocr")
    found = find_in(blob, "truoc ngay 15").hits
    assert len(found) == len(straight) == 6
    for one, true in zip(found, straight, strict=True):
        assert one.places[0][:2] == pytest.approx(true.places[0][:2], abs=0.015)
        assert one.places[0][2:] == pytest.approx(true.places[0][2:], abs=0.015)


# --- the address ----------------------------------------------------------------------------------------------------
@pytest.fixture
def version(office: Office, letter: Blob) -> FileVersion:
    document = incoming(office, files=[GivenFile(letter, "công văn.pdf", 2)])
    return FileVersion.objects.get(file__document=document)


def test_the_answer_is_what_the_viewer_draws(client: Client, office: Office, version: FileVersion) -> None:
    client.force_login(office.clerk)
    answer = client.get(reverse("file_find", args=[version.pk]), {"q": "công văn"}).json()
    assert (answer["total"], answer["how"], answer["accents"], answer["left"]) == (2, "phrase", True, 0)
    assert [(page["page"], page["count"]) for page in answer["pages"]] == [(1, 1), (2, 1)]
    ((rectangle,),) = answer["pages"][0]["hits"]
    assert len(rectangle) == 4
    assert all(0 <= part <= 1 for part in rectangle)


def test_who_may_not_see_the_document_is_told_nothing(client: Client, office: Office, version: FileVersion) -> None:
    client.force_login(office.stranger)
    assert client.get(reverse("file_find", args=[version.pk]), {"q": "công văn"}).status_code == 404


@pytest.mark.parametrize("asked", ["", "x" * 10_000, '"""', "\x00", "*" * 500, "😀", "a' OR 1=1 --", "số " * 900])
def test_whatever_is_typed_is_answered(client: Client, office: Office, version: FileVersion, asked: str) -> None:
    client.force_login(office.clerk)
    for query in (
        {"q": asked},
        {"q": asked, "page": "9" * 30},
        {"q": asked, "page": "70000"},
        {"q": asked, "page": "x"},
    ):
        assert client.get(reverse("file_find", args=[version.pk]), query).status_code == 200


def test_pages_that_are_still_to_be_read_are_told(
    client: Client, office: Office, tmp_path: Path, django_assert_num_queries: object
) -> None:
    blob = keep_file(scan_of("Chưa đọc", tmp_path / "scan.pdf", Scanner(dpi=72)), FileKind.PDF.mime)
    document = incoming(office, files=[GivenFile(blob, "scan.pdf", 1)])
    version = FileVersion.objects.get(file__document=document)
    client.force_login(office.clerk)
    address = reverse("file_find", args=[version.pk])
    assert client.get(address, {"q": "đọc"}).json()["left"] is None
    work_off("documents.read")
    assert client.get(address, {"q": "đọc"}).json()["left"] == 1


def test_office_files_have_hits_without_places(tmp_path: Path) -> None:
    hostile.docx(tmp_path / "annex.docx", "Phụ lục của công văn")
    blob = keep_file(tmp_path / "annex.docx", FileKind.DOCX.mime)
    services.ask_to_read(blob)
    work_off("documents.read")
    (hit,) = find_in(blob, "cong van").hits
    assert hit.places == ()
