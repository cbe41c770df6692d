"""When somebody leaves: their open work goes to a named person, then the account is taken out of use (R-ADM-5)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs.documents import access
from edocs.documents.choices import State
from edocs.documents.models import Document
from edocs.documents.services.files import touch
from edocs.errors import Invalid, WrongState
from edocs.journal.services import record
from edocs.office.models import Person, Role
from edocs.office.services import end_account
from edocs.office.services.catalogue import only_administrators
from edocs.signatures.models import Key
from edocs.signatures.services.keys import retire_key
from edocs.workflow.models import (
    OPEN_ASSIGNMENT,
    Assignment,
    Step,
    StepKind,
    StepState,
    Submission,
    SubmissionState,
)
from edocs.workflow.services.giving import notify, reason_for, tokens_for

#: Which role the receiver needs for which kind of check (Decree 30/2020, Art. 12).
CHECKERS = {StepKind.CONTENT: (Role.UNIT_HEAD, Role.LEADER), StepKind.FORMAT: (Role.FORMAT_CHECKER,)}


@dataclass(frozen=True)
class OpenWork:
    """What still waits for one person."""

    assignments: list[Assignment]
    submissions: list[Submission]
    steps: list[Step]
    drafts: list[Document]

    @property
    def total(self) -> int:
        return len(self.assignments) + len(self.submissions) + len(self.steps) + len(self.drafts)

    @property
    def signatures(self) -> list[Step]:
        """Signatures are bound to an authority and cannot be handed to somebody else."""
        return [step for step in self.steps if step.kind == StepKind.SIGN]


def open_work_of(person: Person) -> OpenWork:
    """Everything that would stand still if this person left now (four statements)."""
    steps = Step.objects.filter(
        person=person, state__in=(StepState.PENDING, StepState.OPEN), approval__ended_at=None
    ).select_related("approval__document")
    drafts = Document.objects.filter(author=person, state__in=(State.DRAFT, State.IN_APPROVAL, State.TO_SIGN))
    return OpenWork(
        assignments=list(
            Assignment.objects.filter(person=person, state__in=OPEN_ASSIGNMENT).select_related("document", "unit")
        ),
        submissions=list(Submission.objects.filter(to=person, state=SubmissionState.OPEN).select_related("document")),
        steps=list(steps),
        drafts=list(drafts),
    )


def deactivate_person(*, person: Person, by: Person, to: Person | None = None) -> None:
    """Hand the open work of ``person`` to ``to`` and take the account out of use.

    Refused while the person is head of a unit, while a document waits for their signature (it is bound to their
    authority), and while there is open work and nobody to take it. Keys are retired, authorities and delegations end.
    Raises NotPermitted, WrongState, Invalid (``to`` cannot take this work).
    """
    only_administrators(by)
    with transaction.atomic():
        row = Person.objects.select_for_update().get(pk=person.pk)
        work = open_work_of(row)
        if work.signatures:
            raise WrongState(
                _("%(count)d documents wait for the signature of “%(name)s”. Have them signed or returned first.")
                % {"count": len(work.signatures), "name": row.full_name},
                code="signatures_wait",
            )
        if work.total and to is None:
            raise WrongState(
                _("“%(name)s” still holds %(count)d pieces of work. Choose who takes them over.")
                % {"name": row.full_name, "count": work.total},
                code="open_work",
            )
        if to is not None and work.total:
            _check_receiver(row, to, work)
            _hand_over(row, to, work, by=by)
        for key in Key.objects.filter(owner=row, is_active=True):
            retire_key(key=key, by=by)
        end_account(person=row, by=by)


def _check_receiver(row: Person, to: Person, work: OpenWork) -> None:
    if to.pk == row.pk or not to.is_active:
        raise Invalid(_("Choose somebody else who works here."), field="to")
    if work.submissions and not to.has_role(Role.LEADER):
        raise Invalid(
            _("Documents wait for an instruction, and “%(name)s” is not a leader. Choose a leader.")
            % {"name": to.full_name},
            field="to",
        )
    for step in work.steps:
        if step.kind not in CHECKERS:
            continue  # whoever brings back the file of another agency needs no role
        if not to.has_role(*CHECKERS[StepKind(step.kind)]):
            raise Invalid(
                _("“%(name)s” may not make the check “%(step)s” that is still open. Choose somebody who may.")
                % {"name": to.full_name, "step": step.get_kind_display()},
                field="to",
            )


def _hand_over(row: Person, to: Person, work: OpenWork, *, by: Person) -> None:
    """Change who holds each piece, let the receiver see its document, tell them, and write it down per document."""
    for assignment in work.assignments:
        Assignment.objects.filter(pk=assignment.pk).update(person=to)
        access.grant(assignment.document, tokens_for(to), reason=reason_for(assignment))
    for submission in work.submissions:
        Submission.objects.filter(pk=submission.pk).update(to=to)
        access.grant(submission.document, [f"u:{to.pk}"], reason=f"submission:{submission.pk}")
    for step in work.steps:
        Step.objects.filter(pk=step.pk).update(person=to)
        access.grant(step.approval.document, [f"u:{to.pk}"], reason="approval")
    for draft in work.drafts:
        Document.objects.filter(pk=draft.pk).update(author=to)
        access.grant(draft, [f"u:{to.pk}"], reason="author")
    touched = {one.document_id: one.document for one in work.assignments}
    touched |= {one.document_id: one.document for one in work.submissions}
    touched |= {step.approval.document_id: step.approval.document for step in work.steps}
    touched |= {draft.pk: draft for draft in work.drafts}
    for document in touched.values():
        touch(document)
        record("document.hand_over", document, by=by, before={"person": row.pk}, after={"person": to.pk})
        notify([to.pk], "handed_over", document=document, by=by, was=row.full_name)
