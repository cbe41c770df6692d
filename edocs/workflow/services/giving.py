"""What every way of giving work has in common: words, receivers, deadlines, access, word to the people concerned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from edocs import clock
from edocs.deadlines.models import Deadline
from edocs.deadlines.services import set_deadline
from edocs.documents import access
from edocs.documents.choices import Direction
from edocs.documents.models import Document
from edocs.documents.services.states import wrong_state
from edocs.errors import Invalid, WrongState
from edocs.office.models import Person, Unit
from edocs.office.services import tell
from edocs.workflow.models import (
    OPEN_ASSIGNMENT,
    Assignment,
    AssignmentRole,
    AssignmentState,
    Instruction,
)
from edocs.workflow.rights import holder_of

Target = Person | Unit

SHORTEST_REASON = 5
LONGEST_REASON = 500
LONGEST_TEXT = 2000


def checked_text(text: str, *, field: str, message: object, least: int = 1, most: int = LONGEST_TEXT) -> str:
    """The text without blanks around it; Invalid with ``message`` when too short, with the length when too long."""
    clean = text.strip()
    if len(clean) < least:
        raise Invalid(message, field=field)
    if len(clean) > most:
        raise Invalid(
            ngettext_lazy(
                "The text is too long: at most %(most)d character. Shorten it.",
                "The text is too long: at most %(most)d characters. Shorten it.",
                most,
            )
            % {"most": most},
            field=field,
        )
    return clean


def checked_reason(reason: str) -> str:
    """A reason that says something (domain §1.7)."""
    return checked_text(
        reason,
        field="reason",
        message=_("Say why (at least 5 characters); the people concerned will read it."),
        least=SHORTEST_REASON,
        most=LONGEST_REASON,
    )


def only_incoming(document: Document) -> None:
    """Instructions are given on incoming documents."""
    if document.direction != Direction.INCOMING:
        raise wrong_state(document)


# --- who hears and sees ---------------------------------------------------------------------------------------------
def address_of(document: Document) -> str:
    """The page of the document."""
    return f"/documents/{document.pk}/"


def notify(people: Iterable[int | None], kind: str, *, document: Document, by: Person, **more: Any) -> None:
    """Leave word about a document; never to the one who did it, never to nobody."""
    facts = {"code": name_of(document), "summary": document.summary, "by": by.full_name} | more
    others = {number for number in people if number is not None and number != by.pk}
    tell(others, kind, facts=facts, address=address_of(document))


def name_of(document: Document) -> str:
    """Number and symbol; a document without them (a petition) is known by its arrival number."""
    return document.code or str(document.arrival_number or "")


def tokens_for(target: Target) -> list[str]:
    """Who sees what is given to a target: the unit with its head; the person and the head of their unit."""
    if isinstance(target, Unit):
        return [f"g:{target.pk}"] + ([f"u:{target.head_id}"] if target.head_id else [])
    head = target.unit.head_id if target.unit else None
    return sorted({f"u:{target.pk}", f"u:{head or target.pk}"})


def reason_for(assignment: Assignment) -> str:
    """The reason under which an assignment opens a document."""
    return f"assignment:{assignment.pk}"


def withdraw_access(assignment: Assignment) -> None:
    """What was opened by this assignment alone is closed again."""
    reason = reason_for(assignment)
    tokens = assignment.document.access.filter(reason=reason).values_list("token", flat=True)
    access.withdraw(assignment.document, list(tokens), reason=reason)


# --- receivers ------------------------------------------------------------------------------------------------------
def check_receivers(
    *, author_id: int, lead: Target | None, coordinators: Sequence[Target], inform: Sequence[Target]
) -> None:
    """Everybody named once, active, able to act, and not the author (domain §1.7)."""
    seen: set[tuple[type, int]] = set()
    named = [("lead", lead)] if lead is not None else []
    named += [("coordinators", target) for target in coordinators] + [("inform", target) for target in inform]
    for field, target in named:
        key = (type(target), target.pk)
        if key in seen:
            raise Invalid(
                _("“%(name)s” is named twice. Leave them in one place only.") % {"name": str(target)}, field=field
            )
        seen.add(key)
        _check_receiver(target, author_id=author_id, field=field)


def _check_receiver(target: Target, *, author_id: int, field: str) -> None:
    if isinstance(target, Unit):
        if not target.holds_on(clock.today()):
            raise Invalid(_("“%(name)s” no longer exists. Choose another unit.") % {"name": target.name}, field=field)
        if target.head_id is None and field != "inform":
            raise Invalid(
                _("“%(name)s” has no head, so nobody could take it. Choose a person, or ask the administrator.")
                % {"name": target.name},
                field=field,
            )
        return
    if not target.is_active:
        raise Invalid(
            _("“%(name)s” no longer works here. Choose somebody else.") % {"name": target.full_name}, field=field
        )
    if target.pk == author_id:
        raise Invalid(_("You cannot give work to yourself. Choose somebody else."), field=field)


# --- giving ---------------------------------------------------------------------------------------------------------
def give(
    *,
    document: Document,
    author: Person,
    acting_by: Person | None,
    text: str,
    lead: Target | None,
    coordinators: Sequence[Target] = (),
    inform: Sequence[Target] = (),
    working_days: int | None = None,
    due_at: dt.datetime | None = None,
    parent: Assignment | None = None,
) -> Instruction:
    """Write the instruction and one assignment per receiver. Called inside the caller's transaction, document locked.

    Each duty has a deadline row of its own, so that each can be extended by itself; information has none.
    """
    check_receivers(author_id=author.pk, lead=lead, coordinators=coordinators, inform=inform)
    clean = checked_text(text, field="text", message=_("The instruction is empty. Write it or choose a template."))
    instruction = Instruction.objects.create(
        document=document,
        author=author,
        acting_by=acting_by if acting_by is not None and acting_by.pk != author.pk else None,
        at=clock.now(),
        text=clean,
        parent=parent,
    )
    access.grant(document, [f"u:{author.pk}"], reason=f"instruction:{instruction.pk}")
    duties = [(AssignmentRole.LEAD, lead)] if lead is not None else []
    duties += [(AssignmentRole.COORDINATE, target) for target in coordinators]
    above = parent.deadline if parent is not None else None
    for role, target in [*duties, *((AssignmentRole.INFORM, target) for target in inform)]:
        deadline = None
        if role != AssignmentRole.INFORM:
            deadline = _deadline(by=author, working_days=working_days, due_at=due_at, above=above)
        _assign(instruction, target, role=role, deadline=deadline, parent=parent, told_by=acting_by or author)
    return instruction


def _deadline(
    *, by: Person, working_days: int | None, due_at: dt.datetime | None, above: Deadline | None
) -> Deadline | None:
    """The deadline of one duty; where none is named, the one above counts below as well (domain §1.7)."""
    named = working_days is not None or due_at is not None
    if above is not None and above.due_at <= clock.now():
        if named:
            raise Invalid(
                _("The deadline set above has already passed. Leave the day empty, or ask above for more time."),
                field="due",
            )
        return above
    if named:
        return set_deadline(by=by, working_days=working_days, due_at=due_at, no_later_than=above)
    return set_deadline(by=by, due_at=above.due_at) if above is not None else None


def _assign(
    instruction: Instruction,
    target: Target,
    *,
    role: AssignmentRole,
    deadline: Deadline | None,
    parent: Assignment | None,
    told_by: Person,
) -> Assignment:
    document = instruction.document
    assignment = Assignment.objects.create(
        instruction=instruction,
        document=document,
        parent=parent,
        person=target if isinstance(target, Person) else None,
        unit=target if isinstance(target, Unit) else None,
        role=role,
        deadline=deadline,
    )
    access.grant(document, tokens_for(target), reason=reason_for(assignment))
    notify(
        [holder_of(assignment)],
        "informed" if role == AssignmentRole.INFORM else "assigned",
        document=document,
        by=told_by,
        role=str(role),
        due_at=deadline.due_at.isoformat() if deadline else None,
    )
    return assignment


# --- ending ---------------------------------------------------------------------------------------------------------
def end(assignment: Assignment, state: AssignmentState, *, by: Person, result: str = "") -> None:
    """Close one assignment and note who closed it."""
    assignment.state = state
    assignment.ended_at = clock.now()
    assignment.ended_by = by
    if result:
        assignment.result = result
    assignment.save(update_fields=["state", "ended_at", "ended_by", "result", "answer"])


def end_open(assignments: Iterable[Assignment], *, by: Person) -> None:
    """Work that nobody waits for any more is taken back; its people are told and keep what they may see."""
    for assignment in assignments:
        end(assignment, AssignmentState.RECALLED, by=by)
        if assignment.role != AssignmentRole.INFORM:
            notify([holder_of(assignment)], "no_longer_needed", document=assignment.document, by=by)


def open_below(assignment: Assignment) -> list[Assignment]:
    """Open assignments that hang below this one, at every level (one statement)."""
    rows = list(
        Assignment.objects.filter(document=assignment.document_id, parent__isnull=False)
        .select_related("unit", "document")
        .order_by("id")
    )
    below, found = {assignment.pk}, []
    for row in rows:  # a child is always younger than its parent
        if row.parent_id in below:
            below.add(row.pk)
            if row.state in OPEN_ASSIGNMENT:
                found.append(row)
    return found


def locked_assignment(assignment: Assignment) -> Assignment:
    """The assignment as it stands; the caller holds the document's row, so nobody changes it meanwhile."""
    return Assignment.objects.select_related(
        "document", "instruction__author", "person__unit", "unit__head", "deadline", "parent__unit", "parent__deadline"
    ).get(pk=assignment.pk)


def not_open(assignment: Assignment) -> WrongState:
    """The refusal when an assignment is no longer open."""
    return WrongState(
        _("This piece of work is now “%(state)s”, so this cannot be done any more. Reload the page to see why.")
        % {"state": assignment.get_state_display()}
    )
