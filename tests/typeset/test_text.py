"""Numbers, dates and letters as Decree 30/2020, Appendix I writes them."""

from __future__ import annotations

from datetime import date

import pytest

from edocs.typeset import Article, Bullet, Clause, Heading, Layout, Paragraph, Point, layout_of
from edocs.typeset.blocks import pieces
from edocs.typeset.text import clean, clean_lines, date_text, ended_lines, number_text, point_letter, roman


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2020, 1, 5), "ngày 05 tháng 01 năm 2020"),
        (date(2019, 6, 29), "ngày 29 tháng 6 năm 2019"),
        (date(2026, 2, 10), "ngày 10 tháng 02 năm 2026"),
        (date(2026, 3, 3), "ngày 03 tháng 3 năm 2026"),
        (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_days_below_ten_and_the_first_two_months_are_padded(day: date, text: str) -> None:
    assert date_text(day) == text


@pytest.mark.parametrize(("given", "text"), [(5, "05"), ("9", "09"), (10, "10"), ("15a", "15a"), ("05", "05")])
def test_numbers_below_ten_are_padded(given: int | str, text: str) -> None:
    assert number_text(given) == text


def test_points_follow_the_vietnamese_alphabet() -> None:
    assert [point_letter(n) for n in range(1, 9)] == list("abcdđegh")
    assert point_letter(23) == "y"
    assert point_letter(24) == "aa"


def test_lists_end_as_the_decree_wants() -> None:
    assert ended_lines(["Như trên;", "", "Văn phòng.", " Lưu: VT "]) == ["Như trên;", "Văn phòng;", "Lưu: VT."]


def test_control_signs_and_blanks_do_not_reach_the_page() -> None:
    assert clean("a\x00b\t c\u200bd\ufeff\n e\u0301") == "a b c d é"
    assert clean_lines("một\r\n\r\n  hai \n") == "một\nhai"


def test_roman_numbers() -> None:
    assert [roman(n) for n in (1, 4, 9, 14, 40)] == ["I", "IV", "IX", "XIV", "XL"]


def test_blocks_are_numbered_within_their_parent() -> None:
    blocks = (
        Heading("A"),
        Clause("x"),
        Clause("y"),
        Point("p"),
        Point("q"),
        Clause("z"),
        Point("r"),
        Heading("B"),
        Clause("x"),
        Article("m"),
        Clause("x"),
        Article("n"),
        Bullet("o"),
        Paragraph("một\nhai"),
    )
    markers = [piece["marker"] for piece in pieces(blocks)]
    assert markers == (["I.", "1.", "2.", "a)", "b)", "3.", "a)", "II.", "1.", "Điều 1.", "1.", "Điều 2.", "-", "", ""])


@pytest.mark.parametrize(
    ("kind", "code", "layout"),
    [
        ("Công văn", "", Layout.LETTER),
        ("Thư công", "", Layout.NAMED),
        ("Quyết định", "QĐ", Layout.DECISION),
        ("Nghị quyết", "NQ", Layout.DECISION),
        ("Tờ trình", "TTr", Layout.NAMED),
    ],
)
def test_layout_follows_the_kind(kind: str, code: str, layout: Layout) -> None:
    assert layout_of(kind, code) is layout
