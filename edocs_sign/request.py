"""What the server asks for in writing, and whether it was that server.

A request is a JSON text and the server's Ed25519 signature over :data:`PREFIX` and that text.  Nothing that is not
in the text counts, so a page can neither change nor add anything.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature

from edocs_sign.config import Config
from edocs_sign.errors import Refused

PREFIX = b"edocs-sign/1\n"
"""Before the text, so that a signature made for something else is none here."""
LONGEST = 900.0
"""A request that is valid for longer than this many seconds is not believed."""
AHEAD = 120.0
"""Seconds that the clocks of server and computer may differ."""
MOST = 200
"""Most documents of one request."""
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Document:
    """One document to be signed: what is shown of it, and what is signed."""

    item: int
    title: str
    version: int
    pages: int
    sha256: str
    attributes: bytes


@dataclass(frozen=True)
class Request:
    """A request of the server.  ``purpose`` is ``sign`` or ``certificates`` (which has no documents)."""

    purpose: str
    session: str
    name: str
    certificate: str
    expires: float
    documents: tuple[Document, ...]


def read_request(given: object, config: Config, now: float) -> Request:
    """The request in ``given``, after a look at signature, server, person and time.

    Raises :class:`Refused`: ``unsigned``, ``other_server``, ``other_person``, ``expired``, ``bad_request``.
    """
    if not isinstance(given, dict) or set(given) != {"payload", "signature"}:
        raise Refused("unsigned")
    try:
        text = str(given["payload"]).encode()
        config.server_key.verify(base64.b64decode(str(given["signature"]), validate=True), PREFIX + text)
    except (InvalidSignature, binascii.Error, ValueError):
        raise Refused("unsigned") from None
    try:
        return _read(json.loads(text), config, now)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refused("bad_request") from None


def _read(said: dict[str, Any], config: Config, now: float) -> Request:
    if said["server"] != config.server:
        raise Refused("other_server")
    if said["person"] != config.person:
        raise Refused("other_person", str(said["person"])[:60])
    issued, expires = float(said["issued"]), float(said["expires"])
    if not (issued - AHEAD <= now < expires <= issued + LONGEST):
        raise Refused("expired")
    purpose, certificate = said["purpose"], said["certificate"]
    documents = tuple(_document(one, certificate) for one in said["documents"])
    fits = {"sign": 1 <= len(documents) <= MOST and _HASH.fullmatch(certificate), "certificates": not documents}
    if not fits.get(purpose):
        raise Refused("bad_request")
    return Request(purpose, str(said["session"]), str(said["name"])[:100], certificate, expires, documents)


def _document(said: dict[str, Any], certificate: str) -> Document:
    attributes = base64.b64decode(said["attributes"], validate=True)
    # signed attributes of PAdES (RFC 5652, 5.4): a SET OF that names the certificate by its hash
    if attributes[:1] != b"\x31" or bytes.fromhex(certificate) not in attributes or len(attributes) > 4096:
        raise Refused("bad_request")
    if not _HASH.fullmatch(said["sha256"]):
        raise Refused("bad_request")
    return Document(
        int(said["item"]),
        " ".join(str(said["title"]).split())[:300],
        int(said["version"]),
        int(said["pages"]),
        said["sha256"],
        attributes,
    )
