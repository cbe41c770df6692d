"""Reading a PDF to judge it: strictly first, then with leniency, and without large streams in memory."""

# mypy: disable-error-code="no-untyped-call,no-untyped-def"
from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

from signing.validate.views import View

log = logging.getLogger(__name__)

LARGE = 256 * 1024
"""Streams with at least so many bytes stay on the disk until somebody asks for their content."""
SMALL_FILE = 4 * 1024 * 1024
"""Files up to this size are held in memory as a whole."""
MOST_REVISIONS = 400
BROKEN = (
    PdfError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    AssertionError,
    NotImplementedError,
    OSError,
    RecursionError,
    OverflowError,
)
"""What the foreign parser raises on malformed files (measured on public samples)."""


def entry(holder: Any, key: str, default: Any = None) -> Any:
    """The value of an entry, its reference followed; ``default`` when there is none or it is null."""
    try:
        found = holder[key]
    except (KeyError, TypeError):
        return default
    return default if isinstance(found, generic.NullObject) else found


class NeedsPassword(Exception):
    """The file cannot be read without a password."""


class _File(io.BufferedReader):
    """The file as pyHanko reads it: of a large stream it gets nothing but the place."""

    jumped: tuple[int, int] | None = None
    jumping = False

    def read(self, size: int | None = -1, /) -> bytes:
        if not self.jumping or size is None or size < LARGE:
            return super().read(size)
        start = self.tell()
        end = self.seek(0, io.SEEK_END)
        if start + size > end:
            raise ValueError("a stream longer than its file")
        self.seek(start + size)
        self.jumped = (start, size)
        return b""

    def whole(self, place: tuple[int, int]) -> bytes:
        """The bytes of a large stream."""
        before = self.tell()
        self.seek(place[0])
        data = super().read(place[1])
        self.seek(before)
        return data


class _Memory(io.BytesIO):
    """A small file, read at once: pyHanko reads byte by byte."""

    jumped: tuple[int, int] | None = None
    jumping = False


class _LargeStream(generic.StreamObject):
    """A stream whose bytes are read anew each time they are wanted, and never kept."""

    def __init__(self, entries: Any, file: _File, place: tuple[int, int]) -> None:
        self._file, self._place = file, place
        super().__init__(entries)

    @property
    def _encoded_data(self) -> bytes:  # type: ignore[override]
        return self._file.whole(self._place)

    @_encoded_data.setter
    def _encoded_data(self, data: bytes | None) -> None:
        """Nothing is kept."""

    @property
    def encoded_data(self) -> bytes:
        return self._encoded_data

    def again(self, entries: Any) -> _LargeStream:
        """The same bytes under other entries."""
        return _LargeStream(entries, self._file, self._place)


class _View(View):
    """The file as it was in one revision, with large streams left on the disk."""

    def _unusual(self, obj: Any) -> Any:
        if not isinstance(obj, _LargeStream):
            return super()._unusual(obj)
        result = obj.again({key: self._subsume_object(value) for key, value in obj.items()})
        own: Any = obj.get_container_ref()
        result.container_ref = generic.Reference(own.idnum, own.generation, self)
        return result


def _remembering(last_change: Callable[[Any], int]) -> Callable[[Any], int]:
    """What the tables say of a number stays the same while a file is read; it is asked hundreds of times."""
    known: dict[tuple[int, int], int] = {}

    def ask(reference: Any) -> int:
        place = reference.idnum, reference.generation
        if place not in known:
            known[place] = last_change(reference)
        return known[place]

    return ask


class Reader(PdfFileReader):
    """pyHanko's reader, with large streams left on the disk."""

    stream: _File | _Memory

    def __init__(self, stream: _File | _Memory, strict: bool) -> None:
        super().__init__(stream, strict)
        self.xrefs.get_last_change = _remembering(self.xrefs.get_last_change)  # type: ignore[method-assign, assignment]

    def _read_object(self, ref: Any, marker: Any, *args: Any, **kwargs: Any) -> Any:
        if marker is None and self._was_freed(ref):
            gone = generic.NullObject()
            gone.container_ref = ref
            return gone
        file = self.stream
        # encrypted bytes are decrypted while they are read, so they are not left on the disk
        before, file.jumping = file.jumping, hasattr(self, "trailer") and "/Encrypt" not in self.trailer
        file.jumped = None
        try:
            found = super()._read_object(ref, marker, *args, **kwargs)
        finally:
            place, file.jumped, file.jumping = file.jumped, None, before
        if place is None or not isinstance(file, _File) or not isinstance(found, generic.StreamObject):
            return found
        large = _LargeStream(dict(found), file, place)
        large.container_ref = found.container_ref
        return large

    def _was_freed(self, ref: Any) -> bool:
        """Whether a table says that this number was given up; pyHanko takes that for a fault when it is strict.

        A number that no table knows stays a fault: a later revision could bring to light what it stands for.
        """
        return any(ref.idnum in self.xrefs.get_xref_data(number).freed for number in range(self.revisions))

    def get_historical_resolver(self, revision: int) -> HistoricalResolver:
        """The file as it was in a revision, 0 the first."""
        cache = self._historical_resolver_cache
        if revision not in cache:
            cache[revision] = _View(self, revision)
        return cache[revision]

    @property
    def revisions(self) -> int:
        """How many revisions the file has."""
        total: int = self.xrefs.total_revisions
        return total


@contextmanager
def opened(path: Path, *, strict: bool) -> Iterator[tuple[Reader, list[str]]]:
    """The file at ``path``, and with what reserve it was read (codes of reasons).

    Raises :class:`NeedsPassword`, or one of :data:`BROKEN` when it cannot be read like this.
    """
    small = path.stat().st_size <= SMALL_FILE
    with _Memory(path.read_bytes()) if small else _File(io.FileIO(path)) as file:
        yield _read(file, strict=strict), [] if strict else ["lax_format"]


def _read(file: _File | _Memory, *, strict: bool) -> Reader:
    file.seek(0)
    reader = Reader(file, strict)
    if reader.revisions > MOST_REVISIONS:
        raise ValueError("too many revisions")
    if reader.encrypted:
        try:
            allowed = reader.decrypt("").status is not AuthStatus.FAILED
        except BROKEN:
            allowed = False
        if not allowed:
            raise NeedsPassword
    reader.root.raw_get("/Pages")  # a file without pages is no document
    return reader
