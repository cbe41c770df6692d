"""The letters of the day: what the province writes, and what the department answers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from edocs.typeset import Letter, Paragraph, Point, compose_letter

ISSUER = "UBND tỉnh Nam Khê"
SYMBOL = "UBND-VX"
SUMMARY = "khắc phục tồn tại, hạn chế trong số hóa hồ sơ người có công"
ANSWER = "V/v báo cáo kết quả số hóa hồ sơ người có công với cách mạng"
ANSWER_BODY = """Thực hiện ý kiến chỉ đạo của Ủy ban nhân dân tỉnh, Sở Nội vụ báo cáo như sau:
1. Kết quả thực hiện
a) Đã số hóa 12.480 hồ sơ người có công, đạt 96% kế hoạch năm;
b) Đã đối chiếu 3.215 hồ sơ mộ liệt sĩ với các xã, phường.
2. Khó khăn
- Hồ sơ trước năm 1975 mờ chữ, phải nhập bằng tay.
Sở Nội vụ kính báo cáo Ủy ban nhân dân tỉnh./."""


def write_province_letter(folder: Path, *, number: str, issued_on: dt.date, name: str) -> Path:
    """A letter of the province's committee as it comes by post: a PDF with text, number and date."""
    composed = compose_letter(
        Letter(
            agency="Ủy ban nhân dân tỉnh Nam Khê",
            superior="",
            place="Nam Khê",
            kind="Công văn",
            kind_code="",
            symbol=SYMBOL,
            summary=SUMMARY,
            number=number,
            issued_on=issued_on,
            addressees=("Sở Nội vụ",),
            body=(
                Paragraph("Qua kiểm tra, việc số hóa hồ sơ người có công còn chậm so với kế hoạch đã được phê duyệt."),
                Paragraph("Ủy ban nhân dân tỉnh yêu cầu Sở Nội vụ:"),
                Point("rà soát toàn bộ hồ sơ chưa được số hóa;"),
                Point("báo cáo kết quả thực hiện về Ủy ban nhân dân tỉnh./."),
            ),
            position_lines=("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
            signer="Hà Nguyễn Thảo Vy",
            recipients=("Như trên",),
            file_copy="Lưu: VT, VX",
        )
    )
    path = folder / name
    path.write_bytes(composed.pdf)
    return path
