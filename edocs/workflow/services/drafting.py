"""Drafting outgoing documents (Decree 30/2020, Art. 10): begin, write, change, address, give up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.documents import access
from edocs.documents.choices import Direction, FileRole, LinkKind, Origin, State, Urgency
from edocs.documents.models import Document, DocumentFile, DocumentLink, FileVersion, Recipient
from edocs.documents.services.files import add_file, add_version, touch
from edocs.documents.services.numbering import symbol_for
from edocs.documents.services.states import locked, move, wrong_state
from edocs.documents.storage import keep
from edocs.errors import Invalid, NotPermitted, Refusal, Unavailable, WrongState
from edocs.journal.services import record
from edocs.office.models import DocumentKind, Field, Person, Role, Unit
from edocs.office.queries import headed_units, the_agency
from edocs.office.services import forget_form
from edocs.typeset import ComposedLetter, NotALetter, TypesetError, UnprintableText, compose_letter
from edocs.workflow.letters import MOST_SIGNS, LetterFields, letter_of, source_of
from edocs.workflow.models import Assignment, Step, StepState
from edocs.workflow.rights import principals_of
from edocs.workflow.services.addressing import RecipientLine, replace_recipients, write_recipients
from edocs.workflow.services.answers import finish_with_answer
from edocs.workflow.services.authority import authority_for

PDF = "application/pdf"
SHORTEST_REASON = 5
LONGEST_SUMMARY = 500
#: versions that people made; what the machine makes of them for signing is not one
DRAFTED = (Origin.UPLOAD, Origin.CONVERSION, Origin.COMPOSED)
MAY_DRAFT = (Role.OFFICER, Role.UNIT_HEAD, Role.LEADER, Role.CLERK, Role.FORMAT_CHECKER)


def check_may_start(by: Person) -> None:
    """Refuse an account that does not draft (an administrator's); for the page with the form, too."""
    if not by.has_role(*MAY_DRAFT):
        raise NotPermitted(_("Your account does not draft documents. Ask the administrator for the role of officer."))


def may_draft(person: Person, document: Document) -> bool:
    """True for the author, for the head of the drafting unit (Art. 10, 12.1), and for whoever acts for them."""
    if document.direction == Direction.INCOMING:
        return False
    principals = principals_of(person)
    return document.author_id in principals or (document.unit is not None and document.unit.head_id in principals)


def open_draft(document: Document, by: Person) -> Document:
    """The locked row of a draft that ``by`` may change now. Raises NotPermitted, or WrongState with who has it."""
    fresh = locked(document)
    check_open_draft(fresh, by)
    return fresh


def check_open_draft(fresh: Document, by: Person) -> None:
    """Refuse when ``by`` may not change this document, or nobody may now; for pages that show a form."""
    if not may_draft(by, fresh):
        raise NotPermitted(
            _("Only the author of the draft or the head of the drafting unit can change it. Send them your remarks.")
        )
    if fresh.state in (State.IN_APPROVAL, State.TO_SIGN):
        step = Step.objects.filter(approval__document=fresh, state=StepState.OPEN).select_related("person").last()
        raise WrongState(
            _("“%(summary)s” is with %(person)s now. Take it back from approval first, or wait for their decision.")
            % {"summary": fresh.summary[:80], "person": step.person.full_name if step else "…"}
        )
    if fresh.state != State.DRAFT:
        raise wrong_state(fresh)


def start_draft(
    *,
    by: Person,
    kind: DocumentKind,
    summary: str,
    field: Field | None = None,
    unit: Unit | None = None,
    recipients: Sequence[RecipientLine] = (),
    answers: Document | Assignment | None = None,
    urgency: int = Urgency.NORMAL,
    reply_by: dt.date | None = None,
    note: str = "",
) -> Document:
    """Begin an outgoing document (Decree 30/2020, Art. 10.2); its symbol follows from kind, agency and drafting unit.

    ``unit`` is the drafting unit, by default that of ``by``. ``answers`` is the incoming document it replies to, or
    the assignment out of which it is written. Raises NotPermitted, Invalid.
    """
    check_may_start(by)
    drafting_unit = _drafting_unit(by, unit)
    answered = _answered(by, answers)
    moment = clock.now()
    with transaction.atomic():
        document = Document.objects.create(
            direction=Direction.OUTGOING,
            state=State.DRAFT,
            kind=kind,
            field=field,
            symbol=_symbol(kind, drafting_unit),
            summary=_checked_summary(summary),
            unit=drafting_unit,
            urgency=Urgency(urgency),
            reply_by=reply_by,
            note=note.strip(),
            author=by,
            created_at=moment,
            changed_at=moment,
        )
        if answered is not None and not isinstance(answers, Assignment):
            DocumentLink.objects.create(source=document, target=answered, kind=LinkKind.REPLIES, by=by, at=moment)
        write_recipients(document, recipients)
        access.grant(document, [f"u:{by.pk}"], reason="author")
        touch(document)
        after = {"kind": kind.name, "summary": document.summary, "unit": drafting_unit.name}
        record("draft.start", document, by=by, after=after | {"answers": answered.pk if answered else None})
        if isinstance(answers, Assignment):
            finish_with_answer(assignment=answers, answer=document, by=by)  # ends when this is issued
    return document


def _drafting_unit(by: Person, unit: Unit | None) -> Unit:
    if unit is None:
        unit = by.unit
    if unit is None:
        raise Invalid(
            _("You belong to no unit, so the symbol cannot be made. Ask the administrator to enter your unit."),
            field="unit",
        )
    if unit.pk != by.unit_id and unit.pk not in headed_units(by):
        raise NotPermitted(_("You can draft for your own unit only; “%(unit)s” is another one.") % {"unit": unit.name})
    return unit


def _answered(by: Person, answers: Document | Assignment | None) -> Document | None:
    """The document replied to, which the drafter must be allowed to see."""
    document = answers.document if isinstance(answers, Assignment) else answers
    if document is not None and not access.may_see(by, document):
        raise NotPermitted(_("You cannot answer a document that you are not allowed to see."))
    if document is not None and document.direction != Direction.INCOMING:
        raise Invalid(_("Only an incoming document can be answered. Use a link of another kind."), field="answers")
    return document


def _symbol(kind: DocumentKind, unit: Unit) -> str:
    made = symbol_for(kind=kind, agency_abbreviation=the_agency().abbreviation, unit_abbreviation=unit.abbreviation)
    most = Document._meta.get_field("symbol").max_length or 0
    if len(made) > most:
        raise Invalid(
            _("The symbol “%(symbol)s” is too long. Ask the administrator to shorten the abbreviation of the unit.")
            % {"symbol": made},
            field="unit",
        )
    return made


def _checked_summary(summary: str) -> str:
    text = " ".join(summary.split())
    if not text:
        raise Invalid(_("The summary is empty. Write what the document is about."), field="summary")
    if len(text) > LONGEST_SUMMARY:
        raise Invalid(_("The summary is longer than 500 characters. Shorten it."), field="summary")
    return text


def change_draft(
    *,
    document: Document,
    by: Person,
    kind: DocumentKind,
    summary: str,
    field: Field | None = None,
    urgency: int = Urgency.NORMAL,
    reply_by: dt.date | None = None,
) -> Document:
    """Change what is known of a draft; the symbol follows the kind. Raises NotPermitted, WrongState, Invalid."""
    with transaction.atomic():
        fresh = open_draft(document, by)
        assert fresh.unit is not None
        values: dict[str, Any] = {
            "kind": kind,
            "symbol": _symbol(kind, fresh.unit),
            "summary": _checked_summary(summary),
            "field": field,
            "urgency": Urgency(urgency),
            "reply_by": reply_by,
        }
        _apply(fresh, values, by)
    return fresh


def _apply(document: Document, values: dict[str, Any], by: Person) -> None:
    """Write what is different and say in the journal what it was; nothing different, nothing written."""
    different = {name: value for name, value in values.items() if getattr(document, name) != value}
    if not different:
        return
    before = {name: _plain(getattr(document, name)) for name in different}
    for name, value in different.items():
        setattr(document, name, value)
    document.save(update_fields=list(different))
    touch(document)
    after = {name: _plain(value) for name, value in different.items()}
    record("draft.change", document, by=by, before=before, after=after)


def _plain(value: Any) -> Any:
    return str(value) if hasattr(value, "_meta") else value


def set_recipients(*, document: Document, recipients: Sequence[RecipientLine], by: Person) -> list[Recipient]:
    """Say to whom a draft will go, in the order given; lines of before are replaced (Art. 10.2)."""
    with transaction.atomic():
        return replace_recipients(open_draft(document, by), recipients, by)


def compose_draft(
    document: Document, fields: LetterFields, *, recipients: Sequence[RecipientLine] | None = None
) -> tuple[ComposedLetter, dict[str, Any]]:
    """The letter as it stands, as PDF with its places, and the source to keep with it; nothing is written.

    For preview and for ``write_letter``; ``recipients`` are those being typed, by default those kept. Raises Invalid
    with the field that is wrong, Unavailable.
    """
    if len(fields.body) > MOST_SIGNS:
        raise Invalid(_("The text is too long to be set here. Make a part of it an attachment."), field="body")
    if recipients is None:
        lines = list(document.recipients.values_list("name", "purpose"))
    else:
        lines = [(line.shown, line.purpose) for line in recipients]
    printed = [f"{name} ({purpose})" if purpose else name for name, purpose in lines]
    if document.kind.is_letter:  # those addressed are "Như trên"
        addressed = {" ".join(line.split()).casefold() for line in fields.addressees}
        printed = [line for line in printed if line.casefold() not in addressed]
    letter = letter_of(document, fields, agency=the_agency(), recipients=printed)
    try:
        return compose_letter(letter), source_of(fields, letter)
    except TypesetError as error:
        raise _composing_refused(error) from None


def _composing_refused(error: TypesetError) -> Refusal:
    if isinstance(error, UnprintableText):
        return Invalid(
            _("These signs cannot be printed in an official document: %(signs)s. Remove or replace them.")
            % {"signs": " ".join(error.signs)},
            code="unprintable",
            field="body",
        )
    if isinstance(error, NotALetter):
        return Invalid(
            _("A part that every document needs is empty: %(part)s. Ask the administrator to complete the catalogues.")
            % {"part": error.part},
            code="not_a_letter",
        )
    return Unavailable(_("The page could not be set. What you typed is kept; try again, then tell the administrator."))


def write_letter(
    *,
    document: Document,
    fields: LetterFields,
    by: Person,
    note: str = "",
    recipients: Sequence[RecipientLine] | None = None,
) -> FileVersion:
    """Keep what was written as a new version of the main file, with the exact places for number, date and signature.

    ``recipients``, when given, replace those of before in the same transaction. Identical content makes no new
    version: the current one is returned. Raises NotPermitted, WrongState, Invalid (nobody signs, authority not held,
    signs that cannot be printed).
    """
    if fields.signer is None:
        raise Invalid(_("Choose who signs: title and name stand under the text."), field="signer")
    if not fields.body.strip():
        raise Invalid(_("The text is empty. Write it before you save a version."), field="body")
    with transaction.atomic():
        fresh = open_draft(document, by)
        if recipients is not None:
            replace_recipients(fresh, recipients, by)
        authority = authority_for(
            signer=fields.signer, kind=fresh.kind, field_id=fresh.field_id, day=clock.today(), chosen=fields.authority
        )
        full = replace(fields, summary=_checked_summary(fields.summary), authority=authority)
        composed, source = compose_draft(fresh, full)
        signs = {
            "signer": fields.signer,
            "signer_name": fields.signer.full_name[:50],
            "signer_position": authority.own_title,
        }
        _apply(fresh, {"summary": full.summary, "urgency": Urgency(full.urgency), "pages": composed.pages} | signs, by)
        forget_form(person=by, key=form_key(fresh))
        latest = drafted_version(fresh)
        if latest is not None and latest.origin == Origin.COMPOSED and latest.source == source:
            return latest
        places = composed.places.to_json() | {"symbol_printed": True, "doubts": []}
        return add_version(
            file=main_file(fresh, name=f"{fresh.kind.name}.pdf"),
            blob=keep([composed.pdf], PDF),
            origin=Origin.COMPOSED,
            by=by,
            pages=composed.pages,
            note=note.strip()[:500],
            source=source,
            places=places,
        )


def form_key(document: Document) -> str:
    """The key under which the letter editor keeps what is being typed (``office.SavedForm``)."""
    return f"outgoing-{document.pk}"


def main_file(document: Document, *, name: str) -> DocumentFile:
    """The main file of a draft, made when there is none. Called inside the caller's transaction."""
    found = DocumentFile.objects.filter(document=document, role=FileRole.MAIN).first()
    return found or add_file(document=document, name=name[:150], role=FileRole.MAIN)


def drafted_version(document: Document) -> FileVersion | None:
    """The newest version that a person made: what is decided on, and what is prepared for signing (one statement)."""
    versions = FileVersion.objects.filter(file__document=document, file__role=FileRole.MAIN, origin__in=DRAFTED)
    return versions.select_related("file", "blob", "by").order_by("-ordinal").first()


def show_drafted(document: Document) -> None:
    """Let the version that people made be the current one again: the draft goes back from signing."""
    version = drafted_version(document)
    if version is not None:
        DocumentFile.objects.filter(pk=version.file_id).update(current=version)


def cancel_draft(*, document: Document, reason: str, by: Person) -> None:
    """Give a draft up, with a reason; it had no number yet, so nothing is missing in the register."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid(_("Say why the draft is given up (at least 5 characters)."), field="reason")
    with transaction.atomic():
        fresh = open_draft(document, by)
        move(fresh, State.CANCELLED, cancelled_reason=reason.strip()[:500])
        # the work it was to answer is still to be done, by another document or in words
        Assignment.objects.filter(answer=fresh).update(answer=None)
        record("draft.cancel", fresh, by=by, before={"state": State.DRAFT}, after={"reason": reason.strip()})
