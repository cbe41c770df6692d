"""One state of the embedded index, as the search asks it."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from math import log
from typing import TypeAlias

import tantivy
from tantivy import Occur

from search import fields
from search.documents import FacetCount, Sort
from search.engines.tantivy_query import Queries
from search.engines.tantivy_schema import read_stored
from search.nodes import BestOf, Between, Fixed, Node, Term
from search.paging import Scored, key_before, key_cursor, page_by_relevance
from search.view import RANKED_ANEW, Counted, Counts, Found, Ranked, Sorted, Stored

BY_DATE = fields.SORT_KEYS[Sort.DATE]
LARGE = 20_000
"""Documents from which on counting beside ranking pays for its thread, and ranking in two steps for the second."""
MOST_PLACES = 12_000_000
"""Entries of terms read for one ranking, about 50 ms."""
Hit: TypeAlias = tuple[float, tantivy.DocAddress]


class TantivyView:
    """See :class:`search.view.View`."""

    def __init__(self, index: tantivy.Index, missing: Collection[str] = ()) -> None:
        self._searcher = index.searcher()
        self._queries = Queries(index.schema, missing, self._searcher)
        self._missing = missing

    def frequencies(self, place: str, terms: Sequence[str]) -> dict[str, int]:
        counted = ((term, self._searcher.doc_freq(place, term)) for term in terms)
        return {term: frequency for term, frequency in counted if frequency}

    def ask(
        self, finds: Sequence[Ranked | Sorted] = (), counts: Sequence[Counted] = ()
    ) -> tuple[list[Found], list[Counts]]:
        if not finds or not counts or self._searcher.num_docs < LARGE:
            return self._find(finds), [self._count(counted) for counted in counts]
        counted: list[Counts] = []
        failed: list[ValueError] = []

        def count() -> None:
            try:
                counted.extend(self._count(one) for one in counts)
            except ValueError as error:
                failed.append(error)

        beside = threading.Thread(target=count)  # tantivy works without Python's lock: two cores, half the time
        beside.start()
        found = self._find(finds)
        beside.join()
        if failed:
            raise failed[0]
        return found, counted

    def _find(self, finds: Sequence[Ranked | Sorted]) -> list[Found]:
        return [self._rank(find) if isinstance(find, Ranked) else self._sort(find) for find in finds]

    def newest(self, count: int) -> int | None:
        if self._searcher.num_docs <= 2 * count:
            return None
        everything = tantivy.Query.all_query()
        hits = self._searcher.search(everything, 1, count=False, order_by_field=BY_DATE, offset=count).hits
        return int(hits[0][0]) if hits else None

    def load(self, references: Sequence[tantivy.DocAddress], *, pages: bool = True) -> list[Stored | None]:
        return [read_stored(self._searcher.doc(reference), pages=pages) for reference in references]

    def size(self) -> int:
        return self._searcher.num_docs

    def _rank(self, asked: Ranked) -> Found:
        whole = [*asked.first, *asked.more]
        large = self._searcher.num_docs >= LARGE

        def fetch(wanted: int) -> Sequence[Scored]:
            if large:
                best = self._best(asked, max(RANKED_ANEW, wanted))
                hits = self._ranked_anew(best, asked.more)[:wanted] if asked.more else best[:wanted]
            else:
                hits = self._scored(self._matching(asked), whole, wanted)
            ties = self._searcher.fast_field_values(fields.TIE, [address for _, address in hits])
            return [(score, int(tie or 0), address) for (score, address), tie in zip(hits, ties, strict=True)]

        return Found(*page_by_relevance(fetch, asked.limit, asked.after))

    def _matching(self, asked: Ranked) -> list[Node]:
        return [asked.matching] if asked.wanted is None else [asked.matching, asked.wanted]

    def _scored(self, conditions: Sequence[Node], parts: Sequence[Node], wanted: int) -> Sequence[Hit]:
        """The best under conditions, by the sum of parts."""
        scored = [(Occur.Should, self._queries.of(part)) for part in parts]
        query = tantivy.Query.boolean_query([(Occur.Must, self._queries.matching(*conditions)), *scored])
        return self._searcher.search(query, wanted, count=False).hits

    def _best(self, asked: Ranked, wanted: int) -> Sequence[Hit]:
        """The best by ``first`` alone, read side by side with the conditions."""
        parts = self._affordable(asked.first)
        any_of = tantivy.Query.boolean_query([(Occur.Should, self._queries.of(part)) for part in parts])
        conditions = self._queries.matching(asked.matching)
        query = tantivy.Query.boolean_query([(Occur.Must, conditions), (Occur.Must, any_of)])
        hits: Sequence[Hit] = self._searcher.search(query, wanted, count=False).hits
        if len(hits) < wanted and len(parts) < len(asked.first):  # some may hold only what was left out
            hits = self._scored(self._matching(asked), asked.first, wanted)
        return hits

    def _ranked_anew(self, best: Sequence[Hit], more: Sequence[Node]) -> Sequence[Hit]:
        """The same documents with the scores of further parts added, in the order of the sum.

        Part by part around the few documents, so that each looks for these alone instead of reading all it has.
        """
        keys = self._searcher.fast_field_values(BY_DATE, [address for _, address in best])
        query = self._queries.of_keys(BY_DATE, [int(key) for key in keys if key is not None])
        for part in more:
            query = tantivy.Query.boolean_query([(Occur.Must, query), (Occur.Should, self._queries.of(part))])
        hits = self._searcher.search(query, max(len(best), 1), count=False).hits
        added = {(address.segment_ord, address.doc): score for score, address in hits}
        summed = [(score + added.get((one.segment_ord, one.doc), 0.0), one) for score, one in best]
        return sorted(summed, key=lambda hit: -hit[0])

    def _affordable(self, parts: Sequence[Node]) -> list[Node]:
        """The parts of a score without those that cost most for what they tell: words of nearly every document.

        Only in large indexes; there, a long question would have to be read in tens of millions of places.
        """
        places = [self._places(part) for part in parts]
        total, size = sum(places), max(self._searcher.num_docs, 1)
        dropped: set[int] = set()
        told = {at: _weight(part) * log(1 + size / (1 + places[at])) for at, part in enumerate(parts)}
        for at in sorted(told, key=lambda at: told[at] / (1 + places[at])):
            if total <= MOST_PLACES or len(dropped) == len(parts) - 1:
                break
            dropped.add(at)
            total -= places[at]
        return [part for at, part in enumerate(parts) if at not in dropped]

    def _places(self, node: Node) -> int:
        match node:
            case Term(place=place, term=term) | Fixed(part=Term(place=place, term=term)):
                return self._searcher.doc_freq(place, term)
            case BestOf(parts=parts):
                return sum(map(self._places, parts))
        return 0

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
        if not asked.facets:
            return Counts(int(self._searcher.search(query, 1).count))  # type: ignore[attr-defined]  # not in its stubs
        facets = [facet for facet in asked.facets if facet not in self._missing]
        terms = {facet: {"terms": {"field": facet, "size": asked.values}} for facet in facets}
        found = self._searcher.aggregate(query, terms | {"total": {"value_count": {"field": fields.TIE}}})
        counts = Counts(int(found["total"]["value"]))
        for facet in facets:
            buckets = found[facet]["buckets"]
            counts.facets[facet] = [FacetCount(bucket["key"], bucket["doc_count"]) for bucket in buckets]
        return counts


def _weight(node: Node) -> float:
    """The weight of one of the parts that a score is made of."""
    match node:
        case Term(weight=weight):
            return weight
        case BestOf(parts=parts):
            return max(map(_weight, parts))
        case Fixed(score=score):
            return score
    return 1.0
