"""What the reader answers: values, how sure it is, and where each was read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from edocs.limited.results import Box, Word

from .kinds import Kind
from .lines import Row, union

Value = TypeVar("Value")


class Confidence(StrEnum):
    """How far a suggestion may be trusted; in either case the clerk decides."""

    SURE = "sure"
    """The form of the law was found where it belongs."""
    LIKELY = "likely"
    """Something like it; look before saving."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was read: page (1 is the first), box and words.

    The box is left, bottom, right, top in points of the file's own coordinates; None when the page gave text
    without boxes.
    """

    page: int
    box: Box | None
    words: str


@dataclass(frozen=True, slots=True)
class Suggestion(Generic[Value]):
    """A value for one field; ``raw`` is the text as it stands on the page."""

    value: Value
    confidence: Confidence
    place: Place
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What could be read of an incoming document; None where nothing was found.

    ``number`` and ``symbol`` are the parts before and after the first stroke ("214", "UBND-VHXH").
    ``issuer`` is the agency as a register names it; its ``raw`` holds the lines of the page joined by " / ".
    ``signer_prefix`` is the authority ("KT.", "TM. ỦY BAN NHÂN DÂN" gives "TM."), ``signer_position`` the
    position actually held.  ``urgency`` counts as in exchange packages: 1 khẩn, 2 thượng khẩn, 3 hỏa tốc
    (with or without an hour).  ``pages`` is the number of pages given.
    """

    pages: int
    number: Suggestion[str] | None = None
    symbol: Suggestion[str] | None = None
    issued_on: Suggestion[date] | None = None
    issuer: Suggestion[str] | None = None
    kind: Suggestion[Kind] | None = None
    summary: Suggestion[str] | None = None
    signer_name: Suggestion[str] | None = None
    signer_position: Suggestion[str] | None = None
    signer_prefix: Suggestion[str] | None = None
    urgency: Suggestion[int] | None = None
    reply_by: Suggestion[date] | None = None


def sure_if(condition: bool) -> Confidence:
    """Sure when the condition holds, likely otherwise."""
    return Confidence.SURE if condition else Confidence.LIKELY


def place_of(rows: Iterable[Row], placed: bool) -> Place:
    """The place that whole rows (of one page) take."""
    taken = list(rows)
    return place_of_words(
        taken[0].page, [word for row in taken for word in row.words], placed, " ".join(row.text for row in taken)
    )


def place_of_words(page: int, words: Iterable[Word], placed: bool, text: str = "") -> Place:
    """The place that some words of a page take."""
    taken = list(words)
    shown = text or " ".join(word.text for word in taken)
    return Place(page, union(taken) if placed and taken else None, shown)
