"""What case files tell the search: in which of them a document lies, and which of them the words of a query mean.

The index holds numbers of case files alone, never a title: the words of ``hồ sơ:…`` are compared in the database, with
what the person may see at that moment. So a file may be renamed without touching the index, and nobody learns a
title by trying words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from edocs.documents.index_rows import contributors
from edocs.documents.searching import meanings
from edocs.records.models import Filed
from edocs.records.queries import matching

CASE_FILE = "case_file"


def _lies_in(numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Filed.objects.filter(document__in=numbers).order_by("file").values_list("document_id", "file_id")
    for document, file in rows:
        found[document].append(str(file))
    return {document: {CASE_FILE: files} for document, files in found.items()}


contributors.append(_lies_in)
meanings[CASE_FILE] = matching
