"""Lists of documents as PDF: what somebody found or narrowed down, to be printed or passed on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .press import Press
from .text import clean

_press = Press("listing", tagged=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """A table with its heading and marks.

    ``columns`` are titles with the share of the width each takes; ``about`` are lines under the title; ``printed`` is
    the mark at the foot of every page, ``watermark`` the one behind its text (Decree 30/2020, App. VI: R-STA-10).
    """

    title: str
    agency: str
    about: Sequence[str]
    columns: Sequence[tuple[str, int]]
    printed: str
    watermark: str


def compose_listing(listing: Listing, rows: Iterable[Sequence[str]]) -> bytes:
    """The list as PDF/A-2b on A4 landscape; a sign that no font can show is printed as an empty square."""
    data = {
        "title": clean(listing.title),
        "agency": clean(listing.agency),
        "about": [clean(line) for line in listing.about],
        "columns": [clean(title) for title, _width in listing.columns],
        "widths": [width for _title, width in listing.columns],
        "rows": [[clean(value) for value in row] for row in rows],
        "printed": clean(listing.printed),
        "watermark": clean(listing.watermark),
    }
    return _press.compose(data, forgiving=True).pdf
