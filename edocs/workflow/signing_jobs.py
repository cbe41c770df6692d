"""Signing and sealing run here, in the worker, one job a document; the key stays in the signing process."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from edocs.documents.choices import State
from edocs.errors import WrongState
from edocs.jobs.models import Job
from edocs.jobs.registry import Finish, job
from edocs.office.queries import the_agency
from edocs.signatures.models import ItemState, SigningItem
from edocs.signatures.services import making
from edocs.workflow.services import issuing, signing


def _item(job: Job, open_state: State) -> SigningItem | None:
    """The document to be signed, None when that was done. A failed one is repeated where the password can be given."""
    related = ("session__person", "session__key", "document__kind", "document__unit", "version__file", "version__blob")
    item = SigningItem.objects.select_related(*related).get(pk=job.arguments["item"])
    if item.state == ItemState.FAILED and item.document.state == open_state:
        raise WrongState(_("This is not repeated from here: sign or seal it again on the page where that is done."))
    return item if item.state == ItemState.WAITING else None


@job(signing.SIGN, attempts=2, on_failure=signing.signature_failed)
def sign(job: Job) -> Finish | None:
    item = _item(job, State.TO_SIGN)
    if item is None:
        return None
    made = making.sign(item)
    return lambda: signing.conclude_signature(item, made)


@job(issuing.SEAL, attempts=2, on_failure=issuing.seal_failed)
def seal(job: Job) -> Finish | None:
    item = _item(job, State.SEALING)
    if item is None:
        return None
    document = item.document
    assert document.issued_on is not None
    made = making.seal(
        item,
        number=issuing.number_field(document, item.version),
        date=issuing.date_field(item.version, document.issued_on),
        image=bytes(the_agency().seal_image or b"") or None,
    )
    return lambda: issuing.conclude_seal(item, made, dispatch=job.arguments.get("dispatch", False))
