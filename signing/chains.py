"""The certificate chains behind the signatures of a PDF, and the anchors of trust with their purposes and dates.

:func:`signing.judge` says whether a signature holds; this module says on whom that rests.  Nothing is fetched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

PERSON, ORGANISATION, TIMESTAMP = "person", "organisation", "timestamp"
PURPOSES = frozenset({PERSON, ORGANISATION, TIMESTAMP})
ANCHORS_FILE = "anchors.json"
MAX_LENGTH = 10
"""Longer chains are cut."""

_QC_STATEMENTS = ObjectIdentifier("1.3.6.1.5.5.7.1.3")
_QC_TYPES = {
    bytes.fromhex("0607 04008e46010601".replace(" ", "")): PERSON,  # 0.4.0.1862.1.6.1, electronic signature
    bytes.fromhex("0607 04008e46010602".replace(" ", "")): ORGANISATION,  # 0.4.0.1862.1.6.2, electronic seal
}


@dataclass(frozen=True, slots=True)
class Anchor:
    """A trusted certificate: for what, and for signatures made from when until when (UTC; None: no end)."""

    sha256: str
    purposes: frozenset[str]
    valid_from: datetime | None = None
    valid_to: datetime | None = None


def read_anchors(folder: Path) -> dict[str, Anchor]:
    """The anchors of a trust folder by SHA-256; empty when the folder has no list of purposes and dates."""
    path = folder / ANCHORS_FILE
    if not path.exists():
        return {}
    return {
        row["sha256"]: Anchor(
            row["sha256"],
            frozenset(row["purposes"]),
            _moment(row["valid_from"]),
            _moment(row["valid_to"]),
        )
        for row in json.loads(path.read_text("utf-8"))
    }


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def anchor_reasons(
    anchors: dict[str, Anchor], chain: Sequence[bytes], wanted: Iterable[str], at: datetime | None
) -> list[str]:
    """Why a good signature is not covered by the list of anchors: ``anchor_purpose``, ``anchor_not_yet``,
    ``anchor_ended``; empty when it is covered, or when there is no list.

    ``wanted`` are the purposes of which the anchor must have one; ``at`` is when the signature was made.
    """
    if not anchors:
        return []
    fingerprints = (hashlib.sha256(der).hexdigest() for der in reversed(chain))
    found = next((anchors[one] for one in fingerprints if one in anchors), None)
    if found is None:
        return ["untrusted_issuer"]
    if not found.purposes & set(wanted):
        return ["anchor_purpose"]
    moment = at or datetime.now(UTC)
    if found.valid_from is not None and moment < found.valid_from:
        return ["anchor_not_yet"]
    return ["anchor_ended"] if found.valid_to is not None and moment > found.valid_to else []


def is_demo(certificate: bytes) -> bool:
    """True for the demonstration's own authorities and holders, whose names say so."""
    found = _loaded(certificate)
    return found is not None and any(
        part.value == "DEMO" for part in found.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    )


def purposes_of(certificate: bytes) -> frozenset[str]:
    """What a signer's certificate says of its holder (ETSI EN 319 412-5, QcType); both when it does not say."""
    said = {kind for kind in (_qc_type(certificate),) if kind}
    return frozenset(said or {PERSON, ORGANISATION})


def _qc_type(certificate: bytes) -> str:
    try:
        found = x509.load_der_x509_certificate(certificate).extensions.get_extension_for_oid(_QC_STATEMENTS)
    except (ValueError, x509.ExtensionNotFound):
        return ""
    value = found.value
    raw = value.value if isinstance(value, x509.UnrecognizedExtension) else b""
    return next((kind for marker, kind in _QC_TYPES.items() if marker in raw), "")


def chain_of(leaf: bytes, pool: Iterable[bytes], ends: Iterable[bytes] = ()) -> tuple[bytes, ...]:
    """The chain from ``leaf`` upwards through ``pool``, each link checked by its signature.

    It ends at a certificate of ``ends`` (the anchors), at one that signed itself, or where the issuer is unknown.
    """
    known = [found for found in map(_loaded, dict.fromkeys((*ends, *pool))) if found is not None]
    last = set(ends)
    chain = [leaf]
    here = _loaded(leaf)
    while here is not None and len(chain) < MAX_LENGTH and chain[-1] not in last:
        if here.subject == here.issuer:
            break
        here = next((one for one in known if _issued(one, here)), None)
        if here is not None:
            chain.append(here.public_bytes(Encoding.DER))
    return tuple(chain)


@lru_cache(maxsize=512)
def _loaded(der: bytes) -> x509.Certificate | None:
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        return None


@lru_cache(maxsize=512)
def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    if issuer.subject != certificate.issuer:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
