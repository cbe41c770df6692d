"""Text as Decree 30/2020, Appendix I writes it: numbers, dates, letters of points, ends of lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

POINT_LETTERS = "abcdđeghiklmnopqrstuvxy"
"""Letters of points in the order of the Vietnamese alphabet (App. I, II.5.d)."""

_BLANKS = re.compile(r"[^\S\n]+")


def clean(text: str) -> str:
    """One line of text: NFC, no control signs, blanks and line ends made one blank."""
    return " ".join(clean_lines(text).split())


def clean_lines(text: str) -> str:
    """Text whose line ends count: NFC, no control signs, no blanks at the edges, no empty lines."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(sign if sign in "\n\t" or not _is_control(sign) else " " for sign in composed)
    lines = (_BLANKS.sub(" ", line).strip() for line in kept.split("\n"))
    return "\n".join(line for line in lines if line)


def _is_control(sign: str) -> bool:
    """Control, private, unassigned and surrogate code points; of the format signs all but the joiners."""
    category = unicodedata.category(sign)
    return category in {"Cc", "Co", "Cn", "Cs"} or (category == "Cf" and sign not in "\u200c\u200d")


def capitals(text: str) -> str:
    """Capital letters for names of agencies, kinds and positions."""
    return unicodedata.normalize("NFC", text.upper())


def number_text(number: int | str) -> str:
    """A number as it is written on a document: one below 10 gets a leading 0 (App. I, II.3.a)."""
    text = clean(str(number))
    return f"0{text}" if len(text) == 1 and text.isdigit() else text


def date_text(day: date) -> str:
    """``ngày 05 tháng 01 năm 2026``: days below 10 and months 1 and 2 get a leading 0 (App. I, II.4.b)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def point_letter(ordinal: int) -> str:
    """The letter of the ``ordinal``-th point (from 1): a, b, c, d, đ, … y, then aa, ab, …"""
    count = len(POINT_LETTERS)
    first, second = divmod(ordinal - 1, count)
    return POINT_LETTERS[second] if not first else POINT_LETTERS[first - 1] + POINT_LETTERS[second]


def roman(number: int) -> str:
    """A Roman number, for headings of parts (I, II, III)."""
    values = (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    )
    written = ""
    for value, sign in values:
        times, number = divmod(number, value)
        written += sign * times
    return written


def ended_lines(lines: Iterable[str]) -> list[str]:
    """Lines of a list: each ends with a semicolon, the last with a full stop."""
    bare = [line for line in (clean(line).rstrip(" ;.,") for line in lines) if line]
    return [f"{line};" for line in bare[:-1]] + [f"{line}." for line in bare[-1:]]
