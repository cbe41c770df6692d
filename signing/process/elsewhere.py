"""What the signing process does for keys that are elsewhere: prepares, asks remote services, finishes.

It holds no state of its own: what is prepared is described by facts that hold no secret, and files are passed open.
A person's own token is asked by their browser; remote services are asked from here, because this process alone
speaks with machines outside and knows this office's secrets there.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from signing.errors import BadRequest, FileUnreachable, PreparationChanged, WrongPassword
from signing.files import sha256_of
from signing.keys import Secret
from signing.layout import LEADER_FIELD
from signing.process.attempts import Attempts
from signing.process.keyring import Keyring
from signing.process.remote_keys import RemoteKeys
from signing.process.rules import Uses, person_field
from signing.providers import Purpose
from signing.providers.csc import CscProvider
from signing.providers.csc_credential import Question
from signing.providers.national import PhoneProvider, Transaction
from signing.sign import Signed
from signing.text import Piece
from signing.timestamps import Timestamper
from signing.trust import Trust
from signing.two_phase import Holder, Prepared, finish_signature, prepare_seal, prepare_signature

LONGEST = timedelta(minutes=10)
"""How long something prepared may wait."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What the seal's revision writes into the fields."""

    number: str
    date: str | Sequence[Piece]


class Elsewhere:
    """Keys that are elsewhere.  ``clock`` gives seconds that never run backwards, ``wall`` the time of day."""

    def __init__(
        self,
        keys: Keyring,
        trust: Trust,
        timestamper: Timestamper,
        *,
        clock: Callable[[], float],
        wall: Callable[[], datetime],
        may_lack: Collection[str] = (),
    ) -> None:
        self._keys = keys
        self._trust = trust
        self._timestamper = timestamper
        self._wall = wall
        self._may_lack = may_lack
        self._attempts = Attempts(clock)
        self._uses = Uses(clock)
        self._asking: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    # --- the two phases ---------------------------------------------------------------------------------------------
    def prepare(
        self,
        source: Path | int,
        target: Path | int,
        certificate: bytes,
        *,
        base_sha256: str,
        image: bytes | None = None,
        field: str = LEADER_FIELD,
        filling: Filling | None = None,
        lifetime: timedelta = LONGEST,
    ) -> Prepared:
        """Write ``source`` with an empty signature to ``target``; with ``filling`` it is the seal's.

        The path in what is given back is worthless: the caller knows where ``target`` is.  Raises what
        :func:`signing.two_phase.prepare_signature` and :func:`~signing.two_phase.prepare_seal` raise.
        """
        above = tuple(
            der for der in self._trust.evidence(certificate)[0] if der != certificate and der not in self._trust.roots
        )
        holder = Holder(certificate, above)
        lifetime = min(lifetime, LONGEST)
        with workplace() as folder:
            copy = brought_in(source, folder / "source.pdf")
            if filling is None:
                prepared = prepare_signature(
                    copy,
                    folder,
                    holder,
                    self._timestamper,
                    self._trust,
                    base_sha256=base_sha256,
                    image=image,
                    field=person_field(field),
                    lifetime=lifetime,
                    may_lack=self._may_lack,
                )
            else:
                prepared = prepare_seal(
                    copy,
                    folder,
                    holder,
                    self._timestamper,
                    self._trust,
                    base_sha256=base_sha256,
                    number=filling.number,
                    date=filling.date,
                    image=image,
                    lifetime=lifetime,
                )
            taken_out(prepared.path, target)
        return replace(prepared, path=Path())

    def finish(
        self, prepared: Prepared, raw: bytes, source: Path | int, target: Path | int, *, base_sha256: str
    ) -> Signed:
        """Put ``raw`` into the prepared file ``source``, prove it, and write it to ``target``.

        Raises what :func:`signing.two_phase.finish_signature` raises.
        """
        with workplace() as folder:
            copy = brought_in(source, folder / "waiting.prepared")
            if sha256_of(copy) != prepared.sha256:
                raise PreparationChanged("the prepared file was changed")
            done = folder / "signed.pdf"
            signed = finish_signature(
                replace(prepared, path=copy),
                raw,
                done,
                self._timestamper,
                self._trust,
                base_sha256=base_sha256,
                at=self._wall().astimezone(UTC),
                may_lack=self._may_lack,
            )
            taken_out(done, target)
        return signed

    # --- remote services --------------------------------------------------------------------------------------------
    def describe(self, key_id: str) -> tuple[bytes, str, tuple[Question, ...]]:
        """A key's certificate, how its holder is asked, and what.

        ``phone``: on the telephone; ``explicit``: the questions; ``implicit``: nothing; ``page``: at the service's
        own page.  Raises :class:`BadRequest` for keys that are not at a service.
        """
        service, reference = self._remote(key_id)
        if isinstance(service, PhoneProvider):
            return service.certificate(reference).certificate, "phone", ()
        credential = service.credential(reference)
        mode = "page" if credential.mode == "oauth2code" else credential.mode
        return credential.known.certificate, mode, credential.questions

    def start(
        self,
        key_id: str,
        purpose: Purpose,
        pieces: Sequence[bytes],
        answers: Mapping[str, Secret],
        kinds: Sequence[str] = (),
    ) -> list[bytes] | Transaction:
        """Ask a service for signatures over SHA-256 of each piece: they come at once, or later.

        A telephone is asked later (:meth:`ask`), so a transaction is given.  Raises :class:`WrongPassword`,
        :class:`TooManyAttempts`, what the rules of the key say, and what the service meets.
        """
        service, reference = self._remote(key_id)
        _, rules = self._keys.find(key_id)
        rules.check_purpose(purpose)
        rules.check_kinds(kinds)
        rules.check_time(self._wall())
        self._uses.check(key_id, rules, len(pieces))
        if isinstance(service, PhoneProvider):
            given: list[bytes] | Transaction = service.begin(reference, pieces)
        else:
            given = self._at_once(service, key_id, reference, pieces, answers)
        for _ in pieces:
            self._uses.count(key_id)
        return given

    def _at_once(
        self, service: CscProvider, key_id: str, reference: str, pieces: Sequence[bytes], answers: Mapping[str, Secret]
    ) -> list[bytes]:
        with self._asking[key_id]:  # one at a time, so that parallel guesses are counted one by one
            self._attempts.check(key_id)
            key = service.open_answered(reference, answers)
            try:
                values = key.sign_many(pieces)
            except WrongPassword:
                self._attempts.wrong(key_id)
                raise
            finally:
                key.close()
            self._attempts.right(key_id)
        return values

    def ask(self, key_id: str, transaction: Transaction, pieces: Sequence[bytes]) -> list[bytes] | None:
        """What a telephone's holder decided: the signature values, None while they did not.

        Raises :class:`HolderRefused`, :class:`HolderSilent`, :class:`TransactionUsed`, …
        """
        service, reference = self._remote(key_id)
        if not isinstance(service, PhoneProvider):
            raise BadRequest("this key is asked at once")
        return service.ask(transaction, service.certificate(reference), pieces)

    def _remote(self, key_id: str) -> tuple[CscProvider | PhoneProvider, str]:
        provider, _ = self._keys.find(key_id)
        if not isinstance(provider, RemoteKeys):
            raise BadRequest(f"the key {key_id!r} is not at a remote service")
        return provider.service, provider.reference(key_id)


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder of our own; what cannot be read or written there or in the files passed is a refusal."""
    with tempfile.TemporaryDirectory(prefix="signing-") as folder:
        try:
            yield Path(folder)
        except OSError as error:
            raise FileUnreachable(f"the file cannot be read or written ({type(error).__name__})") from None


def _opened(file: Path | int, mode: str) -> BinaryIO:
    """An open file, whose descriptor stays the caller's."""
    found: Any = open(file, mode, closefd=not isinstance(file, int))  # noqa: SIM115
    return found


def brought_in(source: Path | int, copy: Path) -> Path:
    with _opened(source, "rb") as incoming, copy.open("xb") as outgoing:
        shutil.copyfileobj(incoming, outgoing)
    return copy


def taken_out(made: Path, target: Path | int) -> None:
    with made.open("rb") as incoming, _opened(target, "wb") as outgoing:
        shutil.copyfileobj(incoming, outgoing)
