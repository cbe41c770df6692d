"""What a person may do now with an incoming document: the one next thing, and the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.deadlines.models import Extension, ExtensionState
from edocs.documents.choices import Direction, State
from edocs.documents.models import Document, View
from edocs.office.models import Person, Role
from edocs.workflow.models import (
    OPEN_ASSIGNMENT,
    Assignment,
    AssignmentRole,
    AssignmentState,
    Submission,
    SubmissionState,
)
from edocs.workflow.rights import holder_of, may_pass_on, principals_of


@dataclass(frozen=True, slots=True)
class Action:
    """A button. ``direct`` posts at once; otherwise ``url`` shows a form by GET and takes it by POST."""

    name: str
    label: str | Promise
    icon: str
    url: str
    direct: bool = False
    danger: bool = False
    #: whose work it concerns, where a person has or gave several
    about: str = ""
    #: the key that presses the main button: "next" (E) or "instruct" (C)
    key: str = "next"


@dataclass(frozen=True, slots=True)
class Actions:
    """The main action of a person on a document, and the others in order of use."""

    main: Action | None = None
    others: list[Action] = field(default_factory=list)

    @property
    def all(self) -> list[Action]:
        return ([self.main] if self.main else []) + self.others


@dataclass(frozen=True, slots=True)
class _Facts:
    """What decides, read once."""

    person: Person
    document: Document
    principals: frozenset[int]
    waiting: Submission | None
    assignments: list[Assignment]
    asked: list[Extension]
    #: who opened the document, of which unit, when
    opened: list[tuple[int, int | None, dt.datetime]]


def actions_for(person: Person, document: Document) -> Actions:
    """The permitted actions in six statements at most; the services check again when one is used."""
    if document.direction != Direction.INCOMING or not person.is_active:
        return Actions()
    facts = _read(person, document)
    found = [*_deciding(facts), *_leading(facts), *_working(facts), *_clerical(facts), *_having_given(facts)]
    main = next((action for action, weight in sorted(found, key=lambda pair: -pair[1]) if weight > 0), None)
    return Actions(main, [action for action, _weight in found if action != main])


def _read(person: Person, document: Document) -> _Facts:
    assignments = list(
        document.assignments.select_related("instruction", "person", "unit", "deadline", "parent").order_by("id")
    )
    deadlines = {row.deadline_id for row in assignments if row.deadline_id and row.state in OPEN_ASSIGNMENT}
    views = View.objects.filter(document=document).values_list("person_id", "person__unit_id", "at")
    return _Facts(
        person=person,
        document=document,
        principals=principals_of(person),
        waiting=document.submissions.filter(state=SubmissionState.OPEN).first(),
        assignments=assignments,
        asked=list(
            Extension.objects.filter(deadline__in=deadlines, state=ExtensionState.ASKED).select_related(
                "deadline", "asked_by"
            )
        ),
        opened=list(views) if any(row.state == AssignmentState.NEW for row in assignments) else [],
    )


Weighed = tuple[Action, int]

# Of several permitted actions the weightiest is the main one; 0 is never it.
DECIDE, INSTRUCT, CONFIRM, PASS_ON, ACCEPT, SUBMIT, ANSWER, READ, SELDOM = 90, 80, 70, 60, 55, 50, 40, 10, 0


def _of_document(document: Document, verb: str) -> str:
    return reverse("handling_document", args=[document.pk, verb])


def _of_assignment(row: Assignment, verb: str) -> str:
    return reverse("handling_assignment", args=[row.pk, verb])


def _deciding(facts: _Facts) -> Iterator[Weighed]:
    """Requests for more time that only this person answers."""
    for asked in facts.asked:
        if asked.deadline.set_by_id == facts.person.pk:
            url = reverse("handling_extension", args=[asked.pk])
            label = _("Answer the request for more time")
            yield Action("decide_extension", label, "calendar-plus", url, about=asked.asked_by.full_name), DECIDE


def _leading(facts: _Facts) -> Iterator[Weighed]:
    """What a leader does, or somebody for them."""
    document, waiting = facts.document, facts.waiting
    instruct = reverse("instruct_document", args=[document.pk])
    if waiting is not None and waiting.to_id in facts.principals:
        yield Action("instruct", _("Instruct"), "message-2-share", instruct, key="instruct"), INSTRUCT
        yield Action("forward", _("Pass to another leader"), "user-share", _of_document(document, "forward")), SELDOM
        url = _of_document(document, "return-to-clerk")
        yield Action("return_to_clerk", _("Give back to the clerk"), "arrow-back-up", url), SELDOM
    elif facts.person.has_role(Role.LEADER) and document.state in (
        State.REGISTERED,
        State.WITH_LEADER,
        State.ASSIGNED,
        State.IN_PROGRESS,
        State.DONE,
    ):
        given = any(row.instruction.author_id == facts.person.pk for row in facts.assignments)
        label = _("Instruct further") if given else _("Instruct")
        yield Action("instruct", label, "message-2-share", instruct, key="instruct"), SELDOM


def _working(facts: _Facts) -> Iterator[Weighed]:
    """What those do who were given the document."""
    if facts.document.state in (State.CANCELLED, State.RETURNED):
        return
    mine = [row for row in facts.assignments if row.state in OPEN_ASSIGNMENT and holder_of(row) in facts.principals]
    for row in mine:
        about = AssignmentRole(row.role).label if len(mine) > 1 else ""
        actions = _information(row) if row.role == AssignmentRole.INFORM else _duty(row, facts)
        for action, weight in actions:
            yield replace(action, label=f"{action.label} ({about})", about=str(about)) if about else action, weight


def _information(row: Assignment) -> Iterator[Weighed]:
    url = _of_assignment(row, "acknowledge")
    yield Action("acknowledge", _("Mark as read"), "eye-check", url, direct=True), READ


def _duty(row: Assignment, facts: _Facts) -> Iterator[Weighed]:
    below = [child for child in facts.assignments if child.parent_id == row.pk and child.role == AssignmentRole.LEAD]
    passed = any(child.state in OPEN_ASSIGNMENT for child in below)
    proposed = not passed and any(child.state == AssignmentState.DONE for child in below)
    if row.state == AssignmentState.NEW:
        label = pgettext_lazy("work", "Accept")
        yield Action("accept", label, "circle-check", _of_assignment(row, "accept"), direct=True), ACCEPT
    if not passed and (row.unit_id is not None or may_pass_on(facts.person.role_names)):
        weight = SELDOM if proposed else PASS_ON
        yield Action("pass_on", _("Pass on"), "user-share", _of_assignment(row, "pass-on")), weight
    if row.state == AssignmentState.IN_PROGRESS and not passed and not proposed:
        yield from _answering(row)
    label = _("Confirm the result") if proposed else _("Finish")
    yield Action("finish", label, "checkbox", _of_assignment(row, "finish")), CONFIRM if proposed else READ
    yield Action("note", _("Note progress"), "message-2", _of_assignment(row, "note")), SELDOM
    asked = any(extension.deadline_id == row.deadline_id for extension in facts.asked)
    if row.deadline is not None and row.deadline.due_at > clock.now() and not asked:
        yield Action("ask_extension", _("Ask for more time"), "calendar-plus", _of_assignment(row, "extension")), SELDOM
    label = _("Return with a reason")
    yield Action("return", label, "arrow-back-up", _of_assignment(row, "return"), danger=True), SELDOM


def _answering(row: Assignment) -> Iterator[Weighed]:
    """Draft the answer, where the office can draft."""
    try:
        url = reverse("draft_new")
    except NoReverseMatch:
        return
    if row.answer_id is None:
        yield Action("answer", _("Draft the answer"), "file-pencil", f"{url}?answers={row.pk}"), ANSWER


def _clerical(facts: _Facts) -> Iterator[Weighed]:
    """What the clerical office does before work begins."""
    document = facts.document
    if not facts.person.has_role(Role.CLERK):
        return
    if document.state == State.REGISTERED:
        yield Action("submit", _("Put before a leader"), "send", _of_document(document, "submit")), SUBMIT
        url = _of_document(document, "assign")
        yield Action("assign_directly", _("Hand over directly"), "route", url), SELDOM
    if document.state in (State.REGISTERED, State.WITH_LEADER):
        url = _of_document(document, "return-to-sender")
        yield Action("return_to_sender", _("Return to the sender"), "mail-x", url, danger=True), SELDOM
    if document.state != State.CANCELLED:
        yield Action("copy", _("Certified copy"), "copy", reverse("document_certify", args=[document.pk])), SELDOM


def _having_given(facts: _Facts) -> Iterator[Weighed]:
    """What those may still do who gave work."""
    given = [row for row in facts.assignments if row.instruction.author_id in facts.principals]
    for row in given:
        about = str(row.unit or row.person)
        if row.state == AssignmentState.NEW and not _opened(row, facts):
            url = _of_assignment(row, "recall")
            label = gettext("Take back from %(name)s") % {"name": about}
            yield Action("recall", label, "arrow-back", url, about=about, danger=True), SELDOM
        above = row.parent
        if row.state == AssignmentState.DONE and above is not None and above.state in OPEN_ASSIGNMENT:
            others = [r for r in facts.assignments if r.parent_id == above.pk and r.role == AssignmentRole.LEAD]
            if row.role != AssignmentRole.LEAD or all(r.state not in OPEN_ASSIGNMENT for r in others):
                url = _of_assignment(row, "return-result")
                label = gettext("Give the result back to %(name)s") % {"name": about}
                yield Action("return_result", label, "arrow-back-up", url, about=about), SELDOM
    top = [row for row in given if row.role == AssignmentRole.LEAD and row.parent_id is None]
    if facts.document.state == State.DONE and any(row.state == AssignmentState.DONE for row in top):
        yield Action("reopen", _("Open again"), "refresh", _of_document(facts.document, "reopen")), SELDOM


def _opened(row: Assignment, facts: _Facts) -> bool:
    """As ``services.assignments.was_opened``, from what was read."""
    since = row.instruction.at
    if row.unit is None:
        return any(person == row.person_id and at >= since for person, _unit, at in facts.opened)
    author = row.instruction.author_id
    return any(
        at >= since and (person == row.unit.head_id or (unit == row.unit_id and person != author))
        for person, unit, at in facts.opened
    )
