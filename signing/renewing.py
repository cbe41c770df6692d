"""Keeping what was signed provable: until when its proofs hold, and one more time stamp before they end.

The last document time stamp of a file proves everything before it for as long as the certificate of its authority is
valid and its algorithms are safe.  Before that ends, fresh proofs of that authority and a further time stamp are
added (ETSI EN 319 142-1, B-LTA; ETSI TS 119 511); all that was signed before stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.embed import foreign_errors
from signing.errors import AlreadySigned, CertificateExpired, FieldMissing
from signing.layout import LATER_TIMESTAMPS
from signing.proving import stamp
from signing.timestamps import Timestamper
from signing.trust import Trust

SAFE_UNTIL: dict[tuple[str, int], datetime] = {
    ("rsa", 3072): datetime(2031, 1, 1, tzinfo=UTC),
    ("rsa", 2048): datetime(2014, 1, 1, tzinfo=UTC),
    ("ec", 256): datetime(2031, 1, 1, tzinfo=UTC),
    ("ec", 224): datetime(2014, 1, 1, tzinfo=UTC),
}
"""Until when keys with fewer bits than these are safe (NIST SP 800-57 part 1 rev. 5, tables 2 and 4)."""
UNSAFE_DIGESTS = frozenset({"md5", "sha1"})
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Holding:
    """Until when the proofs of a file hold (UTC), and what ends then.

    ``cause`` is ``certificate`` or ``algorithm`` of the last time stamp's authority, or ``unstamped`` where nothing
    but the signature's own time vouches for it.  ``field`` names that time stamp, or the signature.
    """

    until: datetime
    cause: str
    field: str
    authority: str
    stamps: int


def holding(source: Path) -> Holding | None:
    """Until when what ``source`` bears can be proved as it stands; None when nobody signed it.

    Raises :class:`DamagedDocument`.
    """
    with source.open("rb") as stream, foreign_errors("the document cannot be read"):
        reader = PdfFileReader(stream)
        signed, stamps = reader.embedded_regular_signatures, reader.embedded_timestamp_signatures
        if not signed:
            return None
        newest = max(one.signed_revision for one in signed)
        later = [one for one in stamps if one.signed_revision > newest]
        if later:
            last = max(later, key=lambda one: one.signed_revision)
            until, cause = _ends(last.signed_data, last.signer_cert)
            return Holding(until, cause, last.field_name, _name(last.signer_cert), len(stamps))
        return min((_unstamped(one, len(stamps)) for one in signed), key=lambda one: one.until)


def _unstamped(one: EmbeddedPdfSignature, stamps: int) -> Holding:
    """What no time stamp of the document covers holds as long as its own does, or its certificate."""
    token = _stamp_of(one)
    if token is None:
        return Holding(one.signer_cert.not_valid_after, "unstamped", one.field_name, "", stamps)
    signer = _stamper(token)
    until, cause = _ends(token, signer)
    return Holding(until, cause, one.field_name, _name(signer), stamps)


def _stamp_of(one: EmbeddedPdfSignature) -> cms.SignedData | None:
    """The time stamp beside a signature, if there is one."""
    for attribute in one.signer_info["unsigned_attrs"]:
        if attribute["type"].native == "signature_time_stamp_token":
            return attribute["values"][0]["content"]
    return None


def _stamper(token: cms.SignedData) -> x509.Certificate:
    """The certificate of whoever gave a token, as far as it came with it."""
    wanted = token["signer_infos"][0]["sid"].chosen
    found = [choice.chosen for choice in token["certificates"] if choice.name == "certificate"]
    for one in found:
        if isinstance(wanted, cms.IssuerAndSerialNumber):
            if (one.issuer, one.serial_number) == (wanted["issuer"], wanted["serial_number"].native):
                return one
        elif one.key_identifier == wanted.native:
            return one
    raise ValueError("the certificate of the time stamp is not there")


def _ends(signed: cms.SignedData, certificate: x509.Certificate) -> tuple[datetime, str]:
    """When a time stamp ceases to prove anything, and whether by its certificate or its algorithm."""
    kind, bits = certificate.public_key.algorithm, certificate.public_key.bit_size
    safe = [until for (name, below), until in SAFE_UNTIL.items() if name == kind and bits < below]
    info = signed["signer_infos"][0]
    digests = {info["digest_algorithm"]["algorithm"].native, _imprinted(signed)}
    if digests & UNSAFE_DIGESTS:
        safe.append(_LONG_AGO)
    ends: datetime = certificate.not_valid_after
    return (min(safe), "algorithm") if safe and min(safe) < ends else (ends, "certificate")


def _imprinted(token: cms.SignedData) -> str:
    imprint = token["encap_content_info"]["content"].parsed["message_imprint"]
    return str(imprint["hash_algorithm"]["algorithm"].native)


def _name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.native.get("common_name", "")) or certificate.subject.human_friendly


def renew(source: Path, target: Path, timestamper: Timestamper, trust: Trust) -> str:
    """Add fresh proofs of the last time stamp's authority and a further time stamp; gives the SHA-256 of ``target``.

    Raises :class:`FieldMissing` when nobody signed, :class:`CertificateExpired` when the last time stamp's authority
    has ended already (what lapsed is not revived), :class:`AlreadySigned` when all reserved fields are used,
    :class:`RevocationUnknown`, :class:`CertificateRevoked`, :class:`TimestampUnavailable`.
    """
    leaves, name = _last(source, timestamper.now())
    return stamp(source, target, name, leaves, timestamper, trust)


def _last(source: Path, now: datetime) -> tuple[tuple[bytes, ...], str]:
    """The certificates whose proofs are to be refreshed, and the field of the time stamp to come."""
    with source.open("rb") as stream, foreign_errors("the document cannot be read"):
        reader = PdfFileReader(stream)
        signed, stamps = reader.embedded_regular_signatures, reader.embedded_timestamp_signatures
        if not signed:
            raise FieldMissing("nobody signed the document")
        last = max((*signed, *stamps), key=lambda one: one.signed_revision)
        if last.signer_cert.not_valid_after <= now:
            raise CertificateExpired(f"the certificate of {_name(last.signer_cert)} has ended already")
        used = {one.field_name for one in stamps}
        leaves = [last.signer_cert.dump()]
        token = _stamp_of(last)
        if token is not None:
            leaves.append(_stamper(token).dump())
    free = next((name for name in LATER_TIMESTAMPS if name not in used), None)
    if free is None:
        raise AlreadySigned("no field is left for a further time stamp")
    return tuple(leaves), free
