"""A public-key infrastructure for the demonstration, plainly marked DEMO; never for real documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing.errors import UnknownKey
from signing.files import write_private
from signing.keys import LoadedKey, Secret, load_pkcs12
from signing.timestamps import LocalTimestamper
from signing.trust import Trust

DEMO_START = datetime(2024, 1, 1, tzinfo=UTC)
"""From when on demonstration certificates are valid."""
DEMO_END = datetime(2036, 1, 1, tzinfo=UTC)
AUTHORITY_PASSWORD = "demo-authority"  # noqa: S105 (told in the docstring below)
"""Opens the demonstration's authorities; no secret, their certificates are worth nothing outside."""
SEAL_KEY_ID = "seal"

_PERSON_BITS = 2048
_AUTHORITY_BITS = 3072


@dataclass(frozen=True, slots=True)
class DemoHolder:
    """Someone who gets a key: ``key_id`` names its file, ``password`` opens it."""

    key_id: str
    name: str
    organisation: str
    password: str
    title: str = ""
    not_before: datetime = DEMO_START
    not_after: datetime = DEMO_END


@dataclass(frozen=True, slots=True)
class DemoPki:
    """Where the demonstration's keys lie.

    Layout of ``folder``: ``keys/<key_id>.p12`` with ``keys/<key_id>.der``; ``trust/roots``,
    ``trust/intermediates``, ``trust/crls``; ``authority/*.p12`` (root, sub, tsa).
    """

    folder: Path

    @property
    def keys(self) -> Path:
        """Folder of the holders' keys, as the signing process wants it."""
        return self.folder / "keys"

    @property
    def trust(self) -> Trust:
        """Roots, intermediates and revocation lists of the demonstration."""
        return Trust.from_folder(self.folder / "trust")

    def timestamper(self, fixed_time: datetime | None = None) -> LocalTimestamper:
        """The local time-stamping authority; ``fixed_time`` only to fill past months with examples."""
        return LocalTimestamper(_authority(self.folder, "tsa"), fixed_time)

    def load(self, key_id: str, password: str) -> LoadedKey:
        """Open the key of one holder."""
        secret = Secret(password)
        del password  # the frames of errors shall not hold it
        return load_pkcs12((self.keys / f"{key_id}.p12").read_bytes(), secret)


def make_demo_pki(folder: Path, people: Sequence[DemoHolder], agency: DemoHolder | None = None) -> DemoPki:
    """Make, or complete, the demonstration's authorities and the keys of ``people`` and ``agency``.

    What exists is kept, so a second start takes no time; only missing holders get new keys.  People get
    RSA-2048 keys, the agency's seal RSA-3072.  All private files are readable by their owner only.
    """
    for name in ("", "keys", "authority", "trust"):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("roots", "intermediates", "crls"):
        (folder / "trust" / name).mkdir(exist_ok=True)
    if not (folder / "authority" / "tsa.p12").exists():
        _make_authorities(folder)
    holders = [(person, _PERSON_BITS) for person in people]
    if agency is not None:
        holders.append((agency, _AUTHORITY_BITS))
    missing = [(holder, bits) for holder, bits in holders if not (folder / "keys" / f"{holder.key_id}.p12").exists()]
    if missing:
        sub = _authority(folder, "sub")
        for holder, bits in missing:
            _make_holder(folder, sub, holder, bits)
    return DemoPki(folder)


def _authority(folder: Path, name: str) -> LoadedKey:
    try:
        data = (folder / "authority" / f"{name}.p12").read_bytes()
    except OSError:
        raise UnknownKey(f"the demonstration has no authority {name!r}") from None
    return _opened(data)


@lru_cache(maxsize=8)
def _opened(data: bytes) -> LoadedKey:
    """The same file gives the same key; opening it takes as long as a hundred time stamps."""
    return load_pkcs12(data, AUTHORITY_PASSWORD)


def _name(common: str, organisation: str, title: str = "") -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"{organisation[:57]} (DEMO)"),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "DEMO"),
    ]
    if title:
        parts.append(x509.NameAttribute(NameOID.TITLE, title[:64]))
    parts.append(x509.NameAttribute(NameOID.COMMON_NAME, common[:64]))
    return x509.Name(parts)


