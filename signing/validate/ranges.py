"""Which bytes a signature covers, and that no byte of the file is left unexplained (G1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import IO, Any

from asn1crypto import parser
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.xref import XRefSectionType
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.validate.reading import Reader

BLANK = b" \t\r\n\x0c\x00"
_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_OBJECT = re.compile(rb"(\d+)\s+(\d+)\s+obj\b")
_CHUNK = 1 << 20
_LONGEST_END = 64
_MOST_OBJECTS = 20_000
_MOST_BETWEEN = 64 * 1024


def hole(signature: EmbeddedPdfSignature, stream: IO[bytes], size: int) -> list[str]:
    """The byte range is two ranges from the first byte on, and the hole between them is the signature itself.

    Without this a signature can be kept whole while its bytes are moved and others put between them.
    """
    numbers = signature.byte_range
    if not isinstance(numbers, generic.ArrayObject) or not all(isinstance(n, generic.NumberObject) for n in numbers):
        return ["byte_range"]
    if len(numbers) < 4 or len(numbers) % 2 or numbers[0] != 0 or any(n < 0 for n in numbers):
        return ["byte_range"]
    if len(numbers) != 4:
        return ["coverage"]
    _, first, start, length = (int(n) for n in numbers)
    if not 0 < first < start <= start + length <= size:
        return ["byte_range"]
    content = bytes(signature.pkcs7_content)
    if start - first > 4 * len(content) + 4096:
        return ["coverage"]
    stream.seek(first)
    written = stream.read(start - first)
    if not (written.startswith(b"<") and written.endswith(b">")):
        return ["coverage"]
    try:
        between = bytes.fromhex(written[1:-1].decode("ascii"))
    except ValueError:
        return ["coverage"]
    if between != content:
        return ["coverage"]
    return ["hidden_bytes"] if content[_element(content) :].strip(b"\0") else []


def _element(content: bytes) -> int:
    """Length of the first BER element, with its head; the whole length when it is none."""
    try:
        _, _, _, head, body, tail = parser.parse(content)
    except ValueError:
        return len(content)
    return len(head) + len(body) + len(tail)


def end_of(signature: EmbeddedPdfSignature) -> int:
    """Offset of the first byte after what a signature covers, 0 when it does not say."""
    try:
        numbers = [int(number) for number in signature.byte_range]
    except (TypeError, ValueError):
        return 0
    return max(0, numbers[-2] + numbers[-1]) if len(numbers) >= 4 else 0


def after_the_end(reader: Reader, signatures: Sequence[EmbeddedPdfSignature], size: int) -> list[str]:
    """G1: nothing after the last ``%%EOF``, and every revision after the last signature explains itself."""
    covered = min(size, max((end_of(signature) for signature in signatures), default=0))
    blank, ends = _ends(reader.stream, covered, size)
    newest = reader.revisions - 1
    if not ends:
        if not blank:
            return ["trailing_bytes"]
        return [] if signatures else ["format"]
    last_end, last_table = ends[-1]
    if not _blank(reader.stream, last_end, size):
        return ["trailing_bytes"]
    if last_table != reader.xrefs.get_startxref_for_revision(newest):
        return ["trailing_bytes"]
    if signatures:
        later = newest - max(signature.signed_revision for signature in signatures)
        if later != len(ends):
            return ["unexplained_bytes"]
    return []


def _ends(stream: IO[bytes], start: int, size: int) -> tuple[bool, list[tuple[int, int]]]:
    """Whether all from ``start`` on is blank, and each end mark there: its own end, and the table it names."""
    blank = True
    found: dict[int, int] = {}
    for offset, chunk in _chunks(stream, start, size):
        blank = blank and not chunk.strip(BLANK)
        for match in _END.finditer(chunk):
            found[offset + match.end()] = int(match.group(1))
    return blank, sorted(found.items())


def _blank(stream: IO[bytes], start: int, size: int) -> bool:
    return all(not chunk.strip(BLANK) for _, chunk in _chunks(stream, start, size))


def _chunks(stream: IO[bytes], start: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Pieces that overlap by as much as an end mark is long."""
    offset = start
    while offset < size:
        stream.seek(offset)
        yield offset, stream.read(min(_CHUNK, size - offset))
        offset += _CHUNK - _LONGEST_END


def between_objects(reader: Reader, first: int) -> list[str]:
    """Whether the revisions from ``first`` on consist of the objects that their tables name, and of nothing else.

    A program that repairs files reads whatever looks like an object; so nothing may stand there that looks like one.
    """
    for revision in range(max(1, first), reader.revisions):
        data = reader.xrefs.get_xref_data(revision)
        table = reader.xrefs.get_xref_container_info(revision)
        before = reader.xrefs.get_xref_container_info(revision - 1)
        own = {table.start_location} if table.xref_section_type is XRefSectionType.STREAM else set()
        starts = sorted(own | {place for _, place in data.standard_xrefs.values()})
        if len(starts) > _MOST_OBJECTS or not _explained(reader, before.end_location, starts, table):
            return ["unexplained_bytes"]
    return []


def _explained(reader: Reader, begin: int, starts: list[int], table: Any) -> bool:
    """Walk from object to object; between their ends and the next beginning stands only white space."""
    stream = reader.stream
    in_stream = table.xref_section_type is XRefSectionType.STREAM
    limit = table.end_location if in_stream else table.declared_startxref
    stops = [*starts[1:], limit]
    if not _only_an_end_mark(stream, begin, starts[0] if starts else limit):
        return False
    return all(
        start < stop and (_one_object(stream, start, stop) or _ends_before(reader, start, stop, in_stream))
        for start, stop in zip(starts, stops, strict=False)
    )


def _only_an_end_mark(stream: IO[bytes], start: int, end: int) -> bool:
    """Whether from a table on nothing follows but its trailer, its end mark and white space or comments."""
    if not 0 <= end - start <= _MOST_BETWEEN:
        return False
    stream.seek(start)
    between = stream.read(end - start)
    mark = between.find(b"%%EOF")
    return b"obj" not in (between[mark + 5 :] if mark >= 0 else between)


def _one_object(stream: IO[bytes], start: int, stop: int) -> bool:
    """Whether from ``start`` to ``stop`` there is one object, to be seen without reading it."""
    if stop - start > _CHUNK:
        return False
    stream.seek(start)
    data = stream.read(stop - start)
    return _OBJECT.match(data) is not None and data.count(b"obj") == 2 and data.rstrip(BLANK).endswith(b"endobj")


def _ends_before(reader: Reader, start: int, stop: int, is_table: bool) -> bool:
    """Whether the object that begins at ``start`` ends at ``stop``, by reading it."""
    stream = reader.stream
    stream.seek(start)
    head = _OBJECT.match(stream.read(64))
    if head is None:
        return False
    reference = generic.Reference(int(head.group(1)), int(head.group(2)), reader)
    reader._read_object(reference, start, never_decrypt=True)  # skips the white space behind it
    return stream.tell() >= stop if is_table else stream.tell() == stop
