"""Catalogues of the demonstration agency: kinds, fields, books, instruction templates, approval chains, calendar.

Kinds and abbreviations: Decree 30/2020, Art. 7 and Appendix III. Abbreviations that are missing in the
decree (công văn, thư công) get a key of ours and no abbreviation.
"""

from __future__ import annotations

from .calendar import CALENDAR, OFFICE_HOURS
from .model import Book, Chain, ChainStep, Field, InstructionTemplate, Kind, StepKind

__all__ = [
    "BOOKS",
    "CALENDAR",
    "CHAINS",
    "FIELDS",
    "FIELDS_BY_KEY",
    "INSTRUCTION_TEMPLATES",
    "KINDS",
    "KINDS_BY_KEY",
    "OFFICE_HOURS",
    "book_for",
    "chain_for",
]

_ADMINISTRATIVE: tuple[tuple[str, str, str, str], ...] = (
    ("NQ", "Nghị quyết", "Resolution", "NQ"),
    ("QĐ", "Quyết định", "Decision", "QĐ"),
    ("CT", "Chỉ thị", "Directive", "CT"),
    ("QC", "Quy chế", "Regulation", "QC"),
    ("QyĐ", "Quy định", "Rules", "QyĐ"),
    ("TC", "Thông cáo", "Communiqué", "TC"),
    ("TB", "Thông báo", "Notice", "TB"),
    ("HD", "Hướng dẫn", "Guidance", "HD"),
    ("CTr", "Chương trình", "Programme", "CTr"),
    ("KH", "Kế hoạch", "Plan", "KH"),
    ("PA", "Phương án", "Scheme", "PA"),
    ("ĐA", "Đề án", "Proposal", "ĐA"),
    ("DA", "Dự án", "Project", "DA"),
    ("BC", "Báo cáo", "Report", "BC"),
    ("BB", "Biên bản", "Minutes", "BB"),
    ("TTr", "Tờ trình", "Submission", "TTr"),
    ("HĐ", "Hợp đồng", "Contract", "HĐ"),
    ("CV", "Công văn", "Official letter", ""),
    ("CĐ", "Công điện", "Urgent cable", "CĐ"),
    ("BGN", "Bản ghi nhớ", "Memorandum", "BGN"),
    ("BTT", "Bản thỏa thuận", "Agreement", "BTT"),
    ("GUQ", "Giấy ủy quyền", "Power of attorney", "GUQ"),
    ("GM", "Giấy mời", "Invitation", "GM"),
    ("GGT", "Giấy giới thiệu", "Letter of introduction", "GGT"),
    ("GNP", "Giấy nghỉ phép", "Leave permit", "GNP"),
    ("PG", "Phiếu gửi", "Dispatch note", "PG"),
    ("PC", "Phiếu chuyển", "Transfer note", "PC"),
    ("PB", "Phiếu báo", "Notification slip", "PB"),
    ("ThC", "Thư công", "Courtesy letter", ""),
)
_LEGAL: tuple[tuple[str, str, str, str], ...] = (
    ("QPPL-L", "Luật", "Law", "L"),
    ("QPPL-PL", "Pháp lệnh", "Ordinance", "PL"),
    ("QPPL-LN", "Lệnh", "Order", "L"),
    ("QPPL-NĐ", "Nghị định", "Decree", "NĐ"),
    ("QPPL-TT", "Thông tư", "Circular", "TT"),
    ("QPPL-TTLT", "Thông tư liên tịch", "Joint circular", "TTLT"),
    ("QPPL-NQ", "Nghị quyết (quy phạm pháp luật)", "Resolution (legal)", "NQ"),
    ("QPPL-QĐ", "Quyết định (quy phạm pháp luật)", "Decision (legal)", "QĐ"),
)
_COPIES: tuple[tuple[str, str, str, str], ...] = (
    ("SY", "Bản sao y", "Certified copy", "SY"),
    ("SL", "Bản sao lục", "Copy of a copy", "SL"),
    ("TrS", "Bản trích sao", "Extract", "TrS"),
)
_OTHER: tuple[tuple[str, str, str, str], ...] = (("ĐƠN", "Đơn", "Petition", ""),)

KINDS: tuple[Kind, ...] = tuple(
    Kind(*row, group=group)
    for group, rows in (
        ("administrative", _ADMINISTRATIVE),
        ("legal", _LEGAL),
        ("copy", _COPIES),
        ("other", _OTHER),
    )
    for row in rows
)
KINDS_BY_KEY: dict[str, Kind] = {kind.key: kind for kind in KINDS}

