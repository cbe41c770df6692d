"""The folder of the embedded index: one writer at a time, and a new beginning when its files cannot be used.

Layout: ``index/`` (tantivy's own files), ``state.json`` (layout version, and whether everything has been
indexed since the index was made), ``lock`` (held by whoever writes; freed by the system when it dies).
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import tantivy

from search.engine import EngineBusy, EngineUnavailable
from search.engines import tantivy_schema as schema

LOCK_PAUSE = 0.02  # seconds between two looks at a held lock
Stamp: TypeAlias = tuple[int, int, int]
"""Inode, time of change, size: what tells that a file is another one than before."""


def stamp(path: Path) -> Stamp | None:
    """The stamp of a file, ``None`` when it is not there."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


class Store:
    """Opens, makes and locks the index in one folder."""

    def __init__(self, folder: Path, lock_timeout: float) -> None:
        self.folder = folder
        self.files = folder / "index"
        self.state_file = folder / "state.json"
        self.meta_file = self.files / "meta.json"
        self._lock_timeout = lock_timeout

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Alone in writing among threads and processes. Waits; :class:`EngineBusy` after the timeout."""
        deadline = time.monotonic() + self._lock_timeout
        # A descriptor of one's own each time: flock then keeps threads of one process apart as well.
        with open(self.folder / "lock", "w") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise EngineBusy(
                            f"Another process has been writing to the search index in {self.folder} "
                            f"for {self._lock_timeout:.0f} s."
                        ) from None
                    time.sleep(LOCK_PAUSE)
            yield

    def open(self) -> tantivy.Index:
        """The index, made new (and marked not complete) when missing, damaged or of another version."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            index = self._open_existing()
            if index is None:
                with self.locked():
                    index = self._open_existing() or self._make_new()
        except OSError as error:
            raise EngineUnavailable(f"The search index in {self.folder} cannot be used: {error}") from error
        return index

    def _open_existing(self) -> tantivy.Index | None:
        if self._state().get("version") != schema.VERSION:
            return None
        try:
            index = tantivy.Index.open(str(self.files))
            index.register_tokenizer(schema.BLANKS, schema.blank_tokenizer())
            index.config_reader("manual")
            index.reload()
            _touch(index)
        except (ValueError, OSError):
            # tantivy reports any file it cannot read as ValueError.
            return None
        return index

    def _make_new(self) -> tantivy.Index:
        self.state_file.unlink(missing_ok=True)
        if self.files.exists():
            shutil.rmtree(self.files)
        self.files.mkdir()
        index = tantivy.Index(schema.build_schema(), str(self.files))
        index.register_tokenizer(schema.BLANKS, schema.blank_tokenizer())
        index.config_reader("manual")
        self.write_state(complete=False)
        return index

    def _state(self) -> dict[str, object]:
        try:
            state = json.loads(self.state_file.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def write_state(self, *, complete: bool) -> None:
        """Write the state whole or not at all."""
        draft = self.state_file.with_suffix(f".{os.getpid()}.new")
        draft.write_text(json.dumps({"version": schema.VERSION, "complete": complete}))
        draft.replace(self.state_file)

    @property
    def complete(self) -> bool:
        """Whether everything was indexed since the index was made."""
        return self._state().get("complete") is True


def _touch(index: tantivy.Index) -> None:
    """Read a little of each kind of file, so that a damaged index is noticed on opening."""
    searcher = index.searcher()
    everything = tantivy.Query.all_query()
    for field in schema.SORT_KEYS.values():
        for _, address in searcher.search(everything, 1, order_by_field=field).hits:
            schema.read_source(searcher.doc(address))
    searcher.doc_freq(schema.WORDS, "a")
