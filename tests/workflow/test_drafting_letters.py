"""From typed lines to the blocks of a letter."""

import pytest

from edocs.typeset import Article, Bullet, Clause, Heading, Paragraph, Point
from edocs.workflow.letters import blocks_of


@pytest.mark.parametrize(
    ("line", "block"),
    [
        ("Kính gửi lời chào.", Paragraph("Kính gửi lời chào.")),
        ("Điều 3. Giao Chánh Văn phòng thực hiện.", Article(text="Giao Chánh Văn phòng thực hiện.")),
        ("ĐIỀU 3: Giao Chánh Văn phòng.", Article(text="Giao Chánh Văn phòng.")),
        ("II. KẾT QUẢ", Heading("KẾT QUẢ")),
        ("1. Kết quả", Clause("Kết quả")),
        ("12) Kết quả", Clause("Kết quả")),
        ("đ) Đã rà soát;", Point("Đã rà soát;")),
        ("- Bố trí kinh phí.", Bullet("Bố trí kinh phí.")),
        ("– Bố trí kinh phí.", Bullet("Bố trí kinh phí.")),
        ("2026 là năm bản lề.", Paragraph("2026 là năm bản lề.")),
        ("1.000 hồ sơ", Paragraph("1.000 hồ sơ")),
        ("-5 độ", Paragraph("-5 độ")),
        ("Điều kiện làm việc", Paragraph("Điều kiện làm việc")),
    ],
)
def test_how_a_line_begins_says_what_it_is(line: str, block: object) -> None:
    assert blocks_of(line) == (block,)


def test_words_of_an_article_with_something_beneath_are_its_title() -> None:
    made = blocks_of("Điều 1. Phạm vi điều chỉnh\n\n1. Quy định này…\nĐiều 2. Hiệu lực\nĐiều 3. Thi hành.\nCác đơn vị…")
    assert made == (
        Article(title="Phạm vi điều chỉnh"),
        Clause("Quy định này…"),
        Article(text="Hiệu lực"),
        Article(text="Thi hành."),
        Paragraph("Các đơn vị…"),
    )


def test_empty_lines_and_foreign_line_ends_only_part() -> None:
    assert blocks_of("\r\n a \r\n\r\n\tb\r\n") == (Paragraph("a"), Paragraph("b"))
