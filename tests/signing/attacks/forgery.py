"""Universal signature forgery, incremental saving and signature wrapping (Mladenov et al. 2019), trailing bytes."""

from __future__ import annotations

import re

from tests.signing.attacks.kit import Raw, contents_of, stream
from tests.signing.attacks.world import World, attack

FALSE_PAGE = b"BT /F1 14 Tf 72 700 Td (Quyet dinh trang 1: Chi 9.000.000.000) Tj ET"


def _forged(world: World, change: tuple[bytes, bytes] | None = None, **entries: bytes) -> bytes:
    """The page changed in a new revision, together with the signature object itself."""
    raw = Raw(world.signed)
    number = raw.number_of(b"/ByteRange")
    body = raw.object(number)
    if change is not None:
        body = re.sub(change[0], lambda _: change[1], body, count=1)
        assert change[1] in body
    page = raw.number_of(b"Quyet dinh trang 1")
    return raw.append({number: body, page: stream(FALSE_PAGE)})


_RANGE = rb"/ByteRange \[[^\]]*\]\s*"
_CONTENTS = rb"/Contents <[0-9a-fA-F]*>"


@attack("signature forgery")
def range_missing(world: World) -> bytes:
    return _forged(world, (_RANGE, b" "))


@attack("signature forgery")
def range_null(world: World) -> bytes:
    return _forged(world, (_RANGE, b"/ByteRange null "))


@attack("signature forgery")
def range_empty(world: World) -> bytes:
    return _forged(world, (_RANGE, b"/ByteRange [] "))


@attack("signature forgery")
def range_of_zeros(world: World) -> bytes:
    return _forged(world, (_RANGE, b"/ByteRange [0 0 0 0] "))


@attack("signature forgery")
def range_negative(world: World) -> bytes:
    return _forged(world, (_RANGE, b"/ByteRange [0 -1 -1 -1] "))


@attack("signature forgery")
def range_over_the_end(world: World) -> bytes:
    return _forged(world, (_RANGE, b"/ByteRange [0 100 200 99999999] "))


@attack("signature forgery")
def range_of_words(world: World) -> bytes:
    return _forged(world, (_RANGE, b"/ByteRange [/a /b /c /d] "))


@attack("signature forgery")
def range_as_text(world: World) -> bytes:
    return _forged(world, (_RANGE, b"/ByteRange (0 100 200 300) "))


@attack("signature forgery")
def range_overlapping(world: World) -> bytes:
    return _forged(world, (_RANGE, b"/ByteRange [0 900 100 900] "))


@attack("signature forgery")
def range_kept(world: World) -> bytes:
    return _forged(world)


@attack("signature forgery")
def range_with_a_gap_before_the_hole(world: World) -> bytes:
    start, end = contents_of(world.signed)
    rest = len(world.signed) - end
    return _forged(world, (_RANGE, b"/ByteRange [0 %d %d %d] " % (start - 300, end, rest)))


@attack("signature forgery")
def range_of_six(world: World) -> bytes:
    start, end = contents_of(world.signed)
    size = len(world.signed)
    return _forged(world, (_RANGE, b"/ByteRange [0 %d %d %d %d 0] " % (start, end, size - end, size)))


@attack("signature forgery")
def contents_missing(world: World) -> bytes:
    return _forged(world, (_CONTENTS, b" "))


@attack("signature forgery")
def contents_null(world: World) -> bytes:
    return _forged(world, (_CONTENTS, b"/Contents null"))


@attack("signature forgery")
def contents_empty(world: World) -> bytes:
    return _forged(world, (_CONTENTS, b"/Contents <>"))


@attack("signature forgery")
def contents_zero(world: World) -> bytes:
    return _forged(world, (_CONTENTS, b"/Contents <00>"))


@attack("signature forgery")
def contents_all_zeros_in_place(world: World) -> bytes:
    data = bytearray(world.signed)
    start, end = contents_of(world.signed)
    data[start + 1 : end - 1] = b"0" * (end - start - 2)
    return bytes(data)


