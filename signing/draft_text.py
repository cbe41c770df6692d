"""The words of a draft with the places of their signs, one page at a time.

PDFium keeps what it read of every page, pictures too, until its document is closed.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from signing.errors import DamagedDocument, EncryptedDocument

_MAX_PAGES = 500
_MAX_SIGNS = 20_000
"""Signs read from one page."""
_KEPT_BYTES = 24 << 20
"""How much of a file PDFium may have read: it keeps the pictures of every page until its document is closed."""
_ON_BASELINE = set("ABCDĐEFGHIKLMNOPRSTUVXYZabcdđehiklmnorstuvxz0123456789")


@dataclass(frozen=True, slots=True)
class Sign:
    """One letter with its marks, folded, and its box (points)."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    stands: bool
    """Its lower edge is the baseline: it has no tail, and no dot below."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of signs on one line."""

    page: int
    signs: tuple[Sign, ...]

    @property
    def folded(self) -> str:
        return "".join(sign.text for sign in self.signs)

    @property
    def x0(self) -> float:
        return min(sign.x0 for sign in self.signs)

    @property
    def x1(self) -> float:
        return max(sign.x1 for sign in self.signs)

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def top(self) -> float:
        return max(sign.y1 for sign in self.signs)

    @property
    def bottom(self) -> float:
        return min(sign.y0 for sign in self.signs)

    @property
    def size(self) -> float:
        return median(sign.size for sign in self.signs)

    @property
    def baseline(self) -> float:
        """Where letters without tails stand."""
        standing = [sign.y0 for sign in self.signs if sign.stands]
        return median(standing or [sign.y0 for sign in self.signs])

    def part(self, start: int, end: int | None = None) -> Run:
        return Run(self.page, self.signs[start:end])


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its box (points) and its lines."""

    number: int
    left: float
    bottom: float
    right: float
    top: float
    rotated: bool
    runs: tuple[Run, ...]

    def across(self, share: float) -> float:
        """The x-coordinate at this share of the width."""
        return self.left + share * (self.right - self.left)

    def up(self, share: float) -> float:
        """The y-coordinate at this share of the height."""
        return self.bottom + share * (self.top - self.bottom)


class Draft:
    """The pages of a draft by number; one that is large is opened anew now and then, which frees what was read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._document = _open(path)
        total = len(self._document)
        self.pages = min(total, _MAX_PAGES)
        self._together = max(1, _KEPT_BYTES * total // max(1, path.stat().st_size))
        self._read = 0

    def page(self, number: int) -> Page:
        """The words of one page.  Raises :class:`DamagedDocument` and pypdfium2's ``PdfiumError``."""
        if self._read == self._together:
            self.close()
            self._document, self._read = _open(self._path), 0
        self._read += 1
        return _read_page(self._document, number)

    def close(self) -> None:
        """Give back everything that was read."""
        self._document.close()


def _open(path: Path) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise EncryptedDocument("the draft is encrypted") from None
        raise DamagedDocument("the draft cannot be read") from None


def _read_page(document: pypdfium2.PdfDocument, number: int) -> Page:
    page = document[number]
    text_page = page.get_textpage()
    runs: list[Run] = []
    line: list[Sign] = []
    matrix = pdfium.FS_MATRIX()
    for index in range(min(text_page.count_chars(), _MAX_SIGNS)):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        text = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        if text in ("\r", "\n"):
            if line:
                runs.append(Run(number, tuple(line)))
                line = []
            continue
        if not text.strip():
            continue
        x0, y0, x1, y1 = text_page.get_charbox(index)
        if unicodedata.combining(text) and line:
            before = line.pop()
            joined = unicodedata.normalize("NFC", before.text + text).casefold()
            line.append(Sign(joined, before.x0, before.y0, max(before.x1, x1), y1, before.size, False))
            continue
        pdfium.FPDFText_GetMatrix(text_page, index, ctypes.byref(matrix))
        scale = math.hypot(matrix.c, matrix.d) or 1.0
        size = pdfium.FPDFText_GetFontSize(text_page, index) * scale
        folded = unicodedata.normalize("NFC", text).casefold()
        size = size if 4 <= size <= 72 else 13.0
        line.append(Sign(folded, x0, y0, x1, y1, size, text in _ON_BASELINE))
    if line:
        runs.append(Run(number, tuple(line)))
    left, bottom, right, top = page.get_cropbox()
    return Page(number, left, bottom, right, top, page.get_rotation() != 0, tuple(runs))
