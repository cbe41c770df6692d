"""The dialect of Viettel MySign: log in for the holder, send hashes in base64, ask for the state of the request."""

from __future__ import annotations

import base64
import binascii
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from signing.errors import (
    CertificateExpired,
    HolderRefused,
    HolderSilent,
    RemoteRefused,
    RemoteUnavailable,
    SigningError,
    TransactionUsed,
    UnknownKey,
)
from signing.keys import Secret
from signing.providers import KnownKey
from signing.providers.national import Holder, Transaction
from signing.providers.web import Answer, Service, taken

PROFILE = "adss:ras:profile:001"
SHA256 = "2.16.840.1.101.3.4.2.1"
RSA = "1.2.840.113549.1.1.1"
_LATER = 1
"""``async``: give a transaction at once, the signatures when asked."""
_LONGEST_WORDS = 70
"""Bytes of a description: its base64 must stay below 100 characters."""
_WAITING = ("0", "4000", "6000")
_ENDS: dict[str, type[SigningError]] = {
    "4001": HolderSilent,
    "4002": HolderRefused,
    "4003": HolderRefused,
    "4004": RemoteRefused,
    "4005": RemoteRefused,
    "4006": TransactionUsed,
    "13004": CertificateExpired,
    "50000": RemoteUnavailable,
}
_NUMBER = re.compile(r"[0-9]{1,6}")


class MySign:
    """Viettel MySign for an office known as ``client_id``.  A holder is known by user and credential."""

    name: ClassVar[str] = "mysign"
    most: ClassVar[int] = 100

    def __init__(
        self,
        service: Service,
        client_id: str,
        client_secret: Secret,
        *,
        profile: str = PROFILE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._client: dict[str, str | Secret] = {"client_id": client_id, "client_secret": client_secret}
        self._profile = profile
        self._clock = clock
        self._tokens: dict[str, tuple[Secret, float]] = {}

    def certificate(self, holder: Holder) -> tuple[Holder, KnownKey]:
        """The holder's certificate (``certificates/info``); raises :class:`UnknownKey` for none or several."""
        asked = {"profile_id": self._profile, "user_id": holder.user}
        options = {"certificates": "chain", "certInfo": True, "authInfo": True}
        answer = self._call("/vtss/service/certificates/info", {**self._client, **asked, **options}, holder)
        listed = answer.body if isinstance(answer.body, list) else [answer.fields]
        wanted = [
            one
            for one in listed
            if isinstance(one, dict) and one.get("credential_id") and holder.certificate in ("", one["credential_id"])
        ]
        if len(wanted) != 1:
            raise UnknownKey("the holder has no certificate of this name, or several without one")
        cert = wanted[0].get("cert")
        chain = cert.get("certificates") if isinstance(cert, dict) and cert.get("status", "valid") == "valid" else None
        if not isinstance(chain, list) or not chain:
            raise UnknownKey("the service shows no valid certificate")
        first, *above = (_base64(one) for one in chain)
        return Holder(holder.user, str(wanted[0]["credential_id"])), KnownKey(first, tuple(above))

    def start(self, holder: Holder, digests: Sequence[bytes], names: Sequence[str], words: str) -> str:
        """Lay the request on the telephone (``signHash``); gives the service's ``transactionId``."""
        said = base64.b64encode(words.encode()[:_LONGEST_WORDS]).decode()
        answer = self._call(
            "/vtss/service/signHash",
            {
                **self._client,
                "credentialID": holder.certificate,
                "numSignatures": len(digests),
                "description": said,
                "documents": [{"document_id": name, "document_name": said} for name in names],
                "hash": [base64.b64encode(digest).decode() for digest in digests],
                "hashAlgo": SHA256,
                "signAlgo": RSA,
                "async": _LATER,
            },
            holder,
        )
        code = answer.fields.get("transactionId")
        if not isinstance(code, str) or not code:
            raise RemoteUnavailable("the service gave no transaction")
        return code

    def ask(self, transaction: Transaction) -> list[bytes] | None:
        """How far the request is (``requests/status``)."""
        body = {"transactionId": transaction.code}
        answer = self._call("/vtss/service/requests/status", body, transaction.holder)
        state = str(answer.fields.get("status"))
        if state in _WAITING:
            return None
        values = answer.fields.get("signatures")
        if state != "1" or not isinstance(values, list):
            raise _ENDS.get(state, RemoteUnavailable)(f"the service says {_number(state)}")
        return [_base64(value) for value in values]

    def _call(self, path: str, body: Mapping[str, Any], holder: Holder) -> Answer:
        """One call in the holder's session; a session that the service ended early is opened anew, once."""
        answer = self._service.post(path, body, bearer=self._token(holder.user))
        if answer.status == 401:
            self._tokens.pop(holder.user, None)
            answer = self._service.post(path, body, bearer=self._token(holder.user))
        return _checked(answer)

    def _token(self, user: str) -> Secret:
        """The session for a holder (``ras/v1/login``), kept until shortly before its end."""
        kept = self._tokens.get(user)
        if kept is None or self._clock() >= kept[1]:
            asked = {**self._client, "profile_id": self._profile, "user_id": user}
            found = _checked(self._service.post("/vtss/service/ras/v1/login", asked)).fields
            token, lasts = taken(found, "access_token"), str(found.get("expires_in") or "")
            if not _NUMBER.fullmatch(lasts):
                raise RemoteUnavailable("the service opened no session")
            kept = (token, self._clock() + max(float(lasts) - 60, 0))
            self._tokens[user] = kept
        return kept[0]


def _checked(answer: Answer) -> Answer:
    """The answer; raises what the service's error stands for."""
    if answer.ok and not answer.fields.get("error"):
        return answer
    said = str(answer.fields.get("status") or answer.fields.get("error") or "")
    if answer.status >= 500:
        raise RemoteUnavailable(f"the service answers with {answer.status}")
    if answer.status == 404 or said == "58008":
        raise UnknownKey("the service does not know the holder or the transaction")
    raise _ENDS.get(said, RemoteRefused)(f"the service refuses ({_number(said) or answer.status})")


def _number(said: str) -> str:
    return said if _NUMBER.fullmatch(said) else ""


def _base64(text: object) -> bytes:
    try:
        return base64.b64decode("".join(str(text).split()), validate=True)
    except (binascii.Error, ValueError):
        raise RemoteUnavailable("the service gave something that is not base64") from None
