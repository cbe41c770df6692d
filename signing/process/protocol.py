"""The words between the signing process and its clients: a length, then JSON.

Each message is four bytes of length (big-endian) and that many bytes of UTF-8 JSON.  A request is an
object with ``do`` (the operation) and its arguments; an answer has either ``ok`` or ``error``.  Files travel
beside a request as open descriptors: neither side opens a path that the other one names, and they need not be
the same user.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import socket
import struct
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from signing.errors import BadRequest
from signing.keys import CertificateInfo
from signing.sign import Signed
from signing.text import Piece

LONGEST = 8 * 1024 * 1024
"""Longest message, in bytes: a picture and little else."""
MOST_FILES = 2
_LENGTH = struct.Struct(">I")


def send(connection: socket.socket, message: dict[str, Any], files: Sequence[int] = ()) -> None:
    """Send one message, with open files beside it."""
    body = json.dumps(message, ensure_ascii=False).encode()
    whole = _LENGTH.pack(len(body)) + body
    sent = socket.send_fds(connection, [whole], list(files)) if files else 0
    connection.sendall(whole[sent:])


def receive(connection: socket.socket) -> dict[str, Any] | None:
    """One message, None at the end; raises :class:`BadRequest` when it is malformed."""
    return _message(connection, _read(connection, _LENGTH.size))


def receive_with_files(connection: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """One message with the open files beside it, which are the caller's to close."""
    head, files, _, _ = socket.recv_fds(connection, _LENGTH.size, MOST_FILES, socket.MSG_CMSG_CLOEXEC)
    try:
        if head and len(head) < _LENGTH.size:
            head += _read(connection, _LENGTH.size - len(head))
        return _message(connection, head), files
    except (BadRequest, OSError):
        for file in files:
            os.close(file)
        raise


def _message(connection: socket.socket, head: bytes) -> dict[str, Any] | None:
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise BadRequest("the message ends early")
    (length,) = _LENGTH.unpack(head)
    if length > LONGEST:
        raise BadRequest("the message is too long")
    message = _parse(_read(connection, length))
    if not isinstance(message, dict):
        raise BadRequest("the message is malformed")
    return message


def _parse(body: bytes) -> Any:
    """The JSON in ``body``, None when it is malformed: the parser's own error would carry the text."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _read(connection: socket.socket, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        part = connection.recv(min(length - len(parts), 1 << 16))
        if not part:
            if parts:
                raise BadRequest("the message ends early")
            return b""
        parts += part
    return bytes(parts)


def image_to_text(image: bytes | None) -> str | None:
    """A picture as text."""
    return None if image is None else base64.b64encode(image).decode("ascii")


def image_from_text(text: object) -> bytes | None:
    """A picture from text; raises :class:`BadRequest`."""
    if text is None:
        return None
    try:
        return base64.b64decode(str(text), validate=True)
    except (ValueError, binascii.Error):
        raise BadRequest("the picture is malformed") from None


def pieces_to_list(date: str | list[Piece] | tuple[Piece, ...]) -> str | list[dict[str, Any]]:
    """A date, whole or in pieces, as JSON."""
    return date if isinstance(date, str) else [asdict(piece) for piece in date]


def pieces_from_list(raw: object) -> str | list[Piece]:
    """A date from JSON; raises :class:`BadRequest`."""
    if isinstance(raw, str):
        return raw
    try:
        if isinstance(raw, list) and 0 < len(raw) <= 3:
            return [Piece(str(p["text"]), float(p["x"]), bool(p["flush_right"])) for p in raw]
    except (KeyError, TypeError, ValueError):
        pass
    raise BadRequest("the date is malformed")


def certificate_to_json(info: CertificateInfo) -> dict[str, Any]:
    """The facts of a certificate as JSON."""
    facts = asdict(info)
    facts["not_before"] = info.not_before.isoformat()
    facts["not_after"] = info.not_after.isoformat()
    return facts


def certificate_from_json(facts: dict[str, Any]) -> CertificateInfo:
    """The facts of a certificate from JSON."""
    times = {name: datetime.fromisoformat(facts[name]) for name in ("not_before", "not_after")}
    return CertificateInfo(**{**facts, **times})


def signed_to_json(signed: Signed) -> dict[str, Any]:
    """A result as JSON."""
    return {
        "sha256": signed.sha256,
        "signed_at": signed.signed_at.isoformat(),
        "certificate": certificate_to_json(signed.certificate),
        "lacks": list(signed.lacks),
    }


def signed_from_json(facts: dict[str, Any]) -> Signed:
    """A result from JSON."""
    return Signed(
        str(facts["sha256"]),
        datetime.fromisoformat(facts["signed_at"]),
        certificate_from_json(facts["certificate"]),
        tuple(map(str, facts.get("lacks", ()))),
    )
