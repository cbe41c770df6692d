"""The agency's signature as words: on attachments in files of their own and on certified copies.

Decree 30/2020, App. I Part I II.8b and III.1d, Part II (box 14): at the top right of page 1, no picture, upright
Times New Roman 10 pt in black: what it is, whose, and the time in Vietnam's zone (R-SIG-3, R-SIG-4).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pikepdf
from pyhanko.pdf_utils import generic
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
from signing.errors import AlreadySigned
from signing.files import replacing, sha256_of
from signing.keys import SigningKey, certificate_info
from signing.layout import COPY_FIELDS, LATER_TIMESTAMPS, Box, mm
from signing.objects import add_signature_field, fields, page_reference, resolve, write_in_place
from signing.prepare import page_box
from signing.sanitise import clean
from signing.sign import Signed, check_for_signing
from signing.text import draw_words
from signing.timestamps import Timestamper
from signing.trust import Trust

MARK_FIELD = "mark"
MARK_TIMESTAMP = "ts_mark"
WIDTH, HEIGHT, EDGE = mm(80), mm(13), mm(5)
"""The mark's place and its distance from the edges of the page, in points."""
VIETNAM = timezone(timedelta(hours=7))


def mark_words(words: Sequence[str], at: datetime) -> str:
    """What a mark says: ``Số: 15/QĐ-BNV; 05/01/2026; 09:30:15 +07:00``."""
    local = at.astimezone(VIETNAM)
    return "; ".join([*words, f"{local:%d/%m/%Y}", f"{local:%H:%M:%S} +07:00"])


def prepare_for_mark(source: Path, target: Path) -> str:
    """Clean an unsigned file, make the mark's empty field on page 1, write it to ``target``; its SHA-256.

    Raises :class:`EncryptedDocument`, :class:`AlreadySigned`, :class:`DamagedDocument`.
    """
    with replacing(target) as part:
        clean(source, part)
        _turn_upright(part)
        with part.open("r+b") as stream, foreign_errors("no field can be made in the file"):
            writer = open_writer(stream)
            _, _, right, top = page_box(resolve(page_reference(writer, 0)))
            box = Box(0, right - EDGE - WIDTH, top - EDGE - HEIGHT, right - EDGE, top - EDGE)
            add_signature_field(writer, MARK_FIELD, page=0, rect=box.rect, lock=None)
            write_in_place(writer)
        return sha256_of(part)


def _turn_upright(path: Path) -> None:
    """Turn page 1 itself where only its display was turned, so that its top right is where people see it."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        turned = int(page.obj.get("/Rotate", 0)) % 360
        if not turned:
            return
        x0, y0, x1, y1 = (float(number) for number in page.cropbox)
        width, height = x1 - x0, y1 - y0
        matrix = {
            90: (0, -1, 1, 0, -y0, x1),
            180: (-1, 0, 0, -1, x1, y1),
            270: (0, 1, -1, 0, y1, -x0),
        }[turned]
        page.contents_add(f"q {' '.join(f'{number:.3f}' for number in matrix)} cm".encode(), prepend=True)
        page.contents_add(b"Q")
        size = [0, 0, width, height] if turned == 180 else [0, 0, height, width]
        for name in ("/CropBox", "/TrimBox", "/BleedBox", "/ArtBox", "/Rotate"):
            if name in page.obj:
                del page.obj[name]
        page.mediabox = pikepdf.Array(size)
        pdf.save(
            path,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            fix_metadata_version=False,
            deterministic_id=True,
        )


def sign_with_words(
    source: Path,
    target: Path,
    key: SigningKey,
    timestamper: Timestamper,
    trust: Trust,
    *,
    words: Sequence[str],
) -> Signed:
    """Sign as the agency in the first empty place for words, with the time of signing, at level B-LTA.

    ``source`` was made by :func:`prepare_for_mark`, or is a document of ours that has a place for a copy left;
    earlier signatures stay as they are.  Raises :class:`AlreadySigned` when no place is left,
    :class:`TextTooLong`, :class:`TextNotDrawable` and what :func:`sign_as_person` raises.
    """
    now = timestamper.now()
    check_for_signing(trust, key.certificate, now)
    with replacing(target) as part, extending(source, part) as stream:
        with foreign_errors("the file cannot be signed"):
            field, stamp = _free_places(open_writer(stream))
        proofs = trust.evidence(key.certificate, *timestamper.certificates())
        draw = partial(_draw, field=field, text=mark_words(words, now))
        signed_at = append_signature(stream, field, key, timestamper, image=None, fill=draw, proofs=proofs)
        later = trust.evidence(key.certificate, *timestamper.certificates())
        append_document_timestamp(stream, stamp, timestamper, later if later != proofs else None)
        digest = digest_of(stream)
    return Signed(digest, signed_at, certificate_info(key.certificate))


def _draw(writer: IncrementalPdfFileWriter, *, field: str, text: str) -> None:
    widget = find_field(writer, field, "/Sig")
    draw_words(writer, resolve(widget), text)


def _free_places(writer: IncrementalPdfFileWriter) -> tuple[str, str]:
    """The first empty field for words, and the name of a time stamp that no field bears yet."""
    known: dict[str, generic.PdfObject | None] = {name: held for name, held, _ in fields(writer.root, "/Sig")}
    for name in (MARK_FIELD, *COPY_FIELDS):
        if name in known and known[name] is None:
            names = (MARK_TIMESTAMP,) if name == MARK_FIELD else LATER_TIMESTAMPS
            free = next((stamp for stamp in names if stamp not in known), None)
            if free:
                return name, free
    raise AlreadySigned("no place is left for a further signature of an agency")
