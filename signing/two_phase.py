"""Signatures in two phases, for keys that are elsewhere: on a person's own token, at a remote service.

The first phase is an ordinary signature by a key that only remembers what it was asked to sign: what is
prepared is, by construction, what signing at once would have written.  The second puts the signature value
that came back into the room kept for it and adds the proofs.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from signing import cms
from signing.embed import Filler, add_document_timestamp, add_proofs, find_field, foreign_errors, write_signature
from signing.errors import (
    DamagedDocument,
    PreparationChanged,
    PreparationExpired,
    PreparationUsed,
    SigningError,
)
from signing.files import replacing, sha256_of
from signing.judge import judge
from signing.keys import certificate_info
from signing.layout import DATE_FIELD, LEADER_FIELD, LEADER_FIELDS, NUMBER_FIELD, SEAL_FIELD, SEAL_TIMESTAMP
from signing.objects import fields
from signing.proving import TIME, Gathered, Patient, lacking
from signing.raw import algorithm_of, check_raw
from signing.seal import require_all_signed, require_leader
from signing.sign import Signed
from signing.text import Piece, fill_text_field, number_pieces
from signing.timestamps import Timestamper
from signing.trust import Trust

LIFETIME = timedelta(minutes=10)
"""How long a prepared signature waits for its key, unless told otherwise."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Holder:
    """The certificate of a key that is elsewhere, with what stands above it (DER)."""

    certificate: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False, default=())

    @property
    def algorithm(self) -> Literal["rsa", "ec"]:
        """Kind of the key; raises :class:`UnknownKey` for others."""
        return algorithm_of(self.certificate)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that waits for one signature value: everything the second phase needs, and no secret.

    ``path`` is the file with zeros where the signature belongs; ``attributes`` is what is signed (DER, SET
    OF Attribute; RFC 5652, 5.4); ``room`` is where the room for the signature begins and ends, in bytes.
    """

    path: Path
    sha256: str
    base_sha256: str
    base_size: int
    field: str
    room: tuple[int, int]
    attributes: bytes
    holder: Holder
    prepared_at: datetime
    expires_at: datetime

    @property
    def digest(self) -> bytes:
        """SHA-256 of what is signed: what services that sign hashes are given."""
        return hashlib.sha256(self.attributes).digest()

    def facts(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "path": str(self.path),
            "sha256": self.sha256,
            "base_sha256": self.base_sha256,
            "base_size": self.base_size,
            "field": self.field,
            "room": list(self.room),
            "attributes": b64encode(self.attributes).decode(),
            "certificate": b64encode(self.holder.certificate).decode(),
            "chain": [b64encode(der).decode() for der in self.holder.chain],
            "prepared_at": self.prepared_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
        }

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> Prepared:
        """The opposite of :meth:`facts`; raises ``KeyError`` or ``ValueError`` for anything else."""
        start, end = facts["room"]
        return cls(
            path=Path(facts["path"]),
            sha256=facts["sha256"],
            base_sha256=facts["base_sha256"],
            base_size=facts["base_size"],
            field=facts["field"],
            room=(start, end),
            attributes=b64decode(facts["attributes"]),
            holder=Holder(b64decode(facts["certificate"]), tuple(b64decode(der) for der in facts["chain"])),
            prepared_at=datetime.fromisoformat(facts["prepared_at"]),
            expires_at=datetime.fromisoformat(facts["expires_at"]),
        )


def prepare_signature(
    source: Path,
    folder: Path,
    holder: Holder,
    timestamper: Timestamper,
    trust: Trust,
    *,
    base_sha256: str,
    image: bytes | None = None,
    field: str = LEADER_FIELD,
    lifetime: timedelta = LIFETIME,
    may_lack: Collection[str] = (),
) -> Prepared:
    """First phase of a person's signature: write ``source`` with an empty signature into ``folder``.

    ``base_sha256`` is the hash of the file that was agreed to.  The certificate is checked first (R-SIG-6).
    Raises :class:`PreparationChanged` when ``source`` is another file, and what :func:`sign_as_person`
    raises, but no :class:`TimestampUnavailable`.
    """
    lenient = may_lack if field in LEADER_FIELDS else ()
    return _prepare(source, folder, holder, timestamper, trust, base_sha256, field, image, lifetime, lenient)


def prepare_seal(
    source: Path,
    folder: Path,
    holder: Holder,
    timestamper: Timestamper,
    trust: Trust,
    *,
    base_sha256: str,
    number: str,
    date: str | Sequence[Piece],
    image: bytes | None = None,
    lifetime: timedelta = LIFETIME,
) -> Prepared:
    """First phase of the agency's seal: number, date and an empty seal in one revision.

    Refused unless the leader's signature is judged intact now, as in :func:`fill_and_seal`, whose
    arguments and errors these are.
    """
    require_leader(judge(source, trust))
    require_all_signed(source)
    fill = partial(_fill, number=number, date=date)
    return _prepare(source, folder, holder, timestamper, trust, base_sha256, SEAL_FIELD, image, lifetime, (), fill)


def _fill(writer: IncrementalPdfFileWriter, *, number: str, date: str | Sequence[Piece]) -> None:
    pieces = [Piece(date)] if isinstance(date, str) else date
    fill_text_field(writer, find_field(writer, NUMBER_FIELD, "/Tx"), number_pieces(number), italic=False)
    fill_text_field(writer, find_field(writer, DATE_FIELD, "/Tx"), pieces, italic=True)


def _prepare(
    source: Path,
    folder: Path,
    holder: Holder,
    timestamper: Timestamper,
    trust: Trust,
    base_sha256: str,
    field: str,
    image: bytes | None,
    lifetime: timedelta,
    may_lack: Collection[str],
    fill: Filler | None = None,
) -> Prepared:
    Gathered(trust, may_lack).check(holder.certificate, timestamper.now())
    target = folder / f"{secrets.token_hex(16)}.prepared"
    with replacing(target) as part:
        copy = part.with_suffix(".source")
        try:
            shutil.copyfile(source, copy)  # what is hashed is what is signed, whatever becomes of the source
            if sha256_of(copy) != base_sha256:
                raise PreparationChanged("the file is not the one that was agreed to")
            key = _Remembering(holder)
            write_signature(copy, part, field, key, _Unstamped(timestamper), image=image, fill=fill)
            size = copy.stat().st_size
        finally:
            copy.unlink(missing_ok=True)
        room = _room(part, field)
        _write_room(part, room, b"")
        digest = sha256_of(part)
    started = datetime.now(UTC)
    return Prepared(target, digest, base_sha256, size, field, room, key.attributes, holder, started, started + lifetime)


def finish_signature(
    prepared: Prepared,
    raw: bytes,
    target: Path,
    timestamper: Timestamper,
    trust: Trust,
    *,
    base_sha256: str,
    at: datetime | None = None,
    may_lack: Collection[str] = (),
) -> Signed:
    """Second phase: put the signature value ``raw`` into the prepared file, prove it, write ``target``.

    A person's signature becomes level B-LT, the seal B-LTA.  What ``may_lack`` names and cannot be had now is left
    for later where a person signed (:func:`signing.proving.prove`).  ``raw`` is PKCS#1 v1.5 (RSA) or DER (ECDSA) over
    ``prepared.attributes``; ``base_sha256`` is the hash of the document's file as it stands now.  The
    prepared file is used up by success alone: when the time-stamp authority is away, try again.

    Raises :class:`PreparationUsed`, :class:`PreparationExpired`, :class:`PreparationChanged`,
    :class:`WrongSignature`, :class:`CertificateNotTrusted`, :class:`TimestampUnavailable`; nothing is
    written then.
    """
    now = timestamper.now()
    if (at or datetime.now(UTC)) >= prepared.expires_at:
        raise PreparationExpired("the prepared signature waited too long")
    if base_sha256 != prepared.base_sha256:
        raise PreparationChanged("the document has another file now")
    check_signature(prepared, raw)
    if prepared.field not in LEADER_FIELDS:
        may_lack = ()  # nobody waits for the rest: neither after a seal nor after initials
    patient, gathered = Patient(timestamper), Gathered(trust, may_lack)
    gathered.check(prepared.holder.certificate, now)
    with _claimed(prepared) as claimed, replacing(target) as part:
        shutil.copyfile(claimed, part)
        digest = _check_prepared(part, prepared)
        key = _Answering(prepared.holder, prepared.attributes, raw)
        stamper = patient if TIME in may_lack else timestamper
        _write_room(part, prepared.room, cms.signature(key, digest, stamper.token))
        proofs = gathered.evidence(prepared.holder.certificate, *timestamper.certificates())
        if prepared.field == SEAL_FIELD:
            add_document_timestamp(part, SEAL_TIMESTAMP, timestamper, *proofs)
        else:
            add_proofs(part, *proofs)
        result = sha256_of(part)
    return Signed(result, now, certificate_info(prepared.holder.certificate), lacking(patient, gathered))


def check_signature(prepared: Prepared, raw: bytes) -> None:
    """Raise :class:`WrongSignature` unless ``raw`` was made by the holder's key over this very preparation."""
    check_raw(prepared.holder.certificate, prepared.attributes, raw)


