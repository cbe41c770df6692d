"""Reading files in the background: the text layer by many pages, pictures page by page, then the copy for reading."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from edocs.documents.content import services
from edocs.documents.content.queries import words_of
from edocs.documents.content.reading import fill_from_ocr, read_blob
from edocs.documents.models import Blob, PageContent, PageState, TextSource
from edocs.documents.storage import keep_file, path_of
from edocs.jobs.lanes import Lane
from edocs.jobs.models import Job
from edocs.jobs.registry import Finish, job
from edocs.jobs.services import report_progress
from edocs.limited import FileRefused, LayerPage, RefusalCode, add_text_layer, ocr_page
from edocs.limited.ocr import ocr_available

PDF = "application/pdf"


def _gave_up_blob(job: Job, reason: str) -> None:
    services.give_up_blob(sha256=job.arguments["sha256"], code=job.code)


@job(services.READ, on_failure=_gave_up_blob, lane=Lane.READ)
def read(job: Job) -> Finish:
    """Read the next pages of a blob in the limited child; a file that cannot be read is noted, not lost."""
    blob = Blob.objects.get(pk=job.arguments["sha256"])
    reading = read_blob(blob, progress=partial(report_progress, job))
    return lambda: services.keep(blob=blob, reading=reading)


def _gave_up(job: Job, reason: str) -> None:
    services.give_up(page=job.arguments["page"], code=RefusalCode.TIMEOUT if "timeout" in reason else job.code)


@job(services.OCR, attempts=2, on_failure=_gave_up, lane=Lane.LATER)
def ocr(job: Job) -> Finish:
    """Read one page from its picture. What takes too long is tried once more, everything else is final."""
    page = PageContent.objects.select_related("blob").filter(pk=job.arguments["page"]).first()
    if page is None or page.state != PageState.WAITING:
        return services.fill_lanes
    try:
        fill_from_ocr(page, ocr_page(path_of(page.blob_id), page.number))
    except FileRefused as refused:
        if refused.code == RefusalCode.TIMEOUT:
            raise
        page.state, page.failure = PageState.FAILED, refused.code.value
    return lambda: services.keep_page(page=page)


@job(services.COPY, attempts=2, lane=Lane.LATER)
def copy(job: Job) -> Finish | None:
    """Make the copy of a scan in which words can be searched and selected; the scan itself stays as it is."""
    blob = Blob.objects.get(pk=job.arguments["sha256"])
    rows = PageContent.objects.filter(blob=blob, state=PageState.READ, source=TextSource.OCR)
    pages = [LayerPage(row.number, words_of(row), row.turn) for row in rows.order_by("number").iterator()]
    title = _("Copy for reading, made by OCR; not the original")
    with tempfile.TemporaryDirectory(dir=settings.FILES_DIR, prefix="copy-") as work:
        target = Path(work) / "copy.pdf"
        try:
            add_text_layer(path_of(blob.sha256), target, pages, title=title)
        except FileRefused as refused:
            if refused.code == RefusalCode.TIMEOUT:
                raise
            return None  # its pages can be read and found all the same
        made = keep_file(target, PDF)
    return lambda: services.keep_copy(blob=blob, copy=made)


@job("documents.ocr_round", every=300, lane=Lane.LATER)
def look_after_lanes(job: Job) -> Finish:
    """See to it that pages which wait are read: after a crash, and once a program has been installed."""
    missing = PageContent.objects.filter(state=PageState.FAILED, failure=RefusalCode.NOT_INSTALLED).exists()
    installed = missing and ocr_available()

    def finish() -> None:
        if installed:
            services.read_what_waited_for_a_program()
        services.fill_lanes()

    return finish
