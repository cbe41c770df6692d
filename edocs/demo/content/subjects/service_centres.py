"""Matters of administrative procedures and the centres where people bring them (một cửa)."""

from __future__ import annotations

from datetime import date

from ..matter import ReplyTemplate, Subject
from ..model import Urgency

SERVICE_CENTRES: tuple[Subject, ...] = (
    Subject(
        key="commune-procedure-report",
        field="cchc",
        issuers=("@communes",),
        kind="BC",
        summary="Kết quả rà soát, đơn giản hóa thủ tục hành chính {report_quarter} của {issuer_short}",
        body="""
        Thực hiện Kế hoạch rà soát, đánh giá thủ tục hành chính năm {year}, {issuer} báo cáo kết quả
            {report_quarter} như sau:
        1. Tổng số hồ sơ tiếp nhận là {n} hồ sơ, trong đó tiếp nhận trực tuyến đạt {online}%; trả kết quả
            trước và đúng hạn đạt {rate}%; {late} hồ sơ quá hạn đã có thư xin lỗi.
        2. Đã rà soát {m} thủ tục; kiến nghị đơn giản hóa thành phần hồ sơ đối với thủ tục xác nhận tình trạng
            hôn nhân và thủ tục trợ giúp xã hội.
        3. Khó khăn: đường truyền có lúc gián đoạn, máy quét hồ sơ đã cũ; công chức một cửa phải kiêm nhiệm.
        4. Kiến nghị Sở Nội vụ mở lớp tập huấn nghiệp vụ cho công chức Trung tâm Phục vụ hành chính công cấp
            xã.
        Trên đây là báo cáo của {issuer}, kính gửi Sở Nội vụ tổng hợp./.
        """,
        counts={"n": (820, 4600), "late": (2, 37), "m": (5, 19)},
        rates={"online": (7105, 9640), "rate": (9305, 9970)},
        lead="CCHC",
        working_days=5,
        instruction="Chuyển Phòng CCHC tổng hợp vào báo cáo {report_quarter} của tỉnh; xem xét kiến nghị tập huấn.",
        progress=("Đã đưa số liệu vào bảng tổng hợp chung.",),
        result="Đã tổng hợp vào báo cáo cải cách hành chính của tỉnh; kiến nghị tập huấn đưa vào kế hoạch quý sau.",
        for_information=True,
        since=date(2025, 7, 20),
        weight=3,
    ),
    Subject(
        key="linked-procedures",
        field="cchc",
        issuers=("BHXH",),
        offices={"BHXH": "TTHC"},
        kind="CV",
        summary="V/v liên thông nhóm thủ tục hành chính {topic}",
        picks={
            "topic": (
                "đăng ký khai sinh, đăng ký thường trú, cấp thẻ bảo hiểm y tế",
                "đăng ký khai tử, xóa đăng ký thường trú, hưởng mai táng phí",
                "hưởng trợ cấp thất nghiệp và cấp thẻ bảo hiểm y tế",
            )
        },
        body="""
        Qua {n} tháng thực hiện liên thông nhóm thủ tục {topic}, Bảo hiểm xã hội tỉnh Nam Khê nhận thấy còn
            {m} hồ sơ bị trả lại do thông tin giữa các hệ thống chưa khớp.
        Để tháo gỡ, Bảo hiểm xã hội tỉnh đề nghị Sở Nội vụ phối hợp:
        1. Hướng dẫn Ủy ban nhân dân các xã, phường kiểm tra số định danh cá nhân trước khi chuyển hồ sơ.
        2. Thống nhất quy trình xử lý hồ sơ bị trả lại trong thời hạn 02 ngày làm việc.
        3. Cử đại diện dự buổi làm việc giữa hai cơ quan, dự kiến tổ chức trong tháng này.
        Văn bản trả lời gửi về Bảo hiểm xã hội tỉnh trước {due}./.
        """,
        counts={"n": (3, 11), "m": (24, 310)},
        lead="CCHC",
        coordinators=("NCC",),
        working_days=7,
        instruction="Giao Phòng CCHC nghiên cứu, phối hợp Phòng NCC trả lời Bảo hiểm xã hội tỉnh trước {deadline}.",
        progress=("Đã tổng hợp danh sách {m} hồ sơ bị trả, phân theo xã, phường.",),
        result="Đã họp thống nhất quy trình với Bảo hiểm xã hội tỉnh, có biên bản.",
    ),
    Subject(
        key="commune-centre-staff",
        field="cchc",
        issuers=("@communes",),
        offices={"": "VP"},
        kind="CV",
        summary="V/v đề nghị hướng dẫn bố trí nhân sự Trung tâm Phục vụ hành chính công {place_name}",
        body="""
        {issuer} đã kiện toàn Trung tâm Phục vụ hành chính công với {n} công chức tiếp nhận hồ sơ. Trong quá
            trình vận hành, địa phương gặp một số vướng mắc:
        1. Phó Giám đốc Trung tâm hiện do Chánh Văn phòng Hội đồng nhân dân và Ủy ban nhân dân kiêm nhiệm,
            bình quân mỗi ngày phải ký duyệt {m} hồ sơ.
        2. Chưa rõ việc hợp đồng hỗ trợ, phục vụ có được giao tiếp nhận hồ sơ hay không.
        3. Mức bồi dưỡng đối với công chức làm việc tại bộ phận một cửa chưa có hướng dẫn thống nhất.
        {issuer} kính đề nghị Sở Nội vụ hướng dẫn trước {due} để địa phương tổ chức thực hiện./.
        """,
        counts={"n": (4, 11), "m": (25, 90)},
        lead="CCHC",
        coordinators=("XDCQ", "TCBC"),
        working_days=6,
        instruction="Giao Phòng CCHC hướng dẫn {issuer_short} theo Nghị định số 118/2025/NĐ-CP, trả lời "
        "trước {deadline}.",
        progress=("Đã trao đổi qua điện thoại với Chánh Văn phòng HĐND và UBND xã, phường.",),
        result="Đã hướng dẫn trực tiếp khi kiểm tra tại địa phương.",
        reply=ReplyTemplate(
            "CV",
            "V/v hướng dẫn bố trí nhân sự Trung tâm Phục vụ hành chính công {place_name}",
            """
            Phúc đáp {ref}, căn cứ Nghị định số 118/2025/NĐ-CP ngày 09 tháng 6 năm 2025 của Chính phủ về thực
                hiện thủ tục hành chính theo cơ chế một cửa, một cửa liên thông tại Bộ phận Một cửa và Cổng
                Dịch vụ công quốc gia, Sở Nội vụ có ý kiến như sau:
            1. Việc bố trí Phó Giám đốc Trung tâm kiêm nhiệm do Chủ tịch Ủy ban nhân dân cấp xã quyết định,
                bảo đảm không để hồ sơ chậm ký trong ngày.
            2. Người làm việc theo hợp đồng hỗ trợ, phục vụ không được giao tiếp nhận, thẩm định hồ sơ.
            3. Về mức bồi dưỡng, thực hiện theo nghị quyết của Hội đồng nhân dân tỉnh; trong thời gian chưa có
                nghị quyết thì áp dụng quy chế chi tiêu nội bộ của đơn vị.
            Đề nghị {issuer} căn cứ thực hiện; có vướng mắc, phản ánh về Sở Nội vụ (Phòng Cải cách hành
                chính)./.
            """,
        ),
        since=date(2025, 7, 1),
        weight=3,
    ),
    Subject(
        key="overdue-files-notice",
        field="cchc",
        issuers=("TTPVHCC",),
        kind="TB",
        summary="Tình hình hồ sơ sắp đến hạn, quá hạn của Sở Nội vụ tuần {week} năm {year}",
        body="""
        Trung tâm Phục vụ hành chính công tỉnh thông báo tình hình giải quyết hồ sơ của Sở Nội vụ như sau:
        1. Trong tuần tiếp nhận {m} hồ sơ, trả {done} hồ sơ; {soon} hồ sơ còn thời hạn dưới 02 ngày làm việc.
        2. Có {late} hồ sơ quá hạn thuộc lĩnh vực {topic}, chưa có văn bản xin lỗi trên hệ thống.
        Đề nghị Sở Nội vụ chỉ đạo phòng chuyên môn giải quyết dứt điểm và cập nhật văn bản xin lỗi trước
            {due}./.
        """,
        picks={"topic": ("người có công", "lao động ngoài nước", "quản lý hội", "thi đua, khen thưởng")},
        counts={"m": (40, 160), "done": (38, 150), "soon": (3, 21), "late": (1, 6)},
        reply_days=3,
        urgency=Urgency.URGENT,
        lead="CCHC",
        coordinators=("NCC", "LĐVL"),
        working_days=2,
        instruction="Phòng CCHC đôn đốc phòng có hồ sơ quá hạn giải quyết dứt điểm, báo cáo tôi trước {deadline}.",
        progress=("Đã gửi danh sách hồ sơ quá hạn tới phòng chuyên môn.",),
        result="Đã trả hết hồ sơ quá hạn, văn bản xin lỗi đã cập nhật trên hệ thống.",
    ),
)