@attack("signature forgery")
def value_null(world: World) -> bytes:
    raw = Raw(world.signed)
    number = raw.number_of(b"/T (Signature1)")
    body = re.sub(rb"/V \d+ 0 R", b"/V null", raw.object(number))
    return raw.append({number: body, raw.number_of(b"Quyet dinh trang 1"): stream(FALSE_PAGE)})


@attack("signature forgery")
def subfilter_unknown(world: World) -> bytes:
    return _forged(world, (rb"/SubFilter /ETSI.CAdES.detached", b"/SubFilter /Unknown"))


@attack("signature forgery")
def content_changed_in_place(world: World) -> bytes:
    return world.signed.replace(b"1.000.000", b"9.000.000")


@attack("incremental saving")
def new_page_content(world: World) -> bytes:
    raw = Raw(world.signed)
    return raw.append({raw.number_of(b"Quyet dinh trang 1"): stream(FALSE_PAGE)})


@attack("incremental saving")
def new_content_without_a_table(world: World) -> bytes:
    raw = Raw(world.signed)
    return raw.append({raw.number_of(b"Quyet dinh trang 1"): stream(FALSE_PAGE)}, table=False)


@attack("incremental saving")
def new_content_with_only_a_trailer(world: World) -> bytes:
    raw = Raw(world.signed)
    data = raw.append({raw.number_of(b"Quyet dinh trang 1"): stream(FALSE_PAGE)}, table=False)
    return data + b"trailer\n<</Size %d /Root %d 0 R>>\n%%%%EOF\n" % (raw.size, raw.root)


@attack("incremental saving")
def new_content_under_the_old_table(world: World) -> bytes:
    raw = Raw(world.signed)
    return raw.append({raw.number_of(b"Quyet dinh trang 1"): stream(FALSE_PAGE)}, names_table=False)


@attack("incremental saving")
def new_content_without_an_end_mark(world: World) -> bytes:
    raw = Raw(world.signed)
    return raw.append({raw.number_of(b"Quyet dinh trang 1"): stream(FALSE_PAGE)}, end=b"")


@attack("incremental saving")
def new_content_and_the_signature_again(world: World) -> bytes:
    raw = Raw(world.signed)
    number = raw.number_of(b"/ByteRange")
    page = raw.number_of(b"Quyet dinh trang 1")
    return raw.append({page: stream(FALSE_PAGE), number: raw.object(number)})


@attack("incremental saving")
def new_content_between_the_objects_of_a_table(world: World) -> bytes:
    raw = Raw(world.signed)
    page = raw.number_of(b"Quyet dinh trang 1")
    hidden = b"%d 0 obj\n%s\nendobj\n" % (page, stream(FALSE_PAGE))
    return raw.append({raw.size: b"<</Harmless true>>"}, before_table=hidden)


@attack("incremental saving")
def table_with_nothing_but_hidden_objects_before_it(world: World) -> bytes:
    raw = Raw(world.signed)
    page = raw.number_of(b"Quyet dinh trang 1")
    return raw.append({}, before_table=b"%d 0 obj\n%s\nendobj\n" % (page, stream(FALSE_PAGE)))


@attack("incremental saving")
def table_that_leaves_out_the_signed_revision(world: World) -> bytes:
    raw = Raw(world.signed)
    first = int(re.findall(rb"startxref\s+(\d+)", raw.data)[0])
    page, field = raw.number_of(b"Quyet dinh trang 1"), raw.number_of(b"/T (Signature1)")
    value, form = raw.number_of(b"/ByteRange"), raw.root
    moved = {number: raw.offset(number) for number in (field, value, form)}
    return raw.append({page: stream(FALSE_PAGE)}, moved=moved, prev=first)


