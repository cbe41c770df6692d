"""Signature values that were made elsewhere: which key should have made them, and whether it did."""

from __future__ import annotations

from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from signing.errors import UnknownKey, WrongSignature


def public_key(certificate: bytes) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    """The public key of a DER certificate; raises :class:`UnknownKey` when it is neither RSA nor EC."""
    try:
        public = x509.load_der_x509_certificate(certificate).public_key()
    except ValueError:
        raise UnknownKey("the certificate cannot be read") from None
    if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise UnknownKey("the certificate holds neither an RSA nor an EC key")
    return public


def algorithm_of(certificate: bytes) -> Literal["rsa", "ec"]:
    """Kind of the key of a DER certificate; raises :class:`UnknownKey` for others."""
    return "rsa" if isinstance(public_key(certificate), rsa.RSAPublicKey) else "ec"


def as_der(certificate: bytes, raw: bytes) -> bytes:
    """``raw`` as CMS wants it: tokens and services give ECDSA as r and s side by side, CMS wants DER."""
    public = public_key(certificate)
    if not isinstance(public, ec.EllipticCurvePublicKey):
        return raw
    size = (public.curve.key_size + 7) // 8
    if len(raw) != 2 * size:
        return raw
    return encode_dss_signature(int.from_bytes(raw[:size], "big"), int.from_bytes(raw[size:], "big"))


def check_raw(certificate: bytes, data: bytes, raw: bytes) -> None:
    """Raise :class:`WrongSignature` unless ``raw`` is the certificate's signature over SHA-256 of ``data``.

    RSA: PKCS#1 v1.5; EC: ECDSA in DER.
    """
    public = public_key(certificate)
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(raw, data, padding.PKCS1v15(), hashes.SHA256())
        else:
            public.verify(raw, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise WrongSignature("the signature value does not fit the certificate and the document") from None
