"""National remote signing services: a hash is sent, the holder confirms on the telephone, the result is asked for.

Each service speaks a dialect of its own, one module each; waiting, refusals and limits are the same and stand here.
The office is known to a service by a name and a secret; the holder's own secret never leaves their telephone.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from signing.errors import (
    BadRequest,
    ConsentExpired,
    HolderSilent,
    RemoteUnavailable,
    TransactionUsed,
    UnknownKey,
)
from signing.keys import Secret
from signing.providers import KnownKey, Purpose
from signing.raw import algorithm_of, as_der, check_raw

PATIENCE = 300.0
"""How long a holder is waited for, in seconds: as long as a consent lasts."""
_PAUSES = (2.0, 2.0, 3.0, 3.0, 5.0)
"""Seconds between two questions; the last is repeated.  Services ask not to be asked more often."""
_KEPT = 600.0
"""Seconds for which a certificate is not asked for again."""
_MOST_FAILURES = 5
"""Questions in a row that may stay without an answer before the waiting is given up."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A key at a national service: whose it is there, and which of their certificates.

    As a reference it is written ``user/certificate``; without the second the only certificate is meant.
    """

    user: str
    certificate: str = ""

    @classmethod
    def of(cls, reference: str) -> Holder:
        """The holder named by a reference; raises :class:`UnknownKey`."""
        user, _, certificate = reference.partition("/")
        if not user:
            raise UnknownKey("the reference names nobody")
        return cls(user, certificate)


@dataclass(frozen=True, slots=True)
class Transaction:
    """A request that lies on the holder's telephone; no secret.  ``names`` are ours, one for each digest."""

    holder: Holder
    code: str
    names: tuple[str, ...]
    digests: tuple[bytes, ...]


class Dialect(Protocol):
    """How one service is spoken to.  Raises what :class:`PhoneProvider` says."""

    @property
    def name(self) -> str:
        """The dialect's name, as kept beside the key."""

    @property
    def most(self) -> int:
        """Most digests of one transaction."""

    def certificate(self, holder: Holder) -> tuple[Holder, KnownKey]:
        """The certificate in use, and the holder with the name by which the service knows it."""

    def start(self, holder: Holder, digests: Sequence[bytes], names: Sequence[str], words: str) -> str:
        """Lay a request for these digests on the holder's telephone; gives the service's name of it.

        ``words`` is what the telephone shows, plain ASCII.
        """

    def ask(self, transaction: Transaction) -> list[bytes] | None:
        """The signature values in the order of the digests, None while the holder has not decided.

        Raises :class:`HolderRefused`, :class:`HolderSilent`, :class:`TransactionUsed`.
        """


