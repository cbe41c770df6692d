"""The few DER encodings that signatures need, written by hand.

Encoding a signature by the general ASN.1 library costs many times the RSA operation itself; with the
fixed parts (certificates, names) kept encoded, a signature is a handful of concatenations.
"""

from __future__ import annotations

from datetime import UTC, datetime


def tlv(tag: int, *parts: bytes) -> bytes:
    """One DER element: tag, length, content (the concatenated ``parts``)."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE."""
    return tlv(0x30, *parts)


def set_of(*parts: bytes) -> bytes:
    """SET OF, in the order that DER prescribes."""
    return tlv(0x31, *sorted(parts))


def octets(content: bytes) -> bytes:
    """OCTET STRING."""
    return tlv(0x04, content)


def integer(value: int) -> bytes:
    """INTEGER (not negative)."""
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    content = bytearray((first * 40 + second,))
    for arc in rest:
        chunk = [arc & 0x7F]
        while arc := arc >> 7:
            chunk.append(0x80 | (arc & 0x7F))
        content += bytes(reversed(chunk))
    return tlv(0x06, bytes(content))


def generalized_time(when: datetime) -> bytes:
    """GeneralizedTime in UTC, to the second; ``when`` must know its zone."""
    return tlv(0x18, when.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())


NULL = b"\x05\x00"
