"""Looking after issued files: until when they are provable, and time-stamping them again."""

from __future__ import annotations

from django.conf import settings

from edocs.documents.models import FileVersion
from edocs.errors import Unavailable
from edocs.jobs.lanes import Lane
from edocs.jobs.models import Job
from edocs.jobs.registry import Finish, job
from edocs.jobs.services import Postpone, enqueue
from edocs.signatures.services import archive, proofs

SURVEY = "signatures.survey"
TOGETHER = 200
DAY = 86_400
HOUR = 3_600
#: most files that are asked for in one day; the rest follows on the next, long before it ends
A_DAY = 20_000


@job(SURVEY, attempts=3, every=HOUR, lane=Lane.LATER)
def survey(_job: Job) -> Finish | None:
    """Note until when newly sealed files are provable; asks for the next handful while there is more."""
    rows = archive.survey(TOGETHER)
    if not rows:
        return None

    def finish() -> None:
        archive.keep_survey(rows)
        if len(rows) == TOGETHER:
            enqueue(SURVEY, once=True)

    return finish


@job("signatures.renew", attempts=3, every=DAY, lane=Lane.LATER)
def renew(_job: Job) -> Finish | None:
    """Ask for the renewal of what ends soon, a job a file."""
    due = list(archive.ending()[:A_DAY])
    if not due:
        return None

    def finish() -> None:
        archive.ask_to_renew(due)

    return finish


@job(archive.RESTAMP, attempts=3, on_failure=archive.renewal_failed, lane=Lane.LATER)
def restamp(job: Job) -> Finish | None:
    """Time-stamp one file again; waits while the authorities are away."""
    related = ("file__document", "blob__archive")
    version = FileVersion.objects.select_related(*related).get(pk=job.arguments["version"])
    if not archive.still_ours(version):
        return None
    try:
        made = proofs.renew(version)
    except Unavailable as away:
        raise Postpone(settings.SIGNING_PROOF_SECONDS, str(away)) from None
    seen = archive.look_at(made)
    return lambda: archive.conclude_renewal(version, made, seen)
