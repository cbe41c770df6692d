"""By when an answer is asked for: "trước ngày 23/10/2026", "chậm nhất ngày 23 tháng 10 năm 2026"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from edocs.limited.results import Word

from .head import real_date
from .lines import Row, Sheet, fold
from .results import Suggestion, place_of_words, sure_if

_BY = re.compile(
    r"(?:truoc|cham nhat|muon nhat|han cuoi|han chot|thoi han|den het|xong)"
    r"(?:\s+(?:la|den|vao|het|cuoi|truoc|:))*"
    r"(?:\s+\d{1,2}\s*(?:gio|h|:)\s*\d{0,2}\s*(?:phut)?,?)?"
    r"\s+(?:ngay\s+)?(\d{1,2})"
    r"(?:\s*[-/.]\s*(\d{1,2})(?:\s*[-/.]\s*(\d{4}))?|\s+thang\s+(\d{1,2})(?:\s+nam\s+(\d{4}))?)"
)
_ASKED = re.compile(
    r"tra loi|phan hoi|gui|bao cao|gop y|y kien|dang ky|hoan thanh|nop|tong hop|cung cap|giai quyet|xu ly|de nghi"
)
_LONGEST = timedelta(days=400)


def reply_by(sheets: Iterable[Sheet], issued_on: date | None) -> Suggestion[date] | None:
    """The first date by which something is asked for; a date before the document's own is not one."""
    likely: Suggestion[date] | None = None
    for sheet in sheets:
        text, starts = _running_text(sheet.rows)
        folded = fold(text)
        for match in _BY.finditer(folded):
            year = match[3] or match[5]
            day = real_date(match[1], match[2] or match[4], year or str((issued_on or date.min).year))
            if day is None or (not year and issued_on is None) or not _reasonable(day, issued_on):
                continue
            asked = _ASKED.search(folded[max(0, match.start() - 160) : match.end() + 80])
            if issued_on is None and not asked:
                continue
            certain = bool(year and issued_on and asked)
            words = _words(sheet.rows, starts, match.span())
            place = place_of_words(sheet.page, words, sheet.placed, text[slice(*match.span())])
            found = Suggestion(day, sure_if(certain), place, text[slice(*match.span())])
            if certain:
                return found
            likely = likely or found
    return likely


def _reasonable(day: date, issued_on: date | None) -> bool:
    return issued_on is None or issued_on <= day <= issued_on + _LONGEST


def _running_text(rows: tuple[Row, ...]) -> tuple[str, list[int]]:
    """The rows as one text, and where in it each begins."""
    starts, at = [], 0
    for row in rows:
        starts.append(at)
        at += len(row.text) + 1
    return " ".join(row.text for row in rows), starts


def _words(rows: tuple[Row, ...], starts: list[int], span: tuple[int, int]) -> list[Word]:
    found: list[Word] = []
    for row, start in zip(rows, starts, strict=True):
        found += row.between(span[0] - start, span[1] - start)
    return found
