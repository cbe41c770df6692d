"""Matters of local government, boundaries, youth and associations."""

from __future__ import annotations

from datetime import date

from ..matter import ReplyTemplate, Subject
from ..model import Urgency

LOCAL_GOVERNMENT: tuple[Subject, ...] = (
    Subject(
        key="part-time-hamlet-staff",
        field="xdcq",
        issuers=("@communes",),
        offices={"": "VHXH"},
        kind="CV",
        summary="V/v đề nghị hướng dẫn {topic} trên địa bàn {place_name}",
        picks={
            "topic": (
                "giải quyết chế độ đối với người hoạt động không chuyên trách ở thôn",
                "chi trả trợ cấp một lần khi kết thúc nhiệm vụ ở thôn",
                "tính thời gian hưởng phụ cấp của bí thư chi bộ, trưởng thôn",
                "chế độ đối với người trực tiếp tham gia hoạt động ở thôn",
            )
        },
        body="""
        Thực hiện việc sắp xếp, sáp nhập thôn theo Nghị quyết của Hội đồng nhân dân tỉnh, {issuer} đã sáp nhập
            {n} thôn, tổ dân phố thành {m} thôn, tổ dân phố; có {people} người hoạt động không chuyên trách
            liên quan.
        Trong quá trình thực hiện, địa phương gặp một số vướng mắc về {topic}:
        1. Việc xác định thời gian công tác đối với người đảm nhiệm nhiều chức danh không liên tục.
        2. Hồ sơ của một số trường hợp bị thất lạc quyết định phân công trước năm 2016, chỉ còn danh sách chi
            trả phụ cấp.
        3. Nguồn kinh phí chi trả đối với các trường hợp phát sinh trước ngày nghị quyết có hiệu lực.
        {issuer} đề nghị Sở Nội vụ quan tâm, hướng dẫn và có văn bản trả lời trước {due}./.
        """,
        counts={"n": (8, 16), "m": (3, 7), "people": (9, 32)},
        lead="XDCQ",
        coordinators=("KHTC",),
        working_days=7,
        instruction="Giao Phòng XDCQ nghiên cứu, hướng dẫn {issuer_short}, trình tôi văn bản trả lời trước {deadline}.",
        progress=(
            "Đã trao đổi với Sở Tài chính về nguồn kinh phí chi trả.",
            "Đang tra cứu danh sách chi trả phụ cấp do Phòng Nội vụ huyện cũ bàn giao.",
        ),
        result="Đã hướng dẫn tại hội nghị giao ban với các xã, phường.",
        reply=ReplyTemplate(
            "CV",
            "V/v hướng dẫn {topic} trên địa bàn {place_name}",
            """
            Phúc đáp {ref}, Sở Nội vụ hướng dẫn như sau:
            1. Thời gian công tác để tính chế độ là tổng thời gian đảm nhiệm các chức danh có hưởng phụ cấp,
                kể cả không liên tục; không tính trùng khi kiêm nhiệm.
            2. Trường hợp mất quyết định phân công, được căn cứ danh sách chi trả phụ cấp có xác nhận của cơ
                quan tài chính và ý kiến của chi ủy nơi công tác.
            3. Kinh phí đối với trường hợp phát sinh trước ngày nghị quyết có hiệu lực do ngân sách cấp xã bảo
                đảm; nếu thiếu, báo cáo Sở Tài chính xem xét.
            Đề nghị {issuer} căn cứ thực hiện, chi trả kịp thời cho {people} người thuộc diện hưởng./.
            """,
            copies=("Sở Tài chính",),
        ),
        since=date(2025, 7, 1),
        weight=5,
    ),
    Subject(
        key="two-tier-report",
        field="xdcq",
        issuers=("BNV",),
        offices={"BNV": "CQĐP"},
        kind="CV",
        summary="V/v báo cáo {topic}",
        picks={
            "topic": (
                "tình hình vận hành chính quyền địa phương 02 cấp {report_month}",
                "việc bố trí đội ngũ cán bộ, công chức cấp xã {quarter}",
                "việc xử lý trụ sở dôi dư sau sắp xếp đơn vị hành chính đến hết {last_month}",
                "kết quả phân cấp, phân quyền cho chính quyền cấp xã {quarter}",
            )
        },
        addressees=("Ủy ban nhân dân các tỉnh, thành phố trực thuộc Trung ương",),
        body="""
        Để kịp thời báo cáo Chính phủ, Ban Chỉ đạo của Chính phủ về sắp xếp đơn vị hành chính các cấp và xây
            dựng mô hình tổ chức chính quyền địa phương 02 cấp, Bộ Nội vụ đề nghị Ủy ban nhân dân các tỉnh,
            thành phố báo cáo {topic}, gồm:
        1. Kết quả đạt được; số liệu theo phụ lục kèm theo.
        2. Những việc còn vướng mắc, trong đó nêu rõ quy định pháp luật cần sửa đổi, cơ quan có thẩm quyền
            giải quyết.
        3. Kiến nghị, đề xuất.
        Báo cáo gửi Bộ Nội vụ (Vụ Chính quyền địa phương) trước {due}./.
        """,
        attachments=("Phụ lục số liệu",),
        urgency=Urgency.URGENT,
        reply_days=6,
        counts={"n": (9, 21), "vacant": (17, 64), "files": (18400, 52600)},
        lead="XDCQ",
        coordinators=("TCBC", "CCHC", "KHTC"),
        working_days=4,
        instruction="Khẩn. Giao Phòng XDCQ chủ trì tổng hợp, các phòng gửi số liệu; dự thảo báo cáo trước {deadline}.",
        progress=(
            "Đã có công văn đề nghị 62 xã, phường báo cáo nhanh.",
            "Còn {n} xã, phường chưa gửi, đang đôn đốc.",
        ),
        result="Đã cập nhật báo cáo nhanh trên hệ thống của Bộ Nội vụ.",
        reply=ReplyTemplate(
            "BC",
            "Báo cáo {topic}",
            """
            Thực hiện {ref}, Sở Nội vụ báo cáo Ủy ban nhân dân tỉnh như sau:
            1. Bộ máy của 62 xã, phường hoạt động ổn định, thông suốt; đã tiếp nhận {files} hồ sơ thủ tục hành
                chính trong kỳ.
            2. Còn {n} xã, phường chưa bố trí đủ công chức chuyên môn về đất đai, công nghệ thông tin; tỉnh đã
                biệt phái công chức từ sở, ngành về hỗ trợ.
            3. Trụ sở dôi dư chưa có phương án xử lý là {vacant} cơ sở, Sở Tài chính đang rà soát.
            4. Kiến nghị: sớm ban hành quy định về định mức biên chế cấp xã theo quy mô dân số, diện tích.
            Sở Nội vụ kính báo cáo Ủy ban nhân dân tỉnh xem xét, gửi Bộ Nội vụ./.
            """,
            to=("Ủy ban nhân dân tỉnh Nam Khê",),
            attachments=("Phụ lục số liệu",),
        ),
        since=date(2025, 7, 10),
        weight=3,
    ),
    Subject(
        key="boundary-files",
        field="xdcq",
        issuers=("SXD", "SNNMT"),
        offices={"SXD": "QHKT", "SNNMT": "ĐĐ"},
        kind="CV",
        summary="V/v đề nghị cung cấp hồ sơ địa giới đơn vị hành chính {commune} phục vụ {topic}",
        picks={
            "topic": (
                "điều chỉnh quy hoạch chung",
                "lập bản đồ địa chính",
                "kiểm kê đất đai",
                "dự án đường ven biển đoạn qua địa bàn",
            )
        },
        body="""
        Để có tài liệu phục vụ {topic}, {issuer} đề nghị Sở Nội vụ cung cấp:
        1. Bản đồ địa giới đơn vị hành chính {commune} tỷ lệ 1:10.000 và bản xác nhận sơ đồ vị trí {n} mốc địa
            giới.
        2. Bản mô tả tình hình chung về các tuyến địa giới với đơn vị hành chính liền kề.
        3. Dữ liệu số (định dạng shp), hệ tọa độ VN-2000, kinh tuyến trục của tỉnh.
        Tài liệu xin nhận trực tiếp hoặc qua Trục liên thông trước {due}. Cơ quan sử dụng cam kết quản lý,
            khai thác đúng mục đích./.
        """,
        counts={"n": (6, 31)},
        lead="XDCQ",
        coordinators=("VTLT",),
        working_days=6,
        instruction="Giao Phòng XDCQ cung cấp hồ sơ địa giới theo quy định, báo cáo tôi trước {deadline}.",
        progress=("Đã trích hồ sơ {n} mốc địa giới; dữ liệu số đang chuyển đổi hệ tọa độ.",),
        result="Đã bàn giao bản sao hồ sơ địa giới, có biên bản ký nhận.",
        reply=ReplyTemplate(
            "CV",
            "V/v cung cấp hồ sơ địa giới đơn vị hành chính {commune} phục vụ {topic}",
            """
            Phúc đáp {ref}, Sở Nội vụ cung cấp hồ sơ địa giới đơn vị hành chính {commune} như sau:
            1. Bản đồ địa giới tỷ lệ 1:10.000 và bản xác nhận sơ đồ vị trí {n} mốc địa giới (bản sao y).
            2. Bản mô tả tình hình chung về tuyến địa giới và dữ liệu số, hệ tọa độ VN-2000.
            Đề nghị {issuer} quản lý, sử dụng đúng mục đích; không cung cấp cho bên thứ ba khi chưa có ý kiến
                của Sở Nội vụ./.
            """,
            attachments=("Hồ sơ địa giới (bản sao y)", "Tệp dữ liệu số"),
        ),
        since=date(2025, 7, 1),
        weight=4,
    ),
    Subject(
        key="commune-quarter-report",
        field="xdcq",
        issuers=("@communes",),
        kind="BC",
        summary="Tình hình thực hiện nhiệm vụ công tác nội vụ {report_month} của {place_name}",
        body="""
        {issuer} báo cáo tình hình thực hiện nhiệm vụ công tác nội vụ {report_month} như sau:
        1. Công tác tổ chức, cán bộ: có mặt {n} công chức; trong tháng điều động 01 trường hợp, cử {m} lượt
            người đi bồi dưỡng.
        2. Hoạt động của thôn, tổ dân phố ổn định; đã chi trả đầy đủ phụ cấp cho người hoạt động không chuyên
            trách.
        3. Chính sách người có công: chi trả trợ cấp cho {people} người, bảo đảm đúng đối tượng, trước ngày 10
            hằng tháng.
        4. Văn thư, lưu trữ: chỉnh lý được {meters} mét giá tài liệu, còn tồn đọng tài liệu của các xã cũ.
        Phương hướng: tiếp tục rà soát nhu cầu bồi dưỡng; hoàn thành đánh giá, xếp loại công chức đúng thời
            hạn.
        {issuer} kính báo cáo Sở Nội vụ./.
        """,
        counts={"n": (27, 40), "m": (2, 9), "people": (110, 690), "meters": (3, 22)},
        lead="XDCQ",
        working_days=5,
        instruction="Chuyển Phòng XDCQ tổng hợp chung vào báo cáo tháng của Sở.",
        progress=("Đã đưa vào bảng theo dõi báo cáo của 62 xã, phường.",),
        result="Đã tổng hợp vào báo cáo tháng.",
        for_information=True,
        since=date(2025, 7, 20),
        weight=3,
    ),
    Subject(
        key="hamlet-classification",
        field="xdcq",
        issuers=("@communes",),
        kind="TTr",
        summary="Về việc {topic} của {place_name}",
        picks={
            "topic": (
                "phân loại thôn, tổ dân phố năm {year}",
                "đổi tên {n} tổ dân phố",
                "thành lập {n} tổ dân phố mới tại khu đô thị",
                "điều chỉnh ranh giới {n} thôn, tổ dân phố",
            )
        },
        body="""
        Căn cứ Luật Tổ chức chính quyền địa phương số 72/2025/QH15 ngày 16 tháng 6 năm 2025;
        {issuer} đã tổ chức lấy ý kiến cử tri, kết quả có {rate}% số hộ tham gia đồng ý với phương án {topic}.
            Hội đồng nhân dân đã thông qua nghị quyết tán thành.
        {issuer} kính trình Sở Nội vụ thẩm định hồ sơ, gồm:
        1. Đề án và bảng tổng hợp số hộ, số nhân khẩu ({n} thôn, tổ dân phố; {m} hộ).
        2. Biên bản lấy ý kiến cử tri; nghị quyết của Hội đồng nhân dân.
        3. Sơ đồ vị trí, ranh giới.
        Đề nghị Sở Nội vụ thẩm định, trình cấp có thẩm quyền trước {due}./.
        """,
        attachments=("Đề án", "Biên bản lấy ý kiến cử tri"),
        counts={"n": (2, 8), "m": (1450, 6900)},
        rates={"rate": (8810, 9940)},
        reply_days=14,
        lead="XDCQ",
        working_days=10,
        instruction="Giao Phòng XDCQ thẩm định hồ sơ, kiểm tra thực địa nếu cần, đề xuất trước {deadline}.",
        progress=("Hồ sơ đủ thành phần; hẹn kiểm tra thực địa cùng địa phương.",),
        result="Đã thẩm định, hồ sơ trình Ủy ban nhân dân tỉnh trong đợt chung.",
        reply=ReplyTemplate(
            "TB",
            "Kết quả thẩm định hồ sơ {topic} của {place_name}",
            """
            Sau khi thẩm định hồ sơ kèm theo {ref_short} của {issuer}, Sở Nội vụ thông báo kết quả như sau:
            1. Hồ sơ đầy đủ thành phần; trình tự lấy ý kiến cử tri bảo đảm dân chủ, tỷ lệ đồng ý đạt {rate}%.
            2. Phương án {topic} phù hợp tiêu chuẩn về quy mô số hộ gia đình theo quy định.
            3. Đề nghị địa phương chỉnh sửa sơ đồ ranh giới theo ý kiến của đoàn kiểm tra trước khi trình cấp
                có thẩm quyền.
            Sở Nội vụ thông báo để {issuer} hoàn thiện hồ sơ./.
            """,
        ),
        since=date(2025, 7, 15),
        weight=4,
    ),
    Subject(
        key="youth-forum",
        field="tn",
        issuers=("TĐTN",),
        kind="CV",
        summary="V/v phối hợp tổ chức {topic}",
        picks={
            "topic": (
                "diễn đàn thanh niên khởi nghiệp năm {year}",
                "đối thoại giữa Chủ tịch UBND tỉnh với thanh niên năm {year}",
                "chiến dịch thanh niên tình nguyện hỗ trợ dịch vụ công trực tuyến tại {commune}",
                "hội thi công chức trẻ giỏi năm {year}",
                "lớp tập huấn kỹ năng số cho thanh niên {commune}",
            )
        },
        body="""
        Thực hiện Chương trình phát triển thanh niên tỉnh Nam Khê, Ban Thường vụ Tỉnh đoàn dự kiến tổ chức
            {topic} với khoảng {n} đoàn viên, thanh niên tham dự.
        Để hoạt động đạt kết quả, Ban Thường vụ Tỉnh đoàn đề nghị Sở Nội vụ:
        1. Phối hợp xây dựng nội dung, cử 01 lãnh đạo Sở dự và phát biểu lúc {meeting}.
        2. Cung cấp số liệu về việc làm thanh niên, thanh niên trong cơ quan nhà nước.
        3. Hỗ trợ thông tin, tuyên truyền tới công chức trẻ của Sở.
        Ý kiến tham gia gửi về Ban Phong trào Tỉnh đoàn trước {due}./.
        """,
        counts={"n": (120, 450)},
        reply_days=7,
        lead="XDCQ",
        coordinators=("LĐVL",),
        working_days=5,
        instruction="Giao Phòng XDCQ phối hợp Tỉnh đoàn, tham mưu nội dung phát biểu của lãnh đạo Sở trước {deadline}.",
        progress=("Đã thống nhất khung chương trình với Ban Phong trào Tỉnh đoàn.",),
        result="Đã cử lãnh đạo Sở dự và cung cấp tài liệu.",
    ),
    Subject(
        key="association-charter",
        field="hoi",
        issuers=("HCTĐ", "HND", "CCB", "HLHPN"),
        kind="CV",
        summary="V/v xin ý kiến {topic}",
        picks={
            "topic": (
                "thành lập Hội Sản xuất, kinh doanh dâu tằm tỉnh Nam Khê",
                "tổ chức đại hội nhiệm kỳ mới của Hội Bảo trợ người khuyết tật",
                "phê duyệt Điều lệ sửa đổi của Hội Sinh vật cảnh tỉnh",
                "thành lập Quỹ Bảo trợ trẻ em nghèo vượt khó",
                "đổi tên Hội Người cao tuổi cơ quan thành câu lạc bộ hưu trí",
                "công nhận Ban vận động thành lập Hội Di sản văn hóa",
            )
        },
        body="""
        Trên cơ sở đề nghị của hội viên, {issuer} đề nghị Sở Nội vụ cho ý kiến về việc {topic}. Tóm tắt hồ sơ:
        1. Số hội viên, thành viên đăng ký: {n} người tại {m} xã, phường.
        2. Tôn chỉ, mục đích: tập hợp, hỗ trợ hội viên; tự nguyện, tự quản, tự bảo đảm kinh phí hoạt động.
        3. Danh sách nhân sự dự kiến đã được cấp có thẩm quyền cho ý kiến.
        Đề nghị Sở Nội vụ xem xét theo Nghị định số 126/2024/NĐ-CP ngày 08 tháng 10 năm 2024 của Chính phủ quy
            định về tổ chức, hoạt động và quản lý hội; trả lời trước {due}./.
        """,
        attachments=("Dự thảo Điều lệ", "Danh sách nhân sự"),
        counts={"n": (55, 380), "m": (5, 26)},
        reply_days=14,
        lead="XDCQ",
        working_days=10,
        instruction="Giao Phòng XDCQ thẩm định hồ sơ, xin ý kiến cơ quan liên quan, trả lời trước {deadline}.",
        progress=("Đã gửi xin ý kiến Công an tỉnh và sở quản lý ngành.",),
        result="Đã hướng dẫn bổ sung biên bản họp ban vận động.",
        reply=ReplyTemplate(
            "CV",
            "V/v trả lời đề nghị {topic}",
            """
            Phúc đáp {ref}, sau khi lấy ý kiến cơ quan liên quan, Sở Nội vụ có ý kiến như sau:
            1. Về chủ trương, thống nhất việc {topic}; phạm vi hoạt động trong tỉnh, không trùng lặp với hội
                đã thành lập.
            2. Đề nghị hoàn thiện Điều lệ: ghi rõ nguồn kinh phí, quyền và nghĩa vụ của hội viên, xử lý tài
                sản khi giải thể.
            3. Hồ sơ hoàn thiện gửi về Trung tâm Phục vụ hành chính công tỉnh để giải quyết theo quy định.
            Sở Nội vụ trả lời để {issuer} biết, thực hiện./.
            """,
        ),
        weight=3,
    ),
)
