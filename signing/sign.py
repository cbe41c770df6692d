"""A person signs: the leader, or whoever puts initials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from signing.embed import add_proofs, write_signature
from signing.files import replacing, sha256_of
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
    now = timestamper.now()
    trust.check_for_signing(key.certificate, now)
    with replacing(target) as part:
        write_signature(source, part, field, key, timestamper, image=image)
        proofs = trust.evidence(key.certificate, *timestamper.certificates())
        add_proofs(part, *proofs)
        digest = sha256_of(part)
    return Signed(digest, now, certificate_info(key.certificate))
