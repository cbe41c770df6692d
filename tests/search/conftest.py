"""An engine on an empty folder, and a short way to write documents."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from search import Engine, IndexDocument, open_engine
from search.engines.elasticsearch import ElasticsearchEngine
from search.planning import SEEN_BY_ALL
from tests.elasticsearch.server import URL, own_index

READER = {"u:1"}


ENGINES = ("tantivy", "elasticsearch")
"""The same tests run on each."""


@contextmanager
def opened(name: str, folder: Path) -> Iterator[Engine]:
    """An empty engine; skips when there is no Elasticsearch to be had."""
    if name == "tantivy":
        yield open_engine(folder / "index")
        return
    if not os.environ.get(URL):
        pytest.skip("needs an Elasticsearch: python -m tests.elasticsearch.server (see docs/search.md)")
    with own_index() as engine:
        yield engine


@pytest.fixture(scope="session")
def shared_elasticsearch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One index for all tests: making one takes longer than most of them."""
    with opened("elasticsearch", tmp_path_factory.getbasetemp()) as found:
        yield found


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """An engine without documents."""
    if request.param == "tantivy":
        return open_engine(tmp_path / "index")
    found: ElasticsearchEngine = request.getfixturevalue("shared_elasticsearch")
    found.abandon_rebuild()
    left = [identifier for identifier, _ in found.all_documents()]
    if len(left) > SEEN_BY_ALL / 2:
        found.clear()  # words of many documents are counted there long after these are deleted
    else:
        found.delete(left)
    return found


def document(identifier: int, summary: str = "", *pages: str, **fields: Any) -> IndexDocument:
    """A document that person 1 may read."""
    fields.setdefault("tokens", READER)
    return IndexDocument(id=str(identifier), summary=summary, pages=pages, **fields)


def found(engine: Engine, query: str, **options: Any) -> list[str]:
    """Ids in the order of the result, for person 1."""
    return [hit.id for hit in engine.search(query, READER, **options).hits]
