"""The jobs of the two lowest layers: sealing the journal, hourly, and cleaning up after jobs, daily."""

from edocs.jobs.lanes import Lane
from edocs.jobs.models import Job
from edocs.jobs.registry import Finish, job
from edocs.jobs.services import clean
from edocs.journal.services import seal_pending


@job("journal.seal", every=3600, lane=Lane.LATER)
def seal(_: Job) -> Finish:
    def finish() -> None:
        while seal_pending():
            pass

    return finish


@job("jobs.clean", attempts=2, every=86_400, lane=Lane.LATER)
def clean_up(_: Job) -> None:
    clean()
