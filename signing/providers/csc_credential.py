"""What a CSC service says of a key: its certificates, its algorithms, and what its holder is asked."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Literal

from signing.errors import CertificateNotTrusted, RemoteUnavailable, UnknownKey
from signing.providers import KnownKey
from signing.raw import algorithm_of

_SIGN_ALGORITHMS = {
    "rsa": ("1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1"),
    "ec": ("1.2.840.10045.4.3.2", "1.2.840.10045.2.1"),
}
"""Signature algorithms by kind of key, the one that names its hash first."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing the holder is asked for before signing, as the service words it."""

    name: str
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Credential:
    """A key at the service."""

    credential_id: str
    known: KnownKey
    algorithm: Literal["rsa", "ec"]
    sign_algorithm: str
    mode: str
    """``implicit``, ``explicit`` or ``oauth2code``."""
    questions: tuple[Question, ...]
    scal: str
    most: int
    """Most hashes of one authorisation."""


def read_credential(reference: str, found: dict[str, Any]) -> Credential:
    """The answer of ``/credentials/info``.

    Raises :class:`UnknownKey` for what cannot sign here, :class:`CertificateNotTrusted` when it is disabled.
    """
    key, cert, auth = (_object(found.get(name)) for name in ("key", "cert", "auth"))
    if key.get("status") != "enabled" or cert.get("status", "valid") != "valid":
        raise CertificateNotTrusted("the service calls the key or its certificate disabled")
    listed = cert.get("certificates")
    if not isinstance(listed, list) or not listed:
        raise UnknownKey("the service shows no certificate for the key")
    first, *above = (from_base64(der) for der in listed)
    algorithm = algorithm_of(first)
    offered = key.get("algo")
    chosen = next((one for one in _SIGN_ALGORITHMS[algorithm] if isinstance(offered, list) and one in offered), None)
    if chosen is None:
        raise UnknownKey("the service signs by no algorithm that is allowed here")
    mode = auth.get("mode", "implicit")
    if mode not in ("implicit", "explicit", "oauth2code"):
        raise UnknownKey("the service asks its holders in a way that is not known here")
    return Credential(
        reference,
        KnownKey(first, tuple(above)),
        algorithm,
        chosen,
        mode,
        _questions(auth) if mode == "explicit" else (),
        str(found.get("SCAL", "1")),
        max(1, found["multisign"] if isinstance(found.get("multisign"), int) else 1),
    )


def _questions(auth: dict[str, Any]) -> tuple[Question, ...]:
    objects = auth.get("objects")
    if not isinstance(objects, list) or not objects:
        raise UnknownKey("the service does not say what its holders are asked")
    asked = []
    for one in objects:
        if not isinstance(one, dict) or not isinstance(one.get("id"), str):
            raise UnknownKey("the service does not say what its holders are asked")
        asked.append(Question(one["id"], str(one.get("type", "")), str(one.get("label") or one["id"])[:100]))
    return tuple(asked)


def _object(given: object) -> dict[str, Any]:
    return given if isinstance(given, dict) else {}


def to_base64(content: bytes) -> str:
    """Base64 as the interface wants it."""
    return base64.b64encode(content).decode()


def from_base64(text: object) -> bytes:
    """The opposite; raises :class:`RemoteUnavailable` for anything else."""
    try:
        return base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError):
        raise RemoteUnavailable("the service gave something that is not base64") from None


def seconds(given: object, otherwise: float) -> float:
    """A time that a service gave, else ``otherwise``."""
    return float(given) if isinstance(given, int | float) and given > 0 else otherwise
