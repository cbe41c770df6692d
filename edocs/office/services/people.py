"""People, their accounts, roles and passwords; what follows when somebody's post changes (R-ADM-5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from edocs import clock
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.journal.services import record
from edocs.office.models import Authority, Delegation, Person, Role, RoleGrant, Unit
from edocs.office.services.catalogue import facts_of, only_administrators, validate

#: What an administrator may change of a person; the password and whether the account is in use have verbs of their own.
CHANGEABLE = frozenset({"username", "full_name", "unit", "position", "email", "phone", "signature_image"})
POST = frozenset({"unit", "position"})


@sensitive_variables("password")
def add_person(*, by: Person, password: str, roles: Collection[str], **values: Any) -> Person:
    """Enter a person with account, post, roles and a first password.

    ``values`` are fields of ``CHANGEABLE``. Raises NotPermitted, Invalid (name taken, password too weak).
    """
    only_administrators(by)
    _known(values, roles)
    with transaction.atomic():
        person = Person(**values)
        _strong(password, person)
        person.set_password(password)
        validate(person)
        person.save()
        RoleGrant.objects.bulk_create(RoleGrant(person=person, role=role) for role in sorted(set(roles)))
        record("person.add", person, by=by, after=facts_of(person, values) | {"roles": sorted(set(roles))})
    return person


def change_person(
    *,
    person: Person,
    by: Person,
    changes: Mapping[str, Any],
    roles: Collection[str] | None = None,
    keep_authorities: bool = False,
) -> Person:
    """Change a person's data, post and roles.

    When the post changes (unit or position), rights change with it (R-ADM-5): without ``roles`` the person gets the
    roles that everybody else in the new position holds, and authorities to sign that came with the old post end
    yesterday unless ``keep_authorities``. Raises NotPermitted, Invalid, WrongState (still head of the old unit).
    """
    only_administrators(by)
    _known(changes, roles or ())
    with transaction.atomic():
        row = Person.objects.select_for_update().get(pk=person.pk)
        before = facts_of(row, changes)
        for name, value in changes.items():
            setattr(row, name, value)
        validate(row)
        after = facts_of(row, changes)
        differ = sorted(name for name in after if before[name] != after[name])
        if differ:
            row.save()
            record(
                "person.change",
                row,
                by=by,
                before={name: before[name] for name in differ},
                after={name: after[name] for name in differ},
            )
        if POST.intersection(differ):
            _follow_the_post(row, by=by, keep_authorities=keep_authorities)
            if roles is None and "position" in differ:
                roles = usual_roles(row)
        if roles is not None:
            _set_roles(row, set(roles), by=by)
    return Person.objects.get(pk=row.pk)


def usual_roles(person: Person) -> frozenset[str] | None:
    """The roles of every other active person in the same position; None when there is nobody to go by.

    Nobody becomes or stops being administrator in this way.
    """
    others = Person.objects.filter(is_active=True, position=person.position_id).exclude(pk=person.pk)
    if person.position_id is None or not others.exists():
        return None
    sets = [set(other.role_grants.values_list("role", flat=True)) - {Role.ADMINISTRATOR} for other in others]
    telling = [roles for roles in sets if roles]
    if not telling:
        return None
    shared = set.intersection(*telling)
    held = set(person.role_grants.values_list("role", flat=True))
    return frozenset(shared | (held & {Role.ADMINISTRATOR}))


@sensitive_variables("password")
def set_password(*, person: Person, password: str, by: Person) -> None:
    """Give a person a new password (administrator); whoever is signed in with the old one is signed out."""
    only_administrators(by)
    _strong(password, person)
    with transaction.atomic():
        row = Person.objects.select_for_update().get(pk=person.pk)
        row.set_password(password)
        row.save(update_fields=["password"])
        record("person.password", row, by=by)


@sensitive_variables("old", "new")
def change_own_password(*, person: Person, old: str, new: str) -> None:
    """Change one's own password, knowing the old one."""
    with transaction.atomic():
        row = Person.objects.select_for_update().get(pk=person.pk)
        if not row.check_password(old):
            raise Invalid(_("The old password is not right. Type it again."), field="old_password")
        _strong(new, row)
        row.set_password(new)
        row.save(update_fields=["password"])
        record("person.password", row, by=row)


