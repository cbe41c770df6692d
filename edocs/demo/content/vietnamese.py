"""How an office writes dates, numbers and names (Decree 30/2020, Appendix I)."""

from __future__ import annotations

from datetime import date
from random import Random

ROMAN_QUARTERS = ("I", "II", "III", "IV")
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def _names(text: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in text.split(","))


# Common family names stand more than once, as they do in life.
_FAMILY_NAMES = _names(
    """
    Nguyễn, Nguyễn, Nguyễn, Trần, Trần, Lê, Lê, Phạm, Phạm, Hoàng, Huỳnh, Phan, Vũ, Võ, Đặng, Bùi, Đỗ,
    Hồ, Ngô, Dương, Lý, Đinh, Trịnh, Mai, Cao, Lương, Tạ, Đoàn, Hà
    """
)
_MEN = _names(
    """
    Văn Bình, Văn Chiến, Đức Cường, Công Danh, Xuân Đài, Quang Đạo, Minh Đức, Trường Giang, Mạnh Hà,
    Thanh Hải, Ngọc Hiển, Huy Hoàng, Quốc Hùng, Văn Hữu, Đăng Khoa, Trung Kiên, Văn Lập, Hoàng Long,
    Đình Lực, Quang Minh, Hoài Nam, Trọng Nghĩa, Hữu Phước, Minh Quân, Hồng Sơn, Văn Tấn, Chí Thanh,
    Đình Thắng, Bá Thọ, Ngọc Toàn, Anh Tuấn, Thế Vinh, Quang Vượng, Xuân Trường, Đình Phú, Viết Xuân
    """
)
_WOMEN = _names(
    """
    Thị Ánh, Thị Bích, Ngọc Châu, Thị Diệp, Thùy Dung, Thị Điểm, Hương Giang, Thị Hà, Thu Hằng, Thị
    Hiền, Thị Hoa, Minh Huệ, Thị Huyền, Thị Kim Cúc, Thị Lan, Mỹ Lệ, Thị Liên, Thị Loan, Thị Mận, Thị
    Minh, Thúy Nga, Thị Nhàn, Hồng Nhung, Thị Oanh, Thị Phượng, Thị Quyên, Thị Sâm, Thanh Tâm, Thị Thảo,
    Thị Thêu, Cẩm Thơ, Thị Thu, Thị Tuyết, Bảo Trâm, Thị Vân, Thị Yến
    """
)


def long_date(day: date) -> str:
    """ "ngày 05 tháng 01 năm 2026": a leading 0 for days below 10 and for the months 1 and 2 only."""
    return f"ngày {day.day:02d} tháng {_month(day.month)} năm {day.year}"


def short_date(day: date) -> str:
    """ "05/01/2026", "15/9/2026"."""
    return f"{day.day:02d}/{_month(day.month)}/{day.year}"


def with_weekday(day: date) -> str:
    """ "thứ Năm, ngày 15 tháng 10 năm 2026"."""
    return f"{WEEKDAYS[day.weekday()]}, {long_date(day)}"


def month_of(day: date) -> str:
    """ "tháng 10 năm 2026"."""
    return f"tháng {_month(day.month)} năm {day.year}"


def quarter_of(day: date) -> str:
    """ "quý III năm 2026"."""
    return f"quý {ROMAN_QUARTERS[(day.month - 1) // 3]} năm {day.year}"


def count(number: int) -> str:
    """ "05", "17", "1.250": a leading 0 below 10, a dot between thousands."""
    return f"{number:02d}" if 0 <= number < 10 else f"{number:,}".replace(",", ".")


def rate(hundredths: int) -> str:
    """ "92,45", from a number of hundredths."""
    return f"{hundredths // 100},{hundredths % 100:02d}"


def lower_first(text: str) -> str:
    """The text with a small first letter."""
    return text[:1].lower() + text[1:]


def citizen(rng: Random) -> str:
    """A citizen with title, "ông Trần Văn Bình"; some 1,600 different ones."""
    family = rng.choice(_FAMILY_NAMES)
    if rng.random() < 0.5:
        return f"ông {family} {rng.choice(_MEN)}"
    return f"bà {family} {rng.choice(_WOMEN)}"


def woman(rng: Random) -> str:
    """A woman with title, "bà Lê Thị Hoa"."""
    return f"bà {rng.choice(_FAMILY_NAMES)} {rng.choice(_WOMEN)}"


def _month(month: int) -> str:
    return f"{month:02d}" if month < 3 else str(month)
