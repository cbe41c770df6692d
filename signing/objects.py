"""Typed short words for pyHanko's PDF objects; the one place that touches its untyped functions."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.form_tools import enumerate_fields_in
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm, SigFieldSpec, append_signature_field
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp

Value = generic.PdfObject | str | int | float


def value(thing: Value) -> generic.PdfObject:
    """A PDF object: text beginning with a slash becomes a name, other text a string."""
    if isinstance(thing, generic.PdfObject):
        return thing
    if isinstance(thing, str):
        return pdf_name(thing) if thing.startswith("/") else generic.pdf_string(thing)
    return generic.NumberObject(thing) if isinstance(thing, int) else generic.FloatObject(thing)


def dictionary(entries: Mapping[str, Value]) -> generic.DictionaryObject:
    """A dictionary; keys with their slash."""
    return generic.DictionaryObject({pdf_name(key): value(thing) for key, thing in entries.items()})


def array(things: Iterable[Value]) -> generic.ArrayObject:
    """An array."""
    return generic.ArrayObject(value(thing) for thing in things)


def stream(
    entries: Mapping[str, Value], *, data: bytes | None = None, encoded: bytes | None = None
) -> generic.StreamObject:
    """A stream of plain ``data``, or of ``encoded`` bytes that the entry ``/Filter`` describes."""
    return generic.StreamObject(dictionary(entries), stream_data=data, encoded_data=encoded)


def appearance(width: float, height: float, drawing: str, resources: Mapping[str, Value]) -> generic.StreamObject:
    """A form XObject of this size (points) to be a field's appearance."""
    entries: dict[str, Value] = {
        "/Type": "/XObject",
        "/Subtype": "/Form",
        "/BBox": array([0, 0, round(width, 2), round(height, 2)]),
        "/Resources": dictionary(resources),
    }
    return stream(entries, data=drawing.encode("ascii"))


def size_of(widget: generic.DictionaryObject) -> tuple[float, float]:
    """Width and height of a widget's rectangle in points."""
    x0, y0, x1, y1 = (float(number) for number in widget["/Rect"])
    return abs(x1 - x0), abs(y1 - y0)


def fields(
    root: generic.DictionaryObject, kind: str, name: str | None = None
) -> Iterator[tuple[str, Any, generic.IndirectObject]]:
    """Form fields of a kind (``/Sig``, ``/Tx``): full name, value or None, reference."""
    if "/AcroForm" in root and "/Fields" in root["/AcroForm"]:
        yield from enumerate_fields_in(
            root["/AcroForm"]["/Fields"], with_name=name, refs_seen=set(), target_field_type=kind
        )


def resolve(reference: generic.IndirectObject) -> generic.DictionaryObject:
    """The dictionary that a reference stands for; raises ``ValueError`` when it is something else."""
    found = reference.get_object()
    if not isinstance(found, generic.DictionaryObject):
        raise ValueError("not a dictionary")
    return found


def page_reference(writer: IncrementalPdfFileWriter, number: int) -> generic.IndirectObject:
    """The page ``number`` (0 is the first), to be changed."""
    found: generic.IndirectObject = writer.find_page_for_modification(number)[0]
    return found


def add_signature_field(
    writer: IncrementalPdfFileWriter,
    name: str,
    *,
    page: int,
    rect: tuple[float, float, float, float] | None,
    lock: FieldMDPSpec | None,
) -> None:
    """Make an empty signature field; without ``rect`` an invisible one.

    A lock always comes with the permission to fill forms: pyHanko drops a permission without a lock.
    """
    box: Any = rect
    append_signature_field(
        writer,
        SigFieldSpec(
            name,
            on_page=page,
            box=box,
            field_mdp_spec=lock,
            doc_mdp_update_value=MDPPerm.FILL_FORMS if lock else None,
        ),
    )


def add_text_field(writer: IncrementalPdfFileWriter, page: int, field: generic.DictionaryObject) -> None:
    """Put a text field on its page and into the form."""
    reference = page_reference(writer, page)
    field["/P"] = reference
    added = writer.add_object(field)
    root = writer.root
    if "/AcroForm" not in root:
        root["/AcroForm"] = writer.add_object(dictionary({"/Fields": array(())}))
        writer.update_root()
    form = root["/AcroForm"]
    form["/Fields"].append(added)
    writer.update_container(form["/Fields"])
    writer.register_annotation(reference, added)


def write_in_place(writer: IncrementalPdfFileWriter) -> None:
    """Append the revision to the file it was read from."""
    writer.write_in_place()


def document_timestamp(room: int) -> DocumentTimestamp:
    """An empty document time stamp with ``room`` hexadecimal digits."""
    return DocumentTimestamp(bytes_reserved=room)
