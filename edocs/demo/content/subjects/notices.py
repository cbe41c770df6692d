"""What is only to be known: appointments, resolutions, new addresses, letters of thanks."""

from __future__ import annotations

from datetime import date

from ..matter import Subject

NOTICES: tuple[Subject, ...] = (
    Subject(
        key="appointment-decision",
        field="ccvc",
        issuers=("UBND",),
        kind="QĐ",
        summary="Về việc {topic} đối với {citizen}",
        picks={
            "topic": (
                "bổ nhiệm chức vụ Phó Giám đốc sở",
                "điều động, bổ nhiệm chức vụ Trưởng phòng cấp xã",
                "giao phụ trách Ban Quản lý dự án",
                "nghỉ hưu hưởng chế độ bảo hiểm xã hội",
                "biệt phái công chức",
            )
        },
        body="""
        Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;
        Căn cứ Luật Cán bộ, công chức ngày 24 tháng 6 năm 2025;
        Theo đề nghị của Giám đốc Sở Nội vụ.
        QUYẾT ĐỊNH:
        Điều 1. Thực hiện việc {topic} đối với {citizen} kể từ ngày 01 {next_month}.
        Điều 2. {Citizen} được hưởng các chế độ, chính sách theo quy định hiện hành.
        Điều 3. Chánh Văn phòng Ủy ban nhân dân tỉnh, Giám đốc Sở Nội vụ, Thủ trưởng các cơ quan có liên quan
            và {citizen} chịu trách nhiệm thi hành Quyết định này./.
        """,
        lead="CCVC",
        working_days=5,
        instruction="Chuyển Phòng CCVC để biết, cập nhật hồ sơ công chức.",
        progress=(),
        result="Đã cập nhật cơ sở dữ liệu công chức, lưu hồ sơ.",
        for_information=True,
        since=date(2025, 7, 1),
        weight=4,
    ),
    Subject(
        key="council-resolution",
        field="xdcq",
        issuers=("HĐND",),
        kind="NQ",
        summary="Về {topic}",
        picks={
            "topic": (
                "kết quả giám sát việc thực hiện chính sách người có công {report_quarter}",
                "điều chỉnh biên chế công chức năm {year} ({month})",
                "chương trình giám sát {quarter}",
                "thành lập đoàn giám sát về cải cách hành chính ({month})",
            )
        },
        body="""
        Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;
        Căn cứ Luật Hoạt động giám sát của Quốc hội và Hội đồng nhân dân;
        Xét đề nghị của Ban Pháp chế Hội đồng nhân dân tỉnh.
        QUYẾT NGHỊ:
        Điều 1. Thông qua nội dung về {topic}.
        Điều 2. Ủy ban nhân dân tỉnh, các cơ quan có liên quan tổ chức thực hiện; báo cáo Thường trực Hội đồng
            nhân dân tỉnh trước kỳ họp gần nhất.
        Điều 3. Nghị quyết này có hiệu lực kể từ ngày ký./.
        """,
        lead="XDCQ",
        working_days=5,
        instruction="Chuyển Phòng XDCQ để biết, theo dõi việc thực hiện; các phòng liên quan khai thác.",
        progress=(),
        result="Đã phổ biến tới các phòng, lưu theo dõi.",
        for_information=True,
        since=date(2025, 7, 1),
        weight=3,
    ),
    Subject(
        key="new-address",
        field="hc",
        issuers=("@communes", "@firms"),
        kind="TB",
        summary="Thay đổi {topic} của {issuer_short}",
        picks={
            "topic": (
                "địa chỉ trụ sở làm việc",
                "số điện thoại, thư điện tử công vụ",
                "mẫu con dấu và chứng thư số",
                "người đại diện, người ký văn bản",
            )
        },
        body="""
        {issuer} trân trọng thông báo tới các cơ quan, tổ chức, cá nhân về việc thay đổi {topic} như sau:
        1. Thời điểm áp dụng: kể từ {meeting_day}.
        2. Thông tin chi tiết được đăng tải trên trang thông tin điện tử và gửi kèm thông báo này.
        3. Mọi văn bản, thư từ gửi theo thông tin cũ được tiếp nhận trong 30 ngày kể từ thời điểm nêu trên.
        Trân trọng thông báo để Quý cơ quan biết, liên hệ công tác./.
        """,
        attachments=("Thông tin chi tiết",),
        lead="VP",
        working_days=5,
        instruction="Chuyển Văn phòng Sở để biết, cập nhật danh bạ cơ quan.",
        progress=(),
        result="Đã cập nhật danh bạ cơ quan ngoài.",
        for_information=True,
        since=date(2025, 7, 1),
        weight=3,
    ),
    Subject(
        key="letter-of-thanks",
        field="hc",
        issuers=("@communes", "MTTQ", "HCTĐ", "TTĐDNCC"),
        kind="ThC",
        summary="Thư cảm ơn về {topic}",
        picks={
            "topic": (
                "sự hỗ trợ Nhân dân {commune} khắc phục hậu quả thiên tai",
                "việc ủng hộ Quỹ Đền ơn đáp nghĩa {quarter}",
                "việc cử công chức hỗ trợ {commune} trong {month}",
                "quà tặng gia đình chính sách tại {commune}",
            )
        },
        body="""
        {issuer} trân trọng cảm ơn lãnh đạo và tập thể công chức, viên chức, người lao động Sở Nội vụ tỉnh Nam
            Khê về {topic}.
        Sự quan tâm, chia sẻ của Quý Sở là nguồn động viên quý báu đối với cán bộ và Nhân dân. {issuer} sử
            dụng sự hỗ trợ đúng mục đích, công khai, minh bạch.
        Rất mong tiếp tục nhận được sự phối hợp, giúp đỡ của Quý Sở. Kính chúc Quý Sở hoàn thành tốt nhiệm vụ
            được giao./.
        """,
        lead="VP",
        working_days=5,
        instruction="Văn phòng Sở thông tin tới các phòng, đơn vị.",
        progress=(),
        result="Đã thông tin trên trang nội bộ của Sở.",
        for_information=True,
        since=date(2025, 7, 1),
        weight=2,
    ),
)
