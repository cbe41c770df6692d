"""The same answers as functions of pyHanko and asn1crypto give, sooner.

pyHanko reads hexadecimal strings and names one character at a time: a file with three signatures holds
45 000 digits of them, a quarter of the time of judging it.  asn1crypto normalises both names anew whenever two
are compared, and one whenever it is looked for.  (Whole objects: :mod:`signing.quick_objects`.)  What is replaced
here answers exactly as the original does, and asks the original itself about everything unusual (comments, odd
characters, endings, names that may not be); ``tests/signing/test_quick.py`` compares them.  Only for the versions
that were compared.
"""

from __future__ import annotations

import binascii
import re
from functools import lru_cache
from typing import IO, Any

import asn1crypto.version
import pyhanko.version
from asn1crypto import x509
from pyhanko.pdf_utils import generic, misc

from signing import quick_objects

COMPARED = {("0.38.0", "1.5.1")}
"""Versions of pyHanko and asn1crypto whose functions were compared with these."""

slow_read_hex = generic.read_hex_string_from_stream
slow_read_until = misc._read_until_class
slow_names_equal = x509.RDNSequence.__eq__
slow_hashable: Any = x509.RDNSequence.hashable

_NOT_HEX = re.compile(rb"[^0-9a-fA-F]")
_FIRST, _NEXT = 80, 1 << 14


def read_hex(stream: IO[bytes]) -> generic.PdfObject:
    """A hexadecimal string, from its ``<`` to its ``>``."""
    start = stream.tell()
    stream.seek(1, 1)
    parts = []
    size = _FIRST
    while True:
        chunk = stream.read(size)
        size = _NEXT
        end = chunk.find(b">")
        if end >= 0:
            parts.append(chunk[:end])
            stream.seek(end + 1 - len(chunk), 1)
            break
        if not chunk:
            break
        parts.append(chunk)
    digits = b"".join(parts).translate(None, misc.PDF_WHITESPACE)
    if end < 0 or _NOT_HEX.search(digits):
        stream.seek(start)
        odd: generic.PdfObject = slow_read_hex(stream)
        return odd
    found: generic.PdfObject = generic.pdf_string(binascii.unhexlify(digits + b"0" * (len(digits) % 2)))
    return found


@lru_cache(maxsize=8)
def _any_of(class_chars: bytes) -> re.Pattern[bytes]:
    return re.compile(b"[" + re.escape(class_chars) + b"]")


def read_until(class_chars: bytes, stream: IO[bytes], maxchars: int | None = None) -> tuple[bytes, bool]:
    """What stands before the next of ``class_chars``, which is read too; and whether the stream ended first."""
    if maxchars is not None:
        few: tuple[bytes, bool] = slow_read_until(class_chars, stream, maxchars)
        return few
    search = _any_of(class_chars).search
    before = b""
    size = 40
    while True:
        chunk = stream.read(size)
        if not chunk:
            return before, True
        found = search(chunk)
        if found is not None:
            stream.seek(found.end() - len(chunk), 1)
            return before + chunk[: found.start()], False
        before += chunk
        size = _NEXT


@lru_cache(maxsize=4096)
def _prepared(name: bytes) -> tuple[tuple[int, frozenset[str], tuple[tuple[str, str], ...]], ...]:
    """What two equal names (RFC 5280, 7.1) have in common, part by part."""
    parts = []
    for part in x509.RDNSequence.load(name):
        values = part._get_values(part)
        parts.append((len(part), frozenset(part._get_types(part)), tuple(sorted(values.items()))))
    return tuple(parts)


def names_equal(one: Any, other: object) -> bool:
    """Whether two distinguished names are the same."""
    if not isinstance(other, x509.RDNSequence):
        return False
    try:
        return _prepared(one.dump()) == _prepared(other.dump())
    except (ValueError, TypeError):
        return bool(slow_names_equal(one, other))


@lru_cache(maxsize=4096)
def _hashable(name: bytes) -> str:
    words: str = slow_hashable.fget(x509.RDNSequence.load(name))
    return words


def hashable(one: Any) -> str:
    """The words by which a distinguished name is looked for."""
    return _hashable(one.dump())


def install() -> bool:
    """Put these in the place of the originals; False, and nothing changed, for versions not compared."""
    if (pyhanko.version.__version__, asn1crypto.version.__version__) not in COMPARED:
        return False
    generic.read_hex_string_from_stream = read_hex  # type: ignore[assignment]
    misc._read_until_class = read_until
    x509.RDNSequence.__eq__ = names_equal
    x509.RDNSequence.hashable = property(hashable)
    quick_objects.install()
    return True


install()
