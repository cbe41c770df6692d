"""Drawing the number and the date into their fields: real fonts, real baseline, Vietnamese."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.errors import TextNotDrawable, TextTooLong
from signing.layout import BASELINE, LINE_HEIGHT, Places
from signing.objects import Value, appearance, array, dictionary, resolve, size_of, stream, value

FONTS = Path(__file__).parent / "fonts"
SMALLEST = 9.0
"""Smallest legible font size, in points."""
MOST_SHRUNK = 0.75
"""How far a text may be shrunk against the size its line calls for."""
_LARGEST = 16.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text and where it begins, in points from the left edge of its field.

    ``flush_right``: it ends at the field's right edge instead (a number before its printed symbol).
    """

    text: str
    x: float = 0.0
    flush_right: bool = False


@dataclass(frozen=True)
class Font:
    """An embedded font file: which glyph a sign has and how wide it is (in thousandths)."""

    name: str
    compressed: bytes
    length: int
    glyphs: dict[str, int]
    widths: dict[int, int]
    box: tuple[int, int, int, int]
    ascent: int
    descent: int
    cap_height: int
    italic_angle: float
    to_unicode: bytes
    """The compressed map from glyphs to signs, for search and copy."""

    def has(self, text: str) -> bool:
        """Whether every sign of ``text`` can be drawn."""
        return all(sign in self.glyphs for sign in text)

    def width(self, text: str, size: float) -> float:
        """Width of ``text`` in points."""
        return sum(self.widths[self.glyphs[sign]] for sign in text) * size / 1000


@lru_cache(maxsize=8)
def load_font(file: str) -> Font:
    """One of the fonts of ``signing/fonts``."""
    data = (FONTS / file).read_bytes()
    font = TTFont(BytesIO(data), lazy=False)
    scale = 1000 / font["head"].unitsPerEm
    order = {name: number for number, name in enumerate(font.getGlyphOrder())}
    head, metrics, os2 = font["head"], font["hhea"], font["OS/2"]
    glyphs = {chr(code): order[name] for code, name in font.getBestCmap().items()}
    return Font(
        name="EDOCSF+" + str(font["name"].getDebugName(6)),
        compressed=zlib.compress(data, 9),
        length=len(data),
        glyphs=glyphs,
        widths={order[name]: round(width * scale) for name, (width, _) in font["hmtx"].metrics.items()},
        box=(
            round(head.xMin * scale),
            round(head.yMin * scale),
            round(head.xMax * scale),
            round(head.yMax * scale),
        ),
        ascent=round(metrics.ascent * scale),
        descent=round(metrics.descent * scale),
        cap_height=round(getattr(os2, "sCapHeight", 0) * scale) or 660,
        italic_angle=float(font["post"].italicAngle),
        to_unicode=zlib.compress(_to_unicode(glyphs), 9),
    )


def _to_unicode(glyphs: dict[str, int]) -> bytes:
    """The CMap that tells which sign each glyph stands for (PDF 32000-1, 9.10.3)."""
    by_glyph = sorted({glyph: sign for sign, glyph in reversed(glyphs.items())}.items())
    blocks = []
    for start in range(0, len(by_glyph), 100):
        chunk = by_glyph[start : start + 100]
        lines = "".join(f"<{glyph:04X}> <{ord(sign):04X}>\n" for glyph, sign in chunk)
        blocks.append(f"{len(chunk)} beginbfchar\n{lines}endbfchar\n")
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        + "".join(blocks)
        + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


def choose_font(text: str, italic: bool) -> Font:
    """The smallest of our fonts that can draw ``text``; raises :class:`TextNotDrawable`."""
    files = ("date.ttf", "vietnamese-italic.ttf") if italic else ("number.ttf", "vietnamese.ttf")
    for file in files:
        font = load_font(file)
        if font.has(text):
            return font
    strange = "".join(sorted({sign for sign in text if not font.has(sign)}))
    raise TextNotDrawable(f"no glyph for {strange!r}")


def clean_text(text: str) -> str:
    """NFC, single spaces, no control characters."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join(composed.split())


def fit(font: Font, pieces: Sequence[Piece], width: float, height: float) -> float:
    """The font size (points) at which all pieces fit a line of this width and height.

    Raises :class:`TextTooLong` when it would not be legible.
    """
    nominal = min(_LARGEST, height / LINE_HEIGHT)
    size = nominal
    for number, piece in enumerate(pieces):
        end = pieces[number + 1].x if number + 1 < len(pieces) else width
        room = end - piece.x
        needed = font.width(piece.text, nominal)
        if needed > room:
            size = min(size, nominal * room / needed if room > 0 else 0.0)
    if size < nominal and size < max(SMALLEST, MOST_SHRUNK * nominal):
        text = " ".join(piece.text for piece in pieces)
        raise TextTooLong(f"{text!r} needs more than the {width:.0f} points of its field")
    return size


def fill_text_field(
    writer: IncrementalPdfFileWriter,
    field: generic.IndirectObject,
    pieces: Sequence[Piece],
    *,
    italic: bool,
) -> str:
    """Write ``pieces`` into an empty text field, value and appearance alike; returns the value (NFC)."""
    pieces = [replace(piece, text=clean_text(piece.text)) for piece in pieces]
    text = " ".join(piece.text for piece in pieces)
    widget = resolve(field)
    width, height = size_of(widget)
    font = choose_font(text, italic)
    size = fit(font, pieces, width, height)
    baseline = BASELINE * height / LINE_HEIGHT
    drawing = "".join(
        f"BT /F0 {size:.2f} Tf {_start(font, piece, size, width):.2f} {baseline:.2f} Td"
        f" <{_hex(font, piece.text)}> Tj ET\n"
        for piece in pieces
    )
    resources = {"/Font": dictionary({"/F0": _font_object(writer, font)})}
    shown = appearance(width, height, f"q 0 g\n{drawing}Q", resources)
    widget["/AP"] = dictionary({"/N": writer.add_object(shown)})
    widget["/V"] = value(text)
    widget["/Ff"] = value((int(widget["/Ff"]) if "/Ff" in widget else 0) | 1)
    writer.mark_update(field.reference)
    return text


WORDS_SIZE = 10.0
"""Size of the words of an agency's signature without a picture (Decree 30/2020, App. I), in points."""
_SMALLEST_WORDS = 7.0
_LEADING = 1.15


