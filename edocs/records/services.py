"""The life of a case file: opened, filled, set right, closed, reopened (Decree 30/2020, Art. 28 to 30).

Putting a document into a file gives nobody a right to that document: who reads it is decided by ``documents.access``
alone, before and after.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.documents.access import visible
from edocs.documents.choices import State
from edocs.documents.indexing import follow
from edocs.documents.models import Document, Export
from edocs.documents.services.reading import ask_list_export
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.journal.services import record
from edocs.office.models import Person, Role
from edocs.office.services import tell
from edocs.records.exporting import CASE_FILES
from edocs.records.models import CaseFile, Filed, Usage
from edocs.records.queries import in_order_of_time, keepers_for, may_change, next_code

MAY_OPEN = (Role.OFFICER, Role.UNIT_HEAD, Role.CLERK, Role.LEADER)
#: documents in one file (App. VI Part II: three digits) and years that a file is kept
MOST_DOCUMENTS, MOST_YEARS = 999, 200
LONGEST_CODE, LONGEST_TEXT = 20, 500


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What is entered about a file (App. VI Part II.III); ``retention_years`` None means for ever."""

    code: str
    title: str
    retention_years: int | None
    started_on: dt.date
    usage: str = Usage.OPEN
    language: str = "Tiếng Việt"
    note: str = ""


def may_open(person: Person) -> bool:
    """Whether a person opens case files: whoever works on documents in a unit."""
    return person.unit_id is not None and person.has_role(*MAY_OPEN)


def open_file(
    *, particulars: Particulars, by: Person, keeper: Person | None = None, documents: Sequence[Document] = ()
) -> CaseFile:
    """Open a case file (Art. 29): the officer who was given the work, or the head of a unit for somebody in it.

    ``documents`` are put into it at once. Raises NotPermitted, Invalid (a value that cannot be, or a code that the
    year has already).
    """
    kept_by = keeper or by
    if not may_open(by):
        raise NotPermitted(_("Case files are opened by officers, unit heads, leaders and the clerical office."))
    _keeps(kept_by, by=by)
    _check(particulars)
    with transaction.atomic():
        file = CaseFile(year=particulars.started_on.year, keeper=kept_by, unit=kept_by.unit, **asdict(particulars))
        _store(file)
        record("case_file.open", file, by=by, after=_facts(file) | {"keeper": kept_by.pk})
        if documents:
            put_in(file=file, documents=documents, by=by)
        if kept_by.pk != by.pk:
            _tell_keeper(file, by)
    return file


def set_right(*, file: CaseFile, particulars: Particulars, by: Person, keeper: Person | None = None) -> CaseFile:
    """Change what is entered about an open file, or hand it to somebody else of its unit."""
    _check(particulars)
    with transaction.atomic():
        fresh = _open_and_mine(file, by)
        before, kept_by = _facts(fresh) | {"keeper": fresh.keeper_id}, fresh.keeper_id
        if keeper is not None and keeper.pk != kept_by:
            if not keeper.is_active or keeper.unit_id != fresh.unit_id:
                raise Invalid(_("A case file stays in its unit: choose somebody who works there."), field="keeper")
            fresh.keeper = keeper
        for name, value in asdict(particulars).items():
            setattr(fresh, name, value)
        fresh.year = particulars.started_on.year
        _store(fresh)
        after = _facts(fresh) | {"keeper": fresh.keeper_id}
        changed = {name for name in after if after[name] != before[name]}
        if changed:
            record(
                "case_file.change",
                fresh,
                by=by,
                before={name: before[name] for name in sorted(changed)},
                after={name: after[name] for name in sorted(changed)},
            )
        if fresh.keeper_id not in (kept_by, by.pk):
            _tell_keeper(fresh, by)
    return fresh