class PhoneProvider:
    """Keys at a national service, spoken to in ``dialect``; a reference is a :class:`Holder` in writing.

    Raises :class:`UnknownKey`, :class:`HolderRefused`, :class:`HolderSilent`, :class:`TransactionUsed`,
    :class:`RemoteRefused`, :class:`RemoteUnavailable`, :class:`WrongSignature`.
    """

    def __init__(
        self,
        dialect: Dialect,
        *,
        words: str = "Ky van ban",
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._dialect = dialect
        self._words = words
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._seen: dict[str, tuple[Holder, KnownKey, float]] = {}

    @property
    def name(self) -> str:
        """The dialect's name."""
        return self._dialect.name

    def certificate(self, reference: str) -> KnownKey:
        """The certificate of a key with its chain."""
        return self._find(reference)[1]

    def open(self, reference: str, secret: Secret, hashes: Sequence[str], purpose: Purpose) -> PhoneKey:
        """A key that asks its holder's telephone for each pile; ``secret`` is not used."""
        return PhoneKey(self, *self._find(reference))

    def _find(self, reference: str) -> tuple[Holder, KnownKey]:
        """Holder and certificate, asked for anew every few minutes."""
        holder, known, ends = self._seen.get(reference, (None, None, 0.0))
        if holder is None or known is None or self._clock() >= ends:
            holder, known = self._dialect.certificate(Holder.of(reference))
            self._seen[reference] = holder, known, self._clock() + _KEPT
        return holder, known

    # --- in steps, for jobs that do not wait ------------------------------------------------------------------------
    def start(self, holder: Holder, pieces: Sequence[bytes]) -> Transaction:
        """Lay a request for a pile on the holder's telephone."""
        digests = tuple(hashlib.sha256(piece).digest() for piece in pieces)
        if not 1 <= len(digests) <= self._dialect.most:
            raise BadRequest(f"the service signs between 1 and {self._dialect.most} documents at once")
        names = tuple(secrets.token_hex(8) for _ in digests)
        return Transaction(holder, self._dialect.start(holder, digests, names, self._words), names, digests)

    def begin(self, reference: str, pieces: Sequence[bytes]) -> Transaction:
        """The same for a key by its reference."""
        return self.start(self._find(reference)[0], pieces)

    def ask(self, transaction: Transaction, known: KnownKey, pieces: Sequence[bytes]) -> list[bytes] | None:
        """The checked signature values of a transaction, None while the holder has not decided."""
        if tuple(hashlib.sha256(piece).digest() for piece in pieces) != transaction.digests:
            raise BadRequest("these are not the documents of the transaction")
        values = self._dialect.ask(transaction)
        if values is None:
            return None
        if len(values) != len(pieces):
            raise RemoteUnavailable("the service gave another number of signatures than it was asked for")
        signed = [as_der(known.certificate, value) for value in values]
        for piece, raw in zip(pieces, signed, strict=True):
            check_raw(known.certificate, piece, raw)
        return signed

    # --- waiting ----------------------------------------------------------------------------------------------------
    def wait(self, transaction: Transaction, known: KnownKey, pieces: Sequence[bytes]) -> list[bytes]:
        """The signature values; waits for the holder, patiently and ever more seldom.

        A service that does not answer now and then is asked again.  Raises :class:`HolderSilent` at the end.
        """
        ends = self._clock() + self._patience
        turn = failures = 0
        while True:
            try:
                values = self.ask(transaction, known, pieces)
                failures = 0
            except RemoteUnavailable:
                failures += 1
                if failures >= _MOST_FAILURES:
                    raise
                values = None
            if values is not None:
                return values
            pause = _PAUSES[min(turn, len(_PAUSES) - 1)]
            if self._clock() + pause > ends:
                raise HolderSilent("the holder did not confirm in time")
            self._sleep(pause)
            turn += 1


class PhoneKey:
    """A key whose holder is asked on the telephone, until :meth:`close`."""

    def __init__(self, provider: PhoneProvider, holder: Holder, known: KnownKey) -> None:
        self._provider = provider
        self._holder = holder
        self._known = known
        self._open = True
        self._used: set[str] = set()

    @property
    def certificate(self) -> bytes:
        """The holder's certificate, DER."""
        return self._known.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates above it."""
        return self._known.chain

    @property
    def algorithm(self) -> Literal["rsa", "ec"]:
        """Kind of the key."""
        return algorithm_of(self._known.certificate)

    def sign(self, data: bytes) -> bytes:
        """One signature, confirmed by itself."""
        return self.sign_many([data])[0]

    def sign_many(self, pieces: Sequence[bytes]) -> list[bytes]:
        """A whole pile, confirmed once.

        A service that names a new request as it named an earlier one is not believed: raises
        :class:`TransactionUsed`.
        """
        if not self._open:
            raise ConsentExpired("the key was closed")
        transaction = self._provider.start(self._holder, pieces)
        if transaction.code in self._used:
            raise TransactionUsed("the service answered with a transaction of before")
        self._used.add(transaction.code)
        return self._provider.wait(transaction, self._known, pieces)

    def close(self) -> None:
        """Ask nobody any more."""
        self._open = False
