"""The clerk's part: number and date, seal, dispatch (Decree 30/2020, Art. 14–18, 32)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from edocs import clock
from edocs.documents import access
from edocs.documents.choices import Channel, FileRole, Origin, RecipientState, State
from edocs.documents.models import Book, Document, Entry, FileVersion, Recipient
from edocs.documents.services.files import main_version, main_versions, touch
from edocs.documents.services.numbering import (
    book_for,
    cancel_entries,
    give_number,
    hold_counters,
    identifier_for,
    number_text,
    symbol_for,
)
from edocs.documents.services.states import locked, locked_all, move, move_all, wrong_state
from edocs.documents.storage import is_whole
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.jobs.models import Job
from edocs.jobs.services import enqueue, enqueue_many
from edocs.journal.services import record
from edocs.office.models import Person, Role
from edocs.office.queries import the_agency
from edocs.office.services import tell
from edocs.signatures.models import ItemState, Key, SigningItem, SigningSession, Verdict
from edocs.signatures.sentences import as_refusal
from edocs.signatures.services import making
from edocs.signatures.services.consenting import Wanted, fail_item, keep_session, keeping, sign_next, unlock
from edocs.signatures.services.judging import good_signature
from edocs.signatures.services.keys import seal_key
from edocs.signatures.services.two_phase import is_elsewhere
from edocs.workflow.models import Approval
from edocs.workflow.services import attachments
from edocs.workflow.services.answers import answer_issued
from edocs.workflow.services.drafting import SHORTEST_REASON
from edocs.workflow.services.signing import Pick
from signing import Piece, Places, SigningError
from signing.text import choose_font, date_pieces, fit, number_pieces

SEAL = "workflow.seal"


@sensitive_variables("password")
def number_and_seal(
    *,
    document: Document,
    version_id: int,
    by: Person,
    password: str,
    dispatch: bool = False,
    day: dt.date | None = None,
) -> SigningSession:
    """``number_and_seal_all`` for one document."""
    picks = [Pick(document.pk, version_id)]
    try:
        return number_and_seal_all(picks=picks, by=by, password=password, dispatch=dispatch, day=day)
    finally:
        del password  # the frame of a refusal shall not hold it


@sensitive_variables("password")
def number_and_seal_all(
    *, picks: Sequence[Pick], by: Person, password: str, dispatch: bool = False, day: dt.date | None = None
) -> SigningSession:
    """Give numbers and the date, in the order of ``picks``, and let jobs fill them in and seal, each document in one
    revision (R-LAW-06, R-LAW-13, R-SIG-5). One consent for all of them, each with its own result.

    ``day`` is the date the documents bear, today when not given. A document whose sealing failed keeps its number and
    date and is sealed again by the same call.
    Raises NotPermitted, WrongState, Invalid (password, signature not intact), Unavailable; nothing changes unless all
    may be sealed.
    """
    chosen = list({pick.document_id: pick for pick in picks}.values())
    wanted = _to_seal(chosen, by)
    key = seal_key()
    marks = _to_mark(wanted, key)
    pieces = [_pieces(one, marks) for one in wanted]
    try:
        handle = unlock(person=by, key=key, password=password, wanted=list(chain.from_iterable(pieces)))
    finally:
        del password  # the frame of a refusal shall not hold it
    with keeping(handle):
        locked_all(pick.document_id for pick in chosen)
        wanted = _to_seal(chosen, by)
        pieces = [_pieces(one, marks) for one in wanted]
        firsts, later = [files[0] for files in pieces], [file for files in pieces for file in files[1:]]
        session = keep_session(person=by, key=key, handle=handle, wanted=firsts, later=later)
        _ask_to_seal(session, dispatch)
        new = [one.document for one in wanted if one.document.state != State.SEALING]
        move_all([one.document for one in wanted], State.SEALING)
        give_numbers(new, by, day)
        for one in wanted:
            if one.version.origin == Origin.SEAL:
                continue  # only its attachments are left
            _check_room(one.document, one.version, named=len(wanted) > 1)
    return session


def _to_mark(wanted: Sequence[Wanted], key: Key) -> dict[int, list[FileVersion]]:
    """The attachments that the agency signs with the documents (R-SIG-3). Raises WrongState until they are ready."""
    found: dict[int, list[FileVersion]] = defaultdict(list)
    if is_elsewhere(key):
        return found  # such a key signs what is prepared for it alone; the clerk is told so
    documents = {one.document.pk: one.document for one in wanted}
    for version in attachments.attachments_of(documents):
        document = documents[version.file.document_id]
        if not attachments.is_looked_into(version):
            attachments.ask_to_prepare_attachments(document)
            raise WrongState(
                _("The attachments of “%(summary)s” are being made ready for the seal. Wait a moment, then seal again.")
                % {"summary": document.summary[:80]},
                code="attachments_preparing",
            )
        if attachments.waits_for_mark(version):
            found[document.pk].append(version)
    return found


def _pieces(one: Wanted, marks: Mapping[int, list[FileVersion]]) -> list[Wanted]:
    """The files of one document in the order in which they are signed; the document itself is one until sealed.

    Raises WrongState when none is left that this key signs.
    """
    own = [] if one.version.origin == Origin.SEAL else [one]
    files = [*own, *(Wanted(one.document, version) for version in marks.get(one.document.pk, ()))]
    if not files:
        raise WrongState(
            _(
                "“%(summary)s” is sealed, only its attachments are left, and the key of the seal in use now does not "
                "sign those. Ask the administrator for a key that this server keeps, or return the document."
            )
            % {"summary": one.document.summary[:80]},
            code="attachments_left",
        )
    return files


def _ask_to_seal(session: SigningSession, dispatch: bool) -> None:
    asked: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for item in session.items.select_related("version__file"):
        kind = attachments.MARK if item.version.file.role == FileRole.ATTACHMENT else SEAL
        asked[kind].append((f"document:{item.document_id}", {"item": item.pk, "dispatch": dispatch}))
    for kind, of_kind in asked.items():
        enqueue_many(kind, of_kind, by=session.person)


def give_numbers(documents: Sequence[Document], by: Person, chosen: dt.date | None = None) -> None:
    """Number, symbol, date and identifier; the counters' rows are locked to the end, so this comes last.

    Raises Invalid (field ``day``) for a date that is not possible.
    """
    agency, day = the_agency(), chosen or clock.today()
    books = {document.kind_id: book_for(direction=document.direction, kind=document.kind) for document in documents}
    if chosen is not None or len(set(books.values())) > 1:
        # or somebody gives a number of a later day meanwhile, or two piles wait for each other's books
        hold_counters(books.values(), day.year)
    if chosen is not None:
        for document in documents:
            _check_day(document, books[document.kind_id], chosen)
    for document in documents:
        book, symbol = books[document.kind_id], symbol_of(document)
        entry = give_number(document=document, book=book, day=day, by=by)
        document.number, document.symbol = number_text(entry.number), symbol
        document.code = f"{document.number}/{symbol}"
        document.issued_on = day
        document.identifier = identifier_for(agency_code=agency.code, issued_on=day, code=document.code)
        document.save(update_fields=["number", "symbol", "code", "code_folded", "issued_on", "identifier"])
        record("document.number", document, by=by, after={"code": document.code, "issued_on": day, "book": book.name})


def _check_day(document: Document, book: Book, day: dt.date) -> None:
    """Refuse a date to come, one before the document was signed, and one before that of an earlier number."""
    if day > clock.today():
        raise Invalid(_("The date of a document cannot lie in the future."), code="day_to_come", field="day")
    signed = Approval.objects.filter(document=document, ended_at__isnull=False).order_by("-ended_at").first()
    if signed is not None and signed.ended_at and day < timezone.localtime(signed.ended_at).date():
        raise Invalid(
            _("The document was signed on %(day)s; it cannot bear an earlier date.")
            % {"day": f"{timezone.localtime(signed.ended_at):%d/%m/%Y}"},
            code="day_before_signature",
            field="day",
        )
    last = Entry.objects.filter(book=book, year=day.year).exclude(document=document).order_by("-number")
    before = last.values_list("document__issued_on", flat=True).exclude(document__issued_on=None).first()
    if before is not None and day < before:
        raise Invalid(
            _("A number of “%(book)s” was given for %(day)s already; a later number does not bear an earlier date.")
            % {"book": book.name, "day": f"{before:%d/%m/%Y}"},
            code="day_out_of_order",
            field="day",
        )


def number_anew(*, document: Document, by: Person, reason: str, day: dt.date | None = None) -> None:
    """Give another number, and the date ``day``, to a document whose sealing failed, before it is sealed.

    What was signed stays as it is: number and date are written into the file only with the seal. The number of before
    is cancelled with the reason and never given again. Raises NotPermitted, WrongState, Invalid.
    """
    if not by.has_role(Role.CLERK) or not access.may_see(by, document):
        raise NotPermitted(_("Only the clerical office numbers and seals (Decree 30/2020, Art. 32)."))
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid(_("Say why the document gets another number (at least 5 characters)."), field="reason")
    with transaction.atomic():
        fresh = locked(document)
        version = main_version(fresh)
        waiting = SigningItem.objects.filter(document=fresh, state=ItemState.WAITING).exists()
        if fresh.state != State.SEALING or waiting or version is None or version.origin == Origin.SEAL:
            raise wrong_state(fresh)
        before = {"code": fresh.code, "issued_on": fresh.issued_on}
        cancel_entries(document=fresh, by=by, reason=reason.strip()[:500])
        give_numbers([fresh], by, day)
        touch(fresh)
        after = {"code": fresh.code, "issued_on": fresh.issued_on, "reason": reason.strip()}
        record("document.number_anew", fresh, by=by, before=before, after=after)


def symbol_of(document: Document) -> str:
    """The symbol that was worked out when the draft was begun and is printed in it; else what it would be now."""
    if document.symbol:
        return document.symbol
    agency = the_agency()
    unit = document.unit.abbreviation if document.unit else agency.abbreviation
    return symbol_for(kind=document.kind, agency_abbreviation=agency.abbreviation, unit_abbreviation=unit)


def _to_seal(picks: Sequence[Pick], by: Person) -> list[Wanted]:
    """What is to be sealed, each checked by the same rules; a handful of statements for the whole pile."""
    numbers = [pick.document_id for pick in picks]
    documents = {one.pk: one for one in Document.objects.filter(pk__in=numbers).select_related("kind", "unit")}
    seen = set(access.visible(by).filter(pk__in=numbers).values_list("pk", flat=True))
    busy = set(
        SigningItem.objects.filter(document__in=numbers, state=ItemState.WAITING).values_list("document_id", flat=True)
    )
    versions = main_versions(numbers)
    verdicts = {one.blob_id: one for one in Verdict.objects.filter(blob__in=[v.blob_id for v in versions.values()])}
    wanted = []
    for pick in picks:
        document, version = documents.get(pick.document_id), versions.get(pick.document_id)
        if document is None or not by.has_role(Role.CLERK) or document.pk not in seen:
            raise NotPermitted(_("Only the clerical office numbers and seals (Decree 30/2020, Art. 32)."))
        if document.state not in (State.SIGNED, State.SEALING) or document.pk in busy:
            raise wrong_state(document)
        if version is None or version.pk != pick.version_id:
            raise WrongState(_("The file changed after you opened it. Reload the page and look at it again."))
        if not leader_is_intact(verdicts.get(version.blob_id)) or not is_whole(version.blob):
            raise Invalid(
                _("The leader's signature is not intact, so the seal is refused. Return the document with a reason."),
                code="seal_refused",
            )
        wanted.append(Wanted(document, version))
    return wanted


def leader_is_intact(verdict: Verdict | None) -> bool:
    """True when the stored verdict about exactly these bytes says that the leader's signature is good."""
    if verdict is None or verdict.verdict != "pass":
        return False
    return good_signature({"signatures": verdict.signatures}, "leader") is not None


