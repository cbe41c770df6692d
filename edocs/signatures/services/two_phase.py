"""Signing with keys that are elsewhere: prepared here, signed there, finished here.

A consent runs through the same rows as every other one (``SigningSession``, ``SigningItem``); between consent and
signature lies a ``Preparation``, which serves once, for this person, this version and this hash, as long as the
consent holds. What follows when a value came, or when none comes, is said by the workflow (``courses``).
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.documents.storage import is_whole, path_of
from edocs.errors import Invalid, Refusal, WrongState
from edocs.journal.services import record
from edocs.office.models import Person
from edocs.signatures import sentences_elsewhere  # noqa: F401 - joins the sentences
from edocs.signatures.backend import backend
from edocs.signatures.models import ItemState, Key, SigningItem, SigningSession
from edocs.signatures.models_token import PhoneTransaction, Preparation
from edocs.signatures.sentences import as_refusal, sentence
from signing import Signed, SigningError
from signing.errors import ConsentMissing, PreparationUsed
from signing.keys import Secret
from signing.layout import LEADER_FIELD
from signing.process.elsewhere import Filling
from signing.process.elsewhere_operations import transaction_facts, transaction_from
from signing.providers import Purpose
from signing.providers.csc_credential import Question
from signing.providers.national import Transaction
from signing.raw import as_der, check_raw
from signing.two_phase import Prepared

AT_DESK = "token"
PHONES = frozenset({"smartca", "mysign"})
SERVICES = PHONES | {"csc"}
#: how long the second phase may still be repeated, for instance while no time stamp can be had
LIFETIME = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Course:
    """What follows for one document, said by the workflow for each purpose of keys."""

    finish: Callable[[SigningItem], None]
    fail: Callable[[SigningItem, str, str], None]


courses: dict[str, Course] = {}


def is_elsewhere(key: Key) -> bool:
    """True when the key never answers here at once: a person's own token, a remote service."""
    return key.provider == AT_DESK or key.provider in SERVICES


def asks_password(key: Key | None) -> bool:
    """True when the page of a consent asks for the password of this key; one elsewhere is asked for its own there."""
    return key is None or not is_elsewhere(key)


def new_handle() -> str:
    """Names a consent that no key was opened for."""
    return f"elsewhere-{secrets.token_urlsafe(16)}"


def folder() -> Path:
    """Where prepared files wait."""
    found = Path(settings.FILES_DIR) / "prepared"
    found.mkdir(parents=True, exist_ok=True)
    return found


# --- the first phase ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Ready:
    """A file that was prepared, not yet kept."""

    prepared: Prepared
    file: str


def prepare(
    item: SigningItem, *, image: bytes | None, filling: Filling | None = None, field: str = LEADER_FIELD
) -> Ready:
    """Let the signing process prepare one document; slow, changes no rows. ``field`` is a person's. Raises Refusal."""
    if not is_whole(item.version.blob):
        raise Invalid(sentence("hash_changed"), code="hash_changed")
    name = f"{secrets.token_hex(16)}.pdf"
    try:
        prepared = backend().elsewhere.prepare(
            path_of(item.sha256),
            folder() / name,
            certificate_of(item.session.key),
            base_sha256=item.sha256,
            image=image,
            field=field,
            filling=filling,
            lifetime=LIFETIME,
        )
    except SigningError as error:
        raise as_refusal(error) from None
    return Ready(prepared, name)


def keep(item: SigningItem, ready: Ready, *, dispatch: bool = False) -> bool:
    """Keep what was prepared; True when nothing of its consent is left to prepare.

    ``dispatch`` is remembered for what follows a seal.
    """
    facts = {**ready.prepared.facts(), "path": "", "dispatch": dispatch}
    fields = {"facts": facts, "file": ready.file, "expires_at": item.session.expires_at, "value": None}
    Preparation.objects.update_or_create(item=item, defaults=fields)
    record("signing.prepare", item.document, by=item.session.person, after={"item": item.pk, "sha256": item.sha256})
    return not item.session.items.filter(state=ItemState.WAITING, preparation=None).exists()


def certificate_of(key: Key) -> bytes:
    """The certificate of a key elsewhere, the one that was entered. Raises SigningError."""
    if key.provider == AT_DESK:
        return bytes(key.on_token.certificate)
    certificate, _mode, _questions = backend().elsewhere.describe(key.reference)
    return certificate


