"""Certified copies run here, in the worker; the agency's key stays in the signing process."""

from __future__ import annotations

from edocs.jobs.models import Job
from edocs.jobs.registry import Finish, job
from edocs.signatures.models import ItemState, SigningItem
from edocs.signatures.services import making
from edocs.workflow.services import copies


@job(copies.PREPARE_COPY, attempts=3)
def prepare_copy(job: Job) -> Finish:
    """Make a scan ready to be certified as a copy."""
    return copies.make_ready(job)


@job(copies.SIGN_COPY, attempts=2, on_failure=copies.copy_failed)
def sign_copy(job: Job) -> Finish | None:
    """Sign a copy as the agency, with words."""
    related = ("session__person", "session__key", "document__kind", "version__file", "version__blob")
    item = SigningItem.objects.select_related(*related).get(pk=job.arguments["item"])
    if item.state != ItemState.WAITING:
        return None
    made = making.mark(item, words=copies.words_of(item.version))
    return lambda: copies.conclude_copy(item, made)
