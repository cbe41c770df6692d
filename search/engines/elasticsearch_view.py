"""The index in Elasticsearch, as the search asks it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from search import fields
from search.documents import FacetCount, Sort
from search.engine import EngineUnavailable
from search.engines import elasticsearch_query as queries
from search.engines.elasticsearch_index import PATHS
from search.engines.elasticsearch_server import Server
from search.indexing import read_source
from search.nodes import Term
from search.paging import Scored, key_before, key_cursor, page_by_relevance
from search.planning import SEEN_BY_ALL
from search.view import RANKED_ANEW, Counted, Counts, Found, Ranked, Sorted, Stored

BY_DATE = fields.SORT_KEYS[Sort.DATE]


class ElasticsearchView:
    """See :class:`search.view.View`. Each call sees the newest state."""

    def __init__(self, server: Server, index: str) -> None:
        self._server, self._index = server, index

    def frequencies(self, place: str, terms: Sequence[str]) -> dict[str, int]:
        """From the statistics of one shard; what that does not know is looked for in the others."""
        if not terms:
            return {}
        path = PATHS.get(place, place)
        told = self._server.asking(
            lambda client: client.termvectors(
                index=self._index,
                doc={path.partition(".")[0]: " ".join(terms)},
                fields=[path],
                per_field_analyzer={path: "whitespace"},
                term_statistics=True,
                field_statistics=False,
                positions=False,
                offsets=False,
                payloads=False,
            )
        )
        vectors = told["term_vectors"].get(path, {}).get("terms", {})
        found = {term: int(vectors.get(term, {}).get("doc_freq", 0)) for term in terms}
        if self._server.shards > 1:
            unsure = [term for term, frequency in found.items() if not frequency]
            _, counts = self.ask(counts=[Counted(matching=Term(place, term), cap=SEEN_BY_ALL) for term in unsure])
            found |= {term: count.total for term, count in zip(unsure, counts, strict=True)}
        return {term: frequency for term, frequency in found.items() if frequency}

    def ask(
        self, finds: Sequence[Ranked | Sorted] = (), counts: Sequence[Counted] = ()
    ) -> tuple[list[Found], list[Counts]]:
        """All in one request; only a page of many equal scores needs another."""
        asked = [_ranked(find) if isinstance(find, Ranked) else _sorted(find) for find in finds]
        answers = self._search([body for body, _ in asked] + [_counted(counted) for counted in counts])
        found = []
        for find, (_, size), answer in zip(finds, asked, answers, strict=False):
            if isinstance(find, Ranked):
                found.append(self._rank(find, answer, size))
            else:
                found.append(_page(find, answer))
        return found, [_counts(counted, answer) for counted, answer in zip(counts, answers[len(finds) :], strict=True)]

    def newest(self, count: int) -> int | None:
        size = self.size()
        if size <= 2 * count:
            return None
        body = {
            "size": 0,
            "track_total_hits": False,
            "aggs": {"newest": {"percentiles": {"field": BY_DATE, "percents": [100 * (1 - count / size)]}}},
        }
        (answer,) = self._search([body])
        (key,) = answer["aggregations"]["newest"]["values"].values()
        return int(key)

    def load(self, references: Sequence[str], *, pages: bool = True) -> list[Stored | None]:
        if not references:
            return []
        wanted = [fields.SOURCE, fields.PAGES] if pages else [fields.SOURCE]
        told = self._server.asking(
            lambda client: client.mget(index=self._index, ids=list(references), source_includes=wanted)
        )
        return [_stored(document) for document in told["docs"]]

    def size(self) -> int:
        return self._server.asking(lambda client: int(client.count(index=self._index)["count"]))

    def _search(self, bodies: list[dict[str, Any]]) -> list[Any]:
        if not bodies:
            return []
        lines: list[dict[str, Any]] = []
        for body in bodies:
            lines += [{}, body]
        kind = "dfs_query_then_fetch" if self._server.shards > 1 else "query_then_fetch"
        told = self._server.asking(lambda client: client.msearch(index=self._index, searches=lines, search_type=kind))
        for answer in told["responses"]:
            if "error" in answer:
                raise EngineUnavailable(f"Elasticsearch could not answer: {answer['error'].get('reason', '')}")
        return list(told["responses"])

    def _rank(self, asked: Ranked, answer: Any, size: int) -> Found:
        """The first answer is at hand; when equal scores reach beyond it, more is fetched."""

        def fetch(wanted: int) -> Sequence[Scored]:
            nonlocal answer, size
            if wanted > size:
                body, size = _ranked(asked, wanted)
                (answer,) = self._search([body])
            hits = answer["hits"]["hits"][:wanted]
            return [(hit["_score"], hit["fields"][fields.TIE][0], hit["_id"]) for hit in hits]

        return Found(*page_by_relevance(fetch, asked.limit, asked.after))


def _ranked(asked: Ranked, wanted: int = 0) -> tuple[dict[str, Any], int]:
    """The request and how many hits it asks for."""
    sizes: list[int] = []
    if not wanted:
        page_by_relevance(lambda size: sizes.append(size) or [], asked.limit, asked.after)  # type: ignore[func-returns-value]
        wanted = sizes[0]
    body: dict[str, Any] = {
        "size": wanted,
        "_source": False,
        "docvalue_fields": [fields.TIE],
        "track_total_hits": False,
        "query": queries.ranked([asked.matching], asked.first),
    }
    if asked.more:
        more = {"bool": {"should": [queries.of(part) for part in asked.more]}}
        body["rescore"] = {"window_size": max(RANKED_ANEW, wanted), "query": {"rescore_query": more}}
    return body, wanted


def _sorted(asked: Sorted) -> tuple[dict[str, Any], int]:
    body: dict[str, Any] = {
        "size": asked.limit + 1,
        "_source": False,
        "track_total_hits": False,
        "query": queries.matching(asked.matching),
        "sort": [{asked.key: "desc"}],
    }
    if (last := key_before(asked.after)) is not None:
        body["search_after"] = [last]
    return body, asked.limit + 1


def _page(asked: Sorted, answer: Any) -> Found:
    hits = answer["hits"]["hits"]
    more = len(hits) > asked.limit
    return Found(
        [(0.0, hit["_id"]) for hit in hits[: asked.limit]],
        key_cursor(hits[asked.limit - 1]["sort"][0]) if more else None,
    )


def _counted(asked: Counted) -> dict[str, Any]:
    body: dict[str, Any] = {
        "size": 0,
        "track_total_hits": asked.cap + 1,
        "query": queries.matching(asked.matching),
    }
    if asked.facets:
        body["aggs"] = {facet: {"terms": {"field": facet, "size": asked.values}} for facet in asked.facets}
    return body


def _counts(asked: Counted, answer: Any) -> Counts:
    counts = Counts(int(answer["hits"]["total"]["value"]))
    for facet in asked.facets:
        buckets = answer["aggregations"][facet]["buckets"]
        counts.facets[facet] = [FacetCount(bucket["key"], bucket["doc_count"]) for bucket in buckets]
    return counts


def _stored(document: Any) -> Stored | None:
    if not document.get("found"):
        return None
    source = document["_source"]
    return Stored(read_source(source[fields.SOURCE]["json"]), source.get(fields.PAGES, {}).get("pages", []))
