"""What the signing process does: opens a key for a listed pile of files, signs, seals, forgets."""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from signing.errors import (
    BadRequest,
    ConsentExpired,
    ConsentMissing,
    ConsentOfAnother,
    FileUnreachable,
    SignerUnreachable,
    WrongPassword,
)
from signing.keys import CertificateInfo, Secret
from signing.layout import LEADER_FIELD
from signing.marks import sign_with_words
from signing.process.attempts import Attempts
from signing.process.elsewhere import Elsewhere
from signing.process.keyring import Keyring
from signing.process.proofs import ProofKeeper
from signing.process.rules import KeyRules, Uses, person_field
from signing.providers import OpenKey, Purpose
from signing.proving import sign_as_person_or_wait
from signing.seal import fill_and_seal
from signing.sign import Signed
from signing.text import Piece
from signing.timestamps import Timestamper
from signing.trust import Trust

CONSENT_SECONDS = 300.0
"""How long a consent lasts at most."""
MOST_FILES = 500
"""Most files on one consent."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20

File = Path | int
"""A file by its path, or open already (a file descriptor, which stays open)."""


def _wanted() -> bool:
    return True


@dataclass(slots=True)
class _Session:
    """A key that is open for exactly these files; closed (None) when the last of them is done."""

    key_id: str
    rules: KeyRules
    key: OpenKey | None = field(repr=False)
    purpose: Purpose
    waiting: set[str]
    expires: float
    peer: int | None
    under_way: int = 0
    ended: bool = False


class SigningBackend:
    """The signing process without its socket; safe for use by several threads.

    ``keys`` is a folder of ``<key_id>.p12`` and ``<key_id>.der``, or a keyring.  A ``timestamper`` with a fixed time
    can only be given here, by whoever makes the object (the demonstration), never through the socket.  ``clock``
    gives seconds that never run backwards, ``wall`` the time of day.  ``may_lack`` names what a leader's signature may
    lack for a while (:data:`signing.proving.LACKS`).
    """

    def __init__(
        self,
        keys: Path | Keyring,
        trust: Trust,
        timestamper: Timestamper,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        may_lack: Collection[str] = (),
    ) -> None:
        self._keys = Keyring.of_files(keys) if isinstance(keys, Path) else keys
        self._trust = trust
        self._timestamper = timestamper
        self._clock = clock
        self._wall = wall
        self._sessions: dict[str, _Session] = {}
        self._lock = threading.Lock()
        self._opening: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._attempts = Attempts(clock)
        self._uses = Uses(clock)
        self._may_lack = frozenset(may_lack)
        self.elsewhere = Elsewhere(self._keys, trust, timestamper, clock=clock, wall=wall, may_lack=self._may_lack)
        self.proofs = ProofKeeper(trust, timestamper, self._keys)

    def certificate(self, key_id: str) -> CertificateInfo:
        """The facts of a key's certificate; needs no password.  Raises :class:`UnknownKey`."""
        provider, _ = self._keys.find(key_id)
        return provider.certificate(key_id).info

    def provider(self, key_id: str) -> str:
        """The name of the kind of place where a key lives.  Raises :class:`UnknownKey`."""
        return self._keys.find(key_id)[0].name

    def unlock(
        self,
        key_id: str,
        password: str,
        hashes: Sequence[str],
        purpose: str,
        *,
        kinds: Sequence[str] = (),
        peer: int | None = None,
    ) -> str:
        """Open a key for exactly the files with these SHA-256 (hexadecimal); gives a session's id.

        ``purpose`` is ``"sign"`` or ``"seal"``, ``kinds`` name the kinds of the documents, ``peer`` is the user of
        this machine who asks and alone may use the session.  Lasts :data:`CONSENT_SECONDS`; each file may be signed
        once.  Raises :class:`WrongPassword`, :class:`TooManyAttempts`, :class:`UnknownKey`,
        :class:`CertificateExpired`, :class:`CertificateNotYetValid`, :class:`ConsentMissing` for an
        empty list, :class:`BadRequest`, what the rules of the key say (:class:`PurposeNotAllowed`,
        :class:`KindNotAllowed`, :class:`OutsideHours`, :class:`RateExceeded`) and what its provider meets.
        """
        secret = Secret(password)
        del password  # the frames of the errors below shall not hold it
        listed = _checked_hashes(hashes)
        provider, rules = self._keys.find(key_id)
        rules.check_purpose(purpose)
        rules.check_kinds(kinds)
        rules.check_time(self._wall())
        self._uses.check(key_id, rules, len(listed))
        provider.certificate(key_id).info.check_valid(self._timestamper.now())
        with self._opening[key_id]:  # one at a time, so that parallel guesses are counted one by one
            self._attempts.check(key_id)
            try:
                key = provider.open(key_id, secret, sorted(listed), rules.purpose)
            except WrongPassword:
                self._attempts.wrong(key_id)
                raise
            self._attempts.right(key_id)
        session_id = secrets.token_urlsafe(32)
        session = _Session(key_id, rules, key, rules.purpose, listed, self._clock() + CONSENT_SECONDS, peer)
        with self._lock:
            self._sessions[session_id] = session
        return session_id

    def sign(
        self,
        session_id: str,
        source: File,
        target: File,
        *,
        image: bytes | None = None,
        field: str = LEADER_FIELD,
        peer: int | None = None,
        wanted: Callable[[], bool] = _wanted,
    ) -> Signed:
        """Sign ``source`` as a person and write ``target``; ``field`` is one of those for persons.

        An open ``target`` is written once the signed file is whole and ``wanted`` still says so; otherwise the
        consent stands as before.  Raises :class:`ConsentExpired`, :class:`ConsentMissing` when this very file is
        not on the list, :class:`ConsentOfAnother`, :class:`FileUnreachable`, and what
        :func:`signing.sign_as_person` raises.
        """
        with (
            self._consented(session_id, "sign", source, peer) as (key, copy),
            _file_errors(),
            _delivered(target, copy, wanted) as made,
        ):
            return sign_as_person_or_wait(
                copy,
                made,
                key,
                self._timestamper,
                self._trust,
                image=image,
                field=person_field(field),
                may_lack=self._may_lack,
            )

    def seal(
        self,
        session_id: str,
        source: File,
        target: File,
        *,
        number: str,
        date: str | Sequence[Piece],
        image: bytes | None = None,
        peer: int | None = None,
        wanted: Callable[[], bool] = _wanted,
    ) -> Signed:
        """Fill number and date and seal ``source``; the leader's signature is judged here, just now.

        Raises like :meth:`sign`, and :class:`SealRefused`, :class:`TextTooLong`,
        :class:`TextNotDrawable`.
        """
        with (
            self._consented(session_id, "seal", source, peer) as (key, copy),
            _file_errors(),
            _delivered(target, copy, wanted) as made,
        ):
            return fill_and_seal(
                copy,
                made,
                key,
                self._timestamper,
                self._trust,
                number=number,
                date=date,
                image=image,
            )

    def mark(
        self,
        session_id: str,
        source: File,
        target: File,
        *,
        words: Sequence[str],
        peer: int | None = None,
        wanted: Callable[[], bool] = _wanted,
    ) -> Signed:
        """Sign ``source`` with the agency's key as words: an attachment, a certified copy (R-SIG-3, R-SIG-4).

        Raises like :meth:`sign`, and :class:`TextTooLong`, :class:`TextNotDrawable`.
        """
        with (
            self._consented(session_id, "seal", source, peer) as (key, copy),
            _file_errors(),
            _delivered(target, copy, wanted) as made,
        ):
            return sign_with_words(copy, made, key, self._timestamper, self._trust, words=words)

    def forget(self, session_id: str, *, peer: int | None = None) -> None:
        """Close a session and drop its key; unknown ones are no error.  Raises :class:`ConsentOfAnother`."""
        with self._lock:
            session = self._sessions.get(session_id)
            if session is None:
                return
            self._check_peer(session, peer)
            del self._sessions[session_id]
            session.ended = True
        self._close_if_idle(session)

    def sweep(self) -> None:
        """Drop the keys of sessions that have ended."""
        now = self._clock()
        with self._lock:
            ended = {name: found for name, found in self._sessions.items() if now >= found.expires}
            for name, session in ended.items():
                del self._sessions[name]
                session.ended = True
        for session in ended.values():
            self._close_if_idle(session)

    @property
    def open_sessions(self) -> int:
        """How many sessions hold an open key."""
        self.sweep()
        with self._lock:
            return sum(session.key is not None for session in self._sessions.values())

    @property
    def busy(self) -> int:
        """How many files are being signed just now."""
        with self._lock:
            return sum(session.under_way for session in self._sessions.values())

    def stop(self) -> None:
        """Close everything that is open; what is under way ends with an error."""
        with self._lock:
            sessions, self._sessions = list(self._sessions.values()), {}
        for session in sessions:
            session.ended = True
            self._close_if_idle(session)
        if self._keys.tokens is not None:
            self._keys.tokens.stop()

    @contextmanager
    def _consented(
        self, session_id: str, purpose: Purpose, source: File, peer: int | None
    ) -> Iterator[tuple[OpenKey, Path]]:
        """The session's key, and a private copy of ``source`` whose hash is on the consented list.

        The copy is what is hashed and signed, so the file cannot be exchanged in between.  The hash is
        used up when the block succeeds and stays on the list when it fails.
        """
        with tempfile.TemporaryDirectory(prefix="signing-") as folder:
            copy = Path(folder) / "source.pdf"
            digest = _copy(source, copy)
            session, key = self._take(session_id, purpose, digest, peer)
            done = False
            try:
                yield key, copy
                done = True
            finally:
                self._give_back(session, digest, done)

    def _take(self, session_id: str, purpose: Purpose, digest: str, peer: int | None) -> tuple[_Session, OpenKey]:
        self.sweep()
        with self._lock:
            session = self._sessions.get(session_id)
            if session is None:
                raise ConsentExpired("the consent has ended; ask for the password again")
            self._check_peer(session, peer)
            if session.purpose != purpose:
                raise ConsentMissing(f"the consent was not given to {purpose}")
            if digest not in session.waiting or session.key is None:
                raise ConsentMissing("this file is not on the consented list, or was used already")
            session.rules.check_time(self._wall())
            self._uses.check(session.key_id, session.rules, session.under_way + 1)
            session.waiting.discard(digest)
            session.under_way += 1
            return session, session.key

    def _check_peer(self, session: _Session, peer: int | None) -> None:
        if session.peer != peer and peer not in self._keys.peers.workers:
            raise ConsentOfAnother(f"the consent was given to user {session.peer}, not to user {peer}")

    def _give_back(self, session: _Session, digest: str, done: bool) -> None:
        with self._lock:
            session.under_way -= 1
            if done:
                self._uses.count(session.key_id)
            else:
                session.waiting.add(digest)
        self._close_if_idle(session)

    def _close_if_idle(self, session: _Session) -> None:
        """Close the key of a session that has ended or has nothing left to do, once nobody is at it."""
        with self._lock:
            if session.under_way or (session.waiting and not session.ended):
                return
            key, session.key = session.key, None
        if key is not None:
            key.close()


