"""Registering incoming documents (Decree 30/2020, Art. 22): the number, the entry, the files, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.documents import access
from edocs.documents.choices import Channel, Direction, FileRole, Origin, State, Urgency
from edocs.documents.models import Blob, Book, Document, FileVersion
from edocs.documents.services.files import add_file, add_version, began
from edocs.documents.services.numbering import book_for, cancel_entries, give_number
from edocs.documents.services.states import locked, move, wrong_state
from edocs.errors import Invalid, NotPermitted
from edocs.journal.services import record
from edocs.office.models import Correspondent, DocumentKind, Person
from edocs.office.models import Field as WorkField
from search.analysis import fold_code


@dataclass(frozen=True)
class GivenFile:
    """A stored file that comes with a document; ``original`` are the bytes before conversion, if there was one."""

    blob: Blob
    name: str
    pages: int = 0
    original: Blob | None = None


@dataclass(frozen=True)
class IncomingFields:
    """What the clerk enters about an incoming document (Decree 30/2020 App. VI Part II.II)."""

    kind: DocumentKind
    issuer: Correspondent | None
    issuer_name: str
    number: str
    symbol: str
    issued_on: dt.date
    summary: str
    channel: str = Channel.POST
    arrived_on: dt.date | None = None
    urgency: int = Urgency.NORMAL
    signer_name: str = ""
    signer_position: str = ""
    reply_by: dt.date | None = None
    field: WorkField | None = None
    note: str = ""
    copies: int = 1
    identifier: str = ""

    @property
    def code(self) -> str:
        """Number and symbol as one reads them: 214/UBND-VHXH."""
        return f"{self.number}/{self.symbol}" if self.number and self.symbol else self.number or self.symbol


@dataclass(frozen=True)
class Repeat:
    """A document already registered that the new one may repeat (R-DOC-08)."""

    document: Document
    reason: str  # "identifier", "code" or "bytes"


def find_repeats(
    *, identifier: str = "", issuer: Correspondent | None, code: str, blobs: Sequence[Blob | None] = ()
) -> list[Repeat]:
    """Documents with the same identifier, the same number + symbol + issuer, or the same bytes (R-DOC-08)."""
    found: dict[int, Repeat] = {}
    for reason, documents in _repeating(identifier=identifier, issuer=issuer, code=code, blobs=blobs):
        for document in documents.order_by("-id")[:3]:
            found.setdefault(document.pk, Repeat(document, reason))
    return list(found.values())


def _repeating(
    *, identifier: str, issuer: Correspondent | None, code: str, blobs: Sequence[Blob | None]
) -> Iterator[tuple[str, QuerySet[Document]]]:
    """Each reason for which a document may be a repeat, with the documents it holds for."""
    live = Document.objects.filter(direction=Direction.INCOMING).exclude(state=State.CANCELLED)
    if identifier:
        yield "identifier", live.filter(identifier=identifier)
    if issuer is not None and code:
        yield "code", live.filter(issuer=issuer, code_folded=fold_code(code)[:45])
    hashes = [blob.pk for blob in blobs if blob is not None]
    if hashes:
        stored = FileVersion.objects.filter(Q(blob__in=hashes) | Q(original__in=hashes))
        yield "bytes", live.filter(pk__in=stored.values("file__document"))


def register_incoming(
    *,
    fields: IncomingFields,
    files: Sequence[GivenFile],
    by: Person,
    book: Book | None = None,
    repeats_accepted: bool = False,
) -> Document:
    """Enter an incoming document into the register and give it its arrival number.

    Raises NotPermitted (not a clerk), Invalid (dates, missing fields, a repeat that was not confirmed),
    WrongState (book closed).
    """
    _check_registering(fields, by)
    if not repeats_accepted:
        _check_repeats(fields, files)
    arrived_on = fields.arrived_on or clock.today()
    with transaction.atomic():
        document = _entered(fields, files, arrived_on, by)
        access.grant(document, [f"u:{by.pk}", "r:clerk"], reason="register")
        event = {"code": document.code, "issuer": document.issuer_name, "summary": document.summary}
        # the counter's row is locked from here on, so this comes last
        entry = give_number(
            document=document,
            book=book or book_for(direction=Direction.INCOMING, kind=fields.kind),
            day=arrived_on,
            by=by,
        )
        document.arrival_number = entry.number
        Document.objects.filter(pk=document.pk).update(arrival_number=entry.number)
        record("document.register", document, by=by, after=event | {"arrival_number": entry.number})
    return document


def _entered(fields: IncomingFields, files: Sequence[GivenFile], arrived_on: dt.date, by: Person) -> Document:
    """The row of a document and its files, without a number yet."""
    moment = clock.now()
    document = Document.objects.create(
        direction=Direction.INCOMING,
        state=State.REGISTERED,
        kind=fields.kind,
        field=fields.field,
        number=fields.number,
        symbol=fields.symbol,
        code=fields.code,
        identifier=fields.identifier,
        issued_on=fields.issued_on,
        issuer=fields.issuer,
        issuer_name=fields.issuer.name if fields.issuer else fields.issuer_name,
        summary=fields.summary,
        signer_name=fields.signer_name,
        signer_position=fields.signer_position,
        urgency=fields.urgency,
        pages=sum(file.pages for file in files),
        copies=fields.copies,
        note=fields.note,
        channel=fields.channel,
        arrived_on=arrived_on,
        reply_by=fields.reply_by,
        author=by,
        created_at=moment,
        changed_at=moment,
    )
    began(document)
    for ordinal, given in enumerate(files):
        role = FileRole.MAIN if ordinal == 0 else FileRole.ATTACHMENT
        origin = Origin.CONVERSION if given.original else Origin.UPLOAD
        kept = add_file(document=document, name=given.name, role=role)
        add_version(file=kept, blob=given.blob, origin=origin, by=by, pages=given.pages, original=given.original)
    return document


def _check_repeats(fields: IncomingFields, files: Sequence[GivenFile]) -> None:
    blobs = [blob for file in files for blob in (file.blob, file.original)]
    for _reason, documents in _repeating(
        identifier=fields.identifier, issuer=fields.issuer, code=fields.code, blobs=blobs
    ):
        earlier = documents.order_by("-id").values_list("arrival_number", flat=True)[:1]
        for number in earlier:
            raise Invalid(
                _("This may repeat arrival number %(number)s. Compare them, then confirm that it is another document.")
                % {"number": number},
                code="repeat",
            )


def _check_registering(fields: IncomingFields, by: Person) -> None:
    if not by.has_role("clerk"):
        raise NotPermitted(_("Only the clerical office registers incoming documents (Decree 30/2020, Art. 4)."))
    today = clock.today()
    if fields.arrived_on is not None and fields.arrived_on > today:
        raise Invalid(_("The arrival date lies in the future. Enter today or an earlier day."), field="arrived_on")
    if fields.issued_on > (fields.arrived_on or today):
        raise Invalid(_("The document is dated after its arrival. Check the date on the document."), field="issued_on")
    if not fields.summary.strip():
        raise Invalid(_("The summary is empty. Write what the document is about."), field="summary")
    if fields.issuer is None and not fields.issuer_name.strip():
        raise Invalid(_("Name the agency that issued the document."), field="issuer_name")
    if fields.reply_by is not None and fields.reply_by < fields.issued_on:
        raise Invalid(_("The reply is due before the document was made. Check both dates."), field="reply_by")


def cancel_registration(*, document: Document, reason: str, by: Person) -> None:
    """Cancel a wrong registration; its number is never used again (R-LAW-05; domain §1.3, Holes)."""
    if not by.has_role("clerk"):
        raise NotPermitted(_("Only the clerical office cancels a registration."))
    if len(reason.strip()) < 5:
        raise Invalid(_("Say why the registration is cancelled (at least 5 characters)."), field="reason")
    with transaction.atomic():
        fresh = locked(document)
        if fresh.direction != Direction.INCOMING:
            raise wrong_state(fresh)
        before = fresh.state
        move(fresh, State.CANCELLED, cancelled_reason=reason.strip())
        cancel_entries(document=fresh, by=by, reason=reason.strip())
        record("document.cancel", fresh, by=by, before={"state": before}, after={"reason": reason.strip()})
