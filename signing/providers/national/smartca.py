"""The dialect of VNPT SmartCA, version 4 of its interface: one call starts, one tells how far it is.

The office's name and password are part of each call that starts something; the state is asked by the code alone.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import quote

from signing.errors import (
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
from signing.providers.web import Answer, Service

_WAITING = ("", "WAITING_FOR_SIGNER_CONFIRM", "4000")
_ENDS: dict[str, type[SigningError]] = {
    "SIGNER_REJECTED": HolderRefused,
    "4002": HolderRefused,
    "EXPIRED": HolderSilent,
    "4001": HolderSilent,
    "AUTHORIZE_KEY_FAILED": HolderRefused,
    "4003": HolderRefused,
    "SIGN_FAILED": RemoteRefused,
    "4004": RemoteRefused,
    "TRANSACTION_USED": TransactionUsed,
    "TRANSACTION_EXISTED": TransactionUsed,
}


class SmartCa:
    """VNPT SmartCA for an office known as ``sp_id``.  A holder is known by citizen number and certificate serial."""

    name: ClassVar[str] = "smartca"
    most: ClassVar[int] = 50

    def __init__(
        self,
        service: Service,
        sp_id: str,
        sp_password: Secret,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._service = service
        self._office: dict[str, str | Secret] = {"sp_id": sp_id, "sp_password": sp_password}
        self._now = now

    def certificate(self, holder: Holder) -> tuple[Holder, KnownKey]:
        """The holder's certificate (``get_certificate``); raises :class:`UnknownKey` for none or several."""
        data = self._call(
            "/v1/credentials/get_certificate",
            {
                "user_id": holder.user,
                "serial_number": holder.certificate,
                "transaction_id": secrets.token_hex(16),
            },
        )
        listed = data.get("user_certificates")
        found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        wanted = [one for one in found if holder.certificate in ("", one.get("serial_number"))]
        if len(wanted) != 1:
            raise UnknownKey("the holder has no certificate of this serial number, or several without one")
        chain = wanted[0].get("chain_data")
        above = chain.values() if isinstance(chain, dict) else chain if isinstance(chain, list) else []
        known = KnownKey(_certificate(wanted[0].get("cert_data")), tuple(_certificate(one) for one in above if one))
        return Holder(holder.user, str(wanted[0].get("serial_number"))), known

    def start(self, holder: Holder, digests: Sequence[bytes], names: Sequence[str], words: str) -> str:
        """Lay the request on the telephone (``signatures/sign``); gives the service's code."""
        data = self._call(
            "/v1/signatures/sign",
            {
                "user_id": holder.user,
                "serial_number": holder.certificate,
                "transaction_id": secrets.token_hex(16),
                "transaction_desc": words,
                "time_stamp": f"{self._now().astimezone(UTC):%Y%m%d%H%M%SZ}",
                "sign_files": [
                    {
                        "doc_id": name,
                        "file_type": "pdf",
                        "sign_type": "hash",
                        "data_to_be_signed": digest.hex(),
                    }
                    for name, digest in zip(names, digests, strict=True)
                ],
            },
        )
        code = data.get("tran_code") or data.get("transaction_id")
        if not isinstance(code, str) or not code:
            raise RemoteUnavailable("the service gave no transaction")
        return code

    def ask(self, transaction: Transaction) -> list[bytes] | None:
        """How far the request is (``signatures/sign/{code}/status``)."""
        answer = self._service.post(f"/v1/signatures/sign/{quote(transaction.code, safe='')}/status", {})
        word = _state(answer)
        data = _data(answer)
        values = data.get("signatures")
        if not values and word in _WAITING:
            return None
        if word in _ENDS:
            raise _ENDS[word](f"the service says {word}")
        _check(answer)
        if not values:
            return None
        if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
            raise RemoteUnavailable("the signatures cannot be understood")
        by_name = {one.get("doc_id"): one.get("signature_value") for one in values}
        if len(values) != len(transaction.names) or set(by_name) != set(transaction.names):
            raise RemoteUnavailable("the service gave signatures of other documents")
        return [_base64(by_name[name]) for name in transaction.names]

    def _call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._service.post(path, {**self._office, **body})
        word = _state(answer)
        if word in _ENDS:
            raise _ENDS[word](f"the service says {word}")
        _check(answer)
        return _data(answer)


def _state(answer: Answer) -> str:
    """The service's word for the state: a message in capitals, or one of its numbers."""
    message, code = str(answer.fields.get("message") or ""), str(answer.fields.get("status_code") or "")
    return code if code in _ENDS or code == "4000" else message if message.replace("_", "").isupper() else ""


def _check(answer: Answer) -> None:
    code = answer.fields.get("status_code", answer.status)
    if answer.status >= 500 or not isinstance(answer.body, dict):
        raise RemoteUnavailable(f"the service answers with {answer.status}")
    if not answer.ok or str(code) != "200":
        shown = code if isinstance(code, int) else answer.status
        raise RemoteRefused(f"the service refuses ({shown})")


def _data(answer: Answer) -> dict[str, Any]:
    """The answer proper: below ``data``, or, as older descriptions have it, at the top."""
    inner = answer.fields.get("data")
    return inner if isinstance(inner, dict) else answer.fields


def _base64(text: object) -> bytes:
    try:
        return base64.b64decode("".join(str(text).split()), validate=True)
    except (binascii.Error, ValueError):
        raise RemoteUnavailable("the service gave something that is not base64") from None


def _certificate(text: object) -> bytes:
    """A certificate in base64, with or without its PEM lines."""
    lines = [line for line in str(text or "").splitlines() if not line.startswith("-----")]
    return _base64("".join(lines))