@contextmanager
def _delivered(target: File, copy: Path, wanted: Callable[[], bool]) -> Iterator[Path]:
    """Where the signed file is to be made; an open target is filled from there."""
    if isinstance(target, Path):
        yield target
        return
    made = copy.with_name("signed.pdf")
    yield made
    if not wanted():
        raise SignerUnreachable("whoever asked for the signature is gone")
    with made.open("rb") as whole, open(target, "wb", closefd=False) as outgoing:
        shutil.copyfileobj(whole, outgoing, _CHUNK)


def _checked_hashes(hashes: Iterable[str]) -> set[str]:
    listed = set(hashes)
    if not listed:
        raise ConsentMissing("the list of files is empty")
    if len(listed) > MOST_FILES:
        raise BadRequest(f"more than {MOST_FILES} files on one consent")
    if not all(_SHA256.fullmatch(digest) for digest in listed):
        raise BadRequest("not a list of SHA-256 hashes")
    return listed


def _copy(source: File, target: Path) -> str:
    """Copy a file and give the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    try:
        with open(source, "rb", closefd=isinstance(source, Path)) as incoming, target.open("xb") as outgoing:
            while chunk := incoming.read(_CHUNK):
                digest.update(chunk)
                outgoing.write(chunk)
    except OSError as error:
        raise FileUnreachable(f"the file cannot be read ({type(error).__name__})") from None
    return digest.hexdigest()


@contextmanager
def _file_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileUnreachable(f"the file cannot be written ({type(error).__name__})") from None
