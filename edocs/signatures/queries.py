"""What is kept about the signatures of a file: the verdict, those before it, and the evidence."""

from __future__ import annotations

from dataclasses import dataclass

from edocs.documents.models import FileVersion
from edocs.signatures.cards import Card, Summary, signature_cards, summary_of
from edocs.signatures.models import FormerVerdict, Verdict
from edocs.signatures.services.judging import FACTS, holds

FORMER_SHOWN = 10


@dataclass(frozen=True)
class JudgedVersion:
    """The verdict about the bytes of one version, with its words; ``current`` when list and rules are still these."""

    version: FileVersion
    verdict: Verdict
    summary: Summary
    cards: list[Card]
    former: list[FormerVerdict]
    current: bool


def judged_version(version: FileVersion | None) -> JudgedVersion | None:
    """What was found in the file of a version; None when nothing was judged (three statements)."""
    verdict = Verdict.objects.filter(blob=version.blob_id).first() if version else None
    if version is None or verdict is None:
        return None
    found = {name: getattr(verdict, name) for name in FACTS}
    former = list(FormerVerdict.objects.filter(blob=version.blob_id)[:FORMER_SHOWN])
    return JudgedVersion(
        version, verdict, summary_of(found), signature_cards(verdict.signatures), former, holds(verdict)
    )
