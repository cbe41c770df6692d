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
    """A page as rows from top to bottom; ``placed`` is false when the boxes are guesses from plain text."""

    page: int
    rows: tuple[Row, ...]
    placed: bool

    @cached_property
    def runs(self) -> tuple[Row, ...]:
        """Words that follow one another closely, from top to bottom: the lines of each column by themselves.

        Columns set in different sizes have lines at different heights; in :attr:`rows` those may mix.
        """
        return tuple(_runs(self.page, [word for row in self.rows for word in row.words]))

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
    return Sheet(page.page, tuple(_rows(page.page, words or _guessed(page.text))), placed)


def _guessed(text: str) -> list[Word]:
    """Words of plain text at places guessed from line and column."""
    found: list[Word] = []
    for number, line in enumerate(unicodedata.normalize("NFC", text).expandtabs(8).split("\n")):
        bottom = -_ROW_HEIGHT * number
        for match in re.finditer(r"\S+", line):
            left, right = match.start() * _LETTER_WIDTH, match.end() * _LETTER_WIDTH
            found.append(Word(match[0], (left, bottom, right, bottom + 10.0)))
    return found


def _rows(page: int, words: Sequence[Word]) -> list[Row]:
    """Words whose boxes overlap in height by half share a row; small signs join the row they lie in."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: -(word.box[1] + word.box[3])):
        nearest = max(rows[-8:], key=lambda row: _shared(row, word), default=None)
        if nearest is not None and _shared(nearest, word) >= 0.5:
            nearest.append(word)
        else:
            rows.append([word])
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
        best = max(before, key=lambda run: _shared(run[-3:], word), default=None)
        if best is not None and _shared(best[-3:], word) >= 0.5:
            best.append(word)
        else:
            best = [word]
            runs.append(best)
        if best not in near.setdefault(band, []):
            near[band].append(best)
    return sorted((Row(page, tuple(run)) for run in runs), key=lambda row: -row.middle)


def _shared(row: Sequence[Word], word: Word) -> float:
    """How much of the lower of the two, the row or the word, lies beside the other: up to 1."""
    bottom = median(one.box[1] for one in row)
    top = median(one.box[3] for one in row)
    overlap = min(top, word.box[3]) - max(bottom, word.box[1])
    return overlap / max(min(top - bottom, word.box[3] - word.box[1]), 0.1)
