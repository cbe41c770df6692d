"""The working calendar 2024 to 2027, one explicit row for each day that differs from the week.

Source: the Labour Code, Art. 112, and the yearly notices on holidays and exchanged days; Vietnam Culture Day
(24 November) since 2026. The days of 2027 follow the rule; no exchange had been announced when this was written.
"""

from __future__ import annotations

from datetime import date, time

from .model import CalendarDay

OFFICE_HOURS: tuple[tuple[time, time], ...] = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 30)))

_NEW_YEAR = ("Tết Dương lịch", "New Year's Day")
_KINGS = ("Giỗ Tổ Hùng Vương", "Hùng Kings' Commemoration Day")
_VICTORY = ("Ngày Chiến thắng", "Reunification Day")
_LABOUR = ("Ngày Quốc tế Lao động", "International Labour Day")
_NATIONAL = ("Quốc khánh", "National Day")
_CULTURE = ("Ngày Văn hóa Việt Nam", "Vietnam Culture Day")
_LABOUR_CODE = "Điều 112 Bộ luật Lao động 2019"
_NOTICE_2024 = "Thông báo lịch nghỉ Tết, nghỉ lễ năm 2024"
_NOTICE_2025 = "Thông báo lịch nghỉ Tết, nghỉ lễ năm 2025"
_NOTICE_2026 = "Thông báo lịch nghỉ Tết, nghỉ lễ năm 2026"


def _holiday(day: date, names: tuple[str, str], basis: str = _LABOUR_CODE) -> CalendarDay:
    return CalendarDay(day, "holiday", names[0], names[1], basis)


def _in_lieu(day: date, name: str, name_en: str, basis: str) -> CalendarDay:
    return CalendarDay(day, "day_in_lieu", name, name_en, basis)


def _worked(day: date, name: str, name_en: str, basis: str) -> CalendarDay:
    return CalendarDay(day, "working_saturday", name, name_en, basis)


def _tet(year: int, first: tuple[int, int], days: int, eves: int, basis: str) -> tuple[CalendarDay, ...]:
    """The days of Tết: ``eves`` of them before the first day of the lunar year."""
    start = date(year, *first).toordinal()
    rows = []
    for offset in range(days):
        lunar = offset - eves + 1
        name = f"Tết Nguyên đán (mùng {lunar})" if lunar > 0 else "Tết Nguyên đán (trước Giao thừa)"
        if lunar == 0:
            name = "Tết Nguyên đán (ngày cuối năm âm lịch)"
        rows.append(_holiday(date.fromordinal(start + offset), (name, "Lunar New Year"), basis))
    return tuple(rows)


CALENDAR: tuple[CalendarDay, ...] = (
    # 2024
    _holiday(date(2024, 1, 1), _NEW_YEAR),
    *_tet(2024, (2, 8), 7, 2, _NOTICE_2024),
    _holiday(date(2024, 4, 18), _KINGS),
    _in_lieu(date(2024, 4, 29), "Nghỉ hoán đổi với thứ Bảy 04/5", "Exchanged with Saturday 4 May", _NOTICE_2024),
    _holiday(date(2024, 4, 30), _VICTORY),
    _holiday(date(2024, 5, 1), _LABOUR),
    _worked(date(2024, 5, 4), "Làm bù cho thứ Hai 29/4", "Worked for Monday 29 April", _NOTICE_2024),
    _holiday(date(2024, 9, 2), _NATIONAL),
    _holiday(date(2024, 9, 3), _NATIONAL),
    # 2025
    _holiday(date(2025, 1, 1), _NEW_YEAR),
    *_tet(2025, (1, 27), 6, 2, _NOTICE_2025),
    _holiday(date(2025, 4, 7), _KINGS),
    _worked(date(2025, 4, 26), "Làm bù cho thứ Sáu 02/5", "Worked for Friday 2 May", _NOTICE_2025),
    _holiday(date(2025, 4, 30), _VICTORY),
    _holiday(date(2025, 5, 1), _LABOUR),
    _in_lieu(date(2025, 5, 2), "Nghỉ hoán đổi với thứ Bảy 26/4", "Exchanged with Saturday 26 April", _NOTICE_2025),
    _holiday(date(2025, 9, 1), _NATIONAL),
    _holiday(date(2025, 9, 2), _NATIONAL),
    # 2026
    _holiday(date(2026, 1, 1), _NEW_YEAR),
    _in_lieu(
        date(2026, 1, 2),
        "Nghỉ hoán đổi với thứ Bảy 10/01",
        "Exchanged with Saturday 10 January",
        _NOTICE_2026,
    ),
    _worked(date(2026, 1, 10), "Làm bù cho thứ Sáu 02/01", "Worked for Friday 2 January", _NOTICE_2026),
    *_tet(2026, (2, 16), 5, 1, _NOTICE_2026),
    _holiday(date(2026, 4, 26), _KINGS),
    _in_lieu(date(2026, 4, 27), "Nghỉ bù Giỗ Tổ Hùng Vương", "In lieu of Hùng Kings' Day", _LABOUR_CODE),
    _holiday(date(2026, 4, 30), _VICTORY),
    _holiday(date(2026, 5, 1), _LABOUR),
    _worked(date(2026, 8, 22), "Làm bù cho thứ Hai 31/8", "Worked for Monday 31 August", _NOTICE_2026),
    _in_lieu(date(2026, 8, 31), "Nghỉ hoán đổi với thứ Bảy 22/8", "Exchanged with Saturday 22 August", _NOTICE_2026),
    _holiday(date(2026, 9, 1), _NATIONAL),
    _holiday(date(2026, 9, 2), _NATIONAL),
    _holiday(date(2026, 11, 24), _CULTURE),
    # 2027
    _holiday(date(2027, 1, 1), _NEW_YEAR),
    *_tet(2027, (2, 4), 7, 2, _LABOUR_CODE),
    _holiday(date(2027, 4, 16), _KINGS),
    _holiday(date(2027, 4, 30), _VICTORY),
    _holiday(date(2027, 5, 1), _LABOUR),
    _in_lieu(date(2027, 5, 3), "Nghỉ bù Ngày Quốc tế Lao động", "In lieu of Labour Day", _LABOUR_CODE),
    _holiday(date(2027, 9, 2), _NATIONAL),
    _holiday(date(2027, 9, 3), _NATIONAL),
    _holiday(date(2027, 11, 24), _CULTURE),
)