def number_field(document: Document, version: FileVersion) -> str:
    """What goes into the number's place: the number alone where the symbol is printed already."""
    printed = (version.places or {}).get("symbol_printed", True)
    return document.number if printed else document.code


def date_field(version: FileVersion, day: dt.date) -> list[Piece]:
    """What goes into the date's place: the whole phrase, or day, month (and year) where its words are printed."""
    return date_pieces(Places.from_json(version.places or {}), day)


def _check_room(document: Document, version: FileVersion, *, named: bool) -> None:
    """Refuse, before anything is written, a number or a date that would not fit its place; ``named`` says whose."""
    assert document.issued_on is not None
    places = Places.from_json(version.places or {})
    try:
        for box, pieces, italic in (
            (places.number, number_pieces(number_field(document, version)), False),
            (places.date, date_field(version, document.issued_on), True),
        ):
            font = choose_font("".join(piece.text for piece in pieces), italic)
            fit(font, pieces, box.width, box.height)
    except SigningError as error:
        refusal = as_refusal(error)
        if not named:
            raise refusal from None
        raise Invalid(f"“{document.summary[:80]}”: {refusal}", code=refusal.code) from None


def conclude_seal(item: SigningItem, made: making.Made, *, dispatch: bool) -> None:
    """Write the sealed version, then let the attachments follow under the same consent."""
    document = locked(item.document)
    if document.state != State.SEALING:
        raise wrong_state(document)
    making.conclude(item, made, origin=Origin.SEAL)
    facts = {"code": document.code, "sha256": made.blob.pk, "serial": item.session.key.serial}
    record("document.seal", document, by=item.session.person, after=facts)
    _go_on(item, document, dispatch)


