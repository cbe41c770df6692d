"""What a page is made of, as plain data: views build these, the tags of ``templatetags/ed.py`` draw them.

Nothing here asks the database or knows an app. Any object with the same attributes may be given instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext, pgettext_lazy

Text = str | Promise
ToastTone = Literal["ok", "bad", "look", "plain"]
Tone = Literal["grey", "blue", "green", "amber", "red", "violet"]


# --- deadlines ------------------------------------------------------------------------------------------------------
class DueKind(StrEnum):
    """How near a deadline is; decides colour and icon of its chip."""

    LATE = "late"
    TODAY = "today"
    LATER = "later"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as it is shown: the chip's words; in the title and in print the exact moment.

    ``long`` is for the head of a document, where there is room to say that working days are counted.
    """

    kind: DueKind
    label: str
    title: str = ""
    long: str = ""


WEEKDAYS = (
    pgettext_lazy("weekday", "Monday"),
    pgettext_lazy("weekday", "Tuesday"),
    pgettext_lazy("weekday", "Wednesday"),
    pgettext_lazy("weekday", "Thursday"),
    pgettext_lazy("weekday", "Friday"),
    pgettext_lazy("weekday", "Saturday"),
    pgettext_lazy("weekday", "Sunday"),
)


def exact_moment(moment: dt.datetime) -> str:
    """``17:00 thứ Năm 08/10/2026``: hour, day of the week and date in the office's time zone."""
    local = timezone.localtime(moment)
    return f"{date_format(local, 'H:i')} {WEEKDAYS[local.weekday()]} {date_format(local, 'd/m/Y')}"


def due_of(due_at: dt.datetime | None, *, now: dt.datetime, working_days: int) -> Due:
    """The chip of a deadline.

    ``working_days`` is how many working days lie between ``now`` and ``due_at`` by the office's calendar: counted by
    the caller (``edocs.deadlines``), never negative. Both moments are aware.
    """
    if due_at is None:
        return Due(DueKind.NONE, pgettext("due", "No deadline"))
    local = timezone.localtime(due_at)
    title = exact_moment(due_at)
    if due_at < now:
        if not working_days:
            return Due(DueKind.LATE, gettext("Late since %(moment)s") % {"moment": _short(local, now)}, title)
        label = ngettext("%(n)d day late", "%(n)d days late", working_days) % {"n": working_days}
        long = ngettext("%(n)d working day late", "%(n)d working days late", working_days) % {"n": working_days}
        return Due(DueKind.LATE, label, title, long)
    if local.date() == timezone.localtime(now).date():
        return Due(DueKind.TODAY, gettext("Today %(hour)s") % {"hour": date_format(local, "H:i")}, title)
    if not working_days:
        return Due(DueKind.LATER, _short(local, now), title)
    label = ngettext("In %(n)d day", "In %(n)d days", working_days) % {"n": working_days}
    long = ngettext("In %(n)d working day", "In %(n)d working days", working_days) % {"n": working_days}
    return Due(DueKind.LATER, label, title, long)


def _short(local: dt.datetime, now: dt.datetime) -> str:
    """The hour when it is today, else hour and day."""
    same_day = local.date() == timezone.localtime(now).date()
    return date_format(local, "H:i" if same_day else "H:i d/m")


# --- marks ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class State:
    """A state as icon + word + colour, never colour alone."""

    label: Text
    icon: str = "point"
    tone: Tone = "grey"
    title: Text = ""


@dataclass(frozen=True, slots=True)
class Urgency:
    """A degree of urgency, drawn like its stamp."""

    label: Text
    icon: str


# Decree 30/2020, Appendix I: khẩn, thượng khẩn, hỏa tốc; the numbers are those of edXML's Priority.
URGENCIES = {
    1: Urgency(gettext_lazy("URGENT"), "bolt"),
    2: Urgency(gettext_lazy("VERY URGENT"), "bolt"),
    3: Urgency(gettext_lazy("EXPRESS"), "flame"),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value read by machine and not yet confirmed: where it came from, and the box on the page that shows it."""

    place: Text
    spot: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many things wait; ``red`` of them are overdue or urgent."""

    total: int = 0
    red: int = 0


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One line of the bell. ``key`` grows with time, so that a page can ask for what came after it."""

    key: int
    text: str
    url: str
    at: dt.datetime
    unread: bool = True
    tone: ToastTone = "plain"


# --- lists ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class QueueRow:
    """A row of a queue: line 1 urgency, number, from whom, due or state; line 2 summary and my role."""

    url: str
    number: str
    sender: str
    summary: str
    key: str = ""
    role: Text = ""
    due: Due | None = None
    state: State | None = None
    urgency: int = 0
    unread: bool = False
    current: bool = False
    preview_url: str = ""
    tick: str = ""
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """Rows under one heading. ``total`` may be more than the rows shown; then ``more_url`` leads to the rest."""

    label: Text
    rows: Sequence[QueueRow]
    total: int = 0
    icon: str = ""
    hint: Text = ""
    late: bool = False
    more_url: str = ""
    more_label: Text = ""


@dataclass(frozen=True, slots=True)
class Keyset:
    """The ends of a page of a long list, without counting it: addresses of the neighbours, empty where none is."""

    shown: int
    first_url: str = ""
    previous_url: str = ""
    next_url: str = ""
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter and the address without it."""

    label: Text
    remove_url: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab is a link: it has an address, can be sent and reloaded."""

    label: Text
    url: str
    current: bool = False
    count: int | None = None


# --- the course of a document ---------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class TreeNode:
    """Who was asked, by when, and what came of it; ``children`` are those whom they asked in turn."""

    who: str
    initials: str = ""
    unit: bool = False
    icon: str = ""
    role: Text = ""
    text: str = ""
    at: dt.datetime | None = None
    hint: Text = ""
    due: Due | None = None
    state: State | None = None
    mine: bool = False
    children: Sequence[TreeNode] = ()


# --- the viewer -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ViewerPage:
    """One page as an image. ``width`` and ``height`` only give the proportion; ``large_url`` is used when zoomed in.

    ``text_url`` answers ``{"words": [[x, y, width, height, "text"], …]}`` in fractions of the page, from the top left.
    """

    number: int
    url: str
    width: float
    height: float
    large_url: str = ""
    thumb_url: str = ""
    text_url: str = ""


@dataclass(frozen=True, slots=True)
class ViewerBox:
    """Something drawn over a page, in fractions (0 to 1) of it from the top left.

    ``kind``: ``spot`` (place of a suggested field), ``place`` (signature or seal, to be moved), ``fill`` (number or
    date that will be written), ``pin`` (number of a verdict). ``name`` ties it to a field or to hidden inputs.
    """

    page: int
    x: float
    y: float
    width: float
    height: float
    kind: Literal["spot", "place", "fill", "pin"] = "spot"
    name: str = ""
    label: Text = ""
    tone: Tone = "blue"
    round: bool = False


@dataclass(frozen=True, slots=True)
class ViewedFile:
    """A file in the viewer. Without pages ``waiting`` says why (being made, or cannot be shown).

    ``find_url`` answers where words stand; ``find`` is looked for at once, beginning with ``find_page``.
    """

    title: str
    pages: Sequence[ViewerPage] = ()
    boxes: Sequence[ViewerBox] = field(default_factory=tuple)
    download_url: str = ""
    original_url: str = ""
    waiting: Text = ""
    poll_url: str = ""
    find_url: str = ""
    find: str = ""
    find_page: int = 1
