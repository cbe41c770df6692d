"""Guards for what pyHanko's own judgement lets through (measured): G1, G2, G3 and G5.

Each guard gives the reasons it found, as codes; an empty list is good.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from typing import IO

import pikepdf
import pypdfium2
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.layout import DATE_FIELD, NUMBER_FIELD, TIMESTAMP_FIELDS
from signing.objects import fields, resolve
from signing.pdfium import PDFIUM

_BLANK = b" \t\r\n\x0c\x00"
_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_MAX_TEXT_FIELDS = 200


def trailing_bytes(reader: PdfFileReader, embedded: list[EmbeddedPdfSignature]) -> list[str]:
    """G1: nothing after the last ``%%EOF``, and nothing between the revisions that no table explains."""
    last_end = max((_end_of(signature) for signature in embedded), default=0)
    tail = _read_from(reader.stream, last_end)
    ends = list(_END.finditer(tail))
    newest = reader.xrefs.total_revisions - 1
    if not ends:
        if tail.strip(_BLANK):
            return ["trailing_bytes"]
        return [] if embedded else ["format"]
    if tail[ends[-1].end() :].strip(_BLANK):
        return ["trailing_bytes"]
    if int(ends[-1].group(1)) != reader.xrefs.get_startxref_for_revision(newest):
        return ["trailing_bytes"]
    if embedded:
        later = newest - max(signature.signed_revision for signature in embedded)
        if later != len(ends):
            return ["unexplained_bytes"]
    return []


def padding(embedded: list[EmbeddedPdfSignature]) -> list[str]:
    """The room kept for a signature is covered by no signature of its own: what is left is zeros."""
    for signature in embedded:
        content = bytes(signature.pkcs7_content)
        if content[_der_length(content) :].strip(b"\0"):
            return ["hidden_bytes"]
    return []


def _der_length(content: bytes) -> int:
    """Length of the first DER element, with its head."""
    if len(content) < 2:
        return 0
    if content[1] < 0x80:
        return 2 + content[1]
    size = content[1] & 0x7F
    return 2 + size + int.from_bytes(content[2 : 2 + size], "big")


def _end_of(signature: EmbeddedPdfSignature) -> int:
    """Offset of the first byte after what a signature covers."""
    ranges = [int(number) for number in signature.byte_range]
    return ranges[-2] + ranges[-1] if len(ranges) >= 4 else 0


def _read_from(stream: IO[bytes], offset: int) -> bytes:
    stream.seek(offset)
    return stream.read()


def _fields(
    reader: PdfFileReader, kind: str
) -> Iterator[tuple[str, generic.PdfObject | None, generic.DictionaryObject]]:
    for name, value, reference in fields(reader.root, kind):
        yield name, value, resolve(reference)


def _widgets(field: generic.DictionaryObject) -> list[generic.DictionaryObject]:
    kids = [kid.get_object() for kid in field["/Kids"]] if "/Kids" in field else []
    return [kid for kid in kids if "/T" not in kid] or [field]


def _shown(widget: generic.DictionaryObject) -> bool:
    """Whether a widget has a size, i.e. can paint anything."""
    try:
        x0, y0, x1, y1 = (float(number) for number in widget["/Rect"])
    except KeyError:
        return False
    return x0 != x1 and y0 != y1


def _paints(widget: generic.DictionaryObject) -> bool:
    """Whether a widget paints something: a drawn appearance, or a background or border."""
    if widget.get("/MK"):
        return True
    if "/AP" not in widget or "/N" not in widget["/AP"]:
        return False
    normal = widget["/AP"]["/N"]
    if isinstance(normal, generic.StreamObject):
        return bool(normal.data.strip(_BLANK))
    return bool(normal)


def shown_unsigned_fields(reader: PdfFileReader) -> list[str]:
    """G2: an unsigned signature field paints nothing, and time stamps are never visible."""
    for name, value, field in _fields(reader, "/Sig"):
        for widget in _widgets(field):
            if not _shown(widget):
                continue
            if name in TIMESTAMP_FIELDS or (value is None and _paints(widget)):
                return ["unsigned_field_shown"]
    return []


def shared_signatures(reader: PdfFileReader) -> list[str]:
    """G5: each signature belongs to exactly one field."""
    seen: set[tuple[int, int]] = set()
    for _, _, field in _fields(reader, "/Sig"):
        value = field.raw_get("/V") if "/V" in field else None
        if isinstance(value, generic.IndirectObject):
            key = (value.idnum, value.generation)
            if key in seen:
                return ["signature_shared"]
            seen.add(key)
    return []


def text_fields(reader: PdfFileReader) -> list[str]:
    """G3: the text that a filled text field shows is its value.

    For the number and the date a difference is an alteration; for fields of other makers' forms it is
    only unexplained (combs, several lines and the like are read badly).
    """
    filled = [
        (name, str(value))
        for name, value, _ in _fields(reader, "/Tx")
        if isinstance(value, generic.TextStringObject | generic.ByteStringObject) and value
    ]
    if not filled:
        return []
    if len(filled) > _MAX_TEXT_FIELDS:
        return ["text_without_appearance"]
    shown = _shown_texts(_read_from(reader.stream, 0), {name for name, _ in filled})
    reasons = []
    for name, value in filled:
        if _same(shown.get(name, ""), value):
            continue
        ours = name in (NUMBER_FIELD, DATE_FIELD)
        reasons.append("text_differs_from_value" if ours else "text_without_appearance")
    return list(dict.fromkeys(reasons))


def _same(shown: str, value: str) -> bool:
    def bare(text: str) -> str:
        return "".join(unicodedata.normalize("NFC", text).split())

    return bare(shown) == bare(value)


def _shown_texts(data: bytes, names: set[str]) -> dict[str, str]:
    """The text drawn by the appearance of each named field, read from the drawing itself.

    The appearances are put on the pages of a scratch file, one each, and read by pdfium.
    """
    scratch = pikepdf.new()
    order: list[str] = []
    with pikepdf.open(BytesIO(data), suppress_warnings=True) as pdf:
        for name, widget in _pikepdf_widgets(pdf):
            appearance = widget.get("/AP", pikepdf.Dictionary()).get("/N")
            if name not in names or not isinstance(appearance, pikepdf.Stream):
                continue
            page = scratch.add_blank_page(page_size=(2000, 2000))
            drawn = scratch.copy_foreign(appearance)
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(A=drawn))
            page.Contents = scratch.make_stream(b"q 1 0 0 1 100 1000 cm /A Do Q")
            order.append(name)
        out = BytesIO()
        scratch.save(out)
    with PDFIUM:
        return _read_pages(out.getvalue(), order)


def _read_pages(data: bytes, names: list[str]) -> dict[str, str]:
    """The text of each page of a scratch file, under the name given for it."""
    shown: dict[str, str] = {}
    document = pypdfium2.PdfDocument(data)
    try:
        for number, name in enumerate(names):
            text = document[number].get_textpage().get_text_bounded()
            shown[name] = shown.get(name, "") + text
    finally:
        document.close()
    return shown


def _pikepdf_widgets(pdf: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Object]]:
    form = pdf.Root.get("/AcroForm", pikepdf.Dictionary())
    waiting = [("", field) for field in form.get("/Fields", [])]
    seen = 0
    while waiting and seen < 10_000:
        seen += 1
        prefix, field = waiting.pop()
        own = str(field.get("/T", ""))
        name = f"{prefix}.{own}" if prefix and own else prefix or own
        kids = list(field.get("/Kids", []))
        waiting.extend((name, kid) for kid in kids)
        if not kids:
            yield name, field
