"""Signed, proof pending: a document that the leader signed while no authority answered waits for its proof.

It is not numbered and not sealed before every signature rests on a trusted time and on proofs that its certificate
was good (R-SIG-6). It catches up by itself; why it still waits stands with the job that asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from edocs.documents.choices import State
from edocs.documents.models import Document, FileVersion
from edocs.documents.services.states import locked, move
from edocs.jobs.models import Job, JobState
from edocs.jobs.services import enqueue
from edocs.jobs.together import shared
from edocs.journal.services import record
from edocs.office.models import Role
from edocs.office.queries import people_with_role
from edocs.office.services import tell
from edocs.signatures.services import proofs
from edocs.signatures.services.making import Made

PROVE = "workflow.prove"


def ask_to_prove(document: Document, version: FileVersion) -> None:
    """Let a job prove a version as soon as the authorities answer; called inside the transaction that signed it."""
    enqueue(
        PROVE,
        arguments={"document": document.pk, "version": version.pk},
        subject=f"document:{document.pk}",
        delay=settings.SIGNING_PROOF_SECONDS,
    )


def still_waits(version: FileVersion) -> bool:
    """True while this very version is what its document waits with."""
    return version.file.document.state == State.PROVING and version.file.current_id == version.pk


def conclude_proof(version: FileVersion, made: Made) -> None:
    """Write the proven version; from now on the document may be numbered and sealed."""
    document = locked(version.file.document)
    if document.state != State.PROVING:
        return  # it was returned meanwhile: there is nothing left to prove
    version.file.document = document
    with translation.override(settings.LANGUAGE_CODE):
        note = _("time stamp and proofs added")
    added = proofs.keep(version, made, note=note)
    move(document, State.SIGNED)
    record("document.prove", document, by=None, after={"version": added.ordinal, "sha256": made.blob.pk})
    tell_clerks(document)


def tell_clerks(document: Document) -> None:
    """Say that a document waits for number and seal."""
    tell(
        shared("clerks", lambda: nullcontext(_clerks())) or _clerks(),
        "to_seal",
        facts={"summary": document.summary, "by": document.signer_name},
        address=f"/seal/{document.pk}/",
    )


def _clerks() -> list[int]:
    return list(people_with_role(Role.CLERK).values_list("pk", flat=True))


def proof_failed(job: Job, reason: str) -> None:
    """A document that can not be proven stays as it is; its signer and the clerks hear why."""
    document = Document.objects.get(pk=job.arguments["document"])
    if document.state != State.PROVING:
        return
    record("document.proof_failed", document, by=None, after={"code": job.code, "reason": reason[:500]})
    people = [document.signer_id, *_clerks()]
    facts = {"summary": document.summary, "reason": reason[:500], "code": job.code}
    tell([number for number in people if number], "proof_failed", facts=facts, address=f"/documents/{document.pk}/")


def waiting_reasons(numbers: Iterable[int]) -> dict[int, tuple[str, bool]]:
    """Why documents still wait for their proof, and whether that ended in a failure; by document (one statement)."""
    subjects = [f"document:{number}" for number in numbers]
    jobs = Job.objects.filter(kind=PROVE, subject__in=subjects).exclude(state=JobState.DONE).order_by("id")
    return {job.arguments["document"]: (job.reason, job.state == JobState.FAILED) for job in jobs}
