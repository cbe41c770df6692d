"""When documents are due, for lists and for the search index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Min

from edocs.workflow.models import OPEN_ASSIGNMENT, Assignment, AssignmentRole


def due_of_documents(numbers: Sequence[int]) -> dict[int, dt.datetime]:
    """The due time of the open lead work of each document (one statement); documents without one are left out."""
    rows = (
        Assignment.objects.filter(
            document__in=numbers,
            parent=None,
            role=AssignmentRole.LEAD,
            state__in=OPEN_ASSIGNMENT,
            deadline__isnull=False,
        )
        .values_list("document_id")
        .annotate(due=Min("deadline__due_at"))
    )
    return dict(rows)
