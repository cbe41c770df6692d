"""Whose turn it is in a round, and which signature of the file a consent is for."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from edocs.documents.services.states import wrong_state
from edocs.signatures.models import SigningItem
from edocs.workflow.models import Step, StepState
from signing.layout import LEADER_FIELD


def open_steps(numbers: Iterable[int]) -> QuerySet[Step]:
    """The steps that are due now, at most one of each document."""
    return Step.objects.filter(
        approval__document__in=list(numbers), approval__ended_at=None, state=StepState.OPEN
    ).select_related("approval__authority", "authority", "person")


def step_of(item: SigningItem) -> Step:
    """The step that a consent's document is to be signed for. Raises WrongState when it is not due any more."""
    step = open_steps([item.document_id]).filter(person=item.session.person_id).first()
    if step is None:
        raise wrong_state(item.document)
    step.field = step.field or LEADER_FIELD  # rounds that began before fields were named
    return step


def signature_due(item: SigningItem) -> tuple[str, str]:
    """Of that step nothing but its kind and the field of the file to be signed. Raises WrongState as ``step_of``."""
    due = open_steps([item.document_id]).filter(person=item.session.person_id).values_list("kind", "field").first()
    if due is None:
        raise wrong_state(item.document)
    kind, field = due
    return kind, field or LEADER_FIELD
