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
    places = Places(content)
    return [places[number] for number in range(len(places))]


class Places:
    """Packed places, each worked out when it is asked for: of a page with hundreds of words few are marked."""

    def __init__(self, content: bytes) -> None:
        self._numbers = array("H")
        if content:
            self._numbers.frombytes(zlib.decompress(content))
        if sys.byteorder == "big":
            self._numbers.byteswap()

    def __len__(self) -> int:
        return len(self._numbers) // 4

    def __getitem__(self, number: int) -> Fractions:
        """The place of a word, counted from 0."""
        left, top, width, height = (round(part / _WHOLE, 5) for part in self._numbers[4 * number : 4 * number + 4])
        return left, top, width, height
