"""Later work on documents: keeping the search index in step, and lists as files. Reading files: ``content.jobs``."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from edocs.documents import indexing
from edocs.documents.access import visible
from edocs.documents.choices import Direction
from edocs.documents.content import jobs as content_jobs
from edocs.documents.exporting import MOST, XLSX, write_list
from edocs.documents.filters import ListFilter
from edocs.documents.models import Export, Withdrawal
from edocs.documents.storage import keep_file
from edocs.jobs.models import Job
from edocs.jobs.registry import Finish, job
from edocs.jobs.services import Postpone, claim_more
from edocs.office.services import tell
from search import SearchError

__all__ = ["content_jobs", "export", "index"]

TOGETHER = 100
#: how long the work waits when the search engine does not answer
AWAY_SECONDS = 5


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
