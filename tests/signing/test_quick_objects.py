"""Objects that are read sooner are read the same: compared with pyHanko's own reading, also where they are wrong."""

from __future__ import annotations

import random
from io import BufferedReader, BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from pyhanko.pdf_utils import generic, misc, xref

from edocs.limited import warming
from signing import quick, quick_objects

DICE = random.Random(22_11_2026)
USUAL = [
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.27 841.89] /Rotate -90 /F true /G false /H null >>",
    b"<</A<</B<</C[1 2 0 R 3<</D(x)>>]>>>>>>",
    b"[1 0 R 2 0 R]", b"[1 0 R]", b"[ ]", b"<< >>", b"<<>>", b"[-.5 +.5 5. -5. 0.0 +7 007 -0]",
    b"(plain)", b"(with \\101\\000\\377 octal)", b"(\xfe\xff\x00A)", b"(\xef\xbb\xbfA)", b"()",
    b"<48656C6C6F>", b"<4>", b"<>",
    b"12", b"12 0 R", b"12 0 obj", b"/Name", b"/", b"true", b"false", b"null",
    b"<< /Length 5 >>\nstream\nhello\nendstream", b"<< /Length 5 >>stream\r\nhelloendstream",
    b"<< /Length 9 0 R >>\nstream\nhello\nendstream", b"<< /Length 6 >>\nstream\nhello\nendstream",
    b"<< /Length 7 >>\nstream\nhello\nendstream", b"<< /Length 5 >> % note\nstream\nhello\nendstream",
]  # fmt: skip
ODD = [
    b"<< /A 1 /A 2 >>", b"<< /A % note\n 1 >>", b"<< /A#42 1 >>", b"<< 1 2 >>", b"<< /A >>", b"<< /A 1 >",
    b"<< /A 1 ]",
    b"[1 2 >>", b"[1 2", b"<< /A 1", b"<< /A [", b"(never ends", b"(\\)", b"(\\q)", b"(a(b)c)", b"(\\777)",
    b"(\\400)",
    b"(\\8)", b"(\\18)", b"(line\\\nbreak)", b"(a\r\nb)", b"<4x>", b"<41 42>", b"<41", b"1\x0b0 R ",
    b"1 \x0b0 R ", b"1 0\x0bR ",
    b"[1\x0b0 R]", b"1 0 Rx", b"0 0 R ", b"[0 0 R]", b"1 00000000000000000000 R ", b"123456789 0 R ",
    b"1        0        R ",
    b"1          0          R ", b"12345678 12345  R ", b"12345678 123456 R ", b"1,5", b"1-5", b"--5", b"+-5",
    b"1.2.3", b"-", b".", b"+", b"1e5",
    b"9" * 30, b"9" * 30 + b".5", b"/N\xe9", b"/N\x01", b"/N%x\n", b"truer", b"falsy", b"nullify", b"nil", b"",
    b" ", b" 5", b"%c\n5",
    b"<< /A << /Length 5 >>\nstream\nhello\nendstream >>", b"[" * 40 + b"]" * 40, b"[" * 11 + b"]" * 11,
    b"[" * 12 + b"]" * 12,
    b"[" * 13 + b"]" * 13, b"<< /Length 50 >>\nstream\nhello\nendstream", b"<< /Length >>\nstream",
    b"<</A/B/C>>", b"{", b"}", b")", b">",
    b"<" + b"41" * 66_000 + b">", b"[" + b"1 " * 4_000 + b"]", b"(" + b"a" * 132_000 + b")",
    b"[" + b"1 0 R " * 800 + b"]",
]  # fmt: skip
TAILS = (
    b"",
    b" ",
    b"\nendobj",
    b"/Next",
    b" 0 R ",
    b">>",
    b"%\n",
)  # without an end of its line pyHanko would read a comment for ever