def discard(prepared: Prepared) -> None:
    """Give up a preparation; its file goes, and nothing can be finished with it any more."""
    prepared.path.unlink(missing_ok=True)
    _claim_of(prepared).unlink(missing_ok=True)


# --- the keys of the two phases -------------------------------------------------------------------------------------
@dataclass(slots=True)
class _OfHolder:
    """What a key says of itself is known; the key itself is elsewhere."""

    holder: Holder

    @property
    def certificate(self) -> bytes:
        return self.holder.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        return self.holder.chain

    @property
    def algorithm(self) -> Literal["rsa", "ec"]:
        return self.holder.algorithm


@dataclass(slots=True)
class _Remembering(_OfHolder):
    """The key of the first phase: signs nothing and remembers what it should have signed."""

    attributes: bytes = b""

    def sign(self, data: bytes) -> bytes:
        self.attributes = data
        return b""


@dataclass(slots=True)
class _Answering(_OfHolder):
    """The key of the second phase: has one answer to one question."""

    attributes: bytes
    raw: bytes

    def sign(self, data: bytes) -> bytes:
        if data != self.attributes:
            raise PreparationChanged("the prepared file is not the one whose attributes were signed")
        return self.raw


@dataclass(frozen=True, slots=True)
class _Unstamped:
    """The time of a time-stamping authority without its stamps: the first phase has nothing to stamp yet."""

    timestamper: Timestamper

    def now(self) -> datetime:
        return self.timestamper.now()

    def certificates(self) -> tuple[bytes, ...]:
        return self.timestamper.certificates()

    def token(self, digest: bytes) -> bytes:
        return b""