# --- how far it is --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Standing:
    """How far a consent is whose key is elsewhere."""

    session: SigningSession
    preparing: int
    waiting: list[Preparation]
    answered: int

    @property
    def expired(self) -> bool:
        """The consent's time is over."""
        return bool(self.session.expires_at <= clock.now())

    @property
    def ready(self) -> bool:
        """Everything is prepared, and the key is waited for."""
        return bool(self.waiting) and not self.preparing and not self.expired


def standing(session: SigningSession) -> Standing:
    """How far a consent is (one statement)."""
    items = list(
        session.items.filter(state=ItemState.WAITING).select_related("preparation", "document__kind", "version")
    )
    prepared = [item.preparation for item in items if hasattr(item, "preparation")]
    waiting = [one for one in prepared if one.value is None]
    return Standing(session, len(items) - len(prepared), waiting, len(prepared) - len(waiting))


def _awaited(session: SigningSession, person: Person) -> list[Preparation]:
    """What waits for the key, in the order of the consent. Raises Refusal; nothing is written."""
    if session.person_id != person.pk:
        raise Invalid(_("This consent was given by somebody else."), code="other_person")
    found = standing(session)
    if found.expired:
        raise WrongState(sentence("consent_expired"), code="consent_expired")
    if found.preparing:
        raise WrongState(_("The files are still being prepared. Wait a moment."), code="preparing")
    if not found.waiting:
        raise WrongState(sentence("preparation_used"), code="preparation_used")
    return found.waiting


def awaited(*, session: SigningSession, person: Person) -> list[Preparation]:
    """What waits for the key of this person. A refusal is journaled: call it outside a transaction."""
    try:
        return _awaited(session, person)
    except Refusal as refusal:
        refused(session=session, person=person, code=refusal.code)
        raise


def refused(*, session: SigningSession, person: Person, code: str) -> None:
    """Journal that a consent was asked for in a way that is not allowed."""
    record("signing.refused", session, by=person, after={"code": code, "key": session.key.reference})


# --- the key answered -----------------------------------------------------------------------------------------------
def answer(*, session: SigningSession, person: Person, values: Mapping[int, bytes]) -> None:
    """Take the signature values of a whole consent, by item; each is checked and none is taken twice.

    Raises WrongState (used, expired), Invalid (another person, another document, a wrong value); what is refused is
    journaled. Call it outside a transaction.
    """
    try:
        with transaction.atomic():
            SigningSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
            _take(session, person, values)
    except Refusal as refusal:
        refused(session=session, person=person, code=refusal.code)
        raise


def _take(session: SigningSession, person: Person, values: Mapping[int, bytes]) -> None:
    waiting = {one.item_id: one for one in _awaited(session, person)}
    if set(values) != set(waiting):
        raise Invalid(sentence("consent_missing"), code="consent_missing")
    for number, value in values.items():
        one = waiting[number]
        prepared = Prepared.from_facts(one.facts)
        try:
            raw = as_der(prepared.holder.certificate, value)
            check_raw(prepared.holder.certificate, prepared.attributes, raw)
        except SigningError as error:
            raise as_refusal(error) from None
        one.value, one.answered_at = raw, clock.now()
        one.save(update_fields=["value", "answered_at"])
    record("signing.answer", session, by=person, after={"items": sorted(values), "provider": session.key.provider})
    for one in waiting.values():
        courses[session.purpose].finish(one.item)


def finish(item: SigningItem, target: Path) -> Signed:
    """The second phase of one document, slow. Raises SigningError."""
    one = Preparation.objects.filter(item=item).first()
    if one is None or one.value is None:
        raise ConsentMissing("the key did not sign this file")
    prepared = Prepared.from_facts(one.facts)
    if not (folder() / one.file).exists():
        raise PreparationUsed("the prepared file is gone")
    source = folder() / one.file
    return backend().elsewhere.finish(prepared, bytes(one.value), source, target, base_sha256=item.sha256)


# --- services that are asked from here ------------------------------------------------------------------------------
def questions(key: Key) -> tuple[str, tuple[Question, ...]]:
    """How a service asks the holder, and what. Raises Unavailable and Invalid."""
    try:
        _certificate, mode, asked = backend().elsewhere.describe(key.reference)
    except SigningError as error:
        raise as_refusal(error) from None
    return mode, asked


