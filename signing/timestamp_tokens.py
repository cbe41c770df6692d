"""Whether a time-stamp token (RFC 3161) is the answer to our question, by an authority that may give it."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.errors import TimestampUnavailable

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
CLOCKS_APART = timedelta(minutes=10)
"""How far the authority's time may be from ours; more means that one of the two clocks is wrong."""


class _Answer(core.Sequence):  # type: ignore[misc]
    """TimeStampResp as RFC 3161, 2.4.2 has it: who refuses sends no token."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class BadToken(TimestampUnavailable):
    """What came is not the time stamp that was asked for; said in ``detail``."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was checked: what it says, and who says it."""

    der: bytes = field(repr=False)
    time: datetime
    signer: bytes = field(repr=False)
    """Certificate of the authority, DER."""
    certificates: tuple[bytes, ...] = field(repr=False)
    """All certificates that came with it, DER."""


def read_answer(body: bytes, digest: bytes, nonce: int, now: datetime | None = None) -> Token:
    """The token in an authority's answer to the question for ``digest`` (SHA-256) and ``nonce``.

    Checked are: status, digest, nonce, time, the signature, and that the certificate is one for time stamps alone.
    Not whether it is trusted.  Raises :class:`BadToken`.
    """
    try:
        answer = _Answer.load(body, strict=True)
        status = answer["status"]["status"].native
        if status not in ("granted", "granted_with_mods"):
            raise BadToken(f"it refused ({status})")
        token = answer["time_stamp_token"]
        return _checked(token, digest, nonce, now or datetime.now(UTC))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadToken("its answer is malformed") from None


def _checked(token: cms.ContentInfo, digest: bytes, nonce: int, now: datetime) -> Token:
    signed = token["content"]
    content = signed["encap_content_info"]
    if content["content_type"].native != "tst_info" or len(signed["signer_infos"]) != 1:
        raise BadToken("its answer is no time-stamp token")
    info = content["content"].parsed
    imprint = info["message_imprint"]
    if (
        imprint["hash_algorithm"]["algorithm"].native != "sha256"
        or not hmac.compare_digest(imprint["hashed_message"].native, digest)
        or info["nonce"].native != nonce
    ):
        raise BadToken("it answered another question")
    time: datetime = info["gen_time"].native
    if abs(time - now) > CLOCKS_APART:
        raise BadToken(f"its clock says {time:%Y-%m-%d %H:%M} UTC")
    signer_info = signed["signer_infos"][0]
    certificates = [choice.chosen for choice in signed["certificates"] if choice.name == "certificate"]
    signer = _signer(signer_info, certificates)
    _check_attributes(signer_info, signer, content["content"].contents)
    certificate = x509.load_der_x509_certificate(signer.dump())
    _check_purpose(certificate, time)
    _check_signature(signer_info, certificate)
    return Token(token.dump(), time, signer.dump(), tuple(one.dump() for one in (signer, *certificates)))


def _signer(signer_info: cms.SignerInfo, certificates: list[asn1_x509.Certificate]) -> asn1_x509.Certificate:
    wanted = signer_info["sid"].chosen
    for one in certificates:
        if isinstance(wanted, cms.IssuerAndSerialNumber):
            same = one.issuer == wanted["issuer"] and one.serial_number == wanted["serial_number"].native
        else:
            same = one.key_identifier == wanted.native
        if same:
            return one
    raise BadToken("its certificate did not come with the answer")


def _check_attributes(signer_info: cms.SignerInfo, signer: asn1_x509.Certificate, content: bytes) -> None:
    """Content type, digest of the content, and which certificate signed (RFC 5652, 5816)."""
    attributes: dict[str, Any] = {one["type"].native: one["values"][0] for one in signer_info["signed_attrs"]}
    algorithm = signer_info["digest_algorithm"]["algorithm"].native
    if algorithm not in _HASHES:
        raise BadToken(f"it signs with {algorithm}")
    if attributes["content_type"].native != "tst_info":
        raise BadToken("its signature is not over a time stamp")
    if not hmac.compare_digest(attributes["message_digest"].native, hashlib.new(algorithm, content).digest()):
        raise BadToken("its signature is over something else")
    if "signing_certificate_v2" in attributes:
        named = attributes["signing_certificate_v2"]["certs"][0]
        kind = named["hash_algorithm"]["algorithm"].native
    else:
        named, kind = attributes["signing_certificate"]["certs"][0], "sha1"
    if not hmac.compare_digest(named["cert_hash"].native, hashlib.new(kind, signer.dump()).digest()):
        raise BadToken("its signature names another certificate")


def _check_purpose(certificate: x509.Certificate, time: datetime) -> None:
    """For time stamps alone, and says so critically (RFC 3161, 2.3)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        raise BadToken("its certificate is not one for time stamps") from None
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise BadToken("its certificate is not one for time stamps alone")
    if not certificate.not_valid_before_utc <= time <= certificate.not_valid_after_utc:
        raise BadToken("its certificate is out of its time")


def _check_signature(signer_info: cms.SignerInfo, certificate: x509.Certificate) -> None:
    key = certificate.public_key()
    signature = signer_info["signature"].native
    signed = signer_info["signed_attrs"].untag().dump()
    algorithm = _HASHES[signer_info["digest_algorithm"]["algorithm"].native]
    kind = signer_info["signature_algorithm"].signature_algo
    try:
        if isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pkcs1v15":
            key.verify(signature, signed, padding.PKCS1v15(), algorithm)
        elif isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pss":
            key.verify(signature, signed, padding.PSS(padding.MGF1(algorithm), padding.PSS.AUTO), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and kind == "ecdsa":
            key.verify(signature, signed, ec.ECDSA(algorithm))
        else:
            raise BadToken(f"it signs with {kind}")
    except InvalidSignature:
        raise BadToken("its signature is wrong") from None
