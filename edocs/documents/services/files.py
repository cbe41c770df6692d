"""Files of documents and their versions: always one more, never one changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from edocs import clock
from edocs.documents.choices import FileRole
from edocs.documents.content.services import ask_to_read
from edocs.documents.indexing import counted_up, follow
from edocs.documents.models import Blob, Document, DocumentFile, FileVersion
from edocs.journal.services import record
from edocs.office.models import Person
from edocs.transactions import note, noted


class Overtaken(Exception):
    """Another version became the current one meanwhile."""


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
    after: FileVersion | None = None,
) -> FileVersion:
    """Append a version and make it the current one. Called inside the caller's transaction.

    ``after`` is the version that must be the current one still; raises :class:`Overtaken` when it is not.
    """
    with transaction.atomic(savepoint=False):
        if after is not None:
            last = after.ordinal
        else:
            last = FileVersion.objects.filter(file=file).aggregate(last=Max("ordinal"))["last"] or 0
        try:
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
        except IntegrityError:
            if after is None:
                raise
            raise Overtaken from None  # its place in the count is taken: somebody appended one meanwhile
        expected = {"current": after} if after is not None else {}
        if not DocumentFile.objects.filter(pk=file.pk, **expected).update(current=version):
            raise Overtaken
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


def main_versions(numbers: Iterable[int]) -> dict[int, FileVersion]:
    """The current version of the main file of each document that has one (one statement)."""
    current = FileVersion.objects.filter(
        file__document__in=list(numbers), file__role=FileRole.MAIN, file__current=F("pk")
    )
    return {version.file.document_id: version for version in current.select_related("file", "blob")}


def touch(document: Document, **changes: Any) -> None:
    """The document changed: note when, and let the index follow; once in a transaction.

    ``changes`` are fields to be written with it, in the same statement.
    """
    if not noted(("touch", document.pk)):
        note(("touch", document.pk))
        changes["changed_at"] = clock.now()
    for name, value in changes.items():
        setattr(document, name, value)
    if changes:
        Document.objects.filter(pk=document.pk).update(**changes, **counted_up(document.pk))
    follow([document.pk], counted=True)


def touch_all(documents: Sequence[Document], **changes: Any) -> None:
    """The same change of several documents, in one statement."""
    changes["changed_at"] = clock.now()
    numbers = [document.pk for document in documents]
    for document in documents:
        note(("touch", document.pk))
        for name, value in changes.items():
            setattr(document, name, value)
    Document.objects.filter(pk__in=numbers).update(**changes)
    follow(numbers)


def began(document: Document) -> None:
    """The document was made in this transaction: its row says when, and the index will take it up."""
    note(("touch", document.pk))
    follow([document.pk], new=True)
