"""Catching up on what a signature lacked when it was made: a trusted time, and proofs that it was good then.

A leader may sign while every time-stamping authority is away, where the office allows it (level B-B instead of
B-LT).  The document then waits, and is proven as soon as an authority answers; never is it passed off as more than
it is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader

from signing.embed import (
    append_document_timestamp,
    append_proofs,
    append_signature,
    digest_of,
    extending,
    foreign_errors,
)
from signing.errors import AlreadySigned, FieldMissing, RevocationUnknown, TimestampUnavailable
from signing.files import replacing
from signing.keys import SigningKey, certificate_info
from signing.layout import LATER_TIMESTAMPS, LEADER_FIELD, LEADER_FIELDS, LEADER_TIMESTAMP, SEAL_FIELD
from signing.sign import Signed, check_for_signing, sign_as_person
from signing.timestamps import FailoverTimestamper, Timestamper
from signing.trust import Trust

TIME, STATUS = "time", "status"
_STAMP = "signature_time_stamp_token"
LACKS = {TIME: TimestampUnavailable.code, STATUS: RevocationUnknown.code}
"""What a signature may lack for a while: a trusted time; the authority's word that the certificate is not revoked."""


@dataclass
class Patient:
    """A time-stamping authority that may be away: it then gives no token (empty bytes) and remembers that."""

    inner: Timestamper
    missed: bool = field(default=False, init=False)

    def now(self) -> datetime:
        """The clock's time."""
        return self.inner.now()

    def certificates(self) -> tuple[bytes, ...]:
        """As far as a token showed them."""
        return self.inner.certificates()

    def token(self, digest: bytes) -> bytes:
        """A token over a SHA-256 digest, empty when no authority gives one, or none did a moment ago.

        So a pile does not wait for each hanging authority with each of its documents.
        """
        if isinstance(self.inner, FailoverTimestamper) and self.inner.is_away:
            self.missed = True
            return b""
        try:
            return self.inner.token(digest)
        except TimestampUnavailable:
            self.missed = True
            return b""


@dataclass
class Gathered:
    """Proofs as far as they can be had: ``lacks`` grows by ``status`` where that is allowed."""

    trust: Trust
    may_lack: Collection[str]
    lacks: list[str] = field(default_factory=list)

    def check(self, certificate: bytes, at: datetime) -> None:
        """Check before signing; raises what :func:`signing.sign.check_for_signing` raises.

        Where nobody tells whether the certificate is revoked, its path, its purpose and its dates are still checked.
        """
        try:
            check_for_signing(self.trust, certificate, at)
        except RevocationUnknown as unknown:
            self._lack_status(unknown)
            check_for_signing(_unasked(self.trust), certificate, at)

    def evidence(self, *leaves: bytes) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        """Certificates and proofs; without proofs where the authorities do not tell."""
        try:
            return self.trust.evidence(*leaves)
        except RevocationUnknown as unknown:
            self._lack_status(unknown)
            return _unasked(self.trust).evidence(*leaves)[0], ()

    def _lack_status(self, unknown: RevocationUnknown) -> None:
        if STATUS not in self.may_lack:
            raise unknown
        if STATUS not in self.lacks:
            self.lacks.append(STATUS)


@lru_cache(maxsize=8)
def _unasked(trust: Trust) -> Trust:
    """The same trust that asks nobody and takes silence for consent."""
    return Trust(trust.roots, trust.intermediates, trust.crls, "soft-fail")


