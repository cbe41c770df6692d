"""What waits for number, seal and dispatch; numbers of statements do not grow with rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.documents.access import visible
from edocs.documents.choices import Channel, Direction, RecipientState, State
from edocs.documents.content.queries import text_of_page
from edocs.documents.models import BlobContent, Book, Document, Entry, FileVersion, Recipient
from edocs.documents.services.files import main_version
from edocs.documents.services.numbering import book_for, next_will_be, number_text
from edocs.errors import Refusal
from edocs.office.models import Person, Role
from edocs.signatures.models import ItemState, Key, SigningItem, Verdict
from edocs.signatures.services.judging import good_signature
from edocs.signatures.services.keys import key_of_seal, usable
from edocs.signatures.services.two_phase import is_elsewhere
from edocs.workflow.models import Approval
from edocs.workflow.services.attachments import attachments_of, unmarked_reason, waits_for_mark
from edocs.workflow.services.issuing import symbol_of
from edocs.workflow.services.proving import waiting_reasons

WAITING = (State.PROVING, State.SIGNED, State.SEALING, State.SEALED)
MOST = 200
RECENT = 10


def _outgoing(person: Person) -> QuerySet[Document]:
    return visible(person).filter(direction=Direction.OUTGOING)


def count_to_seal(person: Person) -> int:
    """How many documents wait for number, seal or dispatch (one statement besides what names the person)."""
    mine = [state for state in WAITING if state != State.PROVING]  # that one catches up by itself
    return _outgoing(person).filter(state__in=mine).count() if person.has_role(Role.CLERK) else 0


@dataclass(frozen=True)
class SealRow:
    """A line of the clerk's queue."""

    document: Document
    signed_at: dt.datetime | None = None
    failed: SigningItem | None = None
    #: why the proof of the signature is still waited for, and whether that ended in a failure
    proof: tuple[str, bool] | None = None
    sent: int = 0
    recipients: int = 0


@dataclass(frozen=True)
class SealQueue:
    """The clerk's queue by what is to be done; ``recent`` was issued lately."""

    to_number: list[SealRow] = field(default_factory=list)
    proving: list[SealRow] = field(default_factory=list)
    failed: list[SealRow] = field(default_factory=list)
    under_way: list[SealRow] = field(default_factory=list)
    to_send: list[SealRow] = field(default_factory=list)
    recent: list[SealRow] = field(default_factory=list)

    @property
    def open(self) -> list[SealRow]:
        """What waits for the clerk, in the order of the page."""
        return [*self.to_number, *self.failed, *self.to_send]


def seal_queue(person: Person) -> SealQueue:
    """Everything the clerk has to number, seal and send, and what was issued lately (three statements, and
    one more where a proof is waited for)."""
    if not person.has_role(Role.CLERK):
        return SealQueue()
    documents = list(
        _outgoing(person)
        .filter(state__in=WAITING)
        .select_related("kind", "unit", "signer__position")
        .order_by("-urgency", "id")[:MOST]
    )
    items = _items(documents)
    rows = {state: [_row(one, items) for one in documents if one.state == state] for state in WAITING}
    sealing = rows[State.SEALING]
    return SealQueue(
        to_number=rows[State.SIGNED],
        proving=_with_reasons(rows[State.PROVING]),
        failed=[row for row in sealing if row.failed],
        under_way=[row for row in sealing if not row.failed],
        to_send=rows[State.SEALED],
        recent=_recent(person),
    )


def _with_reasons(rows: list[SealRow]) -> list[SealRow]:
    reasons = waiting_reasons([row.document.pk for row in rows]) if rows else {}
    return [replace(row, proof=reasons.get(row.document.pk, ("", False))) for row in rows]


def _items(documents: Iterable[Document]) -> dict[int, list[SigningItem]]:
    found: dict[int, list[SigningItem]] = {one.pk: [] for one in documents}
    for item in SigningItem.objects.filter(document__in=found).select_related("session").order_by("id"):
        found[item.document_id].append(item)
    return found


