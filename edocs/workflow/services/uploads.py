"""Files that people bring to a draft: PDF as it is, DOCX and ODT turned into PDF by a job, attachments."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs.documents.choices import FileRole, Origin, State
from edocs.documents.models import Blob, Document, DocumentFile, FileVersion
from edocs.documents.refusals import refusal_for, sentence_for
from edocs.documents.services.files import add_file, add_version, touch
from edocs.documents.services.states import locked
from edocs.documents.storage import keep_file, path_of
from edocs.errors import Invalid, WrongState
from edocs.jobs.models import Job, JobState
from edocs.jobs.services import enqueue
from edocs.journal.services import record
from edocs.limited import FileKind, FileRefused, RefusalCode, clean_name, convert_office, inspect
from edocs.office.models import Person
from edocs.office.services import tell
from edocs.workflow.services.drafting import drafted_version, main_file, open_draft

CONVERT = "workflow.convert"
DRAFT_KINDS = (FileKind.PDF, FileKind.DOCX, FileKind.ODT)
PDF = FileKind.PDF.mime


@dataclass(frozen=True)
class StoredFile:
    """A file that was looked into and stored."""

    blob: Blob
    name: str
    kind: FileKind
    pages: int = 0
    is_signed: bool = False


def take_in(*, path: str | PathLike[str], name: str) -> StoredFile:
    """Look into a file that came from outside and store it; ``name`` is what its owner called it, never opened.

    Raises Invalid or Unavailable with a sentence for every way in which a file can be unfit.
    """
    try:
        found = inspect(path, name, max_bytes=settings.MAX_UPLOAD_BYTES)
    except FileRefused as refused:
        raise refusal_for(refused, name=name) from None
    if found.encrypted:
        raise Invalid(sentence_for(RefusalCode.ENCRYPTED, name=name), code="encrypted", field="file")
    blob = keep_file(Path(path), found.kind.mime)
    return StoredFile(blob, clean_name(name), found.kind, found.page_count, found.is_signed)


def upload_draft(*, document: Document, stored: StoredFile, by: Person, note: str = "") -> FileVersion | Job:
    """Bring the draft as a file: a PDF becomes a version at once, DOCX and ODT are converted by the job returned.

    The same bytes as the current version make no new one. Raises NotPermitted, WrongState, Invalid.
    """
    if stored.kind not in DRAFT_KINDS:
        raise Invalid(
            _("“%(name)s” cannot be the document itself: bring it as PDF, DOCX or ODT, or add it as an attachment.")
            % {"name": stored.name},
            code="wrong_kind",
            field="file",
        )
    if stored.is_signed:
        raise Invalid(
            _("“%(name)s” bears a digital signature already, which a draft must not. Bring the unsigned file.")
            % {"name": stored.name},
            code="already_signed",
            field="file",
        )
    with transaction.atomic():
        fresh = open_draft(document, by)
        latest = drafted_version(fresh)
        if latest is not None and stored.blob.pk in (latest.blob_id, latest.original_id):
            return latest
        if stored.kind == FileKind.PDF:
            return _keep_upload(fresh, stored, by, note)
        # its name is kept now; the version comes from the job
        main_file(fresh, name=stored.name)
        record("draft.upload", fresh, by=by, after={"name": stored.name, "sha256": stored.blob.pk})
        return enqueue(
            CONVERT,
            arguments={
                "document": fresh.pk,
                "sha256": stored.blob.pk,
                "name": stored.name,
                "after": latest.ordinal if latest else 0,
                "note": note.strip()[:500],
            },
            subject=f"document:{fresh.pk}",
            by=by,
        )


def _keep_upload(document: Document, stored: StoredFile, by: Person, note: str) -> FileVersion:
    file = main_file(document, name=stored.name)
    DocumentFile.objects.filter(pk=file.pk).update(name=stored.name)
    Document.objects.filter(pk=document.pk).update(pages=stored.pages)
    return add_version(
        file=file, blob=stored.blob, origin=Origin.UPLOAD, by=by, pages=stored.pages, note=note.strip()[:500]
    )


def conversion_under_way(document: Document) -> bool:
    """True while a file brought to the draft waits to be turned into PDF (one statement)."""
    waiting = (JobState.WAITING, JobState.RUNNING)
    return Job.objects.filter(kind=CONVERT, subject=f"document:{document.pk}", state__in=waiting).exists()


def convert(job: Job) -> Callable[[], None] | None:
    """The slow part of the job ``workflow.convert``; what it returns appends the version.

    Raises Unavailable when LibreOffice is missing (the original is kept) and Invalid for a file that cannot be read.
    """
    facts: dict[str, Any] = job.arguments
    with tempfile.TemporaryDirectory(prefix="edocs-convert-") as folder:
        target = Path(folder, "made.pdf")
        try:
            made = convert_office(path_of(facts["sha256"]), target)
        except FileRefused as refused:
            if refused.code == RefusalCode.TIMEOUT:
                raise  # a busy machine: the job is tried again by itself
            raise refusal_for(refused, name=facts["name"]) from None
        blob = keep_file(target, PDF)

    def finish() -> None:
        keep_converted(job=job, blob=blob, pages=made.page_count)

    return finish


def keep_converted(*, job: Job, blob: Blob, pages: int) -> FileVersion | None:
    """Append the converted file, unless the draft has moved on since; the original stays stored beside it."""
    facts: dict[str, Any] = job.arguments
    document = locked(Document(pk=facts["document"]))
    latest = drafted_version(document)
    by = job.requested_by
    assert by is not None
    if document.state != State.DRAFT or (latest.ordinal if latest else 0) > facts["after"]:
        record("draft.convert.late", document, by=by, after={"name": facts["name"], "sha256": facts["sha256"]})
        return None
    original = Blob.objects.get(pk=facts["sha256"])
    Document.objects.filter(pk=document.pk).update(pages=pages)
    version = add_version(
        file=main_file(document, name=facts["name"]),
        blob=blob,
        origin=Origin.CONVERSION,
        by=by,
        pages=pages,
        note=facts["note"],
        original=original,
    )
    facts_told = {"summary": document.summary, "name": facts["name"]}
    tell([by], "draft.converted", facts=facts_told, address=f"/documents/{document.pk}/")
    return version


def tell_conversion_failed(job: Job, reason: str) -> None:
    """Word to whoever brought the file: it was kept, and why it could not be converted."""
    people = [job.requested_by_id] if job.requested_by_id else []
    facts = {"name": job.arguments["name"], "reason": reason}
    tell(people, "draft.not_converted", facts=facts, address=f"/documents/{job.arguments['document']}/")


def add_attachment(*, document: Document, stored: StoredFile, by: Person) -> DocumentFile:
    """Add a file that goes out with the document (R-DOC-02); any kind that is taken here."""
    with transaction.atomic():
        fresh = open_draft(document, by)
        if DocumentFile.objects.filter(
            document=fresh, role=FileRole.ATTACHMENT, current__blob=stored.blob, current__isnull=False
        ).exists():
            raise WrongState(
                _("“%(name)s” is among the attachments already (the same bytes). Nothing was added.")
                % {"name": stored.name},
                code="repeat",
            )
        file = add_file(document=fresh, name=stored.name, role=FileRole.ATTACHMENT)
        add_version(file=file, blob=stored.blob, origin=Origin.UPLOAD, by=by, pages=stored.pages)
    return file


def remove_attachment(*, file: DocumentFile, by: Person) -> None:
    """Take an attachment off a draft; its bytes and the journal's word of it stay."""
    with transaction.atomic():
        fresh = open_draft(file.document, by)
        if file.role != FileRole.ATTACHMENT:
            raise Invalid(_("The document itself cannot be removed; bring a new version of it instead."))
        kept = DocumentFile.objects.filter(pk=file.pk).select_related("current").first()
        if kept is None:
            raise WrongState(_("This attachment was removed already. Reload the page."))
        before = {"name": kept.name, "sha256": kept.current.blob_id if kept.current else ""}
        DocumentFile.objects.filter(pk=kept.pk).update(current=None)
        kept.versions.all().delete()
        kept.delete()
        touch(fresh)
        record("draft.attachment.remove", fresh, by=by, before=before)
