"""A long file is read page by page, a scan from its pictures and a text by the hundred: the worker dies by kill -9 in
the middle, and reading goes on where it was.

``EDOCS_FAULT_PAGES=500`` is the full run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from edocs.documents.content import reading, services
from edocs.documents.models import Blob, BlobContent, PageContent, PageState
from edocs.documents.storage import keep_file
from edocs.jobs.models import Job, JobState
from edocs.limited import FileKind
from tests.faults.conftest import Pack
from tests.scans import Scanner, pdf_of, scan_pdf, scanned, share_right

PAGES = int(os.environ.get("EDOCS_FAULT_PAGES", "10"))
WORDS = "Đề nghị các đơn vị báo cáo kết quả thực hiện trước ngày mười lăm tháng mười. " * 3
KILLS = 2

TEXT_PAGES = 5 * reading.PAGES_TOGETHER

pytestmark = [pytest.mark.faults, pytest.mark.tool("tesseract"), pytest.mark.timeout(240 + 6 * PAGES)]


@pytest.fixture
def scan(transactional_db: None, tmp_path: Path) -> Blob:
    scanner = Scanner(dpi=150, noise=0.02)
    picture = scanned(pdf_of([WORDS]), 1, scanner)
    path = tmp_path / "long.pdf"
    path.write_bytes(scan_pdf([picture] * PAGES, scanner.dpi))
    return keep_file(path, FileKind.PDF.mime)


def test_a_long_scan_is_read_to_its_end_whatever_happens(pack: Pack, scan: Blob) -> None:
    # a lease that a page never outlasts, however busy the machine is
    pack.environment |= {"FILES_DIR": str(settings.FILES_DIR), "OCR_LANES": "2", "JOB_LEASE_SECONDS": "8"}
    with transaction.atomic():
        services.ask_to_read(scan)
    pack.start("beat")
    pack.start("worker")
    done = PageContent.objects.filter(blob=scan, state=PageState.READ)
    kills = [PAGES * number // (KILLS + 1) for number in range(1, KILLS + 1)]
    # 0.15 s, so that tesseract is at it
    _wait_and_kill(
        pack, "documents.ocr", done.count, kills, 0.15, BlobContent.objects.filter(copy__isnull=False).exists
    )

    pages = list(PageContent.objects.filter(blob=scan))
    assert [page.number for page in pages] == list(range(1, PAGES + 1))
    assert {page.state for page in pages} == {PageState.READ}
    assert min(share_right(WORDS, page.text) for page in pages) >= 0.9
    content = BlobContent.objects.get(blob=scan)
    assert (content.left, content.by_ocr, content.failed) == (0, PAGES, 0)
    # what was read before a kill was not read again: a job for each page, taken up again only where it was cut off
    jobs = Job.objects.filter(kind="documents.ocr")
    assert jobs.count() == PAGES
    again = jobs.filter(attempts__gt=1).count()
    print(f"{PAGES} pages, {pack.killed} kills, {again} pages begun again")  # noqa: T201
    assert pack.killed == KILLS
    assert 1 <= again <= 2 * KILLS


def test_a_long_text_is_read_to_its_end_whatever_happens(transactional_db: None, pack: Pack, tmp_path: Path) -> None:
    path = tmp_path / "text.pdf"
    path.write_bytes(pdf_of([f"Trang thứ {number} của văn bản" for number in range(1, TEXT_PAGES + 1)]))
    blob = keep_file(path, FileKind.PDF.mime)
    pack.environment |= {"FILES_DIR": str(settings.FILES_DIR), "JOB_LEASE_SECONDS": "8"}
    with transaction.atomic():
        services.ask_to_read(blob)
    pack.start("beat")
    pack.start("worker")
    pages = PageContent.objects.filter(blob=blob)
    kills = [reading.PAGES_TOGETHER * number for number in range(1, KILLS + 1)]
    _wait_and_kill(pack, "documents.read", pages.count, kills, 0.0, lambda: pages.count() == TEXT_PAGES)

    for page in pages:
        assert (page.state, page.text) == (PageState.READ, f"Trang thứ {page.number} của văn bản")
    content = BlobContent.objects.get(blob=blob)
    assert (content.pages, content.left, content.failed) == (TEXT_PAGES, 0, 0)
    # a job for each hundred; those done before a kill were not done again
    jobs = Job.objects.filter(kind="documents.read")
    again = jobs.filter(attempts__gt=1).count()
    print(f"{TEXT_PAGES} pages of text, {pack.killed} kills, {again} rounds begun again")  # noqa: T201
    assert jobs.count() == TEXT_PAGES / reading.PAGES_TOGETHER
    assert pack.killed == KILLS
    assert again <= KILLS


def _wait_and_kill(
    pack: Pack, kind: str, done: Callable[[], int], kills: list[int], pause: float, ended: Callable[[], bool]
) -> None:
    """Until all is read; the worker is killed while it reads, each time after some more pages."""
    began, left = time.monotonic(), list(kills)
    while not ended():
        time.sleep(0.02)
        if left and done() >= left[0] and Job.objects.filter(kind=kind, state=JobState.RUNNING).exists():
            left.pop(0)
            time.sleep(pause)
            pack.kill_one("worker")
        assert time.monotonic() - began < 200 + 5 * PAGES, f"after all this time {done()} pages were read"
