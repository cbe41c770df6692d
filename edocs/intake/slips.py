"""The slip of an incoming document: stamp, identity, and what leaders have written so far (Decree 30/2020, App. IV)."""

from __future__ import annotations

from django.utils import timezone, translation

from edocs import clock
from edocs.documents.models import Document
from edocs.office.models import Person
from edocs.office.queries import the_agency
from edocs.typeset import ArrivalSlip, ArrivalStamp, Opinion, Receiver, compose_slip
from edocs.workflow.models import Assignment, AssignmentRole, AssignmentState, Instruction, Submission

SLIP_LANGUAGE = "vi"
"""Official papers are Vietnamese whatever the language of the pages."""


def compose_slip_of(document: Document, *, printed_by: Person) -> bytes:
    """The slip as PDF/A (six statements). The caller has checked that the person may see the document."""
    with translation.override(SLIP_LANGUAGE):
        return compose_slip(slip_of(document, printed_by=printed_by))


def slip_of(document: Document, *, printed_by: Person) -> ArrivalSlip:
    """What the slip says today; what nobody wrote yet prints as dotted lines."""
    agency = the_agency()
    given = list(
        Instruction.objects.filter(document=document)
        .select_related("author")
        .prefetch_related("assignments__unit", "assignments__person", "assignments__deadline")
        .order_by("id")
    )
    leader = next((one for one in given if one.parent_id is None), None)
    unit_head = next((one for one in given if one.parent_id is not None), None)
    return ArrivalSlip(
        agency=agency.name,
        superior=agency.superior,
        place=agency.place,
        stamp=ArrivalStamp(
            agency=agency.name,
            number=str(document.arrival_number or ""),
            arrived_on=document.arrived_on,
            forwarded_to=_forwarded_to(document, leader),
        ),
        kind=document.kind.name,
        code=document.code,
        issued_on=document.issued_on,
        issuer=document.issuer_name,
        summary=document.summary,
        printed_by=printed_by.full_name,
        printed_at=timezone.localtime(clock.now()),
        leader=_opinion(leader),
        unit_head=_opinion(unit_head),
    )


def _forwarded_to(document: Document, leader: Instruction | None) -> str:
    """Line "Chuyển" of the stamp: who leads the work, else the leader before whom it lies."""
    if leader is not None:
        return next((_name(one) for one in _standing(leader) if one.role == AssignmentRole.LEAD), "")
    submission = Submission.objects.filter(document=document).select_related("to").order_by("-id").first()
    return submission.to.full_name if submission else ""


def _opinion(instruction: Instruction | None) -> Opinion:
    if instruction is None:
        return Opinion()
    standing = _standing(instruction)
    leads = [_receiver(one) for one in standing if one.role == AssignmentRole.LEAD]
    return Opinion(
        author=instruction.author.full_name,
        given_on=timezone.localtime(instruction.at).date(),
        text=instruction.text,
        lead=leads[0] if leads else Receiver(),
        coordinators=tuple(_receiver(one) for one in standing if one.role == AssignmentRole.COORDINATE),
    )


def _standing(instruction: Instruction) -> list[Assignment]:
    """Its receivers, without those from whom the work was taken back."""
    return [one for one in instruction.assignments.all() if one.state != AssignmentState.RECALLED]


def _receiver(assignment: Assignment) -> Receiver:
    due = timezone.localtime(assignment.deadline.due_at) if assignment.deadline else None
    return Receiver(_name(assignment), due)


def _name(assignment: Assignment) -> str:
    receiver = assignment.unit or assignment.person
    return str(receiver) if receiver else ""
