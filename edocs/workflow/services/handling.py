"""The way of an incoming document through the office: put before a leader, instructed, given back, closed, reopened.

Decree 30/2020, Art. 23 and 24. Every verb locks the document's row first: one change at a time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.deadlines.services import set_deadline
from edocs.documents import access
from edocs.documents.choices import State
from edocs.documents.models import Document
from edocs.documents.services.files import touch
from edocs.documents.services.states import locked, move, wrong_state
from edocs.errors import Invalid, NotPermitted
from edocs.journal.services import record
from edocs.office.models import Person, Role, Unit
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
from edocs.workflow.rights import acts_as, holder_of
from edocs.workflow.services.giving import (
    LONGEST_REASON,
    Target,
    checked_reason,
    checked_text,
    end_open,
    give,
    notify,
    only_incoming,
)

#: where a leader may give an instruction: the first, one more beside it, or new work on a finished document
INSTRUCTABLE = (State.REGISTERED, State.WITH_LEADER, State.ASSIGNED, State.IN_PROGRESS, State.DONE)


def submit_to_leader(
    *, document: Document, to: Person, by: Person, note: str = "", proposed_lead: Unit | None = None
) -> Submission:
    """Put a registered document before a leader (Decree 30/2020, Art. 23.1).

    Raises NotPermitted (not a clerk), Invalid (not a leader), WrongState (not registered, or already submitted).
    """
    _clerk_only(by)
    with transaction.atomic():
        fresh = locked(document)
        only_incoming(fresh)
        if fresh.state != State.REGISTERED:
            raise wrong_state(fresh)
        submission = _put_before(fresh, to=to, by=by, note=note, proposed_lead=proposed_lead)
        record("document.submit", fresh, by=by, after={"submission": submission.pk, "to": to.pk, "note": note})
    return submission


def assign_directly(
    *,
    document: Document,
    by: Person,
    text: str,
    lead: Target,
    coordinators: Sequence[Target] = (),
    inform: Sequence[Target] = (),
    working_days: int | None = None,
    due_at: dt.datetime | None = None,
) -> Instruction:
    """The short path: the clerk hands over what a regulation already gives to a solver (Decree 30/2020, Art. 23.1).

    ``text`` names that regulation. Raises NotPermitted, Invalid, WrongState.
    """
    _clerk_only(by)
    with transaction.atomic():
        fresh = locked(document)
        only_incoming(fresh)
        if fresh.state != State.REGISTERED:
            raise wrong_state(fresh)
        instruction = give(
            document=fresh,
            author=by,
            acting_by=None,
            text=text,
            lead=lead,
            coordinators=coordinators,
            inform=inform,
            working_days=working_days,
            due_at=due_at,
        )
        move(fresh, State.ASSIGNED)
        record("document.assign_directly", fresh, by=by, after=_what(instruction))
    return instruction


def forward_to_leader(*, document: Document, to: Person, by: Person, note: str = "") -> Submission:
    """The leader before whom a document lies passes it to another leader."""
    with transaction.atomic():
        fresh = locked(document)
        submission = _open_submission(fresh)
        if not acts_as(by, submission.to_id):
            raise NotPermitted(_("Only the leader before whom the document lies passes it to another leader."))
        if to.pk == submission.to_id:
            raise Invalid(_("The document already lies before this leader. Choose another one."), field="to")
        _end_submission(submission, SubmissionState.FORWARDED)
        following = _put_before(fresh, to=to, by=by, note=note, proposed_lead=submission.proposed_lead)
        record(
            "document.forward",
            fresh,
            by=by,
            before={"leader": submission.to_id},
            after={"submission": following.pk, "to": to.pk, "note": note},
        )
    return following


def return_to_clerk(*, document: Document, reason: str, by: Person) -> None:
    """The leader gives a document back to the clerical office, which keeps it registered."""
    reason = checked_reason(reason)
    with transaction.atomic():
        fresh = locked(document)
        submission = _open_submission(fresh)
        if not acts_as(by, submission.to_id):
            raise NotPermitted(_("Only the leader before whom the document lies gives it back."))
        _end_submission(submission, SubmissionState.RETURNED, reason)
        move(fresh, State.REGISTERED)
        record("document.return_to_clerk", fresh, by=by, before={"leader": submission.to_id}, after={"reason": reason})
        notify({submission.by_id, fresh.author_id}, "returned", document=fresh, by=by, reason=reason)


def return_to_sender(*, document: Document, reason: str, by: Person) -> None:
    """Refuse a document that is not for this agency or cannot be verified (R-LAW-04, R-LAW-17).

    Decree 30/2020, Art. 21.2.b; Decision 28/2018, Art. 5.4 and 9.1. Its arrival number stays taken.
    """
    _clerk_only(by)
    reason = checked_reason(reason)
    with transaction.atomic():
        fresh = locked(document)
        only_incoming(fresh)
        before = fresh.state
        _end_open_duties(fresh, by=by)
        move(fresh, State.RETURNED, cancelled_reason=reason)
        waiting = Submission.objects.filter(document=fresh, state=SubmissionState.OPEN).first()
        if waiting is not None:
            _end_submission(waiting, SubmissionState.RETURNED, reason)
            notify([waiting.to_id], "returned_to_sender", document=fresh, by=by, reason=reason)
        record("document.return_to_sender", fresh, by=by, before={"state": before}, after={"reason": reason})


def instruct(
    *,
    document: Document,
    author: Person,
    text: str,
    lead: Target,
    coordinators: Sequence[Target] = (),
    inform: Sequence[Target] = (),
    working_days: int | None = None,
    due_at: dt.datetime | None = None,
    acting_by: Person | None = None,
) -> Instruction:
    """A leader says who does what by when: exactly one lead (Decree 30/2020, Art. 23.2; R-LAW-08).

    On a document already assigned this is one more instruction beside the others; what was sent never changes.
    ``acting_by`` writes it for the author under a delegation and is named with it.
    Raises NotPermitted, Invalid (receivers, text, deadline), WrongState.
    """
    with transaction.atomic():
        fresh = _instructable(document, author=author, acting_by=acting_by)
        instruction = give(
            document=fresh,
            author=author,
            acting_by=acting_by,
            text=text,
            lead=lead,
            coordinators=coordinators,
            inform=inform,
            working_days=working_days,
            due_at=due_at,
        )
        if fresh.state in (State.ASSIGNED, State.IN_PROGRESS):
            touch(fresh)
        else:
            move(fresh, State.ASSIGNED)
        _answered_submission(fresh, instruction)
        record("document.instruct", fresh, by=acting_by or author, after=_what(instruction))
    return instruction


def file_for_information(
    *,
    document: Document,
    author: Person,
    text: str,
    inform: Sequence[Target] = (),
    acting_by: Person | None = None,
) -> Instruction:
    """A leader lets a document be known and kept, without work for anybody (lưu, để biết): it is done at once."""
    with transaction.atomic():
        fresh = _instructable(document, author=author, acting_by=acting_by)
        if fresh.state not in (State.REGISTERED, State.WITH_LEADER):
            raise wrong_state(fresh)
        instruction = give(document=fresh, author=author, acting_by=acting_by, text=text, lead=None, inform=inform)
        _end_open_duties(fresh, by=acting_by or author)
        move(fresh, State.DONE)
        _answered_submission(fresh, instruction)
        record("document.file_for_information", fresh, by=acting_by or author, after=_what(instruction))
    return instruction


def reopen(
    *,
    document: Document,
    by: Person,
    reason: str,
    working_days: int | None = None,
    due_at: dt.datetime | None = None,
) -> Assignment:
    """Work that was done is not: the lead named last has it again, with a new deadline if one is given.

    Only who gave the work (or acts for them). A document kept for information has no lead: instruct it instead.
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        fresh = locked(document)
        if fresh.state != State.DONE:
            raise wrong_state(fresh)
        lead = (
            Assignment.objects.filter(document=fresh, role=AssignmentRole.LEAD, parent=None, state=AssignmentState.DONE)
            .select_related("instruction__author", "unit", "deadline")
            .order_by("-ended_at", "-id")
            .first()
        )
        if lead is None:
            raise Invalid(_("Nobody had this document as lead. Give an instruction instead."))
        if not acts_as(by, lead.instruction.author_id):
            raise NotPermitted(
                _("Only %(name)s, who gave the work, opens it again.") % {"name": lead.instruction.author}
            )
        if working_days is not None or due_at is not None:
            lead.deadline = set_deadline(by=lead.instruction.author, working_days=working_days, due_at=due_at)
        take_up_again(lead, by=by, reason=reason)
        move(fresh, State.IN_PROGRESS)
        record("document.reopen", fresh, by=by, after={"assignment": lead.pk, "reason": reason})
    return lead


