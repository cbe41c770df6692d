"""Files that arrive: kept at once, read in the background, registered or put aside by a clerk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.documents.models import Book, Document
from edocs.documents.refusals import refusal_for
from edocs.documents.services.registering import GivenFile, IncomingFields, register_incoming
from edocs.documents.storage import keep_file
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.intake.models import Arrival, ArrivalState
from edocs.jobs.services import enqueue
from edocs.journal.services import record
from edocs.limited import FileKind, FileRefused, clean_name, sniff
from edocs.office.models import Person, Unit
from edocs.office.services import forget_form
from edocs.signatures.cards import word_of
from edocs.signatures.models import Verdict
from edocs.signatures.queries import found_of
from edocs.workflow.services.handling import submit_to_leader

MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.ODT: "application/vnd.oasis.opendocument.text",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.TIFF: "image/tiff",
}


def accept_upload(*, path: Path, name: str, by: Person) -> Arrival:
    """Keep one file that was dropped: checked by its content, stored, and read by a job.

    ``name`` is only shown, never opened. Raises NotPermitted, Invalid with a sentence about this very file.
    """
    if not by.has_role("clerk"):
        raise NotPermitted(_("Only the clerical office takes in documents (Decree 30/2020, Art. 4)."))
    shown_name = clean_name(name)
    try:
        kind = sniff(path, name, max_bytes=settings.MAX_UPLOAD_BYTES).kind
    except FileRefused as refused:
        raise refusal_for(refused, name=shown_name) from None
    blob = keep_file(path, MEDIA_TYPES[kind])
    with transaction.atomic():
        arrival = Arrival.objects.create(name=shown_name, received=blob, by=by, at=clock.now())
        record("arrival.accept", arrival, by=by, after={"name": shown_name, "sha256": blob.pk, "bytes": blob.size})
        enqueue("intake.read", arguments={"arrival": arrival.pk}, subject=f"arrival:{arrival.pk}", by=by)
    return arrival


def put_aside(*, arrival: Arrival, by: Person) -> None:
    """The file is not to be registered (a test page, a repeat); the bytes stay in the store."""
    if not by.has_role("clerk"):
        raise NotPermitted(_("Only the clerical office puts arrived files aside."))
    with transaction.atomic():
        fresh = _waiting(arrival)
        fresh.state = ArrivalState.DISCARDED
        fresh.save(update_fields=["state"])
        record("arrival.put_aside", fresh, by=by, after={"name": fresh.name})
        forget_form(person=by, key=form_key(fresh))


@dataclass(frozen=True)
class Route:
    """To whom a registered document goes at once: the leader, and the unit the clerk proposes as lead."""

    leader: Person | None = None
    proposed_lead: Unit | None = None
    note: str = ""


def register_arrival(
    *,
    arrival: Arrival,
    fields: IncomingFields,
    by: Person,
    route: Route,
    book: Book | None = None,
    attachments: Sequence[Arrival] = (),
    repeats_accepted: bool = False,
) -> Document:
    """Register an arrived file (with others as its attachments) and put it before a leader, in one transaction."""
    with transaction.atomic():
        taken = [_waiting(one) for one in (arrival, *attachments)]
        document = register_incoming(
            fields=fields,
            files=[_given(one) for one in taken],
            by=by,
            book=book,
            repeats_accepted=repeats_accepted,
        )
        for one in taken:
            one.state, one.document = ArrivalState.REGISTERED, document
            one.save(update_fields=["state", "document"])
            _record_doubt(one, document, by=by)
        if route.leader is not None:
            submit_to_leader(
                document=document, to=route.leader, by=by, note=route.note, proposed_lead=route.proposed_lead
            )
        forget_form(person=by, key=form_key(arrival))
    return document


def _record_doubt(arrival: Arrival, document: Document, *, by: Person) -> None:
    """Registered although a signature is not good: the clerk was told, and the journal says so (R-SIG-7)."""
    verdict = Verdict.objects.filter(blob=arrival.shown_id).first()
    if verdict is None:
        return
    word = word_of(found_of(verdict))
    if word in ("valid", "unsigned"):
        return
    codes = [*verdict.reasons, *(code for one in verdict.signatures for code in one["reasons"])]
    record(
        "document.doubt",
        document,
        by=by,
        after={
            "file": arrival.name,
            "sha256": arrival.shown_id,
            "verdict": word,
            "reasons": list(dict.fromkeys(codes)),
            "judged_at": verdict.judged_at,
        },
    )


def form_key(arrival: Arrival) -> str:
    """Under which name the half-filled form of an arrival is kept."""
    return f"arrival:{arrival.pk}"


def _given(arrival: Arrival) -> GivenFile:
    if arrival.state == ArrivalState.FAILED and arrival.failure != "not_installed":
        raise Invalid(_("“%(name)s” cannot be read and is not registered. Put it aside.") % {"name": arrival.name})
    pages = int(arrival.suggestions.get("pages") or 0)
    if arrival.shown_id and arrival.shown_id != arrival.received_id:
        name = Path(arrival.name).stem + ".pdf"
        return GivenFile(blob=arrival.shown, name=name, pages=pages, original=arrival.received)  # type: ignore[arg-type]
    return GivenFile(blob=arrival.received, name=arrival.name, pages=pages)


def _waiting(arrival: Arrival) -> Arrival:
    fresh = Arrival.objects.select_for_update(of=("self",)).select_related("received", "shown").get(pk=arrival.pk)
    if fresh.state == ArrivalState.READING:
        raise WrongState(_("“%(name)s” is still being read. Wait a moment.") % {"name": fresh.name})
    if fresh.state not in (ArrivalState.READY, ArrivalState.FAILED):
        raise WrongState(
            _("“%(name)s” was already registered or put aside by somebody else. Open the next one.")
            % {"name": fresh.name}
        )
    return fresh