# --- the prepared file ----------------------------------------------------------------------------------------------
def _room(path: Path, field: str) -> tuple[int, int]:
    """Where the room for the signature in ``field`` begins and ends, its angle brackets included."""
    with path.open("rb") as stream, foreign_errors("the prepared file cannot be read"):
        for _, value, _ in fields(PdfFileReader(stream).root, "/Sig", field):
            if value is not None:
                first, start, end, rest = (int(number) for number in value.get_object()["/ByteRange"])
                if first == 0 and 0 < start < end and end + rest == path.stat().st_size:
                    return start, end
    raise DamagedDocument("the prepared file has no room for the signature")


def _write_room(path: Path, room: tuple[int, int], content: bytes) -> None:
    """Fill the room with ``content`` in hexadecimal, and zeros behind it."""
    start, end = room
    wide = end - start - 2
    if 2 * len(content) > wide:
        raise SigningError("the signature with its certificates is larger than the room kept for it")
    with path.open("r+b") as stream:
        stream.seek(start + 1)
        stream.write(content.hex().encode().ljust(wide, b"0"))


def _check_prepared(path: Path, prepared: Prepared) -> bytes:
    """SHA-256 over the signed ranges, after a look that this is the file that was prepared from that base."""
    start, end = prepared.room
    whole, base, signed = hashlib.sha256(), hashlib.sha256(), hashlib.sha256()
    position = 0
    with path.open("rb") as stream:
        while part := stream.read(_CHUNK):
            whole.update(part)
            base.update(part[: max(prepared.base_size - position, 0)])
            signed.update(part[: max(start - position, 0)])
            signed.update(part[max(end - position, 0) :])
            position += len(part)
    if whole.hexdigest() != prepared.sha256 or base.hexdigest() != prepared.base_sha256:
        raise PreparationChanged("the prepared file was changed")
    return signed.digest()


def _claim_of(prepared: Prepared) -> Path:
    return prepared.path.with_suffix(".claimed")


@contextmanager
def _claimed(prepared: Prepared) -> Iterator[Path]:
    """The prepared file for this caller alone; gone after success, back in its place after an error."""
    claim = _claim_of(prepared)
    try:
        os.rename(prepared.path, claim)
    except FileNotFoundError:
        raise PreparationUsed("the prepared signature was used already") from None
    try:
        yield claim
    except BaseException:
        os.rename(claim, prepared.path)
        raise
    claim.unlink()
