"""What those do who were given work: accept, pass on, note, return, take back, finish (Decree 30/2020, Art. 23–24).

**When work passed on comes back.** A unit head who passed work on still answers for it. When the lead below is done,
the head is told and sees its result as a proposal; the head's own ``finish`` confirms it, ``return_result`` gives it
back. Only an answer that was issued closes the whole line at once, for head and leader approved it on its way
(``answers.answer_issued``). Finishing takes back whatever is still open below. The document is done when no lead at
the top is open any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.documents.choices import State
from edocs.documents.models import Document, View
from edocs.documents.services.files import touch
from edocs.documents.services.states import locked, move, wrong_state
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.journal.services import record
from edocs.office.models import Person, Role, Unit
from edocs.workflow.models import (
    OPEN_ASSIGNMENT,
    Assignment,
    AssignmentRole,
    AssignmentState,
    Instruction,
    ProgressNote,
)
from edocs.workflow.rights import acts_as, holder_of, may_act_on, may_pass_on
from edocs.workflow.services.giving import (
    Target,
    checked_reason,
    checked_text,
    end,
    end_open,
    give,
    locked_assignment,
    not_open,
    notify,
    open_below,
    withdraw_access,
)
from edocs.workflow.services.handling import back_to_author, close_if_done, take_up_again

LONGEST_NOTE = 1000


def accept(*, assignment: Assignment, by: Person) -> None:
    """The receiver takes the work on; with the lead the document is in progress."""
    with transaction.atomic():
        document, row = _held(assignment, by=by)
        _duty(row)
        if row.state != AssignmentState.NEW:
            raise not_open(row)
        start(document, row, by=by)
        record("assignment.accept", document, by=by, after={"assignment": row.pk})


def acknowledge(*, assignment: Assignment, by: Person) -> None:
    """Something for information was read; it never was work and has no result."""
    with transaction.atomic():
        document, row = _held(assignment, by=by)
        if row.role != AssignmentRole.INFORM or row.state not in OPEN_ASSIGNMENT:
            raise not_open(row)
        row.accepted_at, row.accepted_by = clock.now(), by
        row.save(update_fields=["accepted_at", "accepted_by"])
        end(row, AssignmentState.DONE, by=by)
        record("assignment.acknowledge", document, by=by, after={"assignment": row.pk})


def pass_on(
    *,
    assignment: Assignment,
    by: Person,
    text: str,
    lead: Target,
    coordinators: Sequence[Target] = (),
    inform: Sequence[Target] = (),
    working_days: int | None = None,
    due_at: dt.datetime | None = None,
) -> Instruction:
    """A unit head names the one who is responsible inside the unit, by a day not later than the head's own.

    A leader to whom work was given by name may pass it to anybody. Passing on accepts the work.
    Raises NotPermitted, Invalid (receivers outside the unit, deadline), WrongState (somebody has it already).
    """
    with transaction.atomic():
        document, row = _held(assignment, by=by)
        _duty(row)
        author = _principal(row, by)
        if row.unit is None and not may_pass_on(author.role_names):
            raise NotPermitted(_("Only a leader or a unit head passes work on. Do it, or return it with a reason."))
        if _open_leads_below(row):
            raise WrongState(_("Somebody already has this work as lead. Take it back first, or wait for the result."))
        if not author.has_role(Role.LEADER):
            _inside_own_units(author, lead=lead, coordinators=coordinators, inform=inform)
        if row.state == AssignmentState.NEW:
            start(document, row, by=by)
        instruction = give(
            document=document,
            author=author,
            acting_by=by,
            text=text,
            lead=lead,
            coordinators=coordinators,
            inform=inform,
            working_days=working_days,
            due_at=due_at,
            parent=row,
        )
        touch(document)
        record(
            "assignment.pass_on",
            document,
            by=by,
            after={
                "assignment": row.pk,
                "instruction": instruction.pk,
                "text": instruction.text,
                "to": list(instruction.assignments.values_list("pk", flat=True)),
            },
        )
    return instruction


def note_progress(*, assignment: Assignment, text: str, by: Person) -> ProgressNote:
    """A word on how the work stands; it accepts the work when that was not done yet."""
    with transaction.atomic():
        document, row = _held(assignment, by=by)
        _duty(row)
        clean = checked_text(text, field="text", message=_("Write how the work stands."), most=LONGEST_NOTE)
        if row.state == AssignmentState.NEW:
            start(document, row, by=by)
        note = ProgressNote.objects.create(assignment=row, by=by, at=clock.now(), text=clean)
        record("assignment.note", document, by=by, after={"assignment": row.pk, "text": clean})
    return note


def return_assignment(*, assignment: Assignment, reason: str, by: Person) -> None:
    """Give work back to who gave it, with a reason. Returned by the lead, the document needs another one."""
    reason = checked_reason(reason)
    with transaction.atomic():
        document, row = _held(assignment, by=by)
        _duty(row)
        end_open(open_below(row), by=by)
        end(row, AssignmentState.RETURNED, by=by, result=reason)
        withdraw_access(row)
        record("assignment.return", document, by=by, after={"assignment": row.pk, "reason": reason})
        notify([row.instruction.author_id], "returned", document=document, by=by, reason=reason)
        _after_falling_away(document, row, by=by, reason=reason)


def recall_assignment(*, assignment: Assignment, by: Person) -> None:
    """Take work back that nobody accepted or opened yet (thu hồi); who gave it, or acts for them."""
    with transaction.atomic():
        document, row = _locked(assignment)
        if not acts_as(by, row.instruction.author_id):
            raise NotPermitted(_("Only who gave the work takes it back."))
        if row.state != AssignmentState.NEW:
            raise not_open(row)
        if was_opened(row):
            raise WrongState(
                _("%(name)s has already opened it, so it cannot be taken back. Give a new instruction instead.")
                % {"name": row.unit or row.person}
            )
        end(row, AssignmentState.RECALLED, by=by)
        withdraw_access(row)
        record("assignment.recall", document, by=by, after={"assignment": row.pk})
        notify([holder_of(row)], "recalled", document=document, by=by)
        _after_falling_away(document, row, by=by, reason="")


def finish(*, assignment: Assignment, result: str, by: Person) -> None:
    """The work is done, with this result; see the top of the module for what follows above and below."""
    with transaction.atomic():
        document, row = _held(assignment, by=by)
        _duty(row)
        clean = checked_text(
            result, field="result", message=_("Write what came of it, in one sentence at least."), least=2
        )
        conclude(document, row, result=clean, by=by)
        record("assignment.finish", document, by=by, after={"assignment": row.pk, "result": clean})
        close_if_done(document, by=by)


def return_result(*, assignment: Assignment, reason: str, by: Person) -> None:
    """Who gave the work does not take its result: it is in progress again, as long as the work above is open."""
    reason = checked_reason(reason)
    with transaction.atomic():
        document, row = _locked(assignment)
        if not acts_as(by, row.instruction.author_id):
            raise NotPermitted(_("Only who gave the work gives its result back."))
        if row.parent is None or row.parent.state not in OPEN_ASSIGNMENT or row.state != AssignmentState.DONE:
            raise not_open(row)
        if row.role == AssignmentRole.LEAD and _open_leads_below(row.parent):
            raise WrongState(_("Somebody else has this work as lead by now. Reload the page to see who."))
        take_up_again(row, by=by, reason=reason)
        touch(document)
        record("assignment.return_result", document, by=by, after={"assignment": row.pk, "reason": reason})


# --- used by the other modules of this package ----------------------------------------------------------------------
def held_duty(assignment: Assignment, *, by: Person) -> tuple[Document, Assignment]:
    """The locked document and the open duty that ``by`` may act on; refuses anything else."""
    document, row = _held(assignment, by=by)
    _duty(row)
    return document, row


def start(document: Document, row: Assignment, *, by: Person) -> None:
    """Work begins; a lead that begins puts the document in progress."""
    row.state = AssignmentState.IN_PROGRESS
    row.accepted_at, row.accepted_by = clock.now(), by
    row.save(update_fields=["state", "accepted_at", "accepted_by"])
    if row.role == AssignmentRole.LEAD and document.state == State.ASSIGNED:
        move(document, State.IN_PROGRESS)
    else:
        touch(document)


def conclude(document: Document, row: Assignment, *, result: str, by: Person) -> None:
    """End one piece of work as done, with all below it, and tell whoever waits for it."""
    end_open(open_below(row), by=by)
    end(row, AssignmentState.DONE, by=by, result=result)
    waiting = {row.instruction.author_id}
    if row.role == AssignmentRole.COORDINATE:
        lead = row.instruction.assignments.filter(role=AssignmentRole.LEAD).select_related("unit").first()
        waiting.add(holder_of(lead) if lead else None)  # type: ignore[arg-type]
    notify(waiting, "done", document=document, by=by, result=result, role=row.role)


def was_opened(row: Assignment) -> bool:
    """True when somebody of the receiving side opened the document after it was given."""
    views = View.objects.filter(document=row.document_id, at__gte=row.instruction.at)
    if row.unit is None:
        return views.filter(person=row.person_id).exists()
    return (
        views.filter(person__unit=row.unit_id).exclude(person=row.instruction.author_id).exists()
        or views.filter(person=row.unit.head_id).exists()
    )


# --- inside ---------------------------------------------------------------------------------------------------------
def _locked(assignment: Assignment) -> tuple[Document, Assignment]:
    document = locked(assignment.document)
    row = locked_assignment(assignment)
    row.document = document
    if document.state in (State.CANCELLED, State.RETURNED):
        raise wrong_state(document)
    return document, row


def _held(assignment: Assignment, *, by: Person) -> tuple[Document, Assignment]:
    document, row = _locked(assignment)
    if not may_act_on(by, row):
        raise NotPermitted(
            _("This work was given to %(name)s. Only they, or whoever acts for them, can do this.")
            % {"name": row.unit or row.person}
        )
    return document, row


def _duty(row: Assignment) -> None:
    if row.state not in OPEN_ASSIGNMENT:
        raise not_open(row)
    if row.role == AssignmentRole.INFORM:
        raise WrongState(_("This was given for information only; there is nothing to do. Mark it as read."))


def _principal(row: Assignment, by: Person) -> Person:
    """In whose name ``by`` acts on this assignment: its holder's."""
    holder = row.person if row.unit is None else row.unit.head
    return holder if holder is not None else by


def _open_leads_below(row: Assignment) -> bool:
    return row.children.filter(role=AssignmentRole.LEAD, state__in=OPEN_ASSIGNMENT).exists()


def _inside_own_units(
    author: Person, *, lead: Target, coordinators: Sequence[Target], inform: Sequence[Target]
) -> None:
    """A unit head gives work inside the units they head and the parts of these."""
    own = set(Unit.objects.filter(head=author).values_list("pk", flat=True))
    own |= set(Unit.objects.filter(parent__in=own).values_list("pk", flat=True))
    fields = [("lead", lead), *(("coordinators", t) for t in coordinators), *(("inform", t) for t in inform)]
    for field, target in fields:
        unit = target.pk if isinstance(target, Unit) else target.unit_id
        if unit not in own:
            raise Invalid(
                _("“%(name)s” does not belong to your unit. Choose somebody of your unit.") % {"name": target},
                field=field,
            )


def _after_falling_away(document: Document, row: Assignment, *, by: Person, reason: str) -> None:
    if row.role == AssignmentRole.LEAD and row.parent is None:
        back_to_author(document, row.instruction, by=by, reason=reason)
    else:
        touch(document)
