"""What every search engine does. The truth is in the database; an engine can be filled anew at any time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Protocol

from search.documents import NO_FILTERS, Filters, Hint, Hit, IndexDocument, ResultPage, Sort, Suggestion
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
        """Whether a new index is to be built: the one that answers was made new (it was missing, damaged, or of a
        version that cannot be asked) and not yet declared full, or it is ``outdated``."""
        ...

    @property
    def outdated(self) -> bool:
        """Whether an index of an older version answers until the new one is full. It follows changes as before; what
        the new version has more is not found yet, and :func:`~search.documents.version_of` says nothing about it."""
        ...

    def drop_outdated(self) -> None:
        """Take away what older versions left behind, once nobody asks it any more."""
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
        """Documents, issuers and signers that the beginning of a query may mean."""
        ...

    def more_like_this(self, identifier: str, tokens: Collection[str], *, limit: int = 10) -> list[Hit]:
        """Other documents about the same, the most similar first. Empty when it may not be read itself."""
        ...

    def did_you_mean(self, query: Query | str, tokens: Collection[str]) -> str | None:
        """The query with misspelled syllables replaced by ones that readable documents hold, with their accents.

        ``None`` when nothing is to be corrected. ``search`` gives the same as ``ResultPage.corrected``.
        """
        ...

    def explain_empty(
        self, query: Query | str, tokens: Collection[str], *, filters: Filters = NO_FILTERS
    ) -> list[Hint]:
        """Why nothing is found: which part finds nothing alone, which filter or exclusion hides how many.

        ``search`` adds these to the hints of an empty page.
        """
        ...

    # Comparing with the database

    def documents_in_index(self, ids: Iterable[str]) -> dict[str, str]:
        """Id → :func:`~search.documents.version_of` the document as it was indexed; ids not there are left out."""
        ...

    def all_documents(self) -> Iterator[tuple[str, str]]:
        """Every id in the index with its version, in no particular order."""
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

    # Indexing everything anew while the old index answers

    @property
    def rebuilding(self) -> bool:
        """Whether a new index is being filled beside the one that answers."""
        ...

    def begin_rebuild(self) -> str:
        """Make a new index beside, or take up the one begun before (by whichever process).

        Returns the mark given with the last :meth:`rebuild`, empty at the beginning. From now on ``index``
        and ``delete`` change both indexes, so nothing that happens meanwhile is lost.
        """
        ...

    def rebuild(self, documents: Iterable[IndexDocument], mark: str) -> int:
        """Add documents to the new index and remember ``mark`` (how far one has come) once they are safe.

        A document that ``index`` or ``delete`` has changed since the beginning is left as it is there: what
        is given here was read earlier. Returns how many were given. Raises :class:`SearchError` when no
        rebuild was begun.
        """
        ...

    def commit_rebuild(self) -> None:
        """Let the new index answer, declare it full, and drop the old one. At once for whoever searches."""
        ...

    def abandon_rebuild(self) -> None:
        """Drop the new index; does no harm when there is none."""
        ...
