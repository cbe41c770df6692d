"""PDF objects as pyHanko reads them, sooner: by one pattern instead of byte by byte.

Only what is written in the usual way is read here: names without escapes, plain numbers, references, strings with
octal escapes at most; no comments, no key twice, no deep nesting.  Whatever else stands in an object, its reading
begins anew with pyHanko's own function, so what is odd or wrong is answered as it always was
(``tests/signing/test_quick_objects.py`` compares the two).
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import binascii
import re
from functools import lru_cache
from io import BytesIO
from typing import IO, Any

from pyhanko.pdf_utils import generic, misc, xref

slow_read_object = generic.read_object
slow_read_head = xref._read_object_header

_WINDOW = 1 << 17
"""Bytes of one object that are looked at; longer ones are read in the slow way."""
_CHUNK = 1 << 12
"""The same for a file that is not in memory."""
_DEEPEST = 12
"""Nesting: what fails in a deep place would be begun anew on each level above it."""
_PEEK = 20
"""So many bytes pyHanko looks at to tell a reference from a number."""

_BLANK = re.escape(misc.PDF_WHITESPACE)
_ENDS = re.escape(misc.PDF_WHITESPACE + misc.PDF_DELIMITERS)
_AFTER_NUMBER = rb"(?=[^+,\-.0-9])"
_TOKEN = re.compile(
    rb"[" + _BLANK + rb"]*(?:"
    rb"(/(?:(?![#" + _ENDS + rb"])[!-~])*)(?=[" + _ENDS + rb"])"  # 1: a name
    rb"|((\d{1,8})[ \n\r\t\x0c]{1,4}(\d{1,5})[ \n\r\t\x0c]{1,4}R)(?=[^a-zA-Z])"  # 4: a reference
    rb"|([+-]?\d{1,18})"
    + _AFTER_NUMBER  # 5: a whole number
    + rb"|([+-]?(?:\d{1,18}\.\d{0,18}|\.\d{1,18}))"
    + _AFTER_NUMBER  # 6: another number
    + rb"|\(([^()\\]*(?:\\[0-3][0-7]{2}[^()\\]*)*)\)"  # 7: a string
    rb"|<([0-9a-fA-F]*)>"  # 8: a hexadecimal one
    rb"|(<<)|(>>)|(\[)|(\])"  # 9 to 12
    rb"|(true|false|null))"  # 13
)
_NAME, _WHOLE, _DECIMAL, _STRING, _HEX, _OPEN, _CLOSE, _BEGIN, _END, _WORD = 1, 5, 6, 7, 8, 9, 10, 11, 12, 13
_REFERENCE = 2  # the group that ends last
_HEAD = re.compile(
    rb"(\d{1,10})[" + _BLANK + rb"](\d{1,5})[" + _BLANK + rb"]obj[" + _BLANK + rb"]*(?=[^%" + _BLANK + rb"])"
)
_LONGEST_HEAD = 64
_ESCAPED = re.compile(rb"\\([0-7]{3})")


class _Unusual(Exception):
    """To be read in the slow way."""


def read_object(
    stream: IO[bytes],
    container_ref: Any,
    as_metadata_stream: bool = False,
    in_content_stream: generic.ContentOpReading = generic.ContentOpReading.NO,
) -> generic.PdfObject:
    """What ``generic.read_object`` reads, from the same bytes to the same end."""
    if as_metadata_stream or in_content_stream:
        odd: generic.PdfObject = slow_read_object(stream, container_ref, as_metadata_stream, in_content_stream)
        return odd
    start = stream.tell()
    if isinstance(stream, BytesIO):
        data, at, limit = stream.getvalue(), start, start + _WINDOW
    else:
        data, at, limit = stream.read(_CHUNK), 0, _CHUNK - _PEEK
    try:
        if data[at] in misc.PDF_WHITESPACE:
            raise _Unusual
        found, end = _parsed(data, at, min(limit, len(data)), container_ref)
    except (_Unusual, IndexError):
        stream.seek(start)
        slow: generic.PdfObject = slow_read_object(stream, container_ref)
        return slow
    stream.seek(start + end - at)
    if type(found) is generic.DictionaryObject:
        handler = container_ref.get_pdf_handler()
        # a plain dictionary: the length of the stream may be a reference, which is not to be followed from here
        payload = generic._maybe_read_stream_payload(stream, dict(found), handler)
        if payload is not None:
            found = generic.StreamObject(found, encoded_data=payload)
            found.container_ref = container_ref
    return found


def read_head(stream: IO[bytes], strict: bool) -> tuple[int, int]:
    """Number and generation before an object, read to its first byte."""
    start = stream.tell()
    found = _HEAD.match(stream.read(_LONGEST_HEAD))
    if found is None:
        stream.seek(start)
        odd: tuple[int, int] = slow_read_head(stream, strict)
        return odd
    stream.seek(start + found.end())
    return int(found[1]), int(found[2])


def _parsed(data: bytes, at: int, limit: int, container: Any) -> tuple[generic.PdfObject, int]:
    """The object that begins at ``at``, without what a stream holds, and its end.  Raises :class:`_Unusual`."""
    handler = container.get_pdf_handler()
    token = _TOKEN.match
    above: list[tuple[Any, Any]] = []  # what is not at its end yet, each with the key that waits for its value
    here: Any = None
    key: Any = None
    value: Any
    while True:
        found = token(data, at, limit)
        if found is None:
            raise _Unusual
        at, kind = found.end(), found.lastindex
        if kind == _NAME:
            if key is None and type(here) is dict:
                key = _key(found[1])
                if key in here:
                    raise _Unusual
                continue
            value = generic.NameObject(found[1].decode("ascii"))
        elif kind == _CLOSE:
            if key is not None or type(here) is not dict:
                raise _Unusual
            value = generic.DictionaryObject.__new__(generic.DictionaryObject)
            dict.update(value, here)
            here, key = above.pop()
        elif kind == _END:
            if type(here) is not list:
                raise _Unusual
            value = generic.ArrayObject(here)
            here, key = above.pop()
        elif key is None and type(here) is dict:
            raise _Unusual  # a key that is no name
        elif kind in (_OPEN, _BEGIN):
            if len(above) == _DEEPEST:
                raise _Unusual
            above.append((here, key))
            here, key = ({} if kind == _OPEN else []), None
            continue
        else:
            value = _plain(found, kind, handler)
        value.container_ref = container
        if here is None:
            return value, at
        if key is None:
            here.append(value)
        else:
            here[key] = value
            key = None


def _plain(found: re.Match[bytes], kind: int | None, handler: Any) -> Any:
    """What holds nothing else."""
    if kind == _REFERENCE:
        number = int(found[3])
        if not number or found.end() - found.start(2) >= _PEEK:
            raise _Unusual
        return generic.IndirectObject(number, int(found[4]), handler)
    if kind == _WHOLE:
        start = found.start(_WHOLE)
        if generic.INDIRECT_PATTERN.match(found.string, start, start + _PEEK):
            raise _Unusual  # a reference with uncommon space in it
        return generic.NumberObject(found[_WHOLE])
    if kind == _DECIMAL:
        return generic.FloatObject(found[_DECIMAL].decode("ascii"))
    if kind == _STRING:
        return generic.pdf_string(_ESCAPED.sub(_byte, found[_STRING]))
    if kind == _HEX:
        digits = found[_HEX]
        return generic.pdf_string(binascii.unhexlify(digits + b"0" * (len(digits) % 2)))
    word = found[_WORD]
    return generic.NullObject() if word == b"null" else generic.BooleanObject(word == b"true")


def _byte(escaped: re.Match[bytes]) -> bytes:
    return bytes((int(escaped[1], 8),))


@lru_cache(maxsize=2048)
def _key(name: bytes) -> generic.NameObject:
    """A key of a dictionary; unlike a value it belongs to no object, so one serves all."""
    return generic.NameObject(name.decode("ascii"))


def install() -> None:
    """Put them in the place of the originals."""
    generic.read_object = read_object
    xref._read_object_header = read_head
