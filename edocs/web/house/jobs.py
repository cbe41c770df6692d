"""What takes longer than a page may: verifying the whole journal, checking stored files, building the index anew."""

from __future__ import annotations

import secrets
import time
from functools import partial
from typing import Any

from celery.signals import worker_ready
from django.db import transaction
from django.utils.translation import gettext as _

from edocs.documents import index_care, indexing
from edocs.documents.models import Blob
from edocs.documents.storage import is_whole
from edocs.jobs.lanes import Lane
from edocs.jobs.models import Job, JobState
from edocs.jobs.registry import Finish, job
from edocs.jobs.services import Postpone, enqueue, report_progress
from edocs.journal.models import Block
from edocs.journal.services import record, verify
from edocs.office.models import Role
from edocs.office.queries import people_with_role
from edocs.office.services import tell
from search import SearchError

VERIFY_JOURNAL = "house.journal"
CHECK_FILES = "house.files"
BUILD_INDEX = "house.index"
CHECK_INDEX = "house.index_check"
FILL_INDEX = "house.index_fill"
#: verbs under which the results stand in the journal
JOURNAL_VERIFIED = "journal.verified"
FILES_CHECKED = "files.checked"
INDEX_CHECKED = "index.checked"
DAILY = 86_400
QUARTER_HOUR = 900
SAMPLE = 200
MOST_BYTES = 2 * 1024**3
MOST_FINDINGS = 50
AWAY_SECONDS = 30


@job(VERIFY_JOURNAL, attempts=2, every=DAILY, lane=Lane.LATER)
def verify_journal(job: Job) -> Finish:
    """Recompute every block of the journal; the result is an event of its own."""
    began = time.monotonic()
    findings = [f"block {found.block}: {found.problem}" for found in verify()]
    last = Block.objects.order_by("-pk").first()
    facts = {
        "last_event": last.last_event if last else 0,
        "findings": findings[:MOST_FINDINGS],
        "count": len(findings),
        "seconds": round(time.monotonic() - began, 1),
    }
    return lambda: _conclude(job, JOURNAL_VERIFIED, facts, _("The journal was changed after it was sealed."))


@job(CHECK_FILES, attempts=2, every=DAILY, lane=Lane.LATER)
def check_files(job: Job) -> Finish:
    """Compare random stored files with the hash they were stored under."""
    began = time.monotonic()
    findings: list[str] = []
    checked, size = 0, 0
    for number in range(SAMPLE):
        blob = _random_blob()
        if blob is None or size > MOST_BYTES:
            break
        try:
            if not is_whole(blob):
                findings.append(f"{blob.sha256}: changed")
        except OSError as problem:
            findings.append(f"{blob.sha256}: {type(problem).__name__}")
        checked, size = checked + 1, size + blob.size
        if number % 20 == 0:
            report_progress(job, number, SAMPLE)
    findings = sorted(set(findings))
    facts = {
        "checked": checked,
        "bytes": size,
        "findings": findings[:MOST_FINDINGS],
        "count": len(findings),
        "seconds": round(time.monotonic() - began, 1),
    }
    return lambda: _conclude(job, FILES_CHECKED, facts, _("Stored files are damaged or missing."))


@job(BUILD_INDEX, attempts=3, lane=Lane.LATER)
def build_index(job: Job) -> None:
    """Build the index anew beside the one that answers; stopped in the middle, it goes on from there."""
    try:
        index_care.rebuild(report=partial(report_progress, job))
    except SearchError as problem:
        raise Postpone(AWAY_SECONDS, f"{type(problem).__name__}: {problem}"[:500]) from problem


@job(FILL_INDEX, attempts=1, every=QUARTER_HOUR, lane=Lane.INDEX)
def fill_index(job: Job) -> Finish | None:
    """A new index is built without being asked: after an upgrade, or because its files were lost or damaged."""
    try:
        is_new = indexing.engine().needs_reindex
        if not is_new:
            indexing.engine().drop_outdated()
    except SearchError:
        return None  # the next round sees
    building = Job.objects.filter(kind=BUILD_INDEX, state__in=(JobState.WAITING, JobState.RUNNING))
    if not is_new or building.exists():
        return None

    def finish() -> None:
        enqueue(BUILD_INDEX, once=True)

    return finish


@worker_ready.connect  # type: ignore[untyped-decorator]
def look_at_the_index(sender: Any, **_facts: Any) -> None:
    """A worker that starts may be the first of a new version: nobody waits a quarter of an hour for the new index."""
    with transaction.atomic():
        enqueue(FILL_INDEX, once=True)


@job(CHECK_INDEX, attempts=2, every=DAILY, lane=Lane.LATER)
def check_index(job: Job) -> Finish:
    """Compare the index with the database and put right what differs; the result is an event."""
    began = time.monotonic()
    try:
        found = index_care.compare(repair=True, report=partial(report_progress, job))
    except SearchError as problem:
        raise Postpone(AWAY_SECONDS, f"{type(problem).__name__}: {problem}"[:500]) from problem
    facts = {
        "compared": found.compared,
        "missing": len(found.missing),
        "stale": len(found.stale),
        "extra": len(found.extra),
        "documents": found.all[:MOST_FINDINGS],
        "seconds": round(time.monotonic() - began, 1),
    }

    def finish() -> None:
        record(INDEX_CHECKED, job, by=job.requested_by, after=facts)

    return finish


def _random_blob() -> Blob | None:
    """A blob near a random place of the hash space: an index look-up however many there are."""
    place = secrets.token_hex(32)
    return (
        Blob.objects.filter(sha256__gte=place).order_by("sha256").first()
        or Blob.objects.filter(sha256__lt=place).order_by("-sha256").first()
    )


def _conclude(job: Job, verb: str, facts: dict[str, Any], sentence: str) -> None:
    record(verb, job, by=job.requested_by, after=facts)
    if facts["count"]:
        tell(people_with_role(Role.ADMINISTRATOR), "health", facts={"text": sentence}, address="/health/")
