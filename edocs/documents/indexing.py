"""The search index follows the database: documents as the library ``search`` knows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone

from edocs.documents.choices import State
from edocs.documents.models import AccessEntry, BlobContent, Document, DocumentFile, Entry
from search import open_engine
from search.documents import IndexDocument
from search.engine import Engine

#: What higher layers know about documents (deadline, signatures): ids -> id -> fields of IndexDocument.
Contributor = Callable[[Sequence[int]], dict[int, dict[str, Any]]]
contributors: list[Contributor] = []


@lru_cache(maxsize=4)
def _engine(folder: str, url: str) -> Engine:
    return open_engine(url or folder)


def engine() -> Engine:
    """The engine chosen by ``SEARCH_URL``; the embedded one when it is empty."""
    return _engine(str(settings.SEARCH_DIR), settings.SEARCH_URL)


def index_documents(documents: Iterable[Document]) -> int:
    """Add or replace documents in the index as they stand in the database; cancelled ones leave it."""
    numbers = [document.pk for document in documents]
    rows = list(_with_everything(numbers))
    gone = [str(row.pk) for row in rows if row.state == State.CANCELLED]
    if gone:
        engine().delete(gone)
    return engine().index(_as_index_documents([row for row in rows if row.state != State.CANCELLED]))


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
    texts = dict(BlobContent.objects.filter(blob__in=blobs).values_list("blob_id", "texts"))
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
