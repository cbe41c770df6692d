"""How deadlines and states of work are shown: the attributes that the components of the pages read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from edocs.deadlines.services import WorkingCalendar
from edocs.ui import exact_moment
from edocs.workflow.models import Assignment, AssignmentState, Submission, SubmissionState

Text = str | Promise


@dataclass(frozen=True, slots=True)
class DueMark:
    """A deadline: how near (late, today, later), in words, and the exact moment."""

    kind: str
    label: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class StateMark:
    """A state as word, icon and colour."""

    label: Text
    icon: str = "point"
    tone: str = "grey"
    title: Text = ""


def due_mark(due_at: dt.datetime | None, *, now: dt.datetime, calendar: WorkingCalendar) -> DueMark | None:
    """The chip of a deadline, counted in working days of the office; None without one."""
    if due_at is None:
        return None
    due_day, today = timezone.localtime(due_at).date(), timezone.localtime(now).date()
    days = abs(calendar.between(today, due_day))
    hour = date_format(timezone.localtime(due_at), "H:i")
    if due_at < now:
        label = ngettext("%(n)d working day late", "%(n)d working days late", days) % {"n": days}
        return DueMark(
            "late", label if days else gettext("Late since %(moment)s") % {"moment": hour}, exact_moment(due_at)
        )
    if due_day == today:
        return DueMark("today", gettext("Today %(hour)s") % {"hour": hour}, exact_moment(due_at))
    label = ngettext("In %(n)d working day", "In %(n)d working days", days) % {"n": days}
    return DueMark("later", label if days else f"{hour} {due_day:%d/%m}", exact_moment(due_at))


_WORK = {
    AssignmentState.NEW: ("circle-dashed", "grey"),
    AssignmentState.IN_PROGRESS: ("progress", "blue"),
    AssignmentState.DONE: ("check", "green"),
    AssignmentState.RETURNED: ("arrow-back-up", "amber"),
    AssignmentState.RECALLED: ("arrow-back", "grey"),
}
_BEFORE_LEADER = {
    SubmissionState.OPEN: ("clock", "amber"),
    SubmissionState.INSTRUCTED: ("check", "green"),
    SubmissionState.FORWARDED: ("arrow-forward-up", "grey"),
    SubmissionState.RETURNED: ("arrow-back-up", "amber"),
}


def work_mark(assignment: Assignment) -> StateMark:
    """The state of a piece of work; when it ended, with the day."""
    state = AssignmentState(assignment.state)
    icon, tone = _WORK[state]
    label: Text = state.label
    if state == AssignmentState.DONE and assignment.ended_at is not None:
        label = _("Done %(day)s") % {"day": date_format(timezone.localtime(assignment.ended_at), "d/m")}
    return StateMark(label, icon, tone)


def submission_mark(submission: Submission) -> StateMark:
    """Whether the leader has answered."""
    icon, tone = _BEFORE_LEADER[SubmissionState(submission.state)]
    return StateMark(SubmissionState(submission.state).label, icon, tone)