def put_in(*, file: CaseFile, documents: Sequence[Document], by: Person) -> int:
    """Put documents into a file, each with the next number in it; those that lie there already stay as they are.

    Returns how many were put in. Raises NotPermitted (a document that ``by`` may not see, somebody else's file),
    WrongState (closed), Invalid (nothing chosen, a cancelled registration, more than fit).
    """
    if not documents:
        raise Invalid(_("Choose at least one document."))
    numbers = {document.pk for document in documents}
    if visible(by).filter(pk__in=numbers).count() != len(numbers):
        raise NotPermitted(_("You cannot put a document that you may not see into a case file."))
    with transaction.atomic():
        fresh = _open_and_mine(file, by)
        there = set(fresh.filed.values_list("document_id", flat=True))
        new = [document for document in documents if document.pk not in there]
        if cancelled := next((one for one in new if one.state == State.CANCELLED), None):
            raise Invalid(_("“%(summary)s” was cancelled; leave it out.") % {"summary": cancelled.summary[:80]})
        if fresh.last_ordinal + len(new) > MOST_DOCUMENTS:
            raise Invalid(
                _("A case file holds %(most)d documents. Close this one and open another.") % {"most": MOST_DOCUMENTS}
            )
        rows = [
            Filed(file=fresh, document=document, ordinal=ordinal, by=by, at=clock.now())
            for ordinal, document in enumerate(new, start=fresh.last_ordinal + 1)
        ]
        Filed.objects.bulk_create(rows)
        CaseFile.objects.filter(pk=fresh.pk).update(last_ordinal=fresh.last_ordinal + len(rows))
        for row in rows:
            record("case_file.put", fresh, by=by, after={"document": row.document_id, "ordinal": row.ordinal})
            document = row.document
            record("document.case_file", document, by=by, after={"file": fresh.pk, "code": fresh.code})
        follow(row.document_id for row in rows)
    return len(rows)


def take_out(*, filed: Filed, reason: str, by: Person) -> None:
    """Take a document out of an open file, with a reason; its number is given to no other while the file is open."""
    why = _reason(reason)
    with transaction.atomic():
        fresh, document = _open_and_mine(filed.file, by), filed.document
        gone, _rows = Filed.objects.filter(pk=filed.pk).delete()
        if not gone:
            raise WrongState(_("The document was taken out already. Reload the page."))
        after = {"document": document.pk, "ordinal": filed.ordinal, "reason": why}
        record("case_file.take_out", fresh, by=by, after=after)
        record("document.case_file_out", document, by=by, after={"file": fresh.pk, "code": fresh.code})
        follow([document.pk])


def close_file(
    *, file: CaseFile, title: str, code: str, retention_years: int | None, ended_on: dt.date, note: str, by: Person
) -> CaseFile:
    """End a file (kết thúc hồ sơ, Art. 29): title, code and retention set right, its documents numbered by time.

    Nothing in it changes afterwards, unless it is reopened.
    """
    why = _reason(note, field="note", sentence=_("Write the closing note: what the file holds and how the work ended."))
    with transaction.atomic():
        fresh = _open_and_mine(file, by)
        if not fresh.started_on <= ended_on <= clock.today():
            raise Invalid(_("The file cannot end before it began, nor after today."), field="ended_on")
        fresh.title, fresh.code, fresh.retention_years = title, code, retention_years
        _check(Particulars(code=code, title=title, retention_years=retention_years, started_on=fresh.started_on))
        fresh.ended_on, fresh.closing_note = ended_on, why
        fresh.last_ordinal = _count_in_order(fresh)
        _store(fresh)
        record("case_file.close", fresh, by=by, after=_facts(fresh) | {"ended_on": ended_on, "note": why})
    return fresh


def reopen_file(*, file: CaseFile, reason: str, by: Person) -> CaseFile:
    """Take a closed file up again, with a reason."""
    why = _reason(reason)
    with transaction.atomic():
        fresh = _mine(file, by)
        if fresh.is_open:
            raise WrongState(_("The case file %(code)s is open already.") % {"code": fresh.code})
        before = {"ended_on": fresh.ended_on, "note": fresh.closing_note}
        fresh.ended_on, fresh.closing_note = None, ""
        _store(fresh)
        record("case_file.reopen", fresh, by=by, before=before, after={"reason": why})
    return fresh