def end_account(*, person: Person, by: Person) -> None:
    """Take an account out of use: authorities and delegations end, nobody can sign in with it any more.

    Called by ``workflow.services.leaving.deactivate_person`` after open work was handed over, and refuses by itself
    what belongs to this layer: a head of a unit, oneself, the last administrator.
    """
    only_administrators(by)
    with transaction.atomic():
        row = Person.objects.select_for_update().get(pk=person.pk)
        if not row.is_active:
            raise WrongState(_("The account of “%(name)s” is already out of use.") % {"name": row.full_name})
        if row.pk == by.pk:
            raise NotPermitted(_("You cannot take your own account out of use. Ask another administrator."))
        _not_head(row, of=Unit.objects.filter(head=row))
        _not_the_last_administrator(row)
        _end_authorities(row, by=by)
        _end_delegations(row, by=by)
        row.is_active = False
        row.save(update_fields=["is_active"])
        record("person.deactivate", row, by=by, before={"is_active": True}, after={"is_active": False})


def reactivate_person(*, person: Person, by: Person) -> None:
    """Let somebody who came back sign in again; authorities and delegations have to be given anew."""
    only_administrators(by)
    with transaction.atomic():
        row = Person.objects.select_for_update().get(pk=person.pk)
        if row.is_active:
            raise WrongState(_("The account of “%(name)s” is in use.") % {"name": row.full_name})
        row.is_active = True
        row.save(update_fields=["is_active"])
        record("person.reactivate", row, by=by, before={"is_active": False}, after={"is_active": True})


def _known(values: Mapping[str, Any], roles: Collection[str]) -> None:
    unknown = set(values) - CHANGEABLE
    if unknown:
        raise TypeError(f"not to be changed in this way: {', '.join(sorted(unknown))}")
    foreign = set(roles) - set(Role.values)
    if foreign:
        raise Invalid(_("There is no role “%(role)s”.") % {"role": min(foreign)}, field="roles")


@sensitive_variables("password")
def _strong(password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="password") from None


def _set_roles(row: Person, roles: set[str], *, by: Person) -> None:
    held = set(row.role_grants.values_list("role", flat=True))
    if held == roles:
        return
    if Role.ADMINISTRATOR in held - roles:
        _not_the_last_administrator(row)
    row.role_grants.filter(role__in=held - roles).delete()
    RoleGrant.objects.bulk_create(RoleGrant(person=row, role=role) for role in sorted(roles - held))
    record("person.roles", row, by=by, before={"roles": sorted(held)}, after={"roles": sorted(roles)})


def _follow_the_post(row: Person, *, by: Person, keep_authorities: bool) -> None:
    _not_head(row, of=Unit.objects.filter(head=row).exclude(pk=row.unit_id or 0))
    if not keep_authorities:
        _end_authorities(row, by=by)


def _not_head(row: Person, *, of: Any) -> None:
    unit = of.first()
    if unit is not None:
        raise WrongState(
            _("“%(name)s” is head of “%(unit)s”. Name another head of that unit first.")
            % {"name": row.full_name, "unit": unit.name},
            code="is_head",
        )


def _not_the_last_administrator(row: Person) -> None:
    others = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, person__is_active=True).exclude(person=row)
    is_one = row.role_grants.filter(role=Role.ADMINISTRATOR).exists()
    if is_one and not others.exists():
        raise WrongState(_("This is the last administrator. Name another one first."), code="last_administrator")


def _end_authorities(row: Person, *, by: Person) -> None:
    yesterday = clock.today() - dt.timedelta(days=1)
    for authority in row.authorities.filter(Authority.on(clock.today())).select_for_update():
        before = {"valid_to": authority.valid_to}
        Authority.objects.filter(pk=authority.pk).update(valid_to=yesterday)
        record("authority.end", authority, by=by, before=before, after={"valid_to": yesterday})


def _end_delegations(row: Person, *, by: Person) -> None:
    yesterday = clock.today() - dt.timedelta(days=1)
    held = Delegation.objects.filter(person=row) | Delegation.objects.filter(delegate=row)
    for delegation in held.filter(Delegation.on(clock.today())):
        before = {"valid_to": delegation.valid_to}
        Delegation.objects.filter(pk=delegation.pk).update(valid_to=yesterday)
        record("delegation.end", delegation, by=by, before=before, after={"valid_to": yesterday})
