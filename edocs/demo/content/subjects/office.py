"""Matters of general administration: meetings, storms, office life (hành chính, phòng chống thiên tai)."""

from __future__ import annotations

from datetime import date

from ..matter import ReplyTemplate, Subject
from ..model import Urgency

OFFICE: tuple[Subject, ...] = (
    Subject(
        key="storm-cable",
        field="pctt",
        issuers=("UBND",),
        kind="CĐ",
        summary="Về việc chủ động ứng phó với {topic}",
        picks={
            "topic": (
                "bão số {n} và mưa lũ",
                "hoàn lưu bão số {n}, nguy cơ sạt lở đất",
                "áp thấp nhiệt đới trên Biển Đông ({date_short})",
                "đợt mưa lớn từ ngày {date_short}",
                "lũ khẩn cấp trên sông Khê ({date_short})",
            )
        },
        addressees=("Giám đốc các sở, Thủ trưởng các ban, ngành", "Chủ tịch Ủy ban nhân dân các xã, phường"),
        urgency=Urgency.FLASH,
        body="""
        Theo Trung tâm Dự báo khí tượng thủy văn quốc gia, hồi 04 giờ {date}, {topic} đang diễn biến phức tạp;
            dự báo lượng mưa phổ biến từ {m} đến {most} mm, có nơi cao hơn; nguy cơ rất cao ngập úng vùng
            trũng và sạt lở đất.
        Để chủ động ứng phó, Chủ tịch Ủy ban nhân dân tỉnh yêu cầu:
        1. Các cơ quan, đơn vị tổ chức trực ban 24/24 giờ từ 12 giờ {date}; bảo vệ hồ sơ, tài liệu, thiết bị.
        2. Sở Nội vụ rà soát lực lượng, phương án tổ chức làm việc của cán bộ, công chức trong thời gian thiên
            tai, báo cáo trước 15 giờ cùng ngày.
        3. Ủy ban nhân dân các xã, phường sơ tán người dân khỏi khu vực nguy hiểm trước 17 giờ ngày hôm sau.
        Yêu cầu các đơn vị nghiêm túc thực hiện Công điện này./.
        """,
        counts={"n": (2, 12), "m": (120, 200), "most": (250, 450), "people": (14, 26)},
        months=(6, 7, 8, 9, 10, 11),
        reply_days=1,
        lead="VP",
        coordinators=("VTLT", "XDCQ", "NCC"),
        working_days=1,
        instruction="Hỏa tốc. Văn phòng Sở triển khai trực 24/24 giờ, Phòng VTLT kiểm tra kho lưu trữ; báo "
        "cáo ngay trong ngày.",
        progress=("Đã lập danh sách trực {people} người, kê cao tài liệu tại kho tầng 1.",),
        result="Đã báo cáo Văn phòng UBND tỉnh trước 15 giờ; không có thiệt hại.",
        reply=ReplyTemplate(
            "BC",
            "Kết quả triển khai ứng phó với {topic}",
            """
            Thực hiện {ref_short} của Chủ tịch Ủy ban nhân dân tỉnh, Sở Nội vụ báo cáo nhanh như sau:
            1. Đã phân công {people} người trực 24/24 giờ từ 12 giờ {date}; lãnh đạo Sở trực chỉ huy.
            2. Đã di chuyển tài liệu tại kho tầng 1 lên cao, kiểm tra máy phát điện, sao lưu dữ liệu máy chủ.
            3. Tham mưu phương án cho cán bộ, công chức vùng ảnh hưởng làm việc trực tuyến trong thời gian
                thiên tai.
            Sở Nội vụ kính báo cáo Ủy ban nhân dân tỉnh./.
            """,
        ),
        weight=3,
    ),
    Subject(
        key="monthly-session",
        field="hc",
        issuers=("UBND",),
        offices={"UBND": "TH"},
        kind="CV",
        summary="V/v chuẩn bị nội dung {topic}",
        picks={
            "topic": (
                "phiên họp thường kỳ {month} của Ủy ban nhân dân tỉnh",
                "buổi làm việc của Chủ tịch UBND tỉnh với Sở Nội vụ {month}",
                "trả lời chất vấn tại kỳ họp Hội đồng nhân dân tỉnh {quarter}",
                "giao ban trực tuyến với các xã, phường {month}",
            )
        },
        body="""
        Theo Chương trình công tác, Ủy ban nhân dân tỉnh dự kiến tổ chức {topic} vào {meeting}. Để chuẩn bị
            chu đáo, đề nghị Sở Nội vụ:
        1. Báo cáo kết quả thực hiện nhiệm vụ thuộc lĩnh vực được giao; nêu rõ việc chậm, nguyên nhân, trách
            nhiệm.
        2. Rà soát {n} nhiệm vụ do Chủ tịch Ủy ban nhân dân tỉnh giao còn trong hạn và quá hạn.
        3. Đề xuất, kiến nghị cụ thể kèm phương án giải quyết.
        Tài liệu gửi Văn phòng Ủy ban nhân dân tỉnh trước {due} qua hệ thống phòng họp không giấy tờ./.
        """,
        counts={"n": (5, 31), "late": (0, 3)},
        reply_days=5,
        lead="VP",
        coordinators=("CCHC", "TCBC", "CCVC", "XDCQ"),
        working_days=4,
        instruction="Văn phòng Sở tổng hợp nội dung các phòng, trình Giám đốc trước {deadline}.",
        progress=("Đã rà soát {n} nhiệm vụ trên phần mềm theo dõi chỉ đạo.",),
        result="Đã gửi tài liệu lên hệ thống phòng họp không giấy tờ.",
        reply=ReplyTemplate(
            "BC",
            "Chuẩn bị nội dung {topic}",
            """
            Thực hiện {ref}, Sở Nội vụ báo cáo như sau:
            1. Trong kỳ, Sở được giao {n} nhiệm vụ; cơ bản hoàn thành đúng hạn, {late} nhiệm vụ đang thực hiện
                sát thời hạn.
            2. Kết quả nổi bật: hoàn thành giao biên chế, tổ chức tập huấn cho công chức cấp xã, giải quyết
                chế độ người có công kịp thời.
            3. Kiến nghị Ủy ban nhân dân tỉnh sớm thông qua quy định phân cấp quản lý tổ chức bộ máy, cán bộ,
                công chức.
            Sở Nội vụ kính báo cáo Ủy ban nhân dân tỉnh./.
            """,
        ),
        weight=3,
    ),
    Subject(
        key="meeting-invitation",
        field="hc",
        issuers=("UBND", "VPUBND", "HĐND", "VPTU"),
        kind="GM",
        summary="{topic}",
        picks={
            "topic": (
                "Dự phiên họp Ban Chỉ đạo cải cách hành chính tỉnh lần thứ {n}, {month}",
                "Dự phiên giải trình về bố trí đội ngũ công chức cấp xã, {month}",
                "Dự hội nghị sơ kết công tác {quarter}",
                "Dự họp thông qua đề án sắp xếp đơn vị sự nghiệp công lập, {month}",
                "Dự hội nghị trực tuyến toàn quốc về cải cách hành chính, {month}",
                "Dự họp báo cáo tiến độ giải ngân vốn đầu tư công, {month}",
                "Dự lễ công bố quyết định về công tác cán bộ, {month}",
            )
        },
        addressees=("Đồng chí Giám đốc Sở Nội vụ",),
        body="""
        {issuer} trân trọng kính mời đồng chí Giám đốc Sở Nội vụ dự họp, cụ thể như sau:
        1. Nội dung: {topic_lower}.
        2. Thời gian: {meeting}.
        3. Địa điểm: Phòng họp tầng {floor}, trụ sở {issuer}.
        4. Chuẩn bị: Sở Nội vụ chuẩn bị ý kiến phát biểu không quá 07 phút, gửi tài liệu trước {due}.
        Trường hợp vắng mặt, đề nghị đồng chí ủy quyền cho Phó Giám đốc dự thay và báo trước cho cơ quan
            mời./.
        """,
        counts={"n": (2, 9), "floor": (2, 5)},
        reply_days=4,
        lead="VP",
        coordinators=("CCHC",),
        working_days=3,
        instruction="Giám đốc dự. Văn phòng Sở bố trí xe, phòng chuyên môn chuẩn bị tài liệu trước {deadline}.",
        progress=("Đã đưa vào lịch công tác tuần; tài liệu đang chuẩn bị.",),
        result="Lãnh đạo Sở đã dự họp; kết luận được thông báo tới các phòng.",
        weight=5,
    ),
    Subject(
        key="conclusion-notice",
        field="hc",
        issuers=("UBND",),
        kind="TB",
        summary="Kết luận của Chủ tịch UBND tỉnh tại {topic}",
        picks={
            "topic": (
                "buổi làm việc với UBND {commune} ngày {earlier_short}",
                "cuộc họp về tiến độ sắp xếp tổ chức bộ máy ngày {earlier_short}",
                "hội nghị giao ban {month}",
                "buổi tiếp công dân định kỳ {month}",
            )
        },
        addressees=(),
        body="""
        Ngày {earlier_short}, Chủ tịch Ủy ban nhân dân tỉnh chủ trì {topic}. Sau khi nghe báo cáo và ý kiến
            của các đại biểu, Chủ tịch Ủy ban nhân dân tỉnh kết luận như sau:
        1. Ghi nhận sự cố gắng của các cơ quan; yêu cầu khắc phục tình trạng đùn đẩy, né tránh trong giải
            quyết công việc.
        2. Giao Sở Nội vụ tham mưu phương án bố trí, điều động công chức có chuyên môn về các xã, phường còn
            thiếu; báo cáo trước {due}.
        3. Giao Sở Tài chính cân đối kinh phí sửa chữa trụ sở, mua sắm thiết bị cho {n} xã, phường.
        Văn phòng Ủy ban nhân dân tỉnh thông báo để các cơ quan, địa phương biết, thực hiện./.
        """,
        counts={"n": (4, 18), "people": (6, 28)},
        lead="VP",
        coordinators=("TCBC", "XDCQ"),
        working_days=7,
        instruction="Văn phòng Sở theo dõi, đôn đốc; Phòng TCBC tham mưu nội dung 2 trước {deadline}.",
        progress=("Đã nhập nhiệm vụ vào phần mềm theo dõi chỉ đạo của UBND tỉnh.",),
        result="Đã báo cáo kết quả thực hiện kết luận.",
        weight=3,
    ),
    Subject(
        key="information-security",
        field="hc",
        issuers=("SKHCN", "CAT"),
        offices={"SKHCN": "CĐS", "CAT": "PA05"},
        kind="CV",
        summary="V/v cảnh báo {topic}",
        picks={
            "topic": (
                "lỗ hổng bảo mật trong phần mềm thư điện tử ({date_short})",
                "thủ đoạn giả mạo văn bản của cơ quan nhà nước ({date_short})",
                "mã độc mã hóa dữ liệu phát tán qua tệp nén ({date_short})",
                "tài khoản công vụ có mật khẩu yếu, {month}",
            )
        },
        urgency=Urgency.URGENT,
        body="""
        Qua giám sát an toàn thông tin, {issuer} cảnh báo {topic} và đề nghị các cơ quan, đơn vị:
        1. Rà soát {n} máy tính, máy chủ theo danh sách kèm theo; cập nhật bản vá, đổi mật khẩu và bật xác
            thực hai yếu tố.
        2. Phổ biến tới công chức, viên chức: không mở tệp lạ; kiểm tra chữ ký số trước khi xử lý văn bản điện
            tử.
        3. Cử đầu mối phối hợp ứng cứu sự cố; báo cáo kết quả trước {due}./.
        """,
        counts={"n": (3, 48)},
        reply_days=4,
        lead="VP",
        working_days=2,
        instruction="Văn phòng Sở rà soát, khắc phục ngay; thông báo toàn cơ quan, báo cáo tôi trước {deadline}.",
        progress=("Đã cập nhật bản vá {n} máy, thông báo tới toàn thể công chức.",),
        result="Đã khắc phục xong, báo cáo qua hệ thống giám sát.",
        weight=3,
    ),
    Subject(
        key="fire-safety",
        field="hc",
        issuers=("CAT",),
        offices={"CAT": "PC07"},
        kind="CV",
        summary="V/v kiểm tra an toàn phòng cháy, chữa cháy {topic}",
        picks={
            "topic": (
                "tại trụ sở và kho lưu trữ {quarter}",
                "đối với hệ thống điện và máy chủ {quarter}",
                "tại khu nhà để xe {quarter}",
            )
        },
        body="""
        Thực hiện Luật Phòng cháy, chữa cháy và cứu nạn, cứu hộ, Công an tỉnh Nam Khê thông báo kiểm tra an
            toàn phòng cháy, chữa cháy {topic} đối với Sở Nội vụ:
        1. Thời gian: {meeting}.
        2. Nội dung: hồ sơ quản lý, hệ thống báo cháy tự động, lối thoát nạn, {n} bình chữa cháy xách tay.
        3. Đề nghị cơ quan bố trí người phụ trách, chuẩn bị hồ sơ và tự kiểm tra, gửi kết quả trước {due}./.
        """,
        counts={"n": (24, 60)},
        months=(1, 3, 4, 5, 9, 11, 12),
        reply_days=5,
        lead="VP",
        coordinators=("VTLT",),
        working_days=4,
        instruction="Văn phòng Sở, Phòng VTLT chuẩn bị, tự kiểm tra và khắc phục trước {deadline}.",
        progress=("Đã nạp lại bình chữa cháy, sửa đèn thoát hiểm tầng 3.",),
        result="Đoàn kiểm tra kết luận bảo đảm an toàn, có biên bản.",
    ),
    Subject(
        key="software-offer",
        field="hc",
        issuers=("NAMVIET", "SAOKHUE"),
        offices={"": "KD"},
        kind="CV",
        summary="V/v giới thiệu {topic}",
        picks={
            "topic": (
                "giải pháp số hóa tài liệu lưu trữ, {month}",
                "phần mềm quản lý hồ sơ công chức, {month}",
                "dịch vụ chỉnh lý tài liệu, {quarter}",
                "khóa tập huấn ứng dụng trí tuệ nhân tạo trong soạn thảo, {month}",
            )
        },
        body="""
        {issuer} trân trọng gửi tới Quý Sở lời chào hợp tác. Công ty xin giới thiệu {topic} đã triển khai tại
            {n} cơ quan trong cả nước.
        1. Tính năng chính, cấu hình và bảng giá tham khảo gửi kèm.
        2. Công ty sẵn sàng trình diễn miễn phí tại trụ sở Quý Sở vào {meeting}.
        Rất mong nhận được sự quan tâm của Quý Sở. Trân trọng cảm ơn./.
        """,
        attachments=("Hồ sơ giới thiệu",),
        counts={"n": (6, 40)},
        lead="VP",
        working_days=5,
        instruction="Chuyển Văn phòng Sở để biết, nghiên cứu khi có nhu cầu.",
        progress=("Đã lưu hồ sơ giới thiệu.",),
        result="Đã xem, lưu tham khảo.",
        for_information=True,
    ),
    Subject(
        key="district-handover",
        field="hc",
        issuers=("@districts",),
        offices={"": "NV"},
        kind="CV",
        summary="V/v bàn giao {topic} khi kết thúc hoạt động của {place_name}",
        picks={
            "topic": (
                "hồ sơ cán bộ, công chức",
                "tài liệu lưu trữ",
                "hồ sơ người có công",
                "nhiệm vụ quản lý nhà nước về nội vụ",
            )
        },
        body="""
        Thực hiện chủ trương tổ chức chính quyền địa phương 02 cấp, {issuer} kết thúc hoạt động từ ngày 01
            tháng 7 năm 2025. Để việc bàn giao {topic} không gián đoạn, {issuer} đề nghị Sở Nội vụ:
        1. Hướng dẫn thành phần hồ sơ, biểu mẫu và thời gian bàn giao.
        2. Cử đại diện chứng kiến, ký biên bản; dự kiến có {n} hồ sơ, {m} mét giá tài liệu.
        3. Cho ý kiến về việc quản lý, sử dụng con dấu trong thời gian chuyển tiếp.
        Đề nghị Sở Nội vụ trả lời trước {due}./.
        """,
        counts={"n": (640, 5200), "m": (40, 320)},
        until=date(2025, 6, 26),
        reply_days=7,
        lead="XDCQ",
        coordinators=("VTLT", "CCVC", "NCC"),
        working_days=5,
        instruction="Giao Phòng XDCQ chủ trì hướng dẫn thống nhất các huyện, thành phố trước {deadline}.",
        progress=("Đã thống nhất biểu mẫu bàn giao với các phòng.",),
        result="Đã bàn giao xong, biên bản lưu tại Phòng VTLT.",
        reply=ReplyTemplate(
            "CV",
            "V/v hướng dẫn bàn giao {topic} khi kết thúc hoạt động của {place_name}",
            """
            Phúc đáp {ref}, Sở Nội vụ hướng dẫn như sau:
            1. Lập danh mục, niêm phong và bàn giao theo từng loại; biên bản có chữ ký của bên giao, bên nhận
                và đại diện Sở Nội vụ.
            2. Hồ sơ của {n} trường hợp bàn giao về cơ quan tiếp nhận nhân sự; tài liệu có giá trị vĩnh viễn
                giao nộp lưu trữ lịch sử.
            3. Con dấu sử dụng đến hết ngày 30 tháng 6 năm 2025, sau đó nộp lại cơ quan đăng ký mẫu con dấu.
            Đề nghị {issuer} thực hiện, báo cáo kết quả về Sở Nội vụ./.
            """,
        ),
        weight=8,
    ),
)
