"""What files say, read in the background: text layers, scans, office files, and pages that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from pypdfium2 import PdfDocument

from edocs.documents.content import queries, services
from edocs.documents.index_rows import as_index_documents
from edocs.documents.models import Blob, BlobContent, Document, PageContent, PageState, TextSource
from edocs.documents.services.registering import GivenFile
from edocs.documents.storage import keep_file, path_of, read
from edocs.jobs.models import Job, JobState
from edocs.limited import FileKind, FileRefused, RefusalCode, read_text
from tests.factories import Office, incoming
from tests.limited import hostile
from tests.scans import Scanner, pdf_of, plain_page, scan_of, scan_pdf, scanned, share_right
from tests.working_off import work_off

pytestmark = pytest.mark.django_db
READING = ("documents.read", "documents.ocr", "documents.copy")
ENOUGH = 0.95
"""Of the words of a few pages; the full figure is that of ``bench/ocr.py``."""


def kept(path: Path, kind: FileKind = FileKind.PDF) -> Blob:
    return keep_file(path, kind.mime)


def read_whole(blob: Blob) -> BlobContent:
    services.ask_to_read(blob)
    work_off(*READING)
    return BlobContent.objects.get(blob=blob)


def pages(blob: Blob) -> list[PageContent]:
    return list(PageContent.objects.filter(blob=blob))


def text_pdf(path: Path, *texts: str) -> Path:
    path.write_bytes(pdf_of(texts))
    return path


def test_words_of_a_text_layer_are_kept_with_their_places(tmp_path: Path) -> None:
    text = plain_page(1)
    blob = kept(text_pdf(tmp_path / "letter.pdf", text))
    content = read_whole(blob)
    (page,) = pages(blob)
    assert (page.state, page.source, page.language) == (PageState.READ, TextSource.TEXT, "vi")
    assert share_right(text, page.text) == 1
    assert page.quality is not None
    assert page.quality >= 95
    words = queries.words_of(page)
    assert [word.text for word in words] == page.text.split()
    assert all(0 <= x <= 1 and 0 <= y <= 1 and 0 < w < 0.5 and 0 < h < 0.05 for x, y, w, h in (w.place for w in words))
    (true,) = read_text(path_of(blob.sha256))
    first = true.words[0].box
    assert words[0].place[0] == pytest.approx(first[0] / 595.28, abs=0.001)
    assert words[0].place[1] == pytest.approx(1 - first[3] / 841.89, abs=0.001)
    assert (content.left, content.by_ocr, content.language, content.copy) == (0, 0, "vi", None)
    assert len(page.boxes) < 8 * len(words)


@pytest.mark.tool("tesseract")
def test_a_scan_is_read_from_its_picture(tmp_path: Path) -> None:
    text = plain_page(1)
    blob = kept(scan_of(text, tmp_path / "scan.pdf", Scanner(skew=1.3)))
    content = read_whole(blob)
    (page,) = pages(blob)
    assert (page.state, page.source, page.language) == (PageState.READ, TextSource.OCR, "vi")
    assert share_right(text, page.text) >= ENOUGH
    assert (content.left, content.by_ocr, content.failed) == (0, 1, 0)
    assert content.quality is not None
    assert content.quality >= 90


@pytest.mark.tool("tesseract")
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_read_all_the_same(tmp_path: Path, turn: int) -> None:
    text = plain_page(2)
    blob = kept(scan_of(text, tmp_path / "scan.pdf", Scanner(turn=turn)))
    read_whole(blob)
    (page,) = pages(blob)
    assert share_right(text, page.text) >= ENOUGH
    assert page.turn == 360 - turn
    first = queries.words_of(page)[0].place
    corners = {90: (True, False), 180: (True, True), 270: (False, True)}
    assert (first[0] > 0.5, first[1] > 0.5) == corners[turn]


@pytest.mark.tool("tesseract")
def test_the_copy_for_reading_stands_beside_the_scan(tmp_path: Path) -> None:
    text = plain_page(1)
    blob = kept(scan_of(text, tmp_path / "scan.pdf"))
    before = read(blob)
    content = read_whole(blob)
    assert content.copy is not None
    assert content.copy_id != blob.sha256
    assert read(blob) == before
    copy = path_of(content.copy.sha256)
    (layer,) = read_text(copy)
    assert share_right(text, layer.text) >= ENOUGH
    (true,) = pages(blob)
    first = queries.words_of(true)[0].place
    assert layer.words[0].box[0] / 595 == pytest.approx(first[0], abs=0.01)
    assert PdfDocument(copy).get_metadata_dict()["Title"] == "Bản để đọc, do OCR tạo ra; không phải bản gốc"


@pytest.mark.tool("tesseract")
def test_only_pages_without_text_are_read_from_their_pictures(tmp_path: Path) -> None:
    import pikepdf

    scan = scan_of(plain_page(1, 120), tmp_path / "scan.pdf")
    text_pdf(tmp_path / "text.pdf", plain_page(2, 120), plain_page(3, 120))
    with pikepdf.open(tmp_path / "text.pdf") as whole, pikepdf.open(scan) as added:
        whole.pages.append(added.pages[0])
        whole.add_blank_page(page_size=(595, 842))
        whole.save(tmp_path / "mixed.pdf")
    blob = kept(tmp_path / "mixed.pdf")
    content = read_whole(blob)
    assert [page.source for page in pages(blob)] == [TextSource.TEXT, TextSource.TEXT, TextSource.OCR, TextSource.NONE]
    assert (content.pages, content.by_ocr, content.left) == (4, 1, 0)


@pytest.mark.tool("tesseract")
def test_letters_without_meaning_are_read_from_the_picture(tmp_path: Path) -> None:
    """Old encodings (TCVN3) are drawn well by their font, but their text is gibberish (domain §9, 9)."""
    gibberish = "Céng hßa x· héi chñ nghÜa ViÖt Nam §éc lËp Tù do H¹nh phóc Uû ban nh©n d©n tØnh " * 4
    blob = kept(text_pdf(tmp_path / "old.pdf", gibberish))
    services.ask_to_read(blob)
    work_off("documents.read")
    (page,) = pages(blob)
    assert page.state == PageState.WAITING
    assert page.quality is not None
    assert page.quality < 70


@pytest.mark.tool("tesseract")
def test_true_words_over_a_scan_are_kept_as_they_are(tmp_path: Path) -> None:
    """A number that was stamped on a scan stands there once, in the spelling of the stamp."""
    import io

    import pikepdf

    scan = scan_of(plain_page(1, 200), tmp_path / "scan.pdf")
    stamp = pdf_of(["Số: 214/UBND-VHXH"], more="#set page(margin: (top: 24cm))\n")
    with pikepdf.open(scan) as below, pikepdf.open(io.BytesIO(stamp)) as above:
        below.pages[0].add_overlay(above.pages[0])
        below.save(tmp_path / "stamped.pdf")
    blob = kept(tmp_path / "stamped.pdf")
    read_whole(blob)
    (page,) = pages(blob)
    assert page.source == TextSource.OCR
    assert share_right(plain_page(1, 200), page.text) >= ENOUGH
    assert page.text.count("214/UBND-VHXH") == 1


@pytest.mark.parametrize(
    ("kind", "make"),
    [(FileKind.DOCX, "docx"), (FileKind.XLSX, "xlsx"), (FileKind.ODT, "odt")],
)
def test_office_files_are_read_without_being_converted(tmp_path: Path, kind: FileKind, make: str) -> None:
    path = tmp_path / f"file.{make}"
    OFFICE_FILES[make](path)
    blob = kept(path, kind)
    content = read_whole(blob)
    (page,) = pages(blob)
    assert "Báo cáo kết quả rà soát" in page.text
    assert (page.source, content.failure, content.left, content.sizes) == (TextSource.TEXT, "", 0, [])


def _docx(path: Path) -> None:
    hostile.docx(path, "Báo cáo kết quả rà soát thủ tục hành chính")


def _xlsx(path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Báo cáo kết quả rà soát", 12])
    book.save(path)


def _odt(path: Path) -> None:
    import zipfile

    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    body = "<office:body><office:text><text:p>Báo cáo kết quả rà soát</text:p></office:text></office:body>"
    with zipfile.ZipFile(path, "w") as container:
        container.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        container.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{office}" xmlns:text="{text}">{body}</office:document-content>',
        )


OFFICE_FILES = {"docx": _docx, "xlsx": _xlsx, "odt": _odt}


@pytest.mark.tool("tesseract")
def test_a_picture_is_read_like_a_scan(tmp_path: Path) -> None:
    text = plain_page(4, 150)
    scanned(pdf_of([text]), 1, Scanner()).save(tmp_path / "photo.png", dpi=(200, 200))
    blob = kept(tmp_path / "photo.png", FileKind.PNG)
    content = read_whole(blob)
    (page,) = pages(blob)
    assert share_right(text, page.text) >= ENOUGH
    assert content.copy is not None
    assert share_right(text, read_text(path_of(content.copy.sha256))[0].text) >= ENOUGH


def test_the_same_bytes_are_read_once(office: Office, tmp_path: Path) -> None:
    blob = kept(text_pdf(tmp_path / "letter.pdf", plain_page(1)))
    first = incoming(office, files=[GivenFile(blob, "một.pdf", 1)])
    work_off("documents.read", "documents.index")
    read_at = BlobContent.objects.get(blob=blob).read_at
    page = pages(blob)[0].pk
    second = incoming(office, number="3988", files=[GivenFile(blob, "hai.pdf", 1)])
    work_off("documents.read", "documents.index")
    assert pages(blob)[0].pk == page
    assert BlobContent.objects.get(blob=blob).read_at >= read_at
    for document in (first, second):
        assert [one.text for one in queries.pages_of(document)] == [pages(blob)[0].text]


def test_the_index_takes_the_text_of_every_current_file(office: Office, tmp_path: Path) -> None:
    main = kept(text_pdf(tmp_path / "main.pdf", "Nội dung chính nói về con thú axolotl trong bể kính."))
    annex = tmp_path / "annex.docx"
    hostile.docx(annex, "Phụ lục kể chuyện con dugong ngoài khơi")
    files = [GivenFile(main, "chính.pdf", 1), GivenFile(kept(annex, FileKind.DOCX), "phụ lục.docx", 1)]
    document = incoming(office, files=files)
    work_off("documents.read", "documents.index")
    (row,) = as_index_documents([document.pk])
    assert "axolotl" in row.pages[0]
    assert "dugong" in row.pages[1]


def test_first_and_last_pages_of_all_files_come_before_the_rest(tmp_path: Path) -> None:
    picture = scanned(pdf_of([plain_page(1, 40)]), 1, Scanner(dpi=72))
    for name, count in (("long", 4), ("short", 2)):
        (tmp_path / f"{name}.pdf").write_bytes(scan_pdf([picture] * count, 72))
        services.ask_to_read(kept(tmp_path / f"{name}.pdf"))
    work_off("documents.read")
    order = []
    while job := Job.objects.filter(kind="documents.ocr", state=JobState.WAITING).first():
        page = PageContent.objects.get(pk=job.arguments["page"])
        order.append((BlobContent.objects.get(blob=page.blob_id).pages, page.number))
        services.give_up(page=page.pk, code="test")
        Job.objects.filter(pk=job.pk).update(state=JobState.DONE)
        services.fill_lanes()
    assert order == [(4, 1), (2, 1), (4, 4), (2, 2), (4, 2), (4, 3)]


def test_so_many_pages_are_read_at_once_as_the_office_allows(tmp_path: Path, settings: object) -> None:
    settings.OCR_LANES = 2  # type: ignore[attr-defined]
    picture = scanned(pdf_of([plain_page(1, 40)]), 1, Scanner(dpi=72))
    (tmp_path / "scan.pdf").write_bytes(scan_pdf([picture] * 5, 72))
    services.ask_to_read(kept(tmp_path / "scan.pdf"))
    work_off("documents.read")
    services.fill_lanes()
    assert Job.objects.filter(kind="documents.ocr").count() == 2


def test_a_page_that_cannot_be_read_says_why_and_keeps_no_other_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: object, page: int) -> object:
        raise FileRefused(RefusalCode.BOMB if page == 1 else RefusalCode.NOT_INSTALLED)

    monkeypatch.setattr("edocs.documents.content.jobs.ocr_page", refuse)
    picture = scanned(pdf_of([plain_page(1, 40)]), 1, Scanner(dpi=72))
    (tmp_path / "scan.pdf").write_bytes(scan_pdf([picture] * 2, 72))
    blob = kept(tmp_path / "scan.pdf")
    content = read_whole(blob)
    assert [(page.state, page.failure) for page in pages(blob)] == [("failed", "bomb"), ("failed", "not_installed")]
    assert (content.left, content.failed) == (0, 2)
    assert services.read_what_waited_for_a_program() == 1
    content.refresh_from_db()
    assert (content.left, content.failed) == (1, 1)


def test_a_document_of_many_pages_is_read_in_rounds(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edocs.documents.content.reading.PAGES_TOGETHER", 3)
    texts = [plain_page(seed, 30) for seed in range(8)]
    blob = kept(text_pdf(tmp_path / "long.pdf", *texts))
    services.ask_to_read(blob)
    assert work_off("documents.read") == 3
    assert [page.number for page in pages(blob)] == list(range(1, 9))
    assert share_right(texts[7], pages(blob)[7].text) == 1
    assert BlobContent.objects.get(blob=blob).left == 0


def test_everything_that_was_read_can_be_asked_by_version_and_document(office: Office, tmp_path: Path) -> None:
    texts = [plain_page(1, 30), plain_page(2, 30)]
    blob = kept(text_pdf(tmp_path / "letter.pdf", *texts))
    document: Document = incoming(office, files=[GivenFile(blob, "một.pdf", 2)])
    work_off("documents.read")
    found = queries.pages_of(document)
    assert [page.number for page in found] == [1, 2]
    assert queries.text_of(found[0].version) == "\n\n".join(page.text for page in found)
    assert share_right(texts[1], queries.text_of_page(blob.sha256, 2)) == 1


def test_files_of_before_are_read_anew_by_a_command(office: Office, tmp_path: Path) -> None:
    """Text that was kept without places, and files that were never read; what is complete is left alone."""
    blobs = [kept(text_pdf(tmp_path / f"{number}.pdf", plain_page(number, 30))) for number in (1, 2, 3)]
    incoming(office, files=[GivenFile(blob, "một.pdf", 1) for blob in blobs])
    work_off("documents.read")
    PageContent.objects.filter(blob=blobs[0]).update(boxes=b"")
    BlobContent.objects.filter(blob=blobs[1]).delete()
    PageContent.objects.filter(blob=blobs[1]).delete()
    assert set(queries.blobs_to_read(10)) == {blobs[0].pk, blobs[1].pk}
    call_command("read_files")
    assert work_off("documents.read") == 2
    assert all(queries.words_of(pages(blob)[0]) for blob in blobs)
    assert queries.blobs_to_read(10) == []
