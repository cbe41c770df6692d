"""Matters of labour, employment and wages (lao động, việc làm, tiền lương)."""

from __future__ import annotations

from datetime import date

from ..matter import ReplyTemplate, Subject
from ..model import Urgency

LABOUR: tuple[Subject, ...] = (
    Subject(
        key="labour-rules",
        field="ldvl",
        issuers=("@firms",),
        offices={"": "HCNS"},
        kind="CV",
        summary="V/v đăng ký {topic} của {issuer}",
        picks={
            "topic": (
                "nội quy lao động năm {year}",
                "nội quy lao động sửa đổi, bổ sung lần {n}",
                "thỏa ước lao động tập thể năm {year}",
                "thang lương, bảng lương áp dụng từ {month}",
            )
        },
        body="""
        Căn cứ Bộ luật Lao động số 45/2019/QH14 và Nghị định số 145/2020/NĐ-CP ngày 14 tháng 12 năm 2020 của
            Chính phủ, {issuer} đề nghị đăng ký, gửi Sở Nội vụ {topic}.
        1. Công ty hiện sử dụng {people} lao động, trong đó lao động nữ chiếm {rate}%.
        2. Dự thảo đã được lấy ý kiến Ban Chấp hành Công đoàn cơ sở; có biên bản họp kèm theo.
        3. Hồ sơ gồm văn bản đề nghị, nội dung đăng ký và quyết định cử người đại diện.
        Kính đề nghị Sở Nội vụ xem xét, thông báo kết quả để Công ty triển khai thực hiện./.
        """,
        attachments=("Hồ sơ đăng ký", "Biên bản lấy ý kiến công đoàn cơ sở"),
        counts={"n": (2, 6), "people": (85, 3400), "art": (9, 24)},
        rates={"rate": (2210, 8640)},
        lead="LĐVL",
        working_days=6,
        instruction="Giao Phòng LĐVL kiểm tra hồ sơ; có nội dung trái luật thì thông báo doanh nghiệp sửa "
        "trước {deadline}.",
        progress=("Đã kiểm tra, Điều {art} quy định mức phạt trừ lương, trái Điều 127 Bộ luật Lao động.",),
        result="Hồ sơ hợp lệ, đã cấp giấy tiếp nhận.",
        reply=ReplyTemplate(
            "TB",
            "Kết quả tiếp nhận đăng ký {topic} của {issuer}",
            """
            Sở Nội vụ đã tiếp nhận hồ sơ kèm theo {ref_short} của {issuer}. Sau khi kiểm tra, Sở Nội vụ thông
                báo như sau:
            1. Hồ sơ đầy đủ thành phần, trình tự lấy ý kiến tổ chức đại diện người lao động đúng quy định.
            2. Điều {art} quy định trừ lương thay cho xử lý kỷ luật là trái Điều 127 Bộ luật Lao động; đề nghị
                bãi bỏ và đăng ký lại.
            3. Công ty hoàn thiện, gửi lại qua Cổng Dịch vụ công quốc gia trong 15 ngày.
            Sở Nội vụ thông báo để Công ty biết, thực hiện./.
            """,
        ),
        weight=5,
    ),
    Subject(
        key="minimum-wage",
        field="ldvl",
        issuers=("BNV",),
        offices={"BNV": "LĐTL"},
        kind="CV",
        summary="V/v {topic}",
        picks={
            "topic": (
                "rà soát địa bàn áp dụng mức lương tối thiểu vùng năm {next_year}",
                "báo cáo tiền lương, thu nhập của người lao động {report_quarter}",
                "điều tra lao động, tiền lương trong doanh nghiệp năm {year}",
                "báo cáo tình hình nợ lương, nợ bảo hiểm xã hội {report_quarter}",
                "tổng hợp tranh chấp lao động, đình công {report_quarter}",
            )
        },
        addressees=("Ủy ban nhân dân các tỉnh, thành phố trực thuộc Trung ương",),
        body="""
        Để chuẩn bị báo cáo Chính phủ và Hội đồng Tiền lương quốc gia, Bộ Nội vụ đề nghị Ủy ban nhân dân các
            tỉnh, thành phố chỉ đạo {topic}, tập trung:
        1. Tổng hợp số doanh nghiệp, số lao động; mức lương bình quân, thấp nhất, cao nhất theo loại hình
            doanh nghiệp.
        2. Đánh giá tác động của việc sắp xếp đơn vị hành chính cấp xã đến địa bàn áp dụng mức lương tối
            thiểu.
        3. Nắm tình hình doanh nghiệp khó khăn, cắt giảm lao động; đề xuất giải pháp ổn định quan hệ lao động.
        Báo cáo gửi Bộ Nội vụ (Cục Tiền lương và Bảo hiểm xã hội) trước {due}./.
        """,
        counts={"n": (42, 210), "m": (18200, 64500), "pay": (7950, 9680)},
        lead="LĐVL",
        coordinators=("TCBC",),
        working_days=7,
        instruction="Giao Phòng LĐVL phối hợp Ban Quản lý các khu công nghiệp tổng hợp, trình báo cáo "
        "trước {deadline}.",
        progress=("Đã nhận số liệu của Ban Quản lý các khu công nghiệp; đang chờ Bảo hiểm xã hội tỉnh.",),
        result="Đã gửi số liệu theo biểu mẫu trên hệ thống báo cáo của Bộ.",
        reply=ReplyTemplate(
            "BC",
            "Báo cáo kết quả thực hiện việc {topic}",
            """
            Thực hiện {ref}, Sở Nội vụ báo cáo Ủy ban nhân dân tỉnh như sau:
            1. Khảo sát tại {n} doanh nghiệp với {m} lao động; tiền lương bình quân {pay} nghìn
                đồng/người/tháng, không có doanh nghiệp trả thấp hơn mức lương tối thiểu vùng.
            2. Quan hệ lao động trên địa bàn ổn định; các kiến nghị về tiền ăn ca, tiền xăng xe được giải
                quyết qua đối thoại tại nơi làm việc.
            3. Đề nghị giữ nguyên địa bàn áp dụng mức lương tối thiểu vùng đối với các xã, phường mới để bảo
                đảm quyền lợi của người lao động.
            Sở Nội vụ kính báo cáo Ủy ban nhân dân tỉnh xem xét, gửi Bộ Nội vụ./.
            """,
            to=("Ủy ban nhân dân tỉnh Nam Khê",),
        ),
        weight=3,
    ),
    Subject(
        key="foreign-workers",
        field="ldvl",
        issuers=("DIENTU", "PHUTHINH", "THUYSAN", "XAYLAP"),
        offices={"": "HCNS"},
        kind="CV",
        summary="V/v báo cáo giải trình nhu cầu sử dụng {n} lao động nước ngoài vị trí {topic} của {issuer}",
        picks={"topic": ("chuyên gia", "nhà quản lý", "lao động kỹ thuật", "giám đốc điều hành")},
        body="""
        {issuer} báo cáo giải trình nhu cầu sử dụng người lao động nước ngoài theo Nghị định số 219/2025/NĐ-CP
            ngày 07 tháng 8 năm 2025 của Chính phủ như sau:
        1. Vị trí công việc: {topic}; số lượng {n} người; thời gian làm việc từ tháng sau đến hết năm
            {next_year}.
        2. Lý do: Công ty lắp đặt dây chuyền mới, cần người có kinh nghiệm vận hành và chuyển giao cho lao
            động Việt Nam.
        3. Công ty đã đăng thông báo tuyển người lao động Việt Nam vào vị trí nêu trên nhưng không tuyển được.
        4. Mức lương dự kiến {m} triệu đồng một tháng; nơi làm việc tại nhà máy của Công ty.
        Kính đề nghị Sở Nội vụ xem xét, chấp thuận trước {due}./.
        """,
        counts={"n": (1, 9), "m": (35, 120)},
        since=date(2025, 8, 11),
        lead="LĐVL",
        working_days=6,
        instruction="Giao Phòng LĐVL thẩm định theo quy định, kiểm tra việc đăng tuyển lao động Việt Nam; "
        "trình trước {deadline}.",
        progress=("Trung tâm Dịch vụ việc làm xác nhận doanh nghiệp đã đăng tuyển đúng quy định.",),
        result="Đã trả hồ sơ qua Trung tâm Phục vụ hành chính công, yêu cầu bổ sung hợp đồng kinh tế.",
        reply=ReplyTemplate(
            "CV",
            "V/v chấp thuận nhu cầu sử dụng {n} lao động nước ngoài vị trí {topic} của {issuer}",
            """
            Phúc đáp {ref}, thực hiện ủy quyền của Ủy ban nhân dân tỉnh, Sở Nội vụ thông báo:
            1. Chấp thuận để {issuer} sử dụng {n} lao động nước ngoài, vị trí {topic}, thời hạn đến hết năm
                {next_year}.
            2. Công ty làm thủ tục cấp giấy phép lao động trước khi người lao động bắt đầu làm việc; báo cáo
                tình hình sử dụng lao động nước ngoài theo định kỳ.
            3. Thực hiện kế hoạch đào tạo lao động Việt Nam thay thế như đã giải trình.
            Sở Nội vụ thông báo để Công ty thực hiện đúng quy định./.
            """,
            copies=("Công an tỉnh Nam Khê",),
        ),
        weight=4,
    ),
    Subject(
        key="job-fair",
        field="ldvl",
        issuers=("TTDVVL",),
        kind="BC",
        summary="Kết quả phiên giao dịch việc làm {topic}",
        picks={
            "topic": (
                "lưu động tại {commune}, {month}",
                "trực tuyến kết nối các tỉnh, {month}",
                "dành cho thanh niên hoàn thành nghĩa vụ quân sự, {month}",
                "định kỳ lần {k} năm {year}",
            )
        },
        body="""
        Trung tâm Dịch vụ việc làm tỉnh báo cáo kết quả phiên giao dịch việc làm {topic}:
        1. Có {n} doanh nghiệp tham gia, đăng ký tuyển {m} lao động; {people} lượt người đến tìm việc.
        2. Kết quả: {done} người được phỏng vấn, hẹn ký hợp đồng; 90% thuộc ngành may mặc, điện tử, chế biến
            thủy sản.
        3. Khó khăn: lao động địa phương chưa quen làm ca đêm, thiếu chứng chỉ nghề.
        4. Kiến nghị: mở thêm lớp đào tạo nghề ngắn hạn theo đơn đặt hàng của doanh nghiệp.
        Trung tâm kính báo cáo Sở Nội vụ./.
        """,
        counts={"k": (2, 24), "n": (12, 38), "m": (450, 2900), "people": (310, 1450), "done": (90, 300)},
        lead="LĐVL",
        working_days=5,
        instruction="Chuyển Phòng LĐVL theo dõi, nghiên cứu kiến nghị mở lớp đào tạo nghề.",
        progress=("Đã tổng hợp nhu cầu đào tạo theo đơn đặt hàng.",),
        result="Đã tổng hợp, đưa kiến nghị vào kế hoạch giải quyết việc làm quý sau.",
        for_information=True,
        weight=3,
    ),
    Subject(
        key="labour-accident",
        field="ldvl",
        issuers=("XAYLAP", "THUYSAN", "DIENTU", "PHUTHINH"),
        offices={"": "ATLĐ"},
        kind="CV",
        summary="V/v khai báo tai nạn lao động ngày {yesterday_short} tại {topic} của {issuer}",
        picks={"topic": ("tổ sản xuất số {n}", "phân xưởng {n}", "kho nguyên liệu", "khu vực lò hơi")},
        urgency=Urgency.URGENT,
        body="""
        Thực hiện Luật An toàn, vệ sinh lao động, {issuer} khai báo vụ tai nạn lao động như sau:
        1. Thời gian: khoảng 14 giờ 20, {yesterday}; địa điểm: {topic}.
        2. Người bị nạn: {citizen}, công nhân vận hành; tình trạng: gãy xương cẳng tay, đang điều trị tại Bệnh
            viện Đa khoa tỉnh.
        3. Diễn biến ban đầu: khi vệ sinh máy, người bị nạn chưa ngắt nguồn điện. Công ty đã dừng máy, giữ
            nguyên hiện trường.
        4. Công ty đã thành lập đoàn điều tra tai nạn lao động cấp cơ sở và tạm ứng toàn bộ chi phí điều trị.
        Kính đề nghị Sở Nội vụ hướng dẫn, chỉ đạo giải quyết./.
        """,
        counts={"n": (1, 8)},
        reply_days=3,
        lead="LĐVL",
        coordinators=("TTr",),
        working_days=2,
        instruction="Khẩn. Giao Phòng LĐVL cử người xuống hiện trường ngay, báo cáo tôi trước {deadline}.",
        progress=("Đã cử 02 công chức kiểm tra hiện trường, lập biên bản.",),
        result="Đoàn điều tra cấp cơ sở đã lập biên bản; Sở đã kiểm tra, yêu cầu khắc phục.",
        weight=3,
    ),
    Subject(
        key="union-dialogue",
        field="ldvl",
        issuers=("LĐLĐ",),
        kind="CV",
        summary="V/v phối hợp {topic}",
        picks={
            "topic": (
                "kiểm tra việc chấp hành pháp luật lao động tại {firm}",
                "giải quyết kiến nghị của tập thể lao động {firm}",
                "chăm lo đời sống đoàn viên, người lao động {quarter}",
                "đối thoại định kỳ với người lao động khu công nghiệp {quarter}",
            )
        },
        body="""
        Qua nắm tình hình, Ban Thường vụ Liên đoàn Lao động tỉnh nhận được {n} ý kiến của đoàn viên, người lao
            động về tiền làm thêm giờ, chất lượng bữa ăn ca và việc đóng bảo hiểm xã hội.
        Ban Thường vụ Liên đoàn Lao động tỉnh đề nghị Sở Nội vụ phối hợp {topic}:
        1. Thống nhất thời gian, dự kiến bắt đầu lúc {meeting}.
        2. Cử 02 công chức có nghiệp vụ về quan hệ lao động tham gia.
        3. Hướng dẫn doanh nghiệp chuẩn bị hồ sơ, tài liệu.
        Ý kiến gửi Liên đoàn Lao động tỉnh trước {due}./.
        """,
        counts={"n": (12, 140)},
        reply_days=7,
        lead="LĐVL",
        coordinators=("TTr",),
        working_days=4,
        instruction="Giao Phòng LĐVL cử 02 công chức tham gia, báo cáo tôi kết quả; trả lời trước {deadline}.",
        progress=("Đã thống nhất thành phần đoàn với Liên đoàn Lao động tỉnh.",),
        result="Đã cử người tham gia; doanh nghiệp cam kết khắc phục trong 30 ngày.",
        reply=ReplyTemplate(
            "CV",
            "V/v cử công chức phối hợp {topic}",
            """
            Phúc đáp {ref}, Sở Nội vụ có ý kiến như sau:
            1. Thống nhất về nội dung và thời gian do Liên đoàn Lao động tỉnh đề xuất.
            2. Cử {drafter} và 01 công chức {unit} tham gia.
            3. Đề nghị Liên đoàn Lao động tỉnh gửi trước {n} ý kiến của người lao động để Sở Nội vụ chuẩn bị
                nội dung trả lời.
            Sở Nội vụ phúc đáp để Liên đoàn Lao động tỉnh phối hợp thực hiện./.
            """,
        ),
        weight=3,
    ),
    Subject(
        key="industrial-zone-labour",
        field="ldvl",
        issuers=("BQLKCN",),
        kind="BC",
        summary="Tình hình sử dụng lao động tại các khu công nghiệp {report_month}",
        body="""
        Ban Quản lý các khu công nghiệp tỉnh báo cáo tình hình sử dụng lao động {report_month}:
        1. Có {n} doanh nghiệp hoạt động, sử dụng {m} lao động, tăng {up} người so với tháng trước.
        2. Nhu cầu tuyển dụng thời gian tới khoảng {need} lao động phổ thông, chủ yếu ngành điện tử.
        3. Không có đình công, ngừng việc tập thể; 02 doanh nghiệp chậm lương đã chi trả xong.
        Ban Quản lý các khu công nghiệp gửi Sở Nội vụ tổng hợp./.
        """,
        counts={"n": (96, 131), "m": (28400, 41200), "up": (110, 940), "need": (600, 4200)},
        lead="LĐVL",
        working_days=5,
        instruction="Chuyển Phòng LĐVL theo dõi, tổng hợp báo cáo thị trường lao động.",
        progress=("Đã cập nhật vào cơ sở dữ liệu thị trường lao động.",),
        result="Đã tổng hợp vào báo cáo thị trường lao động của tỉnh.",
        for_information=True,
    ),
)
