"""The body of a document: paragraphs, headings, articles, clauses, points and lists (App. I, II.5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict

from .text import clean, clean_lines, point_letter, roman


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; each of its lines becomes a paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A part of a report or plan: I., II., III. in bold."""

    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """Điều 1.: a title of its own in bold, or text on the same line."""

    text: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """Khoản 1., counted anew in each article and under each heading; ``title`` is bold."""

    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """Điểm a), counted anew in each clause."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullet:
    """A line of a list, with a dash."""

    text: str


Block = Paragraph | Heading | Article | Clause | Point | Bullet


class Piece(TypedDict):
    """A block as the layout takes it: its number is already a marker."""

    kind: str
    marker: str
    title: str
    text: str


def pieces(blocks: Iterable[Block]) -> list[Piece]:
    """The blocks with their numbers: articles through the document, clauses and points in their parent."""
    made: list[Piece] = []
    headings = articles = clauses = points = 0
    for block in blocks:
        match block:
            case Paragraph():
                made += [_piece("paragraph", "", line) for line in clean_lines(block.text).split("\n") if line]
            case Heading():
                headings, clauses, points = headings + 1, 0, 0
                made.append(_piece("heading", f"{roman(headings)}.", block.text))
            case Article():
                articles, clauses, points = articles + 1, 0, 0
                made.append(_piece("article", f"Điều {articles}.", block.text, block.title))
            case Clause():
                clauses, points = clauses + 1, 0
                made.append(_piece("clause", f"{clauses}.", block.text, block.title))
            case Point():
                points += 1
                made.append(_piece("point", f"{point_letter(points)})", block.text))
            case Bullet():
                made.append(_piece("bullet", "-", block.text))
    return made


def _piece(kind: str, marker: str, text: str, title: str = "") -> Piece:
    return {"kind": kind, "marker": marker, "title": clean(title), "text": clean(text)}
