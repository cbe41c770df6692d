"""Putting a signature or initials elsewhere on the page, before anybody signed the file."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs.documents.choices import State
from edocs.documents.models import Document, FileVersion
from edocs.documents.refusals import refusal_for
from edocs.documents.services.files import main_version
from edocs.documents.services.states import wrong_state
from edocs.errors import NotPermitted, WrongState
from edocs.journal.services import record
from edocs.limited import FileRefused
from edocs.office.models import Person
from edocs.workflow.models import Approval, Step, StepState
from edocs.workflow.services.approving import is_ready, keep_prepared
from edocs.workflow.services.preparing import make_prepared
from signing.layout import Box


def move_signature(*, document: Document, box: Box, by: Person) -> FileVersion:
    """Put the signature, and the seal with it, elsewhere: what was approved is prepared anew, before anybody signs.

    ``box`` is in points from the bottom left corner, page 0 first. Raises NotPermitted, WrongState (somebody signed
    already: code ``places_fixed``), Invalid (outside the page), Unavailable.
    """
    approval = _to_sign(document, by)
    return _move(approval, by, signature=box)


def move_initials(*, step: Step, box: Box, by: Person) -> FileVersion:
    """Put one's initials elsewhere, before anybody signs; like ``move_signature``."""
    approvals = Approval.objects.select_related("version__file", "authority__person", "submitted_by", "document")
    approval = approvals.filter(pk=step.approval_id, ended_at=None).first()
    if approval is None or step.state != StepState.OPEN or not step.field:
        raise wrong_state(step.approval.document)
    if step.person_id != by.pk:
        raise NotPermitted(_("This step is for %(person)s to decide.") % {"person": step.person.full_name})
    return _move(approval, by, initials=(step.field, box))


def _move(
    approval: Approval, by: Person, *, signature: Box | None = None, initials: tuple[str, Box] | None = None
) -> FileVersion:
    document = approval.document
    _check_movable(approval)
    current = main_version(document)
    standing = current.places if current is not None and is_ready(current) else None
    try:
        prepared = make_prepared(approval=approval, signature=signature, initials=initials, standing=standing)
    except FileRefused as refused:
        raise refusal_for(refused, name=approval.version.file.name) from None
    with transaction.atomic():
        version = keep_prepared(approval=approval, prepared=prepared, by=by)
        if version is None:
            _check_movable(approval)
            raise wrong_state(Document.objects.get(pk=document.pk))
        moved = (
            {"signature": prepared.places["signature"]} if initials is None else {initials[0]: initials[1].to_json()}
        )
        record("signature.move", document, by=by, after=moved | {"version": version.ordinal})
    return version


def _check_movable(approval: Approval) -> None:
    """Nothing in a file moves once somebody signed it."""
    last = approval.steps.filter(result__isnull=False).select_related("person").order_by("-order").first()
    if last is not None:
        raise WrongState(
            _("%(name)s signed this file already, so no place in it can be moved. Return it to that step to move it.")
            % {"name": last.signer_name or last.person.full_name},
            code="places_fixed",
        )


def _to_sign(document: Document, by: Person) -> Approval:
    fresh = Document.objects.get(pk=document.pk)
    approvals = Approval.objects.select_related("version__file", "authority__person", "submitted_by", "document")
    approval = approvals.filter(document=fresh, ended_at=None).first()
    if approval is None or fresh.state != State.TO_SIGN:
        raise wrong_state(fresh)
    if approval.authority.person_id != by.pk:
        raise NotPermitted(_("Only the signatory decides where the signature stands."))
    return approval
