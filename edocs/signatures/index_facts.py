"""What the signatures tell the search index about documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from edocs.documents.choices import FileRole
from edocs.documents.index_rows import contributors
from edocs.documents.models import DocumentFile


def _signed(numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    files = DocumentFile.objects.filter(document__in=numbers, role=FileRole.MAIN)
    signed = files.filter(current__blob__verdict__isnull=False).exclude(current__blob__verdict__verdict="unsigned")
    return {number: {"has_signature": True} for number in signed.values_list("document_id", flat=True)}


contributors.append(_signed)