def draw_words(writer: IncrementalPdfFileWriter, widget: generic.DictionaryObject, text: str) -> None:
    """Show ``text`` in a signature field, upright and black, 10 pt, broken into lines at its spaces.

    Smaller, down to 7 pt, where the field would not hold it; then :class:`TextTooLong`.
    """
    text = clean_text(text)
    width, height = size_of(widget)
    font = choose_font(text, italic=False)
    size = WORDS_SIZE
    while len(lines := _broken(font, text, size, width)) * size * _LEADING > height:
        size -= 0.5
        if size < _SMALLEST_WORDS:
            raise TextTooLong(f"{text!r} needs more than the {width:.0f} × {height:.0f} points of its field")
    drawing = "".join(
        f"BT /F0 {size:.2f} Tf 0 {height - (number * _LEADING + 1) * size:.2f} Td <{_hex(font, line)}> Tj ET\n"
        for number, line in enumerate(lines)
    )
    shown = appearance(width, height, f"q 0 g\n{drawing}Q", {"/Font": dictionary({"/F0": _font_object(writer, font)})})
    if "/AP" in widget:  # its box stays as it was written, see stamps.draw_image
        shown["/BBox"] = generic.ArrayObject(widget["/AP"]["/N"]["/BBox"])
    widget["/AP"] = dictionary({"/N": writer.add_object(shown)})
    writer.update_container(widget)


def _broken(font: Font, text: str, size: float, width: float) -> list[str]:
    """``text`` in lines no wider than ``width`` points; a longer word stands alone."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    if any(font.width(line, size) > width for line in lines):
        raise TextTooLong(f"a word of {text!r} is wider than its field")
    return lines


def _start(font: Font, piece: Piece, size: float, width: float) -> float:
    return width - font.width(piece.text, size) if piece.flush_right else piece.x


def _hex(font: Font, text: str) -> str:
    return "".join(f"{font.glyphs[sign]:04X}" for sign in text)


def _font_object(writer: IncrementalPdfFileWriter, font: Font) -> generic.IndirectObject:
    """The font embedded whole, as a composite font whose codes are glyph numbers."""
    name = "/" + font.name
    file = stream({"/Filter": "/FlateDecode", "/Length1": font.length}, encoded=font.compressed)
    descriptor = dictionary(
        {
            "/Type": "/FontDescriptor",
            "/FontName": name,
            "/Flags": 4 | (64 if font.italic_angle else 0),
            "/FontBBox": array(font.box),
            "/ItalicAngle": font.italic_angle,
            "/Ascent": font.ascent,
            "/Descent": font.descent,
            "/CapHeight": font.cap_height,
            "/StemV": 80,
            "/FontFile2": writer.add_object(file),
        }
    )
    identity: dict[str, Value] = {"/Registry": "Adobe", "/Ordering": "Identity", "/Supplement": 0}
    widths = array(width for _, width in sorted(font.widths.items()))
    descendant = dictionary(
        {
            "/Type": "/Font",
            "/Subtype": "/CIDFontType2",
            "/BaseFont": name,
            "/CIDSystemInfo": dictionary(identity),
            "/FontDescriptor": writer.add_object(descriptor),
            "/DW": 1000,
            "/W": array([0, widths]),
            "/CIDToGIDMap": "/Identity",
        }
    )
    to_unicode = stream({"/Filter": "/FlateDecode"}, encoded=font.to_unicode)
    composite = dictionary(
        {
            "/Type": "/Font",
            "/Subtype": "/Type0",
            "/BaseFont": name,
            "/Encoding": "/Identity-H",
            "/DescendantFonts": array([writer.add_object(descendant)]),
            "/ToUnicode": writer.add_object(to_unicode),
        }
    )
    return writer.add_object(composite)


def number_pieces(number: str) -> list[Piece]:
    """What the number field shows: a number without its symbol stands close to the printed symbol."""
    return [Piece(number, flush_right="/" not in number)]


def date_words(day: date) -> tuple[str, str, str]:
    """Day, month and year as official documents write them: days below 10 and the months 1 and 2 with a
    leading zero (Decree 30/2020, App. I, II.4)."""
    return f"{day.day:02d}", f"{day.month:02d}" if day.month < 3 else str(day.month), str(day.year)


def date_pieces(places: Places, day: date) -> list[Piece]:
    """What the date field shows for ``day``: the whole phrase, or day, month (and year) for its gaps."""
    words = date_words(day)
    if not places.date_stops:
        return [Piece(f"ngày {words[0]} tháng {words[1]} năm {words[2]}")]
    return [Piece(word, stop - places.date.x0) for word, stop in zip(words, places.date_stops, strict=False)]
