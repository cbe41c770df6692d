"""Approval chains: the steps an outgoing document goes before it is signed (Decree 30/2020, Art. 11–13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs.errors import Invalid
from edocs.office.models import Person
from edocs.office.services import delete_catalogue, save_catalogue
from edocs.workflow.models import ChainTemplate, StepKind, StepTemplate


@dataclass(frozen=True)
class WantedStep:
    """One step as it shall be; who does it follows from its kind unless a person is named."""

    kind: str
    person: Person | None = None


def save_chain(
    *, thing: ChainTemplate, by: Person, changes: Mapping[str, Any], steps: Sequence[WantedStep] | None = None
) -> ChainTemplate:
    """Add or change a chain together with its steps; rounds already under way keep the steps they began with.

    Raises NotPermitted, Invalid: content and format are two separate checks and both stand before the signature,
    which is the last step and stands once (R-LAW-10).
    """
    with transaction.atomic():
        chain = save_catalogue(thing=thing, by=by, changes=changes)
        if steps is not None:
            _check(steps)
            _replace(chain, steps, by=by)
        elif not chain.steps.exists():
            raise Invalid(_("A chain needs its steps: content check, format check, signature."), field="steps")
    return chain


def _check(steps: Sequence[WantedStep]) -> None:
    kinds = [step.kind for step in steps]
    if not kinds or kinds[-1] != StepKind.SIGN or kinds.count(StepKind.SIGN) != 1:
        raise Invalid(_("The last step of a chain is the signature, and it stands once."), field="steps")
    if StepKind.CONTENT not in kinds or StepKind.FORMAT not in kinds:
        raise Invalid(
            _("Content and format are checked apart, before the signature (Decree 30/2020, Art. 12). Add both checks."),
            field="steps",
        )
    for step in steps:
        if step.person is not None and not step.person.is_active:
            raise Invalid(_("“%(name)s” no longer works here.") % {"name": step.person.full_name}, field="steps")


def _replace(chain: ChainTemplate, steps: Sequence[WantedStep], *, by: Person) -> None:
    """Change the rows that stand, add what is missing, delete what is too much."""
    standing = list(chain.steps.order_by("order", "id"))
    for order, step in enumerate(steps):
        row = standing[order] if order < len(standing) else StepTemplate(chain=chain)
        save_catalogue(
            thing=row,
            by=by,
            changes={"chain": chain, "kind": step.kind, "person": step.person, "order": order},
        )
    for row in standing[len(steps) :]:
        delete_catalogue(thing=row, by=by)
