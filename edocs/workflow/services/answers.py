"""Work that ends with an outgoing document: tied to it while it is drafted, done when it is issued (domain §1.6)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.documents import access
from edocs.documents.choices import Direction, LinkKind, State
from edocs.documents.models import Document, DocumentLink
from edocs.documents.services.files import touch
from edocs.documents.services.states import locked, wrong_state
from edocs.errors import Invalid, NotPermitted
from edocs.journal.services import record
from edocs.office.models import Person
from edocs.workflow.models import OPEN_ASSIGNMENT, Assignment, AssignmentRole, AssignmentState
from edocs.workflow.services.assignments import conclude, held_duty, start
from edocs.workflow.services.giving import locked_assignment, name_of
from edocs.workflow.services.handling import close_if_done


def finish_with_answer(*, assignment: Assignment, answer: Document, by: Person) -> bool:
    """Say which outgoing document answers the incoming one; True when the work is thereby done.

    A draft keeps the work in progress until it is issued (``answer_issued``). Raises NotPermitted, Invalid (not an
    outgoing document), WrongState (work ended, or the answer was cancelled).
    """
    with transaction.atomic():
        document, row = held_duty(assignment, by=by)
        if answer.direction != Direction.OUTGOING:
            raise Invalid(_("Only an outgoing document answers. Choose one."), field="answer")
        if not access.may_see(by, answer):
            raise NotPermitted(_("You may not see the document you named as the answer. Choose one of yours."))
        fresh = Document.objects.get(pk=answer.pk)
        if fresh.state == State.CANCELLED:
            raise wrong_state(fresh)
        DocumentLink.objects.get_or_create(
            source=fresh, target=document, kind=LinkKind.REPLIES, defaults={"by": by, "at": clock.now()}
        )
        row.answer = fresh
        row.save(update_fields=["answer"])
        record("assignment.answer", document, by=by, after={"assignment": row.pk, "answer": fresh.pk})
        if fresh.state == State.ISSUED:
            _finish_line(document, row, answer=fresh, by=by)
            return True
        if row.state == AssignmentState.NEW:
            start(document, row, by=by)
        touch(document)
    return False


def answer_issued(*, document: Document, by: Person) -> list[Assignment]:
    """An outgoing document was issued: everything that waited for it is done, up to the top of its line.

    Called inside the transaction that issues it. Head and leader approved the answer on its way, so nobody above has
    to confirm. Returns the assignments that named it.
    """
    waiting = Assignment.objects.filter(answer=document, state__in=OPEN_ASSIGNMENT).select_related("document")
    ended = []
    for assignment in waiting.order_by("document_id", "id"):
        incoming = locked(assignment.document)
        row = locked_assignment(assignment)
        if row.state not in OPEN_ASSIGNMENT or incoming.state in (State.CANCELLED, State.RETURNED):
            continue  # ended together with work above it, or its document was cancelled meanwhile
        row.document = incoming
        _finish_line(incoming, row, answer=document, by=by)
        ended.append(row)
    return ended


def _finish_line(incoming: Document, row: Assignment, *, answer: Document, by: Person) -> None:
    """End a piece of work and, as long as it was the lead, the work it came from."""
    result = name_of(answer)
    current: Assignment | None = row
    while current is not None and current.state in OPEN_ASSIGNMENT:
        current.answer = answer
        conclude(incoming, current, result=result, by=by)
        record(
            "assignment.finish",
            incoming,
            by=by,
            after={"assignment": current.pk, "result": result, "answer": answer.pk},
        )
        if current.role != AssignmentRole.LEAD or current.parent is None:
            break
        current = locked_assignment(current.parent)
        current.document = incoming
    close_if_done(incoming, by=by)
