"""Changing the catalogues: one verb to save, one to delete, both for administrators, both in the journal.

What a catalogue may not become is written in ``catalogue_rules``; higher layers put their own verb before these two
(``documents.services.books``, ``workflow.services.chain_catalogue``, ``deadlines.office_hours``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.journal.services import record
from edocs.office.models import Person
from edocs.office.services.catalogue_rules import RULES

Thing = TypeVar("Thing", bound=models.Model)

#: The tables that are catalogue. Documents, work and evidence are not: they have verbs of their own.
CATALOGUES = frozenset(
    {
        "office.agency",
        "office.unit",
        "office.position",
        "office.authority",
        "office.delegation",
        "office.correspondent",
        "office.correspondentalias",
        "office.documentkind",
        "office.field",
        "office.instructiontemplate",
        "documents.book",
        "documents.bookyear",
        "deadlines.officehours",
        "workflow.chaintemplate",
        "workflow.steptemplate",
    }
)


def only_administrators(by: Person) -> None:
    """Raises NotPermitted unless ``by`` is an administrator with an account in use."""
    if not by.has_role("administrator"):
        raise NotPermitted(_("Only an administrator changes the catalogues. Ask them to do it."))


def save_catalogue(*, thing: Thing, by: Person, changes: Mapping[str, Any]) -> Thing:
    """Add a row of a catalogue (``thing`` not stored yet) or change it; returns it as stored.

    ``changes`` are names of fields with their new values; for many-to-many fields the whole list of rows. Nothing
    is written, and nothing journalled, when nothing differs. Raises NotPermitted, Invalid (with the field),
    WrongState (somebody deleted it meanwhile).
    """
    only_administrators(by)
    _only_catalogues(thing)
    several = {field.name for field in thing._meta.many_to_many}
    with transaction.atomic():
        is_new = thing.pk is None
        row = thing if is_new else _locked(thing)
        before = {} if is_new else facts_of(row, changes)
        for name, value in changes.items():
            if name not in several:
                setattr(row, name, value)
        validate(row)
        row.save()
        for name in several & set(changes):
            getattr(row, name).set(changes[name])
        after = facts_of(row, changes)
        if is_new:
            record(f"{row._meta.model_name}.add", row, by=by, after=after)
        elif before != after:
            differ = {name for name in after if before[name] != after[name]}
            record(
                f"{row._meta.model_name}.change",
                row,
                by=by,
                before={name: before[name] for name in differ},
                after={name: after[name] for name in differ},
            )
    return row


def delete_catalogue(*, thing: models.Model, by: Person) -> None:
    """Take a row out of a catalogue as long as nothing stands on it; what is in use is ended by its dates instead.

    Raises NotPermitted, WrongState (in use).
    """
    only_administrators(by)
    _only_catalogues(thing)
    with transaction.atomic():
        row = _locked(thing)
        names = [field.name for field in (*row._meta.concrete_fields, *row._meta.many_to_many)]
        record(f"{row._meta.model_name}.delete", row, by=by, before=facts_of(row, names))
        try:
            row.delete()
        except ProtectedError as error:
            raise _in_use(row, error.protected_objects) from None


def validate(row: models.Model) -> None:
    """Check fields, rules and constraints, in this order; raises Invalid with the first complaint and its field."""
    try:
        row.full_clean(validate_constraints=False)
        rule = RULES.get(type(row))
        if rule is not None:
            rule(row)
        row.validate_constraints()
    except ValidationError as error:
        raise _complaint(row, error) from None


def _complaint(row: models.Model, error: ValidationError) -> Invalid:
    complaints = error.message_dict
    field = next(iter(complaints))
    if field == NON_FIELD_ERRORS:
        return Invalid(complaints[field][0])
    label = str(row._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
    return Invalid(f"{label[:1].upper()}{label[1:]}: {complaints[field][0]}", field=field)


def facts_of(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """The values of fields as the journal keeps them: keys of other rows, bytes as their hash."""
    found: dict[str, Any] = {}
    for name in names:
        field = row._meta.get_field(name)
        if field.many_to_many:
            found[name] = sorted(getattr(row, name).values_list("pk", flat=True))
            continue
        value = getattr(row, field.attname)  # type: ignore[union-attr]
        if isinstance(value, bytes | memoryview):
            value = f"sha256:{hashlib.sha256(bytes(value)).hexdigest()}"
        found[name] = value
    return found


def _only_catalogues(thing: models.Model) -> None:
    if thing._meta.label_lower not in CATALOGUES:
        raise TypeError(f"{thing._meta.label} is not a catalogue; it has services of its own")


def _locked(thing: Thing) -> Thing:
    row = type(thing)._default_manager.select_for_update().filter(pk=thing.pk).first()
    if row is None:
        raise WrongState(_("“%(thing)s” was deleted meanwhile. Reload the page.") % {"thing": str(thing)})
    return row


def _in_use(row: models.Model, users: Iterable[models.Model]) -> WrongState:
    rows = list(users)
    kinds = sorted({str(user._meta.verbose_name_plural) for user in rows})
    return WrongState(
        _("“%(thing)s” is in use (%(users)s: %(count)d) and cannot be deleted. End its validity instead.")
        % {"thing": str(row), "users": ", ".join(kinds), "count": len(rows)},
        code="in_use",
    )
