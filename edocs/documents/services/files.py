"""Files of documents and their versions: always one more, never one changed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F, Max

from edocs import clock
from edocs.documents.choices import FileRole
from edocs.documents.content.services import ask_to_read
from edocs.documents.indexing import follow
from edocs.documents.models import Blob, Document, DocumentFile, FileVersion
from edocs.journal.services import record
from edocs.office.models import Person
from edocs.transactions import note, noted


def add_file(*, document: Document, name: str, role: FileRole) -> DocumentFile:
    """A new file of a document, still without a version. Called inside the caller's transaction."""
    order = document.files.aggregate(last=Max("order"))["last"]
    return DocumentFile.objects.create(document=document, name=name, role=role, order=0 if order is None else order + 1)


def add_version(
    *,
    file: DocumentFile,
    blob: Blob,
    origin: str,
    by: Person | None,
    pages: int = 0,
    note: str = "",
    source: dict[str, Any] | None = None,
    places: dict[str, Any] | None = None,
    original: Blob | None = None,
) -> FileVersion:
    """Append a version and make it the current one. Called inside the caller's transaction."""
    with transaction.atomic():
        last = FileVersion.objects.filter(file=file).aggregate(last=Max("ordinal"))["last"] or 0
        version = FileVersion.objects.create(
            file=file,
            ordinal=last + 1,
            blob=blob,
            origin=origin,
            by=by,
            at=clock.now(),
            pages=pages,
            note=note,
            source=source,
            places=places,
            original=original,
        )
        DocumentFile.objects.filter(pk=file.pk).update(current=version)
        file.current = version
        record(
            "file.version",
            file,
            by=by,
            after={
                "ordinal": version.ordinal,
                "sha256": blob.sha256,
                "origin": origin,
                "document": file.document_id,
            },
        )
        ask_to_read(blob)
        touch(file.document)
    return version


def main_version(document: Document) -> FileVersion | None:
    """The current version of the main file (one statement)."""
    return (
        FileVersion.objects.filter(file__document=document, file__role=FileRole.MAIN, file__current=F("pk"))
        .select_related("file", "blob")
        .first()
    )


def touch(document: Document) -> None:
    """The document changed: note when, and let the index follow; once in a transaction."""
    if noted(("touch", document.pk)):
        return
    note(("touch", document.pk))
    document.changed_at = clock.now()
    Document.objects.filter(pk=document.pk).update(changed_at=document.changed_at)
    follow([document.pk])


def began(document: Document) -> None:
    """The document was made in this transaction: its row says when, and the index will take it up."""
    note(("touch", document.pk))
    follow([document.pk], new=True)
