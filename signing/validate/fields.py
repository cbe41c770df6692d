"""What the fields of a form show: signatures of their own (G5), nothing painted unsigned (G2), their values (G3)."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.form_tools import enumerate_fields_in

from signing.layout import DATE_FIELD, NUMBER_FIELD, TIMESTAMP_FIELDS
from signing.pdfium import PDFIUM
from signing.validate.message import is_timestamp
from signing.validate.ranges import BLANK
from signing.validate.reading import Reader, entry

_MOST_TEXT_FIELDS = 200
_UNSEEN = 1 | 2 | 32
_KINDS = ("/Sig", "/Tx", "/Ch", "/Btn")


@dataclass(frozen=True)
class Field:
    """One field of the form."""

    name: str
    kind: str
    value: Any
    reference: generic.IndirectObject
    dictionary: generic.DictionaryObject

    @property
    def widgets(self) -> list[tuple[generic.Reference, generic.DictionaryObject]]:
        """Where the field is shown."""
        kids = iter(self.dictionary["/Kids"]) if "/Kids" in self.dictionary else ()
        shown = [(kid.reference, kid.get_object()) for kid in kids if isinstance(kid, generic.IndirectObject)]
        return [one for one in shown if "/T" not in one[1]] or [(self.reference.reference, self.dictionary)]


class Form:
    """The form of the newest revision."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.fields = list(self._all())

    def _all(self) -> Iterator[Field]:
        form = entry(self.reader.root, "/AcroForm")
        if not isinstance(form, generic.DictionaryObject) or "/Fields" not in form:
            return
        for kind in _KINDS:
            for name, _, reference in enumerate_fields_in(form["/Fields"], refs_seen=set(), target_field_type=kind):
                found = reference.get_object()
                if isinstance(found, generic.DictionaryObject):
                    yield Field(str(name), kind, entry(found, "/V"), reference, found)

    def of_kind(self, kind: str) -> list[Field]:
        """All fields of a kind (``/Sig``, ``/Tx``, ``/Ch``, ``/Btn``)."""
        return [field for field in self.fields if field.kind == kind]

    def changed_since(self, field: Field, revision: int) -> bool:
        """Whether a field, one of its widgets, its value or its drawing is younger than ``revision``."""
        used: set[generic.Reference] = {field.reference.reference}
        for reference, widget in field.widgets:
            used.add(reference)
            if "/AP" in widget:
                used |= self.reader.get_historical_resolver(self.reader.revisions - 1).collect_dependencies(
                    widget.raw_get("/AP")
                )
        xrefs = self.reader.xrefs
        return any(xrefs.get_last_change(reference) > revision for reference in used)


def signatures_of_their_own(form: Form) -> list[str]:
    """G5: each signature belongs to exactly one field, and each field has a name of its own."""
    seen: set[generic.Reference] = set()
    names: set[str] = set()
    for field in form.of_kind("/Sig"):
        if field.name in names:
            return ["field_name_twice"]
        names.add(field.name)
        value = field.dictionary.raw_get("/V") if "/V" in field.dictionary else None
        if isinstance(value, generic.IndirectObject):
            if value.reference in seen:
                return ["signature_shared"]
            seen.add(value.reference)
    return []


def painted_unsigned(form: Form, first_signed: int) -> list[str]:
    """G2: no unsigned signature field paints anything that was not there when first signed; time stamps never do."""
    for field in form.of_kind("/Sig"):
        unsigned = not isinstance(field.value, generic.DictionaryObject)
        for _, widget in field.widgets:
            if not _has_size(widget):
                continue
            if field.name in TIMESTAMP_FIELDS:
                return ["unsigned_field_shown"]
            if not _paints(widget):
                continue
            if unsigned and form.changed_since(field, first_signed):
                return ["unsigned_field_shown"]
            if not unsigned and is_timestamp(field.value) and form.changed_since(field, first_signed):
                return ["timestamp_shown"]  # an authority stamps whatever anybody sends
    return []


def _has_size(widget: generic.DictionaryObject) -> bool:
    try:
        x0, y0, x1, y1 = (float(number) for number in widget["/Rect"])
    except KeyError:
        return False
    return x0 != x1 and y0 != y1


def _paints(widget: generic.DictionaryObject) -> bool:
    """Whether a widget has a background or a drawing.  A border alone hides nothing."""
    if entry(entry(widget, "/MK", {}), "/BG"):
        return True
    if "/AP" not in widget or "/N" not in widget["/AP"]:
        return False
    normal = widget["/AP"]["/N"]
    if isinstance(normal, generic.StreamObject):
        return bool(normal.data.strip(BLANK))
    return bool(normal)


