"""Counting working time and setting, extending and explaining due times (domain §6.1, §6.3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.deadlines.models import CalendarDay, DayKind, Deadline, Extension, ExtensionState, OfficeHours
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.journal.services import record
from edocs.office.models import Person

DEFAULT_END = dt.time(17, 30)
FRIDAY = 4


@dataclass(frozen=True)
class WorkingCalendar:
    """The days that are not what their weekday says, and the end of the working day; a value, easy to pass on."""

    special: dict[dt.date, str]
    end: dt.time = DEFAULT_END

    def is_working(self, day: dt.date) -> bool:
        """True when the office works on ``day``."""
        kind = self.special.get(day)
        if kind is not None:
            return kind == DayKind.WORKING
        return day.weekday() <= FRIDAY

    def add(self, start: dt.date, days: int) -> dt.date:
        """The ``days``-th working day after ``start``; the first day is not counted (Civil Code, Art. 147)."""
        day = start
        while days > 0:
            day += dt.timedelta(days=1)
            if self.is_working(day):
                days -= 1
        return self.next_working(day)

    def next_working(self, day: dt.date) -> dt.date:
        """``day`` itself, or the next working day: a term that ends on a day off ends then (Civil Code, Art. 148)."""
        while not self.is_working(day):
            day += dt.timedelta(days=1)
        return day

    def between(self, start: dt.date, end: dt.date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` lies before."""
        if end < start:
            return -self.between(end, start)
        days = (start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(self.is_working(day) for day in days)

    def end_of(self, day: dt.date) -> dt.datetime:
        """The moment the working day ends, aware."""
        return timezone.make_aware(dt.datetime.combine(day, self.end))


CALENDAR_KEY = "deadlines.calendar"


def working_calendar() -> WorkingCalendar:
    """The calendar as it stands (kept for a minute; two statements when read)."""
    kept: WorkingCalendar | None = cache.get(CALENDAR_KEY)
    if kept is None:
        special = dict(CalendarDay.objects.values_list("day", "kind"))
        hours = OfficeHours.objects.filter(since__lte=clock.today()).order_by("-since").first()
        kept = WorkingCalendar(special, hours.afternoon_to if hours else DEFAULT_END)
        cache.set(CALENDAR_KEY, kept, 60)
    return kept


def set_calendar_day(*, day: dt.date, kind: str, name: str, by: Person) -> CalendarDay:
    """Enter or change a special day; deadlines already set keep their moment (domain §6.1, Storms)."""
    _administrators_only(by)
    with transaction.atomic():
        old = CalendarDay.objects.filter(day=day).first()
        row, _created = CalendarDay.objects.update_or_create(day=day, defaults={"kind": kind, "name": name})
        before = {"kind": old.kind, "name": old.name} if old else None
        record("calendar.set", row, by=by, before=before, after={"day": day, "kind": kind, "name": name})
        transaction.on_commit(lambda: cache.delete(CALENDAR_KEY))
    return row


def remove_calendar_day(*, row: CalendarDay, by: Person) -> None:
    """Make a day again what its weekday says."""
    _administrators_only(by)
    with transaction.atomic():
        record("calendar.remove", row, by=by, before={"day": row.day, "kind": row.kind, "name": row.name})
        row.delete()
        transaction.on_commit(lambda: cache.delete(CALENDAR_KEY))


def _administrators_only(by: Person) -> None:
    if not by.has_role("administrator"):
        raise NotPermitted(_("Only an administrator changes the working calendar."))


def due_after(working_days: int, *, start: dt.datetime | None = None) -> dt.datetime:
    """End of the ``working_days``-th working day after the day of ``start`` (aware; default now)."""
    calendar = working_calendar()
    first = timezone.localtime(start or clock.now()).date()
    return calendar.end_of(calendar.add(first, working_days))


def set_deadline(
    *,
    by: Person,
    working_days: int | None = None,
    due_at: dt.datetime | None = None,
    no_later_than: Deadline | None = None,
) -> Deadline:
    """Make a deadline by a number of working days or a moment; an inner one is not later than the one above it."""
    moment = clock.now()
    if working_days is not None:
        due_at = due_after(working_days, start=moment)
    if due_at is None or due_at <= moment:
        raise Invalid(_("The deadline lies in the past. Choose a later day."), field="due")
    if no_later_than is not None and due_at > no_later_than.due_at:
        raise Invalid(
            _("The deadline is later than the one set above (%(due)s). Choose that day or an earlier one.")
            % {"due": f"{timezone.localtime(no_later_than.due_at):%H:%M %d/%m/%Y}"},
            field="due",
        )
    return Deadline.objects.create(
        rule="working_days" if working_days is not None else "date",
        working_days=working_days,
        counted_from=moment,
        due_at=due_at,
        first_due_at=due_at,
        set_by=by,
    )


def ask_extension(*, deadline: Deadline, wanted: dt.datetime, reason: str, by: Person) -> Extension:
    """Ask for more time. The caller has checked that ``by`` holds the work (domain §6.3)."""
    if wanted <= deadline.due_at:
        raise Invalid(_("The day you ask for is not later than the present deadline."), field="wanted")
    if len(reason.strip()) < 5:
        raise Invalid(_("Say why more time is needed (at least 5 characters)."), field="reason")
    with transaction.atomic():
        if deadline.extensions.select_for_update().filter(state=ExtensionState.ASKED).exists():
            raise WrongState(_("More time was already asked for; wait for the answer."))
        asked = Extension.objects.create(
            deadline=deadline, asked_by=by, asked_at=clock.now(), wanted=wanted, reason=reason.strip()
        )
        record("extension.ask", asked, by=by, after={"wanted": wanted, "reason": asked.reason})
    return asked


def decide_extension(*, extension: Extension, grant: bool, answer: str, by: Person) -> Extension:
    """Grant or refuse more time; only whoever set the deadline may (domain §1.7)."""
    with transaction.atomic():
        fresh = Extension.objects.select_for_update().select_related("deadline").get(pk=extension.pk)
        if fresh.deadline.set_by_id != by.pk:
            raise NotPermitted(_("Only the person who set the deadline grants or refuses more time."))
        if fresh.state != ExtensionState.ASKED:
            raise WrongState(_("This request was already answered."))
        if not grant and len(answer.strip()) < 5:
            raise Invalid(_("Say why more time is refused (at least 5 characters)."), field="answer")
        fresh.state = ExtensionState.GRANTED if grant else ExtensionState.REFUSED
        fresh.decided_by, fresh.decided_at, fresh.answer = by, clock.now(), answer.strip()
        fresh.save()
        before: dict[str, Any] = {"due_at": fresh.deadline.due_at}
        if grant:
            fresh.deadline.due_at = fresh.wanted
            fresh.deadline.extended += 1
            fresh.deadline.save(update_fields=["due_at", "extended"])
        record("extension.decide", fresh, by=by, before=before, after={"granted": grant, "wanted": fresh.wanted})
    return fresh
