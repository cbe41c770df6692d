"""Judging again what was judged by an earlier list of anchors or rules; packing evidence."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from django.db.models import Q
from django.utils import timezone

from edocs.documents.choices import Direction, FileRole, State
from edocs.documents.models import Blob, DocumentFile
from edocs.documents.storage import path_of
from edocs.errors import Unavailable
from edocs.jobs.lanes import Lane
from edocs.jobs.models import Job
from edocs.jobs.registry import Finish, job
from edocs.jobs.services import Postpone, enqueue, report_progress
from edocs.signatures import archive_jobs as archive_jobs
from edocs.signatures.models import Verdict
from edocs.signatures.services.evidence import EVIDENCE, ask_for_evidence, keep_package, make_package
from edocs.signatures.services.judging import judge_firmly, keep_verdict
from edocs.signatures.services.published import POLICY, forget_old, trust_in_force
from edocs.signatures.services.trust import REJUDGE

BATCH = 20
HOUR = 3600
QUARTER = 900
COLLECT = "signatures.collect"
PAUSE = 60  # seconds between two handfuls, so that what people ask for is never far behind
RECENT = dt.timedelta(days=3)
AUTHORITY_AWAY = 120  # seconds until a time-stamp authority is asked again


@job(REJUDGE, attempts=3, every=HOUR, lane=Lane.LATER)
def rejudge(job: Job) -> Finish | None:
    """Judge a handful of outdated verdicts anew, and ask for the next handful.

    What there was no time to judge keeps its verdict until the next hour.
    """
    force = trust_in_force()
    forget_old()
    outdated = Verdict.objects.filter(~Q(trust=force.fingerprint) | ~Q(policy=POLICY))
    outdated = outdated.filter(pk__gt=job.arguments.get("after", 0))
    due = list(outdated.select_related("blob").order_by("pk")[:BATCH])
    if not due:
        return None
    found = []
    for done, verdict in enumerate(due, start=1):
        with suppress(Unavailable):
            found.append((verdict.blob, judge_firmly(path_of(verdict.blob_id))))
        report_progress(job, done, len(due))

    def finish() -> None:
        for blob, judgement in found:
            keep_verdict(blob, judgement, judged_at=timezone.now())
        if len(due) == BATCH:
            enqueue(REJUDGE, arguments={"after": due[-1].pk}, subject=f"after:{due[-1].pk}", once=True)

    return finish


@job(EVIDENCE, attempts=3, lane=Lane.LATER)
def pack_evidence(job: Job) -> Finish:
    """Judge once more, pack what proves the answer, and keep it beside the document."""
    blob = Blob.objects.get(pk=job.arguments["sha256"])
    try:
        package = make_package(blob, by=job.requested_by)
    except Unavailable as away:
        raise Postpone(AUTHORITY_AWAY, str(away)) from None

    def finish() -> None:
        keep_package(blob, package, by=job.requested_by)

    return finish


@job(COLLECT, attempts=3, every=QUARTER, lane=Lane.LATER)
def collect(job: Job) -> Finish | None:
    """Ask for the evidence of signed documents that were registered or issued lately and have none yet (R-SIG-6)."""
    lately = Verdict.objects.filter(judged_at__gt=timezone.now() - RECENT, blob__evidence__isnull=True)
    signed = lately.exclude(verdict="unsigned").values("blob")
    files = DocumentFile.objects.filter(role=FileRole.MAIN, current__blob__in=signed)
    files = files.filter(Q(document__direction=Direction.INCOMING) | Q(document__state=State.ISSUED))
    blobs = list(Blob.objects.filter(pk__in=files.values("current__blob")[:BATCH]))
    if not blobs:
        return None

    def finish() -> None:
        for blob in blobs:
            ask_for_evidence(blob=blob, by=None)
        if len(blobs) == BATCH:
            enqueue(COLLECT, once=True, delay=PAUSE)

    return finish