# --- used by the other modules of this package ----------------------------------------------------------------------
def take_up_again(assignment: Assignment, *, by: Person, reason: str) -> None:
    """Work that was done is in progress again; the reason stands among its notes."""
    assignment.state = AssignmentState.IN_PROGRESS
    assignment.ended_at = None
    assignment.ended_by = None
    assignment.save(update_fields=["state", "ended_at", "ended_by", "deadline"])
    ProgressNote.objects.create(assignment=assignment, by=by, at=clock.now(), text=reason)
    notify([holder_of(assignment)], "reopened", document=assignment.document, by=by, reason=reason)


def back_to_author(document: Document, instruction: Instruction, *, by: Person, reason: str) -> None:
    """The lead fell away: without another one the document lies again before who gave the work (document locked)."""
    if document.state not in (State.ASSIGNED, State.IN_PROGRESS) or _open_leads(document).exists():
        touch(document)
        return
    author = instruction.author
    if author.is_active and author.has_role(Role.LEADER):
        _put_before(document, to=author, by=by, note=reason)
        return
    # Given by the clerk on the short path. The table of moves leads from work to the register through the leader.
    move(document, State.WITH_LEADER)
    move(document, State.REGISTERED)


def close_if_done(document: Document, *, by: Person) -> bool:
    """The document is done when no lead at the top is open any more; what is still open besides is taken back."""
    if document.state not in (State.ASSIGNED, State.IN_PROGRESS) or _open_leads(document).exists():
        touch(document)
        return False
    _end_open_duties(document, by=by)
    move(document, State.DONE)
    return True


