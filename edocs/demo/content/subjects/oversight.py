"""Matters of inspection, complaints (thanh tra, khiếu nại) and of finance (kế hoạch, tài chính)."""

from __future__ import annotations

from datetime import date

from ..matter import ReplyTemplate, Subject

OVERSIGHT: tuple[Subject, ...] = (
    Subject(
        key="asset-declaration",
        field="ttkn",
        issuers=("TTT",),
        offices={"TTT": "NV4"},
        kind="CV",
        summary="V/v {topic}",
        picks={
            "topic": (
                "kê khai, công khai tài sản, thu nhập năm {year}",
                "báo cáo công tác tiếp công dân, giải quyết khiếu nại, tố cáo {report_quarter}",
                "báo cáo công tác phòng, chống tham nhũng, tiêu cực {report_quarter}",
                "báo cáo kết quả thực hiện kết luận thanh tra {report_quarter}",
            )
        },
        addressees=("Các sở, ban, ngành", "Ủy ban nhân dân các xã, phường"),
        body="""
        Thực hiện chỉ đạo của Chủ tịch Ủy ban nhân dân tỉnh, Thanh tra tỉnh Nam Khê đề nghị Thủ trưởng các cơ
            quan, đơn vị chỉ đạo {topic}:
        1. Phạm vi, đối tượng: toàn bộ đơn vị thuộc quyền quản lý; số liệu trong kỳ và lũy kế từ đầu năm.
        2. Nêu rõ việc đã làm, chưa làm, nguyên nhân và trách nhiệm của người đứng đầu.
        3. Báo cáo theo đề cương và biểu mẫu kèm theo, gửi bản điện tử có ký số.
        Thời hạn gửi về Thanh tra tỉnh: trước {due}./.
        """,
        attachments=("Đề cương báo cáo",),
        counts={"n": (2, 14), "m": (38, 52), "k": (1, 5)},
        lead="TTr",
        coordinators=("CCVC", "VP"),
        working_days=7,
        instruction="Giao Thanh tra Sở chủ trì, các phòng phối hợp cung cấp số liệu; trình báo cáo trước {deadline}.",
        progress=("Đã đề nghị các phòng, đơn vị trực thuộc gửi báo cáo.", "Còn {k} đơn vị chưa gửi."),
        result="Đã gửi báo cáo qua hệ thống của Thanh tra tỉnh.",
        reply=ReplyTemplate(
            "BC",
            "Kết quả thực hiện việc {topic}",
            """
            Thực hiện {ref}, Sở Nội vụ báo cáo kết quả như sau:
            1. Sở đã quán triệt tới toàn thể công chức, viên chức, người lao động; có {m} người thuộc diện
                phải thực hiện, đạt 100%.
            2. Trong kỳ tiếp {n} lượt công dân; đơn thư tiếp nhận được phân loại, xử lý đúng thời hạn, không
                có vụ việc phức tạp, kéo dài.
            3. Qua tự kiểm tra chưa phát hiện vụ việc tham nhũng, tiêu cực; có {k} kiến nghị chấn chỉnh đã
                thực hiện xong.
            Sở Nội vụ báo cáo Thanh tra tỉnh tổng hợp./.
            """,
        ),
        weight=4,
    ),
    Subject(
        key="petition-transfer",
        field="ttkn",
        issuers=("UBND",),
        offices={"UBND": "TCD"},
        kind="CV",
        summary="V/v giải quyết đơn của {citizen} về {topic}",
        picks={
            "topic": (
                "kết quả xét tuyển viên chức",
                "chế độ nghỉ việc do sắp xếp tổ chức bộ máy",
                "việc giải quyết chế độ thương binh",
                "việc đánh giá, xếp loại công chức",
                "việc chậm chi trả phụ cấp người hoạt động không chuyên trách",
                "quyết định thôi việc",
            )
        },
        body="""
        Ủy ban nhân dân tỉnh nhận được đơn đề ngày {earlier_short} của {citizen}, trú tại {commune}, kiến nghị
            về {topic}.
        Sau khi xem xét, Chủ tịch Ủy ban nhân dân tỉnh có ý kiến như sau:
        1. Giao Giám đốc Sở Nội vụ kiểm tra, giải quyết theo thẩm quyền, trả lời công dân bằng văn bản.
        2. Trường hợp vượt thẩm quyền thì tham mưu, đề xuất Chủ tịch Ủy ban nhân dân tỉnh.
        3. Kết quả báo cáo Ủy ban nhân dân tỉnh (qua Ban Tiếp công dân tỉnh) trước {due}.
        (Gửi kèm bản chụp đơn và tài liệu)./.
        """,
        attachments=("Bản chụp đơn",),
        counts={"n": (1, 4)},
        lead="TTr",
        coordinators=("CCVC",),
        working_days=9,
        instruction="Giao Thanh tra Sở chủ trì xác minh, làm việc với công dân; dự thảo văn bản trả lời "
        "trước {deadline}.",
        progress=(
            "Đã mời công dân đến làm việc, lập biên bản ghi nhận ý kiến.",
            "Đã yêu cầu cơ quan liên quan giải trình.",
        ),
        result="Công dân đã rút đơn sau khi được giải thích; đã báo cáo Ban Tiếp công dân tỉnh.",
        reply=ReplyTemplate(
            "CV",
            "V/v trả lời đơn của {citizen} về {topic}",
            """
            Thực hiện {ref_short} của Ủy ban nhân dân tỉnh, Sở Nội vụ đã kiểm tra nội dung đơn của {citizen}
                và trả lời như sau:
            1. Về nội dung {topic}: qua kiểm tra hồ sơ và làm việc với cơ quan liên quan, trình tự, thủ tục đã
                thực hiện đúng quy định; thiếu sót trong khâu thông báo kết quả đã được rút kinh nghiệm.
            2. Về kiến nghị của công dân: Sở Nội vụ đã yêu cầu cơ quan có trách nhiệm cung cấp đầy đủ tài liệu
                liên quan trong 05 ngày làm việc.
            3. Nếu không đồng ý, công dân có quyền khiếu nại hoặc khởi kiện theo quy định của pháp luật.
            Sở Nội vụ trả lời để công dân được biết./.
            """,
            to=("{Citizen}",),
            copies=("Ban Tiếp công dân tỉnh", "Văn phòng UBND tỉnh"),
        ),
        weight=4,
    ),
)