def ask_service(*, session: SigningSession, person: Person, answers: Mapping[str, Secret]) -> None:
    """Let a service sign a whole consent under one authorisation by the holder's answers.

    Raises what :func:`answer` raises, Invalid (wrong PIN or one-time password) and Unavailable; a refusal is
    journaled.
    """
    waiting = awaited(session=session, person=person)
    try:
        values = backend().elsewhere.start(
            session.key.reference, _purpose(session), _pieces(waiting), answers, kinds=_kinds(waiting)
        )
    except SigningError as error:
        refusal = as_refusal(error)
    else:
        if isinstance(values, Transaction):
            raise Invalid(_("This service asks on the telephone."), code="on_phone")
        answer(session=session, person=person, values=_by_item(waiting, values))
        return
    refused(session=session, person=person, code=refusal.code)
    raise refusal


def start_phone(session: SigningSession) -> Transaction:
    """Lay a whole consent on its holder's telephone; slow, changes no rows. Raises Refusal."""
    waiting = _awaited(session, session.person)
    try:
        given = backend().elsewhere.start(
            session.key.reference, _purpose(session), _pieces(waiting), {}, kinds=_kinds(waiting)
        )
    except SigningError as error:
        raise as_refusal(error) from None
    if not isinstance(given, Transaction):
        raise Invalid(sentence("bad_request"), code="bad_request")
    return given


def keep_phone(session: SigningSession, given: Transaction) -> None:
    """Remember what lies on the telephone."""
    PhoneTransaction.objects.create(session=session, facts=transaction_facts(given), started_at=clock.now())
    record("signing.phone", session, by=session.person, after={"transaction": given.code})


def ask_phone(session: SigningSession) -> dict[int, bytes] | None:
    """What the holder decided: the values by item, None while they did not. Slow. Raises Refusal."""
    waiting = _awaited(session, session.person)
    given = transaction_from(session.on_phone.facts)
    try:
        values = backend().elsewhere.ask(session.key.reference, given, _pieces(waiting))
    except SigningError as error:
        raise as_refusal(error) from None
    return None if values is None else _by_item(waiting, values)


def _purpose(session: SigningSession) -> Purpose:
    return "seal" if session.purpose == "seal" else "sign"


def _pieces(waiting: Sequence[Preparation]) -> list[bytes]:
    return [Prepared.from_facts(one.facts).attributes for one in waiting]


def _kinds(waiting: Sequence[Preparation]) -> list[str]:
    return sorted({one.item.document.kind.name for one in waiting})


def _by_item(waiting: Sequence[Preparation], values: Sequence[bytes]) -> dict[int, bytes]:
    return {one.item_id: value for one, value in zip(waiting, values, strict=True)}


# --- nothing came ---------------------------------------------------------------------------------------------------
def give_up(*, session: SigningSession, code: str, person: Person | None = None) -> int:
    """End a consent whose key did not answer: each document that still waits goes back, with the reason."""
    with transaction.atomic():
        SigningSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
        found = standing(session)
        unanswered = session.items.filter(state=ItemState.WAITING).exclude(preparation__value__isnull=False)
        left = list(unanswered.select_related("document", "session__person", "session__key"))
        for item in left:
            courses[session.purpose].fail(item, code, str(sentence(code)))
        if left:
            record("signing.give_up", session, by=person, after={"code": code, "items": [item.pk for item in left]})
    for one in found.waiting:
        (folder() / one.file).unlink(missing_ok=True)
    return len(left)


def sweep() -> int:
    """End consents whose time is over without an answer, and clear away what was prepared for ended ones."""
    handled = 0
    over = SigningSession.objects.filter(
        handle__startswith="elsewhere-", expires_at__lte=clock.now(), items__state=ItemState.WAITING
    ).distinct()
    for session in over.select_related("person", "key"):
        handled += give_up(session=session, code="consent_expired")
    done = Preparation.objects.exclude(item__state=ItemState.WAITING).filter(expires_at__lte=clock.now() - LIFETIME)
    for one in done[:500]:
        (folder() / one.file).unlink(missing_ok=True)
        one.delete()
    return handled
