"""Arrival stamp, solving slip and printed registers."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime

import pikepdf
import pypdfium2
import pytest

from edocs.typeset import (
    ArrivalSlip,
    ArrivalStamp,
    IncomingLine,
    Opinion,
    OutgoingLine,
    Receiver,
    RegisterBook,
    arrival_stamp,
    arrival_stamp_picture,
    compose_incoming_register,
    compose_outgoing_register,
    compose_slip,
)
from signing.layout import mm

from .reading import pages_of, text_of

PRINTED = datetime(2026, 10, 13, 8, 24)
MARK = "In từ hệ thống lúc 08:24 ngày 13/10/2026; người in: Đỗ Thị Mai Hương"


@pytest.fixture
def stamp() -> ArrivalStamp:
    return ArrivalStamp("Sở Nội vụ", "1294", date(2026, 10, 13))


@pytest.fixture
def slip(stamp: ArrivalStamp) -> ArrivalSlip:
    return ArrivalSlip(
        superior="Ủy ban nhân dân tỉnh Nam Khê",
        agency="Sở Nội vụ",
        place="Nam Khê",
        stamp=stamp,
        kind="Công văn",
        code="214/UBND-VHXH",
        issued_on=date(2026, 10, 7),
        issuer="UBND xã Đông Lĩnh",
        summary="V/v đề nghị hướng dẫn",
        printed_by="Đỗ Thị Mai Hương",
        printed_at=PRINTED,
    )


@pytest.fixture
def book() -> RegisterBook:
    return RegisterBook(
        superior="Ủy ban nhân dân tỉnh Nam Khê",
        agency="Sở Nội vụ",
        year=2026,
        printed_by="Đỗ Thị Mai Hương",
        printed_at=PRINTED,
        first_day=date(2026, 1, 5),
        last_day=date(2026, 10, 13),
        first_number="01",
        last_number="60",
        volume="02",
    )


def _incoming(number: int) -> IncomingLine:
    return IncomingLine(
        date(2026, 10, 13),
        str(number),
        "UBND xã Đông Lĩnh",
        "214/UBND-VHXH",
        date(2026, 10, 7),
        "Công văn V/v đề nghị hướng dẫn giải quyết chế độ",
        "Phòng Xây dựng chính quyền",
        date(2026, 10, 14),
        "Nguyễn Văn An",
        "#khẩn",
    )


def test_the_stamp_is_fifty_by_thirty_five_millimetres(stamp: ArrivalStamp) -> None:
    pdf = arrival_stamp(stamp)
    scale = 6
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=scale).to_pil().convert("L")
    left, top, right, bottom = picture.point(lambda grey: 255 if grey < 200 else 0).getbbox()
    unit = scale * 72 / 25.4
    assert (right - left) / unit == pytest.approx(50, abs=0.6)
    assert (bottom - top) / unit == pytest.approx(35, abs=0.6)
    read = text_of(pdf)
    for part in ("SỞ NỘI VỤ", "ĐẾN", "Số: 1294", "Ngày: 13/10/2026", "Chuyển:", "Số và ký hiệu HS:"):
        assert part in read


def test_long_lines_of_the_stamp_stay_in_the_frame(stamp: ArrivalStamp) -> None:
    full = replace(stamp, agency="Văn phòng " * 9, forwarded_to="Phòng Xây dựng chính quyền " * 3)
    page = pages_of(arrival_stamp(full))[0]
    assert all(mm(1) < word.box[0] and word.box[2] < mm(51) for word in page.words)


def test_the_stamp_as_picture(stamp: ArrivalStamp) -> None:
    svg = arrival_stamp_picture(stamp)
    assert svg.startswith(b"<svg")
    assert b"<text" not in svg
    assert b"http://" not in svg.replace(b"http://www.w3.org/", b"")


@pytest.mark.requirement("R-STA-10")
def test_the_slip_names_the_document_and_leaves_lines_to_write_on(slip: ArrivalSlip) -> None:
    read = text_of(compose_slip(slip))
    assert "PHIẾU GIẢI QUYẾT VĂN BẢN ĐẾN" in read
    assert "Công văn số 214/UBND-VHXH ngày 07/10/2026 của UBND xã Đông Lĩnh: V/v đề nghị hướng dẫn" in read
    assert read.count("....") >= 6
    assert MARK in read


def test_the_slip_tells_who_does_what_by_when(slip: ArrivalSlip) -> None:
    leader = Opinion(
        author="Giám đốc Trần Văn Hải",
        given_on=date(2026, 10, 13),
        text="Khẩn trương *tham mưu* trả lời.",
        lead=Receiver("Phòng Xây dựng chính quyền", date(2026, 10, 21)),
        coordinators=(Receiver("Phòng Tài chính", datetime(2026, 10, 19, 17)), Receiver("Văn phòng Sở")),
    )
    read = text_of(compose_slip(replace(slip, leader=leader)))
    for part in (
        "Khẩn trương *tham mưu* trả lời.",
        "chủ trì: Phòng Xây dựng chính quyền (thời hạn: 21/10/2026)",
        "- Phòng Tài chính (thời hạn: 17:00 ngày 19/10/2026)",
        "- Văn phòng Sở",
        "Giám đốc Trần Văn Hải, ngày 13 tháng 10 năm 2026",
    ):
        assert part in read


@pytest.mark.requirement("R-STA-10")
def test_incoming_register_has_cover_ten_columns_on_every_page_and_the_mark(book: RegisterBook) -> None:
    pdf = compose_incoming_register(book, [_incoming(n) for n in range(1, 61)])
    pages = [" ".join(word.text for word in page.words) for page in pages_of(pdf)]
    assert "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN Năm: 2026 Từ ngày 05/01/2026 đến ngày 13/10/2026" in pages[0]
    assert "Từ số 01 đến số 60 Quyển số: 02" in pages[0]
    for number, text in enumerate(pages[1:], start=1):
        for column in range(1, 11):
            assert f"({column})" in text
        assert "Ngày đến" in text
        assert "Ghi chú" in text
        assert f"Trang {number}/{len(pages) - 1}" in text
    assert all(MARK in text for text in pages)
    assert sum(text.count("214/UBND-VHXH") for text in pages) == 60
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        width, height = (float(value) for value in opened.pages[1].MediaBox[2:])
        assert (width, height) == (pytest.approx(mm(297), abs=0.5), pytest.approx(mm(210), abs=0.5))
        assert opened.open_metadata()["pdfaid:part"] == "2"


def test_outgoing_register_has_its_own_columns(book: RegisterBook) -> None:
    line = OutgoingLine(
        "1043/SNV-CCHC", date(2026, 10, 13), "Công văn V/v rà soát", "Nguyễn Thị Hồng Nhung", "UBND tỉnh", copies="3"
    )
    read = text_of(compose_outgoing_register(book, [line]))
    for part in ("SỔ ĐĂNG KÝ VĂN BẢN ĐI", "Người ký", "Số lượng bản", "1043/SNV-CCHC", "Công văn V/v rà soát"):
        assert part in read


def test_a_register_prints_whatever_others_wrote(book: RegisterBook) -> None:
    odd = replace(_incoming(1), kind_and_summary='#x $y$ *z* \\ "q" 😀 漢字 \x07', issuer="t" * 300)
    read = text_of(compose_incoming_register(book, [odd]))
    assert '#x $y$ *z* \\ "q" □ □□' in read


def test_an_empty_register_is_a_cover_and_an_empty_table(book: RegisterBook) -> None:
    assert len(pages_of(compose_incoming_register(replace(book, first_day=None, first_number=""), []))) == 2
