"""Certified electronic copies of documents that came on paper (Decree 30/2020, Art. 25–27; App. I Part II; R-SIG-4).

The clerk chooses a scan; a job gives it the place for the agency's words; the clerk looks at it and signs with the
agency's key, without a picture. The scan itself stays as it is.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from edocs.documents import access
from edocs.documents.choices import CopyKind, Direction, FileRole, Origin, State
from edocs.documents.models import Document, DocumentFile, FileVersion
from edocs.documents.refusals import refusal_for
from edocs.documents.services.files import add_file, add_version
from edocs.documents.services.states import locked, wrong_state
from edocs.documents.storage import is_whole, keep_file, path_of
from edocs.errors import Invalid, NotPermitted, Refusal, WrongState
from edocs.jobs.models import Job
from edocs.jobs.registry import Finish
from edocs.jobs.services import enqueue
from edocs.journal.services import record
from edocs.limited import FileRefused, RefusalCode
from edocs.limited.signatures import prepare_for_mark
from edocs.office.models import Person, Role
from edocs.office.queries import the_agency
from edocs.office.services import tell
from edocs.signatures.models import ItemState, SigningItem, SigningSession
from edocs.signatures.services import making
from edocs.signatures.services.consenting import Wanted, fail_item, keep_session, keeping, unlock
from edocs.signatures.services.keys import seal_key
from edocs.signatures.services.two_phase import is_elsewhere

PREPARE_COPY = "workflow.prepare_copy"
SIGN_COPY = "workflow.sign_copy"
PDF = "application/pdf"


def check_may_copy(document: Document, by: Person) -> None:
    """Refuse whoever may not certify copies of this document."""
    if not by.has_role(Role.CLERK) or not access.may_see(by, document):
        raise NotPermitted(_("Only the clerical office certifies copies (Decree 30/2020, Art. 27 and 32)."))
    if document.direction != Direction.INCOMING or document.state == State.CANCELLED:
        raise wrong_state(document)


def ask_for_copy(*, document: Document, version_id: int, kind: str, by: Person) -> Job:
    """Let a job make ready a copy of a scanned file of a document that came on paper.

    Raises NotPermitted, WrongState, Invalid (no such file, not a PDF, signed electronically already).
    """
    if kind not in CopyKind.values:
        raise Invalid(_("Choose what kind of copy it is."), field="kind")
    with transaction.atomic():
        fresh = locked(document)
        check_may_copy(fresh, by)
        version = FileVersion.objects.select_related("file", "blob").filter(pk=version_id, file__document=fresh).first()
        if version is None or version.file.current_id != version.pk or version.file.role == FileRole.COPY:
            raise Invalid(_("Choose a file of this document."), field="version")
        if version.blob.media_type != PDF:
            raise Invalid(_("Only a PDF can be certified. “%(name)s” is none.") % {"name": version.file.name})
        record("copy.ask", fresh, by=by, after={"kind": kind, "version": version.pk, "sha256": version.blob_id})
        return enqueue(
            PREPARE_COPY,
            arguments={"document": fresh.pk, "version": version.pk, "kind": kind},
            subject=f"document:{fresh.pk}",
            by=by,
        )


def make_ready(job: Job) -> Finish:
    """Give the scan its place for the agency's words, as a new file beside it."""
    version = FileVersion.objects.select_related("file__document", "blob").get(pk=job.arguments["version"])
    with tempfile.TemporaryDirectory(prefix="edocs-copy-") as folder:
        target = Path(folder, "copy.pdf")
        try:
            prepare_for_mark(path_of(version.blob_id), target)
        except FileRefused as refused:
            if refused.code == RefusalCode.TIMEOUT:
                raise
            raise _refusal(refused, version.file.name) from None
        blob = keep_file(target, PDF)
    kind = CopyKind(job.arguments["kind"])

    def finish() -> None:
        document = version.file.document
        file = add_file(document=document, name=f"{kind.words} {version.file.name}"[:255], role=FileRole.COPY)
        facts = {"copy": kind.value, "of": version.pk}
        add_version(
            file=file, blob=blob, origin=Origin.PREPARED, by=job.requested_by, pages=version.pages, places=facts
        )
        if job.requested_by_id:
            words = {"summary": document.summary, "code": document.code}
            tell([job.requested_by_id], "copy_ready", facts=words, address=f"/documents/{document.pk}/copy/")

    return finish


