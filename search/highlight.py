"""Where the words of a query stand in a text, and the line of it that says most."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import islice
from typing import NamedTuple

from search.analysis import fold, spelling_pattern, terms
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


class Highlighter:
    """Marks the words of one query in any number of texts.

    ``folded`` are folded terms; ``exact`` their accented forms when the query was typed with accents. A text
    that holds accented forms has only those marked (``hà`` does not mark ``hạ`` beside ``hà``).
    """

    def __init__(self, folded: Collection[str], exact: Collection[str] = ()) -> None:
        self._exact = frozenset(exact)
        self._judged: dict[str, bool] = {}
        letters = [term for term in set(folded) if not term.isdigit()]
        digits = [term for term in set(folded) if term.isdigit()]
        # Each spelling is its own group, so that the number of the group tells the term.
        self._terms = [*letters, *digits]
        kinds = ((letters, r"[^\W\d_]"), (digits, r"\d"))
        alternatives = [
            rf"(?<!{same})(?:{'|'.join(f'({spelling_pattern(term)})' for term in kind)})(?!{same})"
            for kind, same in kinds
            if kind
        ]
        self._pattern = re.compile("|".join(alternatives)) if alternatives else None

    @property
    def marks_anything(self) -> bool:
        """Whether there is any word to mark."""
        return self._pattern is not None

    def marks(self, text: str) -> list[Mark]:
        """All words found in a cleaned text, in order."""
        if self._pattern is None:
            return []
        names = self._terms
        found = [
            Mark(match.start(), match.end(), names[(match.lastindex or 1) - 1])
            for match in islice(self._pattern.finditer(fold(text)), MAX_MATCHES)
        ]
        if not self._exact:
            return found
        judged = [self._is_exact(text[mark.start : mark.end]) for mark in found]
        met = {mark.term for mark, exact in zip(found, judged, strict=True) if exact}
        return [mark for mark, exact in zip(found, judged, strict=True) if exact or mark.term not in met]

    def _is_exact(self, word: str) -> bool:
        judged = self._judged.get(word)
        if judged is None:
            judged = self._judged[word] = terms(word).exact[0] in self._exact
        return judged

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
                if score >= 2 * len(self._terms):
                    break
        if best is None:
            return [], None
        _, number, start = best
        line = _line_around(pages[number], start)
        return self.segments(line), number + 1


def _densest(marks: list[Mark]) -> tuple[float, int]:
    """How telling the best stretch is (different words, some for neighbours and repeats), its start."""
    best, where = 0.0, 0
    inside: Counter[str] = Counter()
    neighbours, first = 0, 0
    previous: Mark | None = None
    beside = [False] * len(marks)  # whether the mark directly follows another word's
    for last, mark in enumerate(marks):
        inside[mark.term] += 1
        beside[last] = previous is not None and mark.start - previous.end <= 2 and mark.term != previous.term
        neighbours += beside[last] and last > first
        previous = mark
        while mark.start - marks[first].start > LINE_LENGTH - 40:
            inside[marks[first].term] -= 1
            if not inside[marks[first].term]:
                del inside[marks[first].term]
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
