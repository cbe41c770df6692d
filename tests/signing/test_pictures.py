"""A page drawn in layers is the page drawn at once."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from edocs.limited import warming
from signing.pdfium import PDFIUM
from signing.validate import pictures


@pytest.mark.parametrize("scale", [1.0, 0.7, 0.31])
def test_fields_drawn_over_a_page_are_the_page_with_its_fields(scale: float) -> None:
    with PDFIUM, pictures._document(warming.LETTER) as document:
        page = document[0]
        under, whole = pictures._layers(document, page, scale)
        assert under is not None
        assert whole.tobytes() == pictures._picture(page, scale).tobytes()
        assert under.tobytes() == pictures._drawn(page, scale, fields=False).to_pil().tobytes()
        assert under.tobytes() != whole.tobytes()
        page.close()


def test_a_page_with_a_note_is_not_drawn_in_layers(tmp_path: Path) -> None:
    noted = tmp_path / "noted.pdf"
    with pikepdf.open(warming.LETTER) as pdf:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Square, Rect=[100, 100, 300, 300], C=[1, 0, 0]
        )
        pdf.pages[0].Annots.append(pdf.make_indirect(note))
        pdf.save(noted)
    with PDFIUM, pictures._document(noted) as document:
        page = document[0]
        under, whole = pictures._layers(document, page, 1.0)
        assert under is None
        assert whole.tobytes() == pictures._picture(page, 1.0).tobytes()
        page.close()
