"""Documents that come on paper alone: registered without a file, which may be scanned and added later."""

from __future__ import annotations

from django.db import transaction

from edocs.documents.models import Book, Document
from edocs.documents.services.registering import IncomingFields, register_incoming
from edocs.intake.services.arrivals import Route
from edocs.office.models import Person
from edocs.office.services import forget_form
from edocs.workflow.services.handling import submit_to_leader

PAPER_FORM_KEY = "arrival:new"
"""Under which name the half-filled form of a paper document is kept."""


def register_paper(
    *,
    fields: IncomingFields,
    by: Person,
    route: Route,
    pages: int = 0,
    book: Book | None = None,
    repeats_accepted: bool = False,
) -> Document:
    """Register a document of which there is no file and put it before a leader, in one transaction.

    Decree 30/2020, Art. 22.2: paper and electronic documents share one series. ``pages`` is what the clerk counted.
    Raises what ``register_incoming`` and ``submit_to_leader`` raise.
    """
    with transaction.atomic():
        document = register_incoming(fields=fields, files=[], by=by, book=book, repeats_accepted=repeats_accepted)
        if pages:
            document.pages = pages  # there is no file from which registering could count them
            document.save(update_fields=["pages"])
        if route.leader is not None:
            submit_to_leader(
                document=document, to=route.leader, by=by, note=route.note, proposed_lead=route.proposed_lead
            )
        forget_form(person=by, key=PAPER_FORM_KEY)
    return document