def ask_files_export(*, person: Person, filters: dict[str, str], format: str) -> Export:
    """Ask for the list of case files as a file; a job makes it with the rights this person has then."""
    return ask_list_export(person=person, name=CASE_FILES, filters=filters, format=format)


# --- what the verbs share ---------------------------------------------------------------------------------------------
def _mine(file: CaseFile, by: Person) -> CaseFile:
    """The file's row, locked for the rest of the transaction, when ``by`` may change it."""
    fresh = CaseFile.objects.select_for_update(of=("self",)).select_related("unit").get(pk=file.pk)
    if not may_change(by, fresh):
        raise NotPermitted(_("Only whoever keeps a case file, or the head of its unit, changes it."))
    return fresh


def _open_and_mine(file: CaseFile, by: Person) -> CaseFile:
    fresh = _mine(file, by)
    if not fresh.is_open:
        raise WrongState(
            _("The case file %(code)s is closed. Reopen it, with a reason, before you change it.")
            % {"code": fresh.code}
        )
    return fresh


def _keeps(keeper: Person, *, by: Person) -> None:
    if not keepers_for(by).filter(pk=keeper.pk).exists():
        raise Invalid(_("Choose yourself, or somebody of the unit that you head."), field="keeper")


def _check(given: Particulars) -> None:
    """Lengths and values of what is entered. Raises Invalid with the field."""
    if not given.code.strip() or len(given.code) > LONGEST_CODE:
        raise Invalid(_("The file code has 1 to 20 characters, for example 01.TCCB."), field="code")
    if not given.title.strip() or len(given.title) > LONGEST_TEXT:
        raise Invalid(_("The title of the file has 1 to 500 characters."), field="title")
    if given.retention_years is not None and not 1 <= given.retention_years <= MOST_YEARS:
        raise Invalid(_("A file is kept for ever or for 1 to 200 years."), field="retention_years")
    if given.started_on > clock.today():
        raise Invalid(_("The file cannot begin after today."), field="started_on")
    if given.usage not in Usage.values:
        raise Invalid(_("Choose how the file may be used."), field="usage")
    if len(given.note) > LONGEST_TEXT:
        raise Invalid(_("The note has at most 500 characters."), field="note")


def _reason(text: str, *, field: str = "reason", sentence: object = _("Write the reason.")) -> str:
    why = text.strip()[:LONGEST_TEXT]
    if not why:
        raise Invalid(sentence, field=field)
    return why


def _store(file: CaseFile) -> None:
    """Write the row; a code stands once in a year, whoever was quicker."""
    file.code, file.title = file.code.strip(), " ".join(file.title.split())
    try:
        with transaction.atomic():
            file.save()
    except IntegrityError:
        taken = CaseFile.objects.filter(year=file.year, code=file.code).exclude(pk=file.pk)
        if not taken.exists():
            raise
        free = next_code(file.unit, file.year)
        raise Invalid(
            _("The year %(year)s has a case file %(code)s already. The next free code is %(free)s.")
            % {"year": file.year, "code": file.code, "free": free},
            field="code",
        ) from None


def _facts(file: CaseFile) -> dict[str, Any]:
    """What the journal keeps of a file."""
    names = ("code", "title", "retention_years", "usage", "language", "started_on", "note")
    return {name: getattr(file, name) for name in names}


def _count_in_order(file: CaseFile) -> int:
    """Number the documents of a file from 1 in order of time, as its table of contents shows them; how many."""
    rows = in_order_of_time(file.filed.all())
    # out of the way first: no number stands twice at any moment
    file.filed.update(ordinal=F("ordinal") + MOST_DOCUMENTS + 1)
    for ordinal, row in enumerate(rows, start=1):
        row.ordinal = ordinal
    Filed.objects.bulk_update(rows, ["ordinal"])
    return len(rows)


def _tell_keeper(file: CaseFile, by: Person) -> None:
    facts = {"by": by.full_name, "code": file.code, "title": file.title}
    tell([file.keeper_id], "case_file_given", facts=facts, address=f"/case-files/{file.pk}/")
