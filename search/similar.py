"""Documents about the same as another: those that share its most telling pairs of syllables."""

from __future__ import annotations

from collections import Counter
from math import log

from search import fields
from search.analysis import Terms, terms
from search.documents import Sort
from search.nodes import Both, Node, OneOf, Term
from search.view import Found, Ranked, Sorted, Stored, View

CHARACTERS = 20_000
"""Of the text that are read for telling words."""
CANDIDATES, CHOSEN = 300, 25
OF_TITLE = 3
"""A pair of the summary counts as often as this many in the text."""


def similar(view: View, visible: Node, identifier: str, limit: int) -> tuple[Found, set[str]]:
    """The most similar readable documents and the syllables they share with it; none if it is not readable itself."""
    stored = _stored(view, visible, identifier)
    if stored is None:
        return Found(), set()
    title, text = terms(stored.source["summary"]), terms("\n".join(stored.pages)[:CHARACTERS])
    place, chosen = _telling(view, title, text)
    if not chosen:
        return Found(), set()
    matching = Both(must=(visible, OneOf(place, tuple(chosen))), never=(Term(fields.ID, identifier),))
    in_title = fields.TITLE_PAIRS if place == fields.WORD_PAIRS else fields.TITLE
    ranked = Ranked(
        matching=matching,
        first=tuple(Term(place, term) for term in chosen),
        more=tuple(Term(in_title, term) for term in chosen),
        limit=limit,
    )
    (found,), _ = view.ask([ranked])
    found.after = None
    return found, {syllable for term in chosen for syllable in term.split("_")}


def _stored(view: View, visible: Node, identifier: str) -> Stored | None:
    itself = Both(must=(visible, Term(fields.ID, identifier)))
    (found,), _ = view.ask([Sorted(matching=itself, key=fields.SORT_KEYS[Sort.DATE], limit=1)])
    return view.load([reference for _, reference in found.hits])[0] if found.hits else None


def _telling(view: View, title: Terms, text: Terms) -> tuple[str, list[str]]:
    """The field and its terms that stand often in this document and seldom in others."""
    place = fields.WORD_PAIRS
    counted = Counter(text.pairs)
    for pair in title.pairs:
        counted[pair] += OF_TITLE
    if not counted:  # a single syllable
        place = fields.WORDS
        counted = Counter((*title.folded, *text.folded))
    candidates = [term for term, _ in sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:CANDIDATES]]
    frequencies = view.frequencies(place, candidates)
    size = view.size() + 1
    weights = {
        term: (1 + log(counted[term])) * log(1 + size / frequencies[term]) for term in candidates if term in frequencies
    }
    return place, sorted(weights, key=lambda term: (-weights[term], term))[:CHOSEN]
