"""Outside agencies, firms and citizens that write to the department, or are written to.

Names of ministries are real, all people and everything in Nam Khê are invented. ``code`` is the identifier
of Decision 20/2020/QĐ-TTg, ``old_code`` that of QCVN 102:2016; party bodies, mass organisations of the
province, firms and citizens have none here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from .model import Correspondent, Signer

PROVINCE = "H77"
TWO_TIERS = date(2025, 7, 1)


def _deputy(head: str, deputy: str, name: str) -> Signer:
    return Signer((f"KT. {head.upper()}", deputy.upper()), name, deputy)


def _head(title: str, name: str) -> Signer:
    return Signer((title.upper(),), name, title)


def _committee(title: str, name: str) -> Signer:
    lines = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    if title == "Phó Chủ tịch":
        lines = ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    return Signer(lines, name, title)


# key, name, level-1 code, head, deputy, name of the deputy who signs, letters a year
_MINISTRIES = (
    ("BNV", "Bộ Nội vụ", "G09", "Bộ trưởng", "Thứ trưởng", "Đoàn Thế Vinh", 6900),
    ("BTC", "Bộ Tài chính", "G12", "Bộ trưởng", "Thứ trưởng", "Lưu Công Tráng", 19000),
    ("BTP", "Bộ Tư pháp", "G15", "Bộ trưởng", "Thứ trưởng", "Nghiêm Thị Tú Lan", 7200),
    ("BKHCN", "Bộ Khoa học và Công nghệ", "G06", "Bộ trưởng", "Thứ trưởng", "Quách Huy Tưởng", 7600),
    ("VPCP", "Văn phòng Chính phủ", "G22", "Bộ trưởng, Chủ nhiệm", "Phó Chủ nhiệm", "Kiều Đình Thuận", 12800),
    ("TTCP", "Thanh tra Chính phủ", "G20", "Tổng Thanh tra", "Phó Tổng Thanh tra", "Ninh Bá Tuấn", 3100),
)

# key, name, code of level 2, position, name of the signer, letters a year
_PROVINCIAL = (
    ("VPUBND", "Văn phòng Ủy ban nhân dân tỉnh Nam Khê", "01", "Chánh Văn phòng", "Lại Hồng Quảng", 2600),
    ("STC", "Sở Tài chính tỉnh Nam Khê", "03", "Giám đốc", "Ngụy Thành Trung", 3700),
    ("STP", "Sở Tư pháp tỉnh Nam Khê", "04", "Giám đốc", "Bạch Thị Hoài An", 1450),
    ("SXD", "Sở Xây dựng tỉnh Nam Khê", "05", "Giám đốc", "Lục Văn Sang", 3400),
    ("SNNMT", "Sở Nông nghiệp và Môi trường tỉnh Nam Khê", "06", "Giám đốc", "Tống Phước Điền", 5200),
    ("SCT", "Sở Công Thương tỉnh Nam Khê", "07", "Giám đốc", "Hứa Minh Tường", 1900),
    ("SKHCN", "Sở Khoa học và Công nghệ tỉnh Nam Khê", "08", "Giám đốc", "Thái Quang Trí", 3600),
    ("SVHTTDL", "Sở Văn hóa, Thể thao và Du lịch tỉnh Nam Khê", "09", "Giám đốc", "Chu Thị Hà Phương", 2300),
    ("SGDĐT", "Sở Giáo dục và Đào tạo tỉnh Nam Khê", "10", "Giám đốc", "Văn Thị Như Ý", 1900),
    ("SYT", "Sở Y tế tỉnh Nam Khê", "11", "Giám đốc", "Âu Dương Khánh", 3000),
    ("SDTTG", "Sở Dân tộc và Tôn giáo tỉnh Nam Khê", "12", "Giám đốc", "Hồ Văn Lư", 980),
    ("TTT", "Thanh tra tỉnh Nam Khê", "13", "Chánh Thanh tra", "Khổng Đức Minh", 1300),
    ("BQLKCN", "Ban Quản lý các khu công nghiệp tỉnh Nam Khê", "14", "Trưởng ban", "Đàm Quốc Khánh", 1150),
    (
        "TTPVHCC",
        "Trung tâm Phục vụ hành chính công tỉnh Nam Khê",
        "01.05",
        "Giám đốc",
        "Vi Thị Thu Sương",
        420,
    ),
    ("TTDVVL", "Trung tâm Dịch vụ việc làm tỉnh Nam Khê", "02.01", "Giám đốc", "Tăng Bảo Quốc", 560),
    ("TTLTLS", "Trung tâm Lưu trữ lịch sử tỉnh Nam Khê", "02.02", "Giám đốc", "Châu Minh Khôi", 310),
    ("TTĐDNCC", "Trung tâm Điều dưỡng người có công tỉnh Nam Khê", "02.03", "Giám đốc", "Nông Thị Hiền", 260),
    ("TCT", "Trường Chính trị tỉnh Nam Khê", "20", "Hiệu trưởng", "Thân Trọng Hiếu", 640),
    ("TCĐNK", "Trường Cao đẳng Nam Khê", "21", "Hiệu trưởng", "Lã Việt Bách", 720),
    ("BVĐKT", "Bệnh viện Đa khoa tỉnh Nam Khê", "11.04", "Giám đốc", "Từ Thị Xuân Mai", 1850),
)

# key, name, symbol in its numbers, position, name of the signer, letters a year
_PARTY_AND_MASS = (
    ("TU", "Tỉnh ủy Nam Khê", "TU", "Phó Bí thư Thường trực", "Mạc Văn Kỷ", 900),
    ("VPTU", "Văn phòng Tỉnh ủy Nam Khê", "VPTU", "Chánh Văn phòng", "Ông Ích Duy", 2100),
    ("BTCTU", "Ban Tổ chức Tỉnh ủy Nam Khê", "BTCTU", "Phó Trưởng ban", "Doãn Thị Liễu", 1700),
    ("MTTQ", "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Nam Khê", "MTTQ", "Phó Chủ tịch", "Lò Thị Biên", 1300),
    ("TĐTN", "Tỉnh đoàn Nam Khê", "TĐTN", "Bí thư", "Kha Nhật Tân", 760),
    ("LĐLĐ", "Liên đoàn Lao động tỉnh Nam Khê", "LĐLĐ", "Chủ tịch", "Đồng Văn Sỹ", 640),
    ("HLHPN", "Hội Liên hiệp Phụ nữ tỉnh Nam Khê", "HLHPN", "Chủ tịch", "La Thị Sen", 520),
    ("CCB", "Hội Cựu chiến binh tỉnh Nam Khê", "CCB", "Chủ tịch", "Tiêu Viết Chiến", 330),
    ("HND", "Hội Nông dân tỉnh Nam Khê", "HND", "Chủ tịch", "Bế Văn Minh", 480),
    ("HCTĐ", "Hội Chữ thập đỏ tỉnh Nam Khê", "HCTĐ", "Chủ tịch", "Thạch Thị Tâm", 260),
)

_COLLECTIVE_LINES = {
    "TU": ("T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ THƯỜNG TRỰC"),
    "VPTU": ("CHÁNH VĂN PHÒNG",),
    "BTCTU": ("K/T TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"),
    "MTTQ": ("TM. BAN THƯỜNG TRỰC", "PHÓ CHỦ TỊCH"),
    "HCTĐ": ("TM. BAN THƯỜNG TRỰC", "CHỦ TỊCH"),
}

# key, name, symbol, position, name of the signer, letters a year, code, old code
_BRANCHES = (
    (
        "CAT",
        "Công an tỉnh Nam Khê",
        "CAT",
        "Phó Giám đốc",
        "Đại tá Nhữ Đình An",
        4200,
        "G01.77",
        "000.00.77.G01",
    ),
    (
        "BCHQS",
        "Bộ Chỉ huy Quân sự tỉnh Nam Khê",
        "BCH",
        "Chỉ huy trưởng",
        "Đại tá Cù Huy Thiệp",
        2500,
        "",
        "",
    ),
    (
        "BHXH",
        "Bảo hiểm xã hội tỉnh Nam Khê",
        "BHXH",
        "Giám đốc",
        "Trà Thị Phúc",
        1500,
        "G12.77.03",
        "000.77.03.G12",
    ),
    (
        "KBNN",
        "Kho bạc Nhà nước khu vực XII",
        "KBNN",
        "Giám đốc",
        "Ứng Văn Khoát",
        880,
        "G12.77.04",
        "000.77.04.G12",
    ),
    ("TNK", "Thuế tỉnh Nam Khê", "NKH", "Trưởng Thuế", "Tào Quý Thuận", 3900, "G12.77.05", "000.77.05.G12"),
    (
        "TAND",
        "Tòa án nhân dân tỉnh Nam Khê",
        "TA",
        "Chánh án",
        "Giáp Thị Bình",
        700,
        "D01.77",
        "000.00.77.D01",
    ),
    (
        "CTK",
        "Thống kê tỉnh Nam Khê",
        "TKT",
        "Trưởng Thống kê",
        "Sầm Thị Thoa",
        620,
        "G12.77.06",
        "000.77.06.G12",
    ),
)

# key, name, chair or deputy, name of the signer
_COMMUNES = (
    ("DONGLINH", "xã Đông Lĩnh", "Phó Chủ tịch", "Hà Nguyễn Thảo Vy"),
    ("KHEVANG", "xã Khe Vang", "Chủ tịch", "Lương Văn Khiêm"),
    ("HOASON", "xã Hòa Sơn", "Chủ tịch", "Đinh Công Sinh"),
    ("TANAN", "phường Tân An", "Chủ tịch", "Phí Thị Minh Ánh"),
    ("NAMTHANH", "phường Nam Thành", "Phó Chủ tịch", "Tường Duy Bách"),
    ("BACKHE", "phường Bắc Khê", "Chủ tịch", "Ngũ Thanh Phong"),
    ("PHUVINH", "xã Phú Vinh", "Chủ tịch", "Cấn Xuân Viết"),
    ("YENKHE", "xã Yên Khê", "Phó Chủ tịch", "Vương Thị Hoàn"),
    ("THANHLAM", "xã Thanh Lâm", "Chủ tịch", "Lộc Bá Thông"),
    ("MYHUNG", "xã Mỹ Hưng", "Chủ tịch", "Quản Trọng Đạt"),
    ("BINHTRACH", "xã Bình Trạch", "Phó Chủ tịch", "Nhan Thị Bích"),
    ("VANCANH", "xã Vạn Cảnh", "Chủ tịch", "Triệu Văn Cầu"),
    ("SONTHUONG", "xã Sơn Thượng", "Chủ tịch", "Hồ Văn Páo"),
    ("HAILOC", "xã Hải Lộc", "Phó Chủ tịch", "Trần Đình Ngãi"),
    ("CUALACH", "phường Cửa Lạch", "Chủ tịch", "Biện Thị Thu"),
    ("QUANGTRUNG", "phường Quang Trung", "Chủ tịch", "Thi Quang Hiển"),
)

_DISTRICTS = (
    ("UBND-TPNK", "thành phố Nam Khê", "81", "Phó Chủ tịch", "Hàn Đức Thành"),
    ("UBND-HKV", "huyện Khe Vang", "82", "Chủ tịch", "Lưu Xuân Hợp"),
    ("UBND-HHS", "huyện Hòa Sơn", "83", "Phó Chủ tịch", "Kim Thị Hậu"),
    ("UBND-HĐL", "huyện Đông Lĩnh", "84", "Chủ tịch", "Cung Bá Đồng"),
)

# key, name, symbol, position, name of the signer
_FIRMS = (
    ("PHUTHINH", "Công ty TNHH May mặc Phú Thịnh Nam Khê", "PT", "Giám đốc", "Hầu Mỹ Kim"),
    ("NAMVIET", "Công ty Cổ phần Giải pháp số Nam Việt", "GPS", "Giám đốc", "Lương Thế Vũ"),
    ("SAOKHUE", "Công ty TNHH Tư vấn Sao Khuê", "SK", "Giám đốc", "Đoàn Minh Trí"),
    ("THUYSAN", "Công ty Cổ phần Chế biến thủy sản Cửa Lạch", "TSCL", "Tổng Giám đốc", "Ngạc Thị Hà"),
    ("DIENTU", "Công ty TNHH Điện tử Khe Vang Vina", "KVV", "Trưởng phòng Nhân sự", "Phùng Thị Tuyến"),
    ("XAYLAP", "Công ty Cổ phần Xây lắp số 7 Nam Khê", "XL7", "Phó Giám đốc", "Khúc Văn Dũng"),
)


def _ministries() -> Iterator[Correspondent]:
    for key, name, code, head, deputy, signer, yearly in _MINISTRIES:
        yield Correspondent(
            key,
            "ministry",
            name,
            key,
            "Hà Nội",
            (_deputy(head, deputy, signer),),
            code=code,
            old_code=f"000.00.00.{code}",
            aliases=(key,),
            yearly=yearly,
        )
    yield Correspondent(
        "CVTLTNN",
        "ministry",
        "Cục Văn thư và Lưu trữ nhà nước",
        "VTLTNN",
        "Hà Nội",
        (_deputy("Cục trưởng", "Phó Cục trưởng", "Hoa Thị Sáng"),),
        code="G09.15",
        old_code="000.00.15.G09",
        short_name="Cục VTLTNN",
        superior="Bộ Nội vụ",
        yearly=1100,
    )


def _province() -> Iterator[Correspondent]:
    chair = _committee("Chủ tịch", "Phan Đình Trọng")
    vice = _committee("Phó Chủ tịch", "Nguyễn Duy Tùng")
    yield Correspondent(
        "UBND",
        "province",
        "Ủy ban nhân dân tỉnh Nam Khê",
        "UBND",
        "Nam Khê",
        (chair, vice),
        code=PROVINCE,
        old_code=f"000.00.00.{PROVINCE}",
        short_name="UBND tỉnh Nam Khê",
        aliases=("Chủ tịch UBND tỉnh Nam Khê", "UBND tỉnh"),
        yearly=5300,
    )
    council = Signer(("TM. THƯỜNG TRỰC HỘI ĐỒNG NHÂN DÂN", "PHÓ CHỦ TỊCH"), "Đèo Thị Thu Hương", "Phó Chủ tịch")
    yield Correspondent(
        "HĐND",
        "province",
        "Thường trực Hội đồng nhân dân tỉnh Nam Khê",
        "HĐND",
        "Nam Khê",
        (council,),
        code="K77",
        old_code="000.00.00.K77",
        short_name="Thường trực HĐND tỉnh",
        superior="Hội đồng nhân dân tỉnh Nam Khê",
        aliases=("HĐND tỉnh Nam Khê",),
        yearly=620,
    )


def _departments() -> Iterator[Correspondent]:
    for key, name, code, position, signer, yearly in _PROVINCIAL:
        under_us = code.startswith("02.")
        parts = code.split(".")
        old = f"000.{parts[1]}.{parts[0]}.{PROVINCE}" if len(parts) == 2 else f"000.00.{code}.{PROVINCE}"
        yield Correspondent(
            key,
            "affiliate" if under_us else "department",
            name,
            key if key != "VPUBND" else "VP",
            "Nam Khê",
            (_head(position, signer),),
            code=f"{PROVINCE}.{code}",
            old_code=old,
            short_name=name.replace(" tỉnh Nam Khê", "").replace("Ủy ban nhân dân", "UBND tỉnh"),
            aliases=(key,),
            superior="Sở Nội vụ tỉnh Nam Khê" if under_us else "Ủy ban nhân dân tỉnh Nam Khê",
            yearly=yearly,
        )


def _organisations() -> Iterator[Correspondent]:
    for key, name, symbol, position, signer, yearly in _PARTY_AND_MASS:
        group = "party" if key in {"TU", "VPTU", "BTCTU"} else "mass"
        lines = _COLLECTIVE_LINES.get(key, ("TM. BAN THƯỜNG VỤ", position.upper()))
        yield Correspondent(
            key,
            group,
            name,
            symbol,
            "Nam Khê",
            (Signer(lines, signer, position),),
            short_name=name.replace(" tỉnh Nam Khê", " tỉnh").replace("Ủy ban Mặt trận Tổ quốc Việt Nam", "MTTQ"),
            aliases=(symbol,),
            yearly=yearly,
        )
    for key, name, symbol, position, signer, yearly, code, old in _BRANCHES:
        yield Correspondent(
            key,
            "branch",
            name,
            symbol,
            "Nam Khê",
            (_deputy("Giám đốc", position, signer) if position.startswith("Phó") else _head(position, signer),),
            code=code,
            old_code=old,
            short_name=name.replace("Bảo hiểm xã hội", "BHXH"),
            aliases=(symbol,),
            yearly=yearly,
        )


def _localities() -> Iterator[Correspondent]:
    for ordinal, (key, place, position, signer) in enumerate(_COMMUNES, start=31):
        yield Correspondent(
            key,
            "commune",
            f"Ủy ban nhân dân {place}",
            "UBND",
            place.split(" ", 1)[1],
            (_committee(position, signer),),
            code=f"{PROVINCE}.{ordinal}",
            old_code=f"000.00.{ordinal}.{PROVINCE}",
            short_name=f"UBND {place}",
            aliases=(place,),
            superior="Ủy ban nhân dân tỉnh Nam Khê",
            yearly=760 + ordinal * 97 % 430,
            since=TWO_TIERS,
        )
    for key, place, code, position, signer in _DISTRICTS:
        yield Correspondent(
            key,
            "district",
            f"Ủy ban nhân dân {place}",
            "UBND",
            place.split(" ", 1)[1] if place.startswith("huyện") else "Nam Khê",
            (_committee(position, signer),),
            code=f"{PROVINCE}.{code}",
            old_code=f"000.00.{code}.{PROVINCE}",
            short_name=f"UBND {place}",
            aliases=(place,),
            superior="Ủy ban nhân dân tỉnh Nam Khê",
            yearly=2700,
            until=date(2025, 6, 30),
        )


def _private() -> Iterator[Correspondent]:
    for key, name, symbol, position, signer in _FIRMS:
        yield Correspondent(
            key, "firm", name, symbol, "Nam Khê", (_head(position, signer),), aliases=(symbol,), yearly=210
        )
    for key, name in (
        ("CD-KHANG", "Ông Nguyễn Phúc Bảo Khang"),
        ("CD-OANH", "Bà Trương Lê Kim Oanh"),
        ("CD", "Công dân"),
    ):
        person = name.split(" ", 1)[1] if key != "CD" else name
        yield Correspondent(key, "citizen", name, "", "Nam Khê", (Signer((), person, "Người làm đơn"),), yearly=0)


CORRESPONDENTS: tuple[Correspondent, ...] = (
    *_ministries(),
    *_province(),
    *_departments(),
    *_organisations(),
    *_localities(),
    *_private(),
)
CORRESPONDENTS_BY_KEY: dict[str, Correspondent] = {each.key: each for each in CORRESPONDENTS}


def in_group(group: str) -> tuple[Correspondent, ...]:
    """Those of a group: ministry, province, department, affiliate, party, mass, branch, commune, …"""
    return tuple(each for each in CORRESPONDENTS if each.group == group)
