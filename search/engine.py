"""What every search engine does. The truth is in the database; an engine can be filled anew at any time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from search.documents import NO_FILTERS, Filters, IndexDocument, ResultPage, Sort, Suggestion
from search.query import Query


class SearchError(Exception):
    """The engine could not do what was asked; the message says why."""


class EngineBusy(SearchError):
    """Another writer held the index longer than this one was willing to wait. Try again later."""


class EngineUnavailable(SearchError):
    """The engine cannot be reached or its files cannot be used."""


class Engine(Protocol):
    """An index of documents that answers only what the asker's access tokens may see.

    ``tokens`` are the asker's (``u:5``, ``g:3``, ``r:clerk``). A document is found when it holds at least one
    of them; hits, totals, facets, suggestions, spelling and hints all keep to that. No tokens: nothing found.
    """

    @property
    def needs_reindex(self) -> bool:
        """Whether the index was made new (missing, damaged, of an older layout) and not yet declared full."""
        ...

    def mark_reindexed(self) -> None:
        """Declare that everything has been indexed since the index was made new."""
        ...

    def index(self, documents: Iterable[IndexDocument]) -> int:
        """Add or replace documents by id, all in one commit; returns how many. Waits for another writer.

        The documents can be found as soon as this returns. Raises :class:`EngineBusy`.
        """
        ...

    def delete(self, ids: Iterable[str]) -> None:
        """Take documents out; unknown ids do no harm. Raises :class:`EngineBusy`."""
        ...

    def search(
        self,
        query: Query | str,
        tokens: Collection[str],
        *,
        filters: Filters = NO_FILTERS,
        facets: Sequence[str] = (),
        sort: Sort = Sort.RELEVANCE,
        limit: int = 25,
        after: str | None = None,
    ) -> ResultPage:
        """One page of documents that fit the query and the filters and that one of ``tokens`` may see.

        An empty query finds everything readable, newest first. ``facets`` names the fields to count
        (:class:`~search.documents.Facet`). ``after`` is the cursor of the page before; one that cannot be
        read gives the first page. Never raises on what a user typed.
        """
        ...

    def suggest(self, prefix: str, tokens: Collection[str], *, limit: int = 8) -> list[Suggestion]:
        """Documents and issuers that the beginning of a query may mean."""
        ...

    def count(self) -> int:
        """Documents in the index, readable or not."""
        ...

    def clear(self) -> None:
        """Take everything out."""
        ...

    def refresh(self) -> None:
        """See what other processes have committed. ``search`` does this itself; cheap when nothing is new."""
        ...