def conclude_mark(item: SigningItem, made: making.Made, *, dispatch: bool) -> None:
    """Write one attachment that the agency signed, then the next; after the last the document is sealed."""
    document = locked(item.document)
    if document.state != State.SEALING:
        raise wrong_state(document)
    making.conclude(item, made, origin=Origin.SEAL)
    facts = {"file": item.version.file_id, "sha256": made.blob.pk, "serial": item.session.key.serial}
    record("attachment.seal", document, by=item.session.person, after=facts)
    _go_on(item, document, dispatch)


def _go_on(item: SigningItem, document: Document, dispatch: bool) -> None:
    """The next attachment; when none is left the document is sealed, and dispatched when the clerk asked for it."""
    waiting = [one for one in attachments.attachments_of([document.pk]) if attachments.waits_for_mark(one)]
    if waiting and not is_elsewhere(item.session.key):
        following = sign_next(item.session, document, waiting[0])
        arguments = {"item": following.pk, "dispatch": dispatch}
        enqueue(attachments.MARK, arguments=arguments, subject=f"document:{document.pk}", by=item.session.person)
        return
    move(document, State.SEALED)
    if dispatch:
        _issue(document, item.session.person)


def seal_failed(job: Job, reason: str) -> None:
    """The seal did not go through: the document keeps its number and date, and the clerk seals it again."""
    item = SigningItem.objects.select_related("document", "session__person").get(pk=job.arguments["item"])
    if item.state == ItemState.WAITING:
        fail_item(item, code=job.code, reason=reason)
        facts = {"summary": item.document.summary, "code": job.code}
        tell([item.session.person_id], "seal_failed", facts=facts, address=f"/seal/{item.document_id}/")


