"""What the search knows of work on a document: when it is due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Min

from edocs.workflow.models import OPEN_ASSIGNMENT, Assignment, AssignmentRole


def due_times(documents: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The earliest open deadline of a lead at the top, by document (one statement)."""
    leads = Assignment.objects.filter(
        document__in=documents, role=AssignmentRole.LEAD, parent=None, state__in=OPEN_ASSIGNMENT
    )
    due = leads.exclude(deadline=None).order_by().values("document").annotate(due=Min("deadline__due_at"))
    return {row["document"]: {"due": row["due"]} for row in due}
