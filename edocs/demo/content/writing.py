"""From text with slots to a letter: filling in, splitting into paragraphs, citing another document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from textwrap import dedent

from . import vietnamese
from .catalogue import KINDS_BY_KEY
from .model import Block, BlockKind, Letter

_MARKERS: tuple[tuple[BlockKind, re.Pattern[str]], ...] = (
    (BlockKind.ARTICLE, re.compile(r"^(Điều \d+\.) ")),
    (BlockKind.HEADING, re.compile(r"^([IVX]+\.) (?=[A-ZĐÀ-Ỹ, ]+$)")),
    (BlockKind.CLAUSE, re.compile(r"^(\d+\.) ")),
    (BlockKind.POINT, re.compile(r"^([a-zđ]\)|-) ")),
)
_GROUND = re.compile(r"^(Căn cứ|Theo đề nghị|Xét đề nghị)\b.*;$")
_LAST_GROUND = re.compile(r"^(Căn cứ|Theo đề nghị|Xét đề nghị)\b.*[.;]$")


def fill(text: str, slots: Mapping[str, str]) -> str:
    """The text with every ``{slot}`` replaced; KeyError names a slot that nobody gave."""
    return text.format_map(slots)


def pick_slots(
    rng: Random,
    base: Mapping[str, str],
    picks: Mapping[str, tuple[str, ...]],
    counts: Mapping[str, tuple[int, int]],
    rates: Mapping[str, tuple[int, int]],
) -> dict[str, str]:
    """The base slots with the subject's own choices and figures added; choices may use all other slots."""
    slots = dict(base)
    for name, (low, high) in counts.items():
        slots[name] = vietnamese.count(rng.randint(low, high))
    for name, (low, high) in rates.items():
        slots[name] = vietnamese.rate(rng.randint(low, high))
    for name, choices in picks.items():
        slots[name] = fill(rng.choice(choices), slots)
        slots[f"{name}_lower"] = vietnamese.lower_first(slots[name])
    return slots


def paragraphs(text: str) -> list[str]:
    """The paragraphs of an indented text: a line set further in than the first one continues the one above."""
    lines: list[str] = []
    for raw in dedent(text).strip().splitlines():
        if raw.startswith(" ") and lines:
            lines[-1] = f"{lines[-1]} {raw.strip()}"
        elif raw.strip():
            lines.append(raw.strip())
    return lines


def blocks(text: str) -> tuple[Block, ...]:
    """The paragraphs of a body with their kind and number."""
    result: list[Block] = []
    for line in paragraphs(text):
        result.append(_block(line, after_ground=bool(result) and result[-1].kind is BlockKind.GROUND))
    return tuple(result)


def cite(letter: Letter) -> str:
    """A letter as one cites it: "Công văn số 12/BNV-TCBC ngày 05 tháng 01 năm 2026 của Bộ Nội vụ về việc …"."""
    summary = letter.summary
    if letter.kind == "ĐƠN":
        return f"{summary} đề {vietnamese.long_date(letter.issued_on)}"
    return f"{cite_shortly(letter)} của {letter.issuer_name} {_about(summary)}"


def cite_shortly(letter: Letter) -> str:
    """A letter with number and date only: "Công văn số 12/BNV-TCBC ngày 05 tháng 01 năm 2026"."""
    kind = KINDS_BY_KEY[letter.kind].name
    if not letter.code:
        return f"{kind} đề {vietnamese.long_date(letter.issued_on)}"
    return f"{kind} số {letter.code} {vietnamese.long_date(letter.issued_on)}"


def _about(summary: str) -> str:
    if summary.startswith("V/v "):
        return f"về việc {summary[4:]}"
    if summary.startswith("Về "):
        return vietnamese.lower_first(summary)
    return f"về việc {vietnamese.lower_first(summary)}"


def _block(line: str, *, after_ground: bool) -> Block:
    if _GROUND.match(line) or (after_ground and _LAST_GROUND.match(line)):
        return Block(BlockKind.GROUND, line)
    if line.rstrip(":").isupper():
        heading = _MARKERS[1][1].match(line)
        label = heading.group(1) if heading else ""
        return Block(BlockKind.HEADING, line[len(label) :].strip(), label)
    for kind, pattern in _MARKERS:
        found = pattern.match(line)
        if found:
            return Block(kind, line[found.end() :], found.group(1))
    return Block(BlockKind.PARAGRAPH, line)
