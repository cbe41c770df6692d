"""Later work on documents: keeping the search index in step, and lists as files. Reading files: ``content.jobs``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from edocs.documents import fits, indexing
from edocs.documents.content import jobs as content_jobs
from edocs.documents.exporting import MEDIA_TYPES, Row, write_table
from edocs.documents.listed import table_of
from edocs.documents.models import Export, Withdrawal
from edocs.documents.storage import keep_file
from edocs.jobs.handing import hand_over_at_commit
from edocs.jobs.lanes import Lane
from edocs.jobs.models import Job, JobState
from edocs.jobs.registry import Finish, job
from edocs.jobs.services import Postpone, claim_more, enqueue, report_progress
from edocs.office.services import tell
from search import SearchError

__all__ = ["content_jobs", "export", "index"]

TOGETHER = 100
TELL_FOLLOWERS = "documents.tell_followers"
#: how long the work waits when the search engine does not answer
AWAY_SECONDS = 5
#: rows of an export between two words on how far it is
REPORTED_EVERY = 200


@job(indexing.INDEX, attempts=8, lane=Lane.INDEX, load=TOGETHER)
def index(job: Job) -> Finish:
    """Put documents into the index as they stand now, many in one commit; repeating it changes nothing.

    While the engine is away the work waits, however long that is. Afterwards, whoever carried a full load calls for
    the next one: what waits need not wait for beat, which sends a few hundred each half minute.
    """
    claimed = [job, *claim_more(job, TOGETHER)]
    numbers = {one.arguments["document"] for one in claimed}
    withdrawn = list(Withdrawal.objects.filter(document__in=numbers).values_list("pk", flat=True))
    try:
        indexing.index_documents(numbers)
    except SearchError as problem:
        raise Postpone(AWAY_SECONDS, f"{type(problem).__name__}: {problem}"[:500]) from problem

    new = fits.new_among(numbers)

    def finish() -> None:
        Withdrawal.objects.filter(pk__in=withdrawn).delete()
        if new:
            enqueue(TELL_FOLLOWERS, arguments={"documents": new})
        if len(claimed) > TOGETHER:
            _call_next()

    return finish


def _call_next() -> None:
    """Hand over the oldest document that waits; its job takes those behind it along."""
    due = Job.objects.filter(kind=indexing.INDEX, state=JobState.WAITING, not_before__lte=timezone.now())
    if (following := due.order_by("id").first()) is not None:
        hand_over_at_commit(following)


@job(TELL_FOLLOWERS, attempts=3, lane=Lane.READ)
def tell_followers(job: Job) -> None:
    """Tell who follows a search that something new fits it; done again, it tells nobody twice."""
    fits.tell_followers({number for one in [job, *claim_more(job, TOGETHER)] for number in one.arguments["documents"]})


@job("documents.export", attempts=2, lane=Lane.LATER)
def export(job: Job) -> Finish:
    """Make a list or the results of a search as a file, with the rights its person has now."""
    wanted = Export.objects.select_related("person").get(pk=job.arguments["export"])
    folder = Path(settings.FILES_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        table, total = table_of(wanted)
        rows = _reported(job, table.rows, total)
        path, count = write_table(replace(table, rows=rows), wanted.format, folder)
    except SearchError as problem:
        raise Postpone(AWAY_SECONDS, f"{type(problem).__name__}: {problem}"[:500]) from problem
    try:
        blob = keep_file(path, MEDIA_TYPES[wanted.format])
    finally:
        path.unlink(missing_ok=True)

    def finish() -> None:
        Export.objects.filter(pk=wanted.pk).update(blob=blob, rows=count)
        tell([wanted.person_id], "export_ready", facts={"rows": count}, address=f"/exports/{wanted.pk}/")

    return finish


def _reported(job: Job, rows: Iterable[Row], total: int) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number % REPORTED_EVERY == 0:
            report_progress(job, number, total)
        yield row
