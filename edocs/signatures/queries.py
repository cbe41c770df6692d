"""What is kept about the signatures of a file: the verdict, those before it, and the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from edocs.signatures.cards import Card, Summary, remarks_on, signature_cards, summary_of
from edocs.signatures.models import FormerVerdict, Verdict
from edocs.signatures.services.judging import FACTS, holds

FORMER_SHOWN = 10


@dataclass(frozen=True)
class Judged:
    """The verdict about some bytes, with its words; ``current`` when list and rules are still these."""

    verdict: Verdict
    summary: Summary
    cards: list[Card]
    former: list[FormerVerdict]
    current: bool
    remarks: list[str]


def judged_blob(sha256: str | None) -> Judged | None:
    """What was found in stored bytes; None when nothing was judged (three statements)."""
    verdict = Verdict.objects.filter(blob=sha256).first() if sha256 else None
    if verdict is None:
        return None
    former = list(FormerVerdict.objects.filter(blob=sha256)[:FORMER_SHOWN])
    summary = summary_of(found_of(verdict))
    cards = signature_cards(verdict.signatures)
    return Judged(verdict, summary, cards, former, holds(verdict), remarks_on(verdict.signatures))


def found_of(verdict: Verdict | FormerVerdict) -> dict[str, Any]:
    """A kept verdict as the judge gave it."""
    return {name: getattr(verdict, name) for name in FACTS}
