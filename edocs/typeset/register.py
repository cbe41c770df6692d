"""Registers printed to be signed and bound as books (Decree 30/2020, Art. 15, 22 and Appendix IV)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any

from .press import Press, Sheet
from .slip import printed_text
from .text import capitals, clean, clean_lines

_DOTS = "......."


@dataclass(frozen=True, slots=True)
class RegisterBook:
    """The cover of a register: whose it is, which year, days and numbers, which volume; who prints it when.

    ``title`` replaces the usual title ("Sổ đăng ký văn bản đến", "… đi") for a book with a name of its own.
    ``printed_at`` is local time.
    """

    agency: str
    year: int
    printed_by: str
    printed_at: datetime
    superior: str = ""
    title: str = ""
    first_day: date | None = None
    last_day: date | None = None
    first_number: str = ""
    last_number: str = ""
    volume: str = ""


@dataclass(frozen=True, slots=True)
class IncomingLine:
    """A line of the register of incoming documents, in the order of its ten columns."""

    arrived_on: date
    arrival_number: str
    issuer: str
    code: str
    issued_on: date | None
    kind_and_summary: str
    receiver: str = ""
    handed_over_on: date | None = None
    acknowledged: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingLine:
    """A line of the register of outgoing documents, in the order of its ten columns."""

    code: str
    issued_on: date
    kind_and_summary: str
    signer: str
    recipients: str
    file_copy: str = ""
    copies: str = ""
    sent_on: date | None = None
    acknowledged: str = ""
    note: str = ""


INCOMING_COLUMNS = (
    ("Ngày đến", 20),
    ("Số đến", 14),
    ("Tác giả", 33),
    ("Số, ký hiệu văn bản", 33),
    ("Ngày tháng văn bản", 20),
    ("Tên loại và trích yếu nội dung văn bản", 66),
    ("Đơn vị hoặc người nhận", 28),
    ("Ngày chuyển", 20),
    ("Ký nhận", 24),
    ("Ghi chú", 18),
)
OUTGOING_COLUMNS = (
    ("Số, ký hiệu văn bản", 33),
    ("Ngày tháng văn bản", 20),
    ("Tên loại và trích yếu nội dung văn bản", 66),
    ("Người ký", 28),
    ("Nơi nhận văn bản", 38),
    ("Đơn vị, người nhận bản lưu", 24),
    ("Số lượng bản", 14),
    ("Ngày chuyển", 20),
    ("Ký nhận", 22),
    ("Ghi chú", 16),
)

_press = Press("register", tagged=False)


def compose_incoming_register(book: RegisterBook, lines: Iterable[IncomingLine]) -> bytes:
    """The register of incoming documents as PDF/A-2b: cover, then ten columns on A4 landscape."""
    return _compose(book, "Sổ đăng ký văn bản đến", INCOMING_COLUMNS, (0, 1, 4, 7), lines).pdf


def compose_outgoing_register(book: RegisterBook, lines: Iterable[OutgoingLine]) -> bytes:
    """The register of outgoing documents as PDF/A-2b: cover, then ten columns on A4 landscape."""
    return _compose(book, "Sổ đăng ký văn bản đi", OUTGOING_COLUMNS, (0, 1, 6, 7), lines).pdf


def _compose(
    book: RegisterBook,
    title: str,
    columns: tuple[tuple[str, int], ...],
    centred: tuple[int, ...],
    lines: Iterable[IncomingLine] | Iterable[OutgoingLine],
) -> Sheet:
    data: dict[str, Any] = {
        "title": capitals(clean(book.title) or title),
        "superior": capitals(clean_lines(book.superior)),
        "agency": capitals(clean_lines(book.agency)),
        "year": str(book.year),
        "first_day": _cell(book.first_day) or _DOTS,
        "last_day": _cell(book.last_day) or _DOTS,
        "first_number": clean(book.first_number) or _DOTS,
        "last_number": clean(book.last_number) or _DOTS,
        "volume": clean(book.volume) or _DOTS,
        "columns": [name for name, _ in columns],
        "widths": [width for _, width in columns],
        "centred": list(centred),
        "rows": [[_cell(value) for value in astuple(line)] for line in lines],
        "printed": printed_text(book.printed_by, book.printed_at),
    }
    return _press.compose(data, forgiving=True)


def _cell(value: date | str | None) -> str:
    if value is None:
        return ""
    return clean(value) if isinstance(value, str) else f"{value:%d/%m/%Y}"
