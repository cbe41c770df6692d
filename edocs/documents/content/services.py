"""Keeping what was read, and seeing to it that every page is read: called in the transaction that ends a job."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db.models import Avg, Count, Q

from edocs import clock
from edocs.documents import indexing
from edocs.documents.content.reading import OFFICE, Reading, read_already
from edocs.documents.models import Blob, BlobContent, DocumentFile, PageContent, PageState, TextSource
from edocs.jobs.models import Job, JobState
from edocs.jobs.services import enqueue
from edocs.limited import RefusalCode

READ, OCR, COPY = "documents.read", "documents.ocr", "documents.copy"

#: Told the hash of a blob of which more is known; called inside the transaction that keeps it.
settled: list[Callable[[str], None]] = []

HEAD_RANKS = 2
"""``rank`` up to which pages say what a document is: the first, the last and the second."""

_BETWEEN = 25  # pages after which the index hears of a long scan that is still being read


def ask_to_read(blob: Blob) -> None:
    """Have a blob read; one that was read already only brings its documents into the index again."""
    enqueue(READ, arguments={"sha256": blob.sha256}, subject=f"blob:{blob.sha256}", once=True, first=blob.is_new)


def keep(*, blob: Blob, reading: Reading) -> None:
    """Keep what one round of reading found; ask for the next round if pages are left, and for OCR where needed."""
    defaults: dict[str, object] = {"read_at": clock.now()}
    if reading.geometry:
        defaults |= {"sizes": reading.sizes, "pages": len(reading.geometry)}
    elif blob.media_type in OFFICE and reading.pages:
        defaults["pages"] = len(reading.pages)  # of text; none that could be shown
    if reading.geometry or reading.failure:
        defaults["failure"] = reading.failure
    content, _ = BlobContent.objects.update_or_create(blob=blob, defaults=defaults)
    known = read_already(blob)  # the same file may have been read by two jobs at once
    PageContent.objects.bulk_create(
        [page for page in reading.pages if page.number not in known],
        update_conflicts=True,
        unique_fields=["blob", "number"],
        update_fields=["state", "source", "text", "boxes", "quality", "language", "rank", "failure"],
    )
    _count(content)
    if not reading.failure and PageContent.objects.filter(blob=blob).count() < content.pages:
        ask_to_read(blob)
    fill_lanes()
    _tell(content)


def keep_page(*, page: PageContent) -> None:
    """Keep what OCR read of a page, or why it could not; then the next page is read."""
    page.save()
    content = BlobContent.objects.select_for_update().get(blob=page.blob_id)
    _count(content)
    fill_lanes()
    if content.left == 0 and content.by_ocr and content.copy_id is None:
        enqueue(COPY, arguments={"sha256": content.blob_id}, subject=f"blob:{content.blob_id}", once=True)
    if content.left == 0 or page.rank == 0 or content.left % _BETWEEN == 0:
        _tell(content)
    elif page.rank <= HEAD_RANKS:
        _tell_listeners(content)


def give_up(*, page: int, code: str) -> None:
    """A page that could not be read for a reason nobody foresaw."""
    row = PageContent.objects.filter(pk=page, state=PageState.WAITING).first()
    if row is not None:
        row.state, row.failure = PageState.FAILED, code[:60]
        keep_page(page=row)


def give_up_blob(*, sha256: str, code: str) -> None:
    """A file that could not be read for a reason nobody foresaw: said on its pages."""
    content, _ = BlobContent.objects.update_or_create(
        blob_id=sha256, defaults={"failure": code[:60], "read_at": clock.now()}
    )
    _count(content)
    _tell(content)


def keep_copy(*, blob: Blob, copy: Blob | None) -> None:
    """The copy for reading stands beside the blob; the blob itself is never changed."""
    BlobContent.objects.filter(blob=blob).update(copy=copy)


def fill_lanes() -> None:
    """Have as many pages read by OCR at once as the office allows, first pages first.

    So few at once that hundreds of scans never keep other work waiting: every page that ends asks for the next.
    """
    running = Job.objects.filter(kind=OCR, state__in=(JobState.WAITING, JobState.RUNNING))
    taken = list(running.values_list("arguments__page", flat=True))
    room = settings.OCR_LANES - len(taken)
    if room <= 0:
        return
    waiting = PageContent.objects.filter(state=PageState.WAITING).exclude(pk__in=taken).order_by("rank", "id")
    for number in waiting.values_list("pk", flat=True)[:room]:
        enqueue(OCR, arguments={"page": number}, subject=f"page:{number}", once=True)


def read_what_waited_for_a_program() -> int:
    """Pages that came while no OCR program was installed are read now that it is; returns how many."""
    waiting = PageContent.objects.filter(state=PageState.FAILED, failure=RefusalCode.NOT_INSTALLED)
    blobs = set(waiting.values_list("blob_id", flat=True))
    count = waiting.update(state=PageState.WAITING, failure="")
    for content in BlobContent.objects.filter(blob__in=blobs):
        _count(content)
    return count


def _count(content: BlobContent) -> None:
    rows = PageContent.objects.filter(blob=content.blob_id).order_by()
    found = rows.aggregate(
        rows=Count("pk"),
        waiting=Count("pk", filter=Q(state=PageState.WAITING)),
        failed=Count("pk", filter=Q(state=PageState.FAILED)),
        by_ocr=Count("pk", filter=Q(state=PageState.READ, source=TextSource.OCR)),
        quality=Avg("quality", filter=Q(state=PageState.READ)),
    )
    content.left = found["waiting"] + (0 if content.failure else max(0, content.pages - found["rows"]))
    content.failed, content.by_ocr = found["failed"], found["by_ocr"]
    content.quality = None if found["quality"] is None else round(found["quality"])
    named = rows.exclude(language="").values_list("language").annotate(n=Count("pk")).order_by("-n").first()
    content.language = named[0] if named else ""
    content.save(update_fields=["left", "failed", "by_ocr", "quality", "language"])


def _tell(content: BlobContent) -> None:
    """Let the index follow, and whoever waits for this text."""
    indexing.follow(DocumentFile.objects.filter(current__blob=content.blob_id).values_list("document_id", flat=True))
    _tell_listeners(content)


def _tell_listeners(content: BlobContent) -> None:
    for tell in settled:
        tell(content.blob_id)
