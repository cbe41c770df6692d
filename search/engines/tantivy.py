"""The embedded engine: an index in a folder, no server. For one machine and up to a few million documents."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import tantivy

from search import fields
from search.documents import YES, IndexDocument, Sort
from search.engine import EngineUnavailable, SearchError
from search.engines import tantivy_schema as schema
from search.engines.tantivy_query import Queries
from search.engines.tantivy_store import Stamp, State, Store, stamp
from search.engines.tantivy_view import TantivyView
from search.indexing import Row, build_row, tombstone
from search.nodes import Between, Everything, Node, OneOf
from search.searching import Searching

WRITER_MEMORY = 64_000_000  # bytes of documents held before they are written
LOCK_TIMEOUT = 120.0  # seconds; a batch of 1,000 documents takes about one
READ_AT_ONCE = 5_000


class TantivyEngine(Searching):
    """See :class:`search.engine.Engine`. Keep one for each process; threads may share it.

    A writer holds the folder's lock for one call of ``index`` or ``delete``; others wait. Every search first
    looks whether anything was committed since, by whichever process.
    """

    def __init__(self, folder: Path, *, lock_timeout: float = LOCK_TIMEOUT) -> None:
        self._store = Store(folder, lock_timeout)
        self._refreshing = threading.Lock()
        self._open()

    def _open(self) -> None:
        opened = self._store.open()
        self._index, self._state, self._missing = opened.index, opened.state, opened.missing
        self._seen = self._stamps()
        self._index.reload()

    def _stamps(self) -> tuple[Stamp | None, Stamp | None]:
        return stamp(self._store.state_file), stamp(self._store.meta_file(self._state.name))

    # State

    @property
    def needs_reindex(self) -> bool:
        """Whether the index was made new and not yet declared full, or is of an older version."""
        self.refresh()
        return not self._state.complete or self._is_older()

    @property
    def outdated(self) -> bool:
        """Whether the index that answers is of an older version."""
        self.refresh()
        return self._is_older()

    def _is_older(self) -> bool:
        return self._state.version != fields.VERSION

    def drop_outdated(self) -> None:
        """Nothing is left behind here: the old folder goes with the swap."""

    def mark_reindexed(self) -> None:
        """Declare that everything has been indexed since the index was made new."""
        with self._store.locked():
            self.refresh()
            self._change(replace(self._state, complete=True))

    def _change(self, state: State) -> None:
        self._store.write(state)
        self.refresh()

    def refresh(self) -> None:
        """See what others have committed; two looks at the file system when nothing is new."""
        with self._refreshing, self._store.usable():
            now = self._stamps()
            if now == self._seen:
                return
            if now[0] == self._seen[0] and now[1] is not None:
                self._seen = now
                self._index.reload()
                return
            state = self._store.state()
            same = state is not None and (state.name, state.version) == (self._state.name, self._state.version)
            if state is not None and same and now[1] is not None:
                self._state, self._seen = state, now
                self._index.reload()
            else:
                self._open()  # made new, filled anew beside and swapped, or gone

    def count(self) -> int:
        """Documents in the index, readable or not."""
        self.refresh()
        return self._index.searcher().num_docs

    def _view(self) -> TantivyView:
        self.refresh()
        return TantivyView(self._index, self._missing)

    # Writing

    def index(self, documents: Iterable[IndexDocument]) -> int:
        """Add or replace documents by id in one commit; the last of one id counts. Returns how many."""
        latest = {document.id: document for document in documents}
        if latest:
            self._write(list(latest), latest.values())
        return len(latest)

    def delete(self, ids: Iterable[str]) -> None:
        """Take documents out in one commit."""
        gone = list(dict.fromkeys(ids))
        if gone:
            self._write(gone, ())

    def _write(self, ids: list[str], documents: Collection[IndexDocument]) -> None:
        with self._store.locked():
            self.refresh()
            if beside := self._open_beside():
                # First beside: when the second fails, the caller comes again for both.
                left = map(build_row, documents) if documents else map(tombstone, ids)
                self._commit(beside, ids, left)
            # Rows are made while tantivy's own thread writes those before.
            self._commit(self._index, ids, map(build_row, documents), self._missing)
        self.refresh()

    def clear(self) -> None:
        """Take everything out, and ask for everything to be indexed again."""
        with self._store.locked():
            self.refresh()
            if self._is_older():
                self._store.make_new()
                self._open()
                return
            self._commit(self._index, None, ())
            dropped = self._state.next
            self._change(State(name=self._state.name))
            self._store.drop(dropped)

    def _commit(
        self, index: tantivy.Index, gone: Iterable[str] | None, rows: Iterable[Row], missing: Collection[str] = ()
    ) -> None:
        """Take out the rows of some ids (``None``: all), add others, in one commit; merging is waited for."""
        writer: tantivy.IndexWriter | None = None
        try:
            writer = index.writer(WRITER_MEMORY, 1)
            if gone is None:
                writer.delete_all_documents()
            for identifier in gone or ():
                writer.delete_documents_by_term(fields.ID, identifier)
            for row in rows:
                writer.add_document(schema.as_document(row, missing))
            writer.commit()
            writer.wait_merging_threads()
        except (ValueError, OSError) as error:
            raise EngineUnavailable(f"Writing to {self._store.folder} failed: {error}") from error
        finally:
            writer = None  # frees tantivy's own lock, though an error's traceback keeps this frame alive

    # Comparing with the database

    def documents_in_index(self, ids: Iterable[str]) -> dict[str, str]:
        """Id → version of each of these that is in the index."""
        wanted = list(dict.fromkeys(ids))
        self.refresh()
        found: dict[str, str] = {}
        for start in range(0, len(wanted), READ_AT_ONCE):
            part = OneOf(fields.ID, tuple(wanted[start : start + READ_AT_ONCE]))
            found.update(_versions(self._index, part))
        return found

    def all_documents(self) -> Iterator[tuple[str, str]]:
        """Every id with its version, as the index stands now."""
        self.refresh()
        index = self._index
        searcher, queries = index.searcher(), Queries(index.schema)
        key, last = fields.SORT_KEYS[Sort.DATE], None
        while True:
            below = queries.of(Between(key, None, last) if last is not None else Everything())
            hits = searcher.search(below, READ_AT_ONCE, count=False, order_by_field=key).hits
            if not hits:
                return
            yield from _versions(index, Between(key, hits[-1][0], hits[0][0])).items()
            last = hits[-1][0] - 1

    # Filling a new index beside

    @property
    def rebuilding(self) -> bool:
        """Whether a new index is being filled."""
        self.refresh()
        return bool(self._state.next)

    def begin_rebuild(self) -> str:
        """Make or take up the index beside; returns the mark kept with it."""
        with self._store.locked():
            self.refresh()
            if self._open_beside() is None:
                name = f"index-{uuid.uuid4().hex[:8]}"
                self._store.make(name)
                self._change(replace(self._state, next=name, next_version=fields.VERSION, mark=""))
            return self._state.mark

    def rebuild(self, documents: Iterable[IndexDocument], mark: str) -> int:
        """Add what is not there yet, and remember the mark."""
        latest = {document.id: document for document in documents}
        with self._store.locked():
            self.refresh()
            beside = self._beside()
            there = _versions(beside, OneOf(fields.ID, tuple(latest))) if latest else {}
            missing = [document for document in latest.values() if document.id not in there]
            if missing:
                self._commit(beside, (), map(build_row, missing))
            self._change(replace(self._state, mark=mark))
        return len(latest)

    def commit_rebuild(self) -> None:
        """Swap; the old files go, whoever reads in them goes on until the next search."""
        with self._store.locked():
            self.refresh()
            beside = self._beside()
            self._forget_deleted(beside)
            old = self._state.name
            self._change(State(complete=True, name=self._state.next))
            self._store.drop(old)

    def abandon_rebuild(self) -> None:
        """Drop the index beside."""
        with self._store.locked():
            self.refresh()
            if dropped := self._state.next:
                self._change(replace(self._state, next="", mark=""))
                self._store.drop(dropped)

    def _open_beside(self) -> tantivy.Index | None:
        """The index beside; one whose files cannot be used, or of another version, is given up: it holds up nothing."""
        if not self._state.next:
            return None
        ours = self._state.next_version == fields.VERSION
        index = self._store.open_named(self._state.next) if ours else None
        if index is None:
            dropped = self._state.next
            self._change(replace(self._state, next="", mark=""))
            self._store.drop(dropped)
        return index

    def _beside(self) -> tantivy.Index:
        index = self._open_beside()
        if index is None:
            raise SearchError("No new index is being filled; begin_rebuild comes first.")
        return index

    def _forget_deleted(self, index: tantivy.Index) -> None:
        dead = _versions(index, OneOf(fields.GONE, (YES,)))
        if dead:
            self._commit(index, dead, ())


def _versions(index: tantivy.Index, matching: Node) -> dict[str, str]:
    searcher = index.searcher()
    query = Queries(index.schema).of(matching)
    most = max(searcher.num_docs, 1)
    hits = searcher.search(query, most, count=False, order_by_field=fields.ID).hits
    digests = searcher.fast_field_values(fields.DIGEST, [address for _, address in hits])
    return {str(key): format(int(digest or 0), "015x") for (key, _), digest in zip(hits, digests, strict=True)}
