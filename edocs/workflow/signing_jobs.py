"""Signing and sealing run here, in the worker, one job a document; the key stays in the signing process."""

from __future__ import annotations

from contextlib import nullcontext

from django.utils.translation import gettext_lazy as _

from edocs.documents.choices import State
from edocs.errors import WrongState
from edocs.jobs.models import Job
from edocs.jobs.registry import Finish, job
from edocs.jobs.services import Postpone
from edocs.jobs.together import shared
from edocs.office.queries import the_agency
from edocs.signatures.models import ItemState, SigningItem, SigningSession
from edocs.signatures.models_token import PhoneTransaction
from edocs.signatures.services import making, two_phase
from edocs.workflow.models import CHECKS
from edocs.workflow.services import attachments, elsewhere, initials, issuing, joint, signing, turns
from signing.process.elsewhere import Filling

PHONE_SECONDS = 3


def _item(job: Job, open_state: State) -> SigningItem | None:
    """The document to be signed, None when that was done. A failed one is repeated where the password can be given."""
    related = ("document", "version__file", "version__blob")
    item = SigningItem.objects.select_related(*related).get(pk=job.arguments["item"])
    item.session = _session(item.session_id)
    if item.state == ItemState.FAILED and item.document.state == open_state:
        raise WrongState(_("This is not repeated from here: sign or seal it again on the page where that is done."))
    return item if item.state == ItemState.WAITING else None


def _session(number: int) -> SigningSession:
    """The consent with its person and key; for jobs that came together it is read once, since it never changes."""

    def read() -> SigningSession:
        return SigningSession.objects.select_related("person", "key").get(pk=number)

    return shared(("session", number), lambda: nullcontext(read())) or read()


def _seal_image() -> bytes | None:
    def read() -> bytes:
        return bytes(the_agency().seal_image or b"")

    image = shared("seal image", lambda: nullcontext(read()))
    return (read() if image is None else image) or None


@job(signing.SIGN, attempts=2, on_failure=signing.signature_failed)
def sign(job: Job) -> Finish | None:
    item = _item(job, State.TO_SIGN)
    if item is None:
        return None
    kind, field = turns.signature_due(item)
    if elsewhere.waits_for_key(item):
        image = bytes(item.session.person.signature_image or b"") or None
        ready = two_phase.prepare(item, image=image, field=field)
        return lambda: elsewhere.prepared(item, ready)
    made = making.sign(item, field=field)
    if kind in CHECKS:
        return lambda: initials.conclude_initials(item, made)
    return lambda: signing.conclude_signature(item, made)


@job(issuing.SEAL, attempts=2, on_failure=issuing.seal_failed)
def seal(job: Job) -> Finish | None:
    item = _item(job, State.SEALING)
    if item is None:
        return None
    document = item.document
    assert document.issued_on is not None
    number, date = issuing.number_field(document, item.version), issuing.date_field(item.version, document.issued_on)
    image = _seal_image()
    dispatch = bool(job.arguments.get("dispatch", False))
    if elsewhere.waits_for_key(item):
        ready = two_phase.prepare(item, image=image, filling=Filling(number, date))
        return lambda: elsewhere.prepared(item, ready, dispatch=dispatch)
    made = making.seal(item, number=number, date=date, image=image)
    return lambda: issuing.conclude_seal(item, made, dispatch=dispatch)


@job(attachments.PREPARE_ATTACHMENTS, attempts=3, on_failure=attachments.give_up)
def prepare_attachments(job: Job) -> Finish:
    """Make the attachments of a signed document ready for the agency's words."""
    return attachments.make_ready(job)


@job(attachments.MARK, attempts=2, on_failure=issuing.seal_failed)
def mark_attachment(job: Job) -> Finish | None:
    """Sign one attachment as the agency, with words alone."""
    item = _item(job, State.SEALING)
    if item is None:
        return None
    made = making.mark(item, words=attachments.words_of(item.document))
    dispatch = bool(job.arguments.get("dispatch", False))
    return lambda: issuing.conclude_mark(item, made, dispatch=dispatch)


@job(joint.TAKE_SIGNED, attempts=2, on_failure=joint.refused)
def take_signed(job: Job) -> Finish | None:
    """Judge the file that another agency signed, and let it follow the one that was sent."""
    return joint.take_signed(job)


@job(elsewhere.PHONE, attempts=3, on_failure=elsewhere.phone_failed)
def ask_phone(job: Job) -> Finish:
    """Ask a holder's telephone for a whole consent; asked again until they decided or the consent ended."""
    session = SigningSession.objects.select_related("person", "key").get(pk=job.arguments["session"])
    if not PhoneTransaction.objects.filter(session=session).exists():
        given = two_phase.start_phone(session)
        return lambda: elsewhere.asked_on_phone(session, given)
    values = two_phase.ask_phone(session)
    if values is None:
        raise Postpone(PHONE_SECONDS, str(_("The holder of the key has not confirmed on the telephone yet.")))
    return lambda: two_phase.answer(session=session, person=session.person, values=values)


@job("workflow.elsewhere", attempts=3, every=30)
def end_unanswered(_job: Job) -> None:
    """Documents whose key did not answer in time go back to their signer."""
    two_phase.sweep()
    elsewhere.ask_forgotten_phones()
