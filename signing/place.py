"""Finding in the text of a draft where the signature, the number and the date belong.

The places follow Decree 30/2020, Appendix I: the signature between the position and the name of the
signer (boxes 7a to 7c), the number after "Số:" at the top left of page 1 (box 3), the date after the
place's name at the top right (box 4).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from signing.draft_text import Draft, Page, Run
from signing.errors import DamagedDocument
from signing.layout import Box, Places, line_box, mm, seal_box
from signing.pdfium import PDFIUM

_SMALLEST_GAP = mm(15)
"""Less room than this (points) between position and name is too little for a signature."""
_WIDEST = mm(64)
_HIGHEST = mm(28)
_TOP = 0.6
"""The number stands in the upper part of page 1: above this share of its height."""
_INITIALS = (mm(18), mm(9))
"""Width and height of initials."""


@dataclass(frozen=True, slots=True)
class FoundPlaces:
    """Places found in a draft, and how far they can be relied on.

    ``reasons`` are codes for what makes them doubtful: ``title_not_found``, ``small_gap``,
    ``several_matches``, ``page_rotated``, ``number_not_found``, ``number_already_printed``, ``number_gap_small``,
    ``date_not_found``, ``date_already_printed``, ``date_gap_small``.  ``certain`` means there are none.
    """

    places: Places
    reasons: tuple[str, ...]
    symbol_printed: bool
    """The symbol ("/QĐ-…") stands after the gap, so the field takes the number alone."""

    @property
    def certain(self) -> bool:
        """Whether nothing is doubtful."""
        return not self.reasons


def _fold(text: str) -> str:
    """NFC, lower case, without white space: how texts are compared."""
    return "".join(unicodedata.normalize("NFC", text).casefold().split())


def find_places(path: Path, title_lines: Sequence[str], signer_name: str) -> FoundPlaces | None:
    """Find the places of signature, seal, number and date in the PDF at ``path``.

    ``title_lines`` are the lines above the signature as printed ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"); the
    last occurrence of title and name in the document wins.  None when the signer's name does not occur.
    Reads a file of unknown origin: run it where time and memory are limited.  Raises
    :class:`DamagedDocument` or :class:`EncryptedDocument`.
    """
    with PDFIUM:
        read = _read(path, title_lines, signer_name)
    if read is None:
        return None
    first, (box, doubts), lines = read
    number_box, symbol_printed, number_doubts = _find_number(first)
    date_box, stops, date_doubts = _find_date(first, number_box)
    initials = _find_initials(lines, box)
    places = Places(number_box, date_box, box, seal_box(box), None, stops, initials)
    return FoundPlaces(places, (*doubts, *number_doubts, *date_doubts), symbol_printed)


def _read(
    path: Path, title_lines: Sequence[str], signer_name: str
) -> tuple[Page, tuple[Box, tuple[str, ...]], list[Page]] | None:
    """The first page, the place of the signature, and the pages where initials may stand; None without the name."""
    draft = Draft(path)
    try:
        signature, last = None, None
        for number in range(draft.pages - 1, -1, -1):
            last = draft.page(number)
            signature = _find_signature(last, title_lines, signer_name)
            if signature is not None:
                break
        if signature is None or last is None:
            return None
        before = [draft.page(last.number - 1)] if last.number else []
        first = last if last.number == 0 else before[0] if last.number == 1 else draft.page(0)
        return first, signature, [*before, last]
    except pypdfium2.PdfiumError:
        raise DamagedDocument("a page of the draft cannot be read") from None
    finally:
        draft.close()


def _matches(runs: Sequence[Run], wanted: str) -> list[Run]:
    """Every place where a folded text stands, in reading order."""
    found = []
    for run in runs:
        # a cluster may hold several characters after folding: map character offsets to signs
        owners = [number for number, sign in enumerate(run.signs) for _ in sign.text]
        text = run.folded
        start = text.find(wanted)
        while start >= 0:
            found.append(run.part(owners[start], owners[start + len(wanted) - 1] + 1))
            start = text.find(wanted, start + 1)
    return found


def _find_signature(page: Page, title_lines: Sequence[str], signer_name: str) -> tuple[Box, tuple[str, ...]] | None:
    wanted = _fold(signer_name)
    names = _matches(page.runs, wanted) if wanted else []
    if not names:
        return None
    titles = [_fold(line) for line in title_lines if _fold(line)]
    best: tuple[Run, Run | None] | None = None
    several = 0
    for name in names:
        title = _title_above(page, titles[-1], name) if titles else None
        if title is not None:
            several += 1
        if title is not None or best is None or best[1] is None:
            best = (name, title)
    if best is None:
        return None
    name, title = best
    doubts = ["several_matches"] if several > 1 else []
    if page.rotated:
        doubts.append("page_rotated")
    if title is None:
        doubts.append("title_not_found")
        top = min(name.top + mm(30), page.top)
        middle = name.middle
    else:
        top, middle = title.bottom, (title.middle + name.middle) / 2
    if top - name.top < _SMALLEST_GAP:
        doubts.append("small_gap")
        top = name.top + _SMALLEST_GAP
    height = min(top - name.top - 4, _HIGHEST)
    centre = (top + name.top) / 2
    half = min(_WIDEST, height * 2.3) / 2
    middle = min(max(middle, page.left + half + mm(2)), page.right - half - mm(2))
    return (
        Box(page.number, middle - half, centre - height / 2, middle + half, centre + height / 2),
        tuple(doubts),
    )


def _find_initials(pages: Sequence[Page], signature: Box) -> tuple[Box, Box]:
    """Where those who checked put their initials: who answers for the content after the end of the text ("./."),
    who answers for the format after the last line of recipients ("Lưu: …"); else beside the signature."""
    ends = [(page, found) for page in pages for found in _matches(page.runs, "./.")]
    kept = [(page, run) for page in pages for run in page.runs if "lưu:" in run.folded and run.x0 < page.across(0.4)]
    seal = seal_box(signature)
    width, height = _INITIALS
    left = max(min(seal.x0, signature.x0) - mm(2) - width, pages[-1].left + mm(2))
    bottom = max(signature.y0, pages[-1].bottom + height + mm(2))
    beside = [Box(signature.page, left, y, left + width, y + height) for y in (bottom, bottom - height)]
    return (
        _after(*ends[-1]) if ends else beside[0],
        _after(*kept[-1]) if kept else beside[1],
    )


def _after(page: Page, run: Run) -> Box:
    """A place for initials at the end of a line."""
    width, height = _INITIALS
    x0 = min(run.x1 + mm(1.5), page.right - mm(5) - width)
    y0 = max(run.baseline - mm(2.5), page.bottom + mm(2))
    return Box(page.number, x0, y0, x0 + width, y0 + height)


def _title_above(page: Page, title: str, name: Run) -> Run | None:
    """The lowest occurrence of the title above the name, in the same column."""
    above = [
        run for run in _matches(page.runs, title) if run.bottom > name.top and abs(run.middle - name.middle) < mm(35)
    ]
    return min(above, key=lambda run: run.bottom, default=None)


def _find_number(page: Page) -> tuple[Box, bool, list[str]]:
    labels = [
        (run, found)
        for run in page.runs
        for found in _matches([run], "số:")
        if found.bottom > page.up(_TOP) and found.x0 < page.across(0.5)
    ]
    if not labels:
        box = line_box(0, page.left + mm(42), page.top - mm(42), mm(25), 13.0)
        return box, False, ["number_not_found"]
    run, label = labels[0]
    size, baseline = label.size, run.baseline
    start = label.x1 + 0.25 * size
    after = [sign for sign in run.signs if sign.x0 >= label.x1 - 0.5]
    slash = next((sign for sign in after if sign.text == "/"), None)
    doubts = []
    between = [sign for sign in after if slash is None or sign.x0 < slash.x0]
    if any(sign.text.isdigit() for sign in between if sign.x0 < page.across(0.5)):
        doubts.append("number_already_printed")
    end = slash.x0 if slash else max(start + mm(20), page.across(0.45))
    if end - start < 1.5 * size:
        doubts.append("number_gap_small")
        end = start + 2 * size
    return line_box(0, start, baseline, end - start, size), slash is not None, doubts


def _find_date(page: Page, number: Box) -> tuple[Box, tuple[float, ...], list[str]]:
    for run in page.runs:
        days, months = _matches([run], "ngày"), _matches([run], "tháng")
        years = _matches([run], "năm")
        right = [day for day in days if day.x0 > page.across(0.4)]
        if right and months and years and _level(right[0], number):
            found = _gaps(page, run, right[0], months[-1], years[-1])
            if found is not None:
                return found
    commas = [
        run for run in page.runs if run.folded.endswith(",") and page.across(0.4) < run.x0 and _level(run, number)
    ]
    if commas:
        run = min(commas, key=lambda found: abs(found.baseline - number.y0))
        start = run.x1 + 0.25 * run.size
        end = page.right - mm(14)
        doubts = ["date_gap_small"] if end - start < 9 * run.size else []
        return line_box(0, start, run.baseline, max(end - start, run.size), run.size), (), doubts
    start = page.across(0.62)
    box = line_box(0, start, page.top - mm(42), page.right - mm(14) - start, 13.0)
    return box, (), ["date_not_found"]


def _level(run: Run, number: Box) -> bool:
    """Date and number stand on about the same height (boxes 3 and 4)."""
    return abs(run.baseline - number.y0) < mm(14)


def _gaps(page: Page, run: Run, day: Run, month: Run, year: Run) -> tuple[Box, tuple[float, ...], list[str]] | None:
    """Printed words "ngày … tháng … năm …": the gaps to be filled."""
    if not day.x1 < month.x0 < month.x1 < year.x0:
        return None
    size = day.size
    doubts = []
    inside = [sign for sign in run.signs if day.x1 - 0.5 <= sign.x0 < year.x0]
    if any(sign.text.isdigit() for sign in inside):
        doubts.append("date_already_printed")
    gaps = [(day.x1, month.x0), (month.x1, year.x0)]
    end = year.x0
    if not any(sign.text.isdigit() for sign in run.signs if sign.x0 >= year.x1 - 0.5):
        end = min(year.x1 + 3.2 * size, page.right - mm(5))
        gaps.append((year.x1, end))
    if any(stop - start < size for start, stop in gaps):
        doubts.append("date_gap_small")
    stops = tuple((start + stop) / 2 - size * (0.5 if number < 2 else 1.0) for number, (start, stop) in enumerate(gaps))
    left = min(day.x1, *stops)
    return line_box(0, left, day.baseline, end - left, size), stops, doubts
