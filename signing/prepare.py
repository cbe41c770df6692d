"""Preparing a draft for signing: cleaned, and with every field made before the first signature."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec

from signing import layout
from signing.errors import DamagedDocument, PlaceOutsidePage
from signing.files import replacing, sha256_of
from signing.layout import Box, Places, mm
from signing.objects import (
    add_signature_field,
    add_text_field,
    appearance,
    array,
    dictionary,
    page_reference,
    resolve,
    write_in_place,
)
from signing.sanitise import clean

_DEEPEST_PAGE_TREE = 60
_MARGIN = 1.0
"""How far (points) a place may reach over the edge of its page: rounding, not intent."""


def prepare(source: Path, target: Path, places: Places, *, paraph: bool = True) -> str:
    """Clean the draft ``source``, make all fields, write it to ``target``, return its SHA-256.

    Fields: ``so_ky_hieu`` and ``ngay_ban_hanh`` (text, empty), ``paraph`` (initials; no lock, left out
    with ``paraph=False``), ``paraph_1`` … and ``leader_2`` … as far as ``places`` has places for them, ``leader``,
    ``seal`` and two reserved for certified copies.  The leader's signature will lock everything but number,
    date, seal, copies, time stamps and the signatories after them; the seal everything but copies and later
    time stamps.  ``target`` may be ``source``.

    Raises :class:`EncryptedDocument`, :class:`DamagedDocument`, :class:`AlreadySigned`,
    :class:`PlaceOutsidePage`.
    """
    with replacing(target) as part:
        clean(source, part)
        try:
            with part.open("r+b") as stream:
                writer = IncrementalPdfFileWriter(stream)
                _add_fields(writer, places, paraph)
                write_in_place(writer)
        except (PdfError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise DamagedDocument(f"no fields can be made in the draft ({type(error).__name__})") from None
        return sha256_of(part)


def _add_fields(writer: IncrementalPdfFileWriter, places: Places, paraph: bool) -> None:
    if len(places.initials) > len(layout.INITIALS_FIELDS) or len(places.others) >= len(layout.LEADER_FIELDS):
        raise ValueError("more people than fields for them")
    total = int(writer.root["/Pages"]["/Count"])
    pages = [page_box(resolve(page_reference(writer, number))) for number in range(total)]
    copies = _copy_boxes(pages[0])
    wanted = [places.number, places.date, places.signature, places.seal, *copies]
    for box in [*wanted, *places.initials, *places.others, *([places.paraph] if places.paraph else [])]:
        _check_on_page(box, pages)
    _text_field(writer, layout.NUMBER_FIELD, places.number, "Số, ký hiệu")
    _text_field(writer, layout.DATE_FIELD, places.date, "Ngày ban hành")
    if paraph:
        _signature_field(writer, layout.PARAPH_FIELD, places.paraph, None)
    for name, box in zip(layout.INITIALS_FIELDS, places.initials, strict=False):
        _signature_field(writer, name, box, None)
    leaders = list(zip(layout.LEADER_FIELDS, (places.signature, *places.others), strict=False))
    for turn, (name, box) in enumerate(leaders, start=1):
        after = [later for later, _ in leaders[turn:]]
        _signature_field(writer, name, box, (*after, *layout.OPEN_AFTER_LEADER))
    _signature_field(writer, layout.SEAL_FIELD, places.seal, layout.OPEN_AFTER_SEAL)
    for name, box in zip(layout.COPY_FIELDS, copies, strict=True):
        _signature_field(writer, name, box, None)


def _signature_field(
    writer: IncrementalPdfFileWriter, name: str, box: Box | None, left_open: Iterable[str] | None
) -> None:
    """A signature field; ``left_open`` are the fields its signature does not lock, None for no lock."""
    lock = None
    if left_open is not None:
        lock = FieldMDPSpec(FieldMDPAction.EXCLUDE, fields=list(left_open))
    add_signature_field(writer, name, page=box.page if box else 0, rect=box.rect if box else None, lock=lock)


def _text_field(writer: IncrementalPdfFileWriter, name: str, box: Box, readable_name: str) -> None:
    """An empty text field.  Its empty appearance is what PDF/A-2 asks of every visible annotation."""
    empty = writer.add_object(appearance(box.width, box.height, "", {}))
    field = dictionary(
        {
            "/Type": "/Annot",
            "/Subtype": "/Widget",
            "/FT": "/Tx",
            "/T": name,
            "/TU": readable_name,
            "/Rect": array(box.rect),
            "/F": 4,
            "/AP": dictionary({"/N": empty}),
        }
    )
    add_text_field(writer, box.page, field)


def page_box(page: generic.DictionaryObject) -> tuple[float, float, float, float]:
    """The visible rectangle of a page."""
    boxes: dict[str, generic.ArrayObject] = {}
    node = page
    for _ in range(_DEEPEST_PAGE_TREE):
        for name in ("/CropBox", "/MediaBox"):
            if name in node:
                boxes.setdefault(name, node[name])
        if "/Parent" not in node:
            break
        node = node["/Parent"]
    box = boxes.get("/CropBox") or boxes.get("/MediaBox")
    if box is None:
        raise ValueError("a page has no size")
    x0, y0, x1, y1 = (float(value) for value in box)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _check_on_page(box: Box, pages: list[tuple[float, float, float, float]]) -> None:
    if not 0 <= box.page < len(pages):
        raise PlaceOutsidePage(f"there is no page {box.page + 1}")
    x0, y0, x1, y1 = pages[box.page]
    inside = x0 - _MARGIN <= box.x0 < box.x1 <= x1 + _MARGIN and y0 - _MARGIN <= box.y0 < box.y1 <= y1 + _MARGIN
    if not inside:
        raise PlaceOutsidePage(f"a place reaches over the edge of page {box.page + 1}")


def _copy_boxes(page: tuple[float, float, float, float]) -> tuple[Box, ...]:
    """Reserved places for certified copies: side by side in the top margin of page 1 (box 14)."""
    _, _, right, top = page
    width, height, edge = mm(60), mm(12), mm(4)
    first = right - mm(15) - width
    boxes = []
    for number in range(len(layout.COPY_FIELDS)):
        x0 = first - number * (width + mm(4))
        boxes.append(Box(0, x0, top - edge - height, x0 + width, top - edge))
    return tuple(boxes)
