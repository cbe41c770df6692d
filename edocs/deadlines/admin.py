"""The working calendar and the office hours."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from edocs.deadlines.models import CalendarDay, OfficeHours
from edocs.deadlines.office_hours import delete_office_hours, save_office_hours
from edocs.deadlines.services import remove_calendar_day, set_calendar_day
from edocs.office.service_admin import ServiceAdmin, site


class CalendarDayAdmin(ServiceAdmin):
    """Days that are not what their weekday says; the day itself is not moved, it is removed and another one set."""

    list_display = ("day", "kind", "name")
    list_filter = ("kind",)
    search_fields = ("name",)
    date_hierarchy = "day"
    ordering = ("-day",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("day",) if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by: Any = request.user
        row = set_calendar_day(day=obj.day, kind=obj.kind, name=obj.name, by=by)
        obj.pk = row.pk

    @staticmethod
    def delete(*, thing: Any, by: Any) -> None:
        remove_calendar_day(row=thing, by=by)


class OfficeHoursAdmin(ServiceAdmin):
    list_display = ("since", "morning_from", "morning_to", "afternoon_from", "afternoon_to")
    save = staticmethod(save_office_hours)
    delete = staticmethod(delete_office_hours)


site.register(CalendarDay, CalendarDayAdmin)
site.register(OfficeHours, OfficeHoursAdmin)
