"""What the beginning of a query may mean: documents, issuers and signers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from search import fields
from search.analysis import fold_code, terms
from search.documents import Facet, Sort, Suggestion
from search.nodes import Beginning, Both, Node, Term, all_of, any_of
from search.planning import Planner
from search.view import Counted, Sorted, View

LONGEST = 200
"""Characters looked at."""
NAMES = 3
"""Issuers, and signers, at most."""
_NAMED = ((Facet.ISSUER, "issuer"), (Facet.SIGNER, "signer"))


def suggest(view_of: Callable[[], View], prefix: str, tokens: Collection[str], limit: int) -> list[Suggestion]:
    """Issuers and signers by the words of their name; documents by number or words of the summary, newest first."""
    words = terms(prefix[:LONGEST]).folded
    if not tokens or not words or (words[0].isalpha() and len("".join(words)) < 2):
        return []
    view = view_of()
    visible = Planner(view, tokens).visible
    places = [beginning(fields.TITLE, words)]
    if key := fold_code(prefix[:LONGEST]):
        places = [_starts(fields.CODE, key), _starts(fields.CODE_PREFIX, key), *places]
    key_of_date = fields.SORT_KEYS[Sort.DATE]
    finds = [Sorted(matching=Both(must=(visible, place)), key=key_of_date, limit=limit) for place in places]
    names = [
        Counted(matching=Both(must=(visible, beginning(fields.words_in(facet), words))), facets=(facet,), values=NAMES)
        for facet, _ in _NAMED
    ]
    pages, counts = view.ask(finds, names)
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


def beginning(place: str, words: Sequence[str]) -> Node:
    """All words, the last of them unfinished."""
    return all_of([*(Term(place, word) for word in words[:-1]), _starts(place, words[-1])])


def _starts(place: str, letters: str) -> Node:
    # "qui" is how both spellings of a finished "quy" are indexed, "quy…" how "quyết" is.
    spellings = {letters, letters[:-1] + "y"} if letters.endswith("i") else {letters}
    return any_of([Beginning(place, spelling) for spelling in sorted(spellings)])
