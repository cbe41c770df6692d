"""Documents as the library ``search`` knows them: all that is entered about one, and what its files say (R-STA-04)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, Prefetch
from django.utils import timezone, translation

from edocs.documents.choices import State, Urgency
from edocs.documents.models import AccessEntry, BlobContent, Document, DocumentFile, Entry, PageContent
from search.documents import IndexDocument

#: What higher layers know about documents (deadline, signatures): ids -> id -> fields of IndexDocument; under ``notes``
#: a list of texts that whoever sees the document may read.
Contributor = Callable[[Sequence[int]], dict[int, dict[str, Any]]]
contributors: list[Contributor] = []


def as_index_documents(numbers: Iterable[int]) -> list[IndexDocument]:
    """Documents of these numbers that should be found, as they stand in the database."""
    files = DocumentFile.objects.select_related("current").order_by("order", "id")
    entries = Entry.objects.filter(cancelled_at=None).select_related("book")
    rows = list(
        Document.objects.filter(pk__in=list(numbers))
        .exclude(state=State.CANCELLED)
        .select_related("kind", "unit", "field")
        .prefetch_related(
            Prefetch("files", queryset=files),
            Prefetch("entries", queryset=entries, to_attr="live_entries"),
            "recipients",
        )
    )
    found = [row.pk for row in rows]
    tokens: dict[int, set[str]] = defaultdict(set)
    for document_id, token in AccessEntry.objects.filter(document__in=found).values_list("document_id", "token"):
        tokens[document_id].add(token)
    pages = _pages_of({file.current.blob_id for row in rows for file in row.files.all() if file.current})
    extra: dict[int, dict[str, Any]] = defaultdict(lambda: {"notes": []})
    for contribute in contributors:
        for document_id, facts in contribute(found).items():
            extra[document_id]["notes"] += facts.pop("notes", [])
            extra[document_id].update(facts)
    return [_as_index_document(row, tokens[row.pk], pages, extra[row.pk]) for row in rows]


def _pages_of(blobs: set[str]) -> dict[str, list[str]]:
    """The text of every page of blobs, blank where there is none, so that a page stands at its number."""
    counts = BlobContent.objects.filter(blob__in=blobs).values_list("blob_id", "pages")
    pages = {blob: [""] * count for blob, count in counts}
    rows = PageContent.objects.filter(blob__in=blobs).exclude(text="").values_list("blob_id", "number", "text")
    for blob, number, text in rows.iterator():
        if number <= len(pages.get(blob, ())):
            pages[blob][number - 1] = text
    return pages


def _as_index_document(
    row: Document, tokens: set[str], pages: dict[str, list[str]], extra: dict[str, Any]
) -> IndexDocument:
    entries: list[Entry] = row.live_entries  # type: ignore[attr-defined]
    day = row.arrived_on or row.issued_on or timezone.localtime(row.created_at).date()
    texts = [text for file in row.files.all() if file.current for text in pages.get(file.current.blob_id, [])]
    # what was said about the document stands behind its last page: see ``place_of``
    said = " ·\n\n".join(text for text in (*_entered(row), *extra.pop("notes")) if text)
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
        field=row.field.name if row.field else "",
        state=row.state,
        summary=row.summary,
        pages=[*texts, said] if said else texts,
        signer=row.signer_name,
        recipients=[recipient.name for recipient in row.recipients.all()],
        issued_on=row.issued_on,
        arrived_on=row.arrived_on,
        tokens=sorted(tokens),
        labels={"unit": row.unit.name} if row.unit else {},
        **extra,
    )


def _entered(row: Document) -> list[str]:
    """What is entered about a document and has no field of its own in the index."""
    with translation.override(settings.LANGUAGE_CODE):  # the same words whoever asks for them
        urgency = str(Urgency(row.urgency).label) if row.urgency else ""
    names = [file.name for file in row.files.all() if file.current]
    return [row.note, row.identifier, row.signer_position, urgency, *names]


@dataclass(frozen=True)
class FilePages:
    """Where the pages of one file stand among the pages of its document in the index, both ends included."""

    file: DocumentFile
    first: int
    last: int


def places_of(documents: Iterable[int]) -> dict[int, list[FilePages]]:
    """The files of documents with the pages that are theirs in the index (one statement)."""
    found: dict[int, list[FilePages]] = defaultdict(list)
    files = DocumentFile.objects.filter(document__in=documents, current__isnull=False).order_by("order", "id")
    for file in files.annotate(pages=F("current__blob__content__pages")):
        last = found[file.document_id][-1].last if found[file.document_id] else 0
        found[file.document_id].append(FilePages(file, last + 1, last + (file.pages or 0)))
    return dict(found)
