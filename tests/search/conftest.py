"""An engine on an empty folder, and a short way to write documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from search import Engine, IndexDocument, open_engine

READER = {"u:1"}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_engine(tmp_path / "index")


def document(identifier: int, summary: str = "", *pages: str, **fields: Any) -> IndexDocument:
    """A document that person 1 may read."""
    fields.setdefault("tokens", READER)
    return IndexDocument(id=str(identifier), summary=summary, pages=pages, **fields)


def found(engine: Engine, query: str, **options: Any) -> list[str]:
    """Ids in the order of the result, for person 1."""
    return [hit.id for hit in engine.search(query, READER, **options).hits]
