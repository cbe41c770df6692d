"""G4: the pages as they were signed and as they are now, compared as pictures.

Only the rectangles of fields that the signature left open may differ, and what is drawn into them may not hide
what was signed.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import ctypes
import io
import logging
import mmap
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageStat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.fields import FieldMDPSpec
from pypdfium2 import raw

from signing.pdfium import PDFIUM
from signing.validate.reading import BROKEN, SMALL_FILE, Reader, entry

log = logging.getLogger(__name__)

_SCALE = 1.0
"""Pixels per point: at 72 dpi no letter can change without another pixel."""
_LONGEST = 1400
_EDGE = 2
"""Pixels around an open field that count as its own."""
_INK, _PAPER = 205, 232
"""Darker than the one is what a page shows, lighter than the other is its ground (grey, 255 is white)."""
_SAME, _MOSTLY = 8, 0.6
_LEAST_CONTRAST = 0.2
"""So much of the contrast between letters and their ground must be left where a field is drawn over them."""
_SPECKS = 6
"""So many dark pixels may become light where a field is drawn over a line."""
_LARGE_PAGE = 2 * 1024 * 1024
_MOST_PIXELS = 40_000_000
_MOST_ANNOTATIONS = 3_000

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True)
class Open:
    """Where a page may differ: rectangles of fields, in points."""

    rectangles: tuple[Rectangle, ...] = ()


class _Part(io.RawIOBase):
    """The first bytes of a file, as a file of their own."""

    def __init__(self, path: Path, size: int) -> None:
        super().__init__()
        self._file, self._size, self._at = path.open("rb"), size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        self._file.seek(self._at)
        data = self._file.read(max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def compare(
    path: Path,
    signed_end: int,
    open_fields: dict[int, Open],
    *,
    only: Iterable[int] | None = None,
    seconds: float,
) -> list[str]:
    """Compare the file cut at ``signed_end`` with the whole file; codes of what differs.

    ``open_fields`` holds the rectangles by page (0 the first); ``only`` names the pages to look at, all when None.
    """
    deadline = time.monotonic() + seconds
    try:
        with PDFIUM, _document(_beginning(path, signed_end)) as before, _document(path) as now:
            if len(before) != len(now):
                return ["shown_differently"]
            wanted = range(len(now)) if only is None else sorted(set(only))
            for number in wanted:
                if time.monotonic() > deadline:
                    return ["not_compared"]
                found = _compare_page(before, now, number, open_fields.get(number, Open()))
                if found:
                    return found
    except (pypdfium2.PdfiumError, *BROKEN, MemoryError, Image.DecompressionBombError) as error:
        log.info("pages cannot be compared: %s", type(error).__name__)
        return ["not_compared"]
    return []


def _beginning(path: Path, size: int) -> bytes | _Part:
    """The first bytes of a file; of a small one at once, since every call from pdfium into Python costs."""
    if size > SMALL_FILE:
        return _Part(path, size)
    with path.open("rb") as file:
        return file.read(size)


class _document:  # noqa: N801 (reads as a function)
    """A document of pdfium with its form, closed at the end."""

    def __init__(self, source: Path | bytes | _Part) -> None:
        self._source = source

    def __enter__(self) -> Any:
        self._pdf = pypdfium2.PdfDocument(self._source)
        self._pdf.init_forms()
        return self._pdf

    def __exit__(self, *_: object) -> None:
        self._pdf.close()
        if isinstance(self._source, _Part):
            self._source.close()


def _compare_page(before: Any, now: Any, number: int, places: Open) -> list[str]:
    old, new = before[number], now[number]
    try:
        if old.get_size() != new.get_size() or min(old.get_size()) <= 0:
            return ["shown_differently"]
        scale = min(_SCALE, _LONGEST / max(old.get_size()))
        under, first = _layers(before, old, scale)
        second = _picture(new, scale)
        difference = ImageChops.difference(first, second)
        region = difference.getbbox()
        if region is None:
            return []
        boxes = [_pixels(new, place, first.size) for place in places.rectangles]
        elsewhere = difference.crop(region).convert("RGB")
        draw = ImageDraw.Draw(elsewhere)
        for box in boxes:
            draw.rectangle(
                (box[0] - region[0], box[1] - region[1], box[2] - region[0], box[3] - region[1]), fill=(0, 0, 0)
            )
        if elsewhere.getbbox() is not None:
            return ["shown_differently"]
        return _hidden(old, scale, under, first, second, boxes)
    finally:
        old.close()
        new.close()


def _layers(document: Any, page: Any, scale: float) -> tuple[Image.Image | None, Image.Image]:
    """The page without its fields, and with them: drawn once where nothing but fields lies over the page, else
    without the first."""
    if not _only_fields(page):
        return None, _picture(page, scale)
    under = _drawn(page, scale, fields=False)
    whole = _bitmap(under.width, under.height, format=under.format, rev_byteorder=True)
    ctypes.memmove(whole.buffer, under.buffer, under.stride * under.height)
    flags = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER
    if document.formenv:
        raw.FPDF_FFLDraw(document.formenv, whole, page, 0, 0, whole.width, whole.height, 0, flags)
    return under.to_pil(), whole.to_pil()


def _only_fields(page: Any) -> bool:
    """Whether no note, stamp or the like lies on a page: they are drawn together with it, fields after it."""
    count = raw.FPDFPage_GetAnnotCount(page)
    for index in range(min(count, _MOST_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if kind != raw.FPDF_ANNOT_WIDGET:
            return False
    return count <= _MOST_ANNOTATIONS


def _picture(page: Any, scale: float) -> Image.Image:
    """The page with its fields, in mode RGBX, whose fourth band means nothing; its bytes are those drawn by pdfium."""
    picture: Image.Image = _drawn(page, scale, fields=True).to_pil()
    return picture


def _drawn(page: Any, scale: float, *, fields: bool) -> Any:
    return page.render(
        scale=scale,
        may_draw_forms=fields,
        draw_annots=fields,
        rev_byteorder=True,
        prefer_bgrx=True,
        bitmap_maker=_bitmap,
    )


def _bitmap(width: int, height: int, **wishes: Any) -> Any:
    """A bitmap in memory of large pages where the system has them: of small ones it would ask for 500 each time."""
    size = max(1, 4 * width * height)
    memory = mmap.mmap(-1, -(-size // _LARGE_PAGE) * _LARGE_PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with suppress(OSError, AttributeError):
        memory.madvise(mmap.MADV_HUGEPAGE)
    return pypdfium2.PdfBitmap.new_native(width, height, buffer=(ctypes.c_ubyte * size).from_buffer(memory), **wishes)


def _hidden(
    old: Any,
    scale: float,
    under: Image.Image | None,
    first: Image.Image,
    second: Image.Image,
    boxes: list[tuple[int, int, int, int]],
) -> list[str]:
    """Whether an open field now hides what the page itself showed ``under`` all fields when it was signed."""
    for box in boxes:
        area = (max(0, box[0]), max(0, box[1]), min(first.width, box[2] + 1), min(first.height, box[3] + 1))
        if area[0] >= area[2] or area[1] >= area[3]:
            continue
        was, became = first.crop(area).convert("RGB"), second.crop(area).convert("RGB")
        if ImageChops.difference(was, became).getbbox() is None:
            continue
        if ImageStat.Stat(was.convert("L")).extrema[0][0] >= _INK:
            continue  # an empty place
        under = under or _drawn(old, scale, fields=False).to_pil()
        if _covered(under.crop(area).convert("L"), became.convert("L")):
            return ["content_covered"]
    return []


def _covered(before: Image.Image, now: Image.Image) -> bool:
    """Whether what the page showed in an area (grey) can no longer be told from its ground."""
    ink = before.point(lambda value: 255 if value < _INK else 0)
    if ink.histogram()[255] <= _SPECKS:
        return False
    gone = now.point(lambda value: 255 if value > _PAPER else 0)
    if ImageChops.multiply(ink, gone).histogram()[255] > _SPECKS:
        return True
    return _filled_over(before, now)


def _filled_over(before: Image.Image, now: Image.Image) -> bool:
    """Whether an area was filled with one colour or picture, so that letters no longer stand out from their ground."""
    region = ImageChops.difference(before, now).getbbox()
    if region is None:
        return False
    before, now = before.crop(region), now.crop(region)
    ink = before.point(lambda value: 255 if value < _INK else 0)
    ground = ImageChops.invert(ink)
    changed = ImageChops.difference(before, now).point(lambda value: 255 if value > _SAME else 0)
    filled = ImageChops.multiply(ground, changed)
    amounts = [mask.histogram()[255] for mask in (ink, ground, filled)]
    if amounts[0] <= _SPECKS or amounts[2] < _MOSTLY * amounts[1]:
        return False
    contrast = [ImageStat.Stat(grey, filled).mean[0] - ImageStat.Stat(grey, ink).mean[0] for grey in (before, now)]
    return contrast[1] < _LEAST_CONTRAST * contrast[0]


def _pixels(page: Any, place: Rectangle, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """A rectangle of the page in pixels of its picture, a little larger."""
    corners = []
    for x, y in ((place[0], place[1]), (place[2], place[3])):
        left, top = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, size[0], size[1], 0, x, y, left, top)
        corners.append((left.value, top.value))
    xs, ys = sorted(x for x, _ in corners), sorted(y for _, y in corners)
    return xs[0] - _EDGE, ys[0] - _EDGE, xs[1] + _EDGE, ys[1] + _EDGE


def too_heavy(reader: Reader, only: Iterable[int] | None) -> bool:
    """Whether a page to be compared draws pictures of more pixels than there is memory for."""
    view = reader.get_historical_resolver(reader.revisions - 1)
    wanted = None if only is None else set(only)
    seen: set[generic.Reference] = set()
    for number, page in enumerate(_pages(view)):
        if wanted is not None and number not in wanted:
            continue
        used = view.collect_dependencies(entry(page, "/Resources", generic.NullObject())) - seen
        seen |= used
        if sum(_pixels_of(view(reference)) for reference in used) > _MOST_PIXELS:
            return True
    return False


def _pixels_of(thing: Any) -> int:
    if not isinstance(thing, generic.StreamObject) or entry(thing, "/Subtype") != "/Image":
        return 0
    return int(entry(thing, "/Width", 0)) * int(entry(thing, "/Height", 0))


def open_places(reader: Reader, base: int, lock: FieldMDPSpec | None) -> tuple[dict[int, Open], set[int]]:
    """The rectangles of fields that may differ since revision ``base``, by page; and the pages whose fields differ."""
    old = reader.get_historical_resolver(base)
    new = reader.get_historical_resolver(reader.revisions - 1)
    places: dict[int, list[Rectangle]] = {}
    touched: set[int] = set()
    for number, page in enumerate(_pages(new)):
        for reference, widget in _widgets(page):
            known = reader.xrefs.get_historical_ref(reference, base) is not None
            if _changed_since(reader, new, reference, widget, base):
                touched.add(number)
            name = _name(widget)
            if known and lock is not None and lock.is_locked(name):
                continue
            rectangle = _rectangle(old(reference) if known else widget)
            if rectangle is not None:
                places.setdefault(number, []).append(rectangle)
    return {number: Open(tuple(found)) for number, found in places.items()}, touched


def _pages(view: HistoricalResolver) -> Iterator[generic.DictionaryObject]:
    waiting = [view.root.raw_get("/Pages")]
    seen = 0
    while waiting:
        seen += 1
        if seen > 200_000:
            raise ValueError("a page tree without an end")
        node = waiting.pop().get_object()
        if "/Kids" in node:
            waiting += list(reversed(list(node["/Kids"])))
        else:
            yield node


def _widgets(page: generic.DictionaryObject) -> Iterator[tuple[generic.Reference, generic.DictionaryObject]]:
    listed = entry(page, "/Annots")
    for one in list(listed)[:_MOST_ANNOTATIONS] if isinstance(listed, generic.ArrayObject) else ():
        if isinstance(one, generic.IndirectObject):
            widget = one.get_object()
            if isinstance(widget, generic.DictionaryObject) and entry(widget, "/Subtype") == "/Widget":
                yield one.reference, widget


def _changed_since(
    reader: Reader, view: HistoricalResolver, reference: generic.Reference, widget: generic.DictionaryObject, base: int
) -> bool:
    drawn = widget.raw_get("/AP") if "/AP" in widget else generic.NullObject()
    used = {reference, *view.collect_dependencies(drawn)}
    return any(reader.xrefs.get_last_change(one) > base for one in used)


def _name(widget: generic.DictionaryObject) -> str:
    """The full name of the field that a widget belongs to."""
    parts: list[str] = []
    node: Any = widget
    for _ in range(40):
        if "/T" in node:
            parts.append(str(node["/T"]))
        if "/Parent" not in node:
            break
        node = node["/Parent"]
    return ".".join(reversed(parts))


def _rectangle(widget: generic.PdfObject) -> Rectangle | None:
    if not isinstance(widget, generic.DictionaryObject) or "/Rect" not in widget:
        return None
    x0, y0, x1, y1 = (float(number) for number in widget["/Rect"])
    if x0 == x1 or y0 == y1:
        return None
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