# --- inside ---------------------------------------------------------------------------------------------------------
def _open_leads(document: Document) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        document=document, parent=None, role=AssignmentRole.LEAD, state__in=OPEN_ASSIGNMENT
    )


def _end_open_duties(document: Document, *, by: Person) -> None:
    rest = Assignment.objects.filter(document=document, state__in=OPEN_ASSIGNMENT).exclude(role=AssignmentRole.INFORM)
    end_open(rest.select_related("unit", "document"), by=by)


def _clerk_only(by: Person) -> None:
    if not by.has_role(Role.CLERK):
        raise NotPermitted(_("Only the clerical office does this (Decree 30/2020, Art. 4)."))


def _put_before(
    document: Document, *, to: Person, by: Person, note: str, proposed_lead: Unit | None = None
) -> Submission:
    if not to.is_active or not to.has_role(Role.LEADER):
        raise Invalid(_("“%(name)s” is not a leader of the agency. Choose a leader.") % {"name": to}, field="to")
    note = checked_text(note, field="note", message="", least=0, most=LONGEST_REASON)
    submission = Submission.objects.create(
        document=document, to=to, by=by, at=clock.now(), note=note, proposed_lead=proposed_lead
    )
    access.grant(document, [f"u:{to.pk}"], reason=f"submission:{submission.pk}")
    if document.state == State.WITH_LEADER:
        touch(document)
    else:
        move(document, State.WITH_LEADER)
    notify([to.pk], "submitted", document=document, by=by, note=note)
    return submission


def _open_submission(document: Document) -> Submission:
    only_incoming(document)
    waiting = (
        Submission.objects.filter(document=document, state=SubmissionState.OPEN)
        .select_related("to", "proposed_lead")
        .first()
    )
    if waiting is None or document.state != State.WITH_LEADER:
        raise wrong_state(document)
    return waiting


def _end_submission(submission: Submission, state: SubmissionState, reason: str = "") -> None:
    submission.state = state
    submission.reason = reason
    submission.ended_at = clock.now()
    submission.save(update_fields=["state", "reason", "ended_at"])


def _instructable(document: Document, *, author: Person, acting_by: Person | None) -> Document:
    """The locked document, when this author may instruct it now."""
    if not author.is_active or not author.has_role(Role.LEADER):
        raise NotPermitted(_("Only a leader gives instructions on incoming documents (Decree 30/2020, Art. 23)."))
    if acting_by is not None and not acts_as(acting_by, author.pk):
        raise NotPermitted(
            _("%(who)s does not act for %(whom)s today. Ask them, or the administrator, for a delegation.")
            % {"who": acting_by, "whom": author}
        )
    fresh = locked(document)
    only_incoming(fresh)
    if not access.may_see(author, fresh):
        raise NotPermitted(_("This document was not put before you."))
    if fresh.state not in INSTRUCTABLE:
        raise wrong_state(fresh)
    return fresh


def _answered_submission(document: Document, instruction: Instruction) -> None:
    """An instruction ends the waiting; a leader whom another one forestalled is told."""
    waiting = Submission.objects.filter(document=document, state=SubmissionState.OPEN).first()
    if waiting is None:
        return
    _end_submission(waiting, SubmissionState.INSTRUCTED)
    if waiting.to_id != instruction.author_id:
        notify([waiting.to_id], "instructed", document=document, by=instruction.author)


def _what(instruction: Instruction) -> dict[str, object]:
    """What the journal keeps of an instruction."""
    rows = instruction.assignments.select_related("deadline").order_by("id")
    return {
        "instruction": instruction.pk,
        "author": instruction.author_id,
        "text": instruction.text,
        "assignments": [
            {
                "id": row.pk,
                "role": row.role,
                "person": row.person_id,
                "unit": row.unit_id,
                "due_at": row.deadline.due_at if row.deadline else None,
            }
            for row in rows
        ],
    }
