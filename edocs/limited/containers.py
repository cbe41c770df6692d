"""Zip containers of office files: what they hold, and whether they are safe to unpack. Runs in the child."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from .errors import FileRefused, RefusalCode
from .limits import MIB

MAX_ENTRIES = 10_000
MAX_UNPACKED = 400 * MIB  # all entries together, those of containers inside included
MAX_RATIO = 200  # unpacked to packed, once MIN_SUSPECT is passed; deflate's own most is 1032
MIN_SUSPECT = 16 * MIB
MAX_DEPTH = 2  # a workbook inside a letter is usual, a container inside that one is not
_MAX_INNER = 64 * MIB

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_ODT = b"application/vnd.oasis.opendocument.text"
_MACRO_PARTS = re.compile(r"(^|/)vbaProject\.bin$|^(Basic|Scripts)/.", re.IGNORECASE)
_INNER = re.compile(r"\.(zip|docx|docm|xlsx|xlsm|pptx|odt|ods|jar)$", re.IGNORECASE)
# What reading an entry can raise; NotImplementedError is a compression or version that nobody uses.
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, UnicodeDecodeError)
_XML = re.compile(r"\.(xml|rels|vml|rdf)$", re.IGNORECASE)


def kind_inside_zip(path: Path) -> str:
    """Return "docx", "xlsx" or "odt" for a safe container of that kind; refuse every other."""
    with path.open("rb") as stream:
        check_container(stream, path.stat().st_size)
        with zipfile.ZipFile(stream) as container:
            kind = _kind(container)
            if any(_MACRO_PARTS.search(name) for name in container.namelist()):
                raise FileRefused(RefusalCode.MACRO, "macro part")
            _check_declarations(container, allow_doctype=kind == "odt")
            return kind


def check_container(stream: IO[bytes], size: int, depth: int = 0) -> int:
    """Refuse a zip bomb before anything unpacks it; return the unpacked size of all its entries.

    Looks at the number of entries, the declared sizes and their ratio, entries that share bytes, what each
    entry really inflates to (declared sizes may lie), and containers inside.
    """
    entries = _entries(stream)
    if len(entries) > MAX_ENTRIES:
        raise FileRefused(RefusalCode.BOMB, f"{len(entries)} entries")
    total = sum(entry.file_size for entry in entries)
    _refuse_excess(total, size)
    _refuse_overlap(entries)
    for entry in entries:
        inner = _INNER.search(entry.filename) is not None
        content = _inflate(stream, entry, keep=inner)
        if content is None or not content.startswith(b"PK"):
            continue
        if depth + 1 >= MAX_DEPTH:
            raise FileRefused(RefusalCode.BOMB, "containers nested too deeply")
        total += check_container(io.BytesIO(content), len(content), depth + 1)
        _refuse_excess(total, size)
    return total


def _entries(stream: IO[bytes]) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(stream) as container:
            entries = container.infolist()
    except zipfile.BadZipFile as error:
        lost_end = "not a zip file" in str(error)  # the directory stands at the end
        raise FileRefused(RefusalCode.TRUNCATED if lost_end else RefusalCode.DAMAGED, str(error)) from None
    except (OSError, ValueError, NotImplementedError, struct.error) as error:
        raise FileRefused(RefusalCode.DAMAGED, str(error)) from None
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused(RefusalCode.ENCRYPTED, "encrypted entries")
    return entries


def _refuse_excess(unpacked: int, packed: int) -> None:
    if unpacked > MAX_UNPACKED:
        raise FileRefused(RefusalCode.BOMB, f"unpacks to {unpacked} bytes")
    if unpacked > MIN_SUSPECT and unpacked > MAX_RATIO * packed:
        raise FileRefused(RefusalCode.BOMB, f"{unpacked} bytes packed into {packed}")


def _refuse_overlap(entries: list[zipfile.ZipInfo]) -> None:
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise FileRefused(RefusalCode.DAMAGED, "entries share bytes")
        end = entry.header_offset + 30 + len(entry.filename.encode()) + entry.compress_size


def _inflate(stream: IO[bytes], entry: zipfile.ZipInfo, *, keep: bool) -> bytes | None:
    """Inflate one entry while counting; refuse more bytes than declared. Returns them when `keep`."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileRefused(RefusalCode.DAMAGED, f"{entry.filename}: unusual compression")
    keep = keep and entry.file_size <= _MAX_INNER
    kept: list[bytes] = []
    counted = 0
    for piece in _pieces(stream, entry):
        counted += len(piece)
        if counted > entry.file_size + MIB:
            raise FileRefused(RefusalCode.BOMB, f"{entry.filename} is larger than declared")
        if keep:
            kept.append(piece)
    if counted != entry.file_size:
        raise FileRefused(RefusalCode.DAMAGED, f"{entry.filename} is not of the size declared")
    return b"".join(kept) if keep else None


