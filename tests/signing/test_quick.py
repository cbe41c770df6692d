"""What reads sooner reads the same: compared with the originals on what is usual, odd and wrong."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BufferedReader, BytesIO
from typing import Any

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils import generic, misc

from signing import quick

DICE = random.Random(20_261_122)
ODD = [
    b"<>", b"<4>", b"<41 42\n43>", b"<41%>\n42>", b"<41%x\r42>", b"<4g>", b"<41", b"<", b"<" + b"41" * 60 + b">",
    b"<" + b"4" * 79 + b">x", b"<" + b"4" * 80 + b">", b"<FEFF0041>", b"<\x0041\x00>", b"<41\x0b42>",
    b"<" + b"0" * 40_001 + b">", b"<" + b"A" * 30_000, b"<41>>", b"<41<42>",
]  # fmt: skip
WORDS = [
    b"",
    b"/",
    b"Name ",
    b"Name/Next",
    b"Name",
    b"a" * 40,
    b"a" * 40 + b" ",
    b"a" * 41 + b"(",
    b" x",
    b"\x00",
    b"%",
]
CLASSES = [misc.PDF_WHITESPACE, misc.PDF_WHITESPACE + misc.PDF_DELIMITERS]


def outcome(read: Callable[..., Any], content: bytes, at: int, *given: Any) -> tuple[Any, ...]:
    """What reading gives and where it stops, or how it fails."""
    stream = BufferedReader(BytesIO(content), buffer_size=64)  # type: ignore[arg-type]
    stream.seek(at)
    try:
        found = read(*given, stream)
    except (misc.PdfError, ValueError) as error:
        return type(error), str(error)
    return type(found), found, getattr(found, "autodetected_encoding", None), stream.tell()


def noise(alphabet: bytes, most: int) -> bytes:
    return bytes(DICE.choice(alphabet) for _ in range(DICE.randrange(most)))


def test_versions_are_those_that_were_compared() -> None:
    assert quick.install()
    assert generic.read_hex_string_from_stream is quick.read_hex


@pytest.mark.parametrize("content", ODD, ids=range(len(ODD)))
def test_odd_hexadecimal_strings_are_read_alike(content: bytes) -> None:
    for tail in (b"", b" >", b"\n/Next"):
        whole = b"xx" + content + tail
        assert outcome(quick.read_hex, whole, 2) == outcome(quick.slow_read_hex, whole, 2)


def test_any_hexadecimal_string_is_read_alike() -> None:
    for _ in range(3_000):
        content = b"<" + noise(b"0123456789abcdefABCDEF \n%>g<", 130) + b">"
        assert outcome(quick.read_hex, content, 0) == outcome(quick.slow_read_hex, content, 0)


@pytest.mark.parametrize("class_chars", CLASSES)
def test_words_end_alike(class_chars: bytes) -> None:
    texts = [*WORDS, *(noise(b"abcdefgh/ \n(>%\x00", 100) for _ in range(2_000)), b"a" * 50_000 + b" "]
    for text in texts:
        assert outcome(quick.read_until, text, 0, class_chars) == outcome(quick.slow_read_until, text, 0, class_chars)
    few = BytesIO(b"abc def")
    assert quick.read_until(class_chars, few, 2) == (b"ab", False)


NAMES = [
    {"common_name": "Nguyễn Thị Hồng Ánh", "country_name": "VN"},
    {"common_name": "NGUYỄN  THỊ HỒNG ÁNH", "country_name": "VN"},
    {"common_name": "Nguyễn Thị Hồng Ánh", "organization_name": "Sở Nội vụ", "country_name": "VN"},
    {"common_name": "Nguyễn Thị Hồng Ánh"},
    {"common_name": "Straße"},
    {"common_name": "strasse"},
    {"common_name": "a\u00adb"},
    {"common_name": "ab"},
    {},
]


def test_names_are_equal_alike() -> None:
    built = [x509.Name.build(facts) for facts in NAMES]
    names = [*built, *(x509.Name.load(name.dump()) for name in built)]
    equal = 0
    for one in names:
        for other in names:
            said = quick.slow_names_equal(one.chosen, other.chosen)
            assert quick.names_equal(one.chosen, other.chosen) == said
            assert (one == other) == said
            equal += said
            looked_for = [quick.hashable(name.chosen) for name in (one, other)]
            assert looked_for == [quick.slow_hashable.fget(name.chosen) for name in (one, other)]
            assert one.hashable == looked_for[0]
    assert equal > len(names)
    assert not quick.names_equal(names[0].chosen, "VN")


def test_names_that_may_not_be_fail_alike() -> None:
    strange = x509.Name.build({"common_name": "\ue000"}).chosen
    other = x509.Name.build({"common_name": "a"}).chosen
    for look_for in (quick.hashable, quick.slow_hashable.fget):
        with pytest.raises(ValueError, match="private use"):
            look_for(strange)
    for compare in (quick.names_equal, quick.slow_names_equal):
        with pytest.raises(ValueError, match="private use"):
            compare(strange, other)
    longer = x509.Name.build({"common_name": "\ue000", "country_name": "VN"}).chosen
    assert quick.names_equal(longer, other) is quick.slow_names_equal(longer, other) is False
