"""What is kept about the signatures of a file: the verdict, those before it, and the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from edocs.jobs.models import Job, JobState
from edocs.signatures.cards import Card, Summary, remarks_on, signature_cards, summary_of
from edocs.signatures.models import Evidence, FormerVerdict, Verdict
from edocs.signatures.services.evidence import subject_of
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
    evidence: Evidence | None
    #: the job that makes the evidence, as long as it is not done
    packing: Job | None

    @property
    def is_demo(self) -> bool:
        """True when a certificate of the demonstration vouches for a signature."""
        return any(card.is_demo for card in self.cards)


def judged_blob(sha256: str | None) -> Judged | None:
    """What was found in stored bytes; None when nothing was judged (five statements)."""
    verdict = Verdict.objects.filter(blob=sha256).first() if sha256 else None
    if verdict is None:
        return None
    former = list(FormerVerdict.objects.filter(blob=sha256)[:FORMER_SHOWN])
    summary = summary_of(found_of(verdict))
    cards = signature_cards(verdict.signatures)
    evidence = Evidence.objects.filter(blob=sha256).select_related("package").first()
    packing = Job.objects.filter(subject=subject_of(verdict.blob_id)).exclude(state=JobState.DONE).order_by("-id")
    remarks = remarks_on(verdict.signatures)
    return Judged(verdict, summary, cards, former, holds(verdict), remarks, evidence, packing.first())


def found_of(verdict: Verdict | FormerVerdict) -> dict[str, Any]:
    """A kept verdict as the judge gave it."""
    return {name: getattr(verdict, name) for name in FACTS}
