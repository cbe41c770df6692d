"""Where the words of a query stand in a text, and the line of it that says most."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple, TypeAlias

from search.analysis import located_terms
from search.documents import Segment

LINE_LENGTH = 180
"""Characters of the line shown from the text, about two lines of a list."""
MAX_CHARACTERS = 300_000
"""Characters of one document that are looked through for the best line."""
MAX_MATCHES = 1_000
"""Marks on one page; more say nothing."""


class Mark(NamedTuple):
    """A word found: offsets in the cleaned text and the folded term it is a spelling of."""

    start: int
    end: int
    term: str


class _Pieces(dict[str, tuple[tuple[int, int, str, str], ...]]):
    """Cleaned text between blanks → start, end, folded and exact form of each of its words.

    Kept for all queries: pages of one office are made of the same pieces.
    """

    LARGEST = 200_000
    LONGEST_KEPT = 30

    def __missing__(self, piece: str) -> tuple[tuple[int, int, str, str], ...]:
        found = tuple(located_terms(piece))
        if len(piece) <= self.LONGEST_KEPT:
            if len(self) >= self.LARGEST:
                self.clear()
            self[piece] = found
        return found


_PIECES = _Pieces()
_Found: TypeAlias = tuple[tuple[int, int, str, bool], ...]


class _Met(dict[str, _Found]):
    """Text between blanks → start, end and term of the words of one query in it, and whether their accents fit."""

    def __init__(self, folded: frozenset[str], exact: frozenset[str]) -> None:
        super().__init__()
        self._folded, self._exact = folded, exact

    def __missing__(self, piece: str) -> _Found:
        wanted = self._folded
        found = [word for word in _PIECES[piece] if word[2] in wanted]
        marks = tuple((start, end, folded, exact in self._exact) for start, end, folded, exact in found)
        if len(piece) <= _Pieces.LONGEST_KEPT:
            self[piece] = marks
        return marks


class Highlighter:
    """Marks the words of one query in any number of texts.

    ``folded`` are folded terms; ``exact`` their accented forms when the query was typed with accents. A text
    that holds accented forms has only those marked (``hà`` does not mark ``hạ`` beside ``hà``).
    """

    def __init__(self, folded: Collection[str], exact: Collection[str] = ()) -> None:
        self._exact = frozenset(exact)
        self._folded = frozenset(folded)
        self._met = _Met(self._folded, self._exact)

    @property
    def marks_anything(self) -> bool:
        """Whether there is any word to mark."""
        return bool(self._folded)

    def marks(self, text: str) -> list[Mark]:
        """All words found in a cleaned text, in order."""
        if not self._folded:
            return []
        marks: list[Mark] = []
        fitting: list[bool] = []
        position, met = 0, self._met
        for piece in text.split(" "):
            if found := met[piece]:
                for start, end, term, fits in found:
                    marks.append(Mark(position + start, position + end, term))
                    fitting.append(fits)
                if len(marks) >= MAX_MATCHES:
                    break
            position += len(piece) + 1
        if not self._exact:
            return marks
        exactly = {mark.term for mark, fits in zip(marks, fitting, strict=True) if fits}
        return [mark for mark, fits in zip(marks, fitting, strict=True) if fits or mark.term not in exactly]

    def segments(self, text: str) -> list[Segment]:
        """The whole text, cut where marks begin and end; neighbouring marked words are one segment."""
        return _cut(text, self.marks(text))

    def best_line(self, pages: Sequence[str]) -> tuple[list[Segment], int | None]:
        """The stretch with most of the words and its page from 1; ``([], None)`` without any."""
        best: tuple[float, int, int] | None = None
        left = MAX_CHARACTERS
        for number, page in enumerate(pages):
            if left <= 0:
                break
            marks = self.marks(page[:left])
            left -= len(page)
            score, start = _densest(marks)
            if marks and (best is None or score > best[0]):
                best = (score, number, start)
                if score >= 2 * len(self._folded):
                    break
        if best is None:
            return [], None
        _, number, start = best
        line = _line_around(pages[number], start)
        return self.segments(line), number + 1


def _densest(marks: list[Mark]) -> tuple[float, int]:
    """How telling the best stretch is (different words, some for neighbours and repeats), its start."""
    best, where = 0.0, 0
    inside: dict[str, int] = {}
    neighbours, first = 0, 0
    previous: Mark | None = None
    beside: list[bool] = []  # whether the mark directly follows another word's
    for last, mark in enumerate(marks):
        start, _, term = mark
        inside[term] = inside.get(term, 0) + 1
        beside.append(previous is not None and start - previous.end <= 2 and term != previous.term)
        neighbours += beside[last] and last > first
        previous = mark
        while start - marks[first].start > LINE_LENGTH - 40:
            gone = marks[first].term
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            first += 1
            neighbours -= beside[first]
        score = len(inside) + 0.5 * min(neighbours, 6) + 0.01 * min(last - first + 1, 10)
        if score > best:
            best, where = score, marks[first].start
    return best, where


def _line_around(page: str, start: int) -> str:
    """A line of the page about ``start``, cut between words, blanks and breaks made single."""
    before = page.rfind("\n\n", max(0, start - 60), start)
    begin = before + 2 if before >= 0 else max(0, start - 40)
    if begin > 0 and not page[begin - 1].isspace():
        blank = re.search(r"\s", page[begin:start])
        begin = begin + blank.end() if blank else start
    end = min(len(page), begin + LINE_LENGTH)
    if end < len(page) and not page[end].isspace():
        blank_at = max(page.rfind(" ", begin, end), page.rfind("\n", begin, end))
        end = blank_at if blank_at > start else end
    line = " ".join(page[begin:end].split())
    opening = "… " if page[:begin].strip() and begin > 0 and before < 0 else ""
    closing = " …" if page[end:].strip() else ""
    return f"{opening}{line}{closing}"


def _cut(text: str, marks: list[Mark]) -> list[Segment]:
    segments: list[Segment] = []
    position = 0
    for mark in marks:
        between = text[position : mark.start]
        if segments and segments[-1][1] and not between.strip():
            segments[-1] = (segments[-1][0] + between + text[mark.start : mark.end], True)
        else:
            if between:
                segments.append((between, False))
            segments.append((text[mark.start : mark.end], True))
        position = mark.end
    if text[position:]:
        segments.append((text[position:], False))
    return segments
