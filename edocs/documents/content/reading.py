"""The slow part of reading: what a blob says, without touching a row."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from edocs.documents.content.boxes import packed, unpacked
from edocs.documents.content.quality import keeps_layer, language_of, needs_ocr, quality_of
from edocs.documents.models import Blob, BlobContent, PageContent, PageState, TextSource
from edocs.documents.storage import path_of
from edocs.limited import (
    FileKind,
    FileRefused,
    OcrPage,
    Page,
    PlacedWord,
    ReadPage,
    RefusalCode,
    inspect,
    read_office_text,
    read_pages,
)
from edocs.limited.geometry import Fractions
from edocs.limited.reading import Lines

PAGES_TOGETHER = 100
"""Pages of a text layer that one job reads (about a second)."""

_PAGE_SECONDS = 10.0
_BAD_PAGES = 3  # a file with more pages that cannot be read is given up as a whole
_PLACED = frozenset(kind.mime for kind in FileKind if not kind.is_office)
OFFICE = frozenset(kind.mime for kind in FileKind if kind.is_office)

#: is told how many pages of how many are read
Progress = Callable[[int, int], None]


@dataclass
class Reading:
    """What was found this time: rows to be kept, not yet saved. ``geometry`` is that of all pages when it is new."""

    failure: str = ""
    geometry: tuple[Page, ...] = ()
    pages: list[PageContent] = field(default_factory=list)

    @property
    def sizes(self) -> list[list[float]]:
        return [[page.width, page.height] for page in self.geometry]


def read_blob(blob: Blob, progress: Progress | None = None, geometry: tuple[Page, ...] = ()) -> Reading:
    """Read the next pages of a blob that are not read yet, at most ``PAGES_TOGETHER``; what is not to be read says why
    in ``failure``. ``geometry`` spares measuring the pages again."""
    path, reading = path_of(blob.sha256), Reading(geometry=geometry)
    try:
        if blob.media_type in OFFICE:
            reading.pages = [_office_page(blob, path)] if not read_already(blob) else []
        elif blob.media_type in _PLACED:
            _read_placed(blob, path, reading, progress)
        else:
            reading.failure = RefusalCode.WRONG_KIND.value
    except FileRefused as refused:
        reading.failure = refused.code.value
    return reading


def _read_placed(blob: Blob, path: Path, reading: Reading, progress: Progress | None) -> None:
    content = BlobContent.objects.filter(blob=blob).first()
    if not reading.geometry and (content is None or not content.sizes):
        reading.geometry = inspect(path).pages
    total = len(reading.geometry) or (content.pages if content else 0)
    done = read_already(blob)
    unread = [number for number in range(1, total + 1) if number not in done][:PAGES_TOGETHER]
    found, bad = _pages_one_by_one_if_needed(path, unread, lambda: progress and progress(len(done), total))
    reading.pages = [_page(blob, page, total) for page in found]
    if len(bad) > _BAD_PAGES or (bad and not found and not done):
        reading.failure = bad[0][1].value
        bad = [(number, bad[0][1]) for number in range(1, total + 1) if number not in done]
    taken = {page.number for page in reading.pages}
    reading.pages += [_bad_page(blob, number, code, total) for number, code in bad if number not in taken]


def read_already(blob: Blob) -> set[int]:
    """Pages that are settled or wait for OCR; text without places is from before places were kept."""
    rows = PageContent.objects.filter(blob=blob)
    if blob.media_type in _PLACED:
        rows = rows.exclude(source=TextSource.TEXT, boxes=b"")
    return set(rows.values_list("number", flat=True))


def _pages_one_by_one_if_needed(
    path: Path, numbers: Sequence[int], alive: Callable[[], object]
) -> tuple[list[ReadPage], list[tuple[int, RefusalCode]]]:
    """All together; when one of them brings the child down, each by itself, until too many did."""
    if not numbers:
        return [], []
    try:
        return read_pages(path, numbers), []
    except FileRefused as refused:
        if len(numbers) == 1:
            return [], [(numbers[0], refused.code)]
    found: list[ReadPage] = []
    bad: list[tuple[int, RefusalCode]] = []
    for number in numbers:
        alive()
        try:
            found += read_pages(path, [number], seconds=_PAGE_SECONDS)
        except FileRefused as refused:
            bad.append((number, refused.code))
            if len(bad) > _BAD_PAGES:
                break
    return found, bad


def _office_page(blob: Blob, path: Path) -> PageContent:
    text = read_office_text(path).text
    words = text.split()
    return PageContent(
        blob=blob,
        number=1,
        source=TextSource.TEXT if words else TextSource.NONE,
        text=text,
        quality=quality_of(words),
        language=language_of(words),
    )


def _page(blob: Blob, page: ReadPage, total: int) -> PageContent:
    row = PageContent(blob=blob, number=page.number, rank=rank_of(page.number, total))
    row.state = PageState.WAITING if needs_ocr(page) else PageState.READ
    _fill(row, page.lines, TextSource.TEXT)
    row.quality = quality_of(row.text.split())
    return row


def _bad_page(blob: Blob, number: int, code: RefusalCode, total: int) -> PageContent:
    rank = rank_of(number, total)
    return PageContent(blob=blob, number=number, rank=rank, state=PageState.FAILED, failure=code.value)


def rank_of(number: int, total: int) -> int:
    """What is read first: first pages of all files, then last ones (who signed), then the others in order."""
    return 0 if number == 1 else 1 if number == total else number


def fill_from_ocr(row: PageContent, found: OcrPage) -> None:
    """Put what OCR read into the row of its page (not saved). True words that stood over the picture are kept, and
    stand for what OCR made of the same place."""
    layer = list(zip(row.text.split(), unpacked(bytes(row.boxes)), strict=True))
    lines = found.lines
    if layer and keeps_layer([text for text, _ in layer]):
        kept = tuple(PlacedWord(text, place) for text, place in layer)
        free = (
            tuple(word for word in line if not any(_overlap(word.place, one.place) for one in kept)) for line in lines
        )
        lines = (*(line for line in free if line), kept)
    _fill(row, lines, TextSource.OCR)
    row.quality = round(found.confidence) if row.text else None
    row.state, row.failure, row.turn = PageState.READ, "", found.turn


def _fill(row: PageContent, lines: Lines, source: TextSource) -> None:
    words = [[(unicodedata.normalize("NFC", word.text), word.place) for word in line] for line in lines]
    row.text = "\n".join(" ".join(text for text, _ in line) for line in words)
    row.boxes = packed([place for line in words for _, place in line])
    row.source = source if row.text else TextSource.NONE
    row.language = language_of(row.text.split())


def _overlap(one: Fractions, other: Fractions) -> bool:
    """Whether they share half of the smaller one."""
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    high = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    smaller = min(one[2] * one[3], other[2] * other[3])
    return wide > 0 and high > 0 and wide * high > smaller / 2
