"""What we issued stays provable: until when each file is, and a further time stamp before that ends.

A file is looked at once, after it was sealed; when its proofs end soon a job adds fresh ones and one more document
time stamp (a new version, judged). Nothing that was signed is changed (R-SIG-8).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from edocs import clock
from edocs.documents.choices import Direction, Origin, State
from edocs.documents.models import Blob, FileVersion
from edocs.documents.services.states import locked
from edocs.documents.storage import path_of
from edocs.jobs.models import Job, JobState
from edocs.jobs.services import enqueue_many
from edocs.journal.services import record
from edocs.limited import FileRefused, RefusalCode
from edocs.limited.signatures import how_long_proofs_hold, proofs_later
from edocs.office.models import Role
from edocs.office.queries import people_with_role
from edocs.office.services import tell
from edocs.signatures.models import Archive, ArchiveCause
from edocs.signatures.services import proofs
from edocs.signatures.services.making import Made
from edocs.signatures.services.published import trust_in_force

RESTAMP = "signatures.restamp"
#: a file that nobody signed, or that cannot be read, is not looked at again
NEVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


def ours() -> QuerySet[FileVersion]:
    """The current versions of the files that this office sealed; what others signed is sent on as it is."""
    return FileVersion.objects.filter(
        file__current=F("pk"),
        origin=Origin.SEAL,
        file__document__direction=Direction.OUTGOING,
        file__document__state__in=(State.SEALED, State.ISSUED),
    )


def survey(most: int) -> list[Archive]:
    """Look at files that were not looked at yet, oldest first; slow, writes no rows.

    What could not be read for a moment (a busy machine, a disk away) is left out, and looked at another time.
    """
    found = ours().filter(blob__archive=None, blob__verdict__isnull=False).order_by("pk")
    rows = []
    for blob in Blob.objects.filter(pk__in=list(found.values_list("blob", flat=True)[:most])):
        with suppress(OSError, FileRefused):
            rows.append(_seen(blob))
    return rows


def _seen(blob: Blob) -> Archive:
    """Raises OSError, and FileRefused for a timeout: both say nothing about the file."""
    try:
        found = how_long_proofs_hold(path_of(blob.sha256))
    except FileRefused as refused:
        if refused.code == RefusalCode.TIMEOUT:
            raise
        found = None
    if found is None:
        return Archive(blob=blob, until=NEVER, cause=ArchiveCause.UNSTAMPED, seen_at=clock.now())
    return Archive(
        blob=blob,
        until=found.until,
        cause=found.cause,
        authority=found.authority[:250],
        stamps=found.stamps,
        seen_at=clock.now(),
    )


def keep_survey(rows: Iterable[Archive]) -> None:
    """Write what was seen; somebody else may have been quicker."""
    Archive.objects.bulk_create(rows, ignore_conflicts=True)


def ending(*, days: int | None = None) -> QuerySet[FileVersion]:
    """What ends within so many days (``SIGNING_RENEW_DAYS``), the first to end first."""
    limit = clock.now() + dt.timedelta(days=settings.SIGNING_RENEW_DAYS if days is None else days)
    found = ours().filter(blob__archive__until__lte=limit)
    return found.select_related("blob__archive", "file__document").order_by("blob__archive__until", "pk")


def ask_to_renew(versions: Sequence[FileVersion]) -> int:
    """Let jobs time-stamp these files again, one each; a file that waits or failed is not asked for twice."""
    subjects = {f"version:{version.pk}": version for version in versions}
    open_jobs = Job.objects.filter(Q(kind=RESTAMP) & ~Q(state=JobState.DONE), subject__in=subjects)
    there = set(open_jobs.values_list("subject", flat=True))
    wanted = [(subject, {"version": one.pk}) for subject, one in subjects.items() if subject not in there]
    enqueue_many(RESTAMP, wanted)
    return len(wanted)


def still_ours(version: FileVersion) -> bool:
    """True while this version is what its document bears."""
    return ours().filter(pk=version.pk).exists()


def conclude_renewal(version: FileVersion, made: Made, seen: Archive) -> None:
    """Write the version with its further time stamp, and until when it holds now."""
    version.file.document = locked(version.file.document)
    with translation.override(settings.LANGUAGE_CODE):
        added = proofs.keep(version, made, note=_("time-stamped again"))
    keep_survey([seen])
    facts = {"version": added.ordinal, "sha256": made.blob.pk, "until": seen.until}
    before = {"until": version.blob.archive.until}
    record("document.restamp", version.file.document, by=None, before=before, after=facts)


def look_at(made: Made) -> Archive:
    """Until when renewed bytes hold; slow, writes no row."""
    return _seen(made.blob)


def renewal_failed(job: Job, reason: str) -> None:
    """A file that could not be time-stamped again: administrators hear of it, and may repeat the job."""
    version = FileVersion.objects.select_related("file__document").get(pk=job.arguments["version"])
    document = version.file.document
    record("document.restamp_failed", document, by=None, after={"code": job.code, "reason": reason[:500]})
    facts = {"what": document.code or document.summary, "reason": reason[:500]}
    tell(
        people_with_role(Role.ADMINISTRATOR).values_list("pk", flat=True),
        "restamp_failed",
        facts=facts,
        address="/jobs/",
    )


@dataclass(frozen=True)
class Lapse:
    """A file whose proofs end: when, why, and what its signatures will be judged a day later, if nothing is done and if
    it is time-stamped in time (``limited.signatures.proofs_later``); ``refused`` says why that is not known.
    """

    version: FileVersion
    archive: Archive
    later: dict[str, dict[str, Any]]
    refused: str = ""

    @property
    def curable(self) -> bool:
        """True while the last time stamp still holds, so that another one can be set over it."""
        return self.archive.until > clock.now()


def lapses(*, days: int | None = None) -> Iterable[Lapse]:
    """What ends, each with what will be said of it the day after; slow."""
    trust = trust_in_force().folder
    for version in ending(days=days).iterator(chunk_size=200):
        archive = version.blob.archive
        try:
            later = proofs_later(path_of(version.blob_id), trust, archive.until + dt.timedelta(days=1))
        except FileRefused as refused:
            yield Lapse(version, archive, {}, refused.code.value)
        except OSError as problem:
            yield Lapse(version, archive, {}, type(problem).__name__)
        else:
            yield Lapse(version, archive, later)
