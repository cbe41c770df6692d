"""Who may act on work: the person named, the head of the unit named, or whoever acts for them today."""

from __future__ import annotations

from edocs import clock
from edocs.office.models import Delegation, Person, Role
from edocs.workflow.models import Assignment


def principals_of(person: Person) -> frozenset[int]:
    """The person and everybody for whom they act today (one statement); nobody for an inactive account."""
    if not person.is_active:
        return frozenset()
    held = Delegation.objects.filter(Delegation.on(clock.today()), delegate=person, person__is_active=True)
    return frozenset({person.pk, *held.values_list("person_id", flat=True)})


def acts_as(person: Person, principal_id: int | None) -> bool:
    """True when the person is the principal, or acts for them today. Delegations are not handed on."""
    if principal_id is None or not person.is_active:
        return False
    return principal_id == person.pk or principal_id in principals_of(person)


def holder_of(assignment: Assignment) -> int | None:
    """Who answers for an assignment: the person, or the head of the unit (None while the unit has no head)."""
    return assignment.person_id if assignment.unit is None else assignment.unit.head_id


def may_act_on(person: Person, assignment: Assignment) -> bool:
    """True for the person assigned, the head of the unit assigned, and whoever acts for them today."""
    return acts_as(person, holder_of(assignment))


def may_pass_on(role_names: frozenset[str]) -> bool:
    """Only those who lead others hand work on; an officer does it or returns it."""
    return bool(role_names & {Role.LEADER, Role.UNIT_HEAD})
