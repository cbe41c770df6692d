"""Changing the office hours (domain §6.1): which hours hold from which day on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs.deadlines.models import OfficeHours
from edocs.deadlines.services import CALENDAR_KEY
from edocs.errors import Invalid
from edocs.office.models import Person
from edocs.office.services import delete_catalogue, save_catalogue


def save_office_hours(*, thing: OfficeHours, by: Person, changes: Mapping[str, Any]) -> OfficeHours:
    """Enter hours from a day on; deadlines already set keep their moment.

    Raises NotPermitted, Invalid (the times of the day are not in order).
    """
    with transaction.atomic():
        row = save_catalogue(thing=thing, by=by, changes=changes)
        times = [row.morning_from, row.morning_to, row.afternoon_from, row.afternoon_to]
        if times != sorted(times) or row.morning_from == row.morning_to or row.afternoon_from == row.afternoon_to:
            raise Invalid(_("The hours of the day are not in order. Check morning and afternoon."), field="morning_to")
        transaction.on_commit(lambda: cache.delete(CALENDAR_KEY))
    return row


def delete_office_hours(*, thing: OfficeHours, by: Person) -> None:
    """Take hours away that were entered by mistake; the hours before them hold again."""
    with transaction.atomic():
        delete_catalogue(thing=thing, by=by)
        transaction.on_commit(lambda: cache.delete(CALENDAR_KEY))
