"""What rows of the catalogues may not become, beyond what their fields say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from edocs.errors import Invalid, WrongState
from edocs.office.models import Agency, Authority, Correspondent, Dated, Delegation, Prefix, Unit


def _in_order(row: Dated) -> None:
    if row.valid_from is not None and row.valid_to is not None and row.valid_to < row.valid_from:
        raise Invalid(_("The last day lies before the first. Check both dates."), field="valid_to")


def _comes_back(row: models.Model, above: int | None, column: str) -> bool:
    """True when following ``column`` upwards, as the rows are stored, leads back to this one."""
    seen = {row.pk}
    while above is not None:
        if above in seen:
            return True
        seen.add(above)
        above = type(row)._default_manager.filter(pk=above).values_list(column, flat=True).first()
    return False


def _agency(row: Agency) -> None:
    """One office serves one agency."""
    _in_order(row)
    if Agency.objects.exclude(pk=row.pk).exists():
        raise WrongState(_("This office already has its agency. Change that one instead of adding another."))


def _unit(row: Unit) -> None:
    _in_order(row)
    if _comes_back(row, row.parent_id, "parent_id"):
        raise Invalid(_("A unit cannot stand below itself. Choose another superior unit."), field="parent")
    if row.head is not None and not row.head.is_active:
        raise Invalid(
            _("“%(name)s” no longer works here and cannot be head.") % {"name": row.head.full_name}, field="head"
        )


def _authority(row: Authority) -> None:
    """Decree 30/2020, Art. 13: on whose behalf one signs must be named; an authorisation has an end."""
    _in_order(row)
    if row.prefix in (Prefix.TM, Prefix.KT, Prefix.TL, Prefix.TUQ) and not row.head_title.strip():
        raise Invalid(
            _("%(prefix)s needs the title that follows it, for example GIÁM ĐỐC.") % {"prefix": row.prefix},
            field="head_title",
        )
    if row.prefix == Prefix.TUQ and row.valid_to is None:
        raise Invalid(_("TUQ. needs the day on which the authorisation ends."), field="valid_to")
    if not row.person.is_active:
        raise Invalid(
            _("“%(name)s” no longer works here and cannot sign.") % {"name": row.person.full_name}, field="person"
        )


def _delegation(row: Delegation) -> None:
    _in_order(row)
    if row.person_id == row.delegate_id:
        raise Invalid(_("Nobody can act for themselves. Choose another person."), field="delegate")
    for field, person in (("person", row.person), ("delegate", row.delegate)):
        if not person.is_active:
            raise Invalid(_("“%(name)s” no longer works here.") % {"name": person.full_name}, field=field)


def _correspondent(row: Correspondent) -> None:
    _in_order(row)
    if _comes_back(row, row.predecessor_id, "predecessor_id"):
        raise Invalid(_("An agency cannot succeed itself. Choose another one."), field="predecessor")


RULES: dict[type[models.Model], Callable[[Any], None]] = {
    Agency: _agency,
    Unit: _unit,
    Authority: _authority,
    Delegation: _delegation,
    Correspondent: _correspondent,
}
