"""Judging again what was judged by an earlier list of anchors or by earlier rules."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from edocs.documents.storage import path_of
from edocs.jobs.models import Job
from edocs.jobs.registry import Finish, job
from edocs.jobs.services import enqueue, report_progress
from edocs.signatures.models import Verdict
from edocs.signatures.services.judging import judge_file, keep_verdict
from edocs.signatures.services.published import POLICY, trust_in_force
from edocs.signatures.services.trust import REJUDGE

BATCH = 20
HOUR = 3600


@job(REJUDGE, attempts=3, every=HOUR)
def rejudge(job: Job) -> Finish | None:
    """Judge a handful of outdated verdicts anew, and ask for the next handful."""
    force = trust_in_force()
    outdated = Verdict.objects.filter(~Q(trust=force.fingerprint) | ~Q(policy=POLICY))
    due = list(outdated.select_related("blob").order_by("pk")[:BATCH])
    if not due:
        return None
    found = []
    for done, verdict in enumerate(due, start=1):
        found.append((verdict.blob, judge_file(path_of(verdict.blob_id))))
        report_progress(job, done, len(due))

    def finish() -> None:
        for blob, judgement in found:
            keep_verdict(blob, judgement, judged_at=timezone.now())
        if len(due) == BATCH:
            enqueue(REJUDGE, once=True)

    return finish
