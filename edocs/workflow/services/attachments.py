"""Attachments in files of their own: the agency signs each with words alone (Decree 30/2020, App. I, II.8b; R-SIG-3).

When the last signatory has signed, a job makes each PDF ready; the clerk's one consent covers them with the document
itself, and they are signed after it, one after the other. What is no PDF, or bears a signature already, goes out as
it is, and the clerk is told.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from edocs import clock
from edocs.documents.choices import FileRole, Origin, State
from edocs.documents.models import Blob, Document, DocumentFile, FileVersion
from edocs.documents.services.files import add_version
from edocs.documents.services.states import locked
from edocs.documents.storage import keep_file, path_of
from edocs.jobs.models import Job
from edocs.jobs.registry import Finish
from edocs.jobs.services import enqueue
from edocs.journal.services import record
from edocs.limited import FileRefused, RefusalCode
from edocs.limited.signatures import prepare_for_mark

PREPARE_ATTACHMENTS = "workflow.prepare_attachments"
MARK = "workflow.mark_attachment"
PDF = "application/pdf"
AFTER_SIGNING = (State.PROVING, State.SIGNED, State.SEALING)


def attachments_of(documents: Iterable[int]) -> list[FileVersion]:
    """The PDF attachments of documents in their current versions (one statement)."""
    files = _attached(documents).select_related("current__file", "current__blob")
    found = files.order_by("document_id", "order", "id")
    return [file.current for file in found if file.current is not None]


def _attached(documents: Iterable[int]) -> QuerySet[DocumentFile]:
    return DocumentFile.objects.filter(
        document__in=list(documents), role=FileRole.ATTACHMENT, current__blob__media_type=PDF
    )


#: Origins of an attachment that the job saw: it is ready for the agency's words, bears them, or never will.
LOOKED_INTO = (Origin.PREPARED, Origin.SEAL)


def is_looked_into(version: FileVersion) -> bool:
    """True when the job saw this attachment."""
    return version.origin in LOOKED_INTO


def waits_for_mark(version: FileVersion) -> bool:
    """True when the agency is to sign this attachment."""
    return version.origin == Origin.PREPARED and not (version.places or {}).get("unmarked")


def unmarked_reason(version: FileVersion) -> str:
    """Why an attachment goes out as it is: ``already_signed`` or a code of ``RefusalCode``; empty when it does not."""
    return str((version.places or {}).get("unmarked", "")) if version.origin == Origin.PREPARED else ""


def ask_to_prepare_attachments(document: Document) -> None:
    """Let a job look into the attachments, when there are any it has not seen."""
    if _attached([document.pk]).exclude(current__origin__in=LOOKED_INTO).exists():
        enqueue(
            PREPARE_ATTACHMENTS,
            arguments={"document": document.pk},
            subject=f"document:{document.pk}",
            once=True,
        )


@dataclass(frozen=True)
class _Looked:
    """An attachment with the file that was made of it, or why none was."""

    version: FileVersion
    blob: Blob
    unmarked: str = ""


def make_ready(job: Job) -> Finish:
    """Give each attachment its empty place for the agency's words; slow, changes no rows."""
    looked = [_look(version) for version in attachments_of([job.arguments["document"]]) if not is_looked_into(version)]

    def finish() -> None:
        document = locked(Document(pk=job.arguments["document"]))
        if document.state in AFTER_SIGNING:
            _keep(document, looked)

    return finish


def _look(version: FileVersion) -> _Looked:
    with tempfile.TemporaryDirectory(prefix="edocs-attachment-") as folder:
        target = Path(folder, "ready.pdf")
        try:
            prepare_for_mark(path_of(version.blob_id), target)
        except FileRefused as refused:
            if refused.code == RefusalCode.TIMEOUT:
                raise  # a busy machine: the job is tried again by itself
            code = "already_signed" if refused.detail.startswith("already_signed") else refused.code.value
            return _Looked(version, version.blob, code)
        return _Looked(version, keep_file(target, PDF))


def give_up(job: Job, _reason: str) -> None:
    """The job failed for good: what it did not see goes out as it is."""
    document = locked(Document(pk=job.arguments["document"]))
    if document.state in AFTER_SIGNING:
        left = [version for version in attachments_of([document.pk]) if not is_looked_into(version)]
        _keep(document, [_Looked(version, version.blob, job.code or "failed") for version in left])


def _keep(document: Document, looked: Sequence[_Looked]) -> None:
    for one in looked:
        fresh = DocumentFile.objects.get(pk=one.version.file_id)
        if fresh.current_id != one.version.pk:
            continue  # seen by another job, or taken off
        fresh.document = document
        places: dict[str, Any] = {"unmarked": one.unmarked} if one.unmarked else {"mark": True}
        add_version(file=fresh, blob=one.blob, origin=Origin.PREPARED, by=None, pages=one.version.pages, places=places)
        if one.unmarked:
            record("attachment.unmarked", document, by=None, after={"file": fresh.pk, "code": one.unmarked})


def show_brought(document: Document) -> None:
    """Let the attachments be again as people brought them: the document goes back from signing."""
    for version in attachments_of([document.pk]):
        if not is_looked_into(version):
            continue
        brought = FileVersion.objects.filter(file=version.file_id, origin=Origin.UPLOAD).order_by("-ordinal").first()
        if brought is not None:
            DocumentFile.objects.filter(pk=version.file_id).update(current=brought)


def words_of(document: Document) -> list[str]:
    """What stands on an attachment before day and hour of signing: number and symbol of the document; its date, too,
    where it is signed on another day.
    """
    number = f"Số: {document.code}"
    if document.issued_on is not None and document.issued_on != clock.today():
        number += f" ngày {document.issued_on:%d/%m/%Y}"
    return [number]
