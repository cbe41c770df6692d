"""Later work of the workflow: files turned into PDF, drafts prepared for signing; those of signing stand beside."""

from __future__ import annotations

from edocs.jobs.models import Job
from edocs.jobs.registry import Finish, job
from edocs.office.services import tell
from edocs.workflow import copy_jobs, proof_jobs, signing_jobs
from edocs.workflow.models import Approval
from edocs.workflow.services import approving, preparing, uploads

__all__ = ["convert", "copy_jobs", "prepare", "proof_jobs", "signing_jobs"]


@job(uploads.CONVERT, attempts=3, on_failure=uploads.tell_conversion_failed)
def convert(job: Job) -> Finish | None:
    """Turn the DOCX or ODT that somebody brought into PDF."""
    return uploads.convert(job)


def _tell_not_prepared(job: Job, reason: str) -> None:
    """The signer sees why the document cannot be signed yet; the author can help."""
    approval = Approval.objects.select_related("document", "authority").get(pk=job.arguments["approval"])
    facts = {"summary": approval.document.summary, "reason": reason}
    people = [approval.authority.person_id, approval.submitted_by_id]
    tell(people, "approval.not_prepared", facts=facts, address=f"/documents/{approval.document_id}/")


@job(approving.PREPARE, attempts=3, on_failure=_tell_not_prepared)
def prepare(job: Job) -> Finish | None:
    """Make the version that is signed: cleaned, with every field in its place."""
    related = ("version__file", "authority__person", "document")
    approval = Approval.objects.select_related(*related).get(pk=job.arguments["approval"])
    if approval.ended_at is not None:
        return None  # returned or taken back before this ran
    prepared = preparing.make_prepared(approval=approval)

    def finish() -> None:
        approving.keep_prepared(approval=approval, prepared=prepared, by=None)

    return finish
