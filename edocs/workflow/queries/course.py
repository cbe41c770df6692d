"""The course of a document: who put it before whom, who gave what to whom by when, and what came of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from edocs import clock
from edocs.deadlines.models import Extension, ExtensionState
from edocs.deadlines.services import WorkingCalendar, working_calendar
from edocs.documents.choices import State
from edocs.documents.models import Document, View
from edocs.office.models import Person
from edocs.workflow.models import (
    OPEN_ASSIGNMENT,
    Assignment,
    AssignmentRole,
    AssignmentState,
    Instruction,
    ProgressNote,
    Submission,
    SubmissionState,
)
from edocs.workflow.queries.marks import DueMark, StateMark, Text, due_mark, submission_mark, work_mark
from edocs.workflow.rights import principals_of

#: from this many on, those who only have to know are told in one line
MANY_INFORMED = 4


@dataclass(frozen=True, slots=True)
class CourseNode:
    """One line of the tree, with the attributes that the course tree component draws; ``kind`` and the ids beside."""

    who: str
    kind: str
    initials: str = ""
    unit: bool = False
    icon: str = ""
    role: Text = ""
    text: str = ""
    at: dt.datetime | None = None
    hint: Text = ""
    due: DueMark | None = None
    state: StateMark | None = None
    mine: bool = False
    children: Sequence[CourseNode] = ()
    due_at: dt.datetime | None = None
    assignment_id: int | None = None
    answer_id: int | None = None


@dataclass(slots=True)
class _Rows:
    """Everything the tree is made of, read once."""

    submissions: list[Submission]
    instructions: list[Instruction]
    assignments: dict[int, list[Assignment]] = field(default_factory=lambda: defaultdict(list))
    passed_on: dict[int, list[Instruction]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[int, list[ProgressNote]] = field(default_factory=lambda: defaultdict(list))
    extensions: dict[int, list[Extension]] = field(default_factory=lambda: defaultdict(list))
    opened_by_person: dict[int, dt.datetime] = field(default_factory=dict)
    opened_by_unit: dict[int, dt.datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads the tree, and when."""

    principals: frozenset[int]
    now: dt.datetime
    calendar: WorkingCalendar


def course_tree(document: Document, *, person: Person | None = None) -> list[CourseNode]:
    """The whole course, oldest first, in eight statements at most; ``person`` marks what waits for them.

    The caller has checked that the reader may see the document.
    """
    rows = _read(document)
    reader = _Reader(
        principals=principals_of(person) if person is not None else frozenset(),
        now=clock.now(),
        calendar=working_calendar(),
    )
    lines = [(document.created_at, _registered(document))]
    lines += [(row.at, _submitted(row, reader)) for row in rows.submissions]
    lines += [(row.at, _instructed(row, rows, reader)) for row in rows.instructions if row.parent_id is None]
    return [node for _at, node in sorted(lines, key=lambda line: line[0])] + _ending(document)


def _read(document: Document) -> _Rows:
    rows = _Rows(
        submissions=list(document.submissions.select_related("to", "by", "proposed_lead")),
        instructions=list(document.instructions.select_related("author", "acting_by")),
    )
    for instruction in rows.instructions:
        if instruction.parent_id is not None:
            rows.passed_on[instruction.parent_id].append(instruction)
    deadlines = set()
    assignments = document.assignments.select_related("person", "unit", "deadline", "ended_by", "accepted_by", "answer")
    for assignment in assignments:
        rows.assignments[assignment.instruction_id].append(assignment)
        deadlines.add(assignment.deadline_id)
    for note in ProgressNote.objects.filter(assignment__document=document).select_related("by"):
        rows.notes[note.assignment_id].append(note)
    asked = Extension.objects.filter(deadline__in=deadlines - {None}).select_related("asked_by", "decided_by")
    for extension in asked.order_by("id"):
        rows.extensions[extension.deadline_id].append(extension)
    seen = View.objects.filter(document=document).order_by("at").values_list("person_id", "person__unit_id", "at")
    for person_id, unit_id, at in seen:
        rows.opened_by_person[person_id] = at
        rows.opened_by_unit[unit_id] = at
    return rows


