"""The jobs of the two lowest layers: sealing the journal, hourly."""

from edocs.jobs.models import Job
from edocs.jobs.registry import Finish, job
from edocs.journal.services import seal_pending


@job("journal.seal", every=3600)
def seal(_: Job) -> Finish:
    def finish() -> None:
        while seal_pending():
            pass

    return finish