FIELDS: tuple[Field, ...] = (
    Field("cchc", "Cải cách hành chính", "Administrative reform", "CCHC"),
    Field("tcbc", "Tổ chức bộ máy, biên chế", "Organisation and staffing", "TCBC"),
    Field("ccvc", "Công chức, viên chức", "Civil servants and public employees", "CCVC"),
    Field("dtbd", "Đào tạo, bồi dưỡng", "Training", "CCVC"),
    Field("xdcq", "Chính quyền địa phương, địa giới hành chính", "Local government and boundaries", "XDCQ"),
    Field("tn", "Thanh niên", "Youth", "XDCQ"),
    Field("hoi", "Hội, quỹ", "Associations and funds", "XDCQ"),
    Field("ncc", "Người có công", "People with merit", "NCC"),
    Field("ldvl", "Lao động, việc làm, tiền lương", "Labour, employment and wages", "LĐVL"),
    Field("tdkt", "Thi đua, khen thưởng", "Emulation and commendation", "TĐKT"),
    Field("vtlt", "Văn thư, lưu trữ", "Records and archives", "VTLT"),
    Field("ttkn", "Thanh tra, khiếu nại, tố cáo", "Inspection, complaints and denunciations", "TTr"),
    Field("khtc", "Kế hoạch, tài chính", "Planning and finance", "KHTC"),
    Field("pctt", "Phòng, chống thiên tai", "Disaster prevention", "VP"),
    Field("hc", "Hành chính, tổng hợp", "General administration", "VP"),
)
FIELDS_BY_KEY: dict[str, Field] = {each.key: each for each in FIELDS}

BOOKS: tuple[Book, ...] = (
    Book(
        "den",
        "Sổ đăng ký văn bản đến",
        "in",
        (),
        "{number}",
        "Một sổ chung cho mọi văn bản đến, giấy và điện tử, đánh số từ 01 mỗi năm (Điều 22 Nghị định 30/2020/NĐ-CP).",
    ),
    Book(
        "di-qd",
        "Sổ đăng ký quyết định",
        "out",
        ("QĐ", "NQ", "CT", "QC", "QyĐ"),
        "{number}/{kind}-SNV",
        "Quyết định và văn bản ban hành kèm theo quyết định.",
    ),
    Book(
        "di-vb",
        "Sổ đăng ký công văn và văn bản hành chính khác",
        "out",
        (),
        "{number}/SNV-{unit}; {number}/{kind}-SNV",
        "Công văn, tờ trình, báo cáo, kế hoạch, thông báo, hướng dẫn và các loại không có sổ riêng.",
    ),
    Book(
        "di-gm",
        "Sổ đăng ký giấy mời, giấy giới thiệu, phiếu gửi",
        "out",
        ("GM", "GGT", "GNP", "PG", "PC", "PB"),
        "{number}/{kind}-SNV",
        "Các loại giấy tờ Chánh Văn phòng thừa lệnh Giám đốc ký.",
    ),
    Book(
        "di-sao",
        "Sổ đăng ký bản sao",
        "out",
        ("SY", "SL", "TrS"),
        "{number}/{kind}-SNV",
        "Một loạt số chung cho sao y, sao lục, trích sao.",
    ),
)