def values_shown(form: Form, path: Path, first_signed: int) -> list[str]:
    """G3: a field filled in since it was first signed shows its value.

    For the number and the date of our own documents a difference is an alteration; for other makers' forms it is
    only unexplained (combs, choices with other words and the like are read badly).
    """
    reasons = [
        "text_without_appearance"
        for field in form.of_kind("/Btn")
        if form.changed_since(field, first_signed) and not _button_agrees(field)
    ]
    filled = {
        field.name: _text_of(field)
        for kind in ("/Tx", "/Ch")
        for field in form.of_kind(kind)
        if _text_of(field) and (field.name in (NUMBER_FIELD, DATE_FIELD) or form.changed_since(field, first_signed))
    }
    if len(filled) > _MOST_TEXT_FIELDS:
        return ["text_without_appearance"]
    shown = _shown(path, set(filled)) if filled else {}
    drawn_by_reader = _drawn_by_reader(form)
    hidden = {field.name for field in form.fields if field.name in filled and _hidden(field)}
    for name, value in filled.items():
        found = None if name in hidden else shown.get(name)
        if drawn_by_reader and name not in hidden and (found is None or not found.text.strip()):
            continue  # no drawing of its own: readers draw the value themselves
        if found is not None and found.plain and _same(found.text, value):
            continue
        ours = name in (NUMBER_FIELD, DATE_FIELD)
        reasons.append("text_differs_from_value" if ours else "text_without_appearance")
    return list(dict.fromkeys(reasons))


def _hidden(field: Field) -> bool:
    """Whether a place of the field is not to be shown (flags Invisible, Hidden, NoView)."""
    return any(int(entry(widget, "/F", 0)) & _UNSEEN for _, widget in field.widgets)


def _drawn_by_reader(form: Form) -> bool:
    wish = entry(entry(form.reader.root, "/AcroForm"), "/NeedAppearances")
    return isinstance(wish, generic.BooleanObject) and bool(wish.value)


def _text_of(field: Field) -> str:
    value = field.value
    if isinstance(value, generic.TextStringObject | generic.ByteStringObject):
        text = str(value)
        return _option(field, text) if field.kind == "/Ch" else text
    return ""


def _option(field: Field, text: str) -> str:
    """The words that a choice shows for its value."""
    for option in entry(field.dictionary, "/Opt", ()):
        if isinstance(option, generic.ArrayObject) and len(option) == 2 and str(option[0]) == text:
            return str(option[1])
    return text


def _button_agrees(field: Field) -> bool:
    """Whether a box is shown ticked exactly as its value says."""
    value = str(field.value) if field.value is not None else "/Off"
    states = [str(entry(widget, "/AS", "/Off")) for _, widget in field.widgets]
    return all(state in (value, "/Off") for state in states) and (value == "/Off" or value in states)


def _same(shown: str, value: str) -> bool:
    def bare(text: str) -> str:
        return "".join(unicodedata.normalize("NFC", text).split())

    return bare(shown) == bare(value)


@dataclass(frozen=True)
class _Drawing:
    text: str
    plain: bool
    """Nothing but visible text: no picture, no hidden or white letters."""


def _shown(path: Path, names: set[str]) -> dict[str, _Drawing]:
    """What the appearance of each named field draws, read from the drawing itself.

    The appearances are put on the pages of a scratch file, one each, and read by pdfium.
    """
    scratch = pikepdf.new()
    order: list[str] = []
    plain: dict[str, bool] = {}
    with pikepdf.open(path, suppress_warnings=True) as pdf:
        for name, widget in _widgets(pdf, names):
            appearance = widget.get("/AP", pikepdf.Dictionary()).get("/N")
            if not isinstance(appearance, pikepdf.Stream):
                continue
            page = scratch.add_blank_page(page_size=(2000, 2000))
            drawn = scratch.copy_foreign(appearance)
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(A=drawn))
            page.Contents = scratch.make_stream(b"q 1 0 0 1 100 1000 cm /A Do Q")
            order.append(name)
            plain[name] = plain.get(name, True) and _plain(appearance)
        out = BytesIO()
        scratch.save(out)
    texts: dict[str, str] = {}
    if order:
        with PDFIUM:
            texts = _read_pages(out.getvalue(), order)
    return {name: _Drawing(text, plain[name]) for name, text in texts.items()}


_PICTURES = {"Do", "BI", "INLINE IMAGE", "sh"}
_WHITE = {"g": (1.0,), "rg": (1.0, 1.0, 1.0), "k": (0.0, 0.0, 0.0, 0.0)}


def _plain(appearance: pikepdf.Stream) -> bool:
    """Whether a drawing consists of visible text, lines and areas only."""
    white = False
    for instruction in pikepdf.parse_content_stream(appearance):
        operands: Any = instruction.operands
        name = str(instruction.operator)
        if name in _PICTURES or (name == "Tr" and int(operands[0]) != 0):
            return False
        if name in _WHITE:
            white = tuple(float(number) for number in operands) == _WHITE[name]
        if name in ("Tj", "TJ", "'", '"') and white:
            return False
    return True


def _read_pages(data: bytes, names: list[str]) -> dict[str, str]:
    """The text of each page of a scratch file, under the name given for it."""
    shown: dict[str, str] = {}
    document = pypdfium2.PdfDocument(data)
    try:
        for number, name in enumerate(names):
            text = document[number].get_textpage().get_text_bounded()
            if name in shown and shown[name] != text:
                text = shown[name] + text  # two places of one field that do not agree
            shown[name] = text
    finally:
        document.close()
    return shown


def _widgets(pdf: pikepdf.Pdf, names: set[str]) -> Iterator[tuple[str, pikepdf.Object]]:
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
        if not kids and name in names:
            yield name, field
