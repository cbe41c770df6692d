"""A day as people here write it: ``05/12/2026``, in every browser.

The browser's own date field follows the language of the browser: in an English one it shows ``12/05/2026`` for the
fifth of December, and no page can change that. So a day is text, and the calendar is opened beside it
(``edocs/js/day.js``).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

DAY_FORMAT = "%d/%m/%Y"
#: what is understood when it is typed or sent
DAY_FORMATS = (DAY_FORMAT, "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%d/%m/%y", "%d%m%Y")


def day_in(text: object) -> dt.date | None:
    """A day that was sent as text; None for anything else."""
    given = str(text or "").strip()
    for one in DAY_FORMATS:
        try:
            return dt.datetime.strptime(given, one).date()
        except ValueError:
            continue
    return None


class DayInput(forms.DateInput):
    """Text with day, month and year; the page adds a button that opens a calendar."""

    input_type = "text"

    def __init__(self, **attributes: Any) -> None:
        marks = {"data-day": True, "inputmode": "numeric", "autocomplete": "off", "maxlength": "10"}
        super().__init__(format=DAY_FORMAT, attrs={"placeholder": _("dd/mm/yyyy"), **marks, **attributes})