INSTRUCTION_TEMPLATES: tuple[InstructionTemplate, ...] = (
    InstructionTemplate(
        "",
        "Giao chủ trì tham mưu",
        "Giao {lead} chủ trì, phối hợp các đơn vị liên quan tham mưu thực hiện.",
        5,
    ),
    InstructionTemplate("", "Nghiên cứu, xử lý", "Chuyển {lead} nghiên cứu, xử lý theo quy định.", 7),
    InstructionTemplate(
        "",
        "Tham mưu văn bản trả lời",
        "Giao {lead} tham mưu văn bản trả lời, trình lãnh đạo Sở trước hạn 01 ngày.",
        5,
    ),
    InstructionTemplate(
        "",
        "Phối hợp, cung cấp số liệu",
        "Giao {lead} chủ trì tổng hợp; các đơn vị phối hợp gửi số liệu đúng biểu mẫu, đúng hạn.",
        5,
    ),
    InstructionTemplate("", "Góp ý dự thảo", "Giao {lead} nghiên cứu, tham mưu văn bản góp ý.", 7),
    InstructionTemplate("", "Lưu, để biết", "Chuyển {lead} để biết, lưu theo dõi.", None),
    InstructionTemplate("giamdoc", "Chuyển Phó Giám đốc", "Chuyển đồng chí Phó Giám đốc phụ trách chỉ đạo.", 1),
    InstructionTemplate(
        "giamdoc",
        "Khẩn, báo cáo trong ngày",
        "Giao {lead} triển khai ngay, báo cáo Giám đốc kết quả trong ngày.",
        1,
    ),
    InstructionTemplate("giamdoc", "Giám đốc dự họp", "Giám đốc dự. {lead} chuẩn bị tài liệu.", 2),
    InstructionTemplate("giamdoc", "Đưa ra giao ban", "Giao {lead} chuẩn bị nội dung, báo cáo tại giao ban tuần.", 5),
    InstructionTemplate(
        "phogiamdoc",
        "Tổng hợp báo cáo UBND tỉnh",
        "Giao {lead} chủ trì tổng hợp, dự thảo báo cáo UBND tỉnh, trình tôi trước hạn 01 ngày.",
        5,
    ),
    InstructionTemplate(
        "phogiamdoc",
        "Thẩm định hồ sơ",
        "Giao {lead} thẩm định hồ sơ, đề xuất; thiếu thành phần thì trả ngay.",
        10,
    ),
    InstructionTemplate("phogiamdoc", "Cử người dự", "Giao {lead} cử 01 công chức dự, báo cáo kết quả.", 3),
    InstructionTemplate(
        "phuc.lh",
        "Giải quyết chế độ",
        "Giao {lead} kiểm tra hồ sơ, giải quyết đúng chế độ, trả lời công dân.",
        10,
    ),
    InstructionTemplate("phuc.lh", "Kiểm tra thực tế", "Giao {lead} kiểm tra thực tế, báo cáo tôi.", 7),
    InstructionTemplate(
        "khoa.tm", "Trình UBND tỉnh", "Giao {lead} thẩm định, dự thảo tờ trình UBND tỉnh quyết định.", 10
    ),
    InstructionTemplate(
        "khoa.tm", "Hướng dẫn cơ sở", "Giao {lead} hướng dẫn địa phương thực hiện, trả lời bằng văn bản.", 5
    ),
)


def _steps(signing_days: int) -> tuple[ChainStep, ...]:
    return (
        ChainStep(StepKind.SUBMIT, "drafter", 0),
        ChainStep(StepKind.CONTENT_CHECK, "unit_head", 1),
        ChainStep(StepKind.FORMAT_CHECK, "format_checker", 1),
        ChainStep(StepKind.APPROVE, "signatory", signing_days),
        ChainStep(StepKind.SIGN, "signatory", 1),
        ChainStep(StepKind.NUMBER_AND_SEAL, "clerk", 1),
        ChainStep(StepKind.ISSUE, "clerk", 1),
    )


CHAINS: tuple[Chain, ...] = (
    Chain("quyet-dinh", "Quyết định", "Decision", ("QĐ", "NQ", "CT", "QC", "QyĐ"), "leader", _steps(2)),
    Chain(
        "to-trinh-bao-cao",
        "Tờ trình, báo cáo, kế hoạch",
        "Submission, report, plan",
        ("TTr", "BC", "KH", "CTr", "ĐA", "PA", "HD"),
        "leader",
        _steps(2),
    ),
    Chain(
        "thua-lenh",
        "Văn bản thừa lệnh của Văn phòng",
        "By order of the director (office)",
        ("GM", "GGT", "GNP", "PG", "PC", "PB", "SY", "SL", "TrS"),
        "chief_of_office",
        tuple(step for step in _steps(1) if step.kind is not StepKind.CONTENT_CHECK),
    ),
    Chain("cong-van", "Công văn thường", "Ordinary letter", (), "leader", _steps(1)),
)


def book_for(kind: str, direction: str = "out") -> Book:
    """The book in which a kind is registered."""
    books = [book for book in BOOKS if book.direction == direction]
    return next((book for book in books if kind in book.kinds), next(book for book in books if not book.kinds))


def chain_for(kind: str) -> Chain:
    """The approval chain of a kind; letters take the last one."""
    return next((chain for chain in CHAINS if kind in chain.kinds), CHAINS[-1])
