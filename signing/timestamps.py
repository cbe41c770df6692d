"""Time stamps (RFC 3161): a local authority for the demonstration, and one reached by HTTP."""

from __future__ import annotations

import http.client
import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from asn1crypto import algos, cms, tsp

from signing.cms import timestamp_token
from signing.errors import TimestampUnavailable
from signing.keys import SigningKey

MAX_RESPONSE = 256 * 1024
"""Longest answer read from a time-stamping authority, in bytes."""


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


@dataclass(frozen=True)
class HttpTimestamper:
    """A time-stamping authority at an HTTP(S) address.  ``timeout`` is in seconds."""

    url: str
    timeout: float = 10.0
    _seen: dict[bytes, None] = field(default_factory=dict, repr=False, compare=False)

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
        token = _checked_token(self._ask(question.dump()), digest, nonce)
        for choice in token["content"]["certificates"]:
            self._seen.setdefault(choice.chosen.dump())
        der: bytes = token.dump()
        return der

    def _ask(self, question: bytes) -> bytes:
        if not self.url.startswith(("http://", "https://")):
            raise TimestampUnavailable("the address of the time-stamping authority is not http(s)")
        request = urllib.request.Request(  # noqa: S310 (http and https only, checked above)
            self.url, data=question, headers={"Content-Type": "application/timestamp-query"}
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:  # noqa: S310
                body: bytes = answer.read(MAX_RESPONSE + 1)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise TimestampUnavailable(
                f"the time-stamping authority does not answer ({type(error).__name__})"
            ) from None
        if len(body) > MAX_RESPONSE:
            raise TimestampUnavailable("the time-stamping authority's answer is too long")
        return body


def _checked_token(body: bytes, digest: bytes, nonce: int) -> cms.ContentInfo:
    try:
        answer = tsp.TimeStampResp.load(body, strict=True)
        status = answer["status"]["status"].native
        if status not in ("granted", "granted_with_mods"):
            raise TimestampUnavailable(f"the time-stamping authority refused ({status})")
        token = answer["time_stamp_token"]
        info = token["content"]["encap_content_info"]["content"].parsed
        imprint = info["message_imprint"]
        fits = imprint["hashed_message"].native == digest and info["nonce"].native == nonce
    except (ValueError, TypeError, KeyError, AttributeError):
        raise TimestampUnavailable("the time-stamping authority's answer is malformed") from None
    if not fits:
        raise TimestampUnavailable("the time-stamping authority answered another question")
    return token
