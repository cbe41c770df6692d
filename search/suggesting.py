"""What the beginning of a query may mean: documents, issuers and signers."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from search import fields
from search.analysis import fold_code, terms
from search.documents import Facet, Sort, Suggestion
from search.nodes import Beginning, Between, Both, Node, Term, all_of, any_of
from search.planning import Planner
from search.view import Counted, Sorted, View

LONGEST = 200
"""Characters looked at."""
NAMES = 3
"""Issuers, and signers, at most."""
NEWEST = 50_000
"""Documents looked at first."""
LOOKED_AT_SECONDS = 60.0
BY_DATE = fields.SORT_KEYS[Sort.DATE]
CODES = (fields.CODE, fields.CODE_PREFIX)
_NAMED = ((Facet.ISSUER, "issuer"), (Facet.SIGNER, "signer"))


class Recent:
    """The sort key that the newest documents are above, as it was a while ago: it only says where to look first."""

    def __init__(self) -> None:
        self._size, self._until = 0, 0.0
        self._key: int | None = None

    def key(self, view: View) -> int | None:
        """``None`` in an index that need not be looked at in parts."""
        if time.monotonic() > self._until:
            self._until, size = time.monotonic() + LOOKED_AT_SECONDS, view.size()
            if abs(size - self._size) > self._size // 10:
                self._size, self._key = size, view.newest(NEWEST)
        return self._key


def suggest(
    view_of: Callable[[], View], recent: Recent, prefix: str, tokens: Collection[str], limit: int
) -> list[Suggestion]:
    """Issuers and signers by the words of their name; documents by number or words of the summary, newest first.

    In a large index the newest documents are looked at first: they have what is wanted nearly always. Names are then
    those that stand in most of them.
    """
    words = terms(prefix[:LONGEST]).folded
    if not tokens or not words or (words[0].isalpha() and len("".join(words)) < 2):
        return []
    view = view_of()
    asking = _Beginning(Planner(view, tokens).visible, words, limit)
    since = recent.key(view)
    codes = [_starts(place, key) for place in CODES] if (key := fold_code(prefix[:LONGEST])) else []
    pages, counts = view.ask(
        [*map(asking.find, codes), asking.titled(since)], [asking.named(facet, since) for facet, _ in _NAMED]
    )
    if since is not None:
        poor = [at for at, (facet, _) in enumerate(_NAMED) if len(counts[at].facets[facet]) < NAMES]
        again = [asking.titled(None)] if len(pages[-1].hits) < limit else []
        found, counted = view.ask(again, [asking.named(_NAMED[at][0], None) for at in poor])
        pages[-1:] = found or pages[-1:]
        for at, count in zip(poor, counted, strict=True):
            counts[at] = count
    suggested = [
        Suggestion(kind=kind, text=one.value)
        for (facet, kind), count in zip(_NAMED, counts, strict=True)
        for one in count.facets[facet]
    ]
    references = [reference for page in pages for _, reference in page.hits]
    seen: set[str] = set()
    for stored in view.load(references, pages=False):
        if stored is None or stored.source["id"] in seen or len(seen) >= limit:
            continue
        source = stored.source
        seen.add(source["id"])
        suggested.append(Suggestion(kind="document", text=source["summary"], id=source["id"], code=source["code"]))
    return suggested


@dataclass(frozen=True, slots=True)
class _Beginning:
    """What one person has typed so far, as questions."""

    visible: Node
    words: Sequence[str]
    limit: int

    def find(self, *conditions: Node) -> Sorted:
        """The newest documents."""
        return Sorted(matching=Both(must=(self.visible, *conditions)), key=BY_DATE, limit=self.limit)

    def titled(self, since: int | None) -> Sorted:
        return self.find(beginning(fields.TITLE, self.words), *_above(since))

    def named(self, facet: str, since: int | None) -> Counted:
        """The most frequent names."""
        name = beginning(fields.words_in(facet), self.words)
        matching = Both(must=(self.visible, name, *_above(since)))
        return Counted(matching=matching, facets=(facet,), values=NAMES)


def _above(since: int | None) -> list[Node]:
    return [] if since is None else [Between(BY_DATE, since, None)]


def beginning(place: str, words: Sequence[str]) -> Node:
    """All words, the last of them unfinished."""
    return all_of([*(Term(place, word) for word in words[:-1]), _starts(place, words[-1])])


def _starts(place: str, letters: str) -> Node:
    # "qui" is how both spellings of a finished "quy" are indexed, "quy…" how "quyết" is.
    spellings = {letters, letters[:-1] + "y"} if letters.endswith("i") else {letters}
    return any_of([Beginning(place, spelling) for spelling in sorted(spellings)])
