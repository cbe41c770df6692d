"""The verdict on the signatures of a file as a page that people can read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .press import Press
from .slip import printed_text
from .text import clean


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """One signature: title, verdict word, sentence, facts as (name, value), and a line for each certificate."""

    title: str
    state: str
    sentence: str
    facts: Sequence[tuple[str, str]]
    chain: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """What the page says; ``printed_at`` is local time."""

    agency: str
    title: str
    verdict: str
    sentence: str
    about: Sequence[tuple[str, str]]
    signatures: Sequence[SignatureBlock]
    closing: str
    printed_by: str
    printed_at: datetime


_press = Press("evidence")


def compose_evidence(report: EvidenceReport) -> bytes:
    """The report as PDF/A-2b; a sign that no font can show is printed as an empty square."""
    data: dict[str, Any] = {
        "agency": clean(report.agency),
        "title": clean(report.title),
        "verdict": clean(report.verdict),
        "sentence": clean(report.sentence),
        "about": [_row(row) for row in report.about],
        "signatures": [
            {
                "title": clean(one.title),
                "state": clean(one.state),
                "sentence": clean(one.sentence),
                "facts": [_row(row) for row in one.facts],
                "chain": [clean(line) for line in one.chain],
            }
            for one in report.signatures
        ],
        "closing": clean(report.closing),
        "printed": printed_text(report.printed_by, report.printed_at),
    }
    made_at = report.printed_at.astimezone(UTC).replace(microsecond=0)
    return _press.compose(data, made_at=made_at, forgiving=True).pdf


def _row(row: tuple[str, str]) -> list[str]:
    return [clean(part) for part in row]
