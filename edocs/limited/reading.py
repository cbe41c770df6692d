"""Reading what stands on pages: the text layer with the place of every word, OCR of one page, and a copy of a scan
with what was read. Places are parts (0 to 1) of the page as shown: left, top, width, height."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from . import results
from .files import AnyPath, make_pdf
from .geometry import Fractions
from .process import run


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word (NFC, no blank inside) and where it stands on the page as shown."""

    text: str
    place: Fractions


Lines = tuple[tuple[PlacedWord, ...], ...]


@dataclass(frozen=True, slots=True)
class ReadPage:
    """The text layer of a page by lines. ``pictures`` is the part (0 to 1) of the page that pictures cover; ``drawn``
    is false for a page with nothing on it."""

    number: int
    lines: Lines
    pictures: float
    drawn: bool


@dataclass(frozen=True, slots=True)
class OcrPage:
    """What was read from the picture of a page. ``confidence`` is tesseract's mean (0 to 100); ``turn`` says how far
    (degrees, clockwise) the page as shown must be turned to stand upright."""

    lines: Lines
    confidence: float
    turn: int


@dataclass(frozen=True, slots=True)
class LayerPage:
    """The words to be put, invisible, on a page (counted from 1)."""

    number: int
    words: Sequence[PlacedWord]
    turn: int = 0


def read_pages(path: AnyPath, pages: Sequence[int], *, seconds: float | None = None) -> list[ReadPage]:
    """The text layer of these pages of a PDF; pages of an image have none. Raises FileRefused."""
    return [
        ReadPage(found["page"], _lines(found["lines"]), found["pictures"], found["drawn"])
        for found in run("read_pages", path=path, seconds=seconds, pages=list(pages))
    ]


def ocr_page(path: AnyPath, page: int, *, seconds: float | None = None) -> OcrPage:
    """Read the picture of one page of a PDF or an image, straightened and upright.

    Raises FileRefused: `not_installed` without tesseract or its Vietnamese, `timeout`, `bomb`, `damaged`.
    """
    found = run("ocr_page", path=path, page=page, seconds=seconds)
    return OcrPage(_lines(found["lines"]), found["confidence"], found["turn"])


def add_text_layer(path: AnyPath, output: AnyPath, pages: Iterable[LayerPage], *, title: str) -> results.Converted:
    """Make a PDF at ``output`` that looks like the file and can be searched: never a substitute for the original,
    whose signatures it does not carry. ``title`` says so inside the file. Raises FileRefused."""
    entries = [
        {"page": page.number, "turn": page.turn, "words": [[word.text, *word.place] for word in page.words]}
        for page in pages
    ]
    return make_pdf("add_text_layer", path, output, pages=entries, title=title)


def _lines(lines: list[list[list[Any]]]) -> Lines:
    return tuple(tuple(PlacedWord(word[0], tuple(word[1:])) for word in line) for line in lines)
