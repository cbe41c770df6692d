"""What comes with a request, taken for what it may be and nothing else."""

from __future__ import annotations

DIGITS = 18  # as many as fit a row's number in every database


def number_in(text: object) -> int | None:
    """A row's number that was sent as text; None for anything else (other digits than 0 to 9, too many, nothing)."""
    given = str(text or "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= DIGITS else None


def line_in(text: object, most: int) -> str:
    """One line of text as it was sent, without characters that a database refuses, at most ``most`` of them."""
    return " ".join(str(text or "")[: most * 4].replace("\x00", " ").split())[:most]
