"""Signatures (CMS, RFC 5652, as PAdES wants them) and time stamps (RFC 3161), encoded by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from asn1crypto import x509

from signing.der import NULL, generalized_time, integer, octets, oid, sequence, set_of, tlv
from signing.keys import SigningKey

_SIGNED_DATA = oid("1.2.840.113549.1.7.2")
_DATA = oid("1.2.840.113549.1.7.1")
_TST_INFO = oid("1.2.840.113549.1.9.16.1.4")
_CONTENT_TYPE = oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2 = oid("1.2.840.113549.1.9.16.2.47")
_SIGNATURE_TIMESTAMP = oid("1.2.840.113549.1.9.16.2.14")
_SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"))
_SIGNATURE_ALGORITHMS = {
    "rsa": sequence(oid("1.2.840.113549.1.1.11"), NULL),
    "ec": sequence(oid("1.2.840.10045.4.3.2")),
}
_DEMO_POLICY = oid("1.3.6.1.4.1.32473.1")
"""Time-stamping policy of the local authority: an arc kept for examples (RFC 5612)."""


@lru_cache(maxsize=256)
def _signer_parts(certificate: bytes) -> tuple[bytes, bytes]:
    """Issuer-and-serial of a DER certificate, and its signing-certificate-v2 attribute."""
    tbs = x509.Certificate.load(certificate)["tbs_certificate"]
    issuer, serial = tbs["issuer"].dump(), integer(tbs["serial_number"].native)
    identifier = sequence(
        octets(hashlib.sha256(certificate).digest()),
        sequence(sequence(tlv(0xA4, issuer)), serial),
    )
    attribute = _attribute(_SIGNING_CERTIFICATE_V2, sequence(sequence(identifier)))
    return sequence(issuer, serial), attribute


def _attribute(kind: bytes, value: bytes) -> bytes:
    return sequence(kind, set_of(value))


def _signed_data(
    key: SigningKey,
    digest: bytes,
    *,
    version: int,
    content_type: bytes,
    content: bytes,
    timestamp: Callable[[bytes], bytes] | None,
) -> bytes:
    identity, signing_certificate = _signer_parts(key.certificate)
    attributes = sorted(
        (
            _attribute(_CONTENT_TYPE, content_type),
            _attribute(_MESSAGE_DIGEST, octets(digest)),
            signing_certificate,
        )
    )
    signature = key.sign(tlv(0x31, *attributes))
    unsigned = b""
    if timestamp is not None:
        token = timestamp(hashlib.sha256(signature).digest())
        if token:  # an authority that is away leaves none, and the signature waits for its proof
            unsigned = tlv(0xA1, _attribute(_SIGNATURE_TIMESTAMP, token))
    signer = sequence(
        integer(1),
        identity,
        _SHA256,
        tlv(0xA0, *attributes),
        _SIGNATURE_ALGORITHMS[key.algorithm],
        octets(signature),
        unsigned,
    )
    return sequence(
        _SIGNED_DATA,
        tlv(
            0xA0,
            sequence(
                integer(version),
                set_of(_SHA256),
                sequence(content_type, content),
                tlv(0xA0, *sorted({key.certificate, *key.chain})),
                set_of(signer),
            ),
        ),
    )


def signature(key: SigningKey, digest: bytes, timestamp: Callable[[bytes], bytes] | None = None) -> bytes:
    """A detached PAdES signature over the SHA-256 ``digest`` of a document, in DER.

    ``timestamp`` gets the SHA-256 of the signature value and gives the time-stamp token (DER) that is
    put beside it (level B-T).
    """
    return _signed_data(key, digest, version=1, content_type=_DATA, content=b"", timestamp=timestamp)


@lru_cache(maxsize=256)
def _room(certificates: tuple[bytes, ...], algorithm: str) -> int:
    sizes = sum(len(der) for der in certificates)
    signature_value = 1024 if algorithm == "rsa" else 160
    return (
        sizes + len(_signer_parts(certificates[0])[0]) + len(_signer_parts(certificates[0])[1]) + signature_value + 512
    )


def room_for(key: SigningKey) -> int:
    """Bytes that a signature of this key without a time stamp surely fits into."""
    return _room((key.certificate, *key.chain), key.algorithm)


def timestamp_token(key: SigningKey, digest: bytes, when: datetime, serial: int) -> bytes:
    """A time-stamp token (RFC 3161) saying that the SHA-256 ``digest`` existed at ``when``, in DER."""
    info = sequence(
        integer(1),
        _DEMO_POLICY,
        sequence(_SHA256, octets(digest)),
        integer(serial),
        generalized_time(when),
        sequence(integer(1)),
    )
    return _signed_data(
        key,
        hashlib.sha256(info).digest(),
        version=3,
        content_type=_TST_INFO,
        content=tlv(0xA0, octets(info)),
        timestamp=None,
    )
