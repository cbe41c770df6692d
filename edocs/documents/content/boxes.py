"""The places of a page's words, small: four numbers of 16 bits for each word, packed."""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Sequence

from edocs.limited.geometry import Fractions

_WHOLE = 65_535


def packed(places: Sequence[Fractions]) -> bytes:
    """Places (parts of the page, 0 to 1) as bytes; about 6 bytes a word."""
    numbers = array("H", (round(min(max(part, 0.0), 1.0) * _WHOLE) for place in places for part in place))
    if sys.byteorder == "big":
        numbers.byteswap()
    return zlib.compress(numbers.tobytes(), 6)


def unpacked(content: bytes) -> list[Fractions]:
    """The places again, in the same order, to 1/65 535 of the page."""
    if not content:
        return []
    numbers = array("H")
    numbers.frombytes(zlib.decompress(content))
    if sys.byteorder == "big":
        numbers.byteswap()
    parts = [round(number / _WHOLE, 5) for number in numbers]
    return [(parts[at], parts[at + 1], parts[at + 2], parts[at + 3]) for at in range(0, len(parts), 4)]
