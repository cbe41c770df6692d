"""Official documents in the format of Decree 30/2020/NĐ-CP, Appendices I and III.

The words of the form ("Kính gửi", "Nơi nhận") are Vietnamese by law and are not translated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal

from signing.layout import Box, Places, line_box, seal_box

from .blocks import Block, pieces
from .errors import NotALetter
from .press import A4_HEIGHT, Mark, Press
from .text import capitals, clean, clean_lines, date_text, ended_lines, number_text

SIGNATURE_MM = (60.0, 27.0)
"""Width and height of the place of the signature, between position and name."""

HEAD_SIZE = 13.0
"""Size of number and date, in points (App. I, II.3 and II.4)."""

_WIDEST_DAY = date(2026, 12, 30)
_ASCENT = 0.8


class Urgency(Enum):
    """Mức độ khẩn: the words of the stamp and its width in mm (App. I, II.10.b); the height is 8 mm."""

    NORMAL = ("", 0)
    URGENT = ("KHẨN", 20)
    VERY_URGENT = ("THƯỢNG KHẨN", 40)
    EXPRESS = ("HỎA TỐC", 30)


class Layout(Enum):
    """Which sample of Appendix III a document follows."""

    LETTER = "letter"
    """Công văn (sample 1.5): the summary under the number, no kind."""
    NAMED = "named"
    """Documents that bear their kind (samples 1.4, 1.6, 1.7)."""
    DECISION = "decision"
    """Quyết định, nghị quyết (samples 1.1 to 1.3): authority, legal grounds, articles."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The parts of an official document, in ordinary letters; capitals are set where the format wants them.

    ``kind`` and ``kind_code`` are name and abbreviation of the kind ("Quyết định", "QĐ"; "Công văn", "").
    ``symbol`` is what follows the stroke ("SNV-CCHC").  ``number`` and ``issued_on`` stay None in a draft:
    their places are then blank, for the clerk to fill.  ``authority`` is the line over the legal grounds of
    a decision ("Giám đốc Sở Nội vụ"); empty means the agency.  ``position_lines`` are the prefix and the
    position ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC").  ``file_copy`` is the last line of the recipients
    ("Lưu: VT, CCHC").  ``agency`` may hold a line end where its name is to break.
    ``number_room`` is the number of digits the blank number must take.
    """

    agency: str
    place: str
    kind: str
    symbol: str
    summary: str
    position_lines: tuple[str, ...]
    signer: str
    superior: str = ""
    kind_code: str = ""
    urgency: Urgency = Urgency.NORMAL
    addressees: tuple[str, ...] = ()
    authority: str = ""
    grounds: tuple[str, ...] = ()
    body: tuple[Block, ...] = ()
    recipients: tuple[str, ...] = ()
    file_copy: str = "Lưu: VT"
    number: str | None = None
    issued_on: date | None = None
    body_size: Literal[13, 14] = 14
    number_room: int = 5


@dataclass(frozen=True, slots=True)
class ComposedLetter:
    """A document as PDF/A-2b, the places of number, date, signature and seal, and the number of pages."""

    pdf: bytes
    places: Places
    pages: int


_press = Press("letter")


def layout_of(kind: str, kind_code: str) -> Layout:
    """The layout of a kind of document, from its name and abbreviation."""
    if kind_code in {"QĐ", "NQ"}:
        return Layout.DECISION
    if not kind_code and clean(kind).casefold() in {"", "công văn"}:
        return Layout.LETTER
    return Layout.NAMED


def compose_letter(letter: Letter, *, made_at: datetime | None = None) -> ComposedLetter:
    """Compose ``letter``; the same letter and ``made_at`` give the same bytes on every machine.

    The place of the number is the blank between "Số:" and the stroke; the place of the date takes the whole
    "ngày … tháng … năm …" after the name of the place.  Raises :class:`NotALetter` when a part is missing and
    :class:`UnprintableText` when a sign cannot be printed.
    """
    _check(letter)
    sheet = _press.compose(_letter_data(letter), made_at=made_at)
    signature = _box(sheet.marks["signature"])
    places = Places(
        number=_line(sheet.marks["number"]),
        date=_line(sheet.marks["date"]),
        signature=signature,
        seal=seal_box(signature),
    )
    return ComposedLetter(sheet.pdf, places, sheet.pages)


def _check(letter: Letter) -> None:
    for part in ("agency", "place", "symbol", "signer"):
        if not clean(getattr(letter, part)):
            raise NotALetter(part, "must not be empty")
    if not any(clean(line) for line in letter.position_lines):
        raise NotALetter("position_lines", "must not be empty")
    if not 1 <= letter.number_room <= 11:
        raise NotALetter("number_room", "must be from 1 to 11 digits")


def _box(mark: Mark) -> Box:
    top = A4_HEIGHT - mark.top
    return Box(mark.page, mark.x, top - mark.height, mark.x + mark.width, top)


def _line(mark: Mark) -> Box:
    baseline = A4_HEIGHT - mark.top - _ASCENT * HEAD_SIZE
    return line_box(mark.page, mark.x, baseline, mark.width, HEAD_SIZE)


def _letter_data(letter: Letter) -> dict[str, Any]:
    layout = layout_of(letter.kind, letter.kind_code)
    agency = clean(letter.agency)
    kind = clean(letter.kind)
    label, width = letter.urgency.value
    return {
        "layout": layout.value,
        "title": " ".join(part for part in (kind, clean(letter.summary)) if part) or agency,
        "superior": capitals(clean_lines(letter.superior)),
        "agency": capitals(clean_lines(letter.agency)),
        "place": clean(letter.place),
        "kind": capitals(kind),
        "number": None if letter.number is None else number_text(letter.number),
        "number_room": letter.number_room,
        "symbol": clean(letter.symbol),
        "date": None if letter.issued_on is None else date_text(letter.issued_on),
        "widest_date": date_text(_WIDEST_DAY),
        "summary": _summary(letter.summary, layout),
        "urgency": {"label": label, "width_mm": width} if label else None,
        "address_label": _address_label(letter.kind_code, agency),
        "addressees": ended_lines(letter.addressees),
        "authority": capitals(clean(letter.authority) or agency) if layout is Layout.DECISION else "",
        "grounds": ended_lines(letter.grounds),
        "resolves": _resolves(letter, layout),
        "body": pieces(letter.body),
        "position_lines": [capitals(line) for line in map(clean, letter.position_lines) if line],
        "signer": clean(letter.signer),
        "recipients": ended_lines([*letter.recipients, letter.file_copy]),
        "body_size": letter.body_size,
        "signature_width_mm": SIGNATURE_MM[0],
        "signature_height_mm": SIGNATURE_MM[1],
    }


def _summary(summary: str, layout: Layout) -> str:
    text = clean(summary)
    if layout is not Layout.LETTER or not text or text.casefold().startswith("v/v"):
        return text
    return f"V/v {text.removeprefix('Về việc ').removeprefix('về việc ')}"


def _resolves(letter: Letter, layout: Layout) -> str:
    if layout is not Layout.DECISION:
        return ""
    return "QUYẾT NGHỊ:" if letter.kind_code == "NQ" else "QUYẾT ĐỊNH:"


def _address_label(kind_code: str, agency: str) -> str:
    """What stands before the addressees (samples 1.5, 1.6 and 1.7)."""
    if kind_code == "GM":
        return f"{agency} trân trọng kính mời:"
    return f"{agency} điện:" if kind_code == "CĐ" else "Kính gửi:"
