"""Signing keys: what a provider offers, and the provider for PKCS#12 files (demonstration and tests)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import NameOID

from signing.errors import CertificateExpired, CertificateNotYetValid, UnknownKey, WrongPassword


class SigningKey(Protocol):
    """A private key that is ready to sign, with its certificate.

    A provider (PKCS#12 file, token, remote service) gives objects of this shape; the private key itself
    need not be in this process.
    """

    @property
    def certificate(self) -> bytes:
        """The holder's certificate, DER."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates above it as far as known, DER, roots included or not."""

    @property
    def algorithm(self) -> Literal["rsa", "ec"]:
        """Kind of the key."""

    def sign(self, data: bytes) -> bytes:
        """The signature over SHA-256 of ``data`` (RSA: PKCS#1 v1.5; EC: ECDSA, DER)."""


@dataclass(frozen=True, slots=True)
class CertificateInfo:
    """What may be shown of a certificate without any password. Times are in UTC."""

    name: str
    organisation: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    fingerprint: str
    """SHA-256 of the certificate, hexadecimal."""

    def check_valid(self, at: datetime) -> None:
        """Raise :class:`CertificateNotYetValid` or :class:`CertificateExpired` unless valid ``at``."""
        if at < self.not_before:
            raise CertificateNotYetValid(f"certificate of {self.name} begins only on {self.not_before:%Y-%m-%d}")
        if at > self.not_after:
            raise CertificateExpired(f"certificate of {self.name} ended on {self.not_after:%Y-%m-%d}")


def name_part(name: x509.Name, kind: x509.ObjectIdentifier) -> str:
    """The first part of the given kind in a distinguished name, or an empty string."""
    parts = name.get_attributes_for_oid(kind)
    return str(parts[0].value) if parts else ""


@lru_cache(maxsize=512)
def certificate_info(der: bytes) -> CertificateInfo:
    """The facts of a DER certificate; raises :class:`UnknownKey` when it cannot be read."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        return CertificateInfo(
            name=name_part(certificate.subject, NameOID.COMMON_NAME),
            organisation=name_part(certificate.subject, NameOID.ORGANIZATION_NAME),
            issuer=name_part(certificate.issuer, NameOID.COMMON_NAME),
            serial=f"{certificate.serial_number:x}",
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            fingerprint=hashlib.sha256(der).hexdigest(),
        )
    except ValueError:
        raise UnknownKey("the certificate cannot be read") from None


@dataclass(frozen=True, slots=True)
class LoadedKey:
    """A private key held as an object in this process (loading it again costs 50 to 170 ms)."""

    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False, default=())

    @property
    def algorithm(self) -> Literal["rsa", "ec"]:
        """Kind of the key."""
        return "rsa" if isinstance(self.private, rsa.RSAPrivateKey) else "ec"

    def sign(self, data: bytes) -> bytes:
        """The signature over SHA-256 of ``data``."""
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.private.sign(data, ec.ECDSA(hashes.SHA256()))


class Secret:
    """A password that does not show itself: error pages and logs print what is in a frame."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The password itself."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"


def load_pkcs12(data: bytes, password: str | Secret) -> LoadedKey:
    """Open a PKCS#12 file with its password.

    Raises :class:`WrongPassword`, or :class:`UnknownKey` when the file holds no usable key.  Neither
    error carries the password nor a cause whose frames would.
    """
    secret = password if isinstance(password, Secret) else Secret(password)
    del password  # the frames of the errors below shall not hold it
    opened = _open(data, secret)
    if opened is None:
        raise WrongPassword("the password does not open the key")
    private, certificate, others = opened
    if certificate is None or not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise UnknownKey("the key file holds no RSA or EC key with a certificate")
    return LoadedKey(
        private,
        certificate.public_bytes(Encoding.DER),
        tuple(other.public_bytes(Encoding.DER) for other in others),
    )


def _open(data: bytes, secret: Secret) -> tuple[object, x509.Certificate | None, list[x509.Certificate]] | None:
    """The content of a PKCS#12 file, None when the password is wrong; never raises with the password."""
    try:
        return pkcs12.load_key_and_certificates(data, secret.reveal().encode())
    except ValueError:
        return None


def check_certificate_dates(key: SigningKey, at: datetime | None = None) -> CertificateInfo:
    """Check that the key's certificate is valid ``at`` (default now) and return its facts (R-SIG-6)."""
    info = certificate_info(key.certificate)
    info.check_valid(at or datetime.now(UTC))
    return info