# --- lines above ----------------------------------------------------------------------------------------------------
def _registered(document: Document) -> CourseNode:
    number = gettext("Arrival number %(number)s.") % {"number": document.arrival_number}
    who = gettext("%(name)s registered it") % {"name": document.author.full_name}
    return CourseNode(
        who, "registered", icon="inbox", text=f"{number} {document.get_channel_display()}", at=document.created_at
    )


def _ending(document: Document) -> list[CourseNode]:
    if document.state == State.RETURNED:
        who = gettext("Returned to the sender")
        return [CourseNode(who, "returned", icon="arrow-back-up", text=document.cancelled_reason)]
    if document.state == State.CANCELLED:
        return [CourseNode(gettext("Registration cancelled"), "cancelled", icon="ban", text=document.cancelled_reason)]
    return []


def _submitted(row: Submission, reader: _Reader) -> CourseNode:
    words = [gettext("Put before %(name)s.") % {"name": row.to.full_name}]
    if row.note:
        words.append(row.note)
    if row.proposed_lead is not None:
        words.append(gettext("Proposed lead: %(unit)s.") % {"unit": row.proposed_lead.name})
    if row.reason:
        words.append(gettext("Given back: “%(reason)s”") % {"reason": row.reason})
    waiting = row.state == SubmissionState.OPEN
    return CourseNode(
        row.by.full_name,
        "submission",
        initials=row.by.initials,
        text=" ".join(words),
        at=row.at,
        state=submission_mark(row) if waiting or row.state == SubmissionState.RETURNED else None,
        mine=waiting and row.to_id in reader.principals,
    )


def _instructed(row: Instruction, rows: _Rows, reader: _Reader) -> CourseNode:
    hint = gettext("entered by %(name)s") % {"name": row.acting_by.full_name} if row.acting_by else ""
    return CourseNode(
        row.author.full_name,
        "instruction",
        initials=row.author.initials,
        text=row.text,
        at=row.at,
        hint=hint,
        children=_given(row, rows, reader),
    )


# --- lines below ----------------------------------------------------------------------------------------------------
def _given(instruction: Instruction, rows: _Rows, reader: _Reader) -> list[CourseNode]:
    """The receivers of one instruction: the lead, coordinators, and those who only have to know."""
    found = rows.assignments[instruction.pk]
    order = {role: place for place, role in enumerate(AssignmentRole.values)}
    duties = sorted((r for r in found if r.role != AssignmentRole.INFORM), key=lambda r: (order[r.role], r.pk))
    informed = [r for r in found if r.role == AssignmentRole.INFORM]
    nodes = [_assigned(row, instruction, rows, reader) for row in duties]
    mine = [r for r in informed if _holder(r) in reader.principals]
    others = [r for r in informed if r not in mine]
    nodes += [_assigned(row, instruction, rows, reader) for row in mine]
    if len(others) < MANY_INFORMED:
        return nodes + [_assigned(row, instruction, rows, reader) for row in others]
    return [*nodes, _informed(others, instruction, rows)]


def _informed(others: list[Assignment], instruction: Instruction, rows: _Rows) -> CourseNode:
    read = sum(1 for row in others if _opened_at(row, instruction, rows) or row.state == AssignmentState.DONE)
    return CourseNode(
        ngettext("%(n)d other", "%(n)d others", len(others)) % {"n": len(others)},
        "informed",
        initials=str(len(others)),
        unit=True,
        role=AssignmentRole.INFORM.label,
        text=", ".join(_name(row) for row in others),
        hint=ngettext("%(n)d has read it", "%(n)d have read it", read) % {"n": read},
    )


