"""Task `read_pages`: what stands on the pages of a PDF or an image, before anything is guessed from pictures."""

from pathlib import Path
from typing import Any

from ..geometry import Fractions, shown
from ..kinds import FileKind, recognise
from ..results import Page
from .pdf import opened, page_at
from .text import lines_of

PlacedWord = list[Any]  # text, then left, top, width, height as parts of the page as shown
_DEEPEST = 3  # forms inside forms whose pictures are counted


def read_pages(path: Path, folder: Path, *, pages: list[int]) -> list[dict[str, Any]]:
    """Words of each page by lines, with their places; which part of the page pictures cover, and whether there is
    anything on it at all."""
    if recognise(path) is not FileKind.PDF:
        return [{"page": number, "lines": [], "pictures": 1.0, "drawn": True} for number in pages]
    read = []
    with opened(path) as document:
        for number in pages:
            page = page_at(document, number)
            layer = page.get_textpage()
            geometry = geometry_of(page, number)
            lines = [[placed(geometry, *word) for word in line] for line in lines_of(layer)]
            pictures, drawn = _pictures(page, geometry)
            read.append({"page": number, "lines": lines, "pictures": pictures, "drawn": drawn})
            layer.close()
            page.close()
    return read


def geometry_of(page: Any, number: int) -> Page:
    """Size as shown, rotation and visible box of a page of PDFium's."""
    width, height = page.get_size()
    return Page(number, width, height, page.get_rotation(), tuple(page.get_cropbox()))


def placed(page: Page, text: str, left: float, bottom: float, right: float, top: float) -> PlacedWord:
    """A word of the file's own coordinates as it stands on the page as shown, nothing of it outside."""
    return [text, *(round(part, 5) for part in inside(shown(page, (left, bottom, right, top))))]


def inside(place: Fractions) -> Fractions:
    """The part of a place that lies on the page."""
    x1, y1 = (min(max(edge, 0.0), 1.0) for edge in place[:2])
    x2, y2 = (min(max(edge, 0.0), 1.0) for edge in (place[0] + place[2], place[1] + place[3]))
    return x1, y1, max(x2 - x1, 0.0), max(y2 - y1, 0.0)


def _pictures(page: Any, geometry: Page) -> tuple[float, bool]:
    """Which part of the page its pictures cover (overlaps counted twice, at most 1), and whether anything is drawn."""
    from pypdfium2 import PdfiumError, raw

    left, bottom, right, top = geometry.box
    whole = max((right - left) * (top - bottom), 1.0)
    covered, drawn = 0.0, False
    for thing in page.get_objects(max_depth=_DEEPEST):
        drawn = True
        if thing.type != raw.FPDF_PAGEOBJ_IMAGE:
            continue
        try:
            x1, y1, x2, y2 = thing.get_bounds()
        except PdfiumError:
            continue
        wide, high = min(x2, right) - max(x1, left), min(y2, top) - max(y1, bottom)
        covered += max(wide, 0.0) * max(high, 0.0)
    return round(min(covered / whole, 1.0), 3), drawn
