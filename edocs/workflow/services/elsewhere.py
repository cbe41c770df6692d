"""What follows in the workflow when a key elsewhere signed, or did not."""

from __future__ import annotations

from edocs import clock
from edocs.documents.choices import State
from edocs.documents.services.states import locked, move
from edocs.jobs.models import Job
from edocs.jobs.services import enqueue
from edocs.office.services import tell
from edocs.signatures.models import ItemState, Purpose, SigningItem, SigningSession
from edocs.signatures.models_token import Preparation
from edocs.signatures.services import two_phase
from edocs.signatures.services.consenting import fail_item
from edocs.workflow.services import issuing, signing
from signing.providers.national import Transaction

PHONE = "workflow.phone"


def waits_for_key(item: SigningItem) -> bool:
    """True while a key elsewhere has not signed this document."""
    if not two_phase.is_elsewhere(item.session.key):
        return False
    return not Preparation.objects.filter(item=item, value__isnull=False).exists()


def prepared(item: SigningItem, ready: two_phase.Ready, *, dispatch: bool = False) -> None:
    """Keep a prepared document; with the last of a consent its holder's telephone is asked."""
    session = item.session
    if two_phase.keep(item, ready, dispatch=dispatch) and session.key.provider in two_phase.PHONES:
        _ask_phone(session)


def _ask_phone(session: SigningSession) -> None:
    subject = f"session:{session.pk}"
    enqueue(PHONE, arguments={"session": session.pk}, subject=subject, by=session.person, once=True)


def ask_forgotten_phones() -> None:
    """Ask where nobody did because the last document of a consent could not be prepared."""
    for session in SigningSession.objects.filter(
        handle__startswith="elsewhere-",
        key__provider__in=two_phase.PHONES,
        on_phone=None,
        expires_at__gt=clock.now(),
        items__state=ItemState.WAITING,
    ).distinct():
        if two_phase.standing(session).ready:
            _ask_phone(session)


def asked_on_phone(session: SigningSession, given: Transaction) -> None:
    """Remember what lies on the telephone, and ask for it from now on."""
    two_phase.keep_phone(session, given)
    _ask_phone(session)


def phone_failed(job: Job, _reason: str) -> None:
    """The holder refused or was silent: every document of the consent goes back."""
    session = SigningSession.objects.select_related("person", "key").get(pk=job.arguments["session"])
    two_phase.give_up(session=session, code=job.code)


def _finish_signature(item: SigningItem) -> None:
    subject = f"document:{item.document_id}"
    enqueue(signing.SIGN, arguments={"item": item.pk}, subject=subject, by=item.session.person)


def _finish_seal(item: SigningItem) -> None:
    arguments = {"item": item.pk, "dispatch": bool(item.preparation.facts.get("dispatch"))}
    enqueue(issuing.SEAL, arguments=arguments, subject=f"document:{item.document_id}", by=item.session.person)


def _fail_signature(item: SigningItem, code: str, reason: str) -> None:
    fail_item(item, code=code, reason=reason)
    document = locked(item.document)
    if document.state == State.SIGNING:
        move(document, State.TO_SIGN)
    _tell(item, "sign_failed", code, signing.failed_address(item, document))


def _fail_seal(item: SigningItem, code: str, reason: str) -> None:
    fail_item(item, code=code, reason=reason)
    _tell(item, "seal_failed", code, f"/seal/{item.document_id}/")


def _tell(item: SigningItem, kind: str, code: str, address: str) -> None:
    tell([item.session.person_id], kind, facts={"summary": item.document.summary, "code": code}, address=address)


two_phase.courses[Purpose.PERSON] = two_phase.Course(_finish_signature, _fail_signature)
two_phase.courses[Purpose.SEAL] = two_phase.Course(_finish_seal, _fail_seal)
