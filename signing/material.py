"""What a signed PDF carries to prove itself: certificates, revocation answers, time stamps.  Nothing is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from asn1crypto import cms, x509
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from pyhanko.pdf_utils.generic import ByteStringObject, TextStringObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature


@dataclass(frozen=True, slots=True)
class SignatureMaterial:
    """One signature or document time stamp: its CMS, certificates (DER, the signer's first), and tokens (DER)."""

    field: str
    kind: str
    """``signature`` or ``timestamp``."""
    cms: bytes
    certificates: tuple[bytes, ...]
    tokens: tuple[bytes, ...]
    token_certificates: tuple[bytes, ...]
    """Certificates of the time stamp beside the signature, its authority's first."""
    algorithm: str
    """Digest and key, for example ``sha256, rsa 2048``."""
    signature_value: bytes
    signed_digest: bytes
    """What the signature says the digest of the signed bytes is; true only where the judgement says so."""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything in a file that proves its signatures, each DER."""

    signatures: tuple[SignatureMaterial, ...] = ()
    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()

    def with_certificates(self, more: Iterable[bytes]) -> Material:
        """The same with certificates that were found elsewhere."""
        return replace(self, certificates=tuple(dict.fromkeys((*self.certificates, *more))))

    def every_certificate(self) -> tuple[bytes, ...]:
        """All certificates of the file, each once."""
        own = (der for one in self.signatures for der in (*one.certificates, *one.token_certificates))
        return tuple(dict.fromkeys((*own, *self.certificates)))


def material_of(path: Path) -> Material:
    """Read the material of the PDF at ``path``; raises what pyHanko raises on a file that it cannot read."""
    with path.open("rb") as stream:
        reader = PdfFileReader(stream, strict=True)
        if reader.xrefs.hybrid_xrefs_present:
            reader = PdfFileReader(stream, strict=False)
        return material_in(reader, reader.embedded_signatures)


def material_in(reader: PdfFileReader, embedded: Iterable[EmbeddedPdfSignature]) -> Material:
    """The material of an open file with these signatures; raises what pyHanko raises where it cannot be read."""
    signatures = tuple(_signature(one) for one in embedded)
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return Material(signatures)
    return Material(
        signatures,
        tuple(found.dump() for found in store.load_certs()),
        tuple(one.get_object().data for one in store.crls),
        tuple(one.get_object().data for one in store.ocsps),
    )


def _signature(embedded: EmbeddedPdfSignature) -> SignatureMaterial:
    stamp = embedded.sig_object_type == "/DocTimeStamp"
    tokens = [] if stamp else _tokens(embedded.signer_info)
    contents = embedded.pkcs7_content
    assert isinstance(contents, bytes | ByteStringObject | TextStringObject)
    return SignatureMaterial(
        field=embedded.fq_name,
        kind="timestamp" if stamp else "signature",
        cms=bytes(contents),  # type: ignore[arg-type]
        certificates=_certificates(embedded.signer_cert, embedded.signed_data),
        tokens=tuple(token.dump() for token in tokens),
        token_certificates=tuple(der for token in tokens for der in _of_token(token["content"])),
        algorithm=_algorithm(embedded),
        signature_value=embedded.signer_info["signature"].native,
        signed_digest=_signed_digest(embedded.signer_info),
    )


def _signed_digest(signer: cms.SignerInfo) -> bytes:
    found = (one["values"][0].native for one in signer["signed_attrs"] if one["type"].native == "message_digest")
    return next(found, b"")


def _tokens(signer: cms.SignerInfo) -> list[cms.ContentInfo]:
    return [
        value
        for attribute in signer["unsigned_attrs"]
        if attribute["type"].native == "signature_time_stamp_token"
        for value in attribute["values"]
    ]


def _certificates(leaf: x509.Certificate, signed: cms.SignedData) -> tuple[bytes, ...]:
    others = (choice.chosen.dump() for choice in signed["certificates"] if choice.name == "certificate")
    return tuple(dict.fromkeys((leaf.dump(), *others)))


def _of_token(signed: cms.SignedData) -> tuple[bytes, ...]:
    """The certificates of a token, that of its signer first."""
    found = [choice.chosen for choice in signed["certificates"] if choice.name == "certificate"]
    signer = signed["signer_infos"][0]["sid"].chosen
    wanted = signer["serial_number"].native if isinstance(signer, cms.IssuerAndSerialNumber) else None
    found.sort(key=lambda one: one.serial_number != wanted)
    return tuple(one.dump() for one in found)


def _algorithm(embedded: EmbeddedPdfSignature) -> str:
    key = embedded.signer_cert.public_key
    # asn1crypto cannot say how large a key is of the kinds that have one size alone
    size = "" if key.algorithm in ("ed25519", "ed448") else f" {key.bit_size}"
    return f"{embedded.signer_info['digest_algorithm']['algorithm'].native}, {key.algorithm}{size}"


@dataclass(frozen=True, slots=True)
class Status:
    """Where it can be read whether a certificate was revoked: ``ocsp`` or ``crl``, and from when that answer is."""

    kind: str
    at: datetime | None


def status_of(certificate: bytes, ocsps: tuple[bytes, ...], crls: tuple[bytes, ...]) -> Status | None:
    """The newest revocation answer about ``certificate``; None when there is none."""
    wanted = x509.Certificate.load(certificate)
    answers: list[datetime] = []
    for der in ocsps:
        basic = asn1_ocsp.OCSPResponse.load(der).basic_ocsp_response
        for single in basic["tbs_response_data"]["responses"]:
            if single["cert_id"]["serial_number"].native == wanted.serial_number:
                answers.append(single["this_update"].native)
    if answers:
        return Status("ocsp", max(answers))
    lists = (asn1_crl.CertificateList.load(der) for der in crls)
    updates = [one["tbs_cert_list"]["this_update"].native for one in lists if one.issuer == wanted.issuer]
    return Status("crl", max(updates)) if updates else None