def issue(*, document: Document, by: Person) -> None:
    """Dispatch a sealed document to every recipient and close it (Decree 30/2020, Art. 18)."""
    if not by.has_role(Role.CLERK) or not access.may_see(by, document):
        raise NotPermitted(_("Only the clerical office issues documents."))
    with transaction.atomic():
        _issue(locked(document), by)


def _issue(document: Document, by: Person) -> None:
    moment = clock.now()
    recipients = list(document.recipients.filter(state=RecipientState.PLANNED))
    move(document, State.ISSUED, issued_at=moment)
    for line in recipients:
        line.state, line.sent_at, line.sent_by = RecipientState.SENT, moment, by
    Recipient.objects.bulk_update(recipients, ["state", "sent_at", "sent_by"])
    units = [f"g:{line.unit_id}" for line in recipients if line.unit_id]
    if document.unit_id:
        units.append(f"g:{document.unit_id}")
    access.grant(document, units, reason="issued")
    record(
        "document.issue",
        document,
        by=by,
        after={"code": document.code, "recipients": [[line.name, line.channel] for line in recipients]},
    )
    people = {document.author_id, document.signer_id} - {by.pk, None}
    facts = {"code": document.code, "summary": document.summary}
    tell([number for number in people if number], "issued", facts=facts, address=f"/documents/{document.pk}/")
    answer_issued(document=document, by=by)


def set_channel(*, recipient: Recipient, channel: str, copies: int, by: Person) -> None:
    """Change how one recipient gets the document, before it is sent. Raises NotPermitted, WrongState, Invalid."""
    if not by.has_role(Role.CLERK) or not access.may_see(by, recipient.document):
        raise NotPermitted(_("Only the clerical office decides how documents are sent."))
    if channel not in Channel.values or not 0 < copies < 1000:
        raise Invalid(_("Choose a channel and a number of copies between 1 and 999."))
    with transaction.atomic():
        locked(recipient.document)
        fresh = Recipient.objects.get(pk=recipient.pk)
        if fresh.state != RecipientState.PLANNED:
            raise WrongState(_("The document was already sent to %(name)s.") % {"name": fresh.name})
        if (fresh.channel, fresh.copies) == (channel, copies):
            return
        before = {"channel": fresh.channel, "copies": fresh.copies}
        fresh.channel, fresh.copies = channel, copies
        fresh.save(update_fields=["channel", "copies"])
        record("recipient.channel", fresh, by=by, before=before, after={"channel": channel, "copies": copies})
