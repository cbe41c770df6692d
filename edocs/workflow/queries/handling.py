"""What waits for a person in the handling of incoming documents. Each list is one statement, whatever its length."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.deadlines.models import Extension, ExtensionState
from edocs.documents.choices import State, Urgency
from edocs.documents.models import Document, View
from edocs.office.models import Person, Unit
from edocs.workflow.models import (
    OPEN_ASSIGNMENT,
    Assignment,
    AssignmentRole,
    AssignmentState,
    Submission,
    SubmissionState,
)
from edocs.workflow.queries.actions import Action, Actions, actions_for
from edocs.workflow.queries.course import CourseNode, course_tree

__all__ = [
    "Action",
    "Actions",
    "Course",
    "CourseNode",
    "Queue",
    "actions_for",
    "count_to_instruct",
    "count_work",
    "course_tree",
    "my_queue",
    "to_instruct",
]

Course = list[CourseNode]
#: rows shown of each list; the totals count all
SHOWN = 100
#: documents on which work can go on
LIVE = (State.REGISTERED, State.WITH_LEADER, State.ASSIGNED, State.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Item:
    """A row of a queue about one document."""

    document: Document
    from_name: str
    due_at: dt.datetime | None = None
    role: str | Promise = ""
    assignment_id: int | None = None
    state: str = ""
    unread: bool = False
    #: the lead below is done and the holder has to confirm it
    to_confirm: bool = False
    #: whose work it is, where that is not the person who asks
    holder_name: str = ""


@dataclass(frozen=True, slots=True)
class ToInstruct:
    """A document before a leader; ``returned`` when it came back from work with a reason."""

    submission_id: int
    document: Document
    from_name: str
    note: str
    at: dt.datetime
    proposed_lead: Unit | None
    unread: bool
    returned: bool


@dataclass(frozen=True, slots=True)
class TimeAsked:
    """A request for more time that waits for this person's answer."""

    extension: Extension
    document: Document
    holder_name: str


@dataclass(frozen=True, slots=True)
class Group:
    """Part of a queue; ``total`` may be more than the rows."""

    name: str
    label: str | Promise
    rows: list[Item] = field(default_factory=list)
    total: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """Everything about incoming documents that waits for one person."""

    groups: list[Group]
    to_instruct: list[ToInstruct]
    time_asked: list[TimeAsked]
    passed_on: list[Item]
    unit_overdue: list[Item]
    information: list[Item]
    to_instruct_total: int = 0

    @property
    def empty(self) -> bool:
        lists = (self.to_instruct, self.time_asked, self.passed_on, self.unit_overdue, self.information)
        return not any(group.rows for group in self.groups) and not any(lists)


GROUPS = (
    ("overdue", _("Overdue")),
    ("today", _("Today")),
    ("this_week", _("This week")),
    ("later", _("Later")),
    ("no_deadline", _("No deadline")),
)


def my_queue(person: Person, now: dt.datetime | None = None) -> Queue:
    """What waits for a person, in nine statements at most; for somebody on whose behalf one acts, pass that person."""
    now = now or clock.now()
    if not person.is_active:
        return Queue([Group(name, label) for name, label in GROUPS], [], [], [], [], [])
    duties = _duties_of(person)
    own = duties.filter(~_has_lead_below(*OPEN_ASSIGNMENT))
    submissions = _before(person)
    return Queue(
        groups=_groups(own, now),
        to_instruct=_to_instruct(submissions),
        to_instruct_total=submissions.count(),
        time_asked=_time_asked(person),
        passed_on=_items(_by_due(duties.filter(_has_lead_below(*OPEN_ASSIGNMENT)))[:SHOWN]),
        unit_overdue=_items(_by_due(_overdue_in_units(person, now))[:SHOWN]),
        information=_items(_information_for(person).order_by("-id")[:SHOWN]),
    )


def to_instruct(person: Person) -> list[ToInstruct]:
    """Documents before a leader, urgent ones first, then those with the earliest reply date, then the oldest."""
    return _to_instruct(_before(person)) if person.is_active else []


def count_work(person: Person) -> tuple[int, int]:
    """Open duties of a person and how many of them are overdue (one statement)."""
    own = _duties_of(person).filter(~_has_lead_below(*OPEN_ASSIGNMENT))
    found = own.aggregate(total=Count("pk"), late=Count("pk", filter=Q(deadline__due_at__lt=clock.now())))
    return found["total"], found["late"]


def count_to_instruct(person: Person) -> tuple[int, int]:
    """Documents before a leader and how many of them are urgent (one statement)."""
    found = _before(person).aggregate(
        total=Count("pk"), urgent=Count("pk", filter=Q(document__urgency__gt=Urgency.NORMAL))
    )
    return found["total"], found["urgent"]


# --- the pieces -----------------------------------------------------------------------------------------------------
def _open(person: Person, *, states: Sequence[str] = LIVE) -> QuerySet[Assignment]:
    """Open assignments with what their rows show; ``person`` is whose reading counts as read."""
    views = View.objects.filter(document=OuterRef("document"), person=person)
    return (
        Assignment.objects.filter(state__in=OPEN_ASSIGNMENT, document__state__in=states)
        .select_related("document", "deadline", "instruction__author", "person", "unit")
        .annotate(
            passed=_has_lead_below(*OPEN_ASSIGNMENT),
            proposed=_has_lead_below(AssignmentState.DONE),
            seen=Exists(views),
        )
    )


