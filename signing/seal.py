"""The clerk's act: number, date and seal in one revision."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.embed import (
    append_document_timestamp,
    append_signature,
    digest_of,
    extending,
    find_field,
    foreign_errors,
    open_writer,
)
from signing.errors import SealRefused
from signing.files import replacing
from signing.judge import judge
from signing.keys import SigningKey, certificate_info
from signing.layout import DATE_FIELD, LEADER_FIELD, LEADER_FIELDS, NUMBER_FIELD, SEAL_FIELD, SEAL_TIMESTAMP
from signing.objects import fields
from signing.sign import Signed, check_for_signing
from signing.text import Piece, fill_text_field, number_pieces
from signing.timestamps import Timestamper
from signing.trust import Trust
from signing.verdicts import Judgement


def fill_and_seal(
    source: Path,
    target: Path,
    key: SigningKey,
    timestamper: Timestamper,
    trust: Trust,
    *,
    number: str,
    date: str | Sequence[Piece],
    image: bytes | None = None,
) -> Signed:
    """Fill number and date and seal the document, all in one revision, then time-stamp it (B-LTA).

    ``number`` and ``date`` are what the fields show: the number alone (``1043``) where the symbol is
    printed already, or the whole (``1043/QĐ-STC``); the date in one piece or as pieces for printed gaps.
    ``image`` is the red seal in real size, PNG with transparency (R-SIG-2).  The seal is refused unless
    the leader's signature is judged intact here and now (Decree 30/2020, Art. 32.2; R-SIG-5).

    Raises :class:`SealRefused`, :class:`TextTooLong`, :class:`TextNotDrawable` and what
    :func:`sign_as_person` raises.
    """
    check_for_signing(trust, key.certificate, timestamper.now())
    require_leader(judge(source, trust))
    require_all_signed(source)

    with replacing(target) as part, extending(source, part) as stream:
        proofs = trust.evidence(key.certificate, *timestamper.certificates())
        sealed_at = append_signature(
            stream,
            SEAL_FIELD,
            key,
            timestamper,
            image=image,
            fill=partial(fill_fields, number=number, date=date),
            proofs=proofs,
        )
        later = trust.evidence(key.certificate, *timestamper.certificates())
        append_document_timestamp(stream, SEAL_TIMESTAMP, timestamper, later if later != proofs else None)
        digest = digest_of(stream)
    return Signed(digest, sealed_at, certificate_info(key.certificate))


def fill_fields(writer: IncrementalPdfFileWriter, *, number: str, date: str | Sequence[Piece]) -> None:
    """Write number and date into their fields."""
    for field, pieces, italic in (
        (NUMBER_FIELD, number_pieces(number), False),
        (DATE_FIELD, [Piece(date)] if isinstance(date, str) else date, True),
    ):
        fill_text_field(writer, find_field(writer, field, "/Tx"), pieces, italic=italic)


def require_all_signed(source: Path) -> None:
    """Raise :class:`SealRefused` while a place for a signatory is empty: joint documents are sealed last."""
    with source.open("rb") as stream, foreign_errors("the fields cannot be read"):
        for name, value, _ in fields(open_writer(stream).root, "/Sig"):
            if name in LEADER_FIELDS and value is None:
                raise SealRefused(f"the place {name!r} is not signed yet")


def filled(source: Path) -> list[str]:
    """The names of the text fields in which something stands.  Raises :class:`DamagedDocument`."""
    with source.open("rb") as stream, foreign_errors("the fields cannot be read"):
        return [name for name, value, _ in fields(open_writer(stream).root, "/Tx") if value is not None]


def require_leader(judgement: Judgement) -> None:
    """Raise :class:`SealRefused` unless the leader's signature, and every other one, is good."""
    leader = judgement.signature(LEADER_FIELD)
    if leader is None:
        raise SealRefused("the document does not bear the leader's signature")
    for found in judgement.signatures:
        if not found.passed:
            raise SealRefused(f"signature {found.field!r} is not good: {', '.join(found.reasons)}")
    if judgement.reasons:
        raise SealRefused(f"the file is not as it was signed: {', '.join(judgement.reasons)}")
