"""Signing and sealing run here, in the worker, one job a document; the key stays in the signing process."""

from __future__ import annotations

from edocs.jobs.models import Job
from edocs.jobs.registry import Finish, job
from edocs.office.queries import the_agency
from edocs.signatures.models import ItemState, SigningItem
from edocs.signatures.services import making
from edocs.workflow.services import issuing, signing


def _item(job: Job) -> SigningItem:
    related = ("session__person", "session__key", "document__kind", "document__unit", "version__file", "version__blob")
    return SigningItem.objects.select_related(*related).get(pk=job.arguments["item"])


@job("workflow.sign", attempts=2, on_failure=signing.signature_failed)
def sign(job: Job) -> Finish | None:
    item = _item(job)
    if item.state != ItemState.WAITING:
        return None
    made = making.sign(item)
    return lambda: signing.conclude_signature(item, made)


@job("workflow.seal", attempts=2, on_failure=issuing.seal_failed)
def seal(job: Job) -> Finish | None:
    item = _item(job)
    if item.state != ItemState.WAITING:
        return None
    document = item.document
    assert document.issued_on is not None
    made = making.seal(
        item,
        number=issuing.number_field(document, item.version),
        date=issuing.date_field(document.issued_on),
        image=bytes(the_agency().seal_image or b"") or None,
    )
    return lambda: issuing.conclude_seal(item, made, dispatch=job.arguments.get("dispatch", False))