class Handler:
    """As much of a reader as objects ask for while they are read."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict

    def get_object(self, _reference: object) -> generic.NumberObject:
        return generic.NumberObject(5)


class Container(generic.Dereferenceable):  # type: ignore[misc]
    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def get_pdf_handler(self) -> Any:
        return self.handler


def told(thing: Any, container: Container) -> Any:
    """All that can be seen of an object that was read."""
    facts: list[Any] = [type(thing), thing.container_ref is container]
    if isinstance(thing, generic.StreamObject):
        facts.append(thing.encoded_data)
    if isinstance(thing, dict):
        facts += [(type(key), str(key), told(thing.raw_get(key), container)) for key in thing]
    elif isinstance(thing, list):
        facts += [told(thing.raw_get(index), container) for index in range(len(thing))]
    elif isinstance(thing, generic.IndirectObject):
        facts += [thing.idnum, thing.generation, thing.get_pdf_handler() is container.handler]
    else:
        facts += [
            "" if isinstance(thing, generic.NullObject) else repr(thing),
            getattr(thing, "autodetected_encoding", None),
            getattr(thing, "value", None),
        ]
    return facts


def outcome(
    monkeypatch: pytest.MonkeyPatch, read: Any, content: bytes, *, in_memory: bool, strict: bool
) -> tuple[Any, ...]:
    """What reading gives and where it stops, or how it fails; ``read`` is used for what is inside as well."""
    monkeypatch.setattr(generic, "read_object", read)
    stream: Any = BytesIO(content) if in_memory else BufferedReader(BytesIO(content), buffer_size=64)  # type: ignore[arg-type]
    stream.seek(2)
    container = Container(Handler(strict=strict))
    try:
        found = read(stream, container)
    except (misc.PdfError, ValueError, TypeError, KeyError, ArithmeticError, OSError) as error:
        return type(error), str(error)
    return told(found, container), stream.tell()


def alike(monkeypatch: pytest.MonkeyPatch, content: bytes, *, strict: bool = True) -> tuple[Any, ...]:
    slow = outcome(monkeypatch, quick_objects.slow_read_object, content, in_memory=True, strict=strict)
    for in_memory in (True, False):
        assert outcome(monkeypatch, quick_objects.read_object, content, in_memory=in_memory, strict=strict) == slow
    return slow


def test_it_is_in_the_place_of_the_original() -> None:
    assert quick.install()
    assert generic.read_object is quick_objects.read_object
    assert xref._read_object_header is quick_objects.read_head


HEADS = [
    b"12 0 obj\n<<", b"12 0 obj<<", b"12 0 obj  \r\n \x00 <<", b"12 0 obj", b"12 0 obj ", b"12  0 obj 5",
    b"12 0  obj 5", b" 12 0 obj 5",
    b"%x\n12 0 obj 5", b"12 0 obj %x\n 5", b"12 %x\n0 obj 5", b"12 0 xyz 5", b"12 0 objx", b"12 0obj 5",
    b"12\x0b0 obj 5", b"-1 0 obj 5",
    b"+1 0 obj 5", b"x 0 obj 5", b"12 x obj 5", b"12345678901 0 obj 5", b"12 123456 obj 5",
    b"12 0 obj" + b" " * 80 + b"5", b"", b"12", b"12 0",
]  # fmt: skip


def test_heads_are_read_alike() -> None:
    noise = (bytes(DICE.choice(b"12 0obj\n%\x00<") for _ in range(DICE.randrange(16))) for _ in range(5_000))
    for head in (*HEADS, *noise):
        for strict in (True, False):
            outcomes = []
            for read in (quick_objects.read_head, quick_objects.slow_read_head):
                stream = BytesIO(b"xx" + head)
                stream.seek(2)
                try:
                    outcomes.append((read(stream, strict), stream.tell()))
                except (misc.PdfError, ValueError) as error:
                    outcomes.append((type(error), str(error)))
            assert outcomes[0] == outcomes[1], head


@pytest.mark.parametrize("content", USUAL + ODD, ids=range(len(USUAL + ODD)))
def test_objects_are_read_alike(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    for tail in TAILS if len(content) < 1_000 else TAILS[:3]:
        for strict in (True, False):
            alike(monkeypatch, b"xx" + content + tail, strict=strict)


@pytest.mark.parametrize("content", USUAL[:24], ids=range(24))
def test_what_is_usual_is_read_without_the_original(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_given: object) -> None:
        raise AssertionError(content)

    monkeypatch.setattr(quick_objects, "slow_read_object", never)
    for in_memory in (True, False):
        alone = outcome(
            monkeypatch, quick_objects.read_object, b"xx" + content + b"\nendobj", in_memory=in_memory, strict=True
        )
        assert isinstance(alone[0], list)


def test_any_mixture_is_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [
        b"/A", b"/B ", b"<<", b">>", b"[", b"]", b"(x)", b"(\\101", b")", b"<41>", b"<4", b">", b"1 0 R",
        b"12", b"-.5", b"true", b"null",
        b" ", b"\n", b"\x00", b"%c\n", b"#", b"R", b"0", b"stream\n", b"endstream", b"\x0b", b"\xff",
    ]  # fmt: skip
    good = 0
    for _ in range(4_000):
        content = b"".join(DICE.choice(words) for _ in range(DICE.randrange(1, 14)))
        around = DICE.choice((b"%s", b"<< /K %s >>", b"[%s]", b"<</K[%s]/L 1>>")) % content
        good += isinstance(alike(monkeypatch, b"xx" + around, strict=DICE.random() < 0.5)[0], list)
    assert good > 300


def test_every_object_of_a_signed_letter_is_read_alike_also_when_spoiled(monkeypatch: pytest.MonkeyPatch) -> None:
    letter = warming.LETTER.read_bytes()
    heads = [at for at in range(len(letter)) if letter.startswith(b" obj", at)]
    assert len(heads) > 60
    for head in heads:
        start = head + len(b" obj\n")
        content = b"xx" + letter[start : start + 200_000].partition(b"endobj")[0] + b"endobj\n"
        alike(monkeypatch, content)
        for _ in range(2):
            spoiled = bytearray(content[:3_000])
            for _times in range(DICE.randrange(1, 3)):
                spoiled[DICE.randrange(2, len(spoiled))] = DICE.choice(b"()<>[]/% \n\x00#R0a\\.")
            alike(monkeypatch, bytes(spoiled) + b"\n")


def test_other_ways_of_reading_stay_with_the_original(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(quick_objects, "slow_read_object", lambda *given: asked.append(given))
    container = SimpleNamespace()
    quick_objects.read_object(BytesIO(b"<<>>"), container, as_metadata_stream=True)
    quick_objects.read_object(BytesIO(b"<<>>"), container, in_content_stream=generic.ContentOpReading.GRAPHIC_OPS)
    assert len(asked) == 2
