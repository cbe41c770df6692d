"""What the workflow tells the search index about documents: when they are due, and what was said about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from edocs.deadlines.models import Extension
from edocs.documents.index_rows import contributors
from edocs.workflow.models import Approval, Assignment, Decision, Instruction, ProgressNote, Submission
from edocs.workflow.queries.deadlines import due_of_documents


def _due(numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    return {number: {"due": due} for number, due in due_of_documents(numbers).items()}


def _said(numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Instructions, words on the way, opinions and reasons: the course is open to whoever sees the document."""
    notes: dict[int, list[str]] = defaultdict(list)
    within = {"document__in": numbers}
    rows = (
        Submission.objects.filter(**within).values_list("document_id", "note", "reason"),
        Instruction.objects.filter(**within).values_list("document_id", "text"),
        Assignment.objects.filter(**within).order_by("pk").values_list("document_id", "result"),
        ProgressNote.objects.filter(assignment__document__in=numbers).values_list("assignment__document_id", "text"),
        Approval.objects.filter(**within).order_by("pk").values_list("document_id", "note"),
        Decision.objects.filter(step__approval__document__in=numbers).values_list(
            "step__approval__document_id", "reason"
        ),
        Extension.objects.filter(deadline__assignments__document__in=numbers)
        .order_by("pk")
        .values_list("deadline__assignments__document_id", "reason", "answer"),
    )
    for found in rows:
        for document, *texts in found:
            notes[document] += [text for text in texts if text]
    return {document: {"notes": texts} for document, texts in notes.items()}


contributors.append(_due)
contributors.append(_said)
