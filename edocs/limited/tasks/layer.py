"""Task `add_text_layer`: a copy of a scan for reading, with the words found on it, invisible, in their places."""

import math
from pathlib import Path
from typing import Any

from ..errors import FileRefused, RefusalCode
from ..geometry import in_file
from ..kinds import FileKind, recognise
from ..results import Page

_FONT = "ReadWords"
# Every sign is half as wide as it is high, and is itself: invisible letters need no shapes, only their code points.
_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CMapName /Same def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
1 beginbfrange
<0000> <FFFF> <0000>
endbfrange
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


def add_text_layer(path: Path, folder: Path, *, pages: list[dict[str, Any]], title: str) -> dict[str, Any]:
    """Write `out/made.pdf`. Each of `pages` has its number (`page`), `words` (text, then left, top, width, height as
    parts of the page as shown) and `turn`. Nothing in it can be taken for a signed file: fields and signatures become
    part of the pages."""
    import pikepdf

    source = path
    if recognise(path) is not FileKind.PDF:
        from .images import image_to_pdf

        image_to_pdf(path, folder)
        source = (folder / "out" / "made.pdf").rename(folder / "image.pdf")
    try:
        with pikepdf.open(source, attempt_recovery=True, suppress_warnings=True) as pdf:
            _without_fields(pdf)
            font = _font(pdf)
            for entry in pages:
                _write(pdf, pdf.pages[entry["page"] - 1], font, entry["words"], entry["turn"])
            with pdf.open_metadata(set_pikepdf_as_editor=False) as about:
                about["dc:title"] = title
            pdf.docinfo["/Title"] = title
            pdf.remove_unreferenced_resources()
            pdf.save(folder / "out" / "made.pdf")
            return {"pages": len(pdf.pages), "notes": []}
    except pikepdf.PasswordError as error:
        raise FileRefused(RefusalCode.ENCRYPTED, str(error)) from None
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, AttributeError, LookupError) as error:
        # pikepdf answers objects of an unexpected type with Python's own errors, and qpdf's with RuntimeError.
        raise FileRefused(RefusalCode.DAMAGED, f"{type(error).__name__}: {error}") from None


def _without_fields(pdf: Any) -> None:
    pdf.generate_appearance_streams()
    pdf.flatten_annotations("screen")
    for page in pdf.pages:  # what has no picture of its own is not flattened
        if "/Annots" in page.obj:
            del page.obj["/Annots"]
    for key in ("/AcroForm", "/Perms", "/DSS", "/OpenAction", "/AA"):
        if key in pdf.Root:
            del pdf.Root[key]


def _font(pdf: Any) -> Any:
    from pikepdf import Array, Dictionary, Name, String

    described = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name(f"/{_FONT}"),
        Flags=4,
        FontBBox=Array([0, 0, 500, 1000]),
        ItalicAngle=0,
        Ascent=1000,
        Descent=0,
        CapHeight=1000,
        StemV=80,
    )
    below = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name(f"/{_FONT}"),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(described),
        DW=500,
        CIDToGIDMap=Name.Identity,
    )
    whole = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name(f"/{_FONT}"),
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(below)]),
        ToUnicode=pdf.make_stream(_TO_UNICODE),
    )
    return pdf.make_indirect(whole)


def _write(pdf: Any, page: Any, font: Any, words: list[list[Any]], turn: int) -> None:
    from pikepdf import Name

    rotation = int(page.obj.get("/Rotate", _inherited(page.obj, "/Rotate", 0))) % 360
    box = tuple(float(edge) for edge in page.cropbox)
    left, bottom, right, top = min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])
    geometry = Page(0, 0, 0, rotation, (left, bottom, right, top))
    name = page.add_resource(font, Name.Font)
    direction = (rotation + turn) % 360
    shown = [_shown(in_file(geometry, tuple(word[1:])), word[0], direction) for word in words]
    page.contents_add(b"q\n", prepend=True)
    written = f"\nQ q BT 3 Tr {name} 1 Tf\n" + "".join(shown) + "ET Q\n"
    page.contents_add(written.encode())
    if turn:
        page.obj.Rotate = direction  # who reads the copy need not turn it


def _inherited(node: Any, key: str, default: Any) -> Any:
    for _ in range(50):
        node = node.get("/Parent")
        if node is None:
            return default
        if key in node:
            return node[key]
    return default


def _shown(box: tuple[float, float, float, float], text: str, direction: int) -> str:
    """One word as operators, filling its box; `direction` is that of the line, counter-clockwise from the right."""
    left, bottom, right, top = box
    wide, high = right - left, top - bottom
    length, height = (wide, high) if direction in (0, 180) else (high, wide)
    code = text.encode("utf-16-be", errors="ignore").hex()
    if not code or length <= 0 or height <= 0:
        return ""
    x, y = {0: (left, bottom), 90: (right, bottom), 180: (right, top), 270: (left, top)}[direction]
    cosine, sine = round(math.cos(math.radians(direction))), round(math.sin(math.radians(direction)))
    stretch = length / (len(code) / 4 * 0.5)  # along the line; across it the height of the box
    matrix = (cosine * stretch, sine * stretch, -sine * height, cosine * height, x, y)
    return " ".join(f"{number:.2f}" for number in matrix) + f" Tm <{code}> Tj\n"
