"""A person signs: the leader, or whoever puts initials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import IO

from signing.embed import append_proofs, append_signature, digest_of, extending
from signing.files import replacing
from signing.keys import CertificateInfo, SigningKey, certificate_info
from signing.layout import LEADER_FIELD
from signing.timestamps import Timestamper
from signing.trust import Trust


@dataclass(frozen=True, slots=True)
class Signed:
    """A file that was just signed."""

    sha256: str
    signed_at: datetime
    certificate: CertificateInfo
    lacks: tuple[str, ...] = ()
    """What could not be had and is to be added later (:data:`signing.proving.LACKS`); empty when nothing is."""


def sign_as_person(
    source: Path,
    target: Path,
    key: SigningKey,
    timestamper: Timestamper,
    trust: Trust,
    *,
    image: bytes | None = None,
    field: str = LEADER_FIELD,
) -> Signed:
    """Sign the prepared ``source`` in ``field`` and write the result to ``target``, at level B-LT.

    ``image`` is the blue picture of the handwritten signature, PNG with transparency (Decree 30/2020,
    App. I, II.7d; R-SIG-1).  The certificate is checked first (R-SIG-6).

    Raises :class:`CertificateExpired`, :class:`CertificateNotYetValid`, :class:`CertificateNotTrusted`,
    :class:`AlreadySigned`, :class:`FieldMissing`, :class:`EncryptedDocument`, :class:`DamagedDocument`,
    :class:`TimestampUnavailable`, :class:`BadImage`.
    """
    check_for_signing(trust, key.certificate, timestamper.now())
    with replacing(target) as part, extending(source, part) as stream:
        proofs = trust.evidence(key.certificate, *timestamper.certificates())
        signed_at = append_signature(stream, field, key, timestamper, image=image, proofs=proofs)
        complete_proofs(stream, key, timestamper, trust, proofs)
        digest = digest_of(stream)
    return Signed(digest, signed_at, certificate_info(key.certificate))


def sign_basic(
    source: Path, target: Path, key: SigningKey, *, image: bytes | None = None, field: str = LEADER_FIELD
) -> Signed:
    """Sign the prepared ``source`` in ``field`` at level B-B: no time stamp, no proofs, no network.

    For documents that live a short time, and for measuring what the library itself costs.  Raises what
    :func:`sign_as_person` raises, without the trust in the certificate being asked.
    """
    info = certificate_info(key.certificate)
    info.check_valid(datetime.now(UTC))
    with replacing(target) as part, extending(source, part) as stream:
        signed_at = append_signature(stream, field, key, None, image=image)
        digest = digest_of(stream)
    return Signed(digest, signed_at, info)


def complete_proofs(
    stream: IO[bytes],
    key: SigningKey,
    timestamper: Timestamper,
    trust: Trust,
    known: tuple[tuple[bytes, ...], tuple[bytes, ...]],
) -> None:
    """Add in a revision of their own the proofs that only the time stamp just received made known."""
    certificates, lists = trust.evidence(key.certificate, *timestamper.certificates())
    missing = tuple(set(certificates) - set(known[0])), tuple(set(lists) - set(known[1]))
    if any(missing):
        append_proofs(stream, missing)


def check_for_signing(trust: Trust, certificate: bytes, at: datetime) -> None:
    """Check that a certificate may sign ``at`` this time; see :meth:`Trust.check_for_signing` (R-SIG-6).

    Its own dates are looked at each time; the path to a root, which cannot change while the same roots and
    revocation lists are trusted, once a minute.
    """
    certificate_info(certificate).check_valid(at)
    _check_path(trust, certificate, at.replace(second=0, microsecond=0))


@lru_cache(maxsize=64)
def _check_path(trust: Trust, certificate: bytes, minute: datetime) -> None:
    trust.check_for_signing(certificate, minute)