def _row(document: Document, items: dict[int, list[SigningItem]]) -> SealRow:
    mine = items[document.pk]
    signed = [item.finished_at for item in mine if item.session.purpose == "sign" and item.state == ItemState.DONE]
    seals = [item for item in mine if item.session.purpose == "seal"]
    failed = seals[-1] if seals and seals[-1].state == ItemState.FAILED else None
    return SealRow(document, signed[-1] if signed else None, failed)


def _recent(person: Person) -> list[SealRow]:
    issued = _outgoing(person).filter(state=State.ISSUED, issued_at__isnull=False).order_by("-issued_at")[:RECENT]
    counted = issued.select_related("kind", "unit").annotate(
        n=Count("recipients"), sent=Count("recipients", filter=Q(recipients__state=RecipientState.SENT))
    )
    return [SealRow(one, recipients=one.n, sent=one.sent) for one in counted]


# --- one document ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class NumberToBe:
    """The number that the document would get now (promised to nobody), or has."""

    number: str
    symbol: str
    day: dt.date
    book: Book | None = None
    previous: Entry | None = None
    given: bool = False
    problem: str = ""


def number_to_be(document: Document) -> NumberToBe:
    """Number, symbol and date as they would be given now, with the number before (four statements at most)."""
    if document.number and document.issued_on:
        return NumberToBe(document.number, document.symbol, document.issued_on, given=True)
    day, symbol = clock.today(), symbol_of(document)
    try:
        book = book_for(direction=document.direction, kind=document.kind)
    except Refusal as refusal:
        return NumberToBe("…", symbol, day, problem=str(refusal))
    previous = Entry.objects.filter(book=book, year=day.year).order_by("-number").first()
    return NumberToBe(number_text(next_will_be(book, day.year)), symbol, day, book, previous)


@dataclass(frozen=True)
class SealView:
    """Everything a clerk looks at before numbering and sealing."""

    document: Document
    version: FileVersion | None
    content: BlobContent | None
    number: NumberToBe
    #: the facts of the leader's signature as last judged, None when it is not intact
    leader: dict[str, Any] | None
    verdict: Verdict | None
    signing: SigningItem | None
    approval: Approval | None
    sealing: SigningItem | None
    key: Key | None
    key_problem: str
    recipients: list[Recipient]
    remarks: list[str | Promise]
    #: why the proof of the signature is still waited for, and whether that ended in a failure
    proof: tuple[str, bool] | None = None

    @property
    def intact(self) -> bool:
        return self.leader is not None

    @property
    def under_way(self) -> bool:
        """True while a job numbers and seals."""
        return self.sealing is not None and self.sealing.state == ItemState.WAITING

    @property
    def failed(self) -> SigningItem | None:
        """The last attempt to seal, when it failed and has to be repeated."""
        if self.document.state != State.SEALING or self.sealing is None:
            return None
        return self.sealing if self.sealing.state == ItemState.FAILED else None


def seal_view(document: Document) -> SealView:
    """The document as the clerk sees it before and after sealing (twelve statements at most)."""
    version = main_version(document)
    blob = version.blob if version else None
    verdict = Verdict.objects.filter(blob=blob).first()
    whole = verdict is not None and verdict.verdict == "pass"
    items = list(document.signing_items.select_related("session__person", "session__key").order_by("id"))
    signing = [one for one in items if one.session.purpose == "sign" and one.state == ItemState.DONE]
    sealing = [one for one in items if one.session.purpose == "seal"]
    approvals = Approval.objects.filter(document=document).select_related("authority__person")
    key = key_of_seal()
    content = BlobContent.objects.filter(blob=blob).first()
    number = number_to_be(document)
    recipients = list(document.recipients.select_related("correspondent", "unit", "sent_by"))
    return SealView(
        document=document,
        version=version,
        content=content,
        number=number,
        leader=good_signature({"signatures": verdict.signatures}, "leader") if verdict and whole else None,
        verdict=verdict,
        signing=signing[-1] if signing else None,
        approval=approvals.order_by("-id").first(),
        sealing=sealing[-1] if sealing else None,
        key=key,
        key_problem=_key_problem(key),
        recipients=recipients,
        remarks=[*_remarks(version, number, recipients), *_unmarked(document, key)],
        proof=waiting_proof(document),
    )


