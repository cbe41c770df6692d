"""Working time (domain §6.1): weekends, holidays, days in lieu, make-up Saturdays, Tet, terms that end on a day off."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache

from edocs import clock
from edocs.deadlines.models import CalendarDay, Deadline, OfficeHours
from edocs.deadlines.services import (
    WorkingCalendar,
    due_after,
    remove_calendar_day,
    set_calendar_day,
    set_deadline,
    working_calendar,
)
from edocs.errors import Invalid, NotPermitted
from edocs.journal.models import Event
from tests.factories import Office, moment

#: 2026 as announced: (month, day) -> kind
SPECIAL_2026 = {
    (1, 1): "holiday",
    (1, 2): "in_lieu",
    (1, 10): "working",
    **dict.fromkeys([(2, 16), (2, 17), (2, 18), (2, 19), (2, 20)], "holiday"),
    (4, 27): "in_lieu",
    (4, 30): "holiday",
    (5, 1): "holiday",
    (8, 22): "working",
    (8, 31): "in_lieu",
    (9, 1): "holiday",
    (9, 2): "holiday",
    (11, 24): "holiday",
}


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.fixture
def year() -> WorkingCalendar:
    return WorkingCalendar({dt.date(2026, *day): kind for day, kind in SPECIAL_2026.items()})


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-01-05", True),  # an ordinary Monday
        ("2026-01-03", False),  # an ordinary Saturday
        ("2026-01-02", False),  # Friday off, swapped for ...
        ("2026-01-10", True),  # ... this Saturday
        ("2026-02-13", True),  # last day before Tet
        ("2026-02-16", False),
        ("2026-02-20", False),
        ("2026-02-23", True),
        ("2026-04-26", False),  # Hung Kings on a Sunday
        ("2026-04-27", False),  # its day in lieu
        ("2026-08-22", True),
        ("2026-08-31", False),
        ("2026-11-24", False),  # Vietnam Culture Day
    ],
)
def test_which_days_are_worked(year: WorkingCalendar, day: str, works: bool) -> None:
    assert year.is_working(d(day)) is works


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-01-05", 1, "2026-01-06"),  # the first day is not counted
        ("2026-01-08", 3, "2026-01-12"),  # over a make-up Saturday: Fri 9, Sat 10, Mon 12
        ("2025-12-31", 1, "2026-01-05"),  # over New Year, the swapped Friday and the weekend
        ("2026-02-12", 2, "2026-02-23"),  # over Tet: Fri 13, then Mon 23
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-14", 1, "2026-02-23"),  # begins on a Saturday
        ("2026-04-24", 3, "2026-05-04"),  # Tue 28, Wed 29, then over 30 Apr, 1 May and the weekend
        ("2026-08-21", 2, "2026-08-24"),  # Sat 22 is worked
        ("2026-08-28", 2, "2026-09-04"),  # Mon 31 off, 1 and 2 Sep off: Thu 3, Fri 4
        ("2026-11-23", 1, "2026-11-25"),
        ("2026-02-18", 0, "2026-02-23"),  # no days: the next day that is worked (Civil Code, Art. 148)
    ],
)
def test_terms_in_working_days(year: WorkingCalendar, start: str, days: int, due: str) -> None:
    assert year.add(d(start), days) == d(due)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-02-13", "2026-02-23", 1),
        ("2026-02-23", "2026-02-13", -1),
        ("2026-01-05", "2026-01-05", 0),
        ("2026-01-05", "2026-01-12", 6),
    ],
)
def test_working_days_between(year: WorkingCalendar, start: str, end: str, days: int) -> None:
    assert year.between(d(start), d(end)) == days


def test_adding_and_counting_agree_on_every_day_of_the_year(year: WorkingCalendar) -> None:
    for offset in range(365):
        start = d("2026-01-01") + dt.timedelta(days=offset)
        for days in (1, 3, 10, 15):
            assert year.between(start, year.add(start, days)) == days


# --- as it is stored ------------------------------------------------------------------------------------------------
def test_a_term_ends_with_the_working_day_in_vietnam(office: Office) -> None:
    with clock.at(moment("2026-10-13", "08:30")):
        assert due_after(3) == moment("2026-10-16", "17:30")
        assert due_after(3).utcoffset() is not None


def test_late_at_night_is_still_that_day_in_vietnam(office: Office) -> None:
    """23:30 in Hanoi is 16:30 UTC of the same day; 00:30 is the day before in UTC."""
    assert due_after(1, start=moment("2026-10-13", "23:30")) == moment("2026-10-14", "17:30")
    assert due_after(1, start=moment("2026-10-14", "00:30")) == moment("2026-10-15", "17:30")


def test_office_hours_hold_from_their_day_on(office: Office) -> None:
    OfficeHours.objects.create(
        since=d("2026-06-01"),
        morning_from=dt.time(7),
        morning_to=dt.time(11, 30),
        afternoon_from=dt.time(13),
        afternoon_to=dt.time(16, 30),
    )
    with clock.at(moment("2026-05-04")):
        assert due_after(1) == moment("2026-05-05", "17:30")
    cache.clear()
    with clock.at(moment("2026-06-02")):
        assert due_after(1) == moment("2026-06-03", "16:30")


def test_a_storm_closes_the_office_but_moves_no_deadline_that_was_told(
    office: Office, django_capture_on_commit_callbacks: object
) -> None:
    with clock.at(moment("2026-10-13", "08:30")):
        told = set_deadline(by=office.director, working_days=2)
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            set_calendar_day(day=d("2026-10-14"), kind="closed", name="Bão số 9", by=office.admin)
        assert Deadline.objects.get(pk=told.pk).due_at == moment("2026-10-15", "17:30")
        assert set_deadline(by=office.director, working_days=2).due_at == moment("2026-10-16", "17:30")
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            remove_calendar_day(row=CalendarDay.objects.get(day=d("2026-10-14")), by=office.admin)
        assert working_calendar().is_working(d("2026-10-14"))
    assert {"calendar.set", "calendar.remove"} <= set(Event.objects.values_list("verb", flat=True))


def test_only_administrators_change_the_calendar(office: Office) -> None:
    with pytest.raises(NotPermitted):
        set_calendar_day(day=d("2026-10-14"), kind="closed", name="x", by=office.director)
    row = CalendarDay.objects.get()
    with pytest.raises(NotPermitted):
        remove_calendar_day(row=row, by=office.clerk)
    assert CalendarDay.objects.filter(pk=row.pk).exists()


def test_changing_a_day_keeps_what_it_was_in_the_journal(office: Office) -> None:
    set_calendar_day(day=d("2026-10-14"), kind="closed", name="Bão số 9", by=office.admin)
    set_calendar_day(day=d("2026-10-14"), kind="holiday", name="Lễ", by=office.admin)
    assert Event.objects.latest("pk").before == {"kind": "closed", "name": "Bão số 9"}
    assert CalendarDay.objects.filter(day=d("2026-10-14")).count() == 1


def test_a_deadline_in_the_past_is_refused(office: Office) -> None:
    with clock.at(moment("2026-10-13", "08:30")):
        for due in (moment("2026-10-13", "08:30"), moment("2026-10-12"), None):
            with pytest.raises(Invalid):
                set_deadline(by=office.director, due_at=due)


def test_an_inner_deadline_is_not_later_than_the_one_above(office: Office) -> None:
    with clock.at(moment("2026-10-13", "08:30")):
        above = set_deadline(by=office.director, working_days=3)
        assert set_deadline(by=office.head, working_days=3, no_later_than=above).due_at == above.due_at
        with pytest.raises(Invalid) as refused:
            set_deadline(by=office.head, working_days=4, no_later_than=above)
    assert refused.value.field == "due"