FINANCE: tuple[Subject, ...] = (
    Subject(
        key="settlement-review",
        field="khtc",
        issuers=("STC",),
        offices={"STC": "HCSN"},
        kind="TB",
        summary="Kết quả thẩm tra {topic} của Sở Nội vụ",
        picks={
            "topic": (
                "quyết toán ngân sách năm {last_year}",
                "dự toán mua sắm thiết bị {quarter}",
                "quyết toán kinh phí chỉnh lý tài liệu đợt {n}",
                "giá gói thầu sửa chữa trụ sở năm {year}",
            )
        },
        body="""
        Sở Tài chính thông báo kết quả thẩm tra {topic} của Sở Nội vụ như sau:
        1. Số đề nghị: {m} triệu đồng; Sở Tài chính chấp nhận, trừ các khoản nêu tại mục 2.
        2. Số giảm trừ do áp dụng sai định mức công tác phí, đơn giá văn phòng phẩm: {cut} triệu đồng.
        3. Sở Nội vụ nộp trả ngân sách số giảm trừ và điều chỉnh sổ kế toán trước {due}.
        Đề nghị Sở Nội vụ thực hiện, gửi chứng từ về Sở Tài chính./.
        """,
        counts={"n": (1, 4), "m": (2100, 4800), "cut": (3, 48)},
        lead="KHTC",
        coordinators=("VP",),
        working_days=6,
        instruction="Giao Phòng KHTC rà soát, nộp trả ngân sách đúng hạn, báo cáo tôi trước {deadline}.",
        progress=("Đã lập chứng từ nộp trả, chờ Kho bạc xác nhận.",),
        result="Đã nộp trả ngân sách, gửi chứng từ về Sở Tài chính.",
        weight=3,
    ),
    Subject(
        key="treasury-balance",
        field="khtc",
        issuers=("KBNN",),
        offices={"KBNN": "KSC"},
        kind="CV",
        summary="V/v {topic}",
        picks={
            "topic": (
                "đối chiếu số dư tạm ứng kinh phí đến hết {last_month}",
                "hướng dẫn chứng từ chi điện tử áp dụng từ {month}",
                "thu hồi tạm ứng quá hạn {quarter}",
                "đăng ký lại mẫu chữ ký số của chủ tài khoản {month}",
            )
        },
        body="""
        Căn cứ Luật Ngân sách nhà nước và quy định về kiểm soát chi, Kho bạc Nhà nước khu vực XII đề nghị đơn
            vị sử dụng ngân sách thực hiện việc {topic}:
        1. Đối chiếu số liệu theo từng mã nguồn; số dư tạm ứng của đơn vị hiện là {m} triệu đồng.
        2. Hoàn ứng các khoản đã nghiệm thu; giải trình khoản tạm ứng quá 60 ngày.
        3. Gửi bảng đối chiếu có chữ ký số của kế toán trưởng và chủ tài khoản trước {due}.
        Quá thời hạn nêu trên, Kho bạc tạm dừng thanh toán theo quy định./.
        """,
        counts={"m": (12, 960), "n": (2, 7)},
        reply_days=6,
        lead="KHTC",
        working_days=4,
        instruction="Giao Phòng KHTC thực hiện, không để quá hạn; báo cáo tôi trước {deadline}.",
        progress=("Đã hoàn ứng {n} khoản, còn 01 khoản chờ biên bản nghiệm thu.",),
        result="Đã ký số bảng đối chiếu gửi Kho bạc.",
        weight=3,
    ),
    Subject(
        key="disbursement",
        field="khtc",
        issuers=("UBND",),
        offices={"UBND": "KT"},
        kind="CV",
        summary="V/v {topic}",
        picks={
            "topic": (
                "đẩy nhanh giải ngân vốn đầu tư công {quarter}",
                "đẩy nhanh giải ngân vốn sự nghiệp {quarter}",
                "đẩy nhanh giải ngân các chương trình mục tiêu quốc gia {quarter}",
                "khắc phục chậm giải ngân vốn kéo dài từ năm {last_year}",
            )
        },
        addressees=("Các sở, ban, ngành", "Ủy ban nhân dân các xã, phường"),
        body="""
        Theo báo cáo của Sở Tài chính, đến hết {last_month}, tỷ lệ thực hiện của tỉnh mới đạt {rate}% kế
            hoạch, thấp hơn bình quân chung cả nước. Về việc {topic}, Chủ tịch Ủy ban nhân dân tỉnh yêu cầu:
        1. Thủ trưởng các cơ quan, đơn vị trực tiếp chỉ đạo, chịu trách nhiệm trước Chủ tịch Ủy ban nhân dân
            tỉnh về kết quả của đơn vị mình.
        2. Lập kế hoạch chi tiết từng tuần, phân công rõ người, rõ việc, rõ thời gian.
        3. Báo cáo kết quả và khó khăn, vướng mắc về Sở Tài chính trước {due}; sau thời hạn này, điều chuyển
            vốn của đơn vị chậm thực hiện.
        Yêu cầu các cơ quan, địa phương nghiêm túc thực hiện./.
        """,
        rates={"rate": (3120, 7860), "own": (4150, 9350)},
        counts={"m": (640, 5200)},
        lead="KHTC",
        coordinators=("VP",),
        working_days=6,
        instruction="Giao Phòng KHTC chủ trì tham mưu thực hiện, dự thảo báo cáo trước {deadline}.",
        progress=("Đã lập tiến độ theo tuần, gửi các đơn vị trực thuộc.",),
        result="Đã báo cáo tiến độ qua hệ thống của Sở Tài chính.",
        reply=ReplyTemplate(
            "BC",
            "Kết quả thực hiện việc {topic} của Sở Nội vụ",
            """
            Thực hiện {ref}, Sở Nội vụ báo cáo như sau:
            1. Tổng kinh phí được giao {m} triệu đồng; đã thực hiện {own}% kế hoạch.
            2. Nguyên nhân chậm: dự án cải tạo kho lưu trữ phải điều chỉnh thiết kế phòng cháy, chữa cháy.
            3. Giải pháp: giao ban tiến độ thứ Hai hằng tuần; thanh toán ngay khi có khối lượng nghiệm thu.
            Sở Nội vụ cam kết hoàn thành kế hoạch được giao, kính báo cáo Ủy ban nhân dân tỉnh và gửi Sở Tài
                chính tổng hợp./.
            """,
            copies=("Sở Tài chính",),
        ),
        weight=3,
        since=date(2025, 5, 1),
    ),
)
