"""Certificates of the demonstration's authority for keys that the tests make elsewhere (tokens, services)."""

from __future__ import annotations

import datetime as dt

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from signing import load_pkcs12
from signing.demo_pki import AUTHORITY_PASSWORD, DemoPki


def certify(pki: DemoPki, public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, name: str) -> tuple[bytes, bytes]:
    """A signing certificate for ``public``, and the authority's above it (DER)."""
    above = load_pkcs12((pki.folder / "authority" / "sub.p12").read_bytes(), AUTHORITY_PASSWORD)
    issuer = x509.load_der_x509_certificate(above.certificate)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime(2024, 1, 1))
        .not_valid_after(dt.datetime(2034, 1, 1))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(True, True, *([False] * 7)),
            critical=True,
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()),
            critical=False,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(above.private, hashes.SHA256())
    )
    return certificate.public_bytes(Encoding.DER), above.certificate