_NO_USAGE = dict.fromkeys(
    (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ),
    False,
)


def _issue(
    key: rsa.RSAPrivateKey,
    subject: x509.Name,
    issuer: LoadedKey | None,
    usages: Sequence[str],
    *,
    authority: int | None = None,
    timestamping: bool = False,
    valid: tuple[datetime, datetime] = (DEMO_START, DEMO_END),
) -> x509.Certificate:
    """A certificate for ``key``; ``authority`` is the number of authorities allowed below it."""
    above = x509.load_der_x509_certificate(issuer.certificate) if issuer else None
    signer = issuer.private if issuer else key
    if not isinstance(signer, rsa.RSAPrivateKey):
        raise UnknownKey("the demonstration's authorities have RSA keys")
    public = key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above.subject if above else subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.BasicConstraints(authority is not None, authority), critical=True)
        .add_extension(x509.KeyUsage(**{**_NO_USAGE, **dict.fromkeys(usages, True)}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if timestamping:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(signer, hashes.SHA256())


def _crl(issuer: LoadedKey) -> bytes:
    """An empty revocation list that holds for the whole time of the demonstration."""
    certificate = x509.load_der_x509_certificate(issuer.certificate)
    key = issuer.private
    if not isinstance(key, rsa.RSAPrivateKey):
        raise UnknownKey("the demonstration's authorities have RSA keys")
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(certificate.subject)
        .last_update(DEMO_START)
        .next_update(DEMO_END)
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


def _new_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def _save(
    path: Path,
    name: str,
    key: rsa.RSAPrivateKey,
    certificate: x509.Certificate,
    chain: Sequence[bytes],
    password: str,
) -> None:
    data = pkcs12.serialize_key_and_certificates(
        name.encode(),
        key,
        certificate,
        [x509.load_der_x509_certificate(der) for der in chain],
        BestAvailableEncryption(password.encode()),
    )
    write_private(path, data)


def _make_authorities(folder: Path) -> None:
    keeper = "Công văn điện tử"
    issuing = ("key_cert_sign", "crl_sign")
    root_key, sub_key, tsa_key = (_new_key(_AUTHORITY_BITS) for _ in range(3))
    root_certificate = _issue(root_key, _name("DEMO Root CA", keeper), None, issuing, authority=1)
    root = LoadedKey(root_key, root_certificate.public_bytes(Encoding.DER))
    sub_certificate = _issue(sub_key, _name("DEMO CA", keeper), root, issuing, authority=0)
    sub = LoadedKey(sub_key, sub_certificate.public_bytes(Encoding.DER))
    tsa_certificate = _issue(
        tsa_key,
        _name("DEMO Time Stamping Authority", keeper),
        sub,
        ("digital_signature",),
        timestamping=True,
    )
    trust, authority = folder / "trust", folder / "authority"
    write_private(trust / "roots" / "root.der", root.certificate)
    write_private(trust / "intermediates" / "sub.der", sub.certificate)
    write_private(trust / "crls" / "root.crl", _crl(root))
    write_private(trust / "crls" / "sub.crl", _crl(sub))
    _save(authority / "root.p12", "root", root_key, root_certificate, (), AUTHORITY_PASSWORD)
    _save(authority / "sub.p12", "sub", sub_key, sub_certificate, (), AUTHORITY_PASSWORD)
    _save(
        authority / "tsa.p12",
        "tsa",
        tsa_key,
        tsa_certificate,
        (sub.certificate,),
        AUTHORITY_PASSWORD,
    )


def _make_holder(folder: Path, sub: LoadedKey, holder: DemoHolder, bits: int) -> None:
    key = _new_key(bits)
    certificate = _issue(
        key,
        _name(holder.name, holder.organisation, holder.title),
        sub,
        ("digital_signature", "content_commitment"),
        valid=(holder.not_before, holder.not_after),
    )
    path = folder / "keys" / f"{holder.key_id}.p12"
    write_private(path.with_suffix(".der"), certificate.public_bytes(Encoding.DER))
    _save(path, holder.key_id, key, certificate, (sub.certificate,), holder.password)
