"""What goes into an engine and what comes out of it, the same for every engine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from dataclasses import field as made
from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2b
from typing import TypeAlias

Segment: TypeAlias = tuple[str, bool]
"""A piece of plain text and whether it is marked as found. Never markup: the page escapes it."""


class Facet(StrEnum):
    """The fields that can be counted and filtered by, by the values given in :class:`IndexDocument`."""

    DIRECTION = "direction"
    KIND = "kind"
    ISSUER = "issuer"
    UNIT = "unit"
    YEAR = "year"
    BOOK = "book"
    STATE = "state"
    SIGNER = "signer"
    CASE_FILE = "case_file"
    FIELD = "field"
    """The field of work."""
    HAS_SIGNATURE = "has_signature"


class Sort(StrEnum):
    """The order of hits. Equals are ordered by id, the largest (newest) first, so paging is stable."""

    RELEVANCE = "relevance"
    DATE = "date"
    """Newest first, by arrival or else by the date of the document; without a date last."""
    NUMBER = "number"
    """Latest year first, in it the highest number first."""
    DUE = "due"
    """Earliest due time first; without one last."""


YES, NO = "yes", "no"
"""Values of the facet ``has_signature``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDocument:
    """One document as the search knows it.

    Values of facet fields may be names or keys. Where a key is given, ``labels`` carries the words people
    know it by (``labels={"unit": "Phòng Hành chính"}``), so that ``đơn vị:"hành chính"`` and plain words
    find it. Dates are dates of the office's own calendar; ``due`` is compared as given, to the minute.
    """

    id: str
    code: str = ""
    """Number and symbol as written: ``15/QĐ-UBND``. Empty for a draft."""
    number: int | None = None
    symbol: str = ""
    arrival_number: int | None = None
    direction: str = ""
    kind: str = ""
    issuer: str = ""
    unit: str = ""
    year: int | None = None
    book: str = ""
    case_file: Sequence[str] = ()
    """Every case file it lies in."""
    field: str = ""
    """The field of work: what area of business it belongs to."""
    state: str = ""
    summary: str = ""
    pages: Sequence[str] = ()
    """The text, page by page; the first is page 1."""
    signer: str = ""
    recipients: Sequence[str] = ()
    issued_on: date | None = None
    arrived_on: date | None = None
    due: datetime | date | None = None
    has_signature: bool = False
    tokens: Iterable[str]
    """Who may find it: ``u:5``, ``g:3``, ``r:clerk``. Without any, nobody finds it."""
    labels: Mapping[str, str] = made(default_factory=dict)

    @property
    def day(self) -> date | None:
        """The day by which it is sorted: of arrival, or else of the document itself."""
        return self.arrived_on or self.issued_on


def version_of(document: IndexDocument) -> str:
    """A digest of everything that is indexed of a document, rights included: equal when nothing has changed."""
    told = [
        sorted(set(getattr(document, one.name)))
        if one.name == "tokens"
        else sorted(getattr(document, one.name).items())
        if one.name == "labels"
        else getattr(document, one.name)
        for one in fields(document)
    ]
    return blake2b(json.dumps(told, default=str, ensure_ascii=True).encode(), digest_size=8).hexdigest()[:15]


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from ``first`` to ``last``, both included; ``None`` is open."""

    first: date | None = None
    last: date | None = None

    def meets(self, other: DateRange) -> DateRange:
        """The days that lie in both."""
        firsts = [day for day in (self.first, other.first) if day]
        lasts = [day for day in (self.last, other.last) if day]
        return DateRange(max(firsts, default=None), min(lasts, default=None))

    def __bool__(self) -> bool:
        return self.first is not None or self.last is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What was chosen beside the box. Values of one field widen the result, further fields narrow it."""

    values: Mapping[str, Sequence[str]] = made(default_factory=dict)
    """Facet name → accepted values. An empty list does not filter."""
    days: DateRange = DateRange()
    """Day of arrival or of the document."""
    due: DateRange = DateRange()

    def without(self, facet: str) -> Filters:
        """The same filters but this one: its own counts are taken under them, to offer more values."""
        kept = {name: values for name, values in self.values.items() if name != facet}
        return Filters(values=kept, days=self.days, due=self.due)

    def each_without(self) -> list[tuple[str, Filters]]:
        """For each filter in use its name (a facet, ``days``, ``due``) and the others."""
        fewer = [(name, self.without(name)) for name, values in self.values.items() if values]
        if self.days:
            fewer.append(("days", replace(self, days=DateRange())))
        if self.due:
            fewer.append(("due", replace(self, due=DateRange())))
        return fewer


NO_FILTERS = Filters()


class HintCode(StrEnum):
    """Why a result may not be what was meant. The page finds the sentence; ``subject`` says of what."""

    TOO_LONG = "too_long"
    UNBALANCED_QUOTE = "unbalanced_quote"
    UNKNOWN_FIELD = "unknown_field"
    EMPTY_FIELD = "empty_field"
    BAD_DATE = "bad_date"
    BAD_NUMBER = "bad_number"
    QUOTE_VALUE = "quote_value"
    """Only the first word belongs to the field; quotes keep several together."""
    WILDCARD = "wildcard"
    """``*`` and ``?`` are not needed and were left out."""
    ONLY_NEGATIVE = "only_negative"
    NOTHING_TO_SEARCH = "nothing_to_search"
    UNKNOWN_WORD = "unknown_word"
    SPELLING = "spelling"
    """``subject`` is in no document; ``other`` was searched in its place."""
    NO_MATCH = "no_match"
    """This part of the query alone finds nothing."""
    FILTERED_OUT = "filtered_out"
    """Without the filter ``subject`` (a facet, ``days`` or ``due``) there would be ``other`` results."""
    EXCLUDED = "excluded"
    """Without the excluded ``subject`` there would be ``other`` results."""
    ANY_WORD = "any_word"
    """No document holds all the words; those that hold some are shown."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One remark on a query, in no human language yet."""

    code: HintCode
    subject: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One document found, with what a person reads in a list of results."""

    id: str
    score: float
    code: str
    number: int | None
    symbol: str
    arrival_number: int | None
    direction: str
    kind: str
    issuer: str
    unit: str
    year: int | None
    book: str
    case_file: tuple[str, ...]
    field: str
    state: str
    signer: str
    recipients: tuple[str, ...]
    issued_on: date | None
    arrived_on: date | None
    due: datetime | date | None
    has_signature: bool
    summary: list[Segment]
    """The whole summary with the words found marked."""
    line: list[Segment]
    """The most telling line of the text; empty when the words stand only elsewhere."""
    page: int | None
    """Page on which ``line`` stands, from 1."""


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many of the results have this value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """One page of results."""

    hits: list[Hit] = made(default_factory=list)
    total: int = 0
    """At most ``TOTAL_CAP``; see ``capped``."""
    capped: bool = False
    """There are more than ``total``."""
    facets: dict[str, list[FacetCount]] = made(default_factory=dict)
    hints: list[Hint] = made(default_factory=list)
    after: str | None = None
    """Cursor of the next page; ``None`` on the last."""
    corrected: str = ""
    """The query as it was searched when syllables were respelled, as a person would type it."""


TOTAL_CAP = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One line under the search box while typing."""

    kind: str
    """``document``, ``issuer`` or ``signer``."""
    text: str
    """The summary of the document, or the name of the issuer or signer."""
    id: str = ""
    code: str = ""
