"""What is asked, in Elasticsearch's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from search import nodes
from search.engines.elasticsearch_index import K1, PATHS
from search.nodes import Node

SCALE = 1 + K1
"""Lucene leaves this constant factor out of BM25; with it a score is comparable with the fixed ones."""


def of(node: Node) -> dict[str, Any]:
    """The query of a node, with its scores."""
    match node:
        case nodes.Term(place=place, term=term, weight=weight):
            return {"term": {PATHS.get(place, place): {"value": term, "boost": SCALE * weight}}}
        case nodes.OneOf(place=place, values=values):
            return {"terms": {PATHS.get(place, place): list(values)}}
        case nodes.InOrder(place=place, terms=terms, weight=weight):
            return {"match_phrase": {place: {"query": " ".join(terms), "boost": SCALE * weight}}}
        case nodes.Beginning(place=place, letters=letters):
            return {"prefix": {place: {"value": letters}}}
        case nodes.Between(place=place, first=first, last=last):
            ends = {"gte": first, "lte": last}
            return {"range": {place: {end: value for end, value in ends.items() if value is not None}}}
        case nodes.Fixed(part=part, score=score):
            return {"constant_score": {"filter": of(part), "boost": score}}
        case nodes.BestOf(parts=parts):
            return {"dis_max": {"queries": [of(part) for part in parts]}}
        case nodes.Both(must=must, may=may, never=never):
            kinds = {"must": must, "should": may, "must_not": never}
            return {"bool": {kind: [of(part) for part in parts] for kind, parts in kinds.items() if parts}}
        case nodes.Everything():
            return {"match_all": {}}
        case nodes.Nothing():
            return {"match_none": {}}


def matching(*parts: Node) -> dict[str, Any]:
    """All of the parts, without scores; each on its own, so that Elasticsearch can keep those asked often."""
    must: list[Node] = []
    never: list[Node] = []
    for part in parts:
        if isinstance(part, nodes.Both) and not part.may:
            must += part.must
            never += part.never
        else:
            must.append(part)
    found = {"filter": [of(part) for part in must], "must_not": [of(part) for part in never]}
    return {"bool": {kind: queries for kind, queries in found.items() if queries}}


def ranked(condition: Sequence[Node], first: Sequence[Node]) -> dict[str, Any]:
    """What any of ``first`` finds and scores, under conditions."""
    query = matching(*condition)
    query["bool"]["must"] = [{"bool": {"should": [of(part) for part in first], "minimum_should_match": 1}}]
    return query