def _pieces(stream: IO[bytes], entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the entry's unpacked bytes in pieces of at most 1 MiB, whatever size is declared."""
    stream.seek(entry.header_offset)
    header = stream.read(30)
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise FileRefused(RefusalCode.DAMAGED, f"{entry.filename} has no header")
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    stream.seek(name_length + extra_length, io.SEEK_CUR)
    left = entry.compress_size
    inflater = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        packed = stream.read(min(left, 64 * 1024))
        if not packed:
            raise FileRefused(RefusalCode.TRUNCATED, f"{entry.filename} ends early")
        left -= len(packed)
        if inflater is None:
            yield packed
            continue
        while packed:
            try:
                yield inflater.decompress(packed, MIB)
            except zlib.error as error:
                raise FileRefused(RefusalCode.DAMAGED, f"{entry.filename}: {error}") from None
            packed = inflater.unconsumed_tail


def _kind(container: zipfile.ZipFile) -> str:
    names = set(container.namelist())
    if "[Content_Types].xml" in names:
        types = read_entry(container, "[Content_Types].xml", 4 * MIB).decode("utf-8", errors="replace")
        if "macroEnabled" in types:
            raise FileRefused(RefusalCode.MACRO, "macro-enabled kind")
        if _WORD in types and "word/document.xml" in names:
            return "docx"
        if _SHEET in types and "xl/workbook.xml" in names:
            return "xlsx"
        raise FileRefused(RefusalCode.WRONG_KIND, "another office kind")
    if "mimetype" in names and read_entry(container, "mimetype", 200).strip() == _ODT:
        if "content.xml" not in names:
            raise FileRefused(RefusalCode.DAMAGED, "no content.xml")
        manifest = "META-INF/manifest.xml"
        if manifest in names and b"encryption-data" in read_entry(container, manifest, 16 * MIB):
            raise FileRefused(RefusalCode.ENCRYPTED, "encrypted ODF")
        return "odt"
    raise FileRefused(RefusalCode.WRONG_KIND, "a zip file of no known kind")


def _check_declarations(container: zipfile.ZipFile, *, allow_doctype: bool) -> None:
    """Refuse XML that declares entities (they read files or explode). OOXML forbids any DOCTYPE;
    the manifest of old ODF files has one."""
    for entry in container.infolist():
        if not _XML.search(entry.filename):
            continue
        try:
            with container.open(entry) as part:
                head = part.read(64 * 1024).replace(b"\0", b"")  # UTF-16 too
        except _ZIP_ERRORS as error:
            raise FileRefused(RefusalCode.DAMAGED, f"{entry.filename}: {error}") from None
        if b"<!ENTITY" in head or (b"<!DOCTYPE" in head and not allow_doctype):
            raise FileRefused(RefusalCode.DAMAGED, f"{entry.filename} declares a document type")


def read_entry(container: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Return an entry's bytes; refuse it when longer than `most`."""
    try:
        with container.open(name) as part:
            content = part.read(most + 1)
    except _ZIP_ERRORS as error:
        raise FileRefused(RefusalCode.DAMAGED, f"{name}: {error}") from None
    if len(content) > most:
        raise FileRefused(RefusalCode.BOMB, f"{name} is longer than {most} bytes")
    return content
