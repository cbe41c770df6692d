"""Proving what was signed while the authorities were away; one job a document."""

from __future__ import annotations

from django.conf import settings

from edocs.documents.models import FileVersion
from edocs.errors import Unavailable
from edocs.jobs.models import Job
from edocs.jobs.registry import Finish, job
from edocs.jobs.services import Postpone
from edocs.signatures.services import proofs
from edocs.workflow.services import proving


@job(proving.PROVE, attempts=3, on_failure=proving.proof_failed)
def prove(job: Job) -> Finish | None:
    """Ask until the authorities answer; what can never be proven fails and may be repeated."""
    version = FileVersion.objects.select_related("file__document", "blob").get(pk=job.arguments["version"])
    if not proving.still_waits(version):
        return None
    try:
        made = proofs.prove(version)
    except Unavailable as away:
        raise Postpone(settings.SIGNING_PROOF_SECONDS, str(away)) from None
    return lambda: proving.conclude_proof(version, made)
