"""One consent of one person for an exact list of files; the password goes to the signing process and nowhere else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from edocs import clock
from edocs.documents.models import Document, FileVersion
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.jobs.together import shared
from edocs.journal.services import record
from edocs.office.models import Person
from edocs.signatures.backend import backend
from edocs.signatures.models import ItemState, Key, SigningItem, SigningSession
from edocs.signatures.sentences import as_refusal
from edocs.signatures.services.two_phase import is_elsewhere, new_handle
from signing import SigningError

CONSENT = dt.timedelta(minutes=5)
MOST = 200


@dataclass(frozen=True)
class Wanted:
    """One file to be signed: the document, the very version that was shown, and the frozen authority."""

    document: Document
    version: FileVersion
    title: list[str] = field(default_factory=list)
    authority: str = ""


@sensitive_variables("password")
def unlock(*, person: Person, key: Key, password: str, wanted: Sequence[Wanted]) -> str:
    """Open ``key`` in the signing process for exactly these files; returns the name of the consent there.

    Call it outside a transaction: a refusal is journaled. Raises Invalid (wrong password, expired certificate)
    and Unavailable (no signing process).
    """
    if not wanted or len(wanted) > MOST:
        raise Invalid(
            _("With one consent 1 to %(most)s files are signed, attachments included. Choose again.") % {"most": MOST}
        )
    if is_elsewhere(key):
        return new_handle()  # its holder is asked once the files are prepared
    hashes = [one.version.blob_id for one in wanted]
    kinds = sorted({one.document.kind.name for one in wanted})
    try:
        return backend().unlock(key.reference, password, hashes, key.purpose, kinds=kinds)
    except SigningError as error:
        refusal = as_refusal(error)
    finally:
        del password  # the frame of the refusal shall not hold it
    record("key.refused", key, by=person, after={"code": refusal.code})
    raise refusal


@contextmanager
def noting_refusals(*, person: Person, documents: Sequence[int]) -> Iterator[None]:
    """Whoever asks for a signature that is not theirs, or for a second one, leaves a mark on each document.

    Call it outside a transaction, which the refusal would undo.
    """
    try:
        yield
    except (NotPermitted, WrongState) as refusal:
        for document in Document.objects.filter(pk__in=documents):
            record("signing.refused", document, by=person, after={"code": refusal.code})
        raise


@contextmanager
def keeping(handle: str) -> Iterator[None]:
    """A transaction that keeps a consent; the opened key is dropped at once when it comes to nothing."""
    with ExitStack() as undone:
        undone.callback(close, handle)
        with transaction.atomic():
            yield
        undone.pop_all()


def close(handle: str) -> None:
    """Drop the opened key of a consent that is not needed any more; it ends by itself after five minutes anyway."""
    with suppress(SigningError):
        backend().forget(handle)


def close_when_done(session: SigningSession) -> None:
    """Drop the opened key once nothing of a consent waits or could be repeated; called inside a transaction.

    Among jobs that came together it is looked at after the last of them.
    """
    if shared(("closing", session.pk), partial(_closing, session)) is None:
        transaction.on_commit(partial(_close_if_done, session))


@contextmanager
def _closing(session: SigningSession) -> Iterator[SigningSession]:
    try:
        yield session
    finally:
        _close_if_done(session)


def _close_if_done(session: SigningSession) -> None:
    if not session.items.exclude(state=ItemState.DONE).exists():
        close(session.handle)


def keep_session(
    *, person: Person, key: Key, handle: str, wanted: Sequence[Wanted], later: Sequence[Wanted] = ()
) -> SigningSession:
    """Keep a consent with its list of hashes; called inside the caller's transaction.

    ``later`` are further files of the same documents, agreed to as well, each signed when the one before it is.
    Raises WrongState when one of the documents is being signed already.
    """
    moment = clock.now()
    busy = SigningItem.objects.filter(state=ItemState.WAITING, document__in=[one.document for one in wanted])
    if busy.exists():
        raise WrongState(_("One of these documents is being signed already. Reload the page."))
    session = SigningSession.objects.create(
        person=person,
        key=key,
        purpose=key.purpose,
        handle=handle,
        consented_at=moment,
        expires_at=moment + CONSENT,
    )
    SigningItem.objects.bulk_create(
        SigningItem(
            session=session,
            document=one.document,
            version=one.version,
            sha256=one.version.blob_id,
            title=one.title,
            authority=one.authority,
        )
        for one in wanted
    )
    files = [[one.document.pk, one.version.blob_id] for one in (*wanted, *later)]
    facts = {"key": key.reference, "serial": key.serial, "purpose": key.purpose, "files": files}
    record("signing.consent", session, by=person, after=facts)
    return session


def sign_next(session: SigningSession, document: Document, version: FileVersion) -> SigningItem:
    """The next file of a document under the consent that named it; called inside the caller's transaction."""
    return SigningItem.objects.create(session=session, document=document, version=version, sha256=version.blob_id)


#: Failures after which the consent cannot be used for this file any more.
NEEDS_CONSENT = frozenset({"consent_missing", "consent_expired", "hash_changed"})


def still_agreed(item: SigningItem) -> bool:
    """True when a failed document may be signed again under its consent, without the password."""
    return item.code not in NEEDS_CONSENT and item.session.expires_at > clock.now()


def open_again(item: SigningItem) -> None:
    """Let a failed document wait for its signature again, under the consent that still holds."""
    item.state, item.code, item.reason, item.finished_at = ItemState.WAITING, "", "", None
    item.save(update_fields=["state", "code", "reason", "finished_at"])
    record("signing.again", item.document, by=item.session.person, after={"item": item.pk})


def fail_item(item: SigningItem, *, code: str, reason: str) -> None:
    """One document of a consent did not go through; the others are not touched."""
    item.state, item.code, item.reason = ItemState.FAILED, code, reason[:500]
    item.finished_at = clock.now()
    item.save(update_fields=["state", "code", "reason", "finished_at"])
    record("signing.failed", item.document, by=item.session.person, after={"code": code, "item": item.pk})
