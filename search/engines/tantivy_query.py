"""What is asked, in tantivy's words."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import tantivy
from tantivy import FieldType, Occur

from search import nodes
from search.engines.tantivy_schema import INDEX_OPTIONS
from search.nodes import Node

SMALLEST, LARGEST = -(2**63) + 1, 2**63 - 1
MOST_READ_TOGETHER = 256
"""Values whose documents are read side by side, only where the rest of a query asks for them; more are read whole."""


class Queries:
    """Turns nodes into queries against one schema; faster ones for beginnings when it knows the index's terms."""

    def __init__(
        self, schema: tantivy.Schema, missing: Collection[str] = (), searcher: tantivy.Searcher | None = None
    ) -> None:
        self._schema = schema
        self._missing = missing  # fields that an older index lacks: nothing is found in them
        self._searcher = searcher

    def of(self, node: Node) -> tantivy.Query:
        """The query of a node, with its scores."""
        if self._missing and getattr(node, "place", None) in self._missing:
            return tantivy.Query.empty_query()
        match node:
            case nodes.Term(place=place, term=term, weight=weight):
                query = tantivy.Query.term_query(self._schema, place, term, INDEX_OPTIONS[place])
                return query if weight == 1 else tantivy.Query.boost_query(query, weight)
            case nodes.OneOf(place=place, values=values):
                return self._any_of(place, values)
            case nodes.InOrder(place=place, terms=terms, weight=weight):
                query = tantivy.Query.phrase_query(self._schema, place, list(terms))
                return query if weight == 1 else tantivy.Query.boost_query(query, weight)
            case nodes.Beginning(place=place, letters=letters):
                begun = self._searcher.terms_with_prefix(place, letters) if self._searcher else ()
                if 0 < len(begun) <= MOST_READ_TOGETHER:
                    return self._any_of(place, [term for term, _ in begun])
                return without_score(tantivy.Query.fuzzy_term_query(self._schema, place, letters, 0, prefix=True))
            case nodes.Between(place=place, first=first, last=last):
                low, high = SMALLEST if first is None else first, LARGEST if last is None else last
                return without_score(tantivy.Query.range_query(self._schema, place, FieldType.Integer, low, high))
            case nodes.Fixed(part=part, score=score):
                return tantivy.Query.const_score_query(self.of(part), score)
            case nodes.BestOf(parts=parts):
                return tantivy.Query.disjunction_max_query([self.of(part) for part in parts])
            case nodes.Both(must=must, may=may, never=never):
                clauses = [(Occur.Must, self.of(part)) for part in must]
                clauses += [(Occur.Should, self.of(part)) for part in may]
                clauses += [(Occur.MustNot, self.of(part)) for part in never]
                return tantivy.Query.boolean_query(clauses)
            case nodes.Everything():
                return without_score(tantivy.Query.all_query())
            case nodes.Nothing():
                return tantivy.Query.empty_query()

    def _any_of(self, place: str, values: Sequence[str]) -> tantivy.Query:
        if not 0 < len(values) <= MOST_READ_TOGETHER:
            return without_score(tantivy.Query.term_set_query(self._schema, place, list(values)))
        terms = [tantivy.Query.term_query(self._schema, place, value, "basic") for value in values]
        return without_score(tantivy.Query.boolean_query([(Occur.Should, term) for term in terms]))

    def of_keys(self, place: str, keys: Sequence[int]) -> tantivy.Query:
        """Documents with one of these integers. Without a score."""
        return without_score(tantivy.Query.term_set_query(self._schema, place, list(keys)))

    def matching(self, *parts: Node) -> tantivy.Query:
        """All of the parts, without scores."""
        return without_score(self.of(nodes.Both(must=parts)))


def without_score(query: tantivy.Query) -> tantivy.Query:
    """Conditions say nothing about relevance."""
    return tantivy.Query.const_score_query(query, 0.0)