def _refusal(refused: FileRefused, name: str) -> Refusal:
    if refused.detail.startswith("already_signed"):
        return Invalid(
            _("“%(name)s” is signed electronically: the file itself is the original. Send it as it is, or print it.")
            % {"name": name},
            code="already_signed",
        )
    return refusal_for(refused, name=name)


@sensitive_variables("password")
def sign_copy(*, file: DocumentFile, version_id: int, by: Person, password: str) -> SigningSession:
    """Let a job sign the copy that was shown, as the agency, with words and without a picture.

    Raises NotPermitted, WrongState, Invalid (password, certificate), Unavailable.
    """
    wanted = _to_sign(file, version_id, by)
    key = seal_key()
    if is_elsewhere(key):
        raise Invalid(_("The agency's key is not kept by this server; copies cannot be certified with it here."))
    try:
        handle = unlock(person=by, key=key, password=password, wanted=[wanted])
    finally:
        del password  # the frame of a refusal shall not hold it
    with keeping(handle):
        locked(wanted.document)
        wanted = _to_sign(file, version_id, by)
        session = keep_session(person=by, key=key, handle=handle, wanted=[wanted])
        item = session.items.get()
        enqueue(SIGN_COPY, arguments={"item": item.pk}, subject=f"document:{wanted.document.pk}", by=by)
    return session


def _to_sign(file: DocumentFile, version_id: int, by: Person) -> Wanted:
    fresh = DocumentFile.objects.select_related("document__kind", "current__blob").get(pk=file.pk, role=FileRole.COPY)
    check_may_copy(fresh.document, by)
    version = fresh.current
    if version is None or version.pk != version_id or version.origin != Origin.PREPARED or not is_whole(version.blob):
        raise WrongState(_("This copy is certified already, or changed. Reload the page."))
    return Wanted(fresh.document, version)


def words_of(version: FileVersion) -> list[str]:
    """What the mark says before the time: kind of copy and agency."""
    return [CopyKind((version.places or {})["copy"]).words, the_agency().name]


def conclude_copy(item: SigningItem, made: making.Made) -> None:
    """Write the certified copy."""
    version = making.conclude(item, made, origin=Origin.COPY)
    facts = {"file": version.file_id, "sha256": made.blob.pk, "serial": item.session.key.serial}
    record("document.copy", item.document, by=item.session.person, after=facts)


def copy_failed(job: Job, reason: str) -> None:
    """The copy was not signed; the clerk sees why and signs again."""
    item = SigningItem.objects.select_related("document", "session__person").get(pk=job.arguments["item"])
    if item.state == ItemState.WAITING:
        fail_item(item, code=job.code, reason=reason)
        facts = {"summary": item.document.summary, "code": item.document.code}
        tell([item.session.person_id], "copy_failed", facts=facts, address=f"/documents/{item.document_id}/copy/")


def give_up_copy(*, file: DocumentFile, by: Person) -> None:
    """Put away a copy that was made ready but not signed. Raises NotPermitted, WrongState."""
    with transaction.atomic():
        fresh = DocumentFile.objects.select_related("document", "current").get(pk=file.pk, role=FileRole.COPY)
        check_may_copy(fresh.document, by)
        waiting = SigningItem.objects.filter(version=fresh.current, state=ItemState.WAITING).exists()
        if fresh.current is None or fresh.current.origin != Origin.PREPARED or waiting:
            raise WrongState(_("This copy is certified already, or changed. Reload the page."))
        DocumentFile.objects.filter(pk=fresh.pk).update(current=None)
        record("copy.give_up", fresh.document, by=by, before={"file": fresh.pk, "version": fresh.current_id})
