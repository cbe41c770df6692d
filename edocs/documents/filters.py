"""The filters of the lists, as they stand in the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from edocs.asked import line_in, number_in
from edocs.day_input import day_in
from edocs.documents.choices import Direction, State, Urgency
from edocs.documents.models import Document
from search.analysis import fold_code

MOST = 10**9
NAMES = ("q", "state", "kind", "issuer", "unit", "urgency", "year", "from", "to")


@dataclass(frozen=True)
class ListFilter:
    """What a list is narrowed to; made from the query string, unknown or senseless values are left out."""

    direction: str
    code: str = ""
    state: str = ""
    kind: int | None = None
    issuer: int | None = None
    unit: int | None = None
    urgency: int | None = None
    year: int | None = None
    first: dt.date | None = None
    last: dt.date | None = None

    @classmethod
    def read(cls, direction: Direction, given: Mapping[str, str]) -> ListFilter:
        """From the query string of a list, or from the kept filters of an export."""
        urgency = _whole(given.get("urgency"))
        return cls(
            direction=direction,
            code=line_in(given.get("q"), 45),
            state=given["state"] if given.get("state") in State.values else "",
            kind=_whole(given.get("kind")),
            issuer=_whole(given.get("issuer")),
            unit=_whole(given.get("unit")),
            urgency=urgency if urgency in Urgency.values else None,
            year=_year(given.get("year")),
            first=day_in(given.get("from")),
            last=day_in(given.get("to")),
        )

    def apply(self, documents: QuerySet[Document]) -> QuerySet[Document]:
        """Narrow documents (already limited to what the person may see)."""
        wanted = Q(direction=self.direction)
        day = "arrived_on" if self.direction == Direction.INCOMING else "issued_on"
        exact = {
            "state": self.state or None,
            "kind": self.kind,
            "issuer": self.issuer,
            "unit": self.unit,
            "urgency": self.urgency,
            f"{day}__year": self.year,
            f"{day}__gte": self.first,
            f"{day}__lte": self.last,
        }
        for name, value in exact.items():
            if value is not None:
                wanted &= Q(**{name: value})
        if self.code:
            number = Q(code_folded__startswith=fold_code(self.code)) if fold_code(self.code) else Q(pk=None)
            if (arrival_number := _whole(self.code)) is not None:
                number |= Q(arrival_number=arrival_number)
            wanted &= number
        return documents.filter(wanted)


def _whole(text: str | None) -> int | None:
    number = number_in(text)
    return number if number is not None and number < MOST else None


def _year(text: str | None) -> int | None:
    year = number_in(text)
    return year if year is not None and dt.MINYEAR <= year <= dt.MAXYEAR else None
