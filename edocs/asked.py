"""What comes with a request, taken for what it may be and nothing else."""

from __future__ import annotations

DIGITS = 18  # as many as fit a row's number in every database


def number_in(text: object) -> int | None:
    """A row's number that was sent as text; None for anything else (other digits than 0 to 9, too many, nothing)."""
    given = str(text or "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= DIGITS else None


def text_in(text: object, most: int) -> str:
    """Text as it was sent, without the character that a database refuses, at most ``most`` long."""
    return str(text or "").replace("\x00", "")[:most]


def line_in(text: object, most: int) -> str:
    """The same as one line, with single blanks."""
    return " ".join(text_in(text, most * 4).split())[:most]
