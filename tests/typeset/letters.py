"""Invented letters of every layout, with what a clerk would write of each into the register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from edocs.typeset import Article, Bullet, Clause, Heading, Letter, Paragraph, Point, Urgency

REPLY_BY = date(2026, 10, 23)


@dataclass(frozen=True)
class Sample:
    """A letter, and the values that should be read from it."""

    letter: Letter
    issuer: str
    position: str
    prefix: str
    reply_by: date | None


_AGENCIES = (
    ("Ủy ban nhân dân tỉnh Nam Khê", "Sở Nội vụ", "Nam Khê", "SNV", "Sở Nội vụ tỉnh Nam Khê"),
    ("", "Ủy ban nhân dân\nxã Đông Lĩnh", "Đông Lĩnh", "UBND", "UBND xã Đông Lĩnh"),
    ("", "Ủy ban nhân dân tỉnh Nam Khê", "Nam Khê", "UBND", "UBND tỉnh Nam Khê"),
    ("Bộ Nội vụ", "Cục Văn thư và Lưu trữ nhà nước", "Hà Nội", "VTLTNN", "Cục Văn thư và Lưu trữ nhà nước"),
    ("", "Bộ Khoa học và Công nghệ", "Hà Nội", "BKHCN", "Bộ Khoa học và Công nghệ"),
    (
        "Ủy ban nhân dân thành phố Hồ Chí Minh",
        "Sở Nông nghiệp và Môi trường",
        "Thành phố Hồ Chí Minh",
        "SNNMT",
        "Sở Nông nghiệp và Môi trường thành phố Hồ Chí Minh",
    ),
)
_SIGNERS = (
    (("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), "Nguyễn Thị Hồng Nhung", "Phó Giám đốc", "KT."),
    (("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Hà Nguyễn Thảo Vy", "Phó Chủ tịch", "TM."),
    (("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"), "Lê Văn Ngọc", "Chánh Văn phòng", "TL."),
    (("CỤC TRƯỞNG",), "Đặng Thanh Tùng", "Cục trưởng", ""),
    (("TUQ. BỘ TRƯỞNG", "VỤ TRƯỞNG"), "Ông Ích Đạt", "Vụ trưởng", "TUQ."),
    (("Q. GIÁM ĐỐC",), "Nguyễn Phúc Bảo Ân", "Giám đốc", "Q."),
)
_KINDS = (
    ("Công văn", "", "đề nghị hướng dẫn giải quyết chế độ đối với người hoạt động không chuyên trách ở thôn"),
    ("Quyết định", "QĐ", "Về việc nâng bậc lương trước thời hạn đối với viên chức"),
    ("Tờ trình", "TTr", "Về việc phê duyệt Đề án vị trí việc làm của Trung tâm Lưu trữ lịch sử"),
    ("Báo cáo", "BC", "Kết quả công tác cải cách hành chính quý III năm 2026"),
    ("Thông báo", "TB", "Lịch tiếp công dân tháng 11 năm 2026"),
    ("Kế hoạch", "KH", "Triển khai công tác văn thư, lưu trữ năm 2027"),
    ("Giấy mời", "GM", "Họp giao ban công tác tháng 10 năm 2026"),
    ("Nghị quyết", "NQ", "Về việc thông qua chương trình công tác năm 2027"),
)
_URGENCIES = (Urgency.NORMAL, Urgency.URGENT, Urgency.VERY_URGENT, Urgency.EXPRESS)
_ASKS = (
    "Đề nghị quý cơ quan có văn bản trả lời trước ngày 23/10/2026 để kịp thời tổng hợp./.",
    "Báo cáo gửi về Văn phòng chậm nhất là ngày 23 tháng 10 năm 2026 để tổng hợp./.",
    "Trân trọng cảm ơn sự phối hợp của quý cơ quan./.",
)
_BODY = (
    Paragraph(
        "Thực hiện Công văn số 3987/UBND-NC ngày 24 tháng 9 năm 2026 của Ủy ban nhân dân tỉnh về việc khắc phục "
        "tồn tại, hạn chế; có 02 trường hợp đã nghỉ trước ngày 01 tháng 7 năm 2025, cơ quan báo cáo như sau:"
    ),
    Clause("Đã phối hợp với 14 sở, ban, ngành và 62 xã, phường rà soát 11 tiêu chí thành phần bị trừ điểm."),
    Clause("Giao các đơn vị có trách nhiệm:"),
    Point("theo dõi, đôn đốc hằng tháng đối với các cơ quan có hồ sơ quá hạn;"),
    Point("tổng hợp những khó khăn, vướng mắc trong quá trình thực hiện."),
)


def _body(code: str, ask: str, long: bool) -> tuple:
    if code in {"QĐ", "NQ"}:
        return (
            Article("Nâng bậc lương trước thời hạn đối với 04 viên chức có tên trong danh sách kèm theo."),
            Article("Quyết định này có hiệu lực kể từ ngày ký."),
            Article(f"Chánh Văn phòng và các đơn vị có liên quan chịu trách nhiệm thi hành. {ask}"),
        )
    opening = (Heading("KẾT QUẢ THỰC HIỆN"),) if code in {"BC", "KH"} else ()
    return (*opening, *_BODY * (5 if long else 1), Bullet("Một dòng liệt kê."), Paragraph(ask))


def samples() -> Iterator[Sample]:
    """48 letters: each kind with each agency, signers, urgencies, dates and asks going round."""
    for turn in range(len(_KINDS) * len(_AGENCIES)):
        kind, code, summary = _KINDS[turn % len(_KINDS)]
        superior, agency, place, abbreviation, issuer = _AGENCIES[turn // len(_KINDS)]
        lines, name, position, prefix = _SIGNERS[turn % len(_SIGNERS)]
        ask = turn % len(_ASKS)
        decides = code in {"QĐ", "NQ"}
        letter = Letter(
            superior=superior,
            agency=agency,
            place=place,
            kind=kind,
            kind_code=code,
            symbol=f"{code}-{abbreviation}" if code else f"{abbreviation}-VP",
            summary=summary,
            urgency=_URGENCIES[turn % len(_URGENCIES)],
            addressees=() if decides else ("Sở Tài chính", "Ủy ban nhân dân các xã, phường")[: 1 + turn % 2],
            authority=lines[-1].split(". ")[-1] if decides else "",
            grounds=(
                ("Căn cứ Luật Viên chức ngày 15 tháng 11 năm 2010", "Theo đề nghị của Trưởng phòng") if decides else ()
            ),
            body=_body(code, _ASKS[ask], long=turn % 5 == 0),
            position_lines=lines,
            signer=name,
            recipients=("Như trên", "Lãnh đạo cơ quan (để báo cáo)", "Cổng Thông tin điện tử"),
            file_copy="Lưu: VT, CCHC",
            number=str(3 + turn * 37),
            issued_on=date(2026, 1 + turn % 10, 1 + turn % 13),
        )
        expected = REPLY_BY if ask < 2 and letter.issued_on <= REPLY_BY else None
        yield Sample(letter, issuer, position, prefix, expected)
