"""A QR code drawn on a draft before the first signature: part of what is signed, and never added later."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import segno
from pikepdf import Pdf

from signing.errors import DamagedDocument, EncryptedDocument
from signing.layout import mm

SIZE_MM = 16.0
"""Side of the code with its quiet zone, in millimetres."""
EDGE_MM = 7.0
"""From the left and the lower edge of the first page: in the margins that Decree 30/2020 leaves (20 to 25 mm)."""
QUIET = 2
MOST_LETTERS = 200


def draw_code(source: Path, target: Path, text: str) -> None:
    """Write to ``target`` the draft ``source`` with ``text`` as a QR code at the lower left of its first page.

    Black squares on white and nothing else: no font, no picture, no link; a PDF/A stays one. Raises ``ValueError``
    for a text too long, :class:`EncryptedDocument`, :class:`DamagedDocument`.
    """
    drawing = code_drawing(text)
    try:
        with Pdf.open(source, suppress_warnings=True) as pdf:
            page = pdf.pages[0]
            matrix = " ".join(f"{number:.3f}" for number in _matrix(page))
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(f"\nQ\n/Artifact BMC\nq\n{matrix} cm\n{drawing}Q\nEMC\n".encode("ascii"))
            pdf.save(target, deterministic_id=True)
    except pikepdf.PasswordError:
        raise EncryptedDocument("the draft is encrypted") from None
    except (pikepdf.PdfError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise DamagedDocument(f"no code can be drawn on the draft ({type(error).__name__})") from None


def code_drawing(text: str) -> str:
    """Operators that draw the code in a square of ``SIZE_MM``, its lower left corner at the origin."""
    if not 0 < len(text) <= MOST_LETTERS:
        raise ValueError("a code holds between 1 and 200 letters")
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False, boost_error=False).matrix]
    side = len(rows) + 2 * QUIET
    step = mm(SIZE_MM) / side
    squares = [f"1 g\n0 0 {mm(SIZE_MM):.3f} {mm(SIZE_MM):.3f} re f\n0 g\n"]
    for down, row in enumerate(rows):
        for first, length in _runs(row):
            x, y = (first + QUIET) * step, (side - QUIET - 1 - down) * step
            squares.append(f"{x:.3f} {y:.3f} {length * step:.3f} {step:.3f} re\n")
    return "".join(squares) + "f\n"


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Neighbouring dark modules as (first, how many): drawn as one, so that no hair line shows between them."""
    found: list[tuple[int, int]] = []
    for index, module in enumerate(row):
        if not module:
            continue
        if found and sum(found[-1]) == index:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((index, 1))
    return found


def _matrix(page: pikepdf.Page) -> tuple[float, float, float, float, float, float]:
    """From the square of the code to the lower left corner of the page as it is shown."""
    x0, y0, x1, y1 = (float(value) for value in page.cropbox)
    edge = mm(EDGE_MM)
    turned = int(page.obj.get("/Rotate", 0)) % 360
    return {
        90: (0.0, 1.0, -1.0, 0.0, x1 - edge, y0 + edge),
        180: (-1.0, 0.0, 0.0, -1.0, x1 - edge, y1 - edge),
        270: (0.0, -1.0, 1.0, 0.0, x0 + edge, y1 - edge),
    }.get(turned, (1.0, 0.0, 0.0, 1.0, x0 + edge, y0 + edge))
