"""Later work on documents: reading what a file says, and keeping the search index in step."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from edocs import clock
from edocs.documents import indexing
from edocs.documents.access import visible
from edocs.documents.choices import Direction
from edocs.documents.exporting import MOST, XLSX, write_list
from edocs.documents.filters import ListFilter
from edocs.documents.models import Blob, BlobContent, DocumentFile, Export, Withdrawal
from edocs.documents.storage import keep_file, path_of
from edocs.jobs.models import Job
from edocs.jobs.registry import Finish, job
from edocs.jobs.services import Postpone, claim_more
from edocs.limited import FileRefused, inspect, read_text
from edocs.office.services import tell
from search import SearchError

TOGETHER = 100
#: how long the work waits when the search engine does not answer
AWAY_SECONDS = 5
PDF = "application/pdf"


@job("documents.read")
def read(job: Job) -> Finish:
    """Read pages, sizes and text of a blob in the limited child; a file that cannot be read is noted, not lost."""
    blob = Blob.objects.get(pk=job.arguments["sha256"])
    texts: list[str] = []
    sizes: list[list[float]] = []
    failure = ""
    try:
        if blob.media_type == PDF:
            path = path_of(blob.sha256)
            sizes = [[page.width, page.height] for page in inspect(path).pages]
            texts = [page.text for page in read_text(path, words=False)]
    except FileRefused as refused:
        failure = str(refused.code)

    def finish() -> None:
        BlobContent.objects.update_or_create(
            blob=blob,
            defaults={
                "pages": len(sizes),
                "sizes": sizes,
                "texts": texts,
                "failure": failure,
                "read_at": clock.now(),
            },
        )
        indexing.follow(DocumentFile.objects.filter(current__blob=blob).values_list("document_id", flat=True))

    return finish


@job(indexing.INDEX, attempts=8)
def index(job: Job) -> Finish:
    """Put documents into the index as they stand now, many in one commit; repeating it changes nothing.

    While the engine is away the work waits, however long that is.
    """
    numbers = {one.arguments["document"] for one in [job, *claim_more(job, TOGETHER)]}
    withdrawn = list(Withdrawal.objects.filter(document__in=numbers).values_list("pk", flat=True))
    try:
        indexing.index_documents(numbers)
    except SearchError as problem:
        raise Postpone(AWAY_SECONDS, f"{type(problem).__name__}: {problem}"[:500]) from problem

    def finish() -> None:
        Withdrawal.objects.filter(pk__in=withdrawn).delete()

    return finish


@job("documents.export", attempts=2)
def export(job: Job) -> Finish:
    """Make a list as XLSX with the rights its person has now."""
    wanted = Export.objects.select_related("person").get(pk=job.arguments["export"])
    rows = ListFilter.read(Direction(wanted.direction), wanted.filters).apply(visible(wanted.person))
    documents = rows.select_related("kind", "unit").order_by("-pk")[:MOST]
    folder = Path(settings.FILES_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    path, count = write_list(documents.iterator(), wanted.direction, wanted.person, folder)
    try:
        blob = keep_file(path, XLSX)
    finally:
        path.unlink(missing_ok=True)

    def finish() -> None:
        Export.objects.filter(pk=wanted.pk).update(blob=blob, rows=count)
        tell([wanted.person_id], "export_ready", facts={"rows": count}, address=f"/exports/{wanted.pk}/")

    return finish