def _has_lead_below(*states: str) -> Exists:
    below = Assignment.objects.filter(parent=OuterRef("pk"), role=AssignmentRole.LEAD, state__in=states)
    return Exists(below)


def _held_by(person: Person, *, states: Sequence[str] = LIVE) -> QuerySet[Assignment]:
    """Given to the person or to a unit they head."""
    headed = Unit.objects.filter(head=person).values("pk")
    return _open(person, states=states).filter(Q(person=person) | Q(unit__in=headed))


def _duties_of(person: Person) -> QuerySet[Assignment]:
    """Work that has to be done, whether passed on or not."""
    return _held_by(person).exclude(role=AssignmentRole.INFORM)


def _information_for(person: Person) -> QuerySet[Assignment]:
    """What is only to be known and was not read yet; it stays when the document is done."""
    return _held_by(person, states=(*LIVE, State.DONE)).filter(role=AssignmentRole.INFORM)


def _overdue_in_units(person: Person, now: dt.datetime) -> QuerySet[Assignment]:
    """Overdue work of the people in the units this person heads."""
    headed = Unit.objects.filter(head=person).values("pk")
    return (
        _open(person)
        .filter(person__unit__in=headed, deadline__due_at__lt=now)
        .exclude(person=person)
        .exclude(role=AssignmentRole.INFORM)
    )


def _before(person: Person) -> QuerySet[Submission]:
    return Submission.objects.filter(to=person, state=SubmissionState.OPEN, document__state=State.WITH_LEADER)


def _by_due(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return rows.order_by(F("deadline__due_at").asc(nulls_last=True), "-document__urgency", "id")


def _edges(now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """The end of today and of this week (Sunday), office time."""
    today = timezone.localtime(now).date()
    monday = today + dt.timedelta(days=7 - today.weekday())
    midnight = dt.time()
    return (
        timezone.make_aware(dt.datetime.combine(today + dt.timedelta(days=1), midnight)),
        timezone.make_aware(dt.datetime.combine(monday, midnight)),
    )


def _groups(own: QuerySet[Assignment], now: dt.datetime) -> list[Group]:
    tomorrow, next_week = _edges(now)
    within = {
        "overdue": Q(deadline__due_at__lt=now),
        "today": Q(deadline__due_at__gte=now, deadline__due_at__lt=tomorrow),
        "this_week": Q(deadline__due_at__gte=tomorrow, deadline__due_at__lt=next_week),
        "later": Q(deadline__due_at__gte=next_week),
        "no_deadline": Q(deadline=None),
    }
    totals = own.aggregate(**{name: Count("pk", filter=condition) for name, condition in within.items()})
    found: dict[str, list[Item]] = {name: [] for name, _label in GROUPS}
    for item in _items(_by_due(own)[:SHOWN]):
        found[_group_of(item.due_at, now, tomorrow, next_week)].append(item)
    return [Group(name, label, found[name], totals[name]) for name, label in GROUPS]


def _group_of(due_at: dt.datetime | None, now: dt.datetime, tomorrow: dt.datetime, next_week: dt.datetime) -> str:
    if due_at is None:
        return "no_deadline"
    if due_at < now:
        return "overdue"
    if due_at < tomorrow:
        return "today"
    return "this_week" if due_at < next_week else "later"


def _items(rows: Iterable[Assignment]) -> list[Item]:
    return [
        Item(
            document=row.document,
            from_name=row.instruction.author.full_name,
            due_at=row.deadline.due_at if row.deadline else None,
            role=AssignmentRole(row.role).label,
            assignment_id=row.pk,
            state=row.state,
            unread=not row.seen,  # type: ignore[attr-defined]
            to_confirm=bool(row.proposed and not row.passed),  # type: ignore[attr-defined]
            holder_name=str(row.unit or row.person),
        )
        for row in rows
    ]


def _to_instruct(submissions: QuerySet[Submission]) -> list[ToInstruct]:
    views = View.objects.filter(document=OuterRef("document"), person=OuterRef("to"), at__gte=OuterRef("at"))
    given = Assignment.objects.filter(document=OuterRef("document"), role=AssignmentRole.LEAD, parent=None)
    rows = (
        submissions.select_related("document", "by", "proposed_lead")
        .annotate(seen=Exists(views), worked=Exists(given))
        .order_by("-document__urgency", F("document__reply_by").asc(nulls_last=True), "id")
    )
    return [
        ToInstruct(
            submission_id=row.pk,
            document=row.document,
            from_name=row.by.full_name,
            note=row.note,
            at=row.at,
            proposed_lead=row.proposed_lead,
            unread=not row.seen,
            returned=bool(row.worked),
        )
        for row in rows[:SHOWN]
    ]


def _time_asked(person: Person) -> list[TimeAsked]:
    asked = (
        Extension.objects.filter(
            state=ExtensionState.ASKED,
            deadline__set_by=person,
            deadline__assignments__state__in=OPEN_ASSIGNMENT,
            deadline__assignments__document__state__in=LIVE,
        )
        .select_related("deadline", "asked_by")
        .distinct()
        .order_by("asked_at")
    )
    requests = list(asked[:SHOWN])
    owners: dict[int, Assignment] = {}
    held = Assignment.objects.filter(deadline__in=[request.deadline_id for request in requests])
    for row in held.select_related("document", "person", "unit").order_by("-id"):
        owners[row.deadline_id] = row  # type: ignore[index]
    return [
        TimeAsked(
            request, owners[request.deadline_id].document, str(owners[request.deadline_id].unit or request.asked_by)
        )
        for request in requests
    ]