@attack("incremental saving")
def table_that_goes_in_a_circle(world: World) -> bytes:
    raw = Raw(world.signed)
    page = raw.number_of(b"Quyet dinh trang 1")
    data = raw.append({page: stream(FALSE_PAGE)})
    start = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    return raw.append({page: stream(FALSE_PAGE)}, prev=start)


@attack("signature wrapping")
def second_range_moved_to_the_end(world: World) -> bytes:
    """The signed bytes are all there; the hole between them holds a table, a page and another range."""
    return wrapped(world.signed)


def wrapped(data: bytes) -> bytes:
    """A signature wrapped around foreign objects: what was the end of the file moves, its table is found elsewhere.

    The signed end of the file still names the old place of the table, which now lies in the hole; and the signature
    object found through that table states a range around the hole, as long as its own padded content says.
    """
    raw = Raw(data)
    start, end = contents_of(data)
    tail = data[end:]
    page, value = raw.number_of(b"Quyet dinh trang 1"), raw.number_of(b"/ByteRange")
    places = {number: raw.offset(number) for number in raw.numbers}
    moved = {number: raw.object(number) for number, place in places.items() if place > end}
    moved |= {page: stream(FALSE_PAGE)}
    out = bytearray(data[:start] + b"<00>\n")
    for number, body in moved.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    assert len(out) < raw.startxref
    out += b" " * (raw.startxref - len(out))
    places[value] = raw.startxref + 4096
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number in sorted(places):
        out += b"%d 1\n%010d 00000 n \n" % (number, places[number])
    out += b"trailer\n<</Size %d /Root %d 0 R>>\n" % (raw.size, raw.root)
    out += b" " * (places[value] - len(out))
    length = 80_000
    message = bytes.fromhex(data[start + 1 : end - 1].decode()).ljust((length - 2) // 2, b"\0")
    literal = re.sub(rb"([()\\])", rb"\\\1", message).replace(b"\r", b"\\r").replace(b"\n", b"\\n")
    body = re.sub(rb"\[0 \d+ \d+ \d+\s*\]", b"[0 %d %d %d]" % (start, start + length, len(tail)), raw.object(value))
    body = re.sub(_CONTENTS, lambda _: b"/Contents (" + literal + b")", body)
    out += b"%d 0 obj\n%s\nendobj\n" % (value, body)
    assert len(out) - start < length
    return bytes(out) + b" " * (length - (len(out) - start)) + tail


@attack("trailing bytes")
def bytes_after_the_end(world: World) -> bytes:
    return world.signed + b"hidden"


@attack("trailing bytes")
def a_comment_after_the_end(world: World) -> bytes:
    return world.signed + b"% hidden\n"


@attack("trailing bytes")
def an_object_after_the_end(world: World) -> bytes:
    raw = Raw(world.signed)
    page = raw.number_of(b"Quyet dinh trang 1")
    return world.signed + b"%d 0 obj\n%s\nendobj\n" % (page, stream(FALSE_PAGE))


@attack("trailing bytes")
def an_object_and_the_end_again(world: World) -> bytes:
    raw = Raw(world.signed)
    page = raw.number_of(b"Quyet dinh trang 1")
    more = b"%d 0 obj\n%s\nendobj\n" % (page, stream(FALSE_PAGE))
    return world.signed + more + b"startxref\n%d\n%%%%EOF\n" % raw.startxref


@attack("trailing bytes")
def bytes_before_the_head(world: World) -> bytes:
    return b"% something\n" + world.signed


@attack("trailing bytes")
def a_second_document_behind_the_first(world: World) -> bytes:
    from tests.signing.attacks.kit import letter

    return world.signed + letter(words="Chi 9.000.000.000")


@attack("hidden bytes")
def bytes_in_the_room_of_the_signature(world: World) -> bytes:
    data = bytearray(world.signed)
    _, end = contents_of(world.signed)
    data[end - 41 : end - 1] = b"0123456789" * 4
    return bytes(data)
