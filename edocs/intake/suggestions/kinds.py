"""The kinds of documents a reader knows when nobody gives it another table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """Name and abbreviation of a kind of document (tên loại); the abbreviation may be empty."""

    name: str
    code: str


LETTER = Kind("Công văn", "")

ADMINISTRATIVE_KINDS = (
    Kind("Nghị quyết", "NQ"),
    Kind("Quyết định", "QĐ"),
    Kind("Chỉ thị", "CT"),
    Kind("Quy chế", "QC"),
    Kind("Quy định", "QyĐ"),
    Kind("Thông cáo", "TC"),
    Kind("Thông báo", "TB"),
    Kind("Hướng dẫn", "HD"),
    Kind("Chương trình", "CTr"),
    Kind("Kế hoạch", "KH"),
    Kind("Phương án", "PA"),
    Kind("Đề án", "ĐA"),
    Kind("Dự án", "DA"),
    Kind("Báo cáo", "BC"),
    Kind("Biên bản", "BB"),
    Kind("Tờ trình", "TTr"),
    Kind("Hợp đồng", "HĐ"),
    LETTER,
    Kind("Công điện", "CĐ"),
    Kind("Bản ghi nhớ", "BGN"),
    Kind("Bản thỏa thuận", "BTT"),
    Kind("Giấy ủy quyền", "GUQ"),
    Kind("Giấy mời", "GM"),
    Kind("Giấy giới thiệu", "GGT"),
    Kind("Giấy nghỉ phép", "GNP"),
    Kind("Phiếu gửi", "PG"),
    Kind("Phiếu chuyển", "PC"),
    Kind("Phiếu báo", "PB"),
    Kind("Thư công", ""),
)
"""The 29 kinds of Decree 30/2020, Art. 7 and Appendix III."""

LEGAL_KINDS = (Kind("Luật", ""), Kind("Pháp lệnh", ""), Kind("Nghị định", "NĐ"), Kind("Thông tư", "TT"))

DEFAULT_KINDS = ADMINISTRATIVE_KINDS + LEGAL_KINDS
