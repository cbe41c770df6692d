"""More time for a piece of work: asked by whoever has it, answered by whoever set the deadline (domain §6.3)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.deadlines import services as deadlines
from edocs.deadlines.models import Extension
from edocs.documents.services.files import touch
from edocs.documents.services.states import locked
from edocs.errors import Invalid, WrongState
from edocs.journal.services import record
from edocs.office.models import Person
from edocs.workflow.models import OPEN_ASSIGNMENT, Assignment, AssignmentRole
from edocs.workflow.rights import holder_of
from edocs.workflow.services.assignments import held_duty
from edocs.workflow.services.giving import checked_reason, locked_assignment, not_open, notify


def ask_extension(*, assignment: Assignment, wanted: dt.datetime, reason: str, by: Person) -> Extension:
    """Ask for more time before the deadline passes. Raises NotPermitted, Invalid, WrongState (passed, or asked)."""
    reason = checked_reason(reason)
    with transaction.atomic():
        document, row = held_duty(assignment, by=by)
        if row.deadline is None:
            raise WrongState(_("This work has no deadline, so there is nothing to extend."))
        if row.deadline.due_at <= clock.now():
            raise WrongState(
                _("The deadline has passed; more time is asked for before it does. Note how the work stands instead.")
            )
        asked = deadlines.ask_extension(deadline=row.deadline, wanted=wanted, reason=reason, by=by)
        record(
            "assignment.ask_extension",
            document,
            by=by,
            before={"due_at": row.deadline.due_at},
            after={"assignment": row.pk, "wanted": wanted, "reason": reason},
        )
        notify(
            [row.deadline.set_by_id],
            "extension_asked",
            document=document,
            by=by,
            reason=reason,
            wanted=wanted.isoformat(),
        )
    return asked


def decide_extension(*, extension: Extension, grant: bool, by: Person, answer: str = "") -> Extension:
    """Grant or refuse more time; only whoever set the deadline, and not beyond the deadline above (domain §1.7)."""
    with transaction.atomic():
        # Work passed on after the deadline shares its row; the oldest assignment is the one it was set for.
        owners = Assignment.objects.filter(deadline=extension.deadline_id).select_related("document")
        assignment = owners.order_by("id")[:1].get()
        document = locked(assignment.document)
        row = locked_assignment(assignment)
        if row.state not in OPEN_ASSIGNMENT:
            raise not_open(row)
        if grant:
            _within_what_stands_above(row, extension.wanted)
        decided = deadlines.decide_extension(extension=extension, grant=grant, answer=answer, by=by)
        record(
            "assignment.decide_extension",
            document,
            by=by,
            after={"assignment": row.pk, "granted": grant, "wanted": decided.wanted, "answer": decided.answer},
        )
        touch(document)
        notify(
            {decided.asked_by_id, holder_of(row)},
            "extension_granted" if grant else "extension_refused",
            document=document,
            by=by,
            answer=decided.answer,
            wanted=decided.wanted.isoformat(),
        )
    return decided


def _within_what_stands_above(row: Assignment, wanted: dt.datetime) -> None:
    """A deadline inside stays within the one above; a coordinator's within the lead's."""
    above = row.parent.deadline if row.parent is not None else None
    if row.role == AssignmentRole.COORDINATE:
        lead = row.instruction.assignments.filter(role=AssignmentRole.LEAD).select_related("deadline").first()
        if lead is not None and lead.deadline is not None:
            above = lead.deadline
    if above is not None and wanted > above.due_at:
        raise Invalid(
            _("That is later than the deadline above (%(due)s). Ask above for more time first, or refuse.")
            % {"due": f"{timezone.localtime(above.due_at):%H:%M %d/%m/%Y}"},
            field="wanted",
        )
