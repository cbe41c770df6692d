"""Words of a page put into rows, and comparison that does not see accents, case or spacing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from edocs.limited.results import Box, PageText, Word

COLUMN_GAP = 14.0
"""Words further apart than this, in points, belong to different columns."""

_BAND = 12.0
_LETTER_WIDTH, _ROW_HEIGHT = 6.0, 16.0
_LOOK_ALIKE = {"đ": "d", "Đ": "d", "Ð": "d", "ð": "d", "Ɖ": "d", "ɖ": "d"}


def fold(text: str) -> str:
    """Lower case without accents, **sign for sign**: an index into the result is one into the NFC text."""
    return "".join(map(_fold_sign, text))


def _fold_sign(sign: str) -> str:
    if sign.isascii():
        return sign.lower()
    base = _LOOK_ALIKE.get(sign) or unicodedata.normalize("NFD", sign)[0].lower()
    return base if len(base) == 1 else sign


def squeezed(text: str) -> str:
    """Folded and without blanks: letters set apart ("Q U Y Ế T") compare equal to words."""
    return re.sub(r"\s+", "", fold(text))


def is_capitals(text: str) -> bool:
    """Whether the text has letters and none of them is small."""
    return any(sign.isalpha() for sign in text) and text == text.upper()


def union(words: Iterable[Word]) -> Box:
    """The box around the words."""
    lefts, bottoms, rights, tops = zip(*(word.box for word in words), strict=True)
    return (min(lefts), min(bottoms), max(rights), max(tops))


@dataclass(frozen=True)
class Row:
    """Words that stand on one line of the page, from left to right."""

    page: int
    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @cached_property
    def box(self) -> Box:
        return union(self.words)

    @property
    def left(self) -> float:
        return self.box[0]

    @property
    def right(self) -> float:
        return self.box[2]

    @property
    def middle(self) -> float:
        """Height of the middle of the line; it differs little between words with and without accents."""
        return median((word.box[1] + word.box[3]) / 2 for word in self.words)

    def part(self, left: float, right: float) -> Row | None:
        """The words whose middles lie between two x-coordinates."""
        words = tuple(word for word in self.words if left <= (word.box[0] + word.box[2]) / 2 < right)
        return Row(self.page, words) if words else None

    def between(self, start: int, end: int) -> tuple[Word, ...]:
        """The words that hold the signs ``start`` to ``end`` of :attr:`text`."""
        found, at = [], 0
        for word in self.words:
            if at < end and at + len(word.text) > start:
                found.append(word)
            at += len(word.text) + 1
        return tuple(found)


@dataclass(frozen=True)
class Sheet:
    """A page from top to bottom; ``placed`` is false when the boxes are guesses from plain text.

    ``runs`` are words that follow one another closely: the lines of each column by themselves.  ``rows`` are
    the runs that stand beside one another.
    """

    page: int
    rows: tuple[Row, ...]
    runs: tuple[Row, ...]
    placed: bool

    @cached_property
    def left(self) -> float:
        return min((row.left for row in self.rows), default=0.0)

    @cached_property
    def right(self) -> float:
        return max((row.right for row in self.rows), default=0.0)

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


def sheet_of(page: PageText) -> Sheet:
    """The rows of a page; without word boxes they follow the lines of the text."""
    words = [Word(text, word.box) for word in page.words if (text := unicodedata.normalize("NFC", word.text).strip())]
    placed = bool(words)
    runs = _runs(page.page, words or _guessed(page.text))
    return Sheet(page.page, tuple(_rows(runs)), tuple(runs), placed)


def _guessed(text: str) -> list[Word]:
    """Words of plain text at places guessed from line and column."""
    found: list[Word] = []
    for number, line in enumerate(unicodedata.normalize("NFC", text).expandtabs(8).split("\n")):
        bottom = -_ROW_HEIGHT * number
        for match in re.finditer(r"\S+", line):
            left, right = match.start() * _LETTER_WIDTH, match.end() * _LETTER_WIDTH
            found.append(Word(match[0], (left, bottom, right, bottom + 10.0)))
    return found


def _rows(runs: Sequence[Row]) -> list[Row]:
    """Runs whose heights overlap by half share a row."""
    rows: list[list[Word]] = []
    for run in runs:
        nearest = max(rows[-8:], key=lambda row: _shared(row, run.words), default=None)
        if nearest is not None and _shared(nearest, run.words) >= 0.5:
            nearest.extend(run.words)
        else:
            rows.append(list(run.words))
    page = runs[0].page if runs else 1
    made = [Row(page, tuple(sorted(row, key=lambda word: word.box[0]))) for row in rows]
    return sorted(made, key=lambda row: -row.middle)


def _runs(page: int, words: Sequence[Word]) -> list[Row]:
    near: dict[int, list[list[Word]]] = {}
    runs: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.box[0]):
        band = int((word.box[1] + word.box[3]) / 2 / _BAND)
        before = [
            run
            for one in (band - 1, band, band + 1)
            for run in near.get(one, ())
            if -3 < word.box[0] - run[-1].box[2] < COLUMN_GAP
        ]
        best = max(before, key=lambda run: _shared(run[-3:], [word]), default=None)
        if best is not None and _shared(best[-3:], [word]) >= 0.5:
            best.append(word)
        else:
            best = [word]
            runs.append(best)
        beside = near.setdefault(band, [])
        if not any(best is run for run in beside):
            beside.append(best)
    return sorted((Row(page, tuple(run)) for run in runs), key=lambda row: -row.middle)


def _shared(line: Sequence[Word], other: Sequence[Word]) -> float:
    """How much of the lower of two lines lies beside the other: up to 1."""
    (bottom, top), (low, high) = _extent(line), _extent(other)
    return (min(top, high) - max(bottom, low)) / max(min(top - bottom, high - low), 0.1)


def _extent(line: Sequence[Word]) -> tuple[float, float]:
    """Bottom and top of most words of a line; accents and descenders of a few do not count."""
    if len(line) == 1:
        return line[0].box[1], line[0].box[3]
    return median(word.box[1] for word in line), median(word.box[3] for word in line)
