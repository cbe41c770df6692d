"""Time stamps (RFC 3161): a local authority for the demonstration, and those reached by HTTP."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from asn1crypto import algos, cms, tsp
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import InvalidCertificateError, PathBuildingError, PathValidationError

from signing.cms import timestamp_token
from signing.errors import BadConfiguration, CertificateNotTrusted, SigningError, TimestampUnavailable
from signing.fetching import Fetcher, FetchRefused, Limits, host_of
from signing.fresh import FreshTrust
from signing.keys import SigningKey
from signing.timestamp_tokens import BadToken, Token, read_answer
from signing.trust import Trust, certificate_of

log = logging.getLogger("signing.process")

MAX_RESPONSE = 256 * 1024
"""Longest answer read from a time-stamping authority, in bytes."""
TRUSTED_SECONDS = 3600.0
"""How long the path of an authority's certificate is not looked at again."""
RESTING_SECONDS = 60.0
"""How long an authority that failed is asked after the others."""
_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"


class Timestamper(Protocol):
    """Gives time-stamp tokens."""

    def token(self, digest: bytes) -> bytes:
        """A token (DER) over a SHA-256 digest; raises :class:`TimestampUnavailable`."""

    def now(self) -> datetime:
        """The time at which a signature made now is said to be made (UTC)."""

    def certificates(self) -> tuple[bytes, ...]:
        """The authority's certificate (DER), first of the tuple, as far as a token showed it."""


@dataclass(frozen=True)
class LocalTimestamper:
    """A time-stamping authority inside this process, for the demonstration.

    ``fixed_time`` lets the demonstration fill past months; it can be given only where the object is
    made, never through the signing process's socket.
    """

    key: SigningKey = field(repr=False)
    fixed_time: datetime | None = None

    def now(self) -> datetime:
        """The fixed time, else the clock's."""
        return self.fixed_time or datetime.now(UTC)

    def certificates(self) -> tuple[bytes, ...]:
        """The authority's own certificate."""
        return (self.key.certificate,)

    def token(self, digest: bytes) -> bytes:
        """A token over a SHA-256 digest."""
        return timestamp_token(self.key, digest, self.now(), secrets.randbits(63))


class HttpTimestamper:
    """A time-stamping authority at an HTTP(S) address.  ``timeout`` is in seconds.

    Each token is checked before it is used (:func:`signing.timestamp_tokens.read_answer`); with ``trust`` its
    certificate must have a path to a root there and be for time stamps, looked at once an hour.
    """

    def __init__(self, url: str, timeout: float = 10.0, *, trust: Trust | None = None) -> None:
        self.url = url
        self.host = host_of(url) or url
        self._trust = trust
        self._fetcher = Fetcher([self.host])
        self._limits = Limits(MAX_RESPONSE, timeout)
        self._seen: dict[bytes, None] = {}
        self._trusted: dict[bytes, float] = {}

    def certificates(self) -> tuple[bytes, ...]:
        """The certificates that came with the tokens so far."""
        return tuple(self._seen)

    def now(self) -> datetime:
        """The clock's time."""
        return datetime.now(UTC)

    def token(self, digest: bytes) -> bytes:
        """Ask for a token over a SHA-256 digest and check that the answer is for this question."""
        nonce = secrets.randbits(63)
        question = tsp.TimeStampReq(
            {
                "version": 1,
                "message_imprint": {
                    "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                    "hashed_message": digest,
                },
                "nonce": cms.Integer(nonce),
                "cert_req": True,
            }
        )
        try:
            body = self._fetcher.post(self.url, question.dump(), _QUERY, _REPLY, self._limits)
            token = read_answer(body, digest, nonce)
            self._check_trust(token)
        except FetchRefused as error:
            raise TimestampUnavailable(error.detail, (self.host,)) from None
        except BadToken as error:
            raise TimestampUnavailable(f"{self.host}: {error.detail}", (self.host,)) from None
        for der in token.certificates:
            self._seen.setdefault(der)
        return token.der

    def _check_trust(self, token: Token) -> None:
        if self._trust is None or time.monotonic() < self._trusted.get(token.signer, 0.0):
            return
        try:
            check_authority(self._trust, token)
        except SigningError as error:
            raise BadToken(error.detail) from None
        self._trusted[token.signer] = time.monotonic() + TRUSTED_SECONDS


def check_authority(trust: Trust, token: Token) -> None:
    """Check that whoever gave a token has a path to a root of ``trust``; raises :class:`CertificateNotTrusted`,
    and what asking the authorities raises."""
    proved = trust.proved(*token.certificates) if isinstance(trust, FreshTrust) else trust
    context = proved.context(token.time, map(certificate_of, token.certificates))
    validator: Any = CertificateValidator(certificate_of(token.signer), validation_context=context)
    try:
        asyncio.run(validator.async_validate_usage(set(), {"time_stamping"}))
    except (InvalidCertificateError, PathBuildingError, PathValidationError) as error:
        raise CertificateNotTrusted(f"its certificate is not trusted ({type(error).__name__})") from None


class FailoverTimestamper:
    """Several authorities, asked in their order; one that failed is asked last for a while.

    ``clock`` gives seconds that never run backwards.
    """

    def __init__(self, authorities: Sequence[HttpTimestamper], *, clock: Callable[[], float] = time.monotonic) -> None:
        if not authorities:
            raise BadConfiguration("there is no time-stamping authority")
        self._authorities = tuple(authorities)
        self._clock = clock
        self._failed: dict[str, float] = {}

    def certificates(self) -> tuple[bytes, ...]:
        """The certificates that came with the tokens so far, of each authority."""
        return tuple(dict.fromkeys(der for one in self._authorities for der in one.certificates()))

    def now(self) -> datetime:
        """The clock's time."""
        return datetime.now(UTC)

    @property
    def is_away(self) -> bool:
        """Whether every authority failed a moment ago: who need not have a stamp now need not wait for all of them."""
        return all(map(self._is_resting, self._authorities))

    def token(self, digest: bytes) -> bytes:
        """A token by the first authority that gives a good one; the error names all that did not."""
        said: list[str] = []
        for one in sorted(self._authorities, key=self._is_resting):
            try:
                token = one.token(digest)
            except TimestampUnavailable as error:
                log.warning("time stamp: %s", error.detail)
                self._failed[one.url] = self._clock()
                said.append(error.detail)
            else:
                self._failed.pop(one.url, None)
                return token
        raise TimestampUnavailable("; ".join(said), tuple(one.host for one in self._authorities))

    def _is_resting(self, one: HttpTimestamper) -> bool:
        failed = self._failed.get(one.url)
        return failed is not None and self._clock() - failed < RESTING_SECONDS
