"""The folder of the embedded index: one writer at a time, and a new beginning when its files cannot be used.

Layout: ``index/`` or ``index-…/`` (tantivy's own files; a second one while everything is indexed anew),
``state.json`` (see :class:`State`), ``lock`` (held by whoever writes; freed by the system when it dies).
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO, TypeAlias

import tantivy

from search import fields
from search.engine import EngineBusy, EngineUnavailable
from search.engines import tantivy_schema as schema

LOCK_PAUSE = 0.02  # seconds between two looks at a held lock
FIRST_NAME = "index"
PASSING = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EIO))
"""Errors of the system that say nothing about the files."""
_SYSTEM_ERROR = re.compile(r"(?:os error |\bcode: )(\d+)")
Stamp: TypeAlias = tuple[int, int, int]
"""Inode, time of change, size: what tells that a file is another one than before."""


@dataclass(frozen=True, slots=True)
class State:
    """What is known of the folder besides tantivy's own files."""

    version: int = fields.VERSION
    complete: bool = False
    """Everything has been indexed since the index was made."""
    name: str = FIRST_NAME
    """The folder of the index that answers."""
    next: str = ""
    """The folder of the one that is being filled beside; empty when none is."""
    mark: str = ""
    """How far the filling has come, in the words of whoever fills."""


def stamp(path: Path) -> Stamp | None:
    """The stamp of a file, ``None`` when it is not there."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


class Store:
    """Opens, makes and locks the indexes in one folder."""

    def __init__(self, folder: Path, lock_timeout: float) -> None:
        self.folder = folder
        self.state_file = folder / "state.json"
        self._lock_timeout = lock_timeout

    def meta_file(self, name: str) -> Path:
        """Where tantivy writes each commit of one index."""
        return self.folder / name / "meta.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Alone in writing among threads and processes. Waits; :class:`EngineBusy` after the timeout."""
        deadline = time.monotonic() + self._lock_timeout
        # A descriptor of one's own each time: flock then keeps threads of one process apart as well.
        with self._opened_lock() as lock:
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

    def _opened_lock(self) -> TextIO:
        with self.usable():
            return open(self.folder / "lock", "w")

    @contextmanager
    def usable(self) -> Iterator[None]:
        """What the system refuses, in the library's own words; tantivy reports it as ValueError."""
        try:
            yield
        except (ValueError, OSError) as error:
            raise EngineUnavailable(f"The search index in {self.folder} cannot be used: {error}") from error

    def open(self) -> tuple[tantivy.Index, State]:
        """The index that answers, made new (and not complete) when missing, damaged or of another version."""
        with self.usable():
            self.folder.mkdir(parents=True, exist_ok=True)
            opened = self._open_existing()
            if opened is None:
                with self.locked():
                    opened = self._open_existing() or self._make_new()
        return opened

    def _open_existing(self) -> tuple[tantivy.Index, State] | None:
        state = self.state()
        index = self.open_named(state.name) if state else None
        return (index, state) if state and index else None

    def open_named(self, name: str) -> tantivy.Index | None:
        """One index of the folder; ``None`` when its files are missing or damaged.

        Raises :class:`EngineUnavailable` when they cannot be read at this moment: what is whole is not made new.
        """
        try:
            index = _ready(tantivy.Index.open(str(self.folder / name)))
            index.reload()
            _touch(index)
        except (ValueError, OSError) as error:
            # tantivy reports any file it cannot read as ValueError.
            if PASSING & {int(code) for code in _SYSTEM_ERROR.findall(str(error))}:
                raise EngineUnavailable(f"The search index in {self.folder} cannot be read now: {error}") from error
            return None
        return index

    def _make_new(self) -> tuple[tantivy.Index, State]:
        self.state_file.unlink(missing_ok=True)
        for folder in self.folder.glob(f"{FIRST_NAME}*"):
            shutil.rmtree(folder)
        index = self.make(FIRST_NAME)
        state = State()
        self.write(state)
        return index, state

    def make(self, name: str) -> tantivy.Index:
        """An empty index; whatever had its name is gone."""
        self.drop(name)
        with self.usable():
            (self.folder / name).mkdir()
            return _ready(tantivy.Index(schema.build_schema(), str(self.folder / name)))

    def drop(self, name: str) -> None:
        """Remove one index, if there is one of this name. Who is reading in it goes on."""
        if name and (self.folder / name).exists():
            shutil.rmtree(self.folder / name)

    def state(self) -> State | None:
        """The state, ``None`` when there is none of this version."""
        try:
            read = json.loads(self.state_file.read_text())
            state = State(**read) if isinstance(read, dict) else None
        except (FileNotFoundError, ValueError, TypeError):
            return None
        return state if state and state.version == fields.VERSION else None

    def write(self, state: State) -> None:
        """Write the state whole or not at all."""
        draft = self.state_file.with_suffix(f".{os.getpid()}.new")
        with self.usable():
            draft.write_text(json.dumps(asdict(state)))
            draft.replace(self.state_file)


def _ready(index: tantivy.Index) -> tantivy.Index:
    index.register_tokenizer(schema.BLANKS, schema.blank_tokenizer())
    index.config_reader("manual")
    return index


def _touch(index: tantivy.Index) -> None:
    """Read a little of each kind of file, so that a damaged index is noticed on opening."""
    searcher = index.searcher()
    everything = tantivy.Query.all_query()
    for field in fields.SORT_KEYS.values():
        for _, address in searcher.search(everything, 1, order_by_field=field).hits:
            searcher.doc(address)
    searcher.doc_freq(fields.WORDS, "a")
