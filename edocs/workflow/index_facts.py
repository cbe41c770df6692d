"""What the workflow tells the search index about documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from edocs.documents.indexing import contributors
from edocs.workflow.queries.deadlines import due_of_documents


def _due(numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    return {number: {"due": due} for number, due in due_of_documents(numbers).items()}


contributors.append(_due)
