"""The search index follows the database: documents as the library ``search`` knows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import F, Prefetch
from django.utils import timezone

from edocs.documents.choices import State
from edocs.documents.content.queries import texts_of
from edocs.documents.models import AccessEntry, Document, DocumentFile, Entry
from edocs.jobs.services import enqueue
from search import open_engine
from search.documents import IndexDocument
from search.engine import Engine

#: What higher layers know about documents (deadline, signatures): ids -> id -> fields of IndexDocument.
Contributor = Callable[[Sequence[int]], dict[int, dict[str, Any]]]
contributors: list[Contributor] = []

#: the kind of job that carries a document into the index
INDEX = "documents.index"


@lru_cache(maxsize=4)
def _engine(folder: str, url: str) -> Engine:
    return open_engine(url or folder)


def engine() -> Engine:
    """The engine chosen by ``SEARCH_URL``; the embedded one when it is empty."""
    return _engine(str(settings.SEARCH_DIR), settings.SEARCH_URL)


def follow(numbers: Iterable[int]) -> None:
    """Let the index follow documents that are being changed; called inside the transaction that changes them."""
    for number in sorted(set(numbers)):
        Document.objects.filter(pk=number).update(revision=F("revision") + 1)
        enqueue(INDEX, arguments={"document": number}, subject=f"document:{number}", once=True)


def index_documents(numbers: Iterable[int]) -> int:
    """Add or replace documents in the index as they stand in the database; what is not to be found leaves it.

    Two workers may carry the same document, and the one that read it first may write it last. So whoever has written
    looks again, and what was changed meanwhile is written anew: the last to write has written the last state.
    Raises SearchError.
    """
    waiting, written = list(set(numbers)), 0
    while waiting:
        rows = list(_with_everything(waiting))
        kept = [row for row in rows if row.state != State.CANCELLED]
        if gone := set(waiting) - {row.pk for row in kept}:
            engine().delete(str(number) for number in gone)
        written += engine().index(_as_index_documents(kept))
        before = {row.pk: row.revision for row in rows}
        now = Document.objects.filter(pk__in=waiting).values_list("pk", "revision")
        waiting = [number for number, revision in now if before.get(number) != revision]
    return written


def _with_everything(numbers: Sequence[int]) -> Iterable[Document]:
    files = DocumentFile.objects.select_related("current")
    entries = Entry.objects.filter(cancelled_at=None).select_related("book")
    return (
        Document.objects.filter(pk__in=numbers)
        .select_related("kind", "unit", "signer")
        .prefetch_related(
            Prefetch("files", queryset=files),
            Prefetch("entries", queryset=entries, to_attr="live_entries"),
            "recipients",
        )
    )


def _as_index_documents(rows: Sequence[Document]) -> list[IndexDocument]:
    numbers = [row.pk for row in rows]
    tokens: dict[int, set[str]] = defaultdict(set)
    for document_id, token in AccessEntry.objects.filter(document__in=numbers).values_list("document_id", "token"):
        tokens[document_id].add(token)
    blobs = {file.current.blob_id for row in rows for file in row.files.all() if file.current}
    texts = texts_of(blobs)
    extra: dict[int, dict[str, Any]] = defaultdict(dict)
    for contribute in contributors:
        for document_id, facts in contribute(numbers).items():
            extra[document_id].update(facts)
    return [_as_index_document(row, tokens[row.pk], texts, extra[row.pk]) for row in rows]


def _as_index_document(
    row: Document, tokens: set[str], texts: dict[str, list[str]], extra: dict[str, Any]
) -> IndexDocument:
    pages = [text for file in row.files.all() if file.current for text in texts.get(file.current.blob_id, [])]
    entries: list[Entry] = row.live_entries  # type: ignore[attr-defined]
    day = row.arrived_on or row.issued_on or timezone.localtime(row.created_at).date()
    labels = {"unit": row.unit.name} if row.unit else {}
    return IndexDocument(
        id=str(row.pk),
        code=row.code,
        number=int(row.number) if row.number.isdecimal() else None,
        symbol=row.symbol,
        arrival_number=row.arrival_number,
        direction=row.direction,
        kind=row.kind.name,
        issuer=row.issuer_name,
        unit=str(row.unit_id) if row.unit_id else "",
        year=day.year,
        book=entries[0].book.name if entries else "",
        state=row.state,
        summary=row.summary,
        pages=pages,
        signer=row.signer_name,
        recipients=[recipient.name for recipient in row.recipients.all()],
        issued_on=row.issued_on,
        arrived_on=row.arrived_on,
        tokens=sorted(tokens),
        labels=labels,
        **extra,
    )