def _assigned(row: Assignment, instruction: Instruction, rows: _Rows, reader: _Reader) -> CourseNode:
    below = rows.passed_on[row.pk]
    is_open = row.state in OPEN_ASSIGNMENT
    duty = row.role != AssignmentRole.INFORM
    children = [_noted(note) for note in rows.notes[row.pk]]
    children += [
        _asked(asked) for asked in rows.extensions[row.deadline_id or 0] if duty and _asked_here(row, instruction)
    ]
    for passed in below:
        children += _given(passed, rows, reader)
    due_at = row.deadline.due_at if row.deadline else None
    return CourseNode(
        _name(row),
        "assignment",
        initials=row.unit.abbreviation[:2].upper() if row.unit else row.person.initials if row.person else "",
        unit=row.unit is not None,
        role=AssignmentRole(row.role).label,
        text=" ".join(_words(row, below)),
        at=row.ended_at,
        hint=_hint(row, instruction, rows),
        due=due_mark(due_at, now=reader.now, calendar=reader.calendar) if is_open else None,
        state=work_mark(row) if duty else None,
        mine=_holder(row) in reader.principals,
        children=children,
        due_at=due_at,
        assignment_id=row.pk,
        answer_id=row.answer_id,
    )


def _words(row: Assignment, below: list[Instruction]) -> list[str]:
    """What was said to those below, and what came of it."""
    words = []
    for passed in below:
        facts = {"name": passed.author.full_name, "at": _short(passed.at), "text": passed.text}
        words.append(gettext("%(name)s, %(at)s: “%(text)s”") % facts)
    if row.state == AssignmentState.RETURNED:
        words.append(gettext("Returned: “%(reason)s”") % {"reason": row.result})
    elif row.answer is not None:
        text = gettext("Answered by %(code)s.") if row.state == AssignmentState.DONE else gettext("Answer: %(code)s.")
        words.append(text % {"code": row.answer.code or gettext("a draft")})
    elif row.result:
        words.append(gettext("Result: %(result)s") % {"result": row.result})
    return words


def _hint(row: Assignment, instruction: Instruction, rows: _Rows) -> str:
    if row.state in (AssignmentState.NEW, AssignmentState.DONE) and row.role == AssignmentRole.INFORM:
        opened = row.state == AssignmentState.DONE or _opened_at(row, instruction, rows)
        return gettext("has read it") if opened else gettext("not opened yet")
    if row.state == AssignmentState.NEW:
        return gettext("opened") if _opened_at(row, instruction, rows) else gettext("not opened yet")
    if row.deadline is not None and row.deadline.extended:
        times = row.deadline.extended
        return ngettext("extended %(n)d time", "extended %(n)d times", times) % {"n": times}
    return ""


def _noted(note: ProgressNote) -> CourseNode:
    return CourseNode(note.by.full_name, "note", icon="message-2", text=note.text, at=note.at)


def _asked(asked: Extension) -> CourseNode:
    words = gettext("Asked for time until %(day)s: “%(reason)s”") % {
        "day": _short(asked.wanted),
        "reason": asked.reason,
    }
    if asked.answer and asked.decided_by is not None:
        words += f" {asked.decided_by.full_name}: “{asked.answer}”"
    icons = {ExtensionState.ASKED: ("clock", "amber"), ExtensionState.GRANTED: ("check", "green")}
    state = ExtensionState(asked.state)
    icon, tone = icons.get(state, ("x", "red"))
    return CourseNode(
        asked.asked_by.full_name,
        "extension",
        icon="calendar-plus",
        text=words,
        at=asked.asked_at,
        state=StateMark(state.label, icon, tone),
    )


def _asked_here(row: Assignment, instruction: Instruction) -> bool:
    """Late work passed on shares the deadline above; its requests stand where they were made."""
    return row.parent_id is None or row.deadline is None or row.deadline.counted_from >= instruction.at


def _holder(row: Assignment) -> int | None:
    return row.person_id if row.unit is None else row.unit.head_id


def _name(row: Assignment) -> str:
    return row.unit.name if row.unit is not None else row.person.full_name if row.person is not None else ""


def _opened_at(row: Assignment, instruction: Instruction, rows: _Rows) -> dt.datetime | None:
    """When the receiving side last opened the document, if that was after it was given."""
    candidates = [rows.opened_by_person.get(_holder(row) or 0)]
    if row.unit_id is not None:
        candidates.append(rows.opened_by_unit.get(row.unit_id))
    times = [at for at in candidates if at is not None and at >= instruction.at]
    return max(times, default=None)


def _short(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M %d/%m}"
