"""Search in the documents of an office: Vietnamese analysis, a query language, engines.

A library of its own: no web framework, no database, nothing of the application that uses it.

    from search import IndexDocument, open_engine

    engine = open_engine("var/search")
    engine.index([IndexDocument(id="1", code="15/QĐ-UBND", summary="Về việc hòa giải", tokens={"u:5"})])
    page = engine.search("hoa giai", {"u:5"})
"""

from __future__ import annotations

from pathlib import Path

from search.documents import (
    NO,
    TOTAL_CAP,
    YES,
    DateRange,
    Facet,
    FacetCount,
    Filters,
    Hint,
    HintCode,
    Hit,
    IndexDocument,
    ResultPage,
    Segment,
    Sort,
    Suggestion,
    version_of,
)
from search.engine import Engine, EngineBusy, EngineUnavailable, SearchError
from search.query import Query, parse

__all__ = [
    "NO",
    "TOTAL_CAP",
    "YES",
    "DateRange",
    "Engine",
    "EngineBusy",
    "EngineUnavailable",
    "Facet",
    "FacetCount",
    "Filters",
    "Hint",
    "HintCode",
    "Hit",
    "IndexDocument",
    "Query",
    "ResultPage",
    "SearchError",
    "Segment",
    "Sort",
    "Suggestion",
    "open_engine",
    "parse",
    "version_of",
]


def open_engine(location: str | Path, *, api_key: str = "", ca: str = "", shards: int = 1) -> Engine:
    """The engine at a place: a folder (embedded, made when missing) or the address of an Elasticsearch.

    An address is ``https://[user:password@]host:port/[name of the index]``; instead of a password ``api_key`` may be
    given; ``ca`` is a file of the authority that issued the server's certificate; the next index that is made there has
    so many ``shards``. Open an engine once in each process
    and keep it; it may be used from several threads. Raises :class:`EngineUnavailable` when the folder cannot be
    used; an Elasticsearch is first asked when it is needed.
    """
    if str(location).startswith(("https://", "http://")):
        from search.engines.elasticsearch import ElasticsearchEngine

        return ElasticsearchEngine(str(location), api_key=api_key, ca=ca, shards=shards)
    from search.engines.tantivy import TantivyEngine

    return TantivyEngine(Path(location))
