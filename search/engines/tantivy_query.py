"""What is asked, in tantivy's words."""

from __future__ import annotations

from collections.abc import Collection

import tantivy
from tantivy import FieldType, Occur

from search import nodes
from search.engines.tantivy_schema import INDEX_OPTIONS
from search.nodes import Node

SMALLEST, LARGEST = -(2**63) + 1, 2**63 - 1


class Queries:
    """Turns nodes into queries against one schema."""

    def __init__(self, schema: tantivy.Schema, missing: Collection[str] = ()) -> None:
        self._schema = schema
        self._missing = missing  # fields that an older index lacks: nothing is found in them

    def of(self, node: Node) -> tantivy.Query:
        """The query of a node, with its scores."""
        if self._missing and getattr(node, "place", None) in self._missing:
            return tantivy.Query.empty_query()
        match node:
            case nodes.Term(place=place, term=term, weight=weight):
                query = tantivy.Query.term_query(self._schema, place, term, INDEX_OPTIONS[place])
                return query if weight == 1 else tantivy.Query.boost_query(query, weight)
            case nodes.OneOf(place=place, values=values):
                return without_score(tantivy.Query.term_set_query(self._schema, place, list(values)))
            case nodes.InOrder(place=place, terms=terms, weight=weight):
                query = tantivy.Query.phrase_query(self._schema, place, list(terms))
                return query if weight == 1 else tantivy.Query.boost_query(query, weight)
            case nodes.Beginning(place=place, letters=letters):
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

    def matching(self, *parts: Node) -> tantivy.Query:
        """All of the parts, without scores."""
        return without_score(self.of(nodes.Both(must=parts)))


def without_score(query: tantivy.Query) -> tantivy.Query:
    """Conditions say nothing about relevance."""
    return tantivy.Query.const_score_query(query, 0.0)
