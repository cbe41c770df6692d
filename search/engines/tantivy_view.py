"""One state of the embedded index, as the search asks it."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy
from tantivy import Occur

from search import fields
from search.documents import FacetCount
from search.engines.tantivy_query import Queries
from search.engines.tantivy_schema import read_stored
from search.nodes import Between
from search.paging import Scored, key_before, key_cursor, page_by_relevance
from search.view import Counted, Counts, Found, Ranked, Sorted, Stored


class TantivyView:
    """See :class:`search.view.View`."""

    def __init__(self, index: tantivy.Index) -> None:
        self._searcher = index.searcher()
        self._queries = Queries(index.schema)

    def frequencies(self, place: str, terms: Sequence[str]) -> dict[str, int]:
        counted = ((term, self._searcher.doc_freq(place, term)) for term in terms)
        return {term: frequency for term, frequency in counted if frequency}

    def ask(
        self, finds: Sequence[Ranked | Sorted] = (), counts: Sequence[Counted] = ()
    ) -> tuple[list[Found], list[Counts]]:
        found = [self._rank(find) if isinstance(find, Ranked) else self._sort(find) for find in finds]
        return found, [self._count(counted) for counted in counts]

    def load(self, references: Sequence[tantivy.DocAddress], *, pages: bool = True) -> list[Stored | None]:
        return [read_stored(self._searcher.doc(reference), pages=pages) for reference in references]

    def size(self) -> int:
        return self._searcher.num_docs

    def _rank(self, asked: Ranked) -> Found:
        parts = [asked.matching] if asked.wanted is None else [asked.matching, asked.wanted]
        query = tantivy.Query.boolean_query(
            [
                (Occur.Must, self._queries.matching(*parts)),
                *((Occur.Should, self._queries.of(part)) for part in (*asked.first, *asked.more)),
            ]
        )

        def fetch(wanted: int) -> Sequence[Scored]:
            hits = self._searcher.search(query, wanted, count=False).hits
            ties = self._searcher.fast_field_values(fields.TIE, [address for _, address in hits])
            return [(score, int(tie or 0), address) for (score, address), tie in zip(hits, ties, strict=True)]

        return Found(*page_by_relevance(fetch, asked.limit, asked.after))

    def _sort(self, asked: Sorted) -> Found:
        last = key_before(asked.after)
        parts = [asked.matching] if last is None else [asked.matching, Between(asked.key, None, last - 1)]
        query = self._queries.matching(*parts)
        hits = self._searcher.search(query, asked.limit + 1, count=False, order_by_field=asked.key).hits
        more = len(hits) > asked.limit
        return Found(
            [(0.0, address) for _, address in hits[: asked.limit]],
            key_cursor(hits[asked.limit - 1][0]) if more else None,
        )

    def _count(self, asked: Counted) -> Counts:
        query = self._queries.matching(asked.matching)
        counts = Counts(int(self._searcher.search(query, 1).count))  # type: ignore[attr-defined]  # not in its stubs
        if asked.facets:
            terms = {facet: {"terms": {"field": facet, "size": asked.values}} for facet in asked.facets}
            found = self._searcher.aggregate(query, terms)
            for facet in asked.facets:
                buckets = found[facet]["buckets"]
                counts.facets[facet] = [FacetCount(bucket["key"], bucket["doc_count"]) for bucket in buckets]
        return counts
