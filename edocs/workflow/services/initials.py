"""Initials (ký nháy) of those who check content and format, each with their own key (Decree 30/2020, Art. 12).

A check passed with initials is a check passed; the initials are one more signature in the file, before the leader's,
which all that follows leaves as it is. Whether they are offered is a setting of the chain.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from edocs.documents.choices import Origin, State
from edocs.documents.models import Document, FileVersion
from edocs.documents.services.files import main_version
from edocs.documents.services.states import locked, wrong_state
from edocs.errors import NotPermitted, WrongState
from edocs.jobs.services import enqueue
from edocs.journal.services import record
from edocs.office.models import Person
from edocs.signatures.models import SigningItem, SigningSession
from edocs.signatures.services import making
from edocs.signatures.services.consenting import Wanted, keep_session, keeping, noting_refusals, unlock
from edocs.signatures.services.keys import personal_key
from edocs.workflow.models import CHECKS, DecisionKind, Step, StepState
from edocs.workflow.services import approving
from edocs.workflow.services.signing import SIGN
from edocs.workflow.services.turns import step_of


@sensitive_variables("password")
def pass_with_initials(*, step: Step, by: Person, version_id: int, password: str) -> SigningSession:
    """Pass one's check of the very file that was shown, with initials; a job signs, and the check is passed with it.

    Raises NotPermitted, WrongState (decided already, or another version: R-LAW-11), Invalid (password, certificate),
    Unavailable (no signing process). Nothing changes when refused.
    """
    with noting_refusals(person=by, documents=[step.approval.document_id]):
        with transaction.atomic():  # it looks at the step under the lock of its document
            wanted = _wanted(step, by, version_id)
        key = personal_key(by)
        try:
            handle = unlock(person=by, key=key, password=password, wanted=[wanted])
        finally:
            del password  # the frame of a refusal shall not hold it
        with keeping(handle):
            locked(wanted.document)
            wanted = _wanted(step, by, version_id)
            session = keep_session(person=by, key=key, handle=handle, wanted=[wanted])
            subject = f"document:{wanted.document.pk}"
            enqueue(SIGN, arguments={"item": session.items.get().pk}, subject=subject, by=by)
        return session


def _wanted(step: Step, by: Person, version_id: int) -> Wanted:
    document = Document.objects.select_related("kind").get(pk=step.approval.document_id)
    version = main_version(document)
    shown = FileVersion.objects.filter(pk=version_id, file__document=document).first()
    _document, fresh = approving.open_step(step, by, shown or step.approval.version)
    if fresh.kind not in CHECKS or not fresh.field or document.state != State.IN_APPROVAL:
        raise WrongState(_("Initials are not used here. Pass the check without them."), code="no_initials")
    if fresh.person_id != by.pk:
        raise NotPermitted(_("Initials are put by %(person)s alone.") % {"person": fresh.person.full_name})
    if version is None or version.pk != version_id or not approving.is_ready(version):
        raise WrongState(_("The file changed after you opened it. Reload the page and look at it again."))
    return Wanted(document, version, [str(fresh.get_kind_display())])


def conclude_initials(item: SigningItem, made: making.Made) -> None:
    """Write initials that were made and judged good: the check is passed, the next step opens."""
    document = locked(item.document)
    step = step_of(item)
    if document.state != State.IN_APPROVAL or step.kind not in CHECKS:
        raise wrong_state(document)
    person, approval = item.session.person, step.approval
    version = making.conclude(item, made, origin=Origin.SIGNATURE)
    approving.decide(step, person, approval.version, DecisionKind.APPROVE)
    Step.objects.filter(pk=step.pk).update(state=StepState.APPROVED, result=version)
    after = {"step": step.kind, "version": version.ordinal, "round": approval.round, "field": step.field}
    after |= {"sha256": made.blob.pk, "serial": item.session.key.serial}
    record("approval.initials", document, by=person, after=after)
    approving.open_next(document, approval, person)
