"""The text of files and documents, as it is known now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q

from edocs.documents.content.boxes import unpacked
from edocs.documents.models import BlobContent, Document, FileVersion, PageContent, PageState, TextSource
from edocs.limited import FileKind, PlacedWord


@dataclass(frozen=True)
class TextPage:
    """One page of a file of a document."""

    version: FileVersion
    number: int
    text: str


def texts_of(blobs: Iterable[str]) -> dict[str, list[str]]:
    """The text of every page that has one, by hash of the blob, pages in order (one statement).

    A page that is still to be read by OCR gives what its text layer says, usually nothing.
    """
    found: dict[str, list[str]] = defaultdict(list)
    rows = PageContent.objects.filter(blob__in=list(blobs)).exclude(text="").order_by("blob_id", "number")
    for blob, text in rows.values_list("blob_id", "text").iterator():
        found[blob].append(text)
    return dict(found)


def text_of(version: FileVersion) -> str:
    """The whole text of a version of a file; pages are parted by an empty line."""
    return "\n\n".join(texts_of([version.blob_id]).get(version.blob_id, []))


def text_of_page(blob: str, number: int) -> str:
    """The text of one page (counted from 1) of a blob; empty when there is none (one statement)."""
    return PageContent.objects.filter(blob=blob, number=number).values_list("text", flat=True).first() or ""


def pages_of(document: Document) -> list[TextPage]:
    """The pages with text of every current file of a document, main file first (two statements)."""
    versions = FileVersion.objects.filter(file__document=document, file__current=F("pk")).select_related("file")
    ordered = sorted(versions, key=lambda one: (one.file.order, one.file.pk))
    rows = PageContent.objects.filter(blob__in={one.blob_id for one in ordered}).exclude(text="").order_by("number")
    by_blob: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for blob, number, text in rows.values_list("blob_id", "number", "text"):
        by_blob[blob].append((number, text))
    return [TextPage(one, number, text) for one in ordered for number, text in by_blob[one.blob_id]]


def content_of(version: FileVersion) -> BlobContent | None:
    """How far the reading of a version is; None before it began."""
    return BlobContent.objects.filter(blob=version.blob_id).select_related("copy").first()


def why_pages_failed(content: BlobContent) -> str:
    """The code of the first page that cannot be read; empty when there is none (one statement)."""
    failed = PageContent.objects.filter(blob=content.blob_id, state=PageState.FAILED).order_by("number")
    return failed.values_list("failure", flat=True).first() or ""


def blobs_to_read(most: int) -> list[str]:
    """Hashes of current files that were not read, or before places of words were kept; the newest first."""
    placed = PageContent.objects.filter(blob=OuterRef("blob")).exclude(source=TextSource.TEXT, boxes=b"")
    office = [kind.mime for kind in FileKind if kind.is_office]
    unread = Q(blob__content=None) | Q(blob__content__failure="", blob__content__pages__gt=0) & ~Exists(placed)
    current = FileVersion.objects.filter(unread, file__current=F("pk"))
    old = current.exclude(Q(blob__media_type__in=office) & ~Q(blob__content=None)).order_by("-pk")
    return list(dict.fromkeys(old.values_list("blob_id", flat=True)[:most]))


def words_of(page: PageContent) -> list[PlacedWord]:
    """The words of a page with their places on it; none for pages of office files."""
    if not page.boxes:
        return []
    return [PlacedWord(*pair) for pair in zip(page.text.split(), unpacked(bytes(page.boxes)), strict=True)]
