"""The signature itself: whether it belongs to these bytes and this certificate, and by which methods (CMS)."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, tsp, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko.pdf_utils import generic
from pyhanko.sign.general import SigningError as ForeignSigningError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.validate.reading import BROKEN, entry

log = logging.getLogger(__name__)

DETACHED = frozenset({"/adbe.pkcs7.detached", "/ETSI.CAdES.detached", "/PBAD.PAdES"})
OLD = "/adbe.pkcs7.sha1"
"""The digest of the file (SHA-1) is what the message holds."""
TIMESTAMP = "/ETSI.RFC3161"
_GOOD_DIGESTS = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512", "shake256"})
_LEAST_RSA, _LEAST_EC = 2048, 256
UNREADABLE = (*BROKEN, SignatureValidationError, ForeignSigningError, UnsupportedAlgorithm, InvalidSignature)


@dataclass(frozen=True)
class Message:
    """A signed message with its signer."""

    signed: cms.SignedData
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]

    @classmethod
    def of(cls, signed: cms.SignedData) -> Message:
        """Raises one of :data:`UNREADABLE`."""
        found = extract_certs_for_validation(signed)
        return cls(signed, found.signer_cert, tuple(found.other_certs))

    @property
    def signer(self) -> Any:
        """What the signer signed and how (``SignerInfo``)."""
        return self.signed["signer_infos"][0]

    def trouble(self, digest: bytes) -> list[str]:
        """Whether the signature is of this digest, by this certificate, with methods that hold."""
        kind = self.signed["encap_content_info"]["content_type"].native
        intact, valid = validate_sig_integrity(
            self.signer, self.certificate, expected_content_type=kind, actual_digest=digest
        )
        if not intact:
            return ["digest_mismatch"]
        if not valid:
            return ["signature_wrong"]
        return ["weak_algorithm"] if self.weak() else []

    def weak(self) -> bool:
        """Whether a method is no longer safe (Circular 15/2025, Appendix I: SHA-2, RSA 2048, ECDSA 256)."""
        if self.signer["digest_algorithm"]["algorithm"].native not in _GOOD_DIGESTS:
            return True
        algorithm = self.signer["signature_algorithm"]
        key = self.certificate.public_key
        kind = _asked(algorithm, "signature_algo") or algorithm["algorithm"].native
        hashed = _asked(algorithm, "hash_algo")
        if algorithm["algorithm"].native.startswith(("md", "sha1")) or (hashed and hashed not in _GOOD_DIGESTS):
            return kind not in ("ed25519", "ed448")
        if kind.startswith("rsa"):
            return bool(key.bit_size < _LEAST_RSA)
        if kind == "ecdsa":
            return bool(key.bit_size < _LEAST_EC)
        return kind not in ("ed25519", "ed448")


def _asked(algorithm: Any, what: str) -> str:
    """A property of an algorithm, empty where the ASN.1 library knows none."""
    try:
        return str(getattr(algorithm, what))
    except ValueError:
        return ""


def trouble_of(signature: EmbeddedPdfSignature, message: Message) -> list[str]:
    """Whether the signature is of the file's bytes."""
    if str(entry(signature.sig_object, "/SubFilter")) != OLD:
        if message.signed["encap_content_info"]["content"].native is not None:
            return ["unsupported_format"]  # a message of its own besides the file
        return message.trouble(signature.compute_digest())
    held = message.signed["encap_content_info"]["content"].native
    if held != signature.compute_digest("sha1"):
        return ["digest_mismatch"]
    digest = hashlib.new(signature.md_algorithm, held).digest()
    return [*message.trouble(digest), "weak_algorithm"]


@dataclass(frozen=True)
class Stamp:
    """A time-stamp token (RFC 3161)."""

    message: Message
    time: datetime
    reasons: tuple[str, ...]
    """What is wrong with the token, whoever issued it."""


def stamps_of(signature: EmbeddedPdfSignature) -> Iterator[Stamp | None]:
    """The time stamps beside a signature; None for one that cannot be read."""
    for attribute in signature.signer_info["unsigned_attrs"]:
        if attribute["type"].native != "signature_time_stamp_token":
            continue
        for value in attribute["values"]:
            try:
                value_of_signature = signature.signer_info["signature"].native
                yield stamp(
                    value["content"], lambda name, signed=value_of_signature: hashlib.new(name, signed).digest()
                )
            except UNREADABLE as error:
                log.info("a time stamp cannot be read: %s", type(error).__name__)
                yield None


def stamp(token: cms.SignedData, digest_by: Any) -> Stamp:
    """A token over the bytes whose digest ``digest_by`` gives; raises one of :data:`UNREADABLE`."""
    message = Message.of(token)
    content = token["encap_content_info"]["content"]
    info = content.parsed
    if not isinstance(info, tsp.TSTInfo):
        raise ValueError("not a time stamp")
    held = hashlib.new(message.signer["digest_algorithm"]["algorithm"].native, bytes(content)).digest()
    reasons = message.trouble(held)
    imprint = info["message_imprint"]
    name = imprint["hash_algorithm"]["algorithm"].native
    if name not in _GOOD_DIGESTS:
        reasons.append("weak_algorithm")
    if imprint["hashed_message"].native != digest_by(name):
        reasons.append("digest_mismatch")
    return Stamp(message, info["gen_time"].native.astimezone(UTC), tuple(reasons))


def claimed_time(signature: EmbeddedPdfSignature) -> datetime | None:
    """When the signer says the signature was made."""
    try:
        found = signature.self_reported_timestamp
    except UNREADABLE:
        return None
    if not isinstance(found, datetime):
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)


def is_timestamp(signature: generic.DictionaryObject) -> bool:
    """Whether a signature dictionary is a document time stamp."""
    return entry(signature, "/Type") == "/DocTimeStamp" or entry(signature, "/SubFilter") == TIMESTAMP
