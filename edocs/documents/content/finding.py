"""Where words stand on the pages of a file: search inside the open document, with marks on the page image."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from edocs.documents.content.boxes import Places
from edocs.documents.models import Blob, PageContent
from edocs.limited.geometry import Fractions
from search.analysis import terms

LONGEST = 200
"""Characters of what is asked for; the rest is left out."""

MOST_HITS = 2_000

_QUOTED = re.compile(r'["“”«»]([^"“”«»]+)["“”«»]')

Form = tuple[str, str]
"""A term with its accents, and without."""


@dataclass(frozen=True)
class Hit:
    """One place where something was found: one rectangle for each line that it stands on (left, top, width, height as
    parts of the page as shown). No rectangle for pages without places (office files)."""

    page: int
    places: tuple[Fractions, ...]


@dataclass
class Found:
    """What was found. ``how`` is "phrase" when the words stand together, else "words"; ``accents`` is false when only
    words with other accents than those asked for were found; ``more`` says that there are more than are given."""

    how: str = "phrase"
    accents: bool = True
    hits: list[Hit] = field(default_factory=list)
    more: bool = False


def find_in(blob: Blob, asked: str, *, page: int | None = None) -> Found:
    """Find words in a blob, or on one page of it, as search finds them: accents and the place of tones do not matter
    when they are not typed, and numbers are found by their parts (one statement).

    Words asked for together are looked for together first; when they stand nowhere together, each by itself. Words in
    quotation marks always stay together.
    """
    asked = asked[:LONGEST]
    together, apart = _needles(asked)
    rows = PageContent.objects.filter(blob=blob).exclude(text="").order_by("number")
    if page is not None:
        rows = rows.filter(number=page)
    sheets = [_Sheet(row) for row in rows.only("number", "text", "boxes")] if apart else []
    for how, needles in (("phrase", together), ("words", apart)):
        for accents in (True, False):
            found = Found(how, accents)
            for hit in _hits(sheets, needles, accents=accents):
                if len(found.hits) == MOST_HITS:
                    found.more = True
                    break
                found.hits.append(hit)
            if found.hits:
                return found
    return Found()


def _needles(asked: str) -> tuple[list[list[Form]], list[list[Form]]]:
    """What is asked for as a whole, and in pieces: each word or quoted phrase as its terms."""
    quoted = [_forms(text) for text in _QUOTED.findall(asked)]
    rest = _QUOTED.sub(" ", asked)
    pieces = [forms for forms in (*quoted, *map(_forms, rest.split())) if forms]
    whole = [] if quoted else [_forms(rest)] if pieces else []
    return whole, pieces


def _forms(text: str) -> list[Form]:
    cut = terms(text)
    return list(zip(cut.exact, cut.folded, strict=True))


class _Sheet:
    """A page as terms."""

    def __init__(self, row: PageContent) -> None:
        self.row = row
        self.terms = terms(row.text)

    @cached_property
    def _words(self) -> list[int]:
        """For each term the number of its word."""
        return [number for number, word in enumerate(self.row.text.split()) for _ in terms(word).folded]

    @cached_property
    def _places(self) -> Places:
        return Places(bytes(self.row.boxes))

    def starts_of(self, needle: Sequence[Form], accents: bool) -> Iterator[int]:
        """The terms at which these stand side by side."""
        wanted = [(exact, True) if accents and not exact.isascii() else (folded, False) for exact, folded in needle]
        lines = [self.terms.exact if typed else self.terms.folded for _term, typed in wanted]
        at, last = -1, len(self.terms.folded) - len(needle)
        if last < 0:
            return
        with suppress(ValueError):  # there is no further one
            while True:
                at = lines[0].index(wanted[0][0], at + 1, last + 1)
                if all(line[at + step] == wanted[step][0] for step, line in enumerate(lines)):
                    yield at

    def places(self, first: int, last: int) -> tuple[Fractions, ...]:
        """Rectangles around the words of the terms ``first`` to ``last``."""
        if not self._places:
            return ()
        return _lines([self._places[number] for number in range(self._words[first], self._words[last] + 1)])


def _hits(sheets: Sequence[_Sheet], needles: Sequence[list[Form]], *, accents: bool) -> Iterator[Hit]:
    for sheet in sheets:
        found = {(at, at + len(needle) - 1) for needle in needles for at in sheet.starts_of(needle, accents)}
        for first, last in sorted(found):
            yield Hit(sheet.row.number, sheet.places(first, last))


def _lines(places: Sequence[Fractions]) -> tuple[Fractions, ...]:
    """Neighbours on one line joined into one rectangle."""
    joined: list[Fractions] = []
    for place in places:
        if joined and _continues(joined[-1], place):
            left, top, _, height = joined[-1]
            low = min(top, place[1])
            bottom = max(top + height, place[1] + place[3])
            joined[-1] = (left, low, round(place[0] + place[2] - left, 5), round(bottom - low, 5))
        else:
            joined.append(place)
    return tuple(joined)


def _continues(one: Fractions, other: Fractions) -> bool:
    shared = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return other[0] + other[2] > one[0] + one[2] and shared > min(one[3], other[3]) / 2
