"""Reading back what was composed."""

from __future__ import annotations

import pypdfium2

from edocs.limited.results import PageText, Word
from edocs.limited.tasks.text import words_of


def pages_of(pdf: bytes) -> list[PageText]:
    """Text and words of each page, as the office reads them (in this process: the bytes are our own)."""
    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for number in range(len(document)):
        layer = document[number].get_textpage()
        words = tuple(Word(word[0], word[1:]) for word in words_of(layer))
        pages.append(PageText(number + 1, layer.get_text_range().replace("\r\n", "\n"), words))
    document.close()
    return pages


def text_of(pdf: bytes) -> str:
    """All words of the document with single blanks."""
    return " ".join(word.text for page in pages_of(pdf) for word in page.words)
