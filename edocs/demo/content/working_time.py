"""Counting in office hours of the demonstration calendar; for placing invented events only.

The product counts deadlines in its own app; this small copy keeps the demonstration text free of a database.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from .calendar import CALENDAR, OFFICE_HOURS

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_SPECIAL = {row.day: row.kind for row in CALENDAR}
_ONE_DAY = timedelta(days=1)
_APART = 300


def is_working_day(day: date) -> bool:
    """Whether the office is open on the day."""
    kind = _SPECIAL.get(day)
    return kind == "working_saturday" if kind else day.weekday() < 5


def working_days(start: date, end: date) -> list[date]:
    """The working days from ``start`` to ``end``, both included."""
    span = (end - start).days
    days = (start + timedelta(days=offset) for offset in range(span + 1))
    return [day for day in days if is_working_day(day)]


def shift_days(day: date, count: int) -> date:
    """The day ``count`` working days after (or, negative, before) ``day``, which is not counted."""
    step = _ONE_DAY if count >= 0 else -_ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def at(day: date, moment: time) -> datetime:
    """The moment of the day in the office's zone."""
    return datetime.combine(day, moment, ZONE)


def latest_open(moment: datetime) -> datetime:
    """The last moment of office time at or before ``moment``."""
    moment = moment.astimezone(ZONE).replace(microsecond=0)
    day = moment.date()
    while True:
        for opens, closes in reversed(_spans(day)):
            if moment > opens:
                return min(moment, closes)
        day -= _ONE_DAY


def random_moment(rng: Random, day: date) -> datetime:
    """A second within the office hours of a working day, not in the last half hour."""
    total = sum(int((closes - opens).total_seconds()) for opens, closes in _spans(day))
    return shift(at(day, OFFICE_HOURS[0][0]), rng.randrange(300, total - 1800))


def shift(moment: datetime, seconds: int) -> datetime:
    """``moment`` moved by so many seconds of office time, forward or (negative) back."""
    return _forward(moment, seconds) if seconds >= 0 else _back(moment, -seconds)


def seconds_between(begin: datetime, end: datetime) -> int:
    """Seconds of office time from ``begin`` to ``end``."""
    total = 0
    day = begin.date()
    while day <= end.date():
        for opens, closes in _spans(day):
            total += max(0, int((min(end, closes) - max(begin, opens)).total_seconds()))
        day += _ONE_DAY
    return total


def spread(rng: Random, begin: datetime, end: datetime, number: int) -> Iterator[datetime]:
    """``number`` different moments of office time strictly between two, in order, minutes apart if there is time."""
    total = seconds_between(begin, end)
    if total < number + 2:
        raise ValueError(f"no room for {number} moments between {begin} and {end}")
    step = max(1, min(_APART, total // (number + 2)))
    for slot in sorted(rng.sample(range(1, total // step), number)):
        yield shift(begin, slot * step - rng.randrange(step) // 2)


def _spans(day: date) -> list[tuple[datetime, datetime]]:
    if not is_working_day(day):
        return []
    return [(at(day, opens), at(day, closes)) for opens, closes in OFFICE_HOURS]


def _forward(moment: datetime, seconds: int) -> datetime:
    day = moment.date()
    while True:
        for opens, closes in _spans(day):
            start = max(moment, opens)
            room = int((closes - start).total_seconds())
            if room > seconds:
                return start + timedelta(seconds=seconds)
            seconds -= max(0, room)
        day += _ONE_DAY


def _back(moment: datetime, seconds: int) -> datetime:
    day = moment.date()
    while True:
        for opens, closes in reversed(_spans(day)):
            stop = min(moment, closes)
            room = int((stop - opens).total_seconds())
            if room > seconds:
                return stop - timedelta(seconds=seconds)
            seconds -= max(0, room)
        day -= _ONE_DAY
