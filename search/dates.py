"""Dates as people type them in a query: 5/1/2026, 05-01-2026, 2026-01-05, 1/2026, 2026, hôm nay."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from search.analysis import clean, fold
from search.documents import DateRange

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = re.compile(r"(\d{1,2})[/.-](\d{4})")
_YEAR = re.compile(r"\d{4}")


def parse_days(text: str, today: date) -> DateRange | None:
    """The days a text means (day before month, always), or ``None`` when it is not a date."""
    text = "".join(clean(text).split())
    try:
        if match := _DAY.fullmatch(text):
            day = date(int(match[3]), int(match[2]), int(match[1]))
            return DateRange(day, day)
        if match := _ISO_DAY.fullmatch(text):
            day = date(int(match[1]), int(match[2]), int(match[3]))
            return DateRange(day, day)
        if match := _MONTH.fullmatch(text):
            return _month(int(match[2]), int(match[1]))
        if _YEAR.fullmatch(text):
            return DateRange(date(int(text), 1, 1), date(int(text), 12, 31))
    except ValueError:
        return None
    return _relative(fold(text), today)


def _month(year: int, month: int) -> DateRange:
    first = date(year, month, 1)
    return DateRange(first, first.replace(day=monthrange(year, month)[1]))


def _relative(name: str, today: date) -> DateRange | None:
    monday = today - timedelta(days=today.weekday())
    last_month = today.replace(day=1) - timedelta(days=1)
    named = {
        ("homnay", "today"): DateRange(today, today),
        ("homqua", "yesterday"): DateRange(today - timedelta(days=1), today - timedelta(days=1)),
        ("ngaymai", "tomorrow"): DateRange(today + timedelta(days=1), today + timedelta(days=1)),
        ("tuannay", "thisweek"): DateRange(monday, monday + timedelta(days=6)),
        ("tuantruoc", "lastweek"): DateRange(monday - timedelta(days=7), monday - timedelta(days=1)),
        ("thangnay", "thismonth"): _month(today.year, today.month),
        ("thangtruoc", "lastmonth"): _month(last_month.year, last_month.month),
        ("namnay", "thisyear"): DateRange(date(today.year, 1, 1), date(today.year, 12, 31)),
        ("namtruoc", "lastyear"): DateRange(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        ("quahan", "overdue"): DateRange(None, today - timedelta(days=1)),
    }
    return next((days for names, days in named.items() if name in names), None)