def sign_as_person_or_wait(
    source: Path,
    target: Path,
    key: SigningKey,
    timestamper: Timestamper,
    trust: Trust,
    *,
    image: bytes | None = None,
    field: str = LEADER_FIELD,
    may_lack: Collection[str] = (),
) -> Signed:
    """Sign as :func:`signing.sign_as_person` does; what ``may_lack`` names and cannot be had now is left for later.

    That is for leaders only; initials are complete or not made.  ``Signed.lacks`` says what :func:`prove` is to add.
    The key is used once, whatever is away.  Raises what :func:`signing.sign_as_person` raises, except for what may
    lack.
    """
    if not may_lack or field not in LEADER_FIELDS:
        return sign_as_person(source, target, key, timestamper, trust, image=image, field=field)
    patient = Patient(timestamper)
    if STATUS not in may_lack:
        signed = sign_as_person(source, target, key, patient, trust, image=image, field=field)
        return replace(signed, lacks=(TIME,) if patient.missed else ())
    stamper = patient if TIME in may_lack else timestamper
    gathered = Gathered(trust, may_lack)
    gathered.check(key.certificate, timestamper.now())
    with replacing(target) as part, extending(source, part) as stream:
        known = gathered.evidence(key.certificate, *timestamper.certificates())
        signed_at = append_signature(stream, field, key, stamper, image=image, proofs=known)
        later = gathered.evidence(key.certificate, *timestamper.certificates())
        if not patient.missed and later != known:
            append_proofs(stream, later)
        digest = digest_of(stream)
    return Signed(digest, signed_at, certificate_info(key.certificate), lacking(patient, gathered))


def lacking(patient: Patient, gathered: Gathered) -> tuple[str, ...]:
    """What a signature lacks that was made with these."""
    return ((TIME,) if patient.missed else ()) + tuple(gathered.lacks)


def is_proven(source: Path) -> bool:
    """Whether every signature rests on a time stamp: of its own, or of the document after it."""
    with source.open("rb") as stream, foreign_errors("the document cannot be read"):
        reader = PdfFileReader(stream)
        last = max((one.signed_revision for one in reader.embedded_timestamp_signatures), default=-1)
        return all(
            one.signed_revision < last
            or any(attribute["type"].native == _STAMP for attribute in one.signer_info["unsigned_attrs"])
            for one in reader.embedded_regular_signatures
        )


def prove(source: Path, target: Path, timestamper: Timestamper, trust: Trust) -> str:
    """Add the proofs of every signature in ``source`` and a time stamp over all of it; gives the SHA-256 of ``target``.

    For a document that is not sealed yet: the time stamp takes the first field that the leader's lock leaves open for
    it.  The certificates are looked at as of now: what was revoked meanwhile is not proven.

    Raises :class:`FieldMissing` when nobody signed, :class:`AlreadySigned` when it is proven or sealed already,
    :class:`CertificateNotTrusted`, :class:`CertificateRevoked`, :class:`RevocationUnknown`,
    :class:`TimestampUnavailable`; the document then waits on.
    """
    signers, name = _signers(source)
    now = timestamper.now()
    for certificate in signers:
        trust.check_for_signing(certificate, now)
    return stamp(source, target, name, signers, timestamper, trust)


def stamp(
    source: Path, target: Path, name: str, certificates: Collection[bytes], timestamper: Timestamper, trust: Trust
) -> str:
    """Add proofs for ``certificates`` (DER) and a document time stamp in field ``name``; gives the SHA-256.

    What is first known of the authority by this very time stamp follows behind it.
    """
    with replacing(target) as part, extending(source, part) as stream:
        known = trust.evidence(*certificates, *timestamper.certificates())
        append_document_timestamp(stream, name, timestamper, known)
        later = trust.evidence(*certificates, *timestamper.certificates())
        if later != known:
            append_proofs(stream, later)
        return digest_of(stream)


def _signers(source: Path) -> tuple[tuple[bytes, ...], str]:
    """The certificates of everybody who signed (DER), and the field of the time stamp to come."""
    with source.open("rb") as stream, foreign_errors("the document cannot be read"):
        reader = PdfFileReader(stream)
        signed = {one.field_name: one for one in reader.embedded_regular_signatures}
        stamped = {one.field_name: one.signed_revision for one in reader.embedded_timestamp_signatures}
        certificates = tuple(dict.fromkeys(one.signer_cert.dump() for one in signed.values()))
        newest = max((one.signed_revision for one in signed.values()), default=-1)
    if not signed:
        raise FieldMissing("nobody signed the document")
    if SEAL_FIELD in signed or any(revision > newest for revision in stamped.values()):
        raise AlreadySigned("the document is proven or sealed already")
    free = (name for name in (LEADER_TIMESTAMP, *LATER_TIMESTAMPS) if name not in stamped)
    return certificates, next(free)
