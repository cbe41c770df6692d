"""The arrival stamp and the solving slip of an incoming document (Decree 30/2020, Appendix IV)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from .press import Press
from .text import capitals, clean, clean_lines, date_text

STAMP_MM = (50.0, 35.0)
"""Width and height of the arrival stamp in millimetres."""


@dataclass(frozen=True, slots=True)
class ArrivalStamp:
    """Dấu "ĐẾN": what the stamp says; lines that are empty are printed as dots."""

    agency: str
    number: str = ""
    arrived_on: date | None = None
    forwarded_to: str = ""
    file_notation: str = ""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A unit or person, and by when; a ``datetime`` prints the hour too."""

    name: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a leader, a unit head or the solver wrote, and to whom the work went."""

    author: str = ""
    given_on: date | None = None
    text: str = ""
    lead: Receiver = Receiver()
    coordinators: tuple[Receiver, ...] = ()


@dataclass(frozen=True, slots=True)
class ArrivalSlip:
    """Phiếu giải quyết văn bản đến.

    ``kind``, ``code`` (number and symbol), ``issued_on``, ``issuer`` and ``summary`` identify the incoming
    document.  Opinions not yet given print as dotted lines to write on.  ``printed_at`` is local time.
    """

    agency: str
    place: str
    stamp: ArrivalStamp
    kind: str
    code: str
    issuer: str
    summary: str
    printed_by: str
    printed_at: datetime
    superior: str = ""
    issued_on: date | None = None
    leader: Opinion = field(default_factory=Opinion)
    unit_head: Opinion = field(default_factory=Opinion)
    solver: Opinion = field(default_factory=Opinion)


_slip_press = Press("slip")
_stamp_press = Press("arrival_stamp")


def compose_slip(slip: ArrivalSlip) -> bytes:
    """The slip as PDF/A-2b, with the stamp and the mark of who printed it and when (R-STA-10)."""
    data = {
        "title": f"Phiếu giải quyết văn bản đến {clean(slip.stamp.number)}".strip(),
        "superior": capitals(clean_lines(slip.superior)),
        "agency": capitals(clean_lines(slip.agency)),
        "place": clean(slip.place),
        "date": date_text(slip.printed_at.date()),
        "stamp": _stamp_data(slip.stamp),
        "document": _identity(slip),
        "leader": _opinion_data(slip.leader),
        "unit_head": _opinion_data(slip.unit_head),
        "solver": _opinion_data(slip.solver),
        "printed": printed_text(slip.printed_by, slip.printed_at),
    }
    return _slip_press.compose(data, forgiving=True).pdf


def arrival_stamp(stamp: ArrivalStamp) -> bytes:
    """The stamp alone as a PDF of 52 × 37 mm, the frame 50 × 35 mm in its middle."""
    return _stamp_press.compose(_stamp_page(stamp), forgiving=True).pdf


def arrival_stamp_picture(stamp: ArrivalStamp) -> bytes:
    """The same as SVG; letters are outlines, so it looks the same everywhere."""
    return _stamp_press.picture(_stamp_page(stamp))


def printed_text(printed_by: str, printed_at: datetime) -> str:
    """The mark of what is printed from the system (Decree 30/2020, App. VI: R-STA-10)."""
    return f"In từ hệ thống lúc {printed_at:%H:%M} ngày {printed_at:%d/%m/%Y}; người in: {clean(printed_by)}"


def _stamp_page(stamp: ArrivalStamp) -> dict[str, Any]:
    return {"title": f"Dấu đến {clean(stamp.number)}".strip(), "stamp": _stamp_data(stamp)}


def _stamp_data(stamp: ArrivalStamp) -> dict[str, str]:
    return {
        "agency": capitals(clean(stamp.agency)),
        "number": clean(stamp.number),
        "date": _day(stamp.arrived_on),
        "forwarded": clean(stamp.forwarded_to),
        "file": clean(stamp.file_notation),
    }


def _identity(slip: ArrivalSlip) -> str:
    """ "Công văn số 214/UBND-VHXH ngày 07/10/2026 của … về việc …" """
    parts = [clean(slip.kind) or "Văn bản"]
    if clean(slip.code):
        parts.append(f"số {clean(slip.code)}")
    if slip.issued_on:
        parts.append(f"ngày {_day(slip.issued_on)}")
    if clean(slip.issuer):
        parts.append(f"của {clean(slip.issuer)}")
    about = clean(slip.summary)
    return f"{' '.join(parts)}: {about}" if about else " ".join(parts)


def _opinion_data(opinion: Opinion) -> dict[str, Any]:
    return {
        "author": clean(opinion.author),
        "date": date_text(opinion.given_on) if opinion.given_on else "",
        "text": clean(opinion.text),
        "lead": _receiver_data(opinion.lead),
        "coordinators": [_receiver_data(one) for one in opinion.coordinators],
    }


def _receiver_data(receiver: Receiver) -> dict[str, str]:
    return {"name": clean(receiver.name), "due": _day(receiver.due)}


def _day(day: date | None) -> str:
    if day is None:
        return ""
    return f"{day:%H:%M} ngày {day:%d/%m/%Y}" if isinstance(day, datetime) else f"{day:%d/%m/%Y}"
