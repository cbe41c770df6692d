"""What the pages say of a file's text: being read, read by OCR, impossible to read; and the copy for reading."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from edocs.documents.content import services
from edocs.documents.models import BlobContent, Document, FileVersion, View
from edocs.documents.services.registering import GivenFile
from edocs.documents.storage import keep_file, read
from edocs.limited import FileKind, FileRefused, RefusalCode
from tests.factories import Office, incoming
from tests.limited import hostile
from tests.scans import Scanner, pdf_of, plain_page, scan_of, scan_pdf, scanned
from tests.working_off import work_off

pytestmark = pytest.mark.django_db
READING = ("documents.read", "documents.ocr", "documents.copy")


@pytest.fixture
def clerk(client: Client, office: Office) -> Client:
    client.force_login(office.clerk)
    client.cookies["edocs_language"] = "en"
    return client


def registered(office: Office, path: Path, kind: FileKind = FileKind.PDF) -> Document:
    return incoming(office, files=[GivenFile(keep_file(path, kind.mime), "quyết định.pdf", 1)])


def page(clerk: Client, document: Document) -> str:
    return clerk.get(reverse("document", args=[document.pk])).content.decode()


def version_of(document: Document) -> FileVersion:
    return FileVersion.objects.get(file__document=document)


def scan(tmp_path: Path, pages: int = 1) -> Path:
    path = tmp_path / "scan.pdf"
    picture = scanned(pdf_of([plain_page(1, 60)]), 1, Scanner())
    path.write_bytes(scan_pdf([picture] * pages, 200))
    return path


def test_a_file_just_registered_says_that_it_is_being_read(clerk: Client, office: Office, tmp_path: Path) -> None:
    document = registered(office, scan(tmp_path))
    shown = page(clerk, document)
    assert "The text of this file is being read" in shown
    assert f'hx-get="{reverse("file_reading", args=[version_of(document).pk])}"' in shown


def test_a_scan_says_how_far_it_is(clerk: Client, office: Office, tmp_path: Path) -> None:
    document = registered(office, scan(tmp_path, pages=3))
    work_off("documents.read")
    assert "The text is being read: 0 of 3 pages." in page(clerk, document)
    services.give_up(page=BlobContent.objects.get().blob.page_contents.get(number=2).pk, code="error")
    note = clerk.get(reverse("file_reading", args=[version_of(document).pk])).content.decode()
    assert "The text is being read: 1 of 3 pages." in note


@pytest.mark.tool("tesseract")
def test_text_that_was_read_from_a_picture_is_not_taken_for_the_files_own(
    clerk: Client, office: Office, tmp_path: Path
) -> None:
    document = registered(office, scan(tmp_path))
    work_off(*READING)
    content = BlobContent.objects.get(blob=version_of(document).blob)
    shown = page(clerk, document)
    assert f"Read from the picture (OCR), quality {content.quality} %" in shown
    assert reverse("file_copy", args=[version_of(document).pk]) in shown
    BlobContent.objects.update(quality=61)
    assert "Read from a poor picture (OCR), quality 61 %" in page(clerk, document)


def test_nothing_is_said_of_a_file_with_a_text_of_its_own(clerk: Client, office: Office, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf_of([plain_page(1)]))
    document = registered(office, path)
    work_off(*READING)
    assert 'id="content-note"' not in page(clerk, document)
    assert clerk.get(reverse("file_reading", args=[version_of(document).pk])).content.strip() == b""


def test_a_file_that_cannot_be_read_says_why(clerk: Client, office: Office, tmp_path: Path) -> None:
    document = registered(office, hostile.encrypted_pdf(tmp_path / "locked.pdf"))
    work_off(*READING)
    assert "The text cannot be read: it is protected by a password." in page(clerk, document)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (RefusalCode.NOT_INSTALLED, "the program that reads scans (OCR) is not installed on this server"),
        (RefusalCode.BOMB, "it unpacks or draws far more than an honest file"),
    ],
)
def test_a_scan_that_cannot_be_read_says_why(
    clerk: Client, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: RefusalCode, said: str
) -> None:
    def refuse(path: object, page: int) -> object:
        raise FileRefused(code)

    monkeypatch.setattr("edocs.documents.content.jobs.ocr_page", refuse)
    document = registered(office, scan(tmp_path))
    work_off(*READING)
    assert f"The text cannot be read: {said}." in page(clerk, document)


@pytest.mark.tool("tesseract")
def test_some_pages_that_cannot_be_read_are_counted(clerk: Client, office: Office, tmp_path: Path) -> None:
    document = registered(office, scan(tmp_path, pages=2))
    work_off("documents.read")
    services.give_up(page=BlobContent.objects.get().blob.page_contents.get(number=2).pk, code="timeout")
    work_off(*READING)
    assert "1 of 2 pages cannot be read: reading it took too long." in page(clerk, document)


@pytest.mark.tool("tesseract")
def test_the_copy_for_reading_goes_to_those_who_may_see_the_document(
    clerk: Client, client: Client, office: Office, tmp_path: Path
) -> None:
    document = registered(office, scan(tmp_path))
    version = version_of(document)
    address = reverse("file_copy", args=[version.pk])
    assert clerk.get(address).status_code == 404
    work_off(*READING)
    answer = clerk.get(address)
    content = BlobContent.objects.select_related("copy").get(blob=version.blob)
    assert content.copy is not None
    assert b"".join(answer) == read(content.copy)  # type: ignore[arg-type]
    assert "copy%20for%20reading" in answer["Content-Disposition"]
    assert View.objects.filter(document=document, what="download", person=office.clerk).exists()
    clerk.force_login(office.stranger)
    assert clerk.get(address).status_code == 404
    assert clerk.get(reverse("file_reading", args=[version.pk])).status_code == 404


@pytest.mark.tool("tesseract")
def test_words_on_a_scan_can_be_selected_once_they_are_read(clerk: Client, office: Office, tmp_path: Path) -> None:
    document = registered(office, scan_of("Quyết định thành lập hội đồng", tmp_path / "scan.pdf"))
    address = reverse("page_words", args=[version_of(document).pk, 1])
    waiting = clerk.get(address)
    assert (waiting.json()["words"], waiting["Cache-Control"]) == ([], "private, no-store")
    work_off(*READING)
    words = clerk.get(address).json()["words"]
    assert [word[4] for word in words] == ["Quyết", "định", "thành", "lập", "hội", "đồng"]


def test_the_page_of_health_tells_how_many_pages_wait(office: Office, tmp_path: Path, client: Client) -> None:
    client.force_login(office.admin)
    client.cookies["edocs_language"] = "en"
    assert "No page of a scan waits to be read." in client.get(reverse("health")).content.decode()
    registered(office, scan(tmp_path, pages=3))
    work_off("documents.read")
    assert "3 pages of scans wait to be read." in client.get(reverse("health")).content.decode()
