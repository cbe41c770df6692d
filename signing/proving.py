"""Catching up on what a signature lacked when it was made: a trusted time, and proofs that it was good then.

A leader may sign while every time-stamping authority is away (:func:`signing.sign.sign_basic`, level B-B).  The
document then waits, and is proven as soon as an authority answers; never is it passed off as more than it is.
"""

from __future__ import annotations

from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader

from signing.embed import (
    append_document_timestamp,
    append_proofs,
    digest_of,
    extending,
    foreign_errors,
)
from signing.errors import AlreadySigned, FieldMissing
from signing.files import replacing
from signing.layout import LEADER_TIMESTAMP, SEAL_FIELD
from signing.timestamps import Timestamper
from signing.trust import Trust

_STAMP = "signature_time_stamp_token"


def is_proven(source: Path) -> bool:
    """Whether the leader's signature rests on a time stamp of its own or of the document."""
    with source.open("rb") as stream, foreign_errors("the document cannot be read"):
        reader = PdfFileReader(stream)
        return bool(reader.embedded_timestamp_signatures) or all(
            any(attribute["type"].native == _STAMP for attribute in one.signer_info["unsigned_attrs"])
            for one in reader.embedded_regular_signatures
        )


def prove(source: Path, target: Path, timestamper: Timestamper, trust: Trust) -> str:
    """Add the proofs of every signature in ``source`` and a time stamp over all of it; gives the SHA-256 of ``target``.

    For a document that the leader signed and nobody sealed yet: the time stamp takes the field that the leader's lock
    leaves open for it.  The certificates are looked at as of now: what was revoked meanwhile is not proven.

    Raises :class:`FieldMissing` when nobody signed, :class:`AlreadySigned` when it is proven or sealed already,
    :class:`CertificateNotTrusted`, :class:`CertificateRevoked`, :class:`RevocationUnknown`,
    :class:`TimestampUnavailable`; the document then waits on.
    """
    signers = _signers(source)
    now = timestamper.now()
    for certificate in signers:
        trust.check_for_signing(certificate, now)
    with replacing(target) as part, extending(source, part) as stream:
        known = trust.evidence(*signers, *timestamper.certificates())
        append_document_timestamp(stream, LEADER_TIMESTAMP, timestamper, known)
        later = trust.evidence(*signers, *timestamper.certificates())
        if later != known:
            append_proofs(stream, later)
        return digest_of(stream)


def _signers(source: Path) -> tuple[bytes, ...]:
    """The certificates of everybody who signed, DER; refuses what is not to be proven."""
    with source.open("rb") as stream, foreign_errors("the document cannot be read"):
        reader = PdfFileReader(stream)
        signed = {one.field_name: one.signer_cert.dump() for one in reader.embedded_regular_signatures}
        stamped = {one.field_name for one in reader.embedded_timestamp_signatures}
    if not signed:
        raise FieldMissing("nobody signed the document")
    if SEAL_FIELD in signed or LEADER_TIMESTAMP in stamped:
        raise AlreadySigned("the document is proven or sealed already")
    return tuple(dict.fromkeys(signed.values()))
