"""Places on a page: boxes in PDF points (1/72 inch), origin at the bottom left, page 0 first."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

POINTS_PER_MM = 72 / 25.4

SEAL_MM = 36.0
"""Diameter of the round seal of a state agency, in millimetres."""

LINE_HEIGHT = 1.4
"""Height of a line's box, in font sizes."""

BASELINE = 0.35
"""Height of the baseline above the bottom of a line's box, in font sizes."""

NUMBER_FIELD = "so_ky_hieu"
DATE_FIELD = "ngay_ban_hanh"
PARAPH_FIELD = "paraph"
INITIALS_FIELDS = ("paraph_1", "paraph_2", "paraph_3", "paraph_4")
"""Signature fields of those who checked the draft (ký nháy), in the order of their checks."""
LEADER_FIELD = "leader"
LEADER_FIELDS = (LEADER_FIELD, "leader_2", "leader_3", "leader_4", "leader_5")
"""Signature fields of the signatories of one document, in the order in which they sign."""
PERSON_FIELDS = (PARAPH_FIELD, *INITIALS_FIELDS, *LEADER_FIELDS)
"""What a person's key may sign."""
SEAL_FIELD = "seal"
COPY_FIELDS = ("copy_1", "copy_2")
"""Signature fields kept for certified copies made later (Decree 30/2020, Art. 25)."""
LEADER_TIMESTAMP = "ts_leader"
SEAL_TIMESTAMP = "ts_seal"
LATER_TIMESTAMPS = tuple(f"ts_{n:02d}" for n in range(1, 21))
TIMESTAMP_FIELDS = (LEADER_TIMESTAMP, SEAL_TIMESTAMP, *LATER_TIMESTAMPS)

OPEN_AFTER_LEADER = (NUMBER_FIELD, DATE_FIELD, SEAL_FIELD, *COPY_FIELDS, *TIMESTAMP_FIELDS)
"""What may still be filled in when the leader has signed."""
OPEN_AFTER_SEAL = (*COPY_FIELDS, SEAL_TIMESTAMP, *LATER_TIMESTAMPS)
"""What may still be filled in when the document is sealed."""


def mm(value: float) -> float:
    """Millimetres in points."""
    return value * POINTS_PER_MM


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on page ``page`` (0 is the first), in points from the bottom left corner."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Width in points."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height in points."""
        return self.y1 - self.y0

    @property
    def rect(self) -> tuple[float, float, float, float]:
        """The four numbers of a PDF rectangle, to a hundredth of a point."""
        return (round(self.x0, 2), round(self.y0, 2), round(self.x1, 2), round(self.y1, 2))

    def overlaps(self, other: Box) -> bool:
        """Whether both cover a part of the same page."""
        return (
            self.page == other.page
            and self.x0 < other.x1
            and other.x0 < self.x1
            and self.y0 < other.y1
            and other.y0 < self.y1
        )

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Box:
        """From :meth:`to_json`; raises ``ValueError`` when it is not a box."""
        try:
            return cls(int(data["page"]), *(float(data[name]) for name in ("x0", "y0", "x1", "y1")))
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a box: {error}") from None


@dataclass(frozen=True, slots=True)
class Places:
    """Where a document bears its number, date, signature and seal.

    ``number`` and ``date`` are boxes of one line (:func:`line_box`): font size and baseline follow from
    their height.  ``initials`` are the places of those who checked, ``others`` of further signatories, each in
    the order in which they sign.  ``date_stops`` are the x-coordinates (points) at which the pieces of the date begin
    when the words "ngày … tháng … năm …" are printed already and only the gaps are to be filled; empty
    when the date is written in one piece.  ``paraph`` is the place of the initials, None for invisible.
    """

    number: Box
    date: Box
    signature: Box
    seal: Box
    paraph: Box | None = None
    date_stops: tuple[float, ...] = ()
    initials: tuple[Box, ...] = ()
    others: tuple[Box, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "number": self.number.to_json(),
            "date": self.date.to_json(),
            "signature": self.signature.to_json(),
            "seal": self.seal.to_json(),
            "paraph": self.paraph.to_json() if self.paraph else None,
            "date_stops": list(self.date_stops),
            "initials": [box.to_json() for box in self.initials],
            "others": [box.to_json() for box in self.others],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any] | str) -> Places:
        """From :meth:`to_json`, as an object or as text; raises ``ValueError`` when it is not one."""
        raw: Any = json.loads(data) if isinstance(data, str) else data
        try:
            return cls(
                number=Box.from_json(raw["number"]),
                date=Box.from_json(raw["date"]),
                signature=Box.from_json(raw["signature"]),
                seal=Box.from_json(raw["seal"]),
                paraph=Box.from_json(raw["paraph"]) if raw.get("paraph") else None,
                date_stops=tuple(float(x) for x in raw.get("date_stops", ())),
                initials=tuple(Box.from_json(box) for box in raw.get("initials", ())),
                others=tuple(Box.from_json(box) for box in raw.get("others", ())),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a set of places: {error}") from None

    def with_signature(self, signature: Box) -> Places:
        """The same places with the signature moved, and the seal with it."""
        return replace(self, signature=signature, seal=seal_box(signature))


def line_box(page: int, x: float, baseline: float, width: float, size: float) -> Box:
    """The box of one line of text of ``size`` points whose baseline lies at ``baseline``."""
    bottom = baseline - BASELINE * size
    return Box(page, x, bottom, x + width, bottom + LINE_HEIGHT * size)


def seal_box(signature: Box, diameter_mm: float = SEAL_MM) -> Box:
    """Where the seal goes: in real size, over the left third of the signature's box, centred in height.

    Source: Decree 30/2020, Appendix I, II.8 (R-SIG-2).
    """
    side = mm(diameter_mm)
    x1 = signature.x0 + signature.width / 3
    middle = (signature.y0 + signature.y1) / 2
    return Box(signature.page, x1 - side, middle - side / 2, x1, middle + side / 2)
