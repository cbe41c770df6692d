"""What the signing process does: opens a key for a listed pile of files, signs, seals, forgets."""

from __future__ import annotations

import hashlib
import re
import secrets
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from signing.errors import (
    BadRequest,
    ConsentExpired,
    ConsentMissing,
    FileUnreachable,
    UnknownKey,
    WrongPassword,
)
from signing.keys import CertificateInfo, LoadedKey, Secret, certificate_info, load_pkcs12
from signing.layout import LEADER_FIELD, PARAPH_FIELD
from signing.process.attempts import Attempts
from signing.seal import fill_and_seal
from signing.sign import Signed, sign_as_person
from signing.text import Piece
from signing.timestamps import Timestamper
from signing.trust import Trust

CONSENT_SECONDS = 300.0
"""How long a consent lasts at most."""
MOST_FILES = 500
"""Most files on one consent."""
SEAL_PREFIX = "seal"
"""Keys whose name begins so are the agency's: they seal and do nothing else; others never seal."""

_KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20


@dataclass(slots=True)
class _Session:
    """A key that is open for exactly these files; dropped (None) when the last of them is done."""

    key: LoadedKey | None = field(repr=False)
    purpose: str
    waiting: set[str]
    expires: float
    under_way: int = 0


class SigningBackend:
    """The signing process without its socket; safe for use by several threads.

    ``keys`` is the folder of ``<key_id>.p12`` and ``<key_id>.der``.  A ``timestamper`` with a fixed time
    can only be given here, by whoever makes the object (the demonstration), never through the socket.
    """

    def __init__(
        self,
        keys: Path,
        trust: Trust,
        timestamper: Timestamper,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys = keys
        self._trust = trust
        self._timestamper = timestamper
        self._clock = clock
        self._sessions: dict[str, _Session] = {}
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._attempts = Attempts(clock)

    def certificate(self, key_id: str) -> CertificateInfo:
        """The facts of a key's certificate; needs no password.  Raises :class:`UnknownKey`."""
        try:
            return certificate_info(self._path(key_id, ".der").read_bytes())
        except OSError:
            raise UnknownKey(f"there is no key {key_id!r}") from None

    def unlock(self, key_id: str, password: str, hashes: Sequence[str], purpose: str) -> str:
        """Open a key for exactly the files with these SHA-256 (hexadecimal); gives a session's id.

        ``purpose`` is ``"sign"`` or ``"seal"``.  Lasts :data:`CONSENT_SECONDS`; each file may be signed
        once.  Raises :class:`WrongPassword`, :class:`TooManyAttempts`, :class:`UnknownKey`,
        :class:`CertificateExpired`, :class:`CertificateNotYetValid`, :class:`ConsentMissing` for an
        empty list, :class:`BadRequest`.
        """
        secret = Secret(password)
        del password  # the frames of the errors below shall not hold it
        listed = _checked_hashes(hashes)
        if purpose not in ("sign", "seal") or (purpose == "seal") != key_id.startswith(SEAL_PREFIX):
            raise BadRequest(f"the key {key_id!r} may not be used to {purpose!r}")
        info = self.certificate(key_id)
        info.check_valid(self._timestamper.now())
        with self._opening:  # one at a time, so that parallel guesses are counted one by one
            self._attempts.check(key_id)
            key = self._open(key_id, secret)
            if key is None:
                self._attempts.wrong(key_id)
                raise WrongPassword(f"the password does not open the key {key_id!r}")
            self._attempts.right(key_id)
        session_id = secrets.token_urlsafe(32)
        session = _Session(key, purpose, listed, self._clock() + CONSENT_SECONDS)
        with self._lock:
            self._sessions[session_id] = session
        return session_id

    def _open(self, key_id: str, secret: Secret) -> LoadedKey | None:
        """The opened key, None when the password is wrong."""
        try:
            return load_pkcs12(self._path(key_id, ".p12").read_bytes(), secret)
        except WrongPassword:
            return None
        except OSError:
            raise UnknownKey(f"the key {key_id!r} cannot be read") from None

    def sign(
        self,
        session_id: str,
        source: Path,
        target: Path,
        *,
        image: bytes | None = None,
        initials: bool = False,
    ) -> Signed:
        """Sign ``source`` as a person and write ``target``; with ``initials`` in the field of initials.

        Raises :class:`ConsentExpired`, :class:`ConsentMissing` when this very file is not on the list,
        :class:`FileUnreachable`, and what :func:`signing.sign_as_person` raises.
        """
        with self._consented(session_id, "sign", source) as (key, copy), _file_errors():
            return sign_as_person(
                copy,
                target,
                key,
                self._timestamper,
                self._trust,
                image=image,
                field=PARAPH_FIELD if initials else LEADER_FIELD,
            )

    def seal(
        self,
        session_id: str,
        source: Path,
        target: Path,
        *,
        number: str,
        date: str | Sequence[Piece],
        image: bytes | None = None,
    ) -> Signed:
        """Fill number and date and seal ``source``; the leader's signature is judged here, just now.

        Raises like :meth:`sign`, and :class:`SealRefused`, :class:`TextTooLong`,
        :class:`TextNotDrawable`.
        """
        with self._consented(session_id, "seal", source) as (key, copy), _file_errors():
            return fill_and_seal(
                copy,
                target,
                key,
                self._timestamper,
                self._trust,
                number=number,
                date=date,
                image=image,
            )

    def forget(self, session_id: str) -> None:
        """Close a session and drop its key; unknown ones are no error."""
        with self._lock:
            self._sessions.pop(session_id, None)

    def sweep(self) -> None:
        """Drop the keys of sessions that have ended."""
        now = self._clock()
        with self._lock:
            for session_id in [s for s, found in self._sessions.items() if now >= found.expires]:
                del self._sessions[session_id]

    @property
    def open_sessions(self) -> int:
        """How many sessions hold an open key."""
        self.sweep()
        with self._lock:
            return sum(session.key is not None for session in self._sessions.values())

    def _path(self, key_id: str, ending: str) -> Path:
        if not _KEY_ID.fullmatch(key_id):
            raise UnknownKey("not the name of a key")
        return self._keys / f"{key_id}{ending}"

    @contextmanager
    def _consented(self, session_id: str, purpose: str, source: Path) -> Iterator[tuple[LoadedKey, Path]]:
        """The session's key, and a private copy of ``source`` whose hash is on the consented list.

        The copy is what is hashed and signed, so the file cannot be exchanged in between.  The hash is
        used up when the block succeeds and stays on the list when it fails.
        """
        with tempfile.TemporaryDirectory(prefix="signing-") as folder:
            copy = Path(folder) / "source.pdf"
            digest = _copy(source, copy)
            session, key = self._take(session_id, purpose, digest)
            done = False
            try:
                yield key, copy
                done = True
            finally:
                self._give_back(session, digest, done)

    def _take(self, session_id: str, purpose: str, digest: str) -> tuple[_Session, LoadedKey]:
        self.sweep()
        with self._lock:
            session = self._sessions.get(session_id)
            if session is None:
                raise ConsentExpired("the consent has ended; ask for the password again")
            if session.purpose != purpose:
                raise ConsentMissing(f"the consent was not given to {purpose}")
            if digest not in session.waiting or session.key is None:
                raise ConsentMissing("this file is not on the consented list, or was used already")
            session.waiting.discard(digest)
            session.under_way += 1
            return session, session.key

    def _give_back(self, session: _Session, digest: str, done: bool) -> None:
        with self._lock:
            session.under_way -= 1
            if not done:
                session.waiting.add(digest)
            if not session.waiting and not session.under_way:
                session.key = None


def _checked_hashes(hashes: Iterable[str]) -> set[str]:
    listed = set(hashes)
    if not listed:
        raise ConsentMissing("the list of files is empty")
    if len(listed) > MOST_FILES:
        raise BadRequest(f"more than {MOST_FILES} files on one consent")
    if not all(_SHA256.fullmatch(digest) for digest in listed):
        raise BadRequest("not a list of SHA-256 hashes")
    return listed


def _copy(source: Path, target: Path) -> str:
    """Copy a file and give the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    try:
        with source.open("rb") as incoming, target.open("xb") as outgoing:
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
