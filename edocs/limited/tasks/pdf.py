"""Opening PDF files: shared by the tasks that read them."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import FileRefused, RefusalCode

if TYPE_CHECKING:
    from collections.abc import Iterator

TAIL = 64 * 1024


def check_whole(path: Path) -> None:
    """Refuse a PDF whose end is missing. Readers would repair it and show pages that are not all there."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        tail = file.read()
    if b"%%EOF" not in tail or b"startxref" not in tail:
        raise FileRefused(RefusalCode.TRUNCATED, "no end marker")


@contextmanager
def opened(path: Path) -> "Iterator[Any]":
    """Open with PDFium (a `pypdfium2.PdfDocument`); its errors become refusals."""
    import pypdfium2 as pdfium
    from pypdfium2 import raw

    try:
        document = pdfium.PdfDocument(path)
        len(document)
        yield document
    except pdfium.PdfiumError as error:
        locked = raw.FPDF_GetLastError() in (
            raw.FPDF_ERR_PASSWORD,
            raw.FPDF_ERR_SECURITY,
        )
        raise FileRefused(RefusalCode.ENCRYPTED if locked else RefusalCode.DAMAGED, str(error)) from None


def page_at(document: Any, number: int) -> Any:
    """Return page `number`, counted from 1."""
    if not 1 <= number <= len(document):
        raise FileRefused(RefusalCode.NO_SUCH_PAGE, f"page {number} of {len(document)}")
    return document[number - 1]
