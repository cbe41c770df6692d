"""The clerk's act: number, date and seal in one revision."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.embed import add_document_timestamp, find_field, write_signature
from signing.errors import SealRefused
from signing.files import replacing, sha256_of
from signing.judge import judge
from signing.keys import SigningKey, certificate_info
from signing.layout import DATE_FIELD, LEADER_FIELD, NUMBER_FIELD, SEAL_FIELD, SEAL_TIMESTAMP
from signing.sign import Signed
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
    now = timestamper.now()
    trust.check_for_signing(key.certificate, now)
    require_leader(judge(source, trust))

    def fill(writer: IncrementalPdfFileWriter) -> None:
        for field, pieces, italic in (
            (NUMBER_FIELD, number_pieces(number), False),
            (DATE_FIELD, [Piece(date)] if isinstance(date, str) else date, True),
        ):
            fill_text_field(writer, find_field(writer, field, "/Tx"), pieces, italic=italic)

    with replacing(target) as part:
        write_signature(source, part, SEAL_FIELD, key, timestamper, image=image, fill=fill)
        proofs = trust.evidence(key.certificate, *timestamper.certificates())
        add_document_timestamp(part, SEAL_TIMESTAMP, timestamper, *proofs)
        digest = sha256_of(part)
    return Signed(digest, now, certificate_info(key.certificate))


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
