"""Letters written in the browser: from what the officer typed to the parts that the layout takes.

The body is typed as plain lines; how a line begins says what it is, so the same text can be pasted from anywhere:

    I. …       a part (its number is counted anew)
    Điều 1. …  an article; with clauses or paragraphs beneath, its words become the bold title
    1. …       a clause
    a) …       a point
    - …        a line of a list
    anything   a paragraph
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from edocs.documents.choices import Urgency
from edocs.documents.models import Document
from edocs.office.models import Agency, Authority, Person, Prefix
from edocs.typeset import Article, Block, Bullet, Clause, Heading, Letter, Paragraph, Point
from edocs.typeset import Urgency as PrintedUrgency

MOST_SIGNS = 200_000
"""Longest body, in characters: some 80 pages."""

_ARTICLE = re.compile(r"^(?:Điều|ĐIỀU)\s+\d+\s*[.:)]?\s*(.*)$")
_HEADING = re.compile(r"^[IVXL]{1,6}\.\s+(.+)$")
_CLAUSE = re.compile(r"^\d{1,2}[.)]\s+(.+)$")
_POINT = re.compile(r"^[a-zđ]{1,2}\)\s*(.+)$")
_BULLET = re.compile(r"^[-+•–]\s+(.+)$")
_LONGEST_TITLE = 150
_PRINTED_URGENCY = {
    Urgency.NORMAL: PrintedUrgency.NORMAL,
    Urgency.URGENT: PrintedUrgency.URGENT,
    Urgency.VERY_URGENT: PrintedUrgency.VERY_URGENT,
    Urgency.EXPRESS: PrintedUrgency.EXPRESS,
}
#: Stands in a preview where the letter does not say yet who signs.
UNKNOWN = "…"


@dataclass(frozen=True)
class LetterFields:
    """What the officer writes; kind, drafting unit and recipients are the document's own."""

    summary: str
    body: str
    addressees: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    signer: Person | None = None
    authority: Authority | None = None
    urgency: int = Urgency.NORMAL
    body_size: int = 14


def blocks_of(body: str) -> tuple[Block, ...]:
    """The blocks of a typed body; empty lines only part it."""
    lines = [line.strip() for line in body.replace("\r\n", "\n").split("\n")]
    kept = [line for line in lines if line]
    made: list[Block] = []
    for number, line in enumerate(kept):
        following = kept[number + 1] if number + 1 < len(kept) else ""
        made.append(_block(line, following))
    return tuple(made)


def _block(line: str, following: str) -> Block:
    if found := _ARTICLE.match(line):
        return _article(found[1], following)
    if found := _HEADING.match(line):
        return Heading(found[1])
    if found := _CLAUSE.match(line):
        return Clause(found[1])
    if found := _POINT.match(line):
        return Point(found[1])
    if found := _BULLET.match(line):
        return Bullet(found[1])
    return Paragraph(line)


def _article(words: str, following: str) -> Article:
    """Short words without a stop, with something beneath, are a title; else they are the article itself."""
    heads_something = bool(following) and not _ARTICLE.match(following) and not _HEADING.match(following)
    is_title = heads_something and len(words) <= _LONGEST_TITLE and not words.endswith((".", ";", ":", ","))
    return Article(title=words) if is_title else Article(text=words)


def letter_of(document: Document, fields: LetterFields, *, agency: Agency, recipients: list[str]) -> Letter:
    """The letter as the layout takes it; ``recipients`` are the lines of "Nơi nhận" after "Như trên"."""
    kind, unit = document.kind, document.unit
    lines = tuple(fields.authority.lines) if fields.authority else (UNKNOWN,)
    above = ("Như trên",) if fields.addressees and kind.is_letter else ()
    return Letter(
        agency=agency.name,
        superior=agency.superior,
        place=agency.place,
        kind=kind.name,
        kind_code=kind.abbreviation,
        symbol=document.symbol,
        summary=fields.summary,
        position_lines=lines,
        signer=fields.signer.full_name if fields.signer else UNKNOWN,
        urgency=_PRINTED_URGENCY[Urgency(fields.urgency)],
        addressees=fields.addressees,
        authority=_issuing_authority(fields.authority, agency),
        grounds=fields.grounds,
        body=blocks_of(fields.body),
        recipients=(*above, *recipients),
        file_copy=f"Lưu: VT, {unit.abbreviation}" if unit else "Lưu: VT",
        body_size=13 if fields.body_size == 13 else 14,
    )


def _issuing_authority(authority: Authority | None, agency: Agency) -> str:
    """Who decides, over the legal grounds: "Giám đốc Sở Nội vụ" (Decree 30/2020, App. III, sample 1.2)."""
    if authority is None or authority.prefix == Prefix.TM:
        return agency.name
    head = authority.own_title if authority.prefix in (Prefix.NONE, Prefix.Q) else authority.head_title
    return f"{head} {agency.short_name}"


def source_of(fields: LetterFields, letter: Letter) -> dict[str, Any]:
    """What is kept with a version: what was typed, to go on writing, and what else was printed, to compare."""
    return {
        "summary": fields.summary,
        "body": fields.body,
        "addressees": list(fields.addressees),
        "grounds": list(fields.grounds),
        "signer": fields.signer.pk if fields.signer else None,
        "authority": fields.authority.pk if fields.authority else None,
        "urgency": int(fields.urgency),
        "body_size": letter.body_size,
        "printed": {
            "agency": letter.agency,
            "superior": letter.superior,
            "place": letter.place,
            "kind": letter.kind,
            "symbol": letter.symbol,
            "position_lines": list(letter.position_lines),
            "signer": letter.signer,
            "authority": letter.authority,
            "recipients": list(letter.recipients),
            "file_copy": letter.file_copy,
        },
    }
