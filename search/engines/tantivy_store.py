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
from dataclasses import field as made
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
NONE: frozenset[str] = frozenset()
Stamp: TypeAlias = tuple[int, int, int]
"""Inode, time of change, size: what tells that a file is another one than before."""


@dataclass(frozen=True, slots=True)
class State:
    """What is known of the folder besides tantivy's own files."""

    version: int = made(default_factory=lambda: fields.VERSION)
    """Of the index that answers."""
    complete: bool = False
    """Everything has been indexed since the index was made."""
    name: str = FIRST_NAME
    """The folder of the index that answers."""
    next: str = ""
    """The folder of the one that is being filled beside; empty when none is."""
    next_version: int = 0
    mark: str = ""
    """How far the filling has come, in the words of whoever fills."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The index that answers, and the fields that it lacks, being of an older version."""

    index: tantivy.Index
    state: State
    missing: frozenset[str] = NONE


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
        return self.folder / name / schema.META

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

    def open(self) -> Opened:
        """The index that answers, made new (and not complete) when missing, damaged or of a version not to be asked."""
        with self.usable():
            self.folder.mkdir(parents=True, exist_ok=True)
            opened = self._open_existing()
            if opened is None:
                with self.locked():
                    opened = self._open_existing() or self.make_new()
        return opened

    def _open_existing(self) -> Opened | None:
        state = self.state()
        missing = self._missing_in(state) if state else None
        index = self.open_named(state.name) if state and missing is not None else None
        return Opened(index, state, missing or NONE) if state and index else None

    def _missing_in(self, state: State) -> frozenset[str] | None:
        """The fields that the index lacks; ``None`` when it cannot be asked."""
        if state.version == fields.VERSION:
            return NONE
        try:
            its = schema.kept_in(self.meta_file(state.name))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None  # damaged
        return fields.missing_in(state.version, its, schema.kept_now())

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

    def make_new(self) -> Opened:
        """An empty index of this version in place of all that was there; whoever calls this holds the lock."""
        self.state_file.unlink(missing_ok=True)
        for folder in self.folder.glob(f"{FIRST_NAME}*"):
            shutil.rmtree(folder)
        index = self.make(FIRST_NAME)
        state = State()
        self.write(state)
        return Opened(index, state)

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
        """The state, ``None`` when there is none that can be read."""
        try:
            read = json.loads(self.state_file.read_text())
            return State(**{"next_version": read["version"], **read})
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return None

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