def waiting_proof(document: Document) -> tuple[str, bool] | None:
    """Why the proof of a signature is still waited for, and whether that ended in a failure; None when none is."""
    if document.state != State.PROVING:
        return None
    return waiting_reasons([document.pk]).get(document.pk, ("", False))


def _key_problem(key: Key | None) -> str:
    if key is None:
        return str(_("No seal is entered. Ask the administrator to enter the agency's key."))
    try:
        usable(key)
    except Refusal as refusal:
        return str(refusal)
    return ""


#: What makes places doubtful (codes of ``signing.place`` and ``preparing``), for those who look before they act.
DOUBTS: dict[str, str | Promise] = {
    "signer_not_found": _("The signer's name does not stand in the text."),
    "other_signer_not_found": _("The name of a further signatory does not stand in the text."),
    "title_not_found": _("The signer's position does not stand above the name."),
    "small_gap": _("There is little room between position and name."),
    "several_matches": _("Position and name stand in more than one place."),
    "page_rotated": _("The page of the signature is turned."),
    "number_not_found": _("“Số:” was not found; the number goes where it usually stands."),
    "number_already_printed": _("A number seems to be printed already."),
    "number_gap_small": _("There is little room for the number."),
    "date_not_found": _("The date line was not found; the date goes where it usually stands."),
    "date_already_printed": _("A date seems to be printed already."),
    "date_gap_small": _("There is little room for the date."),
}
OF_SIGNATURE = frozenset(
    {"other_signer_not_found", "signer_not_found", "title_not_found", "small_gap", "several_matches", "page_rotated"}
)


def doubts_of(version: FileVersion | None, *, of_signature: bool) -> list[str | Promise]:
    """Why the places of the signature, or of number and date, should be looked at."""
    places = (version.places or {}) if version else {}
    codes = [code for code in places.get("doubts", ()) if (code in OF_SIGNATURE) == of_signature]
    if of_signature and places.get("moved"):
        return []
    return [DOUBTS.get(code, code) for code in codes]


def _unmarked(document: Document, key: Key | None) -> list[str | Promise]:
    """Attachments in files of their own that the agency will not sign, and why (one statement)."""
    remarks: list[str | Promise] = []
    for found in attachments_of([document.pk]):
        name = {"name": found.file.name}
        reason = unmarked_reason(found)
        if reason == "already_signed":
            remarks.append(_("“%(name)s” bears a signature already; it goes out as it is.") % name)
        elif reason:
            remarks.append(_("“%(name)s” could not be made ready for the agency's words; it goes out as it is.") % name)
        elif waits_for_mark(found) and key is not None and is_elsewhere(key):
            remarks.append(_("“%(name)s” goes out without the agency's words: its key is not kept here.") % name)
    return remarks


def _remarks(
    version: FileVersion | None,
    number: NumberToBe,
    recipients: list[Recipient],
) -> list[str | Promise]:
    """What a clerk should look at before sending; none of it keeps the document from going out."""
    remarks = doubts_of(version, of_signature=False)
    places = (version.places or {}) if version else {}
    first = "".join(text_of_page(version.blob_id, 1).split()).casefold() if version else ""
    if places.get("symbol_printed", True) and first and f"/{number.symbol}".casefold() not in first:
        remarks.append(_("The symbol printed on page 1 does not seem to be %(symbol)s.") % {"symbol": number.symbol})
    for line in recipients:
        if line.channel == Channel.AXIS and (line.correspondent is None or not line.correspondent.code):
            remarks.append(_("%(name)s has no agency code, so the axis cannot carry it there.") % {"name": line.name})
    return remarks
